"""The lower bounds: each plays every task to a submission by its one idea, reads observations only, and stays low.

Also the catalogue of an evaluation's agents, which names them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from statistics import fmean
from typing import Any

import pytest

from cloud_incident_env.agent_names import CATALOGUE
from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.llm import InfrastructureError, LLMPolicy, Sampling
from cloud_incident_env.agents.llm_tools import ToolCallingPolicy
from cloud_incident_env.agents.reference_policies import (
    CONSTANT_SEVERITY,
    RollbackLatestPolicy,
    SymptomMatcherPolicy,
)
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.evaluation.agents import FLOORS, ModelEndpoint, make_agent
from cloud_incident_env.evaluation.plan import one_episode
from cloud_incident_env.evaluation.play import play as play_episode
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.without_model import AGENTS
from cloud_incident_env.incident import TaskId
from cloud_incident_env.options import read_options
from tasks import INCIDENTS, TASKS
from tests.llm_stub import Reply, llm_stub

HAND_WRITTEN: list[dict[str, Any]] = [
    {"task_id": task, "scenario_index": n} for task in INCIDENTS for n in range(len(INCIDENTS[task]))
]
GENERATED: list[dict[str, Any]] = [{"task_id": task, "seed": seed} for task in TASKS for seed in range(8)]
OTHERS: list[dict[str, Any]] = [
    {"task_id": task, "seed": 5, "difficulty": d} for task in TASKS for d in ("easy", "hard", "expert")
]
EVERY: list[dict[str, Any]] = [*HAND_WRITTEN, *GENERATED, *OTHERS]
RULES = [name for name in FLOORS if name != "random"]  # random may let the steps run out
ENDPOINT = ModelEndpoint("http://127.0.0.1:9/v1", "m", "a-secret")


def play(agent: str, options: Mapping[str, Any]) -> EpisodeRecord:
    return play_episode(one_episode(options), AGENTS[agent](options, 0), LocalEnvironment(), clock=lambda: 0.0)


@pytest.mark.parametrize("agent", RULES)
def test_a_floor_submits_in_every_incident_and_makes_no_invalid_action(agent: str) -> None:
    for options in EVERY:
        report = play(agent, options)
        last = report["steps"][-1]
        assert last["action_type"] == TASKS[options["task_id"]].submission_action, options
        assert report["status"] == "graded"
        for step in report["steps"][:-1]:
            assert step["error"] is None, (options, step)


@pytest.mark.parametrize("agent", FLOORS)
def test_a_floor_plays_the_same_episode_again(agent: str) -> None:
    for options in HAND_WRITTEN + GENERATED[::8]:
        assert play(agent, options) == play(agent, options)


@pytest.mark.parametrize("agent", FLOORS)
def test_a_floor_stays_far_below_the_oracle(agent: str) -> None:
    assert fmean(play(agent, options)["grade"] for options in GENERATED) < 0.55


def test_doing_nothing_earns_nothing() -> None:
    for options in EVERY:
        report = play("do-nothing", options)
        assert (report["grade"], len(report["steps"]), report["steps"][0]["parameters"]) == (0.0, 1, {})


def test_the_constant_answer_does_not_depend_on_the_evidence() -> None:
    for options in EVERY:
        report = play("constant", options)
        assert len(report["steps"]) == 1
        if options["task_id"] == "alert_classification":
            assert report["steps"][0]["parameters"] == {"severity": CONSTANT_SEVERITY}


def test_restarting_everything_restarts_every_service_that_the_steps_allow() -> None:
    for options in EVERY:
        report = play("restart-all", options)
        chosen = choose_incident(read_options(options))
        restarted = [
            step["parameters"]["service"] for step in report["steps"] if step["action_type"] == "restart_service"
        ]
        if chosen.task.task_id == "remediation_planning":
            assert restarted == list(chosen.incident.known_services[: chosen.incident.max_steps - 1])
        else:
            assert restarted == []


def test_the_latest_deploy_read_is_the_one_rolled_back_and_blamed() -> None:
    histories = {"a": "a: latest\n  2026-07-05 00:57Z (19 min ago)  v2", "b": "2026-07-05T01:03:00Z (13 min ago) v9"}
    observation = {**_observation("remediation_planning"), "queried_data": {"check_recent_deploys": histories}}
    policy = RollbackLatestPolicy()
    asked = []
    for step in range(4):
        asked.append(policy.act({**observation, "step_count": step}))
    assert [(d.action_type, d.parameters.get("service")) for d in asked[:3]] == [
        ("check_recent_deploys", "b"),  # the alert's first
        ("check_recent_deploys", "a"),
        ("rollback_deploy", "b"),
    ]
    assert "Root cause: b." in asked[3].parameters["summary"]


def test_the_latest_deploy_is_rolled_back_even_if_not_every_history_could_be_read() -> None:
    services = list("abcdefgh")
    observation = {**_observation("remediation_planning"), "known_services": services, "max_steps": 6}
    policy = RollbackLatestPolicy()
    taken = [policy.act({**observation, "step_count": step}).action_type for step in range(6)]
    assert taken == [*["check_recent_deploys"] * 4, "rollback_deploy", "submit_resolution"]


def test_the_symptom_matcher_answers_the_first_symptom_it_reads() -> None:
    """The log of the first service shows a victim's symptom: it is blamed, and nobody else is asked."""
    policy = SymptomMatcherPolicy()
    observation = _observation("root_cause_analysis")
    first = policy.act(observation)
    assert (first.action_type, first.parameters) == ("query_logs", {"service": "b"})
    log = "10:00 ERROR getaddrinfo: no such host payments\n10:01 ERROR x509: certificate has expired"
    answer = policy.act({**observation, "step_count": 1, "queried_data": {"query_logs": {"b": log}}})
    assert answer.action_type == "submit_root_cause"
    assert answer.parameters["service"] == "b"
    assert answer.parameters["failure_mode"] == "dns-config"


@pytest.mark.parametrize(("rate", "level"), [(0.5, "P1"), (0.49, "P2"), (0.1, "P2"), (0.09, "P3"), (0.0, "P4")])
def test_the_symptom_matcher_takes_the_severity_from_the_error_rate(rate: float, level: str) -> None:
    observation = _observation("alert_classification")
    observation["alert"]["error_rate"] = rate
    assert SymptomMatcherPolicy().act(observation).parameters == {"severity": level}


def test_the_floors_never_load_the_table_or_the_graders() -> None:
    code = (
        "import sys, cloud_incident_env.agents.reference_policies\n"
        "names = {'tasks', 'graders', 'cloud_incident_env.ledger', 'cloud_incident_env.choose'}\n"
        "print(names & sys.modules.keys())"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "set()"


def test_the_catalogue_names_every_agent_and_says_which_need_a_model() -> None:
    assert {name for name, info in CATALOGUE.items() if not info.needs_model} == AGENTS.keys()
    assert all(info.name == name and info.description for name, info in CATALOGUE.items())
    for name, info in CATALOGUE.items():
        make = make_agent(name, ENDPOINT if info.needs_model else None)
        assert hasattr(make({"task_id": "alert_classification", "scenario_index": 0}, 0), "act")


@pytest.mark.parametrize(("name", "kind"), [("llm", LLMPolicy), ("llm-tools", ToolCallingPolicy)])
def test_the_agents_of_a_model_are_of_their_kind(name: str, kind: type) -> None:
    assert type(make_agent(name, ENDPOINT)({}, 0)) is kind


@pytest.mark.parametrize("name", ["llm", "llm-tools"])
def test_the_agents_of_a_model_ask_as_the_evaluation_was_told(name: str) -> None:
    replies = [Reply("no idea"), Reply("no idea"), Reply("no idea"), Reply(status=500)]
    left = iter(replies)
    sampling = Sampling(temperature=0.7, seed=40)
    opening = LocalEnvironment().reset(HAND_WRITTEN[0])
    with llm_stub(lambda body: next(left)) as stub:
        never = ModelEndpoint(stub.url, "m", "k", sampling, max_retries=0)
        unusable = replace(never, stand_in="unusable")
        sources = [make_agent(name, endpoint)({}, 2).act(opening).source for endpoint in (never, unusable)]
        make_agent(name, replace(never, sampling=Sampling()))({}, 2).act(opening)
        with pytest.raises(InfrastructureError):
            make_agent(name, unusable)({}, 0).act(opening)
    assert sources == ["model", "fallback"]
    assert [request.get("seed") for request in stub.requests] == [42, 42, None, 40]
    assert [request["temperature"] for request in stub.requests] == [0.7, 0.7, 0.0, 0.7]


@pytest.mark.parametrize(
    ("name", "endpoint", "message"),
    [
        ("nobody", None, "unknown agent 'nobody': one of llm, llm-tools, do-nothing"),
        ("llm", None, "'llm' needs a model"),
        ("oracle", ENDPOINT, "'oracle' needs no model"),
    ],
)
def test_an_agent_that_cannot_be_made_is_refused(name: str, endpoint: ModelEndpoint | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_agent(name, endpoint)


def test_random_draws_anew_for_each_incident_and_trial() -> None:
    options = {"task_id": "remediation_planning", "seed": 1}
    observation = LocalEnvironment().reset(options)

    def drawn(options: Mapping[str, Any], trial: int) -> list[Any]:
        policy = AGENTS["random"](options, trial)
        return [policy.act(observation) for _ in range(10)]

    assert drawn(options, 0) == drawn(dict(reversed(options.items())), 0)
    assert drawn(options, 0) != drawn(options, 1)
    assert drawn(options, 0) != drawn({**options, "seed": 2}, 0)


def test_the_settings_of_a_model_hold_no_secret() -> None:
    endpoint = ModelEndpoint(
        "https://user:pass@host.example:8443/v1?key=abc", "m", "a-secret", Sampling(seed=3), "unusable"
    )
    kept = json.dumps(endpoint.settings()) + repr(ENDPOINT)
    assert not any(secret in kept for secret in ("a-secret", "pass", "user", "abc"))
    assert endpoint.settings()["base_url"] == "https://host.example:8443/v1"
    assert endpoint.settings()["sampling"]["seed"] == 3
    assert endpoint.settings()["stand_in"] == "unusable"


def _observation(task_id: TaskId) -> dict[str, Any]:
    return {
        "task_id": task_id,
        "max_steps": 15,
        "step_count": 0,
        "known_services": ["a", "b"],
        "available_actions": list(TASKS[task_id].available_actions),
        "alert": {"affected_services": ["b"], "symptoms": [], "error_rate": 0.2, "revenue_impact_per_min": None},
        "queried_data": {},
    }
