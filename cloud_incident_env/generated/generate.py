"""`generate`: an incident from a seed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from types import MappingProxyType

from cloud_incident_env.generated.cast import choose_cast
from cloud_incident_env.generated.consequences import Consequences
from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.generated.draws import Draws, stable_hash
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.incident_version import INCIDENT_VERSION
from cloud_incident_env.generated.pager import write_alert, write_description, write_summary
from cloud_incident_env.generated.places import places_of
from cloud_incident_env.generated.plan_steps import step_key
from cloud_incident_env.generated.severity import draw_impact, severity_of
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.telemetry import GeneratedTelemetry
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import SEVERITIES, Alert, Condition, Incident, Severity, TaskId
from cloud_incident_env.layout import tasks

DURATION = (8, 45)  # minutes between the first symptom and the alert: enough for a ramp that the metrics show


def generate(
    task_id: TaskId,
    seed: int,
    difficulty: str,
    families: tuple[str, ...],
    systems: tuple[str, ...],
    background: tuple[str, ...] = (),
) -> Incident:
    """Generate the incident of a seed.

    The family and the system are drawn from the names given. `background` names families whose changes and runbook
    steps innocent services may show beside those of `families`. The same arguments give the same incident, down to the
    last byte, on any machine. Raises KeyError for an unknown difficulty, family or system: callers check them.
    """
    size = DIFFICULTIES[difficulty]
    key = f"{INCIDENT_VERSION}/{task_id}/{difficulty}/{_pool(families, systems, background)}/{seed}"
    draws = Draws(key, "cast")
    system = SYSTEMS[draws.pick(suited_systems(families, systems))]
    cast = choose_cast(draws, system, families, size)
    draws = Draws(key, "impact")
    family = cast.family
    entry = system.services[cast.entry]
    wanted: Severity | None = draws.pick(SEVERITIES) if task_id == "alert_classification" else None
    impact = draw_impact(draws, wanted, bool(entry.earns), entry.criticality)
    every = tuple(dict.fromkeys((*families, *background)))
    world = World(key, cast, size, impact, draws.between(*DURATION), Draws(key, "world"), every)
    draws = Draws(key, "pager")
    severity = severity_of(impact)
    plan = () if task_id == "alert_classification" else tuple(step_key(world, step) for step in family.steps)
    summary = write_summary(world, task_id, draws)
    alert = write_alert(world, task_id, severity, draws)
    return Incident(
        id=_id_of(summary, alert, world.index_of),
        family=family.name,
        description=write_description(world, task_id),
        summary=summary,
        alert=alert,
        known_services=tuple(world.index_of),
        aliases=MappingProxyType({name: _aliases(name) for name in world.index_of}),
        severity=severity,
        culprit=cast.names[cast.place.culprit],
        failure_mode=family.name,
        max_steps=tasks.MAX_STEPS[task_id][difficulty],
        plan=tuple(Condition.of(step, plan[:number][-1:]) for number, step in enumerate(plan)),
        consequences=Consequences(world),
        telemetry=GeneratedTelemetry(world),
    )


def _id_of(summary: str, alert: Alert, services: Iterable[str]) -> str:
    """The id of an incident: it follows from what the agent is told at the start, and tells no more than that."""
    return f"INC-{stable_hash(summary, alert.id, alert.title, *alert.symptoms, *services) % 16**8:08X}"


@cache
def _pool(families: tuple[str, ...], systems: tuple[str, ...], background: tuple[str, ...]) -> str:
    """A short name of what an incident is drawn from: incidents of other families or systems are others."""
    return f"{stable_hash(*families, 'in', *systems, 'beside', *background) % 16**6:06x}"


@cache
def suited_systems(families: tuple[str, ...], systems: tuple[str, ...]) -> tuple[str, ...]:
    """The systems that one of the families can strike."""
    return tuple(name for name in systems if any(places_of(SYSTEMS[name], FAMILIES[f]) for f in families))


def _aliases(name: str) -> tuple[str, ...]:
    """Other names that people write for a service."""
    if name.endswith("-db"):
        return (f"{name[:-3]}-database",)
    if name.endswith("-service"):
        return (f"{name[:-8]}-svc",)
    return ()
