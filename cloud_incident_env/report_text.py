"""Writes the text of a report from its rows: log lines, metrics, calls, changes and facts, each in a format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from cloud_incident_env.telemetry import Call, Change, Fact, LogLine, Metric, Row

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
