"""C++ source as the rules need it: its code without comments and literals, and its functions."""
import re
from typing import Iterator, NamedTuple, Tuple

_COMMENT_OR_LITERAL = re.compile(
    r'//[^\n]*|/\*.*?\*/'
    r'|R"(?P<mark>[^()\\ \n]{0,16})\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.DOTALL)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]*)[>"]', re.MULTILINE)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def code(source: str) -> str:
    """The source with comments and literals turned into blanks; lines and columns stay."""
    return _COMMENT_OR_LITERAL.sub(lambda found: _blank(found.group()), source)


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def includes(source: str) -> Iterator[Tuple[int, str, bool]]:
    """Line, name, and whether in angle brackets, of every #include that is not in a comment."""
    bare = code(source)
    for found in _INCLUDE.finditer(source):
        if "#" in bare[found.start():found.start(1)]:
            yield line_of(source, found.start(1)), found.group(2), found.group(1) == "<"


class Function(NamedTuple):
    line: int
    length: int
    head: str


def functions(source: str) -> Iterator[Function]:
    """The functions of a file that clang-format has been over, each from its head's line on.

    There a function ends with a brace alone on its line, and its head is the next line above that
    is not indented further. Blocks inside it end alike: of those, only the outermost is given.
    What has no body on lines of its own is left out, and so are types, which end with `};`, and
    namespaces, which end with a comment.
    """
    marks = source.split("\n")
    lines = _DIRECTIVE.sub(lambda found: _blank(found.group()), code(source)).split("\n")
    outer_first = outer_last = 0
    for last in range(len(lines) - 1, -1, -1):
        ends = lines[last].strip() == marks[last].strip() == "}"
        if not ends or outer_first <= last < outer_last:
            continue
        indent = _indent(lines[last])
        first = next((i for i in range(last - 1, -1, -1)
                      if lines[i].strip() and _indent(lines[i]) <= indent), 0)
        outer_first, outer_last = first, last
        yield Function(first + 1, last - first + 1, " ".join(lines[first].split()))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
