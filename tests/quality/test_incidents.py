"""Generated incidents: solvable from what the tools show, by no shortcut, all different, and fair over the severities.

Every figure is measured over thousands of seeds, so these checks are slow: `make quality` runs them, `make test` does
not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import blake2b
from statistics import fmean
from typing import Any

import pytest

from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.policy import Decision, Observation, Policy
from cloud_incident_env.agents.random_policy import RandomPolicy
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.evaluation.plan import one_episode
from cloud_incident_env.evaluation.play import play as play_episode
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.incident import SEVERITIES, Incident, TaskId
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.splits import DEFAULT_DIFFICULTY, SPLITS, TRAIN_FAMILIES, TRAIN_SYSTEMS
from tests.generated.classifier import Classifier, example_of
from tests.generated.contract import signature_problems
from tests.generated.shortcuts import MOST, hit_rates
from tools.call_tracing import CallTracingPolicy

pytestmark = pytest.mark.slow
SEEDS = 2_000
LEAST_SOLVED = 0.95
CULPRIT_IN_ALERT = (0.15, 0.35)
Measured = Callable[[str], None]
EACH_TASK = pytest.mark.parametrize("task_id", DEFAULT_DIFFICULTY)


def incidents(task_id: TaskId, count: int, split: str = "train") -> list[Incident]:
    """The first incidents of a split, all of one task and its own difficulty."""
    asked = (ResetOptions(task_id=task_id, split=split, index=index) for index in range(count))
    return [choose_incident(options).incident for options in asked]


def play(policy: Policy, **options: Any) -> EpisodeRecord:
    return play_episode(one_episode(options), policy, LocalEnvironment())


@pytest.mark.check("incidents.solvable")
def test_call_tracing_solves_medium_incidents_within_their_steps(measured: Measured) -> None:
    """Culprit and mechanism named by a policy that reads observations only and knows how each family shows."""
    records = [play(CallTracingPolicy(), task_id="root_cause_analysis", seed=seed) for seed in range(SEEDS)]
    solved = fmean(record["breakdown"]["base"] == 0.6 for record in records)
    steps = fmean(len(record["steps"]) for record in records)
    measured(f"{solved:.1%} of {SEEDS:,} solved, {steps:.1f} of 10 steps on average")
    assert solved >= LEAST_SOLVED


@pytest.mark.check("incidents.solvable")
def test_no_second_service_fits_the_evidence(measured: Measured) -> None:
    """In every incident the culprit alone shows a family's signature in full, and it its own alone."""
    families = list(FAMILIES.values())
    for number, incident in enumerate(incidents("root_cause_analysis", SEEDS)):
        assert signature_problems(incident, FAMILIES[incident.family], families) == [], f"incident {number}"
    measured(f"one service alone fits the evidence in {SEEDS:,} of {SEEDS:,}")


@pytest.mark.check("incidents.no_shortcut")
@EACH_TASK
def test_no_shallow_rule_names_the_culprit(task_id: TaskId, measured: Measured) -> None:
    """No rule does better than `MOST` times a guess among the known services."""
    rates = hit_rates(incidents(task_id, SEEDS))
    measured(
        f"{task_id} (guess = 1, at most {MOST}): " + ", ".join(f"{rule} {rate:.2f}" for rule, rate in rates.items())
    )
    assert {rule: rate for rule, rate in rates.items() if rate > MOST} == {}


@pytest.mark.check("incidents.no_shortcut")
@EACH_TASK
def test_words_of_the_alert_do_not_tell_the_culprit(task_id: TaskId, measured: Measured) -> None:
    """A classifier trained on the words of 20,000 alerts and summaries stays under `MOST` times a guess."""
    classifier = Classifier()
    classifier.fit([example_of(incident) for incident in incidents(task_id, 20_000)])
    unseen = [example_of(incident) for incident in incidents(task_id, 1_000, "validation")]
    rate = classifier.accuracy(unseen) / fmean(1 / len(names) for _, names, _ in unseen)
    measured(f"{task_id}: bag of words {rate:.2f} times a guess")
    assert rate < MOST


def leaky(incident: Incident) -> Incident:
    """The incident with an alert that drops a hint which only training can read."""
    return replace(incident, summary=f"{incident.summary} hint-{incident.culprit}")


@pytest.mark.check("incidents.no_shortcut")
def test_the_classifier_would_find_a_hint() -> None:
    classifier = Classifier()
    classifier.fit([example_of(leaky(incident)) for incident in incidents("root_cause_analysis", 6_000)])
    unseen = [example_of(leaky(incident)) for incident in incidents("root_cause_analysis", 300, "validation")]
    assert classifier.accuracy(unseen) / fmean(1 / len(names) for _, names, _ in unseen) > MOST


@pytest.mark.check("incidents.no_shortcut")
@EACH_TASK
def test_the_culprit_is_in_some_alerts(task_id: TaskId, measured: Measured) -> None:
    low, high = CULPRIT_IN_ALERT
    share = fmean(incident.culprit in incident.alert.affected_services for incident in incidents(task_id, SEEDS))
    measured(f"{task_id}: culprit in {share:.0%} of the alerts")
    assert low <= share <= high


class Constant:
    """Gives one answer to everything, without a look."""

    ANSWERS = (
        Decision("submit_severity", {"severity": "P2"}),
        Decision("submit_root_cause", {"service": "", "failure_mode": "connection pool exhaustion"}),
        Decision("submit_resolution", {"summary": "Restarted the database. All services recovered."}),
    )

    def act(self, observation: Observation) -> Decision:
        answer = next(a for a in self.ANSWERS if a.action_type in observation["available_actions"])
        if "service" in answer.parameters:
            return Decision(answer.action_type, {**answer.parameters, "service": observation["known_services"][0]})
        return answer


# What a constant answer and the random policy may earn: half of a severity is right by the distance rule alone.
FLOORS: dict[TaskId, float] = {"alert_classification": 0.60, "root_cause_analysis": 0.25, "remediation_planning": 0.20}


@pytest.mark.check("incidents.floors")
@EACH_TASK
def test_constant_and_random_answers_stay_at_their_floors(task_id: TaskId, measured: Measured) -> None:
    constant = fmean(play(Constant(), task_id=task_id, seed=seed)["grade"] for seed in range(SEEDS))
    chance = fmean(play(RandomPolicy(seed), task_id=task_id, seed=seed)["grade"] for seed in range(SEEDS))
    measured(f"{task_id}: constant {constant:.2f}, random {chance:.2f}, at most {FLOORS[task_id]:.2f}")
    assert max(constant, chance) <= FLOORS[task_id]


@pytest.mark.check("incidents.severity")
def test_the_four_severities_are_drawn_evenly(measured: Measured) -> None:
    counts = Counter(incident.severity for incident in incidents("alert_classification", SEEDS))
    measured(", ".join(f"{severity} {counts[severity] / SEEDS:.1%}" for severity in SEVERITIES))
    assert all(0.22 <= counts[severity] / SEEDS <= 0.28 for severity in SEVERITIES)


def fingerprint(incident: Incident) -> bytes:
    """A digest of what distinguishes incidents at once: what the pager says, who is known, the answer and the plan."""
    told = (vars(incident.alert), incident.summary, incident.known_services)
    answer = (incident.culprit, incident.failure_mode, incident.solution)
    return blake2b(repr((told, answer)).encode(), digest_size=12).digest()


@pytest.mark.check("incidents.distinct")
def test_seeds_give_different_incidents(measured: Measured) -> None:
    """Of 100,000 train seeds 99.9 % differ; every family and system occurs; the other splits share none with them."""
    count = 100_000
    seen: set[bytes] = set()
    families: Counter[str] = Counter()
    businesses: Counter[str] = Counter()
    for seed in range(count):
        incident = generate("root_cause_analysis", seed, "medium", TRAIN_FAMILIES, TRAIN_SYSTEMS)
        seen.add(fingerprint(incident))
        families[incident.family] += 1
        businesses[incident.description] += 1
    held_out = [name for name, split in SPLITS.items() if split.first_seed]
    others = [fingerprint(incident) for name in held_out for incident in incidents("root_cause_analysis", 1_000, name)]
    rarest, often = min(families.values()), max(families.values())
    measured(
        f"{len(seen):,} of {count:,} distinct, {len(families)} families ({rarest} to {often} each), "
        f"{len(businesses)} systems, {len(seen.intersection(others))} of {len(others):,} shared with other splits"
    )
    assert len(seen) >= 0.999 * count
    assert set(families) == set(TRAIN_FAMILIES)
    assert len(businesses) == len(TRAIN_SYSTEMS)
    assert not seen.intersection(others)


@pytest.mark.check("incidents.distinct")
def test_held_out_families_and_systems_occur_in_their_split_alone(measured: Measured) -> None:
    def occurring(split: str) -> tuple[set[str], set[str]]:
        found = incidents("root_cause_analysis", 1_000, split)
        return {incident.family for incident in found}, {incident.description for incident in found}

    of: dict[str, Sequence[set[str]]] = {
        name: occurring(name) for name, split in SPLITS.items() if split.first_seed is not None
    }
    for name in ("train", "validation", "test"):
        assert not of[name][0] & of["test_families"][0]
        assert not of[name][1] & of["test_systems"][1]
    measured(f"{len(of['test_families'][0])} families and {len(of['test_systems'][1])} systems held out")
    assert len(of["test_families"][0]) == 10
    assert len(of["test_systems"][1]) == 2
