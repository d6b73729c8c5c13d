"""Splits of the incidents: the single source of truth for which incidents a split holds, and in which order."""

from __future__ import annotations

from typing_extensions import TypedDict

from scenario import TaskId
from tasks import SCENARIOS, get_task


class IncidentSpec(TypedDict):
    """One incident of a split. It tells where the incident is, and nothing of its answer."""

    id: str
    split: str
    index: int
    task_id: TaskId
    scenario_index: int
    description: str


_CANONICAL: list[IncidentSpec] = [
    {
        "id": scenario["scenario_id"],
        "split": "canonical",
        "index": number,
        "task_id": task_id,
        "scenario_index": scenario_index,
        "description": scenario["description"],
    }
    for number, (task_id, scenario_index, scenario) in enumerate(
        (task_id, scenario_index, scenario)
        for task_id, scenarios in SCENARIOS.items()
        for scenario_index, scenario in enumerate(scenarios)
    )
]
DEFAULT_TASK: TaskId = "alert_classification"
SPLITS: dict[str, list[IncidentSpec]] = {"canonical": _CANONICAL}


def incidents_of(split: str) -> list[IncidentSpec]:
    """Return every incident of a split. Raises ValueError for an unknown split, listing the known ones."""
    if split not in SPLITS:
        raise ValueError(f"unknown split {split!r}: one of {', '.join(SPLITS)}")
    return [spec.copy() for spec in SPLITS[split]]


def incident_at(split: str, index: int) -> IncidentSpec:
    """Return one incident of a split.

    Raises ValueError for an unknown split, IndexError for an index out of range; both list what is valid.
    """
    incidents = incidents_of(split)
    if not 0 <= index < len(incidents):
        raise IndexError(f"unknown index {index} of split {split!r}: 0 to {len(incidents) - 1}")
    return incidents[index]


def choose_incident(
    seed: int | None, task_id: str | None, scenario_index: int | None, split: str | None, index: int | None
) -> IncidentSpec:
    """Choose an incident by `split` and `index`, or by `task_id` and `scenario_index`.

    The task is alert_classification, the split canonical, where it is left out; where the index is, `seed` chooses it
    (modulo the number of incidents), and without a seed it is 0. Raises ValueError, saying what is valid, for anything
    unknown or contradictory.
    """
    if split is not None or index is not None:
        if task_id is not None or scenario_index is not None:
            raise ValueError("choose an incident by split and index or by task_id and scenario_index, not by both")
        incidents = incidents_of(split or "canonical")
        try:
            return incident_at(split or "canonical", (seed or 0) % len(incidents) if index is None else index)
        except IndexError as error:
            raise ValueError(str(error)) from error
    wanted = get_task(task_id if task_id is not None else DEFAULT_TASK)["task_id"]
    of_task = [spec for spec in incidents_of("canonical") if spec["task_id"] == wanted]
    chosen = (seed or 0) % len(of_task) if scenario_index is None else scenario_index
    if not 0 <= chosen < len(of_task):
        raise ValueError(f"unknown scenario_index {chosen} for {wanted}: 0 to {len(of_task) - 1}")
    return of_task[chosen]
