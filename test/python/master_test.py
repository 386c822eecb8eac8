"""master.py with fake nodes: what it prints, that it never hangs, and that it leaves nothing."""
import codecs
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest
from typing import List, Optional, Tuple

import fixture

MASTER = fixture.PYTHON_DIR / "master.py"
INTERRUPTED = 128 + signal.SIGINT


class MasterTest(fixture.ProcessTest):
    def setUp(self) -> None:
        super().setUp()
        self.nodes = self.write_process_folder()
        self.ports = fixture.free_ports(3)

    def start_master(self, *options: str, **more: object) -> "subprocess.Popen[bytes]":
        return self.start(sys.executable, MASTER, "--process", self.nodes, *options, **more)

    def starts(self, count: int) -> bytes:
        return b"".join(b"%d start %d %d\n" % (i, count, self.ports[i]) for i in range(count))

    def run_script(self, script: bytes, *options: str, status: int = 0) -> Tuple[List[bytes], str]:
        """The lines that the script printed, and the reports on standard error."""
        master = self.start_master(*options)
        output, words = master.communicate(script, timeout=60)
        self.assertEqual(master.returncode, status, words.decode())
        self.assertNotIn(b"Traceback", words)
        self.await_no_process()
        return output.split(b"\n")[:-1], words.decode()

    def interactive(self, count: int) -> "subprocess.Popen[bytes]":
        """A master that has started nodes and waits for more lines."""
        master = self.start_master()
        master.stdin.write(self.starts(count) + b"0 alive\n")
        master.stdin.flush()
        expected = b"alive " + b",".join(b"%d" % i for i in range(count)) + b"\n"
        self.assertEqual(master.stdout.readline(), expected)
        return master

    def ask(self, master: "subprocess.Popen[bytes]", lines: bytes, answer: bytes) -> None:
        master.stdin.write(lines)
        master.stdin.flush()
        self.assertEqual(master.stdout.readline(), answer)

    def node_pid(self, node: int) -> int:
        record, = (self.nodes / "state").glob(f"*/{node}.pid")
        return int(record.read_text().split()[0])

    def end_of(self, master: "subprocess.Popen[bytes]") -> Tuple[int, bytes]:
        _, words = master.communicate(timeout=fixture.SECONDS_MAX)
        self.await_no_process()
        return master.returncode, words


class AnswerTest(MasterTest):
    def test_after_a_start_all_agree_and_after_a_crash_no_node_shows_the_dead(self) -> None:
        output, words = self.run_script(
            self.starts(3) + b"0 alive\n2 alive\n1 crash\n0 alive\n2 alive\nexit\n0 alive\n")
        self.assertEqual(output, [b"alive 0,1,2"] * 2 + [b"alive 0,2"] * 2)
        self.assertEqual(words, "")

    def test_after_a_crash_the_survivors_are_given_time_to_notice(self) -> None:
        output, words = self.run_script(
            self.starts(3) + b"0 broadcast !stale\n1 crash\n0 alive\n")
        self.assertEqual((output, words), ([b"alive 0,2"], ""))

    def test_nodes_cannot_read_the_script(self) -> None:
        master = self.interactive(1)
        self.assertEqual(os.readlink(f"/proc/{self.node_pid(0)}/fd/0"), os.devnull)
        master.stdin.write(b"0 alive\nexit\n")
        self.assertEqual(master.communicate(timeout=fixture.SECONDS_MAX)[0], b"alive 0\n")

    def test_a_node_restarts_at_once_on_its_port(self) -> None:
        output, words = self.run_script(
            self.starts(2) + b"0 broadcast a\n" +
            b"".join(b"1 crash\n1 start 2 %d\n1 get\n" % self.ports[1] for _ in range(5)) +
            b"0 get\n0 alive")
        self.assertEqual(output, [b"messages "] * 5 + [b"messages a", b"alive 0,1"])
        self.assertEqual(words, "")

    def test_a_paused_node_is_gone_and_returns(self) -> None:
        output, words = self.run_script(
            self.starts(2) + b"1 pause\n0 alive\n1 get\n1 pause\n0 resume\n1 resume\n"
            b"0 alive\n1 count\n")
        self.assertEqual(output, [b"alive 0", b"Invalid pid: 1", b"Invalid pid: 1",
                                  b"Invalid pid: 0", b"alive 0,1", b"count 0"])
        self.assertIn("paused", words)

    def test_texts_come_back_byte_for_byte(self) -> None:
        texts = [b"a,b", "é🦆".encode(), b"\xff\xfe\x00", b" x ", b"long " * 250_000]
        script = self.starts(1) + b"".join(b"0 broadcast " + text + b"\n" for text in texts)
        output, _ = self.run_script(script + b"0 get\n0 count")
        self.assertEqual(output, [b"messages " + b",".join(texts), b"count 5"])

    def test_answers_of_many_megabytes_are_whole(self) -> None:
        script = self.starts(1) + b"".join(b"0 broadcast %d%s\n" % (k, b"x" * 1_000_000)
                                           for k in range(20))
        output, _ = self.run_script(script + b"0 get\n0 alive\n")
        self.assertEqual(len(output[0]), len(b"messages ") + 20 * 1_000_001 + 10 + 19)
        self.assertEqual(output[1], b"alive 0")

    def test_line_ends_and_blank_lines_do_not_matter(self) -> None:
        script = (b"\n  \n" + self.starts(1) + b"0 broadcast a\n0 get\n\n0 alive")
        output, _ = self.run_script(script.replace(b"\n", b"\r\n"))
        self.assertEqual(output, [b"messages a", b"alive 0"])

    def test_an_error_to_a_broadcast_is_not_taken_for_an_answer(self) -> None:
        output, words = self.run_script(
            self.starts(1) + b"0 broadcast a\n0 broadcast !refuse\n0 broadcast b\n0 get\n"
            b"0 broadcast !refuse\n0 alive\n0 count\n")
        self.assertEqual(output, [b"error refused", b"messages a,b", b"error refused", b"alive 0",
                                  b"count 2"])
        self.assertEqual(words, "")


class RefusalTest(MasterTest):
    def test_what_cannot_be_carried_out_is_answered_and_the_script_continues(self) -> None:
        port = self.ports
        script = [
            (b"0 get", b"Invalid pid: 0"), (b"0 start 2 9999", b"Invalid port: 9999"),
            (b"0 start 2 %d" % port[0], None), (b"0 start 2 %d" % port[1], b"Invalid pid: 0"),
            (b"1 start 2 %d" % port[0], b"Invalid port: %d" % port[0]),
            (b"2 start 2 %d" % port[1], b"Invalid pid: 2"), (b"dance", b"Invalid command: dance"),
            (b"0 \xff", b"Invalid command: 0 \xff"), (b"0 alive", b"alive 0"),
            (b"0 crash", None), (b"0 crash", b"Invalid pid: 0"),
            (b"0 broadcast x", b"Invalid pid: 0"), (b"0 alive", b"Invalid pid: 0")]
        output, _ = self.run_script(b"\n".join(line for line, _ in script))
        self.assertEqual(output, [answer for _, answer in script if answer])

    def test_a_port_that_another_program_uses_is_invalid(self) -> None:
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", self.ports[0]))
            other.listen()
            output, words = self.run_script(b"0 start 1 %d\n0 get" % self.ports[0])
        self.assertEqual(output, [b"Invalid port: %d" % self.ports[0], b"Invalid pid: 0"])
        self.assertIn("in use", words)

    def test_a_node_that_dies_by_itself_is_an_invalid_pid(self) -> None:
        output, words = self.run_script(
            self.starts(2) + b"0 broadcast !die\n0 get\n0 get\n1 alive\n")
        self.assertEqual(output, [b"Invalid pid: 0", b"Invalid pid: 0", b"alive 1"])
        self.assertIn("node 0 ended by itself, exit status 3", words)

    def test_half_an_answer_is_no_answer(self) -> None:
        output, words = self.run_script(self.starts(1) + b"0 broadcast !half\n0 get\n0 alive\n")
        self.assertEqual(output, [b"Invalid pid: 0"] * 2)
        self.assertIn("exit status 4", words)

    def test_a_process_that_never_becomes_a_node_is_not_waited_for(self) -> None:
        self.write_program(self.nodes / "process", "#!/bin/sh\nexit 7\n")
        output, words = self.run_script(self.starts(1) + b"0 alive\n")
        self.assertEqual(output, [b"Invalid pid: 0"])
        self.assertIn("exit status 7", words)

    def test_a_process_that_cannot_be_run_is_reported(self) -> None:
        self.write_program(self.nodes / "process", "#!/no/such/interpreter\n")
        output, words = self.run_script(self.starts(1) + b"0 alive\n")
        self.assertEqual(output, [b"Invalid pid: 0"] * 2)
        self.assertIn("cannot be started", words)


class PatienceTest(MasterTest):
    def test_a_silent_node_delays_the_script_only_so_long(self) -> None:
        output, words = self.run_script(
            self.starts(1) + b"0 broadcast !mute\n0 get\n0 crash\n0 get", "--answer-seconds", "0.2")
        self.assertEqual(output, [b"Invalid pid: 0"])
        self.assertIn("did not answer `get`", words)

    def test_a_late_answer_is_not_taken_for_the_next_one(self) -> None:
        output, _ = self.run_script(
            self.starts(1) + b"0 broadcast a\n0 broadcast !late\n0 count\n0 get\n",
            "--answer-seconds", "0.2")
        self.assertEqual(output, [b"count 1", b"messages a"])

    def test_disagreement_is_reported_and_the_script_continues(self) -> None:
        output, words = self.run_script(
            b"0 start 1 %d\n1 start 2 %d\n0 alive\n" % tuple(self.ports[:2]))
        self.assertEqual(output, [b"alive 0"])
        self.assertIn("no agreement 3 s after the start of node 1 (0 shows 0; 1 shows 0,1)", words)

    def test_lab_timing_sleeps_and_gives_up(self) -> None:
        short = ("import sys, master; master.LAB_SECONDS_MAX = 1.0; sys.argv[0] = 'master.py'; "
                 "sys.exit(master.main())")
        master = self.start(sys.executable, "-c", short, "--lab-timing", "--process", self.nodes,
                            env={**os.environ, "PYTHONPATH": str(fixture.PYTHON_DIR)})
        output, words = master.communicate(self.starts(1) + b"0 alive\n", timeout=60)
        self.assertEqual((master.returncode, output), (1, b""))
        self.assertIn(b"gave up", words)
        self.await_no_process()


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
        self.await_condition(lambda: (self.folder / "pid").is_file() and (self.folder / "pid").read_text(), "a node")
        words = f"/proc/{(self.folder / 'pid').read_text().strip()}/fd/2"
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

    def test_an_answer_is_not_waited_for_when_the_node_is_gone_and_a_child_of_it_is_not(self) -> None:
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


class ScriptTest(MasterTest):
    def test_a_script_may_come_from_any_editor(self) -> None:
        script = (self.starts(1) + b"0 broadcast \xc3\xa9\n\n0 get\n0 alive").decode()
        for encoding in ("utf-8-sig", "utf-16", "utf-16-be"):
            for end in ("\n", "\r\n"):
                with self.subTest(encoding=encoding, end=end):
                    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
                    saved = mark + script.replace("\n", end).encode(encoding)
                    output, words = self.run_script(saved)
                    self.assertEqual(output, [b"messages \xc3\xa9", b"alive 0"])
                    self.assertEqual(words, "")

    def test_a_script_that_cannot_be_read_is_named(self) -> None:
        output, words = self.run_script("0 get\n".encode("utf-16-le"), status=1)
        self.assertEqual(output, [])
        self.assertEqual(words, "master: script: the text is UTF-16 without a byte order mark; "
                         "save it as UTF-8\n")

    def test_leading_zeros_do_not_count(self) -> None:
        output, _ = self.run_script(b"0000000000 start 01 000%d\n00 alive\nsleep 00000000010\n"
                                    % self.ports[0])
        self.assertEqual(output, [b"alive 0"])


class BasePortTest(MasterTest):
    def base_port_of(self, *options: str, **environment: str) -> str:
        """The environment of a node."""
        self.write_program(self.nodes / "process", "#!/bin/sh\n"
                           f"echo \"${{OVID_BASE_PORT-none}}\" >'{self.folder}/said'\n")
        master = self.start_master(*options, env={**os.environ, **environment})
        master.communicate(self.starts(1), timeout=60)
        return (self.folder / "said").read_text().strip()

    def test_the_option_wins_over_the_environment(self) -> None:
        self.assertEqual(self.base_port_of("--base-port", "21000", OVID_BASE_PORT="22000"), "21000")
        self.assertEqual(self.base_port_of(OVID_BASE_PORT="022000"), "22000")
        self.assertEqual(self.base_port_of("--base-port", "3000", OVID_BASE_PORT="22000"), "3000")
        self.assertEqual(self.base_port_of(), "none")


class OptionTest(MasterTest):
    def test_debug_shows_every_line_and_what_is_waited_for(self) -> None:
        output, words = self.run_script(self.starts(1) + b"0 broadcast hello\n0 get\n", "debug")
        self.assertEqual(output, [b"messages hello"])
        for text in ("node 0 <- broadcast hello", "node 0 <- get", "node 0 -> messages hello",
                     "waiting until 0 agree", "waiting for the answer of node 0",
                     "fake node 0: ready"):
            self.assertIn(text, words)

    def test_logs_are_appended_a_file_for_each_node(self) -> None:
        logs = self.folder / "logs"
        for _ in range(2):
            self.run_script(self.starts(2), "--log-dir", str(logs))
        for node in (0, 1):
            self.assertEqual((logs / f"node-{node}.log").read_text(),
                             f"fake node {node}: ready\n" * 2)

    def test_help_version_and_usage(self) -> None:
        def run(*options: str) -> "Tuple[int, Optional[str]]":
            done = subprocess.run([sys.executable, MASTER, *options], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, check=False)
            return done.returncode, done.stdout

        status, text = run("--help")
        self.assertEqual(status, 0)
        self.assertIn("<id> start <n> <port>", text)
        self.assertRegex(run("--version")[1], r"^ovid (\d+\.\d+\.\d+|unknown)\n$")
        self.assertEqual(run("--process", "/nonexistent"), (2, ""))
        self.assertEqual(run("debugging"), (2, ""))


if __name__ == "__main__":
    unittest.main()
