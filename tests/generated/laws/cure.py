"""Cure: only what restores changes figures; guards, tickets and checks change none; unguarded, it comes back."""

from __future__ import annotations

from collections.abc import Iterator

from cloud_incident_env.agents.evidence import Dependencies, Row
from cloud_incident_env.incident import Course, Incident, Key, Taken
from tests.generated.laws.clock import limits_of
from tests.generated.laws.plays import Moment, Play, course_with

HEALED = 15  # minutes after the plan by which nothing fails any more: growth is undone, caches are warm
LATEST_RELAPSE = 180  # minutes after the last step by which what can come back has come back
TICKETS = 2  # actions without any effect that are tried in each incident
REPLACING = frozenset({"restart_service", "rollback_deploy", "scale_service", "disable_feature_flag", "clear_cache"})


def cure(play: Play) -> Iterator[str]:
    incident = play.incident
    yield from _protecting(incident)
    yield from _without_effect(incident)
    yield from _heals(incident)
    yield from _relapses(incident)


def _protecting(incident: Incident) -> Iterator[str]:
    """Guards and checks of the plan change no figure."""
    steps = incident.solution
    for place, key in enumerate(steps):
        if any(condition.restores for condition in incident.plan if key in condition.ways):
            continue
        before = course_with(incident, steps[:place])
        after = course_with(incident, steps[: place + 1])
        before = before._replace(minute=after.minute)
        if incident.telemetry.recovered(before) == incident.telemetry.recovered(after):  # else it has just come back
            yield from _same_figures(incident, before, after, key)


def _without_effect(incident: Incident) -> Iterator[str]:
    """Runbook steps that neither help nor hurt change no figure."""
    idle = [
        key
        for key, consequence in incident.consequences.items()
        if key.action not in REPLACING and consequence.harm is None and key not in incident.ways
    ]
    for key in idle[:: max(1, len(idle) // TICKETS)][:TICKETS]:
        before = Course(6)
        yield from _same_figures(incident, before, Course(6, (Taken(6, key),)), key)


def _same_figures(incident: Incident, one: Course, other: Course, key: Key) -> Iterator[str]:
    before, after = Moment("before", incident, one), Moment(f"with {key}", incident, other)
    for service in incident.known_services:
        for what, first, second in zip(
            ("metrics", "dependencies", "state"), figures_of(before, service), figures_of(after, service), strict=True
        ):
            if first != second:
                yield after.tells(service, f"{what} differ: {first} and {second}")


def figures_of(moment: Moment, service: str) -> tuple[dict[str, Row], Dependencies, tuple[object, ...]]:
    """All figures of a service at a moment, without what a step of a plan may write there."""
    status = moment.status(service)
    return (
        dict(moment.metrics(service).rows),
        moment.dependencies(service),
        (status.health, status.errors, status.own_errors, status.worst, status.alerts, status.ready, status.replicas),
    )


def _heals(incident: Incident) -> Iterator[str]:
    """After the whole plan the alerting service exceeds no limit any more."""
    course = course_with(incident, incident.solution)
    moment = Moment("healed", incident, course._replace(minute=course.minute + HEALED))
    if not incident.telemetry.recovered(moment.course):
        yield moment.tells(incident.culprit, "is not recovered after the plan")
    if incident.telemetry.world.others.acting:  # type: ignore[attr-defined]
        return  # something else is wrong as well, and nobody cures it
    entry = incident.alert.affected_services[0]
    limits = limits_of(moment, entry)
    for label, limit in limits.items():
        value = moment.metrics(entry).now(label)
        if value is not None and value > limit:
            yield moment.tells(entry, f"{label} {value} after the plan, limit {limit}")


def _relapses(incident: Incident) -> Iterator[str]:
    """Where the failure can come back, it does without a guard, and does not with it."""
    can = incident.telemetry.world.relapse_minutes  # type: ignore[attr-defined]
    if not can:
        return
    restoring = {key for condition in incident.plan if condition.restores for key in condition.ways}
    bare = course_with(incident, [key for key in incident.solution if key in restoring])
    late = Moment("without a guard", incident, bare._replace(minute=bare.minute + LATEST_RELAPSE))
    if incident.telemetry.recovered(late.course):
        yield late.tells(incident.culprit, "does not come back without a guard")
    full = course_with(incident, incident.solution)
    guarded = Moment("with a guard", incident, full._replace(minute=full.minute + LATEST_RELAPSE))
    if not incident.telemetry.recovered(guarded.course):
        yield guarded.tells(incident.culprit, "comes back in spite of the guard")
    if all(figures_of(late, service) == figures_of(guarded, service) for service in incident.known_services):
        yield late.tells(incident.culprit, "came back, and no figure shows it")
