"""A grid whose every connection leads through a relay, one way for each ordered pair of nodes."""
import itertools
import os
import subprocess
import sys
from typing import Dict, List, Tuple

import grid

RELAY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "relay.py")


class Relay:
    """The process of relay.py and its commands."""

    def __init__(self, ways: "List[Tuple[int, int]]") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-B", RELAY, *(f"{listen}:{target}" for listen, target in ways)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self.do(0, "heal")  # it listens everywhere
        except Exception:
            self.close()
            raise

    def do(self, way: int, verb: str, *rest: object) -> str:
        """Returns when it has taken effect."""
        line = " ".join([verb, str(way), *map(str, rest)])
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().decode().strip()
        if not answer:
            raise ConnectionError(f"the relay has ended at: {line}")
        return answer

    def close(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=grid.PATIENCE)


class RelayedGrid(grid.Grid):
    def __init__(self, n: int, *options: str) -> None:
        self.relay_ports = grid.Ports()
        self.ways: Dict[Tuple[int, int], int] = {}  # number of the way from one to the other
        for pair in itertools.permutations(range(n), 2):
            self.ways[pair] = len(self.ways)
        assert len(self.ways) <= grid.Ports.BLOCK
        self.relay = None
        super().__init__(n, *options, start=[])
        try:
            self.relay = Relay([(self.relay_ports.base + way, self.ports.mesh(to))
                                for (_, to), way in self.ways.items()])
            for node in range(n):
                self.start(node)
        except Exception:
            self.close()
            raise

    def arguments(self, node: int) -> List[str]:
        peers = [f"--peer={to}=127.0.0.1:{self.relay_ports.base + way}"
                 for (here, to), way in self.ways.items() if here == node]
        return [*super().arguments(node), *peers]

    def do(self, sender: int, receiver: int, verb: str, *rest: object) -> str:
        """To what one node sends to the other; the other direction is another way."""
        return self.relay.do(self.ways[sender, receiver], verb, *rest)

    def heal(self) -> None:
        for pair in self.ways:
            self.do(*pair, "heal")

    def close(self) -> None:
        super().close()
        if self.relay:
            self.relay.close()
        self.relay_ports.close()
