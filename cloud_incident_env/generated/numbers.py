"""How the diagnostics write numbers."""

from __future__ import annotations

from cloud_incident_env.telemetry import unit_gap

TWO_DIGITS = {1: 10.0, 2: 1.0, 3: 0.1}  # decimals -> value below which a figure has no third digit


def number(value: float, decimals: int = 0) -> str:
    """A figure as every tool writes it: thousands separated, so many decimals, no negative zero."""
    if value <= 0.0 and -value < 0.5 * 10**-decimals:
        value = 0.0
    return f"{value:,.{decimals}f}"


def percent(share: float) -> str:
    """A share of 0 to 1 in percent, with more decimals where it is small."""
    return f"{number(share * 100, 2 if share < 0.01 else 1)} %"


def milliseconds(value: float) -> str:
    """A time, with three digits at the least."""
    return f"{number(value, 0 if value >= 100 else 1 if value >= 10 else 2)} ms"


def with_unit(value: float, unit: str, decimals: int) -> str:
    """A figure with its unit: with one decimal more where it would have two digits; whole numbers stay whole."""
    more = 0.0 < value < TWO_DIGITS.get(decimals, 0.0)
    return f"{number(value, decimals + more)}{unit_gap(unit)}{unit}"
