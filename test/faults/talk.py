"""A client that broadcasts all the time, and remembers by which time each number was certainly
sent."""
import bisect
import socket
import threading
import time
from typing import List

import grid

PATIENCE = 120.0  # seconds; a node may be stopped for some time, and then its client has to wait


class History:
    """Records when bursts of equally many texts were given to a node. The first number is 0."""

    def __init__(self, burst: int) -> None:
        self.burst = burst
        self.began: List[float] = []  # time before the first byte of each burst was sent
        # Time after the node had answered a command that followed the burst.
        self.taken: List[float] = []

    def taken_before(self, when: float) -> int:
        """All numbers smaller than the result had been read by the node at this time."""
        return bisect.bisect_left(self.taken, when) * self.burst

    def begun_before(self, when: float) -> int:
        """Neither the result nor any greater number had been sent before this time."""
        return bisect.bisect_left(self.began, when) * self.burst

    @property
    def said(self) -> int:
        return len(self.began) * self.burst

    @property
    def confirmed(self) -> int:
        return len(self.taken) * self.burst


class Talker:
    """Broadcasts "<node>.<life>.<number>" at a node until it is asked to end or the node is gone.
    The numbers start at 0 and ascend. All of them have the same width, so the size of a log can be
    computed."""

    DIGITS = 10

    def __init__(self, client: grid.Client, node: int, life: int = 0, burst: int = 10,
                 pause: float = 0.004, padding: int = 0) -> None:
        """burst: how many texts are sent at a time, a power of ten. pause: seconds between two
        bursts. padding: how many bytes follow each number."""
        self.node, self.life = node, life
        self.history = History(burst)
        self.failure = ""
        self._client = client
        self._client.socket.settimeout(PATIENCE)
        self._pause = pause
        self._prefix = b"broadcast %d.%d." % (node, life)
        self._places = len(str(burst)) - 1
        tail = b"." + b"x" * padding if padding else b""
        zeros = b"%0*d" % (self.DIGITS - self._places, 0)
        self._first = b"".join(
            b"%s%s%s%s\n" % (self._prefix, zeros, b"%0*d" % (self._places, i) if burst > 1 else b"",
                             tail) for i in range(burst))
        self._zeros = self._prefix + zeros
        self.text_bytes = len(self._first) // burst - len(b"broadcast \n")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._talk, daemon=True)
        self._thread.start()

    def _talk(self) -> None:
        history = self.history
        try:
            while not self._over.is_set():
                number = b"%0*d" % (self.DIGITS - self._places, len(history.began))
                burst = self._first.replace(self._zeros, self._prefix + number)
                history.began.append(time.time())
                self._client.send(burst)
                self._client.ask(b"alive")
                history.taken.append(time.time())
                self._rest()
        except OSError as error:
            self.failure = str(error)

    def _rest(self) -> None:
        """What is done between two bursts."""
        if self._pause:
            self._over.wait(self._pause)

    def abandon(self) -> None:
        """Ends at once, without waiting for the node."""
        self._over.set()
        try:
            self._client.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # already closed, or the node is gone
        self.end()

    def end(self) -> None:
        """Returns when the node has read everything that was sent."""
        self._over.set()
        self._thread.join()
        self._client.close()
