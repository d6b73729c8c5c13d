"""What is played at the interfaces: scripts of actions for each incident, all drawn from the incident's own table."""

from __future__ import annotations

import random
from collections.abc import Iterator

from cloud_incident_env.actions import ACTIONS, DIAGNOSTICS, REMEDIATIONS, acts_on_services, target_parameter
from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.incident import SEVERITIES, Incident, Key, TaskId
from tasks import INCIDENTS, get_incident, get_task
from tools.quality.runtime_interfaces import Action

Place = tuple[TaskId, int]  # where a hand-written incident stands: task and index
PLACES: list[Place] = [(task_id, index) for task_id, table in INCIDENTS.items() for index in range(len(table))]


def name_of(place: Place) -> str:
    """The id of an incident, for test ids and messages."""
    return get_incident(*place).id


def keyed(key: Key) -> Action:
    """The action of a key."""
    return key.action, {target_parameter(key.action): key.target}


def wrong_keys(incident: Incident) -> list[Key]:
    """The remediations that do harm in an incident."""
    return [key for key, told in incident.consequences.items() if told.harm is not None]


def perfect(place: Place) -> list[Action]:
    """The oracle's actions, with parameters under their own names."""
    actions: list[Action] = []
    for decision in plan_for(place[0], get_incident(*place)):
        target = decision.parameters.get("target")
        actions.append(
            (decision.action_type, decision.parameters) if target is None else keyed(Key(decision.action_type, target))
        )
    return actions


def diagnostics(place: Place) -> list[Action]:
    """Every diagnostic that the task offers on every known service."""
    offered = get_task(place[0]).available_actions
    services = get_incident(*place).known_services
    return [(tool, {"service": service}) for tool in DIAGNOSTICS if tool in offered for service in services]


def remediations(place: Place) -> list[Action]:
    """Every remediation that means anything in the incident, right, wrong or without effect."""
    incident = get_incident(*place)
    keys = {*incident.solution, *incident.consequences}
    on_services = [tool for tool in REMEDIATIONS if acts_on_services(tool)]
    keys |= {Key(tool, service) for tool in on_services for service in incident.known_services}
    return [keyed(key) for key in sorted(keys, key=str)]


def random_actions(place: Place, seed: int) -> list[Action]:
    """As many random actions as the task has steps, of those it offers; the same seed gives the same actions."""
    draw = random.Random(f"{place}-{seed}")
    task, incident = get_task(place[0]), get_incident(*place)
    working = [name for name in task.available_actions if name != task.submission_action]
    actions = [_drawn(draw, draw.choice(working), incident) for _ in range(draw.randint(0, task.max_steps - 1))]
    return [*actions, _drawn(draw, draw.choice([*working, task.submission_action]), incident)]


def _drawn(draw: random.Random, action_type: str, incident: Incident) -> Action:
    named = [key.target for key in (*incident.solution, *wrong_keys(incident)) if key.action == action_type]
    words = " ".join(incident.alert.symptoms).split()
    values = {
        "service": incident.known_services,
        "severity": SEVERITIES,
        "failure_mode": [*words, incident.failure_mode],
        "summary": [" ".join(draw.sample(words, min(12, len(words))))],
    }
    required = ACTIONS[action_type].required
    return action_type, {name: draw.choice(values.get(name) or named or words) for name in required}


def without_ending(place: Place, before: list[Action], actions: list[Action]) -> Iterator[list[Action]]:
    """Deal actions out over episodes that do not end: each plays `before` first and stays one step short of the end.

    Yields nothing where `before` leaves no room.
    """
    room = get_task(place[0]).max_steps - 1 - len(before)
    for first in range(0, len(actions) if room > 0 else 0, max(room, 1)):
        yield [*before, *actions[first : first + room]]
