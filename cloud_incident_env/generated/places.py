"""Where a fault family can strike a system, and how a failure there reaches the services that can alert for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import PLATFORM_KINDS, Family, System
from cloud_incident_env.generated.systems.graph import ALERTING_KINDS, Graph, graph_of

Path = tuple[int, ...]  # from an alerting service to a culprit, by index


@dataclass(frozen=True)
class Place:
    """Where a family can strike: the culprit, and the callee by which it hurts others if the family has one."""

    culprit: int
    through: int | None

    @property
    def source(self) -> int:
        """The service whose callers are the victims."""
        return self.culprit if self.through is None else self.through


class Paths:
    """Shortest paths from an alerting service, along calls without a fallback."""

    def __init__(self, graph: Graph, entry: int, within: Collection[int] | None = None) -> None:
        """With `within` the paths lead through these services alone."""
        self._graph = graph
        self._entry = entry
        self._within = within
        self._callers: dict[int | None, dict[int, int]] = {}  # by the service that is avoided

    def to(self, place: Place) -> Path | None:
        """A shortest path to a place; None if there is none.

        Each service on it calls the next, except that a culprit that hurts others by way of a callee follows that
        callee. The path does not lead through such a culprit: a victim is hit by another way than the culprit's.
        """
        entry, source = self._entry, place.source
        if entry in (place.culprit, source):
            return None
        avoided = None if place.through is None else place.culprit
        if avoided not in self._callers:
            self._callers[avoided] = self._search(avoided)
        callers = self._callers[avoided]
        if source not in callers:
            return None
        path = [source]
        while path[-1] != entry:
            path.append(callers[path[-1]])
        path.reverse()
        return tuple(path) if place.through is None else (*path, place.culprit)

    def _search(self, avoided: int | None) -> dict[int, int]:
        """Every service that can be reached without the one that is avoided -> its caller on a shortest path."""
        calls = _calls_without_fallback(self._graph)
        callers = {self._entry: self._entry}
        queue = [self._entry]
        for index in queue:
            if self._graph.kind(index) in PLATFORM_KINDS:
                continue  # what a platform calls is nothing that those on it wait for
            for callee in calls[index]:
                if callee in callers or callee == avoided or (self._within is not None and callee not in self._within):
                    continue
                callers[callee] = index
                queue.append(callee)
        return callers


@cache
def _calls_without_fallback(graph: Graph) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(callee for callee, _, fallback in calls if not fallback) for calls in graph.callees)


@cache
def _paths_from(graph: Graph, entry: int) -> Paths:
    return Paths(graph, entry)


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
    return [index for index in alerting if _paths_from(graph, index).to(place) is not None]


@cache
def _all_places(system: System, families: tuple[str, ...]) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(place for name in families for place in places_of(system, FAMILIES[name])))


@cache
def struck(system: System, families: tuple[str, ...]) -> dict[int, tuple[tuple[Place, tuple[str, ...]], ...]]:
    """Culprit -> its places, and the families that strike there."""
    found: dict[int, dict[Place, list[str]]] = {}
    for name in families:
        for place in places_of(system, FAMILIES[name]):
            found.setdefault(place.culprit, {}).setdefault(place, []).append(name)
    return {index: tuple((p, tuple(names)) for p, names in places.items()) for index, places in found.items()}


@cache
def paths_to_places(system: System, families: tuple[str, ...], entry: int, hops: int) -> tuple[Path, ...]:
    """Shortest paths from an alerting service to places within so many calls."""
    paths = map(_paths_from(graph_of(system), entry).to, _all_places(system, families))
    return tuple(dict.fromkeys(path for path in paths if path is not None and len(path) <= hops + 1))


@cache
def openings(system: System, families: tuple[str, ...], hops: int) -> tuple[tuple[int, Path], ...]:
    """Each service that can alert, with each shortest path from it to a place as many calls away, or nearly."""
    found = _paths_by_entry(system, families)
    chosen = []
    for entry, paths in found.items():
        best = max((len(path) for path in paths if len(path) <= hops + 1), default=min(map(len, paths)))
        chosen += [(entry, path) for path in paths if len(path) == best and best >= min(hops, 3) + 1]
    if chosen:
        return tuple(chosen)
    every = [(entry, path) for entry, paths in found.items() for path in paths]
    nearest = min(abs(len(path) - hops - 1) for _, path in every)
    return tuple((entry, path) for entry, path in every if abs(len(path) - hops - 1) == nearest)


def _paths_by_entry(system: System, families: tuple[str, ...]) -> dict[int, tuple[Path, ...]]:
    graph = graph_of(system)
    found: dict[int, dict[Path, None]] = {}
    for place in _all_places(system, families):
        for entry in _entries(graph, place):
            path = _paths_from(graph, entry).to(place)
            assert path is not None
            found.setdefault(entry, {})[path] = None
    return {entry: tuple(paths) for entry, paths in found.items()}
