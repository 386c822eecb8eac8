"""How a node starts, what it reports about itself, and how it ends."""
import array
import contextlib
import fcntl
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import termios
import time
import unittest

import grid
from waits import Waits

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z node \d+ (peer \d+ )?"
                  r"(debug|info|warning|error): \S.*")
# As promised. A sanitizer takes time to look for leaks at the end.
END_SECONDS_MAX = 0.1 if not grid.SANITIZED else 2.0


class StartAndEnd(grid.SystemTest):
    def seconds_to_end(self, node: grid.Node, number: int) -> float:
        """The time from the signal until the node ends with status 0. The time by which the machine
        itself was late is subtracted, and also the time for which the node waited for a processor,
        because closing hundreds of connections takes a while."""
        lateness, waits = grid.Lateness(), Waits(node)

        def has_ended() -> bool:
            waits.look()
            return node.has_ended()

        sent = time.monotonic()
        node.signal(number)
        self.assertTrue(grid.eventually(has_ended))
        seconds = time.monotonic() - sent
        waits.look()
        self.assertEqual(node.wait(), 0, node.log()[-5:])
        return seconds - 2 * lateness.end() - waits.seconds()

    def assert_ends(self, node: grid.Node, number: int) -> None:
        self.assertLess(self.seconds_to_end(node, number), END_SECONDS_MAX)

    # How nodes end

    def load(self) -> None:
        """Starts processes that use all the CPU time they can get, until the test ends."""
        for _ in range(os.cpu_count() or 1):
            busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            self.addCleanup(busy.wait)
            self.addCleanup(busy.kill)

    def assert_crashed_without_a_reset(self, g: grid.Grid, client: grid.Client, when: str) -> None:
        """A client of node 0 reads to the end of the stream. Then the node is started again."""
        try:
            while client.socket.recv(1 << 16):
                pass
        except ConnectionError as error:
            self.fail(f"{error!r} {when}")
        self.assertEqual(g.nodes[0].wait(), -signal.SIGKILL)
        client.close()
        g.start(0)
        self.assertTrue(g.all_see(range(2)), g.nodes[0].log())

    def test_a_crash_never_resets_the_connection_of_the_client_that_sent_it(self) -> None:
        """Masters print an error if their connection is reset. If up to 64 KiB of lines are sent
        together with `crash`, the connection must never be reset, whatever the lines are, wherever
        among them `crash` stands, and even on a busy machine."""
        g = self.whole_grid(2)
        self.load()
        shapes = [[b"broadcast %s\n" % (b"x" * 1013)] * 63, [b"broadcast %s\n" % (b"x" * 900)] * 40,
                  [b"get\n"] * 16382, [b"broadcast %s\n" % (b"x" * 65519)], []]
        for i in range(300 if grid.LONG else 30):
            lines = shapes[i % len(shapes)]
            before = len(lines) * (i // len(shapes) % 3) // 2  # none, half of them, all
            said = b"".join(lines[:before] + [b"crash\n"] + lines[before:])
            self.assertLessEqual(len(said), 1 << 16)
            client = g.connect(0)
            client.send(said)
            self.assert_crashed_without_a_reset(g, client, f"in round {i}")

    def test_a_client_whose_lines_come_late_after_a_crash_reads_the_end_and_no_reset(self) -> None:
        """The client seems to have lost the processor while it was sending. It has already received
        the end of the stream, so it does not notice that the node reads nothing more."""
        g = self.whole_grid(2)
        for late_ms in (0.5, 1, 2, 3, 4, 6, 20) * (5 if grid.LONG else 1):
            client = g.connect(0)
            client.send(b"broadcast x\ncrash\n" + b"broadcast y\n" * 1000)
            time.sleep(late_ms / 1000)
            with contextlib.suppress(BrokenPipeError):  # the node has ended
                client.send(b"broadcast z\n" * 1000)
            self.assert_crashed_without_a_reset(g, client, f"with lines {late_ms} ms late")

    @unittest.skipIf(grid.SANITIZED, "a sanitizer takes terabytes of address space")
    def test_an_agent_that_throws_ends_its_node_with_status_1_and_one_line(self) -> None:
        """The chatroom keeps every message, so it throws when there is no more memory."""
        g = self.grid(1, start=[])
        mib = 1 << 20
        node = g.start(0, before_exec=lambda: resource.setrlimit(resource.RLIMIT_AS,
                                                                 (64 * mib, 64 * mib)))
        self.assertEqual(g.alive(0), [0])
        with contextlib.suppress(ConnectionError):
            # ZeroMQ aborts if it gets no memory, so it is given little to read.
            while g.client(0).count() >= 0:
                g.client(0).send(b"broadcast %s\n" % (b"x" * 1000) * 20)
        self.assertEqual(node.wait(), 1, node.log())
        failures = [event["why"] for event in node.events() if event["severity"] == "error"]
        self.assertEqual(len(failures), 1, node.log())
        self.assertRegex(failures[0], r'^agent chatroom at "line 1: broadcast x+.*": threw: \S')

    def test_both_signals_end_a_busy_node_cleanly_and_free_its_ports(self) -> None:
        g = self.whole_grid(3)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM, signal.SIGINT):
            for i in range(1000):
                g.broadcast(1, b"busy %d" % i)
            deaf = g.connect(1, receive_buffer=4096)
            deaf.send(b"get\n" * 200)
            self.assert_ends(g.nodes[1], number)
            g.start(1)
            self.assertTrue(g.all_see(range(3)), g.nodes[1].log())

    def test_a_node_of_a_large_grid_ends_as_quickly(self) -> None:
        """The best of three attempts: the node is connecting to hundreds of peers, and other
        programs use the machine as well."""
        ports = grid.Ports()
        self.addCleanup(ports.close)
        nodes, base = 300, 1100
        seconds = []
        for _ in range(3):
            own = grid.free_of(base, range(nodes))
            node = self.node("node", str(own), str(nodes), str(ports.master(0)),
                             "--base-port", str(base))
            self.assertTrue(grid.eventually(lambda: len(node.log()) > 0))
            client = grid.Client(ports.master(0))
            self.assertEqual(client.ask(b"alive"), b"alive %d" % own)
            client.close()
            seconds.append(self.seconds_to_end(node, signal.SIGTERM))
        self.assertLess(min(seconds), END_SECONDS_MAX)

    def test_a_node_alone_ends(self) -> None:
        g = self.whole_grid(1)
        self.assert_ends(g.nodes[0], signal.SIGTERM)
        self.assertEqual(g.nodes[0].stdout(), "")

    def test_crash_ends_at_once_and_all_peers_notice(self) -> None:
        g = self.whole_grid(3)
        client = g.connect(2)
        client.send(b"broadcast last words\nalive\ncrash\nbroadcast too late\n")
        self.assertEqual(g.nodes[2].wait(), -signal.SIGKILL)
        self.assertTrue(g.all_see([0, 1]))
        self.assertEqual([node for node in (0, 1) if b"too late" in g.client(node).log()], [])
        self.assertEqual(g.nodes[2].events("signal_ends_node"), [])

    # Standard input, output and error

    def test_standard_input_is_never_read(self) -> None:
        reader, writer = os.pipe()
        os.write(writer, b"0 exit\ncrash\n" * 10)
        g = self.grid(1, start=[])
        g.start(0, stdin=reader)
        self.assertEqual(g.alive(0), [0])
        g.broadcast(0, b"x")
        self.assertEqual(g.client(0).count(), 1)
        self.assert_ends(g.nodes[0], signal.SIGTERM)
        unread = array.array("i", [0])
        fcntl.ioctl(reader, termios.FIONREAD, unread)
        os.close(writer)
        os.close(reader)
        self.assertEqual(unread[0], len(b"0 exit\ncrash\n" * 10))

    def test_the_log_has_time_node_and_peer_and_standard_output_nothing(self) -> None:
        g = self.whole_grid(3, "--log-level", "debug", "--log-format", "text")
        g.connect(0).send(b"x" * 2000000 + b"\n")
        g.kill(2)
        self.assertTrue(g.all_see([0, 1]))
        g.nodes[0].signal(signal.SIGTERM)
        self.assertEqual(g.nodes[0].wait(), 0)
        lines = g.nodes[0].log()
        for line in lines:
            self.assertRegex(line, LINE)
            self.assertIn(" node 0 ", line)
        for expected in (r"info: started: 3 nodes, mesh port %d, master port %d"
                         % (g.ports.mesh(0), g.ports.master(0)),
                         r"peer 1 info: up: ", r"peer 2 info: up: ", r"peer 2 warning: down: ",
                         r"info: stopped by a signal"):
            self.assertEqual(len([line for line in lines if re.search(expected, line)]), 1,
                             (expected, lines))
        for node in range(3):
            self.assertEqual(g.nodes[node].stdout(), "")

    def test_a_node_continues_if_its_log_is_closed(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        g = self.grid(2, start=[1])
        with os.fdopen(writer, "wb", buffering=0) as closed:
            g.start(0, stderr=closed)
        self.assertTrue(g.all_see(range(2)))
        g.kill(1)
        self.assertTrue(g.all_see([0]))
        g.nodes[0].signal(signal.SIGTERM)
        self.assertEqual(g.nodes[0].wait(), 0)

    # Nodes that cannot start

    def assert_refused(self, node: grid.Node, status: int, *parts: str) -> None:
        self.assertEqual(node.wait(), status, node.log())
        self.assertEqual(len(node.log()), 1, node.log())
        for part in parts:
            self.assertIn(part, node.log()[0])
        self.assertEqual(node.stdout(), "")

    def test_a_taken_port_is_named(self) -> None:
        ports = grid.Ports()
        self.addCleanup(ports.close)
        for taken in (ports.mesh(1), ports.master(0)):
            with socket.socket() as holder:
                holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                holder.bind((grid.HOST, taken))
                holder.listen()
                node = self.node("node", "1", "2", str(ports.master(0)),
                                 "--base-port", str(ports.base))
                self.assert_refused(node, 1, f"port {taken} ", "taken")

    def test_wrong_arguments_are_named(self) -> None:
        for arguments, part in ((["node", "0", "3"], "master-port"),
                                (["node", "0", "3", "10000", "4"], "4"),
                                (["node", "x", "3", "10000"], "x"),
                                (["node", "3", "3", "10000"], "id 3"),
                                (["node", "-1", "3", "10000"], "-1"),
                                (["node", "0", "0", "10000"], "n 0"),
                                (["node", "0", "1001", "10000"], "n 1001"),
                                (["node", "0", "3", "9999"], "9999"),
                                (["node", "0", "3", "65536"], "65536"),
                                (["node", "0", "3", "10000", "--base-port", "32766"], "32766"),
                                (["node", "0", "3", "10001", "--base-port", "10000"], "10001"),
                                (["node", "0", "3", "10000", "--base-port", "65534"], "65534"),
                                (["node", "0", "3", "10000", "--host", "nowhere"], "nowhere"),
                                (["node", "0", "3", "10000", "--log-level", "loud"], "loud"),
                                (["node", "0", "3", "10000", "--silence-ms", "1"], "1"),
                                (["node", "0", "3", "10000", "--nonsense"], "--nonsense"),
                                (["node", "0", "3", "10000\n\n1"], "10000"),
                                (["nodes"], "nodes"),
                                ([], "usage")):
            with self.subTest(arguments=arguments):
                self.assert_refused(self.node(*arguments), 2, part, "usage")

    def test_help_and_version_are_asked_for(self) -> None:
        for arguments in (["--help"], ["--version"], ["node", "--help"], ["node", "--version"]):
            node = self.node(*arguments)
            self.assertEqual(node.wait(), 0)
            self.assertNotEqual(node.stdout(), "")
            self.assertEqual(node.log(), [])

    def test_too_few_descriptors_are_reported_at_the_start(self) -> None:
        ports = grid.Ports()
        self.addCleanup(ports.close)
        node = self.node("node", "0", "1000", str(ports.master(0)), "--base-port", "1100",
                         descriptors=1024)
        self.assert_refused(node, 1, "1000 nodes", "file descriptors", "1024")

    def test_a_node_short_of_descriptors_recovers(self) -> None:
        """Clients use up all descriptors while a peer ends and starts again. When the clients
        leave, everything works."""
        g = self.grid(3, start=[1, 2])
        g.start(0, descriptors=100)
        self.assertTrue(g.all_see(range(3)))
        clients = [g.connect(0) for _ in range(150)]  # at least the kernel accepts them
        for _ in range(5):
            g.kill(2)
            self.assertTrue(grid.eventually(lambda: 2 not in g.alive(1)))
            g.start(2)
            self.assertTrue(grid.eventually(lambda: 2 in g.alive(1)))
        for client in clients:
            client.close()
        self.assertTrue(g.all_see(range(3)), g.nodes[0].log())


if __name__ == "__main__":
    unittest.main()
