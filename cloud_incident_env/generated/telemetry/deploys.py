"""`check_recent_deploys`: the latest deploys and configuration changes of a service."""

from __future__ import annotations

from datetime import timedelta

from cloud_incident_env.generated.releases import history
from cloud_incident_env.generated.telemetry.shows import Shows
from cloud_incident_env.generated.world import World
from cloud_incident_env.telemetry import Report


def show_deploys(world: World, index: int, phase: int) -> Report:
    now = world.timeline.now(phase)
    lines = [f"{world.cast.names[index]}: latest changes at {now:%H:%M:%S}Z"]
    for entry in history(world, index, phase):
        lines.append(
            f"  {entry.time:%Y-%m-%d %H:%M}Z ({_age(now - entry.time)} ago)  {entry.version}  "
            f"by {entry.author}: {entry.summary}"
        )
    return Report("\n".join(lines))


def _age(delta: timedelta) -> str:
    minutes = max(0, int(delta.total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} d"


DEPLOYS = Shows("check_recent_deploys", show_deploys)
