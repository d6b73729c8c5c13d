"""Which incident an episode plays: from the options of a reset to the task and the incident."""

from __future__ import annotations

from dataclasses import dataclass

from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.incident_cache import recent_incident
from cloud_incident_env.incident import Incident, Task, TaskId
from cloud_incident_env.layout import tasks
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.splits import (
    DEFAULT_DIFFICULTY,
    HELD_OUT_FAMILIES,
    HELD_OUT_SPLITS,
    SPLITS,
    TRAIN_FAMILIES,
    TRAIN_SEEDS,
    TRAIN_SYSTEMS,
    get_split,
    incident_at,
)

DEFAULT_TASK: TaskId = "alert_classification"


@dataclass(frozen=True)
class Chosen:
    """The incident that was asked for, and the options that lead to it again, with nothing left out."""

    task: Task
    incident: Incident
    options: ResetOptions

    @property
    def is_generated(self) -> bool:
        """Whether the incident was generated from a seed."""
        return self.options.scenario_index is None


def choose_incident(asked: ResetOptions) -> Chosen:
    """Find or generate the incident that a reset asks for.

    Raises ValueError, listing what is valid, for anything unknown, out of range or contradictory.
    """
    if asked.split is not None or asked.index is not None:
        return _of_split(asked)
    if asked.seed is not None or asked.difficulty is not None or asked.family is not None:
        _refuse(asked, "seed, difficulty and family", "scenario_index")
        return _generated(asked)
    task = tasks.get_task(DEFAULT_TASK if asked.task_id is None else asked.task_id)
    index = asked.scenario_index or 0
    incident = tasks.get_incident(task.task_id, index)
    return Chosen(task, incident, ResetOptions(task_id=task.task_id, scenario_index=index))


def refuse_held_out(asked: ResetOptions) -> None:
    """Raise ValueError, listing what is valid, if a reset asks for incidents that are held out for tests."""
    if asked.split in HELD_OUT_SPLITS:
        served = ", ".join(name for name in SPLITS if name not in HELD_OUT_SPLITS)
        raise ValueError(f"split {asked.split!r} is held out, and this server does not serve it: one of {served}")
    if asked.family in HELD_OUT_FAMILIES:
        served = ", ".join(TRAIN_FAMILIES)
        raise ValueError(f"family {asked.family!r} is held out, and this server does not serve it: one of {served}")


def _of_split(asked: ResetOptions) -> Chosen:
    _refuse(asked, "split and index", "scenario_index", "family")
    split = get_split("canonical" if asked.split is None else asked.split)
    if asked.index is not None:
        _refuse(asked, "split and index", "seed")
    index = (asked.seed or 0) % split.size if asked.index is None else asked.index
    try:
        spec = incident_at(split.name, index)
    except IndexError as error:
        raise ValueError(str(error)) from error
    if spec["scenario_index"] is not None:
        _refuse(asked, "the split canonical", "task_id", "difficulty")
        task = tasks.get_task(spec["task_id"])
        incident = tasks.get_incident(spec["task_id"], spec["scenario_index"])
        options = ResetOptions(
            task_id=spec["task_id"], scenario_index=spec["scenario_index"], split=split.name, index=index
        )
        return Chosen(task, incident, options)
    task = tasks.get_task(spec["task_id"] if asked.task_id is None else asked.task_id)
    difficulty = _difficulty(asked, task)
    incident = recent_incident(
        task.task_id, split.seed_at(index), difficulty, split.families, split.systems, TRAIN_FAMILIES
    )
    options = ResetOptions(task_id=task.task_id, difficulty=difficulty, split=split.name, index=index)
    return Chosen(task, incident, options)


def _generated(asked: ResetOptions) -> Chosen:
    task = tasks.get_task(DEFAULT_TASK if asked.task_id is None else asked.task_id)
    difficulty = _difficulty(asked, task)
    seed = asked.seed or 0
    if not 0 <= seed < TRAIN_SEEDS:
        raise ValueError(f"seed {seed} is out of range: 0 to {TRAIN_SEEDS - 1}")
    if asked.family is not None and asked.family not in FAMILIES:
        raise ValueError(f"unknown family {asked.family!r}: one of {', '.join(FAMILIES)}")
    families = TRAIN_FAMILIES if asked.family is None else (asked.family,)
    incident = recent_incident(task.task_id, seed, difficulty, families, TRAIN_SYSTEMS, TRAIN_FAMILIES)
    options = ResetOptions(task_id=task.task_id, seed=seed, difficulty=difficulty, family=asked.family)
    return Chosen(task, incident, options)


def _difficulty(asked: ResetOptions, task: Task) -> str:
    if asked.difficulty is None:
        return DEFAULT_DIFFICULTY[task.task_id]
    if asked.difficulty not in DIFFICULTIES:
        raise ValueError(f"unknown difficulty {asked.difficulty!r}: one of {', '.join(DIFFICULTIES)}")
    return asked.difficulty


def _refuse(asked: ResetOptions, chosen: str, *names: str) -> None:
    """Raise ValueError if an option was given that has no meaning beside those that choose the incident."""
    given = [name for name in names if getattr(asked, name) is not None]
    if given:
        raise ValueError(f"choose an incident by {chosen}, or with {' and '.join(given)}, not by both")
