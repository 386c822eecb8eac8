"""The nodes of one run, and what a script can do to them.

Every method that names a node raises Refused, with nothing sent, if that node cannot be meant: the
message is what the script's writer sees on standard output. Every wait is bounded.
"""
import os
import pathlib
import signal
from typing import Callable, Dict, List, Optional, Protocol

from .checkout import port_is_free
from .loop import Loop, now
from .node import Connection, Node, Request, open_log
from .script import invalid_pid, invalid_port
from .settle import Conditions, LabSleeps

ANSWER_SECONDS = 10.0
_DOUBTFUL_SECONDS = 1.0
_WHOLE_ANSWER_SECONDS_MAX = 60.0
_CLOSING_SECONDS_MAX = 0.5
_PORT_SECONDS_MAX = 1.0
_RETRY_SECONDS = 0.005


class Report(Protocol):
    """What the grid tells the outside: answers to standard output, words to standard error."""

    def show(self, line: bytes) -> None: ...
    def say(self, text: str) -> None: ...
    def debug(self, text: str) -> None: ...
    def debug_line(self, text: str, line: bytes) -> None: ...


class Settle(Protocol):
    """How to wait after a node came, went, or returned."""

    def came(self, node: Node) -> None: ...
    def went(self, node: Node) -> None: ...
    def returned(self, node: Node) -> None: ...


class Grid:
    """Owns the nodes that were started; end() leaves none behind."""

    def __init__(self, loop: Loop, folder: pathlib.Path, report: Report, lab_timing: bool = False,
                 answer_seconds: float = ANSWER_SECONDS,
                 log_dir: Optional[pathlib.Path] = None, logs_to_stderr: bool = False) -> None:
        self._answer_seconds = answer_seconds
        self._loop, self._folder, self._report = loop, folder, report
        self._log_dir, self._logs_to_stderr = log_dir, logs_to_stderr
        self._nodes: Dict[int, Node] = {}
        self._settle: Settle = LabSleeps(loop) if lab_timing else Conditions(
            loop, self._awake, self._connect, report.say, report.debug)

    def start(self, node_id: int, n: int, port: int) -> None:
        self._bury_dead()
        if node_id in self._nodes:
            raise invalid_pid(node_id)
        if any(node.port == port for node in self._nodes.values()):
            raise invalid_port(port)
        if not self._wait(lambda: port_is_free(port), _PORT_SECONDS_MAX):
            self._report.say(f"port {port} is in use by another program")
            raise invalid_port(port)
        log = open_log(self._log_dir, node_id, self._logs_to_stderr)
        try:
            node = Node(self._folder, node_id, n, port, log)
        except OSError as error:
            self._report.say(f"node {node_id} cannot be started: {error}")
            raise invalid_pid(node_id) from None
        finally:
            os.close(log) if isinstance(log, int) else log.close()
        self._nodes[node_id] = node
        self._report.debug(f"node {node_id} started, process group {node.group}")
        self._settle.came(node)

    def ask(self, node_id: int, verb: bytes) -> None:
        """Send get, alive or count; the answer goes to the report as it was sent."""
        node = self._addressed(node_id)
        if node.paused:
            self._report.say(f"node {node_id} is paused and cannot answer")
            raise invalid_pid(node_id)
        connection = self._connected(node)
        request = connection.ask(verb, shown=True)
        self._report.debug(f"waiting for the answer of node {node_id}")
        self._await_answer(connection, request)
        if not request.done:
            self._report.say(f"node {node_id} did not answer `{verb.decode()}`; going on")
        elif request.answer is None:
            self._lost(node)

    def broadcast(self, node_id: int, text: bytes) -> None:
        node = self._addressed(node_id)
        connection = self._connected(node)
        connection.tell(b"broadcast " + text)
        while connection.unsent and not connection.closed:
            left = connection.active_at + self._answer_seconds - now()
            if left <= 0:
                connection.close()
                self._report.say(f"node {node_id} has not read for {self._answer_seconds:g} s; "
                                 "its connection is closed")
                return
            self._loop.turn(left)
        if connection.closed:
            self._lost(node)

    def crash(self, node_id: int) -> None:
        node = self._addressed(node_id)
        self._loop.turn(0)
        self._remove(node)
        self._settle.went(node)

    def pause(self, node_id: int) -> None:
        node = self._addressed(node_id)
        if node.paused:
            raise invalid_pid(node_id)
        node.paused = True
        node.signal(signal.SIGSTOP)
        self._settle.went(node)

    def resume(self, node_id: int) -> None:
        node = self._addressed(node_id)
        if not node.paused:
            raise invalid_pid(node_id)
        node.paused = False
        node.signal(signal.SIGCONT)
        self._settle.returned(node)

    def end(self) -> None:
        """End all nodes. The loop need not be usable any more."""
        for node in Node.end_all(list(self._nodes.values())):
            self._report.say(f"process group {node.group} of node {node.id} does not go away")
        self._nodes.clear()

    def _awake(self) -> List[Node]:
        self._bury_dead()
        return [node for node in self._nodes.values() if not node.paused]

    def _addressed(self, node_id: int) -> Node:
        self._bury_dead()
        if node_id not in self._nodes:
            raise invalid_pid(node_id)
        return self._nodes[node_id]

    def _bury_dead(self) -> None:
        """Forget the nodes that ended by themselves, and what may be left of their groups."""
        for node in list(self._nodes.values()):
            status = node.exit_status()
            if status is not None:
                self._report.say(f"node {node.id} ended by itself, {_how_it_ended(status)}")
                self._remove(node)

    def _remove(self, node: Node) -> None:
        del self._nodes[node.id]
        for _ in Node.end_all([node]):
            self._report.say(f"process group {node.group} of node {node.id} does not go away")

    def _connect(self, node: Node) -> bool:
        return node.connect(self._loop, self._report.show, self._report.debug_line)

    def _connected(self, node: Node) -> Connection:
        ready = self._wait(lambda: node.exit_status() is not None or self._connect(node),
                           self._answer_seconds)
        if ready and node.connection and not node.connection.closed:
            return node.connection
        if not ready:
            self._report.say(f"no connection to node {node.id} on port {node.port} in "
                             f"{self._answer_seconds:g} s")
        self._bury_dead()
        raise invalid_pid(node.id)

    def _await_answer(self, connection: Connection, request: Request) -> None:
        """Until the answer is there, nothing was heard for long, or the whole took too long."""
        end = now() + _WHOLE_ANSWER_SECONDS_MAX
        while not request.done:
            quiet = _DOUBTFUL_SECONDS if request.doubtful else self._answer_seconds
            left = min(end, connection.active_at + quiet) - now()
            if left <= 0:
                return
            self._loop.turn(left)

    def _lost(self, node: Node) -> None:
        """The connection broke under a command: tell why, and forget the node if it is dead."""
        if not self._wait(lambda: node.exit_status() is not None, _CLOSING_SECONDS_MAX):
            self._report.say(f"node {node.id} closed its connection")
        self._bury_dead()
        raise invalid_pid(node.id)

    def _wait(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Try again and again; False if the time passed first."""
        end = now() + seconds
        while not holds():
            if now() >= end:
                return False
            self._loop.sleep(_RETRY_SECONDS)
        return True

def _how_it_ended(status: int) -> str:
    """A status as Node.exit_status() gives it, in words."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"
