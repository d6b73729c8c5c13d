"""The runbook steps of the services of an incident."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import Family, Role, Way
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.systems.graph import ALERTING_KINDS

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

RUNBOOK_STEPS = 9  # that each service lists


def _steps_of(family: Family, role: Role) -> tuple[Way, ...]:
    """The runbook steps of a family's plan on a service of a role."""
    return tuple(
        way
        for condition in family.plan
        for way in condition.ways
        if way.action == "execute_runbook_step" and way.on == role
    )


@cache
def runbook_pool(software: str, families: tuple[str, ...]) -> tuple[str, ...]:
    """All that a software's runbook and the plans of families would have a service of it list."""
    found = dict.fromkeys(SOFTWARE[software].runbook)
    for family in map(FAMILIES.__getitem__, families):
        roles: dict[Role, bool] = {
            "culprit": software in family.strikes,
            "through": software in family.through,
            "entry": SOFTWARE[software].kind in ALERTING_KINDS,
        }
        for role, fits in roles.items():
            if fits:
                found.update(dict.fromkeys(way.name for way in _steps_of(family, role)))
    return tuple(found)


@cache
def _plans_on(software: str, families: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The runbook steps of each family that a culprit of this software would list."""
    plans = (
        tuple(dict.fromkeys(way.name for way in _steps_of(family, "culprit")))
        for family in map(FAMILIES.__getitem__, families)
        if software in family.strikes
    )
    return tuple(plan for plan in plans if plan)


def runbook(world: World, index: int) -> list[str]:
    """The runbook steps of a service, as an action names them: as many on every service.

    Every service lists the whole plan of a family that could strike it, the culprit that of its own, so that a complete
    plan in a runbook tells nothing. A service on which the plan acts beside the culprit lists one that still fits.
    """
    draws = world.draws("runbook", index)
    at = f"@{world.cast.names[index]}"
    names = [
        way.target.removesuffix(at)
        for condition in world.plan
        for way in condition.ways
        if way.action == "execute_runbook_step" and way.target.endswith(at)
    ]
    names = list(dict.fromkeys(names))
    software = world.cast.service(index).software
    plans = [plan for plan in _plans_on(software, world.background) if len({*names, *plan}) <= RUNBOOK_STEPS]
    if index != world.cast.place.culprit and plans:
        names += [name for name in draws.pick(plans) if name not in names]
    others = [name for name in runbook_pool(software, world.background) if name not in names]
    names += draws.sample(others, max(0, RUNBOOK_STEPS - len(names)))
    return [name + at for name in draws.shuffled(names)]
