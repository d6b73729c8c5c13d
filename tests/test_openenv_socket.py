"""The server's own `/ws` beside that of OpenEnv's library: the same answers, byte for byte, and the same errors.

The library's server stands at `/openenv/ws` of the same app.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import websockets
from websockets.sync.client import ClientConnection, connect

from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.options import ResetOptions
from tests.http_server import serve_with

BOTH = ("/ws", "/openenv/ws")
TASKS = ("alert_classification", "root_cause_analysis", "remediation_planning")
STARTS: list[dict[str, Any]] = [{"task_id": task, "scenario_index": index} for task in TASKS for index in range(3)] + [
    {"task_id": task, "seed": seed, "difficulty": difficulty}
    for task in TASKS
    for seed, difficulty in enumerate(("easy", "medium", "hard", "expert"))
]


def sockets(url: str) -> list[ClientConnection]:
    return [connect(url.replace("http", "ws", 1) + path) for path in BOTH]


def ask(socket: ClientConnection, message: Any) -> str:
    socket.send(message if isinstance(message, str) else json.dumps(message))
    answer = socket.recv(timeout=20)
    assert isinstance(answer, str)
    return answer


def step(action_type: str, **parameters: Any) -> dict[str, Any]:
    return {"type": "step", "data": {"action_type": action_type, "parameters": parameters}}


def messages_of(start: dict[str, Any], rng: random.Random) -> Iterator[dict[str, Any]]:
    """A reset, then random actions and the plan of the incident, with records between, and steps after the end."""
    options = {**start, "episode_id": "compared"}
    chosen = choose_incident(ResetOptions(**start))
    yield {"type": "state"}
    yield {"type": "reset", "data": options}
    for _ in range(rng.randrange(8)):
        name = rng.choice([*chosen.task.available_actions, "nonsense"])
        if ACTIONS.get(name) is None or ACTIONS[name].group != "submission":
            yield step(name, service=rng.choice([*chosen.incident.known_services, "nowhere"]), reasoning="né\u2028😀")
    yield {"type": "state"}
    for decision in plan_for(chosen.task.task_id, chosen.incident):
        yield step(decision.action_type, **decision.parameters)
    yield {"type": "state"}
    yield step("query_logs", service="any")
    yield {"type": "reset"}
    yield {"type": "state"}


@pytest.mark.parametrize("start", STARTS, ids=lambda start: "-".join(map(str, start.values())))
def test_valid_messages_are_answered_byte_for_byte_alike(openenv_url: str, start: dict[str, Any]) -> None:
    own, library = sockets(openenv_url)
    with own, library:
        for message in messages_of(start, random.Random(str(start))):
            if message == {"type": "reset"}:  # its made-up id differs
                message = {"type": "reset", "data": {"episode_id": "compared"}}
            assert ask(own, message) == ask(library, message), message


WRONG: list[Any] = [
    "not json",
    "[]",
    {"type": "dance"},
    {},
    {"type": "reset", "extra": 1},
    {"type": "reset", "data": []},
    {"type": "reset", "data": {"task_id": "nonsense"}},
    {"type": "reset", "data": {"split": "secret"}},
    {"type": "step"},
    {"type": "step", "data": {}},
    {"type": "step", "data": {"action_type": 5}},
    {"type": "step", "data": {"action_type": "query_logs", "extra": 1}},
    {"type": "step", "data": {"action_type": "query_logs", "expected_step": 9}},
    {"type": "state", "data": {}},
    {"type": "mcp"},
]


@pytest.mark.parametrize("message", WRONG, ids=str)
def test_errors_are_of_the_same_type_and_code(openenv_url: str, message: Any) -> None:
    own, library = sockets(openenv_url)
    with own, library:
        for _ in ("before a reset", "in an episode"):
            answers = [json.loads(ask(socket, message)) for socket in (own, library)]
            kinds = [(answer["type"], answer["data"]["code"]) for answer in answers]
            assert kinds[0] == kinds[1]
            for socket in (own, library):
                ask(socket, {"type": "reset"})


def rpc(method: str, **params: Any) -> dict[str, Any]:
    return {"type": "mcp", "data": {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}}


CALLS = [
    rpc("tools/list"),
    rpc("tools/call", name="start_incident", arguments={"task_id": "root_cause_analysis", "scenario_index": 0}),
    rpc("tools/call", name="query_logs", arguments={"service": "postgres-db"}),
    rpc("tools/call", name="query_logs"),
    rpc("tools/call", name="no_such_tool"),
    rpc("tools/call"),
    rpc("tools/dance"),
    rpc("tools/call", name="query_logs", arguments={"service": "x" * 300}),
    rpc("tools/call", name="submit_root_cause", arguments={"service": "postgres-db", "failure_mode": "a guess"}),
    rpc("tools/call", name="query_logs", arguments={"service": "postgres-db"}),
]


def test_mcp_messages_are_answered_alike(openenv_url: str) -> None:
    own, library = sockets(openenv_url)
    with own, library:
        for message in CALLS:
            first, second = (json.loads(ask(socket, message))["data"] for socket in (own, library))
            assert first == second or first["error"]["code"] == second["error"]["code"], message
        answer = json.loads(ask(own, rpc("tools/call", name="query_logs", arguments=[1])))
        assert answer["data"]["error"]["message"] == "'arguments' must be an object"
        broken = json.loads(ask(own, {"type": "mcp", "data": {"method": []}}))
        assert broken["data"]["error"]["code"] == -32600


def test_a_call_of_a_tool_that_says_its_number_is_taken_once(openenv_url: str) -> None:
    """Over all of OpenEnv's ways to call a tool."""
    start = rpc("tools/call", name="start_incident", arguments={"task_id": "root_cause_analysis"})
    look = rpc("tools/call", name="query_logs", arguments={"service": "postgres-db"}, _meta={"expected_step": 1})
    address = openenv_url.replace("http", "ws", 1)
    for path in ("/ws", "/openenv/ws", "/mcp", "/openenv/mcp"):
        with connect(address + path) as socket:
            messages = [message["data"] if path.endswith("/mcp") else message for message in (start, look, look)]
            told = [ask(socket, message) for message in messages]
        assert "Step 1 of 10" in told[1], path
        assert "next step of the episode is 2" in told[2], path
    for path in ("/mcp", "/openenv/mcp"):
        create = {"jsonrpc": "2.0", "id": 1, "method": "openenv/session/create", "params": {}}
        session = httpx.post(openenv_url + path, json=create, timeout=20).json()["result"]["session_id"]
        calls = [
            {**message["data"], "params": {**message["data"]["params"], "session_id": session}}
            for message in (start, look, look)
        ]
        told = [httpx.post(openenv_url + path, json=call, timeout=20).text for call in calls]
        assert "Step 1 of 10" in told[1], path
        assert "next step of the episode is 2" in told[2], path


def test_a_close_message_ends_the_session(openenv_url: str) -> None:
    own, library = sockets(openenv_url)
    with own, library:
        for socket in (own, library):
            socket.send('{"type": "close"}')
            with pytest.raises(websockets.ConnectionClosedOK):
                socket.recv(timeout=20)


def test_a_step_with_a_number_is_taken_once(openenv_url: str) -> None:
    own, library = sockets(openenv_url)
    with own, library:
        for socket in (own, library):
            ask(socket, {"type": "reset", "data": {"task_id": "root_cause_analysis"}})
            numbered = step("query_logs", service="postgres-db")
            numbered["data"]["expected_step"] = 1
            assert json.loads(ask(socket, numbered))["data"]["observation"]["step_count"] == 1
            again = json.loads(ask(socket, numbered))
            assert again["data"]["message"] == "expected_step 1: the next step of the episode is 2"
            assert json.loads(ask(socket, {"type": "state"}))["data"]["step_count"] == 1


def test_no_session_takes_a_thread(openenv_url: str) -> None:
    for path in BOTH:
        with connect(openenv_url.replace("http", "ws", 1) + path) as first:  # loads what is loaded once
            ask(first, {"type": "reset"})
    before = threading.active_count()

    async def hold() -> int:
        opened = await asyncio.gather(*(_reset(openenv_url.replace("http", "ws", 1) + path) for path in BOTH * 40))
        count = threading.active_count()
        await asyncio.gather(*(socket.close() for socket in opened))
        return count

    assert asyncio.run(hold()) <= before + 4


async def _reset(address: str) -> websockets.ClientConnection:
    socket = await websockets.connect(address)
    await socket.send('{"type": "reset"}')
    await socket.recv()
    return socket


def test_sockets_of_all_doors_count_together_and_one_too_many_is_told_so() -> None:
    with serve_with(openenv=True, max_sessions=2) as url:
        httpx.get(f"{url}/metadata", timeout=60)
        address = url.replace("http", "ws", 1)
        with connect(f"{address}/ws") as first, connect(f"{address}/openenv/ws") as second:
            assert json.loads(ask(first, {"type": "reset"}))["type"] == "observation"
            assert json.loads(ask(second, {"type": "reset"}))["type"] == "observation"
            for path in ("/ws", "/openenv/ws", "/mcp", "/openenv/mcp"):
                with connect(address + path) as third:
                    answer = json.loads(third.recv(timeout=20))
                    assert "2 WebSocket sessions are in use" in json.dumps(answer)
                    with pytest.raises(websockets.ConnectionClosed) as closed:
                        third.recv(timeout=20)
                    assert closed.value.rcvd is not None
                    assert closed.value.rcvd.code == 1013
        with connect(f"{address}/ws") as later:
            assert json.loads(ask(later, {"type": "reset"}))["type"] == "observation"


def test_sessions_without_a_socket_are_few_and_take_no_place_of_sockets() -> None:
    create = {"jsonrpc": "2.0", "id": 1, "method": "openenv/session/create", "params": {}}
    with serve_with(openenv=True, max_sessions=3) as url, httpx.Client(base_url=url, timeout=60) as client:
        client.get("/metadata")
        for path in ("/mcp", "/openenv/mcp"):
            before = threading.active_count()
            answers = [client.post(path, json=create).json() for _ in range(130)]
            assert sum("result" in answer for answer in answers) == 100
            assert threading.active_count() <= before + 4
            listed = {**create, "method": "tools/list", "params": {"session_id": answers[0]["result"]["session_id"]}}
            assert client.post(path, json=listed).json()["result"]["tools"]
            closed = {**listed, "method": "openenv/session/close"}
            assert client.post(path, json=closed).json()["result"]["closed"]
            assert "result" in client.post(path, json=create).json()
        for path in BOTH:
            with connect(url.replace("http", "ws", 1) + path) as socket:
                assert json.loads(ask(socket, {"type": "reset"}))["type"] == "observation"


def test_a_socket_may_attach_to_a_session_of_http(openenv_url: str) -> None:
    create = {"jsonrpc": "2.0", "id": 1, "method": "openenv/session/create", "params": {}}
    session = httpx.post(f"{openenv_url}/mcp", json=create, timeout=20).json()["result"]["session_id"]
    with connect(f"{openenv_url.replace('http', 'ws', 1)}/ws?session_id={session}") as socket:
        assert json.loads(ask(socket, {"type": "reset"}))["type"] == "observation"
    with connect(f"{openenv_url.replace('http', 'ws', 1)}/ws?session_id=unknown") as socket:
        assert json.loads(socket.recv(timeout=20))["data"]["code"] == "SESSION_ERROR"


def test_an_episode_that_gave_way_is_told_and_the_session_lives_on() -> None:
    with serve_with(openenv=True, max_episodes=1) as url, connect(url.replace("http", "ws", 1) + "/ws") as socket:
        ask(socket, {"type": "reset"})
        ask(socket, step("submit_severity", severity="P1"))  # ended: it gives way at once
        assert httpx.post(f"{url}/reset", timeout=20).status_code == 200
        for message in ({"type": "state"}, step("query_logs", service="any")):
            answer = json.loads(ask(socket, message))
            assert (answer["data"]["code"], "gave way" in answer["data"]["message"]) == ("EXECUTION_ERROR", True)
        full = json.loads(ask(socket, {"type": "reset"}))
        assert full["data"]["code"] == "CAPACITY_REACHED"
        assert "try again in a minute" in full["data"]["message"]
