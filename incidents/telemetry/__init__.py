"""What the five diagnostics show of a world, and all of them in one lazy mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from incidents.telemetry.dependencies import show_dependencies
from incidents.telemetry.deploys import show_deploys
from incidents.telemetry.logs import show_logs
from incidents.telemetry.metrics import show_metrics
from incidents.telemetry.status import show_status
from incidents.world import World

SHOW: dict[str, Callable[[World, int, int], str]] = {
    "query_logs": show_logs,
    "check_metrics": show_metrics,
    "check_dependencies": show_dependencies,
    "check_recent_deploys": show_deploys,
    "check_service_status": show_status,
}


class ToolTexts(Mapping[str, str]):
    """What one tool shows of each known service in one phase, written when it is first read and kept with the world."""

    __slots__ = ("_phase", "_tool", "_world")

    def __init__(self, world: World, tool: str, phase: int) -> None:
        self._world = world
        self._tool = tool
        self._phase = phase

    def __getitem__(self, service: str) -> str:
        place = (self._tool, service, self._phase)
        text = self._world.texts.get(place)
        if text is None:
            text = SHOW[self._tool](self._world, self._world.index_of[service], self._phase)
            self._world.texts[place] = text
        return text

    def __iter__(self) -> Iterator[str]:
        return iter(self._world.index_of)

    def __len__(self) -> int:
        return len(self._world.index_of)


def tool_texts(world: World, phase: int) -> dict[str, Mapping[str, str]]:
    """Tool -> service -> text, once `phase` steps of the plan hold."""
    return {tool: ToolTexts(world, tool, phase) for tool in SHOW}
