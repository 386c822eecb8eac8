#!/usr/bin/env python3
"""`ovid-bench` on small grids: it measures what its output names. The speed of this machine does
not matter here."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from unittest import mock

OVID = os.path.abspath(os.environ.get("OVID", "build/ovid"))
OVID_BENCH = os.path.abspath(os.environ.get("OVID_BENCH", "build/ovid-bench"))
SMALL = ("--deliveries", "3000", "--rounds", "2", "--trials", "2", "--pairs", "2", "--bytes", "40")

# A node that reports that all nodes see each other, and ends at the first broadcast.
LEAVING_NODE = """
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[4])))
peer = server.accept()[0]
for line in peer.makefile("rb"):
    if line != b"alive\\n":
        sys.exit(print("out of paper", file=sys.stderr) or 9)
    peer.sendall(b"alive 0,1\\n")
"""


class BenchTest(unittest.TestCase):
    def bench(self, *arguments: str, status: int = 0) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run([OVID_BENCH, *arguments], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=200, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def rows(self, *figures: str, nodes: str = "2,3") -> "list[dict[str, object]]":
        done = self.bench("--json", *SMALL, "--nodes", nodes, *figures)
        rows = json.loads(done.stdout)
        self.assertEqual(len(done.stderr.splitlines()), len(rows), "the rows as text")
        for row in rows:
            self.assertGreaterEqual(row["median"], row["min"])
            self.assertLessEqual(row["median"], row["max"])
            if row["figure"] not in ("idle", "logged message"):
                self.assertGreater(row["min"], 0, row)
        return rows

    def test_broadcasts_are_measured_in_turn_and_compared(self) -> None:
        rows = self.rows("one", "all", "--against", OVID)
        for figure in ("broadcast, one sends", "broadcast, all send"):
            for nodes in (2, 3):
                of = {row["of"]: row for row in rows if row["figure"] == figure
                      and row["nodes"] == nodes and row["unit"] == "deliveries/s"}
                self.assertEqual(set(of), {"bare, copied", "bare, shared", "bare, kept",
                                           "TCP fan-out", "TCP mesh", "ovid", "the other",
                                           "ovid again"})
                self.assertEqual({row["of"] for row in rows if row["figure"] == figure
                                  and row["nodes"] == nodes and row["unit"] == "us CPU/delivery"},
                                 set(of))
                ratio = next(row for row in rows if row["figure"] == figure
                             and row["nodes"] == nodes and row["of"] == "ovid / bare, shared")
                self.assertEqual(ratio["samples"], [
                    mine / bare for mine, bare in zip(of["ovid"]["samples"],
                                                      of["bare, shared"]["samples"])])

    def test_processes_have_sessions_of_their_own_unless_they_shall_share_one(self) -> None:
        for option, own in (([], True), (["--sessions", "own"], True),
                            (["--sessions", "shared"], False)):
            program = self.program('echo "$$ $(cut -d" " -f6 /proc/$$/stat)" >>"$0.sessions"\n'
                                   f"exec '{OVID}' \"$@\"\n")
            self.bench("one", *SMALL, *option, "--nodes", "2", "--against", program)
            lines = pathlib.Path(f"{program}.sessions").read_text(encoding="utf-8").splitlines()
            leads = {process == session for process, session in map(str.split, lines)}
            self.assertEqual((len(lines), leads), (4, {own}), option)

    def test_latency_is_measured_in_pairs(self) -> None:
        of = {(row["figure"], row["of"]): row for row in self.rows("latency")}
        self.assertEqual(len(of["one-way latency", "ovid / bare"]["samples"]), 2)
        self.assertIn(("one-way latency, p99.9", "ovid"), of)

    def test_grids_start_lose_and_regain_members(self) -> None:
        rows = self.rows("start", "crash", "stop", "idle")
        self.assertEqual({(row["figure"], row["nodes"]) for row in rows},
                         {(figure, nodes) for figure in ("start", "crash", "stop", "idle")
                          for nodes in (2, 3)})
        for row in rows:
            if (row["figure"], row["of"]) == ("stop", "seen by the last"):
                self.assertGreater(row["min"], 250, "noticed before it was silent for long")
        for nodes in (2, 3):
            of = {row["of"]: row["samples"] for row in rows if row["figure"] == "crash"
                  and row["nodes"] == nodes}
            self.assertEqual(of["seen by the last / seen, TCP mesh"],
                             [ovid / floor for ovid, floor in zip(of["seen by the last"],
                                                                  of["seen, TCP mesh"])])

    def test_a_grid_of_one_has_no_peers_to_lose(self) -> None:
        rows = self.rows("start", "crash", "stop", "one", nodes="1")
        self.assertEqual([row["figure"] for row in rows], ["start"])

    def test_what_measures_nothing_is_no_success(self) -> None:
        for arguments, part in ((["one", "--nodes", "1"], "nothing to measure"),
                                (["one", "--nodes", "1000", "--deliveries", "1000"],
                                 "less than one record of each node")):
            done = self.bench(*arguments, status=1)
            self.assertEqual(done.stdout, "")
            self.assertIn(part, done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_rows_that_cannot_be_written_are_a_failure(self) -> None:
        for json_too in ([], ["--json"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([OVID_BENCH, "start", "--nodes", "1", *json_too],
                                      stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE,
                                      text=True, timeout=200, check=False)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("standard output cannot be written: No space left on device",
                          done.stderr.splitlines()[-1])

    def test_the_users_variables_are_not_for_what_is_measured(self) -> None:
        variables = {"OVID_DIALECT": "2019", "OVID_BASE_PORT": "nonsense", "OVID_GRID": "a b"}
        with mock.patch.dict(os.environ, variables):
            self.assertEqual(len(self.rows("start", nodes="1")), 1)

    def test_the_program_beside_it_is_what_is_measured(self) -> None:
        folder = pathlib.Path(self.program("")).parent
        alone = shutil.copy(OVID_BENCH, folder / "ovid-bench")
        done = subprocess.run([alone, "start", "--nodes", "1"], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=200, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertIn(f"{folder}/ovid cannot be run: No such file", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_what_cannot_be_measured_is_refused(self) -> None:
        for arguments, offending in ((["speed"], "speed"), (["--nodes", "0"], "0"),
                                     (["--nodes", "1001"], "1001"), (["--bytes", "0"], "0"),
                                     (["--rounds", "0"], "0"), (["--against", "/none"], "/none")):
            done = self.bench(*arguments, status=2)
            self.assertEqual(done.stdout, "")
            self.assertIn(offending, done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def program(self, text: str) -> str:
        """A program that stands in for a node."""
        folder = tempfile.TemporaryDirectory(prefix="ovid-bench-")
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / "program"
        path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
        path.chmod(0o755)
        return str(path)

    def failure(self, program: str, *figures: str) -> str:
        """The one output line of a measurement that failed. It must come long before any time limit
        is over."""
        began = time.monotonic()
        done = self.bench(*figures, *SMALL, "--nodes", "2", "--against", program, status=1)
        self.assertLess(time.monotonic() - began, 30)
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        return lines[0]

    def test_a_node_that_ends_ends_the_wait_and_its_last_words_are_shown(self) -> None:
        words = self.failure(self.program("echo nothing of interest >&2\n\n"
                                          "echo 'the port is taken' >&2\nexit 7\n"), "one")
        self.assertIn("has ended: exit status 7: nothing of interest; the port is taken", words)
        self.assertIn("killed by signal 9", self.failure(self.program("kill -9 $$\n"), "one"))

    def test_a_program_that_cannot_be_run_is_told(self) -> None:
        program = self.program("")
        pathlib.Path(program).write_text("#!/no/such/interpreter\n", encoding="utf-8")
        self.assertIn(f"{program} cannot be run: No such file", self.failure(program, "one"))

    def test_a_node_that_ends_while_another_one_is_asked_is_noticed(self) -> None:
        words = self.failure(self.program(f'[ "$2" = 0 ] && exec \'{OVID}\' "$@"\n'
                                          "echo 'no node for me' >&2\nexit 3\n"), "one")
        self.assertIn("node 1 has ended: exit status 3: no node for me", words)

    def test_a_node_that_ends_later_is_reported_with_its_last_lines(self) -> None:
        program = self.program(f"exec '{sys.executable}' -c '{LEAVING_NODE}' \"$@\"\n")
        words = self.failure(program, "one")
        self.assertRegex(words, "a node ended (before it answered|while commands were sent)")
        self.assertIn("exit status 9: out of paper", words)


if __name__ == "__main__":
    unittest.main()
