"""MCP: a standard client plays over streamable HTTP, every session has an episode of its own, mistakes are told."""

from __future__ import annotations

import asyncio
import inspect
import re

import httpx
import pytest
from fastmcp import Client
from fastmcp.exceptions import ToolError

import server.mcp_door
from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.incident_tools import IncidentTools
from tasks import INCIDENTS, TASKS, get_incident
from tests.http_server import serve_with

OWN_PARAMETER = {"disable_feature_flag": "flag", "execute_runbook_step": "runbook_action"}


@pytest.fixture
def mcp_url(openenv_url: str) -> str:
    return f"{openenv_url}/agent/mcp"


def text_of(result: object) -> str:
    return result.content[0].text  # type: ignore[attr-defined]


def test_there_is_a_tool_for_every_action_with_its_parameters(mcp_url: str) -> None:
    async def listed() -> dict[str, object]:
        async with Client(mcp_url) as client:
            return {tool.name: tool for tool in await client.list_tools()}

    tools = asyncio.run(listed())
    assert set(tools) == {"start_incident", *ACTIONS}
    for name, spec in ACTIONS.items():
        schema = tools[name].inputSchema
        optional = [parameter for parameter in spec.optional if parameter != "target"]
        assert set(schema["properties"]) == {*spec.required, *optional}
        assert schema.get("required", []) == list(spec.required)
        assert "Args:" in tools[name].description or all(p.get("description") for p in schema["properties"].values())


@pytest.mark.parametrize("task_id", list(INCIDENTS))
def test_a_standard_client_plays_an_episode(mcp_url: str, task_id: str) -> None:
    async def play() -> str:
        async with Client(mcp_url) as client:
            opening = text_of(await client.call_tool("start_incident", {"task_id": task_id, "scenario_index": 1}))
            assert get_incident(task_id, 1).id in opening
            for decision in plan_for(task_id, get_incident(task_id, 1)):
                parameters = dict(decision.parameters)
                if "target" in parameters:
                    own = OWN_PARAMETER.get(decision.action_type, "service")
                    parameters[own] = parameters.pop("target")
                answer = text_of(await client.call_tool(decision.action_type, parameters))
            return answer

    expected = "0.90" if task_id == "remediation_planning" else "1.00"
    assert asyncio.run(play()).endswith(f"Grade: {expected}.")


def test_sessions_do_not_meet(mcp_url: str) -> None:
    async def both() -> None:
        async with Client(mcp_url) as one, Client(mcp_url) as two:
            await one.call_tool("start_incident", {"task_id": "root_cause_analysis", "scenario_index": 0})
            await two.call_tool("start_incident", {"task_id": "root_cause_analysis", "scenario_index": 1})
            first = text_of(await one.call_tool("query_logs", {"service": "analytics-service"}))
            second = text_of(await two.call_tool("query_logs", {"service": "network-infra"}))
            assert "full_history_export" in first
            assert "Step 1 of 10" in first
            assert "Step 1 of 10" in second

    asyncio.run(both())


def test_mistakes_are_told_and_the_session_lives_on(mcp_url: str) -> None:
    async def play() -> None:
        async with Client(mcp_url) as client:
            with pytest.raises(ToolError, match="start_incident first"):
                await client.call_tool("query_logs", {"service": "auth-service"})
            with pytest.raises(ToolError, match="one of 0, 1, 2"):
                await client.call_tool("start_incident", {"scenario_index": 7})
            await client.call_tool("start_incident", {})
            with pytest.raises(ToolError):
                await client.call_tool("query_logs", {})
            with pytest.raises(ToolError, match="at most 200"):
                await client.call_tool("query_logs", {"service": "x" * 300})
            answer = text_of(await client.call_tool("query_logs", {"service": "nowhere"}))
            assert "unknown service" in answer
            assert "Step 1 of 3" in answer

    asyncio.run(play())


@pytest.mark.parametrize("name", list(ACTIONS))
def test_every_tool_method_documents_its_parameters(name: str) -> None:
    method = getattr(IncidentTools, name)
    documented = re.findall(r"^ {4}(\w+): ", method.__doc__, re.M)
    assert documented == [parameter for parameter in inspect.signature(method).parameters if parameter != "self"]


def test_a_slash_at_the_end_of_the_path_changes_nothing(mcp_url: str) -> None:
    async def listed() -> int:
        async with Client(f"{mcp_url}/") as client:
            return len(await client.list_tools())

    assert asyncio.run(listed()) == 1 + len(ACTIONS)


def test_a_browser_may_read_the_session_and_end_it(mcp_url: str) -> None:
    origin = {"origin": "https://example.org"}
    asked = {**origin, "access-control-request-method": "DELETE", "access-control-request-headers": "mcp-session-id"}
    preflight = httpx.options(mcp_url, headers=asked, timeout=20)
    assert preflight.status_code == 200
    assert "DELETE" in preflight.headers["access-control-allow-methods"]
    answer = httpx.post(mcp_url, headers=origin, json={}, timeout=20)
    assert "mcp-session-id" in answer.headers["access-control-expose-headers"].lower()


# The door of one episode


def started(url: str, **options: object) -> str:
    """Start an episode over REST; its id."""
    return str(httpx.post(f"{url}/reset", json=options, timeout=20).json()["episode_id"])


def test_an_agent_plays_the_episode_that_the_address_names(openenv_url: str) -> None:
    key = started(openenv_url, task_id="root_cause_analysis", scenario_index=0)

    async def play() -> list[str]:
        async with Client(f"{openenv_url}/agent/mcp?episode={key}") as client:
            offered = {tool.name for tool in await client.list_tools()}
            assert offered == set(TASKS["root_cause_analysis"].available_actions)
            with pytest.raises(ToolError):
                await client.call_tool("start_incident", {})
            calls = (("query_logs", {"service": "postgres-db"}), ("query_logs", {"service": "nowhere"}))
            texts = [text_of(await client.call_tool(name, arguments)) for name, arguments in calls]
            answer = {"service": "analytics-service", "failure_mode": "a full table scan"}
            texts.append(text_of(await client.call_tool("submit_root_cause", answer)))
            texts.append(text_of(await client.call_tool("query_logs", {"service": "postgres-db"})))
            return texts

    first, mistake, last, late = asyncio.run(play())
    assert first.endswith("Step 1 of 10.")
    assert "unknown service" in mistake
    assert last == "Submission received.\n\nThe episode is over."
    assert late == "The episode is over."
    report = httpx.get(f"{openenv_url}/grader", params={"episode_id": key}, timeout=20).json()
    assert (report["done"], report["steps_used"]) == (True, 3)


def test_no_answer_of_that_door_tells_a_reward_or_a_grade(openenv_url: str) -> None:
    """Also where the steps run out, and for each task."""

    async def play(key: str, services: list[str]) -> list[str]:
        async with Client(f"{openenv_url}/agent/mcp?episode={key}") as client:
            calls = [await client.call_tool("query_logs", {"service": services[0]}) for _ in range(17)]
            return [text_of(call) for call in calls]

    for task_id in INCIDENTS:
        answer = httpx.post(f"{openenv_url}/reset", json={"task_id": task_id}, timeout=20).json()
        texts = asyncio.run(play(answer["episode_id"], answer["known_services"]))
        ended = [text for text in texts if "The episode is over." in text]
        assert len(ended) == 17 - (answer["max_steps"] - 1)
        assert not any(re.search(r"reward|Grade \d|grade", text, re.I) for text in ended)


def test_a_client_without_sessions_works_at_that_door(openenv_url: str) -> None:
    key = started(openenv_url, task_id="root_cause_analysis")
    call = {"name": "query_logs", "arguments": {"service": "postgres-db"}}
    headers = {"accept": "application/json, text/event-stream"}
    for step in (1, 2):  # each request stands alone, as those of clients that open a session a call
        request = {"jsonrpc": "2.0", "id": step, "method": "tools/call", "params": call}
        answer = httpx.post(f"{openenv_url}/agent/mcp?episode={key}", json=request, headers=headers, timeout=20)
        assert f"Step {step} of 10." in answer.json()["result"]["content"][0]["text"]


def test_an_unknown_episode_is_a_404_at_that_door(openenv_url: str) -> None:
    answer = httpx.post(f"{openenv_url}/agent/mcp?episode=unknown", json={}, timeout=20)
    assert answer.status_code == 404
    assert "unknown or expired" in answer.json()["detail"]


def test_a_step_that_says_its_number_is_taken_once(openenv_url: str) -> None:
    key = started(openenv_url, task_id="root_cause_analysis")
    call = {"name": "query_logs", "arguments": {"service": "postgres-db"}, "_meta": {"expected_step": 1}}
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    headers = {"accept": "application/json, text/event-stream"}
    url = f"{openenv_url}/agent/mcp?episode={key}"
    results = [httpx.post(url, json=request, headers=headers, timeout=20).json()["result"] for _ in range(2)]
    assert [result["isError"] for result in results] == [False, True]
    assert "the next step of the episode is 2" in results[1]["content"][0]["text"]


def test_sessions_are_bounded_and_one_that_was_ended_leaves_its_place(
    monkeypatch: pytest.MonkeyPatch, openenv_url: str
) -> None:
    monkeypatch.setattr(server.mcp_door, "MOST_SESSIONS", 3)
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    headers = {"accept": "application/json, text/event-stream"}
    with serve_with(openenv=True) as url, httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        opened = [client.post("/agent/mcp", json=hello) for _ in range(3)]
        assert [answer.status_code for answer in opened] == [200] * 3
        full = client.post("/agent/mcp", json=hello)
        assert (full.status_code, full.headers["retry-after"]) == (503, "60")
        client.delete("/agent/mcp", headers={"mcp-session-id": opened[0].headers["mcp-session-id"]})
        assert client.post("/agent/mcp", json=hello).status_code == 200
