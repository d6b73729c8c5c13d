"""The messages of OpenEnv's WebSocket protocol, as its server takes and answers them, without its library."""

from __future__ import annotations

from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cloud_incident_env.encoding import Values, grade_values, observation_values, state_values
from cloud_incident_env.episode import Episode, Step
from cloud_incident_env.ledger import OUTCOME_NAMES
from cloud_incident_env.wire import STATE_BEFORE_RESET, Action
from cloud_incident_env.wording import EPISODE_DONE

NOT_RESET = "no episode has been started: call reset first (over REST: POST /reset)"
GONE = "the episode has expired, or gave way to others on a full server: call reset to start one"

ErrorCode = Literal[
    "INVALID_JSON", "UNKNOWN_TYPE", "VALIDATION_ERROR", "EXECUTION_ERROR", "CAPACITY_REACHED", "SESSION_ERROR"
]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ResetMessage(_Message):
    """Starts an episode; `data` holds the options of a reset."""

    type: Literal["reset"]
    data: dict[str, Any] = Field(default_factory=dict)


class SocketAction(Action):
    """An action as OpenEnv's clients send it."""

    metadata: dict[str, Any] = Field(default_factory=dict)


class StepMessage(_Message):
    """Takes a step."""

    type: Literal["step"]
    data: SocketAction


class StateMessage(_Message):
    """Asks for the record of the episode."""

    type: Literal["state"]


class CloseMessage(_Message):
    """Ends the session."""

    type: Literal["close"]


class McpMessage(_Message):
    """A request of MCP's JSON-RPC."""

    type: Literal["mcp"]
    data: dict[str, Any]


def opening_answer(episode: Episode) -> bytes:
    """The answer to a reset. The caller holds the episode's lock."""
    return _observation(episode, "", {}, 0.0)


def step_answer(episode: Episode, step: Step | None) -> bytes:
    """The answer to a step; None stands for one after the end. The caller holds the episode's lock."""
    if step is None:
        return _observation(episode, episode.feedback, {"shaping": 0.0, "reason": EPISODE_DONE}, 0.0)
    metadata: Values = {
        "shaping": step.reward,
        "reason": step.reason,
        "outcome": OUTCOME_NAMES[step.verdict.outcome],
    }
    reward = step.reward
    if episode.grade is not None:
        metadata["grade"] = grade_values(episode)
        reward = round(reward + episode.grade.total, 4)
    return _observation(episode, step.result, metadata, reward)


def state_answer(episode: Episode | None) -> bytes:
    """The answer to a request for the record; None stands for no reset yet. The caller holds the episode's lock."""
    values = dict(STATE_BEFORE_RESET) if episode is None else state_values(episode)
    counters = {"episode_id": values["episode_id"], "step_count": values["step_count"]}  # OpenEnv's own come first
    return orjson.dumps({"type": "state", "data": counters | values})


def mcp_answer(response: Values) -> bytes:
    """The answer to a request of JSON-RPC."""
    return orjson.dumps({"type": "mcp", "data": response})


def error_answer(code: ErrorCode, message: str, **more: Any) -> bytes:
    """An error; the session lives on."""
    return orjson.dumps({"type": "error", "data": {"message": message, "code": code, **more}})


def capacity_answer(capacity: int, message: str) -> bytes:
    """What a socket is told for which there is no place."""
    return error_answer("CAPACITY_REACHED", message, active_sessions=capacity, max_sessions=capacity)


def validation_answer(error: ValidationError) -> bytes:
    """What was wrong with the fields of a message; those of an action are named as fields of the action."""
    fields = error.errors(include_url=False, include_input=False, include_context=False)
    for field in fields:
        if len(field["loc"]) > 1:
            field["loc"] = field["loc"][1:]
    return error_answer("VALIDATION_ERROR", "Invalid message", errors=fields)


def _observation(episode: Episode, tool_result: str, metadata: Values, reward: float | None) -> bytes:
    observation = {"metadata": metadata, **observation_values(episode)}
    data = {"observation": observation, "reward": reward, "done": observation.pop("done")}
    observation["tool_result"] = tool_result
    if metadata:
        data["metadata"] = metadata
    return orjson.dumps({"type": "observation", "data": data})
