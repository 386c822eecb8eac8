"""One started node: its process group and the connection to its master port."""
import collections
import pathlib
import signal
import socket
import subprocess
from typing import Callable, Deque, List, Optional

from . import child
from .checkout import HOST
from .loop import READ, WRITE, Loop, now
from .words import Words

_CONNECT_SECONDS_MAX = 0.5
_CHUNK = 1 << 20
_ANSWER_WORD = {b"get": b"messages", b"alive": b"alive", b"count": b"count"}


class Request:
    """A line that was sent and has one answer; `done` also if it can no longer arrive."""

    def __init__(self, verb: bytes, shown: bool, strays: int) -> None:
        self.verb = verb
        self.shown = shown
        self.strays_before = strays
        self.doubtful = False
        self.done = False
        self.answer: Optional[bytes] = None


class Connection:
    """A connected master port: lines out, lines in, answers matched to requests in order.

    A broadcast has no answer, except `error ...` if something is wrong. So as many lines may arrive
    before an answer as broadcasts were sent before the request. A line that begins with the
    requested word is the answer. These error lines and the answers that are to be shown go to
    `show`; answers to this program's own polling never do.
    """

    def __init__(self, loop: Loop, sock: socket.socket, name: str, show: Callable[[bytes], None],
                 debug: Callable[[str, bytes], None]) -> None:
        self._loop, self._sock, self._name = loop, sock, name
        self._show, self._debug = show, debug
        self._unsent = bytearray()
        self._partial: List[bytes] = []
        self._pending: Deque[Request] = collections.deque()
        self._broadcasts = 0
        self._last_polled = b""
        self.closed = False
        self.active_at = now()
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        loop.watch(sock.fileno(), READ, self._serve)

    @property
    def unsent(self) -> int:
        return len(self._unsent)

    def ask(self, verb: bytes, shown: bool) -> Request:
        request = Request(verb, shown, self._broadcasts)
        self._broadcasts = 0
        self._pending.append(request)
        if shown:
            self._debug(f"{self._name} <-", verb)
        self._send(verb + b"\n")
        request.done = request.done or self.closed
        return request

    def tell(self, line: bytes) -> None:
        self._broadcasts += 1
        self._debug(f"{self._name} <-", line)
        self._send(line + b"\n")

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self._loop.unwatch(self._sock.fileno())
        self._sock.close()
        self._unsent.clear()
        if any(self._partial):
            self._debug(f"{self._name} -> (a line without its end)", b"".join(self._partial))
        for request in self._pending:
            request.done = True
        self._pending.clear()

    def _send(self, data: bytes) -> None:
        self.active_at = now()
        if self.closed:
            return
        self._unsent += data
        self._flush()

    def _flush(self) -> None:
        try:
            while self._unsent:
                with memoryview(self._unsent) as view:
                    sent = self._sock.send(view[:_CHUNK])
                del self._unsent[:sent]
                self.active_at = now()
        except BlockingIOError:
            pass
        except OSError:
            self.close()
            return
        self._loop.watch(self._sock.fileno(), READ | (WRITE if self._unsent else 0), self._serve)

    def _serve(self) -> None:
        if self._unsent:
            self._flush()
        if not self.closed:
            self._receive()

    def _receive(self) -> None:
        try:
            data = self._sock.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        self.active_at = now()
        if b"\n" not in data:
            self._partial.append(data)
            return
        lines = (b"".join(self._partial) + data).split(b"\n")
        self._partial = [lines.pop()]
        for line in lines:
            self._hear(line)

    def _hear(self, line: bytes) -> None:
        shown = True
        if self._pending:
            front = self._pending[0]
            word = line[:16].split(b" ", 1)[0].rstrip(b"\r")
            if word == _ANSWER_WORD[front.verb] or not front.strays_before:
                self._pending.popleft()
                front.answer, front.done, shown = line, True, front.shown
            else:
                front.strays_before -= 1
                front.doubtful = True
        else:
            self._broadcasts = max(0, self._broadcasts - 1)
        if shown:
            self._debug(f"{self._name} ->", line)
            self._show(line + b"\n")
        elif line != self._last_polled:
            self._last_polled = line
            self._debug(f"{self._name} -> (polled)", line)


class Node:
    """A process group started as `./process <id> <n> <port>`, leader of its own session.

    The leader is reaped only by end_all(), so that its process id cannot be reused while this
    object exists.
    """

    def __init__(self, folder: pathlib.Path, node_id: int, n: int, port: int,
                 words: Words) -> None:
        self.id, self.port, self.words = node_id, port, words
        self.paused = False
        self.connection: Optional[Connection] = None
        self.poll: Optional[Request] = None
        self._exit_status: Optional[int] = None
        self._process = subprocess.Popen(
            ["./process", str(node_id), str(n), str(port)], cwd=folder, stdin=subprocess.DEVNULL,
            stdout=words.fd, stderr=words.fd, start_new_session=True,
            preexec_fn=child.dies_with_parent(signal.SIGKILL))

    @property
    def group(self) -> int:
        return self._process.pid

    def exit_status(self) -> Optional[int]:
        """How it ended by itself (negative: by this signal); None while it runs."""
        if self._exit_status is None:
            self._exit_status = child.exit_status(self.group)
        return self._exit_status

    def signal(self, signum: int) -> None:
        child.signal_group(self.group, signum)

    def connect(self, loop: Loop, show: Callable[[bytes], None],
                debug: Callable[[str, bytes], None]) -> bool:
        """Whether there is a connection, after one attempt if there was none."""
        if self.connection and not self.connection.closed:
            return True
        sock = _connected(self.port)
        if not sock:
            return False
        self.poll = None
        self.connection = Connection(loop, sock, f"node {self.id}", show, debug)
        return True

    def polled(self) -> Request:
        """The pending `alive` request of this program's own polling; sent now if there is none."""
        assert self.connection
        if self.poll is None or self.poll.done:
            self.poll = self.connection.ask(b"alive", shown=False)
        return self.poll

    @staticmethod
    def end_all(nodes: "List[Node]") -> "List[Node]":
        """End the groups of all these nodes; returns those that did not end."""
        for node in nodes:
            if node.connection:
                node.connection.close()
        left = set(child.end_groups(node.group for node in nodes))
        for node in nodes:
            node._process.returncode = -signal.SIGKILL
            node.words.close()
        return [node for node in nodes if node.group in left]


def _connected(port: int) -> Optional[socket.socket]:
    """One attempt."""
    try:
        sock = socket.socket()
    except OSError:
        return None
    sock.settimeout(_CONNECT_SECONDS_MAX)
    try:
        sock.connect((HOST, port))
        if sock.getsockname() == sock.getpeername():
            raise ConnectionRefusedError("connected to itself: no process listens there")
    except OSError:
        sock.close()
        return None
    return sock
