"""The emulator delays, limits and loses packets as it was asked to, and does nothing else to them.
"""
import socket
import statistics
import threading
import time
import unittest
from typing import List, NamedTuple, Set

import emulated
import grid
from emulated import EmulatedNetwork, Path
from machines import run_tests

HEADERS = 28  # bytes of IPv4 and UDP
PORT = 7000
NUMBER = 4  # bytes of a number at the beginning of each datagram
PAUSE = 0.2  # seconds without a packet after which no more are expected
OWN_MS = 2.0  # what the machine itself may add to a delay


class Got(NamedTuple):
    number: int
    when: float
    size: int  # with headers


class Receiver:
    """Receives datagrams on a machine until none has come for some time."""

    def __init__(self, network: EmulatedNetwork, machine: int) -> None:
        with network.machines[machine].entered():
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.bind((network.address(machine), PORT))
        self._socket.settimeout(PAUSE)
        self.got: List[Got] = []
        self._sent_all = threading.Event()
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()

    def _receive(self) -> None:
        while True:
            over = self._sent_all.is_set()
            try:
                data = self._socket.recv(1 << 16)
            except socket.timeout:
                if over:
                    return
                continue
            self.got.append(Got(int.from_bytes(data[:NUMBER], "big"), time.monotonic(),
                                len(data) + HEADERS))

    def end(self) -> List[Got]:
        """Everything that was received. Nothing may be sent any more."""
        self._sent_all.set()
        self._thread.join()
        self._socket.close()
        return self.got


class EmulatorTest(unittest.TestCase):
    def network(self, path: Path, n: int = 2, seed: int = 1) -> EmulatedNetwork:
        network = EmulatedNetwork(n, path, seed)
        self.addCleanup(network.close)
        return network

    def send(self, network: EmulatedNetwork, here: int, there: int, count: int, size: int,
             pause: float = 0.0) -> List[float]:
        """Sends datagrams with the numbers 0, 1 ... Returns when each was sent. size: with
        headers. pause: seconds from one to the next."""
        with network.machines[here].entered():
            sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with sender:
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
            filler = bytes(size - HEADERS - NUMBER)
            sent: List[float] = []
            began = time.monotonic()
            for number in range(count):
                time.sleep(max(0.0, began + number * pause - time.monotonic()))
                sent.append(time.monotonic())
                sender.sendto(number.to_bytes(NUMBER, "big") + filler,
                              (network.address(there), PORT))
        return sent

    def delays_ms(self, path: Path, count: int, size: int, pause: float) -> List[float]:
        network = self.network(path)
        receiver = Receiver(network, 1)
        sent = self.send(network, 0, 1, count, size, pause)
        got = receiver.end()
        self.assertEqual([each.number for each in got], list(range(count)))
        return [(each.when - sent[each.number]) * 1000 for each in got]

    def tell(self, text: str) -> None:
        print(f"{self._testMethodName}: {text}", flush=True)

    def test_a_packet_takes_the_delay_and_its_size_by_the_rate(self) -> None:
        for size, own_ms in ((128, 1.024), (1500, 12.0)):
            delays = self.delays_ms(Path(rate_kbit=1000, rtt_ms=40), 20, size, 0.03)
            self.tell(f"{size} B at 1 Mbit/s, 20 ms one way: {min(delays):.2f} to "
                      f"{max(delays):.2f} ms")
            self.assertGreaterEqual(min(delays), 20 + own_ms)
            self.assertLess(min(delays), 20 + own_ms + OWN_MS)

    def test_a_round_trip_of_one_millisecond_takes_one(self) -> None:
        delays = self.delays_ms(Path(rate_kbit=1_000_000, rtt_ms=1), 200, 128, 0.002)
        self.tell(f"0.5 ms one way: {min(delays):.3f} ms, median "
                  f"{statistics.median(delays):.3f} ms, at most {max(delays):.3f} ms")
        self.assertGreaterEqual(min(delays), 0.5)
        self.assertLess(min(delays), 0.5 + OWN_MS)

    def test_jitter_spreads_the_delays_and_keeps_the_order(self) -> None:
        # They are sent faster than the jitter, so that one could overtake another.
        delays = self.delays_ms(Path(rate_kbit=100_000, rtt_ms=40, jitter_ms=30), 200, 128, 0.005)
        self.assertGreaterEqual(min(delays), 20)
        self.assertLess(min(delays), 20 + 10 + OWN_MS)
        self.assertGreater(max(delays), 20 + 25)

    def test_what_comes_too_fast_waits_and_the_rest_is_dropped(self) -> None:
        network = self.network(Path(rate_kbit=10_000, rtt_ms=20, queue_ms=500))
        receivers = [Receiver(network, machine) for machine in (0, 1)]
        count, size = 1000, 1500  # more than twice what the queue takes, in both directions
        sent: List[List[float]] = [[], []]

        def flood(here: int) -> None:
            sent[here] += self.send(network, here, 1 - here, count, size)

        self.at_the_same_time(*(threading.Thread(target=flood, args=(here,)) for here in (0, 1)))
        for here, receiver in ((1, receivers[0]), (0, receivers[1])):
            got = receiver.end()
            rate = self.rate_kbit(got)
            waited_ms = max(each.when - sent[here][each.number] for each in got) * 1000
            self.tell(f"{rate:.0f} kbit/s of 10000, {len(got)} of {count} packets, at most "
                      f"{waited_ms:.1f} ms on their way")
            self.assertAlmostEqual(rate, 10_000, delta=500)
            self.assertGreater(waited_ms, 500 + 10 - 1.2)
            self.assertLess(waited_ms, 500 + 10 + 2 * 1.2 + 50 * OWN_MS)
        counts = network.end_emulator()
        self.assertEqual(counts["lost"], 0)
        self.assertEqual(counts["dropped_outside"], 0)
        self.assertEqual(counts["overflowed"] + counts["delivered"], 2 * count)

    @staticmethod
    def at_the_same_time(*threads: threading.Thread) -> None:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    @staticmethod
    def rate_kbit(got: List[Got]) -> float:
        return sum(each.size for each in got[1:]) * 8 / 1000 / (got[-1].when - got[0].when)

    def test_two_senders_share_the_access_of_the_receiver(self) -> None:
        network = self.network(Path(rate_kbit=10_000, rtt_ms=20, queue_ms=1000), n=3)
        receiver = Receiver(network, 2)
        self.at_the_same_time(*(
            threading.Thread(target=self.send, args=(network, here, 2, 300, 1500))
            for here in (0, 1)))
        got = receiver.end()
        self.assertEqual(len(got), 600)
        rate = self.rate_kbit(got)
        self.tell(f"{rate:.0f} kbit/s of 10000")
        self.assertAlmostEqual(rate, 10_000, delta=500)

    def lost(self, percent: float, seed: int, count: int) -> List[Set[int]]:
        """What is lost of so many packets of each of two machines."""
        network = self.network(Path(rate_kbit=100_000, rtt_ms=1, loss_percent=percent), seed=seed)
        lost = []
        for here in (0, 1):
            receiver = Receiver(network, 1 - here)
            self.send(network, here, 1 - here, count, 128, pause=0.00005)
            lost.append(set(range(count)) - {each.number for each in receiver.end()})
        counts = network.end_emulator()
        self.assertEqual((counts["lost"], counts["overflowed"], counts["dropped_outside"]),
                         (len(lost[0]) + len(lost[1]), 0, 0))
        return lost

    def test_as_many_packets_are_lost_as_was_asked(self) -> None:
        count = 4000
        for percent in (1.0, 5.0):
            deviation = (count * percent / 100 * (1 - percent / 100)) ** 0.5
            for lost in self.lost(percent, 1, count):
                self.tell(f"{len(lost)} of {count} lost at {percent} %")
                self.assertAlmostEqual(len(lost), count * percent / 100, delta=3 * deviation)

    def test_without_loss_nothing_is_lost(self) -> None:
        self.assertEqual(self.lost(0, 1, 500), [set(), set()])

    def test_a_seed_repeats_what_is_lost(self) -> None:
        first = self.lost(5, 7, 500)
        self.assertNotEqual(first[0], first[1])
        self.assertEqual(self.lost(5, 7, 500), first)
        self.assertNotEqual(self.lost(5, 8, 500), first)

    def test_another_path_from_now_on(self) -> None:
        network = self.network(Path(rate_kbit=1000, rtt_ms=1, loss_percent=100))
        receiver = Receiver(network, 1)
        self.send(network, 0, 1, 5, 128, 0.01)
        network.change(Path(rate_kbit=1000, rtt_ms=1))
        self.send(network, 0, 1, 3, 128, 0.01)
        self.assertEqual([each.number for each in receiver.end()], [0, 1, 2])

    def test_tcp_uses_cubic_and_packets_of_ethernet_and_gets_up_to_a_gigabit(self) -> None:
        network = self.network(Path(rate_kbit=1_000_000, rtt_ms=1, queue_ms=10))
        with network.machines[0].entered():
            listener = socket.create_server((network.address(0), PORT))
        with network.machines[1].entered():
            near = socket.create_connection((network.address(0), PORT), grid.PATIENCE)
        far, _ = listener.accept()
        with listener, near, far:
            self.assertEqual(near.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16)
                             .rstrip(b"\0"), emulated.CONGESTION_CONTROL.encode())
            rate = self.stream(near, far, seconds=2.0)
        counts = network.end_emulator()  # fails if a packet was longer than Ethernet allows
        self.tell(f"{rate / 1e6:.0f} Mbit/s of 1000; {counts}")
        self.assertLess(rate, 1e9)
        self.assertEqual(counts["dropped_outside"], 0)

    def stream(self, near: socket.socket, far: socket.socket, seconds: float) -> float:
        """How many bits per second arrive."""
        data = bytes(1 << 18)
        end = time.monotonic() + seconds

        def push() -> None:
            while time.monotonic() < end:
                near.sendall(data)
            near.shutdown(socket.SHUT_WR)

        pusher = threading.Thread(target=push)
        pusher.start()
        far.settimeout(grid.PATIENCE)
        began, total = time.monotonic(), 0
        buffer = bytearray(1 << 18)
        while True:
            size = far.recv_into(buffer)
            if not size:
                break
            total += size
        pusher.join()
        return total * 8 / (time.monotonic() - began)


if __name__ == "__main__":
    run_tests("network namespaces with TUN devices", emulated.impossible())
