"""`check_service_status`: health, replicas, version, flags, notes and runbook steps of a service."""

from __future__ import annotations

from incidents.releases import running_version
from incidents.remedies import flags, runbook, step_target, steps_on
from incidents.telemetry.metrics import percent
from incidents.templates import fill
from incidents.world import STEP_MINUTES, World

ZONES = ("a", "b", "c")


def show_status(world: World, index: int, phase: int) -> str:
    reading = world.reading(index, phase)
    draws = world.draws("status", index)
    zones = ", ".join(sorted(draws.sample(ZONES, draws.between(2, 3))))
    off = {step_target(world, step) for step in steps_on(world, index, phase) if step.action == "disable_feature_flag"}
    switches = [f"{flag}={'off' if flag in off else 'on'}" for flag in flags(world, index)]
    return "\n".join(
        (
            f"Health: {reading.health} at {world.now(phase):%H:%M:%S}Z",
            f"Replicas: {reading.ready}/{reading.replicas} ready, zones {zones}",
            f"Version: {world.software(index).release} {running_version(world, index, phase)}",
            f"Error rate: {percent(reading.error_rate)}",
            *_notes(world, index, phase),
            f"Feature flags: {', '.join(switches) or 'none'}",
            f"Runbook steps: {', '.join(runbook(world, index))}",
        )
    )


def _notes(world: World, index: int, phase: int) -> list[str]:
    """Two notes on every service; those of the failure are gone once it is."""
    draws = world.draws("notes", index)
    everyday = draws.sample(world.software(index).events, 2)
    if world.cast.decoys.get(index) == "restarted":
        everyday[0] = "one replica was restarted {n} min ago after a failed probe, and is fine since"
    cast = world.cast
    notes = [fill(note, world.values(index, draws), draws) for note in everyday]
    if index == cast.place.culprit and world.intensity(phase, phase * STEP_MINUTES) > 0:
        values = world.family_values(index, draws)
        notes = [*(fill(note, values, draws) for note in cast.family.notes), *notes][:2]
    return notes
