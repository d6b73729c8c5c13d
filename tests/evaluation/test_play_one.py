"""One episode and its record, and what happens where endpoint, server or limits end it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from cloud_incident_env.agents.environments import HttpEnvironment, LocalEnvironment, UnreachableError
from cloud_incident_env.agents.llm import InfrastructureError, Usage
from cloud_incident_env.agents.policy import Decision, Observation, Policy
from cloud_incident_env.evaluation.plan import Incidents, Planned, planned
from cloud_incident_env.evaluation.play import PAUSES, Limits, play, play_patiently
from cloud_incident_env.evaluation.record import digest_of
from cloud_incident_env.evaluation.without_model import AGENTS
from tests.evaluation.played import timeless

INCIDENTS = list(planned(Incidents(split="test", limit=6)))
REMEDIATION = INCIDENTS[2]


def policy(agent: str, episode: Planned) -> Policy:
    return AGENTS[agent](episode.options, episode.trial)


@dataclass
class Scripted:
    """Takes these actions; raises what is no action. Counts tokens as models do."""

    script: list[Decision | Exception]
    usage: Usage = field(default_factory=Usage)

    def act(self, observation: Observation) -> Decision:
        self.usage.prompt_tokens += 100
        self.usage.completion_tokens += 10
        entry = self.script[observation["step_count"]]
        if isinstance(entry, Exception):
            raise entry
        return entry


class Flaky(LocalEnvironment):
    """A server that fails in these calls (resets and steps, counted from 0)."""

    def __init__(self, *failing: int) -> None:
        super().__init__()
        self._failing = failing
        self.calls = 0

    def _count(self) -> None:
        self.calls += 1
        if self.calls - 1 in self._failing:
            raise UnreachableError("/step answered 503: over capacity")

    def reset(self, options: Mapping[str, Any]) -> Observation:
        self._count()
        return super().reset(options)

    def step(self, action_type: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self._count()
        return super().step(action_type, parameters)


def ticking(seconds: float) -> Callable[[], float]:
    """A clock that moves on by so much whenever it is read."""
    now = [0.0]

    def clock() -> float:
        now[0] += seconds
        return now[0]

    return clock


@pytest.mark.parametrize("agent", ["random", "heuristic", "oracle"])
def test_a_record_tells_what_the_environment_said(agent: str) -> None:
    for episode in INCIDENTS:
        record = play(episode, policy(agent, episode), LocalEnvironment(), Limits())
        environment = LocalEnvironment()
        assert digest_of(environment.reset(record["options"])) == record["first_digest"]
        for step in record["steps"]:
            result = environment.step(step["action_type"], step["parameters"])
            assert digest_of(result["observation"]) == step["digest"]
            assert (result["reward"]["value"], result["reward"]["reason"]) == (step["reward"], step["reason"])
        assert result["done"]
        assert (record["grade"], record["breakdown"]) == tuple(
            result["info"]["grade"][name] for name in ("total", "breakdown")
        )
        assert record["cumulative_reward"] == result["observation"]["cumulative_reward"]
        assert (record["status"], record["error"]) == ("graded", None)
        assert record["seconds"] > 0


def test_a_record_names_the_right_answer() -> None:
    for episode in INCIDENTS:
        incident = episode.chosen().incident
        cause = {"service": incident.culprit, "failure_mode": incident.failure_mode}
        expected = {
            "alert_classification": {"severity": incident.severity},
            "root_cause_analysis": cause,
            "remediation_planning": {**cause, "plan": [f"{action}:{target}" for action, target in incident.solution]},
        }
        record = play(episode, policy("do-nothing", episode), LocalEnvironment(), Limits())
        assert record["answer"] == expected[episode.task_id]


def test_in_process_and_over_rest_give_the_same_record(server_url: str) -> None:
    with HttpEnvironment(server_url) as served:
        for episode in INCIDENTS:
            here = play(episode, policy("random", episode), LocalEnvironment(), Limits())
            there = play(episode, policy("random", episode), served, Limits())
            assert timeless(there) == timeless(here)


def test_mistakes_are_counted_by_their_kind() -> None:
    incident = REMEDIATION.chosen().incident
    known = incident.known_services[0]
    harm = next(key for key, consequence in incident.consequences.items() if consequence.harm)
    query = Decision("query_logs", {"service": known})
    script: list[Decision | Exception] = [
        query, query, query, Decision("no_such_action"), Decision("query_logs", {"service": "nowhere"}),
        Decision("query_logs"), Decision("query_logs", {"service": known, "level": "loud"}),
        Decision("restart_service"), Decision(harm.action, {"target": harm.target}),
        Decision("submit_resolution", {"summary": "done"}),
    ]  # fmt: skip
    record = play(REMEDIATION, Scripted(script), LocalEnvironment(), Limits())
    assert (record["repeated_actions"], record["invalid_actions"], record["wrong_actions"]) == (2, 5, 1)
    assert (record["prompt_tokens"], record["completion_tokens"]) == (1000, 100)


def test_the_step_limit_ends_an_episode_with_a_blank_submission_that_is_graded() -> None:
    limited = play(REMEDIATION, policy("oracle", REMEDIATION), LocalEnvironment(), Limits(steps=6))
    whole = play(REMEDIATION, policy("oracle", REMEDIATION), LocalEnvironment(), Limits(steps=99))
    assert [step["source"] for step in limited["steps"]] == ["rules"] * 6 + ["fallback"]
    assert [step["digest"] for step in limited["steps"][:6]] == [step["digest"] for step in whole["steps"][:6]]
    last = limited["steps"][-1]
    assert (last["action_type"], last["parameters"]) == ("submit_resolution", {})
    assert (limited["status"], whole["status"]) == ("graded", "graded")
    assert limited["grade"] < whole["grade"]


def test_the_time_limit_leaves_an_episode_without_a_grade() -> None:
    record = play(REMEDIATION, policy("oracle", REMEDIATION), LocalEnvironment(), Limits(seconds=10), ticking(1))
    assert record["status"] == "infrastructure_error"
    assert record["error"] == "over the time limit of 10 s in step 6"
    assert len(record["steps"]) == 5
    enough = play(REMEDIATION, policy("oracle", REMEDIATION), LocalEnvironment(), Limits(seconds=1_000), ticking(1))
    assert enough["status"] == "graded"


@pytest.mark.parametrize("limits", [{"seconds": 0}, {"seconds": -1.0}, {"steps": 0}])
def test_limits_that_nothing_fits_into_are_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        Limits(**limits)


def test_a_failing_endpoint_ends_the_episode_at_once_and_keeps_what_was_played() -> None:
    made = []

    def make(options: Mapping[str, Any], trial: int) -> Policy:
        made.append(Scripted([Decision("query_logs", {"service": "x"}), InfrastructureError("call failed: 429")]))
        return made[-1]

    def no_pause(seconds: float) -> None:
        raise AssertionError("the client has tried again, call by call")

    record = play_patiently(REMEDIATION, make, LocalEnvironment(), Limits(), sleep=no_pause)
    assert (record["status"], record["error"]) == ("infrastructure_error", "call failed: 429")
    assert (record["grade"], record["breakdown"], len(record["steps"]), len(made)) == (0.0, {}, 1, 1)
    assert record["prompt_tokens"] == 200


@pytest.mark.parametrize("failing", [(0,), (3,), (0, 1, 2), (0, 4, 9)])
def test_a_failing_server_is_tried_again_from_the_reset(failing: tuple[int, ...]) -> None:
    pauses: list[float] = []
    undisturbed = play(REMEDIATION, policy("oracle", REMEDIATION), LocalEnvironment(), Limits())
    record = play_patiently(REMEDIATION, AGENTS["oracle"], Flaky(*failing), Limits(), sleep=pauses.append)
    assert pauses == list(PAUSES[: len(failing)])
    assert timeless(record) == timeless(undisturbed)


def test_a_server_that_stays_down_is_an_infrastructure_error() -> None:
    pauses: list[float] = []
    environment = Flaky(*range(100))
    record = play_patiently(REMEDIATION, AGENTS["oracle"], environment, Limits(), sleep=pauses.append)
    assert (record["status"], record["error"]) == ("infrastructure_error", "/step answered 503: over capacity")
    assert pauses == list(PAUSES)
    assert environment.calls == len(PAUSES) + 1
    assert (record["first_digest"], record["steps"], record["scenario_id"]) == (
        "", [], REMEDIATION.chosen().incident.id
    )  # fmt: skip


def test_tokens_of_tries_that_failed_were_paid_for() -> None:
    submit: list[Decision | Exception] = [Decision("query_logs"), Decision("submit_resolution", {"summary": "x"})]
    record = play_patiently(
        REMEDIATION, lambda options, trial: Scripted(submit), Flaky(2), Limits(), sleep=lambda seconds: None
    )
    assert record["status"] == "graded"
    assert record["prompt_tokens"] == 400


def test_an_error_of_the_agent_itself_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        play(REMEDIATION, Scripted([ZeroDivisionError()]), LocalEnvironment(), Limits())
