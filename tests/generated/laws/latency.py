"""Latency: logged waits come from the distribution that the metrics show, and end with the time-out in force."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cloud_incident_env.agents.evidence import Dependencies, LogLine, seconds_between
from tests.generated.laws.failures import monitoring_at_fault
from tests.generated.laws.patterns import answered_after, call_took, software_of
from tests.generated.laws.plays import Moment

FAST_MS = 5.0  # what fails at once takes no longer
REFUSED = re.compile(r"connection refused|ECONNREFUSED|refused the connection", re.I)
_WAIT = re.compile(r"(?<![\w.:])(\d+(?:\.\d+)?) ?(?:ms|milliseconds|millis|millisecond\(s\))(?!\w)")
READABLE_MS = 30.0  # p99 from which whole milliseconds are exact enough to compare
STEADY = 0.03  # by how much p99 may differ from that of ten minutes ago where lines of all ten are compared with it


def latency(moment: Moment) -> Iterator[str]:
    for service in moment.services:
        table = moment.dependencies(service)
        yield from (moment.tells(service, f"unreadable {line!r}") for line in moment.log(service).unread)
        for line in moment.log(service).lines:
            if waits_in(line):
                yield from _too_long(moment, service, table, line)


def waits_in(line: LogLine) -> list[float]:
    return [float(each) for each in _WAIT.findall(line.text)]


def _named(table: Dependencies, text: str) -> list[float | None]:
    """The time-outs of the callees that a line names; None of one that is called asynchronously."""
    named = [call for call in table.calls if re.search(rf"(?<![\w-]){re.escape(call.name)}(?![\w-])", text)]
    return [call.time_out.value if call.time_out else None for call in named]


def _too_long(moment: Moment, service: str, table: Dependencies, line: LogLine) -> Iterator[str]:
    waits, time_outs = waits_in(line), _named(table, line.text)
    if REFUSED.search(line.text) and any(wait > FAST_MS for wait in waits):
        yield moment.tells(service, f"refused, and not at once: {line.raw}")
    if not time_outs:
        yield from _unnamed(moment, service, table, line)
    elif None not in time_outs:
        limit = max(each for each in time_outs if each is not None)
        if any(wait > limit + 0.5 for wait in waits):
            yield moment.tells(service, f"waits longer than the time-out of {limit:.0f} ms: {line.raw}")


def _unnamed(moment: Moment, service: str, table: Dependencies, line: LogLine) -> Iterator[str]:
    """Lines of calls that do not name the callee: no wait is longer than the longest time-out."""
    limits = [call.time_out.value if call.time_out is not None else None for call in table.calls]
    if not limits or None in limits:
        return
    software = software_of(moment.incident, service)
    wait = call_took(software, line) if answered_after(software, line) is None else None
    if wait is not None and wait > max(limit for limit in limits if limit is not None) + 0.5:
        yield moment.tells(service, f"waits longer than every time-out: {line.raw}")


def ordinary_waits(moment: Moment) -> Iterator[tuple[str, float, float]]:
    """Lines of requests that were answered: line, wait, and the p99 that the metrics show for then, both in ms."""
    if monitoring_at_fault(moment):
        return
    for service in moment.services:
        metrics, log = moment.metrics(service), moment.log(service)
        now, before = metrics.now("latency p99"), metrics.before("latency p99")
        if now is None or before is None or now < READABLE_MS:
            continue
        minutes = 10.0 if abs(now / before - 1.0) < STEADY else 1.0
        software = software_of(moment.incident, service)
        for line in log.lines:
            took = answered_after(software, line)
            if took is not None and seconds_between(line.at, log.until) <= 60.0 * minutes:
                yield line.raw, took, now
