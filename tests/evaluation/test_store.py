"""A run folder holds each episode once, whatever the last process to write to it died of."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.evaluation.config import RunConfig
from cloud_incident_env.evaluation.plan import Incidents
from cloud_incident_env.evaluation.play import Limits, play
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.store import RunFolder, RunFolderError
from cloud_incident_env.evaluation.without_model import AGENTS
from tests.evaluation.played import changed, failed

CONFIG = RunConfig("random", Incidents(split="test", limit=4), "2026-01-01T00:00:00+00:00")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def records() -> list[EpisodeRecord]:
    return [play(p, AGENTS["random"](p.options, p.trial), LocalEnvironment(), Limits()) for p in CONFIG.plan()]


@pytest.fixture
def folder(tmp_path: Path, records: list[EpisodeRecord]) -> RunFolder:
    """A run of which three of four episodes are finished."""
    folder = RunFolder(tmp_path / "run")
    with folder.writing(CONFIG):
        folder.append(*records[:3])
    return folder


def test_what_was_appended_is_read_back_in_the_order_of_the_plan(
    folder: RunFolder, records: list[EpisodeRecord]
) -> None:
    with folder.writing(CONFIG):
        folder.append(records[3])
    assert folder.episodes() == records
    with RunFolder(folder.path.with_name("other")).writing(CONFIG) as other:
        other.append(records[2], records[0])
        other.append(records[3], records[1])
    assert other.episodes() == records
    assert other.config() == CONFIG


def test_a_line_cut_off_anywhere_is_left_out_and_then_removed(folder: RunFolder, records: list[EpisodeRecord]) -> None:
    file = folder.path / "episodes.jsonl"
    whole = file.read_bytes()
    last = len(whole.splitlines(keepends=True)[-1])
    for cut in [*range(1, 40), *range(40, last, 97), last]:
        file.write_bytes(whole[:-cut])
        assert folder.episodes() == records[:2]
        with folder.writing(CONFIG):
            folder.append(records[2], records[3])
        assert folder.episodes() == records
        assert file.read_bytes().count(b"\n") == 4


def test_a_broken_line_within_the_file_is_named(folder: RunFolder) -> None:
    file = folder.path / "episodes.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(lines[0] + lines[1][:50] + b"\n" + lines[2])
    with pytest.raises(RunFolderError, match=r"episodes\.jsonl:2 is no episode record"):
        folder.episodes()


def test_a_record_of_another_version_is_refused(folder: RunFolder, records: list[EpisodeRecord]) -> None:
    with folder.writing(CONFIG):
        folder.append(changed(records[3], record_version=99))
    with pytest.raises(RunFolderError, match="record_version 99: this code knows 2"):
        folder.episodes()


def test_a_later_try_stands_in_place_of_an_infrastructure_error(
    folder: RunFolder, records: list[EpisodeRecord]
) -> None:
    with folder.writing(CONFIG):
        folder.append(failed(records[3]))
        assert folder.episodes()[3]["status"] == "infrastructure_error"
        folder.append(failed(records[3], "again"))
        folder.append(records[3])
    assert folder.episodes() == records


def test_an_episode_that_was_graded_twice_is_told_of(folder: RunFolder, records: list[EpisodeRecord]) -> None:
    with folder.writing(CONFIG):
        folder.append(records[1])
    with pytest.raises(RunFolderError, match="twice"):
        folder.episodes()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"agent": "heuristic"}, "agent: 'random' in the folder, 'heuristic' now"),
        ({"trials": 2}, "trials: 1 in the folder, 2 now"),
        ({"incidents": Incidents(split="test", limit=5)}, "incidents.limit: 4 in the folder, 5 now"),
        ({"incidents": Incidents(seeds=(0, 2))}, "incidents.seeds: None in the folder, [0, 2] now"),
        ({"limits": Limits(steps=2)}, "limits.steps: None in the folder, 2 now"),
        (
            {"settings": {"sampling": {"temperature": 1.0}}},
            "settings.sampling.temperature: None in the folder, 1.0 now",
        ),
        ({"base_url": "http://x"}, "base_url: None in the folder, 'http://x' now"),
        ({"versions": {"incidents": "0"}}, "versions.incidents: '1' in the folder, '0' now"),
    ],
)
def test_another_configuration_is_refused_and_said(folder: RunFolder, change: dict[str, Any], complaint: str) -> None:
    before = {path.name: path.read_bytes() for path in folder.path.iterdir()}
    config = replace(CONFIG, **change)
    if "versions" in change:
        complaint = complaint.replace("'1'", repr(CONFIG.versions["incidents"]))
    with pytest.raises(RunFolderError) as refused, folder.writing(config):
        pass
    assert complaint in str(refused.value)
    assert {path.name: path.read_bytes() for path in folder.path.iterdir()} == before


def test_another_moment_and_commit_are_no_other_configuration(folder: RunFolder) -> None:
    with folder.writing(replace(CONFIG, started="2027-01-01T00:00:00+00:00", commit="abc")):
        pass
    assert folder.config().started == CONFIG.started


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("precious")
    with (
        pytest.raises(RunFolderError, match=r"is no run folder and holds thesis\.tex"),
        RunFolder(tmp_path).writing(CONFIG),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    with pytest.raises(RunFolderError, match="is no folder"), RunFolder(tmp_path / "thesis.tex").writing(CONFIG):
        pass


def test_a_folder_without_a_run_is_none(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match=r"has no config\.json"):
        RunFolder(tmp_path).config()
    (tmp_path / "config.json").write_text('{"config_version": 7}')
    with pytest.raises(RunFolderError, match="unknown config_version 7"):
        RunFolder(tmp_path).config()


def test_appending_needs_the_folder_to_be_held(folder: RunFolder, records: list[EpisodeRecord]) -> None:
    with pytest.raises(RunFolderError, match="not open for writing"):
        folder.append(records[3])


@pytest.mark.skipif(sys.platform == "win32", reason="nothing keeps two runs apart there")
def test_two_processes_cannot_write_to_one_folder(folder: RunFolder) -> None:
    code = (
        "from cloud_incident_env.evaluation.store import RunFolder, RunFolderError\n"
        "try:\n"
        f" with RunFolder({str(folder.path)!r}).writing(RunFolder({str(folder.path)!r}).config()): print('held')\n"
        "except RunFolderError as error: print(error)"
    )

    def other_process() -> str:
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
        return done.stdout + done.stderr

    with folder.writing(CONFIG):
        assert "is in use by another run" in other_process()
    assert other_process().strip() == "held"


def test_the_configuration_names_no_credentials(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    with folder.writing(replace(CONFIG, base_url="https://user:hunter2@host:7860/x")):
        pass
    kept = (folder.path / "config.json").read_text()
    assert "hunter2" not in kept
    assert json.loads(kept)["base_url"] == "https://host:7860/x"


def test_what_the_configuration_holds_is_what_was_agreed(folder: RunFolder) -> None:
    kept: dict[str, Any] = json.loads((folder.path / "config.json").read_text())
    assert set(kept) == {
        "config_version", "versions", "commit", "agent", "model", "settings", "incidents", "trials", "limits",
        "base_url", "started",
    }  # fmt: skip
    assert set(kept["incidents"]) == {"task", "split", "seeds", "difficulty", "limit"}
    assert set(kept["limits"]) == {"seconds", "steps"}
