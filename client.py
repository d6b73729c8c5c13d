"""The typed OpenEnv client of the environment, sync and async.

    with IncidentEnv(base_url="http://localhost:7860").sync() as env:
        result = env.reset(task_id="root_cause_analysis", scenario_index=1)
        result = env.step(IncidentAction(action_type="query_logs", parameters={"service": "order-service"}))
        print(result.reward, result.observation.tool_result)

Without `.sync()` the same methods are coroutines. Each client has a session, and so an episode, of its own.
"""

from __future__ import annotations

from typing import Any

from openenv.core import EnvClient
from openenv.core.client_types import StepResult

from server.openenv_adapter import IncidentAction, IncidentObservation, IncidentState

__all__ = ["IncidentAction", "IncidentEnv", "IncidentObservation", "IncidentState"]


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
