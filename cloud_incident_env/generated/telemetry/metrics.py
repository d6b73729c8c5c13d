"""`check_metrics`: the figures of a service now, ten minutes before and when all is well, or as a series."""

from __future__ import annotations

from cloud_incident_env.generated.background import Gap
from cloud_incident_env.generated.business import business_rows
from cloud_incident_env.generated.gauges import MEMORY, by_test_clients, gauges_of, usual_gauges
from cloud_incident_env.generated.model import Gauge
from cloud_incident_env.generated.numbers import milliseconds, number, percent, with_unit
from cloud_incident_env.generated.readings import Reading, cpu_with
from cloud_incident_env.generated.software.gauges import OWN_FAILURES
from cloud_incident_env.generated.telemetry.shows import KEPT_MINUTES, Look, Shows, out_of_range
from cloud_incident_env.telemetry import Report

EARLIER_MINUTES = 10
MOST_READINGS = 12  # of a series
NO_DATA = "no data"


def show_metrics(look: Look) -> Report:
    window = look.query.window_minutes
    minutes = [look.minute, look.minute - EARLIER_MINUTES] if window is None else _series(look.minute, window)
    gaps = [look.world.others.gap("check_metrics", look.index, minute) for minute in minutes]
    read = [None if gap else _figures(look, minute) for minute, gap in zip(minutes, gaps, strict=True)]
    normal = _normal(look)
    wanted = look.query.metric
    rows = []
    for label in (row for row in labels(look) if wanted is None or row.casefold() == wanted.strip().casefold()):
        cells = [NO_DATA if figures is None else figures[label] for figures in read]
        rows.append((label, *cells, normal.get(label, "")))
    title = f"{look.name} at {look.world.clock.shown(look.minute)}"
    heads = ["now", f"{EARLIER_MINUTES} min ago"] if window is None else [look.world.clock.shown(m) for m in minutes]
    lines = [table([(title, *heads, "normal"), *rows])]
    missing = next((gap for gap in gaps if gap), None)
    if missing is not None:
        lines.append(_missing(look, missing))
    return Report("\n".join(lines))


def _missing(look: Look, gap: Gap) -> str:
    """From when to when there are no samples of a service; until now where they have not come back."""
    begin, end = look.world.clock.shown(gap.begin), look.world.clock.shown(gap.end)
    if look.minute < gap.end:
        return f"No samples of {look.name} after {begin}: the scrape of its exporter fails"
    return f"No samples of {look.name} from {begin} to {end}: the scrape of its exporter failed"


def labels(look: Look) -> list[str]:
    """The metrics of a service, in the order in which they are shown."""
    serves = look.world.sizing.nodes[look.index].serves
    every = ["requests", "error rate", "latency p50", "latency p99"] if serves else []
    return [
        *every, "CPU", "memory", *(gauge.label for gauge in _gauges(look)[1:]), *business_rows(look.world, look.index)
    ]  # fmt: skip


def _figures(look: Look, minute: int) -> dict[str, str]:
    world, index = look.world, look.index
    reading = Reading(world, index, minute, look.history)
    gauges = gauges_of(reading)
    return {
        "requests": f"{number(reading.requests, 1)}/s",
        "error rate": percent(reading.monitored_errors),
        "latency p50": milliseconds(reading.p50),
        "latency p99": milliseconds(reading.monitored_p99),
        "CPU": with_unit(reading.cpu, "%", 1),
        **{gauge.label: _gauge(gauge, gauges[gauge.label]) for gauge in _gauges(look)},
        **business_rows(world, index, reading, by_test_clients(reading) if index == world.cast.entry else 0.0),
    }


def _normal(look: Look) -> dict[str, str]:
    """The figures when all is well."""
    usual = Reading(look.world, look.index, 0, look.history, usual=True)
    gauges = usual_gauges(usual)
    return {
        "requests": f"{number(usual.requests, 1)}/s",
        "error rate": percent(usual.failed),
        "latency p50": milliseconds(usual.times.median),
        "latency p99": milliseconds(usual.times.tail),
        "CPU": with_unit(cpu_with(usual.node.cpu), "%", 1),
        **{gauge.label: _gauge(gauge, gauges[gauge.label]) for gauge in _gauges(look)},
    }


def _gauges(look: Look) -> tuple[Gauge, ...]:
    """The gauges that are shown of a service, its memory first."""
    gauges = look.world.cast.software(look.index).gauges
    if not look.world.difficulty.own_failures:
        gauges = tuple(gauge for gauge in gauges if gauge.label != OWN_FAILURES)
    return (MEMORY, *gauges)


def _gauge(gauge: Gauge, value: float) -> str:
    return with_unit(value, gauge.unit, gauge.decimals)


def _series(minute: int, window: int) -> list[int]:
    """The minutes of a series, oldest first: evenly spaced, at most `MOST_READINGS`, the last one now."""
    step = max(1, -(-window // (MOST_READINGS - 1)))
    return [minute - step * back for back in range(window // step, -1, -1)]


def table(rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))]
        ).rstrip()
        for row in rows
    )


def _refuse(look: Look) -> str | None:
    window, metric = look.query.window_minutes, look.query.metric
    if window is not None and (problem := out_of_range("window_minutes", window, 1, KEPT_MINUTES)):
        return problem
    known = labels(look)
    if metric is not None and metric.strip().casefold() not in {label.casefold() for label in known}:
        return f"unknown metric {metric!r} of {look.name}: one of {', '.join(known)}"
    return None


METRICS = Shows("check_metrics", show_metrics, _refuse, ("window_minutes", "metric"))
