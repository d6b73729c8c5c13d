"""Whose right it is: with a control token an agent that holds its episode's id can take its steps and nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import websockets
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport
from openenv.core import GenericEnvClient
from pydantic import SecretStr
from websockets.sync.client import connect

from cloud_incident_env.agents.environments import HttpEnvironment, UnreachableError
from cloud_incident_env.client import IncidentToolEnv
from cloud_incident_env.manifest import ENV_NAME
from server.control import Control
from tests.http_server import serve_with

TOKEN = "correct-horse-battery-staple"
BEARER = {"authorization": f"Bearer {TOKEN}"}
LOOK: dict[str, Any] = {"action_type": "query_logs", "parameters": {"service": "postgres-db"}}
GUESS = {"action_type": "submit_root_cause", "parameters": {"service": "postgres-db", "failure_mode": "a guess"}}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server with a control token, that does not serve what is held out."""
    with serve_with(openenv=True, control_token=SecretStr(TOKEN), held_out=False) as url:
        httpx.get(f"{url}/metadata", timeout=60)
        yield url


@pytest.fixture
def agent(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=20) as client:
        yield client


@pytest.fixture
def trainer(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=20, headers=BEARER) as client:
        yield client


@pytest.fixture
def key(trainer: httpx.Client) -> str:
    return str(trainer.post("/reset", json={"task_id": "root_cause_analysis"}).json()["episode_id"])


TRAINERS_CALLS = [
    ("POST", "/reset"),
    ("GET", "/state"),
    ("GET", "/grader"),
    ("GET", "/metrics"),
    ("POST", "/openenv/reset"),
    ("POST", "/openenv/step"),
    ("GET", "/openenv/state"),
    ("POST", "/openenv/mcp"),
    ("POST", "/mcp"),
    ("GET", f"/{ENV_NAME}/splits"),
    ("POST", f"/{ENV_NAME}/task"),
    ("POST", "/agent/mcp"),
]
WRONG_TOKENS = [
    None,
    "",
    "Bearer",
    f"Bearer {TOKEN}x",
    f"Bearer {TOKEN[:-1]}",
    f"Basic {TOKEN}",
    TOKEN,
    "Bearer é",
]


@pytest.mark.parametrize("call", TRAINERS_CALLS, ids=str)
def test_what_belongs_to_the_trainer_wants_the_token(agent: httpx.Client, key: str, call: tuple[str, str]) -> None:
    method, path = call
    for token in WRONG_TOKENS:
        headers = {} if token is None else {"authorization": token.encode()}
        answer = agent.request(method, path, params={"episode_id": key}, headers=headers)
        assert answer.status_code == 401, token
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "control token" in answer.json()["detail"]


@pytest.mark.parametrize("call", TRAINERS_CALLS, ids=str)
@pytest.mark.parametrize("end", ["%0A", "%0D", "%00", "%7F", "%C2%85", "/%0A", "?%0A", ";x", "%3F", "%20"])
def test_no_spelling_of_a_path_needs_no_token(agent: httpx.Client, call: tuple[str, str], end: str) -> None:
    """A route of a framework matches a path with a line break at its end."""
    method, path = call
    create = {"jsonrpc": "2.0", "id": 1, "method": "openenv/session/create", "params": {}}
    for spelled in (path + end, f"/{path}", path.replace("/", "/.", 1), path.upper()):
        answer = agent.request(method, spelled, json=create)
        assert answer.status_code in (400, 401, 404, 405, 422), spelled


@pytest.mark.parametrize(
    "query", ["episode={key}&episode=", "episode=&episode={key}", "episode=", "episode={key}&episode={key}", "episode"]
)
def test_the_door_of_one_episode_takes_one_name(
    agent: httpx.Client, trainer: httpx.Client, key: str, query: str
) -> None:
    latest = trainer.post("/reset", json={"task_id": "root_cause_analysis"}).json()["episode_id"]
    call = {"name": "query_logs", "arguments": {"service": "postgres-db"}}
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    headers = {"accept": "application/json, text/event-stream"}
    answer = agent.post(f"/agent/mcp?{query.format(key=key)}", json=request, headers=headers)
    assert answer.status_code in (401, 404)
    for episode in (latest, key):
        assert trainer.get("/state", params={"episode_id": episode}).json()["step_count"] == 0


@pytest.mark.parametrize(
    "path",
    [
        "/ws",
        "/ws%0A",
        "/mcp%0A",
        "/mcp",
        "/openenv/ws",
        "/openenv/mcp",
        "/ws?session_id=x",
        "/ws?session_id=x&session_id=",  # names a session to us, and none to OpenEnv's library
        "/ws?episode=",
        "/ws?session_id=x&session_id=&episode=x",
    ],
)
def test_a_socket_without_the_token_is_refused_at_the_handshake(url: str, path: str) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused, connect(url.replace("http", "ws", 1) + path):
        pass
    assert refused.value.response.status_code == (403 if "%0A" in path else 401)


def test_the_trainer_does_all_of_it(trainer: httpx.Client, key: str) -> None:
    assert trainer.post("/step", json={**LOOK, "episode_id": key}).json()["observation"]["step_count"] == 1
    assert trainer.get("/state", params={"episode_id": key}).json()["step_count"] == 1
    assert trainer.get("/grader", params={"episode_id": key}).status_code == 200
    assert trainer.get("/metrics").status_code == 200
    assert trainer.get(f"/{ENV_NAME}/splits").status_code == 200


def test_what_tells_nothing_is_open_to_all(agent: httpx.Client) -> None:
    for path in ("/health", "/livez", "/readyz", "/tasks", "/schema", "/metadata", "/list_environments"):
        assert agent.get(path).status_code == 200, path


def test_an_agent_steps_with_its_key_alone(agent: httpx.Client, key: str) -> None:
    assert agent.post("/step", json=LOOK).status_code == 401
    assert agent.post("/step", json=LOOK, headers=BEARER).status_code == 401  # nobody's episode is the latest
    answer = agent.post("/step", json={**LOOK, "episode_id": key})
    assert answer.json()["observation"]["step_count"] == 1
    ended = agent.post("/step", json={**GUESS, "episode_id": key}).json()
    assert ended["info"]["grade"]["total"] > 0  # its own, after its own end


def test_nobody_chooses_a_key(trainer: httpx.Client) -> None:
    answer = trainer.post("/reset", json={"episode_id": "a"})
    assert answer.status_code == 400
    assert "leave episode_id out" in answer.json()["detail"]
    keys = {trainer.post("/reset").json()["episode_id"] for _ in range(20)}
    assert len(keys) == 20
    assert all(len(key) == 32 for key in keys)


def test_a_bound_socket_takes_steps_and_nothing_else(url: str, trainer: httpx.Client, key: str) -> None:
    with connect(f"{url.replace('http', 'ws', 1)}/ws?episode={key}") as socket:

        def ask(message: dict[str, object]) -> dict[str, object]:
            socket.send(json.dumps(message))
            answer: dict[str, object] = json.loads(socket.recv(timeout=20))
            return answer

        assert ask({"type": "step", "data": LOOK})["type"] == "observation"
        start = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "start_incident"}}
        for forbidden in ({"type": "reset"}, {"type": "state"}, {"type": "mcp", "data": start}):
            assert "control token" in json.dumps(ask(forbidden))
        assert trainer.get("/state", params={"episode_id": key}).json()["step_count"] == 1
    assert trainer.get("/state", params={"episode_id": key}).json()["step_count"] == 1  # outlives the socket
    with connect(f"{url.replace('http', 'ws', 1)}/ws?episode=unknown") as socket:
        assert "expired" in str(ask({"type": "step", "data": LOOK}))


def test_openenvs_client_plays_with_the_token(url: str) -> None:
    for path in ("", "/openenv"):
        with GenericEnvClient(base_url=url + path, headers=BEARER).sync() as env:
            env.reset(task_id="root_cause_analysis")
            assert env.step(LOOK).observation["step_count"] == 1
            assert env.state()["step_count"] == 1


def test_an_agent_plays_over_mcp_without_the_token_and_starts_nothing(url: str, key: str) -> None:
    async def play() -> str:
        async with Client(f"{url}/agent/mcp?episode={key}") as client:
            assert "start_incident" not in {tool.name for tool in await client.list_tools()}
            result = await client.call_tool(GUESS["action_type"], GUESS["parameters"])
            return str(result.content[0].text)  # type: ignore[union-attr]

    assert asyncio.run(play()) == "Submission received.\n\nThe episode is over."


def test_the_trainer_plays_over_mcp(url: str) -> None:
    async def play() -> str:
        async with Client(StreamableHttpTransport(f"{url}/agent/mcp", headers=BEARER)) as client:
            result = await client.call_tool("start_incident", {"task_id": "root_cause_analysis"})
            return str(result.content[0].text)  # type: ignore[union-attr]

    assert "RCA-001" in asyncio.run(play())


HELD_OUT = [
    {"split": "test", "index": 0},
    {"split": "test_families", "index": 1},
    {"split": "test_systems", "seed": 5},
    {"family": "fd-leak", "seed": 3},
]


@pytest.mark.parametrize("options", HELD_OUT, ids=str)
def test_held_out_incidents_are_refused_at_every_door(
    url: str, trainer: httpx.Client, options: dict[str, object]
) -> None:
    answer = trainer.post("/reset", json=options)
    assert answer.status_code == 400
    assert "held out" in answer.json()["detail"]
    for path in ("", "/openenv"):
        with (
            GenericEnvClient(base_url=url + path, headers=BEARER).sync() as env,
            pytest.raises(RuntimeError, match="held out"),
        ):
            env.reset(**options)


def test_the_task_api_serves_no_held_out_split(trainer: httpx.Client) -> None:
    splits = [split["name"] for split in trainer.get(f"/{ENV_NAME}/splits").json()]
    assert splits == ["canonical", "train", "validation"]
    for path, body in (("num_tasks", {}), ("task", {"index": 0}), ("tasks", {}), ("task_range", {})):
        answer = trainer.post(f"/{ENV_NAME}/{path}", json={"split": "test", **body})
        assert (answer.status_code, "held out" in answer.text) == (400, True), path


def test_an_agent_learns_no_grade_of_a_second_episode(url: str, agent: httpx.Client, key: str) -> None:
    """What the whole chain of a curious agent comes to: it tries every call it knows of with its key."""
    told = []
    for path in ("/reset", "/openenv/reset", "/mcp", "/openenv/mcp", f"/{ENV_NAME}/task"):
        told.append(agent.post(path, json={"split": "train", "index": 0}).status_code)
    for path in ("/state", "/grader", "/metrics", "/openenv/state"):
        told.append(agent.get(path, params={"episode_id": key}).status_code)
    assert set(told) == {401}
    answer = agent.post("/step", json={**LOOK, "episode_id": key}).json()
    assert answer["info"]["grade"] is None


def test_the_trainers_own_clients_take_the_token_from_the_environment(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENV_BASE_URL", url)
    with HttpEnvironment(url) as stranger, pytest.raises(UnreachableError, match="401"):
        stranger.reset({})
    monkeypatch.setenv("ENV_CONTROL_TOKEN", TOKEN)
    with HttpEnvironment(url) as server:
        server.reset({"task_id": "root_cause_analysis"})
        assert server.step(LOOK["action_type"], LOOK["parameters"])["observation"]["step_count"] == 1
    tools = IncidentToolEnv()
    assert "RCA-001" in tools.reset(task_id="root_cause_analysis")
    assert "Step 1 of 10" in tools.query_logs(service="postgres-db")


def test_without_a_token_all_is_open() -> None:
    assert Control(None).is_open
    assert Control(None).admits([])


def test_tokens_are_compared_in_whole() -> None:
    control = Control(TOKEN)
    assert control.admits([(b"authorization", f"bearer {TOKEN}".encode())])
    assert control.admits([(b"authorization", f"Bearer  {TOKEN} ".encode())])
    assert not control.admits([(b"x-authorization", f"Bearer {TOKEN}".encode())])
