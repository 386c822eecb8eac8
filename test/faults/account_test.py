"""The accounts find errors. The logs and texts are invented: some are correct, others have one
error."""
import datetime
import json
import tempfile
import unittest
from typing import Dict, List, Optional

from account import Account, by_speaker, ledger_complaints, read_ledger
from node_log import Follower, NodeLog
from talk import History

SAID = 40


def stamp(when: float) -> str:
    at = datetime.datetime.fromtimestamp(when, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def up(when: float, node: int, peer: int, mine: int, theirs: int) -> str:
    return json.dumps({"time": stamp(when), "node": node, "severity": "info",
                       "event": "session_began", "peer": peer,
                       "incarnation": f"{peer + 100:016x}", "mine": f"{mine:016x}",
                       "theirs": f"{theirs:016x}"})


def down(when: float, began: str, offered: int = 0, acknowledged: int = 0, received: int = 0,
         unknown: Optional[int] = None, cause: str = "silent") -> str:
    """The end of the session whose beginning is `began`."""
    return json.dumps({**json.loads(began), "time": stamp(when), "severity": "warning",
                       "event": "session_ended", "cause": cause, "silent_ms": 600.1,
                       "offered": offered, "acknowledged": acknowledged,
                       "fate_unknown": offered - acknowledged if unknown is None else unknown,
                       "received": received})


def history() -> History:
    """Text k is sent and read in the middle of second k."""
    said = History(1)
    said.began = [k + 0.4 for k in range(SAID)]
    said.taken = [k + 0.6 for k in range(SAID)]
    return said


class Case:
    """Node 0 sends to node 1 in three sessions: one from second 10 to 20, whose last texts are
    lost, one from 22 to 24, of which nothing arrives, and one from 30 on."""

    def __init__(self, **changed: int) -> None:
        counts: Dict[str, int] = {"offered": 10, "acknowledged": 7, "received": 8,
                                  "unknown": -1, "second": 2, **changed}
        unknown = counts["unknown"] if counts["unknown"] >= 0 else None
        self.speaker = [
            "whatever else is written", json.dumps({"event": "late"}), up(10, 0, 1, 5, 6),
            down(20, up(10, 0, 1, 5, 6), counts["offered"], counts["acknowledged"], 0, unknown),
            up(22, 0, 1, 7, 8), down(24, up(22, 0, 1, 7, 8), counts["second"], 0),
            up(30, 0, 1, 9, 10)]
        self.hearer = [
            up(10.1, 1, 0, 6, 5), up(10.2, 1, 2, 77, 78),
            down(20.3, up(10.1, 1, 0, 6, 5), 50, 50, counts["received"]),
            up(30.1, 1, 0, 10, 9)]
        self.numbers = [*range(10, 18), *range(30, SAID)]
        self.settled = True

    def complaints(self) -> List[str]:
        logs = NodeLog(), NodeLog()
        logs[0].add(self.speaker)
        logs[1].add(self.hearer)
        return list(Account(self.numbers, logs[0].of(1), logs[1].of(0), history(),
                            self.settled).complaints())


class AccountTest(unittest.TestCase):
    def assert_found(self, case: Case, part: str) -> None:
        found = case.complaints()
        self.assertTrue(any(part in complaint for complaint in found), found)

    def test_correct_logs_give_no_complaint(self) -> None:
        self.assertEqual(Case().complaints(), [])
        nothing_lost = Case(acknowledged=10, received=10)
        nothing_lost.numbers = [*range(10, 20), *range(30, SAID)]
        self.assertEqual(nothing_lost.complaints(), [])

    def test_any_single_text_that_is_missing_is_found(self) -> None:
        right = Case().numbers
        for number in right[:-1]:
            case = Case()
            case.numbers = [each for each in right if each != number]
            self.assertNotEqual(case.complaints(), [], number)
        case.numbers = [each for each in right if each != 13]
        self.assert_found(case, "lost what is between 12 and 14")

    def test_the_last_text_that_is_missing_is_found_by_the_ledger(self) -> None:
        node_log = NodeLog()
        node_log.add(Case().speaker)
        ledger = read_ledger(b"ledger 1:offered=22,acknowledged=17,unacknowledged=0,fate_unknown=5")
        self.assertEqual(list(ledger_complaints(ledger[1], node_log.of(1), 10)), [])
        self.assertNotEqual(list(ledger_complaints(ledger[1], node_log.of(1), 9)), [])

    def test_a_text_that_is_missing_and_not_counted_is_found(self) -> None:
        case = Case(received=7)
        case.numbers = [*range(10, 13), *range(14, 18), *range(30, SAID)]
        self.assert_found(case, "lost what is between 12 and 14")
        first_missing = Case(received=7)
        first_missing.numbers.remove(10)
        self.assert_found(first_missing, "though 10 was said in it")

    def test_what_was_acknowledged_has_arrived(self) -> None:
        case = Case(received=6)
        case.numbers = [*range(10, 16), *range(30, SAID)]
        self.assert_found(case, "7 were acknowledged, 6 were received")

    def test_duplicates_and_disorder_are_found(self) -> None:
        for numbers in ([10, 11, 11, 12], [10, 12, 11, 13], [30, 31, 10]):
            case = Case()
            case.numbers = numbers
            self.assert_found(case, "comes after")

    def test_a_text_of_an_earlier_session_is_found(self) -> None:
        case = Case()
        case.numbers = [*range(10, 18), 19, *range(30, SAID)]
        self.assert_found(case, "belongs to the session before")
        case.numbers = [*range(10, 18), 21, *range(30, SAID)]
        self.assert_found(case, "said before it began")
        case.numbers = [*range(10, 18), 29, *range(30, SAID)]
        self.assert_found(case, "delivers 29, said before it began")

    def test_texts_of_no_session_are_found(self) -> None:
        case = Case()
        case.hearer = case.hearer[:3]
        self.assert_found(case, "were received in no session")

    def test_a_text_that_was_not_offered_is_found(self) -> None:
        self.assert_found(Case(offered=9, received=8), "though 20 were said before it ended")
        self.assert_found(Case(offered=11), "only 20 had been said")
        self.assert_found(Case(offered=7), "7 were offered, 8 were received")
        self.assert_found(Case(offered=10, unknown=2), "10 offered, but 7 acknowledged and 2")

    def test_sessions_that_change_their_order_are_found(self) -> None:
        case = Case()
        case.hearer = [up(1, 1, 0, 10, 9), down(2, up(1, 1, 0, 10, 9)), up(3, 1, 0, 6, 5)]
        self.assert_found(case, "comes after its session")

    def test_a_gap_is_excused_at_the_beginning_only(self) -> None:
        case = Case()
        case.hearer[2] = down(20.3, up(10.1, 1, 0, 6, 5), 50, 50, 8, cause="gap")
        self.assert_found(case, "8 were received, then a record was missing")
        begun = Case(acknowledged=0, received=0)
        begun.numbers = [*range(30, SAID)]
        begun.hearer[2] = down(10.15, up(10.1, 1, 0, 6, 5), 50, 50, 0, cause="gap")
        self.assertEqual(begun.complaints(), [])

    def test_a_log_that_was_read_early_may_end_early_and_only_there(self) -> None:
        case = Case()
        case.settled = False
        case.numbers = [*range(10, 14)]
        self.assertEqual(case.complaints(), [])
        case.numbers = [10, 11, 13]
        self.assert_found(case, "lost what is between 11 and 13")

    def test_ledgers_that_do_not_balance_are_found(self) -> None:
        node_log = NodeLog()
        node_log.add(Case().speaker)
        right = {"offered": 22, "acknowledged": 17, "unacknowledged": 0, "fate_unknown": 5}
        self.assertEqual(list(ledger_complaints(right, node_log.of(1), None)), [])
        for name in right:
            for change in (-1, 1):
                wrong = {**right, name: right[name] + change}
                self.assertNotEqual(list(ledger_complaints(wrong, node_log.of(1), None)), [], wrong)

    def test_texts_are_distinguished_by_sender_and_incarnation(self) -> None:
        log = [b"0.0.0000000001", b"3.2.0000000007.xxx", b"a word", b"0.0.0000000002", b""]
        self.assertEqual(by_speaker(log), {(0, 0): [1, 2], (3, 2): [7]})

    def test_a_history_has_what_was_certain_at_each_time(self) -> None:
        said = history()
        self.assertEqual((said.taken_before(0), said.begun_before(0)), (0, 0))
        self.assertEqual((said.taken_before(10.5), said.begun_before(10.5)), (10, 11))
        self.assertEqual((said.taken_before(99), said.begun_before(99)), (SAID, SAID))

    def test_a_log_is_read_line_by_line(self) -> None:
        with tempfile.TemporaryFile() as file:
            follower = Follower(file)
            self.addCleanup(follower.close)
            line = up(3.25, 0, 1, 5, 6).encode() + b"\n"
            file.write(line[:50])
            file.flush()
            self.assertEqual(follower.read().sessions, [])
            file.write(line[50:])
            file.flush()
            session = follower.read().open_with(1)
            self.assertEqual((session.began, session.name), (3.25, ("%016x" % 5, "%016x" % 6)))
            file.write(down(4, up(3.25, 0, 1, 5, 6), 3, 1, 9).encode() + b"\n")
            file.flush()
            self.assertIsNone(follower.read().open_with(1))
            self.assertEqual((session.offered, session.acknowledged, session.unknown,
                              session.received), (3, 1, 2, 9))
            self.assertEqual(follower.downs(), ["peer 1: silent"])


if __name__ == "__main__":
    unittest.main()
