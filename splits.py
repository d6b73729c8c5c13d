"""Splits of the incidents: the single source of truth for which incidents a split holds, and in which order."""

from __future__ import annotations

from typing_extensions import TypedDict

from scenario import TaskId
from tasks import SCENARIOS


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
