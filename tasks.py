"""The three tasks and their nine incidents, as a flat table.

The medium and hard tasks share their failures: `RCA-00n` asks for the cause of one, `RP-00n` for its remediation.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cloud_incident_env.actions import DIAGNOSTICS, SEVERITY_LEVELS, normalise, offered_in, submission_of
from cloud_incident_env.handwritten import (
    bgp_withdrawal,
    cdn_purge,
    connection_pool,
    export_query,
    model_server,
    stale_credentials,
)
from cloud_incident_env.handwritten.failure import Failure
from cloud_incident_env.incident import Incident, Task, TaskDifficulty, TaskId, check_plan

# Task -> difficulty of a generated incident -> steps after which an episode ends by itself. `Incident.max_steps` comes
# from here; hand-written incidents have the number of the first difficulty, which is also the task's `max_steps`.
MAX_STEPS: dict[TaskId, dict[str, int]] = {
    "alert_classification": {"easy": 3, "medium": 3, "hard": 4, "expert": 5},
    "root_cause_analysis": {"easy": 10, "medium": 10, "hard": 14, "expert": 18},
    "remediation_planning": {"easy": 15, "medium": 15, "hard": 22, "expert": 30},
}


def _task(task_id: TaskId, name: str, difficulty: TaskDifficulty, description: str) -> Task:
    max_steps = MAX_STEPS[task_id]["easy"]
    return Task(task_id, name, difficulty, description, max_steps, submission_of(task_id), offered_in(task_id))


TASKS: dict[TaskId, Task] = {
    task.task_id: task
    for task in (
        _task(
            "alert_classification",
            "Alert classification",
            "easy",
            f"Read the alert, query what you need, and classify it. {SEVERITY_LEVELS}",
        ),
        _task(
            "root_cause_analysis",
            "Root cause analysis",
            "medium",
            "Investigate the failing system and name the one service in which the failure began and the mechanism by "
            "which it failed. Services that merely suffer are not the root cause.",
        ),
        _task(
            "remediation_planning",
            "Remediation planning",
            "hard",
            "Diagnose the failure, remediate it in the right order, check the recovery, and write it up: the culprit, "
            "the mechanism, the actions taken, the state now. Actions that hurt healthy services cost points.",
        ),
    )
}

# failure, id of the incident and of its alert, description, summary
_TOLD: dict[TaskId, tuple[tuple[Failure, str, str, str, str], ...]] = {
    "alert_classification": (
        (
            connection_pool.FAILURE,
            "AC-001",
            "ALT-27410",
            "The gateway turns most requests away. Judge how bad it is from the alert and the telemetry.",
            "Since 10:42Z users cannot log in or check out and the gateway answers most requests with 503. Classify "
            "the alert.",
        ),
        (
            cdn_purge.FAILURE,
            "AC-002",
            "ALT-24052",
            "Shop pages have become slow for visitors. Classify the severity of the alert.",
            "Since 15:57Z catalogue pages and pictures load slowly or not at all, while orders still come in. The "
            "services behind them receive many times their usual load.",
        ),
        (
            model_server.FAILURE,
            "AC-003",
            "ALT-30327",
            "The service that picks product recommendations fails for many of its requests. Judge how much of this "
            "reaches the shop's visitors and classify the alert.",
            "recommendation-service has answered 45 % of its requests with errors for 22 minutes. product-service "
            "fills the recommendation strip on product pages from it.",
        ),
    ),
    "root_cause_analysis": (
        (
            export_query.FAILURE,
            "RCA-001",
            "ALT-31077",
            "A shared database keeps dying and takes login and checkout with it. Find the service that sets it off.",
            "Since 14:18Z logins and orders fail for nearly everyone while postgres-db starts, works for a few "
            "minutes and goes down again. Name the service behind it and how it does so.",
        ),
        (
            bgp_withdrawal.FAILURE,
            "RCA-002",
            "ALT-42111",
            "Checkouts fail in three services at once. Find the service at fault and say how it fails.",
            "Since 19:38Z about six checkouts in ten end in an error. Orders, payments and fraud screening all "
            "complain, none of them was deployed today, and the share of failures stays the same from minute to "
            "minute.",
        ),
        (
            stale_credentials.FAILURE,
            "RCA-003",
            "ALT-50611",
            "Accounts and notifications fail at the same moment while the database runs out of connection slots. Find "
            "the service that started it and say what went wrong there.",
            "Since 08:12Z api-gateway returns 503 for 62 % of requests. user-service and notification-service went "
            "out together, and postgres-db is at 490 of 500 connections. It has lasted 7 minutes.",
        ),
    ),
    "remediation_planning": (
        (
            export_query.FAILURE,
            "RP-001",
            "ALT-31078",
            "A shared database keeps dying and takes login and checkout with it. Find out why, stop it for good, and "
            "bring the shop back.",
            "Since 14:18Z logins and orders fail for nearly everyone while postgres-db starts, works for a few "
            "minutes and goes down again. Fix the cause first, then what it broke, verify, and write it up.",
        ),
        (
            bgp_withdrawal.FAILURE,
            "RP-002",
            "ALT-42112",
            "Checkouts fail in three services at once. Find the cause, repair it, verify it and write it up.",
            "Six checkouts in ten have failed since 19:38Z, with orders, payments and fraud screening all raising "
            "alarms. You hold the pager: bring checkout back to its normal failure of 0.3 % and document what you "
            "did.",
        ),
        (
            stale_credentials.FAILURE,
            "RP-003",
            "ALT-50612",
            "Sign-in, account pages and notifications are out and the database is short of connection slots. Find the "
            "origin, bring the platform back step by step, check it and document what was done.",
            "For 7 minutes 62 % of the requests at api-gateway have ended in 503. user-service and "
            "notification-service serve next to nothing, postgres-db counts 490 of 500 connections, orders and "
            "product pages still work.",
        ),
    ),
}

INCIDENTS: dict[TaskId, tuple[Incident, ...]] = {
    task_id: tuple(failure.incident(*words, max_steps=TASKS[task_id].max_steps) for failure, *words in told)
    for task_id, told in _TOLD.items()
}


for _id, _incidents in INCIDENTS.items():
    for _incident in _incidents:
        check_plan(_incident.plan)
        if _missing := _incident.missing_reports(set(DIAGNOSTICS).intersection(TASKS[_id].available_actions)):
            raise ValueError(f"{_incident.id} has no report of {' on '.join(_missing[0])}, which {_id} offers")


def get_task(task_id: str) -> Task:
    """Return a task by its id, without regard to case and surrounding space.

    Raises ValueError for an unknown id, listing the known ones.
    """
    wanted = normalise(task_id)
    for known, task in TASKS.items():
        if wanted == known:
            return task
    raise ValueError(f"unknown task {task_id!r}: one of {', '.join(sorted(TASKS))}")


def get_incident(task_id: str, index: int) -> Incident:
    """Return an incident of a task by its index from 0.

    Raises ValueError for an unknown task or an index out of range, listing the valid ones.
    """
    incidents = INCIDENTS[get_task(task_id).task_id]
    if not 0 <= index < len(incidents):
        valid = ", ".join(str(number) for number in range(len(incidents)))
        raise ValueError(f"unknown scenario_index {index} for {task_id}: one of {valid}")
    return incidents[index]


def list_tasks() -> list[dict[str, Any]]:
    """Return every task with its incidents: `scenarios` holds `index`, `scenario_id` and `description` of each.

    `max_steps` is that of these incidents, `max_steps_by_difficulty` that of generated ones.
    """
    return [
        {
            **asdict(task),
            "max_steps_by_difficulty": dict(MAX_STEPS[task_id]),
            "available_actions": list(task.available_actions),
            "scenarios": [
                {"index": index, "scenario_id": incident.id, "description": incident.description}
                for index, incident in enumerate(INCIDENTS[task_id])
            ],
        }
        for task_id, task in TASKS.items()
    ]
