"""The alerts that fire on a service: limits that it exceeds, and gauges of what takes no requests."""

from __future__ import annotations

from cloud_incident_env.generated.gauges import gauges_of, usual_gauges
from cloud_incident_env.generated.numbers import with_unit
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.thresholds import Firing, exceeded

# Gauges of what takes no requests that raise an alert below such a share of their usual value.
LEAST_OF_USUAL = {"nodes ready": 0.97, "peers established": 0.95, "prefixes announced": 0.95}


def firing(reading: Reading) -> list[Firing]:
    """The alerts that fire on a service."""
    return exceeded(reading) if reading.node.serves else _of_gauges(reading)


def _of_gauges(reading: Reading) -> list[Firing]:
    limited = [g for g in reading.world.cast.software(reading.index).gauges if g.label in LEAST_OF_USUAL]
    if not limited:
        return []
    now = gauges_of(reading)
    usual = usual_gauges(Reading(reading.world, reading.index, 0, reading.history, usual=True))
    found = []
    for gauge in limited:
        limit = usual[gauge.label] * LEAST_OF_USUAL[gauge.label]
        if now[gauge.label] < limit:
            shown = with_unit(now[gauge.label], gauge.unit, gauge.decimals)
            found.append(Firing(f"{gauge.label} below its limit", shown, with_unit(limit, gauge.unit, 1)))
    return found
