"""Compares expected and actual output, and shows differences readably."""
import difflib
import os.path
from typing import Iterable, Iterator, List

WIDTH = 120
DIFF_LINES_MAX = 40
_BEFORE = 30


def same(expected: bytes, actual: bytes) -> bool:
    """White space around the whole output does not count, every other byte does."""
    return expected.strip() == actual.strip()


def difference(expected: bytes, actual: bytes) -> List[str]:
    """A unified diff; of long lines only the surroundings of their first difference are shown."""
    rows = list(difflib.unified_diff(_lines(expected), _lines(actual), "expected", "actual",
                                     n=2, lineterm=""))
    shown = rows[:2] + list(_shortened(rows[2:]))
    if len(shown) > DIFF_LINES_MAX:
        shown[DIFF_LINES_MAX:] = [f"... ({len(rows) - DIFF_LINES_MAX} more lines)"]
    return shown


def tail(log: bytes, lines_max: int) -> List[str]:
    """The last lines of a log."""
    return [_window(line, 0) for line in _lines(log)[-lines_max:]]


def _lines(data: bytes) -> List[str]:
    return data.strip().decode("utf-8", "backslashreplace").split("\n")


def _shortened(rows: Iterable[str]) -> Iterator[str]:
    """Rows of a diff; pairs of a removed and an added line are shown from where they differ."""
    removed: List[str] = []
    added: List[str] = []
    for row in rows:
        if row.startswith("-") and not added:
            removed.append(row[1:])
        elif row.startswith("+"):
            added.append(row[1:])
        else:
            yield from _paired(removed, added)
            removed, added = ([row[1:]], []) if row.startswith("-") else ([], [])
            if not removed:
                yield row if row.startswith("@@") else row[:1] + _window(row[1:], 0)
    yield from _paired(removed, added)


def _paired(removed: List[str], added: List[str]) -> Iterator[str]:
    starts = [len(os.path.commonprefix(pair)) for pair in zip(removed, added)]
    starts += [0] * abs(len(removed) - len(added))
    yield from ("-" + _window(line, start) for line, start in zip(removed, starts))
    yield from ("+" + _window(line, start) for line, start in zip(added, starts))


def _window(line: str, start: int) -> str:
    """At most about WIDTH characters of the line, from a little before position start."""
    line = line.replace("\r", "\\r").replace("\0", "\\0")
    if len(line) <= WIDTH:
        return line
    first = max(0, min(start - _BEFORE, len(line) - WIDTH))
    last = first + WIDTH
    return (("..." if first else "") + line[first:last] + ("..." if last < len(line) else "") +
            f" [{len(line)} characters]")
