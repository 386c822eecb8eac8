"""What each program here does first and last, in any environment.

Descriptors 0, 1 and 2 are open, text can be written in any locale, and a failure of the machine (a
full disk, a folder that is gone, too many processes) is one line instead of a traceback.
"""
import errno
import os
import signal
import sys
from typing import Callable, Union

_STREAMS = ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w"))


class OutputLost(Exception):
    """Standard output cannot be written."""

    def __init__(self, error: OSError) -> None:
        super().__init__(reason(error))
        self.unread = error.errno == errno.EPIPE


def reason(error: BaseException) -> str:
    """What went wrong, in short and with the name of the file."""
    if not isinstance(error, OSError) or not error.strerror:
        return " ".join(str(error).split()) or type(error).__name__
    if error.filename is None:
        return error.strerror
    name = error.filename
    return f"{name.decode(errors='backslashreplace') if isinstance(name, bytes) else name}: " \
           f"{error.strerror}"


def say(name: str, text: str) -> None:
    """A line of any characters to standard error; errors are ignored."""
    line = "".join(c if c.isprintable() or c == "\t" else ascii(c)[1:-1] for c in text)
    try:
        os.write(2, f"{name}: {line}\n".encode("utf-8", "backslashreplace"))
    except OSError:
        pass


def show(text: str) -> None:
    """A line of results to standard output; raises OutputLost."""
    try:
        print(text)
    except OSError as error:
        raise OutputLost(error) from None
    _flush()


def _flush() -> None:
    try:
        sys.stdout.flush()
    except OSError as error:
        raise OutputLost(error) from None


def run(name: str, main: Callable[[], int]) -> int:
    """The exit status of main(), or 1 and a line where the machine or the output failed."""
    _open_streams()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # if it is ignored, children have no status
    try:
        status = _status_of(main)
        _flush()
        return status
    except OutputLost as lost:
        if not lost.unread:
            say(name, f"standard output: {lost}")
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except (OSError, UnicodeError) as error:
        say(name, reason(error))
    _drop_output()
    return 1


def _status_of(main: Callable[[], int]) -> int:
    """The parser of options ends a program by SystemExit."""
    try:
        return main()
    except SystemExit as leaving:
        code: Union[int, str, None] = leaving.code
        return code if isinstance(code, int) else int(code is not None)


def _open_streams() -> None:
    """No file or socket becomes 0, 1 or 2: what was closed reads as empty and cannot be written."""
    for fd, name, mode in _STREAMS:
        try:
            os.fstat(fd)
        except OSError:
            # The lowest number that is free: those below are open by now.
            os.open(os.devnull, os.O_RDONLY)
            os.set_inheritable(fd, True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(fd, mode, closefd=False))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _drop_output() -> None:
    """What could not be written is not tried again when the interpreter ends."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.close(null)
    except OSError:
        sys.stdout = None  # type: ignore[assignment]
