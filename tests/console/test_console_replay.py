"""A trajectory that a visitor has is played again as it was, and whatever else is sent is refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cloud_incident_env.evaluation.record import EpisodeRecord
from server.app import create_app
from server.console import routes
from server.console.asked_runs import MOST_ACTIONS
from tests.evaluation.played import played
from tests.http_server import settings

RECORDS = [*played("heuristic", "canonical", 9), *played("heuristic", "validation", 3)]
LOOK = {"action_type": "query_logs", "parameters": {"service": "postgres-db"}}
HOSTILE = "<script>alert(1)</script>\u202e**x** " + "y" * 2_000


@pytest.fixture(scope="module")
def page() -> TestClient:
    return TestClient(create_app(settings(ui=True)), raise_server_exceptions=False)


def replay(page: TestClient, actions: list[Any], **more: Any) -> Any:
    return page.post("/console/replay", json={"actions": actions, **more})


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["scenario_id"])
def test_a_record_goes_as_it_was_recorded(page: TestClient, record: EpisodeRecord) -> None:
    actions = [{name: step[name] for name in ("action_type", "parameters", "source")} for step in record["steps"]]
    told = replay(page, actions, options=record["options"], agent="mine").json()
    assert [step["reward"] for step in told["steps"]] == [step["reward"] for step in record["steps"]]
    assert [step["reason"] for step in told["steps"]] == [step["reason"] for step in record["steps"]]
    assert [step["source"] for step in told["steps"]] == [step["source"] for step in record["steps"]]
    assert (told["scenario_id"], told["agent"], told["done"]) == (record["scenario_id"], "mine", True)
    assert (told["told"], told["grade"], told["resolved"]) == (False, None, None)


def test_words_and_sources_are_passed_on(page: TestClient) -> None:
    said = replay(page, [{**LOOK, "words": HOSTILE, "source": "<b>"}, {**LOOK, "words": ""}, LOOK]).json()["steps"]
    assert [(step["words"], step["source"]) for step in said] == [
        (HOSTILE, "<b>"),
        (None, "visitor"),
        (None, "visitor"),
    ]


def test_steps_after_the_end_are_left_out(page: TestClient) -> None:
    end = {"action_type": "submit_severity", "parameters": {"severity": "P1"}}
    told = replay(page, [LOOK, end, LOOK, end]).json()
    assert (len(told["steps"]), told["done"]) == (2, True)


def test_a_replay_takes_no_place_and_counts_nowhere(page: TestClient) -> None:
    before = page.get("/console/scores").text, page.app.state.episodes.census()  # type: ignore[attr-defined]
    assert replay(page, [LOOK]).status_code == 200
    assert (page.get("/console/scores").text, page.app.state.episodes.census()) == before  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ([], 422),
        (None, 422),
        ({"actions": {}}, 422),
        ({"actions": [1]}, 422),
        ({"actions": [{}]}, 422),
        ({"actions": [{"action_type": 5}]}, 422),
        ({"actions": [{"action_type": "x" * 300}]}, 422),
        ({"actions": [{**LOOK, "parameters": {"service": {"a": 1}}}]}, 422),
        ({"actions": [{**LOOK, "parameters": {"service": "x", "window_minutes": 1e400}}]}, 422),
        ({"actions": [{**LOOK, "parameters": {"service": "x", "window_minutes": -1}}]}, 422),
        ({"actions": [{**LOOK, "parameters": {"nothing": 1}}]}, 422),
        ({"actions": [{**LOOK, "other": 1}]}, 422),
        ({"actions": [{**LOOK, "source": ["x"]}]}, 422),
        ({"actions": [{"action_type": "a"}] * (MOST_ACTIONS + 1)}, 422),
        ({"actions": [], "agent": "x" * 300}, 422),
        ({"actions": [], "episode_id": "a/b"}, 422),
        ({"actions": [], "options": {"other": 1}}, 422),
        ({"actions": [], "options": {"task_id": "none"}}, 400),
        ({"actions": [], "options": {"seed": -1}}, 400),
        ({"actions": [], "options": {"seed": 10**30}}, 400),
        ({"actions": [], "options": {"split": "validation", "index": 10**9}}, 400),
        ({"actions": [], "options": {"scenario_index": 99}}, 400),
        ({"actions": [], "options": {"episode_id": "a"}}, 400),
        ({"actions": [], "options": {"reward_profile": "other"}}, 400),
    ],
)
def test_a_replay_that_makes_no_sense_is_refused_in_words(page: TestClient, body: Any, status: int) -> None:
    answer = page.post("/console/replay", content=json.dumps(body))
    assert answer.status_code == status, answer.text
    assert isinstance(answer.json()["detail"], str)
    assert len(answer.json()["detail"]) < 20_000


@pytest.mark.parametrize(
    "action",
    [
        {"action_type": ""},
        {"action_type": "\x00"},
        {"action_type": HOSTILE[:60], "parameters": {"service": HOSTILE[:60]}},
        {"action_type": "QUERY_LOGS", "parameters": {"service": "no such service"}},
        {"action_type": "restart_service"},
        {"action_type": "submit_resolution", "parameters": {"summary": HOSTILE}},
        {"action_type": "submit_severity", "parameters": {"severity": "P9"}},
        {"action_type": "scale_service", "parameters": {"service": "postgres-db", "replicas": 0}},
    ],
    ids=str,
)
@pytest.mark.parametrize("task_id", ["alert_classification", "root_cause_analysis", "remediation_planning"])
def test_odd_actions_are_steps_with_an_error_or_none(page: TestClient, task_id: str, action: dict[str, Any]) -> None:
    answer = replay(page, [action, LOOK], options={"task_id": task_id, "seed": 3})
    assert answer.status_code == 200, answer.text
    assert answer.json()["steps"][0]["action"] == action["action_type"]
    assert answer.json()["grade"] is None


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 60_000, b'{"actions": [{"action_type": "\\ud800"}]}'])
def test_what_is_no_json_is_refused(page: TestClient, content: bytes) -> None:
    assert page.post("/console/replay", content=content).status_code == 422


def test_a_long_body_is_refused_and_a_full_house_is_said(page: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert page.post("/console/replay", content=b" " * 70_000).status_code == 413
    monkeypatch.setattr(routes, "MOST_WAITING", 0)
    answer = replay(page, [LOOK])
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_the_rewards_are_those_that_were_asked_for(page: TestClient) -> None:
    rewards = [
        replay(page, [LOOK, LOOK], options={"task_id": "root_cause_analysis", "seed": 3, **more}).json()["reward"]
        for more in ({}, {"reward_profile": "default"}, {"reward_profile": "v0.1"})
    ]
    assert rewards[0] == rewards[1] != rewards[2]
