"""Before the first symptom the alerting service exceeds no limit, even while what will cause it has begun."""

from __future__ import annotations

import pytest

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.thresholds import exceeded
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Course
from tests.generated.laws.plays import TASK

SEEDS = 100  # incidents of each mode
LONGEST = 30  # minutes after the beginning that are looked at
EARLY = sorted(
    name
    for name, family in FAMILIES.items()
    if any(effect.since == "change" and effect.parameter != "gauge" for effect in family.effects)
)


@pytest.mark.parametrize("family", EARLY)
def test_what_begins_early_hurts_nobody_yet(family: str) -> None:
    hurt: list[str] = []
    for seed in range(SEEDS):
        world: World = generate(TASK, seed, "medium", (family,), tuple(SYSTEMS)).telemetry.world  # type: ignore[attr-defined]
        first = world.changed + 1
        history = world.history(Course())
        for minute in range(first, min(first + LONGEST, world.clock.onset)):
            if exceeded(Reading(world, world.cast.entry, minute, history)):
                hurt.append(f"seed {seed}, {minute - world.changed} minutes after the change")
    assert hurt == []
