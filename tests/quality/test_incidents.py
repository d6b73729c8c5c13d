"""Generated incidents: solvable from what the tools show, by no shortcut, all different, and fair over the severities.

Every figure is measured over hundreds or thousands of seeds, so these checks are slow: `make quality` runs them,
`make test` does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from statistics import fmean
from typing import Any

import pytest

from cloud_incident_env.agents.detective import DetectivePolicy
from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.policy import Decision, Observation, Policy
from cloud_incident_env.agents.random_policy import RandomPolicy
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.evaluation.plan import one_episode
from cloud_incident_env.evaluation.play import play as play_episode
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.incident import SEVERITIES, Incident, TaskId
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.splits import DEFAULT_DIFFICULTY, SPLITS, TRAIN_FAMILIES, TRAIN_SYSTEMS
from tests.generated import habits, ngrams, shortcuts, walker
from tests.generated.all_evidence import fitting
from tests.generated.classifier import Classifier, example_of
from tests.generated.step_search import mean_grade
from tests.generated.templates_seen import SeenTemplates
from tests.generated.words import Reader
from tests.quality.findings import open_finding

pytestmark = pytest.mark.slow
SEEDS = 2_000
LOOKS = 500  # incidents of which everything is read
DETECTED = {"medium": 200, "hard": 150, "expert": 100}  # incidents that the detective plays, by difficulty
LEAST_SOLVED = {"medium": 0.9, "hard": 0.8, "expert": 0.7}  # by difficulty
MOST = 1.6  # times a guess, by rules that know nothing of the failure
MOST_CULPRITS = 0.6  # by a rule that looks at one thing
LIMITED_AT = "medium"  # the difficulty at which that holds; the others are measured
# By a walk along the calls, by split and difficulty.
MOST_WALKED = {("validation", "medium"): 0.45, ("validation", "expert"): 0.3, ("test_families", "medium"): 0.5}
MOST_CHANGED, MOST_BY_HABIT = 0.75, 0.95  # culprits at medium, by the two best habits that were found
MOST_SEARCHED = 0.45  # mean grade of a policy that tries every listed step, at hard
# By a bag of words over all logs: culprits by split, and failure modes.
MOST_READ = {"validation": 0.65, "test_systems": 0.65, "test_families": 0.45}
MOST_MODES_READ = 0.5
MOST_GIVEN_AWAY = 0.1  # of the modes, by a phrase
LEAST_TEMPLATES, LEAST_NEW = 5_000, 5.0  # of log lines, in `LOOKS` incidents and in each one after the first 400
UNIQUE = 100  # incidents of each difficulty of which all evidence is weighed
LEAST_UNIQUE = 0.99  # share of them in which nothing but the truth fits
LEAST_KEPT = 0.97  # share of them in which the truth fits
CULPRIT_IN_ALERT = (0.1, 0.35)
LABELLED = 600  # incidents of which a bag of words is told the answer
Measured = Callable[[str], None]
UNSEEN = ("validation", "test")
EACH_TASK = pytest.mark.parametrize("task_id", DEFAULT_DIFFICULTY)
WALKED = (("validation", "medium"), ("validation", "hard"), ("validation", "expert"), ("test_families", "medium"))


def incidents(task_id: TaskId, count: int, split: str = "train", difficulty: str | None = None) -> list[Incident]:
    """The first incidents of a split, all of one task and of a difficulty, or of the task's own."""
    asked = (ResetOptions(task_id=task_id, split=split, index=n, difficulty=difficulty) for n in range(count))
    return [choose_incident(options).incident for options in asked]


def play(policy: Policy, **options: Any) -> EpisodeRecord:
    return play_episode(one_episode(options), policy, LocalEnvironment())


def table(figures: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {figure:.2f}" for name, figure in figures.items())


@pytest.mark.check("incidents.solvable")
@pytest.mark.parametrize("difficulty", LEAST_SOLVED)
def test_the_detective_names_culprit_and_mechanism(difficulty: str, measured: Measured) -> None:
    """A policy that reads observations only, and knows what failure modes do to rates, latencies and stocks."""
    asked = {"task_id": "root_cause_analysis", "difficulty": difficulty, "split": "validation"}
    records = [play(DetectivePolicy(), **asked, index=index) for index in range(DETECTED[difficulty])]
    solved = fmean(record["breakdown"]["base"] == 0.6 for record in records)
    steps = fmean(len(record["steps"]) for record in records)
    measured(f"{difficulty}: detective {solved:.1%} of {DETECTED[difficulty]} in {steps:.1f} steps")
    assert solved >= LEAST_SOLVED[difficulty]


@pytest.mark.check("incidents.solvable")
@pytest.mark.parametrize("difficulty", LEAST_SOLVED)
def test_all_evidence_leaves_one_explanation(difficulty: str, measured: Measured) -> None:
    asked = incidents("root_cause_analysis", UNIQUE, "validation", difficulty)
    left = [(incident, fitting(incident)) for incident in asked]
    second = fmean(any(each != (incident.culprit, incident.failure_mode) for each in found) for incident, found in left)
    kept = fmean((incident.culprit, incident.failure_mode) in found for incident, found in left)
    measured(f"{difficulty}: another explanation fits in {second:.1%} of {UNIQUE}, the truth in {kept:.1%}")
    assert second <= 1.0 - LEAST_UNIQUE
    assert kept >= LEAST_KEPT


@pytest.mark.check("incidents.no_shortcut")
@EACH_TASK
def test_no_blind_rule_names_the_culprit(task_id: TaskId, measured: Measured) -> None:
    """No rule that knows nothing of the failure does better than `MOST` times a guess among the known services."""
    asked = incidents(task_id, SEEDS)
    rules = {**shortcuts.BLIND, "rarest name": shortcuts.rarest_name(asked)}
    guess = shortcuts.guess(asked)
    rates = {rule: share / guess for rule, share in shortcuts.culprit_shares(asked, rules).items()}
    measured(f"{task_id} (guess = 1, at most {MOST}): {table(rates)}")
    assert {rule: rate for rule, rate in rates.items() if rate > MOST} == {}


@pytest.mark.check("incidents.no_shortcut")
@pytest.mark.parametrize("difficulty", ["medium", "hard"])
def test_no_look_at_one_thing_names_the_culprit(difficulty: str, measured: Measured) -> None:
    asked = incidents("root_cause_analysis", LOOKS, "validation", difficulty)
    shares = shortcuts.culprit_shares(asked, shortcuts.LOOKING)
    limit = f", at most {MOST_CULPRITS}" if difficulty == LIMITED_AT else ""
    measured(f"{difficulty}, share of the culprits (guess {shortcuts.guess(asked):.2f}{limit}): {table(shares)}")
    assert not limit or {rule: share for rule, share in shares.items() if share > MOST_CULPRITS} == {}


@pytest.mark.check("incidents.no_shortcut")
@pytest.mark.parametrize(("split", "difficulty"), WALKED)
def test_no_walk_along_the_calls_names_the_culprit(split: str, difficulty: str, measured: Measured) -> None:
    shares = walker.culprit_shares(incidents("root_cause_analysis", 1_000, split, difficulty))
    most = MOST_WALKED.get((split, difficulty))
    limit = "" if most is None else f" (at most {most})"
    measured(f"walker, share of the culprits, {split} {difficulty}{limit}: {table(shares)}")
    assert most is None or max(shares.values()) <= most


@pytest.mark.check("incidents.no_shortcut")
@open_finding("at medium no gauge drifts and none is missing, so who has seen 600 answers knows culprits by what moved")
def test_what_habits_alone_name(measured: Measured) -> None:
    """What came of looking for shortcuts in texts and labels alone: the nearest changes, and what figures moved.

    The linear model is no rule without knowledge: it has seen which figures move at culprits. Its limit only says that
    it must not become the whole answer.
    """
    asked = {diff: incidents("root_cause_analysis", LOOKS, "validation", diff) for diff in ("medium", "hard")}
    changed = {difficulty: habits.share_by_changes(each) for difficulty, each in asked.items()}
    model = habits.Habits()
    model.fit(incidents("root_cause_analysis", LABELLED))
    figures = {
        "medium": model.share(asked["medium"]),
        "test_families": model.share(incidents("root_cause_analysis", LOOKS, "test_families")),
    }
    measured(f"the changed service whose figures moved most (medium: at most {MOST_CHANGED}): {table(changed)}")
    measured(f"linear model of moved figures, {LABELLED} labelled (medium: at most {MOST_BY_HABIT}): {table(figures)}")
    assert changed["medium"] <= MOST_CHANGED
    assert figures["medium"] <= MOST_BY_HABIT


@pytest.mark.check("incidents.no_shortcut")
def test_no_search_of_the_steps_replaces_a_diagnosis(measured: Measured) -> None:
    """The mean grade of a policy that tries every listed step where the walk ends."""
    grades = {
        difficulty: mean_grade(incidents("remediation_planning", LOOKS, "validation", difficulty))
        for difficulty in ("medium", "hard")
    }
    measured(f"grade of trying every step (hard: at most {MOST_SEARCHED}): {table(grades)}")
    assert grades["hard"] <= MOST_SEARCHED


@pytest.mark.check("incidents.no_shortcut")
@pytest.mark.parametrize("tools", [("query_logs",), ("check_metrics", "check_service_status")], ids=" ".join)
def test_what_words_alone_tell(tools: Sequence[str], measured: Measured) -> None:
    """What a bag of words learns of labelled incidents; limited where it reads logs."""
    reader = Reader(tools)
    reader.fit(incidents("root_cause_analysis", LABELLED))
    told: list[str] = []
    above: list[str] = []
    for split in MOST_READ:
        culprit, mode = reader.shares(incidents("root_cause_analysis", 300, split))
        told.append(f"{split} culprit {culprit:.2f}" + (f" mode {mode:.2f}" if split != "test_families" else ""))
        if tools == ("query_logs",) and (culprit > MOST_READ[split] or mode > MOST_MODES_READ):
            above.append(told[-1])
    measured(f"bag of words over {' and '.join(tools)}, {LABELLED} labelled: {', '.join(told)}")
    assert above == []


@pytest.mark.check("incidents.no_shortcut")
def test_few_modes_are_given_away_by_a_phrase(measured: Measured) -> None:
    """A phrase of one to three words that most incidents of one mode have, and hardly any other incident."""
    found, judged = ngrams.given_away(incidents("root_cause_analysis", SEEDS))
    measured(f"modes that a phrase gives away: {len(found)} of {judged} (at most {MOST_GIVEN_AWAY:.0%})")
    assert len(found) <= MOST_GIVEN_AWAY * judged, found


@pytest.mark.check("incidents.distinct")
def test_logs_go_on_telling_something_new(measured: Measured) -> None:
    """Distinct log templates, and how many an incident adds once 400 have been read."""
    seen = SeenTemplates()
    counts = [seen.read(incident) for incident in incidents("root_cause_analysis", LOOKS)]
    late = fmean(counts[400:])
    measured(
        f"{sum(counts):,} log templates in {LOOKS} incidents ({seen.lines:,} lines; at least {LEAST_TEMPLATES:,}), "
        f"{late:.1f} new ones after 400 (at least {LEAST_NEW})"
    )
    assert sum(counts) >= LEAST_TEMPLATES
    assert late >= LEAST_NEW


@pytest.mark.check("incidents.no_shortcut")
@EACH_TASK
def test_words_of_the_alert_do_not_tell_the_culprit(task_id: TaskId, measured: Measured) -> None:
    """A classifier trained on the words of 20,000 alerts and summaries stays under `MOST` times a guess."""
    classifier = Classifier()
    classifier.fit([example_of(incident) for incident in incidents(task_id, 20_000)])
    unseen = [example_of(incident) for split in UNSEEN for incident in incidents(task_id, 1_000, split)]
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
