"""What must not be served before an episode has ended, and how it is found in a text whatever form it was served in."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cached_property
from typing import Any

from cloud_incident_env.actions import PARAMETERS
from cloud_incident_env.incident import Consequence, Incident
from cloud_incident_env.reading.modes import MODES
from cloud_incident_env.wire import AlertInfo, EpisodeState, Observation
from tasks import get_incident
from tools.incident_layout import lay_out_handwritten
from tools.quality.runtime_scripts import Place, name_of, wrong_keys
from tools.quality.semantic_leaks import holds_catalogue

WORDS_IN_A_ROW = 6  # of the failure mode; fewer may well stand in a log line
_FIELDS = {field.name for kind in (Incident, Consequence) for field in fields(kind)}
_PUBLIC = {*Observation.model_fields, *AlertInfo.model_fields, *EpisodeState.model_fields, *PARAMETERS}
_PUBLIC |= {"description", "result", "version"}  # of a task, of a call, of the server
# The names of an incident's fields, and of the layout of its digest, that no interface has a reason to name.
INTERNAL_NAMES = sorted({*_FIELDS, *lay_out_handwritten(get_incident("remediation_planning", 0))} - _PUBLIC)
_SEVERITY = re.compile(r"\bP[1-4]\b")


class Secrets:
    """The answers of one incident."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.incident = get_incident(*place)

    def problems(self, text: str) -> list[str]:
        """What a text gives away."""
        lowered, plain = text.casefold(), _plain(text)
        found = [(what, lowered, lowered.find(needle)) for what, needle in self._literals if needle in lowered]
        patterns = self._patterns if holds_catalogue(lowered) else [*self._patterns, self._failure_mode]
        for what, pattern in patterns:
            match = pattern.search(plain)
            if match:
                found.append((what, plain, match.start()))
        return [f"{name_of(self.place)}: {what} in ...{_around(within, place)}..." for what, within, place in found]

    @cached_property
    def _literals(self) -> list[tuple[str, str]]:
        """Strings that have no business in any answer, in lower case."""
        keys = map(str, (*self.incident.solution, *wrong_keys(self.incident)))
        return [
            *((f"the internal name {name}", name) for name in INTERNAL_NAMES if "_" in name),
            *((f"the action key {key}", key.casefold()) for key in keys),
        ]

    @cached_property
    def _failure_mode(self) -> tuple[str, re.Pattern[str]]:
        """The failure mode, to be searched in `_plain` text that does not list the whole catalogue."""
        mode = MODES[self.incident.failure_mode]
        words = _plain(mode.definition).split()
        runs = [words[first : first + WORDS_IN_A_ROW] for first in range(max(1, len(words) - WORDS_IN_A_ROW + 1))]
        told = [r"\W+".join(map(re.escape, run)) for run in (*runs, mode.id.split("-"))]
        return "the failure mode", re.compile("|".join(told))

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        """What may be written in several ways, to be searched in `_plain` text."""
        culprit = _loosely(self.incident.culprit)
        patterns = [
            ("the root cause", rf"(?:root cause|culprit)\W+(?:(?:is|was|lies in|service|the)\W+)*{culprit}"),
        ]
        # A name of one word may stand in any sentence; in quotes it is a key.
        words_alone = [name for name in INTERNAL_NAMES if "_" not in name]
        patterns += [(f"the internal name {name}", rf"[\"']{name}[\"']") for name in words_alone]
        targets = [key.target for key in self.incident.solution]
        if len(targets) > 1:
            patterns.append(("the plan in its order", r"[^a-z0-9]{1,12}".join(map(_loosely, targets))))
        return [(what, re.compile(pattern)) for what, pattern in patterns]


def severity_lines(text: str) -> Iterator[str]:
    """Every string within a text that names a severity: values of JSON at any depth, or lines of anything else."""
    for value in _strings(text):
        if _SEVERITY.search(value):
            yield value


def severity_problems(served: dict[Place, set[str]]) -> list[str]:
    """Which strings tell the severity of an incident whose question it is.

    A string that names a severity tells nothing if it is served for an incident with another answer as well, as the
    list of choices is. `served` holds what `severity_lines` found for each incident of the task.
    """
    problems = []
    for place, lines in served.items():
        answer = get_incident(*place).severity
        others = [texts for other, texts in served.items() if get_incident(*other).severity != answer]
        assert others, "the incidents all have one answer: nothing can be told"
        telling = [line for line in lines if not any(line in texts for texts in others)]
        problems += [f"{name_of(place)}: a severity in {line[:200]!r}" for line in telling]
    return problems


def _strings(text: str) -> Iterator[str]:
    try:
        yield from _leaves(json.loads(text))
    except ValueError:
        yield from text.splitlines()


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.splitlines()
    elif isinstance(value, dict):
        for name, child in value.items():
            yield name
            yield from _leaves(child)
    elif isinstance(value, list):
        for child in value:
            yield from _leaves(child)


def _plain(text: str) -> str:
    """A text in lower case, without the escapes of JSON and HTML."""
    return html.unescape(text.replace('\\"', '"').replace("\\n", "\n")).casefold()


def _loosely(name: str) -> str:
    """A pattern for a name, written with dashes, underscores or spaces."""
    return r"[-_ ]".join(map(re.escape, re.split(r"[-_]", name.casefold())))


def _around(text: str, position: int) -> str:
    return text[max(0, position - 60) : position + 100]
