"""What a busy machine takes from nodes."""
import os
from typing import Dict

import grid


class Waits:
    """How long nodes could have run but other programs had the processors: not their fault. Counted
    from the beginning of this object to the last look, for all their threads together; 0 where the
    kernel does not count it."""

    def __init__(self, *nodes: grid.Node) -> None:
        self._nodes = nodes
        self._now: Dict[str, int] = {}  # nanoseconds of each thread, also of those that have ended
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
                pass  # a thread has ended, or nothing is counted

    def seconds(self) -> float:
        return sum(now - self._before.get(thread, 0) for thread, now in self._now.items()) / 1e9
