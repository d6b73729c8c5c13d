"""The episodes that a witness plays, and what the same episodes answer in this process."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.wire import Action
from server.environment import IncidentEnvironment
from tasks import INCIDENTS

_GENERATED = (("root_cause_analysis", 11, "hard"), ("remediation_planning", 12, "expert"))
NAMES = {"episode_id", "scenario_id"}  # of a generated incident; the server may choose them


class Play(NamedTuple):
    """An episode from its reset to its grade."""

    options: dict[str, Any]  # of the reset
    first: dict[str, Any]  # the observation that the reset answers
    actions: list[dict[str, Any]]
    answers: list[dict[str, Any]]  # to each action: observation, reward, done, info


def plays() -> list[Play]:
    """Three hand-written incidents and two generated ones, with mistakes in between; played in this process."""
    canonical = [{"task_id": task_id, "scenario_index": 1} for task_id in INCIDENTS]
    generated = [{"task_id": task, "seed": seed, "difficulty": level} for task, seed, level in _GENERATED]
    return [_play(options) for options in (*canonical, *generated)]


def _play(options: dict[str, Any]) -> Play:
    chosen = choose_incident(ResetOptions(**options))
    decisions = list(plan_for(chosen.task.task_id, chosen.incident))
    actions = [{"action_type": each.action_type, "parameters": dict(each.parameters)} for each in decisions]
    actions.insert(1, {"action_type": "query_logs", "parameters": {"service": "nowhere é 🚨"}})
    environment = IncidentEnvironment()
    first = environment.reset(**options)
    answers = []
    for action in actions:
        observation, reward, done, info = environment.step(Action.model_validate(action))
        shown = {"observation": observation.model_dump(mode="json"), "reward": reward.model_dump(), "done": done}
        answers.append({**shown, "info": {"grade": None, **info}})
    return Play(options, first.model_dump(mode="json"), actions, answers)


def differences(expected: dict[str, Any], got: Any, path: str = "") -> list[str]:
    """The fields of `expected` in which an answer differs, numbers also in their type; names of episodes are left out.

    An answer may have more fields.
    """
    if not isinstance(got, dict):
        return [f"{path or 'the answer'} is {json.dumps(got)[:200]}"]
    found = []
    for name, value in expected.items():
        where = f"{path}.{name}".lstrip(".")
        if name in NAMES:
            continue
        if name not in got:
            found.append(f"{where} is missing")
        elif isinstance(value, dict) and isinstance(got[name], dict):
            found += differences(value, got[name], where)
            if name in ("queried_data", "breakdown") and value.keys() != got[name].keys():
                found.append(f"{where} has {sorted(got[name])}")
        elif json.dumps(value) != json.dumps(got[name]):
            found.append(f"{where} is {json.dumps(got[name])[:200]} in place of {json.dumps(value)[:200]}")
    return found
