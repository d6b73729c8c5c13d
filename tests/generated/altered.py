"""Incidents with other reports than their own, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cloud_incident_env.incident import Course, Incident, Query, Telemetry
from cloud_incident_env.telemetry import Report


@dataclass(frozen=True)
class AlteredAtTheStart:
    """Telemetry with other reports before anybody steps in."""

    telemetry: Telemetry
    reports: Mapping[tuple[str, str], Report]

    shows_harm = False

    def refusal(self, tool: str, service: str, query: Query, course: Course) -> str | None:
        return self.telemetry.refusal(tool, service, query, course)

    def look(self, tool: str, service: str, query: Query, course: Course) -> Report:
        altered = None if course.held else self.reports.get((tool, service))
        return altered or self.telemetry.look(tool, service, query, course)

    def announced(self, since: int, course: Course) -> tuple[str, ...]:
        return self.telemetry.announced(since, course)

    def recovered(self, course: Course) -> bool:
        return self.telemetry.recovered(course)


@dataclass(frozen=True)
class Unchanging:
    """Telemetry on which no plan step has an effect."""

    telemetry: Telemetry
    shows_harm = False

    def refusal(self, tool: str, service: str, query: Query, course: Course) -> str | None:
        return self.telemetry.refusal(tool, service, query, course)

    def look(self, tool: str, service: str, query: Query, course: Course) -> Report:
        return self.telemetry.look(tool, service, query, Course())

    def announced(self, since: int, course: Course) -> tuple[str, ...]:
        return self.telemetry.announced(since, course)

    def recovered(self, course: Course) -> bool:
        return self.telemetry.recovered(course)


def with_texts(incident: Incident, tool: str, texts: Mapping[str, str]) -> Incident:
    """The incident in which a tool shows these texts, by service, before anybody steps in."""
    reports = {(tool, service): Report(text) for service, text in texts.items()}
    return replace(incident, telemetry=AlteredAtTheStart(incident.telemetry, reports))
