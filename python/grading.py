#!/usr/bin/env python3
"""Run scripts through master.py and compare what they print with what is expected.

Builds first (./build of the process folder, if there is one), then gives every NAME.input of DIR
to this folder's master.py and compares its output with NAME.output; white space around the whole
output does not count. Prints `NAME correct` or `NAME wrong`, and for a wrong one the difference,
what the master said and the last lines that each node logged.

exit status: 0 all correct, 1 something is wrong or does not build, 2 usage
"""
import argparse
import fnmatch
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
from typing import Callable, List, Optional

from lab import checkout, child, verdict

TIMEOUT_SECONDS = 120.0
LAB_TIMEOUT_SECONDS = 130.0
LOG_LINES = 10
_MESH_PORT = 3000
_PORT_SECONDS_MAX = 10.0
_ENDING_SECONDS_MAX = 3.0
_START = re.compile(rb"^[ \t]*([0-9]{1,3})[ \t]+start[ \t]+[0-9]+[ \t]+([0-9]{1,5})\s*$", re.M)


class Interrupted(BaseException):
    """A signal asked the grader to end."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


class Grader:
    """Runs one script after the other and leaves no process behind."""

    def __init__(self, process_dir: pathlib.Path, lab_timing: bool, timeout: float) -> None:
        self._process_dir, self._lab_timing, self._timeout = process_dir, lab_timing, timeout

    def grade(self, script: pathlib.Path) -> List[str]:
        """What is wrong with the script, as lines to print; nothing if it is correct."""
        try:
            expected = script.with_suffix(".output").read_bytes()
        except OSError as error:
            return [f"no expected output: {error}"]
        taken = await_ports(script.read_bytes())
        if taken:
            return [f"not run: other programs use the ports {taken}"]
        with tempfile.TemporaryDirectory(prefix="ovid-grading-") as folder:
            return self._run(script, expected, pathlib.Path(folder))

    def _run(self, script: pathlib.Path, expected: bytes, folder: pathlib.Path) -> List[str]:
        """One run; everything it writes goes to the folder."""
        command = [sys.executable, str(checkout.PYTHON_DIR / "master.py"), "--process",
                   str(self._process_dir), "--log-dir", str(folder / "nodes")]
        if self._lab_timing:
            command.append("--lab-timing")
        output, words = folder / "output", folder / "words"
        with script.open("rb") as stdin, output.open("wb") as out, words.open("wb") as err:
            master = subprocess.Popen(command, stdin=stdin, stdout=out, stderr=err,
                                      start_new_session=True,
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
            wrong.append(f"the master ended with status {status}")
        actual = output.read_bytes()
        if not verdict.same(expected, actual):
            wrong += verdict.difference(expected, actual)
        return wrong + (evidence(words, folder / "nodes") if wrong else [])


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
        print(f"grading: processes do not go away: {left}", file=sys.stderr)


def evidence(words: pathlib.Path, logs: pathlib.Path) -> List[str]:
    """The last words of the master and of each node."""
    lines = []
    sources = [("master.py", words)]
    if logs.is_dir():
        sources += sorted(((path.stem.replace("-", " "), path) for path in logs.iterdir()),
                          key=lambda source: (len(source[0]), source[0]))
    for name, path in sources:
        last = path.read_bytes()
        if last.strip():
            lines.append(f"{name} said, at the end:")
            lines += ("  " + line for line in verdict.tail(last, LOG_LINES))
    return lines


def await_ports(script: bytes) -> List[int]:
    """Wait until the ports that the script uses are free; those that are not in time."""
    ports = {int(port) for _, port in _START.findall(script)}
    ports |= {_MESH_PORT + int(node) for node, _ in _START.findall(script)}
    end = time.monotonic() + _PORT_SECONDS_MAX
    while True:
        taken = [port for port in sorted(ports) if port < 65536 and not checkout.port_is_free(port)]
        if not taken or time.monotonic() > end:
            return taken
        time.sleep(0.01)


def build(process_dir: pathlib.Path) -> bool:
    """Run ./build if there is one; its output is printed only if it fails."""
    if not os.access(process_dir / "build", os.X_OK):
        return True
    result = subprocess.run(["./build"], cwd=process_dir, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if result.returncode != 0:
        sys.stdout.buffer.write(result.stdout)
        print(f"grading: {process_dir}/build failed with status {result.returncode}")
    return result.returncode == 0


class Progress:
    """Which script is running: a line that rewrites itself on a terminal, else plain lines."""

    def __init__(self, total: int) -> None:
        self._total, self._count, self.wrong = total, 0, 0
        self._terminal = sys.stderr.isatty()

    def begin(self, name: str) -> None:
        self._count += 1
        text = f"[{self._count}/{self._total}] {name}"
        if self.wrong:
            text += f" ({self.wrong} wrong so far)"
        sys.stderr.write(f"\r\033[K{text}" if self._terminal else text + "\n")
        sys.stderr.flush()

    def end(self, name: str, wrong: List[str]) -> None:
        if self._terminal:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
        self.wrong += bool(wrong)
        print(f"{name} {'wrong' if wrong else 'correct'}")
        for line in wrong:
            print("    " + line)
        sys.stdout.flush()

    def summary(self) -> str:
        return f"{self._count - self.wrong} correct, {self.wrong} wrong"


def positive(kind: Callable[[str], float]) -> Callable[[str], float]:
    """An argument type that takes numbers above 0."""

    def convert(text: str) -> float:
        value = kind(text)
        if not 0 < value < 1e9:
            raise ValueError(text)
        return value

    convert.__name__ = "positive number"
    return convert


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="grading.py", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", metavar="DIR", nargs="?", type=pathlib.Path,
                        default=checkout.REPOSITORY / "test" / "lab0",
                        help="folder of the scripts (default: %(default)s)")
    parser.add_argument("--process", metavar="DIR", type=pathlib.Path,
                        default=checkout.PYTHON_DIR,
                        help="folder with the `process` to grade (default: this program's)")
    parser.add_argument("--lab-timing", action="store_true",
                        help="let master.py sleep as the lab's own master does")
    parser.add_argument("--only", metavar="PATTERN", default="*",
                        help="run the scripts whose NAME matches, such as 'crash*'")
    parser.add_argument("--repeat", metavar="N", type=positive(int), default=1,
                        help="run everything N times")
    parser.add_argument("--timeout", metavar="S", type=positive(float),
                        help=f"seconds for one script (default: {TIMEOUT_SECONDS:g}; with "
                             f"--lab-timing {LAB_TIMEOUT_SECONDS:g})")
    parser.add_argument("--version", action="version", version=f"ovid {checkout.version()}")
    options = parser.parse_args()
    if not options.dir.is_dir():
        parser.error(f"no folder {options.dir}")
    options.process = options.process.resolve()
    if not os.access(options.process / "process", os.X_OK):
        parser.error(f"no executable `process` in {options.process}")
    options.scripts = sorted(path for path in options.dir.glob("*.input")
                             if fnmatch.fnmatchcase(path.stem, options.only))
    if not options.scripts:
        parser.error(f"no {options.only}.input in {options.dir}")
    if options.timeout is None:
        options.timeout = LAB_TIMEOUT_SECONDS if options.lab_timing else TIMEOUT_SECONDS
    return options


def grade_all(options: argparse.Namespace) -> int:
    if not build(options.process):
        return 1
    grader = Grader(options.process, options.lab_timing, options.timeout)
    progress = Progress(len(options.scripts) * options.repeat)
    for _ in range(options.repeat):
        for script in options.scripts:
            progress.begin(script.stem)
            progress.end(script.stem, grader.grade(script))
    print(progress.summary())
    return 1 if progress.wrong else 0


def interrupt(signum: int, _frame: object) -> None:
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise Interrupted(signum)


def main() -> int:
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    options = parse_arguments()
    child.adopt_orphans()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, interrupt)
    try:
        try:
            return grade_all(options)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return 1
        finally:
            child.end_descendants()
    except Interrupted as interrupted:
        child.end_descendants()
        print("\ngrading: interrupted", file=sys.stderr)
        return 128 + interrupted.signum


if __name__ == "__main__":
    sys.exit(main())
