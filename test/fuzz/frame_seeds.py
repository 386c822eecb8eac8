"""Seeds of the frame target. An input consists of: how to go on, count, sender, sizes, envelope and
body (frame_fuzz.cpp describes them)."""
import struct
from typing import Dict, Iterable


def checksum(data: bytes) -> int:
    """CRC-16 (ITU-T V.41)."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xffff
    return crc


def envelope(count: int = 1, sender: int = 1, first: int = 1, ack: int = 0, version: int = 3,
             magic: bytes = b"OVID", marks: int = 0) -> bytes:
    start = magic + struct.pack("<H", version)
    marks = 1 if first == 0 else marks
    rest = struct.pack("<HHHHQQQQQQII", sender, 0, count, marks, 11, 12, 13, 14, first, ack, 15, 16)
    return start + struct.pack("<H", checksum(start + rest)) + rest


def record(text: bytes) -> bytes:
    return struct.pack("<I", len(text)) + text


def messages(*contents: bytes, sender: int = 1) -> bytes:
    return b"".join(record(b"msg %d %s" % (sender, each)) for each in contents)


GOES_ON = 1 << 31 | 1 << 15
PIECE = b"msg 1 " + b"p" * (2048 - 16)


def piece(text: bytes = PIECE) -> bytes:
    return struct.pack("<I", GOES_ON | len(text)) + text


def frame(head: bytes, body: bytes, count: int = 1, sender: int = 1, how: int = 1,
          sizes: Iterable[int] = (3, 0, 5)) -> bytes:
    sizes = bytes(sizes)
    return struct.pack("<BBHB", how, count, sender, len(sizes)) + sizes + head + body


def frames() -> Dict[str, bytes]:
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
        "asks": frame(envelope(marks=2), messages(b"a")),
        "marks_unknown": frame(envelope(marks=4), messages(b"a")),
        "piece": frame(good, piece()),
        "two_pieces_and_an_end": frame(envelope(3), piece() + piece() + messages(b"end"), 3),
        "end_next_and_piece": frame(envelope(3), messages(b"end", b"next") + piece(), 3),
        "piece_half_marked": frame(good, struct.pack("<I", 1 << 31 | len(PIECE)) + PIECE),
        "piece_too_short": frame(good, piece(b"msg 1 p")),
        "piece_of_a_ping": frame(good, piece(b"ping 1")),
        "record_too_long": frame(good, record(PIECE + b"x")),
        "written_in_pieces": frame(good, messages(b"x" * 2032), sizes=(255, 127, 126, 200)),
        "magic": frame(envelope(magic=b"OVIE"), ping),
        "version": frame(envelope(version=2), ping),
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
