"""Machines vanish again and again: their cable is unplugged, and they end without closing
connections. The connections of the other side must not stay for ever. A node never writes to an
inbound connection of the mesh, so only TCP keepalive can detect that the peer is gone."""
from typing import List, Tuple

import grid
import namespaces
from faults import LONG, either
from machines import GridOfMachines, run_tests

ESTABLISHED = "01"
KEEPALIVE = 2  # the kind of timer in /proc/net/tcp
IDLE_SECONDS_MAX = 20.0
GONE_SECONDS_MAX = 60.0
TICKS_PER_SECOND = 100  # in /proc/net/tcp


class Vanish(grid.SystemTest):
    def setUp(self) -> None:
        self.cables = namespaces.Cables(2)
        self.g = GridOfMachines(self.cables, 2)
        self.addCleanup(self.g.close)
        self.assertTrue(self.g.all_see(range(2)))

    def inbound(self, port: int) -> List[Tuple[int, float]]:
        """For each inbound connection at the port of machine 0: which timer is set, and for
        when."""
        with self.cables.machines[0].entered():
            with open("/proc/thread-self/net/tcp", encoding="ascii") as table:
                rows = [line.split() for line in table.readlines()[1:]]
        timers = [row[5] for row in rows
                  if row[1].endswith(f":{port:04X}") and row[3] == ESTABLISHED]
        return [(int(timer.split(":")[0], 16), int(timer.split(":")[1], 16) / TICKS_PER_SECOND)
                for timer in timers]

    def is_kept_alive(self, port: int) -> bool:
        return all(kind == KEEPALIVE and seconds <= IDLE_SECONDS_MAX
                   for kind, seconds in self.inbound(port))

    def vanish(self) -> None:
        """Ends machine 1 as if its power failed: no packet leaves it any more."""
        self.cables.unplug(1, 0)
        self.g.kill(1)
        self.assertTrue(self.g.all_see([0]))
        self.cables.renew(1)

    def test_connections_of_vanished_machines_are_closed(self) -> None:
        mesh, master = self.g.ports.mesh(0), self.g.ports.master(0)
        for _ in range(either(2, 6)):
            self.vanish()
            self.g.start(1)
            self.assertTrue(self.g.all_see(range(2)))
        for port in (mesh, master):
            self.assertTrue(self.inbound(port))
            # Part of the handshake or of an answer may not be acknowledged yet.
            self.assertTrue(grid.eventually(lambda: self.is_kept_alive(port)), self.inbound(port))
        self.assertGreater(len(self.inbound(mesh)), 1, "none has vanished without a word")
        if LONG:
            self.assertTrue(grid.eventually(lambda: len(self.inbound(mesh)) == 1, GONE_SECONDS_MAX),
                            self.inbound(mesh))
            self.assertEqual(self.g.alive(0), [0, 1])


if __name__ == "__main__":
    run_tests("network namespaces with veth", namespaces.impossible())
