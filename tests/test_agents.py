"""The policies play as they claim: the oracle perfectly, the heuristic from observations alone, the random badly."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from statistics import fmean
from typing import Any

import pytest

from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.heuristic import HeuristicPolicy
from cloud_incident_env.agents.oracle import OraclePolicy
from cloud_incident_env.agents.policy import Policy
from cloud_incident_env.agents.random_policy import RandomPolicy
from cloud_incident_env.evaluation.plan import one_episode
from cloud_incident_env.evaluation.play import play as play_episode
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.options import ResetOptions
from tasks import INCIDENTS, TASKS

PLACES = [(task_id, index) for task_id, incidents in INCIDENTS.items() for index in range(len(incidents))]


def play(policy: Policy, task_id: str, index: int) -> EpisodeRecord:
    episode = one_episode({"task_id": task_id, "scenario_index": index})
    return play_episode(episode, policy, LocalEnvironment(), clock=lambda: 0.0)


def mean_grade(make: Callable[[int], Policy], episodes: int = 1) -> float:
    return fmean(play(make(n), task, index)["grade"] for task, index in PLACES for n in range(episodes))


@pytest.mark.parametrize(("task_id", "index"), PLACES)
def test_the_oracle_grades_full_marks(task_id: str, index: int) -> None:
    expected = 0.90 if task_id == "remediation_planning" else 1.0
    assert play(OraclePolicy(ResetOptions(task_id=task_id, scenario_index=index)), task_id, index)["grade"] == expected


def test_the_random_policy_averages_under_035() -> None:
    assert mean_grade(RandomPolicy, episodes=100) < 0.35


def test_the_heuristic_averages_at_least_076() -> None:
    assert mean_grade(lambda _: HeuristicPolicy()) >= 0.76


def test_the_same_seed_plays_the_same_episode() -> None:
    task_id, index = "remediation_planning", 1
    assert play(RandomPolicy(7), task_id, index) == play(RandomPolicy(7), task_id, index)
    assert play(RandomPolicy(7), task_id, index) != play(RandomPolicy(8), task_id, index)


def test_the_heuristic_never_loads_the_table_or_the_graders() -> None:
    code = (
        "import sys, cloud_incident_env.agents.heuristic\n"
        "print([m for m in ('tasks', 'graders', 'cloud_incident_env.ledger') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "[]"


def test_the_heuristic_plays_on_between_the_steps_of_another() -> None:
    for task_id, index in PLACES:
        report = play(_Alternating(), task_id, index)
        assert report["steps"][-1]["action_type"] == TASKS[task_id].submission_action


def test_the_heuristic_submits_when_nothing_it_knows_fits() -> None:
    observation = _strange_observation()
    policy = HeuristicPolicy()
    for step in range(observation["max_steps"]):
        observation["step_count"] = step
        decision = policy.act(observation)
        observation["queried_data"].setdefault(decision.action_type, {})["a"] = "nothing to see"
    assert decision.action_type == "submit_resolution"


class _Alternating:
    """The heuristic in every second step, a random diagnostic in the others."""

    def __init__(self) -> None:
        self._heuristic = HeuristicPolicy()
        self._turn = 0

    def act(self, observation: Any) -> Any:
        from cloud_incident_env.agents.policy import Decision

        self._turn += 1
        if self._turn % 2 and observation["step_count"] + 1 < observation["max_steps"]:
            return Decision("query_logs", {"service": observation["known_services"][0]})
        return self._heuristic.act(observation)


def _strange_observation() -> dict[str, Any]:
    return {
        "max_steps": 15,
        "step_count": 0,
        "known_services": ["a", "b"],
        "available_actions": list(TASKS["remediation_planning"].available_actions),
        "alert": {"affected_services": ["z"], "symptoms": [], "revenue_impact_per_min": None},
        "queried_data": {},
    }
