"""The distribution of the time that requests take, by its p50 and p99 and by a share of requests that wait much longer.

The body is linear between a few quantiles, as a histogram of a monitoring system has it. Beside it, a share `slow` of
the requests takes from `low` to `high`, evenly: those that waited for a time-out; and a share `quick` hardly any time:
those that were turned away.
"""

from __future__ import annotations

from typing import NamedTuple

# Quantiles of the body: up to the median in multiples of p50, then as shares of the way from p50 to p99. A service with
# a p99 of five times its p50 has a p95 of 3.6 times it, which is usual for web services.
FASTEST = 0.4  # fastest request, as a multiple of p50
UPPER = ((0.5, 0.0), (0.75, 0.16), (0.9, 0.42), (0.95, 0.64), (0.99, 1.0))
SLOWEST = 1.5  # slowest request of the body, as a multiple of p99
P99 = 0.99
NONE_LEFT = 1e-9  # in place of a share of 0 to divide by


class Times(NamedTuple):
    """How long requests take, in ms."""

    p50: float  # of the body
    p99: float  # of the body
    slow: float = 0.0  # share of the requests that wait for a time-out
    low: float = 0.0  # what these take, at least
    high: float = 0.0  # what these take, at most
    quick: float = 0.0  # share of the requests that fail before any work is done
    fast: float = 0.0  # what these take, at most

    def quantile(self, share: float) -> float:
        """The time within which this share of the requests, 0 to 1, is answered."""
        if share > 1.0 - self.slow and self.slow:
            return self.high - (self.high - self.low) * ((1.0 - share) / self.slow)
        if self.quick and share < self.quick:
            return self.fast * (FASTEST + (1.0 - FASTEST) * share / self.quick)
        return body_at(self.p50, self.p99, (share - self.quick) / max(NONE_LEFT, 1.0 - self.slow - self.quick))

    @property
    def median(self) -> float:
        return self.quantile(0.5)

    @property
    def tail(self) -> float:
        """The 99th percentile."""
        return self.quantile(P99)

    @property
    def mean(self) -> float:
        body = (1.0 - self.slow - self.quick) * body_mean(self.p50, self.p99)
        return body + self.slow * (self.low + self.high) / 2.0 + self.quick * self.fast * (1.0 + FASTEST) / 2.0

    def share_over(self, limit: float) -> float:
        """The share of the requests that take longer than `limit` ms."""
        late = 0.0
        if self.slow and limit < self.high:
            late = self.slow if limit <= self.low else self.slow * (self.high - limit) / (self.high - self.low)
        early = 0.0
        if self.quick and limit < self.fast:
            early = self.quick * min(1.0, 1.0 - (limit / self.fast - FASTEST) / (1.0 - FASTEST))
        return late + early + (1.0 - self.slow - self.quick) * body_over(self.p50, self.p99, limit)


def body_at(p50: float, p99: float, share: float) -> float:
    """The time within which this share of the body, 0 to 1, is answered."""
    if share <= 0.5:
        return p50 * (FASTEST + (1.0 - FASTEST) * share / 0.5)
    if share > P99:
        return p99 * (1.0 + (SLOWEST - 1.0) * min(1.0, (share - P99) / (1.0 - P99)))
    before, part = UPPER[0]
    for quantile, reached in UPPER[1:]:
        if share <= quantile:
            return p50 + (p99 - p50) * (part + (reached - part) * (share - before) / (quantile - before))
        before, part = quantile, reached
    return p99


def body_mean(p50: float, p99: float) -> float:
    """The mean time of the body: the area below its quantiles."""
    return 0.84 * p50 + 0.1228 * (p99 - p50) + 0.0125 * p99


def body_over(p50: float, p99: float, limit: float) -> float:
    """The share of the body that takes longer than `limit` ms."""
    if limit >= p99 * SLOWEST:
        return 0.0
    if limit >= p99:
        return (1.0 - P99) * (1.0 - (limit / p99 - 1.0) / (SLOWEST - 1.0))
    if limit >= p50:
        part = (limit - p50) / (p99 - p50)
        before, reached = UPPER[0]
        for quantile, value in UPPER[1:]:
            if part <= value:
                return 1.0 - (before + (quantile - before) * (part - reached) / (value - reached))
            before, reached = quantile, value
    if limit <= p50 * FASTEST:
        return 1.0
    return 1.0 - 0.5 * (limit / p50 - FASTEST) / (1.0 - FASTEST)
