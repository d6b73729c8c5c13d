"""Which explanations all evidence of an incident leaves: the figures as the detective weighs them, and what is written.

Every diagnostic of every service is read, and the whole of the logs since the first symptom. An explanation stays where
the figures make it nearly as probable as the best one, where the logs hold what its failure mode prints there, and
where the record of changes holds what began it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.agents.detective import WINDOW_MINUTES
from cloud_incident_env.agents.detective_beliefs import Beliefs, Hypothesis
from cloud_incident_env.agents.detective_case import Case
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import Family
from cloud_incident_env.generated.releases import releases
from cloud_incident_env.generated.telemetry.logs import Logged, logged
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import AT_THE_ALERT, PLAIN, Incident

NEARLY = 0.05  # of the probability of the best explanation, from which another one fits the figures as well
SETTLED = 5  # minutes after the first symptom from which a failure prints what it prints
EXPECTED = 4.0  # lines of one kind to be expected until the alert, from which their absence tells
READ = tuple(tool for tool in DIAGNOSTICS if tool != "query_logs")


def fitting(incident: Incident) -> list[tuple[str, str]]:
    """The explanations that all evidence leaves, as service and failure mode, the most probable one first."""
    beliefs = _beliefs(incident)
    most = max(beliefs.probable.values())
    near = [each for each, share in beliefs.probable.items() if share >= NEARLY * most]
    world: World = incident.telemetry.world  # type: ignore[attr-defined]
    return list(dict.fromkeys((each.suspect, each.mode) for each in near if _is_written(each, world)))


def _beliefs(incident: Incident) -> Beliefs:
    alert = {
        "symptoms": incident.alert.symptoms,
        "affected_services": incident.alert.affected_services,
        "duration_minutes": incident.alert.duration_minutes,
    }
    case = Case.of({"alert": alert, "known_services": incident.known_services})
    for service in incident.known_services:
        for tool in READ:
            query = PLAIN._replace(window_minutes=WINDOW_MINUTES) if tool == "check_metrics" else PLAIN
            case.add(tool, service, incident.telemetry.look(tool, service, query, AT_THE_ALERT).text)
    beliefs = Beliefs(case)
    for service in incident.known_services:
        beliefs.update(service)
    return beliefs


def _is_written(each: Hypothesis, world: World) -> bool:
    """Whether logs and record hold what a failure mode would have left at a service."""
    index, family = world.index_of[each.suspect], FAMILIES[each.mode]
    printed = {line.fact.text for line in _lines(world, index)}
    return printed.issuperset(_expected_lines(family, world, index)) and _began(world, index, family)


def _lines(world: World, index: int) -> Iterator[Logged]:
    """All lines of a service since the first symptom."""
    history = world.history(AT_THE_ALERT)
    for minute in range(world.clock.onset + 1, 1):
        yield from logged(world, index, minute, history)


def _expected_lines(family: Family, world: World, index: int) -> Iterator[str]:
    """The texts of lines that the mode must have printed at the service: often enough, whatever the figures are."""
    minutes = -world.clock.onset - SETTLED
    for line in family.lines:
        runs_it = not line.software or world.cast.service(index).software in line.software
        whatever = line.on == "culprit" and runs_it and not (line.when or line.every or line.aside)
        if whatever and line.per_minute * minutes >= EXPECTED:
            yield line.text


def _began(world: World, index: int, family: Family) -> bool:
    """Whether a change of the service changed what the mode's change does."""
    if family.change is None:
        return True
    made = [entry.diff for entry in releases(world, index, 0, world.history(AT_THE_ALERT))]
    return any(_reads_as(diff, template) for diff in made for template in family.change.diffs)


def _reads_as(diff: tuple[str, ...], template: tuple[str, ...]) -> bool:
    return len(diff) == len(template) and all(
        _pattern(row).fullmatch(shown) for row, shown in zip(template, diff, strict=True)
    )


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """What a template reads as: any value stands for a field, any of its alternatives for a choice."""
    parts = re.split(r"(\{\{|\}\}|\{[^{}]*\})", template)
    return re.compile("".join(map(_part, parts)))


def _part(part: str) -> str:
    if part in ("{{", "}}"):
        return re.escape(part[0])
    if not part.startswith("{"):
        return re.escape(part)
    if "|" in part:
        return f"(?:{'|'.join(map(re.escape, part[1:-1].split('|')))})"
    return ".+?"
