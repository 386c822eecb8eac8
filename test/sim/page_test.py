#!/usr/bin/env python3
"""docs/problems.md, "What can go wrong and what you will see": page_test.py <ovid>

Every command of the page is run. All texts that its row shows in back quotes must be in its output,
in the same order. Commands that need ports run in a network namespace of their own, where the ports
are free and no other program is disturbed. If a row with ports fails, it is run again, at most
twice: its `sleep 1` may be too short for a node to start.

Every row must be shown. One that cannot be shown here is a failure that says why: namespaces are
not allowed, it needs root, a program is missing, or this folder is no checkout of Git. Where that
is known and accepted, OVID_SKIP_HINDERED=1 skips such rows.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from typing import List, NamedTuple

sys.dont_write_bytecode = True

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(REPOSITORY / "python"))

# pylint: disable=wrong-import-position
from lab import namespace

OVID = "build/ovid"  # as the page has it
PROGRAMS = ("bash", "nc", "git", "setpriv", "unshare", "prlimit")  # that may be missing here
FOR_ROOT = ("setpriv", "unshare")
SKIP_HINDERED = "OVID_SKIP_HINDERED"
TRIES_WITH_PORTS = 3
ROWS_MIN = 30  # if there are fewer, the page was not read rightly


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


def uses(row: Row, program: str) -> bool:
    return re.search(rf"(?<![\w./-]){program} ", row.command) is not None


def needs_ports(row: Row) -> bool:
    return "&" in row.command


def hindrance(row: Row, refusal: str) -> str:
    """Why the row cannot be shown here; empty if it can. refusal: why no namespace can be made;
    empty if it can."""
    for program in PROGRAMS:
        if (program == "bash" or uses(row, program)) and not shutil.which(program):
            return f"no {program}"
    if os.geteuid() != 0 and any(uses(row, program) for program in FOR_ROOT):
        return "not root"
    if uses(row, "git") and not (REPOSITORY / ".git").exists():
        return "no checkout of Git"
    return f"no namespace: {refusal}" if needs_ports(row) and refusal else ""


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

    def setUp(self) -> None:
        """Git trusts this folder, also if it belongs to another user."""
        folder = tempfile.TemporaryDirectory(prefix="ovid-test-")
        self.addCleanup(folder.cleanup)
        settings = pathlib.Path(folder.name) / "gitconfig"
        settings.write_text("[safe]\n\tdirectory = *\n", encoding="ascii")
        self.environment = {**os.environ, "GIT_CONFIG_GLOBAL": str(settings)}

    def output(self, row: Row, script: str) -> str:
        return subprocess.run(["bash", "-c", script], cwd=REPOSITORY, env=self.environment,
                              stdin=subprocess.DEVNULL, encoding="utf-8",
                              errors="backslashreplace", stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=100, check=False,
                              preexec_fn=namespace.enter if needs_ports(row) else None).stdout

    def leave_out(self, why: str) -> None:
        if os.environ.get(SKIP_HINDERED) == "1":
            self.skipTest(why)
        self.fail(f"{why}; {SKIP_HINDERED}=1 skips such rows")

    def test_each_row_shows_what_it_says(self) -> None:
        function = re.search(r"^sim\(\) .*$", page(), re.MULTILINE)
        self.assertIsNotNone(function)
        refusal = namespace.refusal()
        self.assertGreaterEqual(len(rows()), ROWS_MIN)
        for row in rows():
            with self.subTest(row.what):
                self.assertTrue(row.seen, "a row shows something")
                hindered = hindrance(row, refusal)
                if hindered:
                    self.leave_out(f"{hindered}, for: {row.command}")
                script = f"{function[0]}\n{row.command}".replace(OVID, self.ovid)
                for _ in range(TRIES_WITH_PORTS if needs_ports(row) else 1):
                    output = self.output(row, script)
                    if not missing(row.seen, output):
                        break
                self.assertEqual(missing(row.seen, output), "", output)

    def test_what_cannot_be_shown_is_named(self) -> None:
        def of(command: str, refusal: str = "") -> str:
            return hindrance(Row("", [], command), refusal)

        here = ("bash", "unshare")
        with unittest.mock.patch.object(shutil, "which", lambda name: name if name in here else ""):
            self.assertEqual(of("x | nc -w 1 h 1"), "no nc")
            self.assertEqual(of("(setpriv -p x)"), "no setpriv")
            self.assertEqual(of("build/ovid sim"), "")
            with unittest.mock.patch.object(os, "geteuid", return_value=1000):
                self.assertEqual(of("(unshare -p x)"), "not root")
        with unittest.mock.patch.object(shutil, "which", return_value=None):
            self.assertEqual(of("build/ovid sim"), "no bash")
        self.assertEqual(of("x & kill %1", "not permitted"), "no namespace: not permitted")

    def test_a_row_is_left_out_only_where_that_is_asked_for(self) -> None:
        for value, outcome in (("1", unittest.SkipTest), ("0", self.failureException),
                               ("", self.failureException)):
            with unittest.mock.patch.dict(os.environ, {SKIP_HINDERED: value}):
                with self.assertRaisesRegex(outcome, "^no nc"):
                    self.leave_out("no nc")

    def test_what_is_shown_has_an_order(self) -> None:
        self.assertEqual(missing(["a", "b"], "a b"), "")
        self.assertEqual(missing(["b", "a"], "a b"), "a")


if __name__ == "__main__":
    PageTest.ovid = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
