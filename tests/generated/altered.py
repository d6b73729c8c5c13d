"""Incidents with other reports than their own, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from cloud_incident_env.incident import Incident, Key, Telemetry
from cloud_incident_env.telemetry import Report


@dataclass(frozen=True)
class AlteredAtTheStart:
    """Telemetry with other reports before anybody steps in."""

    telemetry: Telemetry
    reports: Mapping[tuple[str, str], Report]

    def after(self, held: Collection[Key]) -> Mapping[tuple[str, str], Report]:
        reports = self.telemetry.after(held)
        return reports if held else {**reports, **self.reports}


@dataclass(frozen=True)
class Unchanging:
    """Telemetry on which no plan step has an effect."""

    telemetry: Telemetry

    def after(self, held: Collection[Key]) -> Mapping[tuple[str, str], Report]:
        return self.telemetry.after(())


def with_texts(incident: Incident, tool: str, texts: Mapping[str, str]) -> Incident:
    """The incident in which a tool shows these texts, by service, before anybody steps in."""
    reports = {(tool, service): Report(text) for service, text in texts.items()}
    return replace(incident, telemetry=AlteredAtTheStart(incident.telemetry, reports))
