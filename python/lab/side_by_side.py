"""Runs of a grader: each in a folder of its own, several at a time in processes of their own."""
import collections
import contextlib
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from typing import Callable, Deque, Iterable, Iterator, List, Tuple

from . import child, namespace, tool

# What is wrong with a script, as lines; nothing if it is correct. Everything it writes to goes to
# the folder.
Grade = Callable[[pathlib.Path, pathlib.Path], List[str]]
_PIECE = 1 << 16


class Folder:
    """A temporary folder that is removed at the end with all its contents."""

    def __init__(self) -> None:
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="ovid-grading-"))

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        if self.path.exists():
            tool.say("grading", f"cannot be removed: {self.path}")


def graded(grade: Grade, script: pathlib.Path) -> List[str]:
    """Grade in a temporary folder; failures of the machine become a line of the verdict."""
    try:
        with contextlib.ExitStack() as stack:
            folder = Folder()
            stack.callback(folder.remove)
            return grade(script, folder.path)
    except (OSError, subprocess.SubprocessError) as error:
        return [f"not run: {tool.reason(error)}"]


def one_by_one(grade: Grade, scripts: Iterable[pathlib.Path], begin: Callable[[str], None]
               ) -> Iterator[Tuple[str, List[str]]]:
    """Name and verdict of each script; begin() is called when it is started."""
    for script in scripts:
        begin(script.stem)
        yield script.stem, graded(grade, script)


class SideBySide:
    """As one_by_one(), with so many at a time, each in a network namespace of its own.

    Verdicts come in the order of the scripts. end() stops what still runs.
    """

    def __init__(self, grade: Grade, jobs: int) -> None:
        self._grade, self._jobs_max = grade, jobs
        self._jobs: "Deque[_Job]" = collections.deque()

    def run(self, scripts: Iterable[pathlib.Path], begin: Callable[[str], None]
            ) -> Iterator[Tuple[str, List[str]]]:
        left = iter(scripts)
        while True:
            while sum(not job.done for job in self._jobs) < self._jobs_max:
                script = next(left, None)
                if script is None:
                    break
                begin(script.stem)
                self._jobs.append(_Job(script))
                self._jobs[-1].start(self._grade)
            if not self._jobs:
                return
            self._serve()
            while self._jobs and self._jobs[0].done:
                job = self._jobs.popleft()
                yield job.script.stem, job.verdict

    def _serve(self) -> None:
        """Wait until a job reports something, unless the next verdict is there already."""
        running = {job.pipe: job for job in self._jobs if not job.done}
        if running and not self._jobs[0].done:
            for fd in select.select(list(running), [], [])[0]:
                running[fd].hear()

    def end(self) -> None:
        for job in self._jobs:
            job.kill()
        if self._jobs:
            child.end_descendants()
        while self._jobs:
            self._jobs.popleft().clean()


class _Job:
    """One run: a process that grades and reports the verdict through a pipe."""

    def __init__(self, script: pathlib.Path) -> None:
        self.script = script
        self.verdict: List[str] = []
        self.done = False
        self.pipe = -1
        self._pid = 0
        self._heard: List[bytes] = []
        self._stack = contextlib.ExitStack()

    def start(self, grade: Grade) -> None:
        try:
            folder = Folder()
            self._stack.callback(folder.remove)
            self.pipe, theirs = os.pipe()
            self._stack.callback(os.close, self.pipe)
            arrange = child.dies_with_parent(signal.SIGKILL)
            signal.pthread_sigmask(signal.SIG_BLOCK, child.ENDING)
            try:
                self._pid = os.fork()
                if self._pid == 0:
                    _be_a_job(arrange, theirs, grade, self.script, folder.path)
            finally:
                os.close(theirs)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, child.ENDING)
        except OSError as error:
            self._finish([f"not run: {tool.reason(error)}"])

    def hear(self) -> None:
        data = os.read(self.pipe, _PIECE)
        self._heard.append(data)
        if data:
            return
        ended = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        try:
            self._finish(json.loads(b"".join(self._heard)))
        except ValueError:
            self._finish([f"not finished: its grader ended, {child.how_it_ended(ended)}"])

    def kill(self) -> None:
        if self._pid and not self.done:
            os.kill(self._pid, signal.SIGKILL)

    def clean(self) -> None:
        self._stack.close()

    def _finish(self, verdict: List[str]) -> None:
        self.verdict, self.done = verdict, True
        self.clean()


def _be_a_job(arrange: Callable[[], None], pipe: int, grade: Grade, script: pathlib.Path,
              folder: pathlib.Path) -> None:
    """Runs in the new process and never returns; the parent ends the process if necessary."""
    status = 1
    try:
        for signum in (signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(signum) != signal.SIG_IGN:
                signal.signal(signum, lambda _signum, _frame: None)  # what it starts has defaults
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, child.ENDING)
        namespace.enter()
        arrange()
        child.adopt_orphans()
        verdict = grade(script, folder)
        status = 0
    except (OSError, subprocess.SubprocessError) as error:
        verdict, status = [f"not run: {tool.reason(error)}"], 0
    except BaseException:
        traceback.print_exc()
    if status == 0:
        with open(pipe, "wb") as file:
            file.write(json.dumps(verdict).encode())
    sys.stderr.flush()
    os._exit(status)
