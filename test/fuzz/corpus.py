#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets: small inputs that lead where a fuzzer would be long to go.

The formats are told at the top of each target's source. What a fuzzer found is put beside them by
hand, as found_<what>.bin.
"""
import argparse
import pathlib
import struct
from typing import Dict, Iterable

FOLDER = pathlib.Path(__file__).resolve().parent / "corpus"
Seeds = Dict[str, bytes]


# ---- Frames: how, count, sender, sizes, envelope, body

def checksum(data: bytes) -> int:
    """CRC-16 (ITU-T V.41)."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xffff
    return crc


def envelope(count: int = 1, sender: int = 1, first: int = 1, ack: int = 0, version: int = 2,
             magic: bytes = b"OVID") -> bytes:
    start = magic + struct.pack("<H", version)
    marks = 1 if first == 0 else 0
    rest = struct.pack("<HHHHQQQQQQ", sender, 0, count, marks, 11, 12, 13, 14, first, ack)
    return start + struct.pack("<H", checksum(start + rest)) + rest


def record(text: bytes) -> bytes:
    return struct.pack("<I", len(text)) + text


def messages(*contents: bytes, sender: int = 1) -> bytes:
    return b"".join(record(b"msg %d %s" % (sender, each)) for each in contents)


def frame(head: bytes, body: bytes, count: int = 1, sender: int = 1, how: int = 1,
          sizes: Iterable[int] = (3, 0, 5)) -> bytes:
    sizes = bytes(sizes)
    return struct.pack("<BBHB", how, count, sender, len(sizes)) + sizes + head + body


def frames() -> Seeds:
    good = envelope()
    ping = record(b"ping 1")
    return {
        "ping": frame(good, ping),
        "ping_beside_a_message": frame(good, ping + messages(b"a")),
        "message_beside_a_ping": frame(envelope(2), messages(b"a") + ping, 2),
        "two_pings": frame(envelope(2), ping + ping, 2),
        "ping_of_another": frame(good, record(b"ping 2")),
        "ping_with_a_zero": frame(good, record(b"ping 01")),
        "ping_of_a_longer": frame(good, record(b"ping 12")),
        "ping_cut": frame(good, record(b"ping ")),
        "one": frame(good, messages(b"hello")),
        "empty_contents": frame(envelope(3), messages(b"", b"", b""), 3),
        "three": frame(envelope(3, first=7, ack=9), messages(b"a", b"bb", b"\0\n,"), 3),
        "count_too_small": frame(envelope(2), messages(b"a", b"b", b"c"), 2),
        "count_too_large": frame(envelope(200), messages(b"a"), 200),
        "count_zero": frame(envelope(0), b"", 0),
        "of_another": frame(good, messages(b"a", sender=11)),
        "of_the_largest": frame(envelope(sender=65535), messages(b"a", sender=65535),
                                sender=65535),
        "one_bad_of_three": frame(envelope(3), messages(b"a") + messages(b"b", sender=2)
                                  + messages(b"c"), 3),
        "unknown_kind": frame(good, record(b"pong 1")),
        "length_beyond": frame(good, struct.pack("<I", 9) + b"msg 1 a"),
        "length_largest": frame(good, b"\xff\xff\xff\xffmsg 1 a"),
        "length_cut": frame(good, messages(b"a") + b"\7\0"),
        "length_zero": frame(good, record(b"")),
        "long": frame(good, messages(b"x" * 300)),
        "magic": frame(envelope(magic=b"OVIE"), ping),
        "version": frame(envelope(version=1), ping),
        "hello": frame(envelope(first=0), messages(b"hello 3 ")),
        "hello_of_a_name": frame(envelope(first=0), messages(b"hello 1000 lab-0_a.B")),
        "hello_almost": frame(envelope(2), messages(b"hello 03 ", b"hello 3 a b"), 2),
        "checksum": frame(good[:-1] + b"\1", ping),
        "short": frame(good[:40], b""),
        "largest_numbers": frame(envelope(2 ** 16 - 1, 65535, 2 ** 64 - 1, 2 ** 64 - 1), ping),
        "damage_first": frame(good, ping, 0x80, 0x0100, how=1),
        "damage_last": frame(good, ping, 1, 0x8000, how=1 | 62 << 1),
        "empty": b"",
    }


# ---- Lines: bound, stops, sizes of chunks (one less each), stream

def stream(text: bytes, bound: int = 20, stops: int = 0, sizes: Iterable[int] = (2, 0, 6)) -> bytes:
    sizes = bytes(sizes)
    return bytes((bound, stops, len(sizes) - 1)) + sizes + text


def lines() -> Seeds:
    commands = b"get\nalive\ncount\nledger\ncrash\nbroadcast hello, world\n"
    euros = "\N{EURO SIGN}".encode() * 20
    return {
        "commands": stream(commands, 40),
        "commands_stopped": stream(commands, 40, 0xff),
        "commands_half_stopped": stream(commands, 40, 0x55, (7,)),
        "carriage_returns": stream(b"get\r\nget\r\r\n\r\n\r\rget\n", 10),
        "carriage_return_at_the_bound": stream(b"12345\r\n123456\r\n12345\rx\n", 5),
        "carriage_return_alone": stream(b"12345\r", 5),
        "carriage_returns_beyond": stream(b"12345\r\r", 5, 0, (0,)),
        "bound_zero": stream(b"\n\r\na\n\r", 0, 1),
        "at_the_bound": stream(b"12345\n123456\n1234\n", 5),
        "too_long": stream(b"x" * 60 + b"\nget\n", 5, 2),
        "too_long_at_the_end": stream(b"get\n" + b"x" * 60, 5),
        "too_long_twice": stream(b"x" * 30 + b"\n" + b"y" * 30 + b"\nget\n", 8, 0xff, (9, 1)),
        "too_long_begun_after_a_stop": stream(b"get\n" + b"x" * 30 + b"\nget\n", 8, 2, (30,)),
        "empty_lines": stream(b"\n\n\n\n", 5, 0xaa),
        "unfinished": stream(b"broadcast no end", 40),
        "broadcast_nothing": stream(b"broadcast\nbroadcast \nbroadcast  \n", 40),
        "broadcast_bytes": stream(b"broadcast \0,\xff\r\x1b[1m\n", 40),
        "almost": stream(b"gets\nget \n get\nGET\nbroadcas t\nbroadcasts x\n", 40),
        "controls": stream(b"\x1b[2J\x07\x00\x7f\t\n", 40),
        "characters_cut": stream(b"x" + euros + b"\nxx" + euros + b"\nxxx" + euros + b"\n", 100),
        "no_characters": stream(b"\x80" * 50 + b"\n" + b"\xc3" * 50 + b"\n", 100),
        "at_the_quote": stream(b"q" * 40 + b"\n" + b"q" * 41 + b"\n", 60),
        "byte_by_byte": stream(commands, 40, 0x10, (0,)),
        "empty": b"",
    }


# ---- Links: settings, events

ONE, TWO, TALKATIVE = 0, 1, 16
(TURN, TIME, CONNECTED, FAILED, LOSE, DISCONNECTED, ROOM, WRITABLE, DELIVER, REPLAY, FORGE, DAMAGE,
 GARBAGE, SEND, BROADCAST, RUN) = range(16)
REFUSED, UNREACHABLE = b"\0", b"\1"
RIGHT = 15  # a number as the peer itself would say it
ZERO, NOBODY, PEERS_OFFER, OLD = 0, 1, 7, 8
AGAIN = 32  # flag of an event: about the second of the two peers


def settings(managers: int, bound: int = 3, talkative: int = 0) -> bytes:
    """Bound of unacknowledged bytes: 0 for 256, ... 7 for 4 MiB."""
    return bytes((managers | bound << 1 | talkative,))


def event(what: int, arguments: bytes = b"", node: int = 0, second: bool = False) -> bytes:
    return bytes((what | node << 4 | (AGAIN if second else 0),)) + arguments


def at_one(what: int, arguments: bytes = b"") -> bytes:
    """An event at node 1 about node 0."""
    return event(what, arguments, node=1, second=True)


def forged(from_inc: int = RIGHT, to_inc: int = RIGHT, from_epoch: int = RIGHT,
           to_epoch: int = RIGHT, first: int = 0, ack: int = 0, body: bytes = b"\0",
           odd: bytes = b"\0", old: bytes = b"") -> bytes:
    """first and ack: differences to the next and the last; body: 0 a ping, k: as many messages, 12
    and 13 a hello of another grid and of this one."""
    return event(FORGE, bytes((from_inc | to_inc << 4, from_epoch | to_epoch << 4)) + old
                 + bytes((first & 255, ack & 255)) + body + odd)


def run(quarters_of_ms: int) -> bytes:
    return event(RUN, bytes((quarters_of_ms,)))


def time(step: int, node: int = 0) -> bytes:
    """Below 100: times 50 us; below 200: 10 ms; then 250 ms."""
    return event(TIME, bytes((step,)), node)


def links() -> Seeds:
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


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    for target, seeds in (("frame", frames()), ("lines", lines()), ("link", links())):
        folder = FOLDER / target
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.bin"):
            if not old.name.startswith("found_"):
                old.unlink()
        for name, content in seeds.items():
            (folder / f"{name}.bin").write_bytes(content)
        sizes = [path.stat().st_size for path in folder.glob("*.bin")]
        print(f"{target}: {len(sizes)} inputs, {sum(sizes)} bytes")


if __name__ == "__main__":
    main()
