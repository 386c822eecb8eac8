"""Limits of the operating system when a node starts: it must end with one line and status 1, or
work, but never end by a signal. If there is not even enough memory for the program and its
libraries, the loader ends with status 127."""
import os
import resource
import signal
import subprocess
import unittest
from typing import Callable, Iterable, Optional, Sequence

import grid

KIB = 1024
MIB = 1024 * KIB


def limited(what: int, soft: int, hard: Optional[int] = None) -> Callable[[], None]:
    def before_exec() -> None:
        resource.setrlimit(what, (soft, soft if hard is None else hard))
    return before_exec


class LimitsTest(grid.SystemTest):
    def setUp(self) -> None:
        self.peer = self.grid(2, start=[1])

    def outcome(self, **how: object) -> str:
        """Starts node 0. Returns "works" if it answers, sees its peer and ends when asked to;
        otherwise the one line that says why not."""
        g = self.peer
        node = g.start(0, **how)
        if grid.eventually(lambda: not node.running() or not grid.is_free(g.ports.master(0))) \
                and node.running():
            self.assertTrue(g.all_see([0, 1]), node.log())
            node.signal(signal.SIGTERM)
            self.assertEqual(node.wait(), 0, node.log())
            g.forget(0)
            return "works"
        self.assertEqual(node.wait(), 1, node.log())
        self.assertEqual(len(node.log()), 1, node.log())
        self.assertRegex(node.log()[0], r"^ovid: \S")
        return node.log()[0]

    def assert_from_some_on(self, what: str, outcomes: Sequence[str]) -> None:
        """Up to some value of the limit the line matches `what`; above it, the node works. Both
        cases must occur."""
        first = outcomes.index("works")
        self.assertGreater(first, 0)
        for outcome in outcomes[:first]:
            self.assertRegex(outcome, what)
        self.assertEqual(set(outcomes[first:]), {"works"})

    # Descriptors

    def descriptors(self, limits: Iterable[int], inherited: int) -> Sequence[str]:
        held = [os.open("/dev/null", os.O_RDONLY) for _ in range(inherited)]

        def before_exec(limit: int) -> Callable[[], None]:
            def prepare() -> None:
                for descriptor in held:
                    os.set_inheritable(descriptor, True)
                resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
            return prepare
        try:
            return [self.outcome(before_exec=before_exec(limit), close_fds=False)
                    for limit in limits]
        finally:
            for descriptor in held:
                os.close(descriptor)

    def test_any_number_of_descriptors_is_enough_or_named(self) -> None:
        outcomes = self.descriptors(range(20, 120, 7), 0)
        self.assert_from_some_on("nodes need 73 file descriptors, the limit is ", outcomes)

    def test_inherited_descriptors_take_their_places(self) -> None:
        self.assertRegex(self.descriptors([82], 70)[0],
                         "2 nodes need 73 file descriptors, the limit is 82 and 7. are in use")
        outcomes = self.descriptors(range(40, 190, 12), 70)
        self.assert_from_some_on("nodes need 73 file descriptors, the limit is ", outcomes)

    def test_a_low_soft_limit_is_raised(self) -> None:
        self.assertEqual(self.outcome(before_exec=limited(resource.RLIMIT_NOFILE, 20, 1000)),
                         "works")

    # Threads

    def as_nobody(self, processes: int, **how: object) -> str:
        """Runs the node as a user to whom this limit applies, from a place where that user may run
        it."""
        if os.geteuid() != 0:
            self.skipTest("needs root, to become a user that has no other process")
        user = 54321 + os.getpid() % 1000

        def before_exec() -> None:
            os.setgroups([])
            os.setgid(user)
            resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
            os.setuid(user)
        return self.outcome(before_exec=before_exec, **how)

    @unittest.skipIf(grid.SANITIZED, "a sanitizer starts a process of its own at the end")
    def test_no_thread_or_too_few_are_named(self) -> None:
        if not os.access(grid.OVID, os.X_OK) or not self.can_be_run_by_others():
            self.skipTest(f"{grid.OVID} cannot be run by other users")
        outcomes = [self.as_nobody(processes) for processes in range(1, 6)]
        self.assert_from_some_on("needs 3 threads besides its first, got [012]: ", outcomes)

    @staticmethod
    def can_be_run_by_others() -> bool:
        path = os.path.abspath(grid.OVID)
        while path != "/":
            if not os.stat(path).st_mode & 0o001:
                return False
            path = os.path.dirname(path)
        return True

    # Memory and stack

    @unittest.skipIf(grid.SANITIZED, "a sanitizer takes terabytes of address space")
    def test_any_address_space_is_enough_or_named(self) -> None:
        least = self.address_space_of_the_loader()
        outcomes = [self.outcome(before_exec=limited(resource.RLIMIT_AS, size))
                    for size in range(least, least + 12 * MIB, 600 * KIB)]
        self.assert_from_some_on("out of memory|threads|MiB of memory", outcomes)

    @unittest.skipIf(grid.SANITIZED, "a sanitizer takes more")
    def test_any_size_of_data_is_enough_or_named(self) -> None:
        outcomes = [self.outcome(before_exec=limited(resource.RLIMIT_DATA, size))
                    for size in range(1500 * KIB, 12 * MIB, 800 * KIB)]
        self.assert_from_some_on("out of memory|threads|MiB of memory", outcomes)

    def address_space_of_the_loader(self) -> int:
        """The minimum address space with which the loader can load the program."""
        too_little, enough = MIB, 100 * MIB
        while enough - too_little > 16 * KIB:
            size = (too_little + enough) // 2
            done = subprocess.run([grid.OVID, "--version"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, check=False,
                                  preexec_fn=limited(resource.RLIMIT_AS, size))
            if done.returncode in (0, 1):
                enough = size
            else:
                too_little = size
        return enough

    @unittest.skipIf(grid.SANITIZED, "a sanitizer takes more")
    def test_a_stack_of_any_size_is_enough_or_named(self) -> None:
        outcomes = [self.outcome(before_exec=limited(resource.RLIMIT_STACK, size * KIB))
                    for size in (64, 128, 255, 256, 1000, 64 * KIB)]
        self.assert_from_some_on("needs a stack of 256 KiB, the limit is ", outcomes)
        self.assertEqual(
            self.outcome(before_exec=limited(resource.RLIMIT_STACK, resource.RLIM_INFINITY)),
            "works")

    @unittest.skipIf(grid.SANITIZED, "a sanitizer takes terabytes of address space")
    def test_huge_stacks_do_not_take_the_address_space(self) -> None:
        """A thread's default stack size is RLIMIT_STACK, which may be larger than the address
        space."""
        def before_exec() -> None:
            resource.setrlimit(resource.RLIMIT_STACK, (1 << 30, 1 << 30))
            resource.setrlimit(resource.RLIMIT_AS, (200 * MIB, 200 * MIB))
        self.assertEqual(self.outcome(before_exec=before_exec), "works")

    # Limits that do not matter

    def test_other_limits_do_not_prevent_a_start(self) -> None:
        for what in (resource.RLIMIT_CORE, resource.RLIMIT_MEMLOCK, resource.RLIMIT_FSIZE,
                     resource.RLIMIT_SIGPENDING, resource.RLIMIT_MSGQUEUE, resource.RLIMIT_RTPRIO,
                     resource.RLIMIT_RTTIME, resource.RLIMIT_NICE):
            with self.subTest(what):
                self.assertEqual(self.outcome(before_exec=limited(what, 0)), "works")


if __name__ == "__main__":
    unittest.main()
