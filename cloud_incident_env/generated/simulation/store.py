"""The solutions that a process keeps: the most recently used ones, within a bound on memory, for all incidents."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from cloud_incident_env.generated.simulation.solver import Solution

MOST_BYTES = 64 * 2**20
SOLUTION_BYTES = 10_500  # of a system of 31 services and 95 edges, measured on Python 3.11


class SolutionStore:
    """Solutions by what they solve. A solution that was dropped is solved again, to the same bits."""

    def __init__(self, most: int = MOST_BYTES // SOLUTION_BYTES) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Solution] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, name: Hashable) -> Solution | None:
        with self._lock:
            found = self._kept.get(name)
            if found is not None:
                self._kept.move_to_end(name)
            return found

    def put(self, name: Hashable, solution: Solution) -> None:
        with self._lock:
            self._kept[name] = solution
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


SOLUTIONS = SolutionStore()
