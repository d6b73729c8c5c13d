"""Paired comparisons: who is better, how surely, and what was left out."""

from __future__ import annotations

import json
from random import Random
from statistics import fmean

import pytest

from evaluation.compare import bootstrap_interval, compare
from tests.evaluation.played import changed, failed, played


def test_the_better_agent_is_surely_better() -> None:
    worse, better = played("random", "test", 60), played("heuristic", "test", 60)
    found = compare(worse, better)["overall"]
    assert found["pairs"] == 60
    assert found["difference"] == pytest.approx(
        fmean(b["grade"] - a["grade"] for a, b in zip(worse, better, strict=True))
    )
    assert 0 < (found["low"] or 0) < (found["difference"] or 0) < (found["high"] or 0)
    assert found["b_better"] + found["equal"] + found["b_worse"] == 60


def test_the_other_way_round_it_is_as_much_worse() -> None:
    a, b = played("random", "test", 60), played("heuristic", "test", 60)
    there, back = compare(a, b)["overall"], compare(b, a)["overall"]
    assert back["difference"] == pytest.approx(-(there["difference"] or 0))
    assert back["b_worse"] == there["b_better"]
    assert back["low"] == pytest.approx(-(there["high"] or 0), abs=0.01)


def test_a_run_against_itself_differs_by_nothing() -> None:
    records = played("heuristic", "test", 60)
    found = compare(records, records)["overall"]
    assert (found["difference"], found["low"], found["high"], found["equal"]) == (0.0, 0.0, 0.0, 60)


def test_pairs_are_found_by_incident_and_trial_whatever_the_order() -> None:
    a, b = played("random", "canonical", 9, 3), played("heuristic", "canonical", 9, 3)
    shuffled = [Random(seed).sample(records, len(records)) for seed, records in enumerate((a, b))]
    assert json.dumps(compare(*shuffled)) == json.dumps(compare(a, b))
    assert compare(a, b)["overall"]["pairs"] == 27


def test_what_has_no_partner_or_no_grade_is_left_out_and_counted() -> None:
    a, b = list(played("random", "test", 12)), list(played("heuristic", "test", 60)[:15])
    b[0] = failed(b[0])
    found = compare(a, b)
    assert (found["only_a"], found["only_b"], found["infrastructure_errors"]) == (0, 3, 1)
    assert found["overall"]["pairs"] == 11
    assert sum(task["pairs"] for task in found["by_task"].values()) == 11


def test_runs_that_share_nothing_tell_nothing() -> None:
    found = compare(played("random", "test", 12), played("random", "train", 12))
    assert found["overall"]["difference"] is None
    assert found["overall"]["low"] is None
    assert (found["only_a"], found["only_b"]) == (12, 12)


def test_an_episode_that_stands_there_twice_is_refused() -> None:
    records = played("random", "test", 12)
    with pytest.raises(ValueError, match=r"run B holds trial 0 of .* twice"):
        compare(records, [*records, changed(records[3], grade=1.0)])


def test_the_interval_is_the_same_every_time_and_another_with_another_seed() -> None:
    families = [(0.1 * n, 2) for n in range(12)]
    assert bootstrap_interval(families) == bootstrap_interval(families)
    assert bootstrap_interval(families) != bootstrap_interval(families, seed=1)


def test_one_family_gives_no_interval() -> None:
    assert bootstrap_interval([(3.0, 10)]) is None


def test_families_are_drawn_whole() -> None:
    """Ten copies of every episode leave the interval as it was: they are no new families."""
    once = [(0.2 * n - 1, 1) for n in range(12)]
    tenfold = [(10 * total, 10) for total, _ in once]
    assert bootstrap_interval(tenfold) == pytest.approx(bootstrap_interval(once))


def test_the_interval_covers_the_true_difference_about_as_often_as_it_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.compare.RESAMPLES", 400)
    random, covered = Random(2), 0
    for run in range(200):
        families = []
        for _ in range(30):
            shift = random.gauss(0.1, 0.2)
            families.append((sum(random.gauss(shift, 0.1) for _ in range(4)), 4))
        low, high = bootstrap_interval(families, seed=run) or (0, 0)
        covered += low <= 0.1 <= high
    assert 0.88 <= covered / 200 <= 0.98
