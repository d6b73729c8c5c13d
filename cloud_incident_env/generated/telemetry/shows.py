"""What a module of this package declares: a diagnostic, and what it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cloud_incident_env.generated.world import World
from cloud_incident_env.telemetry import Report


@dataclass(frozen=True)
class Shows:
    """The diagnostic of that name, and the report that it makes of a service, by index, in a phase."""

    name: str
    show: Callable[[World, int, int], Report]
