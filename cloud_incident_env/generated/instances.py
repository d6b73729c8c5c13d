"""The instances of a service and the hosts that they run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloud_incident_env.generated.draws import Draws
    from cloud_incident_env.generated.world import World

HOSTS = 60  # hosts of a system that hold instances, by number
NODES = 84  # of a fleet: the hosts, and those that are drained or wait for work
STRIDES = (7, 11, 13, 17, 19, 23)  # from one host to the next, without a factor in common with their number
ZONES = ("a", "b", "c")


def instance_names(world: World, index: int, members: int | None = None) -> tuple[str, ...]:
    """The names of a service's instances: so many, or as many as it usually has."""
    name = world.cast.names.get(index, world.cast.service(index).role)
    return tuple(f"{name}-{number}" for number in range(1, (members or world.instances(index)) + 1))


def hosts(world: World, index: int, members: int | None = None) -> tuple[str, ...]:
    """The host of each of a service's instances; of a fleet of hosts, some of them."""
    draws = world.draws("hosts", index)
    first, stride = draws.between(0, HOSTS - 1), draws.pick(STRIDES)
    numbers = range(members or world.instances(index))
    return tuple(f"node-{(first + stride * number) % HOSTS + 1}" for number in numbers)


def zones(world: World, index: int, members: int | None = None) -> tuple[str, ...]:
    """The zone of each instance: that of its host."""
    numbers = (int(host.rpartition("-")[2]) for host in hosts(world, index, members))
    return tuple(ZONES[number % len(ZONES)] for number in numbers)


def process_id(world: World, index: int, renewed: int | None, draws: Draws) -> int:
    """The id of one of the processes whose lines a log holds: a connection of a store, or one of a few others.

    `renewed` is the minute at which the service last began anew: its processes have other ids since then.
    """
    many = 40 if world.cast.software(index).kind == "database" else 2 * world.instances(index)
    return world.draws("process", index, renewed, draws.between(1, many)).between(1200, 32_000)
