"""One of five nodes is stopped by SIGSTOP for some time, at full load."""
import signal
import threading
import time
import unittest
from typing import Dict, Iterator, List, Tuple

import account
import grid
from faults import FaultsTest, either

N = 5
VICTIM = 4
OTHERS = [0, 1, 2, 3]
BURST = 100  # texts sent at a time; more would fill memory
RATE_KEPT = 0.9
NOTICED_MAX = 1.0  # seconds until the others have noticed the stop
BACK_MAX = 2.0
# For the stopped peer: twice --unacked-mib-max, what one turn may add, and what is on its way.
UNACKED_KIB_MAX = (2 * 64 + 2) * 1024
ON_ITS_WAY_KIB = 64 * 1024


class Rate:
    """How many texts per second each node reads from its client, between two calls."""

    def __init__(self, test: FaultsTest) -> None:
        self._test = test
        self._began = time.monotonic()
        self._said = self._now()

    def _now(self) -> Dict[int, int]:
        return {node: self._test.lives[node][0].talker.history.confirmed for node in OTHERS}

    def each(self) -> Dict[int, float]:
        seconds = time.monotonic() - self._began
        return {node: (said - self._said[node]) / seconds for node, said in self._now().items()}


class Count:
    """How many texts a node had read at its last answer; a node may let its clients wait."""

    def __init__(self, g: grid.Grid, node: int) -> None:
        self.node = node
        self._client = g.connect(node)
        self.last = self._client.count()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()

    def _ask(self) -> None:
        while not self._over.wait(0.02):
            self.last = self._client.count()

    def end(self) -> None:
        self._over.set()
        self._thread.join()
        self._client.close()


class Stop(FaultsTest):
    def test_a_stopped_node_does_not_cost_the_others_records_memory_or_speed(self) -> None:
        g = self.whole_grid(N)
        before_kib = {node: g.nodes[node].rss_kib() for node in range(N)}
        self.watch(g)
        for node in range(N):
            self.talk(node, burst=BURST, pause=0.0)
        self.let_them_talk(0.5)
        rate = Rate(self)
        self.let_them_talk(either(1.5, 5))
        before = rate.each()

        g.nodes[VICTIM].signal(signal.SIGSTOP)
        stopped = time.time()
        rate = Rate(self)
        overhead_kib = self.watch_memory(either(4, 30), before_kib)
        during = rate.each()
        self.assert_noticed_once(stopped)

        g.nodes[VICTIM].signal(signal.SIGCONT)
        continued = time.monotonic()
        self.assertTrue(g.all_see(range(N)), self.state())
        back = time.monotonic() - continued
        self.let_them_talk(0.5)
        self.end_of_talk()
        self.settle()
        kept = sum(during.values()) / sum(before.values())
        self.tell(f"texts/s of the others {sum(before.values()):.0f} before, "
                  f"{sum(during.values()):.0f} during ({kept:.0%}); least of one node "
                  f"{min(during[node] / before[node] for node in OTHERS):.0%}; back after "
                  f"{back * 1000:.0f} ms; memory beside the log at most "
                  f"{overhead_kib // 1024} MiB more than at the beginning")
        self.assert_all_is_there()
        self.assertLess(back, self.limit(BACK_MAX))
        if not grid.SANITIZED:
            self.assertLess(overhead_kib, UNACKED_KIB_MAX + ON_ITS_WAY_KIB)
        self.assertGreater(kept, RATE_KEPT)

    def let_them_talk(self, seconds: float) -> None:
        """The duration of one measurement."""
        time.sleep(seconds)

    def watch_memory(self, seconds: float, before: Dict[int, int]) -> int:
        """The maximum growth of the other nodes' memory in KiB, not counting their logs."""
        counts = [Count(self.g, node) for node in OTHERS]
        worst = 0
        text_bytes = self.lives[0][0].talker.text_bytes + 1  # and the separator in the log
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for count in counts:
                log_kib = count.last * text_bytes // 1024
                kib = self.g.nodes[count.node].rss_kib()
                worst = max(worst, kib - before[count.node] - log_kib)
            time.sleep(0.01)
        for count in counts:
            count.end()
        return worst

    def assert_noticed_once(self, stopped: float) -> None:
        noticed = 0.0
        for node in OTHERS:
            sessions = self.now(node).log.sessions
            ended = [session for session in sessions if not session.open]
            self.assertEqual([session.peer for session in ended], [VICTIM], self.state())
            self.assertIsNone(self.now(node).log.open_with(VICTIM), "it flapped back")
            noticed = max(noticed, ended[0].ended - stopped)
        self.tell(f"noticed by all after {noticed * 1000:.0f} ms")
        # In sanitized builds, turns at full load are so long that a node counts itself as late.
        if not grid.SANITIZED:
            self.assertLess(noticed, self.limit(NOTICED_MAX), self.state())

    def assert_all_is_there(self) -> None:
        """Checks the texts of one log, and the number in each. There are too many texts to run the
        full check."""
        said = {node: self.lives[node][0].talker.history.confirmed for node in range(N)}
        complaints: List[str] = []
        for hearer in range(N):
            received = self.g.client(hearer).count() - said[hearer]
            for speaker in set(range(N)) - {hearer}:
                spoken = self.now(speaker).log.of(hearer)
                ledgers = account.read_ledger(self.g.client(speaker).ask(b"ledger"))
                complaints += account.ledger_complaints(ledgers[hearer], spoken, None)
                ended = [session for session in spoken if not session.open]
                received -= (ledgers[hearer]["offered"] - sum(each.offered for each in ended))
                received -= sum(session.received for session in self.now(hearer).log.of(speaker)
                                if not session.open)
                if VICTIM not in (speaker, hearer) and ledgers[hearer]["offered"] != said[speaker]:
                    complaints.append(f"{said[speaker]} said by {speaker}, to {hearer}: "
                                      f"{ledgers[hearer]}")
            if received != 0:
                complaints.append(f"node {hearer} has {received} texts more than were received")
        complaints += [f"{hearer} misses texts of {speaker} before {number}"
                       for hearer in (0, VICTIM) for speaker, number in self.gaps(hearer)
                       if VICTIM not in (speaker, hearer)]
        self.assert_none(complaints)

    def gaps(self, hearer: int) -> List[Tuple[int, int]]:
        """The senders whose numbers have gaps in the log, and where. Fails if numbers descend."""
        found: List[Tuple[int, int]] = []
        following = {b"%d.0." % node: 0 for node in range(N)}
        for text in texts(self.g.connect(hearer)):
            speaker, number = text[:4], int(text[4:])
            if number != following[speaker]:
                self.assertGreater(number, following[speaker], text)
                found.append((int(text[:1]), number))
            following[speaker] = number + 1
        return found


def texts(client: grid.Client) -> Iterator[bytes]:
    """Reads a log that is too large for memory."""
    client.send(b"get\n")
    head, rest = b"messages ", b""
    while not rest.endswith(b"\n"):
        data = client.socket.recv(1 << 20)
        *whole, rest = (rest + data).split(b",")
        if whole and head:
            whole[0], head = whole[0][len(head):], b""
        yield from whole
    yield rest[:-1]


if __name__ == "__main__":
    unittest.main()
