"""A peer's port is one of the ephemeral ports (`--ephemeral-ok`). If no process listens on it, TCP
may use this very port as the source port of a connection to it: then both ends are one socket. In a
network namespace whose only ephemeral port is the absent peer's, every attempt to connect ends in
this way."""
import os
import signal
from typing import Optional

import grid
import namespaces
from machines import run_tests

RANGE = "/proc/sys/net/ipv4/ip_local_port_range"
RESERVED = "/proc/sys/net/ipv4/ip_local_reserved_ports"


class LonelyGrid(grid.Grid):
    """Two nodes in a network namespace of their own."""

    def __init__(self, *options: str) -> None:
        self.namespace = namespaces.Namespace()
        try:
            self.namespace.ip("link set lo up")
            with self.namespace.entered():
                super().__init__(2, *options, start=[])
        except Exception:
            self.namespace.close()
            raise

    def write(self, path: str, text: str) -> None:
        with self.namespace.entered(), open(path, "w", encoding="ascii") as file:
            file.write(text)

    def only_port(self) -> None:
        """From now on, every connection comes from the mesh port of node 1."""
        self.write(RANGE, f"{self.ports.mesh(1)} {self.ports.mesh(1)}")

    def many_ports(self) -> None:
        self.write(RANGE, "32768 60999")

    def something_unread(self) -> bool:
        """Whether bytes that node 1 has not read wait in a connection at its mesh port."""
        with self.namespace.entered(), open("/proc/thread-self/net/tcp", encoding="ascii") as table:
            rows = [row.split() for row in table.readlines()[1:]]
        return any(int(row[1].split(":")[1], 16) == self.ports.mesh(1)
                   and int(row[4].split(":")[1], 16) > 0 for row in rows if row[3] == "01")

    def start(self, node: int, **how: object) -> grid.Node:
        with self.namespace.entered():
            return super().start(node, **how)

    def connect(self, node: int, receive_buffer: int = 0) -> grid.Client:
        with self.namespace.entered():
            return super().connect(node, receive_buffer)

    def close(self) -> None:
        super().close()
        self.namespace.close()


class Oneself(grid.SystemTest):
    def lonely(self, *options: str) -> LonelyGrid:
        g = LonelyGrid(*options)
        self.addCleanup(g.close)
        return g

    def test_a_connection_to_oneself_is_dropped_at_once_and_leaves_the_port_free(self) -> None:
        """If such a socket were closed late, a hundred attempts would take a hundred seconds. If it
        were closed with a FIN, the port would be in use for a minute."""
        g = self.lonely("--retry-ms-max", "5", "--ephemeral-ok")
        g.start(0)
        self.assertEqual(g.alive(0), [0])
        g.only_port()
        self.assertTrue(grid.eventually(
            lambda: g.nodes[0].events("connected_to_itself", count=100)), g.nodes[0].log())
        g.many_ports()
        g.start(1)
        self.assertTrue(g.all_see(range(2)), g.nodes[1].log())
        self.assertEqual(g.nodes[0].events("session_ended"), [])

    def test_a_connection_to_oneself_counts_as_refused_by_the_lost_peer(self) -> None:
        g = self.lonely("--ephemeral-ok")
        g.start(0)
        g.start(1)
        self.assertTrue(g.all_see(range(2)))
        g.nodes[1].signal(signal.SIGSTOP)
        g.broadcast(0, b"never read")
        self.assertTrue(grid.eventually(g.something_unread))
        g.only_port()
        g.kill(1)  # resets the connections, so that TIME_WAIT does not keep the port in use
        self.assertTrue(g.all_see([0]))
        self.assertTrue(g.nodes[0].events("session_ended", cause="refused"), g.nodes[0].log())
        g.many_ports()
        g.start(1)
        self.assertTrue(g.all_see(range(2)), g.nodes[1].log())

    def test_ephemeral_mesh_ports_are_refused_unless_reserved_or_accepted(self) -> None:
        g = self.lonely()
        first = g.ports.mesh(0)
        g.write(RANGE, "1024 65535")
        g.write(RESERVED, "80,9000-9099")
        cure = f"net.ipv4.ip_local_reserved_ports=80,9000-9099,{first}-{first + 1}"
        refused = g.start(0)
        self.assertEqual(refused.wait(), 2)
        self.assertEqual(len(refused.log()), 1, refused.log())
        self.assertIn(f"sysctl -w {cure};", refused.log()[0])
        g.write(RESERVED, cure.split("=")[1])
        g.start(0)
        g.start(1)
        self.assertTrue(g.all_see(range(2)))
        for node in (0, 1):
            g.kill(node)
        g.write(RESERVED, "\n")
        os.environ["OVID_EPHEMERAL_OK"] = "yes"
        self.addCleanup(os.environ.pop, "OVID_EPHEMERAL_OK")
        g.start(0)
        self.assertEqual(g.alive(0), [0])


def impossible() -> Optional[str]:
    """The reason why a namespace with other ephemeral ports cannot be made here; empty if it
    can."""
    try:
        g = LonelyGrid()
        try:
            g.only_port()
        finally:
            g.close()
    except OSError as error:
        return str(error)
    return None


if __name__ == "__main__":
    run_tests("network namespace with ephemeral ports of its own", impossible())
