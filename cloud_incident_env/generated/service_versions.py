"""The versions of a service: those it has had, and the one that runs.

What the company writes itself has releases. Of what it runs the product stays the same for months, and what changes is
its configuration, in numbered revisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_incident_env.generated.model import REVERT
from cloud_incident_env.incident import Key

if TYPE_CHECKING:
    from cloud_incident_env.generated.history import History
    from cloud_incident_env.generated.world import World

VERSIONS = 4  # of each service, as many as any text names


def versions(world: World, index: int) -> tuple[str, ...]:
    """The last `VERSIONS` releases of a service, or revisions of its configuration, newest first."""
    draws = world.draws("version", index)
    if world.cast.software(index).versions:
        newest = draws.between(40, 900)
        return tuple(f"r{newest - back}" for back in range(VERSIONS))
    major, minor, patch = draws.between(1, 6), draws.between(8, 40), draws.between(0, 4)
    found = []
    for _ in range(VERSIONS):
        found.append(f"v{major}.{minor}.{patch}")
        if patch and draws.chance(0.5):
            patch -= 1
        else:
            minor, patch = minor - 1, draws.between(0, 6)
    return tuple(found)


def back_to(world: World, index: int, asked: str = "") -> str:
    """The version to which a service goes back: the one before, unless another of those that it has had is asked for.

    `asked` is in canonical form, with or without the letter before the number.
    """
    known = versions(world, index)
    return next((name for name in known if asked and name[1:] == asked.lstrip("vr")), known[1])


def sets_back(world: World, key: Key, index: int) -> bool:
    """Whether an action sets back the numbered configuration of a product."""
    product_runs = bool(world.cast.software(index).versions)
    return product_runs and key.action == "execute_runbook_step" and key.target.startswith(f"{REVERT}@")


def running_version(world: World, index: int, minute: int, history: History) -> str:
    """The version that a service runs at a minute."""
    back = [version for begin, version in history.versions.get(index, ()) if begin <= minute]
    return back[-1] if back else versions(world, index)[0]


def product(world: World, index: int) -> str:
    """What a service runs, as its status names it: the product with its version, if it has one."""
    software = world.cast.software(index)
    return (
        f"{software.release} {product_version(world, index)}, configuration" if software.versions else software.release
    )


def product_version(world: World, index: int) -> str:
    """The version of the product that a service runs; its own release where the company writes it."""
    real = world.cast.software(index).versions
    return world.draws("product", index).pick(real) if real else versions(world, index)[0]
