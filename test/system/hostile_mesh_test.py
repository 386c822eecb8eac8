"""Programs that are no nodes connect to the mesh ports of real nodes. Whatever they do, every
answer to `alive` is right, broadcasts arrive, no node ends, and the logs stay short."""
import os
import random
import socket
import struct
import unittest

import grid
import zmtp
from undisturbed import UndisturbedTest


class HostileMesh(UndisturbedTest):
    def dealer(self, node: int) -> zmtp.Dealer:
        dealer = zmtp.Dealer(self.g.ports.mesh(node))
        self.addCleanup(dealer.close)
        return dealer

    def logs(self, node: int, name: str, **fields: object) -> None:
        """Waits until the node has logged such an event."""
        self.assertTrue(grid.eventually(lambda: self.g.nodes[node].events(name, **fields)),
                        (name, fields, self.g.nodes[node].log()))

    def incarnation(self, of: int, seen_by: int) -> int:
        return int(self.g.nodes[seen_by].events("session_began", peer=of)[-1]["incarnation"], 16)

    def test_foreign_frames_are_dropped(self) -> None:
        good = zmtp.envelope(1, 0, (7, 8), (9, 10))
        record = zmtp.body(b"msg 1 forged")
        for node in self.nodes:
            dealer = self.dealer(node)
            for frames in ([b""], [b"", b""], [b"hello"], [good], [good, record, record],
                           [b"", good, record], [good] * 40, [good[:71], record],
                           [good + b"x", record], [good, b""],
                           [good[:-1] + b"x", record],
                           [zmtp.envelope(1, node, magic=b"DIVO"), record],
                           [zmtp.envelope(1, node, version=0), record],
                           [zmtp.envelope(1, node, version=1), record],
                           [zmtp.envelope(1, node, version=2), record],
                           [zmtp.envelope(1, node, version=0xffff), record],
                           [zmtp.envelope(1, node, (7, 8), (9, 10), count=0xffff), record],
                           [zmtp.envelope(1, node, (7, 8), (9, 10), count=0), record],
                           [os.urandom(72), os.urandom(72)], [os.urandom(72), os.urandom(66000)]):
                for _ in range(3):
                    dealer.say(*frames)
            self.logs(node, "dropped", reason="frames")
            self.logs(node, "dropped", reason="malformed", count=10)

    def test_a_forged_sender_is_not_believed(self) -> None:
        guess = random.Random(5)
        for victim in self.nodes:
            claimed = (victim + 1) % self.NODES
            real = self.incarnation(claimed, victim)
            own = self.incarnation(victim, claimed)
            dealer = self.dealer(victim)
            for _ in range(200):
                epoch = guess.getrandbits(64) | 1
                for incarnations in ((real, own), (real, 0), (epoch, own), (epoch, 0)):
                    for epochs in ((epoch, 0), (epoch, guess.getrandbits(64)), (0, epoch)):
                        for first, text in ((0, b"msg %d hello 3 " % claimed),
                                            (1, b"msg %d forged" % claimed),
                                            (0, b"msg %d forged" % claimed),
                                            (1, b"ping %d" % claimed)):
                            dealer.say(zmtp.envelope(claimed, victim, incarnations, epochs, first),
                                       zmtp.body(text))
            self.logs(victim, "dropped", reason="stranger", count=100)

    def test_messages_for_other_nodes_are_dropped(self) -> None:
        dealer = self.dealer(0)
        for sender in (0, 1, 2, 3, 65535):
            for to in (1, 2, 3, 65535):
                dealer.say(zmtp.envelope(sender, to, (5, 6), (7, 8)),
                           zmtp.body(b"msg %d forged" % sender))
        self.logs(0, "dropped", what="a message for another node")

    def test_a_flood_of_forged_greetings_changes_nothing(self) -> None:
        dealers = [self.dealer(node) for node in self.nodes]
        for round_ in range(20):
            for node, dealer in enumerate(dealers):
                flood = bytearray()
                for i in range(1000):
                    number = round_ * 1000 + i + 1
                    claimed = (node + 1 + i % 2) % self.NODES
                    flood += zmtp.message([zmtp.envelope(claimed, node, (number, 0), (number, 0)),
                                           zmtp.body(b"msg %d hello 3 " % claimed)])
                dealer.socket.sendall(flood)
            self.everybody_speaks()

    def test_a_second_node_with_the_same_id_ends_naming_the_port(self) -> None:
        for node in self.nodes:
            other = grid.Ports()
            self.addCleanup(other.close)
            arguments = self.g.arguments(node)
            arguments[3] = str(other.master(node))
            twin = self.node(*arguments)
            self.assertEqual(twin.wait(), 1)
            self.assertEqual(len(twin.log()), 1, twin.log())
            self.assertIn(str(self.g.ports.mesh(node)), twin.log()[0])
            self.assertEqual(twin.stdout(), "")

    def test_raw_connections_of_every_kind_do_no_harm(self) -> None:
        openings = [b"", b"GET / HTTP/1.1\r\n\r\n", bytes(70000), b"\xff" * 70000, os.urandom(70000),
                    zmtp.GREETING[:1], zmtp.GREETING[:11], zmtp.GREETING[:63], zmtp.GREETING,
                    zmtp.GREETING + zmtp.ready(b"PUB"), zmtp.GREETING + zmtp.ready(b"DEALER")[:9],
                    zmtp.GREETING + zmtp.ready(b"DEALER") + b"\x02" + b"\x7f" + b"\xff" * 7,
                    zmtp.GREETING + zmtp.ready(b"DEALER") + b"\x01\x40OVID"]
        held = []
        for node in self.nodes:
            for opening in openings:
                for how in ("close", "reset", "hold"):
                    raw = socket.create_connection((grid.HOST, self.g.ports.mesh(node)))
                    self.addCleanup(raw.close)
                    try:
                        raw.sendall(opening)
                    except OSError:
                        pass  # the node has disconnected it already
                    if how == "reset":
                        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    if how == "hold":
                        held.append(raw)
                    else:
                        raw.close()
            self.logs(node, "handshake_missing", closed=False)
        self.everybody_speaks()
        for raw in held:
            raw.close()

    def test_a_probe_of_the_port_is_no_attack(self) -> None:
        """A peer that has lost its connection probes the port. That is logged at level debug
        only."""
        g = self.whole_grid(2, "--log-level", "debug")
        for node, how in enumerate(("close", "reset")):
            raw = socket.create_connection((grid.HOST, g.ports.mesh(node)))
            if how == "reset":
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raw.close()

        for node in range(2):
            log = g.nodes[node]
            self.assertTrue(grid.eventually(lambda: log.events("handshake_missing")), log.log())
            self.assertEqual([event for event in log.events("handshake_missing")
                              if event["severity"] != "debug"], [])

    def test_500_connections_opened_and_closed_do_no_harm(self) -> None:
        for i in range(500):
            raw = socket.create_connection((grid.HOST, self.g.ports.mesh(i % self.NODES)))
            if i % 2:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raw.close()

    def test_the_mesh_port_is_bound_to_loopback_only(self) -> None:
        wanted = {":%04X" % self.g.ports.mesh(0), ":%04X" % self.g.ports.master(0)}
        with open("/proc/net/tcp", encoding="ascii") as table:
            local = [line.split()[1] for line in table if line.split()[3] == "0A"]
        bound = {address for address in local if address[-5:] in wanted}
        self.assertEqual({address[:8] for address in bound},
                         {"%08X" % struct.unpack("=I", socket.inet_aton(grid.HOST))})
        self.assertEqual(len(bound), 2)


if __name__ == "__main__":
    unittest.main()
