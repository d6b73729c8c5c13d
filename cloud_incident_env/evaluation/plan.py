"""The episodes of a run: their order, their options and their keys.

Incidents come from splits, or from a range of seeds; each is played once a trial. A task's own difficulty is left out
of the options, so that an incident has one key however it was asked for, and runs of it can be compared.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any, overload

from cloud_incident_env.choose import Chosen, choose_incident
from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.options import read_options
from cloud_incident_env.splits import DEFAULT_DIFFICULTY, TRAIN_SEEDS, get_split, incident_at

CANONICAL = "canonical"
SEED_SPLIT = "train"  # to which the incidents of numbered seeds belong
MOST_INCIDENTS = 1_000_000  # in one run; a larger plan is taken for a mistake


@dataclass(frozen=True)
class Incidents:
    """The incidents that a run is asked to play. Raises ValueError, saying what is valid, for what makes no sense."""

    task: str | None = None  # only incidents of this task
    split: str | None = None  # or several, with commas between them; canonical, unless seeds are given
    seeds: tuple[int, int] | None = None  # from the first up to the second, which is left out; each for every task
    difficulty: str | None = None  # of generated incidents; None for each task's own
    limit: int | None = None  # only the first so many of each split

    def __post_init__(self) -> None:
        tasks = list(DEFAULT_DIFFICULTY)
        if self.task is not None and self.task not in tasks:
            raise ValueError(f"unknown task {self.task!r}: one of {', '.join(tasks)}")
        if self.split is not None and self.seeds is not None:
            raise ValueError("choose incidents by a split or by seeds, not by both")
        if self.difficulty is not None and self.difficulty not in DIFFICULTIES:
            raise ValueError(f"unknown difficulty {self.difficulty!r}: one of {', '.join(DIFFICULTIES)}")
        if len(set(self.named_splits)) < len(self.named_splits):
            raise ValueError(f"name each split once, got {self.split!r}")
        if self.difficulty is not None and CANONICAL in self.named_splits:
            raise ValueError("hand-written incidents have a difficulty of their own: choose seeds or another split")
        if self.limit is not None and self.limit < 1:
            raise ValueError(f"the limit must be at least 1, got {self.limit}")
        self._check_size()

    def _check_size(self) -> None:
        sizes = [get_split(name).size for name in self.named_splits]
        if self.seeds is not None:
            first, end = self.seeds
            if not 0 <= first < end <= TRAIN_SEEDS:
                raise ValueError(f"seeds must be A:B with 0 <= A < B <= {TRAIN_SEEDS}, got {first}:{end}")
            sizes = [(end - first) * len(DEFAULT_DIFFICULTY)]
        size = sum(min(size, self.limit or size) for size in sizes)
        if size > MOST_INCIDENTS:
            raise ValueError(f"{size} incidents are too many for one run: add a limit of at most {MOST_INCIDENTS}")

    @property
    def named_splits(self) -> tuple[str, ...]:
        """The splits that the incidents belong to."""
        if self.seeds is not None:
            return (SEED_SPLIT,)
        return tuple(self.split.split(",")) if self.split is not None else (CANONICAL,)

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "split": ",".join(self.named_splits) if self.seeds is None else None,
            "seeds": self._seeds_as_list(),
        }

    def _seeds_as_list(self) -> list[int] | None:
        return None if self.seeds is None else list(self.seeds)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Incidents:
        """Read what `to_json` wrote."""
        seeds = kept["seeds"]
        return cls(**{**kept, "seeds": None if seeds is None else (seeds[0], seeds[1])})


@dataclass(frozen=True)
class Planned:
    """One episode to play."""

    options: dict[str, Any]  # of the reset that starts it
    trial: int  # from 0
    task_id: str
    difficulty: str
    split: str

    @property
    def key(self) -> str:
        """Names the (incident, trial) within a run."""
        return f"{json.dumps(self.options, sort_keys=True)}#{self.trial}"

    def chosen(self) -> Chosen:
        """The incident, with its task."""
        return choose_incident(read_options(self.options))


class Plan(Sequence[Planned]):
    """The episodes of a run in order: all trials of an incident, then the next incident.

    Trials of one incident in a row make use of the caches of processes and endpoints.
    """

    def __init__(self, incidents: Sequence[Planned], trials: int) -> None:
        self._incidents = incidents
        self._trials = trials

    def __len__(self) -> int:
        return len(self._incidents) * self._trials

    @overload
    def __getitem__(self, index: int) -> Planned: ...

    @overload
    def __getitem__(self, index: slice) -> list[Planned]: ...

    def __getitem__(self, index: int | slice) -> Planned | list[Planned]:
        if isinstance(index, slice):
            return [self[number] for number in range(len(self))[index]]
        number, trial = divmod(range(len(self))[index], self._trials)
        return replace(self._incidents[number], trial=trial)


def read_seeds(text: str) -> tuple[int, int]:
    """The range of seeds of the command-line option `A:B`. Raises argparse.ArgumentTypeError."""
    first, colon, end = text.partition(":")
    if not colon or not first.isdecimal() or not end.isdecimal() or not int(first) < int(end):
        raise argparse.ArgumentTypeError(f"expected A:B with A below B, got {text!r}")
    return int(first), int(end)


def one_episode(options: Mapping[str, Any]) -> Planned:
    """The episode that the options of a reset start. Raises ValueError for what makes no sense."""
    chosen = choose_incident(read_options(options))
    difficulty = chosen.options.difficulty or chosen.task.difficulty
    split = chosen.options.split or (CANONICAL if chosen.options.seed is None else SEED_SPLIT)
    return Planned(dict(options), 0, chosen.task.task_id, difficulty, split)


def planned(incidents: Incidents, trials: int = 1) -> Plan:
    """The episodes that a run plays. Raises ValueError if there are none."""
    if trials < 1:
        raise ValueError(f"trials must be at least 1, got {trials}")
    if incidents.seeds is not None:
        return Plan(_chosen(incidents, _by_seed(incidents, incidents.seeds)), trials)
    chosen = (_chosen(incidents, _by_split(incidents, split)) for split in incidents.named_splits)
    return Plan([episode for split in chosen for episode in split], trials)


def _chosen(incidents: Incidents, every: Iterator[Planned]) -> list[Planned]:
    """The first ones of the task that was asked for."""
    return list(islice((e for e in every if incidents.task in (None, e.task_id)), incidents.limit))


def _by_seed(incidents: Incidents, seeds: tuple[int, int]) -> Iterator[Planned]:
    for seed in range(*seeds):
        for task_id in DEFAULT_DIFFICULTY:
            yield _generated({"task_id": task_id, "seed": seed}, task_id, incidents.difficulty, SEED_SPLIT)


def _by_split(incidents: Incidents, split: str) -> Iterator[Planned]:
    for index in range(get_split(split).size):
        spec = incident_at(split, index)
        if spec["scenario_index"] is not None:
            options = {"task_id": spec["task_id"], "scenario_index": spec["scenario_index"]}
            yield Planned(options, 0, spec["task_id"], spec["difficulty"], split)
        else:
            yield _generated({"split": split, "index": index}, spec["task_id"], incidents.difficulty, split)


def _generated(options: dict[str, Any], task_id: str, difficulty: str | None, split: str) -> Planned:
    own = next(difficulty for task, difficulty in DEFAULT_DIFFICULTY.items() if task == task_id)
    asked = {} if difficulty in (None, own) else {"difficulty": difficulty}
    return Planned({**options, **asked}, 0, task_id, difficulty or own, split)
