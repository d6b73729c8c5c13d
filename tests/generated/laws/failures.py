"""Failures: nobody fails more than its own fault and its callees explain, and every tool shows the same failures."""

from __future__ import annotations

from collections.abc import Iterator

from cloud_incident_env.agents.evidence import Call, Figure
from tests.generated.laws.figures_agree import share, span
from tests.generated.laws.plays import Moment

OWN = (
    "failed for a reason of its own",
    "answered 503",
    "error replies",
)  # gauges of own failures, per second


def failures(moment: Moment) -> Iterator[str]:
    for service in moment.services:
        if moment.dependencies(service).answers is None:
            continue
        yield from _explained(moment, service)
        yield from _agreed(moment, service)


def explained(moment: Moment, service: str) -> float:
    """The largest share of the requests of a service that its own fault and its callees can fail.

    They add up: what a service turns away makes no calls, so no request is counted twice.
    """
    own = moment.status(service).own_errors
    failing = share(own).high if own is not None else _unshown_own(moment, service)
    requests = moment.dependencies(service).answers
    assert requests is not None
    for call in moment.dependencies(service).calls:
        if not call.fallback:
            failing += _lost(call, requests.requests)
    return min(1.0, failing)


def _unshown_own(moment: Moment, service: str) -> float:
    """Own failures where the status has none: those of a service of one instance."""
    table = moment.dependencies(service).answers
    assert table is not None
    for label in OWN:
        row = moment.metrics(service).rows.get(label)
        if row is not None and row.readings[0] is not None:
            return span(row.readings[0]).high / max(table.requests.value, 0.05)
    return 1.0


def _lost(call: Call, requests: Figure) -> float:
    """The most failed calls of a request along one row, after all tries."""
    fails = share(call.fails).high
    if call.per_request is None or call.tries is None:  # of services that are not known
        return span(call.rate).high / max(span(requests).low, 1e-9) * fails
    final = 1.0 - max(1.0, span(call.tries).low) * (1.0 - fails)
    return span(call.per_request).high * max(0.0, min(fails, final))


def _explained(moment: Moment, service: str) -> Iterator[str]:
    answers = moment.dependencies(service).answers
    assert answers is not None
    fails, most = share(answers.fails), explained(moment, service)
    if fails.low > most + 1e-9:
        yield moment.tells(service, f"{answers.fails.value} % fail, of which {100 * most:.2f} % are explained")
    own = moment.status(service).own_errors
    if own is not None and share(own).low > fails.high + 1e-9:
        yield moment.tells(service, f"{own.value} % errors of its own of {answers.fails.value} % in all")
    for call in moment.dependencies(service).calls:
        if call.kind == "sync" and not call.fallback and call.per_request and call.tries:
            final = 1.0 - min(call.retries + 1.0, span(call.tries).high) * (1.0 - share(call.fails).low)
            if call.tries.value > call.retries + 1.0 + call.tries.half:
                final = 0.0  # tries more often than it is set to: nobody knows what comes of the last one
            least = span(call.per_request).low * max(0.0, final)
            if span(call.per_request).high > 1.0:
                least = 0.0  # a part of the requests may make many calls each
            if fails.high < least - 1e-9:
                yield moment.tells(service, f"{answers.fails.value} % fail, but calls to {call.name} fail {least:.4f}")


def _agreed(moment: Moment, service: str) -> Iterator[str]:
    answers, status = moment.dependencies(service).answers, moment.status(service)
    rows = moment.metrics(service).rows
    assert answers is not None
    if status.errors is not None and status.errors != answers.fails:
        yield moment.tells(service, f"the status shows {status.errors}, the dependencies {answers.fails}")
    shown = rows["error rate"].readings[0]
    if shown is not None and shown != answers.fails and not monitoring_at_fault(moment):
        yield moment.tells(service, f"metrics show {shown}, the dependencies {answers.fails}")
    if status.own_errors is not None and status.worst is not None and status.median is not None:
        if not share(status.median).low <= share(status.worst).high:
            yield moment.tells(service, f"median instance {status.median.value} %, worst {status.worst.value} %")
        if share(status.worst).high < share(status.own_errors).low:
            yield moment.tells(service, f"worst instance {status.worst.value} % of {status.own_errors.value} % in all")
        for label in OWN:
            reading = rows[label].readings[0] if label in rows else None
            told = share(status.own_errors).times(span(answers.requests))
            if reading is not None and not told.meets(span(reading)):
                yield moment.tells(service, f"{label} {reading.value}/s, but the status says {told}")


def monitoring_at_fault(moment: Moment) -> bool:
    """Whether the monitoring is the culprit: then metrics may show what is not so."""
    monitored = moment.dependencies(moment.incident.culprit).platform
    return "Monitors" in monitored
