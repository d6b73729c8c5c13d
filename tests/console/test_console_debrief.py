"""The debrief is right: its parts add up, its plans end the incident, its chain leads to the culprit."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cloud_incident_env.actions import submission_of
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.episode import start_episode
from cloud_incident_env.incident import AT_THE_ALERT, PLAIN
from cloud_incident_env.options import ResetOptions
from server.app import create_app
from server.console.debrief import best_grade
from server.console.severities import SEVERITY_RULES
from server.console.truth import truth_of
from tasks import INCIDENTS, TASKS
from tests.http_server import settings

SEEDS = range(40)
HANDWRITTEN = [(task_id, index) for task_id, incidents in INCIDENTS.items() for index in range(len(incidents))]


@pytest.fixture(scope="module")
def page() -> TestClient:
    return TestClient(create_app(settings(ui=True)), raise_server_exceptions=False)


def ended(page: TestClient, place: dict[str, Any], *actions: tuple[str, dict[str, Any]]) -> str:
    """Play an incident by these actions, which end it."""
    episode_id = str(page.post("/reset", json=place).json()["episode_id"])
    for action_type, parameters in actions:
        body = {"episode_id": episode_id, "action_type": action_type, "parameters": parameters}
        answer = page.post("/step", json=body).json()
    assert answer["done"]
    return episode_id


def debrief(page: TestClient, episode_id: str) -> dict[str, Any]:
    answer = page.get("/console/debrief", params={"episode_id": episode_id})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("task_id", TASKS)
def test_parts_add_up_and_the_oracle_earns_the_best(page: TestClient, task_id: str, seed: int) -> None:
    place = {"task_id": task_id, "seed": seed}
    service = page.post("/reset", json=place).json()["known_services"][0]
    answer: dict[str, Any] = {
        "submit_severity": {"severity": "P3"},
        "submit_root_cause": {"service": service, "failure_mode": "heap-leak"},
        "submit_resolution": {"summary": f"Root cause: {service}. heap-leak. All services recovered."},
    }
    last = submission_of(task_id)  # type: ignore[arg-type]
    looks = [("query_logs", {"service": service}), ("check_metrics", {"service": service})]
    told = debrief(page, ended(page, place, *looks, (last, answer[last])))
    assert sum(part["earned"] for part in told["parts"]) == pytest.approx(told["grade"]["total"])
    assert sum(part["most"] for part in told["parts"]) == pytest.approx(told["best"])
    assert all(part["why"] and part["title"] for part in told["parts"])
    assert told["oracle"]["grade"]["total"] == told["best"] == best_grade(task_id)  # type: ignore[arg-type]
    assert (told["oracle"]["agent"], told["oracle"]["resolved"]) == ("oracle", True)
    assert {other["agent"] for other in told["others"]} >= {"heuristic", "random", "detective"}
    assert told["truth"]["severity"] in SEVERITY_RULES
    if task_id != "alert_classification":
        assert told["read_as"]["id"] == "heap-leak"


def test_an_episode_without_an_answer_says_so_in_every_part(page: TestClient) -> None:
    looks = [("query_logs", {"service": "nowhere"})] * 22
    told = debrief(page, ended(page, {"task_id": "remediation_planning", "seed": 1}, *looks))
    assert {part["why"] for part in told["parts"]} == {"No resolution was submitted."}
    assert (told["grade"]["total"], told["read_as"], told["best"]) == (0.0, None, 0.9)


def test_a_harmful_action_is_named(page: TestClient) -> None:
    place = {"task_id": "remediation_planning", "scenario_index": 0}
    actions = [
        ("restart_service", {"service": "redis-session"}),
        ("submit_resolution", {"summary": "Root cause: postgres-db."}),
    ]
    told = debrief(page, ended(page, place, *actions))
    penalty = next(part for part in told["parts"] if part["name"] == "penalty")
    assert penalty["why"] == "1 action did harm: restart_service redis-session."
    assert (penalty["earned"], penalty["most"]) == (-0.1, 0.0)


def takes_effect(options: ResetOptions, plan: list[dict[str, Any]]) -> bool:
    """Whether a plan brings every condition about, and nothing of it is wrong."""
    episode = start_episode(options)
    for step in plan:
        episode.step(step["action"], step["parameters"])
    reached = len(episode.ledger.reached) == len(episode.incident.plan)
    return reached and not episode.ledger.wrong and episode.incident.telemetry.recovered(episode.ledger.course)


def test_the_plan_and_the_alternative_end_the_incident() -> None:
    alternatives = 0
    for seed in SEEDS:
        options = ResetOptions(task_id="remediation_planning", seed=seed)
        truth = truth_of(choose_incident(options).incident)
        assert takes_effect(options, truth["plan"]), seed
        if truth["alternative"] is not None:
            alternatives += 1
            assert truth["alternative"] != truth["plan"]
            assert takes_effect(options, truth["alternative"]), seed
        assert all(re.fullmatch(r"[A-Z].*\.", step["text"]) for step in truth["plan"])
    assert alternatives > len(SEEDS) / 4


def test_the_chain_leads_from_an_alerting_service_to_the_culprit() -> None:
    for task_id in TASKS:
        for seed in SEEDS:
            incident = choose_incident(ResetOptions(task_id=task_id, seed=seed)).incident
            chain = truth_of(incident)["chain"]
            assert (chain[0], chain[-1]) == (incident.alert.affected_services[0], incident.culprit), (task_id, seed)
            assert len(set(chain)) == len(chain) >= 2
            assert set(chain) <= set(incident.known_services)


@pytest.mark.parametrize(("task_id", "index"), HANDWRITTEN)
def test_the_chain_of_a_hand_written_incident_follows_its_dependencies(task_id: Any, index: int) -> None:
    incident = INCIDENTS[task_id][index]
    truth = truth_of(incident)
    chain = truth["chain"]
    assert chain[0] in incident.alert.affected_services
    assert chain[-1] == incident.culprit
    for caller, callee in pairwise(chain[:-1]):
        assert callee in incident.telemetry.look("check_dependencies", caller, PLAIN, AT_THE_ALERT).neighbours
    assert truth["alternative"] is None
    assert truth["why_severity"].startswith(f"{incident.severity}: ")


def test_the_severity_follows_from_the_figures_told() -> None:
    figures = re.compile(r"At the alert ([\d.]+) % .*\$([\d,]+) a minute were lost.*and ([\d.]+) % of the active")
    for seed in SEEDS:
        incident = choose_incident(ResetOptions(task_id="alert_classification", seed=seed)).incident
        found = figures.search(truth_of(incident)["why_severity"])
        assert found is not None
        success, lost, users = float(found[1]), float(found[2].replace(",", "")), float(found[3])
        expected = "P1" if success < 50 or lost > 1000 else "P2" if users > 50 else "P3" if users > 0 else "P4"
        assert incident.severity == expected, seed


def test_an_agent_is_told_whole_to_whom_has_ended_the_incident(page: TestClient) -> None:
    place = {"task_id": "root_cause_analysis", "scenario_index": 0}
    episode_id = ended(page, place, ("submit_root_cause", {"service": "postgres-db", "failure_mode": "x"}))
    body = {"agent": "oracle", "options": {"split": "canonical", "index": 3}, "episode_id": episode_id}
    told = page.post("/console/play", json=body)
    assert told.status_code == 200, told.text
    assert told.json()["grade"]["total"] == 1.0
    assert {step["source"] for step in told.json()["steps"]} == {"rules"}
    other = page.post("/console/play", json={**body, "options": {"split": "canonical", "index": 4}})
    assert (other.status_code, "this same incident" in other.json()["detail"]) == (403, True)
    heuristic = {**body, "agent": "heuristic", "options": {"split": "canonical", "index": 4}}
    assert page.post("/console/play", json=heuristic).json()["grade"] is None


def test_a_play_is_the_same_each_time_and_takes_no_place(page: TestClient) -> None:
    body = {"agent": "random", "options": {"task_id": "root_cause_analysis", "seed": 3}}
    before = page.get("/console/scores").text, page.app.state.episodes.census()  # type: ignore[attr-defined]
    first, second = (page.post("/console/play", json=body) for _ in range(2))
    assert first.status_code == 200
    assert first.text == second.text
    after = page.get("/console/scores").text, page.app.state.episodes.census()  # type: ignore[attr-defined]
    assert before == after


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"agent": "none", "options": {}}, 400),
        ({"agent": "llm", "options": {}}, 400),
        ({"agent": "heuristic", "options": {"task_id": "none"}}, 400),
        ({"agent": "heuristic", "options": {"seed": -1}}, 400),
        ({"agent": "heuristic", "options": {"episode_id": "a"}}, 400),
        ({"agent": "heuristic", "options": {"other": 1}}, 422),
        ({"agent": "heuristic", "options": {}, "episode_id": "none"}, 404),
        ({"agent": "x" * 300}, 422),
        ([], 422),
    ],
)
def test_a_play_that_makes_no_sense_is_refused_in_words(page: TestClient, body: Any, status: int) -> None:
    answer = page.post("/console/play", content=json.dumps(body))
    assert answer.status_code == status, answer.text
    assert isinstance(answer.json()["detail"], str)
