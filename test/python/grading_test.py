"""grading.py with fake nodes: verdicts, exit statuses, and nothing left behind."""
import os
import pathlib
import pty
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest
from typing import Tuple

import fixture
from lab import namespace

GRADING = fixture.PYTHON_DIR / "grading.py"


class GraderCase(fixture.ProcessTest):
    def setUp(self) -> None:
        super().setUp()
        self.nodes = self.write_process_folder()
        self.scripts = self.folder / "scripts"
        self.scripts.mkdir()
        self.port = fixture.free_ports(1)[0]

    def add(self, name: str, script: str, expected: str) -> None:
        start = f"0 start 1 {self.port}\n"
        (self.scripts / f"{name}.input").write_text(start + script)
        (self.scripts / f"{name}.output").write_text(expected)

    def grade(self, *options: object, status: int = 0) -> Tuple[str, str]:
        command = [sys.executable, GRADING, self.scripts, "--process", self.nodes, *options]
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        self.await_no_process()
        return done.stdout, done.stderr


class GradingTest(GraderCase):
    def test_correct_and_wrong_are_distinguished(self) -> None:
        self.add("good", "0 alive\n", "alive 0")
        output, progress = self.grade()
        self.assertEqual(output, "good correct\n1 correct, 0 wrong\n")
        self.assertEqual(progress, "[1/1] good\n")
        self.add("bad", "0 alive\n0 count\n", "alive 0\ncount 1\n")
        output, _ = self.grade(status=1)
        self.assertTrue(output.startswith("bad wrong\n"))
        for row in ("    -count 1", "    +count 0", "      fake node 0: ready", "good correct",
                    "1 correct, 1 wrong"):
            self.assertIn(row, output.splitlines())

    def test_a_missing_expectation_is_wrong(self) -> None:
        self.add("lonely", "0 alive\n", "")
        (self.scripts / "lonely.output").unlink()
        output, _ = self.grade(status=1)
        self.assertIn("lonely wrong\n    no expected output", output)

    def test_only_and_repeat(self) -> None:
        for name in ("crash1", "crash2", "other"):
            self.add(name, "0 count\n", "count 0")
        output, _ = self.grade("--only", "crash*", "--repeat", 2)
        self.assertEqual(output, "crash1 correct\ncrash2 correct\n" * 2 + "4 correct, 0 wrong\n")

    def test_the_time_limit_ends_master_and_nodes(self) -> None:
        self.add("slow", "0 alive\nsleep 100000\n", "alive 0")
        output, _ = self.grade("--timeout", 0.5, status=1)
        self.assertIn("not finished after 0.5 s", output)

    def test_orphans_of_foreign_nodes_are_ended(self) -> None:
        self.write_program(self.nodes / "process", f"""#!/bin/sh
setsid '{sys.executable}' -c 'import signal; signal.pause()' '{self.folder}' &
exec '{sys.executable}' -S -E '{fixture.FAKE_NODE}' '{self.nodes}/state' "$@"
""")
        self.add("orphan", "0 alive\n", "alive 0")
        self.grade()

    def test_the_build_of_the_process_folder_comes_first(self) -> None:
        self.add("good", "0 alive\n", "alive 0")
        self.write_program(self.nodes / "build", f"#!/bin/sh\ntouch '{self.folder}/built'\n")
        self.grade()
        self.assertTrue((self.folder / "built").exists())
        self.write_program(self.nodes / "build", "#!/bin/sh\necho what is wrong\nexit 5\n")
        output, _ = self.grade(status=1)
        self.assertIn("what is wrong\n", output)
        self.assertIn("failed with status 5", output)
        self.assertNotIn("good", output)

    def test_usage_errors(self) -> None:
        output, words = self.grade(status=2)
        self.assertIn("no *.input", words)
        self.add("good", "0 alive\n", "alive 0")
        self.assertIn("no x*.input", self.grade("--only", "x*", status=2)[1])
        self.assertIn("--repeat", self.grade("--repeat", 0, status=2)[1])
        self.assertIn("--timeout", self.grade("--timeout", "nan", status=2)[1])
        self.nodes = pathlib.Path("/nonexistent")
        self.assertIn("no executable", self.grade(status=2)[1])
        self.scripts = pathlib.Path("/nonexistent")
        self.assertIn("no folder", self.grade(status=2)[1])
        self.assertRegex(self.grade("--version")[0], r"^ovid ")
        self.assertIn("--lab-timing", self.grade("--help")[0])

    def test_scripts_and_expectations_may_come_from_any_editor(self) -> None:
        script, expected = f"0 start 1 {self.port}\n0 alive\n\n0 count", "alive 0\ncount 0\n"
        for encoding in ("utf-8-sig", "utf-16"):
            for name, saved in (("input", script), ("output", expected)):
                self.add("saved", "", "")
                (self.scripts / "saved.input").write_bytes(script.encode())
                (self.scripts / "saved.output").write_bytes(expected.encode())
                (self.scripts / f"saved.{name}").write_bytes(
                    saved.replace("\n", "\r\n").encode(encoding))
                with self.subTest(encoding=encoding, saved=name):
                    self.assertEqual(self.grade()[0], "saved correct\n1 correct, 0 wrong\n")

    def test_a_text_that_cannot_be_read_is_wrong_and_the_others_still_run(self) -> None:
        self.add("good", "0 alive\n", "alive 0")
        self.add("bad_script", "", "")
        (self.scripts / "bad_script.input").write_bytes("0 get\n".encode("utf-16-le"))
        self.add("bad_output", "0 alive\n", "")
        (self.scripts / "bad_output.output").write_bytes("alive 0\n".encode("utf-16-be"))
        output, _ = self.grade(status=1)
        for line in ("bad_script wrong\n    not run: the text is UTF-16 without",
                     "bad_output wrong\n    no expected output: the text is UTF-16 without",
                     "good correct", "1 correct, 2 wrong"):
            self.assertIn(line, output)

    def test_a_port_of_another_program_is_named_and_waited_for_once(self) -> None:
        for name in ("a", "b", "c"):
            self.add(name, "0 alive\n", "alive 0")
        short = ("import sys, grading; grading._PORT_SECONDS_MAX = 1.0; sys.argv[0] = 'grading.py';"
                 "sys.exit(grading.main())")
        base_port = fixture.free_ports(2)[1]
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", base_port))
            other.listen()
            began = time.monotonic()
            grading = self.start(sys.executable, "-c", short, self.scripts, "--process", self.nodes,
                                 "--base-port", base_port,
                                 env={**os.environ, "PYTHONPATH": str(fixture.PYTHON_DIR)})
            output = grading.communicate(timeout=fixture.SECONDS_MAX)[0].decode()
            self.assertLess(time.monotonic() - began, 2.5)
        self.assertEqual(grading.returncode, 1)
        self.assertEqual(output.count(f"not run: other programs use the ports [{base_port}]"), 3)

    def test_signals_leave_nothing(self) -> None:
        self.add("slow", "0 alive\nsleep 100000\n", "alive 0")
        for signum in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=signum.name):
                grading = self.start(sys.executable, GRADING, self.scripts, "--process", self.nodes)
                self.await_condition(lambda: fixture.processes_with(f"{self.nodes}/state"), "node")
                grading.send_signal(signum)
                _, words = grading.communicate(timeout=fixture.SECONDS_MAX)
                self.assertEqual(grading.returncode, 128 + signum)
                self.assertNotIn(b"Traceback", words)
                self.await_no_process()

    def test_on_a_terminal_progress_rewrites_its_line(self) -> None:
        self.add("good", "0 alive\n", "alive 0")
        ours, theirs = pty.openpty()
        grading = self.start(sys.executable, GRADING, self.scripts, "--process", self.nodes,
                             stderr=theirs)
        os.close(theirs)
        output, _ = grading.communicate(timeout=fixture.SECONDS_MAX)
        self.assertEqual(os.read(ours, 4096), b"\r\033[K[1/1] good\r\033[K")
        os.close(ours)
        self.assertEqual(output, b"good correct\n1 correct, 0 wrong\n")


# Entering a network namespace fails as it does where that is not allowed.
REFUSED = """
import sys
from lab import namespace
def refused(what):
    raise PermissionError(1, "Operation not permitted")
namespace._unshare = refused
import grading
sys.argv[0] = "grading.py"
sys.exit(grading.main())
"""

# In a namespace whose loopback device works.
LISTENING = """
import os, socket, sys
sys.path.insert(0, sys.argv[1])
from lab import namespace
before = os.readlink("/proc/self/ns/net")
ports = open("/proc/sys/net/ipv4/ip_local_port_range").read()
namespace.enter()
assert before != os.readlink("/proc/self/ns/net")
assert ports == open("/proc/sys/net/ipv4/ip_local_port_range").read()
with socket.create_server(("127.0.0.1", 10000)), socket.create_connection(("127.0.0.1", 10000)):
    print("connected")
"""


class SideBySideTest(GraderCase):
    """With several jobs: the tests of one job, and more."""

    test_correct_and_wrong_are_distinguished = GradingTest.test_correct_and_wrong_are_distinguished
    test_the_time_limit_ends_master_and_nodes = \
        GradingTest.test_the_time_limit_ends_master_and_nodes
    test_orphans_of_foreign_nodes_are_ended = GradingTest.test_orphans_of_foreign_nodes_are_ended

    def setUp(self) -> None:
        super().setUp()
        self.refusal = namespace.refusal()

    def grade(self, *options: object, status: int = 0) -> Tuple[str, str]:
        if "--jobs" not in options:
            options += ("--jobs", 3)
        return super().grade(*options, status=status)

    def needs_namespaces(self) -> None:
        if self.refusal:
            self.skipTest(f"no network namespaces: {self.refusal}")

    def test_scripts_run_at_the_same_time_on_the_same_ports_and_are_reported_in_order(self) -> None:
        self.needs_namespaces()
        for k in range(4):
            # Each waits until three are there; the first is the last to end.
            self.add(f"s{k}", f"sleep {900 if k == 0 else 50}\n0 alive\n", "alive 0")
        self.write_program(self.nodes / "process", f"""#!/bin/sh
mkdir '{self.folder}/'there.$$
while [ "$(ls -d '{self.folder}'/there.* | wc -l)" -lt 3 ]; do sleep 0.01; done
mkdir "{self.nodes}/state.$$"
exec '{sys.executable}' -S -E '{fixture.FAKE_NODE}' "{self.nodes}/state.$$" "$@"
""")
        output, progress = self.grade("--jobs", 3, "--repeat", 2)
        self.assertEqual(output, "s0 correct\ns1 correct\ns2 correct\ns3 correct\n" * 2 +
                         "8 correct, 0 wrong\n")
        self.assertEqual([line.split()[1] for line in progress.splitlines()],
                         ["s0", "s1", "s2", "s3"] * 2)

    def test_a_port_that_is_taken_outside_does_not_matter(self) -> None:
        self.needs_namespaces()
        self.add("good", "0 alive\n", "alive 0")
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", self.port))
            other.listen()
            self.assertEqual(self.grade()[0], "good correct\n1 correct, 0 wrong\n")

    def test_signals_leave_nothing(self) -> None:
        for name in ("a", "b", "c"):
            self.add(name, "0 alive\nsleep 100000\n", "alive 0")
        temporary = self.folder / "tmp"
        temporary.mkdir()
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            with self.subTest(signal=signum.name):
                grading = self.start(sys.executable, GRADING, self.scripts, "--process", self.nodes,
                                     "--jobs", 2, start_new_session=True,
                                     env={**os.environ, "TMPDIR": str(temporary)})
                self.await_condition(
                    lambda: len(fixture.processes_with(f"{self.nodes}/state")) >=
                    (1 if self.refusal else 2), "nodes")
                if signum == signal.SIGINT:
                    os.killpg(grading.pid, signum)  # as a terminal does
                else:
                    grading.send_signal(signum)
                words = grading.communicate(timeout=fixture.SECONDS_MAX)[1]
                self.assertEqual(grading.returncode, -signum if signum == signal.SIGKILL
                                 else 128 + signum)
                self.assertNotIn(b"Traceback", words)
                self.await_no_process()
                if signum != signal.SIGKILL:
                    self.assertEqual(list(temporary.iterdir()), [])

    def test_a_grader_that_is_killed_is_reported(self) -> None:
        self.needs_namespaces()
        self.add("a", "0 alive\nsleep 2000\n", "alive 0")
        self.write_program(self.nodes / "process", f"""#!/bin/sh
kill -KILL "$(ps -o ppid= -p "$PPID")"
exec '{sys.executable}' -S -E '{fixture.FAKE_NODE}' '{self.nodes}/state' "$@"
""")
        output, _ = self.grade(status=1)
        self.assertIn("a wrong\n    not finished: its grader ended, killed by SIGKILL", output)

    def test_lab_timing_allows_half_the_processors(self) -> None:
        self.add("good", "", "")
        processors = len(os.sched_getaffinity(0))
        words = self.grade("--lab-timing", "--jobs", processors // 2 + 1 if processors > 1 else 2,
                           status=2)[1]
        self.assertRegex(words, r"^grading.py: --jobs \d+: with --lab-timing 1\.\.\d+ .*\n$")

    def test_without_namespaces_one_script_runs_after_the_other(self) -> None:
        for name in ("a", "b"):
            self.add(name, "0 alive\n", "alive 0")
        grading = self.start(sys.executable, "-c", REFUSED, self.scripts, "--process", self.nodes,
                             "--jobs", 2, env={**os.environ, "PYTHONPATH": str(fixture.PYTHON_DIR)})
        output, words = grading.communicate(timeout=60)
        self.assertEqual(output, b"a correct\nb correct\n2 correct, 0 wrong\n")
        self.assertEqual(words.decode().splitlines()[:2], [
            "grading: no network namespaces here (Operation not permitted): one script after the "
            "other", "[1/2] a"])

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "needs root and setpriv")
    def test_without_the_privilege_a_user_namespace_is_used(self) -> None:
        ordinary = ["setpriv", "--bounding-set", "-sys_admin"]
        if subprocess.run([*ordinary, "unshare", "-U", "true"], capture_output=True,
                          check=False).returncode != 0:
            self.skipTest("no user namespaces")
        done = subprocess.run([*ordinary, sys.executable, "-c", LISTENING, fixture.PYTHON_DIR],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.stdout, done.stderr), ("connected\n", ""))


if __name__ == "__main__":
    unittest.main()
