#!/usr/bin/env python3
"""Python and shell programs parse, Python 3.9 is enough, and programs are executable."""
import ast
import os
import pathlib
import re
import subprocess
from typing import Iterator, List

import findings
from findings import Finding

FOLDERS = ("python", "test", ".ci")
TOP = ("check", "demo")
PYTHON_LEAST = (3, 9)


def check(root: pathlib.Path) -> List[Finding]:
    found: List[Finding] = []
    paths = list(findings.files(root, FOLDERS, ".py", ".sh", ""))
    for path in paths + [root / name for name in TOP if (root / name).is_file()]:
        name, source = findings.name(root, path), path.read_bytes()
        found += _not_runnable(name, source, os.access(path, os.X_OK))
        first = source.partition(b"\n")[0]
        if path.suffix == ".py" or re.match(rb"#!.*\bpython3?\b", first):
            found += _wrong_python(name, source)
        elif path.suffix == ".sh" or re.match(rb"#!.*\b(ba|da)?sh\b", first):
            found += _wrong_shell(root, name, "bash" if b"bash" in first else "sh")
    return found


def _not_runnable(name: str, source: bytes, executable: bool) -> Iterator[Finding]:
    if executable and not source.startswith(b"#!"):
        yield Finding(name, 1, "is executable, but its first line does not name an interpreter")


def _wrong_python(name: str, source: bytes) -> Iterator[Finding]:
    try:
        compile(source, name, "exec", dont_inherit=True)
        ast.parse(source, name, feature_version=PYTHON_LEAST)
    except (SyntaxError, ValueError) as error:
        yield Finding(name, getattr(error, "lineno", None) or 1, f"is not Python: {error}")


def _wrong_shell(root: pathlib.Path, name: str, shell: str) -> Iterator[Finding]:
    result = subprocess.run([shell, "-n", name], cwd=root, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            check=False)
    if result.returncode != 0:
        line = re.search(r": (?:line )?(\d+): ", result.stdout)
        yield Finding(name, int(line.group(1)) if line else 1, result.stdout.strip())


if __name__ == "__main__":
    findings.run(check, __doc__)
