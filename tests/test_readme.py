"""The README tells the truth: its snippets run and its tables agree with the code."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from actions import ALL_ACTIONS
from incidents.difficulty import DIFFICULTIES
from server.app import REST_PATHS
from server.models import AlertInfo, Observation
from server.settings import Settings
from splits import SPLITS
from tasks import ALL_TASKS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
INCIDENTS = (ROOT / "docs" / "incidents.md").read_text(encoding="utf-8")


def snippets(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.S)


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", README, re.S | re.M)
    assert found, f"no section {title}"
    return found.group(1)


def test_there_are_snippets_to_run() -> None:
    assert len(snippets("python")) == 5


@pytest.mark.parametrize("code", snippets("python"), ids=["rest", "in-process", "trainer", "openenv", "mcp"])
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


def commands(title: str) -> list[str]:
    """The shell commands of a section, without their comments."""
    blocks = re.findall(r"```bash\n(.*?)```", section(title), re.S)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]


def test_the_commands_for_comparing_models_run(tmp_path: Path) -> None:
    lines = commands("Comparing models")
    assert len(lines) == 2
    for line in lines:
        _run_in(tmp_path, line)
    assert (tmp_path / "outputs/heuristic-test-first-30/report/report.html").exists()


def _run_in(folder: Path, command: str) -> str:
    """Run a `python ...` command of the docs with this checkout's code, in another folder. Returns its stdout."""
    words = [sys.executable, *shlex.split(command)[1:]]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_commands_for_operators_run(server_url: str) -> None:
    lines = commands("Operating a server")
    answers = [
        subprocess.run(
            shlex.split(line.replace("localhost:7860", server_url)), capture_output=True, timeout=60, check=True
        ).stdout
        for line in lines
    ]
    assert json.loads(answers[0])["status"] == "ok"
    assert json.loads(answers[1])["total"] == len(ALL_TASKS)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_the_command_for_the_browser_serves_the_page(tmp_path: Path) -> None:
    """`make run` with this checkout's environment, on a free port, until the page is there."""
    (line,) = commands("Playing in the browser")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = shlex.split(line.replace("7860", str(port)))
    environment = {**os.environ, "GRADIO_ANALYTICS_ENABLED": "False"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    ) as server:
        try:
            assert _page_at(f"http://127.0.0.1:{port}/", server)
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def _page_at(url: str, server: subprocess.Popen[bytes]) -> bool:
    """Whether Gradio's page comes to be served there before a minute has passed."""
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if "gradio_config" in httpx.get(url, timeout=5).text:
                return True
        time.sleep(0.2)
    return False


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", INCIDENTS, re.S))
def test_the_snippets_about_incidents_run(code: str) -> None:
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert "error rate" in result.stdout


def test_the_splits_are_documented_with_their_sizes() -> None:
    for text in (section("Generated incidents"), INCIDENTS):
        for name, split in SPLITS.items():
            row = next(line for line in text.splitlines() if line.startswith("|") and f"`{name}`" in line)
            assert f"{split.size:,}" in row.replace("2^31", f"{2**31:,}")


def test_the_difficulties_are_documented() -> None:
    head, *rows = [line for line in INCIDENTS.partition("## Difficulties")[2].splitlines() if line.startswith("| ")]
    assert [cell.strip() for cell in head.split("|")[2:6]] == list(DIFFICULTIES)
    known, hops = ([cell.strip() for cell in row.split("|")[2:6]] for row in rows[:2])
    assert known == [str(difficulty.known) for difficulty in DIFFICULTIES.values()]
    assert [reach[-1] for reach in hops] == [str(difficulty.hops) for difficulty in DIFFICULTIES.values()]


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
