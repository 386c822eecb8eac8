"""Grids in which all nodes broadcast all the time while faults happen. At the end, everything that
was sent is accounted for. Tests are short unless $OVID_LONG is 1. $OVID_SEED repeats the random
choices of an earlier run."""
import os
import random
import time
from typing import Dict, Iterable, List, Set, Type, TypeVar

import account
import grid
from node_log import Follower
from talk import Talker

LONG = os.environ.get("OVID_LONG") == "1"
COMPLAINTS_MAX = 20  # maximum number of complaints that are shown
T = TypeVar("T")


def either(short: T, long: T) -> T:
    return long if LONG else short


class Life:
    """One process of a node, with its log and its clients."""

    def __init__(self, node: grid.Node, number: int) -> None:
        self.process = node
        self.number = number
        self.began = time.time()
        self.log = Follower(node.err)
        self.talkers: List[Talker] = []  # empty, or one client that broadcasts

    @property
    def talker(self) -> Talker:
        return self.talkers[0]


class FaultsTest(grid.SystemTest):
    def setUp(self) -> None:
        self.seed = int(os.environ.get("OVID_SEED") or random.getrandbits(32))
        self.random = random.Random(self.seed)
        self.lateness = grid.Lateness()
        self.addCleanup(self.lateness.end)
        self.lives: Dict[int, List[Life]] = {}
        self.tell(f"seed {self.seed}")

    def tell(self, text: str) -> None:
        """Prints a measured value for readers of the test's output."""
        # In one piece, because tests may run at the same time.
        print(f"{self._testMethodName}: {text}\n", end="", flush=True)

    def limit(self, seconds: float) -> float:
        """The limit for a duration, extended because the machine itself was late."""
        return seconds + 2 * self.lateness.worst

    # Nodes and their incarnations

    def watch(self, g: grid.Grid) -> None:
        """Records that the nodes which run now are in their first incarnation."""
        self.g = g
        for node in g.nodes:
            self.begin_life(node)

    def begin_life(self, node: int) -> Life:
        lives = self.lives.setdefault(node, [])
        lives.append(Life(self.g.nodes[node], len(lives)))
        self.addCleanup(lives[-1].log.close)
        return lives[-1]

    def talk(self, node: int, kind: Type[Talker] = Talker, **how: object) -> Talker:
        life = self.lives[node][-1]
        life.talkers.append(kind(self.g.connect(node), node, life.number, **how))
        self.addCleanup(life.talkers[-1].abandon)
        return life.talkers[-1]

    def now(self, node: int) -> Life:
        """The present incarnation, after its log was read."""
        life = self.lives[node][-1]
        life.log.read()
        return life

    def downs(self) -> List[str]:
        """The ends of sessions so far, at all running nodes, as lines of text."""
        return [f"node {node}: {down}" for node in self.lives
                for down in self.now(node).log.downs()]

    # The end of a test: all accounts

    def end_of_talk(self) -> None:
        for lives in self.lives.values():
            for talker in lives[-1].talkers:
                talker.end()
                self.assertEqual(talker.failure, "", f"talker at node {talker.node}")

    def settle(self, patience: float = grid.PATIENCE, pause: float = 0.001) -> None:
        """Waits until all nodes see all nodes, both sides of each pair know the same session, and
        every record is acknowledged."""
        nodes = sorted(self.lives)
        self.assertTrue(self.g.all_see(nodes), self.state())
        self.assertTrue(grid.eventually(lambda: all(
            self.settled(node, nodes) for node in nodes), patience, pause), self.state())

    def settled(self, node: int, nodes: Iterable[int]) -> bool:
        ledgers = account.read_ledger(self.g.client(node).ask(b"ledger"))
        for peer in set(nodes) - {node}:
            mine = self.now(node).log.open_with(peer)
            theirs = self.now(peer).log.open_with(node)
            if not mine or not theirs or mine.name != theirs.name_at_peer:
                return False
            if ledgers[peer]["unacknowledged"] != 0:
                return False
        return True

    def state(self) -> str:
        return "\n".join(f"node {node}: " + "\n  ".join(self.lives[node][-1].process.log()[-12:])
                         for node in self.lives)

    def assert_accounts(self) -> None:
        """In a quiet grid: checks that every node received exactly what it should have."""
        complaints = []
        texts = 0
        for hearer in sorted(self.lives):
            log = self.g.client(hearer).log()
            texts += len(log)
            complaints += self.complaints_of_log(hearer, log, settled=True)
        self.tell(f"{texts} texts in {len(self.lives)} logs, {self.number_of_sessions()} sessions")
        self.assert_none(complaints)

    def complaints_of_log(self, hearer: int, log: List[bytes], settled: bool) -> List[str]:
        """What is wrong with the texts that a node's present incarnation has."""
        life = self.now(hearer)
        heard = account.by_speaker(log)
        complaints = []
        own = heard.pop((hearer, life.number), [])
        said = life.talker.history if life.talkers else None
        if own != list(range(len(own))) or (settled and said and len(own) != said.confirmed):
            complaints.append(f"node {hearer} has {len(own)} of its own texts, ending "
                              f"{own[-3:]}; {said and said.confirmed} were said")
        for speaker in set(self.lives) - {hearer}:
            for words in self.lives[speaker]:
                words.log.read()
                numbers = heard.pop((speaker, words.number), [])
                if words.talkers:
                    complaints += [
                        f"{speaker}, life {words.number}, to {hearer}, life {life.number}: {text}"
                        for text in account.Account(
                            numbers, words.log.of(hearer), life.log.of(speaker),
                            words.talker.history, settled).complaints()]
                    if settled and words is self.lives[speaker][-1]:
                        complaints += self.complaints_of_ledger(speaker, hearer, len(numbers))
        if heard:
            complaints.append(f"node {hearer} has texts of nobody: {list(heard)}")
        return complaints

    def complaints_of_ledger(self, speaker: int, hearer: int, texts: int) -> List[str]:
        spoken = self.now(speaker).log.of(hearer)
        names: Set[object] = {session.name for session in spoken}
        ended = sum(session.received for session in self.now(hearer).log.of(speaker)
                    if not session.open and session.name_at_peer in names)
        ledgers = account.read_ledger(self.g.client(speaker).ask(b"ledger"))
        return [f"{speaker} to {hearer}: {text}" for text in
                account.ledger_complaints(ledgers[hearer], spoken, texts - ended)]

    def number_of_sessions(self) -> int:
        return sum(len(life.log.read().sessions)
                   for lives in self.lives.values() for life in lives)

    def assert_none(self, complaints: List[str]) -> None:
        if complaints:
            self.fail(f"{len(complaints)} complaints, seed {self.seed}:\n"
                      + "\n".join(complaints[:COMPLAINTS_MAX]))
