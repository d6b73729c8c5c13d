"""The reports of the diagnostics on a world, by how many steps of the plan hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.generated.discovery import declared_in
from cloud_incident_env.generated.telemetry.shows import Shows
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Key
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

    def after(self, held: Collection[Key]) -> Phase:
        """Return the report of each (diagnostic, service) once these plan steps hold."""
        return Phase(self._world, len(held))
