"""What on-call engineers can do in an incident: plan steps and their keys, runbooks, flags."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from actions import action_key
from incidents.draws import Draws
from incidents.families import FAMILIES
from incidents.model import FLAG_SUBJECTS, FLAG_WORDS, Step
from incidents.software import SOFTWARE
from incidents.systems.graph import ALERTING_KINDS
from incidents.world import World

RUNBOOK_STEPS = 8  # that each service lists


def acts_on(world: World, step: Step) -> int:
    """The service on which a plan step acts."""
    cast = world.cast
    if step.on == "culprit":
        return cast.place.culprit
    if step.on == "through":
        assert cast.place.through is not None, f"{cast.family.name} has a step on `through` and no `through`"
        return cast.place.through
    if step.on == "entry":
        return cast.entry
    return cast.path[-2] if cast.place.through is None else cast.path[-3]


def steps_on(world: World, index: int, phase: int) -> list[Step]:
    """The plan steps that hold on a service."""
    return [step for step in world.cast.family.steps[:phase] if acts_on(world, step) == index]


def step_target(world: World, step: Step) -> str:
    """What a plan step acts on, as an action names it: a service, a flag, or a runbook step."""
    if step.action == "execute_runbook_step":
        return f"{step.name}@{world.cast.names[acts_on(world, step)]}"
    if step.action == "disable_feature_flag":
        return step.name.format_map({**world.facts, "area": world.area(acts_on(world, step))})
    return world.cast.names[acts_on(world, step)]


def step_key(world: World, step: Step) -> str:
    return action_key(step.action, step_target(world, step))


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
    software = world.service(index).software
    plans = _plans_on(software, world.background)
    if index != world.cast.place.culprit and plans:
        names += [name for name in draws.pick(plans) if name not in names]
    others = [name for name in runbook_pool(software, world.background) if name not in names]
    names += draws.sample(others, max(0, RUNBOOK_STEPS - len(names)))
    return [f"{name}@{world.cast.names[index]}" for name in draws.shuffled(names[:RUNBOOK_STEPS])]


def flags(world: World, index: int) -> list[str]:
    """The feature flags of a service that are on before anybody steps in."""
    draws = world.draws("flags", index)
    area = world.area(index)
    found = [
        f"{draws.pick(FLAG_WORDS)}-{draws.pick(FLAG_SUBJECTS)}-{area}" for _ in range(_flag_count(world, index, draws))
    ]
    planned = [
        step_target(world, step)
        for step in world.cast.family.steps
        if step.action == "disable_feature_flag" and acts_on(world, step) == index
    ]
    return draws.shuffled(list(dict.fromkeys(planned + found))[: max(2, len(planned))])


def _flag_count(world: World, index: int, draws: Draws) -> int:
    return draws.between(1, 2) if world.software(index).kind in ALERTING_KINDS else draws.between(0, 1)
