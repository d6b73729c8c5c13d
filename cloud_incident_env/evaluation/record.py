"""The record of an episode: one line of `episodes.jsonl`.

A record is plain JSON. It holds enough to play the episode again and to grade it again, and nothing secret. It names
the right answer, so no agent may read it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Literal

from typing_extensions import NotRequired, TypedDict

from cloud_incident_env.choose import Chosen

RECORD_VERSION = 2


class StepRecord(TypedDict):
    """One step of an episode."""

    step: int  # from 1
    action_type: str  # as the agent wrote it
    parameters: dict[str, Any]  # as the agent wrote them
    source: Literal["rules", "model", "fallback"]  # who chose the action
    reward: float  # shaping of the step, without the grade
    reason: str  # of the reward: the outcome, and what else counted
    error: str | None  # the observation's last_action_error
    digest: str  # of the observation that the step returned (`digest_of`)
    seconds: float  # that the agent took to decide
    words: NotRequired[str]  # what a model wrote beside its action, where it wrote anything


class EpisodeRecord(TypedDict):
    """One episode, ended by its agent or by an infrastructure error."""

    record_version: int
    key: str  # names the (incident, trial) within a run; the identity on which resuming rests
    options: dict[str, Any]  # of the reset that starts the incident
    trial: int  # from 0
    task_id: str
    scenario_id: str
    difficulty: str
    split: str  # "canonical", "train", ... as the options say
    family: str  # fault family; the scenario id for a hand-written incident
    first_digest: str  # of the observation that the reset returned
    steps: list[StepRecord]
    status: Literal["graded", "infrastructure_error"]
    error: str | None  # of an infrastructure error
    grade: float  # 0 to 1; 0 for an infrastructure error, which counts in no mean
    breakdown: dict[str, float]  # parts of the grade
    cumulative_reward: float
    wrong_actions: int
    invalid_actions: int  # unknown actions, services and targets, missing parameters
    repeated_actions: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float  # from reset to end
    answer: dict[str, Any]  # the right one (`answer_of`)
    # What the grader said, such as which failure mode the answer was read as; runs of earlier releases lack it.
    feedback: NotRequired[str]


def answer_of(chosen: Chosen) -> dict[str, Any]:
    """The right answer of a task, by the parameters that submit it, and in remediation_planning the plan."""
    incident = chosen.incident
    if chosen.task.task_id == "alert_classification":
        return {"severity": incident.severity}
    cause = {"service": incident.culprit, "failure_mode": incident.failure_mode}
    if chosen.task.task_id == "root_cause_analysis":
        return cause
    return {**cause, "plan": [str(key) for key in incident.solution]}


def steps_by(record: EpisodeRecord, *sources: str) -> int:
    """The number of steps that one of the sources chose."""
    return sum(step["source"] in sources for step in record["steps"])


def digest_of(observation: Mapping[str, Any]) -> str:
    """The first 16 hexadecimal digits of the BLAKE2b of an observation as JSON, its episode_id left out."""
    kept = {name: value for name, value in observation.items() if name != "episode_id"}
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=8).hexdigest()
