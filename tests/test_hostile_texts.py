"""A text of the longest length is graded quickly, whatever it says: the time grows no faster than the text."""

from __future__ import annotations

import time
from typing import Any

import pytest

from cloud_incident_env.actions import TEXT_LENGTH
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.incident import Incident, TaskId
from cloud_incident_env.options import ResetOptions
from graders import grade_actions
from tasks import INCIDENTS, TASKS

# Times the CPU of an ordinary text of that length, which takes 7 to 9 ms on a quiet core: 1.1 to 1.9 are measured, and
# a quadratic expression took 50 to 100.
MOST_TIMES = 5.0
ORDINARY = ("the query of the export took too long, so requests waited for it. " * TEXT_LENGTH)[:TEXT_LENGTH]
LEAST_SECONDS = 0.001  # that count for an ordinary text, where hardly anything is read of it
PIECES = (
    "_",
    "n",
    "é",
    "r'",
    "n't ",
    ".",
    ".. ",
    "a. ",
    "\n",
    "not, ",
    "never so which but ",
    "rather than ",
    "without limit ",
    "query without ",
    "export unbounded query no limit ",
    "oom kill the the the export ",
    "credentials stale, not rotated; ",
    "postgres-db restarted and recovered. ",
    "1 ",
    "ß",
    "a-",
    "?",
    "pool-leak, ",
    "a connection leak by a release or ",
)


def hostile_texts() -> list[str]:
    texts = [(piece * TEXT_LENGTH)[:TEXT_LENGTH] for piece in PIECES]
    return [*texts, *(f"{text[:-1]}x" for text in texts), *(f"{'word ' * 800}{text}"[:TEXT_LENGTH] for text in texts)]


def incidents() -> list[tuple[TaskId, Incident]]:
    generated = [ResetOptions(task_id=task, seed=3, difficulty="expert") for task in INCIDENTS]
    return [
        *((task_id, each) for task_id, several in INCIDENTS.items() for each in several),
        *((chosen.task.task_id, chosen.incident) for chosen in map(choose_incident, generated)),
    ]


def seconds_to_grade(task_id: TaskId, incident: Incident, text: str) -> float:
    """CPU time of grading an episode with a whole plan and such a submission; the best of five."""
    answer: dict[str, Any] = {
        "severity": text[:200],
        "service": incident.culprit,
        "failure_mode": text,
        "summary": text,
    }
    actions: list[tuple[str, dict[str, Any]]] = [("query_logs", {"service": incident.known_services[0]})]
    actions += [(key.action, {"target": key.target}) for key in incident.solution]
    actions.append((TASKS[task_id].submission_action, answer))
    taken = []
    for _ in range(5):
        begun = time.thread_time()
        grade_actions(TASKS[task_id], actions, incident)
        taken.append(time.thread_time() - begun)
    return min(taken)


@pytest.mark.parametrize(("task_id", "incident"), incidents(), ids=lambda value: getattr(value, "id", value))
def test_no_text_takes_long_to_grade(task_id: TaskId, incident: Incident) -> None:
    most = MOST_TIMES * max(seconds_to_grade(task_id, incident, ORDINARY), LEAST_SECONDS)
    for text in hostile_texts():
        seconds = seconds_to_grade(task_id, incident, text)
        assert seconds < most, f"{1000 * seconds:.0f} ms for {text[:30]!r}..., at most {1000 * most:.0f}"
