"""How strong an effect is at a minute: 0 (not there) to 1 (at its full height), or more where it goes on growing."""

from __future__ import annotations

from cloud_incident_env.generated.model import Age, Grow, Periodic, Ramp, Shape

FADE_MINUTES = 2.0  # from the end of an effect until it is gone: connections come back, queues drain
MOST_GROWTH = 1.6  # what grows is at most this multiple of its height at the alert
LEVELS = 16  # steps between 0 and 1 in which the solver sees an effect


def level(shape: Shape, begin: float, height: float, minute: float, minutes: float) -> float:
    """The level of a shape at a minute; of an age, how many minutes old it is.

    `begin` is the minute from which it acts, `height` the minute at which what grows reaches its declared value, and
    `minutes` the length drawn for a ramp or a period.
    """
    if minute < begin:
        return 0.0
    if isinstance(shape, Ramp):
        return min(1.0, (minute - begin + 1.0) / (minutes + 1.0))
    if isinstance(shape, Grow):
        return min(1.0 if shape.full else MOST_GROWTH, (minute - begin) / max(1.0, height - begin))
    if isinstance(shape, Age):
        return minute - begin
    if isinstance(shape, Periodic):
        position = (minute - begin) / minutes
        return 1.0 if position - int(position) < shape.share else 0.0
    return 1.0


def fading(minute: float, ended: float) -> float:
    """What is left of an effect that ended at a minute: 1 before it, 0 once it has faded."""
    return max(0.0, min(1.0, 1.0 - (minute - ended) / FADE_MINUTES)) if minute >= ended else 1.0


def stepped(value: float) -> float:
    """A level as the solver sees it."""
    return int(min(1.0, value) * LEVELS + 0.5) / LEVELS
