"""What the diagnostics of a hand-written failure show: its declared rows as of a moment, and their text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from cloud_incident_env.handwritten.log_filters import LOG_FILTERS, lines_that_fit
from cloud_incident_env.handwritten.logs_and_deploys import Block, DeployBlock, LogBlock
from cloud_incident_env.handwritten.neighbours import Columns, Neighbour
from cloud_incident_env.handwritten.rows import Figure, Flags, Line, Runbook
from cloud_incident_env.handwritten.steps import Moment, Plan, Step, check_known, keys_of
from cloud_incident_env.incident import PLAIN, Course, Key, Query
from cloud_incident_env.queries import not_recorded
from cloud_incident_env.report_text import Format
from cloud_incident_env.telemetry import Call, Change, LogLine, Report, Row

ReportKey: TypeAlias = tuple[str, str]  # diagnostic and service
Declared: TypeAlias = LogBlock | DeployBlock | Figure | Neighbour | Columns | Line | Flags | Runbook
Declarations: TypeAlias = Mapping[ReportKey, tuple[Declared, ...]]


class SteppedTelemetry:
    """What the diagnostics of a failure show, by the steps of its plan that hold.

    Raises ValueError where a row changes after something that is no step of the plan.
    """

    def __init__(
        self, services: Collection[str], plan: Plan, declared: Declarations, written_in: Format, date: str
    ) -> None:
        self.places = tuple(declared)
        self._services = tuple(services)
        self._plan = frozenset(plan.keys)
        self._declared = declared
        self._moments = {place: _moments(place, rows, plan) for place, rows in declared.items()}
        self._format = written_in
        self._date = date  # of the lines of logs
        self._reports: dict[tuple[ReportKey, frozenset[Key]], Report] = {}

    @property
    def shows_harm(self) -> bool:
        """The harm of wrong remediations is written below the reports."""
        return False

    def refusal(self, tool: str, service: str, query: Query, course: Course) -> str | None:
        """Logs can be filtered; series, traces and diffs were not recorded."""
        return not_recorded(query, LOG_FILTERS)

    def look(self, tool: str, service: str, query: Query, course: Course) -> Report:
        """Return the report of a diagnostic once these plan steps hold; that of a log with the lines that fit.

        A report reads as of the last of its steps, in the order of the plan, of which all keys hold. Raises KeyError
        where there is none.
        """
        place, held = (tool, service), self._plan.intersection(course.held)
        moment = next(moment for moment in self._moments[place] if moment.step <= held)
        if (place, moment.step) not in self._reports:
            self._reports[place, moment.step] = self._read(place, moment)
        report = self._reports[place, moment.step]
        return report if query == PLAIN else self._filtered(service, report, query)

    def announced(self, since: int, course: Course) -> tuple[str, ...]:
        """The pager says nothing more."""
        return ()

    def recovered(self, course: Course) -> bool:
        """Whether every step of the plan holds that is no verification."""
        return all(key in course.held for key in self._plan if not key.is_verification)

    def _filtered(self, service: str, report: Report, query: Query) -> Report:
        """A log with the lines that fit a query; minutes count back from its last line."""
        lines = [row for row in report.rows if isinstance(row, LogLine)]
        rows = lines_that_fit(lines, query, lambda line: self._format.write(service, [line]))
        text = self._format.write(service, rows) if rows else f"no line of the last {len(lines)} lines fits"
        return replace(report, text=text, rows=rows)

    def _read(self, place: ReportKey, moment: Moment) -> Report:
        declared = self._declared[place]
        rows = self._rows(place, moment)
        widths = [columns.at(moment) for columns in declared if isinstance(columns, Columns)]
        called = [row.peer for row in rows if isinstance(row, Call)]
        return Report(
            text=self._format.write(place[1], rows, *widths),
            rows=rows,
            flags=tuple(name for row in declared if isinstance(row, Flags) for name in row.names),
            runbook_steps=tuple(name for row in declared if isinstance(row, Runbook) for name in row.names),
            neighbours=frozenset(known for known in self._services if any(known in name for name in called)),
        )

    def _rows(self, place: ReportKey, moment: Moment) -> tuple[Row, ...]:
        """The rows shown at a moment: those of a log by time, deploys with the latest first, others as declared."""
        logs: list[LogLine] = []
        deploys: list[Change] = []
        rows: list[Row] = []
        for declared in self._declared[place]:
            if isinstance(declared, LogBlock):
                logs += declared.rows(moment, self._date, place[1])
            elif isinstance(declared, DeployBlock):
                deploys += declared.rows(moment)
            elif not isinstance(declared, Columns):
                rows += declared.at(moment)
        logs.sort(key=lambda row: row.time)
        deploys.sort(key=lambda row: row.time, reverse=True)
        return (*logs, *deploys, *rows)


def _moments(place: ReportKey, declared: tuple[Declared, ...], plan: Plan) -> tuple[Moment, ...]:
    """The moments as of which a report can be read, the last one of the plan first."""
    steps: set[frozenset[Key]] = {frozenset()}
    for label, step in (named for row in declared for named in _steps(row)):
        check_known(keys_of(step), plan.keys, f"{place[0]} of {place[1]}, {label}", "a step of the plan")
        steps.add(keys_of(step))
    return tuple(map(plan.moment, sorted(steps, key=plan.position, reverse=True)))


def _steps(row: Declared) -> Iterator[tuple[str, Step]]:
    """The steps at which a row changes, each with the name of the row."""
    if isinstance(row, Block):
        yield from (("lines", step) for step in (row.since, row.until) if step is not None)
    elif isinstance(row, Flags):
        yield from ((flag.name, step) for flag in row.flags for step in flag.after)
    elif not isinstance(row, Runbook):
        yield from ((row.label, step) for step in row.after)
