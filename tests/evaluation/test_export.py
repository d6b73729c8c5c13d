"""Conversations to fine-tune on: that they load, that they are what model agents are asked, and what is left out."""

from __future__ import annotations

import gc
import json
import os
import random
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from cloud_incident_env.actions import SUBMISSIONS
from cloud_incident_env.agents.step_loop import SUCCESS_GRADE
from cloud_incident_env.evaluation.agents import ModelEndpoint
from cloud_incident_env.evaluation.config import RunConfig
from cloud_incident_env.evaluation.engine import Setup, pool_for, run
from cloud_incident_env.evaluation.export import (
    Exported,
    ExportError,
    Style,
    export_chat_jsonl,
    export_chat_parquet,
    export_inspect,
)
from cloud_incident_env.evaluation.export.episodes import in_order
from cloud_incident_env.evaluation.export.parquet import schema
from cloud_incident_env.evaluation.plan import Incidents
from cloud_incident_env.evaluation.replay import ReplayError
from cloud_incident_env.evaluation.store import EPISODES_NAME, RunFolder, RunFolderError
from cloud_incident_env.splits import SPLITS
from tests.evaluation.played import STARTED, TRAIN, changed, failed, kept, play, played
from tests.llm_stub import Reply, llm_stub

ROOT = Path(__file__).resolve().parents[2]
CANONICAL = Incidents(split="canonical")
STYLES = pytest.mark.parametrize("style", ["json", "tools"])
FORMATS: dict[str, Callable[..., Exported]] = {"rows.jsonl": export_chat_jsonl, "rows.parquet": export_chat_parquet}
# Every export, with a name for its file.
ALL_FORMATS: dict[str, Callable[..., Exported]] = {**FORMATS, "log.eval": export_inspect}


def ran(path: Path, agent: str, incidents: Incidents, endpoint: ModelEndpoint | None = None) -> RunFolder:
    """A run that the engine played."""
    folder, setup = RunFolder(path), Setup(agent, endpoint)
    model = None if endpoint is None else endpoint.model
    config = RunConfig(agent, incidents, STARTED, model=model)
    run(config, folder, pool_for(setup, 1 if endpoint is None else 4), setup)
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Incidents], RunFolder]:
    """Runs of agents without a model, each played once."""

    @cache
    def of(agent: str, incidents: Incidents) -> RunFolder:
        return ran(tmp_path_factory.mktemp("run") / "run", agent, incidents)

    return of


Runs = Callable[[str, Incidents], RunFolder]


def rows_of(folder: RunFolder, path: Path, **options: Any) -> list[dict[str, Any]]:
    """The rows of an export, as they lie in the file."""
    export_chat_jsonl(folder, path, **options)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def loaded(path: Path, cache_dir: Path) -> list[dict[str, Any]]:
    """The rows of a file as the library `datasets` gives them."""
    datasets = pytest.importorskip("datasets")
    kind = "parquet" if path.suffix == ".parquet" else "json"
    return list(datasets.load_dataset(kind, data_files=str(path), cache_dir=str(cache_dir), split="train"))


@STYLES
@pytest.mark.parametrize(("agent", "incidents"), [("oracle", CANONICAL), ("heuristic", TRAIN)])
def test_both_files_load_as_the_same_data_set(
    runs: Runs, tmp_path: Path, style: Style, agent: str, incidents: Incidents
) -> None:
    options: dict[str, Any] = {"style": style, "min_grade": 0.0, "allow_test_splits": True}
    written = rows_of(runs(agent, incidents), tmp_path / "rows.jsonl", **options)
    export_chat_parquet(runs(agent, incidents), tmp_path / "rows.parquet", **options)
    from_json, from_parquet = (loaded(tmp_path / name, tmp_path / "cache") for name in FORMATS)
    assert without_nulls(from_json) == without_nulls(from_parquet) == without_nulls(written)
    assert style == "tools" or from_json == from_parquet == written
    assert list(from_parquet[0]) == schema(style).names == list(written[0])


def without_nulls(value: Any) -> Any:
    """A row without what tables fill in where a mapping has no such key."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("agent", ["oracle", "heuristic"])
def test_a_row_of_style_json_is_one_question_and_its_answer(runs: Runs, tmp_path: Path, agent: str) -> None:
    folder = runs(agent, TRAIN)
    rows = rows_of(folder, tmp_path / "rows.jsonl", min_grade=0.0)
    steps = [(record["key"], step["step"]) for record in folder.episodes() for step in record["steps"]]
    assert [(row["episode"], row["step"]) for row in rows] == steps
    for row in rows:
        assert [message["role"] for message in row["messages"]] == ["system", "user", "assistant"]
        answer = json.loads(row["messages"][-1]["content"])
        assert answer.keys() == {"action_type", "parameters"}
        assert f"- {answer['action_type']}: " in row["messages"][0]["content"]


@pytest.mark.parametrize("agent", ["oracle", "heuristic"])
@pytest.mark.parametrize("incidents", [CANONICAL, TRAIN])
def test_a_row_of_style_tools_is_an_episode_of_calls_that_fit_their_tools(
    runs: Runs, tmp_path: Path, agent: str, incidents: Incidents
) -> None:
    folder = runs(agent, incidents)
    rows = rows_of(folder, tmp_path / "rows.jsonl", style="tools", min_grade=0.0, allow_test_splits=True)
    assert [row["episode"] for row in rows] == [record["key"] for record in folder.episodes()]
    for row in rows:
        tools = {tool["function"]["name"]: tool["function"]["parameters"] for tool in json.loads(row["tools"])}
        opening, turns = row["messages"][:2], row["messages"][2:]
        assert [message["role"] for message in opening] == ["system", "user"]
        assert [message["role"] for message in turns] == [*["assistant", "tool"] * (row["steps"] - 1), "assistant"]
        calls = [call for message in turns for call in message.get("tool_calls", ())]
        results = [message for message in turns if message["role"] == "tool"]
        assert [call["id"] for call in calls[:-1]] == [result["tool_call_id"] for result in results]
        assert len({call["id"] for call in calls}) == len(calls) == row["steps"]
        for call in calls:
            given, wanted = json.loads(call["function"]["arguments"]), tools[call["function"]["name"]]
            assert set(wanted["required"]) <= given.keys() <= wanted["properties"].keys()
        assert calls[-1]["function"]["name"] in SUBMISSIONS


def test_every_row_tells_of_its_episode(runs: Runs, tmp_path: Path) -> None:
    folder = runs("oracle", TRAIN)
    rows = rows_of(folder, tmp_path / "rows.jsonl", style="tools")
    for row, record in zip(rows, folder.episodes(), strict=True):
        assert {name: row[name] for name in ("grade", "task_id", "scenario_id", "difficulty", "split", "family")} == {
            name: record[name] for name in ("grade", "task_id", "scenario_id", "difficulty", "split", "family")  # type: ignore[literal-required]
        }  # fmt: skip
        assert (row["episode"], row["reward"]) == (record["key"], record["cumulative_reward"])
        assert (row["agent"], row["model"], row["fallback_steps"]) == ("oracle", "", 0)


AGENT_OF: dict[str, str] = {"json": "llm", "tools": "llm-tools"}


@STYLES
@pytest.mark.parametrize("agent", ["oracle", "heuristic"])
@pytest.mark.parametrize("incidents", [CANONICAL, TRAIN])
def test_a_model_that_learned_the_rows_by_heart_earns_their_grades(
    runs: Runs, tmp_path: Path, style: Style, agent: str, incidents: Incidents
) -> None:
    taught = runs(agent, incidents)
    rows = rows_of(taught, tmp_path / "rows.jsonl", style=style, min_grade=0.0, allow_test_splits=True)
    learned = {
        _question(row["messages"][:place], row.get("tools", "[]")): message
        for row in rows
        for place, message in enumerate(row["messages"])
        if message["role"] == "assistant"
    }
    asked: list[str] = []

    def answer(body: dict[str, Any]) -> Reply:
        asked.append(_question(body["messages"], json.dumps(body.get("tools", []))))
        choice = {"index": 0, "finish_reason": "stop", "message": learned[asked[-1]]}
        return Reply(body=json.dumps({"id": "x", "choices": [choice]}))

    with llm_stub(answer) as stub:
        endpoint = ModelEndpoint(stub.url, "by-heart", "none", max_retries=0)
        evaluated = ran(tmp_path / "evaluated", AGENT_OF[style], incidents, endpoint)
    assert set(asked) == set(learned)
    assert [(record["key"], record["grade"]) for record in evaluated.episodes()] == [
        (record["key"], record["grade"]) for record in taught.episodes()
    ]
    again = rows_of(evaluated, tmp_path / "again.jsonl", style=style, min_grade=0.0, allow_test_splits=True)
    assert [row["messages"] for row in again] == [row["messages"] for row in rows]
    assert {row["model"] for row in again} == {"by-heart"}


def _question(messages: list[dict[str, Any]], tools: str) -> str:
    return json.dumps([messages, json.loads(tools)], sort_keys=True)


def test_only_episodes_of_the_grade_are_exported_and_the_others_counted(runs: Runs, tmp_path: Path) -> None:
    folder = runs("heuristic", Incidents(seeds=(0, 25)))
    grades = {record["key"]: record["grade"] for record in folder.episodes()}
    for least in (SUCCESS_GRADE, 0.25, max(grades.values())):
        exported = export_chat_jsonl(folder, tmp_path / "rows.jsonl", style="tools", min_grade=least)
        rows = loaded(tmp_path / "rows.jsonl", tmp_path / "cache")
        good = [key for key, grade in grades.items() if grade >= least]
        assert [row["episode"] for row in rows] == good
        assert (exported.rows, exported.episodes) == (len(good), len(good))
        assert exported.left_out == {f"below the grade of {least:g}": len(grades) - len(good)}
        assert f"left out: {len(grades) - len(good)} episodes below the grade" in str(exported)


@pytest.mark.parametrize("name", FORMATS)
def test_no_episode_to_export_is_an_error_and_no_file(tmp_path: Path, name: str) -> None:
    records = played("oracle", "train", 3)
    folder = kept(tmp_path / "run", [failed(records[0]), changed(records[1], grade=0.5), records[2]])
    with pytest.raises(ExportError, match=r"1 ended in an infrastructure error, 2 below the grade of 1\).*--min-grade"):
        FORMATS[name](folder, tmp_path / "out" / name, min_grade=1.0)
    with pytest.raises(ExportError, match="none was played"):
        FORMATS[name](kept(tmp_path / "nothing", []), tmp_path / "out" / name)
    assert not list((tmp_path / "out").iterdir())


@STYLES
def test_an_episode_with_an_action_that_could_not_be_taken_is_left_out(tmp_path: Path, style: Style) -> None:
    """A model that stumbles once and then does well: its grade is good, and its stumble is nothing to learn."""
    right = {"action_type": "submit_severity", "parameters": {"severity": "P1"}}

    def answer(body: dict[str, Any]) -> Reply:
        return Reply("Hm." if "Step 1 of 3" in body["messages"][1]["content"] else json.dumps(right))

    with llm_stub(answer) as stub:
        endpoint = ModelEndpoint(stub.url, "stumbler", "none")
        folder = ran(tmp_path / "run", "llm", Incidents("alert_classification", split="canonical"), endpoint)
    records = folder.episodes()
    assert all(record["invalid_actions"] for record in records)
    assert any(record["grade"] == 1.0 for record in records)
    with pytest.raises(ExportError, match=r"\d with an invalid action"):
        export_chat_jsonl(folder, tmp_path / "rows.jsonl", style=style, allow_test_splits=True)


@STYLES
def test_an_episode_that_ends_with_a_submission_of_nothing_is_left_out(tmp_path: Path, style: Style) -> None:
    folder = kept(tmp_path / "run", list(played("do-nothing", "train", 3)))
    with pytest.raises(ExportError, match=r"3 with an invalid action"):
        export_chat_jsonl(folder, tmp_path / "rows.jsonl", style=style, min_grade=0.0)


@STYLES
def test_an_action_is_written_by_its_own_parameters(tmp_path: Path, style: Style) -> None:
    """The oracle writes `target`, which no tool has; agents may add notes, which no answer should hold."""
    record = play("oracle", {"split": "train", "index": 2})
    assert any("target" in step["parameters"] for step in record["steps"])
    for step in record["steps"]:
        step["parameters"]["reasoning"] = "I have a hunch."
        step["action_type"] = f" {step['action_type'].upper()} "
    rows = rows_of(kept(tmp_path / "run", [record]), tmp_path / "rows.jsonl", style=style)
    answers = [message for row in rows for message in row["messages"] if message["role"] == "assistant"]
    assert len(answers) == len(record["steps"])
    for message, step in zip(answers, record["steps"], strict=True):
        text = json.dumps(message)
        assert step["action_type"].strip().lower() in text
        assert "target" not in text
        assert "hunch" not in text


@pytest.mark.parametrize("split", ["canonical", "test", "test_families", "test_systems"])
def test_held_out_incidents_are_exported_only_if_one_insists(tmp_path: Path, split: str) -> None:
    folder = kept(tmp_path / "run", list(played("oracle", split, 3)), Incidents(split=split))
    with pytest.raises(
        ExportError, match=rf"split '{split}'.*export a run of train or validation.*--allow-test-splits"
    ):
        export_chat_jsonl(folder, tmp_path / "rows.jsonl", min_grade=0.0)
    assert not (tmp_path / "rows.jsonl").exists()
    assert rows_of(folder, tmp_path / "rows.jsonl", min_grade=0.0, allow_test_splits=True)


def test_a_held_out_family_is_refused_whatever_its_split_is_called(tmp_path: Path) -> None:
    """Practising one family by name draws it from the seeds of train."""
    record = play("oracle", {"task_id": "root_cause_analysis", "seed": 5, "family": "fd-leak"})
    folder = kept(tmp_path / "run", [changed(record, split="train")])
    with pytest.raises(ExportError, match="the family 'fd-leak'"):
        export_chat_jsonl(folder, tmp_path / "rows.jsonl")


def test_every_split_is_either_for_training_or_refused(tmp_path: Path) -> None:
    allowed = set()
    for split in SPLITS:
        folder = kept(tmp_path / split, list(played("oracle", split, 1)), Incidents(split=split, limit=1))
        try:
            export_chat_jsonl(folder, tmp_path / "rows.jsonl")
        except ExportError:
            continue
        allowed.add(split)
    assert allowed == {"train", "validation"}


@pytest.mark.parametrize("name", ALL_FORMATS)
def test_an_episode_that_goes_another_way_now_is_named_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    good, bad = play("oracle", {"split": "train", "index": 1}), play("oracle", {"split": "train", "index": 2})
    bad["steps"][1]["digest"] = "0" * 16
    out = tmp_path / "out" / name
    out.parent.mkdir()
    out.write_text("as it was")
    with pytest.raises(ReplayError) as told:
        ALL_FORMATS[name](kept(tmp_path / "run", [good, bad]), out)
    assert bad["key"] in str(told.value)
    assert "step 2" in str(told.value)
    assert [(path.name, path.read_text()) for path in out.parent.iterdir()] == [(name, "as it was")]


@pytest.mark.parametrize("name", ALL_FORMATS)
def test_an_export_that_is_stopped_leaves_the_file_as_it_was(tmp_path: Path, name: str) -> None:
    folder, out = kept(tmp_path / "run", list(played("oracle", "train", 6))), tmp_path / "out" / name
    ALL_FORMATS[name](folder, out)
    before, done = out.read_bytes(), []

    def stop() -> None:
        done.append(1)
        if len(done) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ALL_FORMATS[name](folder, out, on_episode=stop)
    assert [path.name for path in out.parent.iterdir()] == [name]
    assert out.read_bytes() == before
    out.with_name(f"{name}.new").write_text("what a kill has left")
    ALL_FORMATS[name](folder, out)
    assert [path.name for path in out.parent.iterdir()] == [name]
    assert out.read_bytes() == before


@pytest.mark.parametrize("name", ALL_FORMATS)
def test_the_same_run_gives_the_same_bytes_in_whatever_order_it_was_played(tmp_path: Path, name: str) -> None:
    records = list(played("oracle", "train", 6, 2))
    incidents = Incidents(split="train", limit=6)
    mixed = [failed(records[3]), *random.Random(1).sample(records, len(records))]
    written = []
    for number, order in enumerate((records, mixed)):
        folder = kept(tmp_path / str(number), order, incidents, trials=2)
        os.utime(folder.path / EPISODES_NAME, (1_800_000_000, 1_800_000_000))
        ALL_FORMATS[name](folder, tmp_path / name)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


def test_episodes_come_as_the_run_folder_lists_them(tmp_path: Path) -> None:
    records = list(played("oracle", "train", 6, 2))
    incidents = Incidents(split="train", limit=6)
    order = [failed(records[3], "once"), failed(records[3], "twice"), *reversed(records[:3]), *records[4:]]
    folder = kept(tmp_path / "run", order, incidents, trials=2)
    with (folder.path / EPISODES_NAME).open("ab") as lines:
        lines.write(b'{"record_version": 1, "key": "cut of')
    assert list(in_order(folder)) == folder.episodes()
    assert [record["error"] for record in in_order(folder)][3] == "twice"
    twice = kept(tmp_path / "twice", [records[0], records[0]], incidents, trials=2)
    with pytest.raises(RunFolderError, match="twice"):
        list(in_order(twice))


@pytest.mark.parametrize("name", ALL_FORMATS)
def test_a_run_on_other_incidents_is_refused(tmp_path: Path, name: str) -> None:
    folder = kept(tmp_path / "run", list(played("oracle", "train", 1)))
    config = folder.path / "config.json"
    config.write_text(config.read_text().replace('"incidents": "', '"incidents": "of old '))
    with pytest.raises(RunFolderError, match="of old"):
        ALL_FORMATS[name](folder, tmp_path / name)


@STYLES
def test_text_that_is_no_text_becomes_a_question_mark(tmp_path: Path, style: Style) -> None:
    """A model's name may come from a command line that is no UTF-8."""
    folder = kept(tmp_path / "run", list(played("oracle", "train", 2)), agent="llm", model="caf\udce9")
    for name, export in FORMATS.items():
        export(folder, tmp_path / name, style=style)
        assert {row["model"] for row in loaded(tmp_path / name, tmp_path / "cache")} == {"caf?"}


def test_text_beyond_ascii_stays_as_it_is(tmp_path: Path) -> None:
    record = play("oracle", {"split": "train", "index": 2})
    record["steps"][-1]["parameters"]["summary"] += " Größe, 容量, 🚨."
    record = changed(record, steps=record["steps"])
    rows = rows_of(kept(tmp_path / "run", [record]), tmp_path / "rows.jsonl")
    assert "Größe, 容量, 🚨." in rows[-1]["messages"][-1]["content"]
    assert "Größe, 容量, 🚨.".encode() in (tmp_path / "rows.jsonl").read_bytes()


@pytest.mark.parametrize("name", ALL_FORMATS)
def test_memory_does_not_grow_with_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, name: str
) -> None:
    monkeypatch.setattr(
        "cloud_incident_env.evaluation.export.parquet.ROWS_IN_GROUP", 16
    )  # so that the runs are longer than a group
    records = [play("heuristic", {"split": "train", "index": index}) for index in (1, 4, 7, 10)]
    options: dict[str, Any] = {} if name == "log.eval" else {"min_grade": 0.0, "style": "tools"}
    request.addfinalizer(partial(gc.set_threshold, *gc.get_threshold()))
    gc.set_threshold(700, 10, 10)  # a server that ran in this process made collections rare, and garbage is no growth
    gc.collect()
    peaks = []
    for trials in (1, 8, 32):  # the first loads what is loaded once
        many = [changed(r, trial=n, key=f"{r['key'][:-2]}#{n}") for r in records for n in range(trials)]
        folder = kept(tmp_path / str(trials), many, Incidents(split="train", limit=11), trials=trials)
        tracemalloc.start()
        ALL_FORMATS[name](folder, tmp_path / name, **options)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    grown = (peaks[2] - peaks[1]) / (24 * len(records))
    assert grown < 4_000, f"{grown:.0f} bytes an episode; a conversation has some 15,000, and more as objects"


def test_options_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    folder = kept(tmp_path / "run", list(played("oracle", "train", 1)))
    out = tmp_path / "rows.jsonl"
    with pytest.raises(ExportError, match="unknown style 'xml': one of json, tools"):
        export_chat_jsonl(folder, out, style="xml")  # type: ignore[arg-type]
    with pytest.raises(ExportError, match=r"from 0 to 1, got 80"):
        export_chat_parquet(folder, out, min_grade=80)
    with pytest.raises(ExportError, match=r"is a folder: name a file"):
        export_chat_jsonl(folder, tmp_path)
    with pytest.raises(ExportError, match=r"\*\.eval or \*\.json, got rows\.jsonl"):
        export_inspect(folder, out)
    with pytest.raises(RunFolderError, match="no run folder"):
        export_chat_jsonl(RunFolder(tmp_path / "nowhere"), out)
    assert not out.exists()


DOCUMENT = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")


def test_the_document_names_every_column() -> None:
    table = re.findall(r"^\| (`.*?) \|", DOCUMENT, re.M)
    named = [name for cell in table for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(named) == sorted({*schema("json").names, *schema("tools").names})


def test_the_code_of_the_document_makes_mappings_of_arguments(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    export_chat_jsonl(runs("oracle", TRAIN), Path("train.jsonl"), style="tools")
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.S)
    names: dict[str, Any] = {}
    exec(code, names)
    calls = [call for row in names["rows"] for m in row["messages"] for call in m.get("tool_calls") or ()]
    written = [step for record in runs("oracle", TRAIN).episodes() for step in record["steps"]]
    assert [list(call["function"]["arguments"].values()) for call in calls] == [
        list(step["parameters"].values()) for step in written
    ]


MISSING = """
import sys
from pathlib import Path
import cloud_incident_env.evaluation.export
from cloud_incident_env.evaluation.store import RunFolder
assert not {"pyarrow", "inspect_ai", "datasets"} & sys.modules.keys()
sys.modules[sys.argv[1]] = None
try:
    getattr(cloud_incident_env.evaluation.export, sys.argv[2])(RunFolder("nowhere"), Path(sys.argv[3]))
except ModuleNotFoundError as error:
    print(error.name)
"""


@pytest.mark.parametrize(
    ("module", "function", "name"),
    [("pyarrow", "export_chat_parquet", "rows.parquet"), ("inspect_ai", "export_inspect", "log.eval")],
)
def test_the_package_imports_without_what_only_one_format_needs(module: str, function: str, name: str) -> None:
    asked = [sys.executable, "-c", MISSING, module, function, name]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout.partition(".")[0].strip()) == (0, module), done.stderr
