"""The services of an incident: those that the agent knows of, the culprit among them, the alerting one, their names.

First it is drawn which service alerts and which services are known: some of those that it depends on, near and far.
Only then the culprit is drawn, evenly from the known services that a family can strike. So no name, place or number of
callers tells the culprit from the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from cloud_incident_env.generated.difficulty import Difficulty
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import EdgeKind, Family, Service, Software, System
from cloud_incident_env.generated.places import Path, Paths, Place, openings, paths_to_places, struck
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.systems.graph import ALERTING_KINDS, Graph, graph_of

_TRIES = 80  # draws of a path to add to the known services; most fit or share services with those that are known
FALSE_ALARMS = 0.08  # share of the incidents whose culprit is the monitoring


@dataclass(frozen=True)
class Cast:
    """The services of an incident, by their index in the system."""

    graph: Graph
    family: Family
    place: Place
    path: Path  # from the alerting service to the culprit
    known: tuple[int, ...]  # services the agent knows of, in the order in which they are listed
    names: dict[int, str]  # of the known services
    in_alert: tuple[int, ...]  # the alerting service, the one at which the core flow is counted, then others at random

    @property
    def entry(self) -> int:
        """The alerting service."""
        return self.path[0]

    def service(self, index: int) -> Service:
        return self.graph.system.services[index]

    def software(self, index: int) -> Software:
        return SOFTWARE[self.service(index).software]

    def callees(self, index: int) -> list[tuple[int, EdgeKind, bool]]:
        """The known services that a service calls, how, and whether it has a fallback."""
        return [edge for edge in self.graph.callees[index] if edge[0] in self.names]

    def callers(self, index: int) -> list[tuple[int, EdgeKind, bool]]:
        """The known services that call a service, how, and whether they have a fallback."""
        return [edge for edge in self.graph.callers[index] if edge[0] in self.names]


def choose_cast(draws: Draws, system: System, families: tuple[str, ...], size: Difficulty) -> Cast:
    """Draw the cast of an incident of one of the families. Raises IndexError if none of them can strike the system."""
    graph = graph_of(system)
    real = tuple(name for name in families if not _is_false_alarm(name))
    alarms = tuple(name for name in families if _is_false_alarm(name))
    entry, first = draws.pick(openings(system, real or alarms, size.hops))
    watching = next(index for index in range(len(graph.callees)) if graph.kind(index) == "monitoring")
    known = _grow(draws, graph, real or alarms, list(dict.fromkeys((*first, watching))), size)
    asked = alarms if alarms and (not real or draws.chance(FALSE_ALARMS)) else real
    path, place, family = draws.pick(draws.pick(_culprits(graph, asked, entry, known)))
    listed = draws.shuffled(known)
    beside = [index for index in listed if index != entry and graph.kind(index) in ALERTING_KINDS]
    flow = draws.pick(beside) if beside else entry  # where the core flow is counted
    others = [index for index in listed if index not in (entry, flow)]
    in_alert = (entry, flow, *draws.sample(others, size.also_in_alert - 1))
    names = {index: draws.pick(system.services[index].names) for index in listed}
    return Cast(graph, family, place, path, tuple(listed), names, in_alert)


@cache
def _is_false_alarm(family: str) -> bool:
    return all(SOFTWARE[name].kind == "monitoring" for name in FAMILIES[family].strikes)


def _grow(draws: Draws, graph: Graph, families: tuple[str, ...], known: list[int], size: Difficulty) -> list[int]:
    """Add services that the known ones call until there are enough, those that can be struck first."""
    for hops in (size.hops, size.hops + 1):
        paths = paths_to_places(graph.system, families, known[0], hops)
        for _ in range(_TRIES if paths else 0):
            if len(known) >= size.known:
                break
            added = [index for index in draws.pick(paths) if index not in known]
            if len(known) + len(added) <= size.known:
                known += added
    while len(known) < size.known:  # too few can be struck from here: any neighbour will do
        beside = {other for index in known for other in graph.neighbours[index]} - set(known)
        known.append(draws.pick(sorted(beside)))
    return known


def _culprits(
    graph: Graph, families: tuple[str, ...], entry: int, known: list[int]
) -> list[list[tuple[Path, Place, Family]]]:
    """For each known service that can be the culprit, how: path, place and family."""
    within = frozenset(known)
    paths = Paths(graph, entry, within)
    found: dict[int, list[tuple[Path, Place, Family]]] = {}
    for index in sorted(within - {entry}):
        for place, names in struck(graph.system, families).get(index, ()):
            path = paths.to(place) if place.source in within else None
            if path is not None:
                found.setdefault(index, []).extend((path, place, FAMILIES[name]) for name in names)
    return list(found.values())
