"""The runbook steps of the services of an incident."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import Step
from cloud_incident_env.generated.plan_steps import acts_on
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.systems.graph import ALERTING_KINDS
from cloud_incident_env.generated.world import World

RUNBOOK_STEPS = 8  # that each service lists


@cache
def runbook_pool(software: str, families: tuple[str, ...]) -> Mapping[str, bool]:
    """Runbook step -> whether it does harm where nothing is wrong, for all that families give a software's runbook."""
    pool = dict.fromkeys(SOFTWARE[software].runbook, False)
    for family in map(FAMILIES.__getitem__, families):
        for step in family.steps:
            if step.action == "execute_runbook_step" and software in _software_of(family.strikes, family.through, step):
                pool[step.name] = pool.get(step.name, False) or step.risky
    return MappingProxyType(pool)


def _software_of(strikes: tuple[str, ...], through: tuple[str, ...], step: Step) -> tuple[str, ...]:
    if step.on == "culprit":
        return strikes
    if step.on == "through":
        return through
    return tuple(name for name, software in SOFTWARE.items() if software.kind in ALERTING_KINDS)


@cache
def _plans_on(software: str, families: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The runbook steps of each family that a culprit of this software would list."""
    plans = (
        tuple(step.name for step in family.steps if step.action == "execute_runbook_step" and step.on == "culprit")
        for family in map(FAMILIES.__getitem__, families)
        if software in family.strikes
    )
    return tuple(plan for plan in plans if plan)


def runbook(world: World, index: int) -> list[str]:
    """The runbook steps of a service, as an action names them: as many on every service.

    Every service lists the whole plan of a family that could strike it, the culprit that of its own, so that a complete
    plan in a runbook tells nothing.
    """
    draws = world.draws("runbook", index)
    names = [
        step.name
        for step in world.cast.family.steps
        if step.action == "execute_runbook_step" and acts_on(world, step) == index
    ]
    software = world.cast.service(index).software
    plans = _plans_on(software, world.background)
    if index != world.cast.place.culprit and plans:
        names += [name for name in draws.pick(plans) if name not in names]
    others = [name for name in runbook_pool(software, world.background) if name not in names]
    names += draws.sample(others, max(0, RUNBOOK_STEPS - len(names)))
    return [f"{name}@{world.cast.names[index]}" for name in draws.shuffled(names[:RUNBOOK_STEPS])]
