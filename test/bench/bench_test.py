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

# Speaks as much of NATS as the benchmark uses; a PING may come between any two messages.
NATS_SERVER = """
import asyncio, sys
subscribers = set()
async def serve(reader, writer):
    writer.write(b"INFO {}\\r\\n")
    while True:
        words = (await reader.readline()).split()
        if not words:
            return writer.close()
        if words[0] == b"PUB":
            text = await reader.readexactly(int(words[2]) + 2)
            for each in subscribers - {writer}:
                if SLOW:
                    each.close()
                each.write(b"PING\\r\\nMSG %s 1 %s\\r\\n%s" % (words[1], words[2], text))
        elif words[0] == b"SUB":
            subscribers.add(writer)
        elif words[0] == b"PING":
            writer.write(b"PONG\\r\\n")
async def main():
    server = await asyncio.start_server(serve, sys.argv[2], int(sys.argv[4]))
    await server.serve_forever()
asyncio.run(main())
"""


class BenchTest(unittest.TestCase):
    def bench(self, *arguments: str, status: int = 0,
              path: str = "") -> "subprocess.CompletedProcess[str]":
        """`path` instead of PATH, if given."""
        done = subprocess.run([OVID_BENCH, *arguments], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=200,
                              check=False, env={**os.environ, **({"PATH": path} if path else {})})
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def rows(self, *figures: str, nodes: str = "2,3",
             path: str = "") -> "list[dict[str, object]]":
        done = self.bench("--json", *SMALL, "--nodes", nodes, *figures, path=path)
        rows = json.loads(done.stdout)
        as_text = [line for line in done.stderr.splitlines() if not line.startswith("skipped: ")]
        self.assertEqual(len(as_text), len(rows), "the rows as text")
        for row in rows:
            self.assertGreaterEqual(row["median"], row["min"])
            self.assertLessEqual(row["median"], row["max"])
            if row["figure"] not in ("idle", "logged message"):
                self.assertGreater(row["min"], 0, row)
        return rows

    def test_broadcasts_are_measured_in_turn_and_compared(self) -> None:
        rows = self.rows("one", "all", "--against", OVID, path=self.nats_server())
        for figure in ("broadcast, one sends", "broadcast, all send"):
            for nodes in (2, 3):
                of = {row["of"]: row for row in rows if row["figure"] == figure
                      and row["nodes"] == nodes and row["unit"] == "deliveries/s"}
                self.assertEqual(set(of), {"bare, copied", "bare, shared", "bare, kept",
                                           "TCP fan-out", "TCP mesh", "NATS core", "ovid",
                                           "the other", "ovid again"})
                self.assertEqual({row["of"] for row in rows if row["figure"] == figure
                                  and row["nodes"] == nodes and row["unit"] == "us CPU/delivery"},
                                 set(of))
                ratio = next(row for row in rows if row["figure"] == figure
                             and row["nodes"] == nodes and row["of"] == "ovid / bare, shared")
                self.assertEqual(ratio["samples"], [
                    mine / bare for mine, bare in zip(of["ovid"]["samples"],
                                                      of["bare, shared"]["samples"])])

    def test_the_nats_server_that_is_installed_is_measured(self) -> None:
        if not shutil.which("nats-server"):
            self.skipTest("there is no nats-server")
        self.assertIn("NATS core", {row["of"] for row in self.rows("one", "all")})

    def test_nats_core_is_skipped_by_name_where_there_is_no_server(self) -> None:
        arguments = ("one", *SMALL, "--nodes", "2")
        done = self.bench(*arguments, path="/none")
        self.assertEqual(done.stdout.splitlines()[-1], "skipped: NATS core: there is no nats-server "
                         "in PATH (Debian: the package nats-server)")
        self.assertNotIn("NATS", "".join(done.stdout.splitlines()[:-1]))
        self.assertNotIn("NATS", self.bench(*arguments, "--json", path="/none").stdout)

    def test_a_server_that_drops_a_client_is_told(self) -> None:
        done = self.bench("one", *SMALL, "--nodes", "2", status=1, path=self.nats_server(slow=True))
        self.assertIn("nats-server has ended a connection", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

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

    def nats_server(self, slow: bool = False) -> str:
        """A PATH with a stand-in for the server, which drops subscribers if they are slow."""
        server = NATS_SERVER.replace("SLOW", str(slow))
        program = pathlib.Path(self.program(f"exec '{sys.executable}' -c '{server}' \"$@\"\n"))
        program.rename(program.with_name("nats-server"))
        return f"{program.parent}:{os.environ['PATH']}"

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
