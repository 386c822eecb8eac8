"""Effects of options and environment variables on a real node."""
import os
import socket
import unittest
from unittest import mock

import grid

# An address of this machine on which the master port does not listen by default.
OTHER = "127.0.0.2"


def connects(host: str, port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(grid.PATIENCE)
        return one.connect_ex((host, port)) == 0


class Options(grid.SystemTest):
    def test_a_host_for_peers_does_not_open_the_master_port(self) -> None:
        g = self.grid(1, "--host", "0.0.0.0")
        self.assertEqual(g.alive(0), [0])
        self.assertTrue(connects(OTHER, g.ports.mesh(0)))
        self.assertFalse(connects(OTHER, g.ports.master(0)))

    def test_the_master_port_is_opened_by_its_own_option(self) -> None:
        g = self.grid(1, "--master-host", "0.0.0.0")
        self.assertEqual(g.alive(0), [0])
        self.assertTrue(connects(OTHER, g.ports.master(0)))
        self.assertFalse(connects(OTHER, g.ports.mesh(0)))

    def test_a_base_port_comes_from_the_environment_unless_it_is_given(self) -> None:
        ports = grid.Ports()
        self.addCleanup(ports.close)
        for given, port in (((), ports.mesh(1)), (("--base-port", str(ports.mesh(2))),
                                                  ports.mesh(2))):
            with mock.patch.dict(os.environ, {"OVID_BASE_PORT": str(ports.mesh(1))}):
                node = self.node("node", "0", "1", str(ports.master(0)), *given)
            self.assertTrue(grid.eventually(node.events))
            self.assertEqual(node.events("node_started")[0]["mesh_port"], port)
            node.kill()

    def test_a_wrong_variable_is_named(self) -> None:
        for name, value in (("OVID_BASE_PORT", "0x1000"), ("OVID_GRID", "a b"),
                            ("OVID_DIALECT", "2020"), ("OVID_EPHEMERAL_OK", "perhaps")):
            with self.subTest(name), mock.patch.dict(os.environ, {name: value}):
                node = self.node("node", "0", "1", "10000")
                self.assertEqual(node.wait(), 2)
                self.assertEqual(len(node.log()), 1, node.log())
                self.assertIn(name, node.log()[0])
                self.assertIn(value, node.log()[0])

    def test_an_ephemeral_master_port_gives_a_warning(self) -> None:
        with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
            port = int(file.read().split()[1])
        g = self.grid(1, start=[])
        node = self.node("node", "0", "1", str(port), "--base-port", str(g.ports.base))
        self.assertTrue(grid.eventually(
            lambda: node.events("option_remark") or not node.running()))
        remark, = node.events("option_remark")
        self.assertEqual(remark["severity"], "warning")
        self.assertIn(f"master port {port} is one of the ephemeral ports", remark["text"])
        self.assertIn(f"ip_local_reserved_ports={port}", remark["text"])


if __name__ == "__main__":
    unittest.main()
