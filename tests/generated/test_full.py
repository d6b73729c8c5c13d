"""What refuses because it is full reads full: the gauge and the refusals of a failure go together in time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cloud_incident_env.generated.acting import Acting
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.gauges import gauges_of
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.model import Family, Gauge, Grow, Parameter
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.roles import services_in
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Course
from tests.generated.laws.plays import TASK

SEEDS = 3  # incidents of each mode
AFTER = 10  # minutes after the alert, nothing done
NEAR = 0.97  # share of a limit at which an effect puts what is used up
FULL = 0.99  # the same of what is shown
REFUSES = 0.1  # share of their final height from which refusals are there
REFUSALS: tuple[Parameter, ...] = ("own_errors", "hung", "refused", "unreachable", "call_errors")
# Gauges at their limits for which nothing is refused: a cache evicts, logs tell of what fails, workers wait.
BESIDE = {
    ("crawler-scan", "memory used"),
    ("fd-leak", "log disk used"),
    ("fleet-growth-limit", "log disk used"),
    ("heap-leak", "log disk used"),
    ("runtime-heap-sizing", "log disk used"),
    ("thread-starvation", "workers busy"),
}


def _limit(gauge: Gauge) -> float | None:
    return 100.0 if gauge.unit == "% of limit" else gauge.most


def _gauge(family: Family, role: str, label: str) -> Gauge | None:
    software = family.through if role == "through" else family.strikes
    return next((found for found in (SOFTWARE[name].gauge(label) for name in software) if found), None)


def _full_of(family: Family) -> Iterator[tuple[str, Gauge]]:
    """The gauges of a mode, each with its role, that stand at their limits where requests are refused."""
    for effect in family.effects:
        refusing = any(each.parameter in REFUSALS and each.on == effect.on for each in family.effects)
        gauge = _gauge(family, effect.on, effect.gauge) if refusing and effect.on in ("culprit", "through") else None
        limit = _limit(gauge) if gauge is not None else None
        if gauge is None or limit is None or (family.name, gauge.label) in BESIDE:
            continue
        if min(effect.to) >= NEAR * limit:
            yield effect.on, gauge


MODES = sorted(name for name, family in FAMILIES.items() if any(_full_of(family)))


def _refuses(world: World, index: int, minute: int) -> bool:
    history = world.history(Course(AFTER, (), ()))
    levels: list[tuple[Acting, float]] = [
        (each, level) for each, level in world.levels(minute, history) if each in world.acting
    ]
    return any(
        each.service == index and each.effect.parameter in REFUSALS and level > REFUSES for each, level in levels
    )


@pytest.mark.parametrize("mode", MODES)
def test_what_refuses_because_it_is_full_reads_full(mode: str) -> None:
    family, refusing = FAMILIES[mode], 0
    for seed in range(SEEDS):
        incident = generate(TASK, seed, "hard", (mode,), tuple(SYSTEMS))
        world: World = incident.telemetry.world  # type: ignore[attr-defined]
        history = world.history(Course(AFTER, (), ()))
        for role, gauge in _full_of(family):
            limit = _limit(gauge)
            assert limit is not None
            for index in services_in(world.cast, role):  # type: ignore[arg-type]
                for minute in range(world.clock.onset - 3, AFTER):
                    if _refuses(world, index, minute):
                        refusing += 1
                        value = gauges_of(Reading(world, index, minute, history))[gauge.label]
                        assert value >= FULL * limit, f"{incident.id} minute {minute}: {gauge.label} {value:.1f}"
    assert refusing


def test_what_grows_until_it_is_full_is_among_them() -> None:
    growing = {
        family.name
        for family in FAMILIES.values()
        if any(isinstance(effect.shape, Grow) and effect.shape.full for effect in family.effects)
    }
    assert growing <= {*MODES}
    assert len(MODES) >= 15


def test_a_cache_that_refuses_writes_takes_no_more_keys_and_finds_less() -> None:
    for seed in range(SEEDS):
        incident = generate(TASK, seed, "hard", ("cache-oom",), tuple(SYSTEMS))
        world: World = incident.telemetry.world  # type: ignore[attr-defined]
        history, through = world.history(Course(AFTER, (), ())), world.cast.place.source
        read = [gauges_of(Reading(world, through, minute, history)) for minute in (world.clock.onset, 0, AFTER)]
        keys, hits = ([each[label] for each in read] for label in ("keys without expiry", "hit ratio"))
        assert max(keys) < 1.15 * min(keys), keys  # of whom alone more requests ask for more
        assert hits[1] < hits[0] - 3.0, hits
        assert not any(each["evicted keys"] for each in read)
