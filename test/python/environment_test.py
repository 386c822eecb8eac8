"""master.py and grading.py where the machine does not allow what they need: a line, no traceback.

Whatever can go on goes on, and the exit status is not 0.
"""
import os
import pathlib
import resource
import signal
import subprocess
import sys
import unittest
from typing import Tuple

import fixture

MASTER = fixture.PYTHON_DIR / "master.py"
GRADING = fixture.PYTHON_DIR / "grading.py"
DEMO = fixture.PYTHON_DIR / "demo.py"


def allowed(*command: str) -> bool:
    """Whether this is possible here, with these privileges."""
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                              check=False).returncode == 0
    except OSError:
        return False


class EnvironmentTest(fixture.ProcessTest):
    def setUp(self) -> None:
        super().setUp()
        self.nodes = self.write_process_folder()
        self.port = fixture.free_ports(1)[0]
        self.scripts = self.folder / "scripts"
        self.scripts.mkdir()
        self.start_line = f"0 start 1 {self.port}\n"

    def add(self, name: str) -> None:
        (self.scripts / f"{name}.input").write_text(self.start_line + "0 alive\n")
        (self.scripts / f"{name}.output").write_text("alive 0\n")

    def run_program(self, *command: object, status: int, script: str = "", **options: object
                    ) -> Tuple[str, str]:
        """What it printed, and the words on standard error."""
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        done = subprocess.run([str(word) for word in command], input=script.encode(), check=False,
                              timeout=60, **streams)  # type: ignore[call-overload]
        words = (done.stderr or b"").decode()
        self.assertEqual(done.returncode, status, words)
        for nonsense in ("Traceback", "Exception ignored"):
            self.assertNotIn(nonsense, words)
        self.await_no_process()
        return (done.stdout or b"").decode(), words

    def master(self, script: str, *options: object, status: int, **more: object
               ) -> Tuple[str, str]:
        return self.run_program(sys.executable, MASTER, "--process", self.nodes, *options,
                                status=status, script=self.start_line + script, **more)

    def grade(self, *options: object, status: int, **more: object) -> Tuple[str, str]:
        return self.run_program(sys.executable, GRADING, self.scripts, "--process", self.nodes,
                                *options, status=status, **more)


class LogTest(EnvironmentTest):
    def test_a_log_that_cannot_be_written_is_named_and_the_script_continues(self) -> None:
        for name, make, reason in (("folder", pathlib.Path.mkdir, "Is a directory"),
                                   ("pipe", os.mkfifo, "No such device or address")):
            with self.subTest(name):
                logs = self.folder / name
                logs.mkdir()
                make(logs / "node-0.log")
                other = fixture.free_ports(2)[1]
                output, words = self.master(f"1 start 2 {other}\n1 alive\n", "--log-dir", logs,
                                            status=1)
                self.assertEqual(output, "Invalid pid: 0\nalive 1\n")
                self.assertEqual(words, "master: node 0 is not started: its output cannot be "
                                 f"stored: {logs}/node-0.log: {reason}\n")

    def test_a_folder_that_cannot_be_made_is_a_usage_error(self) -> None:
        (self.folder / "file").write_text("")
        for folder in (self.folder / "file", self.folder / "file" / "below", "/proc/none"):
            words = self.master("", "--log-dir", folder, status=2)[1]
            self.assertRegex(words, rf"^master.py: --log-dir: {folder}: .*\n$")


class StreamTest(EnvironmentTest):
    def test_a_full_output_is_reported(self) -> None:
        self.add("a")
        words = "No space left on device\n"
        with open("/dev/full", "wb") as full:
            self.assertEqual(self.master("0 alive\n", status=1, stdout=full)[1],
                             f"master: standard output: {words}")
            self.assertEqual(self.grade(status=1, stdout=full)[1].splitlines()[1:],
                             [f"grading: standard output: {words.strip()}"])
            for program, name in ((MASTER, "master"), (GRADING, "grading"), (DEMO, "demo")):
                self.assertEqual(self.run_program(sys.executable, program, "--help", status=1,
                                                  stdout=full)[1],
                                 f"{name}: standard output: {words}")

    def test_reports_that_cannot_be_written_do_no_harm(self) -> None:
        self.add("a")
        with open("/dev/full", "wb") as full:
            output, _ = self.grade(status=0, stderr=full)
        self.assertEqual(output, "a correct\n1 correct, 0 wrong\n")
        output, _ = self.run_program("sh", "-c", 'exec "$@" 2>&-', "sh", sys.executable, GRADING,
                                     self.scripts, "--process", self.nodes, status=0)
        self.assertEqual(output, "a correct\n1 correct, 0 wrong\n")

    def test_a_closed_output_is_reported(self) -> None:
        self.add("a")
        for program, more in ((MASTER, ()), (GRADING, (self.scripts,))):
            words = self.run_program("sh", "-c", 'exec "$@" >&-', "sh", sys.executable, program,
                                     *more, "--process", self.nodes, status=1,
                                     script=self.start_line + "0 alive\n")[1]
            self.assertEqual(words.splitlines()[-1],
                             f"{program.stem}: standard output: Bad file descriptor")

    def test_a_script_that_cannot_be_read_is_reported(self) -> None:
        """GNU nohup replaces a terminal by a descriptor that can only be written."""
        words = self.run_program("sh", "-c", 'exec "$@" 0>/dev/null', "sh", sys.executable, MASTER,
                                 "--process", self.nodes, status=1)[1]
        self.assertEqual(words, "master: standard input: Bad file descriptor\n")


class FileTest(EnvironmentTest):
    def test_files_that_are_no_scripts_are_named_and_the_others_still_run(self) -> None:
        for name in ("good", "folder", "lost", "expects_folder"):
            self.add(name)
        for path in (self.scripts / "folder.input", self.scripts / "expects_folder.output"):
            path.unlink()
            path.mkdir()
        (self.scripts / "lost.input").unlink()
        (self.scripts / "lost.input").symlink_to("nowhere")
        for jobs in (1, 2):
            output, _ = self.grade("--jobs", jobs, status=1)
            self.assertEqual(output.splitlines(), [
                "expects_folder wrong",
                f"    no expected output: {self.scripts}/expects_folder.output: Is a directory",
                "folder wrong", f"    not run: {self.scripts}/folder.input: Is a directory",
                "good correct",
                "lost wrong", f"    not run: {self.scripts}/lost.input: No such file or directory",
                "1 correct, 3 wrong"])

    def test_without_a_temporary_folder_this_is_reported_for_each_script(self) -> None:
        for name in ("a", "b"):
            self.add(name)
        for jobs in (1, 2):
            output, _ = self.grade("--jobs", jobs, status=1, preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, (0, 0)))
            self.assertRegex(output, r"^a wrong\n    not run: No usable temporary directory .*\n"
                             r"b wrong\n    not run: No usable temporary directory .*\n"
                             r"0 correct, 2 wrong\n$")

    def test_a_build_that_cannot_be_run_is_named(self) -> None:
        self.add("a")
        self.write_program(self.nodes / "build", "#!/no/such/interpreter\n")
        output, _ = self.grade(status=1)
        self.assertRegex(output, r"^grading: .*/build cannot be run: .*\n$")

    def test_a_folder_that_was_deleted_is_named(self) -> None:
        self.add("a")
        command = 'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"'
        for program, more in ((MASTER, ()), (GRADING, (self.scripts,))):
            for folder, status in (("nodes", 2), (self.nodes, 0)):
                words = self.run_program("sh", "-c", command, self.folder / "gone", sys.executable,
                                         program, *more, "--process", folder, status=status)[1]
                if status:
                    self.assertEqual(words, f"{program.name}: nodes: No such file or directory; "
                                     "see --help\n")


class KernelTest(EnvironmentTest):
    def test_too_few_descriptors_are_reported(self) -> None:
        for count in (5, 6, 7, 9, 11):
            with self.subTest(count=count):
                done = subprocess.run(
                    [sys.executable, str(MASTER), "--process", str(self.nodes)], check=False,
                    input=(self.start_line + "0 alive\n").encode(), capture_output=True, timeout=60,
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count)))
                words = done.stderr.decode()
                self.assertNotIn("Traceback", words)
                self.assertTrue(words or done.stdout == b"alive 0\n", done)
                if count < 8:
                    self.assertIn("Too many open files", words)
                self.await_no_process()

    def test_no_locale_no_home_and_names_that_are_no_text(self) -> None:
        bare = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0",
                "PYTHONIOENCODING": "ascii:strict", "PYTHONDONTWRITEBYTECODE": "1",
                "PATH": os.environ["PATH"]}
        name = os.fsencode(self.scripts) + b"/caf\xe9"
        for suffix, text in ((b".input", self.start_line.encode() + b"0 broadcast \xc3\xa9\xff\n"
                              b"0 get\n"), (b".output", b"messages \xc3\xa9\xfe")):
            with open(name + suffix, "wb") as file:
                file.write(text)
        self.add("plain")
        output, words = self.grade(status=1, env=bare)
        for row in ("caf\\udce9 wrong", "    +messages \\xe9\\xff", "plain correct",
                    "1 correct, 1 wrong"):
            self.assertIn(row, output.splitlines())
        self.assertIn("[1/2] caf\\udce9", words)
        output, _ = self.grade("--only", "caf*", "--jobs", 2, status=1, env=bare)
        self.assertIn("caf\\udce9 wrong", output)
        self.assertEqual(self.run_program(sys.executable, GRADING, "/caf\udce9", status=2,
                                          env=bare)[1],
                         "grading.py: no folder /caf\\udce9; see --help\n")

    @unittest.skipUnless(allowed("unshare", "-m", "umount", "-l", "/proc"), "needs privileges")
    def test_without_proc_everything_is_ended_too(self) -> None:
        self.add("a")
        (self.scripts / "b.input").write_text(self.start_line + "0 alive\nsleep 100000\n")
        (self.scripts / "b.output").write_text("alive 0\n")
        command = ["unshare", "-m", "sh", "-c", 'umount -l /proc; exec "$@"', "sh", sys.executable,
                   GRADING, self.scripts, "--process", self.nodes, "--timeout", 2]
        for jobs in (1, 2):
            # The nodes tell from /proc who is alive; so alone they are not, and do not start.
            output, _ = self.run_program(*command, "--jobs", jobs, status=1)
            self.assertIn("0 correct, 2 wrong", output)

    @unittest.skipUnless(allowed("unshare", "-p", "-f", "true"), "needs privileges")
    def test_a_proc_that_counts_differently_is_not_believed(self) -> None:
        """Process 1 of a namespace with the old /proc: its children are not those of init."""
        done = subprocess.run(
            ["unshare", "-p", "-f", "--kill-child", sys.executable, "-c",
             "import sys; sys.path.insert(0, sys.argv[1]); from lab import child; "
             "print(child.descendants())", str(fixture.PYTHON_DIR)], capture_output=True,
            text=True, check=False)
        self.assertEqual(done.stdout, "None\n", done.stderr)


class HangupTest(EnvironmentTest):
    def test_a_grader_whose_parent_ignores_a_hangup_continues(self) -> None:
        (self.scripts / "a.input").write_text(self.start_line + "0 alive\nsleep 1000\n0 count\n")
        (self.scripts / "a.output").write_text("alive 0\ncount 0\n")
        for jobs in (1, 2):
            with self.subTest(jobs=jobs):
                grading = self.start("nohup", sys.executable, GRADING, self.scripts, "--process",
                                     self.nodes, "--jobs", jobs, start_new_session=True)
                self.await_condition(lambda: fixture.processes_with(f"{self.nodes}/state"), "node")
                os.killpg(grading.pid, signal.SIGHUP)
                output = grading.communicate(timeout=fixture.SECONDS_MAX)[0]
                self.assertEqual(output, b"a correct\n1 correct, 0 wrong\n")
                self.assertEqual(grading.returncode, 0)
                self.await_no_process()

    def test_others_end_at_a_hangup(self) -> None:
        (self.scripts / "a.input").write_text(self.start_line + "sleep 100000\n")
        (self.scripts / "a.output").write_text("")
        grading = self.start(sys.executable, GRADING, self.scripts, "--process", self.nodes)
        self.await_condition(lambda: fixture.processes_with(f"{self.nodes}/state"), "node")
        grading.send_signal(signal.SIGHUP)
        self.assertEqual(grading.wait(fixture.SECONDS_MAX), 128 + signal.SIGHUP)
        self.await_no_process()

    def test_a_grader_that_ignores_sigterm_still_ends_its_masters(self) -> None:
        (self.scripts / "a.input").write_text(self.start_line + "sleep 100000\n")
        (self.scripts / "a.output").write_text("")
        grading = self.start(sys.executable, GRADING, self.scripts, "--process", self.nodes,
                             env={**os.environ, "TMPDIR": str(self.folder)},  # it leaves some there
                             preexec_fn=lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN))
        self.await_condition(lambda: fixture.processes_with(f"{self.nodes}/state"), "node")
        grading.kill()
        grading.wait()
        self.await_no_process()


if __name__ == "__main__":
    unittest.main()
