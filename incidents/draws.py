"""Random draws that are the same on every machine and in every Python version.

The single source of chance in generated incidents. It rests on `random.Random.random()` alone, whose sequence Python
guarantees for a seed; the methods that `random` builds on it may change from version to version.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stable_hash(*parts: object) -> int:
    """A 64-bit number that depends on the text of the parts and on nothing else."""
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


class Draws:
    """A stream of draws named by its parts; streams of other names are independent of it."""

    __slots__ = ("_random",)

    def __init__(self, *name: object) -> None:
        self._random = Random(stable_hash(*name)).random

    def chance(self, probability: float) -> bool:
        return self._random() < probability

    def uniform(self, low: float, high: float) -> float:
        return low + (high - low) * self._random()

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int((high - low + 1) * self._random())

    def pick(self, options: Sequence[T]) -> T:
        return options[int(len(options) * self._random())]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        pool = list(options)
        for last in range(len(pool) - 1, 0, -1):
            other = int((last + 1) * self._random())
            pool[last], pool[other] = pool[other], pool[last]
        return pool

    def sample(self, options: Sequence[T], size: int) -> list[T]:
        """Up to `size` different options, in random order."""
        return self.shuffled(options)[:size]
