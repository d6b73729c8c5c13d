"""Reset by seed, difficulty and family, or by split and index: over REST, in process, and what is refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.splits import SPLITS, TRAIN_SEEDS, incident_at
from server.environment import IncidentEnvironment

MEDIUM = "root_cause_analysis"


def started(client: httpx.Client, **options: Any) -> dict[str, Any]:
    response = client.post("/reset", json=options)
    assert response.status_code == 200, response.text
    observation: dict[str, Any] = response.json()
    return observation


def content(observation: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in observation.items() if name != "episode_id"}


def test_the_same_seed_starts_the_same_incident_and_another_does_not(client: httpx.Client) -> None:
    first, again, other = (started(client, task_id=MEDIUM, seed=seed) for seed in (7, 7, 8))
    assert content(first) == content(again) != content(other)


@pytest.mark.parametrize(("difficulty", "known"), [("easy", 6), ("medium", 8), ("hard", 12), ("expert", 16)])
def test_the_difficulty_decides_how_many_services_are_known(client: httpx.Client, difficulty: str, known: int) -> None:
    observation = started(client, task_id=MEDIUM, seed=3, difficulty=difficulty)
    assert len(observation["known_services"]) == known == DIFFICULTIES[difficulty].known


def test_a_task_has_a_difficulty_of_its_own(client: httpx.Client) -> None:
    assert content(started(client, task_id=MEDIUM, seed=3)) == content(
        started(client, task_id=MEDIUM, seed=3, difficulty="medium")
    )


def test_a_seed_is_that_incident_of_train(client: httpx.Client) -> None:
    by_seed = started(client, task_id=MEDIUM, seed=4)
    by_index = started(client, split="train", index=4)
    assert content(by_seed) == content(by_index)


@pytest.mark.parametrize("split", SPLITS)
def test_the_first_and_the_last_incident_of_a_split_can_be_started(client: httpx.Client, split: str) -> None:
    for index in (0, SPLITS[split].size - 1):
        spec = incident_at(split, index)
        assert started(client, split=split, index=index)["task_id"] == spec["task_id"]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_can_be_asked_for(family: str) -> None:
    environment = IncidentEnvironment()
    environment.reset("remediation_planning", seed=1, family=family)
    record = environment.state()
    assert (record.family, record.seed, record.difficulty) == (family, 1, "hard")
    assert record.scenario_index is record.split is record.index is None


def test_the_record_says_how_to_start_the_incident_again(client: httpx.Client) -> None:
    first = started(client, task_id="alert_classification", split="test", index=5, difficulty="expert")
    record = client.get("/state", params={"episode_id": first["episode_id"]}).json()
    names = ("task_id", "scenario_index", "seed", "difficulty", "family", "split", "index")
    again = started(client, **{name: record[name] for name in names if record[name] is not None})
    assert content(first) == content(again)


def test_a_family_that_was_drawn_is_told_nowhere(client: httpx.Client) -> None:
    observation = started(client, task_id=MEDIUM, seed=12)
    record = client.get("/state", params={"episode_id": observation["episode_id"]}).json()
    assert record["family"] is None
    assert not [family for family in FAMILIES if family in str(observation) + str(record)]


REFUSED = [
    ({"family": "gremlins"}, ["unknown family 'gremlins'", *FAMILIES]),
    ({"difficulty": "brutal"}, ["unknown difficulty 'brutal'", *DIFFICULTIES]),
    ({"split": "secret"}, ["unknown split 'secret'", *SPLITS]),
    ({"split": "test", "index": 1_000}, ["unknown index 1000", "0 to 999"]),
    ({"split": "test", "index": -1}, ["unknown index -1", "0 to 999"]),
    ({"split": "canonical", "index": 9}, ["0 to 8"]),
    ({"seed": -1}, ["seed -1", f"0 to {TRAIN_SEEDS - 1}"]),
    ({"seed": TRAIN_SEEDS}, [f"0 to {TRAIN_SEEDS - 1}"]),
    ({"seed": 1, "scenario_index": 0}, ["not by both"]),
    ({"split": "test", "scenario_index": 0}, ["not by both"]),
    ({"split": "test", "family": "pool-leak"}, ["not by both"]),
    ({"split": "test", "index": 0, "seed": 1}, ["not by both"]),
    ({"split": "canonical", "difficulty": "easy"}, ["not by both"]),
    ({"seed": 1, "task_id": "nonsense"}, ["unknown task 'nonsense'"]),
]


@pytest.mark.parametrize(("options", "told"), REFUSED, ids=[str(options) for options, _ in REFUSED])
def test_what_cannot_be_is_refused_with_what_can(
    client: httpx.Client, options: dict[str, Any], told: list[str]
) -> None:
    for answer in (client.post("/reset", json=options), client.post("/reset", params=options)):
        assert answer.status_code == 400, answer.text
        assert [text for text in told if text not in answer.json()["detail"]] == []


@pytest.mark.parametrize("options", [{"seed": "7"}, {"seed": 1.5}, {"index": True}, {"seed": []}, {"difficulty": 3}])
def test_wrong_types_are_malformed(client: httpx.Client, options: dict[str, Any]) -> None:
    answer = client.post("/reset", json=options)
    assert answer.status_code == 422
    assert next(iter(options)) in str(answer.json()["detail"])


def test_enormous_numbers_are_refused(client: httpx.Client) -> None:
    for options in ({"seed": 10**30}, {"split": "train", "index": 10**30}):
        assert client.post("/reset", json=options).status_code == 400
