"""The limits at which monitoring raises an alert on a service that takes requests, and which of them it exceeds."""

from __future__ import annotations

from typing import NamedTuple

from cloud_incident_env.generated.numbers import milliseconds, percent
from cloud_incident_env.generated.readings import Reading

ERRORS = 5.0  # times the normal error rate, and
LEAST_ERRORS = 0.01  # share of the requests at the least
MOST_TURNED_AWAY = 0.02  # share of the connections that a probe opens
LATENCY = 1.8  # times the normal p99


class Firing(NamedTuple):
    """A limit that is exceeded."""

    name: str
    shown: str
    limit: str


def turned_away(reading: Reading) -> float:
    """The share of the connections to a service that fail."""
    return 1.0 - (1.0 - reading.parameters.refused) * (1.0 - reading.parameters.unreachable)


def _most_p99(reading: Reading) -> float:
    """The limit of the p99 in ms: a multiple of the normal one, unless a rule that is wrong sets another."""
    world = reading.world
    fact = world.cast.family.alert_limit
    ruled = bool(fact) and reading.index == world.cast.entry and reading.minute >= world.clock.onset
    if ruled and not reading.usual and world.goes_on(reading.minute, reading.history):
        return 1000.0 * float(str(world.fact(fact, reading.minute)))
    return LATENCY * world.sizing.normal.times(reading.index).tail


def exceeded(reading: Reading) -> list[Firing]:
    """The limits that a service exceeds, as its monitoring sees it. What takes no requests has none of these."""
    if not reading.node.serves:
        return []
    normal = reading.world.sizing.normal
    errors, p99 = reading.monitored_errors, reading.monitored_p99
    most_errors = max(LEAST_ERRORS, ERRORS * normal.failed[reading.index])
    most_p99 = _most_p99(reading)
    lost = turned_away(reading)
    found = []
    if lost > MOST_TURNED_AWAY:
        found.append(Firing("connections to it fail", percent(lost), percent(MOST_TURNED_AWAY)))
    if errors > most_errors:
        found.append(Firing("error rate over its limit", percent(errors), percent(most_errors)))
    if p99 > most_p99:
        found.append(Firing("p99 latency over its limit", milliseconds(p99), milliseconds(most_p99)))
    return found
