"""`query_logs`: a sample of the log lines of a service, in the dialect of its software."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from cloud_incident_env.generated.facts import Fact, facts_of
from cloud_incident_env.generated.gauges import gauge_of
from cloud_incident_env.generated.history import History
from cloud_incident_env.generated.instances import process_id
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.service_versions import running_version
from cloud_incident_env.generated.telemetry.dialects import LEVELS_IN_ORDER, level_of, log_line
from cloud_incident_env.generated.telemetry.shows import KEPT_MINUTES, Look, Shows, out_of_range
from cloud_incident_env.generated.templates import FamilyValues, Values, fill
from cloud_incident_env.generated.world import World
from cloud_incident_env.telemetry import Report

WINDOW_MINUTES = 20  # minutes that a log shows where none are asked for
SAMPLED = "sampled: of lines that are alike one is kept now and then"


def show_logs(look: Look) -> Report:
    world, index = look.world, look.index
    since, until = _window(look)
    gap_begins, last = None, world.others.last("query_logs", look.minute)
    found: list[Logged] = []
    for minute in range(since + 1, until + 1):
        if last is not None and minute > last:
            break
        gap = world.others.gap("query_logs", index, minute)
        if gap is None:
            found += logged(world, index, minute, look.history, look.query.level, look.query.contains)
        elif gap_begins is None:
            gap_begins = gap.begin
    most = world.difficulty.log_lines
    lines = [f"{look.name}: log from {world.clock.shown(since)} to {world.clock.shown(until)}, {SAMPLED}"]
    if gap_begins is not None:
        lines.append(
            f"No lines after {world.clock.shown(gap_begins)} arrived for a while: log shipping was interrupted"
        )
    if last is not None and last < until:
        lines.append(f"No lines after {world.clock.shown(last)} are searchable yet: the log index is behind")
    if len(found) > most:
        lines.append(f"({len(found) - most} earlier lines of the sample are left out; narrow the window to see them)")
    if not found:
        lines.append(f"No line of the last {look.minute - since} minutes fits.")
    lines += (each.text or written(world, index, look.history, each) for each in found[-most:])
    return Report("\n".join(lines))


class Logged(NamedTuple):
    """A line of a log."""

    minute: int  # the line is of the minute that ends then
    number: int  # within the minute
    fact: Fact
    text: str = ""  # where it has been written already


def logged(
    world: World, index: int, minute: int, history: History, level: str | None = None, contains: str | None = None
) -> list[Logged]:
    """The lines of the minute that ends at `minute`, those of a level or worse, and that contain a text."""
    dialect = world.cast.software(index).dialect
    found = [Logged(minute, number, fact) for number, fact in enumerate(facts_of(world, index, minute, history))]
    if level is not None:
        least = _rank(level)
        found = [each for each in found if _rank(level_of(dialect, each.fact.text.partition(" ")[0])) >= least]
    if contains is None:
        return found
    texts = [each._replace(text=written(world, index, history, each)) for each in found]
    return [each for each in texts if contains.casefold() in each.text.casefold()]


def _rank(level: str) -> int:
    return LEVELS_IN_ORDER.index(level)


def written(world: World, index: int, history: History, line: Logged) -> str:
    """The text of a line."""
    minute, number, fact, _ = line
    time = world.clock.at(minute - 1) + timedelta(milliseconds=int(fact.second * 1000.0))
    draws = world.draws("words", index, minute, number)
    of_family, at = fact.kind in ("failure", "action"), minute - 1 + fact.second / 60.0
    if fact.lookalike is not None:
        values = fact.lookalike.template_values(world, index, at, draws)
    else:
        values = (FamilyValues if of_family else Values)(world, index, at, draws)
    renewed = history.renewed_before(index, minute)
    pid, thread = process_id(world, index, renewed, draws), draws.between(1, 200)
    values.update(pid=pid, thread=thread)
    if of_family or fact.lookalike is not None:
        values["now"] = Now(world, index, minute, history)
    if fact.callee is not None:
        values["callee"] = values["remote"] = world.cast.names[fact.callee]
        values.update(wait=_ms(fact.wait), timeout=f"{fact.time_out:.0f}", tries=fact.tries)
    elif fact.kind == "everyday":
        values["timeout"] = f"{world.sizing.nodes[index].least_time_out:.0f}"
    if fact.kind == "action":
        values.update(running=running_version(world, index, minute, history))
        values.update(members=Reading(world, index, minute, history).instances)
    text = fact.text
    if "{took}" in text or ("{wait}" in text and fact.callee is None):
        times = world.solution(minute, history).times(index)
        took = times.quantile(fact.share)
        values["took"], values["wait"] = int(took), _ms(took)
    if "{per_minute}" in text:
        values["per_minute"] = f"{Reading(world, index, minute, history).requests * 60.0:.0f}"
    name = world.cast.names[index]
    return log_line(world.cast.software(index).dialect, time, fill(text, values), name, pid, thread)


class Now(dict[str, str]):
    """Gauges as they stand, without their units: of the service that prints the line, or of the culprit."""

    def __init__(self, world: World, index: int, minute: int, history: History) -> None:
        self._places = dict.fromkeys((index, world.cast.place.culprit, world.cast.place.source))
        self._at: tuple[World, int, History] = (world, minute, history)

    def __missing__(self, label: str) -> str:
        world, minute, history = self._at
        for index in self._places:
            gauge = world.cast.software(index).gauge(label)
            if gauge is not None:
                return f"{gauge_of(Reading(world, index, minute, history), gauge):.{gauge.decimals}f}"
        raise KeyError(label)


def _ms(value: float) -> str:
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


def _window(look: Look) -> tuple[int, int]:
    """The minutes after which and up to which lines are shown."""
    until = look.minute - (look.query.until_minutes or 0)
    since = look.query.since_minutes
    if since is None:
        return min(look.minute, until) - WINDOW_MINUTES, until
    return look.minute - since, until


def _refuse(look: Look) -> str | None:
    query = look.query
    for name, value, least in (("since_minutes", query.since_minutes, 1), ("until_minutes", query.until_minutes, 0)):
        problem = None if value is None else out_of_range(name, value, least, KEPT_MINUTES)
        if problem:
            return problem
    since, until = _window(look)
    if since >= until:
        return (
            f"since_minutes {query.since_minutes} and until_minutes {query.until_minutes} leave no minute between them"
        )
    if query.level is not None and query.level not in LEVELS_IN_ORDER:
        return f"unknown level {query.level!r}: one of {', '.join(LEVELS_IN_ORDER)}"
    return None


LOGS = Shows("query_logs", show_logs, _refuse, ("since_minutes", "until_minutes", "level", "contains"))
