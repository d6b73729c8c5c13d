"""Clock: all tools agree on now, ages are the time that passed, and the alert tells when the first symptom was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from cloud_incident_env.agents.evidence import Deploy, seconds_between
from tests.generated.laws.failures import monitoring_at_fault
from tests.generated.laws.plays import Moment, Play

LONG_BEFORE = 40  # minutes before the first symptom of which figures are looked at


def clock(moment: Moment) -> Iterator[str]:
    for service in moment.services:
        times = {
            "metrics": moment.metrics(service).at,
            "dependencies": moment.dependencies(service).at,
            "status": moment.status(service).at,
            "deploys": moment.deploys(service).at,
            "log": moment.log(service).until,
        }
        if len(set(times.values())) != 1:
            yield moment.tells(service, f"the tools tell {times}")
        for line in moment.deploys(service).unread:
            yield moment.tells(service, f"unreadable {line!r}")
        yield from _ages(moment, service)


def _ages(moment: Moment, service: str) -> Iterator[str]:
    """Ages of changes are the time since they were made, and none is made later than now."""
    deploys = moment.deploys(service)
    before = None
    for entry in deploys.entries:
        made = datetime.fromisoformat(f"{entry.date} {entry.time}")
        if before is not None and made > before:
            yield moment.tells(service, f"{entry.change_id} is newer than the one above it")
        before = made
        since = _minutes_of_day(entry, deploys.at)
        if entry.age < 1440.0 and entry.unit < 1440.0:
            difference = (since - entry.age) % 1440.0
            if not (difference <= entry.unit + 1.0 or difference >= 1439.0):
                yield moment.tells(
                    service, f"{entry.change_id} of {entry.time} is {entry.age:.0f} min old at {deploys.at}"
                )


def _minutes_of_day(entry: Deploy, now: str) -> float:
    return (seconds_between(f"{entry.time}:00", now) / 60.0) % 1440.0


def ages_of_play(play: Play) -> Iterator[str]:
    """Ages count up by the minutes that passed, also between two moments."""
    first, *rest = play.moments
    for later in rest:
        passed = later.minute - first.minute
        for service in first.services:
            if abs(seconds_between(first.status(service).at, later.status(service).at) - 60.0 * passed) > 0.5:
                yield later.tells(service, f"{passed} minutes after {first.status(service).at}")
            older = {entry.change_id: entry for entry in later.deploys(service).entries}
            for entry in first.deploys(service).entries:
                now = older.get(entry.change_id)
                if now is None:
                    yield later.tells(service, f"the change {entry.change_id} is gone")
                elif (now.date, now.time, now.summary) != (entry.date, entry.time, entry.summary):
                    yield later.tells(service, f"the change {entry.change_id} has become another")
                elif now.unit == entry.unit == 1.0 and now.age - entry.age != passed:
                    yield later.tells(service, f"{entry.change_id} aged {now.age - entry.age} in {passed} minutes")


def alert_of_play(play: Play) -> Iterator[str]:
    """The alert shows the figures of its minute, and began as long ago as it says."""
    moment = play.moments[0]
    alert = play.incident.alert
    entry = alert.affected_services[0]
    rows = moment.metrics(entry).rows
    figures = re.findall(r"([\d,.]+ (?:%|ms))", " ".join(alert.symptoms[:2]))
    shown = [rows["error rate"], rows["latency p99"]]
    if rows["error rate"].readings[0] is not None:
        expected = [text for row in shown for text in (row.readings[0], row.normal)]
        told = [float(each.split(" ")[0].replace(",", "")) for each in figures]
        if told != [each.value for each in expected if each is not None]:
            yield moment.tells(
                entry, f"the alert says {told}, the metrics {[each and each.value for each in expected]}"
            )
    yield from _before_onset(moment, entry)


def _before_onset(moment: Moment, entry: str) -> Iterator[str]:
    """Before the first symptom the alerting service exceeds no limit, and since then it has.

    A limit below what is normal was set wrongly when the symptoms began: figures of before, when it was another, may
    be above it.
    """
    duration = moment.incident.alert.duration_minutes
    window = duration + LONG_BEFORE
    series = moment.metrics(entry, window)
    rows = moment.metrics(entry).rows
    limits = {
        label: limit
        for label, limit in limits_of(moment, entry).items()
        if (normal := rows[label].normal) is None or limit >= normal.value
    }
    exceeded = bool(moment.status(entry).alerts)
    for number, at in enumerate(series.columns):
        ago = seconds_between(at, series.at) / 60.0
        over = [
            f"{label} {value} (limit {limits[label]})"
            for label in limits
            if (value := series.series(label)[number]) is not None and value > limits[label]
        ]
        if over and ago > duration + 0.5:
            yield moment.tells(entry, f"{over[0]} at {at}, {ago:.0f} minutes ago, the alert says {duration}")
        exceeded = exceeded or bool(over)
    if not exceeded and not monitoring_at_fault(moment):
        yield moment.tells(entry, f"exceeded no limit in {duration} minutes: {limits}")


def limits_of(moment: Moment, service: str) -> dict[str, float]:
    """The limits on errors and latency at which a service alerts, as those that fire show them; the usual ones else."""
    rows = moment.metrics(service).rows
    errors, tail = rows["error rate"].normal, rows["latency p99"].normal
    assert errors is not None
    assert tail is not None
    limits = {"error rate": max(1.0, 5.0 * errors.value) + 0.06, "latency p99": 1.8 * (tail.value + tail.half) + 0.6}
    for fire in moment.status(service).alerts:
        for label, word in (("error rate", "error"), ("latency p99", "p99")):
            if fire.name.startswith(word):
                limits[label] = fire.limit.value + fire.limit.half
    return limits
