"""Nodes on machines of their own, with cables between them (network namespaces, veth). A cable is
unplugged, a machine is cut off, or packets of one direction are dropped. The relay cannot show
this: neither side is notified, nothing is refused, and TCP waits for its own timers."""
import time
from typing import List, Tuple

import grid
import namespaces
from faults import FaultsTest, either
from machines import GridOfMachines, run_tests
from node_log import Session

N = 4
NOTICED_MAX = 1.0  # seconds until both sides have noticed the fault
BACK_MAX = 3.0  # seconds from the repair until all nodes see all nodes
Pair = Tuple[int, int]


class Veth(FaultsTest):
    def setUp(self) -> None:
        super().setUp()
        self.cables = namespaces.Cables(N)
        g = GridOfMachines(self.cables, N)
        self.addCleanup(g.close)
        self.assertTrue(g.all_see(range(N)))
        self.watch(g)
        for node in range(N):
            self.talk(node)
        self.worst_noticed = self.worst_back = 0.0
        self.struck: List[Pair] = []

    def finish(self) -> None:
        self.end_of_talk()
        self.settle()
        self.assert_accounts()
        self.assertEqual([(node, session.peer) for node in range(N)
                          for session in self.now(node).log.sessions
                          if not session.open and (node, session.peer) not in self.struck], [])
        if self.worst_noticed:
            self.tell(f"noticed by both sides after at most {self.worst_noticed * 1000:.0f} ms")
        self.tell(f"everybody back after at most {self.worst_back * 1000:.0f} ms")

    def strike_at(self, pairs: List[Pair]) -> List[Session]:
        """Notes that a fault affects these pairs. Returns the sessions of both nodes of each
        pair."""
        both = [*pairs, *((there, here) for here, there in pairs)]
        self.struck += both
        return [self.now(here).log.open_with(there) for here, there in both]

    def assert_noticed(self, sessions: List[Session], began: float) -> None:
        self.assertTrue(grid.eventually(lambda: self.have_ended(sessions)), self.state())
        self.worst_noticed = max([self.worst_noticed, *(each.ended - began for each in sessions)])
        self.assertLess(self.worst_noticed, self.limit(NOTICED_MAX), self.state())

    def have_ended(self, sessions: List[Session]) -> bool:
        for node in range(N):
            self.now(node)
        return not any(session.open for session in sessions)

    def assert_all_come_back(self) -> None:
        repaired = time.monotonic()
        self.assertTrue(self.g.all_see(range(N)), self.state())
        self.worst_back = max(self.worst_back, time.monotonic() - repaired)
        self.assertLess(self.worst_back, self.limit(BACK_MAX), self.state())

    def stay_so(self) -> None:
        """Lets the fault last for a while after it was noticed."""
        time.sleep(self.random.choice((0.0, 0.3, either(1.0, 8.0))))

    def test_an_unplugged_cable_is_noticed_by_both_ends_and_works_again(self) -> None:
        for _ in range(either(2, 15)):
            pair = self.random.choice(self.cables.pairs)
            sessions, began = self.strike_at([pair]), time.time()
            self.cables.unplug(*pair)
            self.assert_noticed(sessions, began)
            self.stay_so()
            self.cables.plug(*pair)
            self.assert_all_come_back()
        self.finish()

    def test_a_machine_that_is_cut_off_is_gone_for_all_and_comes_back(self) -> None:
        for _ in range(either(2, 15)):
            alone = self.random.randrange(N)
            pairs = [(alone, other) for other in range(N) if other != alone]
            sessions, began = self.strike_at(pairs), time.time()
            for pair in pairs:
                self.cables.unplug(*pair)
            self.assert_noticed(sessions, began)
            self.assertEqual(self.g.alive(alone), [alone])
            self.stay_so()
            for pair in pairs:
                self.cables.plug(*pair)
            self.assert_all_come_back()
        self.finish()

    def test_a_direction_in_which_nothing_arrives_is_noticed_by_both_ends(self) -> None:
        for _ in range(either(3, 20)):
            pair = tuple(self.random.sample(range(N), 2))
            sessions, began = self.strike_at([pair]), time.time()
            self.cables.mislead(*pair)
            self.assert_noticed(sessions, began)
            self.stay_so()
            for here, there in (pair, pair[::-1]):
                self.assertNotIn(there, self.g.alive(here), "alive is not reachable")
            self.cables.lead(*pair)
            self.assert_all_come_back()
        self.finish()

    def test_short_faults_lose_nothing_within_sessions(self) -> None:
        for _ in range(either(8, 80)):
            pair = tuple(self.random.sample(range(N), 2))
            self.strike_at([pair])
            strike, repair = self.random.choice(((self.cables.unplug, self.cables.plug),
                                                 (self.cables.mislead, self.cables.lead)))
            strike(*pair)
            time.sleep(self.random.uniform(0, 0.6))  # the duration of the fault
            repair(*pair)
            time.sleep(self.random.uniform(0, 0.3))  # the pause between two faults
        self.assert_all_come_back()
        self.finish()


if __name__ == "__main__":
    run_tests("network namespaces with veth", namespaces.impossible())
