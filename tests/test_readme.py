"""The README tells the truth: its snippets run and its tables agree with the code."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from actions import ALL_ACTIONS
from server.app import REST_PATHS
from server.models import AlertInfo, Observation
from server.settings import Settings
from tasks import ALL_TASKS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def snippets(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.S)


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", README, re.S | re.M)
    assert found, f"no section {title}"
    return found.group(1)


def test_there_are_snippets_to_run() -> None:
    assert len(snippets("python")) == 5


@pytest.mark.parametrize("code", snippets("python"), ids=["rest", "in-process", "openenv", "trainer", "mcp"])
def test_the_python_snippets_run(code: str, openenv_url: str) -> None:
    code = code.replace("http://localhost:7860", openenv_url)
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_snippet_plays_an_episode(server_url: str) -> None:
    script = next(code for code in snippets("bash") if "curl" in code)
    answers = []
    for command in re.findall(r"^curl .*?(?=^curl |\Z)", script, re.S | re.M):
        words = [word.replace("localhost:7860", server_url) for word in shlex.split(command)]
        answers.append(subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout)
    assert '"done":true' in answers[-1]
    assert '"total":0.1' in answers[-1]  # a wrong service after one service queried


@pytest.mark.parametrize("name", [*Observation.model_fields, *AlertInfo.model_fields])
def test_every_observed_field_is_documented(name: str) -> None:
    assert f"`{name}`" in section("Observation")


def test_every_action_is_documented_with_its_parameters_and_tasks() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+ \| .+) \|$", section("Actions"), re.M))
    assert list(rows) == list(ALL_ACTIONS)
    for name, spec in ALL_ACTIONS.items():
        parameters, offered = rows[name].rsplit(" | ", 1)
        wanted = [*spec["required"], *spec["optional"]]
        assert [p for p in re.findall(r"`(\w+)`", parameters) if p != "target"] == [p for p in wanted if p != "target"]
        levels = [task["difficulty"] for task in ALL_TASKS.values() if name in task["available_actions"]]
        assert offered == ("all tasks" if len(levels) == 3 else ", ".join(levels))


def test_every_task_is_documented_with_its_steps() -> None:
    for task in ALL_TASKS.values():
        row = f"| `{task['task_id']}` | {task['difficulty']} | {task['max_steps']} | `{task['submission_action']}` |"
        assert row in section("Tasks")


def test_every_endpoint_is_documented() -> None:
    for path in REST_PATHS:
        assert f" `{path}`" in section("Endpoints")


def test_every_setting_is_documented_with_its_default() -> None:
    rows = section("Settings")
    for name, field in Settings.model_fields.items():
        row = next(line for line in rows.splitlines() if f"`INCIDENT_{name.upper()}`" in line)
        default = (
            f"{field.default:.0f}" if isinstance(field.default, float) else str(field.default).replace("True", "true")
        )
        assert default in row


def test_what_the_structure_names_exists() -> None:
    for name in re.findall(r"`([\w/.]+)`", section("Project structure")):
        assert (ROOT / name).exists(), name
