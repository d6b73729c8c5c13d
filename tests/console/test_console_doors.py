"""The doors below /console/: files, catalogue, scores, who may use them, and that they stay within their limits."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cloud_incident_env import agent_names
from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.episodes import Episodes
from cloud_incident_env.evaluation import results
from cloud_incident_env.evaluation.without_model import AGENTS
from cloud_incident_env.generated.incident_version import INCIDENT_VERSION
from cloud_incident_env.manifest import VERSION
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.reading.modes import MODES
from cloud_incident_env.splits import HELD_OUT_SPLITS, SPLITS, TRAIN_SEEDS
from server.app import create_app
from server.console import scores, static_files, workers
from server.console.catalogue import KEYS, today
from server.console.scores import Scores
from server.console.workers import BusyError, Workers
from server.serve import serve
from tasks import TASKS
from tests.http_server import settings
from tests.markdown import ROOT

TOKEN = "correct-horse-battery-staple"
BEARER = {"authorization": f"Bearer {TOKEN}"}
GETS = ("catalogue", "episode", "debrief", "runs", "runs/a", "runs/a/episode", "scores", "static/app.js")


@pytest.fixture(scope="module")
def page() -> TestClient:
    return TestClient(create_app(settings(ui=True)), raise_server_exceptions=False)


def guess(page: TestClient, options: dict[str, Any], **headers: str) -> str:
    """Start an episode and end it at once."""
    started = page.post("/reset", json=options, headers=headers).json()
    action = {"action_type": "submit_severity", "parameters": {"severity": "P2"}}
    assert page.post("/step", json={"episode_id": started["episode_id"], **action}).json()["done"]
    return str(started["episode_id"])


# Paths and methods


def test_the_doors_are_shut_where_there_is_no_page() -> None:
    page = TestClient(create_app(settings(ui=False)))
    assert {page.get(f"/console/{path}").status_code for path in GETS} == {404}
    assert page.post("/console/play", json={"agent": "heuristic"}).status_code == 404
    assert page.post("/console/replay", json={"actions": []}).status_code == 404


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", GETS)
def test_a_door_answers_its_method_alone(page: TestClient, method: str, path: str) -> None:
    answer = page.request(method, f"/console/{path}")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    for post in ("play", "replay"):
        assert page.request(method if method != "POST" else "GET", f"/console/{post}").status_code == 405


@pytest.mark.parametrize("path", ["", "nothing", "static", "static/", "episode/", "../tasks", "play/x", "runs/a/b/c"])
def test_another_path_is_answered_at_once(page: TestClient, path: str) -> None:
    """The page at / is not loaded here: whatever reached it would wait."""
    assert page.get(f"/console/{path}".replace("..", "%2e%2e")).status_code == 404


@pytest.mark.parametrize("path", ["/incident/console/catalogue", "/console/catalogue"])
def test_the_doors_are_found_below_a_prefix(path: str) -> None:
    app = create_app(settings(ui=True))
    page = TestClient(app, root_path="/incident")
    assert page.get(path).status_code == 200
    assert page.get("/incident/console/nothing").json() == {"detail": "the page has no such path"}


def test_a_body_over_the_limit_is_refused(page: TestClient) -> None:
    assert page.post("/console/play", content=b" " * 70_000).status_code == 413
    assert page.post("/console/play", content=b"[" * 60_000).status_code == 422


def test_every_error_is_a_text(page: TestClient) -> None:
    episode = {"episode_id": "a/b"}
    answers = [
        *(page.get(f"/console/{path}", params=episode) for path in ("episode", "debrief")),
        page.get("/console/episode", params={"episode_id": "none"}),
        page.get("/console/runs/none"),
        page.post("/console/play", content=b"{"),
        page.get("/console/static/none.js"),
    ]
    for answer in answers:
        assert 400 <= answer.status_code < 500
        assert isinstance(answer.json()["detail"], str), answer.text


# Rights


@pytest.mark.parametrize("path", ["episode?episode_id=a", "debrief?episode_id=a", "runs", "runs/a", "scores"])
def test_with_a_control_token_the_doors_want_it(path: str) -> None:
    page = TestClient(create_app(settings(ui=True, control_token=SecretStr(TOKEN))), raise_server_exceptions=False)
    refused = page.get(f"/console/{path}")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert page.get(f"/console/{path}", headers=BEARER).status_code in (200, 404)


def test_with_a_control_token_an_agent_plays_for_whom_has_it() -> None:
    page = TestClient(create_app(settings(ui=True, control_token=SecretStr(TOKEN))), raise_server_exceptions=False)
    assert page.post("/console/play", json={"agent": "do-nothing"}).status_code == 401
    assert page.post("/console/play", json={"agent": "do-nothing"}, headers=BEARER).status_code == 200
    catalogue = page.get("/console/catalogue")
    assert (catalogue.status_code, catalogue.json()["needs_token"]) == (200, True)
    assert TOKEN not in catalogue.text


def test_the_names_of_runs_are_told_to_whom_has_the_token(tmp_path: Path) -> None:
    (tmp_path / "secret-model").mkdir()
    (tmp_path / "secret-model" / "config.json").write_text("{}")
    page = TestClient(create_app(settings(ui=True, runs=tmp_path, control_token=SecretStr(TOKEN))))
    assert page.get("/console/catalogue").json()["runs"] == []
    assert page.get("/console/catalogue", headers=BEARER).json()["runs"] == ["secret-model"]


def test_what_is_held_out_is_neither_offered_nor_played() -> None:
    page = TestClient(create_app(settings(ui=True, held_out=False)), raise_server_exceptions=False)
    offered = {split["name"] for split in page.get("/console/catalogue").json()["splits"]}
    assert offered == set(SPLITS) - set(HELD_OUT_SPLITS)
    answer = page.post("/console/play", json={"agent": "do-nothing", "options": {"split": "test", "index": 0}})
    assert (answer.status_code, "held out" in answer.json()["detail"]) == (400, True)


# Files


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of files in place of the page's."""
    static = tmp_path / "static"
    (static / "map").mkdir(parents=True)
    (static / "app.js").write_text("export const a = 1;\n")
    (static / "map" / "map.css").write_text("a {}\n")
    (static / "secret.txt").write_text("no file of the page")
    (tmp_path / "outside.js").write_text("outside")
    (static / "link.js").symlink_to(tmp_path / "outside.js")
    monkeypatch.setattr(static_files.find_file, "__defaults__", (static,))
    return static


def test_a_file_is_sent_once_and_asked_for_again(page: TestClient, folder: Path) -> None:
    first = page.get("/console/static/app.js")
    assert (first.status_code, first.text) == (200, "export const a = 1;\n")
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.headers["cache-control"] == "no-cache"
    assert page.get("/console/static/map/map.css").headers["content-type"].startswith("text/css")
    again = page.get("/console/static/app.js", headers={"if-none-match": f'"x", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    (folder / "app.js").write_text("export const a = 22;\n")
    assert page.get("/console/static/app.js", headers={"if-none-match": first.headers["etag"]}).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["link.js", "secret.txt", "../outside.js", "..%2foutside.js", "map/../app.js", "map", "APP.js", "app.js%00"],
)
def test_no_other_file_is_sent(page: TestClient, folder: Path, name: str) -> None:
    assert page.get(f"/console/static/{name.replace('..', '%2e%2e')}").status_code == 404
    assert static_files.find_file(name, folder) is None


# Catalogue


def test_the_catalogue_says_what_there_is(page: TestClient) -> None:
    told = page.get("/console/catalogue").json()
    assert [task["task_id"] for task in told["tasks"]] == list(TASKS)
    assert [task["best"] for task in told["tasks"]] == [1.0, 1.0, 0.9]
    assert all(0 < task["minutes"][0] < task["minutes"][1] for task in told["tasks"])
    assert all(set(task["max_steps"]) == set(told["difficulties"]) for task in told["tasks"])
    assert [mode["id"] for mode in told["modes"]] == list(MODES)
    assert list(told["actions"]) == list(ACTIONS)
    for name, action in told["actions"].items():
        assert {"label", "description", "kind", "key", "minutes", "required", "optional"} <= set(action), name
        assert action["minutes"] == ACTIONS[name].minutes
        assert [each["name"] for each in action["optional"]] == list(ACTIONS[name].optional)
    assert (told["needs_token"], told["runs"], told["version"]) == (False, [], VERSION)
    assert {agent["name"] for agent in told["agents"]} == set(AGENTS)


@pytest.mark.parametrize(
    ("sent", "encoding"),
    [
        ("gzip", "gzip"),
        ("br, GZIP;q=0.5", "gzip"),
        ("gzip;q=0, br", None),
        ("gzip; q=0.000", None),
        ("xgzip", None),
        ("", None),
    ],
)
def test_an_answer_is_packed_for_whom_reads_it(page: TestClient, sent: str, encoding: str | None) -> None:
    for path in ("/console/catalogue", "/console/static/app.js"):
        answer = page.get(path, headers={"accept-encoding": sent})
        assert (answer.status_code, answer.headers.get("content-encoding")) == (200, encoding)


def test_agents_and_their_names_go_together() -> None:
    assert {name for name, info in agent_names.CATALOGUE.items() if not info.needs_model} == set(AGENTS)


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.task_id)
def test_no_two_actions_of_a_task_share_a_key(task: Any) -> None:
    keys = [KEYS[name] for name in task.available_actions]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch("[a-z]", key) for key in keys)


def test_each_day_has_an_incident_of_its_own() -> None:
    days = [today(date(2026, 1, 1) + timedelta(days=number)) for number in range(400)]
    assert len({(day["task"], day["seed"]) for day in days}) == len(days)
    assert {day["task"] for day in days[:3]} == set(TASKS)
    assert all(0 <= day["seed"] < TRAIN_SEEDS for day in days)
    assert today(date(2026, 1, 1)) == today(date(2026, 1, 1))


# Scores


def test_ended_episodes_are_counted_by_who_played_them(page: TestClient) -> None:
    page = TestClient(create_app(settings(ui=True)))
    for seed in range(3):
        guess(page, {"task_id": "alert_classification", "seed": seed}, origin="http://testserver")
    guess(page, {"task_id": "alert_classification", "scenario_index": 0})
    guess(page, {"split": "validation", "index": 0})
    told = page.get("/console/scores").json()
    since, finished = datetime.fromisoformat(told["since"]), told["finished"]
    assert timedelta() <= datetime.now(timezone.utc) - since < timedelta(minutes=5)
    assert [(each["agent"], each["split"], each["episodes"]) for each in finished] == [
        ("rest", "canonical", 1),
        ("rest", "validation", 1),
        ("visitor", "train", 3),
    ]
    assert all(0 <= each["mean"] <= 1 for each in finished)
    assert [each["stderr"] is None for each in finished] == [True, True, False]


def test_an_episode_of_another_interface_is_counted_too() -> None:
    counted = Scores()
    episodes = Episodes(10, 60.0, on_end=counted.add)
    episodes.reset(ResetOptions(task_id="alert_classification"), key="/1")
    episodes.act("/1", "submit_severity", {"severity": "P1"})
    assert counted.finished() == [
        {
            "agent": "openenv",
            "split": "canonical",
            "task_id": "alert_classification",
            "episodes": 1,
            "mean": 1.0,
            "stderr": None,
        }
    ]


def test_mean_and_standard_error_are_those_of_the_grades() -> None:
    group = scores._Group()
    for grade in (0.2, 0.4, 0.9):
        group.add(grade)
    assert (group.episodes, round(group.mean, 6), round(group.stderr or 0, 6)) == (3, 0.5, 0.208167)


def test_the_baselines_are_those_of_the_page_of_results() -> None:
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    measured = scores.baselines()
    assert measured["incident_version"] == INCIDENT_VERSION
    titles = {None: "All tasks", **{task_id: task.name for task_id, task in TASKS.items()}}
    found = {(row["agent"], row["split"], row["task_id"]): row for row in measured["rows"]}
    assert len(found) == len(measured["rows"]) == len(results.QUICK) * len(results.SPLITS) * len(titles)
    for task_id, title in titles.items():
        table = page.split(f"## {title}\n")[1].split("\n## ")[0]
        for agent in results.QUICK:
            cells = re.search(rf"^\| `{agent}` \| (.*) \|$", table, re.M)
            assert cells is not None
            rows = [found[agent, split, task_id] for split in results.SPLITS]
            shown = [f"{row['mean']:.3f} ± {row['stderr']:.3f}" for row in rows]
            assert cells[1].split(" | ") == shown, (agent, title)


# Workers


def worker(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch, **limits: Any) -> Workers:
    """Workers that run this code."""
    (folder / "worker_of_test.py").write_text(f"import json, sys, time\nfor line in sys.stdin:\n    {code}\n")
    monkeypatch.setattr(workers, "cloud_incident_env", type("Package", (), {"__file__": str(folder / "a" / "b.py")}))
    return Workers("worker_of_test", **limits)


ECHO = "print(json.dumps({'answer': json.loads(line)}), flush=True)"


def test_a_worker_is_kept_for_the_next_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> None:
        asked = worker(tmp_path, ECHO, monkeypatch, at_once=1)
        assert await asked.ask("this", a=1) == {"do": "this", "a": 1}
        kept = asked._idle[0][1]
        await asked.ask("that")
        assert asked._idle[0][1] is kept
        asked.close()
        assert kept.poll() is not None
        assert asked._idle == []

    asyncio.run(ask())


@pytest.mark.parametrize("code", ["time.sleep(60)", "sys.exit()", "print('half', end='', flush=True); sys.exit()"])
def test_a_worker_that_is_slow_or_fails_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    async def ask() -> None:
        asked = worker(tmp_path, code, monkeypatch, seconds=1.0)
        with pytest.raises(BusyError, match="too long"):
            await asked.ask("this")
        assert asked._idle == []

    asyncio.run(ask())


def test_few_workers_work_at_once_and_few_requests_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> None:
        asked = worker(tmp_path, f"time.sleep(0.3); {ECHO}", monkeypatch, at_once=2)
        many = asyncio.gather(*(asked.ask("this") for _ in range(2 + workers.MOST_WAITING + 3)), return_exceptions=True)
        found = await many
        assert len(asked._idle) <= 2
        assert sum(isinstance(each, BusyError) for each in found) == 3
        asked.close()

    asyncio.run(ask())


def test_a_worker_knows_nothing_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCIDENT_CONTROL_TOKEN", TOKEN)
    monkeypatch.setenv("OPENAI_API_KEY", TOKEN)

    async def ask() -> None:
        code = "import os; print(json.dumps({'answer': dict(os.environ)}), flush=True)"
        asked = worker(tmp_path, code, monkeypatch)
        assert TOKEN not in (await asked.ask("this")).values()
        asked.close()

    asyncio.run(ask())


def test_a_busy_server_says_so(page: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(self: Workers, do: str, **what: Any) -> Any:
        raise BusyError("too many agents play already: try again in a moment")

    monkeypatch.setattr(Workers, "ask", busy)
    answer = page.post("/console/play", json={"agent": "heuristic"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    told = page.get("/console/debrief", params={"episode_id": guess(page, {"seed": 77})}).json()
    assert (told["oracle"], told["others"]) == (None, [])
    assert told["truth"]["plan"] == []


def test_without_the_agents_the_rest_goes_on(page: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As in an image, which leaves out what solves incidents."""
    monkeypatch.setattr(workers, "find_spec", lambda name: None)
    assert page.get("/console/catalogue").json()["agents"] == []
    assert page.post("/console/play", json={"agent": "heuristic"}).status_code == 404
    assert page.get("/console/runs").json() == {"runs": []}
    told = page.get("/console/debrief", params={"episode_id": guess(page, {"seed": 78})}).json()
    assert (told["oracle"], told["others"]) == (None, [])


def test_no_agent_is_loaded_into_the_server() -> None:
    """It plays one for the page, reads a debrief, and knows no more of agents than their names."""
    code = """
import sys
from fastapi.testclient import TestClient
from server.app import create_app
from server.settings import Settings
page = TestClient(create_app(Settings(openenv=False)))
assert page.post("/console/play", json={"agent": "heuristic"}).status_code == 200
for name in ("episode", "debrief"):
    page.get("/console/" + name, params={"episode_id": page.post("/reset").json()["episode_id"]})
print([name for name in sys.modules if name.startswith(("cloud_incident_env.agents", "cloud_incident_env.evaluation"))])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[]", done.stderr


# The command line


def test_the_folder_of_runs_may_be_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: None)
    app = create_app(settings(ui=True))
    serve(app, ["--host", "127.0.0.1", "--port", "17933", "--runs", str(tmp_path)])
    assert app.state.console.runs == tmp_path.resolve()
    with pytest.raises(SystemExit):
        serve(app, ["--runs", str(tmp_path / "nowhere")])
