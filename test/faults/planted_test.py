"""Nodes with a planted bug must fail in this suite: planted_test.py <folder with the programs>"""
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SECONDS_MAX = 120
CUTS = "connections_test.py Connections.test_cuts_lose_nothing_and_end_no_session"
HELD_BACK = ("connections_test.py "
             "Connections.test_what_was_held_back_is_not_delivered_in_a_later_session")
PROGRAMS = pathlib.Path(sys.argv.pop(1))


class Planted(unittest.TestCase):
    def assert_caught(self, bug: str, test: str, complaint: str) -> None:
        program = PROGRAMS / f"planted_{bug}"
        self.assertTrue(program.exists())
        file, _, name = test.partition(" ")
        ran = subprocess.run(
            [sys.executable, "-B", str(HERE / file), "--failfast", *name.split()],
            env={**os.environ, "OVID": str(program), "OVID_LONG": "0"}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS_MAX, check=False)
        told = ran.stdout.decode(errors="replace")
        self.assertEqual(ran.returncode, 1, told)
        self.assertIn(complaint, told)

    def test_records_lost_with_a_connection_are_noticed(self) -> None:
        self.assert_caught("lost", CUTS, "has lost what is between")

    def test_a_single_record_that_is_not_delivered_is_noticed(self) -> None:
        self.assert_caught("swallowed", CUTS, "has lost what is between")

    def test_records_of_an_earlier_session_are_noticed(self) -> None:
        self.assert_caught("stale", HELD_BACK, "comes after")

    def test_a_ledger_that_forgets_is_noticed(self) -> None:
        self.assert_caught("forgotten", "kills_test.py", "acknowledged and 0 of unknown fate")


if __name__ == "__main__":
    unittest.main()
