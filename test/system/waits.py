"""CPU time that nodes did not get because the machine was busy."""
import os
from typing import Dict

import grid


class Waits:
    """For how long nodes could have run while other programs had the processors. The nodes are not
    to blame for this time. It is counted from the creation of this object to the last look(), as
    the sum over all threads. It is 0 if the kernel does not count it."""

    def __init__(self, *nodes: grid.Node) -> None:
        self._nodes = nodes
        self._now: Dict[str, int] = {}  # nanoseconds by thread, including threads that have ended
        self.look()
        self._before = dict(self._now)

    def look(self) -> None:
        for node in self._nodes:
            folder = f"/proc/{node.pid}/task"
            try:
                for thread in os.listdir(folder):
                    with open(f"{folder}/{thread}/schedstat", encoding="ascii") as counts:
                        self._now[thread] = int(counts.read().split()[1])
            except (FileNotFoundError, ProcessLookupError):
                pass  # a thread has ended, or the kernel counts nothing

    def seconds(self) -> float:
        return sum(now - self._before.get(thread, 0) for thread, now in self._now.items()) / 1e9
