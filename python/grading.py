#!/usr/bin/env python3
"""Run scripts through master.py and compare what they print with what is expected.

Builds first (./build of the process folder, if there is one), then gives every NAME.input of DIR
to this folder's master.py and compares its output with NAME.output; white space around the whole
output does not count, nor does a byte order mark in NAME.output or CR at the ends of all its lines.
Prints `NAME correct` or `NAME wrong`, and for a wrong one the difference, the reports of the master
and the last lines that each node logged.

exit status: 0 all correct, 1 something is wrong or does not build, 2 usage
"""
import argparse
import contextlib
import fnmatch
import itertools
import os
import pathlib
import signal
import subprocess
import sys
import time
from typing import Iterator, List, Optional, Set, Tuple

from lab import arguments, checkout, child, namespace, text, tool, verdict
from lab.script import Refused, parse
from lab.side_by_side import SideBySide, one_by_one

TIMEOUT_SECONDS = 120.0
LAB_TIMEOUT_SECONDS = 130.0
LOG_LINES = 10
JOBS_MAX = 256
_PORT_SECONDS_MAX = 10.0
_ENDING_SECONDS_MAX = 3.0


class Interrupted(BaseException):
    """A signal asked the grader to end."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


class Grader:
    """Runs one script after the other and leaves no process behind."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._timeout, self._base_port = options.timeout, options.base_port
        self._command = [sys.executable, str(checkout.PYTHON_DIR / "master.py"), "--process",
                         str(options.process), "--base-port", str(options.base_port)]
        if options.lab_timing:
            self._command.append("--lab-timing")
        self._taken: Set[int] = set()

    def grade(self, script: pathlib.Path, folder: pathlib.Path) -> List[str]:
        """What is wrong with the script, as lines to print; nothing if it is correct."""
        try:
            expected = text.meanings(script.with_suffix(".output").read_bytes())
        except (OSError, text.Unreadable) as error:
            return [f"no expected output: {tool.reason(error)}"]
        try:
            taken = self._await_ports(ports_of(script.read_bytes(), self._base_port))
        except text.Unreadable as found:
            return [f"not run: {found}"]
        if taken:
            return [f"not run: other programs use the ports {taken}; --base-port or "
                    f"{arguments.BASE_PORT} choose others for the nodes among themselves"]
        return self._run(script, expected, folder)

    def _run(self, script: pathlib.Path, expected: List[bytes], folder: pathlib.Path) -> List[str]:
        """One run; everything it writes goes to the folder."""
        output, words, logs = folder / "output", folder / "words", folder / "nodes"
        with script.open("rb") as stdin, output.open("wb") as out, words.open("wb") as err:
            master = subprocess.Popen([*self._command, "--log-dir", str(logs)],
                                      stdin=stdin, stdout=out, stderr=err, start_new_session=True,
                                      preexec_fn=child.dies_with_parent(signal.SIGTERM))
            try:
                status: Optional[int] = master.wait(self._timeout)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                end_master(master)
        wrong = []
        if status is None:
            wrong.append(f"not finished after {self._timeout:g} s")
        elif status != 0:
            wrong.append(f"the master ended, {child.how_it_ended(status)}")
        actual = output.read_bytes()
        if not any(verdict.same(meaning, actual) for meaning in expected):
            wrong += verdict.difference(expected[-1], actual)
        return wrong + (evidence(words, logs) if wrong else [])

    def _await_ports(self, ports: Set[int]) -> List[int]:
        """Wait until these ports are free; those that are not in time.

        The nodes of the script before may still be closing theirs; a port that was not free in
        time once belongs to somebody else and is not waited for again.
        """
        end = time.monotonic() + _PORT_SECONDS_MAX
        while True:
            taken = [port for port in sorted(ports) if not checkout.port_is_free(port)]
            if not taken or self._taken.intersection(taken) or time.monotonic() > end:
                self._taken.update(taken)
                return taken
            time.sleep(0.01)


def end_master(master: "subprocess.Popen[bytes]") -> None:
    """Let the master end its nodes if it still runs, then end whatever is left."""
    if master.poll() is None:
        master.terminate()
        try:
            master.wait(_ENDING_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            master.kill()
            master.wait()
    left = child.end_descendants()
    if left:
        tool.say("grading", f"processes cannot be ended: {left}")


def evidence(words: pathlib.Path, logs: pathlib.Path) -> List[str]:
    """The last lines of the master and of each node."""
    lines = []
    sources = [("master.py", words)]
    if logs.is_dir():
        sources += sorted(((path.stem.replace("-", " "), path) for path in logs.iterdir()),
                          key=lambda source: (len(source[0]), source[0]))
    for name, path in sources:
        try:
            last = path.read_bytes()
        except OSError as error:
            lines.append(f"the output of {name} cannot be read: {tool.reason(error)}")
            continue
        if last.strip():
            lines.append(f"last lines of {name}:")
            lines += ("  " + line for line in verdict.tail(last, LOG_LINES))
    return lines


def ports_of(script: bytes, base_port: int) -> Set[int]:
    """The ports that the script uses; raises Unreadable."""
    ports = set()
    for line in filter(bytes.strip, text.lines_of(script)):
        try:
            command = parse(line)
        except Refused:
            continue
        if command.verb == b"start":
            ports |= {command.port, base_port + command.node}
    return {port for port in ports if port < 65536}


def build(process_dir: pathlib.Path) -> bool:
    """Run ./build if there is one; its output is printed only if it fails."""
    if not os.access(process_dir / "build", os.X_OK):
        return True
    try:
        result = subprocess.run(["./build"], cwd=process_dir, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    except OSError as error:
        tool.show(f"grading: {process_dir}/build cannot be run: {tool.reason(error)}")
        return False
    if result.returncode != 0:
        tool.show(result.stdout.decode("utf-8", "backslashreplace").rstrip("\n"))
        tool.show(f"grading: {process_dir}/build failed with status {result.returncode}")
    return result.returncode == 0


class Progress:
    """Which script is running: a line that rewrites itself on a terminal, else plain lines."""

    def __init__(self, total: int) -> None:
        self._total, self._count, self.wrong = total, 0, 0
        self._terminal = os.isatty(2)

    def begin(self, name: str) -> None:
        self._count += 1
        line = f"[{self._count}/{self._total}] {name}"
        if self.wrong:
            line += f" ({self.wrong} wrong so far)"
        self._write(f"\r\033[K{line}" if self._terminal else line + "\n")

    def end(self, name: str, wrong: List[str]) -> None:
        if self._terminal:
            self._write("\r\033[K")
        self.wrong += bool(wrong)
        tool.show("\n    ".join([f"{name} {'wrong' if wrong else 'correct'}", *wrong]))

    def _write(self, words: str) -> None:
        """Ignores errors: standard error may be closed."""
        try:
            os.write(2, words.encode("utf-8", "backslashreplace"))
        except OSError:
            pass

    def summary(self) -> str:
        return f"{self._count - self.wrong} correct, {self.wrong} wrong"


def add_arguments(parser: arguments.Parser) -> None:
    parser.add_argument("dir", metavar="DIR", nargs="?", type=pathlib.Path,
                        default=checkout.REPOSITORY / "test" / "lab0",
                        help="folder of the scripts (default: %(default)s)")
    parser.add_argument("--process", metavar="DIR", default=str(checkout.PYTHON_DIR),
                        help="folder with the `process` to grade (default: this program's)")
    arguments.add_base_port(parser)
    parser.add_argument("--lab-timing", action="store_true",
                        help="let master.py sleep as the lab's own master does")
    parser.add_argument("--only", metavar="PATTERN", default="*",
                        help="run the scripts whose NAME matches, such as 'crash*'")
    parser.add_argument("--repeat", metavar="N", type=arguments.integer(1, 1_000_000), default=1,
                        help="run everything N times")
    parser.add_argument("--jobs", metavar="N", type=arguments.integer(1, JOBS_MAX), default=1,
                        help="run N scripts at a time, each in a network namespace of its own; "
                             "with --lab-timing at most half as many as processors")
    parser.add_argument("--timeout", metavar="S", type=arguments.seconds(0.001, 1e6),
                        help=f"seconds for one script (default: {TIMEOUT_SECONDS:g}; with "
                             f"--lab-timing {LAB_TIMEOUT_SECONDS:g})")
    parser.add_argument("--version", action="version", version=f"ovid {checkout.version()}")


def parse_arguments() -> argparse.Namespace:
    parser = arguments.Parser("grading.py", __doc__)
    add_arguments(parser)
    options = parser.parse_args()
    if not options.dir.is_dir():
        parser.error(f"no folder {options.dir}")
    options.process = arguments.process_folder(parser, options.process)
    arguments.settle_base_port(parser, options)
    options.scripts = sorted(path for path in options.dir.glob("*.input")
                             if fnmatch.fnmatchcase(path.stem, options.only))
    if not options.scripts:
        parser.error(f"no {options.only}.input in {options.dir}")
    processors = len(os.sched_getaffinity(0))
    if options.lab_timing and options.jobs > max(1, processors // 2):
        parser.error(f"--jobs {options.jobs}: with --lab-timing 1..{max(1, processors // 2)} here, "
                     f"half as many as processors ({processors})")
    if options.timeout is None:
        options.timeout = LAB_TIMEOUT_SECONDS if options.lab_timing else TIMEOUT_SECONDS
    return options


def verdicts(options: argparse.Namespace, progress: Progress
             ) -> Iterator[Tuple[str, List[str]]]:
    """Name and what is wrong, script after script."""
    grader = Grader(options)
    runs = itertools.chain.from_iterable(itertools.repeat(options.scripts, options.repeat))
    refused = namespace.refusal() if options.jobs > 1 else ""
    if refused:
        tool.say("grading", f"no network namespaces here ({refused}): one script after the other")
    if refused or options.jobs == 1:
        yield from one_by_one(grader.grade, runs, progress.begin)
        return
    jobs = SideBySide(grader.grade, options.jobs)
    with contextlib.ExitStack() as stack:
        stack.callback(jobs.end)
        yield from jobs.run(runs, progress.begin)


def grade_all(options: argparse.Namespace) -> int:
    if not build(options.process):
        return 1
    progress = Progress(len(options.scripts) * options.repeat)
    with contextlib.closing(verdicts(options, progress)) as found:
        for name, wrong in found:
            progress.end(name, wrong)
    tool.show(progress.summary())
    return 1 if progress.wrong else 0


def interrupt(signum: int, _frame: object) -> None:
    for other in child.ENDING:
        signal.signal(other, signal.SIG_IGN)
    raise Interrupted(signum)


def main() -> int:
    options = parse_arguments()
    child.adopt_orphans()
    child.on_ending_signals(interrupt)
    try:
        try:
            return grade_all(options)
        finally:
            child.end_descendants()
    except Interrupted as interrupted:
        child.end_descendants()
        tool.say("\ngrading", "interrupted")
        return 128 + interrupted.signum


if __name__ == "__main__":
    sys.exit(tool.run("grading", main))
