"""The LLM policy by native tool calling: its tools, its conversation, and what becomes of answers without a call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import openai
import pytest

from cloud_incident_env.actions import ACTIONS, PARAMETERS, SEVERITY_LEVELS
from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.llm import NO_ACTION, Sampling
from cloud_incident_env.agents.llm_tools import ToolCallingPolicy
from cloud_incident_env.evaluation.plan import one_episode
from cloud_incident_env.evaluation.play import play as play_episode
from cloud_incident_env.evaluation.record import EpisodeRecord, steps_by
from cloud_incident_env.incident import TaskId
from cloud_incident_env.model_prompts import tool_schema
from tasks import TASKS
from tests.llm_stub import Reply, Stub, llm_stub

TASK = {"task_id": "root_cause_analysis", "scenario_index": 0}
QUERY = Reply(calls=[("query_logs", '{"service": "analytics-service"}')])
SUBMIT = Reply(
    calls=[("submit_root_cause", '{"service": "analytics-service", "failure_mode": "unbounded export query"}')]
)


@contextmanager
def scripted(*replies: Reply, **options: Any) -> Iterator[tuple[ToolCallingPolicy, Stub]]:
    """A policy whose endpoint gives these answers, the last one again and again."""
    left = list(replies)
    with llm_stub(lambda body: left.pop(0) if len(left) > 1 else left[0]) as stub:
        client = openai.OpenAI(api_key="none", base_url=stub.url, max_retries=1, timeout=20)
        yield ToolCallingPolicy(client, "stub", **{"stand_in": "never", **options}), stub


def play(policy: ToolCallingPolicy) -> EpisodeRecord:
    return play_episode(one_episode(TASK), policy, LocalEnvironment())


@pytest.mark.parametrize("action_type", ACTIONS)
def test_a_tool_takes_what_its_action_takes(action_type: str) -> None:
    function = tool_schema(action_type)["function"]
    action, schema = ACTIONS[action_type], function["parameters"]
    assert (function["name"], schema["required"]) == (action_type, list(action.required))
    assert set(action.required) <= schema["properties"].keys() <= {*action.required, *action.optional}
    assert function["description"]
    for name, described in schema["properties"].items():
        assert described["type"] == ("string" if PARAMETERS[name].most is None else "integer")
        assert described["description"].endswith(".")


def test_a_severity_is_one_of_four_and_described_to_the_end() -> None:
    function = tool_schema("submit_severity")["function"]
    assert function["parameters"]["properties"]["severity"]["enum"] == ["P1", "P2", "P3", "P4"]
    assert function["description"].endswith(SEVERITY_LEVELS)


@pytest.mark.parametrize("task_id", TASKS)
def test_the_tools_are_the_actions_that_the_observation_offers(task_id: TaskId) -> None:
    with scripted(QUERY) as (policy, stub):
        policy.act(LocalEnvironment().reset({"task_id": task_id}))
    offered = [tool["function"]["name"] for tool in stub.requests[0]["tools"]]
    assert offered == list(TASKS[task_id].available_actions)


@pytest.mark.parametrize("stream", [False, True])
def test_a_good_model_plays_to_full_marks(stream: bool) -> None:
    with scripted(QUERY, SUBMIT, sampling=Sampling(stream=stream)) as (policy, stub):
        report = play(policy)
    assert report["grade"] == 1.0
    assert steps_by(report, "model") == len(report["steps"]) == len(stub.requests) == 2
    assert stub.requests[0]["temperature"] == 0.0


def test_what_a_call_showed_is_its_tool_message_in_the_next_turn() -> None:
    with scripted(QUERY, SUBMIT) as (policy, stub):
        play(policy)
    environment = LocalEnvironment()
    environment.reset(TASK)
    log = environment.step("query_logs", {"service": "analytics-service"})["observation"]["queried_data"]
    system, opening, call, result = stub.requests[1]["messages"]
    assert [system, opening] == stub.requests[0]["messages"]
    assert call["tool_calls"][0]["function"] == {
        "name": "query_logs",
        "arguments": '{"service": "analytics-service"}',
    }
    assert (result["role"], result["tool_call_id"]) == ("tool", call["tool_calls"][0]["id"])
    assert log["query_logs"]["analytics-service"] in result["content"]
    assert result["content"].endswith("Next is step 2 of 10.")


def test_only_the_first_call_of_a_turn_is_run_and_every_call_is_answered() -> None:
    both = Reply(calls=[*QUERY.calls, ("check_metrics", '{"service": "postgres-db"}')])
    with scripted(both, SUBMIT) as (policy, stub):
        report = play(policy)
    assert [step["action_type"] for step in report["steps"]] == ["query_logs", "submit_root_cause"]
    *_, call, first, second = stub.requests[1]["messages"]
    assert [c["id"] for c in call["tool_calls"]] == [first["tool_call_id"], second["tool_call_id"]]
    assert second["content"] == "Not run: one tool call a turn."


UNUSABLE = {
    "words": (Reply("I would look at the logs."), NO_ACTION, {}, "no tool call"),
    "nothing": (Reply(), NO_ACTION, {}, "no tool call"),
    "unknown tool": (Reply(calls=[("reboot", '{"service": "a"}')]), "reboot", {"service": "a"}, "no action 'reboot'"),
    "tool of another task": (
        Reply(calls=[("restart_service", '{"service": "a"}')]),
        "restart_service",
        {"service": "a"},
        "no action 'restart_service'",
    ),
    "malformed arguments": (Reply(calls=[("query_logs", '{"service": "a')]), NO_ACTION, {}, "are not JSON"),
    "deep arguments": (Reply(calls=[("query_logs", "[" * 100_000)]), NO_ACTION, {}, "are not JSON"),
    "arguments of the wrong shape": (Reply(calls=[("query_logs", '["a"]')]), NO_ACTION, {}, "are no JSON object"),
    "missing argument": (Reply(calls=[("query_logs", "{}")]), "query_logs", {}, "query_logs without service"),
    "no name": (Reply(calls=[("", "{}")]), NO_ACTION, {}, f"no action '{NO_ACTION}'"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_unusable_call_is_an_invalid_action_and_the_model_is_told(case: str) -> None:
    reply, action_type, parameters, problem = UNUSABLE[case]
    warnings: list[str] = []
    with scripted(reply, QUERY, SUBMIT, warn=warnings.append) as (policy, stub):
        report = play(policy)
    step = report["steps"][0]
    assert (step["action_type"], step["source"]) == (action_type, "model")
    assert {name: value for name, value in step["parameters"].items() if name != "reasoning"} == parameters
    assert step["error"]
    assert problem in warnings[0]
    told = stub.requests[1]["messages"][-1]
    assert problem in told["content"]
    assert told["role"] == ("tool" if reply.calls else "user")
    assert [s["action_type"] for s in report["steps"][1:]] == ["query_logs", "submit_root_cause"]
    for request in stub.requests:  # endpoints parse the arguments that they are sent back
        for message in request["messages"]:
            assert all(isinstance(json.loads(c["function"]["arguments"]), dict) for c in message.get("tool_calls", ()))


def test_an_unusable_call_is_replaced_if_the_heuristic_may_stand_in() -> None:
    with scripted(Reply("Hm."), QUERY, SUBMIT, stand_in="unusable") as (policy, stub):
        report = play(policy)
    assert [step["source"] for step in report["steps"]] == ["fallback", "model", "model"]
    told = stub.requests[1]["messages"][-1]["content"]
    assert f"Taken instead: {report['steps'][0]['action_type']} " in told


def test_a_model_that_never_calls_a_tool_lets_the_steps_run_out() -> None:
    with scripted(Reply("Hm.")) as (policy, _):
        report = play(policy)
    assert len(report["steps"]) == TASKS["root_cause_analysis"].max_steps
    assert report["grade"] == 0.0


def test_after_a_refused_key_the_heuristic_plays_on_if_it_always_may() -> None:
    with scripted(Reply(status=401), stand_in="always") as (policy, stub):
        report = play(policy)
    assert len(stub.requests) == 1
    assert steps_by(report, "fallback") == len(report["steps"])
    assert report["grade"] == 1.0


def test_calls_without_ids_and_with_parsed_arguments_are_taken() -> None:
    """As some local endpoints send them."""
    function = {"name": "query_logs", "arguments": {"service": "analytics-service"}}
    message = {"role": "assistant", "content": None, "tool_calls": [{"type": "function", "function": function}]}
    body = json.dumps({"id": "x", "choices": [{"index": 0, "message": message}]})
    with scripted(Reply(body=body), SUBMIT) as (policy, stub):
        report = play(policy)
    assert report["grade"] == 1.0
    *_, call, result = stub.requests[1]["messages"]
    assert call["tool_calls"][0]["id"]
    assert call["tool_calls"][0]["id"] == result["tool_call_id"]
