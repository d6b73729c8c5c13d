"""How good a policy is on a split: the figures of `result.json`."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypedDict

from cloud_incident_env.agents.random_policy import RandomPolicy
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.evaluation.metrics import Estimate, clustered_mean
from cloud_incident_env.options import ResetOptions
from examples.learn.policy import SoftmaxPolicy
from examples.learn.situation import Familiarity, Figures
from examples.learn.training import play
from server.environment import IncidentEnvironment

SPLITS = ("validation", "test_families", "test_systems")
Counts = NDArray[np.int64]
_CHUNKS = 2


class Graded(TypedDict):
    """One incident that was played."""

    task_id: str
    family: str
    grade: float


class Margin(TypedDict):
    """A split: the learner, chance, and what lies between them. Errors are clustered by fault family."""

    learned: Estimate
    random: Estimate
    margin: float
    by_task: dict[str, tuple[float, float]]  # mean grades: learned, random


def grades(executor: Executor, split: str, count: int, weights: Figures | None, counts: Counts | None) -> list[Graded]:
    """Play the first `count` incidents of a split: with these weights, or by chance without weights."""
    parts = [(split, range(part, count, _CHUNKS), weights, counts) for part in range(_CHUNKS)]
    return [graded for part in executor.map(_grade_part, parts) for graded in part]


def _grade_part(part: tuple[str, Sequence[int], Figures | None, Counts | None]) -> list[Graded]:
    split, indices, weights, counts = part
    environment = IncidentEnvironment()
    found: list[Graded] = []
    for index in indices:
        policy: Any = RandomPolicy(index) if weights is None else SoftmaxPolicy(weights, Familiarity(counts))
        _, grade = play(environment, {"split": split, "index": index}, policy)
        chosen = choose_incident(ResetOptions(split=split, index=index))
        found.append({"task_id": chosen.task.task_id, "family": chosen.incident.family, "grade": grade})
    return found


def margin(learned: Sequence[Graded], random: Sequence[Graded]) -> Margin:
    """Compare the learner with chance on the same incidents."""
    estimates = [clustered_mean((one["family"], one["grade"]) for one in played) for played in (learned, random)]
    return {
        "learned": estimates[0],
        "random": estimates[1],
        "margin": (estimates[0]["mean"] or 0.0) - (estimates[1]["mean"] or 0.0),
        "by_task": {
            task: (mean_of(learned, task), mean_of(random, task))
            for task in dict.fromkeys(one["task_id"] for one in learned)
        },
    }


def mean_of(played: Sequence[Graded], task_id: str) -> float:
    """The mean grade of a task; 0 if none of its incidents was played."""
    found = [one["grade"] for one in played if one["task_id"] == task_id]
    return sum(found) / len(found) if found else 0.0
