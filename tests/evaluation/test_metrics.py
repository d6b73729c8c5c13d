"""The figures of a report are those that the formulas give, over episodes that were really played."""

from __future__ import annotations

import json
from itertools import combinations
from math import isclose, sqrt
from random import Random
from statistics import fmean, stdev

import pytest

from cloud_incident_env.evaluation.metrics import (
    PART_MAXIMA,
    Prices,
    clustered_mean,
    generalisation_gaps,
    pass_power,
    student_quantile,
    summarise,
)
from cloud_incident_env.evaluation.record import EpisodeRecord
from tests.evaluation.played import changed, failed, play, played


@pytest.mark.parametrize(
    ("degrees", "expected"), [(1, 12.706), (2, 4.303), (3, 3.182), (8, 2.306), (39, 2.023), (120, 1.980)]
)
def test_t_quantiles_are_those_of_the_printed_tables(degrees: int, expected: float) -> None:
    assert round(student_quantile(0.975, degrees), 3) == expected


def test_clusters_of_one_give_the_usual_standard_error() -> None:
    values = [0.1, 0.4, 0.4, 0.9, 1.0]
    estimate = clustered_mean((str(n), value) for n, value in enumerate(values))
    assert estimate["mean"] == fmean(values)
    assert isclose(estimate["standard_error"] or 0, stdev(values) / sqrt(5))
    assert isclose((estimate["high"] or 0) - fmean(values), student_quantile(0.975, 4) * stdev(values) / sqrt(5))


def test_copies_of_an_episode_within_a_cluster_add_no_certainty() -> None:
    values = [("a", 0.0), ("b", 0.5), ("c", 1.0)]
    assert clustered_mean(values * 10)["standard_error"] == pytest.approx(clustered_mean(values)["standard_error"])


def test_the_clustered_error_follows_the_formula_with_unequal_clusters() -> None:
    # mean 0.5; sums of residuals: a +0.5+0.3 = 0.8, b -0.8; V = 2/1 * (0.64 + 0.64) / 16 = 0.16
    estimate = clustered_mean([("a", 1.0), ("b", 0.0), ("a", 0.8), ("b", 0.2)])
    assert estimate["standard_error"] == pytest.approx(0.4)
    assert (estimate["n"], estimate["clusters"]) == (4, 2)


def test_one_cluster_tells_no_error_and_nothing_tells_no_mean() -> None:
    assert clustered_mean([("a", 0.5), ("a", 1.0)]) == {
        "mean": 0.75, "standard_error": None, "low": None, "high": None, "n": 2, "clusters": 1
    }  # fmt: skip
    assert clustered_mean([])["mean"] is None


def test_the_interval_covers_the_true_mean_as_often_as_it_claims() -> None:
    random, covered = Random(1), 0
    for _ in range(400):
        shifts = [random.gauss(0, 0.2) for _ in range(20)]
        estimate = clustered_mean((str(g), random.gauss(0.5 + s, 0.1)) for g, s in enumerate(shifts) for _ in range(5))
        covered += (estimate["low"] or 0) <= 0.5 <= (estimate["high"] or 0)
    assert 0.92 <= covered / 400 <= 0.98


@pytest.mark.parametrize("trials", [1, 2, 5])
def test_pass_power_is_the_share_of_all_choices_of_k_trials_that_succeed(trials: int) -> None:
    for successes in range(trials + 1):
        outcomes = [True] * successes + [False] * (trials - successes)
        for k in range(1, trials + 1):
            chosen = list(combinations(outcomes, k))
            assert pass_power(successes, trials, k) == sum(map(all, chosen)) / len(chosen)


@pytest.mark.parametrize(("successes", "trials", "k"), [(1, 1, 2), (1, 1, 0), (3, 2, 1), (-1, 2, 1)])
def test_pass_power_refuses_what_has_no_meaning(successes: int, trials: int, k: int) -> None:
    with pytest.raises(ValueError, match=r"pass\^"):
        pass_power(successes, trials, k)


def test_the_oracle_the_heuristic_and_chance_come_out_in_this_order() -> None:
    means = [
        summarise(played(agent, "test", 60))["overall"]["grade"]["mean"] for agent in ("oracle", "heuristic", "random")
    ]
    assert means == sorted(means, key=lambda mean: -(mean or 0))
    assert len(set(means)) == 3


def test_groups_hold_every_episode_once_and_average_to_the_whole() -> None:
    records = played("heuristic", "test", 90)
    summary = summarise(records)
    assert summary["overall"]["grade"]["mean"] == pytest.approx(fmean(record["grade"] for record in records))
    for members in (summary["by_task"], summary["by_difficulty"], summary["by_family"], summary["by_split"]):
        assert sum(member["episodes"] for member in members.values()) == 90
        total = sum(member["episodes"] * (member["grade"]["mean"] or 0.0) for member in members.values())
        assert total / 90 == pytest.approx(summary["overall"]["grade"]["mean"])
    for cells in (summary["by_task_and_difficulty"], summary["by_family_and_task"]):
        assert sum(cell["group"]["episodes"] for cell in cells) == 90
    assert len(summary["by_task"]) == 3
    assert summary["overall"]["grade"]["clusters"] == len(summary["by_family"]) > 20


def test_trials_of_an_incident_make_pass_powers_that_fall() -> None:
    records = played("random", "canonical", 9, trials=4)
    passes = summarise(records, threshold=0.5)["overall"]["passes"]
    means = [power["estimate"]["mean"] or 0.0 for power in passes]
    assert [power["k"] for power in passes] == [1, 2, 3, 4]
    assert means == sorted(means, reverse=True)
    assert means[0] == pytest.approx(sum(record["grade"] >= 0.5 for record in records) / len(records))
    assert means[0] > means[3]
    assert passes[0]["estimate"]["n"] == 9


def test_an_incident_with_too_few_graded_trials_leaves_the_higher_powers() -> None:
    records = list(played("oracle", "canonical", 9, trials=3))
    records[0] = failed(records[0])
    passes = summarise(records)["overall"]["passes"]
    assert [power["estimate"]["n"] for power in passes] == [9, 9, 8]
    assert [power["estimate"]["mean"] for power in passes] == [1.0, 1.0, 1.0]


def test_a_grade_at_the_threshold_is_a_success() -> None:
    record = changed(play("oracle", {"task_id": "alert_classification", "scenario_index": 0}), grade=0.8)
    assert summarise([record])["overall"]["passes"][0]["estimate"]["mean"] == 1.0
    assert summarise([record], threshold=0.81)["overall"]["passes"][0]["estimate"]["mean"] == 0.0


def test_infrastructure_errors_are_counted_apart_and_score_nothing() -> None:
    records = played("oracle", "test", 12)
    broken = [failed(changed(record, key=record["key"] + "x", trial=1)) for record in records[:5]]
    summary, alone = summarise([*records, *broken]), summarise(records)
    assert summary["overall"]["infrastructure_errors"] == 5
    assert summary["overall"]["grade"] == alone["overall"]["grade"]
    assert summary["overall"]["passes"] == alone["overall"]["passes"]
    assert summary["parts"] == alone["parts"]
    assert summary["reward_by_step"] == alone["reward_by_step"]
    assert summary["infrastructure"] == {"429 Too Many Requests": 5}
    assert summary["usage"]["prompt_tokens"]["mean"] == alone["usage"]["prompt_tokens"]["mean"]
    assert summary["usage"]["prompt_tokens"]["total"] > alone["usage"]["prompt_tokens"]["total"]


def test_nothing_but_infrastructure_errors_gives_no_mean_at_all() -> None:
    summary = summarise([failed(record) for record in played("oracle", "canonical", 3)])
    assert summary["overall"]["grade"]["mean"] is None
    assert summary["overall"]["passes"] == []
    assert summary["overall"]["infrastructure_errors"] == 3


def test_no_episode_gives_an_empty_summary() -> None:
    assert summarise([])["overall"]["episodes"] == 0


def test_usage_counts_what_the_records_say() -> None:
    records = played("random", "test", 60)
    usage = summarise(records, prices=Prices(2.0, 10.0))["usage"]
    steps = [len(record["steps"]) for record in records]
    assert usage["steps"]["mean"] == fmean(steps)
    assert usage["steps"]["total"] == sum(steps)
    assert usage["invalid_actions"]["total"] == sum(record["invalid_actions"] for record in records) > 0
    assert usage["cost"]["total"] == pytest.approx(sum(400 * n * 2e-6 + 50 * n * 10e-6 for n in steps))
    assert sorted(steps)[28] <= (usage["steps"]["median"] or 0) <= sorted(steps)[31] <= (usage["steps"]["p95"] or 0)
    assert "cost" not in summarise(records)["usage"]


def test_the_order_of_the_records_changes_nothing() -> None:
    records = [*played("heuristic", "test", 40), *played("heuristic", "train", 20)]
    shuffled = Random(3).sample(records, len(records))
    assert json.dumps(summarise(shuffled)) == json.dumps(summarise(records))


def test_gaps_are_against_train_and_else_against_validation() -> None:
    train, test = played("heuristic", "train", 30), played("heuristic", "test", 60)
    validation = played("heuristic", "validation", 30)
    gaps = generalisation_gaps([*train, *validation, *test])
    assert [(gap["reference"], gap["split"]) for gap in gaps] == [("train", "test")]
    assert gaps[0]["gap"]["mean"] == pytest.approx(fmean(r["grade"] for r in train) - fmean(r["grade"] for r in test))
    assert generalisation_gaps([*validation, *test])[0]["reference"] == "validation"
    assert generalisation_gaps(test) == []


def test_the_gap_of_a_split_to_itself_is_surely_nothing() -> None:
    train = played("heuristic", "train", 30)
    gap = generalisation_gaps([*train, *(changed(record, split="test") for record in train)])[0]
    assert gap["gap"]["mean"] == 0.0
    assert gap["gap"]["standard_error"] == pytest.approx(0.0, abs=1e-12)
    assert gap["same_mix"]


def test_a_gap_between_different_tasks_is_marked_as_unfair() -> None:
    train = [record for record in played("heuristic", "train", 30) if record["task_id"] == "alert_classification"]
    assert not generalisation_gaps([*train, *played("heuristic", "test", 60)])[0]["same_mix"]


@pytest.mark.parametrize("agent", ["oracle", "heuristic", "random"])
def test_what_parts_earn_and_lose_adds_up(agent: str) -> None:
    records = played(agent, "test", 60)
    parts = summarise(records)["parts"]
    for task, maxima in PART_MAXIMA.items():
        mine = [part for part in parts if part["task"] == task]
        grades = [record["grade"] for record in records if record["task_id"] == task]
        assert [part["part"] for part in mine] == list(maxima)
        assert sum(part["most"] for part in mine) == pytest.approx(1.0 if task != "remediation_planning" else 0.9)
        assert all(part["lost"] >= -1e-9 for part in mine)
        if agent != "random":  # whose grades are clipped at 0
            assert sum(part["mean"] for part in mine) == pytest.approx(fmean(grades), abs=1e-4)


def test_reward_over_steps_ends_at_the_mean_of_what_episodes_earned_without_their_grade() -> None:
    records = [record for record in played("heuristic", "test", 60) if record["task_id"] == "root_cause_analysis"]
    points = summarise(records)["reward_by_step"]["root_cause_analysis"]
    expected = fmean(record["cumulative_reward"] - record["grade"] for record in records)
    assert points[-1]["cumulative"] == pytest.approx(expected, abs=1e-3)
    assert points[0]["playing"] == len(records)
    assert [point["step"] for point in points] == list(range(1, len(points) + 1))


def test_unanswered_episodes_are_those_without_any_part() -> None:
    records = played("random", "test", 60)
    silent: list[EpisodeRecord] = [record for record in records if not record["breakdown"]]
    assert summarise(records)["unanswered"] == len(silent) > 0
