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


CHECKS = (_memory, _work, _throttling, _answers, _hits, _acknowledged, _scrapes)
