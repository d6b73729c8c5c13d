"""`check_metrics`: the figures of a service now, ten minutes before, and when all is well."""

from __future__ import annotations

from collections.abc import Iterable

from cloud_incident_env.generated.figures import EARLIER_MINUTES, Felt, Reading
from cloud_incident_env.generated.normal import Normal
from cloud_incident_env.generated.systems.graph import ALERTING_KINDS
from cloud_incident_env.generated.telemetry.numbers import milliseconds, number, percent, with_unit
from cloud_incident_env.generated.telemetry.shows import Shows
from cloud_incident_env.generated.world import World
from cloud_incident_env.telemetry import Report

Row = tuple[str, str, str, str]  # label, now, before, normal


def show_metrics(world: World, index: int, phase: int) -> Report:
    figures, software = world.figures, world.cast.software(index)
    now, before, normal = (
        figures.reading(index, phase),
        figures.reading(index, phase, earlier=True),
        figures.normal(index),
    )
    readings: tuple[Reading | Normal, ...] = (now, before, normal)
    rows = [
        _row("requests", (f"{number(reading.requests)}/s" for reading in readings)),
        _row("error rate", (percent(reading.error_rate) for reading in readings)),
        _row("latency p50", (milliseconds(reading.p50) for reading in readings)),
        _row("latency p99", (milliseconds(reading.p99) for reading in readings)),
        _row("CPU", (f"{number(reading.cpu)} %" for reading in readings)),
        _row("memory", (f"{number(reading.memory)} %" for reading in readings)),
    ]
    for gauge in software.gauges:
        shown = (with_unit(reading.figures[gauge.label], gauge.unit, gauge.decimals) for reading in readings)
        rows.append(_row(gauge.label, shown))
    if software.kind in ALERTING_KINDS:
        rows += _felt_rows((now.felt, before.felt, Felt()))
    title = f"{world.cast.names[index]} at {world.timeline.now(phase):%H:%M:%S}Z"
    return Report(_table((title, "now", f"{EARLIER_MINUTES} min ago", "normal"), rows))


def _felt_rows(shown: tuple[Felt, Felt, Felt]) -> list[Row]:
    return [
        _row("users affected", (f"{number(felt.users_affected, 1)} %" for felt in shown)),
        _row("answered from a fallback", (f"{number(felt.by_fallback, 1)} %" for felt in shown)),
        _row("core flow success", (f"{number(felt.flow_success, 1)} %" for felt in shown)),
        _row("revenue loss", (f"${number(felt.revenue_loss)}/min" for felt in shown)),
    ]


def _row(label: str, figures: Iterable[str]) -> Row:
    now, before, normal = figures
    return label, now, before, normal


def _table(head: Row, rows: list[Row]) -> str:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(4)]
    return "\n".join(
        f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:>{widths[3]}}"
        for row in (head, *rows)
    )


METRICS = Shows("check_metrics", show_metrics)
