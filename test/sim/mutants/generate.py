#!/usr/bin/env python3
"""Writes a source with a planted bug: generate.py <mutant file> <source> <output>

A mutant's file describes the bug in prose, followed by the changes to the source. Each change has
the form

    ---- find
    text that must occur in the source exactly once
    ---- replace
    text that replaces it

If the text does not occur exactly once, this script fails. So a change of the source cannot make a
mutant test something else without notice.
"""
import pathlib
import sys
from typing import List, Tuple

_FIND = "---- find\n"
_REPLACE = "---- replace\n"


class BadMutant(Exception):
    pass


def changes_of(text: str) -> List[Tuple[str, str]]:
    prose, *parts = text.split(_FIND)
    if not parts or not prose.strip():
        raise BadMutant("needs prose and at least one `---- find`")
    changes = []
    for part in parts:
        find, *replacement = part.split(_REPLACE)
        if len(replacement) != 1 or not find.strip():
            raise BadMutant("needs one `---- replace` after each `---- find`")
        changes.append((find.strip("\n"), replacement[0].strip("\n")))
    return changes


def mutate(source: str, changes: List[Tuple[str, str]]) -> str:
    for find, replacement in changes:
        if source.count(find) != 1:
            raise BadMutant(f"stands {source.count(find)} times in the source, not once: {find}")
        source = source.replace(find, replacement)
    return source


def main(mutant: pathlib.Path, source: pathlib.Path, output: pathlib.Path) -> int:
    try:
        mutated = mutate(source.read_text(encoding="utf-8"),
                         changes_of(mutant.read_text(encoding="utf-8")))
    except BadMutant as bad:
        print(f"{mutant}: {bad}", file=sys.stderr)
        return 1
    # A program that contains this name has linked this object and not the one from the library.
    mutated += f'\nnamespace ovid::test {{\nconst char* mutant() {{ return "{mutant.stem}"; }}\n}}\n'
    output.write_text(mutated, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(pathlib.Path(argument) for argument in sys.argv[1:])))
