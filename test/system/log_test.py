"""Standard error is a pipe that is not read, a stopped terminal, a file that must not grow, or
closed. The node continues to work, and ends when asked to. test/app/log_writer_test.cpp tests how
lost lines are counted."""
import fcntl
import os
import resource
import signal
import subprocess
import tempfile
import time
import unittest
from typing import List, Tuple

import grid

END_SECONDS_MAX = 0.1 if not grid.SANITIZED else 2.0
PIPE_BYTES = 4096  # the minimum capacity of a pipe
CTRL_S, CTRL_Q = b"\x13", b"\x11"


def close_streams(*streams: int):
    def before_exec() -> None:
        for stream in streams:
            os.close(stream)
    return before_exec


class LogTest(grid.SystemTest):
    def pipe(self) -> Tuple[int, int]:
        reader, writer = os.pipe()
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        return reader, writer

    def stopped_terminal(self) -> Tuple[int, int]:
        """The two sides of a terminal, which is stopped: first the user's side, then the node's."""
        screen, line = os.openpty()
        self.addCleanup(os.close, screen)
        self.addCleanup(os.close, line)
        os.write(screen, CTRL_S)
        return screen, line

    def pair(self, *options: str, **how: object) -> grid.Grid:
        """Two nodes. `how` says where the log of node 0 goes."""
        g = self.grid(2, *options, start=[1])
        g.start(0, **how)
        self.assertTrue(g.all_see(range(2)))
        return g

    def restart_peer(self, g: grid.Grid, times: int) -> None:
        """Each time, the log of node 0 gets at least one line when node 1 ends and one when it
        starts again."""
        for _ in range(times):
            g.kill(1)
            self.assertTrue(grid.eventually(lambda: g.alive(0) == [0]))
            g.start(1)
            self.assertTrue(g.all_see(range(2)))

    def assert_nobody_blames(self, g: grid.Grid) -> None:
        for node in (g.nodes[1], *g.earlier):
            self.assertEqual(node.events("session_ended"), [])

    def assert_ends_in_time(self, g: grid.Grid, **how: object) -> None:
        """Node 0 must end in time; `how` says where its log goes. It has three attempts: other
        programs use the machine as well, and half of the time may be needed by the reader of the
        log."""
        seconds = []
        for _ in range(3):
            lateness = grid.Lateness()
            begin = time.monotonic()
            g.nodes[0].signal(signal.SIGTERM)
            self.assertEqual(g.nodes[0].wait(), 0)
            seconds.append(time.monotonic() - begin - 2 * lateness.end())
            if seconds[-1] < END_SECONDS_MAX:
                return
            g.start(0, **how)
            self.assertEqual(g.alive(0)[0], 0)
        self.assertLess(min(seconds), END_SECONDS_MAX)

    def read_until(self, reader: int, end: str) -> List[str]:
        """Reads lines until one of them contains `end`."""
        os.set_blocking(reader, False)
        text = bytearray()

        def complete() -> bool:
            try:
                text.extend(os.read(reader, 1 << 16))
            except BlockingIOError:
                pass
            return end.encode() in text and text.endswith(b"\n")
        self.assertTrue(grid.eventually(complete), bytes(text[-2000:]))
        return text.decode().splitlines()

    # Logs that are not read

    def test_a_pipe_that_is_not_read_does_not_stop_the_node(self) -> None:
        _, writer = self.pipe()
        g = self.pair("--log-level", "debug", stderr=writer)
        self.restart_peer(g, 25)
        self.assert_nobody_blames(g)
        self.assert_ends_in_time(g, stderr=writer)

    def test_what_waited_comes_in_order_once_the_pipe_is_read(self) -> None:
        reader, writer = self.pipe()
        g = self.pair(stderr=writer)
        self.restart_peer(g, 25)
        g.nodes[0].signal(signal.SIGUSR1)
        lines = self.read_until(reader, "SIGUSR1")
        # The events come one by one, in the order in which they happened, and none is missing.
        events = grid.events_of(lines)
        self.assertEqual([event["event"] for event in events if "session" in event["event"]],
                         ["session_began"] + ["session_ended", "session_began"] * 25)
        self.assertEqual([event["node"] for event in events], [0] * len(lines))

    def test_a_pipe_that_another_process_fills_does_not_stop_the_node(self) -> None:
        """It does not help to check for room before a write: another process may fill the pipe in
        between."""
        _, writer = self.pipe()
        g = self.pair(stderr=writer)
        with subprocess.Popen(["yes", "0123456789" * 10], stdout=writer) as other:
            self.addCleanup(other.kill)
            self.restart_peer(g, 3)
            self.assert_nobody_blames(g)
            self.assert_ends_in_time(g, stderr=writer)
            other.kill()

    def test_a_stopped_terminal_does_not_stop_the_node(self) -> None:
        screen, line = self.stopped_terminal()
        g = self.pair(stderr=line)
        self.restart_peer(g, 2)
        self.assert_nobody_blames(g)
        os.write(screen, CTRL_Q)
        first = grid.events_of(self.read_until(screen, "session_ended"))[0]
        self.assertEqual((first["event"], first["nodes"]), ("node_started", 2))
        os.write(screen, CTRL_S)
        self.restart_peer(g, 1)
        self.assert_ends_in_time(g, stderr=line)

    def test_a_node_whose_first_line_cannot_be_written_serves_and_ends(self) -> None:
        _, line = self.stopped_terminal()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            g = self.grid(1, start=[])
            g.start(0, stderr=line)
            self.assertEqual(g.alive(0), [0])
            g.nodes[0].signal(number)
            self.assertEqual(g.nodes[0].wait(), 0)

    def test_sigterm_ends_a_failed_start_whose_line_is_not_read(self) -> None:
        """Its line is written directly, so the node waits until the reader takes it."""
        _, line = self.stopped_terminal()
        g = self.whole_grid(1)
        node = self.node(*g.arguments(0), stderr=line)
        self.assertTrue(grid.eventually(lambda: self.blocked_signals(node) == 0))
        node.signal(signal.SIGTERM)
        self.assertEqual(node.wait(), -signal.SIGTERM)

    @staticmethod
    def blocked_signals(node: grid.Node) -> int:
        with open(f"/proc/{node.pid}/status", encoding="ascii") as status:
            text = status.read()
        waits = "\nState:\tS" in text and "\nThreads:\t1\n" in text
        return int(text.split("\nSigBlk:\t")[1].split()[0], 16) if waits else -1

    # Logs that cannot be written

    def test_a_file_that_may_not_grow_does_not_stop_the_node(self) -> None:
        with tempfile.TemporaryFile() as log:
            def limit() -> None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
            g = self.pair(stderr=log.fileno(), before_exec=limit)
            self.restart_peer(g, 5)
            self.assert_ends_in_time(g, stderr=log.fileno(), before_exec=limit)
            self.assertEqual(os.fstat(log.fileno()).st_size, 500)

    def test_a_full_disk_does_not_stop_the_node(self) -> None:
        with open("/dev/full", "wb", buffering=0) as full:
            g = self.pair(stderr=full.fileno())
            self.restart_peer(g, 2)
            self.assert_ends_in_time(g, stderr=full.fileno())

    def test_a_pipe_that_others_made_non_blocking_loses_nothing(self) -> None:
        reader, writer = self.pipe()
        os.set_blocking(writer, False)
        g = self.pair(stderr=writer)
        self.restart_peer(g, 25)
        g.nodes[0].signal(signal.SIGUSR1)
        lines = self.read_until(reader, "SIGUSR1")
        self.assertEqual([event["event"] for event in grid.events_of(lines)].count("session_ended"),
                         25, lines)
        self.assertFalse(os.get_blocking(writer))
        self.assert_ends_in_time(g, stderr=writer)

    def test_no_socket_gets_the_number_of_a_closed_stream(self) -> None:
        for streams in ((2,), (1, 2), (0, 2), (0, 1, 2)):
            g = self.pair("--log-level", "debug", before_exec=close_streams(*streams))
            for stream in streams:
                self.assertEqual(os.readlink(f"/proc/{g.nodes[0].pid}/fd/{stream}"), "/dev/null")
            self.restart_peer(g, 1)
            self.assert_ends_in_time(g, before_exec=close_streams(*streams))

    # What fills the log

    def test_clients_that_do_not_read_have_few_lines(self) -> None:
        g = self.whole_grid(1)
        g.broadcast(0, b"f" * 1000000)
        self.assertEqual(g.client(0).count(), 1)
        clients = [g.connect(0, receive_buffer=4096) for _ in range(20)]
        for deaf in clients:
            deaf.push(b"get\n" * 20 + b"count\n" * (1 << 20), 1.0)

        def told() -> List[int]:
            return [event["count"] for event in
                    g.nodes[0].events("client_disconnected", reason="replies not read")]

        self.assertTrue(grid.eventually(lambda: told() == [1, 10]), g.nodes[0].log())
        for deaf in clients:
            deaf.close()
        self.assertEqual(g.client(0).count(), 1)
        self.assertEqual(told(), [1, 10])


if __name__ == "__main__":
    unittest.main()
