"""What the tests of master.py share: masters with fake nodes."""
import subprocess
import sys
from typing import List, Tuple

import fixture

MASTER = fixture.PYTHON_DIR / "master.py"


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
