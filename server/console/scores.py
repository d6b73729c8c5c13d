"""Grades of the episodes that ended on this server, by who played, split and task; and the measured baselines."""

from __future__ import annotations

import json
import math
import threading
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any

import cloud_incident_env
from cloud_incident_env.encoding import Values
from cloud_incident_env.episode import Episode
from cloud_incident_env.options import ResetOptions

OTHER = "openenv"  # who plays an episode whose door does not say: OpenEnv's protocol, MCP
BASELINES = Path(cloud_incident_env.__file__).parent / "baselines.json"


@dataclass
class _Group:
    """Grades of one group, as a count, their mean and the sum of squared deviations from it."""

    episodes: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, grade: float) -> None:
        self.episodes += 1
        before = grade - self.mean
        self.mean += before / self.episodes
        self.squares += before * (grade - self.mean)

    @property
    def stderr(self) -> float | None:
        """The standard error of the mean; None of a single grade."""
        if self.episodes < 2:
            return None
        return math.sqrt(self.squares / (self.episodes - 1) / self.episodes)


class Scores:
    """The grades of one server since its start. Threads may share it.

    It keeps a few numbers for each player, split and task, of which there are few, and nothing of any episode. What
    reference agents play for the page is not counted: the difference that it made would tell its grade.
    """

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str, str], _Group] = {}
        self._lock = threading.Lock()
        self.since = datetime.now(timezone.utc)

    def add(self, episode: Episode) -> None:
        """Count an episode that has ended."""
        assert episode.grade is not None
        key = (episode.player or OTHER, split_of(episode.chosen.options), episode.task.task_id)
        with self._lock:
            self._groups.setdefault(key, _Group()).add(episode.grade.total)

    def finished(self) -> list[Values]:
        """The groups, each with its mean and standard error."""
        with self._lock:
            return [
                {
                    "agent": agent,
                    "split": split,
                    "task_id": task_id,
                    "episodes": group.episodes,
                    "mean": round(group.mean, 4),
                    "stderr": None if group.stderr is None else round(group.stderr, 4),
                }
                for (agent, split, task_id), group in sorted(self._groups.items())
            ]


def split_of(options: ResetOptions) -> str:
    """The split that an incident belongs to, however it was asked for."""
    return options.split or ("canonical" if options.scenario_index is not None else "train")


@cache
def baselines() -> dict[str, Any]:
    """What `make results` measured: `incident_version`, and in `rows` agent, split, task, mean and standard error."""
    measured: dict[str, Any] = json.loads(BASELINES.read_text(encoding="utf-8"))
    return measured
