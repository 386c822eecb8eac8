"""grading.py with fake nodes: verdicts, exit statuses, and nothing left behind."""
import os
import pathlib
import pty
import signal
import subprocess
import sys
import unittest
from typing import Tuple

import fixture

GRADING = fixture.PYTHON_DIR / "grading.py"


class GradingTest(fixture.ProcessTest):
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

    def test_correct_and_wrong_are_told_apart(self) -> None:
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
        self.assertIn("no executable", self.grade("--process", "/nonexistent", status=2)[1])
        self.scripts = pathlib.Path("/nonexistent")
        self.assertIn("no folder", self.grade(status=2)[1])
        self.assertRegex(self.grade("--version")[0], r"^ovid ")
        self.assertIn("--lab-timing", self.grade("--help")[0])

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


if __name__ == "__main__":
    unittest.main()
