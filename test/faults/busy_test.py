"""Sixteen nodes on a machine whose processors are busy: no node may be reported as down."""
import os
import subprocess
import sys
import unittest

import grid
from faults import FaultsTest, either

N = 16
LOOPS_PER_CORE = 2
SPIN = """
import sys, time
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    pass
"""


class Busy(FaultsTest):
    def test_on_a_busy_machine_no_session_ends(self) -> None:
        g = self.whole_grid(N)
        self.watch(g)
        for node in range(N):
            self.talk(node, burst=1, pause=0.1)
        seconds = either(10, 60)
        loops = [self.busy_loop(seconds) for _ in range(LOOPS_PER_CORE * (os.cpu_count() or 1))]
        for loop in loops:
            self.assertEqual(loop.wait(seconds + grid.PATIENCE), 0)
        self.assertEqual(self.downs(), [])
        self.end_of_talk()
        self.settle()
        self.assert_accounts()
        self.assertEqual(self.downs(), [])
        self.tell(f"{len(loops)} busy loops for {seconds} s, no suspicion; this process was woken "
                  f"up to {self.lateness.worst * 1000:.0f} ms late")

    def busy_loop(self, seconds: float) -> "subprocess.Popen[bytes]":
        """A program that ends without being asked to."""
        loop = subprocess.Popen([sys.executable, "-c", SPIN, str(seconds)])
        self.addCleanup(loop.wait)
        self.addCleanup(loop.kill)
        return loop


if __name__ == "__main__":
    unittest.main()
