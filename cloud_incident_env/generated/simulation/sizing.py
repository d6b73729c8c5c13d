"""The size of a system: what its services carry and how fast they are when all is well.

Every system has `VARIANTS` sizes, worked out once in a process. An incident takes one of them; what differs from hour
to hour, the traffic, is a factor on it (`World`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.model import PLATFORM_KINDS, EdgeKind, Kind, Range, Software
from cloud_incident_env.generated.simulation.distribution import body_mean
from cloud_incident_env.generated.simulation.parameters import NEUTRAL
from cloud_incident_env.generated.simulation.solver import Part, Solution, solve, usual_parts
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.systems.graph import ALERTING_KINDS, Graph, graph_of

VARIANTS = 6  # sizes of each system

ROOT_TRAFFIC: Range = (250, 1100)  # requests/s that come in from users, shared by the services that nobody calls
OWN_WORK: Range = (2, 9)  # requests/s that a scheduled worker begins by itself
OWN_ERRORS: Range = (0.0001, 0.0012)  # share of requests: no service is free of errors
TAIL: Range = (2.5, 6.0)  # p99 of a service's own work as a multiple of its p50
CPU: Range = (16, 46)  # %
IDLE_CPU = 3.0  # %: what an instance takes without any request
MEMORY: Range = (34, 66)  # %
INSTANCES = (3, 9)
VOTING = frozenset({"registry"})  # software whose instances agree on each write: more than half of them have to
DATABASE_INSTANCES = 3  # a writer and two replicas, which is what the gauge of attached replicas counts
BUSY: Range = (0.08, 0.26)  # share of slots in use
UNBOUNDED = 8.0  # how many more slots an application or proxy has that holds no thread for a request
BEHIND_POOLS = 4000.0  # the same for stores and platforms: the pools of their callers bound what comes to them
LEAST_POOL = 24.0  # connections of all callers to a store, at the least
POOL_USE: Range = (0.10, 0.38)  # share of a pool of connections in use
VENDOR_LATENCY = 2.5  # factor on a vendor's own time: it is far away

# Share of the requests that make a call, and how many they make, by the kind of the call and of the callee.
SYNC_SHARE: Range = (0.7, 1.0)
STORAGE_SHARE: Range = (0.6, 1.0)
BEHIND_CACHE: Range = (0.2, 0.4)  # of a store that a cache stands before
BEHIND_CDN: Range = (0.45, 0.6)
BROKER_SHARE: Range = (0.3, 0.7)
ASYNC_SHARE: Range = (0.3, 0.6)
SCHEDULED = 0.03  # of these where a scheduled job does it for many requests at once
CONFIG_SHARE: Range = (0.2, 0.5)
VENDOR_SHARE: Range = (0.3, 0.6)
CALLS = {"storage": (1, 3), "sync": (1, 1)}  # calls that such a request makes

# Time-outs in ms by how many calls deep the callee goes on: whoever calls deeper waits longer.
TIME_OUTS = (
    (500.0, 1000.0),
    (1000.0, 2000.0),
    (2000.0, 3000.0),
    (3000.0, 5000.0),
    (5000.0, 8000.0),
    (10000.0, 15000.0),
)
PATIENCE = 30_000.0  # ms that users wait
LEAST_TIME_OUT = 4.0  # times the callee's normal p99
RETRIES = (0, 0, 0, 1, 1, 2)  # tries after the first one, of synchronous calls


@dataclass(slots=True)
class Edge:
    """Calls from one service to another."""

    caller: int
    callee: int
    kind: EdgeKind
    fallback: bool
    share: float  # of the caller's requests that make the call, 0 to 1
    calls: int  # that such a request makes
    time_out: float  # ms
    retries: int  # after the first try
    cached: float  # factor on the calls when the cache before the callee is cold; 1 where there is none
    cache: int  # the cache that stands before the callee; -1 where there is none


@dataclass(slots=True)
class Node:
    """One service."""

    kind: Kind
    serves: bool  # whether requests come to it at all
    traffic: float  # requests/s that nobody in the system sends
    own_errors: float  # share of requests
    p50: float  # of its own work, ms
    p99: float
    slots: float  # requests that it can work on at once, all instances together
    pool: float  # connections to its busiest store, all instances together
    instances: int
    cpu: float  # %, with normal traffic
    memory: float  # %
    least_time_out: float  # the shortest time-out of its callers, ms
    most_time_out: float
    rate: float = 0.0  # requests/s with normal traffic
    pooled: bool = False  # whether the pools of its callers bound how many requests it works on
    out: tuple[int, ...] = ()  # edges that it calls along
    into: tuple[int, ...] = ()


class Sizing:
    """A system in numbers."""

    def __init__(self, graph: Graph, variant: int) -> None:
        self.graph = graph
        self.variant = variant
        self.draws = Draws("size", graph.system.name, variant)
        services = graph.system.services
        self.edges: list[Edge] = []
        self.nodes = [self._node(SOFTWARE[service.software]) for service in services]
        self.down = _callers_first(graph)  # services in an order in which callers come before whom they call
        self.up = tuple(reversed(self.down))
        heights = _heights(graph, self.up)
        for caller in self.down:
            self._connect(caller, heights)
        self._share_traffic()
        self._lay_out()
        self.usual_tries = (1.0,) * len(self.edges)  # of each call when all is well
        self.usual_parts: tuple[Part, ...] = ()  # what the calls along each edge come to when all is well
        self.normal: Solution = self._settle()
        self.usual_tries = tuple(self.normal.tries)
        self.usual_parts = usual_parts(self)

    def _node(self, software: Software) -> Node:
        draws = self.draws
        p50 = draws.uniform(*software.latency) * (VENDOR_LATENCY if software.kind == "vendor" else 1.0)
        instances = 1 if software.kind == "vendor" else draws.between(*INSTANCES)
        if software.kind == "database":
            instances = DATABASE_INSTANCES
        elif software.name in VOTING:
            instances |= 1  # an even member more lets no more of them fail
        return Node(
            kind=software.kind,
            serves=software.kind not in PLATFORM_KINDS,
            pooled=software.kind in ("database", "cache"),
            traffic=draws.uniform(*OWN_WORK) if software.kind == "worker" else 0.0,
            own_errors=draws.uniform(*OWN_ERRORS),
            p50=p50,
            p99=p50 * draws.uniform(*TAIL),
            slots=0.0,
            pool=0.0,
            instances=instances,
            cpu=draws.uniform(*CPU),
            memory=draws.uniform(*MEMORY),
            least_time_out=0.0,
            most_time_out=PATIENCE,
        )

    def _connect(self, caller: int, heights: list[int]) -> None:
        graph, draws = self.graph, self.draws
        if not self.nodes[caller].serves:
            return  # what a platform calls has nothing to do with requests
        caches = [callee for callee, kind, _ in graph.callees[caller] if self.nodes[callee].kind == "cache"]
        for callee, kind, fallback in graph.callees[caller]:
            if kind == "platform":
                continue
            node = self.nodes[callee]
            behind = caches[0] if caches and kind == "storage" and node.kind == "database" else -1
            share = draws.uniform(*_share(kind, node.kind, self.nodes[caller].kind, behind >= 0))
            if graph.system.services[callee].software == "batch-worker":
                share *= SCHEDULED
            origins = 1
            if self.nodes[caller].kind == "cdn":  # each miss goes to one of its origins
                origins = sum(1 for _, other, _ in graph.callees[caller] if other != "platform")
                share /= origins
            calls = draws.between(*CALLS[kind]) if kind in CALLS and self.nodes[caller].kind != "cdn" else 1
            time_outs = TIME_OUTS[min(heights[callee], len(TIME_OUTS) - 1)]
            retries = draws.pick(RETRIES) if kind == "sync" else 0
            cold = 1.0
            if behind >= 0:
                cold = min(10.0, 3.0 / share)
            elif self.nodes[caller].kind == "cdn":
                cold = 0.97 / share / origins
            edge = Edge(
                caller, callee, kind, fallback, share, calls, draws.pick(time_outs), retries, cold,
                caller if self.nodes[caller].kind == "cdn" else behind,
            )  # fmt: skip
            self.nodes[caller].out += (len(self.edges),)
            node.into += (len(self.edges),)
            self.edges.append(edge)

    def _share_traffic(self) -> None:
        """Give the traffic of users to the services that nobody calls."""
        draws = self.draws
        roots = [i for i in self.down if self.nodes[i].serves and not self.nodes[i].into and self.nodes[i].out]
        for index in roots:
            self.nodes[index].traffic += draws.uniform(*ROOT_TRAFFIC)

    def _lay_out(self) -> None:
        """Keep in which order, and along which edges, the solver goes through the services."""
        nodes, edges = self.nodes, self.edges
        self.traffic = [node.traffic for node in nodes]  # requests/s that nobody in the system sends
        # From the callers down: each service and its calls, with how many of them a request makes.
        self.downwards = tuple(
            (index, tuple((e, edges[e].callee, edges[e].share * edges[e].calls) for e in nodes[index].out))
            for index in self.down
            if nodes[index].serves
        )
        self.upwards = tuple(index for index in self.up if nodes[index].serves)
        self.callers = tuple(tuple({edges[e].caller for e in node.into}) for node in nodes)

    def _settle(self) -> Solution:
        """Give each service the slots, pools and time-outs that fit its normal load, and return how it then runs."""
        for node in self.nodes:
            node.slots = node.pool = 1e9
        free = solve(self, {}, NEUTRAL)
        for edge in self.edges:
            least = LEAST_TIME_OUT * free.p99[edge.callee]
            for choice in (edge.time_out, 1000.0, 2000.0, 3000.0, 5000.0, 10_000.0, 15_000.0, 30_000.0):
                if choice >= least and choice >= edge.time_out:
                    edge.time_out = choice
                    break
        for index, node in enumerate(self.nodes):
            software = SOFTWARE[self.graph.system.services[index].software]
            hold = body_mean(free.p50[index], free.p99[index])
            busy = free.requests[index] * hold / 1000.0
            slots = busy / self.draws.uniform(*BUSY) * _room(software)
            if node.pooled:
                slots = max(LEAST_POOL, busy / self.draws.uniform(*POOL_USE))
            node.slots = float(node.instances * max(4, int(slots / node.instances) + 1))
            stores = [e for e in node.out if self.edges[e].kind == "storage"]
            held = max((free.calls[e] * free.p50[self.edges[e].callee] * 1.6 / 1000.0 for e in stores), default=0.0)
            pool = held / self.draws.uniform(*POOL_USE)
            node.pool = float(node.instances * max(5, int(pool / node.instances) + 1)) if stores else 0.0
            times = [self.edges[e].time_out for e in node.into]
            node.least_time_out = min(times, default=2000.0)
            node.most_time_out = max(times, default=PATIENCE)
            node.rate = free.requests[index]
        return solve(self, {}, NEUTRAL)


def _share(kind: EdgeKind, callee: Kind, caller: Kind, behind: bool) -> Range:
    if caller == "cdn":
        return BEHIND_CDN
    if kind == "async":
        return ASYNC_SHARE
    if kind == "config":
        return CONFIG_SHARE
    if callee == "vendor":
        return VENDOR_SHARE
    if callee == "broker":
        return BROKER_SHARE
    if kind == "storage":
        return BEHIND_CACHE if behind else STORAGE_SHARE
    return SYNC_SHARE


def _room(software: Software) -> float:
    """Slots of a service as a multiple of what threads for its load would be."""
    if software.threads:
        return 1.0
    return UNBOUNDED if software.kind in ALERTING_KINDS else BEHIND_POOLS


def _callers_first(graph: Graph) -> tuple[int, ...]:
    """The services, each after all that call it. Raises ValueError for calls that go round."""
    waiting = [sum(1 for _, kind, _ in callers if kind != "platform") for callers in graph.callers]
    order = [index for index, count in enumerate(waiting) if not count]
    for index in order:
        for callee, kind, _ in graph.callees[index]:
            if kind != "platform":
                waiting[callee] -= 1
                if not waiting[callee]:
                    order.append(callee)
    if len(order) < len(waiting):
        raise ValueError(f"calls of {graph.system.name} go round")
    return tuple(order)


def _heights(graph: Graph, up: tuple[int, ...]) -> list[int]:
    """How many calls follow each other below a service, those along which nobody waits left out."""
    heights = [0] * len(up)
    for index in up:
        waited = [heights[callee] for callee, kind, _ in graph.callees[index] if kind in ("sync", "storage", "config")]
        heights[index] = 1 + max(waited) if waited else 0
    return heights


@lru_cache(maxsize=256)
def sizing_of(system: str, variant: int) -> Sizing:
    """The size of a system. Raises KeyError for an unknown one."""
    return Sizing(graph_of(SYSTEMS[system]), variant % VARIANTS)
