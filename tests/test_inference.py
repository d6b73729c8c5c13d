"""The baseline command line: what it prints, where, and how its options and variables choose agent and environment."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cloud_incident_env.manifest import ENV_NAME
from tasks import TASKS
from tests.llm_stub import Reply, llm_stub

ROOT = Path(__file__).resolve().parent.parent
START = re.compile(rf"\[START\] task=(\w+) env={ENV_NAME} model=(\S+)")
STEP = re.compile(r"\[STEP\] step=(\d+) action=(.+) reward=(-?\d\.\d\d) done=(true|false) error=(.+)")
END = re.compile(r"\[END\] success=(true|false) steps=(\d+) score=(\d\.\d\d) rewards=(-?\d\.\d\d(?:,-?\d\.\d\d)*)?")


def run(*arguments: str, expect: int = 0, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with only these variables set beside the system's."""
    names = ("HF_TOKEN", "API_KEY", "ENV_BASE_URL", "API_BASE_URL", "MODEL_NAME")
    clean = {name: value for name, value in os.environ.items() if name not in names}
    result = subprocess.run(
        [sys.executable, "inference.py", *arguments],
        cwd=ROOT,
        env={**clean, **environ},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == expect, result.stderr
    return result


def test_stdout_holds_only_the_structured_lines_and_the_averages() -> None:
    result = run()
    *lines, last = result.stdout.splitlines()
    kinds = [next(k for k, p in (("S", START), ("s", STEP), ("E", END)) if p.fullmatch(line)) for line in lines]
    assert re.fullmatch(r"(Ss+E){9}", "".join(kinds))
    averages = json.loads(last)
    assert list(averages) == ["alert_classification", "root_cause_analysis", "remediation_planning", "overall"]
    assert averages["overall"] >= 0.76
    assert "by model" in result.stderr


def test_steps_and_rewards_of_the_end_line_agree_with_the_step_lines() -> None:
    lines = run("--task", "remediation_planning", "--scenario", "1").stdout.splitlines()
    steps = [match for line in lines if (match := STEP.fullmatch(line))]
    end = END.fullmatch(lines[-2])
    assert end
    assert [int(step[1]) for step in steps] == list(range(1, int(end[2]) + 1))
    assert [step[3] for step in steps] == end[4].split(",")
    assert [step[4] for step in steps] == ["false"] * (len(steps) - 1) + ["true"]


def test_in_process_and_over_http_give_the_same_output(server_url: str) -> None:
    local = run("--agent", "random", "--seed", "3")
    remote = run("--agent", "random", "--seed", "3", ENV_BASE_URL=server_url)
    flag = run("--agent", "random", "--seed", "3", "--base-url", server_url)
    assert local.stdout == remote.stdout == flag.stdout


def test_seeds_change_what_the_random_agent_does() -> None:
    runs = [run("--agent", "random", "--seed", seed, "--task", "remediation_planning").stdout for seed in ("1", "2")]
    assert runs[0] != runs[1]


def test_the_output_file_says_whose_steps_they_were(tmp_path: Path) -> None:
    out = tmp_path / "episodes.jsonl"
    replies = iter(["garbage", '{"action_type": "submit_severity", "parameters": {"severity": "P2"}}'])
    with llm_stub(lambda body: Reply(next(replies))) as stub:
        result = run(
            *("--task", "alert_classification", "--scenario", "1", "--model", "tiny", "--out", str(out)),
            HF_TOKEN="secret-token",
            API_BASE_URL=stub.url,
        )
    episode = json.loads(out.read_text())
    assert (episode["model_steps"], episode["other_steps"]) == (1, 1)
    assert [step["source"] for step in episode["steps"]] == ["fallback", "model"]
    assert episode["grade"] == 1.0
    assert "model=tiny" in result.stdout
    assert "secret-token" not in result.stdout + result.stderr + out.read_text()


def test_a_key_chooses_the_llm_and_its_absence_the_heuristic() -> None:
    with llm_stub(lambda body: Reply('{"action_type": "submit_severity", "parameters": {"severity": "P1"}}')) as stub:
        for key in ("HF_TOKEN", "API_KEY"):
            output = run(
                "--task", "alert_classification", **{key: "k"}, API_BASE_URL=stub.url, MODEL_NAME="tiny"
            ).stdout
            assert "model=tiny" in output
    assert {request["model"] for request in stub.requests} == {"tiny"}
    assert "model=heuristic" in run("--task", "alert_classification").stdout


def test_a_score_that_is_the_heuristics_is_not_taken_for_the_models() -> None:
    """Seen with a small model: none of its answers could be used, and the run printed its name beside full marks."""
    with llm_stub(lambda body: Reply("I would look at the logs.")) as stub:
        result = run("--model", "tiny", HF_TOKEN="k", API_BASE_URL=stub.url)
    *_, last = result.stdout.splitlines()
    means = json.loads(last)
    assert list(means) == [*TASKS, "overall", "model_share"]
    assert means["model_share"] == dict.fromkeys([*TASKS, "overall"], 0.0)
    heuristic = json.loads(run("--agent", "heuristic").stdout.splitlines()[-1])
    assert {name: means[name] for name in heuristic} == heuristic
    (warning,) = [line for line in result.stderr.splitlines() if "fewer than half" in line]
    assert "warning: tiny chose fewer than half of the steps" in warning
    assert "overall 0%" in warning
    assert "these grades measure the heuristic" in warning
    assert re.search(r"^mean +overall +\d\.\d\d +(\d+) +0 +\1$", result.stderr, re.M)  # steps: all by rules


def test_without_fallback_an_unusable_answer_is_the_invalid_action_that_it_is(tmp_path: Path) -> None:
    out = tmp_path / "episodes.jsonl"
    with llm_stub(lambda body: Reply("I would look at the logs.")) as stub:
        result = run("--model", "tiny", "--no-fallback", "--out", str(out), HF_TOKEN="k", API_BASE_URL=stub.url)
    means = json.loads(result.stdout.splitlines()[-1])
    shares = means.pop("model_share")
    assert means == dict.fromkeys([*TASKS, "overall"], 0.0)
    assert shares == dict.fromkeys([*TASKS, "overall"], 1.0)
    assert "fewer than half" not in result.stderr
    episodes = [json.loads(line) for line in out.read_text().splitlines()]
    assert [len(episode["steps"]) for episode in episodes] == [TASKS[e["task_id"]].max_steps for e in episodes]
    for step in (step for episode in episodes for step in episode["steps"]):
        assert (step["source"], step["action_type"]) == ("model", "no_action")
        assert "unknown action_type" in step["error"]


def test_without_fallback_an_action_that_the_task_does_not_offer_is_taken_as_it_is() -> None:
    restart = '{"action_type": "restart_service", "parameters": {"service": "front-gateway"}}'
    with llm_stub(lambda body: Reply(restart)) as stub:
        result = run(
            *("--task", "alert_classification", "--scenario", "0", "--model", "tiny", "--no-fallback"),
            HF_TOKEN="k",
            API_BASE_URL=stub.url,
        )
    steps = [match[2] for line in result.stdout.splitlines() if (match := STEP.fullmatch(line))]
    assert steps == ["restart_service(service=front-gateway)"] * TASKS["alert_classification"].max_steps


def test_the_share_counts_the_steps_of_each_task() -> None:
    answers = {"alert_classification": '{"action_type": "submit_severity", "parameters": {"severity": "P2"}}'}

    def answer(body: dict[str, Any]) -> Reply:
        asked = body["messages"][1]["content"]
        return Reply(next((text for task, text in answers.items() if f"Task: {task}." in asked), "no idea"))

    with llm_stub(answer) as stub:
        result = run("--scenario", "0", "--model", "tiny", HF_TOKEN="k", API_BASE_URL=stub.url)
    steps, task = Counter[str](), ""
    for line in result.stdout.splitlines():
        task = match[1] if (match := START.fullmatch(line)) else task
        steps[task] += STEP.fullmatch(line) is not None
    share = json.loads(result.stdout.splitlines()[-1])["model_share"]
    assert share == {
        "alert_classification": 1.0,
        "root_cause_analysis": 0.0,
        "remediation_planning": 0.0,
        "overall": round(steps["alert_classification"] / steps.total(), 4),
    }
    assert "alert_classification" not in next(line for line in result.stderr.splitlines() if "fewer than half" in line)


def test_without_fallback_a_failing_endpoint_ends_the_run_with_an_error() -> None:
    with llm_stub(lambda body: Reply(status=401)) as stub:
        result = run("--model", "tiny", "--no-fallback", HF_TOKEN="k", API_BASE_URL=stub.url, expect=1)
    assert END.fullmatch(result.stdout.splitlines()[-1])
    assert "error: call failed" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--agent", "llm"), "needs HF_TOKEN or API_KEY"),
        (("--agent", "oracle", "--seed", "1"), "deterministic"),
        (("--task", "nonsense"), "invalid choice"),
        (("--scenario", "3"), "invalid choice"),
        (("--no-fallback",), "--no-fallback is for the llm agent"),
        (("--seeds", "0:9999999999"), "seeds must be A:B"),
    ],
)
def test_options_that_cannot_be_used_are_refused(arguments: tuple[str, ...], message: str) -> None:
    assert message in run(*arguments, expect=2).stderr


def test_a_server_that_is_not_there_ends_the_run_with_an_error() -> None:
    result = run("--base-url", "http://127.0.0.1:9", expect=1)
    assert END.fullmatch(result.stdout.splitlines()[-1])
    assert "did not answer" in result.stderr
