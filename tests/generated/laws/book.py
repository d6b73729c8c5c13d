"""The laws by name, and what breaks them in some incidents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tests.generated.laws.calls import calls
from tests.generated.laws.clock import ages_of_play, alert_of_play, clock
from tests.generated.laws.counts import counts
from tests.generated.laws.cure import cure
from tests.generated.laws.failures import failures
from tests.generated.laws.harm import harm
from tests.generated.laws.history import history
from tests.generated.laws.latency import latency, ordinary_waits
from tests.generated.laws.links import links
from tests.generated.laws.plays import Moment, Play, play
from tests.generated.laws.resources import resources

OF_A_MOMENT: dict[str, Callable[[Moment], Iterator[str]]] = {
    "calls": calls,
    "failures": failures,
    "latency": latency,
    "resources": resources,
    "clock": clock,
    "counts": counts,
    "links": links,
}
OF_A_PLAY: dict[str, Callable[[Play], Iterator[str]]] = {
    "history": history,
    "ages": ages_of_play,
    "alert": alert_of_play,
    "cure": cure,
    "harm": harm,
}
LAWS = (*OF_A_MOMENT, *OF_A_PLAY)
ABOVE_P99 = (0.005, 0.02)  # share of ordinary waits that take longer than the p99 shown, at the least and the most


def violations(played: Play, laws: Iterable[str] = LAWS) -> Iterator[str]:
    """What breaks the laws of these names in an incident, each with the name of the law."""
    for name in laws:
        if name in OF_A_PLAY:
            yield from (f"{name}: {problem}" for problem in OF_A_PLAY[name](played))
        else:
            for moment in played.moments:
                yield from (f"{name}: {problem}" for problem in OF_A_MOMENT[name](moment))


def waits_above(plays: Iterable[Play]) -> tuple[int, int]:
    """How many ordinary waits are logged, and how many of them take longer than the p99 that the metrics show."""
    waits = above = 0
    for played in plays:
        seen: set[str] = set()  # a line is shown at several moments
        for moment in played.moments:
            for line, wait, p99 in ordinary_waits(moment):
                if line not in seen:
                    waits += 1
                    above += wait > p99
                seen.add(line)
    return waits, above


__all__ = ["ABOVE_P99", "LAWS", "play", "violations", "waits_above"]
