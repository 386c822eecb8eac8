"""A grid in which every connection leads through a relay, with one way for each ordered pair of
nodes."""
import itertools
import os
import subprocess
import sys
from typing import Dict, List, Tuple

import grid

RELAY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "relay.py")


class Relay:
    """Runs relay.py as a process, and gives it commands."""

    def __init__(self, ways: "List[Tuple[int, int]]") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-B", RELAY, *(f"{listen}:{target}" for listen, target in ways)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self.do(0, "heal")  # makes it listen for all ways
        except Exception:
            self.close()
            raise

    def do(self, way: int, verb: str, *rest: object) -> str:
        """Sends a command. Returns when it has taken effect."""
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
        # The number of the way from one node to the other.
        self.ways: Dict[Tuple[int, int], int] = {}
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
        """Applies to what one node sends to the other. The other direction is another way."""
        return self.relay.do(self.ways[sender, receiver], verb, *rest)

    def heal(self) -> None:
        for pair in self.ways:
            self.do(*pair, "heal")

    def close(self) -> None:
        super().close()
        if self.relay:
            self.relay.close()
        self.relay_ports.close()
