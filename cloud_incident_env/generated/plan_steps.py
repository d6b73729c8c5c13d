"""The remediation plan of an incident: which service each step acts on, and how an action names it."""

from __future__ import annotations

from cloud_incident_env.generated.model import Step
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Key


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
        return step.name.format_map({**world.facts, "area": world.cast.names[acts_on(world, step)]})
    return world.cast.names[acts_on(world, step)]


def step_key(world: World, step: Step) -> Key:
    return Key(step.action, step_target(world, step))
