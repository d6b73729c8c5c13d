"""The options of a choice and their scores: a linear score with hashed weights, made a probability by a softmax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from examples.learn.reading import token

SIZE = 1 << 16  # weights; every feature is hashed to one of them
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd constants that spread what is multiplied by them over 64 bits
_OTHER_SPREAD = np.uint64(0xC2B2AE3D27D4EB4F)

Figures = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Options:
    """The options of one choice.

    Option i has the figures `dense[i]`, weighed by the weights that begin at `column`, and the sparse features whose
    weights lie `at[k]` and whose figures are `value[k]`, for every k with `owner[k] == i`.
    """

    names: Sequence[str]
    column: int
    dense: Figures  # (options, figures)
    at: Places = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    owner: Places = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    value: Figures = field(default_factory=lambda: np.zeros(0))

    def scores(self, weights: Figures) -> Figures:
        scores: Figures = self.dense @ weights[self._columns()]
        if len(self.at):
            scores = scores + np.bincount(self.owner, weights[self.at] * self.value, len(self.names))
        return scores

    def add_gradient(self, gradient: Figures, coefficients: Figures) -> None:
        """Add the gradient of the sum of `coefficients` times scores."""
        gradient[self._columns()] += coefficients @ self.dense
        if len(self.at):
            np.add.at(gradient, self.at, coefficients[self.owner] * self.value)

    def _columns(self) -> slice:
        return slice(self.column, self.column + self.dense.shape[1])


def softmax(scores: Figures) -> Figures:
    weights = np.exp(scores - scores.max())
    shares: Figures = weights / weights.sum()
    return shares


def dense_options(
    name: str,
    names: Sequence[str],
    dense: Figures,
    at: Places | None = None,
    owner: Places | None = None,
    value: Figures | None = None,
) -> Options:
    """The options of the choice of a name: its dense weights have a place of their own."""
    column = _hashed("dense " + name) % (SIZE - dense.shape[1])
    if at is None or owner is None or value is None:
        return Options(names, column, dense)
    return Options(names, column, dense, at, owner, value)


def places_of(name: str, tokens: NDArray[np.uint32]) -> Places:
    """Where the weights of tokens lie in the namespace of a name."""
    offset = np.uint64(_hashed(name) * int(_OTHER_SPREAD) % (1 << 64))
    return _place(tokens.astype(np.uint64) * _SPREAD + offset)


def pair_places(options: NDArray[np.uint64], tokens: NDArray[np.uint32]) -> Places:
    """Where the weights of each pair of an option (by its hash) and a token lie, first option first."""
    return _place(((tokens.astype(np.uint64)[None, :] * _SPREAD) ^ (options[:, None] * _OTHER_SPREAD)).ravel())


def _place(mixed: NDArray[np.uint64]) -> Places:
    places: Places = ((mixed >> np.uint64(29)) % np.uint64(SIZE)).astype(np.int64)
    return places


@cache
def _hashed(name: str) -> int:
    return token(name) * 2654435761 % (1 << 32)
