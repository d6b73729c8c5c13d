"""Calls: what a service calls is what its requests make it call, and what arrives is what was sent."""

from __future__ import annotations

from collections.abc import Iterator

from tests.generated.laws.figures_agree import Span, share, span
from tests.generated.laws.plays import Moment

UNSHOWN = Span(0.0, 0.05)  # calls/s of all other services that make no row


def calls(moment: Moment) -> Iterator[str]:
    for service in moment.services:
        table = moment.dependencies(service)
        yield from (moment.tells(service, f"unreadable {line!r}") for line in table.unread)
        if table.answers is None:
            continue
        yield from _arriving(moment, service)
        yield from _made(moment, service)
        yield from _work(moment, service)


def _arriving(moment: Moment, service: str) -> Iterator[str]:
    """Requests are the sum of what all callers send."""
    table = moment.dependencies(service)
    assert table.answers is not None
    total = UNSHOWN
    for caller in table.callers:
        total += span(caller.rate)
    if not total.meets(span(table.answers.requests)):
        rates = ", ".join(f"{caller.name} {caller.rate.value}" for caller in table.callers)
        yield moment.tells(service, f"{table.answers.requests.value} requests/s, but callers send {rates}")
    shown = moment.metrics(service).rows["requests"].readings[0]
    if shown is not None and not span(shown).meets(span(table.answers.requests)):
        yield moment.tells(
            service, f"metrics show {shown.value} requests/s, dependencies {table.answers.requests.value}"
        )


def _made(moment: Moment, service: str) -> Iterator[str]:
    """Tries are requests x calls a request x tries a call; those that are connected arrive."""
    table = moment.dependencies(service)
    assert table.answers is not None
    for call in table.calls:
        if call.per_request is None or call.tries is None or call.unconnected is None:
            continue
        expected = span(table.answers.requests).times(span(call.per_request)).times(span(call.tries))
        if not expected.meets(span(call.rate)):
            yield moment.tells(service, f"{call.rate.value} calls/s to {call.name}, but its requests make {expected}")
        arrives = moment.dependencies(call.name).caller(service)
        sent = span(call.rate).less(span(call.unconnected))
        if arrives is None or not sent.meets(span(arrives.rate)):
            there = None if arrives is None else arrives.rate.value
            yield moment.tells(service, f"{sent} calls/s reach {call.name}, which counts {there}")
    for caller in table.callers:
        if caller.name != "others" and moment.dependencies(caller.name).call(service) is None:
            yield moment.tells(service, f"is called by {caller.name}, whose table does not show it")


def _work(moment: Moment, service: str) -> Iterator[str]:
    """The gauges of outgoing calls and retries are those of the table."""
    table, rows = moment.dependencies(service), moment.metrics(service).rows
    assert table.answers is not None
    first = retried = UNSHOWN
    for call in table.calls:
        if call.tries is None:
            first += span(call.rate)
            continue
        once = Span(1.0 / (call.tries.value + call.tries.half), 1.0 / max(1.0, call.tries.value - call.tries.half))
        first += span(call.rate).times(once)
        retried += span(call.rate).times(Span(1.0 - once.high, 1.0 - once.low))
    shown = {
        label: rows[label].readings[0]
        for label in ("outgoing calls per accepted request", "outgoing retries", "upstream retries")
        if label in rows
    }
    for label, reading in shown.items():
        if reading is None:
            continue
        rate = first if label == "outgoing calls per accepted request" else retried
        told = span(reading)
        if label == "outgoing calls per accepted request":
            told = told.times(span(table.answers.requests)).times(_accepted(moment, service))
        if not told.meets(rate):
            yield moment.tells(service, f"{label} {reading.value}, which is {told} calls/s; its table shows {rate}")


def _accepted(moment: Moment, service: str) -> Span:
    """The share of the requests of a service that it works on: it may turn away those that it fails by itself."""
    own = moment.status(service).own_errors
    return Span(1.0 - share(own).high if own is not None else 0.0, 1.0)
