"""Links: figures that are about one thing fit together, whatever moved them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.generated.laws.failures import monitoring_at_fault
from tests.generated.laws.figures_agree import span
from tests.generated.laws.patterns import software_of
from tests.generated.laws.plays import Moment

STORES = {"redis": (8.0, 0.78), "rabbitmq": (9.0, 0.6)}  # memory in % beside what is stored, and its share of the rest
MEMORY_SLACK = 1.5  # %, of two figures that tremble at their limits
IDLE = 0.2  # share of the usual requests below which a store has little to do
IDLE_CPU = 3.0  # % of CPU more than usual that it may take
SLACK = 1.06  # of figures of one minute that are shown with few digits
PARTS = (
    ("sockets in CLOSE_WAIT", "open files"),
    ("idle in transaction", "sessions"),
    ("rejected by rules", "requests"),
)  # gauges, each with what it is a part of
ONE = 1.5  # of a count that is rounded
SHARDS = 16
ABOVE_LIMIT = 105.0  # % of the limit of a shard
LEAST_REFUSED = 0.01  # share of the requests that such a shard turns away
NOT_FOLLOWING = 20.0  # s
RESENT = 0.85  # of the packets that are lost
MANY_ERRORS = 40.0  # /s, of interfaces
LEAST_PEERS, LEAST_ROUTES = 10.0, 44.0
FEW_LOST = 1.0  # % of the names
RULES_SLACK = 1.15
MANY_REFUSED = 0.05  # share of the requests
FEW_SCRAPES = 6.0  # failing ones a minute above the usual ones that are no target's


def links(moment: Moment) -> Iterator[str]:
    for service in moment.services:
        for check in CHECKS:
            yield from (moment.tells(service, problem) for problem in check(moment, service))


def _memory(moment: Moment, service: str) -> Iterator[str]:
    """What a cache or a broker stores is in its memory."""
    software, metrics = software_of(moment.incident, service), moment.metrics(service)
    if software not in STORES:
        return
    used, memory = metrics.now("memory used"), metrics.now("memory")
    beside, share = STORES[software]
    if used is None or memory is None:
        return
    holds = beside + share * used
    if memory < holds - MEMORY_SLACK or (used < 98.0 and memory > holds + MEMORY_SLACK):
        yield f"memory {memory} %, of which {used} % of the limit would take {holds:.1f} %"


def _work(moment: Moment, service: str) -> Iterator[str]:
    """A store to which next to nothing comes has next to nothing to do."""
    software, metrics, status = software_of(moment.incident, service), moment.metrics(service), moment.status(service)
    if software not in ("redis", "postgres", "mysql") or service == moment.incident.culprit:
        return
    requests, usual, cpu, normal = (
        metrics.now("requests"), metrics.normal("requests"), metrics.now("CPU"), metrics.normal("CPU")
    )  # fmt: skip
    if requests is None or usual is None or cpu is None or normal is None or status.ready != status.replicas:
        return
    if requests < IDLE * usual and cpu > normal + IDLE_CPU:
        yield f"CPU {cpu} % (usual {normal} %) at {requests} of {usual} requests/s"


def _throttling(moment: Moment, service: str) -> Iterator[str]:
    """A period is throttled once its share of CPU is used up."""
    throttled, cpu = (moment.metrics(service).now(label) for label in ("throttled periods", "CPU"))
    if throttled is not None and cpu is not None and throttled > cpu + 0.1:
        yield f"throttled in {throttled} % of the periods with {cpu} % of its CPU in use"


def _answers(moment: Moment, service: str) -> Iterator[str]:
    """Nobody sees an answer that comes after his time-out."""
    for call in moment.dependencies(service).calls:
        if call.time_out is not None and call.p99 is not None and call.p99.value > call.time_out.value + 0.5:
            yield f"answers of {call.name} with a p99 of {call.p99.value} ms in {call.time_out.value} ms"


def _hits(moment: Moment, service: str) -> Iterator[str]:
    """What a CDN answers and did not find is asked of the origin."""
    metrics = moment.metrics(service)
    hits, origin, own, requests = (
        metrics.now(label) for label in ("hit ratio", "origin requests", "failed for a reason of its own", "requests")
    )
    if hits is None or origin is None or own is None or requests is None:
        return
    misses = (1.0 - hits / 100.0) * (requests - own)
    tries = [call.tries for call in moment.dependencies(service).calls]
    most = max((span(each).high for each in tries if each is not None), default=4.0) if None not in tries else 4.0
    if misses > origin * SLACK + 1.0 or origin > most * misses * SLACK + 1.0:
        yield f"{origin} origin requests/s of {misses:.1f} misses/s"


def _acknowledged(moment: Moment, service: str) -> Iterator[str]:
    """A broker acknowledges no message that it does not take."""
    metrics = moment.metrics(service)
    done, usual = metrics.now("acknowledged"), metrics.normal("acknowledged")
    requests, normal, fails = metrics.now("requests"), metrics.normal("requests"), metrics.now("error rate")
    if None in (done, usual, requests, normal, fails) or monitoring_at_fault(moment):
        return
    assert done is not None
    assert usual is not None
    assert requests is not None
    assert normal is not None
    assert fails is not None
    taken = usual * requests / normal * (1.0 - fails / 100.0)
    if done > taken * SLACK + 1.0:
        yield f"{done} messages/s acknowledged, of {taken:.1f} that it took"


def _scrapes(moment: Moment, service: str) -> Iterator[str]:
    """Scrapes fail of targets that are down."""
    metrics = moment.metrics(service)
    up, failing, usual = metrics.now("targets up"), metrics.now("scrape failures"), metrics.normal("scrape failures")
    if up is None or failing is None or usual is None:
        return
    if (up > 99.9 and failing > usual + FEW_SCRAPES) or (up < 99.0 and failing < 2.0):
        yield f"{up} % of the targets are up, and {failing} scrapes a minute fail"


def _parts(moment: Moment, service: str) -> Iterator[str]:
    """What is a part of something else is no more than that."""
    metrics = moment.metrics(service)
    for part, whole in PARTS:
        less, more = metrics.now(part), metrics.now(whole)
        if less is not None and more is not None and less > SLACK * more + ONE:
            yield f"{part} {less}, {whole} {more}"


def _shards(moment: Moment, service: str) -> Iterator[str]:
    """The mean of shards is no more than the most, holds its part of it, and above its limit a shard turns away."""
    metrics = moment.metrics(service)
    most, mean, refused = (metrics.now(label) for label in ("hottest shard", "mean shard load", "answered 503"))
    usual, even = metrics.normal("hottest shard"), metrics.normal("mean shard load")
    requests = metrics.now("requests")
    if None in (most, mean, refused, usual, even, requests):
        return
    assert most is not None
    assert mean is not None
    assert refused is not None
    assert usual is not None
    assert even is not None
    assert requests is not None
    if mean > most or (most - usual) / SHARDS > SLACK * (mean - even) + ONE:
        yield f"the hottest shard at {most} % (normal {usual} %) of its limit, the mean at {mean} % (normal {even} %)"
    if most > ABOVE_LIMIT and refused < LEAST_REFUSED * requests:
        yield f"{refused}/s of {requests}/s turned away with a shard at {most} % of its limit"


def _replicas(moment: Moment, service: str) -> Iterator[str]:
    """Who follows nobody is later each minute, as far as the one is told from the other."""
    metrics = moment.metrics(service)
    attached, lag = metrics.now("replicas attached"), metrics.now("replica lag")
    if attached == 0.0 and lag is not None and lag < NOT_FOLLOWING:
        yield f"{lag} s late behind no primary"


def _packets(moment: Moment, service: str) -> Iterator[str]:
    """A packet that is lost is sent again, and one with an error is lost."""
    metrics = moment.metrics(service)
    lost, again, errors = (metrics.now(label) for label in ("packet loss", "retransmits", "interface errors"))
    usual = metrics.normal("packet loss")
    if lost is None or again is None or errors is None or usual is None:
        return
    if again < RESENT * lost - 0.01:
        yield f"{lost} % of the packets are lost and {again} % sent again"
    if errors > MANY_ERRORS and lost < 2.0 * usual and lost < 0.05:
        yield f"{errors} errors/s, and {lost} % of the packets are lost (normal {usual} %)"


def _peers(moment: Moment, service: str) -> Iterator[str]:
    """A network that is no part of the failure has the peers and the routes that carry what it carries."""
    metrics = moment.metrics(service)
    peers, routes = metrics.now("peers established"), metrics.now("prefixes announced")
    if peers is None or routes is None or service == moment.incident.culprit:
        return
    if peers < LEAST_PEERS or routes < LEAST_ROUTES:
        yield f"{peers} peers and {routes} prefixes, and nobody is hurt"


def _servfail(moment: Moment, service: str) -> Iterator[str]:
    """Names that do not resolve are no everyday thing: a name server that is no part of the failure resolves them."""
    share = moment.metrics(service).now("SERVFAIL share")
    if share is not None and share > FEW_LOST and service != moment.incident.culprit:
        yield f"{share} % of the names do not resolve"


def _rules(moment: Moment, service: str) -> Iterator[str]:
    """Rules that take a larger share of the CPU make requests cost more of it."""
    metrics = moment.metrics(service)
    share, usual = metrics.now("rule engine share of CPU"), metrics.normal("rule engine share of CPU")
    cpu, normal = metrics.now("CPU"), metrics.normal("CPU")
    requests, before = metrics.now("requests"), metrics.normal("requests")
    if None in (share, usual, cpu, normal, requests, before):
        return
    assert share is not None
    assert usual is not None
    assert cpu is not None
    assert normal is not None
    assert requests is not None
    assert before is not None
    more = (100.0 - usual) / (100.0 - share)
    if more > 1.1 and cpu < 95.0 and cpu - IDLE_CPU < normal * min(1.0, requests / before) * more / RULES_SLACK - 8.0:
        yield f"rules take {share} % of the CPU (normal {usual} %), which is {cpu} % (normal {normal} %)"


def _quorum(moment: Moment, service: str) -> Iterator[str]:
    """A store that agrees on each write refuses all without more than half of its members."""
    refused, status = moment.metrics(service).now("writes refused"), moment.status(service)
    if refused is None or status.ready is None or status.replicas is None:
        return
    if 2 * status.ready <= status.replicas and refused < 1.0:
        yield f"{status.ready} of {status.replicas} members, and {refused} writes/s refused"


def _full_cache(moment: Moment, service: str) -> Iterator[str]:
    """A cache that refuses much for want of room is full and finds less; one that evicts refuses nothing for that."""
    metrics, requests = moment.metrics(service), moment.metrics(service).now("requests")
    used, errors, evicted = (metrics.now(label) for label in ("memory used", "error replies", "evicted keys"))
    if used is None or errors is None or evicted is None or requests is None or errors < MANY_REFUSED * requests:
        return
    if moment.name.startswith("after a wrong action"):  # which may make it answer errors for another reason
        return
    if used >= 99.0 and evicted > 0.0 and moment.incident.family != "cache-node-loss":  # slots without a server
        yield f"{evicted} keys/s evicted and {errors} replies/s are errors at {used} % of maxmemory"


CHECKS = (
    _memory, _work, _throttling, _answers, _hits, _acknowledged, _scrapes, _parts, _shards, _replicas,
    _packets, _peers, _servfail, _rules, _quorum, _full_cache,
)  # fmt: skip
