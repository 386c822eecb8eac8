"""Five nodes with a relay between them. The relay cuts, delays, stalls, refuses and blackholes
connections while all nodes broadcast. Records may be lost only between sessions, and both sides
must know it."""
import itertools
import time
import unittest
from typing import Callable, Dict, List, Set, Tuple

import grid
from faults import FaultsTest, either
from node_log import Session
from wires import RelayedGrid

Pair = Tuple[int, int]
N = 5
PAIRS: List[Pair] = list(itertools.permutations(range(N), 2))
NOTICED_MAX = 1.0  # seconds until both sides have noticed the fault
MENDED_MAX = 0.3  # seconds until a new connection replaces one that was cut
BACK_MAX = 3.0  # seconds from the end of the last fault until all nodes see all nodes
SPARED = {(0, 1), (1, 0)}  # no fault ever happens between these two nodes


class Connections(FaultsTest):
    g: RelayedGrid

    def setUp(self) -> None:
        super().setUp()
        g = RelayedGrid(N)
        self.addCleanup(g.close)
        self.assertTrue(g.all_see(range(N)))
        self.watch(g)
        for node in range(N):
            self.talk(node, padding=200)

    def finish(self) -> None:
        self.g.heal()
        self.wait_for_everybody()
        self.end_of_talk()
        self.settle()
        self.assert_accounts()

    def wait_for_everybody(self) -> float:
        healed = time.monotonic()
        self.assertTrue(self.g.all_see(range(N)), self.state())
        seconds = time.monotonic() - healed
        self.assertLess(seconds, self.limit(BACK_MAX), self.state())
        return seconds

    def let_them_talk(self, seconds: float) -> None:
        """Waits for the duration of the fault."""
        time.sleep(seconds)

    def test_cuts_lose_nothing_and_end_no_session(self) -> None:
        """All bytes are delayed. So whenever a connection is cut, some bytes are on their way."""
        for pair in PAIRS:
            self.g.do(*pair, "delay", self.random.choice((1, 5, 15)))
        cut_at = dict.fromkeys(PAIRS, 0.0)
        cuts = 0
        end = time.monotonic() + either(4, 60)
        while time.monotonic() < end:
            for pair in self.random.sample(PAIRS, self.random.randint(1, 4)):
                # A handshake needs messages in both directions; a node that never completes one
                # stays silent.
                if time.monotonic() - cut_at[pair] > MENDED_MAX:
                    self.g.do(*pair, "cut")
                    cut_at[pair] = time.monotonic()
                    cuts += 1
            self.let_them_talk(self.random.choice((0.0, 0.02, 0.1)))
        again = sum(len(node.events("connection_made", in_session=True))
                    for node in self.g.nodes.values())
        self.tell(f"{cuts} cuts, {again} times reconnected within the session")
        self.assertGreater(again, cuts // 2)
        self.assertEqual(self.downs(), [])
        self.finish()
        self.assertEqual(self.downs(), [])

    def test_a_silent_direction_is_noticed_by_both_sides_and_by_no_other(self) -> None:
        worst_down = worst_back = 0.0
        struck: Set[Pair] = set()
        for verb in either(["stall", "blackhole"], ["stall", "blackhole"] * 10):
            here, there = self.random.sample(range(N), 2)
            struck |= {(here, there), (there, here)}
            sessions = self.present(here, there)
            began = time.time()
            self.g.do(here, there, verb)
            self.assertTrue(grid.eventually(lambda: self.have_ended(sessions)), self.state())
            worst_down = max([worst_down, *(session.ended - began for session in sessions)])
            self.assertLess(worst_down, self.limit(NOTICED_MAX), self.state())
            self.let_them_talk(self.random.choice((0.1, 0.5, 1.5)))
            self.g.do(here, there, "heal")
            worst_back = max(worst_back, self.wait_for_everybody())
        self.tell(f"noticed by both after at most {worst_down * 1000:.0f} ms, back after at most "
                  f"{worst_back * 1000:.0f} ms")
        self.finish()
        self.assert_only_between(struck)

    def test_what_was_held_back_is_not_delivered_in_a_later_session(self) -> None:
        struck: Set[Pair] = set()
        held = 0
        for _ in range(either(2, 20)):
            here, there = self.random.sample(range(N), 2)
            struck |= {(here, there), (there, here)}
            sessions = self.present(here, there)
            self.g.do(here, there, "stall")
            self.assertTrue(grid.eventually(lambda: self.have_ended(sessions)), self.state())
            # The old connection stays stalled, and the node makes a new one.
            self.assertTrue(self.g.all_see(range(N)), self.state())
            self.let_them_talk(0.1)
            held += int(self.g.do(here, there, "held"))
            self.g.do(here, there, "heal")
            self.let_them_talk(0.1)
        self.tell(f"{held} bytes came late")
        self.assertGreater(held, 0)
        self.finish()
        self.assert_only_between(struck)

    def test_whatever_happens_to_connections_nothing_is_lost_within_sessions(self) -> None:
        struck = [pair for pair in PAIRS if pair not in SPARED]
        done: Dict[str, int] = {}
        worst_back = 0.0
        end = time.monotonic() + either(10, 180)
        while time.monotonic() < end:
            for _ in range(self.random.randint(2, 8)):
                verb = self.random.choice(sorted(self.faults))
                for pair in self.some_of(struck):
                    self.faults[verb](self, pair)
                done[verb] = done.get(verb, 0) + 1
                self.let_them_talk(self.random.choice((0.0, 0.05, 0.2, 0.4, 0.8)))
            self.g.heal()
            if self.random.random() < 0.5:
                worst_back = max(worst_back, self.wait_for_everybody())
        self.tell(f"{done}, everybody back after at most {worst_back * 1000:.0f} ms")
        self.finish()
        self.assert_only_between(set(struck))

    def some_of(self, pairs: List[Pair]) -> List[Pair]:
        """The ways that a fault affects: one way, both ways of a pair, or all ways that lead from
        or to one node."""
        here, there = self.random.choice(pairs)
        kind = self.random.randrange(4)
        return [pair for pair in pairs if (
            pair == (here, there), set(pair) == {here, there}, pair[0] == here,
            pair[1] == there)[kind]]

    faults: "Dict[str, Callable[[Connections, Pair], object]]" = {
        "cut": lambda self, pair: self.g.do(*pair, "cut"),
        "stall": lambda self, pair: self.g.do(*pair, "stall"),
        "blackhole": lambda self, pair: self.g.do(*pair, "blackhole"),
        "refuse": lambda self, pair: self.g.do(*pair, "refuse"),
        "delay": lambda self, pair: self.g.do(*pair, "delay", self.random.choice((1, 30, 200))),
        "heal": lambda self, pair: self.g.do(*pair, "heal"),
    }

    def present(self, here: int, there: int) -> List[Session]:
        """The sessions of both nodes with each other."""
        return [self.now(here).log.open_with(there), self.now(there).log.open_with(here)]

    def have_ended(self, sessions: List[Session]) -> bool:
        for node in range(N):
            self.now(node)
        return not any(session.open for session in sessions)

    def assert_only_between(self, struck: Set[Pair]) -> None:
        """Checks that no other session has ended."""
        self.assertEqual([(node, session.peer) for node in range(N)
                          for session in self.now(node).log.sessions
                          if not session.open and (node, session.peer) not in struck], [])


if __name__ == "__main__":
    unittest.main()
