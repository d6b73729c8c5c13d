"""Which incident an episode plays: from the options of a reset to the task and the scenario."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from typing_extensions import TypedDict

from incidents.difficulty import DIFFICULTIES
from incidents.families import FAMILIES
from incidents.generate import generate
from scenario import Scenario, Task, TaskId
from splits import DEFAULT_DIFFICULTY, TRAIN_FAMILIES, TRAIN_SEEDS, TRAIN_SYSTEMS, get_split, incident_at
from tasks import get_scenario, get_task

DEFAULT_TASK: TaskId = "alert_classification"
# Generated incidents that stay at hand, texts that were read included: rollouts of one incident usually follow each
# other. A scenario is never changed, so episodes share it. A megabyte at most each, some 50 KB after one episode.
RECENT_INCIDENTS = 32


class IncidentOptions(TypedDict, total=False):
    """The options of a reset that choose a generated incident, or one of a split (see `Selection`)."""

    seed: int | None
    difficulty: str | None
    family: str | None
    split: str | None
    index: int | None


@dataclass(frozen=True)
class Selection:
    """What a reset asks for; None where it leaves something out.

    Either a hand-written incident (`task_id` and `scenario_index`), or a generated one of a `seed` (with `task_id`,
    `difficulty` and `family` as wished), or one of a `split` (with its `index`, and for generated splits `task_id` and
    `difficulty` as wished). Where the index of a split is left out, `seed` chooses it, modulo the size of the split.
    """

    task_id: str | None = None
    scenario_index: int | None = None
    seed: int | None = None
    difficulty: str | None = None
    family: str | None = None
    split: str | None = None
    index: int | None = None


@dataclass(frozen=True)
class Selected:
    """The incident that was asked for, and the options that lead to it again, with nothing left out."""

    task: Task
    scenario: Scenario
    options: Selection


def select_incident(asked: Selection) -> Selected:
    """Find or generate the incident that a reset asks for.

    Raises ValueError, listing what is valid, for anything unknown, out of range or contradictory.
    """
    if asked.split is not None or asked.index is not None:
        return _of_split(asked)
    if asked.seed is not None or asked.difficulty is not None or asked.family is not None:
        _refuse(asked, "seed, difficulty and family", "scenario_index")
        return _generated(asked)
    task = get_task(DEFAULT_TASK if asked.task_id is None else asked.task_id)
    index = asked.scenario_index or 0
    scenario = get_scenario(task["task_id"], index)
    return Selected(task, scenario, Selection(task["task_id"], index))


def _of_split(asked: Selection) -> Selected:
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
        task = get_task(spec["task_id"])
        scenario = get_scenario(spec["task_id"], spec["scenario_index"])
        options = Selection(spec["task_id"], spec["scenario_index"], split=split.name, index=index)
        return Selected(task, scenario, options)
    task = get_task(spec["task_id"] if asked.task_id is None else asked.task_id)
    difficulty = _difficulty(asked, task)
    scenario = generated_scenario(task["task_id"], split.seed_at(index), difficulty, split.families, split.systems)
    return Selected(task, scenario, Selection(task["task_id"], difficulty=difficulty, split=split.name, index=index))


def _generated(asked: Selection) -> Selected:
    task = get_task(DEFAULT_TASK if asked.task_id is None else asked.task_id)
    difficulty = _difficulty(asked, task)
    seed = asked.seed or 0
    if not 0 <= seed < TRAIN_SEEDS:
        raise ValueError(f"seed {seed} is out of range: 0 to {TRAIN_SEEDS - 1}")
    if asked.family is not None and asked.family not in FAMILIES:
        raise ValueError(f"unknown family {asked.family!r}: one of {', '.join(FAMILIES)}")
    families = TRAIN_FAMILIES if asked.family is None else (asked.family,)
    scenario = generated_scenario(task["task_id"], seed, difficulty, families, TRAIN_SYSTEMS)
    options = Selection(task["task_id"], seed=seed, difficulty=difficulty, family=asked.family)
    return Selected(task, scenario, options)


@lru_cache(maxsize=RECENT_INCIDENTS, typed=True)
def generated_scenario(
    task_id: TaskId, seed: int, difficulty: str, families: tuple[str, ...], systems: tuple[str, ...]
) -> Scenario:
    """The generated incident of these arguments, one of the recent ones if it is among them; nobody may change it."""
    return generate(task_id, seed, difficulty, families, systems, TRAIN_FAMILIES)


def _difficulty(asked: Selection, task: Task) -> str:
    if asked.difficulty is None:
        return DEFAULT_DIFFICULTY[task["task_id"]]
    if asked.difficulty not in DIFFICULTIES:
        raise ValueError(f"unknown difficulty {asked.difficulty!r}: one of {', '.join(DIFFICULTIES)}")
    return asked.difficulty


def _refuse(asked: Selection, chosen: str, *names: str) -> None:
    """Raise ValueError if an option was given that has no meaning beside those that choose the incident."""
    given = [name for name in names if getattr(asked, name) is not None]
    if given:
        raise ValueError(f"choose an incident by {chosen}, or with {' and '.join(given)}, not by both")
