"""The environment as OpenEnv's server runs it: one session plays one episode at a time."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from fastmcp import FastMCP

from cloud_incident_env.episode import Episode, start_episode
from cloud_incident_env.incident_tools import StartableTools
from cloud_incident_env.layout import README
from cloud_incident_env.manifest import AUTHOR, DESCRIPTION, DOCUMENTATION, ENV_NAME, VERSION
from cloud_incident_env.openenv_core import Environment, EnvironmentMetadata
from cloud_incident_env.openenv_models import CloudIncidentAction, CloudIncidentObservation, CloudIncidentState
from cloud_incident_env.options import read_options
from cloud_incident_env.splits import SPLITS, IncidentSpec, get_split, incident_at, incidents_of
from cloud_incident_env.tool_text import ToolStep, describe_incident, take_step
from cloud_incident_env.views import grade_of, observation_of, state_of
from cloud_incident_env.wording import EPISODE_DONE

from .mcp import build_mcp_server
from .rubrics import IncidentRubric


class OpenEnvIncidentEnvironment(Environment[CloudIncidentAction, CloudIncidentObservation, CloudIncidentState]):
    """One OpenEnv session: one episode at a time. Sessions share nothing, so any number run side by side."""

    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self) -> None:
        super().__init__(rubric=IncidentRubric())
        self._episode: Episode | None = None

    def reset(self, seed: int | None = None, episode_id: str | None = None, **options: Any) -> CloudIncidentObservation:
        """Start an episode.

        Takes the options of `cloud_incident_env/options.py`. Raises ValueError, naming what is valid, for anything
        unknown or contradictory.
        """
        asked = read_options({"seed": seed, "episode_id": episode_id, **options})
        self._episode = start_episode(asked)
        self._reset_rubric()
        return _observation(self._episode, tool_result="", metadata={}, reward=0.0)

    def step(
        self, action: CloudIncidentAction, timeout_s: float | None = None, **kwargs: Any
    ) -> CloudIncidentObservation:
        """Take one action. Raises RuntimeError before the first reset. No step takes long enough to time out."""
        episode = self.episode
        with episode.lock:
            step = episode.step(action.action_type, action.parameters.given())
            metadata: dict[str, Any] = {"shaping": 0.0, "reason": EPISODE_DONE}
            if step is not None:
                outcome = step.verdict.outcome.name.lower()
                metadata = {"shaping": step.reward, "reason": step.reason, "outcome": outcome}
                if episode.done:
                    metadata["grade"] = grade_of(episode).model_dump()
            result = episode.feedback if step is None else step.result
            observation = _observation(episode, tool_result=result, metadata=metadata, reward=None)
        observation.reward = self._apply_rubric(action, observation)
        return observation

    @property
    def episode(self) -> Episode:
        """The episode under way. Raises RuntimeError before the first reset."""
        if self._episode is None:
            raise RuntimeError("no episode has been started: call reset first (over REST: POST /reset)")
        return self._episode

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
        if self._episode is None:
            return CloudIncidentState()
        return CloudIncidentState(**dict(state_of(self._episode)))

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
        return list(SPLITS)

    def list_tasks(self, split: str) -> list[IncidentSpec]:
        return incidents_of(split)

    def num_tasks(self, split: str) -> int:
        return get_split(split).size

    def get_task(self, split: str, index: int) -> IncidentSpec:
        return incident_at(split, index)

    def get_task_range(self, split: str, start: int | None = None, stop: int | None = None) -> list[IncidentSpec]:
        return incidents_of(split, start, stop)


class _OneSessionTools(StartableTools):
    """The tools of one OpenEnv session."""

    def __init__(self, session: OpenEnvIncidentEnvironment) -> None:
        self._session = session

    def _start(self, options: dict[str, Any]) -> str:
        self._session.reset(**options)
        return describe_incident(observation_of(self._session.episode))

    def _take(self, action_type: str, parameters: dict[str, Any]) -> ToolStep:
        return take_step(self._session.episode, action_type, parameters)


def _observation(
    episode: Episode, tool_result: str, metadata: dict[str, Any], reward: float | None
) -> CloudIncidentObservation:
    fields = {**dict(observation_of(episode)), "tool_result": tool_result, "metadata": metadata, "reward": reward}
    return CloudIncidentObservation.model_validate(fields)
