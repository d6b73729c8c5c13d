"""MCP: a standard client plays over streamable HTTP, every session has an episode of its own, mistakes are told."""

from __future__ import annotations

import asyncio
import inspect
import re

import httpx
import pytest
from fastmcp import Client
from fastmcp.exceptions import ToolError

from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.incident_tools import IncidentTools
from tasks import INCIDENTS, get_incident

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
