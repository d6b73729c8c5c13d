"""The typed OpenEnv client of the environment, sync and async, and the class that trainers take.

    with CloudIncidentEnv(base_url="http://localhost:7860").sync() as env:
        result = env.reset(task_id="root_cause_analysis", scenario_index=1)
        result = env.step(CloudIncidentAction(action_type="query_logs", parameters={"service": "order-service"}))
        print(result.reward, result.observation.tool_result)

Without `.sync()` the same methods are coroutines. Each client has a session, and so an episode, of its own.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

from cloud_incident_env.control_token import control_headers
from cloud_incident_env.episode import Episode, start_episode
from cloud_incident_env.incident_tools import IncidentTools
from cloud_incident_env.openenv_core import ConnectionClosed, EnvClient, StepResult
from cloud_incident_env.openenv_models import CloudIncidentAction, CloudIncidentObservation, CloudIncidentState
from cloud_incident_env.options import ResetOptions, plain_options, read_options
from cloud_incident_env.tool_text import ToolStep, describe_incident, take_step
from cloud_incident_env.views import observation_of

__all__ = [
    "CloudIncidentAction",
    "CloudIncidentEnv",
    "CloudIncidentObservation",
    "CloudIncidentState",
    "IncidentToolEnv",
]

# What a call to a server fails with: an error that it answered, or a connection that is gone or too slow.
_FAILURES = (RuntimeError, OSError, asyncio.TimeoutError, FutureTimeoutError, ConnectionClosed)
LOST = "The server no longer has this episode, and what it earned is unknown. Start another with reset."


class CloudIncidentEnv(EnvClient[CloudIncidentAction, CloudIncidentObservation, CloudIncidentState]):
    """A session with an environment server over its WebSocket.

    `reset` takes the options of `cloud_incident_env/options.py`. The reward of a step is the increment of
    `cumulative_reward`: the last one contains the grade. A mistake of the caller raises RuntimeError with the server's
    message, and the session lives on.
    """

    async def _reset_async(self, **kwargs: Any) -> StepResult[CloudIncidentObservation]:
        """As OpenEnv's; numbers may be numpy's, and NaN counts as an option that was not given."""
        return await super()._reset_async(**plain_options(kwargs))

    def _step_payload(self, action: CloudIncidentAction) -> dict[str, Any]:
        payload: dict[str, Any] = action.model_dump(exclude_none=True)
        return payload

    def _parse_result(self, payload: dict[str, Any]) -> StepResult[CloudIncidentObservation]:
        reward, done = payload["reward"], payload["done"]
        fields = {**payload["observation"], "reward": reward, "done": done}
        observation = CloudIncidentObservation(**fields)
        return StepResult(observation=observation, reward=reward, done=done, metadata=observation.metadata)

    def _parse_state(self, payload: dict[str, Any]) -> CloudIncidentState:
        return CloudIncidentState(**payload)


class IncidentToolEnv(IncidentTools):
    """An incident whose actions are the public methods: what TRL's `GRPOTrainer(environment_factory=...)` takes.

    Plays on the server that the ENV_BASE_URL variable names, or in this process where it is unset. Where the server has
    a control token, ENV_CONTROL_TOKEN must hold it. After each step `reward` is the sum of the episode's rewards, so at
    the end it contains the grade, `done` whether it has ended, and `grade` its grade, None before the end. Where the
    server has lost the episode (it was restarted, or the connection broke), `lost` is true, the tools say so, and
    `reward` is None: nothing is known of what the episode earned.
    A reward function reads them from the `environments` that TRL passes it: there is no `get_reward`, so TRL needs one.
    """

    def __init__(self) -> None:
        base_url = os.environ.get("ENV_BASE_URL")
        self._remote = CloudIncidentEnv(base_url=base_url, headers=control_headers()).sync() if base_url else None
        self._local: Episode | None = None
        self._episode_id = ""
        self.reward: float | None = 0.0
        self.done = False
        self.lost = False
        self.grade: float | None = None

    def reset(self, **kwargs: Any) -> str:
        """Start the incident that a row of a data set asks for, and return its opening as text.

        Reads the columns that are options of a reset and leaves the others, such as the prompt, alone. TRL appends the
        text to the last message of the prompt. Raises ValueError, in one line, for options that make no sense.
        """
        options = read_options({name: kwargs[name] for name in ResetOptions.model_fields if name in kwargs})
        if self._remote:
            observation = self._remote.reset(**options.model_dump(exclude_none=True)).observation
        else:
            self._local = start_episode(options)
            observation = observation_of(self._local)
        self._episode_id = observation.episode_id
        self.reward, self.done, self.lost, self.grade = 0.0, False, False, None
        return describe_incident(observation)

    def _take(self, action_type: str, parameters: dict[str, Any]) -> ToolStep:
        if self.lost:
            return _lost_step()
        if self._remote is None:
            if self._local is None:
                raise RuntimeError("no episode has been started: call reset first")
            step = take_step(self._local, action_type, parameters)
        else:
            step = self._take_remotely(action_type, parameters)
        self.reward, self.done = step["total"], step["done"]
        if step["grade"] is not None:
            self.grade = step["grade"]
        return step

    def _take_remotely(self, action_type: str, parameters: dict[str, Any]) -> ToolStep:
        assert self._remote is not None
        action = CloudIncidentAction(action_type=action_type, parameters=parameters)
        try:
            observation = self._remote.step(action).observation
        except _FAILURES:
            if self._server_has_episode():
                raise  # a mistake of the caller; the episode goes on
            self.lost, self.done, self.reward = True, True, None
            return _lost_step()
        grade = observation.metadata.get("grade")
        return {
            "result": observation.tool_result,
            "reward": observation.reward,
            "total": observation.cumulative_reward,
            "step": observation.step_count,
            "max_steps": observation.max_steps,
            "done": observation.done,
            "error": observation.last_action_error,
            "grade": grade["total"] if grade else self.grade,
        }

    def _server_has_episode(self) -> bool:
        """Whether the server still plays the episode of this client in the client's session."""
        assert self._remote is not None
        try:
            return bool(self._remote.state().episode_id == self._episode_id)
        except _FAILURES:
            return False


def _lost_step() -> ToolStep:
    return {
        "result": LOST,
        "reward": None,
        "total": None,
        "step": 0,
        "max_steps": 0,
        "done": True,
        "error": LOST,
        "grade": None,
    }
