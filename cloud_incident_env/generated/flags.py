"""The feature flags of the services of an incident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.model import FLAG_SUBJECTS, FLAG_WORDS
from cloud_incident_env.generated.systems.graph import ALERTING_KINDS

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

LISTED = 2  # flags that a service has at most, more only where a plan needs them


def flags(world: World, index: int) -> list[str]:
    """The feature flags of a service that are on before anybody steps in."""
    draws = world.draws("flags", index)
    area = world.cast.names[index]
    found = [
        f"{draws.pick(FLAG_WORDS)}-{draws.pick(FLAG_SUBJECTS)}-{area}" for _ in range(_flag_count(world, index, draws))
    ]
    planned = [
        way.target
        for condition in world.plan
        for way in condition.ways
        if way.action == "disable_feature_flag" and way.target.endswith(f"-{area}")
    ]
    return draws.shuffled(list(dict.fromkeys(planned + found))[: max(LISTED, len(planned))])


def flag_owner(world: World, flag: str) -> int | None:
    """The service that has a flag; None if there is no such flag."""
    return next((index for index in world.cast.known if flag in flags(world, index)), None)


def _flag_count(world: World, index: int, draws: Draws) -> int:
    return draws.between(1, LISTED) if world.cast.software(index).kind in ALERTING_KINDS else draws.between(0, 1)
