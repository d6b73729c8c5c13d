"""The LLM policy in JSON mode: which answers are understood, which are replaced, whose fault a failure is.

What the endpoint may do wrong is tested here for both modes, with and without streams: they share how they ask.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import openai
import pytest

from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.llm import (
    NO_ACTION,
    InfrastructureError,
    LLMPolicy,
    ModelPolicy,
    Sampling,
    UnusableAnswerError,
    parse_action,
)
from cloud_incident_env.agents.llm_endpoint import BROKEN_ANSWERS
from cloud_incident_env.agents.llm_tools import ToolCallingPolicy
from cloud_incident_env.evaluation.plan import one_episode
from cloud_incident_env.evaluation.play import play as play_episode
from cloud_incident_env.evaluation.record import EpisodeRecord, steps_by
from tests.llm_stub import Reply, Stub, llm_stub

QUERY = {"action_type": "query_logs", "parameters": {"service": "auth-service"}}
OFFERED = {"available_actions": ["query_logs", "scale_service", "submit_root_cause", "execute_runbook_step"]}
MAKE_RETRY_FAST = {"retry-after-ms": "5"}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(QUERY),
        f"```json\n{json.dumps(QUERY, indent=2)}\n```",
        f"Let me look at the logs first. {json.dumps(QUERY)} That should tell.",
        '{"action_type": "QUERY_LOGS ", "service": "auth-service"}',
        '{"action": "query_logs", "parameters": {"service": "auth-service", "window": "5m"}}',
        '{"action": {"action_type": "query_logs", "parameters": {"service": "auth-service"}}}',
        '{"name": "query_logs", "arguments": {"service": "auth-service"}}',
        '{"thought": "logs"} {"action_type": "query_logs", "parameters": {"service": "auth-service"}}',
        '{broken {"action_type": "query_logs", "parameters": {"service": "auth-service"}}',
    ],
)
def test_answers_that_hold_an_action_are_understood(text: str) -> None:
    decision = parse_action(text, OFFERED)
    assert (decision.action_type, decision.parameters) == ("query_logs", {"service": "auth-service"})
    assert decision.source == "model"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I would query the logs of auth-service.",
        '{"action_type": "query_logs"',
        '{"action_type": "query_logs", "parameters": {}}',
        '{"action_type": "query_logs", "parameters": {"service": "  "}}',
        '{"action_type": "query_logs", "parameters": {"service": ["auth-service"]}}',
        '{"action_type": "reboot_universe", "parameters": {"service": "auth-service"}}',
        '{"action_type": 5}',
        '["query_logs", "auth-service"]',
        "{" * 5_000,
        '{"action_type": "submit_root_cause", "parameters": {"target": "auth-service"}}',
        "[" * 100_000,
        '{"action_type": "submit_root_cause", "parameters": {"service": "a"}}',
    ],
)
def test_answers_without_a_usable_action_are_refused(text: str) -> None:
    with pytest.raises(UnusableAnswerError):
        parse_action(text, OFFERED)


def test_parameters_come_out_as_the_types_that_actions_take() -> None:
    text = '{"action_type": "scale_service", "parameters": {"service": 7, "replicas": "4", "flag": null}}'
    assert parse_action(text, OFFERED).parameters == {"service": "7", "replicas": 4}
    text = '{"action_type": "execute_runbook_step", "parameters": {"target": "check", "replicas": "many"}}'
    assert parse_action(text, OFFERED).parameters == {"target": "check"}
    text = json.dumps({"action_type": "scale_service", "parameters": {"service": "a", "replicas": "9" * 5_000}})
    assert parse_action(text, OFFERED).parameters == {"service": "a"}


def test_every_step_of_a_good_model_is_the_models() -> None:
    with scripted(lambda n: Reply(json.dumps(ANSWERS[n]))) as (policy, stub):
        report = play(policy)
    assert report["grade"] == 1.0
    assert (steps_by(report, "model"), steps_by(report, "fallback")) == (2, 0)
    assert stub.requests[0]["temperature"] == 0.0
    assert stub.requests[0]["path"] == "/v1/chat/completions"


def test_an_unusable_answer_is_replaced_by_a_heuristic_step_and_counted() -> None:
    with scripted(lambda n: Reply("no idea") if n == 0 else Reply(json.dumps(ANSWERS[1]))) as (policy, _):
        report = play(policy)
    assert [step["source"] for step in report["steps"]] == ["fallback", "model"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_error_is_retried_and_the_step_stays_the_models(status: int) -> None:
    def answer(n: int) -> Reply:
        return Reply(status=status, headers=MAKE_RETRY_FAST) if n < 2 else Reply(json.dumps(ANSWERS[n - 2]))

    with scripted(answer) as (policy, stub):
        report = play(policy)
    assert (steps_by(report, "model"), steps_by(report, "fallback")) == (2, 0)
    assert len(stub.requests) == 4


def test_a_time_out_is_retried() -> None:
    def answer(n: int) -> Reply:
        return Reply(delay=1.5) if n == 0 else Reply(json.dumps(ANSWERS[n - 1]))

    with scripted(answer, timeout=0.5) as (policy, _):
        report = play(policy)
    assert steps_by(report, "model") == 2


def test_a_lasting_error_leaves_the_episode_to_the_heuristic() -> None:
    warnings: list[str] = []
    always_down = Reply(status=500, headers=MAKE_RETRY_FAST)
    with scripted(lambda n: always_down, warn=warnings.append) as (policy, _):
        report = play(policy)
    assert (steps_by(report, "model"), steps_by(report, "fallback")) == (0, len(report["steps"]))
    assert report["grade"] == 1.0
    assert len(warnings) == len(report["steps"])


def test_after_a_refused_key_the_model_is_not_asked_again() -> None:
    with scripted(lambda n: Reply(status=401)) as (policy, stub):
        report = play(policy)
    assert len(stub.requests) == 1
    assert steps_by(report, "fallback") == len(report["steps"]) > 1


def test_the_seed_reaches_the_endpoint_only_if_it_was_given() -> None:
    for seed in (None, 11):
        with scripted(lambda n: Reply(json.dumps(ANSWERS[n])), seed=seed) as (policy, stub):
            play(policy)
        assert stub.requests[0].get("seed") == seed


def test_the_request_is_the_settings_and_nothing_else() -> None:
    sampling = Sampling(temperature=None, max_tokens=None, extra={"max_completion_tokens": 40})
    with scripted(lambda n: Reply(json.dumps(ANSWERS[n])), sampling=sampling, seed=4) as (policy, stub):
        play(policy)
    assert stub.requests[0].keys() == {"path", "model", "messages", "stream", "seed", "max_completion_tokens"}
    assert (stub.requests[0]["max_completion_tokens"], stub.requests[0]["seed"]) == (40, 4)


@contextmanager
def either_mode(
    kind: type[ModelPolicy], answer: Callable[[int], Reply], stream: bool, **options: Any
) -> Iterator[tuple[ModelPolicy, Stub]]:
    """A policy of one mode, asked for the good answers as text or as tool calls wherever `answer` gives Reply()."""

    def reply(n: int) -> Reply:
        given = answer(n)
        if given != Reply():
            return given
        good = ANSWERS[0]
        if kind is LLMPolicy:
            return Reply(json.dumps(good), usage=(100, 7))
        return Reply(calls=[(good["action_type"], json.dumps(good["parameters"]))], usage=(100, 7))

    sampling = Sampling(stream=stream)
    with scripted(reply, kind=kind, sampling=sampling, stand_in="never", **options) as (policy, stub):
        yield policy, stub


MODES = pytest.mark.parametrize("kind", [LLMPolicy, ToolCallingPolicy])
STREAM = pytest.mark.parametrize("stream", [False, True])
NEVER_PASS = ("refused key", "unknown model", "bad request")
LASTING_FAULTS = {
    "rate limit, told when": Reply(status=429, headers=MAKE_RETRY_FAST),
    "server error": Reply(status=500, headers=MAKE_RETRY_FAST),
    "refused key": Reply(status=401),
    "unknown model": Reply(status=404),
    "bad request": Reply(status=400),
    "too slow": Reply(delay=1.0),
    "cut off": Reply("x" * 900, cut=30, headers=MAKE_RETRY_FAST),
    "malformed JSON": Reply(body='{"choices": [{"index": 0, "mess'),
    "no choices": Reply(body='{"id": "x", "error": {"message": "overloaded"}, "choices": null}'),
    "empty choices": Reply(body='{"id": "x", "choices": []}'),
    "a web page": Reply(body="<html>proxy</html>", headers={"content-type": "text/html"}),
    "no UTF-8": Reply(body='{"choices": "\udcff"}'),
    "nested too deeply": Reply(body='{"choices": ' + "[" * 100_000 + "]" * 100_000 + "}"),
}
STREAM_FAULTS = {
    "stream cut": Reply("x" * 900, cut=3),
    "stream ended early": Reply("x" * 900, cut=3, ends_quietly=True),
    "stream of nothing": Reply("x" * 900, cut=0, ends_quietly=True),
    "stream with half an event": Reply(
        body='data: {"id": "x", "choices": [{"ind\n\n', headers={"content-type": "text/event-stream"}
    ),
    "stream with an error": Reply(
        body='data: {"error": {"message": "overloaded"}}\n\n', headers={"content-type": "text/event-stream"}
    ),
}


@MODES
@pytest.mark.parametrize("fault", LASTING_FAULTS)
def test_a_lasting_fault_of_the_endpoint_is_an_infrastructure_error(kind: type[ModelPolicy], fault: str) -> None:
    patience = {"timeout": 0.5, "retries": 1} if fault == "too slow" else {"retries": 1}
    with (
        either_mode(kind, lambda n: LASTING_FAULTS[fault], stream=False, **patience) as (policy, _),
        pytest.raises(InfrastructureError) as caught,
    ):
        policy.act(OPENING)
    assert caught.value.lasting == (fault in ("refused key", "unknown model"))
    assert policy.usage.prompt_tokens == 0


@MODES
@pytest.mark.parametrize("fault", STREAM_FAULTS)
def test_a_stream_that_breaks_each_time_is_an_infrastructure_error(kind: type[ModelPolicy], fault: str) -> None:
    with (
        either_mode(kind, lambda n: STREAM_FAULTS[fault], stream=True) as (policy, stub),
        pytest.raises(InfrastructureError, match="cut off or not readable"),
    ):
        policy.act(OPENING)
    assert len(stub.requests) == BROKEN_ANSWERS


@MODES
@pytest.mark.parametrize("fault", [fault for fault in [*LASTING_FAULTS, *STREAM_FAULTS] if fault not in NEVER_PASS])
def test_a_fault_that_passes_costs_the_model_nothing(kind: type[ModelPolicy], fault: str) -> None:
    reply = {**LASTING_FAULTS, **STREAM_FAULTS}[fault]
    patience = {"timeout": 0.5} if fault == "too slow" else {}

    def answer(n: int) -> Reply:
        return reply if n == 0 else Reply()

    with either_mode(kind, answer, stream=fault in STREAM_FAULTS, **patience) as (policy, stub):
        decision = policy.act(OPENING)
    assert (decision.action_type, decision.parameters, decision.source) == (
        "query_logs",
        {"service": "analytics-service"},
        "model",
    )
    assert len(stub.requests) == 2
    assert (policy.usage.prompt_tokens, policy.usage.completion_tokens, policy.usage.answers) == (100, 7, 1)


def test_a_rate_limit_without_retry_after_is_waited_out() -> None:
    with either_mode(LLMPolicy, lambda n: Reply(status=429) if n == 0 else Reply(), stream=False) as (policy, stub):
        assert policy.act(OPENING).source == "model"
    assert len(stub.requests) == 2


def test_retry_after_is_kept_to() -> None:
    asked: list[float] = []

    def answer(n: int) -> Reply:
        asked.append(time.monotonic())
        return Reply(status=429, headers={"retry-after": "1"}) if n == 0 else Reply()

    with either_mode(LLMPolicy, answer, stream=False) as (policy, _):
        policy.act(OPENING)
    assert 0.9 < asked[1] - asked[0] < 5


def test_an_endpoint_that_is_down_is_an_infrastructure_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    policy = LLMPolicy(openai.OpenAI(api_key="none", base_url=url, max_retries=0), "stub", stand_in="unusable")
    with pytest.raises(InfrastructureError, match="call failed: Connection error"):
        policy.act(OPENING)


@MODES
@STREAM
def test_tokens_add_up_over_an_episode(kind: type[ModelPolicy], stream: bool) -> None:
    with either_mode(kind, lambda n: Reply(), stream) as (policy, stub):
        report = play(policy)
    asked = len(stub.requests)
    assert asked == len(report["steps"]) == steps_by(report, "model")
    assert (policy.usage.prompt_tokens, policy.usage.completion_tokens, policy.usage.answers) == (
        100 * asked,
        7 * asked,
        asked,
    )


def test_an_endpoint_that_counts_no_tokens_leaves_them_at_0() -> None:
    with scripted(lambda n: Reply(json.dumps(ANSWERS[n]))) as (policy, _):
        play(policy)
    assert (policy.usage.prompt_tokens, policy.usage.completion_tokens, policy.usage.answers) == (0, 0, 2)


@MODES
@STREAM
@pytest.mark.parametrize(
    "usage", ['{"prompt_tokens": "12", "completion_tokens": [7]}', '{"prompt_tokens": -5}', '"many"', "null"]
)
def test_tokens_that_are_no_numbers_count_as_none(kind: type[ModelPolicy], stream: bool, usage: str) -> None:
    good = ANSWERS[0]
    message = {"role": "assistant", "content": json.dumps(good)}
    if kind is ToolCallingPolicy:
        function = {"name": good["action_type"], "arguments": json.dumps(good["parameters"])}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"index": 0, "id": "c", "type": "function", "function": function}],
        }  # type: ignore[dict-item]
    part = json.dumps({"index": 0, "finish_reason": "stop", "delta" if stream else "message": message})
    body = f'{{"id": "x", "choices": [{part}], "usage": {usage}}}'
    if stream:
        body = f"data: {body}\n\ndata: [DONE]\n\n"
    headers = {"content-type": "text/event-stream" if stream else "application/json"}
    with either_mode(kind, lambda n: Reply(body=body, headers=headers), stream=stream) as (policy, _):
        assert policy.act(OPENING).source == "model"
    assert (policy.usage.prompt_tokens, policy.usage.completion_tokens) == (0, 0)


OUTGROWN = {
    "vLLM": {
        "message": "This model's maximum context length is 8192 tokens. However, you requested 9001.",
        "code": 400,
    },
    "llama.cpp": {"message": "the request exceeds the available context size", "type": "exceed_context_size_error"},
    "OpenAI": {"message": "too long", "code": "context_length_exceeded"},
}


@MODES
@pytest.mark.parametrize("server", OUTGROWN)
def test_an_episode_that_outgrew_the_model_is_the_models_fault(kind: type[ModelPolicy], server: str) -> None:
    reply = Reply(status=400, body=json.dumps({"error": OUTGROWN[server]}))
    with either_mode(kind, lambda n: reply, stream=False) as (policy, _):
        assert policy.act(OPENING).action_type == NO_ACTION


@MODES
def test_a_refusal_within_a_stream_is_the_models_fault_too(kind: type[ModelPolicy]) -> None:
    event = json.dumps({"error": {"message": "could not parse", "code": "tool_use_failed"}})
    reply = Reply(body=f"data: {event}\n\n", headers={"content-type": "text/event-stream"})
    with either_mode(kind, lambda n: reply, stream=True) as (policy, stub):
        assert policy.act(OPENING).action_type == NO_ACTION
    assert len(stub.requests) == 1


@MODES
@pytest.mark.parametrize("code", ["tool_use_failed", "context_length_exceeded"])
def test_a_refusal_of_what_the_model_wrote_is_the_models_fault(kind: type[ModelPolicy], code: str) -> None:
    with either_mode(kind, lambda n: Reply(status=400, error_code=code), stream=False) as (policy, _):
        decision = policy.act(OPENING)
    assert (decision.action_type, decision.source) == (NO_ACTION, "model")


def test_the_key_is_in_no_error() -> None:
    down = Reply(status=401, body='{"error": {"message": "no such key: none-of-your-business"}}')
    with llm_stub(lambda body: down) as stub:
        client = openai.OpenAI(api_key="none-of-your-business", base_url=stub.url)
        with pytest.raises(InfrastructureError) as caught:
            LLMPolicy(client, "stub", stand_in="never").act(OPENING)
    assert "no such key: ***" in str(caught.value)
    assert "none-of-your-business" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "action_type", "parameters"),
    [
        ("Let me think.", NO_ACTION, None),
        ('{"action_type": "query_logs"', NO_ACTION, None),
        ('{"action_type": "reboot_universe", "service": "a"}', "reboot_universe", {"service": "a"}),
        ('{"action_type": "query_logs", "parameters": {}}', "query_logs", {}),
        ('{"action_type": " "}', NO_ACTION, {}),
        (json.dumps({"action_type": "x" * 900, "service": "y" * 900}), "x" * 200, {"service": "y" * 200}),
    ],
)
def test_without_a_stand_in_an_unusable_answer_is_the_invalid_action_it_is(
    text: str, action_type: str, parameters: dict[str, str] | None
) -> None:
    with scripted(lambda n: Reply(text), stand_in="never") as (policy, _):
        decision = policy.act(OPENING)
        report = play(policy)
    assert (decision.action_type, decision.source) == (action_type, "model")
    assert parameters is None or decision.parameters == parameters
    assert steps_by(report, "model") == len(report["steps"]) == OPENING["max_steps"]
    assert all(step["error"] for step in report["steps"])
    assert report["grade"] == 0.0


def test_a_stand_in_for_unusable_answers_leaves_failures_to_the_caller() -> None:
    def answer(n: int) -> Reply:
        return Reply("no idea") if n == 0 else Reply(status=401)

    with scripted(answer, stand_in="unusable") as (policy, _):
        assert policy.act(OPENING).source == "fallback"
        with pytest.raises(InfrastructureError):
            policy.act(OPENING)


OPENING = LocalEnvironment().reset({"task_id": "root_cause_analysis", "scenario_index": 0})
ANSWERS: list[dict[str, Any]] = [
    {"action_type": "query_logs", "parameters": {"service": "analytics-service"}},
    {
        "action_type": "submit_root_cause",
        "parameters": {"service": "analytics-service", "failure_mode": "unbounded export query"},
    },
]


def play(policy: ModelPolicy) -> EpisodeRecord:
    episode = one_episode({"task_id": "root_cause_analysis", "scenario_index": 0})
    return play_episode(episode, policy, LocalEnvironment())


@contextmanager
def scripted(
    answer: Callable[[int], Reply],
    timeout: float = 20.0,
    retries: int = 3,
    kind: type[ModelPolicy] = LLMPolicy,
    **options: Any,
) -> Iterator[tuple[ModelPolicy, Stub]]:
    """A policy whose endpoint answers the n-th request, from 0, with `answer(n)`."""
    numbers = iter(range(1_000))
    with llm_stub(lambda body: answer(next(numbers))) as stub:
        client = openai.OpenAI(api_key="none", base_url=stub.url, max_retries=retries, timeout=timeout)
        yield kind(client, "stub", **options), stub
