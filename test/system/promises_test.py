"""Promises that only real processes can keep or break: kills, stops, restarts and backpressure."""
import itertools
import random
import signal
import threading
import time
import unittest
from typing import Dict, List

import grid

MIB = 1 << 20


class Talker:
    """Broadcasts 1, 2, 3 ... at a node, all the time, in small bursts."""

    def __init__(self, g: grid.Grid, node: int) -> None:
        self.node = node
        self.said = 0
        self._client = g.connect(node)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._talk)
        self._thread.start()

    def _talk(self) -> None:
        while not self._over.is_set():
            burst = range(self.said + 1, self.said + 21)
            self._client.send(b"".join(b"broadcast %d:%d\n" % (self.node, i) for i in burst))
            self.said += 20
            # The answer comes when the node has read the whole burst, so the sender never gets
            # ahead of it.
            self._client.ask(b"alive")
            time.sleep(0.0005)

    def end(self) -> None:
        self._over.set()
        self._thread.join()
        self._client.close()


def heard(log: List[bytes], speaker: int) -> List[int]:
    prefix = b"%d:" % speaker
    return [int(text[len(prefix):]) for text in log if text.startswith(prefix)]


class Promises(grid.SystemTest):
    def setUp(self) -> None:
        self.lateness = grid.Lateness()
        self.addCleanup(self.lateness.end)

    def talkers(self, g: grid.Grid, nodes: List[int]) -> List[Talker]:
        talkers = [Talker(g, node) for node in nodes]
        for each in talkers:
            self.addCleanup(each.end)
        return talkers

    def assert_within(self, seconds: float, limit: float, what: str) -> None:
        """The limit is extended because the machine itself was late."""
        self.assertLess(seconds, limit + 2 * self.lateness.worst, what)

    def log_of(self, g: grid.Grid, node: int) -> str:
        return "\n".join(g.nodes[node].log()[-30:])

    def test_a_burst_arrives_once_and_in_order_everywhere(self) -> None:
        g = self.whole_grid(3)
        count = 10000
        for node in range(3):
            g.client(node).send(b"".join(b"broadcast %d:%d\n" % (node, i) for i in range(count)))
        for node in range(3):
            self.assertTrue(grid.eventually(lambda: g.client(node).count() >= 3 * count))
            log = g.client(node).log()
            self.assertEqual(len(log), 3 * count)
            for speaker in range(3):
                self.assertEqual(heard(log, speaker), list(range(count)))

    def test_a_restarted_node_receives_nothing_for_its_earlier_incarnation(self) -> None:
        g = self.whole_grid(3)
        talkers = self.talkers(g, [0, 1])
        for pause in (0, 0, 0, 0.001, 0.003, 0, 0.01, 0.03, 0.1, 0):
            before = {each.node: each.said for each in talkers}
            self.assertTrue(grid.eventually(
                lambda: all(each.said > before[each.node] + 100 for each in talkers)))
            old = {each.node: each.said for each in talkers}
            g.kill(2)
            time.sleep(pause)  # how long the node stays dead
            g.start(2)
            started = time.monotonic()
            self.assertTrue(g.all_see(range(3)), self.log_of(g, 2))
            self.assert_within(time.monotonic() - started, 1.0, "back after a restart")
            self.assertTrue(grid.eventually(lambda: all(
                heard(g.client(2).log(), node) for node in (0, 1))))
            log = g.client(2).log()
            for node in (0, 1):
                numbers = heard(log, node)
                # One burst may have been on its way.
                self.assertGreater(numbers[0], old[node] - 20, "said to the earlier life")
                self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(numbers))))
        for each in talkers:
            each.end()
        for node in (0, 1):
            said = sum(each.said for each in talkers)
            self.assertTrue(grid.eventually(lambda: g.client(node).count() == said))
            for each in talkers:
                self.assertEqual(heard(g.client(node).log(), each.node),
                                 list(range(1, each.said + 1)))

    def test_a_killed_node_is_gone_at_once_everywhere(self) -> None:
        g = self.whole_grid(4)
        for victim in (3, 1):
            rest = sorted(node for node in g.nodes if g.nodes[node].running() and node != victim)
            for node in rest:
                g.alive(node)
            g.nodes[victim].signal(signal.SIGKILL)
            before = time.monotonic()
            self.assertTrue(g.all_see(rest))
            self.assert_within(time.monotonic() - before, 0.1, "a crash seen")
            g.kill(victim)

    def test_a_node_that_was_killed_while_stopped_returns_with_an_empty_log(self) -> None:
        g = self.whole_grid(3)
        g.nodes[2].signal(signal.SIGSTOP)
        for i in range(2000):
            g.broadcast(0, b"old %d" % i)
        self.assertEqual(g.client(0).count(), 2000)
        g.kill(2)
        g.start(2)
        self.assertTrue(g.all_see(range(3)))
        g.broadcast(0, b"new")
        self.assertTrue(grid.eventually(lambda: g.client(2).count() > 0))
        self.assertEqual(g.client(2).log(), [b"new"])
        self.assertTrue(grid.eventually(lambda: g.client(1).count() == 2001))

    def test_a_stopped_node_is_gone_within_a_second_stays_gone_and_comes_back(self) -> None:
        g = self.whole_grid(4)
        survivors = [0, 1, 3]
        for _ in range(2):
            talkers = self.talkers(g, survivors)
            g.nodes[2].signal(signal.SIGSTOP)
            stopped = time.monotonic()
            gone: Dict[int, float] = {}
            looks = 0
            # Checks every answer of every node, until each node has answered 300 times without the
            # stopped node.
            while looks < 300:
                self.assertLess(time.monotonic() - stopped, grid.PATIENCE)
                for node in survivors:
                    alive = g.alive(node)
                    self.assertEqual([each for each in alive if each != 2], survivors)
                    if node in gone:
                        self.assertNotIn(2, alive, "it flapped back: " + self.log_of(g, node))
                    elif 2 not in alive:
                        gone[node] = time.monotonic() - stopped
                if len(gone) == len(survivors):
                    looks += 1
                time.sleep(0.003)
            for node, seconds in gone.items():
                self.assert_within(seconds, 1.0, f"gone at node {node}")
            for each in talkers:
                each.end()
            g.nodes[2].signal(signal.SIGCONT)
            continued = time.monotonic()
            self.assertTrue(g.all_see(range(4)), self.log_of(g, 2))
            self.assert_within(time.monotonic() - continued, 1.0, "back after a stop")
            total = {each.node: each.said for each in talkers}
            for here, speaker in itertools.permutations(survivors, 2):
                self.assertTrue(grid.eventually(
                    lambda: heard(g.client(here).log(), speaker)[-1:] == [total[speaker]]))
            for node in range(4):
                g.kill(node)
            for node in range(4):
                g.start(node)
            self.assertTrue(g.all_see(range(4)))

    def test_a_node_that_was_stopped_does_not_blame_the_others(self) -> None:
        g = self.whole_grid(3)
        g.nodes[2].signal(signal.SIGSTOP)
        self.assertTrue(g.all_see([0, 1]))
        g.nodes[2].signal(signal.SIGCONT)
        self.assertTrue(g.all_see(range(3)))
        self.assertEqual(g.nodes[2].events("session_ended", cause="silent"), [])
        self.assertEqual(g.nodes[2].events("silence_excused"), [])

    def test_a_short_stop_does_not_end_a_session(self) -> None:
        g = self.whole_grid(3)
        watch = grid.Watch(g, [0, 1], range(3))
        self.addCleanup(watch.end)
        for _ in range(10):
            g.nodes[2].signal(signal.SIGSTOP)
            time.sleep(0.1)  # how long the fault lasts
            g.nodes[2].signal(signal.SIGCONT)
            self.assertEqual(g.alive(2), [0, 1, 2])
        self.assertEqual(watch.end(), [])

    def test_a_stopped_peer_stops_the_source_and_nothing_is_lost(self) -> None:
        """The silence limit is longer than this test, so the stopped peer counts as alive."""
        g = self.whole_grid(3, "--silence-ms", "60000", "--unacked-mib-max", "1")
        before = g.nodes[0].rss_kib()
        g.nodes[2].signal(signal.SIGSTOP)
        texts = [b"%d:" % i + b"x" * 1000 for i in range(60000)]
        pushed = b"".join(b"broadcast " + text + b"\n" for text in texts)
        client = g.connect(0)
        # Sends until the node has taken nothing for half a second.
        taken = client.push(pushed, 0.5)
        self.assertLess(taken, 40 * MIB, "the source was not slowed")
        self.assert_peak_below(g.nodes[0], before + 64 * 1024)
        g.nodes[2].signal(signal.SIGCONT)
        client.send(pushed[taken:])
        self.assertEqual(client.ask(b"count"), b"count 60000")
        for node in (1, 2):
            self.assertTrue(grid.eventually(lambda: g.client(node).count() >= 60000))
            self.assertEqual(g.client(node).log(), texts)
        for node in range(3):
            self.assertEqual(g.nodes[node].events("session_ended"), [])

    def test_a_peer_that_stops_under_load_does_not_affect_the_others(self) -> None:
        g = self.whole_grid(3)
        texts = [b"%d:" % i + b"y" * 1000 for i in range(120000)]
        pushed = b"".join(b"broadcast " + text + b"\n" for text in texts)
        before = g.nodes[0].rss_kib()
        client = g.connect(0)
        g.nodes[2].signal(signal.SIGSTOP)
        client.send(pushed)
        self.assertEqual(client.ask(b"count"), b"count 120000")
        self.assertTrue(grid.eventually(lambda: g.client(1).count() >= 120000))
        self.assertEqual(g.client(1).log(), texts)
        # The log, the records that the stopped node had not acknowledged (64 MiB), and data on its
        # way.
        self.assert_peak_below(g.nodes[0], before + (120 + 64 + 64) * 1024)
        self.assertTrue(g.all_see([0, 1]))
        g.nodes[2].signal(signal.SIGCONT)
        self.assertTrue(g.all_see(range(3)))

    def test_the_smallest_queue_loses_nothing_whatever_the_lengths(self) -> None:
        """Several clients send long and short texts, much more than the queue can hold at a
        time."""
        g = self.whole_grid(3, "--unacked-mib-max", "1")
        lengths = random.Random(7)
        clients = [g.connect(0) for _ in range(8)]

        def talk(number: int) -> None:
            for i in range(12):
                length = lengths.choice((1, 100, 1000, 300000, MIB - 30))
                long = b"broadcast %d:%d:" % (number, i) + b"z" * length + b"\n"
                short = b"broadcast %d:s%d\n" % (number, i)
                clients[number].send(long + short * 200)
            clients[number].ask(b"count")

        threads = [threading.Thread(target=talk, args=(number,)) for number in range(len(clients))]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        expected = len(clients) * 12 * 201
        self.assertEqual(g.client(0).count(), expected)
        for node in range(3):
            self.assertEqual(g.nodes[node].events("session_ended"), [])
            self.assertTrue(grid.eventually(lambda: g.client(node).count() == expected))
        log = g.client(0).log()
        for node in (1, 2):
            self.assertEqual(g.client(node).log(), log)


if __name__ == "__main__":
    unittest.main()
