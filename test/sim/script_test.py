#!/usr/bin/env python3
"""Scenarios in the simulator: script_test.py [--accept] <ovid> <script>...

A script has one or more parts. Each part says what is done, and what must happen then:

    Prose: what happens and why.

    nodes=2 seconds=3
    t=1.0 line 0 broadcast hello
    settle
    ----
    what the simulator must print, byte for byte

    More prose.

    line 1 get
    ----
    what it must print from the first of these commands on

Commands are the lines between ---- and the last empty line before it, and all other lines that
begin with t=; include/ovid/sim/action.hpp describes them. The first part gives the size of the
grid. An empty line ends the expected output. All commands of a file belong to one run. --accept
replaces the expected output by the actual output: read what it changed.
"""
import argparse
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from typing import List, NamedTuple, Sequence

_RULE = "----\n"
_SIZE = re.compile(r"^nodes=(\d+) seconds=([\d.]+)$", re.M)
_TIME = re.compile(r"t=([\d.]+) ")
_TIME_LIMIT_S = 60


class BadScript(Exception):
    pass


class Part(NamedTuple):
    told: str      # prose and commands, up to the line ----
    expected: str  # what the simulator prints

    def commands(self) -> List[str]:
        prose, _, last = ("\n\n" + self.told).rpartition("\n\n")
        return [line for line in prose.splitlines() if line.startswith("t=")] + [
            line for line in last.splitlines() if not line.startswith(("#", "nodes="))]


def split(text: str) -> List[Part]:
    parts = []
    while text.strip() or not parts:
        told, rule, text = text.partition("\n" + _RULE)
        if not rule:
            raise BadScript("has no line ---- at the end of its commands")
        end = re.search(r"^\n", text, re.M)
        cut = end.start() if end else len(text)
        parts.append(Part(told, text[:cut]))
        text = text[cut + 1:]
    return parts


def join(parts: Sequence[Part], printed: Sequence[str]) -> str:
    """The script, with what was printed after the commands of each part."""
    return "\n".join(f"{part.told}\n{_RULE}{text}" for part, text in zip(parts, printed))


def run(ovid: str, parts: Sequence[Part]) -> str:
    """Runs all commands. Returns what the simulator prints."""
    size = _SIZE.search(parts[0].told)
    if not size:
        raise BadScript("has no line nodes=<n> seconds=<s> in its first part")
    commands = [command for part in parts for command in part.commands()]
    times = [float(time[1]) for time in map(_TIME.match, commands) if time]
    if len(parts) > 1 and times != sorted(times):
        raise BadScript("has commands of an earlier time behind those of a later one")
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


def share(printed: str, parts: Sequence[Part]) -> List[str]:
    """What was printed for each part: everything from its first command on, until the next part's.
    The first part also has what came before. The simulator prints each command when it happens."""
    lines = printed.splitlines(True)
    happened = [i for i, line in enumerate(lines) if line.startswith("t=")] + [len(lines)]
    begins, commands = [0], 0
    for part in parts:
        commands += len(part.commands())
        begins.append(happened[commands])
    begins[-1] = len(lines)
    return ["".join(lines[begin:end]) for begin, end in zip(begins, begins[1:])]


def replace(path: pathlib.Path, text: str) -> None:
    """Writes the whole text, or leaves the file as it was."""
    written = path.with_name(path.name + ".new")
    try:
        written.write_text(text, encoding="utf-8")
        os.replace(written, path)
    except OSError as error:
        written.unlink(missing_ok=True)
        raise BadScript(f"cannot be written: {error}") from error


def check(ovid: str, path: pathlib.Path, accept: bool) -> bool:
    parts = split(path.read_text(encoding="utf-8-sig"))
    expected = [part.expected for part in parts]
    seen = share(run(ovid, parts), parts)
    if accept:
        replace(path, join(parts, seen))
    elif seen != expected:
        sys.stdout.writelines(difflib.unified_diff(
            join(parts, expected).splitlines(True), join(parts, seen).splitlines(True),
            f"{path} expected", "seen"))
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
