"""Real nodes for tests: processes of the built `ovid` (its path is in $OVID), each in a session of
its own (setsid), and clients of them. Every wait has a time limit. Everything that was started is
ended."""
import json
import os
import random
import re
import resource
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest
from typing import Any, Callable, Dict, IO, Iterable, List, Optional, Sequence

OVID = os.environ.get("OVID", "build/ovid")
# A sanitized build is slower, and its use of memory says nothing.
SANITIZED = os.environ.get("OVID_SANITIZED") == "1"
LONG = os.environ.get("OVID_LONG") == "1"
PATIENCE = 20.0  # seconds; far longer than any promised time
NODES_MAX = 16
HOST = "127.0.0.1"
Event = Dict[str, Any]  # see docs/log.md

# Tests may run under nohup. The programs that they start must not inherit that SIGHUP is ignored.
for _number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)


def eventually(condition: Callable[[], object], patience: float = PATIENCE,
               pause: float = 0.001) -> bool:
    """Looks after each pause until the condition holds. Returns False if patience ends first."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


class Ports:
    """A block of free ports below the ephemeral range, which only one grid uses while the block
    exists. An abstract Unix socket named after the block keeps other tests out."""

    BLOCK = 2 * NODES_MAX

    def __init__(self) -> None:
        for _ in range(1000):
            self.base = random.randrange(11008 // self.BLOCK, 32000 // self.BLOCK) * self.BLOCK
            self.lock = socket.socket(socket.AF_UNIX)
            try:
                self.lock.bind(f"\0ovid-test-ports-{self.base}")
            except OSError:
                self.lock.close()
                continue
            if all(is_free(port) for port in range(self.base, self.base + self.BLOCK)):
                return
            self.lock.close()
        raise RuntimeError("no block of free ports")

    def mesh(self, node: int) -> int:
        return self.base + node

    def master(self, node: int) -> int:
        return self.base + NODES_MAX + node

    def close(self) -> None:
        self.lock.close()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            return True
        except OSError:
            return False


def free_of(base: int, nodes: Iterable[int]) -> int:
    """The first of these nodes whose mesh port is free."""
    return next(node for node in nodes if is_free(base + node))


class Client:
    """A connection to a node's master port. Lines are sent and received as bytes."""

    def __init__(self, port: int, receive_buffer: int = 0) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        try:
            self.socket.connect((HOST, port))
        except OSError:
            self.socket.close()
            raise
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.unread = bytearray()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def line(self) -> bytes:
        """The next line without its line feed. Raises an exception if the stream ends first."""
        seen = 0
        while True:
            end = self.unread.find(b"\n", seen)
            if end >= 0:
                line = bytes(self.unread[:end])
                del self.unread[: end + 1]
                return line
            seen = len(self.unread)
            data = self.socket.recv(1 << 16)
            if not data:
                raise ConnectionError("the node closed the connection")
            self.unread += data

    def ask(self, command: bytes) -> bytes:
        self.send(command + b"\n")
        return self.line()

    def log(self) -> List[bytes]:
        answer = self.ask(b"get")
        assert answer.startswith(b"messages "), answer[:100]
        return answer[9:].split(b",") if len(answer) > 9 else []

    def count(self) -> int:
        answer = self.ask(b"count")
        assert answer.startswith(b"count "), answer[:100]
        return int(answer[6:])

    def push(self, data: bytes, limit: float) -> int:
        """Sends until the node has read nothing for `limit` seconds or has closed the connection.
        Returns how many bytes were sent."""
        sent = 0
        self.socket.settimeout(limit)
        view = memoryview(data)
        try:
            while sent < len(data):
                sent += self.socket.send(view[sent: sent + (1 << 18)])
        except (socket.timeout, BlockingIOError, ConnectionError):
            pass
        self.socket.settimeout(PATIENCE)
        return sent

    def close(self) -> None:
        self.socket.close()

    def reset(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def events_of(lines: Iterable[str]) -> List[Event]:
    """The events in a log of JSON objects. Other lines, such as `ovid: ...`, are left out."""
    return [json.loads(line) for line in lines if line.startswith("{")]


def limit_descriptors(limit: int) -> Callable[[], None]:
    def before_exec() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    return before_exec


class Node:
    """One process. Its standard output and error are written to files. It logs in JSON unless the
    arguments choose another format."""

    def __init__(self, arguments: Sequence[str], stdin: object = subprocess.DEVNULL,
                 descriptors: int = 0, stderr: "IO[bytes] | int | None" = None,
                 before_exec: Optional[Callable[[], None]] = None,
                 close_fds: bool = True, below: Sequence[str] = ()) -> None:
        """before_exec is called in the new process before the program begins. `below` is a command
        that starts the node."""
        self.out = tempfile.TemporaryFile()
        self.err = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [*below, OVID, *arguments], stdin=stdin, stdout=self.out,
            stderr=self.err if stderr is None else stderr, start_new_session=True,
            close_fds=close_fds, env={**os.environ, "OVID_LOG_FORMAT": "json"},
            preexec_fn=limit_descriptors(descriptors) if descriptors else before_exec)
        self.pid = self.process.pid

    @staticmethod
    def _text(file: IO[bytes]) -> str:
        size = os.fstat(file.fileno()).st_size
        return os.pread(file.fileno(), size, 0).decode(errors="replace")

    def stdout(self) -> str:
        return self._text(self.out)

    def log(self) -> List[str]:
        """The lines that were written to standard error so far."""
        return self._text(self.err).splitlines()

    def events(self, name: Optional[str] = None, **fields: object) -> List[Event]:
        """The events in the log so far: all of them, or those with this name and these fields."""
        whole, _, _ = self._text(self.err).rpartition("\n")
        return [event for event in events_of(whole.split("\n"))
                if name in (None, event["event"]) and fields.items() <= event.items()]

    def running(self) -> bool:
        return self.process.poll() is None

    def signal(self, number: int) -> None:
        if self.running():
            os.kill(self.pid, number)

    def wait(self) -> int:
        return self.process.wait(PATIENCE)

    def has_ended(self) -> bool:
        """Whether the process has ended. Its status is not taken: until wait(), /proc still shows
        the ended process."""
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return self.process.returncode is not None or \
            os.waitid(os.P_PID, self.pid, flags) is not None

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.wait()

    def rss_kib(self) -> int:
        """How much memory is in use now."""
        return self._kib("VmRSS")

    def peak_kib(self) -> int:
        """The maximum of memory that was ever in use."""
        return self._kib("VmHWM")

    def _kib(self, name: str) -> int:
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            return int(re.search(name + r":\s+(\d+) kB", status.read()).group(1))

    def close(self) -> None:
        self.kill()
        self.out.close()
        self.err.close()


class Grid:
    """A grid of nodes 0..n-1 on ports of their own."""

    def __init__(self, n: int, *options: str, start: Optional[Iterable[int]] = None) -> None:
        self.n = n
        self.options = options
        self.ports = Ports()
        self.nodes: Dict[int, Node] = {}
        self.earlier: List[Node] = []
        # The first connection to each node that a test asked for.
        self.clients: Dict[int, Client] = {}
        self.connections: List[Client] = []  # all connections
        for node in range(n) if start is None else start:
            self.start(node)

    def arguments(self, node: int) -> List[str]:
        return ["node", str(node), str(self.n), str(self.ports.master(node)),
                "--base-port", str(self.ports.base), *self.options]

    def start(self, node: int, **how: object) -> Node:
        if node in self.nodes:
            self.earlier.append(self.nodes[node])
            self.forget(node)
        self.nodes[node] = Node(self.arguments(node), **how)
        return self.nodes[node]

    def connect(self, node: int, receive_buffer: int = 0) -> Client:
        """Makes a new connection as soon as the node listens."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.connections.append(Client(self.ports.master(node), receive_buffer))
                return self.connections[-1]
            except OSError:
                if time.monotonic() > end or not self.nodes[node].running():
                    raise RuntimeError("no master port:\n" + "\n".join(self.nodes[node].log()))
                time.sleep(0.0005)

    def client(self, node: int) -> Client:
        if node not in self.clients:
            self.clients[node] = self.connect(node)
        return self.clients[node]

    def alive(self, node: int) -> List[int]:
        answer = self.client(node).ask(b"alive")
        assert answer.startswith(b"alive "), answer
        return [int(each) for each in answer[6:].split(b",")]

    def all_see(self, whom: Iterable[int], who: Optional[Iterable[int]] = None) -> bool:
        """Waits until each node in `who` (default: `whom`) sees exactly the nodes in `whom`."""
        expected = sorted(whom)
        return all(eventually(lambda: self.alive(node) == expected)
                   for node in (expected if who is None else who))

    def broadcast(self, node: int, text: bytes) -> None:
        self.client(node).send(b"broadcast " + text + b"\n")

    def kill(self, node: int) -> None:
        self.nodes[node].kill()
        self.forget(node)

    def forget(self, node: int) -> None:
        if node in self.clients:
            self.clients.pop(node).close()

    def close(self) -> None:
        for node in [*self.nodes.values(), *self.earlier]:
            node.close()
        for client in self.connections:
            client.close()
        self.ports.close()


class Watch:
    """Asks nodes for `alive` all the time, each over a connection of its own, and keeps every
    answer that is not the expected one."""

    def __init__(self, grid: Grid, who: Iterable[int], expected: Iterable[int]) -> None:
        self.wrong: List[str] = []
        self.answers = 0
        self._expected = b"alive " + b",".join(b"%d" % each for each in sorted(expected))
        self._over = threading.Event()
        clients = {node: grid.connect(node) for node in who}
        for node, client in clients.items():
            # After an answer, the node itself has accepted the connection, not only its kernel.
            self._ask(node, client)
        self._threads = [threading.Thread(target=self._look, args=each) for each in clients.items()]
        for thread in self._threads:
            thread.start()

    def _look(self, node: int, client: Client) -> None:
        try:
            while not self._over.wait(0.002):
                self._ask(node, client)
        except (OSError, ConnectionError) as error:
            self.wrong.append(f"node {node}: {error}")
        finally:
            client.close()

    def _ask(self, node: int, client: Client) -> None:
        answer = client.ask(b"alive")
        self.answers += 1
        if answer != self._expected:
            self.wrong.append(f"node {node}: {answer.decode()}")

    def end(self) -> List[str]:
        self._over.set()
        for thread in self._threads:
            thread.join()
        return self.wrong[:5]


class Lateness:
    """Measures the maximum delay with which this machine wakes up a thread. A node is not to blame
    for such a delay."""

    def __init__(self) -> None:
        self.worst = 0.0
        self._over = False
        self._thread = threading.Thread(target=self._measure, daemon=True)
        self._thread.start()

    def _measure(self) -> None:
        while not self._over:
            before = time.monotonic()
            time.sleep(0.005)
            self.worst = max(self.worst, time.monotonic() - before - 0.005)

    def end(self) -> float:
        self._over = True
        self._thread.join()
        return self.worst


class SystemTest(unittest.TestCase):
    def grid(self, n: int, *options: str, **how: object) -> Grid:
        grid = Grid(n, *options, **how)
        self.addCleanup(grid.close)
        return grid

    def whole_grid(self, n: int, *options: str) -> Grid:
        """A grid, returned when all nodes see all nodes."""
        grid = self.grid(n, *options)
        self.assertTrue(grid.all_see(range(n)))
        return grid

    def node(self, *arguments: str, **how: object) -> Node:
        node = Node(arguments, **how)
        self.addCleanup(node.close)
        return node

    def assert_peak_below(self, node: Node, kib: int) -> None:
        if not SANITIZED:
            self.assertLess(node.peak_kib(), kib)
