#!/usr/bin/env python3
"""The targets of links in Markdown files exist, if they are in the repository."""
import pathlib
import re
from typing import List
from urllib.parse import unquote

import findings

FOLDERS = ("docs", "include", "src", "test", "python", ".ci")
_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)|^ {0,3}\[[^\]\n]+\]:\s*<?([^\s>]+)", re.MULTILINE)
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


def check(root: pathlib.Path) -> List[findings.Finding]:
    found = []
    for path in [*sorted(root.glob("*.md")), *findings.files(root, FOLDERS, ".md")]:
        source = path.read_text(encoding="utf-8")
        text = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code.group()), source)
        for link in _LINK.finditer(text):
            target = unquote((link.group(1) or link.group(2)).partition("#")[0])
            if not target or _ELSEWHERE.match(target):
                continue
            start = root if target.startswith("/") else path.parent
            end = (start / target.lstrip("/")).resolve()
            if not end.exists() or root not in (end, *end.parents):
                found.append(findings.Finding(findings.name(root, path),
                                              text.count("\n", 0, link.start()) + 1,
                                              f"links to {target}, which is not there"))
    return found


if __name__ == "__main__":
    findings.run(check, __doc__)
