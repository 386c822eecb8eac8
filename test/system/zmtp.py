"""As much of ZMTP 3.0 (rfc.zeromq.org/spec/23) as a program needs to connect to a mesh port, and the
mesh's own envelope as documented in include/ovid/wire/envelope.hpp."""
import binascii
import socket
import struct
from typing import Sequence

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
PATIENCE = 20.0


def frame(body: bytes, flags: int = 0) -> bytes:
    if len(body) > 255:
        return struct.pack(">BQ", flags | 2, len(body)) + body
    return struct.pack(">BB", flags, len(body)) + body


def ready(socket_type: bytes) -> bytes:
    def metadata(name: bytes, value: bytes) -> bytes:
        return struct.pack("B", len(name)) + name + struct.pack(">I", len(value)) + value
    return frame(b"\x05READY" + metadata(b"Socket-Type", socket_type) + metadata(b"Identity", b""), 4)


def message(frames: Sequence[bytes]) -> bytes:
    return b"".join(frame(body, 1 if more else 0)
                    for body, more in zip(frames, [True] * (len(frames) - 1) + [False]))


def envelope(sender: int, to: int, incarnations: "tuple[int, int]" = (0, 0),
             epochs: "tuple[int, int]" = (0, 0), first: int = 0, ack: int = 0, count: int = 1,
             magic: bytes = b"OVID", version: int = 3) -> bytes:
    """Incarnations and epochs are given as (sender's, receiver's). The checksum is right. An
    envelope whose `first` is 0 is marked as a greeting."""
    head = struct.pack("<4sH", magic, version)
    rest = struct.pack("<HHHHQQQQQQII", sender, to, count, 0 if first else 1, *incarnations, *epochs,
                       first, ack, 0, 0)
    return head + struct.pack("<H", binascii.crc_hqx(head + rest, 0)) + rest


def body(*records: bytes) -> bytes:
    return b"".join(struct.pack("<I", len(record)) + record for record in records)


class Dealer:
    """A DEALER socket of a foreign program, which has connected and completed its handshake."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.sendall(GREETING + ready(b"DEALER"))
        answer = b""
        while len(answer) < len(GREETING) + 2 + 6 or b"READY" not in answer:
            piece = self.socket.recv(4096)
            if not piece:
                raise ConnectionError("no handshake")
            answer += piece

    def say(self, *frames: bytes) -> None:
        self.socket.sendall(message(frames))

    def close(self) -> None:
        self.socket.close()
