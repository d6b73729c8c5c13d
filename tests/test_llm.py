"""The LLM policy: which answers are understood, which are replaced, and what happens when the endpoint misbehaves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import openai
import pytest

from agents.environments import LocalEnvironment
from agents.llm import LLMPolicy, UnusableAnswerError, parse_action
from agents.play import EpisodeReport, play_episode
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
    assert report.grade == 1.0
    assert (report.count("model"), report.count("fallback")) == (2, 0)
    assert stub.requests[0]["temperature"] == 0.0
    assert stub.requests[0]["path"] == "/v1/chat/completions"


def test_an_unusable_answer_is_replaced_by_a_heuristic_step_and_counted() -> None:
    with scripted(lambda n: Reply("no idea") if n == 0 else Reply(json.dumps(ANSWERS[1]))) as (policy, _):
        report = play(policy)
    assert [step.source for step in report.steps] == ["fallback", "model"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_error_is_retried_and_the_step_stays_the_models(status: int) -> None:
    def answer(n: int) -> Reply:
        return Reply(status=status, headers=MAKE_RETRY_FAST) if n < 2 else Reply(json.dumps(ANSWERS[n - 2]))

    with scripted(answer) as (policy, stub):
        report = play(policy)
    assert (report.count("model"), report.count("fallback")) == (2, 0)
    assert len(stub.requests) == 4


def test_a_time_out_is_retried() -> None:
    def answer(n: int) -> Reply:
        return Reply(delay=1.5) if n == 0 else Reply(json.dumps(ANSWERS[n - 1]))

    with scripted(answer, timeout=0.5) as (policy, _):
        report = play(policy)
    assert report.count("model") == 2


def test_a_lasting_error_leaves_the_episode_to_the_heuristic() -> None:
    warnings: list[str] = []
    always_down = Reply(status=500, headers=MAKE_RETRY_FAST)
    with scripted(lambda n: always_down, warn=warnings.append) as (policy, _):
        report = play(policy)
    assert (report.count("model"), report.count("fallback")) == (0, len(report.steps))
    assert report.grade == 1.0
    assert len(warnings) == len(report.steps)


def test_after_a_refused_key_the_model_is_not_asked_again() -> None:
    with scripted(lambda n: Reply(status=401)) as (policy, stub):
        report = play(policy)
    assert len(stub.requests) == 1
    assert report.count("fallback") == len(report.steps) > 1


def test_the_seed_reaches_the_endpoint_only_if_it_was_given() -> None:
    for seed in (None, 11):
        with scripted(lambda n: Reply(json.dumps(ANSWERS[n])), seed=seed) as (policy, stub):
            play(policy)
        assert stub.requests[0].get("seed") == seed


ANSWERS = [
    {"action_type": "query_logs", "parameters": {"service": "analytics-service"}},
    {
        "action_type": "submit_root_cause",
        "parameters": {"service": "analytics-service", "failure_mode": "unbounded export query"},
    },
]


def play(policy: LLMPolicy) -> EpisodeReport:
    report = EpisodeReport(
        "root_cause_analysis", {"task_id": "root_cause_analysis", "scenario_index": 0}, "llm", "stub"
    )
    play_episode(LocalEnvironment(), policy, report, lambda record: None)
    return report


@contextmanager
def scripted(answer: Callable[[int], Reply], timeout: float = 20.0, **options: Any) -> Iterator[tuple[LLMPolicy, Stub]]:
    """A policy whose endpoint answers the n-th request, from 0, with `answer(n)`."""
    numbers = iter(range(1_000))
    with llm_stub(lambda body: answer(next(numbers))) as stub:
        client = openai.OpenAI(api_key="none", base_url=stub.url, max_retries=3, timeout=timeout)
        yield LLMPolicy(client, "stub", **options), stub
