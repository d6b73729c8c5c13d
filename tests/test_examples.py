"""The examples run as their docstrings say and do what they claim."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from statistics import fmean

from cloud_incident_env.manifest import ENV_NAME
from examples.plain_loop import train
from tests.llm_stub import Reply, llm_stub

ROOT = Path(__file__).resolve().parent.parent


def run(module: str, *arguments: str, **environ: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name not in ("ENV_BASE_URL", "HF_TOKEN", "API_KEY")}
    result = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**clean, **environ},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_verifiers_example_knows_where_the_task_api_is() -> None:
    """It has an environment of its own, so it cannot ask the package."""
    code = (ROOT / "examples" / "verifiers_incidents" / "verifiers_incidents" / "taskset.py").read_text("utf-8")
    assert f'TASK_API = "/{ENV_NAME}"' in code


def test_the_plain_loop_learns() -> None:
    """No constant answer earns more than 0.67 on average."""
    assert fmean(train(episodes=600, seed=1)[-100:]) > 0.9


def test_the_plain_loop_runs_as_written() -> None:
    assert re.fullmatch(
        r"first 100 episodes \d\.\d\d, last 100 episodes \d\.\d\d\n", run("examples.plain_loop", "--episodes", "200")
    )


def test_the_tool_calling_agent_plays_to_its_grade() -> None:
    script = [
        Reply(calls=[("query_logs", '{"service": "network-infra"}')]),
        Reply("Let me think."),
        Reply(calls=[("no_such_tool", "{}")]),
        Reply(calls=[("query_logs", '{"server": "x"}')]),
        Reply(calls=[("query_logs", "not json")]),
        Reply(calls=[("submit_root_cause", '{"service": "network-infra", "failure_mode": "BGP route withdrawal"}')]),
    ]
    replies = iter(script)
    with llm_stub(lambda body: next(replies)) as stub:
        output = run(
            *("examples.tool_calling_agent", "--task", "root_cause_analysis", "--scenario", "1"),
            HF_TOKEN="k",
            API_BASE_URL=stub.url,
        )
    assert output.splitlines()[-1] == "The episode is over. Grade: 1.00."
    assert len(stub.requests) == len(script)
    names = [tool["function"]["name"] for tool in stub.requests[0]["tools"]]
    assert len(names) == 14
    assert "There is no tool" in json.dumps(stub.requests[-1]["messages"])
