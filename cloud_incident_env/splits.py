"""The splits: which incidents each one holds, and in which order.

`canonical` holds the nine hand-written incidents. The others are generated: an index stands for a seed, and no two
splits share a seed. `train`, `validation` and `test` draw from the same families and systems; what `test_families` and
`test_systems` hold out occurs nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.incident import TaskId
from cloud_incident_env.layout import tasks

TRAIN_SEEDS = 2**31  # and the seeds that may be asked for by number
HELD_OUT_SIZE = 1_000
MOST_LISTED = 1_000  # incidents of a split that are listed at once
HELD_OUT_FAMILIES = (
    "dns-automation",
    "fd-leak",
    "gray-rack",
    "hot-partition",
    "kafka-poison-pill",
    "plan-regression",
    "regex-cpu",
    "replication-lag",
    "wal-slot-disk",
    "webhook-trust",
)
HELD_OUT_SYSTEMS = ("health", "travel")
HELD_OUT_SPLITS = ("test", "test_families", "test_systems")
TRAIN_FAMILIES = tuple(name for name in FAMILIES if name not in HELD_OUT_FAMILIES)
TRAIN_SYSTEMS = tuple(name for name in SYSTEMS if name not in HELD_OUT_SYSTEMS)
# A task's own difficulty, and that of its incidents where none is asked for.
DEFAULT_DIFFICULTY: dict[TaskId, str] = {task_id: task.difficulty for task_id, task in tasks.TASKS.items()}
assert set(DEFAULT_DIFFICULTY.values()) <= set(DIFFICULTIES)


class IncidentSpec(TypedDict):
    """One incident of a split. It tells where the incident is, and nothing of its answer."""

    id: str
    split: str
    index: int
    task_id: TaskId
    scenario_index: int | None  # of a hand-written incident
    difficulty: str
    description: str


@dataclass(frozen=True)
class Split:
    """A split: how many incidents it holds, and for generated ones the seed of the first and what they draw from."""

    name: str
    size: int
    description: str
    first_seed: int | None = None
    families: tuple[str, ...] = TRAIN_FAMILIES
    systems: tuple[str, ...] = TRAIN_SYSTEMS

    def seed_at(self, index: int) -> int:
        """The seed of a generated incident."""
        assert self.first_seed is not None
        return self.first_seed + index


_CANONICAL: list[tuple[TaskId, int]] = [
    (task_id, index) for task_id, incidents in tasks.INCIDENTS.items() for index in range(len(incidents))
]


def _held_out(position: int) -> int:
    return TRAIN_SEEDS + position * HELD_OUT_SIZE


SPLITS: dict[str, Split] = {
    split.name: split
    for split in (
        Split("canonical", len(_CANONICAL), "the nine hand-written incidents"),
        Split("train", TRAIN_SEEDS, "generated, to train on", 0),
        Split("validation", HELD_OUT_SIZE, "generated as those of train, from other seeds", _held_out(0)),
        Split("test", HELD_OUT_SIZE, "generated as those of train, from other seeds", _held_out(1)),
        Split("test_families", HELD_OUT_SIZE, "of fault families unseen elsewhere", _held_out(2), HELD_OUT_FAMILIES),
        Split("test_systems", HELD_OUT_SIZE, "in systems unseen elsewhere", _held_out(3), systems=HELD_OUT_SYSTEMS),
    )
}


def get_split(name: str) -> Split:
    """Return a split by its name. Raises ValueError for an unknown one, listing the known ones."""
    if name not in SPLITS:
        raise ValueError(f"unknown split {name!r}: one of {', '.join(SPLITS)}")
    return SPLITS[name]


def incident_at(split: str, index: int) -> IncidentSpec:
    """Return one incident of a split.

    The tasks take turns in a generated split, each with its own difficulty; `reset` can ask for others. Raises
    ValueError for an unknown split, IndexError for an index out of range; both say what is valid.
    """
    found = get_split(split)
    if not 0 <= index < found.size:
        raise IndexError(f"unknown index {index} of split {split!r}: 0 to {found.size - 1}")
    if found.first_seed is None:
        task_id, scenario_index = _CANONICAL[index]
        incident = tasks.INCIDENTS[task_id][scenario_index]
        return _spec(split, index, incident.id, task_id, scenario_index, incident.description)
    task_id = list(tasks.TASKS)[index % len(tasks.TASKS)]
    return _spec(split, index, f"{split}-{index}", task_id, None, tasks.TASKS[task_id].description)


def _spec(
    split: str, index: int, incident_id: str, task_id: TaskId, scenario_index: int | None, description: str
) -> IncidentSpec:
    return {
        "id": incident_id,
        "split": split,
        "index": index,
        "task_id": task_id,
        "scenario_index": scenario_index,
        "difficulty": DEFAULT_DIFFICULTY[task_id],
        "description": description,
    }


def incidents_of(split: str, start: int | None = None, stop: int | None = None) -> list[IncidentSpec]:
    """Return incidents of a split, `start` to `stop` as a slice counts, but no more than `MOST_LISTED` of them.

    Raises ValueError for an unknown split.
    """
    numbers = range(get_split(split).size)[slice(start, stop)]
    return [incident_at(split, number) for number in numbers[:MOST_LISTED]]
