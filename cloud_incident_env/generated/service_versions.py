"""The versions of a service: those it has had, and the one that runs."""

from __future__ import annotations

from cloud_incident_env.generated.plan_steps import steps_on
from cloud_incident_env.generated.world import World

VERSIONS = 4  # of each service, as many as any text names


def versions(world: World, index: int) -> tuple[str, ...]:
    """The last `VERSIONS` versions of a service, newest first."""
    draws = world.draws("version", index)
    major, minor, patch = draws.between(1, 6), draws.between(4, 40), draws.between(0, 4)
    found = []
    for _ in range(VERSIONS):
        found.append(f"v{major}.{minor}.{patch}")
        if patch and draws.chance(0.5):
            patch -= 1
        else:
            minor, patch = minor - 1, draws.between(0, 6)
    return tuple(found)


def running_version(world: World, index: int, phase: int) -> str:
    """The version that a service runs once `phase` steps hold."""
    rolled_back = any(step.action == "rollback_deploy" for step in steps_on(world, index, phase))
    return versions(world, index)[1 if rolled_back else 0]
