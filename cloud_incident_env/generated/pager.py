"""What the on-call engineer is told at the start: alert and summary, which tell no more than the alerting service."""

from __future__ import annotations

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.numbers import milliseconds, percent
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.thresholds import MOST_TURNED_AWAY, exceeded, turned_away
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import UNCLASSIFIED, Alert, Severity, TaskId

_TITLES = {
    "error rate over its limit": (
        "{entry}: error rate over its limit",
        "{entry}: burn rate of the error budget too high",
        "{entry}: availability below target",
        "{entry}: too many requests fail",
    ),
    "p99 latency over its limit": (
        "{entry}: p99 latency over its limit",
        "{entry}: requests take too long",
        "{entry}: latency objective at risk",
        "{entry}: slow for too many users",
    ),
    "connections to it fail": (
        "{entry}: connections to it fail",
        "{entry}: its probe cannot connect",
        "{entry}: too few connections succeed",
    ),
}
_NO_REPORT = "Nobody outside the team has reported anything so far."
_NOT_SEEN = "The on-call engineer of {entry} saw nothing of the kind during the last week."
_TICKETS = "Support has tickets from {users} since the alert."
TICKETS_FROM = 0.02  # share of failing requests from which users may write to support
REPORTED_FROM = 0.3  # share from which some surely have
_COUNTED = "Users are counted at {entry}, attempts of {flow} at {other}."
_SUMMARIES = (
    "{entry} of {business} alerts; the first symptom is {minutes} minutes old. {ask}",
    "The pager reports {entry} of {business}; it began {minutes} minutes ago. {ask}",
    "The error budget of {entry} of {business} has been burning for {minutes} minutes. {ask}",
)
_ASKS: dict[TaskId, str] = {
    "alert_classification": "Classify the alert.",
    "root_cause_analysis": "Which service failed first, and how?",
    "remediation_planning": "Diagnose, remediate and write it up.",
}
_DESCRIPTIONS: dict[TaskId, str] = {
    "alert_classification": "Something alerts at {business}. Judge how bad it is from the alert and the telemetry.",
    "root_cause_analysis": "Something fails at {business}. Name the service in which it began, and the mechanism.",
    "remediation_planning": "Something fails at {business}. Diagnose it, remediate it in order, and write it up.",
}


def write_alert(world: World, reading: Reading, task_id: TaskId, severity: Severity, draws: Draws) -> Alert:
    """The alert on a service, from its figures at that moment."""
    cast, normal = world.cast, world.sizing.normal
    values = _values(world)
    fires = exceeded(reading)
    title = draws.pick(_TITLES[draws.pick(fires).name if fires else "p99 latency over its limit"])
    name = cast.names[cast.entry]
    return Alert(
        id=f"ALT-{draws.between(10000, 99999)}",
        title=title.format_map(values),
        severity=UNCLASSIFIED if task_id == "alert_classification" else severity,
        affected_services=tuple(cast.names[index] for index in cast.in_alert),
        symptoms=(
            f"{percent(reading.monitored_errors)} of the requests at {name} fail "
            f"(normal {percent(normal.failed[cast.entry])}).",
            f"The p99 latency of {name} is {milliseconds(reading.monitored_p99)} "
            f"(normal {milliseconds(normal.times(cast.entry).tail)}).",
            f"{percent(turned_away(reading))} of the connections to {name} fail (limit {percent(MOST_TURNED_AWAY)}).",
            _report(world, reading, draws).format_map(values),
            _COUNTED.format_map(values),
        ),
        error_rate=round(reading.monitored_errors, 3),
        duration_minutes=world.clock.duration,
        revenue_impact_per_min=None,
    )


def _report(world: World, reading: Reading, draws: Draws) -> str:
    """What else is known when the alert is raised: tickets only where users met failures, silence unless many did.

    Where few did nobody may have written yet, so silence does not tell a false alarm.
    """
    assert world.business is not None
    failed = reading.failed if world.business.reach > 0.0 else 0.0
    tickets = (_TICKETS,) if failed > TICKETS_FROM else ()
    silence = (_NO_REPORT,) if failed < REPORTED_FROM else ()
    told: str = draws.pick((*tickets, *silence, _NOT_SEEN))
    return told


def write_summary(world: World, task_id: TaskId, draws: Draws) -> str:
    return draws.pick(_SUMMARIES).format_map({**_values(world), "ask": _ASKS[task_id]})


def write_description(world: World, task_id: TaskId) -> str:
    return _DESCRIPTIONS[task_id].format_map(_values(world))


def _values(world: World) -> dict[str, object]:
    cast = world.cast
    system = cast.graph.system
    assert world.business is not None
    return {
        "entry": cast.names[cast.entry],
        "other": cast.names[cast.flow],
        "flow": world.business.flow,
        "business": system.business,
        "users": system.users,
        "minutes": world.clock.duration,
    }
