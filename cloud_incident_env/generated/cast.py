"""The services of an incident: those that the agent knows of, the culprit among them, the alerting one, their names.

First it is drawn which service alerts, which services are known, some of those that it depends on, near and far, and
which of them the alert lists. Only then the culprit is drawn, evenly from the known services that a family can strike,
and last how it fails. So no name, place or number of callers tells the culprit from the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from cloud_incident_env.generated.difficulty import Difficulty
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import EdgeKind, Family, Peer, Service, Software, System
from cloud_incident_env.generated.places import Path, Paths, Place, openings, paths_to_places, struck
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.software.peers import peer_of
from cloud_incident_env.generated.systems.graph import ALERTING_KINDS, Graph, graph_of

_Way = tuple[Path, Place, Family]  # how a culprit fails
_TRIES = 80  # draws of a path to add to the known services; most fit or share services with those that are known
# Failures of stores and hosts always reach the alerting service, while many others have to be drawn anew. So such a
# culprit is given up for another one in this share of the draws.
_GIVEN_UP = {"database": 0.25, "compute": 0.25, "secrets": 0.25}
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

    @property
    def flow(self) -> int:
        """The service at which the core flow is counted."""
        return self.in_alert[1]

    @property
    def flow_depends_on(self) -> float:
        """The share of the known services, alerting one and monitoring left out, whose failure the core flow meets."""
        others = [index for index in self.known if index != self.entry and self.graph.kind(index) != "monitoring"]
        return sum(self.flow == index or self.flow in self.graph.upstream[index] for index in others) / len(others)

    def service(self, index: int) -> Service:
        return self.graph.system.services[index]

    def software(self, index: int) -> Software:
        return SOFTWARE[self.service(index).software]

    def callees(self, index: int) -> list[tuple[int, EdgeKind, bool]]:
        """The known services that a service calls, how, and whether it has a fallback."""
        return [edge for edge in self.graph.callees[index] if edge[0] in self.names]

    def peers(self, index: int) -> frozenset[Peer]:
        """What a service speaks with those that it calls, known or not."""
        return frozenset(
            peer_of(self.software(callee)) for callee, kind, _ in self.graph.callees[index] if kind != "platform"
        )

    def callers(self, index: int) -> list[tuple[int, EdgeKind, bool]]:
        """The known services that call a service, how, and whether they have a fallback."""
        return [edge for edge in self.graph.callers[index] if edge[0] in self.names]


def choose_casts(draws: Draws, system: System, families: tuple[str, ...], size: Difficulty) -> list[Cast]:
    """Draw the cast of an incident, once for each way in which the culprit can fail by the families, in random order.

    Raises IndexError if none of the families can strike the system.
    """
    graph = graph_of(system)
    real = tuple(name for name in families if not _is_false_alarm(name))
    alarms = tuple(name for name in families if _is_false_alarm(name))
    entry, first = draws.pick(openings(system, real or alarms, size.hops))
    watching = next(index for index in range(len(graph.callees)) if graph.kind(index) == "monitoring")
    known = _grow(draws, graph, real or alarms, list(dict.fromkeys((*first, watching))), size)
    asked = alarms if alarms and (not real or draws.chance(FALSE_ALARMS)) else real
    ways = draws.shuffled(_ways(draws, graph, _culprits(graph, asked, entry, known), size))
    listed = draws.shuffled(known)
    flow = _flow(draws, graph, entry, listed)
    others = [index for index in listed if index not in (entry, flow)]
    in_alert = (entry, flow, *draws.sample(others, size.also_in_alert - 1))
    names = {index: draws.pick(system.services[index].names) for index in listed}
    return [Cast(graph, family, place, path, tuple(listed), names, in_alert) for path, place, family in ways]


@cache
def _is_false_alarm(family: str) -> bool:
    return all(SOFTWARE[name].kind == "monitoring" for name in FAMILIES[family].strikes)


def _flow(draws: Draws, graph: Graph, entry: int, known: list[int]) -> int:
    """Where the core flow is counted: a service that takes requests of users, if possible one that the flow passes.

    What a worker or a forecast does later is no attempt of a user.
    """
    asked = [index for index in known if index != entry and _asked(graph, index)]
    passed = [index for index in asked if flows_at(graph, index)]
    return draws.pick(passed or asked or [entry])


def flows_at(graph: Graph, index: int) -> list[str]:
    """The core flows whose attempts pass a service: it earns by them, or asks one that does."""
    services = enumerate(graph.system.services)
    return [each.earns for at, each in services if each.earns and (at == index or index in graph.upstream[at])]


def _asked(graph: Graph, index: int) -> bool:
    """Whether a service is of a kind that can alert, and that works while somebody waits."""
    return graph.kind(index) in ALERTING_KINDS - {"worker"}


def _grow(draws: Draws, graph: Graph, families: tuple[str, ...], known: list[int], size: Difficulty) -> list[int]:
    """Add services that the known ones call until there are enough, those that can be struck first.

    One of the first is a service that users ask, for the core flow to be counted at.
    """
    if not any(_asked(graph, index) for index in known[1:]):
        paths = paths_to_places(graph.system, families, known[0], size.hops + 1)
        added = [[index for index in path if index not in known] for path in paths if _asked(graph, path[-1])]
        fitting = [each for each in added if len(known) + len(each) <= size.known]
        known += draws.pick(fitting) if fitting else []
    for hops in (size.hops, size.hops + 1, size.hops + 2):
        _add(draws, paths_to_places(graph.system, families, known[0], hops), known, size.known)
    while len(known) < size.known:  # too few can be struck from here: any neighbour will do
        beside = {other for index in known for other in graph.neighbours[index]} - set(known)
        known.append(draws.pick(sorted(beside)))
    return known


def _add(draws: Draws, paths: Sequence[Path], known: list[int], most: int) -> None:
    """Add services of some of the paths until so many are known."""
    for _ in range(_TRIES if paths else 0):
        if len(known) >= most:
            break
        added = [index for index in draws.pick(paths) if index not in known]
        if len(known) + len(added) <= most:
            known += added


def _ways(draws: Draws, graph: Graph, culprits: list[list[_Way]], size: Difficulty) -> list[_Way]:
    """How one of the culprits, drawn evenly, can fail: so that it fails requests itself, or so that it does not.

    One that only is slow, or makes others fail, is not found at the end of a walk. Where the one that was drawn can
    fail in the other way alone, another may be drawn, a few times: else kinds would be culprits unevenly often.
    """
    ways = draws.pick(culprits)
    if draws.chance(_GIVEN_UP.get(graph.kind(ways[0][1].culprit), 0.0)):
        ways = draws.pick(culprits)
    if size.failing is None:
        return ways
    fails = draws.chance(size.failing)
    for _ in range(size.redraws + 1):
        fitting = [way for way in ways if way[-1].fails_itself == fails]
        if fitting:
            return fitting
        ways = draws.pick(culprits)
    return ways


def _culprits(graph: Graph, families: tuple[str, ...], entry: int, known: list[int]) -> list[list[_Way]]:
    """For each known service that can be the culprit, how: path, place and family."""
    within = frozenset(known)
    paths = Paths(graph, entry, within)
    found: dict[int, list[_Way]] = {}
    for index in sorted(within - {entry}):
        for place, names in struck(graph.system, families).get(index, ()):
            path = paths.to(place) if place.source in within else None
            if path is not None:
                found.setdefault(index, []).extend((path, place, FAMILIES[name]) for name in names)
    return list(found.values())
