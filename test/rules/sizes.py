#!/usr/bin/env python3
"""The maximum length of a function is 70 lines, that of a file 400."""
import ast
import pathlib
from typing import Iterator, List

import cpp_text
import findings

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
FOLDERS = ("include", "src", "python", "test")


def check(root: pathlib.Path) -> List[findings.Finding]:
    found = []
    for path in findings.files(root, FOLDERS, ".hpp", ".cpp", ".py", ".sh", ""):
        try:
            source = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        name, lines = findings.name(root, path), len(source.splitlines())
        if lines > FILE_LINES_MAX:
            found.append(findings.Finding(name, lines, f"the file has {lines} lines, at most "
                                          f"{FILE_LINES_MAX} are allowed"))
        for function in _functions(path.suffix, source):
            if function.length > FUNCTION_LINES_MAX:
                found.append(findings.Finding(
                    name, function.line, f"{function.length} lines, at most {FUNCTION_LINES_MAX} "
                    f"are allowed for the function {function.head}"))
    return found


def _functions(suffix: str, source: str) -> Iterator[cpp_text.Function]:
    if suffix in (".hpp", ".cpp"):
        yield from cpp_text.functions(source)
    elif suffix == ".py":
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                last = node.end_lineno or node.lineno
                yield cpp_text.Function(node.lineno, last - node.lineno + 1, node.name)


if __name__ == "__main__":
    findings.run(check, __doc__)
