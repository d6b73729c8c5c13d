"""The gauges of a service at a minute: those that follow from the simulation, and those that effects raise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from cloud_incident_env.generated.acting import Acting
from cloud_incident_env.generated.backlogs import grown
from cloud_incident_env.generated.linked_gauges import Linking, link
from cloud_incident_env.generated.model import Age, Follows, Gauge
from cloud_incident_env.generated.readings import Reading, more_requests
from cloud_incident_env.generated.thresholds import MOST_TURNED_AWAY, exceeded, turned_away
from cloud_incident_env.generated.world import World

TREMBLE = 0.03  # how far a gauge is from its mean, as a share
MEMORY = Gauge("memory", "%", (0, 0), 1, most=99.4)  # its normal value is part of the size of a service
PER_MINUTE = {"s": 60.0, "min": 1.0, "d": 1 / 1440}  # units of an age that pass in a minute
MOST_WAITERS = 250.0  # requests that wait for a pool of an instance: more find its queue full
BY_RULES = (0.3, 0.8)  # share of the errors of everyday life of a gateway that are requests which a rule turns away
REJECTED = "rejected by rules"
LOGGED_FAILURES = 2.0  # lines more that a failing request leaves, in multiples of those of any other
EXACT = frozenset({"own_errors", "rejected"})  # what other tools show as well, to the same digit
# Share of a limit that is free in the mean of a minute where all is taken, at most: connections are closed and opened
# anew, a slot waits for its next request, log files are rotated.
TURNOVER = 0.01
TREMBLING = frozenset({"sessions"})  # of those that follow from the simulation


def gauges_of(reading: Reading) -> dict[str, float]:
    """Every gauge of a service's software, and its memory, by label."""
    draws = reading.world.draws("tremble", reading.index, reading.minute)
    raised = _raised(reading)
    gauges = (MEMORY, *reading.world.cast.software(reading.index).gauges)
    found = {
        gauge.label: _trembling(reading, gauge, raised.get(gauge.label, ()), draws.uniform(-TREMBLE, TREMBLE))
        for gauge in gauges
    }
    _link(reading, found, raised)
    return {gauge.label: _within_limit(reading, gauge, found[gauge.label]) for gauge in gauges}


def gauge_of(reading: Reading, gauge: Gauge) -> float:
    """One of the gauges of a service: as `gauges_of`, without the others where it is not linked to any."""
    if gauge.linked or gauge is MEMORY:
        return gauges_of(reading)[gauge.label]
    draws = reading.world.draws("tremble", reading.index, reading.minute)
    trembles = 0.0
    for _ in range(reading.world.cast.software(reading.index).gauges.index(gauge) + 2):  # memory comes first
        trembles = draws.uniform(-TREMBLE, TREMBLE)
    value = _trembling(reading, gauge, _raised(reading).get(gauge.label, ()), trembles)
    return _within_limit(reading, gauge, value)


def _trembling(reading: Reading, gauge: Gauge, raised: Sequence[tuple[float, Acting]], trembles: float) -> float:
    """A gauge by itself, a little beside its mean where nothing says what it comes to exactly."""
    value, ages = _value(reading, gauge, raised)
    full = gauge.most is not None and value >= gauge.most * (1.0 - TURNOVER)
    free = not gauge.follows or bool(raised) or gauge.follows in TREMBLING
    if free and not (ages or full or gauge.counts or gauge.follows in EXACT):
        value += (value if gauge.jitter is None else gauge.jitter / TREMBLE) * trembles
    return max(0.0, value)


def _within_limit(reading: Reading, gauge: Gauge, value: float) -> float:
    if gauge.most is None or value <= gauge.most * (1.0 - TURNOVER):
        return value
    return min(value, _room(reading, gauge))


def _link(reading: Reading, found: dict[str, float], raised: Collection[str]) -> None:
    """Let gauges follow from the others of the service."""
    by_label = {gauge.label: gauge for gauge in reading.world.cast.software(reading.index).gauges}
    link(Linking(reading, found, raised, lambda label: _followed(reading.as_usual, by_label[label])))


def _room(reading: Reading, gauge: Gauge) -> float:
    """The most that a gauge with a limit reads in a minute. What is used up comes and goes at its limit."""
    assert gauge.most is not None
    if gauge.counts or gauge.normal[0] >= gauge.most:  # not used up, such as the share of nodes that are up
        return gauge.most
    of = "sessions" if gauge.follows == "active" else gauge.label  # no more statements run than there are sessions
    free = reading.world.draws("turnover", reading.index, of, reading.minute).uniform(0.0, TURNOVER)
    return gauge.most * (1.0 - free)


def by_test_clients(reading: Reading) -> float:
    """The share of all requests that test clients send, in %, as the monitoring counts them."""
    cast = reading.world.cast
    watching = next(index for index, node in enumerate(reading.world.sizing.nodes) if node.kind == "monitoring")
    gauge = cast.software(watching).gauge("requests by test clients")
    assert gauge is not None
    return gauge_of(Reading(reading.world, watching, reading.minute, reading.history), gauge)


def usual_gauges(reading: Reading) -> dict[str, float]:
    """Every gauge of a service when all is well, by label. `reading` is how the service usually does."""
    found = {
        gauge.label: _followed(reading, gauge) for gauge in (MEMORY, *reading.world.cast.software(reading.index).gauges)
    }
    _link(reading, found, ())
    return found


def _value(reading: Reading, gauge: Gauge, raised: Iterable[tuple[float, Acting]]) -> tuple[float, bool]:
    """What a gauge comes to with the effects on it, and whether it counts the time since something."""
    base = value = _followed(reading, gauge)
    ages = False
    for level, each in raised:
        if isinstance(each.effect.shape, Age):
            value, ages = max(value, level * PER_MINUTE[gauge.unit]), True
        elif gauge.follows in EXACT:
            continue
        elif gauge.follows and gauge.follows != "expiry":
            value = max(value, base + level * (each.to - base))
        else:
            value += level * (each.to - base)
    return value, ages


def _raised(reading: Reading) -> dict[str, list[tuple[float, Acting]]]:
    """The effects on gauges and their levels, by label."""
    raised: dict[str, list[tuple[float, Acting]]] = {}
    for each, level in reading.world.levels(reading.minute, reading.history):
        if each.service == reading.index and each.effect.parameter == "gauge" and level:
            raised.setdefault(each.effect.gauge, []).append((level, each))
    return raised


def normal_of(world: World, index: int, gauge: Gauge) -> float:
    """What a gauge of a service reads when all is well, as far as it does not follow from the simulation."""
    if gauge is MEMORY:
        return world.sizing.nodes[index].memory
    value = world.draws("normal", index, gauge.label).uniform(*gauge.normal)
    return float(int(value + 0.5)) if gauge.counts else value


def _followed(reading: Reading, gauge: Gauge) -> float:
    """A gauge without what effects make of it."""
    if gauge.follows in SIMULATED:
        return SIMULATED[gauge.follows](reading)
    normal = normal_of(reading.world, reading.index, gauge)
    return SCALED[gauge.follows](reading, normal) if gauge.follows else normal


def total(values: Iterable[float]) -> float:
    """The sum from the first to the last: `sum` of newer Pythons rounds otherwise."""
    result = 0.0
    for value in values:
        result += value
    return result


def _rejected(reading: Reading) -> float:
    """Failing requests/s that a rule turns away: those of a failure that is one of rules, and some of everyday life."""
    everyday = reading.node.own_errors * reading.world.draws("rejected", reading.index).uniform(*BY_RULES)
    acting = reading.world.acting
    rules = any(each.service == reading.index and each.effect.gauge == REJECTED for each in acting)
    by_rules = reading.parameters.own_errors if rules else 0.0
    return reading.requests * (by_rules + (1.0 - by_rules) * everyday)


def _flying(reading: Reading) -> float:
    """Requests in flight: throughput x time."""
    return reading.requests * reading.times.mean / 1000.0


def _busy(reading: Reading) -> float:
    """% of the slots that requests take. All are taken where there are more requests than slots."""
    busy = reading.solution.busy[reading.index]
    return 100.0 * (busy if busy >= 1.0 else min(1.0, busy * reading.state.traffic))


def _tried(reading: Reading, kinds: tuple[str, ...] = ("sync", "async", "storage", "config")) -> dict[int, float]:
    """Tries/s along the edges of these kinds that a service calls along."""
    solution, edges = reading.solution, reading.world.sizing.edges
    return {
        e: (solution.calls[e] + solution.lost[e]) * reading.state.traffic
        for e in reading.node.out
        if edges[e].kind in kinds
    }


def _held(reading: Reading) -> float:
    """Connections to the busiest store that requests hold or wait for."""
    held = (rate * reading.solution.held[e] / 1000.0 for e, rate in _tried(reading, ("storage",)).items())
    return max(held, default=0.0)


def _hit(reading: Reading, normal: float) -> float:
    """The hit ratio in %: of a cache as effects leave it, of a CDN as its calls to the origin show it."""
    if reading.node.kind == "cache":
        return normal * (1.0 - reading.parameters.hit_loss)
    first = total(rate / reading.solution.tries[e] for e, rate in _tried(reading, ("sync", "storage")).items())
    worked = reading.requests * (1.0 - reading.solution.own[reading.index])  # what it refuses is no hit
    return max(0.0, 100.0 * (1.0 - first / worked)) if worked else 0.0


def _fan(reading: Reading) -> float:
    """Calls that a request makes which the service works on, each counted once however often it is tried."""
    accepted = reading.requests * reading.solution.worked[reading.index]
    first = total(rate / reading.solution.tries[e] for e, rate in _tried(reading).items())
    return first / accepted if accepted else 0.0


def _retries(reading: Reading) -> float:
    return total(rate * (1.0 - 1.0 / reading.solution.tries[e]) for e, rate in _tried(reading).items())


def _lag(reading: Reading, normal: float) -> float:
    if reading.usual:
        return normal
    trembles = 1.0 + reading.world.draws("lag", reading.index, reading.minute).uniform(-TREMBLE, TREMBLE)
    return normal * trembles + grown(reading.world, reading.index, reading.minute, reading.history)[0]


def _handled(reading: Reading) -> float:
    if reading.usual:
        return reading.requests
    return grown(reading.world, reading.index, reading.minute, reading.history)[1]


def _unread(reading: Reading, normal: float) -> float:
    """Messages of a broker: the usual ones, and those that its consumers have not handled."""
    if reading.usual:
        return normal
    nodes, edges = reading.world.sizing.nodes, reading.world.sizing.edges
    consumers = [edges[e].caller for e in reading.node.into if nodes[edges[e].caller].kind == "worker"]
    return normal + total(grown(reading.world, each, reading.minute, reading.history)[0] for each in consumers)


def _targets(reading: Reading) -> float:
    watched = reading.serving
    return 100.0 * total(each.ready for each in watched) / total(each.instances for each in watched)


def _checks(reading: Reading) -> float:
    return total(turned_away(each) > MOST_TURNED_AWAY for each in reading.serving)


# What follows from the simulation alone, and what scales or adds to the normal value of a gauge.
SIMULATED: Mapping[Follows, Callable[[Reading], float]] = {
    "own_errors": lambda reading: reading.solution.own[reading.index] * reading.requests,
    "rejected": _rejected,
    "busy": _busy,
    "queued": lambda reading: reading.solution.queued[reading.index] * reading.state.traffic,
    "fallback": lambda reading: 100.0 * reading.solution.fallback[reading.index],
    "active": _flying,
    "latency": lambda reading: reading.p99,
    "misses": lambda reading: total(_tried(reading, ("sync", "storage")).values()),
    "fan": _fan,
    "retries": _retries,
    "pool": lambda reading: min(100.0, 100.0 * _held(reading) / reading.node.pool) if reading.node.pool else 0.0,
    "pool_waiters": lambda reading: min(
        MOST_WAITERS * reading.node.instances, max(0.0, _held(reading) - reading.node.pool)
    ),
    "handled": _handled,
    "targets": _targets,
    "firing": lambda reading: total(len(exceeded(each)) for each in reading.serving),
    "checks": _checks,
}
SCALED: Mapping[Follows, Callable[[Reading, float], float]] = {
    "requests": lambda reading, normal: normal * more_requests(reading, reading.index),
    "sessions": lambda reading, normal: normal + _flying(reading),
    "logs": lambda reading, normal: (
        normal * more_requests(reading, reading.index) * (1.0 + LOGGED_FAILURES * reading.failed)
    ),
    "expiry": lambda reading, normal: normal if reading.usual else normal - reading.minute / 1440.0,
    "hit": _hit,
    "ready": _unread,
    "lag": _lag,
}
