"""Which lines of a hand-written log fit a query.

A log records no moment at which it is read, so minutes count back from its last line: `since_minutes=2` keeps the lines
of its last two minutes, `until_minutes=2` those that are at least two minutes older than its last one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from cloud_incident_env.actions import ACTIONS, LEVELS
from cloud_incident_env.incident import Query
from cloud_incident_env.telemetry import LogLine

LOG_FILTERS = ACTIONS["query_logs"].optional

# What the software of the incidents calls a level, where it has another name for it.
_OTHER_NAMES = {
    "LOG": "info",
    "NOTICE": "info",
    "WARNING": "warn",
    "CRIT": "fatal",
}


def lines_that_fit(lines: Sequence[LogLine], query: Query, written: Callable[[LogLine], str]) -> tuple[LogLine, ...]:
    """The lines of a log, oldest first, that fit a query; `written` returns a line as it is shown."""
    return tuple(line for line in _in_window(lines, query) if _fits(line, query, written))


def rank(level: str) -> int:
    """How bad a level is, from 0. Raises ValueError for a level that is none."""
    name = _OTHER_NAMES.get(level, level.casefold())
    if name not in LEVELS:
        raise ValueError(f"unknown level {level!r} of a log line: one of {', '.join((*LEVELS, *_OTHER_NAMES))}")
    return LEVELS.index(name)


def _in_window(lines: Sequence[LogLine], query: Query) -> Iterator[LogLine]:
    last = max((_time(line) for line in lines), default=None)
    for line in lines:
        assert last is not None
        age = last - _time(line)
        recent = query.since_minutes is None or age <= timedelta(minutes=query.since_minutes)
        old = query.until_minutes is None or age >= timedelta(minutes=query.until_minutes)
        if recent and old:
            yield line


def _fits(line: LogLine, query: Query, written: Callable[[LogLine], str]) -> bool:
    if query.level is not None and rank(line.level) < LEVELS.index(query.level):
        return False
    return query.contains is None or query.contains in written(line).casefold()


def _time(line: LogLine) -> datetime:
    return datetime.fromisoformat(line.time.removesuffix("Z"))
