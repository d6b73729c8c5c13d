"""The log for Inspect AI: what it says of a run, that Inspect's own functions read it, and that its viewer shows it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest

from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.shown import result_of
from cloud_incident_env.evaluation.agents import ModelEndpoint
from cloud_incident_env.evaluation.config import RunConfig
from cloud_incident_env.evaluation.engine import Setup, pool_for, run
from cloud_incident_env.evaluation.export import Exported, export_inspect
from cloud_incident_env.evaluation.metrics import summarise
from cloud_incident_env.evaluation.plan import Incidents
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.replay import replayed
from cloud_incident_env.evaluation.store import RunFolder
from cloud_incident_env.model_prompts import TOOLS_SYSTEM
from tests.evaluation.played import STARTED, changed, failed, kept, play, played
from tests.llm_stub import Reply, llm_stub
from tools.browser import chromium

inspect_log = pytest.importorskip("inspect_ai.log")

SECONDS = 60.0  # in which a viewer has started, on a busy machine too
CANONICAL = Incidents(split="canonical")
JSON_NAME = "2026-01-31T12-00-00_cloud-incident-env.json"  # as the viewer wants a `.json` to be named
NAMES = pytest.mark.parametrize("name", ["log.eval", JSON_NAME])


def records() -> list[EpisodeRecord]:
    """Two trials of the hand-written incidents, one of which ended in an infrastructure error."""
    episodes = list(played("heuristic", "canonical", 9, 2))
    return [*episodes[:4], failed(episodes[4]), *episodes[5:]]


def model_run(path: Path, episodes: list[EpisodeRecord]) -> RunFolder:
    settings = {"sampling": {"temperature": 0.5, "max_tokens": 600, "seed": 7}}
    return kept(path, episodes, CANONICAL, agent="llm", model="org/model", trials=2, settings=settings, commit="a" * 40)


def exported(tmp_path: Path, episodes: list[EpisodeRecord] | None = None, name: str = "log.eval") -> Any:
    """The log of a run, as Inspect reads it."""
    folder = model_run(tmp_path / "run", records() if episodes is None else episodes)
    export_inspect(folder, tmp_path / "logs" / name)
    return inspect_log.read_eval_log(str(tmp_path / "logs" / name), resolve_attachments=True)


@NAMES
def test_inspect_lists_and_reads_the_log(tmp_path: Path, name: str) -> None:
    log = exported(tmp_path, name=name)
    (listed,) = inspect_log.list_eval_logs(str(tmp_path / "logs"))
    assert (listed.task, Path(listed.name).name) == (log.eval.task, name)
    assert log.status == "success"
    assert (log.eval.model, log.eval.dataset.name, log.eval.dataset.samples) == ("org/model", "canonical", 9)
    assert log.eval.metadata["agent"] == log.eval.solver == "llm"
    assert (log.eval.model_generate_config.temperature, log.eval.model_generate_config.seed) == (0.5, 7)
    assert (log.eval.config.epochs, log.eval.revision.commit) == (2, "a" * 40)
    assert log.stats.started_at == STARTED <= log.stats.completed_at


@NAMES
def test_the_results_are_the_grade_and_its_error_as_a_report_has_them(tmp_path: Path, name: str) -> None:
    log, grade = exported(tmp_path, name=name), summarise(records())["overall"]["grade"]
    (score,) = log.results.scores
    assert {metric: found.value for metric, found in score.metrics.items()} == {
        "mean": grade["mean"],
        "stderr": grade["standard_error"],
    }
    assert score.metrics["stderr"].params == {"cluster": "family"}
    assert (score.scored_samples, score.unscored_samples) == (17, 1)
    assert (log.results.total_samples, log.results.completed_samples) == (18, 17)
    tokens = sum(record["prompt_tokens"] + record["completion_tokens"] for record in records())
    assert log.stats.model_usage["org/model"].total_tokens == tokens


def test_every_episode_is_a_sample_whatever_its_grade(tmp_path: Path) -> None:
    log = exported(tmp_path)
    samples = {(sample.id, sample.epoch): sample for sample in log.samples}
    assert samples.keys() == {(record["scenario_id"], record["trial"] + 1) for record in records()}
    for record in records():
        sample = samples[record["scenario_id"], record["trial"] + 1]
        assert sample.metadata["rewards"] == [step["reward"] for step in record["steps"]]
        assert sample.metadata["family"] == record["family"]
        assert sample.metadata["key"] == record["key"]
        assert sample.total_time == record["seconds"]
        assert sample.model_usage["org/model"].output_tokens == record["completion_tokens"]
        if record["status"] == "graded":
            assert sample.error is None
            assert sample.scores["grade"].value == record["grade"]
            for part, value in record["breakdown"].items():
                assert f"{part}: {value:+.4f}" in sample.scores["grade"].explanation
        else:
            assert (sample.error.message, sample.scores) == ("429 Too Many Requests", None)
            assert sample.error.traceback_ansi == sample.error.message  # what the viewer shows of it


def test_the_messages_are_the_episode_as_calls_and_results(tmp_path: Path) -> None:
    log = exported(tmp_path)
    (record,) = [r for r in records() if (r["scenario_id"], r["trial"]) == ("RP-001", 0)]
    (sample,) = [s for s in log.samples if (s.id, s.epoch) == ("RP-001", 1)]
    system, opening, *turns = sample.messages
    moments = list(replayed(record, LocalEnvironment()))
    assert (system.role, system.text) == ("system", TOOLS_SYSTEM)
    assert opening.text == sample.input
    assert moments[0].observation["incident_summary"] in opening.text
    assert len(turns) == 2 * len(record["steps"])
    for call, result, moment in zip(turns[::2], turns[1::2], moments[1:], strict=True):
        assert moment.step is not None
        action_type, parameters = moment.step["action_type"], moment.step["parameters"]
        assert [(c.function, c.arguments) for c in call.tool_calls] == [(action_type, parameters)]
        assert (result.tool_call_id, result.function) == (call.tool_calls[0].id, action_type)
        assert result.text == result_of(action_type, parameters, moment.observation)
    kinds = ["sample_init", *["tool", "info"] * len(record["steps"]), "score"]
    assert [event.event for event in sample.events] == kinds
    assert [event.result for event in sample.events if event.event == "tool"] == [
        message.text for message in turns[1::2]
    ]
    assert sample.target.startswith("analytics-service: ")
    assert sample.scores["grade"].answer == record["steps"][-1]["parameters"]["summary"]


def test_a_mistake_is_a_call_with_an_error(tmp_path: Path) -> None:
    """An answer without an action is recorded as an action of no tool; the log shows it as what it is."""
    with llm_stub(lambda body: Reply("I would rather not say.")) as stub:
        endpoint = ModelEndpoint(stub.url, "shy", "none")
        config = RunConfig("llm", Incidents("alert_classification", limit=1), STARTED, model="shy")
        setup, folder = Setup("llm", endpoint), RunFolder(tmp_path / "run")
        run(config, folder, pool_for(setup, 1), setup)
    export_inspect(folder, tmp_path / "log.eval")
    (sample,) = inspect_log.read_eval_log(str(tmp_path / "log.eval")).samples
    calls = [message for message in sample.messages if message.role == "assistant"]
    results = [message for message in sample.messages if message.role == "tool"]
    assert [call.tool_calls[0].function for call in calls] == ["no_action"] * 3
    assert all("unknown action_type 'no_action'" in result.error.message for result in results)
    assert (sample.scores["grade"].value, sample.scores["grade"].answer) == (0.0, None)


def test_an_episode_that_never_began_is_a_sample_with_its_error(tmp_path: Path) -> None:
    record = changed(failed(records()[0], "no route to host \ud800"), first_digest="", steps=[])
    log = exported(tmp_path, [record])
    (sample,) = log.samples
    assert (sample.error.message, len(sample.messages)) == ("no route to host ?", 2)
    assert log.status == "cancelled"  # 17 episodes are missing
    assert log.results.scores[0].metrics == {}


@NAMES
def test_a_run_of_nothing_is_a_log_of_nothing(tmp_path: Path, name: str) -> None:
    log = exported(tmp_path, [], name)
    assert (list(log.samples or []), log.status, log.results.total_samples) == ([], "cancelled", 18)


def test_a_generated_incident_is_named_by_its_options(tmp_path: Path) -> None:
    episodes = [
        play("oracle", {"task_id": "root_cause_analysis", "seed": 3}),
        play("oracle", {"split": "test", "index": 1}),
    ]
    export_inspect(kept(tmp_path / "run", episodes), tmp_path / "log.eval")
    log = inspect_log.read_eval_log(str(tmp_path / "log.eval"))
    assert [sample.id for sample in log.samples] == ["index=1,split=test", "seed=3,task_id=root_cause_analysis"]
    assert (log.eval.model, log.samples[0].model_usage) == ("heuristic", {})


def test_the_archive_holds_what_inspect_would_have_written(tmp_path: Path) -> None:
    """It is put together here, to keep one sample in memory; nothing of it may differ from Inspect's own."""
    streamed = exported(tmp_path)
    whole = exported(tmp_path / "whole", name=JSON_NAME)
    for log in (streamed, whole):
        log.stats.completed_at = ""  # the time of the run folder
    assert streamed.model_dump() == whole.model_dump()
    inspect_log.write_eval_log(whole, str(tmp_path / "inspects.eval"))
    ours, theirs = _members(tmp_path / "logs" / "log.eval"), _members(tmp_path / "inspects.eval")
    assert theirs.keys() - ours.keys() == {"_journal/summaries/1.json"}  # a step on their way to summaries.json
    assert not ours.keys() - theirs.keys()
    for name, content in ours.items():
        assert content == theirs[name], name


def _members(path: Path) -> dict[str, Any]:
    """The files of an archive, less what comes from reading and from the clock, summaries in one order."""
    with ZipFile(path) as archive:
        if path.name == "log.eval":  # no time of its own makes an export another file
            assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        found = {name: json.loads(archive.read(name)) for name in archive.namelist()}
    found["summaries.json"].sort(key=lambda summary: (summary["id"], summary["epoch"]))
    for name in ("_journal/start.json", "header.json"):
        found[name]["eval"]["dataset"].pop("sample_ids", None)
        found[name].get("stats", {}).pop("completed_at", None)
    return found


def test_what_an_export_came_to(tmp_path: Path) -> None:
    ended: list[int] = []
    folder = model_run(tmp_path / "run", records())
    done = export_inspect(folder, tmp_path / "log.eval", on_episode=lambda: ended.append(1))
    assert done == Exported(tmp_path / "log.eval", rows=18, episodes=18)
    assert len(ended) == 18


@contextmanager
def viewer(logs: Path, home: Path) -> Iterator[str]:
    """The address of Inspect's viewer, a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {"HOME": str(home), "XDG_DATA_HOME": str(home), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "inspect_ai", "view", "start", "--log-dir", str(logs), "--port", str(port)]
    with (home / "viewer.txt").open("w") as output:
        process = subprocess.Popen(command, env=environ, stdout=output, stderr=subprocess.STDOUT, cwd=home)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process, home / "viewer.txt")
        yield url
    finally:
        process.terminate()
        process.wait(SECONDS)


def _wait_for(url: str, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the viewer did not start: {output.read_text()}")


def test_inspects_viewer_serves_and_shows_the_log(tmp_path: Path) -> None:
    grade = summarise(records())["overall"]["grade"]
    (tmp_path / "home").mkdir()
    exported(tmp_path)
    with viewer(tmp_path / "logs", tmp_path / "home") as url:
        (listed,) = httpx.get(f"{url}/api/logs").json()["files"]
        served = httpx.get(f"{url}/api/logs/{listed['name']}", timeout=SECONDS).json()
        assert served["status"] == "success"
        assert len(served["samples"]) == 18
        with chromium() as browser:
            page = browser.new_page(viewport={"width": 1700, "height": 900})
            page.set_default_timeout(1_000 * SECONDS)
            complaints: list[str] = []
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(url)
            for told in ("org/model", f"{grade['mean']:.3f}", "1 of 18 samples", "18 Samples"):
                page.get_by_text(told).first.wait_for()
            page.get_by_text("AC-003").first.click()  # the sample that failed; the list does not always say why
            page.get_by_text("429 Too Many Requests").first.wait_for()
            page.go_back()
            page.get_by_text("RP-001").first.click()
            page.get_by_text("first diagnostic on this service").first.wait_for()  # the transcript
            page.get_by_role("tab", name="Messages").click()
            page.get_by_text("You are the on-call engineer").first.wait_for()
            page.get_by_role("tab", name="Scoring").click()
            page.get_by_text("efficiency: +0.2500").first.wait_for()
            assert complaints == []
