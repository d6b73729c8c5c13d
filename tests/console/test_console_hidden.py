"""Grades, answers and the oracle's runs are told of incidents that a visitor has ended; of all where runs are open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.oracle import OraclePolicy
from cloud_incident_env.evaluation.plan import Incidents, one_episode
from cloud_incident_env.evaluation.play import play
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.without_model import AGENTS
from cloud_incident_env.options import read_options
from server.app import create_app
from server.serve import serve
from tests.evaluation.played import failed, kept
from tests.http_server import settings

CANONICAL = Incidents(split="canonical")
PLACE = {"task_id": "root_cause_analysis", "scenario_index": 0}
OTHER = {"task_id": "root_cause_analysis", "scenario_index": 1}


def played(agent: str, options: dict[str, Any]) -> EpisodeRecord:
    """The record of an agent's episode."""
    policy = OraclePolicy(read_options(options)) if agent == "oracle" else AGENTS[agent](options, 0)
    return play(one_episode(options), policy, LocalEnvironment())


RECORDS = {agent: [played(agent, PLACE), played(agent, OTHER)] for agent in ("heuristic", "oracle")}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    for agent, records in RECORDS.items():
        kept(folder / agent, records, CANONICAL, agent=agent)
    return folder


@pytest.fixture(scope="module")
def page(runs: Path) -> TestClient:
    return TestClient(create_app(settings(ui=True, runs=runs)), raise_server_exceptions=False)


@pytest.fixture(scope="module")
def opened(runs: Path) -> TestClient:
    """The page of a server whose runs are open."""
    return TestClient(create_app(settings(ui=True, runs=runs, open_runs=True)), raise_server_exceptions=False)


def ended(page: TestClient, options: dict[str, Any], *, whole: bool = True) -> str:
    """The id of an episode of this server, ended unless it is not `whole`."""
    episode_id = str(page.post("/reset", json=options).json()["episode_id"])
    action = {"action_type": "submit_root_cause", "parameters": {"service": "x", "failure_mode": "x"}}
    if not whole:
        action = {"action_type": "query_logs", "parameters": {"service": "postgres-db"}}
    assert page.post("/step", json={"episode_id": episode_id, **action}).json()["done"] is whole
    return episode_id


def episode(page: TestClient, run: str, record: EpisodeRecord, **params: Any) -> Any:
    return page.get(f"/console/runs/{run}/episode", params={"key": record["key"], **params})


def trajectory(record: EpisodeRecord, **more: Any) -> dict[str, Any]:
    """A record as the page sends it to be played again."""
    actions = [{name: step[name] for name in ("action_type", "parameters", "source")} for step in record["steps"]]
    return {"options": record["options"], "actions": actions, **more}


def is_told(told: dict[str, Any], record: EpisodeRecord) -> bool:
    """Whether an episode comes with its grade. Whichever it is, it is told or left out everywhere."""
    if told["told"]:
        assert told["grade"]["total"] == record["grade"]
        assert "Grade " in told["steps"][-1]["feedback"]
        return True
    assert (told["grade"], told["resolved"]) == (None, None)
    assert "Grade " not in json.dumps(told)
    assert not {"truth", "best", "parts"} & set(told)
    return False


def test_no_grade_is_told_to_whom_has_ended_nothing(page: TestClient) -> None:
    listed = page.get("/console/runs/heuristic").json()
    assert (listed["told"], listed["mean"]) == (False, None)
    assert {each["grade"] for each in listed["episodes"]} == {None}
    assert all(each["steps"] for each in listed["episodes"])
    for more in ({}, {"debrief": True}):
        assert not is_told(episode(page, "heuristic", RECORDS["heuristic"][0], **more).json(), RECORDS["heuristic"][0])
    assert episode(page, "heuristic", RECORDS["heuristic"][0], debrief=True).json()["debrief"] is None


def test_who_has_ended_the_incident_is_told_all_of_it_and_of_no_other(page: TestClient) -> None:
    known = ended(page, PLACE)
    first, second = RECORDS["heuristic"]
    assert is_told(episode(page, "heuristic", first, episode_id=known).json(), first)
    assert not is_told(episode(page, "heuristic", second, episode_id=known).json(), second)
    debrief = episode(page, "heuristic", first, episode_id=known, debrief=True).json()["debrief"]
    assert debrief == {**page.get("/console/debrief", params={"episode_id": known}).json(), **own(debrief)}
    assert debrief["grade"]["total"] == first["grade"]


def own(debrief: dict[str, Any]) -> dict[str, Any]:
    """What a debrief says of its own episode, and not of the incident."""
    return {name: debrief[name] for name in ("grade", "parts", "read_as")}


def test_an_episode_under_way_tells_nothing_and_one_that_is_gone_is_said_to_be(page: TestClient) -> None:
    first = RECORDS["heuristic"][0]
    under_way = ended(page, PLACE, whole=False)
    assert not is_told(episode(page, "heuristic", first, episode_id=under_way).json(), first)
    assert episode(page, "heuristic", first, episode_id="gone").status_code == 404
    assert page.post("/console/replay", json=trajectory(first, episode_id="gone")).status_code == 404


def test_the_oracles_run_is_shown_after_the_end_alone(page: TestClient) -> None:
    first, second = RECORDS["oracle"]
    listed = page.get("/console/runs/oracle").json()
    assert {(each["grade"], each["steps"]) for each in listed["episodes"]} == {(None, None)}
    known = ended(page, PLACE)
    answers = [
        episode(page, "oracle", first),
        episode(page, "oracle", second, episode_id=known),
        page.post("/console/replay", json=trajectory(first, agent="oracle")),
        page.post("/console/replay", json=trajectory(second, agent="oracle", episode_id=known)),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert {answer.json()["detail"][:33] for answer in answers} == {"The oracle knows the answer: it i"}
    assert is_told(episode(page, "oracle", first, episode_id=known).json(), first)
    again = page.post("/console/replay", json=trajectory(first, agent="oracle", episode_id=known))
    assert is_told(again.json(), first)


@pytest.mark.parametrize(("run", "sorts"), [("heuristic", "best worst"), ("oracle", "best worst fewest most")])
def test_no_order_tells_what_is_hidden(page: TestClient, opened: TestClient, run: str, sorts: str) -> None:
    for sort in ("recorded", "scenario", "fewest", "most", "best", "worst"):
        answer = page.get(f"/console/runs/{run}", params={"sort": sort})
        assert answer.status_code == (403 if sort in sorts.split() else 200), sort
        assert opened.get(f"/console/runs/{run}", params={"sort": sort}).status_code == 200


def test_open_runs_tell_everything(opened: TestClient) -> None:
    assert opened.get("/console/catalogue").json()["open_runs"] is True
    for run, records in RECORDS.items():
        listed = opened.get(f"/console/runs/{run}").json()
        assert [each["grade"] for each in listed["episodes"]] == [record["grade"] for record in records]
        assert (listed["told"], listed["mean"]) == (True, sum(record["grade"] for record in records) / 2)
        told = episode(opened, run, records[0], debrief=True).json()
        assert is_told(told, records[0])
        assert told["debrief"]["truth"]["service"] == records[0]["answer"]["service"]
        assert is_told(opened.post("/console/replay", json=trajectory(records[1], agent=run)).json(), records[1])
    # reference agents that play here are no run: who has not ended the incident is not told
    assert opened.post("/console/play", json={"agent": "oracle", "options": PLACE}).status_code == 403
    assert opened.post("/console/play", json={"agent": "heuristic", "options": PLACE}).json()["grade"] is None


def test_an_episode_that_broke_off_has_no_debrief(runs: Path, opened: TestClient) -> None:
    kept(runs / "broken", [failed(RECORDS["heuristic"][0])], CANONICAL)
    told = episode(opened, "broken", RECORDS["heuristic"][0], debrief=True).json()
    assert (told["told"], told["done"], told["debrief"], told["error"]) == (True, False, None, "429 Too Many Requests")


def test_open_runs_are_still_behind_the_control_token(runs: Path) -> None:
    shut = TestClient(create_app(settings(ui=True, runs=runs, open_runs=True, control_token=SecretStr("x" * 20))))
    assert shut.get("/console/runs/oracle").status_code == 401
    assert shut.post("/console/replay", json=trajectory(RECORDS["oracle"][0])).status_code == 401


def test_runs_are_shut_unless_one_says_so(page: TestClient) -> None:
    assert page.get("/console/catalogue").json()["open_runs"] is False


def test_open_runs_may_be_an_option_and_want_a_folder(runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: None)
    app = create_app(settings(ui=True))
    with pytest.raises(SystemExit):
        serve(app, ["--open-runs"])
    assert "name a folder" in capsys.readouterr().err
    assert app.state.console.open_runs is False
    serve(app, ["--host", "127.0.0.1", "--port", "17934", "--runs", str(runs), "--open-runs"])
    assert app.state.console.open_runs is True


def test_held_out_incidents_of_a_run_are_not_shown_where_they_are_not_served(tmp_path: Path) -> None:
    options = {"split": "test", "index": 0}
    record = played("heuristic", options)
    kept(tmp_path / "run", [record], Incidents(split="test"))
    page = TestClient(create_app(settings(ui=True, runs=tmp_path, open_runs=True, held_out=False)))
    answer = episode(page, "run", record)
    assert (answer.status_code, "held out" in answer.json()["detail"]) == (403, True)
    answer = page.post("/console/replay", json=trajectory(record))
    assert (answer.status_code, "held out" in answer.json()["detail"]) == (400, True)


def test_a_trajectory_of_a_hand_written_split_is_told_with_the_oracle(opened: TestClient) -> None:
    """Its incident has two names, of which a reset takes one."""
    actions = trajectory(RECORDS["heuristic"][0])["actions"]
    told = opened.post(
        "/console/replay", json={"options": {"split": "canonical", "index": 3}, "actions": actions, "debrief": True}
    ).json()
    assert told["options"] == PLACE
    assert told["debrief"]["oracle"]["options"] == PLACE
