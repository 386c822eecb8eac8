"""The relay does to connections what its commands say, and nothing else."""
import socket
import time
import unittest

import grid
from wires import Relay


class RelayTest(unittest.TestCase):
    def setUp(self) -> None:
        ports = grid.Ports()
        self.addCleanup(ports.close)
        self.listen = ports.base
        self.target = socket.create_server((grid.HOST, ports.base + 1))
        self.target.settimeout(grid.PATIENCE)
        self.addCleanup(self.target.close)
        self.relay = Relay([(self.listen, ports.base + 1)])
        self.addCleanup(self.relay.close)

    def near(self) -> socket.socket:
        near = socket.create_connection((grid.HOST, self.listen), grid.PATIENCE)
        self.addCleanup(near.close)
        return near

    def far(self) -> socket.socket:
        far = self.target.accept()[0]
        far.settimeout(grid.PATIENCE)
        self.addCleanup(far.close)
        return far

    def pair(self) -> "tuple[socket.socket, socket.socket]":
        return self.near(), self.far()

    def assert_says(self, speaker: socket.socket, hearer: socket.socket, data: bytes) -> None:
        speaker.sendall(data)
        self.assertEqual(self.heard(hearer, len(data)), data)

    def heard(self, hearer: socket.socket, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = hearer.recv(size - len(data))
            self.assertTrue(piece, "the connection has ended")
            data += piece
        return data

    def assert_mute(self, hearer: socket.socket) -> None:
        """Checks that for some time neither bytes nor the end of the stream arrive."""
        hearer.settimeout(0.1)
        with self.assertRaises(socket.timeout):
            hearer.recv(1)
        hearer.settimeout(grid.PATIENCE)

    def assert_reset(self, hearer: socket.socket) -> None:
        with self.assertRaises(ConnectionResetError):
            while hearer.recv(1 << 16):
                pass

    def test_what_comes_in_goes_out_both_ways_in_order(self) -> None:
        near, far = self.pair()
        self.assert_says(near, far, b"there")
        self.assert_says(far, near, bytes(range(256)) * 100)
        near.shutdown(socket.SHUT_WR)
        self.assertEqual(far.recv(1), b"")
        self.assertEqual(self.relay.do(0, "moved"), str(5 + 25600))

    def test_a_cut_resets_connections_and_loses_what_is_on_its_way(self) -> None:
        near, far = self.pair()
        self.relay.do(0, "delay", 200)
        near.sendall(b"lost")
        time.sleep(0.05)  # the bytes have arrived at the relay by then
        self.relay.do(0, "cut")
        self.assert_reset(near)
        self.assert_reset(far)
        self.relay.do(0, "heal")
        self.assert_says(*self.pair(), b"again")

    def test_a_delay_delays_and_keeps_the_order(self) -> None:
        near, far = self.pair()
        self.relay.do(0, "delay", 150)
        began = time.monotonic()
        near.sendall(b"slow")
        time.sleep(0.02)  # makes them two pieces
        self.relay.do(0, "delay", 0)
        near.sendall(b"fast")
        self.assertEqual(self.heard(far, 8), b"slowfast")
        self.assertGreater(time.monotonic() - began, 0.145)

    def test_what_was_stalled_continues_and_new_connections_work(self) -> None:
        near, far = self.pair()
        self.relay.do(0, "stall")
        near.sendall(b"held")
        self.assert_mute(far)
        self.assertEqual(self.relay.do(0, "held"), "4")
        self.assert_says(*self.pair(), b"new")
        near.close()
        self.relay.do(0, "heal")
        self.assertEqual(self.heard(far, 4), b"held")
        self.assertEqual(far.recv(1), b"")

    def test_a_black_hole_accepts_connections_and_carries_nothing(self) -> None:
        near, far = self.pair()
        self.relay.do(0, "blackhole")
        far.sendall(b"late")
        self.assert_mute(near)
        new = self.near()
        new.sendall(b"hello?")
        self.assert_mute(new)
        self.relay.do(0, "heal")
        self.assertEqual(self.heard(near, 4), b"late")
        self.assertEqual(self.heard(self.far(), 6), b"hello?")

    def test_connections_are_refused_until_the_way_is_healed(self) -> None:
        near, far = self.pair()
        self.relay.do(0, "refuse")
        self.assert_reset(near)
        self.assert_reset(far)
        with self.assertRaises(ConnectionRefusedError):
            self.near()
        self.relay.do(0, "heal")
        self.assert_says(*self.pair(), b"again")

    def test_a_side_that_does_not_read_stops_the_other(self) -> None:
        near, far = self.pair()
        near.settimeout(0.3)
        data = bytes(1 << 20)
        sent = 0
        with self.assertRaises(socket.timeout):
            while sent < 1 << 26:
                sent += near.send(data)
        self.assertEqual(len(self.heard(far, sent)), sent)

    def test_connections_without_a_target_are_reset(self) -> None:
        self.target.close()
        with self.assertRaises(ConnectionResetError):
            self.near().recv(1)


if __name__ == "__main__":
    unittest.main()
