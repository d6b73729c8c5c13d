"""Generated incidents: solvable from what the tools show, by no shortcut, all different, and fair over the severities.

Every figure is measured over thousands of seeds, so these checks are slow: `make quality` runs them, `make test` does
not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import blake2b
from statistics import fmean
from typing import Any

import pytest

from agents.detective import DetectivePolicy
from agents.environments import LocalEnvironment
from agents.play import EpisodeReport, play_episode
from agents.policy import Decision, Observation, Policy
from agents.random_policy import RandomPolicy
from incidents.families import FAMILIES
from incidents.generate import generate
from scenario import SEVERITIES, Scenario, TaskId
from selection import Selection, select_incident
from splits import DEFAULT_DIFFICULTY, SPLITS, TRAIN_FAMILIES, TRAIN_SYSTEMS
from tests.generated.classifier import Classifier, example_of
from tests.generated.contract import signature_problems
from tests.generated.shortcuts import MOST, hit_rates

pytestmark = pytest.mark.slow
SEEDS = 2_000
LEAST_SOLVED = 0.95
CULPRIT_IN_ALERT = (0.15, 0.35)
Measured = Callable[[str], None]
EACH_TASK = pytest.mark.parametrize("task_id", DEFAULT_DIFFICULTY)


def incidents(task_id: TaskId, count: int, split: str = "train") -> list[Scenario]:
    """The first incidents of a split, all of one task and its own difficulty."""
    return [select_incident(Selection(task_id, split=split, index=index)).scenario for index in range(count)]


def play(policy: Policy, **options: Any) -> EpisodeReport:
    report = EpisodeReport(options["task_id"], options, "test", "test")
    play_episode(LocalEnvironment(), policy, report, lambda record: None)
    return report


@pytest.mark.check("incidents.solvable")
def test_a_detective_solves_medium_incidents_within_their_steps(measured: Measured) -> None:
    """Culprit and mechanism named by a policy that reads observations only and knows how each family shows."""
    reports = [play(DetectivePolicy(), task_id="root_cause_analysis", seed=seed) for seed in range(SEEDS)]
    solved = fmean(report.breakdown["base"] == 0.6 for report in reports)
    steps = fmean(len(report.steps) for report in reports)
    measured(f"{solved:.1%} of {SEEDS:,} solved, {steps:.1f} of 10 steps on average")
    assert solved >= LEAST_SOLVED


@pytest.mark.check("incidents.solvable")
def test_no_second_service_fits_the_evidence(measured: Measured) -> None:
    """In every incident the culprit alone shows a family's signature in full, and it its own alone."""
    families = {family.mechanism: family for family in FAMILIES.values()}
    for number, scenario in enumerate(incidents("root_cause_analysis", SEEDS)):
        family = families[scenario["correct_root_cause"]["failure_mode"]]
        assert signature_problems(scenario, family, list(FAMILIES.values())) == [], f"incident {number}"
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
    classifier.fit([example_of(scenario) for scenario in incidents(task_id, 20_000)])
    unseen = [example_of(scenario) for scenario in incidents(task_id, 1_000, "validation")]
    rate = classifier.accuracy(unseen) / fmean(1 / len(names) for _, names, _ in unseen)
    measured(f"{task_id}: bag of words {rate:.2f} times a guess")
    assert rate < MOST


def leaky(scenario: Scenario) -> Scenario:
    """The incident with an alert that drops a hint which only training can read."""
    hint = f"{scenario['incident_summary']} hint-{scenario['correct_root_cause']['service']}"
    return {**scenario, "incident_summary": hint}


@pytest.mark.check("incidents.no_shortcut")
def test_the_classifier_would_find_a_hint() -> None:
    classifier = Classifier()
    classifier.fit([example_of(leaky(scenario)) for scenario in incidents("root_cause_analysis", 6_000)])
    unseen = [example_of(leaky(scenario)) for scenario in incidents("root_cause_analysis", 300, "validation")]
    assert classifier.accuracy(unseen) / fmean(1 / len(names) for _, names, _ in unseen) > MOST


@pytest.mark.check("incidents.no_shortcut")
@EACH_TASK
def test_the_culprit_is_in_some_alerts(task_id: TaskId, measured: Measured) -> None:
    low, high = CULPRIT_IN_ALERT
    share = fmean(
        scenario["correct_root_cause"]["service"] in scenario["alert"]["affected_services"]
        for scenario in incidents(task_id, SEEDS)
    )
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
    constant = fmean(play(Constant(), task_id=task_id, seed=seed).grade for seed in range(SEEDS))
    chance = fmean(play(RandomPolicy(seed), task_id=task_id, seed=seed).grade for seed in range(SEEDS))
    measured(f"{task_id}: constant {constant:.2f}, random {chance:.2f}, at most {FLOORS[task_id]:.2f}")
    assert max(constant, chance) <= FLOORS[task_id]


@pytest.mark.check("incidents.severity")
def test_the_four_severities_are_drawn_evenly(measured: Measured) -> None:
    counts = Counter(scenario["correct_severity"] for scenario in incidents("alert_classification", SEEDS))
    measured(", ".join(f"{severity} {counts[severity] / SEEDS:.1%}" for severity in SEVERITIES))
    assert all(0.22 <= counts[severity] / SEEDS <= 0.28 for severity in SEVERITIES)


def fingerprint(scenario: Scenario) -> bytes:
    """A digest of what distinguishes incidents at once: what the pager says, who is known, the answer and the plan."""
    told = (scenario["alert"], scenario["incident_summary"], scenario["known_services"])
    answer = (scenario["correct_root_cause"], scenario["correct_remediation_sequence"])
    return blake2b(repr((told, answer)).encode(), digest_size=12).digest()


@pytest.mark.check("incidents.distinct")
def test_seeds_give_different_incidents(measured: Measured) -> None:
    """Of 100,000 train seeds 99.9 % differ; every family and system occurs; the other splits share none with them."""
    count = 100_000
    seen: set[bytes] = set()
    mechanisms: Counter[str] = Counter()
    businesses: Counter[str] = Counter()
    for seed in range(count):
        scenario = generate("root_cause_analysis", seed, "medium", TRAIN_FAMILIES, TRAIN_SYSTEMS)
        seen.add(fingerprint(scenario))
        mechanisms[scenario["correct_root_cause"]["failure_mode"]] += 1
        businesses[scenario["description"]] += 1
    held_out = [name for name, split in SPLITS.items() if split.first_seed]
    others = [fingerprint(scenario) for name in held_out for scenario in incidents("root_cause_analysis", 1_000, name)]
    rarest, often = min(mechanisms.values()), max(mechanisms.values())
    measured(
        f"{len(seen):,} of {count:,} distinct, {len(mechanisms)} families ({rarest} to {often} each), "
        f"{len(businesses)} systems, {len(seen.intersection(others))} of {len(others):,} shared with other splits"
    )
    assert len(seen) >= 0.999 * count
    assert set(mechanisms) == {FAMILIES[name].mechanism for name in TRAIN_FAMILIES}
    assert len(businesses) == len(TRAIN_SYSTEMS)
    assert not seen.intersection(others)


@pytest.mark.check("incidents.distinct")
def test_held_out_families_and_systems_occur_in_their_split_alone(measured: Measured) -> None:
    def occurring(split: str) -> tuple[set[str], set[str]]:
        found = incidents("root_cause_analysis", 1_000, split)
        return {s["correct_root_cause"]["failure_mode"] for s in found}, {s["description"] for s in found}

    of: dict[str, Sequence[set[str]]] = {
        name: occurring(name) for name, split in SPLITS.items() if split.first_seed is not None
    }
    for name in ("train", "validation", "test"):
        assert not of[name][0] & of["test_families"][0]
        assert not of[name][1] & of["test_systems"][1]
    measured(f"{len(of['test_families'][0])} families and {len(of['test_systems'][1])} systems held out")
    assert len(of["test_families"][0]) == 10
    assert len(of["test_systems"][1]) == 2
