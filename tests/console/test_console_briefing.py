"""The door that tells a browser the prompts of the model agents: the same words, and nothing of the answer."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cloud_incident_env.actions import PARAMETERS, SUBMISSIONS
from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.llm import LLMPolicy
from cloud_incident_env.agents.llm_tools import ToolCallingPolicy
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.model_prompts import opening_prompt
from cloud_incident_env.options import read_options
from server.app import create_app
from tests.http_server import settings
from tests.llm_stub import Reply, llm_stub
from tools.quality.semantic_leaks import leaks_in_text

INCIDENTS: list[dict[str, Any]] = [
    {"task_id": "alert_classification", "scenario_index": 0},
    {"task_id": "alert_classification", "seed": 11},
    {"task_id": "root_cause_analysis", "scenario_index": 1},
    {"task_id": "root_cause_analysis", "seed": 12, "difficulty": "expert"},
    {"task_id": "remediation_planning", "scenario_index": 0},
    {"task_id": "remediation_planning", "seed": 3},
]
OF_THE_INCIDENT = ("incident", "feedback")  # the parts of `json` that are not those of the task


@pytest.fixture(scope="module")
def page() -> TestClient:
    return TestClient(create_app(settings(ui=True)))


def briefing(page: TestClient, episode_id: str) -> dict[str, Any]:
    told: dict[str, Any] = page.get("/console/briefing", params={"episode_id": episode_id}).json()
    return told


def start(page: TestClient, options: dict[str, Any]) -> dict[str, Any]:
    observation: dict[str, Any] = page.post("/reset", json=options).json()
    return observation


@pytest.mark.parametrize("options", INCIDENTS, ids=str)
def test_it_holds_what_the_agents_ask_first(page: TestClient, options: dict[str, Any]) -> None:
    told = briefing(page, start(page, options)["episode_id"])
    with llm_stub(lambda body: Reply("-")) as stub:
        client = openai.OpenAI(api_key="none", base_url=stub.url)
        for policy in (ToolCallingPolicy, LLMPolicy):
            policy(client, "m", stand_in="never").act(LocalEnvironment().reset(options))
    tools, asked = stub.requests
    assert (tools["messages"], tools["tools"]) == (told["messages"], told["tools"])
    assert {name: tools[name] for name in told["sampling"]} == told["sampling"]
    words = told["json"]
    parts = [words["heading"].replace("{step}", "1"), words["incident"]]
    parts.append(words["last_result"].replace("{feedback}", words["feedback"]))
    assert asked["messages"] == [
        {"role": "system", "content": words["system"]},
        {"role": "user", "content": "\n\n".join(parts)},
    ]


@pytest.mark.parametrize("options", INCIDENTS, ids=str)
def test_it_knows_of_an_incident_its_first_observation_alone(page: TestClient, options: dict[str, Any]) -> None:
    """All the rest is the same for every incident of a task, so that nothing of an answer can be in it."""
    observation = start(page, options)
    told = briefing(page, observation["episode_id"])
    opening = told["messages"].pop()["content"]
    assert opening == opening_prompt(observation)
    assert told["json"].pop("feedback") == observation["feedback"]
    assert opening.endswith(told["json"].pop("incident"))
    other = start(page, {"task_id": options["task_id"], "seed": 99, "difficulty": options.get("difficulty")})
    compared = briefing(page, other["episode_id"])
    compared["messages"].pop()
    for name in OF_THE_INCIDENT:
        del compared["json"][name]
    for both in (told, compared):  # the steps there are, which the opening says too
        for place, name in ((both["json"], "heading"), (both, "next")):
            place[name] = place[name].rpartition(" of ")[0]
    assert told == compared
    incident = choose_incident(read_options(options)).incident
    assert [key for key in map(str, incident.ways) if key in opening] == []
    if "scenario_index" in options:
        assert leaks_in_text(opening) == []


def test_it_stays_what_it_was_while_the_episode_goes_on_and_ends(page: TestClient) -> None:
    observation = start(page, {"task_id": "alert_classification"})
    first = briefing(page, observation["episode_id"])
    look = {"action_type": "query_logs", "parameters": {"service": observation["known_services"][0]}}
    for action in (look, {"action_type": "submit_severity", "parameters": {"severity": "P1"}}):
        page.post("/step", json={"episode_id": observation["episode_id"], **action})
        assert briefing(page, observation["episode_id"]) == first


def test_it_says_how_answers_are_read(page: TestClient) -> None:
    reading = briefing(page, start(page, {"task_id": "root_cause_analysis"})["episode_id"])["reading"]
    assert reading["parameters"].keys() == PARAMETERS.keys() - {"reasoning"}
    assert list(reading["parameters"]) == sorted(reading["parameters"])
    assert reading["submissions"] == ["submit_root_cause"]
    assert set(reading["submissions"]) <= set(SUBMISSIONS)
    assert reading["required"]["submit_root_cause"] == ["service", "failure_mode"]


def test_it_is_for_whoever_may_read_the_episode() -> None:
    page = TestClient(create_app(settings(ui=True, control_token=SecretStr("correct-horse-battery"))))
    bearer = {"authorization": "Bearer correct-horse-battery"}
    episode_id = page.post("/reset", headers=bearer).json()["episode_id"]
    path = f"/console/briefing?episode_id={episode_id}"
    assert (page.get(path).status_code, page.get(path, headers=bearer).status_code) == (401, 200)
    assert page.get("/console/briefing?episode_id=none", headers=bearer).status_code == 404


def test_it_answers_get_alone(page: TestClient) -> None:
    answer = page.post("/console/briefing")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
