"""What each signal does to a node, for each row of docs/signals.md, whatever its parent has set."""
import os
import pathlib
import resource
import signal
import subprocess
import time
import unittest
from typing import Callable, Iterable, List, Optional

import grid

PAGE = pathlib.Path(__file__).resolve().parent.parent.parent / "docs/signals.md"
END_SECONDS_MAX = 0.1 if not grid.SANITIZED else 2.0

ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
SILENT = (signal.SIGPIPE, signal.SIGXFSZ)
NOTED = (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGXCPU, signal.SIGVTALRM,
         signal.SIGPROF, signal.SIGIO, signal.SIGPWR, 16,  # SIGSTKFLT has no name in Python 3.9
         signal.SIGRTMIN, signal.SIGRTMIN + 6, signal.SIGRTMAX)
CORE = (signal.SIGQUIT, signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE,
        signal.SIGTRAP, signal.SIGSYS)
STOPPING = (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
NOTHING = (signal.SIGCHLD, signal.SIGURG, signal.SIGWINCH, signal.SIGCONT)


def ignoring(*numbers: int) -> Callable[[], None]:
    def before_exec() -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
    return before_exec


def blocking(*numbers: int) -> Callable[[], None]:
    def before_exec() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    return before_exec


def no_core() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def namespaces_refused() -> Optional[str]:
    """The reason why the test cannot start a process 1, or None."""
    try:
        done = subprocess.run(["unshare", "-p", "-f", "--kill-child", "true"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
    except OSError as error:
        return str(error)
    return done.stdout.strip() if done.returncode != 0 else None


class SignalsTest(grid.SystemTest):
    def started(self, before_exec: Optional[Callable[[], None]] = None, **how: object) -> grid.Node:
        """A node, returned when it already answers clients."""
        self.g = self.grid(1, start=[])
        node = self.g.start(0, before_exec=before_exec, **how)
        self.assertEqual(self.g.alive(0), [0])
        self.assertTrue(grid.eventually(node.events))  # another thread writes the log
        return node

    def assert_ends_cleanly(self, node: grid.Node, number: int) -> None:
        lateness = grid.Lateness()
        begin = time.monotonic()
        node.signal(number)
        self.assertEqual(node.wait(), 0)
        self.assertLess(time.monotonic() - begin - 2 * lateness.end(), END_SECONDS_MAX)
        self.assert_says_by_which(node, number)

    def assert_says_by_which(self, node: grid.Node, number: int) -> None:
        """The last event must name the signal that ended the node."""
        last = node.events()[-1]
        self.assertEqual((last["event"], last["severity"], last["signal"]),
                         ("signal_ends_node", "info", signal.Signals(number).name))

    def ignored(self, node: grid.Node) -> List[str]:
        """The signals that the node has logged as ignored."""
        return [event["signal"] for event in node.events("signal_ignored")]

    def assert_goes_on(self, node: grid.Node, numbers: Iterable[int]) -> List[str]:
        """The node must answer after each signal. Returns the lines that it logged meanwhile."""
        before = len(node.log())
        for number in numbers:
            node.signal(number)
            self.assertEqual(self.g.alive(0), [0], number)
        return node.log()[before:]

    # Signals that end a node

    def test_it_ends_cleanly_and_names_the_signal(self) -> None:
        for number in ENDING:
            self.assert_ends_cleanly(self.started(), number)

    def test_signals_that_the_parent_had_blocked_end_it_as_well(self) -> None:
        for number in ENDING:
            self.assert_ends_cleanly(self.started(blocking(*range(1, 32))), number)

    def test_a_signal_that_arrived_while_it_was_blocked_is_not_lost(self) -> None:
        """A signal comes before the node has logged its first line: here, even before its program
        began."""
        def before_exec() -> None:
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
            os.kill(os.getpid(), signal.SIGTERM)
        g = self.grid(1, start=[])
        node = g.start(0, before_exec=before_exec)
        self.assertEqual(node.wait(), 0)
        self.assert_says_by_which(node, signal.SIGTERM)

    def test_hangup_ignored_at_the_start_stays_ignored(self) -> None:
        node = self.started(ignoring(signal.SIGHUP))
        self.assertEqual(self.assert_goes_on(node, [signal.SIGHUP] * 3), [])
        self.assert_ends_cleanly(node, signal.SIGTERM)

    def test_others_end_it_also_if_a_shell_ignores_them(self) -> None:
        """`node &` in a script: without job control, the shell makes the node ignore SIGINT and
        SIGQUIT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            self.assert_ends_cleanly(self.started(ignoring(*ENDING[:2], signal.SIGQUIT)), number)

    # Signals that do nothing; some of them are logged

    def test_broken_pipes_and_full_files_are_not_logged(self) -> None:
        self.assertEqual(self.assert_goes_on(self.started(), SILENT * 2), [])

    def test_others_are_ignored_with_a_line(self) -> None:
        node = self.started()
        self.assert_goes_on(node, NOTED)
        self.assertTrue(grid.eventually(lambda: len(node.log()) == 1 + len(NOTED)), node.log())
        self.assertEqual(
            len(node.events("signal_ignored", severity="warning", count=1)), len(NOTED), node.log())
        names = self.ignored(node)
        self.assertEqual((names[0], names[8], names[10]), ("SIGUSR1", "SIGSTKFLT", "SIGRTMIN+6"))

    def test_a_flood_of_them_has_few_lines(self) -> None:
        node = self.started()
        for _ in range(150):
            self.assert_goes_on(node, [signal.SIGUSR1])
        node.signal(signal.SIGTERM)
        node.wait()
        self.assertEqual([(event["event"], event.get("count")) for event in node.events()[1:-1]],
                         [("signal_ignored", count) for count in (1, 10, 100)])

    def test_an_alarm_that_the_parent_had_set_is_ignored(self) -> None:
        """alarm(2) and timers continue when a process executes another program. The signal is
        blocked until the node handles it, so it cannot end the process before."""
        def before_exec() -> None:
            blocking(signal.SIGALRM)()
            signal.setitimer(signal.ITIMER_REAL, 0.05)
        node = self.started(before_exec)
        self.assertTrue(grid.eventually(lambda: "SIGALRM" in self.ignored(node)), node.log())
        self.assertEqual(self.g.alive(0), [0])

    def test_a_soft_limit_of_processor_time_is_logged_and_the_hard_one_kills(self) -> None:
        node = self.started(lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 2)))
        client = self.g.connect(0)
        while node.running() and "SIGXCPU" not in self.ignored(node):
            client.send(b"broadcast x\n" * 1000)
            self.g.client(0).count()
        self.assertEqual(self.g.alive(0), [0])
        try:
            while node.running():
                client.send(b"broadcast x\n" * 1000)
                self.g.client(0).count()
        except ConnectionError:
            pass
        self.assertEqual(node.wait(), -signal.SIGKILL)

    def test_signals_without_effect_stay_without_effect(self) -> None:
        self.assertEqual(self.assert_goes_on(self.started(), NOTHING), [])

    # Signals that keep their usual effect

    @unittest.skipIf(grid.SANITIZED, "a sanitizer reports them itself")
    def test_bugs_end_it_as_they_end_any_program(self) -> None:
        for number in CORE:
            node = self.started(no_core)
            node.signal(number)
            self.assertEqual(node.wait(), -number)

    @unittest.skipIf(grid.SANITIZED, "a sanitizer reports them itself")
    def test_they_do_also_below_a_parent_that_ignored_or_blocked_them(self) -> None:
        for prepare in (ignoring, blocking):
            for number in CORE:
                node = self.started(lambda: (no_core(), prepare(*CORE)())[1])
                node.signal(number)
                self.assertEqual(node.wait(), -number)

    def test_it_stops_and_continues(self) -> None:
        for number in STOPPING:
            # A new process group has no terminal and no shell that could continue it; the kernel
            # then drops all but SIGSTOP (signal(7): orphaned).
            node = self.started()
            node.signal(number)
            if number == signal.SIGSTOP:
                self.assertTrue(grid.eventually(lambda: self.state(node) == "T"))
            node.signal(signal.SIGCONT)
            self.assertEqual(self.g.alive(0), [0])
            self.assert_ends_cleanly(node, signal.SIGTERM)

    @staticmethod
    def state(node: grid.Node) -> str:
        text = pathlib.Path(f"/proc/{node.pid}/stat").read_text(encoding="ascii")
        return text.rpartition(")")[2].split()[0]

    # Process 1: by default, the kernel delivers no signals to it

    def process_1(self) -> grid.Node:
        refused = namespaces_refused()
        if refused:
            self.skipTest(f"no process 1 of our own: {refused}")
        return self.started(below=("unshare", "-p", "-f", "--kill-child"))

    def child(self, node: grid.Node) -> int:
        path = pathlib.Path(f"/proc/{node.pid}/task/{node.pid}/children")
        return int(path.read_text(encoding="ascii").split()[0])

    def test_crash_ends_process_1(self) -> None:
        node = self.process_1()
        self.g.connect(0).send(b"crash\n")
        self.assertEqual(node.wait(), 128 + signal.SIGKILL)

    def test_the_same_signals_end_process_1(self) -> None:
        for number in ENDING:
            node = self.process_1()
            os.kill(self.child(node), number)
            self.assertEqual(node.wait(), 0)
            self.assert_says_by_which(node, number)

    def test_process_1_ignores_what_others_ignore(self) -> None:
        node = self.process_1()
        for number in (*SILENT, *NOTED):
            os.kill(self.child(node), number)
            self.assertEqual(self.g.alive(0), [0])
        self.assertTrue(grid.eventually(lambda: len(node.log()) == 1 + len(NOTED)), node.log())

    # The page docs/signals.md

    def test_the_page_has_every_signal_there_is(self) -> None:
        page = PAGE.read_text(encoding="utf-8")
        for number in signal.valid_signals():
            if number < 32 and number != 16:
                self.assertIn(f"`{signal.Signals(number).name[3:]}`", page)
        self.assertIn("`STKFLT`", page)


if __name__ == "__main__":
    unittest.main()
