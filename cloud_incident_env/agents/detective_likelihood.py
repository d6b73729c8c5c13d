"""How well reports fit what a hypothesis predicts: logarithms of likelihoods, 0 where all is as expected."""

from __future__ import annotations

from math import log

from cloud_incident_env.agents.detective_case import Case
from cloud_incident_env.agents.detective_figures import Figures
from cloud_incident_env.agents.detective_predictions import (
    EVERYDAY,
    GAUGES,
    NOT_ALWAYS_SHOWN,
    Prediction,
    Span,
    either,
    is_store,
    kind_of_change,
)
from cloud_incident_env.agents.evidence import Call, Deploys, Status
from cloud_incident_env.generated.model import Gauge

MISSING = -7.0  # something is predicted strongly and not there
STRANGE = -6.0  # something is there that nothing predicted explains
OFF = -2.5  # it is there, and not as large as predicted
DRIFTED = -0.7  # a gauge is far from normal and was so before the first symptom
SOME = -1.2  # such as happens to innocent services now and then
PERHAPS = -1.0  # a service whose requests nobody has looked at may have too many
BEYOND = 50.0  # times the usual value: further than the load of a service moves a gauge
AROUND = 8.0  # minutes before the first symptom from which what moves may have to do with it
PER_MINUTE = {"s": 60.0, "min": 1.0, "d": 1.0 / 1440.0}  # units of an age that pass in a minute
SHORTEST = 0.4  # time-outs of other callers may be half as long, and a ramp may not have ended
STORE_EDGES = frozenset({"storage", "config"})
# How often and when innocent services change: share of them and minutes before the first symptom.
CHANGES = ((0.13, 0.0, 60.0), (0.25, 60.0, 1200.0), (0.57, 1200.0, 24_000.0))
TRIED_AGAIN = 0.3  # share of failures from which clients that try again hide that there are fewer of them
MOSTLY = 0.9  # share of the requests that are worked on from which the rest changes nothing
LESS_WORK = 0.6  # of the others, some fail before all is done
SOME_FAILED = 0.1  # share of failures from which the time of the median request is that of a faster one
FAILED_FAST = 0.45  # share of failures from which the time of the median request tells nothing
FLOOD = 1.6  # factor on the requests from which a service may be turning some away
UNEVEN = 0.17  # share that the worst instance fails beyond the median one from which only some instances are hit
LEVEL = 0.02  # the same up to which all are hit alike
MEANWHILE = 0.05  # share of them that change between the first symptom and the alert


def metrics_fit(figures: Figures, software: frozenset[str], expected: Prediction, time_out: float | None) -> float:
    """How well the metrics of a service fit. `time_out` is that of its callers in ms, if it is known."""
    store = is_store(software)
    everyday = EVERYDAY[min(software)]
    total = sum(
        gauge_fit(gauge, figures, expected.gauges.get(gauge.label), everyday.get(gauge.label, 0.0))
        for gauge in GAUGES[min(software)]
    )
    total += _own_fit(figures, expected, store)
    total += _work_fit(figures, expected)
    total += _time_fit(figures, expected, store, time_out)
    total += _calls_fit(figures, expected)
    return total + _traffic_fit(figures, expected)


def gauge_fit(gauge: Gauge, figures: Figures, span: Span | None, everyday: float) -> float:
    """How well a gauge fits. `everyday` is what it comes to at the most where an innocent service is busy."""
    label = gauge.label
    if label not in figures.readings:
        return 0.0
    usual = figures.normal.get(label, gauge.normal[1])
    readings = figures.readings[label] if span and span.periodic else figures.readings[label][-1:]
    least = 0.9 if gauge.counts else max(0.12 * abs(usual), 3.0 * 10**-gauge.decimals, 0.2 * gauge.normal[1])
    strange = any(abs(value - usual) > least for value in readings)
    if span is None:
        if not strange or gauge.follows:
            return 0.0
        if _strays_before(figures, label, usual, least, AROUND):
            return DRIFTED
        if gauge.linked and max(readings) > BEYOND * max(usual, gauge.normal[1]):
            return STRANGE
        return SOME if gauge.linked or usual < max(readings) < everyday else STRANGE / 2
    if gauge.follows and not span.ages:  # it rises with what it follows as well
        extreme = max(readings) if span.least >= usual else min(readings)
        return 0.0 if abs(extreme - usual) > 0.4 * abs(span.least - usual) else OFF
    if not gauge.linked and _strays_before(figures, label, usual, least, span.since[1] + AROUND):
        return MISSING
    if span.ages:
        return _age_fit(gauge, readings[-1], figures.age, span)
    near, far = sorted((span.least, span.most), key=lambda end: abs(end - usual))
    low, high = sorted((usual + 0.55 * (near - usual), usual + 1.1 * span.grown * (far - usual)))
    if span.least < usual < span.most:
        low = min(low, span.least)
    most = gauge.most if gauge.most is not None else high
    low, high = min(0.97 * low, 0.96 * most) - 0.5 * gauge.counts, high + 0.04 * abs(high) + 0.5 * gauge.counts
    if any(low <= value <= high for value in readings):
        return 0.0
    if strange:  # what other figures move as well may be held back by them, or rise with the requests
        beyond = readings[-1] > max(1.0, figures.requests or 1.0) * high > usual
        return SOME / 2 if gauge.linked and (readings[-1] > usual) == (span.most > usual) and not beyond else OFF
    return 0.0 if min(abs(span.least - usual), abs(span.most - usual)) < least else MISSING


def _age_fit(gauge: Gauge, value: float, age: float, span: Span) -> float:
    """How well the time since something began fits."""
    minute = PER_MINUTE.get(gauge.unit, 1.0)
    least, most = (minute * (age + begun) for begun in span.since)
    if 0.9 * least - 2.0 * minute <= value <= 1.1 * most + 3.0 * minute + gauge.normal[1]:
        return 0.0
    return MISSING if value < 0.5 * least else OFF


def _strays_before(figures: Figures, label: str, usual: float, least: float, minutes: float) -> bool:
    """Whether a gauge was as far from normal so many minutes before the first symptom, or earlier."""
    now = abs(figures.readings[label][-1] - usual)
    return any(
        time > minutes and abs(value - usual) > 0.6 * max(now, least) and abs(value - usual) > least
        for time, value in figures.earlier[label]
    )


def share_fit(value: float, span: Span, strained: bool = False, slack: float = 0.0) -> float:
    """How well a share fits that something takes away, such as that of the failing requests."""
    if span.most < 0.01:
        if value < 0.006 + slack:
            return 0.0
        if strained:
            return SOME
        return SOME if value < 0.05 + slack else STRANGE / 2 if value < 0.13 + slack else STRANGE
    if value > 1.08 * span.most + 0.02 + slack:
        return SOME / 2 if strained else STRANGE / 2
    if value >= 0.55 * span.least:
        return 0.0
    return MISSING if value < 0.2 * span.least else OFF


def _own_fit(figures: Figures, expected: Prediction, store: bool) -> float:
    least, most, span = figures.least_own, figures.own, expected.own
    strained = figures.crowded or figures.at_least or expected.strains or (figures.requests or 0.0) > FLOOD
    if most is None and store and figures.errors is not None:  # what it waits for itself may be the reason
        fails = share_fit(figures.errors, either(span, Span(0.0, expected.unsent.most)), strained)
        return max(fails, STRANGE / 2) if figures.errors > span.most else fails
    if least is None or most is None:
        return 0.0
    if span.periodic and figures.most_own is not None:
        least = most = figures.most_own
    between = min(most, max(least, 0.5 * (span.least + span.most)))
    fit = max(share_fit(own, span, strained) for own in {least, between, most})
    if figures.requests is None and not strained:
        fit = max(fit, PERHAPS + max(share_fit(own, span, True) for own in {least, between, most}))
    return fit


def _work_fit(figures: Figures, expected: Prediction) -> float:
    work = figures.work
    if work is None or (figures.requests or 0.0) < 0.02:
        return 0.0
    cost, room = expected.share("cost"), expected.share("capacity")
    least = cost.least / room.most
    most = cost.most / max(room.least, 0.01)
    if least < 1.1:
        return 0.0 if work < 1.12 or most > 1.1 else SOME if work < 1.6 else STRANGE / 2
    if figures.at_least or room.periodic:
        return 0.0 if work <= 1.2 * most else SOME
    low, worked_on = 1.0 + 0.4 * (least - 1.0), _worked_on(figures)
    if figures.crowded and NOT_ALWAYS_SHOWN not in figures.latest and worked_on < MOSTLY:
        low *= LESS_WORK * worked_on  # nothing counts what it turns away
    if work < low:
        return OFF - 1.0
    return 0.0 if work <= 1.2 * most else SOME


def _time_fit(figures: Figures, expected: Prediction, store: bool, time_out: float | None) -> float:
    p50, label = figures.p50, "latency p50"
    if p50 is None or (_worked_on(figures) < 0.5 and expected.slows):  # most are turned away at once
        return 0.0
    if time_out is not None and expected.share("delay").least > 0.0:
        later = figures.latest[label] - figures.before[label]
        if later < SHORTEST * expected.share("delay").least * time_out:
            return MISSING
    if not store and (figures.errors or 0.0) > FAILED_FAST:  # what fails at once takes no time
        return 0.0
    slows = expected.slows
    if expected.slower > 1.0 and (figures.errors or 0.0) > SOME_FAILED:  # what fails at once is the faster half
        p50 = max(p50, figures.p99 or p50)
    if expected.slower > 1.0 and p50 < min(expected.slower, 1.3 if store else 1.08):
        return STRANGE if store else OFF
    if not slows and store and p50 > 1.5 and expected.own.most < 0.4:
        return SOME if figures.at_least or (figures.requests or 0.0) > FLOOD else STRANGE / 2
    return 0.0


def _worked_on(figures: Figures) -> float:
    """The share of the requests that a service does not turn away, as far as known: these take time and make calls."""
    return 1.0 - ((figures.errors or 0.0) if figures.own is None else figures.own)


def _calls_fit(figures: Figures, expected: Prediction) -> float:
    total = 0.0
    fan = expected.share("fan")
    began_before = (
        expected.lead is not None and expected.lead[1] > figures.reaches_back
    )  # so that nothing shows the change
    if figures.fan is not None and not (fan.least > 1.1 and began_before and figures.fan < 1.15):
        if fan.least > 1.1:
            low, high = 1.0 + 0.5 * (fan.least - 1.0), 1.25 * fan.most
            low *= 1.0 if _worked_on(figures) > MOSTLY else LESS_WORK * _worked_on(figures)
            total += 0.0 if low <= figures.fan <= high else OFF if figures.fan > 1.15 else MISSING
        elif figures.fan > 1.2:
            total += STRANGE if figures.fan > 1.4 else OFF
    if figures.again is not None and expected.share("retries").least >= 1.0:
        total += 0.0 if figures.again > 0.4 * _worked_on(figures) else MISSING
    hit = "hit ratio"
    if hit in figures.latest and figures.before.get(hit):
        kept = figures.latest[hit] / figures.before[hit]
        total += share_fit(1.0 - kept, expected.share("hit_loss"), slack=0.05)
    if expected.unsent.least > 0.1 and figures.errors is not None and figures.errors < 0.02:
        total += SOME
    return total


def _traffic_fit(figures: Figures, expected: Prediction) -> float:
    traffic, requests = expected.share("traffic"), figures.requests
    if requests is None:
        return 0.0
    if traffic.least > 1.0:
        return 0.0 if requests > 1.0 + 0.5 * (traffic.least - 1.0) else MISSING if requests < 1.15 else OFF
    if traffic.most < 1.0:
        again = figures.errors is not None and figures.errors > TRIED_AGAIN
        return 0.0 if requests < (1.3 if again else 0.75) else MISSING
    return 0.0


def call_fit(call: Call, caller: Prediction, callee: Prediction, flooded: bool = False) -> float:
    """How well a row of a dependency table fits: what the caller loses, what the callee fails, how slow it is.

    `flooded` says whether the callee or the caller is known to have many more requests than usual.
    """
    if call.unconnected is None or call.rate.value <= 0.0:
        return 0.0
    lost = min(1.0, call.unconnected.value / call.rate.value)
    span = _lost(caller, callee)
    crowded = call.kind in STORE_EDGES and (callee.strains or flooded)  # a store lets in no more than it has room for
    total = share_fit(lost, span, strained=span.periodic or crowded, slack=0.01)
    if lost > 0.97:
        return total
    failed = max(0.0, 1.0 - (1.0 - call.fails.value / 100.0) / (1.0 - lost))
    own = callee.own
    leaf = call.kind in STORE_EDGES
    if leaf:
        own = either(own, Span(0.0, callee.unsent.most))
    total += _wait_fit(call, caller, callee, leaf and not flooded)
    if own.least > 0.03 and not own.periodic and call.kind != "async":
        total += 0.0 if failed >= 0.5 * own.least else MISSING if failed < 0.15 * own.least else OFF
    elif leaf:
        total += share_fit(failed, own, callee.strains or own.periodic or flooded, slack=0.01)
    if call.p99 is not None and call.normal_p99 is not None and call.normal_p99.value > 0.0:
        slower = call.p99.value / call.normal_p99.value
        if callee.slower > 1.0 and slower < min(callee.slower, 1.3):
            total += STRANGE
        elif leaf and slower > 1.8 and not callee.slows and callee.share("hung").most < 0.01:
            total += SOME if callee.strains or flooded else STRANGE / 2
    return total


def _wait_fit(call: Call, caller: Prediction, callee: Prediction, leaf: bool) -> float:
    """How well the share of the tries that end with the time-out fits."""
    if call.timed_out is None or call.kind == "async":
        return 0.0
    waits = call.timed_out.value / 100.0
    hangs = either(either(caller.share("call_hangs"), callee.share("unreachable")), callee.share("hung"))
    if hangs.least > 0.03 and not hangs.periodic:
        if waits < 0.4 * hangs.least * (1.0 - caller.share("call_errors").most):
            return OFF
        return 0.0 if waits < 1.2 * hangs.most + 0.1 or callee.slows or callee.strains else OFF
    explained = not leaf or hangs.most > 0.0 or callee.slows or callee.strains
    return 0.0 if explained or waits < 0.05 else OFF


def _lost(caller: Prediction, callee: Prediction) -> Span:
    first, second = caller.unsent, callee.lost
    least = 1.0 - (1.0 - first.least) * (1.0 - second.least)
    most = 1.0 - (1.0 - first.most) * (1.0 - second.most)
    return Span(0.0 if first.periodic or second.periodic else least, most, first.periodic or second.periodic)


def status_fit(status: Status, expected: Prediction, culprit: bool) -> float:
    """How well instances and own errors fit, and how evenly these fall on the instances."""
    total = 0.0
    ready = status.ready / status.replicas if status.replicas else 1.0
    room = expected.share("capacity")
    if room.most < 1.0:
        slack = 0.6 / max(1, status.replicas)
        fits = room.least - slack <= ready <= 1.0 - 0.5 * (1.0 - room.most) + slack
        total += 0.0 if room.periodic or (fits and ready < 1.0) else OFF if ready < 1.0 else MISSING
    elif ready < 1.0:
        total += STRANGE
    own = status.own_errors
    if own is not None and expected.own.most > 0.0 and not expected.own.periodic:
        total += share_fit(own.value / 100.0, expected.own, expected.strains)
    if status.worst is None or status.median is None or status.replicas < 2:
        return total
    if own is None:  # all failures: those of callees meet every instance alike
        apart = (status.worst.value - status.median.value) / 100.0
        some = culprit and expected.hosts < 0.5
        missed = some and expected.own.least > LEVEL and apart < LEVEL
        return total + (STRANGE if missed or (apart > UNEVEN and not some) else 0.0)
    if own.value < 0.5:
        return total
    uneven = status.median.value < 0.4 * own.value
    return total + (0.0 if uneven == (culprit and expected.hosts < 0.5) else STRANGE)


def shown_fit(shown: float, true: float, expected: Prediction) -> float:
    """How well the error rate that monitoring shows fits that which callers see."""
    wrong = shown > 1.8 * true + 0.02
    if expected.share("shown_errors").least > 0.0:
        return 0.0 if wrong else MISSING
    return 2 * STRANGE if wrong else 0.0


def deploys_fit(deploys: Deploys, case: Case, expected: Prediction) -> float:
    """The density of the minute of the latest change, under what the hypothesis says of it."""
    if not deploys.entries or deploys.last is not None:
        return 0.0
    newest = deploys.entries[0]
    lead = newest.age - case.since_onset(deploys.at) + newest.unit / 2
    innocent = _innocent(lead, case.duration)
    if expected.lead is None:
        return log(innocent)
    low, high = expected.lead[0] - 1.0 - newest.unit, expected.lead[1] + 2.0 + newest.unit
    if not low <= lead <= high:
        return log(innocent) + MISSING
    fits = kind_of_change(newest.summary) == expected.change
    return log(1.0 / (high - low)) + (0.0 if fits else STRANGE)


def _innocent(lead: float, duration: float) -> float:
    """The density of the last change of an innocent service, per minute."""
    if lead < 0.0:
        return MEANWHILE / max(1.0, duration)
    return next((share / (end - begin) for share, begin, end in CHANGES if lead < end), 1e-6)
