"""`check_metrics`: the figures of a service now, ten minutes before, and when all is well."""

from __future__ import annotations

from incidents.systems.graph import ALERTING_KINDS
from incidents.world import EARLIER_MINUTES, Reading, World

Row = tuple[str, str, str, str]


def number(value: float, decimals: int = 0) -> str:
    """A figure as every tool writes it: thousands separated, so many decimals, no negative zero."""
    return f"{abs(value) if abs(value) < 0.5 * 10**-decimals else value:,.{decimals}f}"


def percent(share: float) -> str:
    """A share of 0 to 1 in percent, with more decimals where it is small."""
    return f"{number(share * 100, 2 if share < 0.01 else 1)} %"


def milliseconds(value: float) -> str:
    return f"{number(value, 1 if value < 10 else 0)} ms"


def show_metrics(world: World, index: int, phase: int) -> str:
    now, before, normal = world.reading(index, phase), world.reading(index, phase, earlier=True), world.normal(index)
    rows: list[Row] = [
        ("requests", f"{number(now.requests)}/s", f"{number(before.requests)}/s", f"{number(normal.requests)}/s"),
        ("error rate", percent(now.error_rate), percent(before.error_rate), percent(normal.error_rate)),
        ("latency p50", milliseconds(now.p50), milliseconds(before.p50), milliseconds(normal.p50)),
        ("latency p99", milliseconds(now.p99), milliseconds(before.p99), milliseconds(normal.p99)),
        ("CPU", f"{number(now.cpu)} %", f"{number(before.cpu)} %", f"{number(normal.cpu)} %"),
        ("memory", f"{number(now.memory)} %", f"{number(before.memory)} %", f"{number(normal.memory)} %"),
    ]
    for gauge in world.software(index).gauges:
        label, unit, decimals = gauge.label, gauge.unit, gauge.decimals
        shown = (_with_unit(reading.figures[label], unit, decimals) for reading in (now, before, normal))
        rows.append((label, next(shown), next(shown), next(shown)))
    if world.software(index).kind in ALERTING_KINDS:
        rows += _felt(now, before)
    title = f"{world.cast.names[index]} at {world.now(phase):%H:%M:%S}Z"
    return _table((title, "now", f"{EARLIER_MINUTES} min ago", "normal"), rows)


def _felt(now: Reading, before: Reading) -> list[Row]:
    return [
        (
            "users affected",
            f"{number(now.users_affected, 1)} %",
            f"{number(before.users_affected, 1)} %",
            "0.0 %",
        ),
        ("answered from a fallback", f"{number(now.by_fallback, 1)} %", f"{number(before.by_fallback, 1)} %", "0.0 %"),
        ("core flow success", f"{number(now.flow_success, 1)} %", f"{number(before.flow_success, 1)} %", "99.9 %"),
        ("revenue loss", f"${number(now.revenue_loss)}/min", f"${number(before.revenue_loss)}/min", "$0/min"),
    ]


def _with_unit(value: float, unit: str, decimals: int) -> str:
    gap = "" if unit.startswith("/") or not unit else " "
    return f"{number(value, decimals)}{gap}{unit}"


def _table(head: Row, rows: list[Row]) -> str:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(4)]
    return "\n".join(
        f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:>{widths[3]}}"
        for row in (head, *rows)
    )
