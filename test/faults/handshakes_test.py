"""Programs that connect to the mesh ports and violate the rules of ZMTP: greetings, mechanisms,
commands, frame lengths, half-open connections, and thousands of connections. No node may be
disturbed, and no descriptor may stay open."""
import os
import random
import socket
import struct
import unittest
from typing import Iterable, List

import grid
import zmtp
from faults import either
from undisturbed import UndisturbedTest

CLOSED_MAX = 8.0  # seconds until the node closes the connection; it has 5 s for its handshake
SENT_MAX = 1 << 16  # how many bytes of an endless frame are really sent


def greeting(mechanism: bytes = b"NULL", major: int = 3, minor: int = 0, server: int = 0) -> bytes:
    return (b"\xff" + bytes(8) + b"\x7f" + bytes([major, minor]) + mechanism.ljust(20, b"\0")
            + bytes([server]) + bytes(31))


def command(name: bytes, data: bytes = b"") -> bytes:
    return zmtp.frame(bytes([len(name)]) + name + data, 4)


def endless(flags: int, length: int) -> bytes:
    return struct.pack(">BQ", flags | 2, length) + bytes(SENT_MAX)


class Handshakes(UndisturbedTest):
    def setUp(self) -> None:
        super().setUp()
        seed = int(os.environ.get("OVID_SEED") or random.getrandbits(32))
        print(f"{self._testMethodName}: seed {seed}", flush=True)
        self.random = random.Random(seed)
        # Now all connections of the test exist.
        self.assertTrue(grid.eventually(lambda: self.watch.answers > 100))
        self.descriptors_before = [self.descriptors(node) for node in self.nodes]

    def tearDown(self) -> None:
        for node in self.nodes:
            self.assertTrue(
                grid.eventually(lambda: self.descriptors(node) <= self.descriptors_before[node]),
                f"node {node} has {self.descriptors(node)} descriptors open, "
                f"{self.descriptors_before[node]} before")
        super().tearDown()

    def descriptors(self, node: int) -> int:
        return len(os.listdir(f"/proc/{self.g.nodes[node].pid}/fd"))

    def open(self, node: int) -> socket.socket:
        raw = socket.create_connection((grid.HOST, self.g.ports.mesh(node)), grid.PATIENCE)
        self.addCleanup(raw.close)
        return raw

    def leave(self, raw: socket.socket, how: str) -> None:
        if how == "reset":
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.close()

    def say(self, openings: Iterable[bytes], closed: bool) -> None:
        """Sends each of these bytes to every node, over three connections: two of them are closed
        at once, and one stays open. closed: the node must disconnect the one that stays open."""
        stay: List[socket.socket] = []
        for opening in openings:
            for node in self.nodes:
                for how in ("close", "reset", "stay"):
                    raw = self.open(node)
                    try:
                        raw.sendall(opening)
                    except OSError:
                        pass  # the node has disconnected it already
                    if how == "stay":
                        stay.append(raw)
                    else:
                        self.leave(raw, how)
            if len(stay) > 200:
                self.end_of(stay, closed)
        self.end_of(stay, closed)

    def end_of(self, stay: List[socket.socket], closed: bool) -> None:
        for raw in stay:
            if closed:
                raw.settimeout(CLOSED_MAX)
                try:
                    while raw.recv(1 << 16):
                        pass
                except ConnectionError:
                    pass
            raw.close()
        stay.clear()

    def test_broken_greetings(self) -> None:
        ready = zmtp.ready(b"DEALER")
        flips = self.random.sample(range(8 * 64), either(64, 512))
        flipped = []
        for bit in flips:
            broken = bytearray(zmtp.GREETING)
            broken[bit // 8] ^= 1 << bit % 8
            flipped.append(bytes(broken) + ready)
        self.say(flipped, closed=False)
        self.everybody_speaks()
        self.say((zmtp.GREETING[:length] for length in range(0, 64, either(7, 1))), closed=True)

    def test_other_versions(self) -> None:
        record = zmtp.message([zmtp.envelope(1, 0, (7, 8), (9, 10)), zmtp.body(b"msg 1 forged")])
        self.say((greeting(major=major, minor=minor) + zmtp.ready(b"DEALER") + record
                  for major in (0, 1, 2, 4, 127, 255) for minor in (0, 1, 255)), closed=False)
        # ZMTP 1.0 and 2.0, which libzmq still supports: an identity frame, then messages.
        old = b"".join(struct.pack("BB", len(part) + 1, flag) + part for part, flag in
                       ((b"", 0), (zmtp.envelope(1, 0, (7, 8), (9, 10)), 1),
                        (zmtp.body(b"msg 1 forged"), 0)))
        signature = b"\xff" + bytes(7) + b"\x01\x7f"
        self.say((old, b"\x01" + old, signature + b"\x01\x05\0\0" + record,
                  signature + b"\x02\x05\0\0" + record), closed=False)

    def test_other_mechanisms(self) -> None:
        plain = command(b"HELLO", b"\x05admin\x06secret")
        curve = command(b"HELLO", b"\x01\x00" + bytes(72) + os.urandom(32 + 8 + 80))
        self.say((greeting(mechanism, server=server) + first
                  for mechanism in (b"PLAIN", b"CURVE", b"GSSAPI", b"null", b"NULLNULL",
                                    b"\xff" * 20, b"")
                  for server in (0, 1)
                  for first in (b"", plain, curve, zmtp.ready(b"DEALER"))), closed=True)

    def test_broken_commands_instead_of_ready(self) -> None:
        def ready(metadata: bytes) -> bytes:
            return command(b"READY", metadata)

        right = b"\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER"
        self.say((zmtp.GREETING + broken for broken in (
            command(b"ERROR", b"\x07go away"), command(b"ERROR", b"\xffgo"), command(b"ERROR"),
            command(b""), command(b"READX", right), command(b"INITIATE", right),
            ready(right[:-1]), ready(right[:5]), ready(b"\xff" + right[1:]),
            ready(b"\0" + right), ready(b"\x0bSocket-Type" + b"\xff" * 4 + b"DEALER"),
            ready(b"\x0bSocket-Type" + b"\x7f" + b"\xff" * 3 + b"DEALER"),
            ready(right.replace(b"DEALER", b"ROBBER")), zmtp.ready(b"PUB"), zmtp.ready(b""),
            zmtp.frame(b"no command"), zmtp.frame(b"\x05READY", 6), b"\x04\x00", b"\x06" + bytes(8),
            endless(4, 1 << 62), endless(0, (1 << 64) - 1), endless(4, (1 << 64) - 1),
            b"\x04\xff" + b"\x05READY" + os.urandom(249))), closed=True)
        # libzmq accepts these two.
        self.say((zmtp.GREETING + ready(metadata) for metadata in (b"", right[:12])),
                 closed=False)

    def test_garbage_after_a_handshake(self) -> None:
        shaken = zmtp.GREETING + zmtp.ready(b"DEALER")
        envelope = zmtp.envelope(1, 0, (7, 8), (9, 10))
        self.say((shaken + garbage for garbage in (
            zmtp.ready(b"DEALER"), zmtp.GREETING, command(b"PING", b"\0\x10" + bytes(17)),
            command(b"PING"), command(b"PING", b"\xff\xff"), command(b"PONG", bytes(300)),
            command(b"SUBSCRIBE", b"x"), command(b"CANCEL"), command(b"ERROR", b"\x01x"),
            command(b"WHATEVER", os.urandom(100)), command(b""), b"\x04\x00", b"\x04\x01\xff",
            b"\x07" + bytes(8), *(bytes([flags]) + b"\x03abc" for flags in (8, 16, 64, 128, 255)),
            zmtp.frame(envelope, 1), zmtp.frame(envelope, 1) * 50, zmtp.frame(b"", 1) * 500,
            zmtp.frame(envelope, 1) + b"\x00\x40only a part",
            *(self.random.randbytes(self.random.randint(1, 5000))
              for _ in range(either(20, 400))))), closed=False)

    def test_frames_that_are_too_long(self) -> None:
        shaken = zmtp.GREETING + zmtp.ready(b"DEALER")
        before = [self.g.nodes[node].rss_kib() for node in self.nodes]
        self.say((shaken + first + endless(flags, length)
                  for first in (b"", zmtp.frame(zmtp.envelope(1, 0, (7, 8), (9, 10)), 1))
                  for flags in (0, 1)
                  for length in (1 << 33, 1 << 48, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)),
                 closed=True)
        for node in self.nodes:
            self.assert_peak_below(self.g.nodes[node], before[node] + 64 * 1024)

    def test_half_open_connections(self) -> None:
        """The clients have closed their sending half and still read. As they complete no handshake,
        the node closes the connections."""
        stay: List[socket.socket] = []
        for opening in (b"", b"\xff", zmtp.GREETING[:20], zmtp.GREETING,
                        zmtp.GREETING + zmtp.ready(b"DEALER")[:9],
                        zmtp.GREETING + zmtp.ready(b"DEALER"),
                        zmtp.GREETING + zmtp.ready(b"DEALER") + b"\x01\x40OVID"):
            for raw in [self.open(node) for node in self.nodes for _ in range(10)]:
                raw.sendall(opening)
                raw.shutdown(socket.SHUT_WR)
                stay.append(raw)
        self.end_of(stay, closed=True)

    def test_thousands_of_connections_opened_and_dropped(self) -> None:
        shaken = zmtp.GREETING + zmtp.ready(b"DEALER")
        openings = (b"", zmtp.GREETING[:self.random.randint(1, 63)], shaken, shaken + bytes(100))
        count = either(3000, 30000)
        held: List[socket.socket] = []
        for i in range(count):
            raw = self.open_and_forget(i % len(self.nodes))
            try:
                raw.sendall(openings[i % len(openings)])
            except OSError:
                pass
            held.append(raw)
            if len(held) >= 150:
                for each in held:
                    self.leave(each, self.random.choice(("close", "reset")))
                held.clear()
        for each in held:
            self.leave(each, "reset")
        print(f"{self._testMethodName}: {count} connections", flush=True)

    def open_and_forget(self, node: int) -> socket.socket:
        return socket.create_connection((grid.HOST, self.g.ports.mesh(node)), grid.PATIENCE)


if __name__ == "__main__":
    unittest.main()
