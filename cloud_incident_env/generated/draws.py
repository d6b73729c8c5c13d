"""Random draws that are the same on every machine and in every Python version.

Everything that is left to chance in generated incidents is drawn here: BLAKE2b of a stream's name and a block number
gives sixteen 32-bit numbers at a time. A stream costs a microsecond to begin, so everything drawn has a stream of its
own, and does not depend on what was drawn before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from struct import Struct
from typing import TypeVar

T = TypeVar("T")

_BLOCK = Struct("<16I")
_SCALE = 2.0**-32


def stable_hash(*parts: object) -> int:
    """A 64-bit number that depends on the text of the parts and on nothing else."""
    return int.from_bytes(blake2b(_joined(parts), digest_size=8).digest(), "big")


def _joined(parts: Sequence[object]) -> bytes:
    return "\x1f".join(map(str, parts)).encode()


class Draws:
    """A stream of draws named by its parts; streams of other names are independent of it."""

    __slots__ = ("_blocks", "_name", "_numbers")

    def __init__(self, *name: object) -> None:
        self._name = _joined(name)
        self._blocks = 0
        self._numbers: list[int] = []

    def _random(self) -> float:
        """A number from 0 up to, but not including, 1."""
        if not self._numbers:
            block = blake2b(self._name, digest_size=64, salt=self._blocks.to_bytes(16, "little"))
            self._numbers.extend(_BLOCK.unpack(block.digest()))
            self._blocks += 1
        return self._numbers.pop() * _SCALE

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
