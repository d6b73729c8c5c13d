"""What is played at the faces: scripts of actions for each incident, all drawn from the incident's own table."""

from __future__ import annotations

import random
from collections.abc import Iterator

from actions import ALL_ACTIONS, DIAGNOSTIC_ACTIONS, REMEDIATION_ACTIONS, target_parameter
from agents.oracle import plan_for
from scenario import SEVERITIES, Scenario, TaskId
from tasks import ALL_TASKS, SCENARIOS, get_scenario
from tests.quality.runtime_faces import Action

Incident = tuple[TaskId, int]
INCIDENTS: list[Incident] = [(task_id, index) for task_id, table in SCENARIOS.items() for index in range(len(table))]


def name_of(incident: Incident) -> str:
    """The id of an incident, for test ids and messages."""
    return get_scenario(*incident)["scenario_id"]


def keyed(key: str) -> Action:
    """The action of an action key."""
    action_type, target = key.split(":", 1)
    return action_type, {target_parameter(action_type): target}


def perfect(incident: Incident) -> list[Action]:
    """The oracle's actions, with parameters under their own names."""
    actions: list[Action] = []
    for decision in plan_for(incident[0], get_scenario(*incident)):
        target = decision.parameters.get("target")
        actions.append(
            (decision.action_type, decision.parameters) if target is None else keyed(f"{decision.action_type}:{target}")
        )
    return actions


def diagnostics(incident: Incident) -> list[Action]:
    """Every diagnostic that the task offers on every known service."""
    offered = ALL_TASKS[incident[0]]["available_actions"]
    services = get_scenario(*incident)["known_services"]
    return [(tool, {"service": service}) for tool in DIAGNOSTIC_ACTIONS if tool in offered for service in services]


def remediations(incident: Incident) -> list[Action]:
    """Every remediation that means anything in the incident, right, wrong or without effect."""
    scenario = get_scenario(*incident)
    keys = {*scenario["correct_remediation_sequence"], *scenario["wrong_actions"]}
    keys |= {f"{tool}:{target}" for tool, results in scenario["remediation_data"].items() for target in results}
    on_services = [tool for tool in REMEDIATION_ACTIONS if target_parameter(tool) == "service"]
    keys |= {f"{tool}:{service}" for tool in on_services for service in scenario["known_services"]}
    return [keyed(key) for key in sorted(keys)]


def random_actions(incident: Incident, seed: int) -> list[Action]:
    """As many random actions as the task has steps, of those it offers; the same seed gives the same actions."""
    draw = random.Random(f"{incident}-{seed}")
    task, scenario = ALL_TASKS[incident[0]], get_scenario(*incident)
    working = [name for name in task["available_actions"] if name != task["submission_action"]]
    actions = [_drawn(draw, draw.choice(working), scenario) for _ in range(draw.randint(0, task["max_steps"] - 1))]
    return [*actions, _drawn(draw, draw.choice([*working, task["submission_action"]]), scenario)]


def _drawn(draw: random.Random, action_type: str, scenario: Scenario) -> Action:
    known = [keyed(key) for key in (*scenario["correct_remediation_sequence"], *scenario["wrong_actions"])]
    named = [value for tool, parameters in known if tool == action_type for value in parameters.values()]
    words = " ".join(scenario["alert"]["symptoms"]).split()
    values = {
        "service": scenario["known_services"],
        "severity": list(SEVERITIES),
        "failure_mode": [*words, scenario["correct_root_cause"]["failure_mode"]],
        "summary": [" ".join(draw.sample(words, min(12, len(words))))],
    }
    required = ALL_ACTIONS[action_type]["required"]
    return action_type, {name: draw.choice(values.get(name) or named or words) for name in required}


def without_ending(incident: Incident, before: list[Action], actions: list[Action]) -> Iterator[list[Action]]:
    """Deal actions out over episodes that do not end: each plays `before` first and stays one step short of the end.

    Yields nothing where `before` leaves no room.
    """
    room = ALL_TASKS[incident[0]]["max_steps"] - 1 - len(before)
    for first in range(0, len(actions) if room > 0 else 0, max(room, 1)):
        yield [*before, *actions[first : first + room]]
