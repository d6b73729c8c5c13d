"""What the on-call engineer is told at the start: alert and summary, which tell no more than the alerting service."""

from __future__ import annotations

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.telemetry.numbers import milliseconds, percent
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import UNCLASSIFIED, Alert, Severity, TaskId

SHOWN_REVENUE = 0.4  # share of the alerts that state the loss: often nobody has estimated it yet

_TITLES = (
    "{entry}: error rate over its threshold",
    "{entry}: service level objective at risk",
    "{entry}: requests fail or take too long",
    "{entry}: burn rate of the error budget too high",
    "{entry}: availability below target",
)
_REPORTS = (
    "Support has tickets from {users} since {minutes} minutes ago.",
    "Nobody outside the team has reported anything so far.",
    "A synthetic check of {entry} failed twice in a row.",
    "The on-call engineer of {entry} saw nothing of the kind during the last week.",
    "A dashboard of {other} shows a change at about the same time.",
)
_SUMMARIES = (
    "{entry} of {business} has been alerting for {minutes} minutes. {ask}",
    "The pager reports {entry} and {other} of {business}; it began {minutes} minutes ago. {ask}",
    "{minutes} minutes ago {entry} of {business} left its objective. {ask}",
)
_ASKS: dict[TaskId, str] = {
    "alert_classification": "Classify the alert.",
    "root_cause_analysis": "Find the service in which it began, and how it failed.",
    "remediation_planning": "Find the cause, remediate it, and write the incident up.",
}
_DESCRIPTIONS: dict[TaskId, str] = {
    "alert_classification": "An alert at {business}. Judge how bad it is from the alert and the telemetry.",
    "root_cause_analysis": "Something fails at {business}. Name the service in which it began, and the mechanism.",
    "remediation_planning": "Something fails at {business}. Diagnose it, remediate it in order, and write it up.",
}


def write_alert(world: World, task_id: TaskId, severity: Severity, draws: Draws) -> Alert:
    entry = world.cast.entry
    reading, normal = world.figures.reading(entry, 0), world.figures.normal(entry)
    values = _values(world)
    loss = reading.felt.revenue_loss if draws.chance(SHOWN_REVENUE) else None
    return Alert(
        id=f"ALT-{draws.between(10000, 99999)}",
        title=draws.pick(_TITLES).format_map(values),
        severity=UNCLASSIFIED if task_id == "alert_classification" else severity,
        affected_services=tuple(world.cast.names[index] for index in world.cast.in_alert),
        symptoms=(
            f"{percent(reading.error_rate)} of the requests at {world.cast.names[entry]} fail "
            f"(normal {percent(normal.error_rate)}).",
            f"The p99 latency of {world.cast.names[entry]} is {milliseconds(reading.p99)} "
            f"(normal {milliseconds(normal.p99)}).",
            draws.pick(_REPORTS).format_map(values),
        ),
        error_rate=round(reading.error_rate, 3),
        duration_minutes=world.timeline.duration,
        revenue_impact_per_min=None if loss is None else float(round(loss)),
    )


def write_summary(world: World, task_id: TaskId, draws: Draws) -> str:
    return draws.pick(_SUMMARIES).format_map({**_values(world), "ask": _ASKS[task_id]})


def write_description(world: World, task_id: TaskId) -> str:
    return _DESCRIPTIONS[task_id].format_map(_values(world))


def _values(world: World) -> dict[str, object]:
    entry, other = world.cast.in_alert[:2]
    system = world.cast.graph.system
    return {
        "entry": world.cast.names[entry],
        "other": world.cast.names[other],
        "business": system.business,
        "users": system.users,
        "minutes": world.timeline.duration,
    }
