"""What the diagnostics show of a world, at any point of an episode."""

from __future__ import annotations

from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.generated.discovery import declared_in
from cloud_incident_env.generated.telemetry.shows import Look, Shows
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Course, Query
from cloud_incident_env.telemetry import Report

SHOWS = declared_in(__name__, __path__, Shows)  # by the name of the diagnostic
if set(SHOWS) != set(DIAGNOSTICS):
    raise ValueError(f"{__name__} shows {', '.join(SHOWS)}; the diagnostics are {', '.join(DIAGNOSTICS)}")


class GeneratedTelemetry:
    """The telemetry of a generated incident."""

    __slots__ = ("world",)

    shows_harm = True  # what wrong actions do is in its figures

    def __init__(self, world: World) -> None:
        self.world = world

    def refusal(self, tool: str, service: str, query: Query, course: Course) -> str | None:
        """Why a query cannot be answered, and what is valid; None if it can be."""
        given = [name for name, value in zip(Query._fields, query, strict=True) if value is not None]
        taken = SHOWS[tool].parameters
        if stray := [name for name in given if name not in taken]:
            valid = f"it takes {', '.join(taken)}" if taken else "it takes no parameters"
            return f"{tool} has no parameter {' and '.join(stray)}: {valid}"
        return SHOWS[tool].refuse(self._look(service, query, course)) if given else None

    def look(self, tool: str, service: str, query: Query, course: Course) -> Report:
        """What a diagnostic shows now."""
        return SHOWS[tool].show(self._look(service, query, course))

    def announced(self, since: int, course: Course) -> tuple[str, ...]:
        """What the pager said after minute `since`, up to now."""
        alert = self.world.others.alert
        if alert is None or not since < alert.minute <= course.minute:
            return ()
        name = self.world.cast.names[alert.service]
        return (f"The pager reports a second alert at {self.world.clock.shown(alert.at)}: errors at {name}.",)

    def recovered(self, course: Course) -> bool:
        """Whether nothing fails any more because of the failure."""
        return not self.world.lasts(course.minute, self.world.history(course))

    def _look(self, service: str, query: Query, course: Course) -> Look:
        world = self.world
        return Look(world, world.index_of[service], course.minute, world.history(course), query)
