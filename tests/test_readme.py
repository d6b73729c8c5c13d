"""The README tells the truth: its episode is the one that is played, its commands and snippets run, its links exist.

The pages it links to are checked here too, where no test of their own does it.
"""

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
import yaml

from cloud_incident_env.episode import start_episode
from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.options import read_options
from cloud_incident_env.splits import SPLITS
from tasks import INCIDENTS, TASKS
from tests.markdown import ROOT, blocks, page, section

README = page("README.md")
GENERATED = page("docs/incidents.md")
DEPLOYMENT = page("docs/deployment.md")
PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", *sorted(f"docs/{path.name}" for path in ROOT.glob("docs/*.md"))]


def test_the_front_matter_is_what_a_space_needs() -> None:
    facts = yaml.safe_load(README.split("---\n")[1])
    assert facts == {
        "title": "Cloud Incident Response OpenEnv",
        "emoji": "🚨",
        "colorFrom": "red",
        "colorTo": "yellow",
        "sdk": "docker",
        "app_port": 7860,
        "base_path": "/",
        "pinned": False,
        "license": "apache-2.0",
        "tags": ["openenv", "sre", "cloud", "incident-response", "devops", "real-world", "agentic"],
    }


def test_the_episode_that_it_shows_is_the_one_that_is_played() -> None:
    """Each action earns what is written before it, and shows the line that is written below it."""
    (transcript,) = blocks(README, "text")
    first, *lines = transcript.splitlines()
    episode = start_episode(read_options(_options(first.removeprefix("reset"))))
    shown = episode.incident.alert.title
    for line in lines:
        if line.startswith(" "):
            assert line.strip() in shown, line
            continue
        earned, action_type, words = line.split(maxsplit=2)
        step = episode.step(action_type, dict(word.split("=", 1) for word in shlex.split(words)))
        assert step is not None, f"the episode was over before: {line}"
        assert f"{step.reward:+.2f}" == earned, line
        assert step.error is None, line
        shown = step.result
    assert episode.done
    assert 15 <= len(lines) + 1 <= 20


def _options(words: str) -> dict[str, str | int]:
    pairs = (word.split("=", 1) for word in shlex.split(words))
    return {name: int(value) if value.isdecimal() else value for name, value in pairs}


def test_the_episode_that_it_shows_measures_nobody() -> None:
    """Its seed is one of the split train: an answer that is shown must not be one that models are measured by."""
    seed = _options(blocks(README, "text")[0].splitlines()[0].removeprefix("reset"))["seed"]
    assert isinstance(seed, int)
    assert seed < SPLITS["train"].size


def test_the_counts_of_its_first_paragraphs() -> None:
    text = " ".join(README.split())
    assert f"{len(FAMILIES)} fault families in {len(SYSTEMS)} systems" in text
    assert "Each has three hand-written incidents" in text
    assert {len(incidents) for incidents in INCIDENTS.values()} == {3}
    for task in TASKS.values():
        assert f"`{task.task_id}` ({task.difficulty})" in text


@pytest.mark.parametrize("code", blocks(README, "python"), ids=["trainer", "openenv"])
def test_the_python_snippets_run(code: str, openenv_url: str) -> None:
    _run_python(code.replace("http://localhost:7860", openenv_url))


def _run_python(code: str) -> str:
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip()
    return result.stdout


def test_the_episode_of_the_training_snippet_earns_something() -> None:
    (code,) = blocks(section(README, "Train an agent"), "python")
    last = _run_python(code).split()[-1]
    assert float(last) > 0.5


def test_the_snippet_for_mcp_clients_runs(openenv_url: str) -> None:
    code = blocks(section(DEPLOYMENT, "MCP clients"), "python")[0]
    assert "Step 1 of 10, reward +0.04." in _run_python(code.replace("http://localhost:7860", openenv_url))


def test_the_client_is_found_under_the_name_that_it_gives(openenv_url: str, tmp_path: Path) -> None:
    """With the wheel's metadata on the path, which is all of the wheel that a checkout lacks."""
    metadata = tmp_path / "openenv_cloud_incident_env-0.2.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: openenv-cloud-incident-env\nVersion: 0.2.0\n")
    call = re.search(r"AutoEnv\.from_env\(.*?\)", README)
    assert call
    code = f"from openenv import AutoEnv\nprint(type({call[0].replace('...', repr(openenv_url))}).__name__)"
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "XDG_CACHE_HOME": str(tmp_path)}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    assert result.stdout.split()[-1:] == ["CloudIncidentEnv"], result.stderr


def commands(title: str, text: str = README) -> list[str]:
    """The shell commands of a section, without their comments."""
    return [line.partition("  #")[0].strip() for code in blocks(section(text, title), "bash") for line in _joined(code)]


def _joined(code: str) -> list[str]:
    """The commands of a block: a line that is indented goes on with the one before."""
    return re.findall(r"^\S.*?(?=^\S|\Z)", code, re.S | re.M)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_commands_play_an_episode(server_url: str) -> None:
    answers = [_answer(command, server_url) for command in commands("Quick start") if command.startswith("curl")]
    assert '"done":true' in answers[-1]
    assert '"total":0.1' in answers[-1]  # a wrong service after one service queried


def _answer(command: str, url: str) -> str:
    words = [word.replace("localhost:7860", url) for word in shlex.split(command)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_commands_for_operators_run(openenv_url: str) -> None:
    docker = [command for command in commands("Operate a server") if command.startswith("docker")]
    assert docker == [
        "docker build -t cloud-incident-env .",
        "docker run --rm -p 7860:7860 -p 8000:8000 cloud-incident-env",
    ]
    answers = [_answer(command, openenv_url) for command in commands("Operate a server") if command.startswith("curl")]
    assert json.loads(answers[0])["status"] == "ok"
    assert len(answers) == 2
    assert json.loads(answers[1])


def test_the_commands_for_comparing_models_run(tmp_path: Path) -> None:
    lines = commands("Compare models")
    assert len(lines) == 2
    environment = {
        name: value for name, value in os.environ.items() if name not in ("HF_TOKEN", "API_KEY", "ENV_BASE_URL")
    }
    environment["PYTHONPATH"] = str(ROOT)
    for line in lines:
        words = [sys.executable, *shlex.split(line.replace("inference.py", str(ROOT / "inference.py")))[1:]]
        result = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
        assert result.returncode == 0, result.stderr
    assert (tmp_path / "outputs/heuristic-test-first-30/report/report.html").exists()


@pytest.mark.parametrize(
    ("text", "title", "command", "root"),
    [
        (README, "Quick start", "make", ""),
        (README, "Quick start", "uvicorn", ""),
        (DEPLOYMENT, "Behind a path prefix", "uvicorn", "/incident"),
    ],
)
def test_the_commands_that_serve_the_page(text: str, title: str, command: str, root: str) -> None:
    """With this checkout's environment, on a free port, until the page is there and knows under which path it is."""
    (line,) = [line for line in commands(title, text) if line.startswith(command)]
    if command == "make" and shutil.which("make") is None:
        pytest.skip("make is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = shlex.split(line.replace("7860", str(port)))
    words = [*words, f"PORT={port}"] if command == "make" else [sys.executable, "-m", *words]
    environment = {**os.environ, "GRADIO_ANALYTICS_ENABLED": "False"}
    with subprocess.Popen(
        words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    ) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            assert f'"root":"{url}{root}"' in _page_at(f"{url}/", server)
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def _page_at(url: str, server: subprocess.Popen[bytes]) -> str:
    """Gradio's page, as soon as it is served there within a minute."""
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            answer = httpx.get(url, timeout=5).text
            if "gradio_config" in answer:
                return answer
        time.sleep(0.2)
    raise AssertionError(f"no page at {url}")


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= 150


@pytest.mark.parametrize("name", PAGES)
def test_what_is_linked_exists(name: str) -> None:
    text = page(name)
    for target in re.findall(r"\]\((?!http)([^)]+)\)", text):
        path, _, anchor = target.partition("#")
        linked = (ROOT / name).parent / path if path else ROOT / name
        assert linked.exists(), target
        if anchor:
            heads = re.findall(r"^##+ (.+)$", linked.read_text(encoding="utf-8"), re.M)
            assert anchor in {head.lower().replace(" ", "-") for head in heads}, target


@pytest.mark.parametrize("name", PAGES)
def test_files_that_are_named_exist(name: str) -> None:
    """Paths in backticks, from the root of the checkout or from the package."""
    for path in re.findall(r"`([\w.-]+/[\w./-]*?)`", page(name)):
        if re.match(r"outputs/|runs/|logs/|results/|baselines/|report/|ray\.io/", path):
            continue  # what commands write, and the API of KubeRay
        assert (ROOT / path).exists() or (ROOT / "cloud_incident_env" / path).exists(), path


def test_modules_that_are_run_exist() -> None:
    for name in PAGES:
        for module in re.findall(r"python -m ([\w.]+)", page(name)):
            path = ROOT / module.replace(".", "/")
            known = path.with_suffix(".py").exists() or (path / "__main__.py").exists() or module in ("pytest", "venv")
            assert known, f"{name}: {module}"


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", page("Makefile"), re.M))
    for name in PAGES:
        named = set(re.findall(r"(?:^|`)make ([a-z-]+)", page(name), re.M))
        assert named <= targets, f"{name}: {named - targets}"


@pytest.mark.parametrize("code", blocks(GENERATED, "python"))
def test_the_snippets_about_incidents_run(code: str) -> None:
    assert "error rate" in _run_python(code)


def test_the_page_on_incidents_gives_the_sizes_of_the_splits() -> None:
    for name, split in SPLITS.items():
        row = next(line for line in GENERATED.splitlines() if line.startswith("|") and f"`{name}`" in line)
        assert f"{split.size:,}" in row.replace("2^31", f"{2**31:,}")


def test_the_difficulties_are_documented() -> None:
    head, *rows = [line for line in GENERATED.partition("## Difficulties")[2].splitlines() if line.startswith("| ")]
    assert [cell.strip() for cell in head.split("|")[2:6]] == list(DIFFICULTIES)
    known, hops = ([cell.strip() for cell in row.split("|")[2:6]] for row in rows[:2])
    assert known == [str(difficulty.known) for difficulty in DIFFICULTIES.values()]
    assert [reach[-1] for reach in hops] == [str(difficulty.hops) for difficulty in DIFFICULTIES.values()]
