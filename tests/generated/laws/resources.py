"""Resources: fractions stay below 100 %, in flight is throughput x latency, backlogs add up, counters never fall."""

from __future__ import annotations

from collections.abc import Iterator

from tests.generated.laws.figures_agree import span
from tests.generated.laws.patterns import offset_in, software_of
from tests.generated.laws.plays import Moment

# Percentages of something else than a whole: what is asked for may exceed them.
BEYOND = frozenset({"% of limit", "% of usual"})
SLOW_SHARE = 0.01  # most requests that can take longer than p99
SLOWEST_MS = 60_000.0  # longest time that a request can take
LEAST_MEAN = 0.49  # mean latency as a share of p50, at the least: half of the requests take longer than p50
TREMBLES = 0.035  # how far what always waits is from its mean, as a share
ROUNDED = 7.1  # records a minute that the rounding of two rates and two lags comes to
SERIES_MINUTES = 11  # a series with a reading for each minute


def resources(moment: Moment) -> Iterator[str]:
    for service in moment.services:
        yield from _fractions(moment, service)
        yield from _in_flight(moment, service)
        yield from _counters(moment, service)
        yield from _backlog(moment, service)


def _fractions(moment: Moment, service: str) -> Iterator[str]:
    for label, row in moment.metrics(service).rows.items():
        for reading in row.readings:
            if (
                reading is not None
                and reading.unit.startswith("%")
                and reading.unit not in BEYOND
                and reading.value > 100
            ):
                yield moment.tells(service, f"{label} {reading.value} {reading.unit}")


def _in_flight(moment: Moment, service: str) -> Iterator[str]:
    """Little's law, where the requests in flight are shown; a store never works on more than it has sessions."""
    metrics = moment.metrics(service)
    active, requests = metrics.rows.get("active statements"), metrics.now("requests")
    p50, p99 = metrics.now("latency p50"), metrics.now("latency p99")
    if active is None or requests is None or p50 is None or p99 is None:
        return
    reading = active.readings[0]
    assert reading is not None
    least = requests * LEAST_MEAN * p50 / 1000.0
    most = requests * (p99 + SLOW_SHARE * SLOWEST_MS) / 1000.0
    sessions = metrics.now("sessions")
    full = sessions is not None and span(reading).high > sessions - 0.5  # the rest waits for a session
    if not span(reading).low <= most or not (full or least <= span(reading).high * 1.02):
        yield moment.tells(service, f"{reading.value} statements in flight of {requests}/s x {p50} to {p99} ms")
    if sessions is not None and span(reading).low > sessions + 0.5:
        yield moment.tells(service, f"{reading.value} active statements in {sessions} sessions")


def _counters(moment: Moment, service: str) -> Iterator[str]:
    """Numbers of log lines that only grow."""
    last, software = 0, software_of(moment.incident, service)
    for line in moment.log(service).lines:
        value = offset_in(software, line)
        if value is not None and value < last:
            yield moment.tells(service, f"{value} after {last}: {line.raw}")
        last = last if value is None else value


def _backlog(moment: Moment, service: str) -> Iterator[str]:
    """The lag of a worker is what came in less what it handled, from minute to minute."""
    if "consumer lag" not in moment.metrics(service).rows:
        return
    series = moment.metrics(service, SERIES_MINUTES)
    lags, handled, asked = (series.series(label) for label in ("consumer lag", "records handled", "requests"))
    usual = series.normal("consumer lag") or 0.0
    for number in range(1, len(lags)):
        before, lag, done, came = lags[number - 1], lags[number], handled[number], asked[number]
        if before is None or lag is None or done is None or came is None:
            continue
        grows = 60.0 * (came - done)
        slack = ROUNDED + TREMBLES * 2.0 * usual
        if abs(lag - before - grows) > slack:
            yield moment.tells(
                service,
                f"lag {before:.0f} -> {lag:.0f} at {series.columns[number]} with {came}/s in and {done}/s handled",
            )
