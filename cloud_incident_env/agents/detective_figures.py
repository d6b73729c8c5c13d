"""What the metrics of a service come to, in the terms of a queueing model: shares, and factors on what was before."""

from __future__ import annotations

from dataclasses import dataclass, field

from cloud_incident_env.agents.detective_case import Case
from cloud_incident_env.agents.detective_predictions import NOT_ALWAYS_SHOWN
from cloud_incident_env.agents.evidence import Call, Dependencies, Metrics

SHOWN_FROM = 3.0  # minutes after the first symptom from which a reading shows the failure
IDLE_CPU = 3.0  # %: what an instance takes without any request
FULL_CPU = 96.0  # % from which CPU no longer tells how much work there is
CROWDED = 97.0  # % of the slots from which requests are turned away
OF_ITS_OWN = (NOT_ALWAYS_SHOWN, "answered 503", "error replies")  # gauges of failing requests/s
CONFIRMED = 0.9  # share of the requests that wait until what they hand over has been taken
HIDDEN = 0.05  # share of requests that failing calls let pass, up to which nothing tells what else fails
LATE = 2.5  # factor on the time of a request from which slots that nothing shows may be taken
SLOTS = ("workers busy", "requests in flight")


@dataclass(frozen=True)
class Figures:
    """Readings of one service since the first symptom. Shares are 0 to 1; factors are on the oldest reading."""

    reaches_back: float  # minutes from the oldest reading to the first symptom
    latest: dict[str, float]
    readings: dict[str, list[float]]  # all since the first symptom, oldest first
    before: dict[str, float]  # the oldest reading of the series
    earlier: dict[str, list[tuple[float, float]]]  # minutes before the first symptom and readings then, oldest first
    age: float  # minutes from the first symptom to the latest reading
    normal: dict[str, float]
    errors: float | None  # share of the requests that fail
    own: float | None  # share that fails for a reason of its own, at the most; None where nothing tells
    least_own: float | None  # the same at the least: what unknown services fail may be the reason
    most_own: float | None  # the most of it in any reading
    requests: float | None  # factor
    work: float | None  # factor on the CPU that a request takes
    at_least: bool  # whether the processors are so busy that it may be much more
    p50: float | None  # factor
    p99: float | None  # factor
    fan: float | None  # factor on the calls that a request makes, those made again left out
    again: float | None  # calls made again for each request
    crowded: bool  # whether all slots are taken


def figures_of(case: Case, metrics: Metrics | None, dependencies: Dependencies | None) -> Figures:
    """What the reports on a service tell."""
    told = _told(case, metrics)
    latest, before = told.latest, told.before
    own = _own(told)
    least_own, most_own = (own[-1], own[-1]) if own else _unexplained(dependencies) or (None, None)
    errors = latest["error rate"] / 100.0 if "error rate" in latest else None
    if errors is None and dependencies and dependencies.answers:
        errors = dependencies.answers.fails.value / 100.0
    return Figures(
        told.reaches_back,
        latest,
        told.readings,
        before,
        told.earlier,
        told.age,
        told.normal,
        errors,
        most_own,
        least_own,
        max(own, default=None),
        _ratio(latest.get("requests"), before.get("requests")),
        _work(latest, before),
        latest.get("CPU", 0.0) >= FULL_CPU,
        _ratio(latest.get("latency p50"), before.get("latency p50")),
        _ratio(latest.get("latency p99"), before.get("latency p99")),
        _ratio(_first_calls(latest), _first_calls(before)),
        _ratio(latest.get("outgoing retries"), latest.get("requests")),
        _crowded(latest, before),
    )


@dataclass
class _Told:
    """The readings of a series, as `Figures` has them."""

    reaches_back: float = 0.0
    age: float = 0.0
    latest: dict[str, float] = field(default_factory=dict)
    readings: dict[str, list[float]] = field(default_factory=dict)
    before: dict[str, float] = field(default_factory=dict)
    earlier: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    normal: dict[str, float] = field(default_factory=dict)


def _told(case: Case, metrics: Metrics | None) -> _Told:
    """The readings of a series. Its clock tells those from before the first symptom and from after it apart."""
    told = _Told()
    if metrics is None:
        return told
    times = [case.since_onset(clock) for clock in metrics.columns]
    told.reaches_back = -times[0]
    for label in metrics.rows:
        series = [(time, value) for time, value in zip(times, metrics.series(label), strict=True) if value is not None]
        found = [(time, value) for time, value in series if time >= SHOWN_FROM]
        if found:
            told.age, told.latest[label] = found[-1]
            told.readings[label] = [value for _, value in found]
        told.earlier[label] = [(-time, value) for time, value in series if time < 0.0]
        if series and times[0] < SHOWN_FROM:
            told.before[label] = series[0][1]
        usual = metrics.normal(label)
        if usual is not None:
            told.normal[label] = usual
    return told


def _own(told: _Told) -> list[float]:
    """The shares that fail for a reason of the service's own, where a gauge counts them."""
    shown = next((label for label in OF_ITS_OWN if label in told.latest), None)
    pairs = zip(told.readings[shown], told.readings["requests"], strict=False) if shown else ()
    return [share for each in pairs if (share := _ratio(*each)) is not None]


def _unexplained(dependencies: Dependencies | None) -> tuple[float, float] | None:
    """The least and the most of the requests, as a share, that fail for no failing call; None where no report tells."""
    if dependencies is None or dependencies.answers is None:
        return None
    least = most = 1.0  # of the requests that no failing call fails
    for call in dependencies.calls:
        if call.per_request is None:
            low, high = _passed_hidden(call, dependencies.answers.requests.value)
        else:
            low, high = _passed(call)
        least, most = least * low, most * high
    good = 1.0 - dependencies.answers.fails.value / 100.0
    if most <= HIDDEN:
        return None
    return max(0.0, 1.0 - good / least) if least > HIDDEN else 0.0, max(0.0, 1.0 - good / most)


def _passed(call: Call) -> tuple[float, float]:
    """The share of a caller's requests that the calls to a known service do not fail: the least and the most.

    Many calls may be those of a few requests.
    """
    if call.fallback or call.per_request is None or call.tries is None:
        return 1.0, 1.0
    failing = call.fails.value / 100.0
    lost = min(failing, max(0.0, 1.0 - max(1.0, call.tries.value) * (1.0 - failing)))
    times = call.per_request.value
    if call.kind == "async":
        lost, times = CONFIRMED * lost, min(1.0, times)
    most = 1.0 - min(1.0, times) * lost
    return most if times <= 1.0 else _power(1.0 - lost, times), most


def _passed_hidden(call: Call, requests: float) -> tuple[float, float]:
    """The same of the calls to all unknown services, whose tries and fallbacks nothing tells."""
    failing = call.fails.value / 100.0
    times = call.rate.value / requests if requests else 1.0
    return _power(1.0 - failing, max(1.0, times)) if times > 1.0 else 1.0 - times * failing, 1.0 - failing * failing


def _power(base: float, times: float) -> float:
    """A share to a power of one or more: between whole powers in proportion."""
    whole = int(times)
    return float(base**whole * (1.0 - (times - whole) * (1.0 - base)))


def _crowded(latest: dict[str, float], before: dict[str, float]) -> bool:
    """Whether requests are turned away because the slots or connections are taken; workers show only that they wait."""
    if any(latest.get(label, 0.0) >= CROWDED for label in (*SLOTS, "store pool in use")):
        return True
    later = _ratio(latest.get("latency p50"), before.get("latency p50"))
    return later is not None and later > LATE and not any(label in latest for label in SLOTS)


def _ratio(value: float | None, other: float | None) -> float | None:
    return value / other if value is not None and other else None


def _work(latest: dict[str, float], before: dict[str, float]) -> float | None:
    """How much more CPU a request takes than before."""
    if "CPU" not in latest or "CPU" not in before:
        return None
    requests = _ratio(latest.get("requests"), before.get("requests"))
    return _ratio((latest["CPU"] - IDLE_CPU) / (before["CPU"] - IDLE_CPU), requests) if requests else None


def _first_calls(figures: dict[str, float]) -> float | None:
    """Calls that a request makes which the service works on."""
    return figures.get("outgoing calls per accepted request")
