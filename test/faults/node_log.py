"""The sessions of a node, as its JSON log reports them (docs/log.md)."""
import datetime
import math
import os
from dataclasses import dataclass
from typing import IO, Dict, Iterable, List, Optional, Tuple

from grid import Event, events_of


@dataclass
class Session:
    """A session as one node reports it. Times are in seconds since 1970. The counts are known when
    the session has ended."""

    peer: int
    incarnation: str  # the peer's incarnation
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
    return datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


class NodeLog:
    """All sessions of one node, in the order in which they began."""

    def __init__(self) -> None:
        self.sessions: List[Session] = []
        self._open: Dict[int, Session] = {}

    def add(self, lines: Iterable[str]) -> None:
        for event in events_of(lines):
            if event["event"] == "session_began":
                self._began(event)
            elif event["event"] == "session_ended":
                self._ended(event)

    def _began(self, event: Event) -> None:
        peer = event["peer"]
        assert peer not in self._open, f"two sessions with {peer} at a time"
        session = Session(peer, event["incarnation"], event["mine"], event["theirs"],
                          seconds(event["time"]))
        self.sessions.append(session)
        self._open[peer] = session

    def _ended(self, event: Event) -> None:
        session = self._open.pop(event["peer"])
        assert session.name == (event["mine"], event["theirs"]), "another session ends"
        session.ended, session.cause = seconds(event["time"]), event["cause"]
        session.offered, session.acknowledged = event["offered"], event["acknowledged"]
        session.unknown, session.received = event["fate_unknown"], event["received"]

    def of(self, peer: int) -> List[Session]:
        return [session for session in self.sessions if session.peer == peer]

    def open_with(self, peer: int) -> Optional[Session]:
        return self._open.get(peer)

    def downs(self) -> List[str]:
        return [f"peer {session.peer}: {session.cause}" for session in self.sessions
                if not session.open]


class Follower(NodeLog):
    """Reads a log that is still being written."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._descriptor = os.dup(file.fileno())
        self._offset = 0

    def read(self) -> "Follower":
        """Reads all complete lines that have been written so far."""
        while True:
            data = os.pread(self._descriptor, 1 << 16, self._offset)
            whole = data[: data.rfind(b"\n") + 1]
            if not whole:
                return self
            self._offset += len(whole)
            self.add(whole.decode().split("\n"))

    def close(self) -> None:
        os.close(self._descriptor)
