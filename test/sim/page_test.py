#!/usr/bin/env python3
"""docs/problems.md, "What can go wrong and what you will see": page_test.py <ovid>

Every command of the page is run. All texts that its row shows in back quotes must be in its output,
in the same order. Commands that need ports run in a network namespace of their own, where the ports
are free and no other program is disturbed. A row is skipped, and named, if it needs a namespace and
namespaces are not allowed here, if one of its programs is missing, or if it clones and this folder
is no checkout that Git trusts. If a row with ports fails, it is run again, at most twice: its
`sleep 1` may be too short for a node to start.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import unittest
import unittest.mock
from typing import List, NamedTuple

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
OVID = "build/ovid"  # as the page has it
PROGRAMS = ("nc", "git", "setpriv", "unshare", "prlimit")  # programs that may be missing here
TRIES_WITH_PORTS = 3
ALONE = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec bash -c "$1"', "alone"]


def can_be_alone() -> bool:
    return shutil.which("unshare") is not None and subprocess.run(
        [*ALONE, "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        check=False).returncode == 0


class Row(NamedTuple):
    what: str
    seen: List[str]
    command: str


def page() -> str:
    return (REPOSITORY / "docs" / "problems.md").read_text(encoding="utf-8")


def rows() -> List[Row]:
    found = []
    for line in page().splitlines():
        if not line.startswith("| ") or line.startswith("| what happens"):
            continue
        what, seen, command = (cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1])
        found.append(Row(what, re.findall(r"`([^`]*)`", seen),
                         command.strip("`").replace("\\|", "|")))
    return found


def hindrance(row: Row, alone: bool) -> str:
    """The reason why the row cannot be shown here; empty if it can."""
    for program in PROGRAMS:
        if re.search(rf"(?<![\w./-]){program} ", row.command) and not shutil.which(program):
            return f"no {program}"
    if "git " in row.command and subprocess.run(
            ["git", "rev-parse", "--git-dir"], cwd=REPOSITORY, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, check=False).returncode != 0:
        return "no checkout that Git trusts"
    return "no namespace" if "&" in row.command and not alone else ""


def missing(fragments: List[str], output: str) -> str:
    """The first fragment that is not in the output after the fragment before it; empty if there is
    none."""
    at = 0
    for fragment in fragments:
        found = output.find(fragment, at)
        if found < 0:
            return fragment
        at = found + len(fragment)
    return ""


class PageTest(unittest.TestCase):
    ovid = ""

    def output(self, script: str, with_ports: bool) -> str:
        shell = ALONE if with_ports else ["sh", "-c"]
        return subprocess.run([*shell, script], cwd=REPOSITORY, stdin=subprocess.DEVNULL,
                              encoding="utf-8", errors="backslashreplace",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100,
                              check=False).stdout

    def test_each_row_shows_what_it_says(self) -> None:
        function = re.search(r"^sim\(\) .*$", page(), re.MULTILINE)
        self.assertIsNotNone(function)
        alone = can_be_alone()
        shown = skipped = 0
        for row in rows():
            with self.subTest(row.what):
                self.assertTrue(row.seen, "a row shows something")
                hindered = hindrance(row, alone)
                if hindered:
                    skipped += 1
                    self.skipTest(f"{hindered} for: {row.command}")
                shown += 1
                with_ports = "&" in row.command
                script = f"{function[0]}\n{row.command}".replace(OVID, self.ovid)
                for _ in range(TRIES_WITH_PORTS if with_ports else 1):
                    output = self.output(script, with_ports)
                    if not missing(row.seen, output):
                        break
                self.assertEqual(missing(row.seen, output), "", output)
        self.assertEqual(shown + skipped, len(rows()))
        self.assertGreaterEqual(shown, 14)

    def test_what_cannot_be_shown_is_named(self) -> None:
        with unittest.mock.patch.object(shutil, "which", return_value=None):
            self.assertEqual(hindrance(Row("", [], "x | nc -w 1 h 1"), True), "no nc")
            self.assertEqual(hindrance(Row("", [], "(unshare -p x)"), True), "no unshare")
            self.assertEqual(hindrance(Row("", [], "build/ovid sim"), True), "")
        self.assertEqual(hindrance(Row("", [], "x & kill %1"), False), "no namespace")

    def test_what_is_shown_has_an_order(self) -> None:
        self.assertEqual(missing(["a", "b"], "a b"), "")
        self.assertEqual(missing(["b", "a"], "a b"), "a")


if __name__ == "__main__":
    PageTest.ovid = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
