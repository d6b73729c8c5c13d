"""What the page needs to know before anything is played: tasks, actions, failure modes, severities, splits, agents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from cloud_incident_env.actions import ACTIONS, PARAMETERS, Action
from cloud_incident_env.encoding import Values
from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.incident import TaskId
from cloud_incident_env.layout import tasks
from cloud_incident_env.manifest import VERSION
from cloud_incident_env.reading.modes import MODES
from cloud_incident_env.splits import HELD_OUT_SPLITS, SPLITS, TRAIN_SEEDS

from .debrief import best_grade
from .severities import SEVERITY_RULES

KINDS = {"diagnostic": "look", "remediation": "repair", "submission": "submit"}
# Action -> the key that takes it. `/` and `?` are the page's own.
KEYS: Mapping[str, str] = {
    "query_logs": "l",
    "check_metrics": "m",
    "check_dependencies": "d",
    "check_recent_deploys": "c",
    "check_service_status": "s",
    "restart_service": "r",
    "rollback_deploy": "b",
    "scale_service": "x",
    "disable_feature_flag": "f",
    "clear_cache": "e",
    "execute_runbook_step": "k",
    "submit_severity": "a",
    "submit_root_cause": "a",
    "submit_resolution": "a",
}
# Minutes that a person takes, the least and the most: estimates, for whoever chooses a task.
MINUTES: Mapping[TaskId, tuple[int, int]] = {
    "alert_classification": (2, 5),
    "root_cause_analysis": (5, 12),
    "remediation_planning": (10, 25),
}
TODAY_STRIDE = 7_919  # between the seeds of two days, a prime: neighbouring days share no neighbouring seeds


def catalogue(
    *,
    held_out: bool,
    needs_token: bool,
    day: date,
    agents: Sequence[Mapping[str, str]],
    runs: Sequence[str],
    open_runs: bool = False,
    endpoints: Sequence[str] = (),
) -> Values:
    """The catalogue of one server: `held_out` says whether its test splits may be played, `open_runs` whether grades of
    runs are told to everybody."""
    return {
        **_fixed(),
        "splits": [
            {"name": split.name, "size": split.size, "description": split.description}
            for split in SPLITS.values()
            if held_out or split.name not in HELD_OUT_SPLITS
        ],
        "needs_token": needs_token,
        "today": today(day),
        "agents": list(agents),
        "runs": list(runs),
        "open_runs": open_runs,
        "endpoints": [{"name": name} for name in endpoints],
    }


def today(day: date) -> Values:
    """The incident of a day, the same on every server: the tasks take turns."""
    number = day.toordinal()
    names = list(tasks.TASKS)
    return {"task": names[number % len(names)], "seed": number * TODAY_STRIDE % TRAIN_SEEDS}


@cache
def _fixed() -> Values:
    """What is the same on every server."""
    return {
        "tasks": [_task(listed) for listed in tasks.list_tasks()],
        "modes": [
            {**mode._asdict(), "group_title": mode.group[:1].upper() + mode.group[1:]} for mode in MODES.values()
        ],
        "severities": [{"id": name, "definition": rule} for name, rule in SEVERITY_RULES.items()],
        "actions": {name: _action(action) for name, action in ACTIONS.items()},
        "difficulties": list(DIFFICULTIES),
        "version": VERSION,
    }


def _task(listed: Mapping[str, Any]) -> Values:
    task_id: TaskId = listed["task_id"]
    return {
        **{name: listed[name] for name in ("task_id", "name", "difficulty", "description", "scenarios")},
        "minutes": MINUTES[task_id],
        "best": best_grade(task_id),
        "max_steps": listed["max_steps_by_difficulty"],
        "submission": listed["submission_action"],
        "actions": listed["available_actions"],
    }


def _action(action: Action) -> Values:
    return {
        "label": action.label or action.name.replace("_", " ").capitalize(),
        "description": action.description,
        "kind": KINDS[action.group],
        "key": KEYS[action.name],
        "minutes": action.minutes,
        "caution": action.caution,
        "required": list(action.required),
        "optional": [_parameter(name) for name in action.optional],
    }


def _parameter(name: str) -> Values:
    parameter = PARAMETERS[name]
    return {
        "name": name,
        "description": parameter.description,
        "kind": parameter.kind,
        "most": parameter.most if parameter.most is not None else parameter.length,
        "choices": list(parameter.choices),
    }
