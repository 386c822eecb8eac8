#!/usr/bin/env python3
"""The README's page "What can go wrong and what you will see": page_test.py <ovid>

Every command of the page is run; each thing that the row shows in back quotes must be in its output,
in that order. What needs ports runs in a network namespace of its own, so that it finds them free and
disturbs nobody; where namespaces are not allowed those rows are skipped by name.
"""
import pathlib
import re
import subprocess
import sys
import unittest
from typing import List, NamedTuple

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
OVID = "build/ovid"  # as the page has it
ALONE = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec bash -c "$1"', "alone"]


def can_be_alone() -> bool:
    return subprocess.run([*ALONE, "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


class Row(NamedTuple):
    what: str
    seen: List[str]
    command: str


def page() -> str:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    return text.split("## What can go wrong and what you will see\n")[1].split("\n## ")[0]


def rows() -> List[Row]:
    found = []
    for line in page().splitlines():
        if not line.startswith("| ") or line.startswith("| what happens"):
            continue
        what, seen, command = (cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1])
        found.append(Row(what, re.findall(r"`([^`]*)`", seen),
                         command.strip("`").replace("\\|", "|")))
    return found


class PageTest(unittest.TestCase):
    ovid = ""

    def test_each_row_shows_what_it_says(self) -> None:
        function = re.search(r"^sim\(\) .*$", page(), re.MULTILINE)
        self.assertIsNotNone(function)
        alone = can_be_alone()
        shown = 0
        for row in rows():
            with self.subTest(row.what):
                self.assertTrue(row.seen, "a row shows something")
                needs_ports = "&" in row.command
                if needs_ports and not alone:
                    self.skipTest(f"no namespace for: {row.command}")
                shown += 1
                script = f"{function[0]}\n{row.command}".replace(OVID, self.ovid)
                shell = ALONE if needs_ports else ["sh", "-c"]
                done = subprocess.run([*shell, script], cwd=REPOSITORY, stdin=subprocess.DEVNULL,
                                      encoding="utf-8", errors="backslashreplace",
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100,
                                      check=False)
                at = 0
                for fragment in row.seen:
                    self.assertIn(fragment, done.stdout[at:], done.stdout)
                    at = done.stdout.index(fragment, at) + len(fragment)
        self.assertGreaterEqual(shown, len(rows()) if alone else 14)


if __name__ == "__main__":
    PageTest.ovid = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
