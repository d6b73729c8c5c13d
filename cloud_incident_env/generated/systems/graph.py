"""How a system is written down, and the service graph that it becomes."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from cloud_incident_env.generated.model import PLATFORM_KINDS, Call, EdgeKind, Service, System
from cloud_incident_env.generated.software import SOFTWARE

_KINDS: dict[str, EdgeKind] = {"": "sync", "~": "async", "=": "storage", "@": "config"}
ALERTING_KINDS = frozenset({"gateway", "cdn", "service", "worker"})


def service(
    role: str, names: str, software: str, calls: str = "", criticality: Literal[1, 2, 3] = 2, earns: str = ""
) -> Service:
    """A service of a system.

    `names` are the names it may have. `calls` are the roles that it calls, each with a mark of the kind of the call:
    none for a synchronous call, `~` asynchronous, `=` storage, `@` configuration or what it runs on; a `?` after the
    role says that the caller has a fallback. So `"pricing? =orders-db ~events @flags"`.
    """
    return Service(role, tuple(names.split()), software, tuple(map(_call, calls.split())), criticality, earns)


def _call(text: str) -> Call:
    mark = text[0] if text[0] in _KINDS else ""
    role = text.removeprefix(mark)
    return Call(role.removesuffix("?"), _KINDS[mark], role.endswith("?"))


@dataclass(frozen=True, eq=False)
class Graph:
    """The service graph of a system. Services are known by their index."""

    system: System
    callees: tuple[tuple[tuple[int, EdgeKind, bool], ...], ...]  # service -> (callee, kind, fallback)
    callers: tuple[tuple[tuple[int, EdgeKind, bool], ...], ...]  # service -> (caller, kind, fallback)
    neighbours: tuple[frozenset[int], ...]
    upstream: tuple[dict[int, int], ...]  # service -> services that its failure reaches -> hops

    def kind(self, index: int) -> str:
        return SOFTWARE[self.system.services[index].software].kind


@cache
def graph_of(system: System) -> Graph:
    """The graph of a system, in which every service that can alert is measured by the monitoring service.

    Raises KeyError for a call to a role that it does not have.
    """
    index = {service.role: number for number, service in enumerate(system.services)}
    kinds = [SOFTWARE[service.software].kind for service in system.services]
    measured: tuple[tuple[int, EdgeKind, bool], ...] = ((kinds.index("monitoring"), "platform", False),)
    callees = tuple(
        tuple(_edge(call, index[call.callee], kinds) for call in service.calls)
        + (measured if kinds[number] in ALERTING_KINDS else ())
        for number, service in enumerate(system.services)
    )
    callers: list[list[tuple[int, EdgeKind, bool]]] = [[] for _ in callees]
    for caller, calls in enumerate(callees):
        for callee, kind, fallback in calls:
            callers[callee].append((caller, kind, fallback))
    neighbours = tuple(
        frozenset(other for other, _, _ in (*callees[number], *callers[number])) for number in range(len(callees))
    )
    upstream = tuple(_reached(number, callers) for number in range(len(callees)))
    return Graph(system, callees, tuple(map(tuple, callers)), neighbours, upstream)


def _edge(call: Call, callee: int, kinds: Sequence[str]) -> tuple[int, EdgeKind, bool]:
    return callee, "platform" if kinds[callee] in PLATFORM_KINDS else call.kind, call.fallback


def _reached(start: int, callers: list[list[tuple[int, EdgeKind, bool]]]) -> dict[int, int]:
    """Hops to every service that waits for `start`, itself left out; a fallback keeps a failure from going on."""
    hops = {start: 0}
    queue = deque([start])
    while queue:
        reached = queue.popleft()
        for caller, kind, fallback in callers[reached]:
            carried = kind != "platform" or reached == start  # a platform that suffers itself fails nobody
            if not fallback and carried and caller not in hops:
                hops[caller] = hops[reached] + 1
                queue.append(caller)
    del hops[start]
    return hops
