"""The OpenEnv face of the environment: an `openenv` Environment over `IncidentEnvironment`, with its models."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import Any

from fastmcp import FastMCP
from openenv.core.env_server.interfaces import Environment
from openenv.core.env_server.types import Action as OpenEnvAction
from openenv.core.env_server.types import EnvironmentMetadata
from openenv.core.env_server.types import Observation as OpenEnvObservation
from openenv.core.env_server.types import State as OpenEnvState
from pydantic import Field, TypeAdapter, ValidationError

from incident_tools import StartableTools, ToolStep
from server.environment import IncidentEnvironment
from server.mcp_app import build_mcp_server
from server.models import Action, ActionParameters, ActionRecord, AlertInfo, EpisodeId, Name, Observation
from server.rewards import RewardProfile
from server.rubrics import IncidentRubric
from server.settings import ENV_NAME, VERSION
from server.tool_steps import describe_incident, take_step, tool_result, was_over
from splits import SPLITS, IncidentSpec, get_split, incident_at, incidents_of

_EPISODE_ID: TypeAdapter[str] = TypeAdapter(EpisodeId)


class IncidentAction(OpenEnvAction):
    """One action of an agent."""

    action_type: Name = Field(description="one of the observation's available_actions; case does not matter")
    parameters: ActionParameters = Field(
        default_factory=lambda: ActionParameters(), description="what the action acts on or says"
    )


class IncidentObservation(OpenEnvObservation):
    """What the agent sees after a reset or a step.

    `reward` is the increment of `cumulative_reward`: the step's shaping and, in the last step, the grade. `metadata`
    holds `shaping` and, at the end, `grade` with its breakdown.
    """

    episode_id: str = Field(description="id of the episode")
    task_id: str = Field(description="alert_classification, root_cause_analysis or remediation_planning")
    scenario_id: str = Field(description="id of the incident")
    step_count: int = Field(ge=0, description="steps taken")
    max_steps: int = Field(ge=1, description="steps after which the episode ends by itself")
    incident_summary: str = Field(description="the incident in a sentence or two")
    alert: AlertInfo = Field(description="the alert")
    available_actions: list[str] = Field(description="action types that this task offers")
    queried_data: dict[str, dict[str, str]] = Field(description="evidence so far: diagnostic -> service -> latest text")
    known_services: list[str] = Field(description="services of the system under investigation")
    cumulative_reward: float = Field(description="sum of the rewards so far")
    feedback: str = Field(description="what the last action came to")
    last_action_error: str | None = Field(description="what was wrong with the last action; null if nothing")
    tool_result: str = Field(description="the text that this step alone produced; empty after a reset")


class IncidentState(OpenEnvState):
    """The record of the episode; before the first reset only the two counters. Nothing in it tells the answer."""

    task_id: str | None = Field(None, description="the task")
    scenario_id: str | None = Field(None, description="the incident")
    scenario_index: int | None = Field(None, description="index of a hand-written incident within its task")
    seed: int | None = Field(None, description="seed of a generated incident that was asked for by its seed")
    difficulty: str | None = Field(None, description="difficulty of a generated incident")
    family: str | None = Field(None, description="fault family, where the reset asked for one")
    split: str | None = Field(None, description="split, where the reset asked for one")
    index: int | None = Field(None, description="index within the split")
    incident_version: str | None = Field(None, description="version of the generator of incidents")
    reward_profile: RewardProfile | None = Field(None, description="the reward table in force")
    max_steps: int | None = Field(None, description="steps after which the episode ends by itself")
    action_history: list[ActionRecord] = Field(default_factory=list, description="every action, oldest first")
    queried_data: dict[str, dict[str, str]] = Field(default_factory=dict, description="evidence so far")
    submitted: bool = Field(False, description="whether an answer of the right kind was submitted")
    resolved: bool = Field(False, description="whether the episode has ended with its task answered in full")
    done: bool = Field(False, description="whether the episode has ended")
    cumulative_reward: float = Field(0.0, description="sum of the rewards so far")
    feedback: str = Field("", description="what the last action came to")


class OpenEnvIncidentEnvironment(Environment[IncidentAction, IncidentObservation, IncidentState]):
    """One OpenEnv session: one episode at a time. Sessions share nothing, so any number run side by side."""

    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self) -> None:
        super().__init__(rubric=IncidentRubric())
        self._environment = IncidentEnvironment()
        self._started = False

    def reset(
        self,
        seed: int | None = None,
        episode_id: str | None = None,
        task_id: str | None = None,
        scenario_index: int | None = None,
        reward_profile: RewardProfile | None = None,
        split: str | None = None,
        index: int | None = None,
        difficulty: str | None = None,
        family: str | None = None,
        **unknown: Any,
    ) -> IncidentObservation:
        """Start an episode.

        Choose a hand-written incident by `task_id` (alert_classification if left out) and `scenario_index`, a generated
        one by `seed` (with `task_id`, `difficulty` and `family` as wished), or one of a split by `split` and `index`.
        Where the index of a split is left out, `seed` chooses it (modulo the size of the split), and without a seed it
        is 0. Raises ValueError, naming what is valid, for anything unknown or contradictory.
        """
        if unknown:
            raise ValueError(f"unknown reset option {', '.join(sorted(unknown))}")
        for name, value in (("seed", seed), ("scenario_index", scenario_index), ("index", index)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
                raise ValueError(f"{name}: expected an integer, got {value!r}")
        words = {"task_id": task_id, "split": split, "difficulty": difficulty, "family": family}
        for name, text in {**words, "reward_profile": reward_profile}.items():
            if text is not None and not isinstance(text, str):
                raise ValueError(f"{name}: expected a string, got {text!r}")
        observation = self._environment.reset(
            task_id,
            scenario_index,
            seed=seed,
            difficulty=difficulty,
            family=family,
            split=split,
            index=index,
            episode_id=_checked_id(episode_id),
            reward_profile=reward_profile,
        )
        self._started = True
        self._reset_rubric()
        return _wrap(observation, tool_result="", metadata={}, reward=0.0)

    def step(self, action: IncidentAction, timeout_s: float | None = None, **kwargs: Any) -> IncidentObservation:
        """Take one action. Raises RuntimeError before the first reset. No step takes long enough to time out."""
        plain = Action(action_type=action.action_type, parameters=action.parameters)
        observation, reward, done, info = self._environment.step(plain)
        metadata: dict[str, Any] = {"shaping": reward.value, "reason": reward.reason}
        if done and not was_over(reward):
            metadata["grade"] = info["grade"]
        wrapped = _wrap(observation, tool_result(plain, observation, reward), metadata, reward=None)
        wrapped.reward = self._apply_rubric(action, wrapped)
        return wrapped

    async def reset_async(
        self, seed: int | None = None, episode_id: str | None = None, **options: Any
    ) -> IncidentObservation:
        """As `reset`; it takes microseconds, so it runs in the event loop and needs no thread."""
        return self.reset(seed, episode_id, **options)

    async def step_async(
        self, action: IncidentAction, timeout_s: float | None = None, **kwargs: Any
    ) -> IncidentObservation:
        """As `step`; it takes microseconds, so it runs in the event loop and needs no thread."""
        return self.step(action, timeout_s, **kwargs)

    @property
    def state(self) -> IncidentState:
        if not self._started:
            return IncidentState()
        return IncidentState(**self._environment.state().model_dump())

    def get_metadata(self) -> EnvironmentMetadata:
        return EnvironmentMetadata(
            name=ENV_NAME,
            description="Cloud incidents to investigate, fix and write up with on-call tools, graded from 0 to 1.",
            version=VERSION,
        )

    @cached_property
    def mcp_server(self) -> FastMCP[None]:
        """The actions as MCP tools of this session; OpenEnv's own `/mcp` finds them here."""
        return build_mcp_server(_SessionTools(self))

    # Task API

    def list_splits(self) -> list[str]:
        return list(SPLITS)

    def list_tasks(self, split: str) -> list[IncidentSpec]:
        return incidents_of(split)

    def num_tasks(self, split: str) -> int:
        return get_split(split).size

    def get_task(self, split: str, index: int) -> IncidentSpec:
        return incident_at(split, index)

    def get_task_range(self, split: str, start: int | None = None, stop: int | None = None) -> list[IncidentSpec]:
        return incidents_of(split, start, stop)


class _SessionTools(StartableTools):
    """The tools of one session."""

    def __init__(self, session: OpenEnvIncidentEnvironment) -> None:
        self._session = session

    def _start(self, **options: Any) -> str:
        self._session.reset(**options)
        return describe_incident(self._session._environment.observation())

    def _take(self, action_type: str, parameters: dict[str, Any]) -> ToolStep:
        return take_step(self._session._environment, action_type, parameters)


def _checked_id(episode_id: str | None) -> str:
    if episode_id is None:
        return uuid.uuid4().hex
    try:
        return _EPISODE_ID.validate_python(episode_id)
    except ValidationError as error:
        message = f"episode_id {episode_id!r}: expected 1 to 64 letters, digits, dots, dashes and underscores"
        raise ValueError(message) from error


def _wrap(
    observation: Observation, tool_result: str, metadata: dict[str, Any], reward: float | None
) -> IncidentObservation:
    fields = observation.model_dump()
    return IncidentObservation(**fields, tool_result=tool_result, metadata=metadata, reward=reward)
