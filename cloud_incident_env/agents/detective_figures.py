"""What the metrics of a service come to, in the terms of a queueing model: shares, and factors on what was before."""

from __future__ import annotations

from dataclasses import dataclass

from cloud_incident_env.agents.detective_case import Case
from cloud_incident_env.agents.evidence import Dependencies, Metrics
from cloud_incident_env.generated.software.gauges import OWN_FAILURES

IDLE_CPU = 3.0  # %: what an instance takes without any request
FULL_CPU = 96.0  # % from which CPU no longer tells how much work there is
CROWDED = 97.0  # % of the slots from which requests are turned away
OF_ITS_OWN = (OWN_FAILURES, "throttled requests", "error replies")  # gauges of failing requests/s
HIDDEN = 0.05  # share of requests that failing calls let pass, up to which nothing tells what else fails
SLOTS = ("workers busy", "requests in flight")


@dataclass(frozen=True)
class Figures:
    """Readings of one service since the first symptom. Shares are 0 to 1; factors are on the oldest reading."""

    reaches_back: float  # minutes from the oldest reading to the first symptom
    latest: dict[str, float]
    readings: dict[str, list[float]]  # all since the first symptom, oldest first
    before: dict[str, float]  # the oldest reading of the series
    normal: dict[str, float]
    errors: float | None  # share of the requests that fail
    own: float | None  # share that fails for a reason of its own; None where no metric tells
    most_own: float | None  # the most of it in any reading
    requests: float | None  # factor
    work: float | None  # factor on the CPU that a request takes
    at_least: bool  # whether the processors are so busy that it may be much more
    p50: float | None  # factor
    fan: float | None  # factor on the calls that a request makes, those made again left out
    again: float | None  # calls made again for each request
    crowded: bool  # whether all slots are taken


def figures_of(case: Case, metrics: Metrics, dependencies: Dependencies | None) -> Figures:
    """What a series tells. Its clock tells readings from before the first symptom and from after it apart."""
    late = [place for place, clock in enumerate(metrics.columns) if case.since_onset(clock) >= 3.0]
    latest: dict[str, float] = {}
    readings: dict[str, list[float]] = {}
    before: dict[str, float] = {}
    normal: dict[str, float] = {}
    for label in metrics.rows:
        series = metrics.series(label)
        found = [value for place in late if (value := series[place]) is not None]
        if found:
            latest[label], readings[label] = found[-1], found
        oldest = next((value for value in series if value is not None), None)
        if oldest is not None and late != list(range(len(series))):
            before[label] = oldest
        usual = metrics.normal(label)
        if usual is not None:
            normal[label] = usual
    shown = next((label for label in OF_ITS_OWN if label in latest), None)
    own = [_ratio(*pair) for pair in zip(readings[shown], readings["requests"], strict=False)] if shown else []
    known = [share for share in own if share is not None]
    cpu = latest.get("CPU", 0.0)
    return Figures(
        -case.since_onset(metrics.columns[0]),
        latest,
        readings,
        before,
        normal,
        latest["error rate"] / 100.0 if "error rate" in latest else None,
        known[-1] if known else _unexplained(dependencies),
        max(known, default=None),
        _ratio(latest.get("requests"), before.get("requests")),
        _work(latest, before),
        cpu >= FULL_CPU,
        _ratio(latest.get("latency p50"), before.get("latency p50")),
        _ratio(_first_calls(latest), _first_calls(before)),
        _ratio(latest.get("outgoing retries"), latest.get("requests")),
        any(latest.get(label, 0.0) >= CROWDED for label in SLOTS) or latest.get("store pool in use", 0.0) >= CROWDED,
    )


def _unexplained(dependencies: Dependencies | None) -> float | None:
    """The share of the requests that fail, failing calls left aside; None where no report tells of calls."""
    if dependencies is None or dependencies.answers is None:
        return None
    requests, passed = dependencies.answers.requests.value, 1.0
    for call in dependencies.calls:
        if call.kind == "async" or call.fallback:
            continue
        failing = call.fails.value / 100.0
        if call.per_request is None or call.tries is None:  # of services that are not known
            passed *= 1.0 - min(1.0, call.rate.value / requests if requests else 1.0) * failing
        else:
            lost = max(0.0, 1.0 - max(1.0, call.tries.value) * (1.0 - failing))
            passed *= 1.0 - min(1.0, call.per_request.value) * min(failing, lost)
    return max(0.0, 1.0 - (1.0 - dependencies.answers.fails.value / 100.0) / passed) if passed > HIDDEN else None


def _ratio(value: float | None, other: float | None) -> float | None:
    return value / other if value is not None and other else None


def _work(latest: dict[str, float], before: dict[str, float]) -> float | None:
    """How much more CPU a request takes than before."""
    if "CPU" not in latest or "CPU" not in before:
        return None
    requests = _ratio(latest.get("requests"), before.get("requests"))
    return _ratio((latest["CPU"] - IDLE_CPU) / (before["CPU"] - IDLE_CPU), requests) if requests else None


def _first_calls(figures: dict[str, float]) -> float | None:
    """Calls that a request makes, those made again left out."""
    calls, again, requests = (
        figures.get(label) for label in ("outgoing calls per request", "outgoing retries", "requests")
    )
    return calls - again / requests if calls is not None and again is not None and requests else None
