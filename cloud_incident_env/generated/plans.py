"""The remediation plan of an incident: its conditions, and the actions that bring each about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.model import Way
from cloud_incident_env.generated.roles import services_in
from cloud_incident_env.incident import Condition, Key

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World


EVERY_WAY = 0.35  # share of the conditions whose alternatives all stand in the runbook


def conditions_of(world: World) -> tuple[Condition, ...]:
    """The conditions of the plan, each after those that it needs."""
    family, found = world.cast.family, []
    for condition in family.plan:
        ways = written(family.ways_of(condition), world.draws("ways", condition.name))
        keys = tuple(way_key(world, way) for way in ways)
        restores = condition.kind in ("stop", "restore")
        found.append(Condition(condition.name, keys, condition.needs, restores))
    return tuple(found)


def written(ways: tuple[Way, ...], draws: Draws) -> tuple[Way, ...]:
    """The ways that exist in one incident: not every runbook has a step for each of them.

    So the same failure mode does not end by the same steps each time.
    """
    steps = [way for way in ways if way.action == "execute_runbook_step"]
    if len(steps) < 2 or draws.chance(EVERY_WAY):
        return ways
    kept = draws.pick(steps)
    return tuple(way for way in ways if way is kept or way not in steps)


def acted_on(world: World, way: Way) -> int:
    """The service on which a way acts."""
    return services_in(world.cast, way.on)[0]


def way_key(world: World, way: Way) -> Key:
    """A way as an action names it."""
    name = world.cast.names[acted_on(world, way)]
    if way.action == "execute_runbook_step":
        return Key(way.action, f"{way.name}@{name}")
    if way.action == "disable_feature_flag":
        facts = {fact: world.fact(fact, 0) for fact in world.fact_names}
        return Key(way.action, way.name.format_map({**facts, "area": name}))
    return Key(way.action, name)


def ways_with(world: World, key: Key) -> list[Way]:
    """The declared ways that an action is."""
    family = world.cast.family
    return [way for condition in family.plan for way in family.ways_of(condition) if way_key(world, way) == key]
