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


def links() -> Dict[str, bytes]:
    up = settings(TWO) + run(10)
    talk = settings(TWO, talkative=TALKATIVE) + run(10)
    alone = settings(ONE) + event(CONNECTED)
    known = alone + forged()
    said = event(SEND, b"\5") + at_one(BROADCAST, b"\7")
    cut = event(LOSE) + event(DISCONNECTED)
    return {
        "nothing": settings(TWO),
        "up": up,
        "up_by_hand": settings(TWO) + event(CONNECTED) + at_one(CONNECTED)
                      + (event(TURN) + at_one(TURN) + event(DELIVER, b"\7")
                         + at_one(DELIVER, b"\7")) * 4,
        "talk": talk + said + run(20),
        "records": up + said * 3 + event(TURN) + at_one(TURN) + run(100),
        "cut": up + said + event(TURN) + cut + said + run(20),
        "cut_unnoticed": up + event(LOSE) + said + event(TURN) + time(130) + said + run(50),
        "cut_and_refused": up + said + event(TURN) + cut + event(FAILED, REFUSED) + said + run(50),
        "cut_and_unreachable": up + said + event(TURN) + cut + event(FAILED, UNREACHABLE)
                               + run(50),
        "attempt_without_outcome": settings(TWO) + time(190) + time(210) + run(50),
        "attempts_fail": settings(ONE) + (event(FAILED, REFUSED) + time(20)
                                          + event(FAILED, UNREACHABLE) + time(110)) * 6,
        "handshake_fails": settings(ONE) + (event(DISCONNECTED) + time(110)) * 6,
        "restart": up + said + at_one(RUN, b"\0") + run(100) + said + run(100),
        "restart_quickly": talk + (said + event(RUN, b"\0") + run(3)) * 4,
        "silence": up + (time(112) + event(TURN)) * 12 + run(50),
        "late": up + time(202) + said + event(TURN) + run(50),
        "full": up + event(ROOM, b"\1") + (event(SEND, b"\5") + event(TURN)) * 5
                + event(DELIVER, b"\0") + event(WRITABLE) + event(TURN) + run(50),
        "queue_at_its_bound": settings(TWO, 0, TALKATIVE) + run(10) + event(ROOM, b"\0")
                              + (event(SEND, b"\x60") + event(TURN)) * 9 + run(50),
        "long_record": settings(TWO, 7) + run(10) + event(SEND, b"\xff") + event(TURN) + run(50),
        "many_long_records": settings(TWO, 7) + run(10)
                             + (event(SEND, b"\xf8") + event(TURN)) * 6 + run(50),
        "replays": up + said + run(20) + b"".join(event(REPLAY, bytes((i,))) for i in range(20)),
        "replays_to_another_life": up + said + run(20) + event(RUN, b"\0")
                                   + b"".join(event(REPLAY, bytes((i,))) for i in range(20)),
        "lost_on_the_way": up + event(ROOM, b"\7") + (event(SEND, b"\5") + event(TURN)) * 3
                           + cut + event(CONNECTED) + event(TURN) + event(DELIVER, b"\1")
                           + run(50),
        "damage": up + said + event(TURN) + b"".join(event(DAMAGE, bytes((0, i, 1)))
                                                   for i in range(0, 250, 9)),
        "garbage": up + event(GARBAGE, b"\0\0") + event(GARBAGE, b"\4OVID\3abc") * 12
                   + event(GARBAGE, b"\x40" + envelope() + b"\x0a" + record(b"ping 1")),
        "stranger_greets": up + forged(NOBODY, ZERO, NOBODY, ZERO) * 12 + run(50),
        "stranger_greets_the_absent": settings(ONE) + event(FAILED, REFUSED)
                                      + forged(NOBODY, ZERO, NOBODY, ZERO) * 3 + time(60)
                                      + forged(NOBODY, ZERO, NOBODY, ZERO),
        "stranger_guesses": up + forged(NOBODY, RIGHT, NOBODY, NOBODY) * 3,
        "stranger_knows_half": up + forged(to_epoch=NOBODY, body=b"\1") + forged(to_epoch=ZERO),
        "stranger_knows_the_other_half": up + forged(from_epoch=NOBODY, to_inc=NOBODY)
                                         + forged(from_inc=NOBODY, body=b"\1"),
        "stranger_without_an_epoch": up + forged(NOBODY, ZERO, ZERO, ZERO),
        "peer_greets_before_it_heard": up + forged(to_inc=ZERO, to_epoch=ZERO),
        "peer_leaves": up + forged(from_epoch=NOBODY) + run(50),
        "new_incarnation": up + forged(from_inc=NOBODY, from_epoch=NOBODY) + run(50),
        "old_session": talk + said + run(20) + cut + event(FAILED, REFUSED) + run(50)
                       + forged(to_epoch=OLD, old=b"\2", body=b"\2") + run(20),
        "by_hand": known + forged(body=b"\3") + event(SEND, b"\5") + event(TURN)
                   + forged(ack=1) + time(112),
        "by_hand_again_and_again": known + forged(body=b"\3") + forged(first=-3, body=b"\3")
                                   + forged(first=-2, body=b"\5"),
        "by_hand_gap": known + forged(first=1, body=b"\1"),
        "by_hand_gap_in_a_ping": known + forged(first=3),
        "by_hand_not_sent": known + forged(ack=1) + event(SEND, b"\5") + forged(ack=1),
        "by_hand_bad_bodies": known + forged(body=b"\x0e") + forged(body=b"\x0f\0")
                              + forged(body=b"\2", odd=b"\1\1") * 9,
        "by_hand_wrong_way": known + forged(odd=b"\2\5\0") + forged(odd=b"\2\0\0")
                             + forged(odd=b"\3\2\0"),
        "by_hand_largest_numbers": known + event(FORGE, b"\xff\xff\x80" + b"\xff" * 8 + b"\x80"
                                                 + b"\xff" * 8 + b"\2\0"),
        "forger_acknowledges": up + said + event(TURN) + forged(ack=2) + cut + run(100),
        "forger_speaks": up + forged(body=b"\4") + run(100) + at_one(SEND, b"\5") + run(100),
    }
