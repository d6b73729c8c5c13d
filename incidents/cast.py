"""Who takes part in an incident: the culprit, the alerting service, the path between them, decoys, and all names.

The other services that the agent knows of are drawn as the culprit was, each as the would-be culprit of another family,
so that nothing about a service's place or name tells the culprit from the rest.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from incidents.difficulty import Difficulty
from incidents.draws import Draws
from incidents.families import FAMILIES
from incidents.model import Family, System
from incidents.systems.graph import ALERTING_KINDS, Graph, graph_of

CULPRIT_IN_ALERT = 0.25
_TRIES = 60


@dataclass(frozen=True)
class Place:
    """Where a family can strike: the culprit, and the callee by which it hurts others if the family has one."""

    culprit: int
    through: int | None

    @property
    def source(self) -> int:
        """The service whose callers are the victims."""
        return self.culprit if self.through is None else self.through


@dataclass(frozen=True)
class Cast:
    graph: Graph
    family: Family
    place: Place
    path: tuple[int, ...]  # from the alerting service to the culprit
    known: tuple[int, ...]  # services the agent knows of, in the order in which they are listed
    names: dict[int, str]
    in_alert: tuple[int, ...]  # the alerting service first
    decoys: dict[int, str]  # innocent service -> what makes it look suspicious

    @property
    def entry(self) -> int:
        return self.path[0]


DECOYS = ("fresh change", "slow", "loud", "client errors", "restarted")


@cache
def places_of(system: System, family: Family) -> tuple[Place, ...]:
    """Every place of a system in which a family can strike and somebody else is hurt."""
    graph = graph_of(system)
    places = []
    for culprit, service in enumerate(system.services):
        if service.software not in family.strikes:
            continue
        if not family.through:
            places.append(Place(culprit, None))
            continue
        for callee, _, fallback in graph.callees[culprit]:
            if system.services[callee].software in family.through and not fallback:
                places.append(Place(culprit, callee))
    return tuple(place for place in places if _entries(graph, place))


def _entries(graph: Graph, place: Place) -> dict[int, int]:
    """Services that can alert for a failure at a place -> hops to the culprit."""
    extra = 0 if place.through is None else 1
    return {
        index: hops + extra
        for index, hops in graph.upstream[place.source].items()
        if index != place.culprit and graph.kind(index) in ALERTING_KINDS
    }


@cache
def _entries_at(graph: Graph, place: Place, hops: int) -> tuple[int, ...]:
    """The alerting services at the wanted distance, or else at the nearest there is, shorter ones first."""
    entries = _entries(graph, place)
    best = min(entries.values(), key=lambda distance: (abs(distance - hops), distance))
    return tuple(index for index, distance in entries.items() if distance == best)


def choose_cast(draws: Draws, system: System, family: Family, families: Collection[str], size: Difficulty) -> Cast:
    """Draw the cast of an incident. `families` are those that may occur beside this one."""
    graph = graph_of(system)
    place = draws.pick(places_of(system, family))
    entry = draws.pick(_entries_at(graph, place, size.hops))
    path = _path(draws, graph, place, entry)
    known = _known(draws, graph, families, list(path), size.known)
    in_alert = _in_alert(draws, graph, place, entry, known)
    innocents = [index for index in known if index not in (place.culprit, place.through, entry)]
    decoys = dict(zip(draws.sample(innocents, size.decoys), draws.shuffled(DECOYS * 2), strict=False))
    return Cast(graph, family, place, path, tuple(known), _names(draws, system, known), in_alert, decoys)


def _path(draws: Draws, graph: Graph, place: Place, entry: int) -> tuple[int, ...]:
    hops = graph.upstream[place.source]
    path = [entry]
    while path[-1] != place.source:
        here = hops[path[-1]]
        nearer = [
            callee
            for callee, _, fallback in graph.callees[path[-1]]
            if not fallback and (callee == place.source if here == 1 else hops.get(callee) == here - 1)
        ]
        path.append(draws.pick([step for step in nearer if step != place.culprit] or nearer))
    if place.through is not None and place.culprit not in path:
        path.append(place.culprit)
    return tuple(path)


def _known(draws: Draws, graph: Graph, families: Collection[str], known: list[int], size: int) -> list[int]:
    would_be = would_be_culprits(graph.system, tuple(families))
    for _ in range(_TRIES):
        if len(known) >= size:
            break
        index = draws.pick(draws.pick(would_be))
        if index not in known and not graph.neighbours[index].isdisjoint(known):
            known.append(index)
    while len(known) < size:  # a small system runs out of would-be culprits: any neighbour will do
        beside = {other for index in known for other in graph.neighbours[index]} - set(known)
        known.append(draws.pick(sorted(beside)))
    return draws.shuffled(known)


@cache
def would_be_culprits(system: System, families: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    """For each family that can strike a system, the culprits it can have there."""
    found = (tuple(place.culprit for place in places_of(system, FAMILIES[name])) for name in families)
    return tuple(culprits for culprits in found if culprits)


def _in_alert(draws: Draws, graph: Graph, place: Place, entry: int, known: list[int]) -> tuple[int, ...]:
    others = [index for index in known if index not in (entry, place.culprit)]
    hurt = [index for index in others if index in graph.upstream[place.source]]
    second = place.culprit if draws.chance(CULPRIT_IN_ALERT) else draws.pick(hurt or others)
    return entry, second


def _names(draws: Draws, system: System, known: list[int]) -> dict[int, str]:
    return {index: draws.pick(system.services[index].names) for index in known}
