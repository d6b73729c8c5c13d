"""Diagnostics with parameters over the REST interface: filtered logs, refusals, limits, budgets, announcements."""

from __future__ import annotations

from sys import getsizeof
from typing import Any

import httpx
import pytest

from cloud_incident_env.actions import ACTIONS, DIAGNOSTICS, MOST_MINUTES, PARAMETERS, PHRASE_LENGTH
from cloud_incident_env.choose import Chosen, choose_incident
from cloud_incident_env.ended_episode import EndedEpisode
from cloud_incident_env.episode import Episode, start_episode
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.tool_text import step_after_end, take_step
from tasks import INCIDENTS, MAX_STEPS, get_task
from tests.partial_order import FLAG_OFF, ROLL_BACK, WRONG, Telling, partial_order

RCA = "root_cause_analysis"
OPTIONAL = [(tool, name) for tool in DIAGNOSTICS for name in ACTIONS[tool].optional]
VALUES: dict[str, Any] = {"level": "error", "trace": "failed"}


def _reset(client: httpx.Client, **options: Any) -> dict[str, Any]:
    answer = client.post("/reset", json=options)
    assert answer.status_code == 200, answer.text
    observation: dict[str, Any] = answer.json()
    return observation


def _step(client: httpx.Client, episode: str, action_type: str, **parameters: Any) -> dict[str, Any]:
    body = {"episode_id": episode, "action_type": action_type, "parameters": parameters}
    answer = client.post("/step", json=body)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def _example(name: str) -> Any:
    return 5 if PARAMETERS[name].most is not None else VALUES.get(name, "cpu")


def test_log_filters_act_on_the_lines_of_a_hand_written_incident(client: httpx.Client) -> None:
    episode = _reset(client, task_id=RCA)["episode_id"]
    whole = _step(client, episode, "query_logs", service="postgres-db")
    text: str = whole["observation"]["queried_data"]["query_logs"]["postgres-db"]
    assert whole["reward"]["value"] == 0.04
    filtered = _step(client, episode, "query_logs", service="postgres-db", level="Error", contains="STATEMENT timeout")
    assert filtered["observation"]["queried_data"]["query_logs"]["postgres-db"] == text.splitlines()[-1]
    assert filtered["reward"] == {
        "value": 0.0,
        "reason": "the same diagnostic with other parameters",
        "cumulative": 0.04,
    }
    assert filtered["observation"]["last_action_error"] is None
    recent = _step(client, episode, "query_logs", service="postgres-db", since_minutes=1)
    kept = recent["observation"]["queried_data"]["query_logs"]["postgres-db"].splitlines()
    assert kept == text.splitlines()[-len(kept) :]
    assert 0 < len(kept) < len(text.splitlines())
    again = _step(client, episode, "query_logs", service="postgres-db", since_minutes=1.0)
    assert again["reward"]["value"] == -0.04
    nothing = _step(client, episode, "query_logs", service="postgres-db", contains="no such text")
    shown = nothing["observation"]["queried_data"]["query_logs"]["postgres-db"]
    assert shown == f"no line of the last {len(text.splitlines())} lines fits"
    history = client.get("/state", params={"episode_id": episode}).json()["action_history"]
    assert history[1]["parameters"] == {
        "service": "postgres-db",
        "level": "Error",
        "contains": "STATEMENT timeout",
    }


@pytest.mark.parametrize(("tool", "name"), [pair for pair in OPTIONAL if pair[0] != "query_logs"])
def test_hand_written_incidents_record_no_series_traces_and_diffs(client: httpx.Client, tool: str, name: str) -> None:
    episode = _reset(client, task_id=RCA)["episode_id"]
    refused = _step(client, episode, tool, service="postgres-db", **{name: _example(name)})
    observation = refused["observation"]
    assert observation["last_action_error"] == (
        f"{tool} on postgres-db: {name} is not recorded for this incident: leave it out"
    )
    assert observation["queried_data"] == {}
    assert refused["reward"]["value"] == 0.0
    assert refused["reward"]["reason"] == "diagnostic with parameters that it cannot answer"
    assert _step(client, episode, tool, service="postgres-db")["reward"]["value"] == 0.04


@pytest.mark.parametrize(("tool", "name"), OPTIONAL)
def test_generated_incidents_answer_every_parameter_or_say_what_is_valid(
    client: httpx.Client, tool: str, name: str
) -> None:
    first = _reset(client, task_id=RCA, seed=3)
    service = first["alert"]["affected_services"][0]
    seen = _step(client, first["episode_id"], tool, service=service, **{name: _example(name)})["observation"]
    if name == "change_id":  # the example is of another incident
        assert f"unknown {name}" in seen["last_action_error"]
        assert "one of" in seen["last_action_error"]
        assert seen["queried_data"] == {}
    else:
        assert seen["last_action_error"] is None
        assert seen["queried_data"][tool][service]


def test_a_query_that_makes_no_sense_is_told_what_is_valid(client: httpx.Client) -> None:
    episode = _reset(client, task_id=RCA)["episode_id"]
    refused = _step(client, episode, "query_logs", service="postgres-db", level="loud")
    assert refused["observation"]["last_action_error"] == (
        "query_logs on postgres-db: unknown level 'loud': one of debug, info, warn, error, fatal"
    )


@pytest.mark.parametrize(("told", "level"), [("warning", "warn"), (" Critical", "fatal"), ("NOTICE", "info")])
def test_a_level_may_have_the_name_that_a_log_gives_it(client: httpx.Client, told: str, level: str) -> None:
    seen = []
    for name in (told, level):
        episode = _reset(client, task_id=RCA)["episode_id"]
        seen.append(_step(client, episode, "query_logs", service="postgres-db", level=name)["observation"])
    assert seen[0]["last_action_error"] is None
    assert seen[0]["queried_data"] == seen[1]["queried_data"]


BAD: list[tuple[str, Any]] = [
    *((name, value) for name in ("since_minutes", "until_minutes", "window_minutes") for value in ("5", True, 2.5, -1)),
    ("since_minutes", MOST_MINUTES + 1),
    *((name, value) for name in ("level", "contains", "metric", "trace", "change_id") for value in (7, [])),
    ("contains", "x" * (PHRASE_LENGTH + 1)),
    ("level", "x" * (PHRASE_LENGTH + 1)),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_wrong_type_or_limit_is_a_422_with_the_place_of_the_field(
    client: httpx.Client, name: str, value: Any
) -> None:
    episode = _reset(client, task_id=RCA)["episode_id"]
    parameters = {"service": "postgres-db", name: value}
    answer = client.post("/step", json={"episode_id": episode, "action_type": "query_logs", "parameters": parameters})
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", "parameters", name]]


@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard", "expert"])
@pytest.mark.parametrize("task_id", MAX_STEPS)
def test_the_difficulty_of_a_generated_incident_decides_when_an_episode_ends(
    client: httpx.Client, task_id: Any, difficulty: str
) -> None:
    first = _reset(client, task_id=task_id, seed=4, difficulty=difficulty)
    most = first["max_steps"]
    assert most == MAX_STEPS[task_id][difficulty]
    assert first["feedback"].startswith(f"Incident open. You have {most} steps;")
    steps = [_step(client, first["episode_id"], "no_such_action") for _ in range(most)]
    assert [step["done"] for step in steps] == [False] * (most - 1) + [True]
    late = [("past half of the steps" in step["reward"]["reason"]) for step in steps]
    assert late == [number > most // 2 for number in range(1, most + 1)]
    state = client.get("/state", params={"episode_id": first["episode_id"]}).json()
    assert (state["max_steps"], state["step_count"]) == (most, most)


def test_tools_tell_the_steps_of_the_incident_also_after_the_end() -> None:
    episode = start_episode(ResetOptions(task_id=RCA, seed=4, difficulty="expert"))
    assert take_step(episode, "query_logs", {})["max_steps"] == 18
    ended = take_step(episode, "submit_root_cause", {"service": "x", "failure_mode": "y"})
    assert (ended["done"], step_after_end(EndedEpisode(episode))["max_steps"]) == (True, 18)


def test_the_memory_of_a_filtered_log_is_counted_and_that_of_a_shared_text_is_not() -> None:
    kept = []
    for parameters in ({}, {"contains": "checkout"}):
        episode = start_episode(ResetOptions(task_id=RCA, scenario_index=0))
        step = episode.step("query_logs", {"service": "api-gateway", **parameters})
        assert step is not None
        before = episode.kept_bytes
        episode.account_for(step)
        kept.append(episode.kept_bytes - before - sum(map(getsizeof, parameters.values())))
    assert kept[1] - kept[0] == getsizeof(step.result)


def test_tasks_tells_the_steps_by_difficulty(client: httpx.Client) -> None:
    listed = {task["task_id"]: task for task in client.get("/tasks").json()["tasks"]}
    assert {task_id: task["max_steps_by_difficulty"] for task_id, task in listed.items()} == MAX_STEPS
    assert {task_id: task["max_steps"] for task_id, task in listed.items()} == {
        task_id: steps["easy"] for task_id, steps in MAX_STEPS.items()
    }


# What only telemetry of its own can show


def _episode(telemetry: Telling) -> Episode:
    options = ResetOptions(task_id="remediation_planning", scenario_index=0)
    return Episode("e", Chosen(get_task("remediation_planning"), partial_order(telemetry), options), "default")


def test_the_pager_speaks_in_the_feedback_of_the_step_in_which_its_minute_passes() -> None:
    episode = _episode(Telling(announcements={1: "One.", 2: "Two.", 3: "Three.", 9: "Nine."}))
    alert = episode.incident.alert
    step = episode.step("query_logs", {"service": "postgres-db"})
    assert episode.feedback == "query_logs on postgres-db: evidence added. One."
    assert step is not None
    assert step.result == "query_logs of postgres-db at minute 0, asked {}, after []\nOne."
    assert episode.queried_data == {"query_logs": {"postgres-db": step.result.removesuffix("\nOne.")}}
    episode.step(FLAG_OFF.action, {"flag": FLAG_OFF.target})
    assert episode.feedback == f"{FLAG_OFF} done. Two. Three."
    episode.step("submit_resolution", {"summary": "x"})
    assert "Nine." not in episode.feedback
    assert episode.incident.alert is alert


@pytest.mark.parametrize("shows_harm", [True, False])
def test_harm_is_written_below_reports_that_do_not_show_it_themselves(shows_harm: bool) -> None:
    episode = _episode(Telling(shows_harm=shows_harm))
    episode.step(WRONG.action, {"service": WRONG.target})
    episode.step("query_logs", {"service": WRONG.target})
    text = episode.queried_data["query_logs"][WRONG.target]
    assert ("cache emptied on request" in text) == (not shows_harm)


def test_what_was_done_before_is_in_effect_and_what_was_reached_otherwise_is_not_said_to_be() -> None:
    episode = _episode(Telling())
    for _ in range(2):
        episode.step(FLAG_OFF.action, {"flag": FLAG_OFF.target})
    assert episode.feedback == "disable_feature_flag on full_history_export is already in effect; nothing changed."
    episode.step(ROLL_BACK.action, {"service": ROLL_BACK.target})
    assert episode.feedback == (
        "rollback_deploy on analytics-service went through; what it is good for had been reached by another action."
    )


def test_hand_written_telemetry_leaves_harm_to_others_and_announces_nothing() -> None:
    assert choose_incident(ResetOptions(task_id=RCA, seed=3)).incident.telemetry.shows_harm
    for incident in INCIDENTS[RCA]:
        assert not incident.telemetry.shows_harm
        episode = Episode("e", Chosen(get_task(RCA), incident, ResetOptions(task_id=RCA, scenario_index=0)), "default")
        for _ in range(8):
            episode.step("query_logs", {"service": incident.known_services[0]})
        assert incident.telemetry.announced(0, episode.ledger.course) == ()
