"""Numbers as programs and data sets hold them, and what is refused: the same at every door.

The doors are the environment in process, REST, OpenEnv's WebSocket, MCP, and the class that trainers take.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pytest
from fastmcp import Client
from fastmcp.exceptions import ToolError
from openenv.core import GenericEnvClient
from pydantic import ValidationError
from websockets.sync.client import connect

from cloud_incident_env.choose import choose_incident
from cloud_incident_env.client import CloudIncidentAction, CloudIncidentEnv, IncidentToolEnv
from cloud_incident_env.incident_tools import START_OPTIONS
from cloud_incident_env.options import NUMBERS, ResetOptions, read_options
from cloud_incident_env.wire import Action
from server.environment import IncidentEnvironment

SEVENS = [7, 7.0, np.int64(7), np.int32(7), np.uint8(7), np.float64(7.0)]
NANS = [float("nan"), np.nan, np.float64("nan")]
NO_INTEGERS = [True, "3", 3.5, []]
TEXTS = [name for name in ResetOptions.model_fields if name not in NUMBERS]
TASK = "remediation_planning"


def told(value: Any) -> str:
    return f"{type(value).__name__}-{value}"


# read_options


@pytest.mark.parametrize("value", SEVENS, ids=told)
@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_an_integer_is_read_as_programs_hold_it(name: str, value: Any) -> None:
    read = getattr(read_options({name: value}), name)
    assert (read, type(read)) == (7, int)


@pytest.mark.parametrize("value", NANS, ids=told)
@pytest.mark.parametrize("name", list(ResetOptions.model_fields))
def test_nan_is_an_option_that_was_not_given(name: str, value: Any) -> None:
    assert read_options({name: value}) == read_options({name: None}) == ResetOptions()


@pytest.mark.parametrize("value", [*NO_INTEGERS, np.True_, "", {}, float("inf"), b"7"], ids=told)
@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_what_is_no_integer_is_refused_in_one_line_that_names_the_option(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name}: expected an integer, got ") as refused:
        read_options({name: value})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("value", [True, 3, 3.5, [], {}], ids=told)
@pytest.mark.parametrize("name", TEXTS)
def test_what_is_no_text_is_refused_in_one_line_that_names_the_option(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name}") as refused:
        read_options({name: value})
    assert "\n" not in str(refused.value)


def test_every_option_that_is_wrong_is_named_and_so_are_those_that_there_are() -> None:
    with pytest.raises(ValueError, match=r"^[^\n]*seed: [^\n]*; [^\n]*index: [^\n]*$"):
        read_options({"seed": "3", "index": []})
    with pytest.raises(ValueError, match=r"^unknown reset option colour: one of task_id, [^\n]*, reward_profile$"):
        read_options({"colour": "red"})


def test_a_long_value_is_cut_in_the_error() -> None:
    with pytest.raises(ValueError, match=r"^seed: ") as refused:
        read_options({"seed": "9" * 10_000})
    assert len(str(refused.value)) < 200


# Doors: each starts an episode and takes a step, and turns its own way of refusing into an error with its text


class RefusedError(Exception):
    """What a door was asked makes no sense; the text is what the door told."""


class Door:
    """A way to an episode."""

    def start(self, options: dict[str, Any]) -> str:
        """Return the id of the incident that the options start."""
        raise NotImplementedError

    def scale(self, replicas: Any) -> str:
        """Return what scaling the gateway told, in a fresh episode."""
        raise NotImplementedError


class InProcess(Door):
    def start(self, options: dict[str, Any]) -> str:
        try:
            return IncidentEnvironment().reset(**options).scenario_id
        except ValueError as error:
            raise RefusedError(str(error)) from error

    def scale(self, replicas: Any) -> str:
        environment = IncidentEnvironment()
        environment.reset(TASK)
        parameters = {"service": "api-gateway", "replicas": replicas}
        try:
            action = Action.model_validate({"action_type": "scale_service", "parameters": parameters})
        except ValidationError as error:
            raise RefusedError(str(error)) from error
        return environment.step(action)[0].feedback


class Rest(Door):
    """Bodies of REST requests."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=20)

    def start(self, options: dict[str, Any]) -> str:
        return self._post("/reset", options)["scenario_id"]

    def scale(self, replicas: Any) -> str:
        episode_id = self._post("/reset", {"task_id": TASK})["episode_id"]
        parameters = {"service": "api-gateway", "replicas": replicas}
        step = {"action_type": "scale_service", "parameters": parameters, "episode_id": episode_id}
        return self._post("/step", step)["observation"]["feedback"]

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self._client.post(path, json=body)
        if answer.status_code == 422:
            problems = answer.json()["detail"]
            raise RefusedError("; ".join(f"{problem['loc'][-1]}: {problem['msg']}" for problem in problems))
        assert answer.status_code == 200, answer.text
        return answer.json()


class WebSocket(Door):
    """OpenEnv's WebSocket, with the typed client or the generic one."""

    def __init__(self, client: Callable[[], Any], action: Callable[..., Any]) -> None:
        self._client = client
        self._action = action

    def start(self, options: dict[str, Any]) -> str:
        with self._client() as env:
            try:
                return _field(env.reset(**options).observation, "scenario_id")
            except (RuntimeError, ValueError) as error:
                raise RefusedError(str(error)) from error

    def scale(self, replicas: Any) -> str:
        with self._client() as env:
            env.reset(task_id=TASK)
            parameters = {"service": "api-gateway", "replicas": replicas}
            try:
                step = env.step(self._action(action_type="scale_service", parameters=parameters))
            except (RuntimeError, ValueError) as error:
                raise RefusedError(str(error)) from error
            return _field(step.observation, "feedback")


def _field(observation: Any, name: str) -> str:
    return str(observation[name] if isinstance(observation, dict) else getattr(observation, name))


class Mcp(Door):
    def __init__(self, url: str) -> None:
        self._url = f"{url}/agent/mcp"

    def start(self, options: dict[str, Any]) -> str:
        return _incident_of(asyncio.run(self._call(("start_incident", options))))

    def scale(self, replicas: Any) -> str:
        scale = ("scale_service", {"service": "api-gateway", "replicas": replicas})
        return asyncio.run(self._call(("start_incident", {"task_id": TASK}), scale))

    async def _call(self, *calls: tuple[str, dict[str, Any]]) -> str:
        async with Client(self._url) as client:
            try:
                answers = [await client.call_tool(name, arguments) for name, arguments in calls]
            except ToolError as error:
                raise RefusedError(str(error)) from error
            return str(answers[-1].content[0].text)


class Trainer(Door):
    """The class that trainers take, in process where it has no URL."""

    def __init__(self, url: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
        if url is None:
            monkeypatch.delenv("ENV_BASE_URL", raising=False)
        else:
            monkeypatch.setenv("ENV_BASE_URL", url)

    def start(self, options: dict[str, Any]) -> str:
        try:
            return _incident_of(IncidentToolEnv().reset(**options))
        except (RuntimeError, ValueError) as error:
            raise RefusedError(str(error)) from error

    def scale(self, replicas: Any) -> str:
        env = IncidentToolEnv()
        env.reset(task_id=TASK)
        try:
            return env.scale_service("api-gateway", replicas)  # type: ignore[attr-defined,no-any-return]
        except (RuntimeError, ValueError) as error:
            raise RefusedError(str(error)) from error


def _incident_of(opening: str) -> str:
    """The id of the incident that an opening text describes."""
    return opening.removeprefix("Incident ").split(",")[0]


IN_PROGRAMS = ("in process", "trainer in process", "trainer", "websocket")
DOORS = (*IN_PROGRAMS, "rest", "generic websocket", "mcp")


@pytest.fixture
def door(request: pytest.FixtureRequest, openenv_url: str, monkeypatch: pytest.MonkeyPatch) -> Door:
    makers: dict[str, Callable[[], Door]] = {
        "in process": InProcess,
        "rest": lambda: Rest(openenv_url),
        "websocket": lambda: WebSocket(lambda: CloudIncidentEnv(base_url=openenv_url).sync(), CloudIncidentAction),
        "generic websocket": lambda: WebSocket(lambda: GenericEnvClient(base_url=openenv_url).sync(), dict),
        "mcp": lambda: Mcp(openenv_url),
        "trainer": lambda: Trainer(openenv_url, monkeypatch),
        "trainer in process": lambda: Trainer(None, monkeypatch),
    }
    return makers[request.param]()


each_door = pytest.mark.parametrize("door", DOORS, indirect=True)
each_door_of_programs = pytest.mark.parametrize("door", IN_PROGRAMS, indirect=True)


@pytest.fixture
def seventh() -> str:
    """The id of the incident of seed 7."""
    return choose_incident(ResetOptions(seed=7)).incident.id


@each_door
@pytest.mark.parametrize("value", [7, 7.0])
def test_a_whole_number_of_json_starts_the_incident(door: Door, value: Any, seventh: str) -> None:
    assert door.start({"seed": value}) == seventh
    assert (
        door.start({"split": "train", "index": value})
        == choose_incident(read_options({"seed": 7, "split": "train"})).incident.id
    )


@each_door_of_programs
@pytest.mark.parametrize("value", SEVENS, ids=told)
def test_a_number_of_a_data_set_starts_the_incident(door: Door, value: Any, seventh: str) -> None:
    assert door.start({"seed": value}) == seventh


@each_door_of_programs
@pytest.mark.parametrize("value", NANS, ids=told)
def test_nan_of_a_data_set_is_not_given(door: Door, value: Any, seventh: str) -> None:
    assert door.start({"seed": 7, "difficulty": value, "scenario_index": value, "split": value}) == seventh


@each_door
@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_what_is_no_integer_is_refused_at_every_door(door: Door, name: str) -> None:
    for value in NO_INTEGERS:
        with pytest.raises(RefusedError, match=rf"{name}\W+expected an integer, got "):
            door.start({name: value})


@each_door
@pytest.mark.parametrize("name", ["difficulty", "split"])
def test_what_is_no_text_is_refused_at_every_door(door: Door, name: str) -> None:
    assert name in START_OPTIONS
    for value in (True, 3, []):
        with pytest.raises(RefusedError, match=name):
            door.start({name: value})


@each_door
def test_replicas_are_read_and_refused_alike(door: Door) -> None:
    usual = door.scale(7)
    assert "replicas" in usual
    assert door.scale(7.0) == usual
    for value in (*NO_INTEGERS, -1, 10_001):
        # OpenEnv's server names the field beside its message, which its clients do not show: see the next test.
        with pytest.raises(RefusedError, match=r"replicas|Invalid message") as refused:
            door.scale(value)
        if isinstance(door, Mcp | Trainer):  # a model reads these
            assert "\n" not in str(refused.value)


def test_openenvs_websocket_names_the_replicas_beside_its_message(openenv_url: str) -> None:
    with connect(f"{openenv_url.replace('http', 'ws', 1)}/ws") as socket:
        socket.send(json.dumps({"type": "reset", "data": {"task_id": TASK}}))
        assert json.loads(socket.recv())["type"] == "observation"
        for value in NO_INTEGERS:
            step = {"action_type": "scale_service", "parameters": {"service": "api-gateway", "replicas": value}}
            socket.send(json.dumps({"type": "step", "data": step}))
            answer = json.loads(socket.recv())
            assert answer["type"] == "error"
            assert [problem["loc"] for problem in answer["data"]["errors"]] == [["parameters", "replicas"]]


@each_door_of_programs
def test_replicas_of_numpy_are_read(door: Door) -> None:
    assert door.scale(np.int64(7)) == door.scale(7)


# REST names the field, and reads the numbers of a query string, which has only texts


@pytest.mark.parametrize("value", NO_INTEGERS, ids=told)
@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_a_refused_body_is_a_422_with_the_place_of_the_field(client: httpx.Client, name: str, value: Any) -> None:
    answer = client.post("/reset", json={name: value})
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", name]]


def test_refused_replicas_are_a_422_with_the_place_of_the_field(client: httpx.Client) -> None:
    episode_id = client.post("/reset", json={"task_id": TASK}).json()["episode_id"]
    for value in NO_INTEGERS:
        step = {"action_type": "scale_service", "parameters": {"service": "api-gateway", "replicas": value}}
        answer = client.post("/step", json={**step, "episode_id": episode_id})
        assert answer.status_code == 422
        assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", "parameters", "replicas"]]
    assert client.get("/state", params={"episode_id": episode_id}).json()["step_count"] == 0


@pytest.mark.parametrize("value", ["7", "7.0", "+7", "0_7"])
def test_a_query_string_has_its_numbers_as_texts(client: httpx.Client, seventh: str, value: str) -> None:
    answer = client.post("/reset", params={"seed": value})
    assert (answer.status_code, answer.json()["scenario_id"]) == (200, seventh)


@pytest.mark.parametrize("value", ["3.5", "true", "many", "", "nan", "7 7"])
@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_a_text_of_a_query_string_that_is_no_integer_is_a_422(client: httpx.Client, name: str, value: str) -> None:
    answer = client.post("/reset", params={name: value})
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["query", name]]
