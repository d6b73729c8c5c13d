"""How exact shown figures are: arithmetic on intervals, each figure within half a unit of its last digit."""

from __future__ import annotations

from typing import NamedTuple

from cloud_incident_env.agents.evidence import Figure

ROUNDING = 1e-9  # of floating-point numbers, as a share


class Span(NamedTuple):
    """All values that a figure may have."""

    low: float
    high: float

    def __add__(self, other: object) -> Span:
        assert isinstance(other, Span)
        return Span(self.low + other.low, self.high + other.high)

    def times(self, other: Span) -> Span:
        """The product of two spans of values that are not negative."""
        return Span(self.low * other.low, self.high * other.high)

    def less(self, other: Span) -> Span:
        return Span(self.low - other.high, self.high - other.low)

    def meets(self, other: Span) -> bool:
        """Whether the two can be the same value."""
        slack = ROUNDING * (1.0 + abs(self.high) + abs(other.high))
        return self.low <= other.high + slack and other.low <= self.high + slack


def span(figure: Figure | None) -> Span:
    """The values that a figure may have; nothing at all where it is not shown."""
    if figure is None:
        return Span(0.0, 0.0)
    return Span(max(0.0, figure.value - figure.half), figure.value + figure.half)


def share(figure: Figure) -> Span:
    """The values of a percentage, as a share of 0 to 1."""
    found = span(figure)
    return Span(found.low / 100.0, min(1.0, found.high / 100.0))
