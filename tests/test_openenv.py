"""The OpenEnv interface: openenv's own clients and validator against the real server, and what breaks other servers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import websockets
from openenv.cli._validation import validate_running_environment
from openenv.core import GenericEnvClient

from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.client import CloudIncidentAction, CloudIncidentEnv
from cloud_incident_env.manifest import ENV_NAME
from cloud_incident_env.splits import incidents_of
from server.openenv_session import OpenEnvIncidentEnvironment
from tasks import INCIDENTS, get_incident
from tests.http_server import serve_with
from tests.reports import reports_after

TASKS = list(INCIDENTS)
TASK_API = f"/{ENV_NAME}"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve_with(openenv=True, max_body_bytes=8_192) as url:
        httpx.get(f"{url}/metadata", timeout=60)  # waits until the protocol has been loaded
        yield url


def full_marks(task_id: str) -> float:
    return 0.90 if task_id == "remediation_planning" else 1.0


def perfect_actions(task_id: str, index: int) -> list[dict[str, Any]]:
    plan = plan_for(task_id, get_incident(task_id, index))
    return [{"action_type": decision.action_type, "parameters": decision.parameters} for decision in plan]


# openenv's own tools


def test_the_validator_passes_every_criterion(url: str) -> None:
    report = validate_running_environment(f"{url}/openenv", timeout_s=20)
    assert report["passed"]
    assert report["summary"]["passed_count"] == report["summary"]["total_count"] >= 6


@pytest.mark.parametrize("path", ["", "/openenv"])
@pytest.mark.parametrize("task_id", TASKS)
def test_the_generic_client_plays_an_episode(url: str, path: str, task_id: str) -> None:
    with GenericEnvClient(base_url=url + path).sync() as env:
        result = env.reset(task_id=task_id, scenario_index=1)
        rewards = [result.reward]
        for action in perfect_actions(task_id, 1):
            result = env.step(action)
            rewards.append(result.reward)
        assert result.done
        assert result.metadata["grade"]["total"] == full_marks(task_id)
        assert sum(rewards) == pytest.approx(result.observation["cumulative_reward"])
        assert env.state()["resolved"]


@pytest.mark.parametrize("task_id", TASKS)
def test_the_generic_async_client_plays_an_episode(url: str, task_id: str) -> None:
    async def play() -> float:
        async with GenericEnvClient(base_url=url) as env:
            result = await env.reset(task_id=task_id, scenario_index=2)
            for action in perfect_actions(task_id, 2):
                result = await env.step(action)
            return result.metadata["grade"]["total"]

    assert asyncio.run(play()) == full_marks(task_id)


@pytest.mark.parametrize("task_id", TASKS)
def test_the_typed_client_plays_an_episode(url: str, task_id: str) -> None:
    with CloudIncidentEnv(base_url=url).sync() as env:
        result = env.reset(task_id=task_id)
        for action in perfect_actions(task_id, 0):
            result = env.step(CloudIncidentAction(**action))
        assert result.done
        assert result.reward == pytest.approx(full_marks(task_id), abs=0.03)
        assert env.state().scenario_id == result.observation.scenario_id


# Reset, seed and tool results


def test_the_tool_result_is_the_text_of_this_step_alone() -> None:
    env = OpenEnvIncidentEnvironment()
    env.reset(task_id="root_cause_analysis")
    for tool, service in (("query_logs", "auth-service"), ("CHECK_METRICS", " Auth-Service ")):
        observation = env.step(CloudIncidentAction(action_type=tool, parameters={"service": service}))
        expected = reports_after(get_incident("root_cause_analysis", 0))[tool.lower(), "auth-service"].text
        assert observation.tool_result == expected
    observation = env.step(CloudIncidentAction(action_type="query_logs", parameters={"service": "nowhere"}))
    assert "unknown service" in observation.tool_result


def test_a_seed_starts_a_generated_incident_or_chooses_within_a_split() -> None:
    env = OpenEnvIncidentEnvironment()
    by_seed = [env.reset(seed=seed, task_id="remediation_planning").scenario_id for seed in (1, 2, 1)]
    assert by_seed[0] == by_seed[2] != by_seed[1]
    assert env.reset(split="canonical", seed=10).scenario_id == "AC-002"
    assert env.reset(split="train", index=7).scenario_id == env.reset(split="train", seed=2**31 + 7).scenario_id


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"task_id": "nonsense"}, "one of alert_classification"),
        ({"scenario_index": 3}, "one of 0, 1, 2"),
        ({"split": "secret"}, "one of canonical"),
        ({"split": "canonical", "index": 9}, "0 to 8"),
        ({"split": "canonical", "task_id": "root_cause_analysis"}, "not by both"),
        ({"difficulty": "trivial"}, "one of easy, medium, hard, expert"),
        ({"family": "gremlins"}, "one of .*pool-leak"),
        ({"seed": -1}, "0 to 2147483647"),
        ({"seed": 2**31}, "0 to 2147483647"),
        ({"seed": 1, "scenario_index": 0}, "not by both"),
        ({"split": "test", "index": 1000}, "0 to 999"),
        ({"split": "test", "index": 1, "seed": 1}, "not by both"),
        ({"split": "test", "index": 1, "family": "pool-leak"}, "not by both"),
        ({"colour": "red"}, "unknown reset option colour"),
        ({"reward_profile": "v9"}, "one of default, v0.1"),
        ({"episode_id": "../etc"}, "expected 1 to 64 letters"),
        ({"episode_id": 5}, "expected 1 to 64 letters"),
        ({"seed": "many"}, "expected an integer"),
        ({"index": True}, "expected an integer"),
        ({"task_id": ["x"]}, "expected a string"),
    ],
)
def test_a_reset_that_makes_no_sense_says_what_would(url: str, options: dict[str, Any], message: str) -> None:
    with GenericEnvClient(base_url=url).sync() as env:
        with pytest.raises(RuntimeError, match=message):
            env.reset(**options)
        assert env.reset().observation["scenario_id"] == "AC-001"


def test_the_rubric_tree_attributes_the_reward() -> None:
    env = OpenEnvIncidentEnvironment()
    env.reset(task_id="remediation_planning")
    for action in perfect_actions("remediation_planning", 0):
        observation = env.step(CloudIncidentAction(**action))
        scores = {name: rubric.last_score for name, rubric in env.rubric.named_rubrics()}
        assert scores["shaping"] + scores["grade"] == pytest.approx(observation.reward)
    parts = {name.removeprefix("grade."): score for name, score in scores.items() if name.startswith("grade.")}
    assert parts == {"severity": 0.0, **observation.metadata["grade"]["breakdown"]}


# Task API


def test_the_task_api_lists_the_splits(url: str) -> None:
    with httpx.Client(base_url=url + TASK_API, timeout=20) as client:
        assert [split["name"] for split in client.get("/splits").json()] == [
            "canonical",
            "train",
            "validation",
            "test",
            "test_families",
            "test_systems",
        ]
        assert client.post("/num_tasks", json={"split": "train"}).json() == {"num_tasks": 2**31}
        generated = client.post("/task", json={"split": "test", "index": 4}).json()["task"]
        assert (generated["id"], generated["task_id"], generated["difficulty"]) == (
            "test-4",
            "root_cause_analysis",
            "medium",
        )
        assert client.post("/num_tasks", json={"split": "canonical"}).json() == {"num_tasks": 9}
        task = client.post("/task", json={"split": "canonical", "index": 4}).json()["task"]
        assert (task["id"], task["task_id"], task["scenario_index"]) == ("RCA-002", "root_cause_analysis", 1)
        some = client.post("/task_range", json={"split": "canonical", "start": 7, "stop": 99}).json()["tasks"]
        assert [task["id"] for task in some] == ["RP-002", "RP-003"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/num_tasks", {"split": "secret"}),
        ("/task", {"split": "canonical", "index": 9}),
        ("/task", {"split": "canonical", "index": -1}),
    ],
)
def test_the_task_api_refuses_what_does_not_exist(url: str, path: str, body: dict[str, Any]) -> None:
    assert httpx.post(url + TASK_API + path, json=body, timeout=20).status_code == 400


def test_task_specs_reveal_no_answer() -> None:
    for spec in incidents_of("canonical"):
        scenario = get_incident(spec["task_id"], spec["scenario_index"])
        text = json.dumps(spec).casefold()
        assert scenario.culprit not in text
        assert set(spec) == {"id", "split", "index", "task_id", "scenario_index", "difficulty", "description"}


# Many sessions, and bad messages


def test_256_sessions_at_once_each_see_only_their_own_episode(url: str) -> None:
    async def session(number: int) -> None:
        task_id, index = TASKS[number % 3], number // 3 % 3
        scenario = get_incident(task_id, index)
        service = scenario.known_services[number % len(scenario.known_services)]
        async with GenericEnvClient(base_url=url) as env:
            await env.reset(task_id=task_id, scenario_index=index, episode_id=f"session-{number}")
            result = await env.step({"action_type": "query_logs", "parameters": {"service": service}})
            state = await env.state()
        assert result.observation["scenario_id"] == scenario.id
        assert result.observation["queried_data"] == {
            "query_logs": {service: reports_after(scenario)["query_logs", service].text}
        }
        assert (state["episode_id"], state["step_count"]) == (f"session-{number}", 1)

    async def all_sessions() -> None:
        await asyncio.gather(*(session(number) for number in range(256)))

    asyncio.run(all_sessions())


BAD_MESSAGES = [
    "",
    "not json",
    "[]",
    "null",
    '"reset"',
    '{"type": "reset", "data": {"seed": NaN}}',
    '{"type": "step", "data": {"action_type": "\\ud800"}}',
    "[" * 7_000,
    '{"type": "dance"}',
    '{"type": 7}',
    '{"type": "step"}',
    '{"type": "step", "data": {}}',
    '{"type": "step", "data": {"action_type": 5}}',
    '{"type": "step", "data": {"action_type": "query_logs", "parameters": {"replicas": 1.5}}}',
    '{"type": "step", "data": {"action_type": "query_logs", "extra": 1}}',
    '{"type": "reset", "data": []}',
    '{"type": "reset", "data": {"seed": "many"}}',
    '{"type": "mcp", "data": {"method": []}}',
    '{"type": "step", "data": {"action_type": "' + "x" * 9_000 + '"}}',
    b"\x00\xff",
]


@pytest.mark.parametrize("path", ["/ws", "/openenv/ws"])
def test_a_bad_message_gets_an_error_and_the_session_lives_on(url: str, path: str) -> None:
    async def talk() -> None:
        async with websockets.connect(url.replace("http", "ws") + path) as socket:

            async def ask(message: str | bytes) -> dict[str, Any]:
                await socket.send(message)
                return json.loads(await asyncio.wait_for(socket.recv(), 20))

            early = await ask(json.dumps({"type": "step", "data": {"action_type": "query_logs"}}))
            assert early["type"] == "error"
            assert "reset first" in early["data"]["message"]
            assert (await ask('{"type": "reset", "data": {"task_id": "root_cause_analysis"}}'))["type"] == "observation"
            for number, message in enumerate(BAD_MESSAGES):
                answer = await ask(message)
                failed = answer["type"] == "error" or "error" in answer["data"]
                assert failed, f"message {number}: {str(message)[:60]} got {str(answer)[:200]}"
            state = await ask('{"type": "state"}')
            assert (state["data"]["scenario_id"], state["data"]["step_count"]) == ("RCA-001", 0)

    asyncio.run(talk())


def test_a_client_that_vanishes_frees_its_session() -> None:
    async def talk(url: str) -> None:
        address = url.replace("http", "ws") + "/ws"
        for _ in range(6):  # three times the capacity
            socket = await websockets.connect(address)
            await socket.send('{"type": "reset"}')
            assert json.loads(await socket.recv())["type"] == "observation"
            socket.transport.abort()
            await asyncio.wait_for(_until_free(address), 20)

    async def _until_free(address: str) -> None:
        while True:
            async with websockets.connect(address) as probe:
                await probe.send('{"type": "state"}')
                if json.loads(await probe.recv())["type"] == "state":
                    return

    with serve_with(openenv=True, max_episodes=2) as url:
        asyncio.run(talk(url))


@pytest.mark.parametrize("path", ["/openenv/reset", "/openenv/step", f"{TASK_API}/task", "/mcp", "/openenv/mcp"])
@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b"\xff", b'{"a": NaN}', b'{"action": {"b": "\\ud800"}}', b"[" * 7_000, b"{}"]
)
def test_no_body_makes_an_http_route_fail(url: str, path: str, body: bytes) -> None:
    answer = httpx.post(url + path, content=body, headers={"content-type": "application/json"}, timeout=20)
    assert answer.status_code < 500
    json.loads(answer.content)


def test_a_step_without_a_session_over_http_is_the_callers_mistake(url: str) -> None:
    answer = httpx.post(f"{url}/openenv/step", json={"action": {"action_type": "query_logs"}}, timeout=20)
    assert answer.status_code == 400
    assert "reset first" in answer.json()["detail"]
