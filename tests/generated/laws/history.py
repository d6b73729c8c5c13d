"""History: what a log or a metric shows of a minute, it shows of that minute whenever it is asked again."""

from __future__ import annotations

from collections.abc import Iterator

from cloud_incident_env.agents.evidence import Log, seconds_between
from tests.generated.laws.plays import Moment, Play

PIECE = 5  # minutes that are asked for at once, so that no line is left out
KEPT = 180  # minutes that logs and metrics are kept


def history(play: Play) -> Iterator[str]:
    first, looks, wrong, plan = play.moments
    for moment in play.moments:
        for service in moment.services:
            yield from _in_time(moment, service)
    for earlier, later in ((first, plan), (looks, wrong), (wrong, plan)):
        for service in earlier.services:
            yield from lost_lines(earlier, later, service)
            yield from _changed_readings(earlier, later, service)


def _in_time(moment: Moment, service: str) -> Iterator[str]:
    log = moment.log(service)
    shown = moment.status(service).at
    if log.until != shown:
        yield moment.tells(service, f"the log ends at {log.until}, it is {shown}")
    before = None
    for line in log.lines:
        if seconds_between(line.at, log.until) < 0.0:
            yield moment.tells(service, f"later than now, {log.until}: {line.raw}")
        if seconds_between(log.since, line.at) < -1.0:
            yield moment.tells(service, f"earlier than {log.since}: {line.raw}")
        if before is not None and seconds_between(before, line.at) < -1.0:
            yield moment.tells(service, f"after a line of {before}: {line.raw}")
        before = line.at


def lost_lines(earlier: Moment, later: Moment, service: str) -> Iterator[str]:
    """Lines that were shown earlier and are not shown of the same minutes later."""
    shown = [line.raw for line in earlier.log(service).lines]
    if not shown or later.minute - earlier.minute + 20 > KEPT:
        return
    again: set[str] = set()
    for since in range(earlier.minute - 20, earlier.minute, PIECE):
        for log in _whole(later, service, since, since + PIECE):
            again.update(line.raw for line in log.lines)
    for raw in shown:
        if raw not in again:
            yield later.tells(service, f"a line shown {earlier.name} is gone: {raw}")


def _whole(moment: Moment, service: str, since: int, until: int) -> Iterator[Log]:
    """The log of some minutes with nothing left out."""
    log = moment.log(service, since, until)
    if log.left_out and until - since > 1:
        middle = (since + until) // 2
        yield from _whole(moment, service, since, middle)
        yield from _whole(moment, service, middle, until)
    else:
        yield log


def _changed_readings(earlier: Moment, later: Moment, service: str) -> Iterator[str]:
    """Readings of a minute that a series shows otherwise later."""
    passed = later.minute - earlier.minute
    step = next((step for step in range(1, passed + 1) if passed % step == 0 and passed // step <= 11), None)
    if step is None or 11 * step > KEPT:
        return
    series, was = later.metrics(service, 11 * step), earlier.metrics(service)
    if was.at not in series.columns or set(series.rows) != set(was.rows):
        yield later.tells(service, f"the series {series.columns} has not all that was shown at {was.at}")
        return
    place = series.columns.index(was.at)
    for label, row in was.rows.items():
        if row.readings[0] != series.rows[label].readings[place]:
            yield later.tells(
                service, f"{label} of {was.at} was {row.readings[0]}, is {series.rows[label].readings[place]} now"
            )
