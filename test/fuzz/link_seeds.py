"""Seeds of the link target. An input consists of: a byte of settings, then events (link_fuzz.cpp
describes them)."""
from typing import Dict

from frame_seeds import envelope, record

ONE, TWO, TALKATIVE = 0, 1, 16
(TURN, TIME, CONNECTED, FAILED, LOSE, DISCONNECTED, ROOM, WRITABLE, DELIVER, REPLAY, FORGE, DAMAGE,
 GARBAGE, SEND, BROADCAST, RUN) = range(16)
REFUSED, UNREACHABLE = b"\0", b"\1"
RIGHT = 15  # the number that the peer itself would send
ZERO, NOBODY, PEERS_OFFER, OLD = 0, 1, 7, 8
AGAIN = 32  # flag of an event: it is about the second of the two peers


def settings(managers: int, bound: int = 3, talkative: int = 0) -> bytes:
    """bound chooses the maximum of unacknowledged bytes: 0 is 256 bytes, ... 7 is 4 MiB."""
    return bytes((managers | bound << 1 | talkative,))


def event(what: int, arguments: bytes = b"", node: int = 0, second: bool = False) -> bytes:
    return bytes((what | node << 4 | (AGAIN if second else 0),)) + arguments


def at_one(what: int, arguments: bytes = b"") -> bytes:
    """An event at node 1 about node 0."""
    return event(what, arguments, node=1, second=True)


def forged(from_inc: int = RIGHT, to_inc: int = RIGHT, from_epoch: int = RIGHT,
           to_epoch: int = RIGHT, first: int = 0, ack: int = 0, body: bytes = b"\0",
           odd: bytes = b"\0", old: bytes = b"") -> bytes:
    """A message in a peer's name.

    first: difference to the number of the next record that the receiver expects. ack: difference
    to the last number that was acknowledged. body: 0 is a ping, 12 a hello of another grid, 13 a
    hello of this grid, 14 is 14 messages in the name of another node, 15 arbitrary bytes; any
    other k is k messages. odd: 1 replaces the count, 2 the sender, 3 the receiver.
    """
    return event(FORGE, bytes((from_inc | to_inc << 4, from_epoch | to_epoch << 4)) + old
                 + bytes((first & 255, ack & 255)) + body + odd)


def run(quarters_of_ms: int) -> bytes:
    return event(RUN, bytes((quarters_of_ms,)))


def time(step: int, node: int = 0) -> bytes:
    """Lets time pass: step * 50 us if step is below 100, (step - 100) * 10 ms below 200, and
    (step - 200) * 250 ms from there on."""
    return event(TIME, bytes((step,)), node)


# Beginnings: two nodes are in a session (UP), two that talk are (TALK), or the only node is, with a
# peer whose messages come from the seed (KNOWN).
UP = settings(TWO) + run(10)
TALK = settings(TWO, talkative=TALKATIVE) + run(10)
KNOWN = settings(ONE) + event(CONNECTED) + forged()
SAID = event(SEND, b"\5") + at_one(BROADCAST, b"\7")
CUT = event(LOSE) + event(DISCONNECTED)


def connections() -> Dict[str, bytes]:
    """Connections and sessions that begin, end and begin again."""
    return {
        "nothing": settings(TWO),
        "up": UP,
        "up_by_hand": settings(TWO) + event(CONNECTED) + at_one(CONNECTED)
                      + (event(TURN) + at_one(TURN) + event(DELIVER, b"\7")
                         + at_one(DELIVER, b"\7")) * 4,
        "talk": TALK + SAID + run(20),
        "records": UP + SAID * 3 + event(TURN) + at_one(TURN) + run(100),
        "cut": UP + SAID + event(TURN) + CUT + SAID + run(20),
        "cut_unnoticed": UP + event(LOSE) + SAID + event(TURN) + time(130) + SAID + run(50),
        "cut_and_refused": UP + SAID + event(TURN) + CUT + event(FAILED, REFUSED) + SAID + run(50),
        "cut_and_unreachable": UP + SAID + event(TURN) + CUT + event(FAILED, UNREACHABLE)
                               + run(50),
        "attempt_without_outcome": settings(TWO) + time(190) + time(210) + run(50),
        "attempts_fail": settings(ONE) + (event(FAILED, REFUSED) + time(20)
                                          + event(FAILED, UNREACHABLE) + time(110)) * 6,
        "handshake_fails": settings(ONE) + (event(DISCONNECTED) + time(110)) * 6,
        "restart": UP + SAID + at_one(RUN, b"\0") + run(100) + SAID + run(100),
        "restart_quickly": TALK + (SAID + event(RUN, b"\0") + run(3)) * 4,
        "silence": UP + (time(112) + event(TURN)) * 12 + run(50),
        "late": UP + time(202) + SAID + event(TURN) + run(50),
    }


def queues() -> Dict[str, bytes]:
    """Connections that take no more messages, and messages that wait or come again."""
    return {
        "full": UP + event(ROOM, b"\1") + (event(SEND, b"\5") + event(TURN)) * 5
                + event(DELIVER, b"\0") + event(WRITABLE) + event(TURN) + run(50),
        "queue_at_its_bound": settings(TWO, 0, TALKATIVE) + run(10) + event(ROOM, b"\0")
                              + (event(SEND, b"\x60") + event(TURN)) * 9 + run(50),
        "long_record": settings(TWO, 7) + run(10) + event(SEND, b"\xff") + event(TURN) + run(50),
        "many_long_records": settings(TWO, 7) + run(10)
                             + (event(SEND, b"\xf8") + event(TURN)) * 6 + run(50),
        "replays": UP + SAID + run(20) + b"".join(event(REPLAY, bytes((i,))) for i in range(20)),
        "replays_to_another_life": UP + SAID + run(20) + event(RUN, b"\0")
                                   + b"".join(event(REPLAY, bytes((i,))) for i in range(20)),
        "lost_on_the_way": UP + event(ROOM, b"\7") + (event(SEND, b"\5") + event(TURN)) * 3
                           + CUT + event(CONNECTED) + event(TURN) + event(DELIVER, b"\1")
                           + run(50),
    }


def forgeries() -> Dict[str, bytes]:
    """Wrong bytes, and messages in the name of a peer during a session."""
    return {
        "damage": UP + SAID + event(TURN) + b"".join(event(DAMAGE, bytes((0, i, 1)))
                                                   for i in range(0, 250, 9)),
        "garbage": UP + event(GARBAGE, b"\0\0") + event(GARBAGE, b"\4OVID\3abc") * 12
                   + event(GARBAGE, b"\x40" + envelope() + b"\x0a" + record(b"ping 1")),
        "stranger_greets": UP + forged(NOBODY, ZERO, NOBODY, ZERO) * 12 + run(50),
        "stranger_greets_the_absent": settings(ONE) + event(FAILED, REFUSED)
                                      + forged(NOBODY, ZERO, NOBODY, ZERO) * 3 + time(60)
                                      + forged(NOBODY, ZERO, NOBODY, ZERO),
        "stranger_guesses": UP + forged(NOBODY, RIGHT, NOBODY, NOBODY) * 3,
        "stranger_knows_half": UP + forged(to_epoch=NOBODY, body=b"\1") + forged(to_epoch=ZERO),
        "stranger_knows_the_other_half": UP + forged(from_epoch=NOBODY, to_inc=NOBODY)
                                         + forged(from_inc=NOBODY, body=b"\1"),
        "stranger_without_an_epoch": UP + forged(NOBODY, ZERO, ZERO, ZERO),
        "peer_greets_before_it_heard": UP + forged(to_inc=ZERO, to_epoch=ZERO),
        "peer_leaves": UP + forged(from_epoch=NOBODY) + run(50),
        "new_incarnation": UP + forged(from_inc=NOBODY, from_epoch=NOBODY) + run(50),
        "old_session": TALK + SAID + run(20) + CUT + event(FAILED, REFUSED) + run(50)
                       + forged(to_epoch=OLD, old=b"\2", body=b"\2") + run(20),
        "forger_acknowledges": UP + SAID + event(TURN) + forged(ack=2) + CUT + run(100),
        "forger_speaks": UP + forged(body=b"\4") + run(100) + at_one(SEND, b"\5") + run(100),
    }


def by_hand() -> Dict[str, bytes]:
    """A session with a peer all of whose messages come from the seed."""
    return {
        "by_hand": KNOWN + forged(body=b"\3") + event(SEND, b"\5") + event(TURN)
                   + forged(ack=1) + time(112),
        "by_hand_again_and_again": KNOWN + forged(body=b"\3") + forged(first=-3, body=b"\3")
                                   + forged(first=-2, body=b"\5"),
        "by_hand_gap": KNOWN + forged(first=1, body=b"\1"),
        "by_hand_gap_in_a_ping": KNOWN + forged(first=3),
        "by_hand_not_sent": KNOWN + forged(ack=1) + event(SEND, b"\5") + forged(ack=1),
        "by_hand_bad_bodies": KNOWN + forged(body=b"\x0e") + forged(body=b"\x0f\0")
                              + forged(body=b"\2", odd=b"\1\1") * 9,
        "by_hand_wrong_way": KNOWN + forged(odd=b"\2\5\0") + forged(odd=b"\2\0\0")
                             + forged(odd=b"\3\2\0"),
        "by_hand_largest_numbers": KNOWN + event(FORGE, b"\xff\xff\x80" + b"\xff" * 8 + b"\x80"
                                                 + b"\xff" * 8 + b"\2\0"),
    }


def links() -> Dict[str, bytes]:
    return {**connections(), **queues(), **forgeries(), **by_hand()}
