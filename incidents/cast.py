"""Who takes part in an incident: the services that the agent knows of, the culprit among them, decoys, and all names.

First it is drawn which service alerts and which services are known: some of those that it depends on, near and far.
Only then the culprit is drawn, evenly from the known services that a family can strike. So no name, place or number of
callers tells the culprit from the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from incidents.difficulty import Difficulty
from incidents.draws import Draws
from incidents.families import FAMILIES
from incidents.model import Family, System
from incidents.systems.graph import ALERTING_KINDS, Graph, graph_of

_TRIES = 80
DECOYS = ("fresh change", "slow", "loud", "client errors", "restarted")


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
    path: tuple[
        int, ...
    ]  # from the alerting service to the culprit, each calling the next but for the last of `through`
    known: tuple[int, ...]  # services the agent knows of, in the order in which they are listed
    names: dict[int, str]
    in_alert: tuple[int, ...]  # the alerting service first, and others, whoever they are
    decoys: dict[int, str]  # service -> what makes it look suspicious, whether it is or not

    @property
    def entry(self) -> int:
        return self.path[0]


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


def _entries(graph: Graph, place: Place) -> list[int]:
    """Services that can alert for a failure at a place."""
    alerting = (index for index in graph.upstream[place.source] if graph.kind(index) in ALERTING_KINDS)
    return [index for index in alerting if _path(graph, place, index, None) is not None]


def choose_cast(draws: Draws, system: System, families: tuple[str, ...], size: Difficulty) -> Cast:
    """Draw the cast of an incident of one of the families. Raises IndexError if none of them can strike the system."""
    graph = graph_of(system)
    entry, first = draws.pick(_openings(system, families, size.hops))
    known = _grow(draws, graph, families, [*first], size)
    path, place, family = draws.pick(draws.pick(_culprits(graph, families, entry, known)))
    listed = draws.shuffled(known)
    in_alert = (entry, *draws.sample([index for index in listed if index != entry], size.also_in_alert))
    # Anybody may look suspicious, the culprit too: a service that does not is no likelier for it.
    decoys = dict(zip(draws.sample(listed, size.decoys), draws.shuffled(DECOYS * 2), strict=False))
    names = {index: draws.pick(system.services[index].names) for index in listed}
    return Cast(graph, family, place, path, tuple(listed), names, in_alert, decoys)


@cache
def _openings(system: System, families: tuple[str, ...], hops: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Each service that can alert, with each shortest way from it to a place as far away as wanted, or nearly."""
    graph = graph_of(system)
    found: dict[int, dict[tuple[int, ...], None]] = {}
    for place in _all_places(system, families):
        for entry in _entries(graph, place):
            path = _path(graph, place, entry, None)
            assert path is not None
            found.setdefault(entry, {})[path] = None
    openings = []
    for entry, paths in found.items():
        best = max((len(path) for path in paths if len(path) <= hops + 1), default=min(map(len, paths)))
        openings += [(entry, path) for path in paths if len(path) == best and best >= min(hops, 3) + 1]
    if openings:
        return tuple(openings)
    every = [(entry, path) for entry, paths in found.items() for path in paths]
    nearest = min(abs(len(path) - hops - 1) for _, path in every)
    return tuple((entry, path) for entry, path in every if abs(len(path) - hops - 1) == nearest)


@cache
def _all_places(system: System, families: tuple[str, ...]) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(place for name in families for place in places_of(system, FAMILIES[name])))


def _grow(draws: Draws, graph: Graph, families: tuple[str, ...], known: list[int], size: Difficulty) -> list[int]:
    """Add services that the known ones call until there are enough, those that can be struck first."""
    for hops in (size.hops, size.hops + 1):
        targets = _targets(graph.system, families, known[0], hops)
        for _ in range(_TRIES if targets else 0):
            if len(known) >= size.known:
                break
            way = [index for index in draws.pick(targets) if index not in known]
            if len(known) + len(way) <= size.known:
                known += way
    while len(known) < size.known:  # too few can be struck from here: any neighbour will do
        beside = {other for index in known for other in graph.neighbours[index]} - set(known)
        known.append(draws.pick(sorted(beside)))
    return known


@cache
def _targets(system: System, families: tuple[str, ...], entry: int, hops: int) -> tuple[tuple[int, ...], ...]:
    """Shortest ways from an alerting service to places within so many hops."""
    graph = graph_of(system)
    paths = (_path(graph, place, entry, None) for place in _all_places(system, families))
    return tuple(dict.fromkeys(path for path in paths if path is not None and len(path) <= hops + 1))


def _culprits(
    graph: Graph, families: tuple[str, ...], entry: int, known: list[int]
) -> list[list[tuple[tuple[int, ...], Place, Family]]]:
    """For each known service that can be the culprit, how: path, place and family."""
    within = frozenset(known)
    found: dict[int, list[tuple[tuple[int, ...], Place, Family]]] = {}
    for index in sorted(within - {entry}):
        for place, struck in _struck(graph.system, families).get(index, ()):
            path = _path(graph, place, entry, within) if place.source in within else None
            if path is not None:
                found.setdefault(index, []).extend((path, place, FAMILIES[name]) for name in struck)
    return list(found.values())


@cache
def _struck(system: System, families: tuple[str, ...]) -> dict[int, tuple[tuple[Place, tuple[str, ...]], ...]]:
    """Culprit -> its places, and the families that strike there."""
    found: dict[int, dict[Place, list[str]]] = {}
    for name in families:
        for place in places_of(system, FAMILIES[name]):
            found.setdefault(place.culprit, {}).setdefault(place, []).append(name)
    return {index: tuple((p, tuple(names)) for p, names in places.items()) for index, places in found.items()}


@cache
def _steps_down(graph: Graph) -> tuple[tuple[int, ...], ...]:
    """For each service those that it calls without a fallback."""
    return tuple(tuple(callee for callee, _, fallback in calls if not fallback) for calls in graph.callees)


def _path(graph: Graph, place: Place, entry: int, within: Iterable[int] | None) -> tuple[int, ...] | None:
    """A shortest way from an alerting service to a place, within some services if they are given; None if there is
    none.

    It does not lead through the culprit but to end there: a victim of `through` is hit by another way than the
    culprit's.
    """
    if place.culprit == entry:
        return None
    down = _steps_down(graph)
    came: dict[int, int] = {entry: entry}
    queue = [entry]
    for index in queue:
        if index == place.source:
            break
        for callee in down[index]:
            allowed = within is None or callee in within
            if callee not in came and allowed and (callee != place.culprit or place.through is None):
                came[callee] = index
                queue.append(callee)
    if place.source not in came or place.source == entry:
        return None
    path = [place.source]
    while path[-1] != entry:
        path.append(came[path[-1]])
    path.reverse()
    return (*path, place.culprit) if place.through is not None else tuple(path)
