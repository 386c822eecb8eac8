#!/usr/bin/env python3
"""`ovid sim` ends with an error if it cannot write its results, and success means that at least one
seed was run.

results_test.py <ovid>
"""
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import unittest
from typing import List

_OVID = sys.argv.pop()
_SANITIZED = os.environ.get("OVID_SANITIZED") == "1"
_TIME_LIMIT_S = 100
_SHORT = ("--seeds", "1..2", "--seconds", "7")


def _run(*arguments: str, **how: object) -> "subprocess.CompletedProcess[str]":
    how = {"stdout": subprocess.PIPE, **how}
    return subprocess.run([_OVID, *arguments], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          text=True, timeout=_TIME_LIMIT_S, check=False, **how)


class Results(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.script = str(pathlib.Path(folder.name) / "scenario.txt")
        pathlib.Path(self.script).write_text("t=1 line 0 alive\n", encoding="ascii")

    def commands(self) -> List[List[str]]:
        return [["--help"], ["--version"], ["node", "--help"], ["sim", *_SHORT],
                ["sim", *_SHORT, "--trace"], ["sim", "--script", self.script]]

    def assert_one_line(self, done: "subprocess.CompletedProcess[str]", status: int,
                        *parts: str) -> None:
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)

    def test_on_a_full_disk_fail(self) -> None:
        for command in self.commands():
            with self.subTest(command=command), open("/dev/full", "wb") as full:
                self.assert_one_line(_run(*command, stdout=full), 1,
                                     "standard output cannot be written: No space left on device")

    def test_where_standard_error_cannot_be_written_end_as_ever(self) -> None:
        wrong = [["sim", "--script", "/nowhere"], ["sim", "--seeds", "7", "--only-faults", "99"]]
        for command in wrong:
            with self.subTest(command=command), open("/dev/full", "wb") as full:
                done = subprocess.run([_OVID, *command], stdin=subprocess.DEVNULL, stderr=full,
                                      stdout=subprocess.PIPE, timeout=_TIME_LIMIT_S, check=False)
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                done = subprocess.run([_OVID, *command], stdin=subprocess.DEVNULL, stderr=None,
                                      stdout=subprocess.PIPE, timeout=_TIME_LIMIT_S, check=False,
                                      preexec_fn=lambda: os.close(2))
                self.assertEqual((done.returncode, done.stdout), (2, b""))

    def test_without_standard_output_fail(self) -> None:
        for command in self.commands():
            with self.subTest(command=command):
                done = _run(*command, stdout=None, preexec_fn=lambda: os.close(1))
                self.assert_one_line(done, 1, "standard output cannot be written")

    def test_whose_reader_has_gone_end_by_sigpipe_or_fail(self) -> None:
        for command in self.commands():
            for ignored in (False, True):
                reader, writer = os.pipe()
                os.close(reader)
                with self.subTest(command=command, ignored=ignored), os.fdopen(writer) as pipe:
                    done = _run(*command, stdout=pipe, preexec_fn=lambda: signal.signal(
                        signal.SIGPIPE, signal.SIG_IGN if ignored else signal.SIG_DFL))
                    if ignored:
                        self.assert_one_line(done, 1, "Broken pipe")
                    else:
                        self.assertEqual((done.returncode, done.stderr), (-signal.SIGPIPE, ""))

    def test_of_a_run_without_the_faults_that_were_asked_for_are_no_success(self) -> None:
        for faults in ("99", "12,13"):
            for more in ([], ["--trace"]):
                done = _run("sim", "--seeds", "7", "--only-faults", faults, *more)
                self.assert_one_line(done, 2, f"--only-faults {faults}", "seed 7")
                self.assertEqual(done.stdout, "")
        done = _run("sim", "--seeds", "1..3", "--only-faults", "99")
        self.assert_one_line(done, 2, "--only-faults 99", "seeds 1..3")
        done = _run("sim", "--seeds", "1", "--faults", "none", "--only-faults", "0")
        self.assert_one_line(done, 2, "--only-faults 0")

    def test_without_faults_that_nobody_asked_for_are_a_success(self) -> None:
        for options in (["--faults", "none"], ["--only-faults", "none"], ["--only-faults", "0"],
                        ["--faults", "none", "--nodes", "1"]):
            done = _run("sim", *_SHORT, *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("every promise held", done.stdout)

    def test_of_the_longest_ranges_come_one_by_one(self) -> None:
        """A gigabyte of address space is enough for any range, and the run does not end at once.
        (Sanitizers reserve terabytes, so sanitized builds have no limit here.)"""
        def limited() -> None:
            if not _SANITIZED:
                resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

        for seeds in ("0..18446744073709551615", "1..1000000000000"):
            process = subprocess.Popen(
                [_OVID, "sim", "--seeds", seeds], stdin=subprocess.DEVNULL, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limited)
            try:
                told = process.communicate(timeout=2)
                self.fail(f"{seeds}: ended with {process.returncode}: {told}")
            except subprocess.TimeoutExpired:
                pass
            finally:
                process.kill()
                process.communicate()


class AScenario(unittest.TestCase):
    def run_script(self, text: bytes) -> "subprocess.CompletedProcess[str]":
        with tempfile.NamedTemporaryFile(suffix=".txt") as file:
            file.write(text)
            file.flush()
            return _run("sim", "--nodes", "1", "--seconds", "3", "--script", file.name)

    def test_is_the_same_whatever_editor_saved_it(self) -> None:
        plain = self.run_script(b"t=1 line 0 broadcast hi\nt=2 line 0 get\n")
        self.assertEqual(plain.returncode, 0, plain.stderr)
        self.assertIn("node 0 says: messages hi\n", plain.stdout)
        for text in (b"\xef\xbb\xbft=1 line 0 broadcast hi\r\n\r\nt=2 line 0 get\r\n",
                     b"# hello\r\n   \r\n\tt=1 line 0 broadcast hi\r\nt=2 line 0 get",
                     b"t=1 line 0 broadcast hi\rt=2 line 0 get"):
            with self.subTest(text=text):
                self.assertEqual(self.run_script(text).stdout, plain.stdout)

    def test_that_cannot_be_read_is_named_in_one_line(self) -> None:
        for text, part in (("t=1 heal\n".encode("utf-16"), "UTF-16"),
                           ("t=1 heal\n".encode("utf-16-le"), "NUL byte"),
                           ("t=1 heal\n".encode("utf-32"), "UTF-32"),
                           (b"t=1 heal\r\n\r\nt=1 explode\x1b\r\n", "line 3: unknown verb"),
                           (b"t=4 heal\n", "line 1: t=4 is after the end of the run, 3 s")):
            with self.subTest(text=text):
                done = self.run_script(text)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
                self.assertIn(part, done.stderr)

    def test_that_is_no_file_or_never_ends_is_refused(self) -> None:
        for path in ("/", "/nowhere", "/dev/zero"):
            with self.subTest(path=path):
                done = _run("sim", "--script", path)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(f"--script {path} cannot be read", done.stderr)


if __name__ == "__main__":
    unittest.main()
