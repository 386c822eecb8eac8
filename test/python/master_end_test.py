"""How master.py ends, and what it says of nodes that end by themselves; with fake nodes."""
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import sys
import time
import unittest

import fixture
from masters import MASTER, MasterTest

INTERRUPTED = 128 + signal.SIGINT


class EndTest(MasterTest):
    def test_signals_end_everything_wherever_the_master_waits(self) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for line in (b"", b"sleep 100000\n", b"0 broadcast !mute\n0 get\n"):
                with self.subTest(signal=signum.name, line=line):
                    master = self.interactive(2)
                    master.stdin.write(line)
                    master.stdin.flush()
                    master.send_signal(signum)
                    status, words = self.end_of(master)
                    self.assertEqual((status, words), (128 + signum, b""))

    def test_the_nodes_of_a_killed_master_end(self) -> None:
        master = self.interactive(2)
        master.kill()
        self.assertEqual(self.end_of(master)[0], -signal.SIGKILL)

    def test_a_paused_node_is_ended_too(self) -> None:
        master = self.interactive(2)
        os.kill(self.node_pid(1), signal.SIGSTOP)
        master.stdin.close()
        master.stdin = None
        self.assertEqual(self.end_of(master), (0, b""))

    def test_a_closed_output_ends_the_master(self) -> None:
        master = self.interactive(1)
        master.stdout.close()
        master.stdout = None
        master.stdin.write(b"0 alive\nsleep 100000\n")
        master.stdin.flush()
        self.assertEqual(self.end_of(master), (1, b""))

    def test_an_output_that_is_not_read_does_not_delay_a_signal(self) -> None:
        master = self.interactive(1)
        master.stdin.write(b"0 broadcast " + b"x" * 300_000 + b"\n0 get\n")
        master.stdin.flush()
        self.await_condition(lambda: select.select([master.stdout], [], [], 0)[0], "output")
        master.send_signal(signal.SIGINT)
        self.await_condition(lambda: master.poll() is not None, "the end of the master")
        self.assertEqual(self.end_of(master), (INTERRUPTED, b""))

    def test_without_standard_descriptors_nothing_hangs(self) -> None:
        shell = self.start("sh", "-c", f"exec '{sys.executable}' '{MASTER}' --process "
                           f"'{self.nodes}' <&- >&- 2>&-")
        self.assertEqual(self.end_of(shell), (0, b""))

    def test_what_is_ignored_at_the_start_stays_ignored(self) -> None:
        for signum in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=signum.name):
                master = self.start_master(
                    preexec_fn=lambda: signal.signal(signum, signal.SIG_IGN))
                self.ask(master, self.starts(1) + b"0 alive\n", b"alive 0\n")
                master.send_signal(signum)
                self.ask(master, b"0 count\n", b"count 0\n")
                status = pathlib.Path(f"/proc/{self.node_pid(0)}/status").read_text()
                ignored = int(re.search(r"SigIgn:\t(\w+)", status)[1], 16)
                self.assertEqual(bool(ignored >> (signum - 1) & 1), signum != signal.SIGTERM,
                                 "nodes ignore it too, except for what is there to end them")
                self.assertEqual(self.end_of(master), (0, b""))

    def test_a_parent_that_does_not_reap_its_children_changes_nothing(self) -> None:
        master = self.start_master(preexec_fn=lambda: (
            signal.signal(signal.SIGCHLD, signal.SIG_IGN),
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])))
        self.ask(master, self.starts(1) + b"0 broadcast !die\n0 get\n", b"Invalid pid: 0\n")
        self.assertIn(b"ended by itself, exit status 3", self.end_of(master)[1])


class LastWordsTest(MasterTest):
    def words_of(self, process: str, *options: str) -> str:
        """The report about a node that does not start."""
        self.write_program(self.nodes / "process", "#!/bin/sh\n" + process)
        began = time.monotonic()
        output, words = self.run_script(self.starts(1) + b"0 alive\n", *options)
        self.assertEqual(output, [b"Invalid pid: 0"])
        self.assertLess(time.monotonic() - began, 5, "the wait ends with the child")
        return words

    def test_a_node_that_does_not_start_is_reported_with_its_last_lines(self) -> None:
        logs = self.folder / "logs"
        process = "echo starting; echo port 3000 is taken >&2; exit 1\n"
        for options in ((), ("--log-dir", str(logs)), ("--log-dir", str(logs))):
            self.assertEqual(self.words_of(process, *options),
                             "master: node 0 ended by itself, exit status 1:\n"
                             "master:   starting\nmaster:   port 3000 is taken\n")
        self.assertEqual(self.words_of("kill -9 $$\n", "--log-dir", str(logs)),
                         "master: node 0 ended by itself, killed by SIGKILL\n",
                         "what another node said before is not its last word")

    def test_one_line_is_reported_in_one_line_without_control_characters(self) -> None:
        self.assertEqual(self.words_of("printf 'red \\033[31m\\377' >&2; exit 2\n"),
                         "master: node 0 ended by itself, exit status 2: red \\x1b[31m\\xff\n")

    def test_of_much_output_the_end_is_reported(self) -> None:
        words = self.words_of("seq 1000000 >&2; echo the last >&2; exit 5\n")
        self.assertEqual(words.splitlines()[1:], ["master:   999999", "master:   1000000",
                                                  "master:   the last"])

    def test_output_does_not_fill_the_memory(self) -> None:
        self.write_program(self.nodes / "process", "#!/bin/sh\necho \"$$\" "
                           f">'{self.folder}/pid'\n"
                           "while :; do seq 20000 >&2; sleep 0.01; done\n")
        master = self.start_master()
        master.stdin.write(self.starts(1) + b"sleep 100000\n")
        master.stdin.flush()
        pid = self.folder / "pid"
        self.await_condition(lambda: pid.is_file() and pid.read_text(), "a node")
        words = f"/proc/{pid.read_text().strip()}/fd/2"
        most = [0]

        def was_given_back() -> bool:
            size = os.stat(words).st_size
            most[0] = max(most[0], size)
            return size < most[0]

        self.assertIn("memfd:words", os.readlink(words))
        for _ in range(2):
            self.await_condition(was_given_back, "memory is given back")
            most[0] = 0
        master.terminate()
        self.assertEqual(self.end_of(master)[0], 128 + signal.SIGTERM)

    def test_a_checkout_that_was_not_built_is_reported(self) -> None:
        (self.nodes / "process").unlink()
        shutil.copy(fixture.PYTHON_DIR / "process", self.nodes / "process")
        _, words = self.run_script(self.starts(1))
        self.assertRegex(words, r"^master: node 0 ended by itself, exit status 1: process: no "
                         r".*/build/ovid; run .*/build first\n$")

    def test_a_real_port_that_is_taken_is_named(self) -> None:
        ovid = os.environ.get("OVID")
        if not ovid:
            self.skipTest("needs the real node")
        base_port, = fixture.free_ports(4)[3:]
        self.write_program(self.nodes / "process",
                           f"#!/bin/sh\nexec '{ovid}' node \"$@\" --base-port $OVID_BASE_PORT\n")
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", base_port))
            other.listen()
            _, words = self.run_script(self.starts(1), "--base-port", str(base_port))
        self.assertIn("node 0 ended by itself, exit status 1: ovid: mesh port "
                      f"{base_port} on 127.0.0.1 is taken", words)

    def test_no_answer_is_waited_for_when_the_node_is_gone_and_a_child_of_it_is_not(self) -> None:
        self.write_program(self.nodes / "process", f"""#!/bin/sh
'{sys.executable}' -S -E '{fixture.FAKE_NODE}' '{self.nodes}/state' "$@" &
while [ ! -e '{self.folder}/go' ]; do sleep 0.01; done
echo leaving >&2
exit 6
""")
        master = self.interactive(1)
        master.stdin.write(b"0 broadcast !mute\n0 get\n")
        master.stdin.flush()
        fake = fixture.processes_with(f"{self.nodes}/state")[-1]
        self.await_condition(lambda: "mood mute" in pathlib.Path(f"/proc/{fake}/fd/2").read_text(),
                             "the node is mute")
        (self.folder / "go").touch()
        began = time.monotonic()
        self.assertEqual(master.stdout.readline(), b"Invalid pid: 0\n")
        self.assertLess(time.monotonic() - began, 5)
        self.assertIn(b"exit status 6", self.end_of(master)[1])


if __name__ == "__main__":
    unittest.main()
