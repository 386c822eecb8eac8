#!/usr/bin/env python3
"""A short campaign: every promise holds for 400 seeds, and the same seeds give the same runs."""
import subprocess
import sys
import unittest
from typing import List

_OVID = sys.argv.pop()
_TIME_LIMIT_S = 300  # on a busy machine a sanitized campaign takes more than 100 s


def _sim(*options: str) -> List[str]:
    done = subprocess.run([_OVID, "sim", *options], capture_output=True, text=True,
                          timeout=_TIME_LIMIT_S)
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    return done.stdout.splitlines()


class ACampaign(unittest.TestCase):
    def test_with_all_faults_keeps_every_promise(self):
        told, trace = _sim("--seeds", "1..400", "--faults", "all", "--jobs", "2")
        self.assertRegex(told, r"^400 seeds, 1 to 9 nodes, 30 s each: every promise held; \d+ records")
        self.assertRegex(trace, r"^trace hash [0-9a-f]{16}$")

    def test_of_echoes_keeps_every_promise(self):
        told, _ = _sim("--agents", "echo", "--seeds", "1..100", "--jobs", "2")
        self.assertRegex(told, r"^100 seeds, .*: every promise held; ")

    def test_with_poor_paths_besides_all_other_faults_keeps_every_promise(self):
        told, _ = _sim("--faults", "all,poor", "--seeds", "1..200", "--jobs", "2")
        self.assertRegex(told, r"^200 seeds, .*: every promise held; ")

    def test_of_grids_on_poor_paths_finds_them_healthy(self):
        for options in ([], ["--path", "delay_ms=50,rate_kbit=20000"],
                        ["--path", "drawn", "--faults", "none", "--draw", "none"]):
            told, _ = _sim("--healthy", "--seeds", "1..100", "--jobs", "2", *options)
            self.assertRegex(told, r"^100 seeds, .*: every promise held; ")

    def test_of_grids_that_lose_packets_for_minutes_finds_them_healthy(self):
        for path in ("loss_percent=1", "loss_percent=5", "loss_percent=5,delay_ms=50"):
            for said in ("0", "20"):
                told, _ = _sim("--healthy", "--seeds", "1..20", "--jobs", "2", "--seconds", "300",
                               "--nodes", "3", "--agents", "chatroom", "--faults", "none",
                               "--draw", "none", "--path", path, "--broadcasts-per-s", said)
                self.assertRegex(told, r"^20 seeds, .*: every promise held; ")

    def test_with_a_quiet_minute_finds_that_silence_limits_have_returned(self):
        told, _ = _sim("--seeds", "1..60", "--jobs", "2", "--nodes", "2", "--seconds", "110",
                       "--faults", "poor", "--fault-count", "1", "--agents", "chatroom")
        self.assertRegex(told, r"^60 seeds, .*: every promise held; ")

    def test_names_a_grid_that_is_not_healthy_and_how_to_see_it_again(self):
        options = ["--nodes", "3", "--healthy", "--faults", "none", "--path", "loss_percent=50"]
        done = subprocess.run([_OVID, "sim", *options, "--seeds", "1"], capture_output=True,
                              text=True, timeout=_TIME_LIMIT_S)
        self.assertEqual(done.returncode, 1)
        self.assertIn("seed 1 breaks a promise: not healthy: ", done.stdout)
        self.assertRegex(done.stdout, "replay: ovid sim .* --path loss_percent=50 --healthy "
                         "--seeds 1 --only-faults none --trace")

    def test_has_the_same_trace_hash_twice_and_on_any_number_of_threads(self):
        runs = [_sim("--seeds", "401..440", "--jobs", jobs) for jobs in ("1", "2", "2")]
        self.assertEqual(runs[0], runs[1])
        self.assertEqual(runs[1], runs[2])

    def test_of_other_seeds_has_another_trace_hash(self):
        self.assertNotEqual(_sim("--seeds", "1..5")[-1], _sim("--seeds", "6..10")[-1])


if __name__ == "__main__":
    unittest.main()
