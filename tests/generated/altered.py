"""Incidents with other telemetry than their own, for tests of what reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cloud_incident_env.incident import AT_THE_ALERT, Course, Incident, Query, Telemetry
from cloud_incident_env.telemetry import Report


@dataclass(frozen=True)
class Same:
    """The telemetry of an incident as it is."""

    telemetry: Telemetry

    shows_harm = True

    def refusal(self, tool: str, service: str, query: Query, course: Course) -> str | None:
        return self.telemetry.refusal(tool, service, query, course)

    def look(self, tool: str, service: str, query: Query, course: Course) -> Report:
        return self.telemetry.look(tool, service, query, course)

    def announced(self, since: int, course: Course) -> tuple[str, ...]:
        return self.telemetry.announced(since, course)

    def recovered(self, course: Course) -> bool:
        return self.telemetry.recovered(course)


@dataclass(frozen=True)
class AlteredAtTheStart(Same):
    """Telemetry with other reports before anybody steps in."""

    reports: Mapping[tuple[str, str], Report] = field(default_factory=dict)

    def look(self, tool: str, service: str, query: Query, course: Course) -> Report:
        altered = None if course.held else self.reports.get((tool, service))
        return altered or self.telemetry.look(tool, service, query, course)


@dataclass(frozen=True)
class Unchanging(Same):
    """Telemetry on which no action has an effect."""

    def look(self, tool: str, service: str, query: Query, course: Course) -> Report:
        return self.telemetry.look(tool, service, query, AT_THE_ALERT)

    def recovered(self, course: Course) -> bool:
        return self.telemetry.recovered(AT_THE_ALERT)


@dataclass(frozen=True)
class Well(Same):
    """Telemetry by which nothing fails."""

    def recovered(self, course: Course) -> bool:
        return True


def with_texts(incident: Incident, tool: str, texts: Mapping[str, str]) -> Incident:
    """The incident in which a tool shows these texts, by service, before anybody steps in."""
    reports = {(tool, service): Report(text) for service, text in texts.items()}
    return replace(incident, telemetry=AlteredAtTheStart(incident.telemetry, reports))
