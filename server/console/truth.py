"""The true answer of an incident in plain words: where it began, how it spread, what ends it, how bad it was."""

from __future__ import annotations

from collections.abc import Mapping

from cloud_incident_env.actions import ACTIONS, target_parameter
from cloud_incident_env.encoding import Values
from cloud_incident_env.generated.business import felt
from cloud_incident_env.generated.history import History
from cloud_incident_env.generated.numbers import number
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.severity import FLOW_DOWN, MOST_USERS, REVENUE_P1
from cloud_incident_env.generated.telemetry import GeneratedTelemetry
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import AT_THE_ALERT, Incident, Key
from cloud_incident_env.reading.modes import MODES
from cloud_incident_env.telemetry import Call

from .severities import SEVERITY_RULES

_FAILING = ("failing", "slow", "unreachable")  # states of calls, as hand-written dependencies name them
_IN_WORDS = {
    "restart_service": "Restart {target}.",
    "rollback_deploy": "Roll {target} back to {version}.",
    "scale_service": "Run more replicas of {target}.",
    "disable_feature_flag": "Turn the feature flag {target} off.",
    "clear_cache": "Drop the contents of {target}.",
    "execute_runbook_step": "Run the runbook step {target}.",
}


def truth_of(incident: Incident) -> Values:
    """The answer: culprit, failure mode, severity, chain and plan, each with its reason."""
    mode = MODES[incident.failure_mode]
    return {
        "service": incident.culprit,
        "failure_mode": mode.id,
        "title": mode.title,
        "story": story_of(incident),
        "severity": incident.severity,
        "why_severity": why_severity(incident),
        "chain": chain_of(incident),
        "plan": [_told(incident, key) for key in incident.solution],
        "alternative": alternative_of(incident),
    }


def story_of(incident: Incident) -> str:
    """What happened, in a few sentences."""
    told = [MODES[incident.failure_mode].definition, f"It began in {incident.culprit}."]
    world = _world(incident)
    if world is not None and world.cast.family.change is not None:
        clock = world.clock
        told.append(
            f"The change behind it came at {clock.shown(world.changed)}, {-world.changed} minutes before the alert; "
            f"the first symptom came at {clock.shown(clock.onset)}."
        )
    elif world is not None:
        told.append(f"The first symptom came at {world.clock.shown(world.clock.onset)}; no change set it off.")
    chain = chain_of(incident)
    if len(chain) > 1:
        told.append(f"The alert came from {chain[0]}, which depends on it: {' → '.join(chain)}.")
    return " ".join(told)


def chain_of(incident: Incident) -> list[str]:
    """The services from the alerting one to the culprit, each of which depends on the next."""
    world = _world(incident)
    if world is not None:
        return [world.cast.names[index] for index in world.cast.path if index in world.cast.names]
    calls, beside = _failing_calls(incident), _beside(incident)
    entries = [name for name in incident.alert.affected_services if name != incident.culprit]
    return max(
        (_chain(incident.culprit, entry, calls, beside) for entry in entries), key=len, default=[incident.culprit]
    )


def alternative_of(incident: Incident) -> list[Values] | None:
    """Another plan that ends the incident, where some condition has another way; None where none has."""
    if all(len(condition.ways) == 1 for condition in incident.plan):
        return None
    taken: list[Key] = []
    true: set[str] = set()
    for condition in incident.plan:
        if condition.name not in true:
            way = condition.ways[-1]
            taken.append(way)
            true.update(incident.brought_about(way, true))
    return [_told(incident, key) for key in taken]


def why_severity(incident: Incident) -> str:
    """The rule of the severity, and the figures that it was applied to."""
    rule = f"{incident.severity}: {SEVERITY_RULES[incident.severity]}"
    world = _world(incident)
    if world is None or world.business is None:
        loss = incident.alert.revenue_impact_per_min
        return rule if loss is None else f"{rule} The loss was ${number(loss)} a minute."
    history: History = world.history(AT_THE_ALERT)
    entry, flow = Reading(world, world.cast.entry, 0, history), Reading(world, world.cast.flow, 0, history)
    business = world.business
    impact = felt(business, entry, flow).impact(business)
    return (
        f"{rule} At the alert {number(impact.flow_success, 1)} % of the attempts of {business.flow} succeeded (the "
        f"flow counts as down below {number(FLOW_DOWN)} %), ${number(impact.revenue_loss)} a minute were lost (P1 "
        f"above ${number(REVENUE_P1)}), and {number(impact.users_affected, 1)} % of the active users met a failure "
        f"(P2 above {number(MOST_USERS)} %)."
    )


def _told(incident: Incident, key: Key) -> Values:
    consequence = incident.consequences.get(key)
    version = (consequence.version if consequence else None) or "its last good version"
    text = _IN_WORDS[key.action].format(target=key.target, version=version)
    return {
        "action": key.action,
        "parameters": {target_parameter(key.action): key.target},
        "text": f"{text} {consequence.result}" if consequence else text,
        "minutes": ACTIONS[key.action].minutes,
    }


def _world(incident: Incident) -> World | None:
    telemetry = incident.telemetry
    return telemetry.world if isinstance(telemetry, GeneratedTelemetry) else None


def _failing_calls(incident: Incident) -> Mapping[str, list[str]]:
    """The known services to which the calls of each service fail, as its dependencies show at the alert."""
    return {
        service: [
            known
            for row in report.rows
            if isinstance(row, Call) and row.direction == "downstream" and row.state in _FAILING
            for known in incident.known_services
            if known in row.peer
        ]
        for (_, service), report in incident.reports(["check_dependencies"]).items()
    }


def _beside(incident: Incident) -> frozenset[str]:
    """The known services that call the culprit, or are called by it."""
    found: set[str] = set()
    for (_, service), report in incident.reports(["check_dependencies"]).items():
        if service == incident.culprit:
            found |= report.neighbours
        elif incident.culprit in report.neighbours:
            found.add(service)
    return frozenset(found)


def _chain(culprit: str, entry: str, calls: Mapping[str, list[str]], beside: frozenset[str]) -> list[str]:
    """Along failing calls to the culprit, or as far as they lead toward it, and then the culprit."""
    paths = {entry: [entry]}
    queue = [entry]
    for service in queue:
        for other in calls.get(service, ()):
            if other not in paths:
                paths[other] = [*paths[service], other]
                queue.append(other)
    if culprit in paths:
        return paths[culprit]
    return [*max(paths.values(), key=lambda path: (path[-1] in beside, len(path))), culprit]
