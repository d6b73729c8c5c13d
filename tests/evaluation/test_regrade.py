"""Regrade: saved episodes scored with today's graders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cloud_incident_env.evaluation.__main__ import main
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.regrade import regrade
from cloud_incident_env.evaluation.store import RunFolder
from tests.evaluation.played import changed, failed, played


def records() -> list[EpisodeRecord]:
    kept = [record for agent in ("random", "heuristic", "oracle") for record in played(agent, "test", 24)]
    return [*kept, *played("heuristic", "canonical", 9)]


def test_the_same_graders_move_nothing() -> None:
    regraded = regrade(records())
    assert regraded["moved"] == []
    assert sum(mean["episodes"] for mean in regraded["means"].values()) == len(records())
    for task, mean in regraded["means"].items():
        grades = [record["grade"] for record in records() if record["task_id"] == task]
        assert mean["before"] == mean["now"] == pytest.approx(sum(grades) / len(grades))


def test_infrastructure_errors_have_no_grade_to_move() -> None:
    record = records()[0]
    assert regrade([failed(record)]) == {"means": {}, "moved": []}


def test_a_changed_grader_shows_what_moved_and_by_which_part(monkeypatch: pytest.MonkeyPatch) -> None:
    played_before = records()  # by the grader as it is
    monkeypatch.setattr("graders.SUMMARY_FULL", 0.05)
    regraded = regrade(played_before)
    full = [record for record in played_before if record["breakdown"].get("summary") == 0.1]
    assert full
    assert {moved["key"] for moved in regraded["moved"]} == {record["key"] for record in full}
    for moved in regraded["moved"]:
        assert moved["task_id"] == "remediation_planning"
        assert moved["parts"] == {"summary": (0.1, 0.05)}
        assert moved["now"] == pytest.approx(moved["before"] - 0.05)
    mean = regraded["means"]["remediation_planning"]
    assert mean["now"] < mean["before"]
    assert regraded["means"]["root_cause_analysis"]["now"] == regraded["means"]["root_cause_analysis"]["before"]


def test_the_largest_change_stands_first() -> None:
    kept = [record for record in records() if record["grade"] >= 0.5][:6]
    wrong = [changed(record, grade=record["grade"] - 0.07 * n) for n, record in enumerate(kept)]
    sizes = [abs(moved["now"] - moved["before"]) for moved in regrade(wrong)["moved"]]
    assert len(sizes) == 5
    assert sizes == sorted(sizes, reverse=True)


def test_the_command_leaves_the_run_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--agent", "oracle", "--out", str(tmp_path), "--no-report"], {}) == 0
    content = (tmp_path / "episodes.jsonl").read_bytes()
    capsys.readouterr()
    assert main(["regrade", str(tmp_path)], {}) == 0
    assert "no grade moved" in capsys.readouterr().out
    monkeypatch.setattr("graders.EFFICIENCY_MAX", 0.1)
    assert main(["regrade", str(tmp_path)], {}) == 0
    shown = capsys.readouterr().out
    assert "root_cause_analysis    1.0000 -> 0.7000 (-0.3000) over 3 episodes" in shown
    assert "3 episodes moved:" in shown
    assert "efficiency 0.4 -> 0.1" in shown
    assert main(["regrade", str(tmp_path), "--json"], {}) == 0
    assert len(json.loads(capsys.readouterr().out)["moved"]) == 3
    assert (tmp_path / "episodes.jsonl").read_bytes() == content
    assert len(RunFolder(tmp_path).episodes()) == 9
