"""How the diagnostics write numbers."""

from __future__ import annotations

from cloud_incident_env.telemetry import unit_gap


def number(value: float, decimals: int = 0) -> str:
    """A figure as every tool writes it: thousands separated, so many decimals, no negative zero."""
    return f"{abs(value) if abs(value) < 0.5 * 10**-decimals else value:,.{decimals}f}"


def percent(share: float) -> str:
    """A share of 0 to 1 in percent, with more decimals where it is small."""
    return f"{number(share * 100, 2 if share < 0.01 else 1)} %"


def milliseconds(value: float) -> str:
    return f"{number(value, 1 if value < 10 else 0)} ms"


def with_unit(value: float, unit: str, decimals: int) -> str:
    """A figure with its unit."""
    return f"{number(value, decimals)}{unit_gap(unit)}{unit}"
