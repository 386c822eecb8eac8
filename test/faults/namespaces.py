"""Network namespaces as machines, and veth pairs as cables between any two of them. A
namespace lives as long as its descriptor is open, and has no name that could stay behind."""
import contextlib
import ctypes
import os
import subprocess
import threading
from typing import Iterator, List

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> None:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


class Namespace:
    def __init__(self) -> None:
        failures: List[OSError] = []
        thread = threading.Thread(target=self._make, args=(failures,))
        thread.start()  # enters a new namespace and ends
        thread.join()
        if failures:
            raise failures[0]

    def _make(self, failures: List[OSError]) -> None:
        try:
            _check(_libc.unshare(CLONE_NEWNET))
            self.descriptor = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        except OSError as error:
            failures.append(error)

    @property
    def path(self) -> str:
        return f"/proc/{os.getpid()}/fd/{self.descriptor}"

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """While the context is active, this thread is in the namespace. Sockets and processes that
        it makes stay in it afterwards."""
        outside = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            _check(_libc.setns(self.descriptor, CLONE_NEWNET))
            try:
                yield
            finally:
                _check(_libc.setns(outside, CLONE_NEWNET))
        finally:
            os.close(outside)

    def ip(self, command: str) -> None:
        with self.entered():
            done = subprocess.run(["ip", *command.split()], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  check=False)
        if done.returncode != 0:
            raise OSError(f"ip {command}: {done.stdout.strip()}")

    def close(self) -> None:
        os.close(self.descriptor)


class Cables:
    """n machines, each with one address and a cable to each of the others."""

    NOBODY = "02:00:00:00:00:01"  # a MAC address that no network card here has

    def __init__(self, n: int) -> None:
        self.n = n
        self.machines: List[Namespace] = []
        try:
            for here in range(n):
                self.machines.append(self._machine(here))
            self.pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
            for pair in self.pairs:
                self._lay(*pair)
        except Exception:
            self.close()
            raise

    def _machine(self, number: int) -> Namespace:
        made = Namespace()
        made.ip("link set lo up")
        made.ip(f"addr add {self.address(number)}/32 dev lo")
        return made

    def renew(self, machine: int) -> None:
        """Replaces the machine by a new one with the same address and new cables. No process may
        run on the machine."""
        pairs = [pair for pair in self.pairs if machine in pair]
        for pair in pairs:
            other = sum(pair) - machine
            self.machines[other].ip(f"link del to{machine}")
        self.machines[machine].close()
        self.machines[machine] = self._machine(machine)
        for pair in pairs:
            self._lay(*pair)

    @staticmethod
    def address(machine: int) -> str:
        return f"10.83.0.{machine + 1}"

    def _lay(self, a: int, b: int) -> None:
        self.machines[a].ip(f"link add to{b} type veth peer name to{a} "
                            f"netns {self.machines[b].path}")
        for here, there in ((a, b), (b, a)):
            self.plug(here, there)

    def plug(self, here: int, there: int) -> None:
        """Sets up this end of the cable, and the route through it to the other machine."""
        self.machines[here].ip(f"link set to{there} up")
        self.machines[here].ip(f"route replace {self.address(there)}/32 dev to{there} "
                               f"src {self.address(here)}")

    def unplug(self, here: int, there: int) -> None:
        """Sets this end of the cable down, so that neither end has a carrier."""
        self.machines[here].ip(f"link set to{there} down")

    def mislead(self, here: int, there: int) -> None:
        """Drops what is sent in this direction; the other direction is not changed."""
        self.machines[here].ip(f"neigh replace {self.address(there)} dev to{there} "
                               f"lladdr {self.NOBODY} nud permanent")

    def lead(self, here: int, there: int) -> None:
        self.machines[here].ip(f"neigh del {self.address(there)} dev to{there}")

    def close(self) -> None:
        for machine in self.machines:
            machine.close()


def impossible() -> str:
    """The reason why machines and cables cannot be made here; empty if they can."""
    try:
        Cables(2).close()
    except (OSError, AttributeError) as error:
        return str(error)
    return ""
