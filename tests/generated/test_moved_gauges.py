"""No gauge belongs to one failure: each that some mode moves is moved by others as well."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from cloud_incident_env.generated import gauges
from cloud_incident_env.generated.background import Background
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.gauges import gauges_of
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.linked_gauges import LINKS
from cloud_incident_env.generated.model import Gauge
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Course
from tests.generated.laws.plays import TASK, incident_of

SEEDS = 6  # incidents of each mode
LINKED_SEEDS = 25  # incidents of any mode
MINUTE = 5  # after the alert
BEFORE = 40  # minutes before the first symptom and the change, when all is well
RATIO = 1.2  # from which a gauge has moved
POINTS = 6.0  # the same of a percentage
OF_RANGE = 0.4  # the least that counts, as a share of its normal range
# Gauges that one mode moves alone, and why no other could.
ALONE = {
    "nearest certificate expiry": "days pass for all certificates alike, and only one that nobody renews runs out",
}


def _moves(gauge: Gauge, now: float, before: float) -> bool:
    if gauge.counts and gauge.normal[0] == gauge.normal[1]:  # each one more or less is seen
        return now != before
    least = max(gauge.normal[1] - gauge.normal[0], 0.15 * gauge.normal[1], 3.0 * 10**-gauge.decimals)
    far = not before / RATIO <= now <= before * RATIO or (gauge.unit.startswith("%") and abs(now - before) > POINTS)
    return abs(now - before) > OF_RANGE * least and far


def _moved(world: World) -> set[Gauge]:
    """The gauges that the failure of an incident moves at its known services."""
    world.others = Background()
    history, calm = world.history(Course(MINUTE, (), ())), min(world.clock.onset, world.changed) - BEFORE
    found = set()
    for index in world.cast.known:
        now, before = (gauges_of(Reading(world, index, minute, history)) for minute in (MINUTE, calm))
        found |= {
            gauge for gauge in world.cast.software(index).gauges if _moves(gauge, now[gauge.label], before[gauge.label])
        }
    return found


def _moved_by() -> dict[Gauge, set[str]]:
    found: dict[Gauge, set[str]] = defaultdict(set)
    for family in FAMILIES:
        for seed in range(SEEDS):
            incident = generate(TASK, seed, "easy", (family,), tuple(SYSTEMS))
            for gauge in _moved(incident.telemetry.world):  # type: ignore[attr-defined]
                found[gauge].add(family)
    return found


@cache
def _alone() -> dict[str, str]:
    """The gauges that a single mode moves, each with the mode."""
    return {gauge.label: next(iter(modes)) for gauge, modes in _moved_by().items() if len(modes) == 1}


def test_no_gauge_is_moved_by_one_mode_alone() -> None:
    assert len(ALONE) <= 3
    assert {label: mode for label, mode in _alone().items() if label not in ALONE} == {}


def test_gauges_that_follow_nothing_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gauges, "link", lambda linking: None)
    found = {gauge.label for gauge, modes in _moved_by().items() if len(modes) == 1}
    assert len(found) > len(ALONE) + 3, f"only {sorted(found)} follow nothing, and {len(LINKS)} software kinds link"


@pytest.mark.parametrize("software", sorted(LINKS))
def test_what_is_linked_is_declared_as_linked(software: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In failures, links change the gauges that say so and no others; memory is not declared with a software."""
    declared = {gauge.label for gauge in SOFTWARE[software].gauges if gauge.linked} | {"memory"}
    compared = 0
    for seed in range(LINKED_SEEDS):
        world = incident_of(seed, "expert").telemetry.world  # type: ignore[attr-defined]
        history = world.history(Course(MINUTE, (), ()))
        for index in (i for i in world.cast.known if world.cast.service(i).software == software):
            reading = Reading(world, index, MINUTE, history)
            linked = gauges_of(reading)
            with monkeypatch.context() as patch:
                patch.setattr(gauges, "link", lambda linking: None)
                assert {label for label, value in gauges_of(reading).items() if value != linked[label]} <= declared
            compared += 1
    assert compared
