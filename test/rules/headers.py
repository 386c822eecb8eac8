#!/usr/bin/env python3
"""Every header compiles alone, with the flags of its layer's sources, and may be included twice."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys
from typing import Dict, List, NamedTuple

import findings
from findings import Finding

# What compile_commands.json says for one output file, which is not made here: option -> arguments.
_OUTPUT_OPTIONS = {"-o": 1, "-MF": 1, "-MQ": 1, "-MT": 1, "-MD": 0, "-MMD": 0, "-c": 0}
_ERROR_LINES_MAX = 8


class Compilation(NamedTuple):
    folder: str
    command: List[str]


def check(root: pathlib.Path, build: pathlib.Path) -> List[Finding]:
    known = _compilations(root, build)
    headers = list(findings.files(root, ("include",), ".hpp"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        errors = pool.map(lambda header: _errors(root, header, known), headers)
        return [Finding(findings.name(root, header), 1, f"does not compile alone:\n{error}")
                for header, error in zip(headers, errors) if error]


def _compilations(root: pathlib.Path, build: pathlib.Path) -> Dict[str, Compilation]:
    """For each layer how its sources are compiled; for "" how any source is."""
    known: Dict[str, Compilation] = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        source = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if root / "src" not in source.parents:
            continue
        words, command = iter(shlex.split(entry["command"])), []
        for word in words:
            if word in _OUTPUT_OPTIONS:
                for _ in range(_OUTPUT_OPTIONS[word]):
                    next(words)
            elif word != entry["file"]:
                command.append(word)
        compilation = Compilation(entry["directory"], command)
        known.setdefault(source.parent.name, compilation)
        known.setdefault("", compilation)
    return known


def _errors(root: pathlib.Path, header: pathlib.Path, known: Dict[str, Compilation]) -> str:
    compilation = known.get(header.parent.name) or known[""]
    include = f'#include "{header.relative_to(root / "include").as_posix()}"\n'
    result = subprocess.run([*compilation.command, "-fsyntax-only", "-x", "c++", "-"],
                            cwd=compilation.folder, input=include * 2, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False)
    return "\n".join(result.stdout.splitlines()[:_ERROR_LINES_MAX]) if result.returncode else ""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", metavar="BUILD", type=pathlib.Path,
                        help="a folder that Meson has set up")
    parser.add_argument("root", metavar="DIR", nargs="?", type=pathlib.Path,
                        default=findings.REPOSITORY,
                        help="the repository to look at (default: %(default)s)")
    options = parser.parse_args()
    sys.exit(findings.report(check(options.root.resolve(), options.build.resolve())))
