"""The output of a child, and its last lines when it has ended."""
import fcntl
import os
import pathlib
import stat
from typing import List, Optional

from .verdict import tail

_TAIL_BYTES = 4096
_MEMORY_BYTES_MAX = 1 << 20


class Words:
    """A descriptor for a child's output, on which writing never waits, and its last lines.

    Without a file the output is kept in memory; if it is long, only its end. If there is no memory
    file either, it is discarded.
    """

    def __init__(self, fd: int, path: Optional[pathlib.Path] = None, in_memory: bool = False
                 ) -> None:
        self.fd, self._path, self._in_memory = fd, path, in_memory
        self._begin = os.fstat(fd).st_size if path else 0
        self._kept = b""

    @staticmethod
    def kept() -> "Words":
        try:
            fd = os.memfd_create("words")
            # Append mode, because all writers share it and trim() shortens it.
            fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_APPEND)
            return Words(fd, in_memory=True)
        except (OSError, AttributeError):
            return Words(os.open(os.devnull, os.O_WRONLY))

    @staticmethod
    def appended_to(path: pathlib.Path) -> "Words":
        """Raises OSError, also for a pipe without a reader."""
        fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, 0o666)
        os.set_blocking(fd, True)
        return Words(fd, path)

    @staticmethod
    def passed_on() -> "Words":
        """To this program's standard error."""
        return Words(os.dup(2))

    def trim(self) -> None:
        """Release memory if the child has written much."""
        if self._in_memory and os.fstat(self.fd).st_size > _MEMORY_BYTES_MAX:
            self._kept = self._end_of(self.fd)
            os.ftruncate(self.fd, 0)

    def last(self, lines_max: int) -> List[str]:
        data = self._kept
        try:
            if self._in_memory:
                data += self._end_of(self.fd)
            elif self._path and stat.S_ISREG(os.stat(self._path).st_mode):
                with open(self._path, "rb") as file:
                    data = self._end_of(file.fileno())
        except OSError:
            pass
        return tail(data, lines_max) if data.strip() else []

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def _end_of(self, fd: int) -> bytes:
        size = os.fstat(fd).st_size
        return os.pread(fd, _TAIL_BYTES, max(self._begin, size - _TAIL_BYTES))
