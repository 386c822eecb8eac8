#!/usr/bin/env python3
"""Scenarios in the simulator: script_test.py [--accept] <ovid> <script>...

A script is prose (what happens and why), one line `nodes=<n> seconds=<s>`, commands (`t=<s> ...`,
as in include/ovid/sim/action.hpp) in any mixture, then `----` and the trace that is expected, to
the byte. --accept writes the trace that was seen in its place; what that changed is to be read.
"""
import argparse
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from typing import Tuple

_RULE = "----\n"
_SIZE = re.compile(r"^nodes=(\d+) seconds=([\d.]+)$", re.M)
_TIME_LIMIT_S = 60


class BadScript(Exception):
    pass


def split(text: str) -> Tuple[str, str]:
    """What stands before and after the rule."""
    before, rule, after = text.partition("\n" + _RULE)
    if not rule:
        raise BadScript("has no line ----")
    return before + "\n", after


def run(ovid: str, told: str) -> str:
    size = _SIZE.search(told)
    commands = [line for line in told.splitlines() if line.startswith("t=")]
    if not size:
        raise BadScript("has no line nodes=<n> seconds=<s>")
    with tempfile.NamedTemporaryFile("w", suffix=".script") as file:
        file.write("\n".join(commands) + "\n")
        file.flush()
        done = subprocess.run(
            [ovid, "sim", "--nodes", size[1], "--seconds", size[2], "--seeds", "1",
             "--script", file.name],
            capture_output=True, text=True, timeout=_TIME_LIMIT_S)
    if done.returncode != 0:
        raise BadScript(f"ends with {done.returncode}: {done.stderr}{done.stdout}")
    return done.stdout


def replace(path: pathlib.Path, text: str) -> None:
    """All of the text, or what was there before."""
    written = path.with_name(path.name + ".new")
    try:
        written.write_text(text, encoding="utf-8")
        os.replace(written, path)
    except OSError as error:
        written.unlink(missing_ok=True)
        raise BadScript(f"cannot be written: {error}") from error


def check(ovid: str, path: pathlib.Path, accept: bool) -> bool:
    told, expected = split(path.read_text(encoding="utf-8-sig"))
    seen = run(ovid, told)
    if accept:
        replace(path, told + _RULE + seen)
    elif seen != expected:
        sys.stdout.writelines(difflib.unified_diff(
            expected.splitlines(True), seen.splitlines(True), f"{path} expected", "seen"))
        return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accept", action="store_true", help="write what is seen")
    parser.add_argument("ovid")
    parser.add_argument("scripts", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    good = True
    for path in options.scripts:
        try:
            good &= check(options.ovid, path, options.accept)
        except (BadScript, subprocess.TimeoutExpired) as bad:
            print(f"{path}: {bad}")
            good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
