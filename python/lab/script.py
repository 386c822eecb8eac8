"""The language of the scripts: one line of bytes -> one command, or a refusal.

Pure: knows no nodes. What depends on the running nodes (an id that is dead, a port that is in use)
is refused by the grid, with the same three messages.
"""
import dataclasses
import re
from typing import Optional

PORT_MIN, PORT_MAX = 10000, 65535
NODES_MAX = 1000
SLEEP_MS_MAX = 3_600_000
ASKING = frozenset((b"get", b"alive", b"count"))
BARE = ASKING | {b"crash", b"pause", b"resume"}

_DIGITS_MAX = 9
_ADDRESSED = re.compile(rb"[ \t]*(-?[0-9]+)[ \t]+([a-z]+)(?:[ \t](.*))?", re.DOTALL)


class Refused(Exception):
    """A line that is not carried out; `message` goes to standard output instead."""

    def __init__(self, message: bytes) -> None:
        super().__init__(message.decode("utf-8", "backslashreplace"))
        self.message = message


def invalid_command(line: bytes) -> Refused:
    return Refused(b"Invalid command: " + line)


def invalid_pid(node_id: object) -> Refused:
    return Refused(b"Invalid pid: " + _as_bytes(node_id))


def invalid_port(port: object) -> Refused:
    return Refused(b"Invalid port: " + _as_bytes(port))


def _as_bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@dataclasses.dataclass(frozen=True)
class Command:
    """The command of one line; fields that its verb does not use keep their defaults."""

    verb: bytes
    node: int = -1
    n: int = 0
    port: int = 0
    text: bytes = b""
    sleep_ms: int = 0


def parse(line: bytes) -> Command:
    """The command of a line that has no line end and is not blank; raises Refused."""
    words = line.split()
    if words == [b"exit"]:
        return Command(b"exit")
    if words[0] == b"sleep":
        sleep_ms = _number(words[1]) if len(words) == 2 else None
        if sleep_ms is None or sleep_ms > SLEEP_MS_MAX:
            raise invalid_command(line)
        return Command(b"sleep", sleep_ms=sleep_ms)
    addressed = _ADDRESSED.fullmatch(line)
    if not addressed:
        raise invalid_command(line)
    id_text, verb, rest = addressed.groups(default=b"")
    if verb == b"start":
        return _parse_start(line, id_text, rest.split())
    if verb == b"broadcast" and rest:
        return Command(verb, _node_id(id_text), text=rest)
    if verb in BARE and not rest.strip():
        return Command(verb, _node_id(id_text))
    raise invalid_command(line)


def _number(text: bytes) -> Optional[int]:
    """Decimal digits and nothing else, and not too many; leading zeros do not count."""
    digits = text.lstrip(b"0") or text[-1:]
    return int(digits) if text.isdigit() and len(digits) <= _DIGITS_MAX else None


def _node_id(text: bytes) -> int:
    node = _number(text)
    if node is None:
        raise invalid_pid(text)
    return node


def _parse_start(line: bytes, id_text: bytes, words: "list[bytes]") -> Command:
    n = _number(words[0]) if len(words) == 2 else None
    if n is None or not 1 <= n <= NODES_MAX:
        raise invalid_command(line)
    node = _node_id(id_text)
    if node >= n:
        raise invalid_pid(node)
    port = _number(words[1])
    if port is None or not PORT_MIN <= port <= PORT_MAX:
        raise invalid_port(words[1])
    return Command(b"start", node, n=n, port=port)
