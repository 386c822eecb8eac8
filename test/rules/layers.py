#!/usr/bin/env python3
"""Includes go down only, sources mirror headers, and layers below the drivers are pure.

The layers are those of the diagram in README.md; a file's folder is its layer.
"""
import pathlib
import re
from typing import Dict, Iterator, List, Set

import cpp_text
import findings
from findings import Finding

_PURE = ("base", "observe", "wire", "link", "agent", "agents", "node")

# Which layers a layer may include besides itself.
MAY_INCLUDE: Dict[str, Set[str]] = {
    "base": set(),
    "observe": {"base"},
    "wire": {"base"},
    "link": {"base", "observe", "wire"},
    "agent": {"base"},
    "agents": {"base", "wire", "agent"},
    "node": {"base", "observe", "wire", "link", "agent"},
    "sim": {"base", "observe", "wire", "link", "agent", "node"},
    "net": {"base", "observe", "wire", "link", "agent", "node"},
    "app": {*_PURE, "sim", "net"},
    "bench": {*_PURE, "net", "app"},
}

# Headers of clocks, devices, threads, files and sockets, and of containers without an order.
_IMPURE_HEADERS = re.compile(
    r"(thread|mutex|shared_mutex|condition_variable|future|atomic|semaphore|stop_token|latch"
    r"|barrier|random|fstream|filesystem|iostream|ctime|csignal|unordered_map|unordered_set"
    r"|coroutine|[a-z_]+\.h|(sys|arpa|net|netinet|linux|boost|spdlog|CLI)/.*)$")
_IMPURE_NAMES = re.compile(
    r"\b(system_clock|steady_clock|high_resolution_clock|utc_clock|file_clock|clock_gettime"
    r"|gettimeofday|getrandom|random_device|s?rand|sleep_for|sleep_until|u?sleep|nanosleep|getenv"
    r"|fopen|freopen|tmpfile|popen|system)\s*[(:{;]"
    r"|\bthread_local\b|\bstd::(jthread|thread|mutex)\b")

# Where these may be included; everywhere else they are out of place.
_ONLY_IN = {re.compile(r"zmq(_addon)?\.hp?p?$"): "net"}

# The sources without a header, one for each program.
MAINS = ("src/app/main.cpp", "src/bench/main.cpp")


def check(root: pathlib.Path) -> List[Finding]:
    found: List[Finding] = []
    graph: Dict[str, List[str]] = {}
    for path in findings.files(root, ("include", "src"), ".hpp", ".cpp", ".h", ".cc", ".ipp"):
        name = findings.name(root, path)
        source = path.read_text(encoding="utf-8")
        layer = _layer(name)
        graph[name] = [f"include/{target}" for _, target, _ in cpp_text.includes(source)]
        if layer is None:
            found.append(Finding(name, 1, "lies in no layer: include/ovid/<layer>/x.hpp or "
                                 "src/<layer>/x.cpp, with a layer of test/rules/layers.py"))
            continue
        found += _misplaced(root, name)
        for line, target, angled in cpp_text.includes(source):
            found += (Finding(name, line, what) for what in _wrong(layer, target, angled))
        if layer in _PURE:
            code = cpp_text.code(source)
            found += (Finding(name, cpp_text.line_of(code, hit.start()),
                              f"`{hit.group().rstrip('(:{; ')}` in {layer}, which is below the "
                              "drivers") for hit in _IMPURE_NAMES.finditer(code))
    return found + [Finding(cycle[0], 1, "includes itself: " + " -> ".join(cycle))
                    for cycle in _cycles(graph)]


def _layer(name: str) -> "str | None":
    match = re.fullmatch(r"(?:include/ovid/([a-z_]+)/[a-z0-9_]+\.hpp"
                         r"|src/([a-z_]+)/[a-z0-9_]+\.cpp)", name)
    layer = match and (match.group(1) or match.group(2))
    return layer if layer in MAY_INCLUDE else None


def _misplaced(root: pathlib.Path, name: str) -> Iterator[Finding]:
    """A source without its header."""
    if name.startswith("src/") and name not in MAINS:
        header = "include/ovid/" + name[len("src/"):-len("cpp")] + "hpp"
        if not (root / header).is_file():
            yield Finding(name, 1, f"has no header {header}")


def _wrong(layer: str, target: str, angled: bool) -> Iterator[str]:
    """What is wrong with one include of a file of this layer."""
    for pattern, home in _ONLY_IN.items():
        if pattern.match(target) and layer != home:
            yield f"<{target}> in {layer}: it belongs to {home} alone"
            return
    if not target.startswith("ovid/"):
        if not angled:
            yield f'"{target}": write it as "ovid/<layer>/x.hpp", or <...> if it is not ours'
        elif layer in _PURE and _IMPURE_HEADERS.match(target):
            yield f"<{target}> in {layer}, which is below the drivers"
        return
    other = target.split("/")[1]
    if angled:
        yield f'<{target}>: own headers are included as "{target}"'
    if other not in MAY_INCLUDE:
        yield f'"{target}": there is no layer {other}'
    elif other != layer and other not in MAY_INCLUDE[layer]:
        allowed = ", ".join(sorted(MAY_INCLUDE[layer])) or "none"
        yield f'"{target}": {layer} may not include {other}; the layers below it are: {allowed}'


def _cycles(graph: Dict[str, List[str]]) -> Iterator[List[str]]:
    """Every ring of includes, once, beginning and ending with the same file."""
    done: Set[str] = set()

    def walk(name: str, way: List[str]) -> Iterator[List[str]]:
        if name in way:
            yield way[way.index(name):] + [name]
        elif name in graph and name not in done:
            for target in graph[name]:
                yield from walk(target, way + [name])
            done.add(name)

    for name in graph:
        yield from walk(name, [])


if __name__ == "__main__":
    findings.run(check, __doc__)
