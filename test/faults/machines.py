"""A grid whose nodes run on machines of their own (network namespaces)."""
import sys
import unittest
from typing import Iterable, List, Optional, Protocol

import grid
from namespaces import Namespace

SKIPPED = 77  # Meson's status for a skipped test


def run_tests(needed: str, hindrance: Optional[str]) -> None:
    """Runs the tests of the program. If something hinders them, says what they need and why it is
    not here, and ends the program as skipped."""
    if hindrance:
        print(f"skipped: no {needed} here: {hindrance}")
        sys.exit(SKIPPED)
    unittest.main()


class Network(Protocol):
    """Connects the machines. Closing it closes them."""

    machines: List[Namespace]

    def address(self, machine: int) -> str: ...

    def close(self) -> None: ...


class GridOfMachines(grid.Grid):
    """Node i runs on machine i. Each node listens on all addresses of its machine, so clients reach
    it by the machine's loopback address whatever happens to the network."""

    def __init__(self, network: Network, n: int, *options: str,
                 start: Optional[Iterable[int]] = None) -> None:
        """Closing the grid closes the network, also if the grid cannot be made."""
        self.network = network
        try:
            super().__init__(n, "--host", "0.0.0.0", *options, start=start)
        except Exception:
            self.network.close()
            raise

    def arguments(self, node: int) -> List[str]:
        return [*super().arguments(node),
                *(f"--peer={peer}={self.network.address(peer)}:{self.ports.mesh(peer)}"
                  for peer in range(self.n) if peer != node)]

    def start(self, node: int, **how: object) -> grid.Node:
        with self.network.machines[node].entered():
            return super().start(node, **how)

    def connect(self, node: int, receive_buffer: int = 0) -> grid.Client:
        with self.network.machines[node].entered():
            return super().connect(node, receive_buffer)

    def close(self) -> None:
        super().close()
        self.network.close()
