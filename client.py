"""The typed OpenEnv client of the environment, sync and async.

    with IncidentEnv(base_url="http://localhost:7860").sync() as env:
        result = env.reset(task_id="root_cause_analysis", scenario_index=1)
        result = env.step(IncidentAction(action_type="query_logs", parameters={"service": "order-service"}))
        print(result.reward, result.observation.tool_result)

Without `.sync()` the same methods are coroutines. Each client has a session, and so an episode, of its own.
"""

from __future__ import annotations

import os
from typing import Any

from openenv.core import EnvClient
from openenv.core.client_types import StepResult

from incident_tools import IncidentTools, ToolStep
from server.openenv_adapter import IncidentAction, IncidentObservation, IncidentState, OpenEnvIncidentEnvironment
from server.tool_steps import describe_incident

__all__ = ["IncidentAction", "IncidentEnv", "IncidentObservation", "IncidentState", "IncidentToolEnv"]

RESET_OPTIONS = (
    "seed",
    "episode_id",
    "task_id",
    "scenario_index",
    "reward_profile",
    "split",
    "index",
    "difficulty",
    "family",
)


class IncidentEnv(EnvClient[IncidentAction, IncidentObservation, IncidentState]):
    """A session with an environment server over its WebSocket.

    `reset` takes `task_id` and `scenario_index`, or `split` and `index`; `seed`; `episode_id`; `reward_profile`. The
    reward of a step is the increment of `cumulative_reward`: the last one contains the grade. A mistake of the caller
    raises RuntimeError with the server's message, and the session lives on.
    """

    def _step_payload(self, action: IncidentAction) -> dict[str, Any]:
        payload: dict[str, Any] = action.model_dump(exclude_none=True)
        return payload

    def _parse_result(self, payload: dict[str, Any]) -> StepResult[IncidentObservation]:
        observation = IncidentObservation(**payload["observation"], reward=payload["reward"], done=payload["done"])
        return StepResult(observation=observation, reward=payload["reward"], done=payload["done"])

    def _parse_state(self, payload: dict[str, Any]) -> IncidentState:
        return IncidentState(**payload)


class IncidentToolEnv(IncidentTools):
    """An incident whose actions are the public methods: what TRL's `GRPOTrainer(environment_factory=...)` takes.

    Plays on the server that the ENV_BASE_URL variable names, or in this process where it is unset. After each step
    `reward` is the sum of the episode's rewards, so at the end it contains the grade, `done` whether it has ended, and
    `grade` its grade, None before the end. A reward function reads them from the `environments` that TRL passes it:
    there is no `get_reward`, so TRL needs one.
    """

    def __init__(self) -> None:
        base_url = os.environ.get("ENV_BASE_URL")
        self._remote = IncidentEnv(base_url=base_url).sync() if base_url else None
        self._local = OpenEnvIncidentEnvironment()
        self.reward = 0.0
        self.done = False
        self.grade: float | None = None

    def reset(self, **kwargs: Any) -> str:
        """Start the incident that a row of a data set asks for, and return its opening as text.

        Reads the columns that `RESET_OPTIONS` names and leaves the others, such as the prompt, alone. TRL appends the
        text to the last message of the prompt.
        """
        options = {name: kwargs[name] for name in RESET_OPTIONS if kwargs.get(name) is not None}
        observation = self._remote.reset(**options).observation if self._remote else self._local.reset(**options)
        self.reward, self.done, self.grade = 0.0, False, None
        return describe_incident(observation)

    def _take(self, action_type: str, parameters: dict[str, Any]) -> ToolStep:
        action = IncidentAction(action_type=action_type, parameters=parameters)
        observation = self._remote.step(action).observation if self._remote else self._local.step(action)
        self.reward, self.done = observation.cumulative_reward, observation.done
        grade = observation.metadata.get("grade")
        if grade:  # a step after the end has none
            self.grade = grade["total"]
        return {
            "result": observation.tool_result,
            "reward": observation.reward,
            "total": observation.cumulative_reward,
            "step": observation.step_count,
            "max_steps": observation.max_steps,
            "done": observation.done,
            "error": observation.last_action_error,
            "grade": grade["total"] if grade else None,
        }
