"""Gauges that follow from other figures of the same service, whatever raised those.

A cache whose store is full takes that much of its memory, a process near its limit of CPU is throttled, a target that
is down fails its scrapes: two figures of one thing fit together in every failure, and no failure moves a gauge alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from cloud_incident_env.generated.readings import (
    Reading,
    busier,
    busier_than_usual,
    more_requests,
    placed_on_hosts,
    work_of_hosts,
)

BESIDE_STORE = 8.0  # % of its memory that a cache takes beside what it stores
MAXMEMORY = 0.78  # of the memory of a cache: what it may store
EVICTS_FROM = 97.0  # % of maxmemory that a cache holds which evicts keys now and then
STORES = 0.3  # of the requests of a cache that store something, and evict what is in the way
OFTEN_EVICTED = 400.0  # keys/s: what is written waits for room
BESIDE_QUEUES = 9.0  # % of its memory that a broker takes when idle
WATERMARK = 0.6  # of the memory of a broker: above it publishers are blocked
HELD_MINUTES = 20.0  # of usual messages that wait at a broker and take half of `MOST_HELD`
MOST_HELD = 60.0  # % of the watermark that messages take which wait
SCRAPES = 4.0  # of a target in a minute
MOST_THROTTLED = (0.7, 0.97)  # share of the periods that are cut off, of the share of CPU in use: bursts differ
THROTTLED_FROM = 70.0  # % of its limit of CPU from which bursts of a process are cut off regularly
MOST_CPU_LATE = 85.0  # % of CPU of a host above which its clock is set late
LATE_MS = 3.0  # offset of a clock for each % above
DRIFT = (4e-6, 30e-6)  # of a clock that nothing sets
MS_PER_MINUTE = 60_000.0
STEADY_REVISIONS = 20.0  # revisions/s that a store takes without waiting for its lock
STEADY_WRITE = 20.0  # ms of a write that needs no wait
MEAN_RATE = 1.25  # usual requests that a quota leaves room for, as a multiple
PARTITIONS = 61  # of the topics of a broker, on each of its instances
DISK_OF_TRAFFIC = 9.0  # % of the disks that the usual traffic takes once more
BETWEEN_RUNS = 30.0  # minutes from one run of a job to the next
RUNS_PER_HOUR = 12.0  # of all jobs
ADMITTED = 1.01  # failing API requests for each that fails its admission, at least
DENIED = 0.2  # share of the requests beyond that are denied


SHARDS = 16  # of an object store: so much of what comes to one is in their mean
PACKETS = 10_000.0  # of a thousand flows in a second
MEAN_TO_HOTTEST = 1.1  # load of the hottest shard as a multiple of the mean, at the least
TREMBLING = 0.97  # of its normal value, which a gauge comes to by itself
RESENT = 0.9  # of the packets that are lost: the rest is of what nobody repeats


class Linking:
    """The gauges of a service in a minute, while they are worked out."""

    def __init__(
        self, reading: Reading, found: dict[str, float], raised: Collection[str], normal: Callable[[str], float]
    ) -> None:
        self.reading = reading
        self.found = found  # by label
        self.raised = raised  # labels of those that effects raise
        self.normal = normal  # what a gauge reads when all is well

    def __getitem__(self, label: str) -> float:
        return self.found[label]

    def __setitem__(self, label: str, value: float) -> None:
        self.found[label] = value

    def is_free(self, label: str) -> bool:
        """Whether no effect says what the gauge comes to."""
        return label not in self.raised


def link(linking: Linking) -> None:
    """Let gauges follow from the others."""
    reading = linking.reading
    for follow in LINKS.get(reading.world.cast.service(reading.index).software, ()):
        follow(linking)


def _room_of(linking: Linking, beside: float, share: float) -> None:
    """The memory of a store: what it holds is a share of a part of it."""
    used, memory = linking["memory used"], linking["memory"]
    if not linking.is_free("memory"):
        used = max(used, min(100.0, (memory - beside) / share))
    holds = beside + share * min(used, 100.0)
    linking["memory used"] = used
    linking["memory"] = holds if linking.is_free("memory") else max(holds, memory)


def _cache_memory(linking: Linking) -> None:
    _room_of(linking, BESIDE_STORE, MAXMEMORY)


def _evicted(linking: Linking) -> None:
    """A cache evicts when it is full and its policy lets it; one that refuses writes evicts nothing."""
    reading = linking.reading
    if any(each.service == reading.index and each.effect.gauge == "error replies" for each in reading.world.acting):
        linking["evicted keys"] = 0.0
        return
    linking["evicted keys"] = min(linking["evicted keys"], STORES * reading.requests)
    if linking["evicted keys"]:
        over = min(1.0, linking["evicted keys"] / OFTEN_EVICTED)
        linking["memory used"] = max(linking["memory used"], EVICTS_FROM + (100.0 - EVICTS_FROM) * over)


def _keys(linking: Linking) -> None:
    """Sessions and the like never expire: more of them are kept when more users come."""
    if linking.is_free("keys without expiry"):
        linking["keys without expiry"] *= 0.5 + 0.5 * more_requests(linking.reading, linking.reading.index)


def _files(linking: Linking) -> None:
    """A socket in CLOSE_WAIT is an open file."""
    more = linking["sockets in CLOSE_WAIT"] - linking.normal("sockets in CLOSE_WAIT")
    linking["open files"] = max(linking["open files"], TREMBLING * linking.normal("open files") + more)


def _sessions(linking: Linking) -> None:
    """A session that is idle in transaction is a session, and the longest query runs in a transaction."""
    more = linking["idle in transaction"] - linking.normal("idle in transaction")
    linking["sessions"] = max(linking["sessions"], TREMBLING * linking.normal("sessions") + more)
    linking["oldest transaction"] = max(linking["oldest transaction"], linking["longest query"] / 60.0)


def _shards(linking: Linking) -> None:
    """What comes to one shard is in the mean of all, and that is no more than the most of them have."""
    hottest, mean = "hottest shard", "mean shard load"
    more = (linking[hottest] - linking.normal(hottest)) / SHARDS
    linking[mean] = max(linking[mean], linking.normal(mean) + more)
    linking[hottest] = max(linking[hottest], MEAN_TO_HOTTEST * linking[mean])


def _packets(linking: Linking) -> None:
    """A packet with an error is lost, and one that is lost is sent again."""
    lost = 100.0 * linking["interface errors"] / (PACKETS * max(0.1, linking["flows"]))
    linking["packet loss"] = max(linking["packet loss"], TREMBLING * linking.normal("packet loss") + lost)
    linking["retransmits"] = max(linking["retransmits"], RESENT * linking["packet loss"])


def _rules(linking: Linking) -> None:
    """Rules take more of the CPU only where requests cost more of it."""
    share, reading = "rule engine share of CPU", linking.reading
    beside = 100.0 - linking.normal(share)  # all else that a request costs
    most = 100.0 - beside / max(1.0, reading.parameters.cost)
    linking[share] = min(linking[share], max(linking.normal(share), most))


def _clients(linking: Linking) -> None:
    """Callers open more connections where those that they have are slow to answer."""
    reading = linking.reading
    later = max(1.0, _later(reading, reading.index))
    linking["connected clients"] *= 0.7 + 0.3 * later * more_requests(reading, reading.index)


def _broker_memory(linking: Linking) -> None:
    reading = linking.reading
    usual = reading.world.sizing.normal.requests[reading.index]
    waiting = max(0.0, linking["ready messages"] - linking.normal("ready messages"))
    if waiting and usual and linking.is_free("memory used"):
        minutes = waiting / usual / 60.0
        linking["memory used"] += MOST_HELD * minutes / (minutes + HELD_MINUTES)
    _room_of(linking, BESIDE_QUEUES, WATERMARK)


def _acknowledged(linking: Linking) -> None:
    """What publishers are not let send, or get no answer to, is not acknowledged."""
    solution, index = linking.reading.solution, linking.reading.index
    usual = linking.reading.world.sizing.normal.failed[index]
    linking["acknowledged"] *= (1.0 - solution.failed[index]) / (1.0 - usual)


def _publishers(linking: Linking) -> None:
    """Publishers stand still while a call to the broker waits for its time-out."""
    reading = linking.reading
    nodes, edges = reading.world.sizing.nodes, reading.world.sizing.edges
    waiting = 0.0
    for e in reading.node.into:
        waiting += nodes[edges[e].caller].instances * reading.solution.waits[e]
    linking["publishers blocked"] = float(int(max(linking["publishers blocked"], waiting) + 0.5))


def _unacknowledged(linking: Linking) -> None:
    """A consumer that is later with each message holds more of them."""
    label = "unacknowledged"
    reading = linking.reading
    if linking.is_free(label):
        linking[label] *= _later(reading, reading.index)


def _unacknowledged_messages(linking: Linking) -> None:
    label = "unacknowledged messages"
    reading = linking.reading
    nodes, edges = reading.world.sizing.nodes, reading.world.sizing.edges
    consumers = [c for c in (edges[e].caller for e in reading.node.into) if nodes[c].kind == "worker"]
    if linking.is_free(label) and consumers:
        later = 0.0
        for consumer in consumers:
            later += _later(reading, consumer)
        linking[label] *= later / len(consumers)


def _later(reading: Reading, index: int) -> float:
    """The time that a service takes for a request as a multiple of the usual one, as far as a prefetch lets it hold."""
    usual = reading.world.sizing.normal.times(index).mean
    return min(5.0, max(0.6, reading.solution.times(index).mean / usual)) if usual else 1.0


def _top_client(linking: Linking) -> None:
    """The largest of the callers writes a larger share when it alone writes more."""
    label = "share of the top client"
    reading = linking.reading
    if linking.is_free(label):
        usual = _largest(reading.world.sizing.normal.calls, reading.node.into)
        now = _largest(reading.solution.calls, reading.node.into)
        linking[label] *= now / usual if now and usual else 1.0


def _partitions(linking: Linking) -> None:
    """Copies on a broker that is away or late fall behind; what is written more takes more room and waits longer."""
    reading = linking.reading
    requests = more_requests(reading, reading.index)
    if linking.is_free("under-replicated partitions"):
        away = int(PARTITIONS * (1.0 - reading.ready / reading.instances) + 0.5)
        linking["under-replicated partitions"] += float(away)
    if linking.is_free("disk used"):
        linking["disk used"] += DISK_OF_TRAFFIC * max(0.0, requests - MEAN_RATE)
    if linking.is_free("request queue"):
        linking["request queue"] *= _later(reading, reading.index) * max(0.7, busier(reading, reading.index))


def _largest(calls: Sequence[float], edges: tuple[int, ...]) -> float:
    """The largest of some rates as a share of their sum."""
    whole = largest = 0.0
    for e in edges:
        rate = calls[e]
        whole += rate
        largest = max(largest, rate)
    return largest / whole if whole else 0.0


def _jobs(linking: Linking) -> None:
    """Jobs whose calls are late run longer, and those whose calls fail end and are counted."""
    reading = linking.reading
    later = max(1.0, _later(reading, reading.index))
    for label in ("longest running job", "age of output"):
        if linking.is_free(label):
            linking[label] *= later
    if linking.is_free("missed runs"):
        linking["missed runs"] += float(int(linking["longest running job"] / BETWEEN_RUNS))
    if linking.is_free("failed jobs"):
        failed = reading.failed - reading.world.sizing.normal.failed[reading.index]
        linking["failed jobs"] += RUNS_PER_HOUR * max(0.0, failed)


def _targets(linking: Linking) -> None:
    """A target that is down fails each of its scrapes; scrapes that fail are those of targets that are down."""
    failures = linking["scrape failures"]
    instances = 0.0
    for each in linking.reading.serving:
        instances += each.instances
    down = instances * (1.0 - linking["targets up"] / 100.0)
    more = 0.0 if linking.is_free("scrape failures") else max(0.0, failures - linking.normal("scrape failures"))
    linking["scrape failures"] = failures + SCRAPES * down
    linking["targets up"] = max(0.0, 100.0 * (1.0 - (down + more / SCRAPES) / instances))


def _test_clients(linking: Linking) -> None:
    """Where only test clients use the alerting service, they send at least what comes to it."""
    world, label = linking.reading.world, "requests by test clients"
    if world.business is not None and not world.business.reach:
        rates, nodes, entry = linking.reading.solution.requests, world.sizing.nodes, world.cast.entry
        others = 0.0
        for index, node in enumerate(nodes):
            if node.serves and not node.into and index != entry:
                others += rates[index]
        linking[label] = max(linking[label], 100.0 * rates[entry] / (rates[entry] + others))


def _contention(linking: Linking) -> None:
    """Whoever waits for a change, and whoever writes, takes the same locks."""
    queries, label = "blocking queries", "lock contention"
    if linking.is_free(queries):
        linking[queries] *= 0.5 + 0.5 * more_requests(linking.reading, linking.reading.index)
    if linking.is_free(label):
        crowd = max(0.5, 0.3 + 0.7 * linking[queries] / linking.normal(queries))
        late = 0.02 * max(0.0, linking["write p50"] - STEADY_WRITE)
        written = 0.006 * max(0.0, linking["revisions"] - STEADY_REVISIONS)
        linking[label] = linking[label] * crowd + late + written


def _throttled(linking: Linking) -> None:
    """A period is throttled when its quota is used up: no larger share of them than that of the CPU in use."""
    label, cpu = "throttled periods", linking.reading.cpu
    near = 92.0 * (cpu - THROTTLED_FROM) / (100.0 - THROTTLED_FROM)
    most = linking.reading.world.draws("quota", linking.reading.index).uniform(*MOST_THROTTLED)
    linking[label] = min(max(linking[label], near), most * cpu)


def _variants(linking: Linking) -> None:
    """More visitors bring more languages, query strings and kinds of clients."""
    label = "cached variants per object"
    if linking.is_free(label):
        linking[label] = 1.0 + (linking[label] - 1.0) * min(4.0, more_requests(linking.reading, linking.reading.index))


def _quota(linking: Linking) -> None:
    """What clients of a configuration service ask for beyond their quota is denied."""
    more = more_requests(linking.reading, linking.reading.index)
    if linking.is_free("usage reported by quota meter"):
        linking["usage reported by quota meter"] *= more
    if linking.is_free("requests denied by quota"):
        linking["requests denied by quota"] += DENIED * max(0.0, more - MEAN_RATE) * linking.reading.requests


def _wanted(linking: Linking) -> None:
    """A scaler wants more instances where those that there are have more to do."""
    label = "instances wanted by the scaler"
    if linking.is_free(label):
        linking[label] *= 0.6 + 0.4 * busier_than_usual(linking.reading)
    linking["API requests failed"] = max(linking["API requests failed"], ADMITTED * linking["admission failures"])


def _hosts(linking: Linking) -> None:
    busiest, offset, reading = "CPU of the busiest host", "largest clock offset", linking.reading
    if linking.is_free(busiest):
        linking[busiest] *= placed_on_hosts(reading) * (0.7 + 0.3 * max(1.0, work_of_hosts(reading)[1]))
    if linking.is_free(offset):
        linking[offset] += LATE_MS * max(0.0, min(99.0, linking[busiest]) - MOST_CPU_LATE)
    else:  # nothing sets that clock, and its crystal is a little fast or slow
        drift = reading.world.draws("drift", reading.index).uniform(*DRIFT)
        linking[offset] += MS_PER_MINUTE * drift * max(0, reading.minute - reading.world.clock.onset)


def _index_hosts(linking: Linking) -> None:
    """The hosts of the index are among the instances of the store."""
    reading = linking.reading
    linking["index hosts up"] = min(linking["index hosts up"], 100.0 * reading.ready / reading.instances)


# What follows for each software, in the order in which it is worked out.
_SERVICE = (_throttled, _files)
_GATEWAY = (_rules,)
_DATABASE = (_sessions,)
LINKS: Mapping[str, tuple[Callable[[Linking], None], ...]] = {
    "java": _SERVICE,
    "go": _SERVICE,
    "python": _SERVICE,
    "node": _SERVICE,
    "envoy": _GATEWAY,
    "nginx": _GATEWAY,
    "postgres": _DATABASE,
    "mysql": _DATABASE,
    "cdn": (_variants,),
    "stream-worker": (_unacknowledged,),
    "queue-worker": (_unacknowledged,),
    "redis": (_evicted, _cache_memory, _keys, _clients),
    "rabbitmq": (_broker_memory, _acknowledged, _publishers, _unacknowledged_messages),
    "kafka": (_top_client, _partitions),
    "batch-worker": (_jobs,),
    "object-store": (_index_hosts, _shards),
    "config-service": (_quota,),
    "registry": (_contention,),
    "kubernetes": (_wanted,),
    "nodes": (_hosts,),
    "network": (_packets,),
    "prometheus": (_targets, _test_clients),
}
