"""Clients that see the actions as tools: openenv's MCP client, and the class that TRL's trainer takes."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from openenv.core import MCPToolClient

from actions import ALL_ACTIONS
from agents.oracle import plan_for
from client import IncidentToolEnv
from scenario import Scenario
from server.environment import IncidentEnvironment
from server.tool_steps import take_step
from tasks import SCENARIOS, get_scenario

OWN_PARAMETER = {"disable_feature_flag": "flag", "execute_runbook_step": "runbook_action"}


def perfect_calls(task_id: str, index: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The calls of a perfect episode of a hand-written incident."""
    return calls_for(task_id, get_scenario(task_id, index))


def calls_for(task_id: str, scenario: Scenario) -> Iterator[tuple[str, dict[str, Any]]]:
    """The calls of a perfect episode."""
    for decision in plan_for(task_id, scenario):
        parameters = dict(decision.parameters)
        if "target" in parameters:
            parameters[OWN_PARAMETER.get(decision.action_type, "service")] = parameters.pop("target")
        yield decision.action_type, parameters


def full_marks(task_id: str) -> float:
    return 0.90 if task_id == "remediation_planning" else 1.0


@pytest.mark.parametrize("path", ["", "/openenv"])
@pytest.mark.parametrize("task_id", list(SCENARIOS))
def test_openenvs_mcp_client_plays_an_episode(openenv_url: str, path: str, task_id: str) -> None:
    async def play() -> str:
        async with MCPToolClient(base_url=openenv_url + path) as client:
            assert {tool.name for tool in await client.list_tools()} == {"start_incident", *ALL_ACTIONS}
            await client.call_tool("start_incident", task_id=task_id, scenario_index=1)
            for name, parameters in perfect_calls(task_id, 1):
                answer = await client.call_tool(name, **parameters)
            return str(answer)

    assert asyncio.run(play()).endswith(f"Grade: {full_marks(task_id):.2f}.")


@pytest.fixture(params=["in process", "on a server"])
def tool_env(request: pytest.FixtureRequest, openenv_url: str, monkeypatch: pytest.MonkeyPatch) -> IncidentToolEnv:
    if request.param == "on a server":
        monkeypatch.setenv("ENV_BASE_URL", openenv_url)
    else:
        monkeypatch.delenv("ENV_BASE_URL", raising=False)
    return IncidentToolEnv()


@pytest.mark.parametrize("task_id", list(SCENARIOS))
def test_the_trainers_environment_plays_an_episode(tool_env: IncidentToolEnv, task_id: str) -> None:
    opening = tool_env.reset(task_id=task_id, scenario_index=2, prompt=[{"role": "user", "content": "go"}])
    scenario = get_scenario(task_id, 2)
    assert scenario["alert"]["title"] in opening
    for name, parameters in perfect_calls(task_id, 2):
        assert (tool_env.done, tool_env.grade) == (False, None)
        answer = getattr(tool_env, name)(**parameters)
        assert isinstance(answer, str)
    assert tool_env.done
    assert tool_env.grade == pytest.approx(full_marks(task_id))
    assert tool_env.reward > full_marks(task_id)
    assert answer.endswith(f"Grade: {full_marks(task_id):.2f}.")
    tool_env.reset(task_id=task_id)
    assert (tool_env.reward, tool_env.done, tool_env.grade) == (0.0, False, None)


def test_the_trainers_environment_has_no_public_method_but_its_tools_and_reset() -> None:
    """TRL offers every public method but `reset` and `get_reward` to the model."""
    public = {name for name, _ in inspect.getmembers(IncidentToolEnv, inspect.isfunction) if not name.startswith("_")}
    assert public == {"reset", *ALL_ACTIONS}


def test_a_step_after_the_end_produces_and_earns_nothing(tool_env: IncidentToolEnv) -> None:
    tool_env.reset(task_id="alert_classification")
    tool_env.query_logs(service="auth-service")
    tool_env.submit_severity(severity="P1")
    earned, grade = tool_env.reward, tool_env.grade
    again = tool_env.query_logs(service="auth-service")
    assert "auth-service]" not in again
    assert (tool_env.reward, tool_env.grade) == (earned, grade)
    assert grade is not None
    environment = IncidentEnvironment()
    environment.reset("alert_classification")
    take_step(environment, "query_logs", {"service": "auth-service"})
    assert take_step(environment, "submit_severity", {"severity": "P1"})["reward"] == 1.0
    after = take_step(environment, "query_logs", {"service": "auth-service"})
    assert after["reward"] == 0.0
    assert "auth-service]" not in after["result"]
