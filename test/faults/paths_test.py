"""Three nodes with default options, on machines whose network is slow, far away or lossy. They must
meet, no session may end, and everything that is broadcast must arrive. The tables ALWAYS and MORE
below list what is tried.

  OVID_LONG=1     tries MORE too, and for ten minutes where the path is slow or lossy

Tests of paths that carry little run at the same time. One of them alone, from either table:

  PYTHONPATH=test/system python3 -B test/faults/paths_test.py Paths.<name of the test>"""
import collections
import threading
import time
import unittest
from typing import Dict, FrozenSet, List, NamedTuple

import account
import emulated
import grid
from emulated import EmulatedNetwork, Path
from faults import FaultsTest, either
from machines import GridOfMachines, run_tests
from talk import Talker

N = 3
LINE_BYTES_MAX = 1 << 20  # the longest line of a client (docs/guide.md)
AHEAD_SECONDS = 2.0  # for so long the path has enough to carry, if nothing more is said
AHEAD_BYTES_MAX = 16 << 20
# The path carries less than its rate: headers, acknowledgements, lost packets.
CARRIED_SLOWER_MAX = 4.0
MEETING_SECONDS_MAX = 20.0
# Between two questions to a node. Many grids run at a time, and questions cost time too.
PAUSE = 0.05


class Load(NamedTuple):
    """What a client of each node says. Without a pause, there is always something to be sent."""

    name: str
    line_bytes: int
    pause: float = 0.0  # seconds


MEGABYTES = Load("lines_of_1_MiB", LINE_BYTES_MAX)
KILOBYTES = Load("lines_of_1_kB", 1000)
SELDOM = Load("80_B_every_300_ms", 80, pause=0.3)


class Trial(NamedTuple):
    path: Path
    load: Load
    seconds: float  # of talk
    meeting_seconds_max: float = MEETING_SECONDS_MAX
    ends_max: int = 0  # sessions of one pair that may end

    @property
    def name(self) -> str:
        """Of the test method."""
        rate, rtt, loss = self.path.rate_kbit, self.path.rtt_ms, self.path.loss_percent
        of_loss = f"{loss:g}_percent_lost_" if loss else ""
        return f"test_{rate}_kbit_per_s_{rtt:g}_ms_{of_loss}{self.load.name}"

    @property
    def alone(self) -> bool:
        """It needs the processors for itself."""
        return self.path.rate_kbit > 100_000

    @property
    def peer_bytes_per_second(self) -> float:
        """What the path carries from one node to each of the others, if nothing is lost."""
        return self.path.rate_kbit * 125 / (N - 1)

    @property
    def line_bytes(self) -> int:
        """A path that is too slow for the load's lines within the time gets shorter ones."""
        return min(self.load.line_bytes, int(self.peer_bytes_per_second * self.seconds / 2))


SLOW = Path(rate_kbit=256, rtt_ms=100, queue_ms=1000)
FAR = Path(rate_kbit=10_000, rtt_ms=300, queue_ms=300)
VERY_FAR = Path(rate_kbit=10_000, rtt_ms=2000, queue_ms=300)
FAST = Path(rate_kbit=1_000_000, rtt_ms=1, queue_ms=10)


def lossy(rtt_ms: float, loss_percent: float) -> Path:
    return Path(10_000 if rtt_ms < 10 else 1000, rtt_ms, loss_percent, queue_ms=200)


SECONDS = either(15, 600)
FAR_SECONDS = either(15, 120)  # the nodes and this program keep everything in memory
FAST_SECONDS = either(4, 20)

ALWAYS: List[Trial] = [
    *(Trial(FAST, load, FAST_SECONDS) for load in (MEGABYTES, KILOBYTES)),
    *(Trial(FAR, load, FAR_SECONDS) for load in (MEGABYTES, KILOBYTES)),
    *(Trial(SLOW, load, SECONDS) for load in (MEGABYTES, KILOBYTES)),
    Trial(VERY_FAR, SELDOM, either(10, 120), meeting_seconds_max=45),
    Trial(lossy(1, 1), SELDOM, SECONDS),
    Trial(lossy(100, 5), SELDOM, SECONDS),
]
# Too much for each time, or not quite certain: a packet of thousands is lost so often in a row that
# it takes more than 3 s.
MORE: List[Trial] = [
    *(Trial(lossy(rtt_ms, loss), KILOBYTES, SECONDS) for rtt_ms in (1, 100) for loss in (1, 5)),
    Trial(lossy(1, 5), SELDOM, SECONDS),
    Trial(lossy(100, 1), SELDOM, SECONDS),
    *(Trial(lossy(300, 5), load, SECONDS, ends_max=1) for load in (SELDOM, KILOBYTES)),
]


class SteadyTalker(Talker):
    """Says more as soon as the node has at most so many texts left that a peer has not
    acknowledged. Says nothing while a peer is missing, because that would not be sent."""

    def __init__(self, *where: object, ahead: int, peers: FrozenSet[int], **how: object) -> None:
        self._ahead, self._peers = ahead, peers
        super().__init__(*where, **how)

    def _rest(self) -> None:
        super()._rest()
        while not self._over.is_set() and self._must_wait():
            self._over.wait(PAUSE)

    def _must_wait(self) -> bool:
        alive = self._client.ask(b"alive").split()[-1].split(b",")
        if not self._peers.issubset(map(int, alive)):
            return True
        ledgers = account.read_ledger(self._client.ask(b"ledger"))
        return any(ledger["unacknowledged"] > self._ahead for ledger in ledgers.values())


class Paths(FaultsTest):
    g: GridOfMachines

    def attempt(self, trial: Trial) -> None:
        network = EmulatedNetwork(N, trial.path, self.seed)
        self.g = GridOfMachines(network, N)
        self.addCleanup(self.g.close)
        self.watch(self.g)
        self.meet(trial)
        began = time.monotonic()
        self.talk_for(trial)
        self.tell_ends()
        self.assertLessEqual(max(self.ends().values(), default=0), trial.ends_max, self.state())
        self.end_of_talk()
        carrying = AHEAD_SECONDS + 2 * trial.line_bytes / trial.peer_bytes_per_second
        self.settle(grid.PATIENCE + carrying * CARRIED_SLOWER_MAX, PAUSE)
        self.tell_rate(trial, time.monotonic() - began)
        self.assertLessEqual(max(self.ends().values(), default=0), trial.ends_max, self.state())
        if trial.alone:
            self.assert_counts()
        else:
            self.assert_accounts()
        self.tell(f"network: {network.end_emulator()}; this process was woken up to "
                  f"{self.lateness.worst * 1000:.0f} ms late")

    def meet(self, trial: Trial) -> None:
        began = time.monotonic()
        everybody = list(range(N))
        met = grid.eventually(lambda: all(self.g.alive(node) == everybody for node in everybody),
                              trial.meeting_seconds_max, PAUSE)
        seconds = time.monotonic() - began
        self.tell(f"all have met after {seconds:.2f} s" if met else
                  f"not all have met after {seconds:.0f} s: " +
                  ", ".join(f"{node} sees {self.g.alive(node)}" for node in everybody))
        self.tell_ends()
        self.assertTrue(met, self.state())

    def talk_for(self, trial: Trial) -> None:
        ahead_bytes = min(AHEAD_SECONDS * trial.peer_bytes_per_second, AHEAD_BYTES_MAX)
        ahead = int(ahead_bytes / trial.line_bytes)
        around = len(b"broadcast %d.%d.%s." % (0, 0, b"0" * Talker.DIGITS))
        for node in range(N):
            self.talk(node, SteadyTalker, ahead=ahead, peers=frozenset(range(N)),
                      burst=1 if trial.load.pause else 10 ** (len(str(ahead // 2)) - 1),
                      pause=trial.load.pause, padding=trial.line_bytes - around)
        time.sleep(trial.seconds)

    def assert_counts(self) -> None:
        """As assert_accounts(), by numbers alone: to read so much text takes long."""
        said = sum(lives[-1].talker.history.confirmed for lives in self.lives.values())
        self.assertEqual([self.g.client(node).count() for node in self.lives], [said] * N)

    def ends(self) -> "Dict[FrozenSet[int], int]":
        """How many sessions of each pair have ended; the larger of the two nodes' counts."""
        ends: Dict[FrozenSet[int], int] = {}
        for node in self.lives:
            counts = collections.Counter(session.peer for session in self.now(node).log.sessions
                                         if not session.open)
            for peer, count in counts.items():
                pair = frozenset((node, peer))
                ends[pair] = max(ends.get(pair, 0), count)
        return ends

    def tell_ends(self) -> None:
        causes = collections.Counter(session.cause for node in self.lives
                                     for session in self.now(node).log.sessions
                                     if not session.open)
        self.tell(f"sessions that ended: {sum(self.ends().values())}; causes, by both nodes: "
                  f"{dict(causes)}")

    def tell_rate(self, trial: Trial, seconds: float) -> None:
        talkers = [lives[-1].talker for lives in self.lives.values()]
        said = [talker.history.said * talker.text_bytes for talker in talkers]
        carried = max(sum(said) - own for own in said)
        self.tell(f"lines of {trial.line_bytes} B; {carried / 1e6:.2f} MB came to a node in "
                  f"{seconds:.1f} s, "
                  f"{carried * 8 / seconds / 10 / trial.path.rate_kbit:.1f} % of the rate")


class Together(unittest.TestSuite):
    """Tests that run at the same time, each in a thread of its own."""

    def run(self, result: unittest.TestResult, debug: bool = False) -> unittest.TestResult:
        tests = list(self)
        results = [unittest.TestResult() for _ in tests]
        threads = [threading.Thread(target=test.run, args=(own,))
                   for test, own in zip(tests, results)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for own in results:
            result.testsRun += own.testsRun
            result.failures += own.failures
            result.errors += own.errors
        return result


for _trial in ALWAYS + MORE:
    setattr(Paths, _trial.name, lambda self, trial=_trial: self.attempt(trial))


def load_tests(*_: object) -> unittest.TestSuite:
    trials = ALWAYS + either([], MORE)
    return unittest.TestSuite([
        Together(Paths(trial.name) for trial in trials if not trial.alone),
        *(Paths(trial.name) for trial in trials if trial.alone)])


if __name__ == "__main__":
    run_tests("network namespaces with TUN devices", emulated.impossible())
