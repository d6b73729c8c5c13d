"""Clients that see the actions as tools: openenv's MCP client, and the class that TRL's trainer takes."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from openenv.core import MCPToolClient
from pydantic import TypeAdapter, ValidationError

from cloud_incident_env.actions import ACTIONS, LEVELS
from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.client import LOST, CloudIncidentAction, CloudIncidentEnv, IncidentToolEnv
from cloud_incident_env.episode import start_episode
from cloud_incident_env.incident import Incident
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.tool_text import take_step
from tasks import INCIDENTS, get_incident
from tests.http_server import serve_with

OWN_PARAMETER = {"disable_feature_flag": "flag", "execute_runbook_step": "runbook_action"}


def perfect_calls(task_id: str, index: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The calls of a perfect episode of a hand-written incident."""
    return calls_for(task_id, get_incident(task_id, index))


def calls_for(task_id: str, scenario: Incident) -> Iterator[tuple[str, dict[str, Any]]]:
    """The calls of a perfect episode."""
    for decision in plan_for(task_id, scenario):
        parameters = dict(decision.parameters)
        if "target" in parameters:
            parameters[OWN_PARAMETER.get(decision.action_type, "service")] = parameters.pop("target")
        yield decision.action_type, parameters


def full_marks(task_id: str) -> float:
    return 0.90 if task_id == "remediation_planning" else 1.0


@pytest.mark.parametrize("path", ["", "/openenv"])
@pytest.mark.parametrize("task_id", list(INCIDENTS))
def test_openenvs_mcp_client_plays_an_episode(openenv_url: str, path: str, task_id: str) -> None:
    async def play() -> str:
        async with MCPToolClient(base_url=openenv_url + path) as client:
            assert {tool.name for tool in await client.list_tools()} == {"start_incident", *ACTIONS}
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


@pytest.mark.parametrize("task_id", list(INCIDENTS))
def test_the_trainers_environment_plays_an_episode(tool_env: IncidentToolEnv, task_id: str) -> None:
    opening = tool_env.reset(task_id=task_id, scenario_index=2, prompt=[{"role": "user", "content": "go"}])
    scenario = get_incident(task_id, 2)
    assert scenario.alert.title in opening
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


def test_a_tool_reads_the_level_of_log_lines_in_any_case() -> None:
    level: TypeAdapter[str] = TypeAdapter(IncidentToolEnv.query_logs.__annotations__["level"])
    assert level.validate_python(" ERROR ") == "error"
    assert level.json_schema()["anyOf"][0]["enum"] == list(LEVELS)
    with pytest.raises(ValidationError):
        level.validate_python("loud")


def test_the_trainers_environment_has_no_public_method_but_its_tools_and_reset() -> None:
    """TRL offers every public method but `reset` and `get_reward` to the model."""
    public = {name for name, _ in inspect.getmembers(IncidentToolEnv, inspect.isfunction) if not name.startswith("_")}
    assert public == {"reset", *ACTIONS}


def test_a_step_after_the_end_produces_and_earns_nothing(tool_env: IncidentToolEnv) -> None:
    tool_env.reset(task_id="alert_classification")
    tool_env.query_logs(service="auth-service")
    tool_env.submit_severity(severity="P1")
    earned, grade = tool_env.reward, tool_env.grade
    again = tool_env.query_logs(service="auth-service")
    assert "auth-service]" not in again
    assert (tool_env.reward, tool_env.grade) == (earned, grade)
    assert grade is not None
    episode = start_episode(ResetOptions(task_id="alert_classification"))
    take_step(episode, "query_logs", {"service": "auth-service"})
    assert take_step(episode, "submit_severity", {"severity": "P1"})["reward"] == 1.0
    after = take_step(episode, "query_logs", {"service": "auth-service"})
    assert after["reward"] == 0.0
    assert "auth-service]" not in after["result"]


def test_a_typed_result_carries_the_metadata_of_its_step(openenv_url: str) -> None:
    with CloudIncidentEnv(base_url=openenv_url).sync() as env:
        env.reset(task_id="alert_classification")
        result = env.step(CloudIncidentAction(action_type="query_logs", parameters={"service": "auth-service"}))
        assert result.metadata == result.observation.metadata
        assert result.metadata["shaping"] == 0.04
        result = env.step(CloudIncidentAction(action_type="submit_severity", parameters={"severity": "P1"}))
        assert result.metadata["grade"]["total"] == 1.0


@pytest.mark.parametrize("kind", ["restarted", "gone"])
def test_an_episode_that_the_server_lost_is_told_and_earns_nothing(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    with ExitStack() as first:
        url = first.enter_context(serve_with(openenv=True, max_body_bytes=1_024))
        httpx.get(f"{url}/metadata", timeout=60)
        monkeypatch.setenv("ENV_BASE_URL", url)
        tools = IncidentToolEnv()
        tools.reset(task_id="root_cause_analysis", seed=3)
        service = choose_incident(ResetOptions(task_id="root_cause_analysis", seed=3)).incident.known_services[0]
        tools.query_logs(service=service)
        assert tools.reward == pytest.approx(0.04)
        with pytest.raises(ValueError, match=r"^replicas: "):
            tools.scale_service(service=service, replicas=-1)
        with pytest.raises(RuntimeError, match="over 1024 bytes"):  # a mistake of the caller loses nothing
            tools.submit_root_cause(service=service, failure_mode="x" * 2_000)
        assert (tools.lost, tools.reward) == (False, pytest.approx(0.04))
        if kind == "restarted":
            tools._remote.close()  # as a restart does, this ends the session; the next call opens another
            answers = [tools.query_logs(service=service), tools.submit_root_cause(service=service, failure_mode="x")]
    if kind == "gone":
        answers = [tools.query_logs(service=service), tools.submit_root_cause(service=service, failure_mode="x")]
    assert answers == [LOST, LOST]
    assert (tools.lost, tools.done, tools.reward, tools.grade) == (True, True, None, None)
