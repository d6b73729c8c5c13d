"""Scripted episodes of an incident, and everything that they return.

The moves reach every text that an incident has: its plan with a look after each step, the plan backwards, each
remediation on each target that has a consequence, mistakes of every kind, and each submission.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cloud_incident_env.actions import DIAGNOSTICS, REMEDIATIONS, acts_on_services, target_parameter
from cloud_incident_env.incident import Incident, Key, Task
from cloud_incident_env.wire import Action
from server.environment import IncidentEnvironment

Move = tuple[str, dict[str, Any]]
UNKNOWN = "nosuch"  # the name of no service, flag or runbook step
FEW = (slice(None, 4), slice(-2, None))  # of the targets of a remediation


def transcript(options: dict[str, Any], moves: list[Move]) -> list[Any]:
    """Everything that the moves return; where an episode ends before its moves do, another of the same options starts.

    Each reset gives an observation, each step its observation, reward, end and info, and each end the record and the
    grade of the episode.
    """
    environment = IncidentEnvironment()
    returned: list[Any] = []
    done = True
    for action_type, parameters in moves:
        if done:
            returned.append(environment.reset(**options, episode_id="e").model_dump(mode="json"))
        action = Action.model_validate({"action_type": action_type, "parameters": parameters})
        observation, reward, done, info = environment.step(action)
        returned.append([observation.model_dump(mode="json"), reward.model_dump(), done, info])
        if done:
            returned += _record(environment)
    return returned + _record(environment)


def _record(environment: IncidentEnvironment) -> list[Any]:
    return [environment.state().model_dump(mode="json"), environment.grade().model_dump()]


def moves_of(task: Task, incident: Incident, *, every_target: bool) -> list[Move]:
    """The moves of an incident: with a remediation on every target, or on the first four and the last two."""
    return [
        *_plan_and_submission(task, incident),
        *(_move(key) for key in reversed(incident.solution)),
        *_remediations(incident, every_target),
        *_mistakes(incident),
        *_submissions(incident),
    ]


def _move(key: Key) -> Move:
    return key.action, {target_parameter(key.action): key.target}


def _plan_and_submission(task: Task, incident: Incident) -> Iterator[Move]:
    services, mode = incident.known_services, incident.failure_mode
    for number, key in enumerate(incident.solution):
        yield DIAGNOSTICS[number % len(DIAGNOSTICS)], {"service": services[number % len(services)]}
        yield _move(key)
    done = " and ".join(map(str, incident.solution))
    answers: dict[str, dict[str, Any]] = {
        "submit_severity": {"severity": incident.severity},
        "submit_root_cause": {"service": incident.culprit, "failure_mode": mode},
        "submit_resolution": {
            "summary": f"{incident.culprit} caused it: {mode}. Did {done}. All services recovered and healthy."
        },
    }
    yield task.submission_action, answers[task.submission_action]


def _remediations(incident: Incident, every_target: bool) -> Iterator[Move]:
    services = incident.known_services
    for action_type in REMEDIATIONS:
        targets = [key.target for key in incident.consequences if key.action == action_type]
        if acts_on_services(action_type):
            targets = list(dict.fromkeys([*targets, *services]))
        targets += [UNKNOWN, ""] if incident.solution else [UNKNOWN]
        if not every_target:
            targets = [target for part in FEW for target in targets[part]]
        for number, target in enumerate(targets):
            nearby = target if target in services else services[number % len(services)]
            yield action_type, {target_parameter(action_type): target} if target else {}
            yield DIAGNOSTICS[number % len(DIAGNOSTICS)], {"service": nearby}
            yield DIAGNOSTICS[(number + 2) % len(DIAGNOSTICS)], {"service": services[(number + 1) % len(services)]}


def _mistakes(incident: Incident) -> Iterator[Move]:
    first = incident.known_services[0]
    for tool in DIAGNOSTICS:
        yield tool, {"service": UNKNOWN}
        yield tool, {}
        yield tool, {"target": first.upper()}
    for key in incident.solution:
        if key.action == "rollback_deploy":
            yield key.action, {"service": key.target, "target_version": "v0.0.1"}
    yield "nonsense", {"service": first}


def _submissions(incident: Incident) -> Iterator[Move]:
    first, last = incident.known_services[0], incident.known_services[-1]
    yield "submit_severity", {"severity": "p2"}
    yield "query_logs", {"service": first}
    yield "submit_root_cause", {"service": first, "failure_mode": "disk full"}
    yield "query_logs", {"service": first}
    yield "submit_resolution", {"summary": f"It was {last}. restarted. recovered"}
