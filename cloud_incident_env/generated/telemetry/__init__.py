"""The reports of the diagnostics on a world, by how many steps of the plan hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from cloud_incident_env.generated.telemetry.dependencies import show_dependencies
from cloud_incident_env.generated.telemetry.deploys import show_deploys
from cloud_incident_env.generated.telemetry.logs import show_logs
from cloud_incident_env.generated.telemetry.metrics import show_metrics
from cloud_incident_env.generated.telemetry.status import show_status
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Key
from cloud_incident_env.telemetry import Report

SHOW: dict[str, Callable[[World, int, int], Report]] = {
    "query_logs": show_logs,
    "check_metrics": show_metrics,
    "check_dependencies": show_dependencies,
    "check_recent_deploys": show_deploys,
    "check_service_status": show_status,
}


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
            report = SHOW[tool](self._world, self._world.index_of[service], self._phase)
            self._world.reports[kept] = report
        return report

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((tool, service) for tool in SHOW for service in self._world.index_of)

    def __len__(self) -> int:
        return len(SHOW) * len(self._world.index_of)


class GeneratedTelemetry:
    """The telemetry of a generated incident, whose plan steps only hold in their order."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def after(self, held: Collection[Key]) -> Phase:
        """Return the report of each (diagnostic, service) once these plan steps hold."""
        return Phase(self._world, len(held))
