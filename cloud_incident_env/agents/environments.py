"""Where a policy plays: in this process, or on a server over REST. Both give the mappings of the REST interface."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol

import httpx

from cloud_incident_env.agents.policy import Observation
from cloud_incident_env.control_token import control_headers
from cloud_incident_env.episode import Episode, start_episode
from cloud_incident_env.options import read_options
from cloud_incident_env.views import info_of, observation_of, take_action
from cloud_incident_env.wire import Action, ActionParameters


class UnreachableError(Exception):
    """The environment could not be reached, or refused the call; the message says why."""


class Environment(Protocol):
    """One episode at a time."""

    def reset(self, options: Mapping[str, Any]) -> Observation:
        """Start the episode that the options of a reset ask for, and return its first observation."""
        ...

    def step(self, action_type: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Take one action; return `observation`, `reward`, `done` and `info`."""
        ...


class LocalEnvironment:
    """Episodes in this process."""

    def __init__(self) -> None:
        self._episode: Episode | None = None

    @property
    def episode(self) -> Episode:
        """The episode that was started last. Raises RuntimeError before the first."""
        if self._episode is None:
            raise RuntimeError("no episode has been started: call reset first")
        return self._episode

    def reset(self, options: Mapping[str, Any]) -> Observation:
        self._episode = start_episode(read_options(options))
        return observation_of(self._episode).model_dump()

    def step(self, action_type: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        episode = self.episode
        action = Action(action_type=action_type, parameters=ActionParameters(**parameters))
        observation, reward = take_action(episode, action)
        info = info_of(episode).model_dump(exclude_none=True)
        return {
            "observation": observation.model_dump(),
            "reward": reward.model_dump(),
            "done": observation.done,
            "info": info,
        }


class HttpEnvironment:
    """An environment server at `base_url`. Names its episode in every call, so many may share a server.

    Where the server has a control token, the variable ENV_CONTROL_TOKEN must hold it.
    """

    def __init__(self, base_url: str, timeout: float = 30.0) -> None:
        """`timeout` is in seconds, for each call."""
        self._client = httpx.Client(base_url=base_url.rstrip("/"), timeout=timeout, headers=control_headers())
        self._episode_id = ""

    def __enter__(self) -> HttpEnvironment:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def reset(self, options: Mapping[str, Any]) -> Observation:
        observation = self._post("/reset", options)
        self._episode_id = _field(observation, "episode_id", "/reset")
        return observation

    def step(self, action_type: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        body = {"episode_id": self._episode_id, "action_type": action_type, "parameters": dict(parameters)}
        result = self._post("/step", body)
        for name in ("observation", "reward", "done", "info"):
            _field(result, name, "/step")
        return result

    def incident_version(self) -> str:
        """The version of the incidents that the server makes, as the record of a new episode states it."""
        self.reset({})
        state = self._answer(
            "/state", self._client.build_request("GET", "/state", params={"episode_id": self._episode_id})
        )
        version: str = _field(state, "incident_version", "/state")
        return version

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._answer(path, self._client.build_request("POST", path, json=dict(body)))

    def _answer(self, path: str, request: httpx.Request) -> dict[str, Any]:
        try:
            response = self._client.send(request)
            response.raise_for_status()
            answer: dict[str, Any] = response.json()
        except httpx.HTTPStatusError as error:
            raise UnreachableError(f"{path} answered {error.response.status_code}: {error.response.text}") from error
        except (httpx.HTTPError, ValueError) as error:
            raise UnreachableError(f"{self._client.base_url}{path} did not answer: {error}") from error
        return answer


def _field(answer: Mapping[str, Any], name: str, path: str) -> Any:
    """A field of an answer. Raises UnreachableError if it is missing, as in the answer of some other server."""
    if not isinstance(answer, dict) or name not in answer:
        raise UnreachableError(f"{path} answered without {name}: is this an environment server?")
    return answer[name]
