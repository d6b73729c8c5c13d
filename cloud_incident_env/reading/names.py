"""Finds the names of services, flags and runbook steps in the tokens of a text, and blots them out.

A name may contain the words of a failure mode; naming it alone explains nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cloud_incident_env.actions import acts_on_services
from cloud_incident_env.incident import Incident
from cloud_incident_env.reading.features import tokens_of

SERVICE = "svc"  # stands for the name of a service
TARGET = "target"  # stands for the name of the service that is asked about
STEP = "step"  # stands for the name of a feature flag or runbook step
_LEAST_WORDS = 2  # of a name that means nothing else in prose


class Found(NamedTuple):
    """A name in the tokens of a text."""

    start: int
    end: int
    thing: str  # what it names
    mark: str  # `SERVICE` or `STEP`


class Names:
    """Spellings of names, each of two words or more; others are left out."""

    def __init__(self, services: Mapping[str, Iterable[str]], steps: Iterable[str]) -> None:
        """`services` has the spellings of each service; `steps` are flags and runbook steps."""
        self._by_first: dict[str, list[tuple[list[str], str, str]]] = {}
        for service, spellings in services.items():
            for spelling in spellings:
                self._add(spelling, service, SERVICE)
        for step in steps:
            for spelling in {step, step.partition("@")[0]}:
                self._add(spelling, step, STEP)
        for spelled in self._by_first.values():
            spelled.sort(key=lambda entry: -len(entry[0]))  # the longest name that fits is meant

    def _add(self, spelling: str, thing: str, mark: str) -> None:
        words = tokens_of(spelling)
        if len(words) >= _LEAST_WORDS:
            self._by_first.setdefault(words[0], []).append((words, thing, mark))

    def found_in(self, tokens: Sequence[str]) -> list[Found]:
        """The names in a text, in their order, none within another."""
        found: list[Found] = []
        end = 0
        for place, token in enumerate(tokens):
            if place >= end:
                for words, thing, mark in self._by_first.get(token, ()):
                    if tokens[place : place + len(words)] == words:
                        end = place + len(words)
                        found.append(Found(place, end, thing, mark))
                        break
        return found


NO_NAMES = Names({}, ())


def names_of(incident: Incident) -> Names:
    """The names of an incident: its services with their aliases, and the flags and runbook steps of its plan."""
    services = {name: (name, *incident.aliases.get(name, ())) for name in incident.known_services}
    return Names(services, [key.target for key in incident.ways if not acts_on_services(key.action)])


def blotted(tokens: Sequence[str], found: Iterable[Found], target: str | None = None) -> list[str]:
    """The tokens with a mark in place of each name; that of the service `target` is `TARGET`."""
    kept: list[str] = []
    place = 0
    for name in found:
        kept += tokens[place : name.start]
        kept.append(TARGET if name.thing == target else name.mark)
        place = name.end
    return [*kept, *tokens[place:]]
