"""What a node says of its sessions on standard error, as values."""
import datetime
import math
import os
import re
from dataclasses import dataclass
from typing import IO, Dict, Iterable, List, Optional, Tuple

_LINE = re.compile(r"(\S+)Z node \d+ peer (\d+) \w+: (up|down): (.*)")
_UP = re.compile(r"incarnation ([0-9a-f]{16}), session ([0-9a-f]{16})\.([0-9a-f]{16})")
_DOWN = re.compile(r"(.*); offered (\d+), acknowledged (\d+), fate unknown (\d+), received (\d+)")


@dataclass
class Session:
    """One side's view; times are seconds since 1970. The counts are known when it has ended."""

    peer: int
    incarnation: str  # the peer's
    mine: str
    theirs: str
    began: float
    ended: float = math.inf
    cause: str = ""
    offered: Optional[int] = None
    acknowledged: Optional[int] = None
    unknown: Optional[int] = None
    received: Optional[int] = None

    @property
    def name(self) -> Tuple[str, str]:
        return self.mine, self.theirs

    @property
    def name_at_peer(self) -> Tuple[str, str]:
        return self.theirs, self.mine

    @property
    def open(self) -> bool:
        return self.ended == math.inf


def seconds(stamp: str) -> float:
    return datetime.datetime.fromisoformat(stamp + "+00:00").timestamp()


class Journal:
    """The sessions of one node, in the order in which they began."""

    def __init__(self) -> None:
        self.sessions: List[Session] = []
        self._open: Dict[int, Session] = {}

    def add(self, lines: Iterable[str]) -> None:
        for line in lines:
            found = _LINE.match(line)
            if found:
                stamp, peer, kind, rest = found.groups()
                (self._up if kind == "up" else self._down)(seconds(stamp), int(peer), rest)

    def _up(self, when: float, peer: int, rest: str) -> None:
        assert peer not in self._open, f"two sessions with {peer} at a time"
        session = Session(peer, *_UP.fullmatch(rest).groups(), when)
        self.sessions.append(session)
        self._open[peer] = session

    def _down(self, when: float, peer: int, rest: str) -> None:
        session = self._open.pop(peer)
        cause, *counts = _DOWN.fullmatch(rest).groups()
        session.ended, session.cause = when, cause
        (session.offered, session.acknowledged, session.unknown,
         session.received) = map(int, counts)

    def of(self, peer: int) -> List[Session]:
        return [session for session in self.sessions if session.peer == peer]

    def open_with(self, peer: int) -> Optional[Session]:
        return self._open.get(peer)

    def downs(self) -> List[str]:
        return [f"peer {session.peer}: {session.cause}" for session in self.sessions
                if not session.open]


class Follower(Journal):
    """A journal that is still being written."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._descriptor = os.dup(file.fileno())
        self._offset = 0

    def read(self) -> "Follower":
        """Everything that has been written in whole lines by now."""
        while True:
            data = os.pread(self._descriptor, 1 << 16, self._offset)
            whole = data[: data.rfind(b"\n") + 1]
            if not whole:
                return self
            self._offset += len(whole)
            self.add(whole.decode(errors="replace").splitlines())

    def close(self) -> None:
        os.close(self._descriptor)
