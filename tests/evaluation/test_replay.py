"""Replay: an episode that is played again is the same, byte for byte; a change of its record or the world is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from cloud_incident_env.agents.environments import HttpEnvironment, LocalEnvironment
from cloud_incident_env.evaluation.__main__ import main
from cloud_incident_env.evaluation.record import EpisodeRecord, digest_of
from cloud_incident_env.evaluation.replay import Moment, ReplayError, replayed, transcript
from cloud_incident_env.evaluation.store import RunFolder
from tests.evaluation.played import play

AGENTS = ("random", "heuristic", "oracle", "do-nothing")
REMEDIATION = {"split": "test", "index": 2}


def again(record: EpisodeRecord) -> list[Any]:
    return list(replayed(record, LocalEnvironment()))


def run(folder: Path, *options: str) -> RunFolder:
    assert main(["run", "--no-report", "--out", str(folder), *options], {}) == 0
    return RunFolder(folder)


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize(
    "options", [REMEDIATION, {"split": "test_systems", "index": 4}, {"split": "canonical", "index": 7}]
)
def test_what_an_agent_saw_is_seen_again(agent: str, options: dict[str, Any]) -> None:
    record = play(agent, options)
    moments = again(record)
    assert [digest_of(moment.observation) for moment in moments] == [
        record["first_digest"],
        *(step["digest"] for step in record["steps"]),
    ]
    assert [moment.step for moment in moments] == [None, *record["steps"]]


def test_a_server_plays_it_the_same(server_url: str) -> None:
    record = play("heuristic", REMEDIATION)
    with HttpEnvironment(server_url) as environment:
        assert len(list(replayed(record, environment))) == 1 + len(record["steps"])


def _change_first_digest(record: EpisodeRecord) -> None:
    record["first_digest"] = "0" * 16


def _change_reward(record: EpisodeRecord) -> None:
    record["steps"][2]["reward"] += 0.01


def _change_digest(record: EpisodeRecord) -> None:
    record["steps"][1]["digest"] = "0" * 16


def _change_action(record: EpisodeRecord) -> None:
    record["steps"][0]["parameters"] = {"service": "no-such-service"}


def _change_grade(record: EpisodeRecord) -> None:
    record["grade"] = 1.0


def _change_part(record: EpisodeRecord) -> None:
    record["breakdown"] = {**record["breakdown"], "base": 0.5}


def _drop_the_end(record: EpisodeRecord) -> None:
    record["steps"].pop()


def _go_on_after_the_end(record: EpisodeRecord) -> None:
    record["steps"].append({**record["steps"][-1], "step": record["steps"][-1]["step"] + 1})


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (_change_first_digest, "the reset: digest was '0000000000000000' and is"),
        (_change_digest, "step 2: digest was '0000000000000000' and is"),
        (_change_reward, "step 3: reward was"),
        (_change_action, "step 1: digest was"),
        (_change_grade, ": grade was 1.0 and is"),
        (_change_part, ": breakdown was"),
        (_drop_the_end, "goes on after its last recorded step"),
        (_go_on_after_the_end, "ends before step"),
    ],
)
def test_any_change_of_a_record_is_told(change: Callable[[EpisodeRecord], None], complaint: str) -> None:
    record = deepcopy(play("heuristic", REMEDIATION))
    change(record)
    with pytest.raises(ReplayError) as told:
        again(record)
    assert record["key"] in str(told.value)
    assert complaint in str(told.value)


def test_a_change_of_the_world_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    record = play("heuristic", {"split": "canonical", "index": 6})
    monkeypatch.setattr("cloud_incident_env.episode.LASTING_STEPS", 0)
    monkeypatch.setattr("cloud_incident_env.wording._describe_remediation", lambda verdict, incident: "Done.")
    with pytest.raises(ReplayError, match="digest was"):
        again(record)


def test_an_infrastructure_error_is_played_as_far_as_it_went() -> None:
    record = deepcopy(play("heuristic", REMEDIATION))
    del record["steps"][2:]
    record.update({"status": "infrastructure_error", "error": "timed out", "grade": 0.0, "breakdown": {}})
    assert len(again(record)) == 3
    record["steps"] = []
    record["first_digest"] = ""  # the server was down from the start
    assert again(record) == []


def test_the_command_proves_a_run_and_finds_the_episode_that_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = run(tmp_path, "--agent", "random", "--split", "test", "--limit", "20", "--trials", "2")
    assert main(["replay", str(tmp_path)], {}) == 0
    assert "40 episodes played again: every observation, reward and grade is the same" in capsys.readouterr().out
    records = list(folder.lines())
    records[7]["steps"][0]["digest"] = "f" * 16
    text = "".join(json.dumps(record) + "\n" for record in records)
    (tmp_path / "episodes.jsonl").write_text(text)
    assert main(["replay", str(tmp_path)], {}) == 1
    shown = capsys.readouterr()
    assert "1 of 40 episodes did not go as recorded" in shown.out
    assert records[7]["key"] in shown.err


def test_one_episode_is_chosen_by_its_key_or_place_and_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = run(tmp_path, "--agent", "heuristic")
    capsys.readouterr()
    record = folder.episodes()[7]
    for chosen in ("7", record["key"]):
        assert main(["replay", str(tmp_path), "--episode", chosen, "--show"], {}) == 0
        shown = capsys.readouterr().out
        assert "1 episodes played again" in shown
        assert shown.startswith("# RP-002: ")
        assert all(f"## Step {step['step']}: {step['action_type']}(" in shown for step in record["steps"])
        assert "network-infra" in shown
    assert main(["replay", str(tmp_path), "--episode", "nothing"], {}) == 1
    assert "holds no episode nothing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("action_type", "parameters"),
    [
        ("query_logs", {"service": "{service}"}),
        ("query_logs", {"target": "{service}"}),
        ("Query_Logs ", {"service": " {SERVICE}"}),
    ],
)
def test_a_transcript_shows_the_evidence_however_the_step_was_written(
    action_type: str, parameters: dict[str, str]
) -> None:
    """A step written with `target`, or in other case, was shown without what it had found."""
    environment = LocalEnvironment()
    service = environment.reset(REMEDIATION)["known_services"][0]
    given = {name: text.format(service=service, SERVICE=service.upper()) for name, text in parameters.items()}
    result = environment.step(action_type, given)
    record = play("heuristic", REMEDIATION)
    step: Any = {**record["steps"][0], "action_type": action_type, "parameters": given}
    shown = transcript(Moment(result["observation"], step))
    assert result["observation"]["queried_data"]["query_logs"][service] in shown


@pytest.mark.parametrize("command", ["replay", "regrade"])
def test_a_run_on_other_incidents_is_refused(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, "--agent", "oracle", "--limit", "1")
    config = json.loads((tmp_path / "config.json").read_text())
    config["versions"]["incidents"] = "0"
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert main([command, str(tmp_path)], {}) == 1
    assert "was played on version 0 of the incidents" in capsys.readouterr().err


def test_what_a_model_wrote_cannot_reach_the_terminal() -> None:
    record = deepcopy(play("do-nothing", REMEDIATION))
    hostile = "x\x1b[2J\n9 episodes played again"
    record["steps"].insert(0, {**record["steps"][0], "action_type": hostile, "parameters": {"target": hostile}})
    environment = LocalEnvironment()
    observation = environment.reset(record["options"])
    result = environment.step(hostile, {"target": hostile})
    shown = transcript(Moment(observation, None)) + transcript(Moment(result["observation"], record["steps"][0]))
    assert "\x1b" not in shown
    assert not any(line.startswith("9 episodes") for line in shown.splitlines())
    assert "\\u001b[2J\\n9 episodes played again" in shown
