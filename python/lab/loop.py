"""The only place that waits.

A loop polls descriptors and calls their handlers. Signals and the overall time limit are checked
only in turn(), so that they never interrupt an action half-way, for example the start of a node.
"""
import errno
import math
import os
import select
import signal
import time
from typing import Callable, Dict, Optional

from . import child

READ, WRITE = select.POLLIN, select.POLLOUT
_CHORE_SECONDS = 0.1
_PIPE_ATOMIC = 4096

now = time.monotonic


class Stopped(Exception):
    """A signal asked this process to end."""

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.signum = signum


class OutOfTime(Exception):
    """The time limit of the whole run has passed."""


class OutputClosed(Exception):
    """Standard output cannot be written; `unread` if its reader has closed it."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror)
        self.unread = error.errno == errno.EPIPE


class Loop:
    """Polls, times and notices signals; one per process, used by the main thread only."""

    def __init__(self, seconds_max: Optional[float] = None) -> None:
        self._poll = select.poll()
        self._watchers: Dict[int, Callable[[], None]] = {}
        self._give_up_at = math.inf if seconds_max is None else now() + seconds_max
        self._signum = 0
        self._chore: Callable[[], None] = lambda: None
        self._chore_at = math.inf
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        child.on_ending_signals(self._note_signal)
        self._poll.register(self._wake_read, READ)

    def _note_signal(self, signum: int, _frame: object) -> None:
        self._signum = self._signum or signum

    def watch(self, fd: int, events: int, ready: Callable[[], None]) -> None:
        """Call ready() whenever one of the events (or an error) holds for fd."""
        self._watchers[fd] = ready
        self._poll.register(fd, events)

    def unwatch(self, fd: int) -> None:
        if self._watchers.pop(fd, None):
            self._poll.unregister(fd)

    def now_and_then(self, chore: Callable[[], None]) -> None:
        """Call this ten times a second while waiting."""
        self._chore, self._chore_at = chore, now()

    def _do_chore(self) -> None:
        if now() >= self._chore_at:
            self._chore()
            self._chore_at = now() + _CHORE_SECONDS

    def check(self) -> None:
        """Raise Stopped or OutOfTime if it is time to end."""
        if self._signum:
            raise Stopped(self._signum)
        if now() >= self._give_up_at:
            raise OutOfTime()

    def turn(self, seconds: Optional[float]) -> None:
        """Wait at most so long (None: without limit) for events, and serve those that came."""
        self.check()
        self._do_chore()
        until = min(self._give_up_at, self._chore_at)
        left = min(math.inf if seconds is None else max(0.0, seconds), until - now())
        timeout_ms = None if left == math.inf else max(0, math.ceil(left * 1000))
        for fd, _ in self._poll.poll(timeout_ms):
            if fd in self._watchers:
                self._watchers[fd]()
        self.check()

    def until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Serve events until done() holds; False if the time passed first."""
        end = now() + seconds
        while not done():
            left = end - now()
            if left <= 0:
                return False
            self.turn(left)
        return True

    def sleep(self, seconds: float) -> None:
        """Serve events for exactly so long."""
        self.until(lambda: False, seconds)

    def read_when_ready(self, fd: int) -> bytes:
        """The next bytes of fd, serving events meanwhile; empty at its end. Raises OSError."""
        while True:
            ready = []
            self.watch(fd, READ, lambda: ready.append(True))
            try:
                while not ready:
                    self.turn(None)
            finally:
                self.unwatch(fd)
            try:
                return os.read(fd, 1 << 16)
            except BlockingIOError:
                continue

    def write(self, fd: int, data: bytes) -> None:
        """Write all of data; waits for a slow reader, but signals interrupt that."""
        view = memoryview(data)
        room = select.poll()
        room.register(fd, WRITE)
        room.register(self._wake_read, READ)
        while view:
            self.check()
            self._do_chore()
            left = min(self._give_up_at, self._chore_at) - now()
            writable = dict(room.poll(None if left == math.inf else max(0, math.ceil(left * 1000))))
            if fd in writable:
                try:
                    view = view[os.write(fd, view[:_PIPE_ATOMIC]):]
                except BlockingIOError:
                    continue
                except OSError as error:
                    raise OutputClosed(error) from None
