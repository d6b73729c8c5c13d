"""Whether the figures of a service bear out what a log line says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cloud_incident_env.generated.gauges import gauge_of
from cloud_incident_env.generated.history import History
from cloud_incident_env.generated.model import Figures, Line
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.software.peers import peer_of
from cloud_incident_env.generated.world import World

CROWDED = 80.0  # % of the slots taken in the mean of a minute, from which some requests find none
WAITING = 4.0  # requests that wait for a slot, from which all are taken
POOL_USED_UP = 85.0  # % of the connections, likewise
LOST = 0.05  # calls/s that reach nobody: what is shown as 0.1 or more
HALF = 0.5  # share of the instances below which the median one is well
FAILING = 0.01  # share of the requests
DISKS = ("log disk used", "disk used")  # gauges
NO_SPACE = 93.0  # % of the disks in the mean of the instances, from which the one of some is full


def borne_out(world: World, line: Line, index: int, minute: int, history: History) -> bool:
    """Whether the figures of a service show at a minute what a line says."""
    if not line.when:
        return True
    return _SHOWN[line.when](Reading(world, index, minute, history), line)


def _crowded(reading: Reading, line: Line) -> bool:
    busy = reading.solution.busy[reading.index] * reading.state.traffic * 100.0
    queued = reading.solution.queued[reading.index] * reading.state.traffic
    # Where a few instances are crowded, the mean of all hides it, and the errors of the worst one show it.
    uneven = reading.world.hit_share(reading.index) < HALF and reading.solution.own[reading.index] >= FAILING
    return busy >= CROWDED or queued >= WAITING or uneven


def _pool_used_up(reading: Reading, line: Line) -> bool:
    software = reading.world.cast.software(reading.index)
    in_use, waiters = software.gauge("store pool in use"), software.gauge("store pool waiters")
    if in_use is None or waiters is None:
        return False
    return gauge_of(reading, in_use) >= POOL_USED_UP or gauge_of(reading, waiters) >= 1.0


def _edges(reading: Reading, line: Line) -> list[int]:
    """The calls of the service along which the line can be told: to those whose language it is in."""
    cast, edges = reading.world.cast, reading.world.sizing.edges
    return [e for e in reading.node.out if not line.peers or peer_of(cast.software(edges[e].callee)) in line.peers]


def _missing(reading: Reading, line: Line) -> list[int]:
    """Those that reach nobody."""
    lost = reading.solution.lost
    return [e for e in _edges(reading, line) if lost[e] * reading.state.traffic >= LOST]


def unreached(world: World, line: Line, index: int, minute: int, history: History) -> list[int]:
    """The calls that reach nobody, of which a line can tell: those to known services that have names."""
    cast, edges = world.cast, world.sizing.edges
    missing = _missing(Reading(world, index, minute, history), line)
    callees = {e: edges[e].callee for e in missing if edges[e].callee in cast.names}
    # Nobody looks up the name of a resolver, nor of a worker, which reads a queue.
    return [e for e, callee in callees.items() if cast.software(callee).kind not in ("dns", "worker")]


def _lost(reading: Reading, line: Line) -> bool:
    return bool(_missing(reading, line))


def _silent(reading: Reading, line: Line) -> bool:
    solution, traffic = reading.solution, reading.state.traffic
    unanswered = (solution.calls[e] * solution.waits[e] * traffic for e in _edges(reading, line))
    return _lost(reading, line) or any(each >= LOST for each in unanswered)


def _failing(reading: Reading, line: Line) -> bool:
    return reading.solution.own[reading.index] >= FAILING or _lost(reading, line)


def _full(reading: Reading, line: Line) -> bool:
    gauges = map(reading.world.cast.software(reading.index).gauge, DISKS)
    return any(gauge is not None and gauge_of(reading, gauge) >= NO_SPACE for gauge in gauges)


_SHOWN: Mapping[Figures, Callable[[Reading, Line], bool]] = {
    "crowded": _crowded,
    "pool": _pool_used_up,
    "lost": _lost,
    "silent": _silent,
    "failing": _failing,
    "full": _full,
}
