"""`check_service_status`: health, replicas, version, flags, notes and runbook steps of a service."""

from __future__ import annotations

from cloud_incident_env.generated.flags import flags
from cloud_incident_env.generated.plan_steps import step_target, steps_on
from cloud_incident_env.generated.runbooks import runbook
from cloud_incident_env.generated.service_versions import running_version
from cloud_incident_env.generated.telemetry.numbers import percent
from cloud_incident_env.generated.telemetry.shows import Shows
from cloud_incident_env.generated.templates import everyday_values, family_values, fill
from cloud_incident_env.generated.timeline import STEP_MINUTES
from cloud_incident_env.generated.world import World
from cloud_incident_env.status_lines import FLAGS_LABEL, STEPS_LABEL
from cloud_incident_env.telemetry import Report

ZONES = ("a", "b", "c")


def show_status(world: World, index: int, phase: int) -> Report:
    reading = world.figures.reading(index, phase)
    draws = world.draws("status", index)
    zones = ", ".join(sorted(draws.sample(ZONES, draws.between(2, 3))))
    off = {step_target(world, step) for step in steps_on(world, index, phase) if step.action == "disable_feature_flag"}
    listed, steps = flags(world, index), runbook(world, index)
    switches = [f"{flag}={'off' if flag in off else 'on'}" for flag in listed]
    lines = (
        f"Health: {reading.health} at {world.timeline.now(phase):%H:%M:%S}Z",
        f"Replicas: {reading.ready}/{reading.replicas} ready, zones {zones}",
        f"Version: {world.cast.software(index).release} {running_version(world, index, phase)}",
        f"Error rate: {percent(reading.error_rate)}",
        *_notes(world, index, phase),
        f"{FLAGS_LABEL}: {', '.join(switches) or 'none'}",
        f"{STEPS_LABEL}: {', '.join(steps)}",
    )
    return Report("\n".join(lines), flags=tuple(listed), runbook_steps=tuple(steps))


def _notes(world: World, index: int, phase: int) -> list[str]:
    """Two notes on every service; those of the failure are gone once it is."""
    draws = world.draws("notes", index)
    everyday = draws.sample(world.cast.software(index).events, 2)
    if world.cast.decoys.get(index) == "restarted":
        everyday[0] = "one replica was restarted {n} min ago after a failed probe, and is fine since"
    cast = world.cast
    notes = [fill(note, everyday_values(world, index, draws), draws) for note in everyday]
    if index == cast.place.culprit and world.timeline.intensity(phase, phase * STEP_MINUTES) > 0:
        values = family_values(world, index, draws)
        notes = [*(fill(note, values, draws) for note in cast.family.notes), *notes][:2]
    return notes


STATUS = Shows("check_service_status", show_status)
