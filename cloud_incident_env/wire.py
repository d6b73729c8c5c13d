"""The models on the wire: actions, observations, rewards and the record of an episode.

Every field carries its meaning, unit and range; the OpenAPI description is made from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, create_model

from cloud_incident_env.actions import PARAMETERS, PHRASE_LENGTH, TEXT_LENGTH, Parameter
from cloud_incident_env.options import Name, WholeNumber, whole_number
from cloud_incident_env.reading.modes import MODES
from cloud_incident_env.rewards import RewardProfile

REST_VERSION = "0.1.0"  # of the REST interface; the package has a version of its own (manifest.py)

Text = Annotated[str, StringConstraints(max_length=TEXT_LENGTH)]
Phrase = Annotated[str, StringConstraints(max_length=PHRASE_LENGTH)]

_TEXTS: Mapping[str, Any] = {"name": Name, "text": Text, "phrase": Phrase}


def parameter_type(parameter: Parameter) -> Any:
    """The type of a parameter, with its limits."""
    if parameter.most is None:
        return _TEXTS[parameter.kind]
    return Annotated[int, Field(ge=0, le=parameter.most), BeforeValidator(whole_number)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Parameters(_Model):
    def given(self) -> dict[str, Any]:
        """The parameters that were filled in."""
        return {name: value for name, value in self.__dict__.items() if value is not None}


_EXAMPLES: Mapping[str, list[Any]] = {"failure_mode": list(MODES)}
_DECLARED: dict[str, Any] = {
    name: (
        parameter_type(parameter) | None,
        Field(None, description=parameter.description, examples=_EXAMPLES.get(name)),
    )
    for name, parameter in PARAMETERS.items()
}


class ActionParameters(create_model("_Declared", __base__=_Parameters, **_DECLARED)):  # type: ignore[misc]
    """What an action acts on or says. Fill in those that the action needs; leave the others out."""


class Action(_Model):
    """One action of an agent."""

    action_type: Name = Field(description="one of the observation's available_actions; case does not matter")
    parameters: ActionParameters = Field(
        default_factory=lambda: ActionParameters(), description="what the action acts on or says"
    )
    expected_step: WholeNumber | None = Field(
        None,
        description="number that this step must get, from 1: the step is refused if it would get another",
    )


class AlertInfo(_Model):
    """What the pager shows."""

    model_config = ConfigDict(frozen=True)  # the observations of an episode share one

    id: str = Field(description="alert id")
    title: str = Field(description="one line")
    severity: str = Field(description="P1 to P4; UNCLASSIFIED in alert_classification")
    affected_services: tuple[str, ...] = Field(description="services that the monitoring system sees failing")
    symptoms: tuple[str, ...] = Field(description="what users and monitors notice")
    error_rate: float = Field(ge=0, le=1, description="fraction of failing requests, 0 to 1")
    duration_minutes: int = Field(ge=0, description="minutes since the incident began")
    revenue_impact_per_min: float | None = Field(description="loss in USD per minute; null where unknown")


class Observation(_Model):
    """What the agent sees after a reset or a step. Once returned it never changes."""

    episode_id: str = Field(description="id of the episode; pass it to /step, /state and /grader")
    task_id: str = Field(description="alert_classification, root_cause_analysis or remediation_planning")
    scenario_id: str = Field(description="id of the incident")
    step_count: int = Field(ge=0, description="steps taken")
    max_steps: int = Field(ge=1, description="steps after which the episode ends by itself")
    incident_summary: str = Field(description="the incident in a sentence or two")
    alert: AlertInfo = Field(description="the alert")
    available_actions: tuple[str, ...] = Field(description="action types that this task offers")
    queried_data: dict[str, dict[str, str]] = Field(description="evidence so far: diagnostic -> service -> latest text")
    known_services: tuple[str, ...] = Field(description="services of the system under investigation")
    cumulative_reward: float = Field(description="sum of the step rewards, plus the grade once the episode has ended")
    done: bool = Field(description="whether the episode has ended")
    feedback: str = Field(description="what is said of the last action")
    last_action_error: str | None = Field(description="what was wrong with the last action; null if nothing")


class Reward(_Model):
    """What one step earned."""

    value: float = Field(description="shaping reward of this step alone; never contains the grade")
    reason: str = Field(description="why")
    cumulative: float = Field(description="the episode's cumulative_reward after this step")


class ActionRecord(_Model):
    """One action as it was taken."""

    step: int = Field(ge=1, description="step number, from 1")
    action_type: str = Field(description="as the agent wrote it")
    parameters: dict[str, Any] = Field(
        description="those that the action takes, as the agent wrote them, and the beginning of its reasoning"
    )
    reward: float = Field(description="shaping reward of the step")
    reason: str = Field(description="why")
    error: str | None = Field(description="the step's last_action_error")


class EpisodeState(_Model):
    """The whole record of an episode. Nothing in it tells the answer."""

    episode_id: str = Field(description="id of the episode")
    task_id: str = Field(description="the task")
    scenario_id: str = Field(description="the incident")
    scenario_index: int | None = Field(ge=0, description="index of a hand-written incident within its task")
    seed: int | None = Field(description="seed of a generated incident that was asked for by its seed")
    difficulty: str | None = Field(description="difficulty of a generated incident")
    family: str | None = Field(description="fault family, where the reset asked for one")
    split: str | None = Field(description="split, where the reset asked for one")
    index: int | None = Field(description="index within the split")
    incident_version: str = Field(
        description="version of the generator: with it the same options give the same incident"
    )
    reward_profile: RewardProfile = Field(description="the reward table in force")
    step_count: int = Field(ge=0, description="steps taken")
    max_steps: int = Field(ge=1, description="steps after which the episode ends by itself")
    action_history: list[ActionRecord] = Field(description="every action, oldest first")
    queried_data: dict[str, dict[str, str]] = Field(description="evidence so far: diagnostic -> service -> latest text")
    submitted: bool = Field(description="whether the agent has submitted an answer of the right kind")
    resolved: bool = Field(description="whether the episode has ended with its task answered in full")
    done: bool = Field(description="whether the episode has ended")
    cumulative_reward: float = Field(description="sum of the step rewards, plus the grade once the episode has ended")
    feedback: str = Field(description="what is said of the last action")


# The record before the first reset, as OpenEnv's sessions show it: what is not known yet is null.
STATE_BEFORE_RESET: Mapping[str, Any] = dict.fromkeys(EpisodeState.model_fields) | {
    "step_count": 0,
    "action_history": [],
    "queried_data": {},
    "submitted": False,
    "resolved": False,
    "done": False,
    "cumulative_reward": 0.0,
    "feedback": "",
}


class GradeResult(_Model):
    """A grade. The parts of `breakdown` add up to `total` before it is clipped to 0 to 1."""

    total: float = Field(ge=0, le=1, description="the grade, 0 to 1; 0 until the episode has ended")
    breakdown: dict[str, float] = Field(description="parts of the grade by name; empty until the episode has ended")
    feedback: str = Field(description="what earned and what cost points")


class StepInfo(_Model):
    """What goes with a step."""

    step: int = Field(ge=0, description="number of the step, from 1")
    feedback: str = Field(description="same as the observation's")
    grade: GradeResult | None = Field(None, description="the grade, once the episode has ended")
