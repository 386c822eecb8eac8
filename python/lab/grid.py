"""The nodes of one run, and what a script can do to them.

Every method that takes a node raises Refused, with nothing sent, if there is no such node; its
message is printed on standard output. Every wait is bounded.
"""
import pathlib
import signal
import subprocess
from typing import Callable, Dict, List, Optional, Protocol

from .checkout import port_is_free
from .child import how_it_ended
from .loop import Loop, now
from .node import Connection, Node, Request
from .script import invalid_pid, invalid_port
from .settle import Conditions, LabSleeps
from .tool import reason
from .words import Words

ANSWER_SECONDS = 10.0
_DOUBTFUL_SECONDS = 1.0
_WHOLE_ANSWER_SECONDS_MAX = 60.0
_CLOSING_SECONDS_MAX = 0.5
_PORT_SECONDS_MAX = 1.0
_RETRY_SECONDS = 0.005
_DEAD_SECONDS_MAX = 0.1
_LAST_WORDS = 3


class Report(Protocol):
    """What the grid prints: answers to standard output, reports to standard error."""

    def show(self, line: bytes) -> None: ...
    def say(self, text: str) -> None: ...
    def debug(self, text: str) -> None: ...
    def debug_line(self, text: str, line: bytes) -> None: ...


class Settle(Protocol):
    """How to wait after a node was started, has ended or was paused, or was resumed."""

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
        self.lost_words = False  # a node's output could not be stored as requested
        loop.now_and_then(self._trim_words)
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
        node = self._nodes[node_id] = self._started(node_id, n, port)
        self._report.debug(f"node {node_id} started, process group {node.group}")
        self._settle.came(node)
        self._bury_dead()

    def _started(self, node_id: int, n: int, port: int) -> Node:
        words = self._words_of(node_id)
        try:
            return Node(self._folder, node_id, n, port, words)
        except (OSError, subprocess.SubprocessError) as error:
            words.close()
            self._report.say(f"node {node_id} cannot be started: {reason(error)}")
            raise invalid_pid(node_id) from None

    def _words_of(self, node_id: int) -> Words:
        """Where a node's output goes: its log file, this program's standard error, or memory."""
        try:
            if self._log_dir:
                return Words.appended_to(self._log_dir / f"node-{node_id}.log")
            return Words.passed_on() if self._logs_to_stderr else Words.kept()
        except OSError as error:
            self.lost_words = True
            self._report.say(f"node {node_id} is not started: its output cannot be stored: "
                             f"{reason(error)}")
            raise invalid_pid(node_id) from None

    def ask(self, node_id: int, verb: bytes) -> None:
        """Send get, alive or count; the answer goes to the report as it was sent."""
        node = self._addressed(node_id)
        if node.paused:
            self._report.say(f"node {node_id} is paused and cannot answer")
            raise invalid_pid(node_id)
        connection = self._connected(node)
        request = connection.ask(verb, shown=True)
        self._report.debug(f"waiting for the answer of node {node_id}")
        self._await_answer(node, request)
        if not request.done:
            self._report.say(f"node {node_id} did not answer `{verb.decode()}`; continuing")
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
            self._turn(node, left)
        if connection.closed:
            self._lost(node)

    def crash(self, node_id: int) -> None:
        node = self._addressed(node_id)
        self._loop.turn(0)
        self._remove(node)
        self._settle.went(node)
        self._bury_dead()

    def pause(self, node_id: int) -> None:
        node = self._addressed(node_id)
        if node.paused:
            raise invalid_pid(node_id)
        node.paused = True
        node.signal(signal.SIGSTOP)
        self._settle.went(node)
        self._bury_dead()

    def resume(self, node_id: int) -> None:
        node = self._addressed(node_id)
        if not node.paused:
            raise invalid_pid(node_id)
        node.paused = False
        node.signal(signal.SIGCONT)
        self._settle.returned(node)
        self._bury_dead()

    def end(self) -> None:
        """End all nodes. The loop need not be usable any more."""
        for node in Node.end_all(list(self._nodes.values())):
            self._report.say(f"process group {node.group} of node {node.id} cannot be ended")
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
        """Report and remove nodes that ended by themselves; end what is left of their groups."""
        for node in list(self._nodes.values()):
            status = node.exit_status()
            if status is not None:
                how = f"node {node.id} ended by itself, {how_it_ended(status)}"
                self._tell(how, node.words.last(_LAST_WORDS))
                self._remove(node)

    def _tell(self, how: str, last_words: List[str]) -> None:
        if len(last_words) <= 1:
            self._report.say(": ".join([how, *last_words]))
            return
        self._report.say(how + ":")
        for line in last_words:
            self._report.say("  " + line)

    def _remove(self, node: Node) -> None:
        del self._nodes[node.id]
        for _ in Node.end_all([node]):
            self._report.say(f"process group {node.group} of node {node.id} cannot be ended")

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

    def _await_answer(self, node: Node, request: Request) -> None:
        """Wait for the answer, unless nothing arrives for long or the whole takes too long."""
        assert node.connection
        end = now() + _WHOLE_ANSWER_SECONDS_MAX
        while not request.done:
            quiet = _DOUBTFUL_SECONDS if request.doubtful else self._answer_seconds
            left = min(end, node.connection.active_at + quiet) - now()
            if left <= 0:
                return
            self._turn(node, left)

    def _turn(self, node: Node, seconds: float) -> None:
        """Wait for its connection; close it if the node has ended (a child may hold it open)."""
        assert node.connection
        self._loop.turn(min(seconds, _DEAD_SECONDS_MAX))
        if node.exit_status() is not None:
            heard_at = -1.0
            while heard_at != node.connection.active_at:
                heard_at = node.connection.active_at
                self._loop.turn(0)
            node.connection.close()

    def _trim_words(self) -> None:
        for node in self._nodes.values():
            node.words.trim()

    def _lost(self, node: Node) -> None:
        """The connection was lost during a command: report why; remove the node if it is dead."""
        if not self._wait(lambda: node.exit_status() is not None, _CLOSING_SECONDS_MAX):
            self._report.say(f"node {node.id} closed its connection")
        self._bury_dead()
        raise invalid_pid(node.id)

    def _wait(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait until holds(); False if the time passed first."""
        end = now() + seconds
        while not holds():
            if now() >= end:
                return False
            self._loop.sleep(_RETRY_SECONDS)
        return True
