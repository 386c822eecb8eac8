"""Texts as any editor saves them, as lines of UTF-8.

A byte order mark is not part of the text; UTF-16 and UTF-32 with a mark are decoded. Lines end with
LF, CR LF or, in the whole text, CR alone; the last one may have no end. Bytes without a mark stay
as they are: a text need not be UTF-8.
"""
import codecs
from typing import List

# UTF-32 first: one of its marks begins with a mark of UTF-16.
_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
          (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BYTES_TO_TELL = 4


class Unreadable(Exception):
    """Not a text that can be read; the message is the reason."""


class Lines:
    """Takes bytes as they arrive and returns whole lines without their ends."""

    def __init__(self) -> None:
        self._first = b""
        self._begun = False
        self._encoding = ""
        self._decoder = codecs.getincrementaldecoder("utf-16")()
        self._parts: List[bytes] = []
        self._ended_with_lf = False

    def feed(self, data: bytes) -> List[bytes]:
        if not self._begun:
            self._first += data
            if len(self._first) < _BYTES_TO_TELL and b"\n" not in self._first:
                return []
            data = self._begin()
        return self._split(self._decoded(data, final=False))

    def end(self) -> List[bytes]:
        """What is left: the lines that were not ended by LF."""
        data = b"" if self._begun else self._begin()
        lines = self._split(self._decoded(data, final=True))
        last = _without_end(b"".join(self._parts))
        if not self._ended_with_lf:
            lines += last.split(b"\r")
        elif last:
            lines.append(last)
        return lines

    def _begin(self) -> bytes:
        """Recognize the encoding by the first bytes; returns them."""
        self._begun, first = True, self._first
        for mark, encoding in _MARKS:
            if first.startswith(mark):
                self._encoding = encoding
                self._decoder = codecs.getincrementaldecoder(encoding)()
                return first
        zeros = [byte == 0 for byte in first[:_BYTES_TO_TELL]]
        if zeros in ([False, True] * 2, [True, False] * 2):
            raise Unreadable("the text is UTF-16 without a byte order mark; save it as UTF-8")
        return first

    def _decoded(self, data: bytes, final: bool) -> bytes:
        if not self._encoding:
            return data
        try:
            return self._decoder.decode(data, final).encode("utf-8")
        except UnicodeError as error:
            raise Unreadable(f"the text begins as {self._encoding.upper()} and is not: "
                             f"{getattr(error, 'reason', error)}") from None

    def _split(self, data: bytes) -> List[bytes]:
        if b"\n" not in data:
            self._parts.append(data)
            return []
        self._ended_with_lf = True
        lines = (b"".join(self._parts) + data).split(b"\n")
        self._parts = [lines.pop()]
        return [_without_end(line) for line in lines]


def _without_end(line: bytes) -> bytes:
    """Without CR, and without a byte order mark, which concatenated texts have in the middle."""
    line = line[:-1] if line.endswith(b"\r") else line
    return line[len(codecs.BOM_UTF8):] if line.startswith(codecs.BOM_UTF8) else line


def lines_of(data: bytes) -> List[bytes]:
    """The lines of a whole text; raises Unreadable."""
    lines = Lines()
    return lines.feed(data) + lines.end()


def meanings(data: bytes) -> List[bytes]:
    """What an expected output may mean, with LF at the ends of lines; raises Unreadable.

    First the bytes as they are. CR counts as part of a line's end only if all lines end with CR LF,
    or all with CR; otherwise it may be part of a message.
    """
    marked = any(data.startswith(mark) for mark, _ in _MARKS + ((codecs.BOM_UTF8, "utf-8"),))
    if marked or b"\n" not in data or data.count(b"\n") == data.count(b"\r\n"):
        return [data, b"\n".join(lines_of(data))]
    lines_of(data)
    return [data]
