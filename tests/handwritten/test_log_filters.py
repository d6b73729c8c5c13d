"""Log filters keep the lines that fit and no others, in every log of the hand-written incidents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cloud_incident_env.actions import LEVELS
from cloud_incident_env.handwritten.log_filters import lines_that_fit, rank
from cloud_incident_env.incident import AT_THE_ALERT, PLAIN, Incident, Query
from cloud_incident_env.telemetry import LogLine
from tasks import INCIDENTS

INCIDENT = INCIDENTS["root_cause_analysis"][0]
LINES = (
    LogLine("2026-01-02T10:00:00.000Z", "INFO", "web", "started"),
    LogLine("2026-01-02T10:01:00.000Z", "WARNING", "web", "slow: 900 ms"),
    LogLine("2026-01-02T10:03:30.000Z", "CRIT", "kernel", "Out of Memory"),
    LogLine("2026-01-02T10:05:00.000Z", "NOTICE", "web", "started again"),
)

KEPT: list[tuple[Query, list[int]]] = [
    (PLAIN, [0, 1, 2, 3]),
    (Query(level="debug"), [0, 1, 2, 3]),
    (Query(level="info"), [0, 1, 2, 3]),
    (Query(level="warn"), [1, 2]),
    (Query(level="error"), [2]),
    (Query(level="fatal"), [2]),
    (Query(contains="out of memory"), [2]),
    (Query(contains="started"), [0, 3]),
    (Query(contains="kernel"), [2]),
    (Query(contains="10:0"), [0, 1, 2, 3]),
    (Query(contains="nothing of the kind"), []),
    (Query(since_minutes=0), [3]),
    (Query(since_minutes=1), [3]),
    (Query(since_minutes=2), [2, 3]),
    (Query(since_minutes=4), [1, 2, 3]),  # a line on the edge is within
    (Query(since_minutes=1_440), [0, 1, 2, 3]),
    (Query(until_minutes=0), [0, 1, 2, 3]),
    (Query(until_minutes=1), [0, 1, 2]),
    (Query(until_minutes=4), [0, 1]),
    (Query(until_minutes=6), []),
    (Query(since_minutes=4, until_minutes=1), [1, 2]),
    (Query(since_minutes=4, level="warn", contains="ms"), [1]),
]


def _written(line: LogLine) -> str:
    return f"{line.time} {line.source} {line.text}"


@pytest.mark.parametrize(("query", "kept"), KEPT)
def test_a_filter_keeps_the_lines_that_fit(query: Query, kept: list[int]) -> None:
    assert lines_that_fit(LINES, query, _written) == tuple(LINES[number] for number in kept)


def test_a_log_without_lines_has_none_that_fit() -> None:
    assert lines_that_fit((), Query(since_minutes=5), _written) == ()


def _logs() -> Iterator[tuple[Incident, str]]:
    for table in INCIDENTS.values():
        for incident in table:
            yield from ((incident, service) for service in incident.known_services)


@pytest.mark.parametrize(("incident", "service"), list(_logs()), ids=lambda value: getattr(value, "id", value))
def test_every_log_can_be_filtered_and_its_text_is_made_of_its_own_lines(incident: Incident, service: str) -> None:
    look = incident.telemetry.look
    whole = look("query_logs", service, PLAIN, AT_THE_ALERT)
    lines = whole.text.splitlines()
    before = len(lines)
    for level in LEVELS:
        report = look("query_logs", service, Query(level=level), AT_THE_ALERT)
        shown = report.text.splitlines() if report.rows else []
        assert shown == [
            line
            for line, row in zip(lines, whole.rows, strict=True)
            if rank(row.level) >= LEVELS.index(level)  # type: ignore[union-attr]
        ]
        assert len(shown) <= before
        before = len(shown)
    last = look("query_logs", service, Query(contains=lines[-1].upper().casefold()), AT_THE_ALERT)
    assert last.text == lines[-1]
    assert look("query_logs", service, PLAIN, AT_THE_ALERT) is whole


def test_a_filter_that_leaves_nothing_says_of_how_many_lines() -> None:
    report = INCIDENT.telemetry.look("query_logs", "postgres-db", Query(contains="no such text"), AT_THE_ALERT)
    assert (report.text, report.rows) == ("no line of the last 9 lines fits", ())


def test_an_unknown_level_in_a_log_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown level 'LOUD' of a log line: one of debug, "):
        rank("LOUD")
