"""What diagnostics show of a service: rows with typed fields, and the text that is written from them.

Hand-written incidents declare rows (`handwritten/`), and `report_text.py` writes their text. Generated incidents write
text themselves (`generated/telemetry/`) and have no rows yet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Metric:
    """A figure of a service. Figures are texts as an engineer reads them, without their unit."""

    label: str
    unit: str  # empty where the figures differ in theirs, or hold more than a number
    now: str
    normal: str
    before: str | None = None  # before anybody stepped in; None where it was the same
    note: str = ""

    def shown(self, figure: str) -> str:
        """One of the figures with the unit."""
        return f"{figure}{unit_gap(self.unit)}{self.unit}"


def unit_gap(unit: str) -> str:
    """What stands between a number and its unit: nothing before a rate such as `/s`, a space elsewhere."""
    return "" if unit.startswith("/") or not unit else " "


def without_unit(figures: list[str]) -> tuple[str, list[str]]:
    """The unit that figures share, and the figures without it; no unit where one is not just a number with it."""
    found = [re.fullmatch(r"([\d.,]+)( ?)(\S+)", figure) for figure in figures]
    units = {match[3] if match and match[2] == unit_gap(match[3]) else "" for match in found}
    if len(units) > 1 or "" in units:
        return "", figures
    return units.pop(), [match[1] for match in found if match]


@dataclass(frozen=True)
class LogLine:
    """A line of a log."""

    time: str  # ISO 8601, UTC
    level: str
    source: str  # the component that wrote it
    text: str


@dataclass(frozen=True)
class Call:
    """Calls between a service and one of its neighbours, and how they fare."""

    direction: str  # upstream (the neighbour calls the service) or downstream
    peer: str
    protocol: str
    state: str
    detail: str = ""


@dataclass(frozen=True)
class Change:
    """A deploy or a change of configuration."""

    time: str  # ISO 8601, UTC
    age: str  # as of the reading
    version: str
    author: str
    summary: str


@dataclass(frozen=True)
class Fact:
    """A line of a status report."""

    label: str
    value: str


Row: TypeAlias = Metric | LogLine | Call | Change | Fact


@dataclass(frozen=True)
class Report:
    """What one diagnostic shows of one service at one moment."""

    text: str
    rows: tuple[Row, ...] = ()
    flags: tuple[str, ...] = ()  # feature flags that a status report lists
    runbook_steps: tuple[str, ...] = ()  # runbook steps that a status report lists
    neighbours: frozenset[str] = frozenset()  # known services that a dependency report names
