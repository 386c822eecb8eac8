"""Machines (network namespaces) that are connected by a network which is slow, far away or lossy:
each has a TUN device, and the emulator (emulator.cpp) carries the packets between them."""
import fcntl
import json
import os
import struct
import subprocess
from typing import Any, Dict, List, NamedTuple

from namespaces import Namespace

EMULATOR = os.environ.get("EMULATOR", "build/test/faults/emulator")
PATIENCE = 20.0  # seconds
DEVICE = "net0"
NETWORK = "10.84.0.0/24"
MTU = 1500
# Packets that wait in a device while the emulator does not run. Far more than come in that time, so
# that only the emulator drops packets.
DEVICE_QUEUE = 10_000
CONGESTION_CONTROL = "cubic"  # Debian's default
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000  # linux/if_tun.h


class Path(NamedTuple):
    """What the network does to packets between any two machines."""

    rate_kbit: int  # of each machine, to all others together, in each direction
    rtt_ms: float
    loss_percent: float = 0.0  # of the packets of each direction
    queue_ms: float = 100.0  # the most that a packet waits in front of a slow access
    jitter_ms: float = 0.0

    def options(self) -> List[str]:
        return [f"--rate-kbit={self.rate_kbit}", f"--delay-ms={self.rtt_ms / 2}",
                f"--loss-percent={self.loss_percent}", f"--queue-ms={self.queue_ms}",
                f"--jitter-ms={self.jitter_ms}"]


class EmulatedNetwork:
    """n machines, each with one address and a device that leads to all others."""

    def __init__(self, n: int, path: Path, seed: int = 1) -> None:
        self.machines: List[Namespace] = []
        self._devices: List[int] = []
        self._emulator: "subprocess.Popen[bytes] | None" = None
        try:
            for number in range(n):
                self.machines.append(Namespace())
                self._set_up(number)
            self.change(path, seed)
        except Exception:
            self.close()
            raise

    @staticmethod
    def address(machine: int) -> str:
        return f"10.84.0.{machine + 1}"

    def _set_up(self, number: int) -> None:
        machine = self.machines[number]
        with machine.entered():
            self._devices.append(os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC))
            # The devices have no offloads: the kernel cuts what it sends into packets by itself.
            fcntl.ioctl(self._devices[-1], TUNSETIFF,
                        struct.pack("16sH22x", DEVICE.encode(), IFF_TUN | IFF_NO_PI))
            # No packets but those of the tests.
            if os.path.exists("/proc/sys/net/ipv6"):
                with open("/proc/sys/net/ipv6/conf/all/disable_ipv6", "w",
                          encoding="ascii") as setting:
                    setting.write("1")
        machine.ip("link set lo up")
        machine.ip(f"link set {DEVICE} mtu {MTU} txqueuelen {DEVICE_QUEUE} up")
        machine.ip(f"addr add {self.address(number)}/32 dev {DEVICE}")
        # By the route and not by sysctl: a namespace may choose only what its machine allows
        # (tcp_allowed_congestion_control).
        machine.ip(f"route add {NETWORK} dev {DEVICE} src {self.address(number)} "
                   f"congctl {CONGESTION_CONTROL}")

    def change(self, path: Path, seed: int = 1) -> None:
        """The network is like this from now on. Packets that are on their way are lost."""
        self.end_emulator()
        self._emulator = subprocess.Popen(
            [EMULATOR, *path.options(), f"--seed={seed}",
             *(f"{self.address(number)}={device}" for number, device in enumerate(self._devices))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=self._devices)
        try:
            # It stands for hardware, which does not wait until programs leave it a processor.
            os.sched_setscheduler(self._emulator.pid, os.SCHED_RR, os.sched_param(1))
        except PermissionError:
            pass

    def end_emulator(self) -> Dict[str, Any]:
        """Nothing arrives any more. Returns what the emulator has counted, nothing if it has ended
        before, and `dropped_outside`: packets that the devices could not keep for the emulator."""
        if not self._emulator:
            return {}
        emulator, self._emulator = self._emulator, None
        told, _ = emulator.communicate(timeout=PATIENCE)
        if emulator.returncode != 0:
            raise OSError(f"the emulator has ended with status {emulator.returncode}")
        return {**json.loads(told), "dropped_outside": self._dropped_by_devices()}

    def _dropped_by_devices(self) -> int:
        total = 0
        for machine in self.machines:
            with machine.entered(), open("/proc/thread-self/net/dev", encoding="ascii") as table:
                counts = next(line.split(":")[1].split() for line in table
                              if line.strip().startswith(f"{DEVICE}:"))
            total += int(counts[11])  # packets to be sent that were dropped
        return total

    def close(self) -> None:
        if self._emulator:
            self._emulator.kill()
            self._emulator.communicate(timeout=PATIENCE)
            self._emulator = None
        while self._devices:
            os.close(self._devices.pop())
        while self.machines:
            self.machines.pop().close()


def impossible() -> str:
    """The reason why such a network cannot be made here; empty if it can."""
    if not os.path.exists(EMULATOR):
        return ""  # an error, not a reason to skip tests
    try:
        EmulatedNetwork(2, Path(rate_kbit=1000, rtt_ms=0)).close()
    except (OSError, AttributeError) as error:
        return str(error)
    return ""
