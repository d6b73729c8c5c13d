"""The REST interface does what DESIGN's table says, over real sockets: routes, defaults, episodes by name, the end."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

import httpx
import pytest

import tasks
from cloud_incident_env.incident import Incident
from cloud_incident_env.reading.modes import MODES, accepted_for
from cloud_incident_env.reading.names import names_of
from cloud_incident_env.reading.reader import read

MakeClient = Callable[..., httpx.Client]

OBSERVATION_FIELDS = {
    "episode_id",
    "task_id",
    "scenario_id",
    "step_count",
    "max_steps",
    "incident_summary",
    "alert",
    "available_actions",
    "queried_data",
    "known_services",
    "cumulative_reward",
    "done",
    "feedback",
    "last_action_error",
}
ALERT_FIELDS = {
    "id",
    "title",
    "severity",
    "affected_services",
    "symptoms",
    "error_rate",
    "duration_minutes",
    "revenue_impact_per_min",
}
STATE_FIELDS = {
    "episode_id",
    "task_id",
    "scenario_id",
    "scenario_index",
    "seed",
    "difficulty",
    "family",
    "split",
    "index",
    "incident_version",
    "reward_profile",
    "step_count",
    "max_steps",
    "action_history",
    "queried_data",
    "submitted",
    "resolved",
    "done",
    "cumulative_reward",
    "feedback",
}
ACTIONS = {
    "diagnostic": {
        "query_logs",
        "check_metrics",
        "check_dependencies",
        "check_recent_deploys",
        "check_service_status",
    },
    "remediation": {
        "restart_service",
        "rollback_deploy",
        "scale_service",
        "disable_feature_flag",
        "clear_cache",
        "execute_runbook_step",
    },
    "submission": {"submit_severity", "submit_root_cause", "submit_resolution"},
}
EASY, MEDIUM, HARD = "alert_classification", "root_cause_analysis", "remediation_planning"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def ok(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    return response.json()


# Fields of an incident whose names stand in answers as those of something else: the alert, a task, an action.
NAMES_SERVED = {
    "id",
    "title",
    "severity",
    "description",
    "summary",
    "alert",
    "known_services",
    "max_steps",
    "failure_mode",
    "family",
}


def reset(client: httpx.Client, **options: Any) -> dict[str, Any]:
    return ok(client.post("/reset", json=options))


def step(client: httpx.Client, action_type: str, episode_id: str | None = None, **parameters: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"action_type": action_type, "parameters": parameters}
    return ok(client.post("/step", json=body if episode_id is None else {**body, "episode_id": episode_id}))


def state(client: httpx.Client, episode_id: str | None = None) -> dict[str, Any]:
    return ok(client.get("/state", params={"episode_id": episode_id} if episode_id else {}))


def grader(client: httpx.Client, episode_id: str | None = None) -> dict[str, Any]:
    return ok(client.get("/grader", params={"episode_id": episode_id} if episode_id else {}))


# Health and tasks


def test_health_is_exactly_status_and_version(client: httpx.Client) -> None:
    response = client.get("/health")
    assert response.status_code == 200
    assert response.content == b'{"status":"ok","version":"0.1.0"}'
    assert response.headers["content-type"] == "application/json"


def test_tasks_lists_three_tasks_and_every_action(client: httpx.Client) -> None:
    body = ok(client.get("/tasks"))
    assert set(body) == {"tasks", "total", "action_schema", "failure_modes"}
    assert body["failure_modes"] == [mode._asdict() for mode in MODES.values()]
    assert body["total"] == 3
    assert [(t["task_id"], t["max_steps"], len(t["scenarios"])) for t in body["tasks"]] == [
        (EASY, 3, 3),
        (MEDIUM, 10, 3),
        (HARD, 15, 3),
    ]
    assert {group: set(actions) for group, actions in body["action_schema"].items()} == ACTIONS
    for actions in body["action_schema"].values():
        for spec in actions.values():
            assert set(spec) == {"description", "required", "optional"}
            assert spec["description"]
            assert spec["required"]


def test_every_incident_that_tasks_lists_can_be_started(client: httpx.Client) -> None:
    for task in ok(client.get("/tasks"))["tasks"]:
        for scenario in task["scenarios"]:
            observation = reset(client, task_id=task["task_id"], scenario_index=scenario["index"])
            assert observation["scenario_id"] == scenario["scenario_id"]
            assert observation["available_actions"] == task["available_actions"]


# Reset


def test_reset_answers_a_whole_first_observation(client: httpx.Client) -> None:
    observation = reset(client)
    assert set(observation) == OBSERVATION_FIELDS
    assert set(observation["alert"]) == ALERT_FIELDS
    assert observation["step_count"] == 0
    assert observation["max_steps"] == 3
    assert observation["queried_data"] == {}
    assert observation["cumulative_reward"] == 0
    assert observation["done"] is False
    assert observation["last_action_error"] is None


RESETS: dict[str, tuple[str, dict[str, Any], str]] = {
    "no body at all": ("/reset", {}, "AC-001"),
    "empty object": ("/reset", {"content": b"{}"}, "AC-001"),
    "null": ("/reset", {"content": b"null"}, "AC-001"),
    "empty form body": ("/reset", {"content": b"", "headers": FORM}, "AC-001"),
    "task by query": (f"/reset?task_id={MEDIUM}", {}, "RCA-001"),
    "index by query": ("/reset?scenario_index=2", {}, "AC-003"),
    "both by query": (f"/reset?task_id={HARD}&scenario_index=1", {}, "RP-002"),
    "task by body": ("/reset", {"json": {"task_id": MEDIUM}}, "RCA-001"),
    "index by body": ("/reset", {"json": {"scenario_index": 1}}, "AC-002"),
    "both by body": ("/reset", {"json": {"task_id": HARD, "scenario_index": 2}}, "RP-003"),
    "body wins": (
        f"/reset?task_id={MEDIUM}&scenario_index=1",
        {"json": {"task_id": HARD, "scenario_index": 2}},
        "RP-003",
    ),
    "body wins with index 0": (f"/reset?task_id={MEDIUM}&scenario_index=1", {"json": {"scenario_index": 0}}, "RCA-001"),
    "query fills in what the body leaves out": ("/reset?scenario_index=2", {"json": {"task_id": HARD}}, "RP-003"),
    "null in the body is left out": (f"/reset?task_id={HARD}", {"json": {"task_id": None}}, "RP-001"),
    "case and space do not matter": ("/reset", {"json": {"task_id": " Root_Cause_ANALYSIS "}}, "RCA-001"),
}


@pytest.mark.parametrize("case", RESETS, ids=str)
def test_reset_starts_the_incident_that_was_asked_for(client: httpx.Client, case: str) -> None:
    path, request, scenario_id = RESETS[case]
    assert ok(client.post(path, **request))["scenario_id"] == scenario_id


@pytest.mark.parametrize("headers", [{}, FORM, {"content-type": "text/plain"}], ids=["none", "form", "text"])
def test_a_json_body_is_read_whatever_its_content_type_says(client: httpx.Client, headers: dict[str, str]) -> None:
    started = client.post("/reset", content=json.dumps({"task_id": MEDIUM}), headers=headers)
    assert ok(started)["scenario_id"] == "RCA-001"
    body = json.dumps({"action_type": "query_logs", "parameters": {"service": "postgres-db"}})
    assert ok(client.post("/step", content=body, headers=headers))["reward"]["value"] == 0.04


def test_a_post_without_body_and_content_length_is_an_empty_reset(server_url: str) -> None:
    host, port = server_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(b"POST /reset HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"scenario_id":"AC-001"' in answer


@pytest.mark.parametrize(("profile", "first_query"), [("default", 0.04), ("v0.1", 0.05)])
def test_reward_profile_by_query_and_by_body_chooses_the_table(
    client: httpx.Client, profile: str, first_query: float
) -> None:
    for request in ({"params": {"reward_profile": profile}}, {"json": {"reward_profile": profile}}):
        episode_id = ok(client.post("/reset", **request))["episode_id"]
        assert step(client, "query_logs", service="postgres-db")["reward"]["value"] == first_query
        assert state(client, episode_id)["reward_profile"] == profile


def test_the_same_reset_starts_the_same_incident_under_another_id(client: httpx.Client) -> None:
    first, second = (reset(client, task_id=HARD, scenario_index=1) for _ in range(2))
    assert first.pop("episode_id") != second.pop("episode_id")
    assert first == second


# Episodes by name


def test_step_takes_the_episode_id_in_the_query_and_in_the_body(client: httpx.Client) -> None:
    named = reset(client, task_id=MEDIUM)["episode_id"]
    reset(client)
    body = {"action_type": "query_logs", "parameters": {"service": "postgres-db"}}
    by_query = ok(client.post("/step", params={"episode_id": named}, json=body))
    by_body = ok(client.post("/step", json={**body, "episode_id": named}))
    assert [answer["observation"]["episode_id"] for answer in (by_query, by_body)] == [named, named]
    assert [answer["info"]["step"] for answer in (by_query, by_body)] == [1, 2]


def test_the_body_wins_over_the_query_in_step(client: httpx.Client) -> None:
    one, other = reset(client)["episode_id"], reset(client)["episode_id"]
    body = {"action_type": "query_logs", "parameters": {"service": "postgres-db"}, "episode_id": one}
    assert ok(client.post("/step", params={"episode_id": other}, json=body))["observation"]["episode_id"] == one
    assert state(client, other)["step_count"] == 0


@pytest.mark.parametrize("path", ["/state", "/grader"])
def test_state_and_grader_take_the_episode_id_in_the_query(client: httpx.Client, path: str) -> None:
    named = reset(client, task_id=HARD)["episode_id"]
    reset(client, task_id=EASY)
    assert ok(client.get(path, params={"episode_id": named}))["task_id"] == HARD
    assert ok(client.get(path))["task_id"] == EASY


@pytest.mark.parametrize("path", ["/state", "/grader"])
def test_state_and_grader_take_the_episode_id_in_the_body(client: httpx.Client, path: str) -> None:
    named = reset(client, task_id=HARD)["episode_id"]
    reset(client, task_id=EASY)
    assert ok(client.request("GET", path, json={"episode_id": named}))["task_id"] == HARD


def test_unnamed_calls_reach_the_latest_reset_that_asked_for_no_id(client: httpx.Client) -> None:
    reset(client, task_id=EASY)
    latest = reset(client, task_id=MEDIUM)["episode_id"]
    named = reset(client, task_id=HARD, episode_id="another.agent_1-x")["episode_id"]
    assert named == "another.agent_1-x"
    step(client, "query_logs", named, service="api-gateway")
    assert step(client, "query_logs", service="postgres-db")["observation"]["episode_id"] == latest
    assert state(client)["episode_id"] == latest
    assert grader(client)["task_id"] == MEDIUM
    assert list(state(client, named)["queried_data"]["query_logs"]) == ["api-gateway"]


def test_a_reset_by_an_id_in_the_query_is_a_named_one(client: httpx.Client) -> None:
    unnamed = reset(client)["episode_id"]
    assert ok(client.post("/reset?episode_id=by-query"))["episode_id"] == "by-query"
    assert state(client)["episode_id"] == unnamed


def test_a_named_reset_starts_that_episode_over(client: httpx.Client) -> None:
    reset(client, task_id=MEDIUM, episode_id="again")
    step(client, "query_logs", "again", service="postgres-db")
    assert reset(client, task_id=HARD, episode_id="again")["step_count"] == 0
    assert state(client, "again")["task_id"] == HARD
    assert state(client, "again")["action_history"] == []


# State


def test_state_records_every_action_as_it_was_taken(client: httpx.Client) -> None:
    reset(client, task_id=MEDIUM, scenario_index=1)
    step(client, " Query_Logs ", service=" ORDER-service ", reasoning="looks odd")
    step(client, "query_logs", service="nowhere")
    record = state(client)
    assert set(record) == STATE_FIELDS
    assert record["scenario_index"] == 1
    assert record["step_count"] == 2
    assert record["cumulative_reward"] == pytest.approx(0.04 - 0.06)
    assert list(record["queried_data"]) == ["query_logs"]
    assert list(record["queried_data"]["query_logs"]) == ["order-service"]
    assert record["submitted"] is record["resolved"] is record["done"] is False
    first, second = record["action_history"]
    assert set(first) == {"step", "action_type", "parameters", "reward", "reason", "error"}
    assert first["action_type"] == " Query_Logs "
    assert first["parameters"] == {"service": " ORDER-service ", "reasoning": "looks odd"}
    assert (first["step"], first["reward"], first["error"]) == (1, 0.04, None)
    assert (second["step"], second["reward"]) == (2, -0.06)
    assert "nowhere" in second["error"]


def test_looking_at_state_and_grader_changes_nothing(client: httpx.Client) -> None:
    reset(client, task_id=MEDIUM)
    before = state(client)
    grader(client)
    ok(client.get("/tasks"))
    assert state(client) == before


# Whole episodes


def play(client: httpx.Client, actions: list[tuple[str, dict[str, Any]]]) -> tuple[list[float], dict[str, Any]]:
    """Take the actions: the reward of each and the last answer."""
    rewards: list[float] = []
    cumulative = 0.0
    answer: dict[str, Any] = {}
    for number, (action_type, parameters) in enumerate(actions, start=1):
        answer = step(client, action_type, **parameters)
        assert set(answer) == {"observation", "reward", "done", "info"}
        assert set(answer["observation"]) == OBSERVATION_FIELDS
        assert set(answer["reward"]) == {"value", "reason", "cumulative"}
        assert answer["observation"]["last_action_error"] is None
        assert answer["observation"]["step_count"] == answer["info"]["step"] == number
        assert answer["done"] is answer["observation"]["done"] is (number == len(actions))
        rewards.append(answer["reward"]["value"])
        cumulative += answer["reward"]["value"] + (answer["info"]["grade"]["total"] if answer["done"] else 0)
        assert answer["reward"]["cumulative"] == pytest.approx(cumulative)
        assert answer["observation"]["cumulative_reward"] == answer["reward"]["cumulative"]
    return rewards, answer


def assert_graded(client: httpx.Client, last: dict[str, Any], total: float) -> None:
    report = grader(client)
    assert set(report) == {"total", "breakdown", "feedback", "task_id", "scenario_id", "steps_used", "done"}
    assert report["total"] == pytest.approx(total)
    assert sum(report["breakdown"].values()) == pytest.approx(total)
    assert last["info"]["grade"] == {key: report[key] for key in ("total", "breakdown", "feedback")}
    assert report["scenario_id"] == last["observation"]["scenario_id"]
    assert report["task_id"] == last["observation"]["task_id"]
    assert report["steps_used"] == last["info"]["step"]
    assert report["done"] is True
    record = state(client)
    assert record["submitted"] is record["resolved"] is record["done"] is True
    assert record["cumulative_reward"] == last["reward"]["cumulative"]


def test_a_perfect_alert_classification(client: httpx.Client) -> None:
    reset(client, task_id=EASY)
    rewards, last = play(
        client, [("query_logs", {"service": "auth-service"}), ("submit_severity", {"severity": " p1 "})]
    )
    assert rewards == [0.04, 0.0]
    assert_graded(client, last, 1.0)


def test_a_perfect_root_cause_analysis(client: httpx.Client) -> None:
    reset(client, task_id=MEDIUM)
    actions: list[tuple[str, dict[str, Any]]] = [
        ("query_logs", {"service": "postgres-db"}),
        ("query_logs", {"service": "analytics-service"}),
        ("check_metrics", {"service": "postgres-db"}),
        ("submit_root_cause", {"service": "Analytics_Service", "failure_mode": "An unbounded query of its export"}),
    ]
    rewards, last = play(client, actions)
    assert rewards == [0.04, 0.04, 0.02, 0.0]
    # Two services in three queries: 0.60 + min(0.40, 0.40 * 2 / 3 + 0.05 * 2), to four places
    assert_graded(client, last, 0.9667)


def test_a_perfect_remediation(client: httpx.Client) -> None:
    reset(client, task_id=HARD, scenario_index=1)
    summary = (
        "network-infra withdrew the BGP routes to one zone. We ran restore_bgp_routes and rolled back network-infra. "
        "All services are healthy again."
    )
    actions: list[tuple[str, dict[str, Any]]] = [
        ("query_logs", {"service": "network-infra"}),
        ("check_service_status", {"service": "network-infra"}),
        ("query_logs", {"service": "order-service"}),
        ("query_logs", {"service": "postgres-db"}),
        ("execute_runbook_step", {"runbook_action": "restore_bgp_routes"}),
        ("rollback_deploy", {"service": "network-infra"}),
        ("execute_runbook_step", {"target": "verify_cross_az_connectivity"}),
        ("execute_runbook_step", {"runbook_action": "verify_checkout_recovery"}),
        ("submit_resolution", {"summary": summary}),
    ]
    rewards, last = play(client, actions)
    assert rewards == [0.03, 0.01, 0.03, 0.03, 0.06, 0.06, 0.06, 0.04, 0.0]
    assert_graded(client, last, 0.90)


def test_evidence_adds_up_by_tool_and_service(client: httpx.Client) -> None:
    reset(client, task_id=MEDIUM)
    step(client, "query_logs", service="postgres-db")
    step(client, "check_metrics", service="postgres-db")
    evidence = step(client, "query_logs", service="api-gateway")["observation"]["queried_data"]
    assert {tool: sorted(by_service) for tool, by_service in evidence.items()} == {
        "query_logs": ["api-gateway", "postgres-db"],
        "check_metrics": ["postgres-db"],
    }
    assert all(text for by_service in evidence.values() for text in by_service.values())


@pytest.mark.parametrize(("task_id", "max_steps"), [(EASY, 3), (MEDIUM, 10), (HARD, 15)])
def test_an_episode_ends_by_itself_after_max_steps_with_grade_zero(
    client: httpx.Client, task_id: str, max_steps: int
) -> None:
    reset(client, task_id=task_id)
    dones = [step(client, "query_logs", service="api-gateway")["done"] for _ in range(max_steps)]
    assert dones == [False] * (max_steps - 1) + [True]
    report = grader(client)
    assert (report["done"], report["total"], report["steps_used"]) == (True, 0.0, max_steps)
    record = state(client)
    assert record["done"] is True
    assert record["submitted"] is record["resolved"] is False


def test_after_the_end_a_step_changes_nothing(client: httpx.Client) -> None:
    reset(client, task_id=MEDIUM)
    ended = step(client, "submit_root_cause", service="api-gateway", failure_mode="unknown")
    before = state(client), grader(client)
    for action_type, parameters in (
        ("query_logs", {"service": "postgres-db"}),
        ("submit_root_cause", {"service": "analytics-service", "failure_mode": "unbounded query"}),
        ("nonsense", {}),
    ):
        answer = step(client, action_type, **parameters)
        assert answer["done"] is True
        assert answer["observation"] == ended["observation"]
        assert answer["info"] == ended["info"]
        assert answer["reward"] == {
            "value": 0.0,
            "reason": "episode already done",
            "cumulative": ended["reward"]["cumulative"],
        }
    assert (state(client), grader(client)) == before


def test_the_grader_gives_no_grade_before_the_end(client: httpx.Client) -> None:
    reset(client, task_id=MEDIUM)
    step(client, "query_logs", service="analytics-service")
    report = grader(client)
    assert report["total"] == 0.0
    assert report["breakdown"] == {}
    assert "not ended" in report["feedback"]
    assert (report["steps_used"], report["done"]) == (1, False)


# CORS


def test_any_origin_may_read_every_answer(client: httpx.Client) -> None:
    origin = {"origin": "https://example.org"}
    answers = {
        200: client.get("/health", headers=origin),
        400: client.post("/reset?task_id=nope", headers=origin),
        404: client.get("/state?episode_id=nope", headers=origin),
        413: client.post("/reset", content=b" " * 70_000, headers=origin),
        422: client.post("/step", content=b"{", headers=origin),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/reset", "/step"])
def test_a_browser_may_post_json_from_another_origin(client: httpx.Client, path: str) -> None:
    preflight = {
        "origin": "https://example.org",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    answer = client.options(path, headers=preflight)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "content-type" in answer.headers["access-control-allow-headers"].lower()


# Nothing tells the answer before the end

SPARE_STEPS = 1  # the last step of an episode would end it


def everything_before_the_end(client: httpx.Client, task_id: str, index: int) -> Iterator[str]:
    """Every answer that an agent can collect with diagnostics and mistakes, ids left out."""

    def ask(method: str, path: str, **request: Any) -> Iterator[str]:
        yield re.sub(r"[0-9a-f]{32}", "ID", client.request(method, path, **request).text)

    yield from ask("GET", "/tasks")
    task = tasks.get_task(task_id)
    services = [*tasks.get_incident(task_id, index).known_services, "nowhere"]
    tools = [*ACTIONS["diagnostic"], "nonsense"]
    actions = [{"action_type": tool, "parameters": {"service": s}} for tool in sorted(tools) for s in services]
    per_episode = task.max_steps - SPARE_STEPS
    for start in range(0, len(actions), per_episode):
        yield from ask("POST", "/reset", json={"task_id": task_id, "scenario_index": index})
        for action in actions[start : start + per_episode]:
            yield from ask("POST", "/step", json=action)
        yield from ask("GET", "/state")
        yield from ask("GET", "/grader")


@pytest.mark.parametrize("index", [0, 1, 2])
@pytest.mark.parametrize("task_id", [EASY, MEDIUM])
def test_incidents_that_differ_only_in_the_answer_read_the_same_before_the_end(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, task_id: str, index: int
) -> None:
    scenario = tasks.get_incident(task_id, index)
    real = list(everything_before_the_end(client, task_id, index))
    twin = replace(
        scenario,
        severity="P4",
        culprit=scenario.known_services[-1],
        failure_mode="mail-reputation",
        plan=(),
        consequences={key: replace(found, harm=None) for key, found in scenario.consequences.items()},
    )
    scenarios = tasks.INCIDENTS[task_id]
    monkeypatch.setitem(tasks.INCIDENTS, task_id, (*scenarios[:index], twin, *scenarios[index + 1 :]))
    assert list(everything_before_the_end(client, task_id, index)) == real
    answer = {"severity": "P4", "failure_mode": "mail-reputation", "service": twin.known_services[-1]}
    assert step(client, tasks.get_task(task_id).submission_action, **answer)["info"]["grade"]["total"] >= 0.6


@pytest.mark.parametrize("index", [0, 1, 2])
@pytest.mark.parametrize("task_id", [EASY, MEDIUM, HARD])
def test_nothing_before_the_end_holds_the_answer_in_words(client: httpx.Client, task_id: str, index: int) -> None:
    scenario = tasks.get_incident(task_id, index)
    text = "\n".join(everything_before_the_end(client, task_id, index))
    for secret in {field.name for field in fields(Incident)} - NAMES_SERVED:
        assert f'"{secret}"' not in text
    assert MODES[scenario.failure_mode].definition not in text.split('"failure_modes"')[0]
    wrong = {key: found.harm for key, found in scenario.consequences.items() if found.harm is not None}
    assert len(wrong) >= 7
    for key in [*scenario.solution, *wrong]:
        assert str(key) not in text
    for reason in wrong.values():
        assert json.dumps(reason)[1:-1] not in text


@pytest.mark.parametrize("index", [0, 1, 2])
@pytest.mark.parametrize("task_id", [MEDIUM, HARD])
def test_no_mechanism_is_stated_before_anything_was_queried(client: httpx.Client, task_id: str, index: int) -> None:
    scenario = tasks.get_incident(task_id, index)
    listed = next(t for t in ok(client.get("/tasks"))["tasks"] if t["task_id"] == task_id)["scenarios"][index]
    observation = reset(client, task_id=task_id, scenario_index=index)
    texts = [listed["description"], observation["incident_summary"], observation["feedback"]]
    texts += [observation["alert"]["title"], *observation["alert"]["symptoms"]]
    for text in texts:
        assert read(text, names_of(scenario)).mode not in accepted_for(scenario.failure_mode), text


@pytest.mark.parametrize("index", [0, 1, 2])
def test_no_severity_is_named_to_an_agent_that_classifies(client: httpx.Client, index: int) -> None:
    answers = everything_before_the_end(client, EASY, index)
    next(answers)  # /tasks defines the levels
    for text in answers:
        assert not re.search(r"\b(P[1-4]|SEV-?[1-4])\b", text, re.IGNORECASE), text
    assert reset(client, task_id=EASY, scenario_index=index)["alert"]["severity"] == "UNCLASSIFIED"
