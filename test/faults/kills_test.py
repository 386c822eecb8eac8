"""Nodes are killed with SIGKILL and restarted again and again, while all nodes broadcast."""
import time
import unittest
from typing import Dict, List, Set

import grid
from faults import FaultsTest, either

N = 5
UNHEARD_MAX = 1.0  # seconds from the start of a process until all other nodes have sessions with it
PAUSE_MAX = 0.2  # maximum time between the kill and the restart


class Kills(FaultsTest):
    def test_a_restarted_node_is_back_at_once_and_receives_no_earlier_texts(self) -> None:
        g = self.whole_grid(N)
        self.watch(g)
        for node in range(N):
            self.talk(node)
        cycles, at_once, worst, texts = either(30, 300), 0, 0.0, 0
        complaints: List[str] = []
        for _ in range(cycles):
            self.let_them_talk(self.random.uniform(0, 0.1))
            victims = self.random.sample(range(N), self.random.choice((1, 1, 1, 2)))
            for victim in victims:
                log = g.client(victim).log()
                texts += len(log)
                complaints += self.complaints_of_log(victim, log, settled=False)
            for victim in victims:
                g.kill(victim)
            for victim in victims:
                pause = self.random.choice((0.0, self.random.uniform(0, PAUSE_MAX)))
                at_once += pause == 0.0
                time.sleep(pause)  # how long the node stays dead
                self.restart(victim)
            worst = max(worst, self.wait_until_heard(victims))
        self.end_of_talk()
        self.settle()
        self.assert_accounts()
        self.assert_none(complaints)
        self.assert_none([event for node in g.nodes.values()
                          for event in node.events("second_process")])
        restarts = sum(map(len, self.lives.values())) - N
        self.tell(f"{cycles} cycles, {restarts} restarts, {at_once} of them at once; unheard for "
                  f"at most {worst * 1000:.0f} ms; {texts} texts in the logs of earlier lives")

    def let_them_talk(self, seconds: float) -> None:
        """Runs at least for this time, and until every node has broadcast in its present
        incarnation."""
        time.sleep(seconds)
        self.assertTrue(grid.eventually(lambda: all(
            lives[-1].talker.history.confirmed for lives in self.lives.values())))

    def restart(self, node: int) -> None:
        before = time.time()
        self.g.start(node)
        self.begin_life(node).began = before
        self.talk(node)

    def wait_until_heard(self, victims: List[int]) -> float:
        """The maximum time for which a restarted node and another one had no session."""
        ups: Dict[int, Dict[int, float]] = {victim: {} for victim in victims}
        self.assertTrue(grid.eventually(lambda: all(
            self.heard_by(victim, ups[victim]) == set(range(N)) - {victim}
            for victim in victims)), self.state())
        waits = [when - max(self.lives[victim][-1].began, self.lives[other][-1].began)
                 for victim in victims for other, when in ups[victim].items()]
        self.assertLess(max(waits), self.limit(UNHEARD_MAX), self.state())
        return max(waits)

    def heard_by(self, node: int, ups: Dict[int, float]) -> Set[int]:
        """The nodes that are in a session with the node's present incarnation, as both sides report
        it."""
        mine = self.now(node).log
        for other in set(range(N)) - {node} - set(ups):
            session = mine.open_with(other)
            theirs = self.now(other).log.open_with(node)
            if session and theirs and session.name == theirs.name_at_peer:
                ups[other] = max(session.began, theirs.began)
        return set(ups)


if __name__ == "__main__":
    unittest.main()
