"""Paired comparisons: who is better, how surely, and what was left out."""

from __future__ import annotations

import json
from random import Random
from statistics import fmean

import pytest

from cloud_incident_env.evaluation.compare import compare
from tests.evaluation.played import changed, failed, played


def test_the_better_agent_is_surely_better() -> None:
    worse, better = played("random", "test", 60), played("heuristic", "test", 60)
    found = compare(worse, better)["overall"]
    assert found["incidents"] == 60
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


def test_incidents_are_paired_whatever_the_order() -> None:
    a, b = played("random", "canonical", 9, 3), played("heuristic", "canonical", 9, 3)
    shuffled = [Random(seed).sample(records, len(records)) for seed, records in enumerate((a, b))]
    assert json.dumps(compare(*shuffled)) == json.dumps(compare(a, b))
    assert compare(a, b)["overall"]["incidents"] == 9


def test_every_trial_counts_however_many_the_other_run_played() -> None:
    many, one = played("random", "test", 30, 4), played("oracle", "test", 30)
    found = compare(many, one)["overall"]
    assert found["mean_a"] == pytest.approx(fmean(record["grade"] for record in many))
    assert found["difference"] == pytest.approx((found["mean_b"] or 0) - (found["mean_a"] or 0))


def test_what_has_no_partner_or_no_grade_is_left_out_and_counted() -> None:
    a, b = list(played("random", "test", 12)), list(played("heuristic", "test", 60)[:15])
    b[0] = failed(b[0])
    found = compare(a, b)
    assert (found["only_a"], found["only_b"], found["infrastructure_errors"]) == (0, 3, 1)
    assert found["overall"]["incidents"] == 11
    assert sum(task["incidents"] for task in found["by_task"].values()) == 11


def test_a_trial_without_a_grade_leaves_the_others_of_its_incident() -> None:
    a = list(played("random", "test", 3, 2))
    kept = compare([failed(a[0]), *a[1:]], played("oracle", "test", 3))["overall"]
    assert kept["incidents"] == 3
    assert kept["mean_a"] == pytest.approx(
        fmean([a[1]["grade"], *(fmean([a[n]["grade"], a[n + 1]["grade"]]) for n in (2, 4))])
    )


def test_runs_that_share_nothing_tell_nothing() -> None:
    found = compare(played("random", "test", 12), played("random", "train", 12))
    assert found["overall"]["difference"] is None
    assert found["overall"]["low"] is None
    assert (found["only_a"], found["only_b"]) == (12, 12)


def test_an_episode_that_stands_there_twice_is_refused() -> None:
    records = played("random", "test", 12)
    with pytest.raises(ValueError, match=r"run B holds trial 0 of .* twice"):
        compare(records, [*records, changed(records[3], grade=1.0)])


def test_one_family_gives_no_interval() -> None:
    a, b = ([changed(r, family="one") for r in played(agent, "test", 12)] for agent in ("random", "oracle"))
    found = compare(a, b)["overall"]
    assert found["families"] == 1
    assert found["difference"] is not None
    assert found["low"] is None


@pytest.mark.parametrize("families", [3, 30])
def test_the_interval_covers_the_true_difference_as_often_as_it_claims(families: int) -> None:
    """With few families too, as in one task of the hand-written incidents."""
    random, covered, runs = Random(2), 0, 400
    record = played("random", "test", 3)[0]
    for _ in range(runs):
        b = []
        for family in range(families):
            shift = random.gauss(0.1, 0.2)
            b += [
                changed(record, family=f"{family}", options={"seed": 4 * family + n}, grade=random.gauss(shift, 0.1))
                for n in range(4)
            ]
        a = [changed(r, grade=0.0) for r in b]
        found = compare(a, b)["overall"]
        covered += (found["low"] or 0) <= 0.1 <= (found["high"] or 0)
    assert 0.92 <= covered / runs <= 0.98
