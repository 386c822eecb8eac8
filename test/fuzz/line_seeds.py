"""Seeds of the lines target. An input consists of: the maximum length of a line, the stops, the
sizes of chunks (each is one less than the size meant) and the stream (lines_fuzz.cpp describes
them)."""
from typing import Dict, Iterable


def stream(text: bytes, bound: int = 20, stops: int = 0, sizes: Iterable[int] = (2, 0, 6)) -> bytes:
    sizes = bytes(sizes)
    return bytes((bound, stops, len(sizes) - 1)) + sizes + text


def lines() -> Dict[str, bytes]:
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
