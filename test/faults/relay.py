#!/usr/bin/env python3
"""A relay between nodes. A way consists of a listening port and the port to which it connects.

  relay.py <listen>:<target> ...      ways 0, 1, 2 ... on 127.0.0.1

Reads commands from standard input, one on each line, and answers each with a line as soon as the
command has taken effect. Ends when its input ends.

  cut <way>          reset its connections; data on its way is lost
  stall <way>        its present connections carry no data; new connections work
  blackhole <way>    its connections carry no data; new ones are accepted and carry no data either
  refuse <way>       cut, and new connections are refused
  delay <way> <ms>   data that arrives from now on is delayed by this time and stays in order
  heal <way>         listen again, continue stalled connections, end the delay
  moved <way>        answer how many bytes were carried so far
  held <way>         answer how many bytes from its listening side wait, at least
"""
import collections
import math
import os
import selectors
import socket
import struct
import sys
import time
from typing import Deque, Dict, Iterator, List, Optional, Set, Tuple

HOST = "127.0.0.1"
PIECE = 1 << 18  # maximum of bytes that are read at once
# Maximum of bytes on their way in one direction of one connection; above it, the sender waits.
HELD_MAX = 1 << 20
BACKLOG = 256


class Stream:
    """One direction of a connection."""

    def __init__(self) -> None:
        # Each with the time at which it is due.
        self.pieces: Deque[Tuple[float, bytes]] = collections.deque()
        self.held = 0
        self.ended = False  # the sender has closed; the receiver sees that after the last piece


class Way:
    def __init__(self, listen: int, target: int) -> None:
        self.listen, self.target = listen, target
        self.listener: Optional[socket.socket] = None
        self.connections: "Set[Connection]" = set()
        self.black = False
        self.delay = 0.0
        self.moved = 0


class Connection:
    """The two sockets of a connection: the client's, and the one to the target. The bytes of each
    go to the other."""

    def __init__(self, way: Way, near: socket.socket) -> None:
        self.way = way
        self.near = near
        self.far: Optional[socket.socket] = None
        self.connected = False  # whether the connection to the target is made
        self.still = way.black
        self.there = Stream()  # near to far
        self.back = Stream()
        # The events that the selector was asked to report for each socket.
        self.asked: Dict[socket.socket, int] = {}

    def streams(self) -> List[Tuple[socket.socket, Stream, socket.socket]]:
        return [(self.near, self.there, self.far), (self.far, self.back, self.near)]

    def due(self) -> float:
        """When the next delayed piece is due. Pieces that wait only for a socket do not count."""
        return min((stream.pieces[0][0] for _, stream, to in self.streams()
                    if stream.pieces and not self.asked.get(to, 0) & selectors.EVENT_WRITE),
                   default=math.inf)


class Relay:
    def __init__(self, ports: List[Tuple[int, int]]) -> None:
        self._selector = selectors.DefaultSelector()
        self._ways = [Way(*pair) for pair in ports]
        for way in self._ways:
            self._listen(way)
        self._selector.register(0, selectors.EVENT_READ, None)
        self._typed = b""

    def run(self) -> None:
        while True:
            ready = []
            for key, _ in self._selector.select(self._until_due()):
                if key.data is None:
                    if not self._commands():
                        return
                elif isinstance(key.data, Way):
                    self._accept(key.data)
                else:
                    ready.append(key.data)
            now = time.monotonic()
            for connection in [*ready, *(each for each in self._travelling() if each.due() <= now)]:
                if connection in connection.way.connections:
                    self._serve(connection)

    def _travelling(self) -> Iterator[Connection]:
        return (connection for way in self._ways for connection in list(way.connections)
                if not connection.still and connection.due() < math.inf)

    def _until_due(self) -> Optional[float]:
        due = min((connection.due() for connection in self._travelling()), default=None)
        return None if due is None else max(0.0, due - time.monotonic())

    # Commands

    def _commands(self) -> bool:
        data = os.read(0, 1 << 16)
        *lines, self._typed = (self._typed + data).split(b"\n")
        for line in lines:
            verb, way, *rest = line.decode().split()
            answer = getattr(self, "_do_" + verb)(self._ways[int(way)], *rest)
            print(answer if answer is not None else "done", flush=True)
        return bool(data)

    def _do_cut(self, way: Way) -> None:
        for connection in list(way.connections):
            self._end(connection, reset=True)

    def _do_stall(self, way: Way) -> None:
        for connection in way.connections:
            connection.still = True
            self._watch(connection)

    def _do_blackhole(self, way: Way) -> None:
        way.black = True
        self._do_stall(way)

    def _do_refuse(self, way: Way) -> None:
        if way.listener:
            self._selector.unregister(way.listener)
            way.listener.close()
            way.listener = None
        self._do_cut(way)

    def _do_delay(self, way: Way, ms: str) -> None:
        way.delay = float(ms) / 1000

    def _do_heal(self, way: Way) -> None:
        if not way.listener:
            self._listen(way)
        way.black = False
        way.delay = 0.0
        for connection in list(way.connections):
            connection.still = False
            self._go_on(connection)

    def _do_held(self, way: Way) -> int:
        """The bytes that wait: those that the relay holds, and those that can be read now, at most
        one piece of each connection."""
        total = 0
        for connection in way.connections:
            total += connection.there.held
            try:
                total += len(connection.near.recv(PIECE, socket.MSG_PEEK))
            except OSError:
                pass
        return total

    def _do_moved(self, way: Way) -> int:
        return way.moved

    # Connections

    def _listen(self, way: Way) -> None:
        way.listener = socket.socket()
        way.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        way.listener.bind((HOST, way.listen))
        way.listener.listen(BACKLOG)
        way.listener.setblocking(False)
        self._selector.register(way.listener, selectors.EVENT_READ, way)

    def _accept(self, way: Way) -> None:
        if not way.listener:
            return  # a command has just closed the link
        try:
            near = way.listener.accept()[0]
        except (BlockingIOError, ConnectionError):
            return
        _prepare(near)
        connection = Connection(way, near)
        way.connections.add(connection)
        self._go_on(connection)

    def _go_on(self, connection: Connection) -> None:
        if connection.far is None and not connection.still:
            connection.far = socket.socket()
            _prepare(connection.far)
            connection.far.connect_ex((HOST, connection.way.target))
        self._watch(connection)

    def _end(self, connection: Connection, reset: bool) -> None:
        connection.way.connections.discard(connection)
        for end in (connection.near, connection.far):
            if end is not None:
                self._ask(connection, end, 0)
                if reset:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.close()

    def _ask(self, connection: Connection, end: socket.socket, events: int) -> None:
        before = connection.asked.get(end, 0)
        connection.asked[end] = events
        if before and not events:
            self._selector.unregister(end)
        elif events and not before:
            self._selector.register(end, events, connection)
        elif events != before:
            self._selector.modify(end, events, connection)

    def _watch(self, connection: Connection) -> None:
        """Asks the selector to report what can be done next. For stalled connections, that is
        nothing."""
        if connection.far is None:
            return
        events = {connection.near: 0, connection.far: 0}
        if not connection.still and not connection.connected:
            events[connection.far] = selectors.EVENT_WRITE
        elif not connection.still:
            now = time.monotonic()
            for end, stream, other in connection.streams():
                if not stream.ended and stream.held < HELD_MAX:
                    events[end] |= selectors.EVENT_READ
                if stream.pieces and stream.pieces[0][0] <= now:
                    events[other] |= selectors.EVENT_WRITE
        for end, wanted in events.items():
            self._ask(connection, end, wanted)

    def _serve(self, connection: Connection) -> None:
        if connection.still or connection.far is None:
            return
        try:
            if not connection.connected:
                connection.connected = _is_connected(connection.far)
            if connection.connected:
                for end, stream, other in connection.streams():
                    _read(connection.way, end, stream)
                    _write(connection.way, stream, other)
                if any(stream.ended and not stream.pieces
                       for _, stream, _ in connection.streams()):
                    return self._end(connection, reset=False)
        except OSError:
            return self._end(connection, reset=True)
        self._watch(connection)


def _read(way: Way, end: socket.socket, stream: Stream) -> None:
    if stream.ended or stream.held >= HELD_MAX:
        return
    try:
        data = end.recv(PIECE)
    except BlockingIOError:
        return
    except ConnectionError:  # what came before still arrives
        data = b""
    if data:
        stream.pieces.append((time.monotonic() + way.delay, data))
        stream.held += len(data)
    else:
        stream.ended = True


def _write(way: Way, stream: Stream, other: socket.socket) -> None:
    while stream.pieces and stream.pieces[0][0] <= time.monotonic():
        when, data = stream.pieces.popleft()
        try:
            sent = other.send(data)
        except BlockingIOError:
            sent = 0
        way.moved += sent
        stream.held -= sent
        if sent < len(data):
            return stream.pieces.appendleft((when, data[sent:]))


def _prepare(end: socket.socket) -> None:
    end.setblocking(False)
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _is_connected(end: socket.socket) -> bool:
    """Returns False while the connection is being made. Raises an exception if it has failed."""
    error = end.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        raise OSError(error, os.strerror(error))
    try:
        end.getpeername()
        return True
    except OSError:
        return False


if __name__ == "__main__":
    Relay([tuple(map(int, pair.split(":"))) for pair in sys.argv[1:]]).run()
