"""Which episodes a run plays: each once, in a known order, under a key that names it."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.evaluation.plan import Incidents, one_episode, planned
from cloud_incident_env.options import read_options
from cloud_incident_env.splits import SPLITS
from tasks import TASKS


def test_canonical_is_the_nine_incidents_of_the_table() -> None:
    plan = planned(Incidents())
    assert [(episode.task_id, episode.options["scenario_index"]) for episode in plan] == [
        (task, index) for task in TASKS for index in range(3)
    ]
    assert {episode.split for episode in plan} == {"canonical"}


@pytest.mark.parametrize("split", SPLITS)
def test_a_plan_tells_what_its_options_start(split: str) -> None:
    for episode in planned(Incidents(split=split, limit=9)):
        chosen = choose_incident(read_options(episode.options))
        assert episode.task_id == chosen.task.task_id
        assert episode.difficulty == (chosen.options.difficulty or chosen.task.difficulty)
        assert episode.split == split == (chosen.options.split or "canonical")
        assert LocalEnvironment().reset(episode.options)["scenario_id"] == episode.chosen().incident.id
        assert one_episode(episode.options) == episode


def test_a_task_alone_is_a_part_of_the_whole_split() -> None:
    whole = [episode for episode in planned(Incidents(split="test")) if episode.task_id == "root_cause_analysis"]
    assert list(planned(Incidents("root_cause_analysis", "test"))) == whole
    assert [e.key for e in planned(Incidents("root_cause_analysis", "test", limit=5))] == [e.key for e in whole[:5]]


def test_seeds_are_played_for_every_task_and_are_the_incidents_of_train() -> None:
    plan = planned(Incidents(seeds=(4, 6)))
    assert [(episode.options["seed"], episode.task_id) for episode in plan] == [
        (seed, task) for seed in (4, 5) for task in TASKS
    ]
    train = planned(Incidents(split="train", limit=6))
    assert train[5].task_id == plan[5].task_id
    assert train[5].chosen().incident is plan[5].chosen().incident
    assert one_episode(plan[5].options) == plan[5]


def test_the_own_difficulty_of_a_task_makes_no_other_key() -> None:
    plain, asked = (
        planned(Incidents(split="test", limit=6)),
        planned(Incidents(split="test", limit=6, difficulty="hard")),
    )
    same = [a.key == b.key for a, b in zip(plain, asked, strict=True)]
    assert same == [episode.task_id == "remediation_planning" for episode in plain]
    assert {episode.difficulty for episode in asked} == {"hard"}
    assert ["difficulty" in episode.options for episode in asked] == [not equal for equal in same]


def test_every_trial_of_an_incident_has_its_own_key() -> None:
    plan = planned(Incidents(split="validation"), trials=3)
    assert len(plan) == len({episode.key for episode in plan}) == 3_000
    assert [episode.trial for episode in plan[:4]] == [0, 1, 2, 0]
    assert plan[-1].options == {"split": "validation", "index": 999}
    with pytest.raises(IndexError):
        plan[3_000]


@pytest.mark.parametrize(
    "asked",
    [{}, {"split": "test", "task": "alert_classification", "limit": 3}, {"seeds": (0, 9), "difficulty": "expert"}],
)
def test_what_was_asked_for_survives_json(asked: dict[str, Any]) -> None:
    incidents = Incidents(**asked)
    again = Incidents.from_json(incidents.to_json())
    assert list(planned(again)) == list(planned(incidents))
    assert again.to_json() == incidents.to_json()


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"task": "foo"}, "unknown task 'foo': one of alert_classification"),
        ({"split": "foo"}, "unknown split 'foo': one of canonical"),
        ({"split": "test", "seeds": (0, 3)}, "not by both"),
        ({"split": "test", "difficulty": "foo"}, "unknown difficulty 'foo': one of easy"),
        ({"difficulty": "hard"}, "of their own"),
        ({"seeds": (3, 3)}, "seeds must be A:B"),
        ({"seeds": (-1, 3)}, "seeds must be A:B"),
        ({"seeds": (0, 2**31 + 1)}, "seeds must be A:B"),
        ({"limit": 0}, "limit must be at least 1"),
        ({"split": "train"}, "too many for one run: add a limit"),
    ],
)
def test_what_makes_no_sense_is_refused(asked: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Incidents(**asked)


def test_no_trial_is_no_run() -> None:
    with pytest.raises(ValueError, match="trials must be at least 1, got 0"):
        planned(Incidents(), 0)
