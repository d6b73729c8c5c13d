"""Whatever a run folder holds, its doors answer in words: no failure, no worker that ends, no path of the server."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cloud_incident_env.evaluation import browsed_runs
from cloud_incident_env.evaluation.browsed_runs import Runs
from cloud_incident_env.evaluation.plan import Incidents
from cloud_incident_env.evaluation.refusals import RefusedError
from cloud_incident_env.evaluation.store import RunFolder
from server.app import create_app
from tests.evaluation.played import kept, played
from tests.http_server import settings

CANONICAL = Incidents(split="canonical")
RECORDS = [*played("heuristic", "canonical", 2)]
GOOD = RECORDS[0]
KEY = GOOD["key"]
DEEP: list[object] = [[[1]]]
for _ in range(300):
    DEEP = [DEEP]


def line(**fields: Any) -> bytes:
    return json.dumps({**GOOD, **fields}).encode() + b"\n"


def step(**fields: Any) -> bytes:
    """A record whose first step is another."""
    first, *rest = GOOD["steps"]
    return line(steps=[{**first, **fields}, *rest])


NO_EPISODE = {
    "no object": b"[]\n",
    "not UTF-8": b'{"key": "\xff", "options": {}, "steps": []}\n',
    "deep": b'{"key": "a", "steps": [], "options": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    "deep options": line(options={"seed": DEEP}),
    "a list for a key": line(key=["a"]),
    "half a pair": line(scenario_id="\ud800"),
    "steps that are none": line(steps=5),
    "a number without end": line(trial=10**40),
    "a grade beyond floats": line(grade=10**400),
    "a grade that is none": line(grade=True),
    "a long text": line(scenario_id="x" * 2_000),
    "many steps": line(steps=[GOOD["steps"][0]] * 2_000),
}
OTHERWISE = {
    "source": step(source={"a": 1}),
    "words": step(words=5),
    "long words": step(words="x" * 10_000),
    "parameters": step(parameters={"service": DEEP}),
    "an error": line(error=["a"]),
}
CONFIGS = {
    "no object": b"[]",
    "deep": b"[" * 100_000,
    "half a pair": {"agent": "\ud800"},
    "a model": {"model": {"a": 10**40}},
    "versions": {"versions": ["1"]},
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def page(runs: Path) -> TestClient:
    return TestClient(create_app(settings(ui=True, runs=runs)), raise_server_exceptions=False)


def answers(page: TestClient, runs: Path, name: str) -> list[Any]:
    """What the doors say of a run: its list, in several orders, and its first episode."""
    asked = [page.get(f"/console/runs/{name}", params=params) for params in ({}, {"sort": "scenario"}, {"text": "a"})]
    told = [*asked, page.get(f"/console/runs/{name}/episode", params={"key": KEY})]
    for answer in told:
        assert str(runs) not in answer.text
    return told


@pytest.mark.parametrize("content", NO_EPISODE.values(), ids=NO_EPISODE)
def test_a_line_that_is_no_episode_is_told(page: TestClient, runs: Path, content: bytes) -> None:
    (kept(runs / "odd", RECORDS, CANONICAL).path / "episodes.jsonl").write_bytes(line(key="first") + content)
    told = answers(page, runs, "odd")
    assert {(answer.status_code, answer.json()["detail"]) for answer in told} == {
        (409, "episodes.jsonl holds a line that is no episode")
    }


@pytest.mark.parametrize("content", OTHERWISE.values(), ids=OTHERWISE)
def test_an_episode_that_cannot_have_been_recorded_so_is_not_shown(
    page: TestClient, runs: Path, content: bytes
) -> None:
    (kept(runs / "odd", RECORDS, CANONICAL).path / "episodes.jsonl").write_bytes(content)
    *lists, episode = answers(page, runs, "odd")
    assert {answer.status_code for answer in lists} == {200}
    assert (episode.status_code, episode.json()["detail"]) == (409, browsed_runs.OTHERWISE)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_a_configuration_that_is_none_is_told(page: TestClient, runs: Path, config: Any) -> None:
    file = kept(runs / f"config-{len(list(runs.iterdir()))}", RECORDS, CANONICAL).path / "config.json"
    odd = config if isinstance(config, bytes) else json.dumps({**json.loads(file.read_text()), **config}).encode()
    file.write_bytes(odd)
    for answer in answers(page, runs, file.parent.name):
        assert answer.status_code == 409
        assert "config.json cannot be read" in answer.json()["detail"]


def test_a_pipe_keeps_no_worker_waiting(page: TestClient, runs: Path) -> None:
    file = kept(runs / "pipe", RECORDS, CANONICAL).path / "episodes.jsonl"
    file.unlink()
    os.mkfifo(file)
    assert "pipe" not in page.get("/console/runs").json()["runs"]
    assert {answer.status_code for answer in answers(page, runs, "pipe")} == {404}


def test_a_line_without_end_is_not_read_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsed_runs, "MOST_LINE", 10_000)
    run = kept(tmp_path / "run", RECORDS, CANONICAL).path
    with (run / "episodes.jsonl").open("ab") as file:
        file.write(b"x" * 20_000)
    with pytest.raises(RefusedError, match="a line of more than 10,000 bytes"):
        Runs().run(str(run), 0, 10)


def test_a_run_that_is_replaced_while_it_is_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = kept(tmp_path / "run", RECORDS, CANONICAL).path
    browsed = Runs()
    listed = browsed._list(RunFolder(run))
    monkeypatch.setattr(browsed, "_list", lambda folder: listed)
    for content in (line(key="another"), b""):
        (run / "episodes.jsonl").write_bytes(content)
        with pytest.raises(RefusedError, match="was written to"):
            browsed.run_episode(str(run), KEY)


def test_a_run_of_many_kinds_has_a_short_list(tmp_path: Path) -> None:
    run = kept(tmp_path / "run", RECORDS, CANONICAL).path
    (run / "episodes.jsonl").write_bytes(b"".join(line(key=str(n), split=f"{n}" * 100) for n in range(300)))
    told = Runs().run(str(run), 0, 1)
    assert {name: len(values) for name, values in told["kinds"].items()} == {
        "task_id": 1,
        "difficulty": 1,
        "split": 100,
    }
    assert len(json.dumps(told)) < 50_000
