"""The models of the REST interface's answers and requests, beside those that every interface shares (`wire.py`)."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cloud_incident_env.incident import TaskDifficulty
from cloud_incident_env.options import NUMBERS, EpisodeId, ResetOptions
from cloud_incident_env.wire import Action, GradeResult, Observation, Reward, StepInfo

from .deferred_app import Door


class ResetQuery(ResetOptions):
    """What to start, as a query string says it."""

    @model_validator(mode="before")
    @classmethod
    def _read_numbers(cls, given: Any) -> Any:
        """A query string has only texts: those of the numbers are read here."""
        if not isinstance(given, dict):
            return given
        return {name: _number(value) if name in NUMBERS else value for name, value in given.items()}


def _number(value: Any) -> Any:
    """The integer that a text says, such as `7` or `7.0`; anything else stays."""
    found = re.fullmatch(r"\s*([+-]?\d(?:_?\d){0,3999})(?:\.0*)?\s*", value, re.A) if isinstance(value, str) else None
    return int(found[1]) if found else value


class EpisodeQuery(BaseModel):
    """Which episode a call is about."""

    model_config = ConfigDict(extra="forbid")

    episode_id: EpisodeId | None = Field(
        None, description="the episode; the latest one whose reset named none if left out"
    )


class StepRequest(Action):
    """An action, and the episode it belongs to."""

    episode_id: EpisodeId | None = Field(
        None, description="episode to act in; the latest one whose reset named none if left out"
    )


class StepResponse(BaseModel):
    """What came of a step."""

    observation: Observation = Field(description="what the agent sees now")
    reward: Reward = Field(description="what the step earned")
    done: bool = Field(description="whether the episode has ended")
    info: StepInfo = Field(description="step number, feedback, and the grade once the episode has ended")


class Health(BaseModel):
    """Whether the server can be used."""

    status: Literal["ok"] = Field(description="ok: the REST interface and `/ws` are open")
    version: str = Field(description="version of the REST interface")


class Liveness(BaseModel):
    """Whether the process answers."""

    status: Literal["ok"] = Field(description="ok")


class Readiness(BaseModel):
    """Which of the server's doors are open."""

    status: Literal["ok", "starting", "failed"] = Field(
        description="ok once all doors but the page are open; the answer is a 503 until then"
    )
    doors: dict[str, Door] = Field(description="rest, ws, openenv and page, each off, starting, open or failed")


class ScenarioInfo(BaseModel):
    """An incident one may start."""

    index: int = Field(description="scenario_index for POST /reset")
    scenario_id: str = Field(description="id of the incident")
    description: str = Field(description="what goes wrong, as far as the pager knows")


class TaskInfo(BaseModel):
    """A task one may start."""

    task_id: str = Field(description="task_id for POST /reset")
    name: str = Field(description="name for people")
    difficulty: TaskDifficulty = Field(description="how hard the task is")
    description: str = Field(description="the agent's job")
    max_steps: int = Field(description="steps after which an episode with one of these incidents ends by itself")
    max_steps_by_difficulty: dict[str, int] = Field(
        description="difficulty of a generated incident -> steps after which an episode with it ends by itself"
    )
    submission_action: str = Field(description="action that answers the task")
    available_actions: list[str] = Field(description="action types that the task offers")
    scenarios: list[ScenarioInfo] = Field(description="the task's incidents")


class ActionInfo(BaseModel):
    """An action type."""

    description: str = Field(description="what the action does")
    required: list[str] = Field(description="parameters it needs")
    optional: list[str] = Field(description="parameters it may take as well")


class FailureModeInfo(BaseModel):
    """A failure mode of the catalogue."""

    id: str = Field(description="what may be submitted as failure_mode")
    title: str = Field(description="a few words")
    definition: str = Field(description="one sentence, the cause first")
    group: str = Field(description="modes of one group share their symptoms")


class TaskList(BaseModel):
    tasks: list[TaskInfo] = Field(description="every task")
    total: int = Field(description="number of tasks")
    action_schema: dict[str, dict[str, ActionInfo]] = Field(
        description="diagnostic, remediation and submission -> action type -> description and parameters"
    )
    failure_modes: list[FailureModeInfo] = Field(description="the catalogue of failure modes")


class GraderReport(GradeResult):
    """The grade of an episode."""

    task_id: str = Field(description="the task")
    scenario_id: str = Field(description="the incident")
    steps_used: int = Field(ge=0, description="steps taken")
    done: bool = Field(description="whether the episode has ended; there is no grade before")


class ErrorDetail(BaseModel):
    detail: str = Field(description="what was wrong and what would be right")


class FieldError(BaseModel):
    """What is wrong with one field of a request."""

    loc: list[str | int] = Field(description="where: body or query, then the path to the field")
    msg: str = Field(description="what was expected")
    type: str = Field(description="kind of error, for programs")


class MalformedRequest(BaseModel):
    detail: list[FieldError] = Field(description="every field that is wrong")
