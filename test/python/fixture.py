"""What the tests of the Python programs share: folders with fake nodes, ports, and conditions."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from typing import Callable, List

HERE = pathlib.Path(__file__).resolve().parent
PYTHON_DIR = HERE.parent.parent / "python"
FAKE_NODE = HERE / "fake_node.py"
SECONDS_MAX = 10.0

sys.dont_write_bytecode = True
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
sys.path.insert(0, str(PYTHON_DIR))

# The programs started here must not inherit that the tests run under nohup.
for _number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)


def free_ports(count: int) -> List[int]:
    """Free ports below the ephemeral range; other tests begin elsewhere."""
    found: List[int] = []
    port = 14000 + os.getpid() * 13 % 15000
    while len(found) < count:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                found.append(port)
            except OSError:
                pass
        port = port + 1 if port < 32000 else 10000
    return found


def processes_with(text: str) -> List[int]:
    """The processes except zombies that have this text in an argument or their program's path."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            try:
                words = pathlib.Path(f"/proc/{name}/cmdline").read_bytes()
                program = os.readlink(f"/proc/{name}/exe")
            except OSError:
                continue
            if text.encode() in words or text in program:
                found.append(int(name))
    return found


def runs(pid: int) -> bool:
    """Whether a process is there and not a zombie."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


class ProcessTest(unittest.TestCase):
    """A test with a temporary folder, which also marks the processes that belong to the test."""

    def setUp(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ovid-test-")).resolve()
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(self.end_leftovers)
        self.started: "list[subprocess.Popen[bytes]]" = []

    def end_leftovers(self) -> None:
        for pid in processes_with(str(self.folder)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def await_condition(self, holds: Callable[[], object], what: str) -> None:
        end = time.monotonic() + SECONDS_MAX
        while not holds():
            if time.monotonic() > end:
                self.fail(f"not within {SECONDS_MAX:g} s: {what}")
            time.sleep(0.002)

    def await_no_process(self) -> None:
        self.await_condition(lambda: not processes_with(str(self.folder)), "no process is left")

    def start(self, *command: object, **options: object) -> "subprocess.Popen[bytes]":
        """Start a program that is ended with the test; its streams are pipes by default."""
        streams = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
        process = subprocess.Popen([str(word) for word in command],
                                   **{**streams, **options})  # type: ignore[call-overload]
        self.started.append(process)
        return process

    def write_process_folder(self) -> pathlib.Path:
        """A folder with a `process` that starts fake nodes."""
        folder = self.folder / "nodes"
        (folder / "state").mkdir(parents=True)
        self.write_program(folder / "process", "#!/bin/sh\nexec "
                           f"'{sys.executable}' -S -E '{FAKE_NODE}' '{folder}/state' \"$@\"\n")
        return folder

    def write_program(self, path: pathlib.Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)
