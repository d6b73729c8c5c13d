"""The page is told of an episode what its player was sent, text by text, and nothing else before the end."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cloud_incident_env.actions import ACTIONS, DIAGNOSTICS, REMEDIATIONS, submission_of
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.incident import Incident
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.reading.modes import MODES
from server.app import create_app
from tasks import INCIDENTS
from tests.http_server import settings

TASKS = tuple(INCIDENTS)
PLACES: list[dict[str, Any]] = [
    *({"task_id": task_id, "scenario_index": index} for task_id in TASKS for index in range(3)),
    *({"task_id": task_id, "seed": seed, "difficulty": "hard"} for task_id in TASKS for seed in range(100, 104)),
    {"split": "canonical", "index": 4},
    *({"split": split, "index": index} for split in ("test_families", "test_systems") for index in range(3)),
]
QUERIES: dict[str, list[dict[str, Any]]] = {
    "query_logs": [
        {"level": "error"},
        {"contains": "a"},
        {"since_minutes": 30},
        {"since_minutes": 1, "until_minutes": 5},
    ],
    "check_metrics": [{"window_minutes": 60}, {"metric": "cpu"}],
    "check_dependencies": [{"trace": "slowest"}, {"trace": "nonsense"}],
    "check_recent_deploys": [{"change_id": "none"}],
    "check_service_status": [{}],
}
FIELDS = {
    *("id", "task_id", "scenario_id", "options", "agent", "alert", "alert_clock", "summary", "services", "max_steps"),
    *("actions", "steps", "minute", "done", "resolved", "reward", "grade"),
}
STEP_FIELDS = {
    *("number", "action", "parameters", "reward", "reason", "error", "feedback", "minute", "took", "evidence"),
    *("words", "source"),
}


@pytest.fixture(scope="module")
def page() -> TestClient:
    return TestClient(create_app(settings(ui=True)), raise_server_exceptions=False)


def random_actions(start: dict[str, Any], rng: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    """Looks, looks again, refused ones, mistakes and remediations, in any order."""
    services, offered = start["known_services"], start["available_actions"]
    looks = [name for name in offered if name in DIAGNOSTICS]
    while True:
        kind = rng.random()
        service = {"service": rng.choice(services)}
        if kind < 0.1:
            yield rng.choice([("no_such", {}), ("query_logs", {}), ("query_logs", {"service": "nowhere"})])
        elif kind < 0.3 and "restart_service" in offered:
            name = rng.choice([*REMEDIATIONS[:3], "clear_cache"])
            yield name, {**service, **({"replicas": 4} if name == "scale_service" else {})}
        else:
            name = rng.choice(looks)
            more = rng.choice(QUERIES[name]) if kind > 0.6 else {}
            yield rng.choice([name, name.upper()]), {**service, **more, "reasoning": "a thought" * rng.randint(0, 90)}


def play(page: TestClient, place: dict[str, Any], *, steps: int | None = None) -> tuple[str, list[dict[str, Any]]]:
    """Play at random, all steps but the last one or so many; the id and every answer, the reset's first."""
    first = page.post("/reset", json=place).json()
    rng = random.Random(json.dumps(place))
    answers: list[dict[str, Any]] = [{"observation": first}]
    actions = random_actions(first, rng)
    for _ in range(first["max_steps"] - 1 if steps is None else steps):
        action_type, parameters = next(actions)
        body = {"episode_id": first["episode_id"], "action_type": action_type, "parameters": parameters}
        answers.append({**page.post("/step", json=body).json(), "sent": body})
    return first["episode_id"], answers


def end(page: TestClient, episode_id: str, task_id: str) -> dict[str, Any]:
    body = {"episode_id": episode_id, "action_type": submission_of(task_id), "parameters": {}}  # type: ignore[arg-type]
    answer: dict[str, Any] = page.post("/step", json=body).json()
    return {**answer, "sent": body}


def shown_by(answer: dict[str, Any]) -> str | None:
    """The text that a step has sent."""
    sent, observation = answer["sent"], answer["observation"]
    tool = sent["action_type"].lower()
    if tool not in DIAGNOSTICS or observation["last_action_error"] is not None:
        return None
    text: str = observation["queried_data"][tool][sent["parameters"]["service"]]
    return text


@pytest.mark.parametrize("ended", [False, True], ids=["going on", "ended"])
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_step_is_told_as_it_was_sent(page: TestClient, place: dict[str, Any], ended: bool) -> None:
    episode_id, answers = play(page, place)
    if ended:
        answers.append(end(page, episode_id, answers[0]["observation"]["task_id"]))
    told = page.get("/console/episode", params={"episode_id": episode_id}).json()
    assert len(told["steps"]) == len(answers) - 1
    minute = 0
    for step, answer in zip(told["steps"], answers[1:], strict=True):
        observation = answer["observation"]
        evidence = step["evidence"]
        assert (evidence and evidence["text"]) == shown_by(answer), step["number"]
        assert step["feedback"] == observation["feedback"]
        assert step["error"] == observation["last_action_error"]
        assert (step["reward"], step["reason"]) == (answer["reward"]["value"], answer["reward"]["reason"])
        assert (step["minute"], step["source"]) == (minute, "visitor")
        assert step["action"] == answer["sent"]["action_type"]
        if evidence:
            assert (evidence["step"], evidence["minute"]) == (step["number"], minute)
            assert evidence["tool"] == step["action"].lower()
        declared = ACTIONS.get(step["action"].lower())
        assert step["took"] in (1, declared.minutes if declared else 1)
        minute += step["took"]
    last = answers[-1]["observation"]
    assert told["minute"] == minute
    assert (told["done"], told["alert"], told["services"]) == (ended, last["alert"], last["known_services"])
    assert (told["grade"] is not None) is ended
    if ended:
        assert told["grade"] == answers[-1]["info"]["grade"]


def secrets_of(incident: Incident) -> list[str]:
    """Texts that give an answer away, wherever they stand."""
    mode = MODES[incident.failure_mode]
    return [mode.definition, mode.title, f'"{mode.id}"', *(str(key) for key in incident.ways), '"truth"', '"culprit"']


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_nothing_hidden_is_sent_before_the_end(page: TestClient, place: dict[str, Any]) -> None:
    """Everything that every door sends of an episode under way, headers too, holds nothing of its answer."""
    catalogue = page.get("/console/catalogue").text
    scores = page.get("/console/scores").text
    episode_id, answers = play(page, place, steps=2)
    told = page.get("/console/episode", params={"episode_id": episode_id})
    refused = [
        page.get("/console/debrief", params={"episode_id": episode_id}),
        page.post("/console/play", json={"agent": "oracle", "options": place}),
        page.post("/console/play", json={"agent": "oracle", "options": place, "episode_id": episode_id}),
    ]
    assert [answer.status_code for answer in refused] == [409, 403, 403]
    watched = [
        page.post("/console/play", json={"agent": agent, "options": place, "episode_id": episode_id})
        for agent in ("do-nothing", "rollback-latest")
    ]
    incident = choose_incident(ResetOptions(**place)).incident
    sent = [told, *refused, *watched]
    for answer in sent:
        text = "\n".join([answer.text, *(f"{name}: {value}" for name, value in answer.headers.items())])
        own = json.dumps([a["sent"] for a in answers[1:]])
        found = [secret for secret in secrets_of(incident) if secret in text and secret not in own]
        submitted = [step for step in answer.json().get("steps", []) if step["action"].startswith("submit_")]
        assert [secret for secret in found if secret not in json.dumps(submitted)] == []
    episode = told.json()
    assert set(episode) == FIELDS
    assert all(set(step) == STEP_FIELDS for step in episode["steps"])
    assert set(episode["options"]) <= {"task_id", "scenario_index", "seed", "difficulty", "split", "index"}
    assert (episode["grade"], episode["resolved"], episode["done"]) == (None, False, False)
    for answer in watched:
        assert (answer.status_code, answer.json()["grade"], answer.json()["resolved"]) == (200, None, None)
        assert answer.json()["id"] is None
        assert "Grade" not in answer.json()["steps"][-1]["feedback"]
        assert "rade" not in answer.text.replace("upgrade", "").replace("degrade", "").replace('"grade":null', "")
    assert page.get("/console/catalogue").text == catalogue
    assert page.get("/console/scores").text == scores, "what agents play for the page is counted nowhere"


def test_a_severity_is_told_by_no_door_before_the_end(page: TestClient) -> None:
    """Of the task that asks for it, the only severity is that of the alert, which says that it is the question."""
    for seed in range(20):
        episode_id, _ = play(page, {"task_id": "alert_classification", "seed": seed}, steps=1)
        told = page.get("/console/episode", params={"episode_id": episode_id}).json()
        assert told["alert"]["severity"] == "UNCLASSIFIED"
        told["alert"]["severity"] = ""
        text = json.dumps(told).replace("submit_severity", "")
        assert "severity" not in text.replace('"severity": ""', "")


@pytest.mark.parametrize("place", [{"task_id": "remediation_planning", "seed": 3}, {"scenario_index": 1}], ids=str)
def test_the_alert_came_at_a_time(page: TestClient, place: dict[str, Any]) -> None:
    episode_id, _ = play(page, place, steps=0)
    told = page.get("/console/episode", params={"episode_id": episode_id}).json()
    assert told["alert_clock"].startswith("2026-")
    assert told["alert_clock"].endswith("Z")


def test_an_episode_that_is_gone_is_told_in_words(page: TestClient) -> None:
    answer = page.get("/console/episode", params={"episode_id": "none"})
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("This episode is not here: it has expired")
    assert page.get("/console/episode").status_code == 422
    assert page.get("/console/episode").json() == {"detail": "episode_id: Field required"}
