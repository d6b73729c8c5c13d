"""The feature flags of the services of an incident."""

from __future__ import annotations

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.model import FLAG_SUBJECTS, FLAG_WORDS
from cloud_incident_env.generated.plan_steps import acts_on, step_target
from cloud_incident_env.generated.systems.graph import ALERTING_KINDS
from cloud_incident_env.generated.world import World


def flags(world: World, index: int) -> list[str]:
    """The feature flags of a service that are on before anybody steps in."""
    draws = world.draws("flags", index)
    area = world.cast.names[index]
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
    return draws.between(1, 2) if world.cast.software(index).kind in ALERTING_KINDS else draws.between(0, 1)
