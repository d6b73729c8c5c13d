"""What an incident shows and needs by the steps of its plan that hold, for tests."""

from __future__ import annotations

from collections.abc import Iterable

from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.incident import Condition, Course, Incident, Key
from cloud_incident_env.telemetry import Report


def reports_after(incident: Incident, held: Iterable[Key] = ()) -> dict[tuple[str, str], Report]:
    """The report of each (diagnostic, service) once these plan steps hold."""
    return incident.reports(DIAGNOSTICS, Course(held=tuple(held)))


def needs_of(incident: Incident) -> dict[Key, tuple[Key, ...]]:
    """The plan steps that must hold before others, where each condition has one way."""
    key_of = {condition.name: condition.ways[0] for condition in incident.plan}
    return {c.ways[0]: tuple(key_of[name] for name in c.needs) for c in incident.plan if c.needs}


def with_needs(incident: Incident, needs: dict[Key, tuple[Key, ...]]) -> tuple[Condition, ...]:
    """The plan with other needs."""
    return tuple(Condition.of(condition.ways[0], needs.get(condition.ways[0], ())) for condition in incident.plan)
