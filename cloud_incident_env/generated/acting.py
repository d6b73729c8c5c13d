"""The effects of one incident: declared effects with the services, values and minutes that were drawn for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.model import Age, Effect, Grow, Periodic, Ramp
from cloud_incident_env.generated.simulation.shapes import fading, level

FOREVER = 10**9
LEAST_GROWTH = 20.0  # minutes in which what grows is at its height when a failure comes back, at the least
FULL_AGAIN = 2.0  # the same of what is full: that is how it comes back
# What failures leave behind in queues and caches gets less once their cause is gone, and does not go away: old calls
# run into time-outs, and some are made again. Instances that are gone, and records that are wrong, stay so.
RESIDUE = 0.4  # share of it that stays
DECAY_MINUTES = 20  # from the end of the cause until so much is left
DECAYING = frozenset({"hung", "call_hangs", "slowdown", "delay", "retries", "hit_loss"})


class Relapse(NamedTuple):
    """When a failure came back because nothing kept it from it, and when that ended."""

    begin: int
    ended: int = FOREVER


class Acting(NamedTuple):
    """An effect on one service."""

    effect: Effect
    service: int
    to: float  # what the parameter comes to at full height
    begin: int  # minute
    minutes: float  # length of its ramp or period
    until: tuple[str, ...] = ()  # conditions that end it
    stops: tuple[str, ...] = ()  # conditions from which it grows no further
    lasts: float = FOREVER  # minutes after which it is over by itself
    causes: tuple[str, ...] = ()  # conditions from which it gets less by itself, all of them; empty: it does not
    full: int = 0  # minute at which what grows reaches its height

    def level(self, minute: float, reached: Mapping[str, int], fresh: int | None, again: Relapse | None) -> float:
        """How strong it is at a minute, 0 to 1, or more where it grows.

        `reached` says when conditions came true, `fresh` when the service last began anew by a restart or rollback, and
        `again` when the failure came back.
        """
        shape = self.effect.shape
        ended = _ended(self.until, reached, self.begin + self.lasts)
        begin, height = float(self.begin), float(self.full)
        grown = _ended(self.stops, reached, FOREVER) if isinstance(shape, Grow) else FOREVER
        if again is not None and again.begin <= minute:
            begin, ended, height = float(again.begin), float(again.ended), again.begin + self._growing_again()
            grown = FOREVER
        elif fresh is not None and isinstance(shape, Grow) and shape.restart_clears and begin < fresh <= minute:
            begin, height = float(fresh), fresh + height - begin
        left = fading(minute, ended) if not isinstance(shape, Age) or minute < ended else 0.0
        if self.causes and reached and (again is None or minute < again.begin):
            left *= _residue(minute - _ended(self.causes, reached, FOREVER))
        if not left:
            return 0.0
        return level(shape, begin, height, min(minute, ended, grown), self.minutes) * left

    def _growing_again(self) -> float:
        """The minutes from the return of a failure until what grows is at its height."""
        shape = self.effect.shape
        return FULL_AGAIN if isinstance(shape, Grow) and shape.full else max(LEAST_GROWTH, -float(self.begin))


def _residue(minutes: float) -> float:
    """What is left, as a share, so many minutes after the cause went; all of it before that."""
    return max(RESIDUE, 1.0 - (1.0 - RESIDUE) * max(0.0, minutes) / DECAY_MINUTES)


def _ended(until: Iterable[str], reached: Mapping[str, int], at_latest: float) -> float:
    """The minute at which the last of the conditions came true; `at_latest` if one has not, or if that is earlier."""
    if not reached:
        return at_latest
    last = -FOREVER
    for name in until:
        if name not in reached:
            return at_latest
        last = max(last, reached[name])
    return min(float(last), at_latest) if last > -FOREVER else at_latest


def acting(
    effect: Effect,
    service: int,
    draws: Draws,
    begin: int,
    until: tuple[str, ...] = (),
    lasts: float = FOREVER,
    stops: tuple[str, ...] = (),
) -> Acting:
    """Draw the value and the minutes of an effect on a service.

    `until` and `stops` are the conditions that end it and its growth where the effect names none.
    """
    to = draws.uniform(*effect.to)
    minutes = draws.uniform(*effect.shape.minutes) if isinstance(effect.shape, (Ramp, Periodic)) else 0.0
    return Acting(effect, service, to, begin, minutes, effect.until or until, effect.stops or stops, lasts)
