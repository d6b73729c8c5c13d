"""The command line, as real processes: what it prints, how it stops, and that no way of ending it costs anything."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cloud_incident_env.evaluation.__main__ import main
from cloud_incident_env.evaluation.baselines import BASELINES
from cloud_incident_env.evaluation.metrics import summarise
from cloud_incident_env.evaluation.model_options import _key
from cloud_incident_env.evaluation.store import RunFolder
from cloud_incident_env.generated.incident_version import INCIDENT_VERSION
from tests.evaluation.played import timeless
from tests.llm_stub import Reply, llm_stub

ROOT = Path(__file__).resolve().parents[2]
VARIABLES = ("HF_TOKEN", "API_KEY", "ENV_BASE_URL", "API_BASE_URL", "MODEL_NAME")
SECONDS = 60.0  # in which anything that is waited for happens, on a busy machine too
LOCAL = ("--model", "m", "--api-base-url", "http://127.0.0.1:9/v1")
PLANNED = 1_200  # more than a quiet machine plays before the tenth kill
RANDOM = (
    "--agent",
    "random",
    "--split",
    "test",
    "--limit",
    "400",
    "--trials",
    "3",
    "--concurrency",
    "2",
    "--no-report",
)


def start(folder: Path, *options: str, **environ: str) -> subprocess.Popen[str]:
    """Start a run in a process group of its own, with only these variables set beside the system's."""
    clean = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return subprocess.Popen(
        [sys.executable, "-m", "cloud_incident_env.evaluation", "run", "--out", str(folder), *options],
        cwd=ROOT,
        env={**clean, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit status, stdout and stderr."""
    out, err = process.communicate(timeout=2 * SECONDS)
    return process.returncode, out, err


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.002)


def size(folder: Path) -> int:
    file = folder / "episodes.jsonl"
    return file.stat().st_size if file.exists() else 0


def group_is_empty(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def written(folder: Path) -> list[Any]:
    return [json.loads(line) for line in (folder / "episodes.jsonl").read_bytes().splitlines()]


@pytest.mark.slow  # a minute or more
def test_killed_at_ten_random_moments_each_episode_is_there_once(tmp_path: Path) -> None:
    """Kill -9 of the process alone: its workers must then end by themselves, and the next start must not wait."""
    draw, cut_short = random.Random(20), 0
    killed, quiet = tmp_path / "killed", tmp_path / "quiet"
    for kill in range(10):
        before = size(killed)
        process = start(killed, *RANDOM)
        if kill % 5:  # while it plays; else while it starts
            grown = draw.randrange(1, 50_000)
            wait_until(lambda grown=grown, before=before: size(killed) > before + grown)  # type: ignore[misc]
        else:
            time.sleep(draw.uniform(0, 1))
        os.kill(process.pid, signal.SIGKILL)
        finish(process)
        assert process.returncode == -signal.SIGKILL, "it ended before it was killed"
        wait_until(lambda process=process: group_is_empty(process.pid))  # type: ignore[misc]
        cut_short += before < size(killed)
    assert cut_short >= 8
    assert len(written(killed)) < PLANNED
    assert finish(start(killed, *RANDOM))[0] == 0
    assert finish(start(quiet, *RANDOM, "--concurrency", "1"))[0] == 0
    lines = [record["key"] for record in written(killed)]
    assert len(lines) == len(set(lines)) == PLANNED
    disturbed, undisturbed = (
        [timeless(record) for record in RunFolder(folder).episodes()] for folder in (killed, quiet)
    )
    assert disturbed == undisturbed
    assert summarise(disturbed) == summarise(undisturbed)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_was_under_way_and_the_same_command_goes_on(tmp_path: Path, number: int) -> None:
    process = start(tmp_path, *RANDOM)
    wait_until(lambda: size(tmp_path) > 0)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    status, out, err = finish(process)
    kept = written(tmp_path)
    assert status == 130
    assert err.count("stopping: episodes under way are finished first") == 1  # the workers leave it to the parent
    assert "Traceback" not in err
    assert f"random: {len(kept)} of {PLANNED} episodes graded, 0 infrastructure errors, mean grade 0." in out
    assert "the same command goes on" in out
    status, out, err = finish(start(tmp_path, *RANDOM))
    assert status == 0
    assert f"{PLANNED} of {PLANNED} episodes graded" in out
    assert written(tmp_path)[: len(kept)] == kept
    assert len({record["key"] for record in written(tmp_path)}) == len(written(tmp_path)) == PLANNED


def test_a_second_ctrl_c_does_not_wait_for_a_slow_endpoint(tmp_path: Path) -> None:
    with llm_stub(lambda body: Reply(delay=SECONDS)) as stub:
        process = start(tmp_path, "--model", "m", "--api-base-url", stub.url)
        wait_until(lambda: bool(stub.requests))
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        line = ""
        while "stopping" not in line:
            line = process.stderr.readline()
            assert line, "it ended instead"
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert finish(process)[0] == 130
        assert time.monotonic() - began < SECONDS / 4
    assert RunFolder(tmp_path).episodes() == []


def test_the_bar_shows_the_mean_and_goes_on_where_the_run_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["run", "--agent", "oracle", "--out", str(tmp_path), "--concurrency", "1"]
    assert main(options, {}) == 0
    shown = capsys.readouterr()
    mean = sum(record["grade"] for record in written(tmp_path)) / 9
    assert "9/9 [" in shown.err
    assert f"mean grade {mean:.3f}, infrastructure errors 0" in shown.err
    assert shown.out.startswith(f"oracle: 9 of 9 episodes graded, 0 infrastructure errors, mean grade {mean:.4f}\n")
    content = (tmp_path / "episodes.jsonl").read_bytes()
    assert main(options, {}) == 0
    assert "0/9" not in capsys.readouterr().err
    assert (tmp_path / "episodes.jsonl").read_bytes() == content


def test_a_changed_command_in_the_same_folder_is_refused_saying_what_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["run", "--agent", "oracle", "--out", str(tmp_path), "--limit", "1"]
    assert main(options, {}) == 0
    assert main([*options, "--trials", "2", "--step-limit", "4"], {}) == 1
    error = capsys.readouterr().err
    assert "trials: 1 in the folder, 2 now" in error
    assert "limits.steps: None in the folder, 4 now" in error
    assert "agent" not in error
    assert main([*options, "--concurrency", "3"], {}) == 0


def scripted(fault: Reply) -> Callable[[dict[str, Any]], Reply]:
    """A model that submits at once, behind an endpoint that fails whenever it is asked about one of the tasks."""

    def answer(body: dict[str, Any]) -> Reply:
        asked = body["messages"][1]["content"]
        if "Task: root_cause_analysis" in asked:
            return fault
        action = re.search(r"submit_\w+", body["messages"][0]["content"])
        assert action
        parameters = {"severity": "P1", "summary": "all services recovered"}
        return Reply(json.dumps({"action_type": action[0], "parameters": parameters}), usage=(100, 7))

    return answer


@pytest.mark.parametrize(
    "fault",
    [
        Reply(status=429, headers={"retry-after-ms": "5"}),
        Reply(status=500, headers={"retry-after-ms": "5"}),
        Reply(body="{"),
        Reply("late", delay=1.0),
    ],
    ids=["429", "500", "broken", "time-out"],
)
def test_failures_of_an_endpoint_are_retried_then_counted_apart_then_tried_again(tmp_path: Path, fault: Reply) -> None:
    folder = tmp_path / "run"
    options = ["--model", "m", "--api-retries", "2", "--api-timeout", "0.5", "--concurrency", "4"]
    with llm_stub(scripted(fault)) as stub:
        port = stub.url.split(":")[-1].split("/")[0]
        options += ["--api-base-url", f"http://user:hunter2@127.0.0.1:{port}/v1"]
        status, out, err = finish(start(folder, *options, API_KEY="sk-secret"))
        failing = [body for body in stub.requests if "Task: root_cause_analysis" in body["messages"][1]["content"]]
    assert status == 3, err  # not all graded
    records = written(folder)
    graded = [record for record in records if record["status"] == "graded"]
    assert "m: 6 of 9 episodes graded, 3 infrastructure errors" in out
    assert {record["task_id"] for record in records if record["status"] != "graded"} == {"root_cause_analysis"}
    assert len(failing) == 9  # three tries for each of three episodes
    assert f"mean grade {sum(record['grade'] for record in graded) / 6:.4f}" in out
    assert {(record["prompt_tokens"], record["completion_tokens"]) for record in graded} == {(100, 7)}
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert (folder / "report" / "report.html").exists()
    assert b"sk-secret" not in kept
    assert b"hunter2" not in kept


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ([], "say who plays: --agent NAME or --model NAME"),
        (["--agent", "llm"], "needs --model NAME"),
        (["--agent", "random", "--model", "m"], "asks no model: leave out --model"),
        (["--model", "m"], "needs a key: set HF_TOKEN or API_KEY"),
        (["--agent", "random", "--split", "train"], "add a limit"),
        (["--agent", "random", "--split", "test", "--seeds", "1:2"], "not by both"),
        (["--agent", "random", "--trials", "0"], "trials must be at least 1"),
        (["--agent", "random", "--concurrency", "-1"], "concurrency must be at least 1"),
        (["--agent", "random", "--time-limit", "0"], "the limit of seconds must be above 0"),
        (["--agent", "random", "--concurrency", "0"], "concurrency must be at least 1"),
        (["--agent", "random", "--split", "test,test"], "name each split once"),
        (["--agent", "random", "--address", "auto"], "--address is for --engine ray"),
        (["--agent", "random", "--temperature", "0.5"], "asks no model: leave out --temperature"),
        (["--agent", "random", "--stream"], "asks no model: leave out --stream"),
        (["--agent", "random", "--no-report", "--threshold", "0.5"], "--threshold is for the report"),
        ([*LOCAL, "--api-retries", "-1"], "--api-retries must be at least 0"),
        ([*LOCAL, "--temperature", "nan"], "--temperature must be 0 or more"),
        ([*LOCAL, "--max-tokens", "0"], "--max-tokens must be at least 1"),
        ([*LOCAL, "--api-timeout", "0"], "--api-timeout must be at least 0.001"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    options: list[str], complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--out", str(tmp_path / "run"), *options], {}) == 2
    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "options",
    [
        ["--seeds", "5:5"],
        ["--seeds", "5"],
        ["--agent", "nobody"],
        ["--split", "foo"],
        ["--split", "test,foo"],
        ["--temperature", "warm"],
        ["--extra", "[1]"],
        ["--extra", "{"],
    ],
)
def test_options_that_mean_nothing_are_refused(options: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["run", "--out", str(tmp_path), *options], {})
    assert refused.value.code == 2


def test_two_runs_are_compared_and_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for agent in ("oracle", "random"):
        assert main(["run", "--agent", agent, "--out", str(tmp_path / agent)], {}) == 0
    capsys.readouterr()
    assert main(["compare", str(tmp_path / "random"), str(tmp_path / "oracle")], {}) == 0
    overall = json.loads(capsys.readouterr().out)["overall"]
    assert (overall["incidents"], overall["b_better"]) == (9, 9)
    assert main(["compare", str(tmp_path / "random"), str(tmp_path / "nothing")], {}) == 1
    assert "nothing is no run folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "package", "group"),
    [
        (["export", "--format", "chat-parquet", "--out", "a.parquet"], "pyarrow", "export"),
        (["export", "--format", "inspect", "--out", "a.eval"], "inspect_ai", "export"),
        (["run", "--agent", "oracle", "--engine", "ray", "--out", "again"], "ray", "ray"),
    ],
)
def test_a_command_whose_package_is_missing_says_how_to_get_it(
    command: list[str],
    package: str,
    group: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert (
        main(["run", "--agent", "oracle", "--split", "train", "--limit", "1", "--out", "run", "--no-report"], {}) == 0
    )
    loaded = ("cloud_incident_env.evaluation.export.", "cloud_incident_env.evaluation.ray", f"{package}.")
    for name in [name for name in sys.modules if name.startswith(loaded)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    name, *options = command
    assert main([name, *(["run"] if name == "export" else []), *options], {}) == 1
    assert f"error: this needs the package {package}: `uv sync --group {group}` installs it" in capsys.readouterr().err
    assert not list(tmp_path.glob("a.*"))


def test_a_run_ends_with_a_report_that_shows_the_floors_and_the_ceiling(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["run", "--agent", "heuristic", "--split", "test", "--limit", "6", "--out", str(tmp_path)]
    assert main(options, {}) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(tmp_path / "report" / "report.html")
    page = (tmp_path / "report" / "report.html").read_text()
    for agent in BASELINES:
        assert page.count(f'<th scope="row"><bdi>{agent}</bdi></th>') == 1, agent
    assert sorted(path.name for path in (tmp_path / "baselines").iterdir()) == sorted({*BASELINES} - {"heuristic"})
    kept = {path: path.read_bytes() for path in tmp_path.rglob("episodes.jsonl")}
    assert main(options, {}) == 0  # plays nothing again, and writes the same report
    assert kept == {path: path.read_bytes() for path in tmp_path.rglob("episodes.jsonl")}
    assert (tmp_path / "report" / "report.html").read_text() == page


def test_a_run_may_do_without_report_and_baselines(tmp_path: Path) -> None:
    options = ["run", "--agent", "oracle", "--limit", "2", "--out", str(tmp_path)]
    assert main([*options, "--no-report"], {}) == 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.name[0] != ".") == ["config.json", "episodes.jsonl"]
    assert main([*options, "--no-baselines", "--threshold", "0.5", "--prices", "1:2"], {}) == 0
    assert not (tmp_path / "baselines").exists()
    assert "| oracle |" in (tmp_path / "report" / "report.md").read_text()


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (["--agent", "random"], "random-canonical"),
        (["--agent", "oracle", "--seeds", "3:5", "--task", "root_cause_analysis", "--difficulty", "expert"],
         "oracle-seeds-3-to-5-root_cause_analysis-expert"),
        (["--model", "org/Model 8B", "--api-base-url", "http://127.0.0.1:9/v1", "--limit", "2", "--api-retries", "0"],
         "llm-org-Model-8B-canonical-first-2"),
    ],
)  # fmt: skip
def test_without_a_folder_a_run_names_one_by_who_plays_and_what(
    options: list[str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", *options, "--no-report"], {}) in (0, 3)  # nobody answers at the model's address
    assert [path.name for path in (tmp_path / "outputs").iterdir()] == [name]


def test_several_splits_make_one_run_whose_report_tells_the_gap(tmp_path: Path) -> None:
    options = ["run", "--agent", "heuristic", "--split", "train,test_families,test_systems", "--limit", "12"]
    assert main([*options, "--out", str(tmp_path)], {}) == 0
    records = RunFolder(tmp_path).episodes()
    assert [record["split"] for record in records[::12]] == ["train", "test_families", "test_systems"]
    assert len(records) == 36
    for name in ("report.html", "report.md"):
        text = (tmp_path / "report" / name).read_text()
        assert "Generalisation gap" in text
        assert all(
            f"train − {split}".replace("_", "\\_" * (name == "report.md") or "_") in text
            for split in ("test_families", "test_systems")
        )


def test_the_report_of_an_unfinished_run_says_so(tmp_path: Path) -> None:
    assert main(["run", "--agent", "random", "--trials", "2", "--no-report", "--out", str(tmp_path)], {}) == 0
    file = tmp_path / "episodes.jsonl"
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:5]))
    for expected in (True, False):
        assert main(["report", str(tmp_path), "--no-baselines"], {}) == 0
        for name in ("report.html", "report.md"):
            said = "Unfinished: 5 of 18 episodes have ended" in (tmp_path / "report" / name).read_text()
            assert said == expected
        assert main(["run", "--agent", "random", "--trials", "2", "--no-report", "--out", str(tmp_path)], {}) == 0


def test_runs_on_other_incidents_are_not_held_against_each_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("old", "new"):
        assert main(["run", "--agent", "oracle", "--no-report", "--out", str(tmp_path / name)], {}) == 0
    config = tmp_path / "old" / "config.json"
    config.write_text(config.read_text().replace(f'"incidents": "{INCIDENT_VERSION}"', '"incidents": "0"'))
    old, new = str(tmp_path / "old"), str(tmp_path / "new")
    for command in (["compare", old, new], ["report", new, "--baseline", old], ["report", old]):
        assert main(command, {}) == 1
        assert f"{old} was played on version 0 of the incidents" in capsys.readouterr().err
    assert main(["report", old, "--no-baselines"], {}) == 0


def test_a_server_of_other_incidents_is_refused(
    server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["run", "--agent", "oracle", "--no-report", "--limit", "2", "--base-url", server_url]
    assert main([*options, "--out", str(tmp_path / "same")], {}) == 0
    monkeypatch.setattr("cloud_incident_env.evaluation.run.INCIDENT_VERSION", "0")
    assert main([*options, "--out", str(tmp_path / "other")], {}) == 2
    told = f"{server_url} has version {INCIDENT_VERSION} of the incidents, this code version 0"
    assert told in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


def test_a_run_goes_on_with_more_patience(tmp_path: Path) -> None:
    def answer(body: dict[str, Any]) -> Reply:
        return Reply(json.dumps({"action_type": "query_logs", "parameters": {}}), delay=0.4)

    with llm_stub(answer) as stub:
        options = ["run", "--model", "m", "--api-base-url", stub.url, "--api-retries", "0", "--no-report"]
        options += ["--task", "alert_classification", "--out", str(tmp_path), "--api-timeout"]
        assert main([*options, "0.1"], {}) == 3
        assert main([*options, "30"], {}) == 0
    assert [record["status"] for record in RunFolder(tmp_path).episodes()] == ["graded"] * 3


@pytest.mark.parametrize("key", ["hf_SECRETSECRET\n", " hf_SECRETSECRET ", "hf_SECRETSECRET"])
def test_no_form_of_the_key_is_kept(tmp_path: Path, key: str) -> None:
    with llm_stub(
        lambda body: Reply(status=400, body=f'{{"error": {{"message": "Bearer {key.strip()} refused"}}}}')
    ) as stub:
        options = ["run", "--model", "m", "--api-base-url", stub.url, "--limit", "2", "--out", str(tmp_path)]
        assert main([*options, "--no-baselines"], {"HF_TOKEN": key}) == 3
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"SECRETSECRET" not in kept
    assert b"refused" in kept


def test_a_key_of_impossible_characters_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *LOCAL, "--out", str(tmp_path / "run")], {"API_KEY": "sk-ключ"}) == 2
    error = capsys.readouterr().err
    assert "API_KEY holds characters that no key has" in error
    assert "ключ" not in error


@pytest.mark.parametrize(
    ("base_url", "sent"),
    [
        ("http://127.0.0.1:9/v1", "theirs"),
        ("https://router.huggingface.co/v1", "ours"),
        ("https://hf.co.evil.org", "theirs"),
    ],
)
def test_a_token_of_hugging_interface_goes_there_first(base_url: str, sent: str) -> None:
    assert _key(base_url, {"HF_TOKEN": "ours", "API_KEY": "theirs"}) == sent
    assert _key(base_url, {"HF_TOKEN": "ours"}) == "ours"


def test_fields_of_a_request_can_be_left_out_and_added(tmp_path: Path) -> None:
    with llm_stub(lambda body: Reply('{"action_type": "submit_severity", "parameters": {"severity": "P1"}}')) as stub:
        options = ["run", "--model", "m", "--api-base-url", stub.url, "--limit", "1", "--no-report"]
        options += ["--temperature", "none", "--max-tokens", "none", "--extra", '{"reasoning_effort": "low"}']
        assert main([*options, "--out", str(tmp_path)], {}) == 0
    (body,) = stub.requests
    assert body["reasoning_effort"] == "low"
    assert not {"temperature", "max_tokens"} & body.keys()


def test_credentials_of_addresses_are_kept_nowhere(tmp_path: Path) -> None:
    """An at sign within the password, and a key in the query."""
    address = "http://user:p@ss@127.0.0.1:9/?token=SECRET"
    options = ["run", "--agent", "oracle", "--limit", "1", "--no-report", "--base-url", address]
    pauses = pytest.MonkeyPatch()
    pauses.setattr("cloud_incident_env.evaluation.play.PAUSES", ())
    with pauses.context():
        assert main([*options, "--out", str(tmp_path)], {}) == 3
    pauses.undo()
    kept = "".join(path.read_text() for path in tmp_path.iterdir())
    assert "http://127.0.0.1:9/" in kept
    assert not any(secret in kept for secret in ("user", "ss@", "SECRET"))


def test_a_disk_that_refuses_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main(["run", "--agent", "oracle", "--out", str(tmp_path / "file" / "run")], {}) == 1
    assert "cannot be written: Not a directory" in capsys.readouterr().err
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)); import signal;"
    code += "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    code += "from cloud_incident_env.evaluation.__main__ import main; sys.exit(main())"
    options = ["run", "--agent", "oracle", "--no-report", "--concurrency", "1", "--out", str(tmp_path / "run")]
    done = subprocess.run([sys.executable, "-c", code, *options], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "cannot be written: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert main(options, {}) == 0
    assert len(RunFolder(tmp_path / "run").episodes()) == 9


def test_ctrl_c_while_baselines_are_played_says_how_to_go_on(tmp_path: Path) -> None:
    options = ["--agent", "do-nothing", "--split", "test", "--limit", "1000", "--concurrency", "1"]
    process = start(tmp_path, *options)
    wait_until(lambda: any(size(tmp_path / "baselines" / agent) > 0 for agent in BASELINES))
    os.killpg(process.pid, signal.SIGINT)
    status, _, err = finish(process)
    assert status == 130
    assert f"stopped: `python -m cloud_incident_env.evaluation report {tmp_path}` writes the report" in err
    assert "Traceback" not in err
    wait_until(lambda: group_is_empty(process.pid))
    assert main(["report", str(tmp_path)], {}) == 0
