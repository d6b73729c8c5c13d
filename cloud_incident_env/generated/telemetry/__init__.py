"""The reports of the diagnostics on a world, by how many steps of the plan hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.generated.discovery import declared_in
from cloud_incident_env.generated.plan_steps import step_key
from cloud_incident_env.generated.telemetry.shows import Shows
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Course, Query
from cloud_incident_env.queries import not_recorded
from cloud_incident_env.telemetry import Report

SHOWS = declared_in(__name__, __path__, Shows)  # by the name of the diagnostic
if set(SHOWS) != set(DIAGNOSTICS):
    raise ValueError(f"{__name__} shows {', '.join(SHOWS)}; the diagnostics are {', '.join(DIAGNOSTICS)}")


class Phase(Mapping[tuple[str, str], Report]):
    """The reports of one phase, each written when it is first read and kept with the world."""

    __slots__ = ("_phase", "_world")

    def __init__(self, world: World, phase: int) -> None:
        self._world = world
        self._phase = phase

    def __getitem__(self, place: tuple[str, str]) -> Report:
        tool, service = place
        kept = (tool, service, self._phase)
        report = self._world.reports.get(kept)
        if report is None:
            report = SHOWS[tool].show(self._world, self._world.index_of[service], self._phase)
            self._world.reports[kept] = report
        return report

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((tool, service) for tool in SHOWS for service in self._world.index_of)

    def __len__(self) -> int:
        return len(SHOWS) * len(self._world.index_of)


class GeneratedTelemetry:
    """The telemetry of a generated incident, whose plan steps only hold in their order."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def shows_harm(self) -> bool:
        """The harm of wrong remediations is written below the reports."""
        return False

    def refusal(self, tool: str, service: str, query: Query, course: Course) -> str | None:
        """No parameter of a diagnostic can be answered."""
        return not_recorded(query)

    def look(self, tool: str, service: str, query: Query, course: Course) -> Report:
        """Return the report of a diagnostic once these plan steps hold."""
        return Phase(self._world, len(course.held))[tool, service]

    def announced(self, since: int, course: Course) -> tuple[str, ...]:
        """The pager says nothing more."""
        return ()

    def recovered(self, course: Course) -> bool:
        """Whether every step of the plan holds that is no verification."""
        keys = [step_key(self._world, step) for step in self._world.cast.family.steps]
        return all(key in course.held for key in keys if not key.is_verification)
