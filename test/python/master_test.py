"""master.py with fake nodes: what it prints, that it never hangs, and that it leaves nothing."""
import codecs
import os
import socket
import subprocess
import sys
import unittest
from typing import Optional, Tuple

import fixture
from masters import MASTER, MasterTest


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
