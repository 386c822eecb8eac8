"""Programs that connect to a node's mesh port and say nothing, while a peer connects over a network
with a round trip of two seconds, at default options. The peer must get through, and the node must
close the others."""
import os
import select
import socket
import threading
import time
from typing import Dict, List, Tuple

import emulated
import grid
from emulated import EmulatedNetwork, Path
from faults import FaultsTest
from machines import GridOfMachines, run_tests

STRANGERS = 500
FAR = Path(rate_kbit=10_000, rtt_ms=2000, queue_ms=300)
HANDSHAKE_SECONDS = 5.0  # for connections from others
CLOSED_MAX = 2.0  # seconds that closing them takes longer, on a busy machine
MEETING_SECONDS_MAX = 45.0
LOCAL = "127.0.0.1"


class Strangers:
    """Connects at once again whenever the node has closed a connection."""

    def __init__(self, port: int) -> None:
        self.held: List[float] = []  # seconds, of each connection that was closed
        self._port = port
        self._open: Dict[int, Tuple[socket.socket, float]] = {}
        self._poll = select.epoll()
        self._over = threading.Event()
        for _ in range(STRANGERS):
            self._connect()
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    def _connect(self) -> None:
        raw = socket.create_connection((LOCAL, self._port), grid.PATIENCE)
        self._open[raw.fileno()] = raw, time.monotonic()
        self._poll.register(raw.fileno(), select.EPOLLIN)

    def _run(self) -> None:
        while not self._over.is_set():
            for number, _ in self._poll.poll(0.1):
                raw, began = self._open[number]
                if self._says_something(raw):
                    continue
                self.held.append(time.monotonic() - began)
                self._poll.unregister(number)
                del self._open[number]
                raw.close()
                self._connect()

    @staticmethod
    def _says_something(raw: socket.socket) -> bool:
        try:
            return bool(raw.recv(4096))  # its greeting
        except ConnectionError:
            return False

    def end(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        for raw, _ in self._open.values():
            raw.close()
        self._open.clear()
        self._poll.close()


class StrangersTest(FaultsTest):
    def test_a_far_peer_connects_beside_500_silent_strangers(self) -> None:
        g = GridOfMachines(EmulatedNetwork(2, FAR, self.seed), 2, start=[0])
        self.addCleanup(g.close)
        self.assertTrue(grid.eventually(lambda: g.alive(0) == [0]))
        alone = self.descriptors(g.nodes[0])
        with g.network.machines[0].entered():
            strangers = Strangers(g.ports.mesh(0))
            self.addCleanup(strangers.end)
            strangers.start()
        began = time.monotonic()
        g.start(1)
        self.assertTrue(grid.eventually(lambda: g.alive(0) == g.alive(1) == [0, 1],
                                        MEETING_SECONDS_MAX), g.nodes[0].log())
        seconds = time.monotonic() - began
        self.tell(f"both have met after {seconds:.1f} s; node 0 has "
                  f"{self.descriptors(g.nodes[0]) - alone} descriptors more than alone")
        self.assertTrue(grid.eventually(lambda: len(strangers.held) >= STRANGERS))
        strangers.end()
        self.tell(f"{len(strangers.held)} connections of strangers were closed after "
                  f"{min(strangers.held):.2f} to {max(strangers.held):.2f} s")
        self.assertGreater(min(strangers.held), HANDSHAKE_SECONDS - 0.1)
        self.assertLess(max(strangers.held), self.limit(HANDSHAKE_SECONDS + CLOSED_MAX))
        self.assertTrue(grid.eventually(lambda: self.descriptors(g.nodes[0]) < alone + 10))
        self.assertEqual([g.alive(node) for node in range(2)], [[0, 1]] * 2)

    @staticmethod
    def descriptors(node: grid.Node) -> int:
        return len(os.listdir(f"/proc/{node.pid}/fd"))


if __name__ == "__main__":
    run_tests("network namespaces with TUN devices", emulated.impossible())
