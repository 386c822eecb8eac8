"""What must hold between any two nodes, checked from outside. The inputs are the texts that a node
was asked to broadcast and when, the JSON logs of both nodes, the texts that the other node
received, and the ledgers.

A session carries a block of consecutive numbers: those that its sender used between the beginning
and the end of the session (`offered`). The receiver got the first `received` numbers of this block
and no others of it. So the sender's numbers at the receiver are divided into pieces of these
lengths. Each piece must have no gap, must begin with the number that was sent when the session
began, and must come after the whole block of the session before. A record that was lost,
duplicated, reordered, delivered in another session, or counted and not delivered violates one of
these rules.
"""
from dataclasses import dataclass
from typing import Dict, Iterator, List, Optional, Tuple

from node_log import Session
from talk import History

SLACK = 0.005  # seconds; the times in logs are rounded to milliseconds
GAP = "gap"


@dataclass
class Account:
    """One incarnation of a sender and one incarnation of a receiver."""

    # The sender incarnation's numbers, in the order in which the receiver got them.
    numbers: List[int]
    spoken: List[Session]  # the sender's sessions with the receiver
    heard: List[Session]  # the receiver's sessions with the sender
    history: History
    settled: bool = True  # False: the texts were read some time before the nodes' logs ended

    def complaints(self) -> Iterator[str]:
        yield from self._order()
        yield from self._pieces()
        for session in self.spoken:
            if not session.open:
                yield from _balance(session)
        for session in self.spoken + self.heard:
            # A peer may be in the session first; what it sends is lost until this node has the
            # connection that it needs to begin. After the first record no gap is allowed.
            if session.cause == GAP and session.received > 0:
                yield f"{session.received} were received, then a record was missing"

    def _order(self) -> Iterator[str]:
        for before, after in zip(self.numbers, self.numbers[1:]):
            if after <= before:
                yield f"{after} comes after {before}"
                return

    def _pieces(self) -> Iterator[str]:
        at_speaker = {session.name: place for place, session in enumerate(self.spoken)}
        used = 0
        place_before, free_from = -1, 0
        for heard in self.heard:
            place = at_speaker.get(heard.name_at_peer)
            if place is None:
                # The session is with another incarnation of the sender, or the sender never began
                # it.
                continue
            if place <= place_before:
                yield f"session {place} of the speaker comes after its session {place_before}"
            place_before = place
            left = len(self.numbers) - used
            size = left if heard.received is None else heard.received
            if size > left:
                if self.settled:
                    yield f"{size} were received in session {place}, the log has {left} left"
                size = left
            piece = self.numbers[used: used + size]
            used += size
            yield from self._piece(place, piece, heard, free_from)
            if piece:
                free_from = piece[0] + max(len(piece), self.spoken[place].offered or 0)
        if used < len(self.numbers):
            yield (f"{len(self.numbers) - used} were received in no session of the two, beginning "
                   f"with {self.numbers[used]}")

    def _piece(self, place: int, piece: List[int], heard: Session, free_from: int
               ) -> Iterator[str]:
        spoken = self.spoken[place]
        where = f"session {place} ({spoken.mine}.{spoken.theirs})"
        if piece:
            yield from _gap(where, piece)
            if piece[0] < free_from:
                yield f"{where} delivers {piece[0]}, which belongs to the session before"
            least = self.history.taken_before(spoken.began - SLACK)
            most = self.history.begun_before(spoken.began + SLACK)
            if piece[0] < least:
                yield (f"{where} delivers {piece[0]}, said before it began: {least} were taken "
                       "by then")
            if piece[0] > most:
                yield f"{where} begins with {piece[0]}, though {most} was said in it"
        yield from self._counts(where, piece, spoken, heard)

    def _counts(self, where: str, piece: List[int], spoken: Session, heard: Session
                ) -> Iterator[str]:
        if spoken.open:
            return
        got = len(piece) if heard.received is None else heard.received
        if self.settled or not heard.open:
            if not spoken.acknowledged <= got:
                yield f"{where}: {spoken.acknowledged} were acknowledged, {got} were received"
        if got > spoken.offered:
            yield f"{where}: {spoken.offered} were offered, {got} were received"
        history = self.history
        earliest_end = history.taken_before(spoken.ended - SLACK)
        latest_end = history.begun_before(spoken.ended + SLACK)
        first_least = piece[0] if piece else history.taken_before(spoken.began - SLACK)
        first_most = piece[0] if piece else history.begun_before(spoken.began + SLACK)
        if first_most + spoken.offered < earliest_end:
            yield (f"{where} offered {spoken.offered} from {first_most} on, though {earliest_end} "
                   "were said before it ended")
        if first_least + spoken.offered > latest_end:
            yield (f"{where} offered {spoken.offered} from {first_least} on, though only "
                   f"{latest_end} had been said when it ended")


def _gap(where: str, piece: List[int]) -> Iterator[str]:
    if piece[-1] - piece[0] == len(piece) - 1:
        return
    for before, after in zip(piece, piece[1:]):
        if after != before + 1:
            yield f"{where} has lost what is between {before} and {after}"
            return


def _balance(session: Session) -> Iterator[str]:
    if session.offered != session.acknowledged + session.unknown:
        yield (f"session {session.mine}.{session.theirs}: {session.offered} offered, but "
               f"{session.acknowledged} acknowledged and {session.unknown} of unknown fate")


Ledger = Dict[str, int]


def read_ledger(line: bytes) -> Dict[int, Ledger]:
    """Parses `ledger 1:offered=9,acknowledged=7,...`; the result is by peer."""
    ledgers = {}
    for part in line.decode().split()[1:]:
        peer, _, counts = part.partition(":")
        pairs = [count.split("=") for count in counts.split(",")]
        ledgers[int(peer)] = {name: int(value) for name, value in pairs}
    return ledgers


def ledger_complaints(ledger: Ledger, spoken: List[Session], received_in_open: Optional[int]
                      ) -> Iterator[str]:
    """Compares a ledger of a quiet grid with the sessions that it sums up. received_in_open: how
    many records of the open session the other node has received; None if that is not known."""
    if ledger["offered"] != (ledger["acknowledged"] + ledger["unacknowledged"]
                             + ledger["fate_unknown"]):
        yield f"the ledger does not balance: {ledger}"
    ended = [session for session in spoken if not session.open]
    unknown = sum(session.unknown for session in ended)
    if ledger["fate_unknown"] != unknown:
        yield f"of unknown fate: {ledger['fate_unknown']} by the ledger, {unknown} by the log"
    if ledger["unacknowledged"] != 0:
        yield f"still not acknowledged: {ledger['unacknowledged']}"
    in_open = ledger["offered"] - sum(session.offered for session in ended)
    acknowledged = ledger["acknowledged"] - sum(session.acknowledged for session in ended)
    if not 0 <= acknowledged == in_open:
        yield f"offered in the open session: {in_open}, acknowledged: {acknowledged}"
    if received_in_open is not None and received_in_open != in_open:
        yield f"offered in the open session: {in_open}, received: {received_in_open}"


def by_speaker(log: List[bytes]) -> Dict[Tuple[int, int], List[int]]:
    """The numbers that a node received, by sender and incarnation. Other texts are left out."""
    numbers: Dict[Tuple[int, int], List[int]] = {}
    for text in log:
        parts = text.split(b".", 3)
        if len(parts) >= 3:
            numbers.setdefault((int(parts[0]), int(parts[1])), []).append(int(parts[2]))
    return numbers
