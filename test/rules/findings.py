"""What the rules share: the files of a repository, and how a rule reports violations."""
import argparse
import pathlib
import sys
from typing import Callable, Iterable, Iterator, List, NamedTuple, NoReturn

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
SKIPPED = 77  # Meson's status for a skipped test


class Finding(NamedTuple):
    """One place that breaks a rule; prints as compilers do."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


Rule = Callable[[pathlib.Path], List[Finding]]


def files(root: pathlib.Path, folders: Iterable[str], *suffixes: str) -> Iterator[pathlib.Path]:
    """All files below these folders of the repository with one of the suffixes, sorted."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix in suffixes and "__pycache__" not in path.parts:
                yield path


def name(root: pathlib.Path, path: pathlib.Path) -> str:
    """The path as reports show it: relative to the repository, with slashes."""
    return path.relative_to(root).as_posix()


def skip(why: str) -> NoReturn:
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def run(rule: Rule, description: str) -> NoReturn:
    """The main function of a rule's file."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("root", metavar="DIR", nargs="?", type=pathlib.Path, default=REPOSITORY,
                        help="the repository to look at (default: %(default)s)")
    sys.exit(report(rule(parser.parse_args().root.resolve())))


def report(found: List[Finding]) -> int:
    """Print the findings; returns the exit status."""
    for finding in found:
        print(finding)
    print(f"broken in {len(found)} places" if found else "kept everywhere")
    return 1 if found else 0
