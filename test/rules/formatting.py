#!/usr/bin/env python3
"""C++ is formatted by clang-format 14; skipped if that is missing.

To repair: clang-format-14 -i FILE...
"""
import pathlib
import re
import shutil
import subprocess
from typing import List, Optional

import findings

FOLDERS = ("include", "src", "test")
VERSION = 14


def program() -> Optional[str]:
    """clang-format of the version that the rule is about: others break lines elsewhere."""
    for name in (f"clang-format-{VERSION}", "clang-format"):
        if shutil.which(name):
            told = subprocess.run([name, "--version"], stdout=subprocess.PIPE, text=True,
                                  check=False).stdout
            if re.search(rf"version {VERSION}\.", told):
                return name
    return None


def check(root: pathlib.Path) -> List[findings.Finding]:
    clang_format = program()
    if not clang_format:
        findings.skip(f"there is no clang-format-{VERSION}")
    paths = [findings.name(root, path) for path in findings.files(root, FOLDERS, ".hpp", ".cpp")]
    if not paths:
        return []
    result = subprocess.run([clang_format, "--style=file", "--dry-run", "-Werror", *paths],
                            cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            check=False)
    found = {}
    for path, line in re.findall(r"^([^:\n]+):(\d+):\d+: error:", result.stderr, re.MULTILINE):
        if path in paths:
            found.setdefault(path, findings.Finding(path, int(line), "is not formatted from here "
                                                    f"on; run {clang_format} -i {path}"))
    if result.returncode != 0 and not found:
        found[""] = findings.Finding(".clang-format", 1, result.stderr.strip())
    return list(found.values())


if __name__ == "__main__":
    findings.run(check, __doc__)
