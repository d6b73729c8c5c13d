"""Run folders are browsed by name, page by page, and never beyond the folder that is served."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.shown import evidence_of
from cloud_incident_env.evaluation.plan import Incidents
from cloud_incident_env.evaluation.replay import replayed
from server.app import create_app
from server.console.runs import run_folder, run_names
from tests.evaluation.played import changed, failed, kept, played
from tests.http_server import settings

CANONICAL = Incidents(split="canonical")
RECORDS = [*played("heuristic", "canonical", 9)]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two runs, and with all that is none."""
    folder = tmp_path_factory.mktemp("served") / "runs"
    folder.mkdir()
    kept(folder / "heuristic-1", RECORDS, CANONICAL)
    kept(folder / "broken-off", [failed(RECORDS[0]), RECORDS[0]], CANONICAL)
    kept(folder.parent / "outside", RECORDS[:1], CANONICAL)
    kept(folder / ".hidden", RECORDS[:1], CANONICAL)
    (folder / "linked").symlink_to(folder.parent / "outside")
    (folder / "linked-files").mkdir()
    for name in ("config.json", "episodes.jsonl"):
        (folder / "linked-files" / name).symlink_to(folder.parent / "outside" / name)
    (folder / "empty").mkdir()
    (folder / "file").write_text("no run")
    return folder


@pytest.fixture(scope="module")
def page(runs: Path) -> TestClient:
    return TestClient(create_app(settings(ui=True, runs=runs)), raise_server_exceptions=False)


def test_only_runs_of_the_folder_itself_are_named(page: TestClient, runs: Path) -> None:
    assert page.get("/console/runs").json() == {"runs": ["broken-off", "heuristic-1"]}
    assert page.get("/console/catalogue").json()["runs"] == ["broken-off", "heuristic-1"]
    assert (run_names(None), run_names(runs / "nowhere")) == ([], [])


@pytest.mark.parametrize(
    "name",
    [
        "linked",
        "linked-files",
        "empty",
        "file",
        ".hidden",
        "..",
        "../outside",
        "%2e%2e",
        "..%2foutside",
        "a" * 200,
    ],
)
def test_nothing_else_can_be_read(page: TestClient, runs: Path, name: str) -> None:
    assert run_folder(runs, name) is None
    for path in (f"/console/runs/{name}", f"/console/runs/{name}/episode?key=x"):
        assert page.get(path).status_code in (404, 422), path


def test_a_run_is_listed_page_by_page(page: TestClient) -> None:
    whole = page.get("/console/runs/heuristic-1").json()
    assert (whole["name"], whole["agent"], whole["total"], whole["next"]) == ("heuristic-1", "heuristic", 9, None)
    assert [each["key"] for each in whole["episodes"]] == [record["key"] for record in RECORDS]
    assert [each["steps"] for each in whole["episodes"]] == [len(record["steps"]) for record in RECORDS]
    assert (whole["matching"], whole["kinds"]["difficulty"]) == (9, {"easy": 3, "medium": 3, "hard": 3})
    found: list[Any] = []
    offset: int | None = 0
    while offset is not None:
        part = page.get("/console/runs/heuristic-1", params={"offset": offset, "limit": 4}).json()
        found += part["episodes"]
        offset = part["next"]
    assert found == whole["episodes"]
    text = json.dumps(whole)
    assert '"answer"' not in text
    assert '"family"' not in text


def test_an_episode_that_was_played_again_counts_once(page: TestClient) -> None:
    listed = page.get("/console/runs/broken-off").json()
    assert [each["status"] for each in listed["episodes"]] == ["graded"]


def listed(page: TestClient, **params: Any) -> list[str]:
    """The incidents of the run of the heuristic that are wanted, in order."""
    told = page.get("/console/runs/heuristic-1", params=params).json()
    assert told["matching"] == len(told["episodes"])
    assert told["total"] == 9
    return [each["scenario_id"] for each in told["episodes"]]


def test_episodes_of_a_run_are_chosen_and_ordered(page: TestClient) -> None:
    ids = [record["scenario_id"] for record in RECORDS]
    assert listed(page, task_id="root_cause_analysis", split="canonical") == ids[3:6]
    assert listed(page, difficulty="hard") == ids[6:]
    assert listed(page, text=f"  {ids[4].lower()} ") == [ids[4]]
    assert listed(page, text="<script>") == listed(page, split="train") == []
    assert listed(page, sort="scenario") == sorted(ids)
    steps = {record["scenario_id"]: len(record["steps"]) for record in RECORDS}
    assert [steps[each] for each in listed(page, sort="most")] == sorted(steps.values(), reverse=True)
    assert [steps[each] for each in listed(page, sort="fewest")] == sorted(steps.values())


def test_an_episode_knows_those_beside_it(page: TestClient) -> None:
    keys = [record["key"] for record in RECORDS]
    first, last = (page.get("/console/runs/heuristic-1/episode", params={"key": keys[at]}).json() for at in (0, -1))
    assert (first["number"], first["total"], first["previous"], first["next"]) == (1, 9, None, keys[1])
    assert (last["number"], last["total"], last["previous"], last["next"]) == (9, 9, keys[-2], None)


@pytest.mark.parametrize(
    "params",
    [
        {"offset": -1},
        {"limit": 0},
        {"limit": 10_000},
        {"offset": "x"},
        {"other": 1},
        {"sort": "grade"},
        {"text": "x" * 201},
    ],
)
def test_an_odd_page_is_refused(page: TestClient, params: dict[str, Any]) -> None:
    assert page.get("/console/runs/heuristic-1", params=params).status_code == 422


def shown(record: Any) -> Iterator[str | None]:
    """What the agent of a record was shown, step by step."""
    for moment in replayed(record, LocalEnvironment()):
        if moment.step is not None:
            yield evidence_of(moment.step["action_type"], moment.step["parameters"], moment.observation)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["scenario_id"])
def test_an_episode_shows_the_evidence_that_its_agent_read(page: TestClient, record: Any) -> None:
    told = page.get("/console/runs/heuristic-1/episode", params={"key": record["key"]}).json()
    assert [step["evidence"] and step["evidence"]["text"] for step in told["steps"]] == list(shown(record))
    assert [step["reward"] for step in told["steps"]] == [step["reward"] for step in record["steps"]]
    assert {step["source"] for step in told["steps"]} == {"rules"}
    assert (told["agent"], told["key"], told["task_id"]) == ("heuristic", record["key"], record["task_id"])


def test_an_episode_that_is_not_there_is_told(page: TestClient) -> None:
    answer = page.get("/console/runs/heuristic-1/episode", params={"key": "none"})
    assert (answer.status_code, answer.json()) == (404, {"detail": "this run has no such episode"})
    assert page.get("/console/runs/heuristic-1/episode").status_code == 422


def test_what_does_not_go_as_recorded_is_told(page: TestClient, runs: Path) -> None:
    step = {**RECORDS[4]["steps"][0], "action_type": 5}
    odd = [changed(RECORDS[3], grade=0.123), changed(RECORDS[4], steps=[step]), changed(RECORDS[5], steps=[3])]
    kept(runs / "altered", odd, CANONICAL)
    for record in odd:
        answer = page.get("/console/runs/altered/episode", params={"key": record["key"]})
        assert answer.status_code == 409
        assert "does not go as it was recorded" in answer.json()["detail"]
        assert str(RECORDS[3]["grade"]) not in answer.text  # what the grade is now is not told either


def test_a_run_of_other_incidents_or_with_a_broken_line_is_told_without_paths(page: TestClient, runs: Path) -> None:
    kept(runs / "old", RECORDS[:1], CANONICAL, versions={"incidents": "0", "play": "1", "record": "2"})
    old = page.get("/console/runs/old/episode", params={"key": RECORDS[0]["key"]})
    kept(runs / "cut", RECORDS[:1], CANONICAL)
    (runs / "cut" / "episodes.jsonl").write_text("{}\n")
    cut = page.get("/console/runs/cut")
    (runs / "cut" / "config.json").write_text("{}")
    odd = page.get("/console/runs/cut")
    assert [answer.status_code for answer in (old, cut, odd)] == [409, 409, 409]
    assert "version 0 of the incidents" in old.json()["detail"]
    for answer in (old, cut, odd):
        assert str(runs) not in answer.text
    assert cut.json()["detail"] == "episodes.jsonl holds a line that is no episode"


def test_nothing_is_written(runs: Path) -> None:
    page = TestClient(create_app(settings(ui=True, runs=runs)))
    before = {path: path.stat().st_mtime_ns for path in runs.rglob("*")}
    page.get("/console/runs/heuristic-1")
    page.get("/console/runs/heuristic-1/episode", params={"key": RECORDS[0]["key"]})
    assert {path: path.stat().st_mtime_ns for path in runs.rglob("*")} == before
