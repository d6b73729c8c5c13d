"""No policy that knows no answer earns more than its ceiling: every cheat plays every incident of its task.

The figures are mean grades over the three incidents. A constant P2 earns 0.6667 in alert_classification; the other
ceilings lie well under the grades of an honest half of an answer.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from statistics import mean
from typing import Any

import pytest

from cloud_incident_env.actions import SUBMISSIONS
from cloud_incident_env.incident import Incident
from cloud_incident_env.wire import Action, Observation
from server.environment import IncidentEnvironment
from tasks import INCIDENTS
from tools.cheats import CHEATS, EASY, HARD, MEDIUM, Cheat, Policy, query_outside_the_alert_then_guess

CEILINGS = {EASY: 0.68, MEDIUM: 0.30, HARD: 0.45}
NEVER_SUBMIT = ("idle_in_easy", "idle_in_medium", "idle_in_hard", "everything_until_the_steps_run_out")


def play(policy: Policy, task_id: str, index: int, seed: int) -> IncidentEnvironment:
    """Play one episode until the policy or the episode ends."""
    environment = IncidentEnvironment()
    moves: Generator[Action, Observation, None] = policy(environment.reset(task_id, index), random.Random(seed))
    try:
        action = next(moves)
        while True:
            observation, _, done, _ = environment.step(action)
            if done:
                break
            action = moves.send(observation)
    except StopIteration:
        pass
    return environment


def mean_grades(cheat: Cheat) -> list[float]:
    """The cheat's mean grade on each incident of its task."""
    return [
        mean(play(cheat.policy, cheat.task_id, index, seed).grade().total for seed in range(cheat.seeds))
        for index in range(len(INCIDENTS[cheat.task_id]))
    ]


@pytest.mark.parametrize("cheat", [pytest.param(c, id=c.name) for c in CHEATS])
def test_a_cheat_stays_under_its_ceiling(cheat: Cheat) -> None:
    grades = mean_grades(cheat)
    figures = ", ".join(f"{i.id} {g:.3f}" for i, g in zip(INCIDENTS[cheat.task_id], grades, strict=True))
    print(f"{cheat.name}: {mean(grades):.3f} ({figures})")
    assert mean(grades) < CEILINGS[cheat.task_id], f"{cheat.name}: {mean(grades):.3f} ({figures})"


@pytest.mark.parametrize("cheat", [pytest.param(c, id=c.name) for c in CHEATS if c.name not in NEVER_SUBMIT])
def test_a_cheat_plays_to_the_end(cheat: Cheat) -> None:
    """A cheat that runs out of steps or actions would stay under any ceiling and prove nothing."""
    for index in range(len(INCIDENTS[cheat.task_id])):
        environment = play(cheat.policy, cheat.task_id, index, seed=0)
        assert environment.state().done
        last = environment.state().action_history[-1].action_type
        assert last in SUBMISSIONS, f"incident {index} ended with {last}"


def test_a_guess_among_the_services_outside_the_alert_earns_what_the_rules_give_it() -> None:
    """One of 4 or 5 services earns 0.75 and any other 0.20, about 0.32 on average: no text lets it earn more."""
    outside = [len(i.known_services) - len(i.alert.affected_services) for i in INCIDENTS[MEDIUM]]
    by_the_rules = mean(0.20 + (0.75 - 0.20) / count for count in outside)
    grades = mean_grades(Cheat("guess", MEDIUM, query_outside_the_alert_then_guess, seeds=400))
    assert mean(grades) == pytest.approx(by_the_rules, abs=0.04)


def _honest(task_id: str, incident: Incident) -> Policy:
    cause = {"service": incident.culprit, "failure_mode": incident.failure_mode}
    moves: list[tuple[str, dict[str, Any]]] = [("query_logs", {"service": incident.culprit})]
    if task_id == EASY:
        moves.append(("submit_severity", {"severity": incident.severity}))
    elif task_id == MEDIUM:
        moves.append(("submit_root_cause", cause))
    else:
        moves += [(kind, {"target": target}) for kind, target in incident.solution]
        moves.append(("submit_resolution", {"summary": f"{incident.culprit}: {cause['failure_mode']}. Recovered."}))

    def policy(first: Observation, _: random.Random) -> Generator[Action, Observation, None]:
        for kind, parameters in moves:
            yield Action.model_validate({"action_type": kind, "parameters": parameters})

    return policy


@pytest.mark.parametrize("index", range(3))
@pytest.mark.parametrize("task_id", CEILINGS)
def test_an_honest_answer_breaks_the_ceiling(task_id: str, index: int) -> None:
    """The ceilings can be broken, so no fault of the player keeps the cheats under them."""
    policy = _honest(task_id, INCIDENTS[task_id][index])
    assert play(policy, task_id, index, seed=0).grade().total > CEILINGS[task_id]


def test_there_are_at_least_24_cheats_with_names_of_their_own() -> None:
    names = [cheat.name for cheat in CHEATS]
    assert len(set(names)) == len(names) >= 24
    assert {cheat.task_id for cheat in CHEATS} == set(CEILINGS)
