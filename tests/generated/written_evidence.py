"""How well what is written fits an explanation: symptoms in the logs of all services, and the record of changes.

Logs are read from an hour before the first symptom until the steps of an agent are used up; what has not arrived by
then counts as not read. A symptom that a mode prints must be there as often as it prints it, since its beginning, and
with the values that it can have. A service that is well prints some symptoms too, and did so before.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from math import exp, lgamma, log

from cloud_incident_env.agents.detective_beliefs import Hypothesis
from cloud_incident_env.agents.detective_likelihood import MISSING
from cloud_incident_env.generated.borne_out import borne_out
from cloud_incident_env.generated.facts import OF_FAILURES, facts_of
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.lookalikes import PER_MINUTE, SYMPTOMS
from cloud_incident_env.generated.model import Family, Line, Role
from cloud_incident_env.generated.releases import LIKE_A_CULPRIT, Entry, families_with_changes
from cloud_incident_env.generated.telemetry.deploys import TOOL as CHANGES
from cloud_incident_env.generated.telemetry.deploys import recorded
from cloud_incident_env.generated.telemetry.logs import Logged, written
from cloud_incident_env.generated.telemetry.shows import Look
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import AT_THE_ALERT, PLAIN

BEFORE = 60  # minutes before the first symptom from which logs are read
RISING = 3  # minutes in which a line comes to be printed as often as it is said to be
STRAY = 0.03  # lines that may be there or not whatever a mode prints
STRANGE = -9.0  # logarithm of the probability of what no explanation allows for: the texts may be misread
CONTRADICTS = -6.0  # the same of a line with a value that the mode does not have
# Lines a minute of a symptom that a service prints though it is well.
LEVELS = tuple(OF_FAILURES * (PER_MINUTE[0] + (PER_MINUTE[1] - PER_MINUTE[0]) * step / 6.0) for step in range(7))
Counts = tuple[int, int]  # before and since the first symptom


class WrittenEvidence:
    """What stands in the logs and in the records of changes of the known services of an incident."""

    def __init__(self, world: World, last: int) -> None:
        """`last` is the minute at which it is read."""
        self._world, self._last = world, last
        self._history = world.history(AT_THE_ALERT)
        self._read = {index: self._minutes(index) for index in world.cast.known}
        self._lines: dict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)  # minute and text
        for index, minutes in self._read.items():
            for minute in minutes:
                for number, fact in enumerate(facts_of(world, index, minute, self._history)):
                    if fact.kind in ("failure", "lookalike"):
                        text = written(world, index, self._history, Logged(minute, number, fact))
                        self._lines[index, fact.text].append((minute, text.replace('\\"', '"')))
        self._shown: dict[tuple[object, ...], frozenset[int]] = {}

    def fit(self, each: Hypothesis) -> float:
        """The logarithm of how much more probable an explanation makes what is written than none at all does."""
        family, index = FAMILIES[each.mode], self._world.index_of[each.suspect]
        began, total = self._record(family, index)
        for service, lines in self._printed(family, each).items():
            for text, same in lines.items():
                total += self._line_fit(service, text, same, family, each, began)
        return total

    # ---- logs

    def _minutes(self, index: int) -> list[int]:
        """The minutes of which the log of a service can be read in the end."""
        world, others = self._world, self._world.others
        last = others.last("query_logs", self._last)
        until = self._last if last is None else last
        every = range(world.clock.onset - BEFORE + 1, until + 1)
        return [minute for minute in every if others.gap("query_logs", index, minute) is None]

    def _printed(self, family: Family, each: Hypothesis) -> dict[int, dict[str, list[Line]]]:
        """The lines of a mode by the service that prints them and by their texts."""
        found: dict[int, dict[str, list[Line]]] = {}
        cast = self._world.cast
        for line in family.lines:
            for index in self._services(line.on, each):
                speaks = not line.peers or not cast.peers(index).isdisjoint(line.peers)
                if speaks and (not line.software or cast.service(index).software in line.software):
                    found.setdefault(index, {}).setdefault(line.text, []).append(line)
        return found

    def _services(self, role: Role, each: Hypothesis) -> Iterator[int]:
        """The known services that have a role in an explanation."""
        world, cast = self._world, self._world.cast
        suspect = world.index_of[each.suspect]
        through = world.index_of[each.through] if each.through else None
        if role == "culprit":
            yield suspect
        elif role == "entry":
            yield cast.entry
        elif role == "through" and through is not None:
            yield through
        elif role in ("callers", "through_callers"):
            source = suspect if role == "callers" or through is None else through
            callers = dict.fromkeys(caller for caller, _, _ in cast.callers(source))
            left_out = suspect if role == "through_callers" else None
            yield from (caller for caller in callers if caller in self._read and caller != left_out)

    def _line_fit(self, index: int, text: str, same: list[Line], family: Family, each: Hypothesis, began: int) -> float:
        """How well the lines of one text fit that a mode prints them at a service. `began` is its change."""
        onset = self._world.clock.onset
        found = self._lines[index, text]
        own = [minute for minute, shown in found if _may_be(text, shown, family, each)]
        before = since = STRAY
        for line in same:
            begin = RISING + (onset if line.since == "onset" else began)
            minutes = [minute for minute in self._times(index, line) if minute > begin]
            early, late = _counts(minutes, onset)
            rate = 1.0 if line.every else OF_FAILURES * line.per_minute
            before, since = before + rate * early, since + rate * late
        prints = sum(
            _chance(count, expected) for count, expected in zip(_counts(own, onset), (before, since), strict=True)
        )
        if len(own) < len(found):
            prints += CONTRADICTS
        return max(STRANGE, prints) - self._chance_of_well(index, text, found, same[0])

    def _times(self, index: int, line: Line) -> Iterator[int]:
        """The minutes in which a service prints a line: its figures show what it says, and its schedule is due."""
        for minute in self._borne_out(index, line):
            begin = self._world.clock.at(minute - 1)
            if not line.every or -(begin.minute * 60 + begin.second) % (line.every * 60) < 60:
                yield minute

    def _chance_of_well(self, index: int, text: str, found: list[tuple[int, str]], line: Line) -> float:
        """The logarithm of the probability of lines where a service that is well prints them, or nobody does."""
        world = self._world
        counts = _counts([minute for minute, _ in found], world.clock.onset)
        may = _of_the_well(world.cast.service(index).software, world.background)
        share = SYMPTOMS[1] / max(2.0 * SYMPTOMS[1], len(may)) if text in may else 0.0
        minutes = _counts(self._borne_out(index, line), world.clock.onset)
        none = 1.0 - share if counts == (0, 0) else 0.0
        some = sum(
            exp(sum(_chance(n, rate * m + STRAY) for n, m in zip(counts, minutes, strict=True))) for rate in LEVELS
        )
        return log(max(exp(STRANGE), none + share * some / len(LEVELS)))

    def _borne_out(self, index: int, line: Line) -> frozenset[int]:
        """The minutes in which the figures of a service show what a line says."""
        key = (index, line.when, line.peers)
        if key not in self._shown:
            minutes = (m for m in self._read[index] if borne_out(self._world, line, index, m, self._history))
            self._shown[key] = frozenset(minutes)
        return self._shown[key]

    # ---- record of changes

    def _record(self, family: Family, index: int) -> tuple[int, float]:
        """The minute at which a mode's change was made at a service, and how well the record fits it."""
        world = self._world
        onset = world.clock.onset
        if family.change is None:
            return onset, 0.0
        low, high = family.change.lead_minutes
        for entry in recorded(Look(world, index, self._last, self._history, PLAIN)):
            if low - 2.0 <= onset - entry.minute <= high + 3.0 and any(
                _reads_as(entry, template) for template in family.change.diffs
            ):
                alike = len(families_with_changes(world.cast.service(index).software, world.background))
                return int(entry.minute), log(alike / LIKE_A_CULPRIT)
        last = world.others.last(CHANGES, self._last)
        hidden = 0.0 if last is None else (onset - last - low) / (high - low)
        return int(onset - high), max(MISSING, log(min(1.0, hidden))) if hidden > 0.0 else MISSING


def _counts(minutes: Collection[int], onset: int) -> Counts:
    before = sum(minute <= onset for minute in minutes)
    return before, len(minutes) - before


def _chance(count: int, expected: float) -> float:
    """The logarithm of a Poisson probability."""
    return count * log(expected) - expected - lgamma(count + 1.0)


@cache
def _of_the_well(software: str, background: tuple[str, ...]) -> frozenset[str]:
    """The texts of symptoms that a software prints where it is well."""
    found: set[str] = set()
    for family in map(FAMILIES.__getitem__, background):
        for line in family.lines:
            own = not line.software and line.on == "culprit" and software in family.strikes
            if line.elsewhere and (own or software in line.software):
                found.add(line.text)
    return frozenset(found)


# ---- texts


def _may_be(text: str, shown: str, family: Family, each: Hypothesis) -> bool:
    """Whether a line is the mode's by the values in it."""
    template = text.partition(" ")[2]
    if not _pattern(template, "", each.suspect, "").search(shown):
        return True  # its dialect writes it in another way
    return bool(_pattern(template, family.name, each.suspect, each.through or "").search(shown))


def _reads_as(entry: Entry, template: tuple[str, ...]) -> bool:
    return len(entry.diff) == len(template) and all(
        _pattern(row).fullmatch(shown) for row, shown in zip(template, entry.diff, strict=True)
    )


@cache
def _pattern(template: str, mode: str = "", suspect: str = "", through: str = "") -> re.Pattern[str]:
    """What a template reads as: any value of the mode stands for a fact, anything for another field."""
    parts = re.split(r"(\{\{|\}\}|\{[^{}]*\})", template)
    known: dict[str, str] = {}
    if mode:
        known = {name: _any_of(options) for name, options in FAMILIES[mode].facts.items()}
        known.update({"culprit": re.escape(suspect), **({"through": re.escape(through)} if through else {})})
    return re.compile("".join(_part(part, known) for part in parts))


def _any_of(options: object) -> str:
    return "|".join(re.escape(str(option)) for option in options) if isinstance(options, tuple) else ".+?"


def _part(part: str, known: Mapping[str, str]) -> str:
    if part in ("{{", "}}"):
        return re.escape(part[0])
    if not part.startswith("{"):
        return re.escape(part)
    name = part[1:-1]
    if "|" in name:
        return f"(?:{'|'.join(map(re.escape, name.split('|')))})"
    return f"(?:{known.get(name, '.+?')})"
