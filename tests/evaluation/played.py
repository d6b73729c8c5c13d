"""Records of episodes that were played, for the tests of reports, exports and metrics."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.evaluation.config import RunConfig
from cloud_incident_env.evaluation.plan import Incidents
from cloud_incident_env.evaluation.record import (
    RECORD_VERSION,
    EpisodeRecord,
    StepRecord,
    answer_of,
    digest_of,
)
from cloud_incident_env.evaluation.store import RunFolder
from cloud_incident_env.evaluation.without_model import AGENTS
from cloud_incident_env.ledger import Outcome
from cloud_incident_env.options import read_options
from tasks import INCIDENTS

STARTED = "2026-01-31T12:00:00+00:00"
TRAIN = Incidents(seeds=(0, 3))
CANONICAL = [
    {"task_id": task_id, "scenario_index": index}
    for task_id, incidents in INCIDENTS.items()
    for index in range(len(incidents))
]
INVALID = {
    Outcome.UNKNOWN_ACTION.value,
    Outcome.UNKNOWN_SERVICE.value,
    Outcome.NO_SERVICE.value,
    Outcome.NOT_OFFERED.value,
    Outcome.NO_TARGET.value,
    Outcome.UNKNOWN_TARGET.value,
}


def of_split(split: str, count: int) -> list[dict[str, Any]]:
    """The options of the first incidents of a split."""
    return [{"split": split, "index": index} for index in range(count)]


@cache
def played(agent: str, split: str, count: int, trials: int = 1) -> tuple[EpisodeRecord, ...]:
    """The first incidents of a split, each played by an agent `trials` times; "canonical" is the hand-written ones."""
    options = CANONICAL[:count] if split == "canonical" else of_split(split, count)
    return tuple(play(agent, option, trial) for option in options for trial in range(trials))


def play(agent: str, options: Mapping[str, Any], trial: int = 0) -> EpisodeRecord:
    """Play one episode in process. Times are made up from the step number, so that records are the same every time."""
    environment = LocalEnvironment()
    policy = AGENTS[agent](options, trial)
    observation = environment.reset(options)
    first = digest_of(observation)
    steps: list[StepRecord] = []
    result: dict[str, Any] = {}
    while not observation["done"]:
        decision = policy.act(observation)
        result = environment.step(decision.action_type, decision.parameters)
        observation = result["observation"]
        steps.append(
            {
                "step": observation["step_count"],
                "action_type": decision.action_type,
                "parameters": decision.parameters,
                "source": decision.source,
                "reward": result["reward"]["value"],
                "reason": result["reward"]["reason"],
                "error": observation["last_action_error"],
                "digest": digest_of(observation),
                "seconds": 0.01 * len(steps),
            }
        )
    chosen = choose_incident(read_options(options))
    outcomes = Counter(step["reason"].split(";")[0] for step in steps)
    incident = chosen.incident
    return {
        "record_version": RECORD_VERSION,
        "key": f"{json.dumps(dict(options), sort_keys=True)}#{trial}",
        "options": dict(options),
        "trial": trial,
        "task_id": chosen.task.task_id,
        "scenario_id": incident.id,
        "difficulty": chosen.options.difficulty or chosen.task.difficulty,
        "split": chosen.options.split or "canonical",
        "family": incident.family,
        "first_digest": first,
        "steps": steps,
        "status": "graded",
        "error": None,
        "grade": result["info"]["grade"]["total"],
        "breakdown": result["info"]["grade"]["breakdown"],
        "feedback": result["info"]["grade"]["feedback"],
        "cumulative_reward": observation["cumulative_reward"],
        "wrong_actions": outcomes[Outcome.WRONG_REMEDIATION.value],
        "invalid_actions": sum(outcomes[name] for name in INVALID),
        "repeated_actions": outcomes[Outcome.REPEATED_DIAGNOSTIC.value] + outcomes[Outcome.STEP_DONE_BEFORE.value],
        "prompt_tokens": 400 * len(steps),
        "completion_tokens": 50 * len(steps),
        "seconds": 0.1 * len(steps),
        "answer": answer_of(chosen),
    }


def changed(record: EpisodeRecord, **fields: Any) -> EpisodeRecord:
    """A record with other values in some fields."""
    return {**record, **fields}  # type: ignore[typeddict-item]


def failed(record: EpisodeRecord, error: str = "429 Too Many Requests") -> EpisodeRecord:
    """A record as an infrastructure error would have left it."""
    return changed(
        record, status="infrastructure_error", error=error, grade=0.0, breakdown={}, steps=record["steps"][:1]
    )


def timeless(record: EpisodeRecord) -> EpisodeRecord:
    """A record without what a clock says."""
    steps = [{**step, "seconds": 0.0} for step in record["steps"]]
    return {**record, "seconds": 0.0, "steps": steps}  # type: ignore[typeddict-item]


def kept(path: Path, records: list[EpisodeRecord], incidents: Incidents = TRAIN, **config: Any) -> RunFolder:
    """A run folder that holds these records."""
    folder = RunFolder(path)
    with folder.writing(RunConfig(**{"agent": "heuristic", "incidents": incidents, "started": STARTED, **config})):
        folder.append(*records)
    return folder


class Folder:
    """What the report needs of a run folder, in memory."""

    def __init__(self, records: Iterable[EpisodeRecord], **config: Any) -> None:
        self._records = list(records)
        self._config = {"config_version": 1, "agent": "heuristic", "model": None, "trials": 1, **config}

    def config(self) -> _Config:
        return _Config(lambda: self._config)

    def episodes(self) -> list[EpisodeRecord]:
        return self._records


class _Config:
    def __init__(self, of: Callable[[], dict[str, Any]]) -> None:
        self.to_json = of
