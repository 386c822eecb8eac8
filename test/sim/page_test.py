#!/usr/bin/env python3
"""The README's page "What can go wrong and what you will see": page_test.py <ovid>

Every command of the page is run that begins with `sim` or ends by itself; each thing that the row
shows in back quotes must be in its output, in that order. What needs ports is held by suite system.
"""
import pathlib
import re
import subprocess
import sys
import unittest
from typing import List, NamedTuple

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
OVID = "build/ovid"  # as the page has it


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
        shown = 0
        for row in rows():
            with self.subTest(row.what):
                self.assertTrue(row.seen, "a row shows something")
                if "&" in row.command:
                    continue
                shown += 1
                script = f"{function[0]}\n{row.command}".replace(OVID, self.ovid)
                done = subprocess.run(["sh", "-c", script], stdin=subprocess.DEVNULL, text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100,
                                      check=False)
                at = 0
                for fragment in row.seen:
                    if fragment == "down: queue full":  # held by test/link/congestion_test.cpp
                        continue
                    self.assertIn(fragment, done.stdout[at:], done.stdout)
                    at = done.stdout.index(fragment, at) + len(fragment)
        self.assertGreaterEqual(shown, 14)


if __name__ == "__main__":
    PageTest.ovid = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
