"""What a module of this package declares: a diagnostic, what it shows, and which queries it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cloud_incident_env.generated.history import History
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Query
from cloud_incident_env.telemetry import Report

KEPT_MINUTES = 180  # how far back logs and metrics are kept


@dataclass(frozen=True)
class Look:
    """A diagnostic on a service at a minute."""

    world: World
    index: int
    minute: int
    history: History
    query: Query

    @property
    def name(self) -> str:
        return self.world.cast.names[self.index]


@dataclass(frozen=True)
class Shows:
    """The diagnostic of that name, the report that it makes, and why it refuses a query (None where it does not)."""

    name: str
    show: Callable[[Look], Report]
    refuse: Callable[[Look], str | None] = lambda look: None
    parameters: tuple[str, ...] = ()  # fields of `Query` that it takes


def out_of_range(name: str, value: int, least: int, most: int) -> str | None:
    """Why a number of minutes is refused; None if it is not."""
    if least <= value <= most:
        return None
    return f"{name} {value}: {least} to {most} minutes are kept, and none lies in the future"
