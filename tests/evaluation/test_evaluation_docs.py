"""The pages on the evaluation tell the truth: commands run, tables are the code's, results are measured."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cloud_incident_env.agent_names import CATALOGUE
from cloud_incident_env.evaluation.__main__ import COMMANDS, _parser
from cloud_incident_env.evaluation.config import ROOT
from cloud_incident_env.evaluation.results import PAGE, QUICK, SPLITS, measure, page
from cloud_incident_env.generated.generate import INCIDENT_VERSION

MANUAL = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
RESULTS = PAGE.read_text(encoding="utf-8")
# Commands that need a model's endpoint or a cluster; other tests run their like.
ELSEWHERE = re.compile(r"--model|--engine ray|^ray |^kubectl |^make ")


def commands(text: str) -> list[str]:
    """The commands of the shell blocks of a page that need nothing but this project."""
    blocks = re.findall(r"```bash\n(.*?)```", text, re.S)
    lines = [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]
    return [line for line in lines if not ELSEWHERE.search(line)]


def test_the_commands_of_the_manual_run_one_after_the_other(tmp_path: Path) -> None:
    lines = commands(MANUAL)
    assert {shlex.split(line)[3] for line in lines} >= {"run", "report", "compare", "replay", "regrade"}
    for line in lines:
        words = [sys.executable, *shlex.split(line)[1:]]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        assert done.stdout.strip(), line


def _options(command: str) -> set[str]:
    commands = next(a for a in _parser({})._actions if isinstance(a, argparse._SubParsersAction))
    return {option for action in commands.choices[command]._actions for option in action.option_strings}


def test_every_option_of_a_run_is_explained_and_exists() -> None:
    explained = set(re.findall(r"`(--[a-z-]+)", MANUAL.partition("## What is played")[2].partition("| agent |")[0]))
    shown = {"--out", "--model", "--api-base-url"}  # by the commands at the top
    assert _options("run") - {"-h", "--help"} - shown == explained - shown
    assert all(option in MANUAL for option in shown)


def test_every_command_is_shown() -> None:
    for command in COMMANDS:
        assert f"python -m cloud_incident_env.evaluation {command}" in MANUAL or f"`{command}`" in MANUAL, command


def test_every_agent_is_described_as_the_code_describes_it() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", MANUAL.partition("| agent |")[2].partition("##")[0], re.M))
    assert rows == {name: info.description for name, info in CATALOGUE.items()}


def test_pictures_and_pages_that_are_linked_exist() -> None:
    for target in re.findall(r"\]\(([\w./-]+)\)", MANUAL):
        assert (ROOT / "docs" / target).exists(), target


def test_the_results_are_of_every_agent_on_every_split_and_of_today() -> None:
    assert f"Version {INCIDENT_VERSION} of the generated incidents" in RESULTS
    for heading in ("All tasks", "Alert classification", "Root cause analysis", "Remediation planning", "Successes"):
        table = RESULTS.partition(f"## {heading}\n")[2].partition("##")[0]
        assert re.findall(r"^\| `([a-z-]+)` \|", table, re.M) == QUICK
    assert all(f"`{split}`" in RESULTS for split in SPLITS)
    assert "1,000 of `test`" in RESULTS


@pytest.mark.parametrize("heading", ["All tasks", "Remediation planning"])
def test_the_results_on_the_hand_written_incidents_are_those_that_come_out_now(heading: str) -> None:
    """The rest of the page takes minutes: `make results`."""
    agents = [name for name in QUICK if name != "random"]
    now = page(measure(["canonical"], agents, None), ["canonical"], agents)
    for agent in agents:
        row = next(line for line in _table(RESULTS, heading) if line.startswith(f"| `{agent}` |"))
        again = next(line for line in _table(now, heading) if line.startswith(f"| `{agent}` |"))
        assert row.split("|")[2] == again.split("|")[2], agent


def _table(text: str, heading: str) -> list[str]:
    return text.partition(f"## {heading}\n")[2].partition("##")[0].splitlines()
