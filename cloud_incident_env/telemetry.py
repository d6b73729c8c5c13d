"""What diagnostics show of a service: rows with typed fields, and the text that is written from them.

Hand-written incidents declare rows (`handwritten/`) and a `Format` writes their text. Generated incidents write text
themselves (`generated/telemetry/`) and have no rows yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


GAP = "  "  # between two columns
Widths: TypeAlias = tuple[int, int, int]  # of the columns peer, protocol and state; 0: as wide as the widest cell
WIDEST: Widths = (0, 0, 0)


@dataclass(frozen=True)
class Format:
    """How the tools of one company print each kind of row: templates over the fields of the row.

    Without a template for calls, these stand in columns.
    """

    log: str
    logs: Mapping[str, str]  # templates of software with a form of its own, by the first part of a service's name
    metric: str
    change: str
    call: str | None = None
    bare_facts: tuple[str, ...] = ()  # labels of facts that are written without a colon

    def write(self, service: str, rows: Iterable[Row], widths: Widths = WIDEST) -> str:
        """Return the text of a report on a service. `widths` applies to calls in columns."""
        log = self.logs.get(service.partition("-")[0], self.log)
        lines: list[str] = []
        cells: list[list[str]] = []
        for row in rows:
            if isinstance(row, Call) and self.call is None:
                cells.append(_cells(row))
            elif isinstance(row, Call):
                lines.append(_sentence(row, str(self.call)))
            else:
                lines.append(self._line(row, log))
        return "\n".join([*_in_columns(cells, widths), *lines])

    def _line(self, row: Metric | LogLine | Change | Fact, log: str) -> str:
        if isinstance(row, LogLine):
            return log.format_map(vars(row))
        if isinstance(row, Metric):
            shown = self.metric.format(label=row.label, now=row.shown(row.now), normal=row.shown(row.normal))
            return f"{shown}, {row.note}" if row.note else shown
        if isinstance(row, Change):
            return self.change.format_map(vars(row))
        return f"{row.label} {row.value}" if row.label in self.bare_facts else f"{row.label}: {row.value}"


def _sentence(call: Call, template: str) -> str:
    direction = call.direction.capitalize()
    outcome = ", ".join(filter(None, (call.state, call.detail)))
    if not outcome:
        return f"{direction}: {call.peer} ({call.protocol})"
    return template.format_map({**vars(call), "direction": direction, "outcome": outcome})


def _cells(call: Call) -> list[str]:
    """The columns of a call: the first word of its state in capitals, and neither state nor detail where empty."""
    word, space, rest = call.state.partition(" ")
    return [call.direction, call.peer, call.protocol, *filter(None, (word.upper() + space + rest, call.detail))]


def _in_columns(lines: list[list[str]], widths: Widths) -> list[str]:
    """Lines of cells in columns; the last cell of a line takes no part in the width of its column."""
    widest = [max((len(line[column]) for line in lines if len(line) > column + 1), default=0) for column in range(4)]
    columns = [given or most for given, most in zip((0, *widths), widest, strict=True)]
    return [_padded(line, columns) for line in lines]


def _padded(line: list[str], columns: list[int]) -> str:
    """A line; from the first cell that does not fit into its column on, its cells stand two spaces apart."""
    written = ""
    for position, (cell, width) in enumerate(zip(line[:-1], columns, strict=False)):
        if len(cell) >= width + len(GAP):
            return written + GAP.join(line[position:])
        written += cell.ljust(width + len(GAP))
    return written + line[-1]
