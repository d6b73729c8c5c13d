"""The environment as OpenEnv's server runs it: one session plays one episode at a time."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable
from functools import cached_property
from typing import Any

from fastmcp import FastMCP

from cloud_incident_env.choose import refuse_held_out
from cloud_incident_env.episode import Episode, Step
from cloud_incident_env.episodes import Episodes, UnknownEpisodeError
from cloud_incident_env.incident_tools import StartableTools
from cloud_incident_env.layout import README
from cloud_incident_env.ledger import OUTCOME_NAMES
from cloud_incident_env.manifest import AUTHOR, DESCRIPTION, DOCUMENTATION, ENV_NAME, VERSION
from cloud_incident_env.openenv_core import Environment, EnvironmentMetadata
from cloud_incident_env.openenv_models import CloudIncidentAction, CloudIncidentObservation, CloudIncidentState
from cloud_incident_env.options import ResetOptions, read_options
from cloud_incident_env.splits import HELD_OUT_SPLITS, SPLITS, IncidentSpec, get_split, incident_at, incidents_of
from cloud_incident_env.tool_text import ToolStep, describe_incident, tool_step
from cloud_incident_env.views import grade_of, observation_of, state_of
from cloud_incident_env.wire import ActionParameters
from cloud_incident_env.wording import EPISODE_DONE

from .mcp import build_mcp_server
from .openenv_caller import caller, expected_step
from .openenv_messages import GONE, NOT_RESET
from .rubrics import IncidentRubric


class OpenEnvIncidentEnvironment(Environment[CloudIncidentAction, CloudIncidentObservation, CloudIncidentState]):
    """One OpenEnv session: one episode at a time. Sessions share nothing, so any number run side by side."""

    SUPPORTS_CONCURRENT_SESSIONS = True
    REQUIRES_SINGLE_THREAD_EXECUTOR = True  # of OpenEnv's server: sessions share a thread, and none has its own

    def __init__(self, episodes: Episodes | None = None) -> None:
        """A server passes its own store of episodes, so that all count together."""
        super().__init__(rubric=IncidentRubric())
        self._episodes = Episodes(1, math.inf) if episodes is None else episodes
        self._key = f"/{uuid.uuid4().hex}"  # equals no id that a client may give
        self._was_reset = False

    def reset(self, seed: int | None = None, episode_id: str | None = None, **options: Any) -> CloudIncidentObservation:
        """Start an episode.

        Takes the options of `cloud_incident_env/options.py`. Raises ValueError, naming what is valid, for anything
        unknown or contradictory, and TooManyEpisodesError where the server has no room.
        """
        asked = read_options({"seed": seed, "episode_id": episode_id, **options})
        episode = self._episodes.reset(asked, caller.get().address, key=self._key)
        self._was_reset = True
        self._reset_rubric()
        return _observation(episode, tool_result="", metadata={}, reward=0.0)

    def step(
        self, action: CloudIncidentAction, timeout_s: float | None = None, **kwargs: Any
    ) -> CloudIncidentObservation:
        """Take one action. No step takes long enough to time out.

        Raises RuntimeError before the first reset and once the episode has expired, and StepConflictError where the
        action's `expected_step` is not the number that the step would get.
        """
        observation: CloudIncidentObservation = self.act(
            action.action_type, action.parameters.given(), action.expected_step, _step_observation
        )
        observation.reward = self._apply_rubric(action, observation)
        return observation

    def act(
        self,
        action_type: str,
        parameters: dict[str, Any],
        expected_step: int | None,
        view: Callable[[Episode, Step | None], Any],
    ) -> Any:
        """Take one action: what `view` makes of the episode and the step. Raises as `step`."""
        self._check_reset()
        try:
            return self._episodes.act(self._key, action_type, parameters, expected_step, view=view)[2]
        except UnknownEpisodeError as error:
            raise RuntimeError(GONE) from error

    @property
    def episode(self) -> Episode:
        """The episode under way. Raises RuntimeError before the first reset and once it has expired."""
        self._check_reset()
        try:
            episode = self._episodes.find(self._key)
        except UnknownEpisodeError as error:
            raise RuntimeError(GONE) from error
        assert isinstance(episode, Episode)
        return episode

    def _check_reset(self) -> None:
        if not self._was_reset:
            raise RuntimeError(NOT_RESET)

    def close(self) -> None:
        """Forget the episode."""
        self._episodes.discard(self._key)
        super().close()

    async def reset_async(
        self, seed: int | None = None, episode_id: str | None = None, **options: Any
    ) -> CloudIncidentObservation:
        """As `reset`; it takes microseconds, so it runs in the event loop and needs no thread."""
        return self.reset(seed, episode_id, **options)

    async def step_async(
        self, action: CloudIncidentAction, timeout_s: float | None = None, **kwargs: Any
    ) -> CloudIncidentObservation:
        """As `step`; it takes microseconds, so it runs in the event loop and needs no thread."""
        return self.step(action, timeout_s, **kwargs)

    @property
    def state(self) -> CloudIncidentState:
        return CloudIncidentState(**dict(state_of(self.episode))) if self._was_reset else CloudIncidentState()

    def get_metadata(self) -> EnvironmentMetadata:
        return EnvironmentMetadata(
            name=ENV_NAME,
            description=DESCRIPTION,
            version=VERSION,
            author=AUTHOR,
            documentation_url=DOCUMENTATION,
            readme_content=README.read_text(encoding="utf-8") if README.is_file() else None,
        )

    @cached_property
    def mcp_server(self) -> FastMCP[None]:
        """The actions as MCP tools of this session; OpenEnv's own `/mcp` finds them here."""
        return build_mcp_server(_OneSessionTools(self))

    # Task API

    def list_splits(self) -> list[str]:
        return [name for name in SPLITS if self._episodes.held_out or name not in HELD_OUT_SPLITS]

    def list_tasks(self, split: str) -> list[IncidentSpec]:
        return incidents_of(self._served(split))

    def num_tasks(self, split: str) -> int:
        return get_split(self._served(split)).size

    def get_task(self, split: str, index: int) -> IncidentSpec:
        return incident_at(self._served(split), index)

    def get_task_range(self, split: str, start: int | None = None, stop: int | None = None) -> list[IncidentSpec]:
        return incidents_of(self._served(split), start, stop)

    def _served(self, split: str) -> str:
        """The split, unless it is held out and not served here: then raises ValueError."""
        if not self._episodes.held_out:
            refuse_held_out(ResetOptions(split=split))
        return split


class _OneSessionTools(StartableTools):
    """The tools of one OpenEnv session."""

    def __init__(self, session: OpenEnvIncidentEnvironment) -> None:
        self._session = session

    def _start(self, options: dict[str, Any]) -> str:
        self._session.reset(**options)
        return describe_incident(observation_of(self._session.episode))

    def _take(self, action_type: str, parameters: dict[str, Any]) -> ToolStep:
        given = ActionParameters(**parameters).given()
        step: ToolStep = self._session.act(action_type, given, expected_step.get(), tool_step)
        return step


def _step_observation(episode: Episode, step: Step | None) -> CloudIncidentObservation:
    """What the agent sees after a step, without its reward."""
    metadata: dict[str, Any] = {"shaping": 0.0, "reason": EPISODE_DONE}
    if step is not None:
        outcome = OUTCOME_NAMES[step.verdict.outcome]
        metadata = {"shaping": step.reward, "reason": step.reason, "outcome": outcome}
        if episode.done:
            metadata["grade"] = grade_of(episode).model_dump()
    result = episode.feedback if step is None else step.result
    return _observation(episode, tool_result=result, metadata=metadata, reward=None)


def _observation(
    episode: Episode, tool_result: str, metadata: dict[str, Any], reward: float | None
) -> CloudIncidentObservation:
    fields = {**dict(observation_of(episode)), "tool_result": tool_result, "metadata": metadata, "reward": reward}
    return CloudIncidentObservation.model_validate(fields)
