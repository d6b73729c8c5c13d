"""runtime.oracle_containment: nothing that any interface serves before the end of an episode contains its answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from cloud_incident_env import episode
from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.incident import Incident
from cloud_incident_env.manifest import ENV_NAME
from cloud_incident_env.reading.modes import MODES
from server.app import create_app
from tasks import TASKS, get_incident
from tests.http_server import serve, serve_with, settings
from tools.quality.runtime_interfaces import INTERFACES, MCP_INTERFACES, Action, Address, Refused, Server, connected
from tools.quality.runtime_scripts import (
    PLACES,
    Place,
    diagnostics,
    keyed,
    name_of,
    remediations,
    without_ending,
)
from tools.quality.runtime_secrets import INTERNAL_NAMES, Secrets, severity_lines, severity_problems
from tools.quality.runtime_servers import GUARD, ROOT, ServerProcess

pytest_plugins = ["tools.quality.runtime_fixtures"]

CLASSIFIED = "alert_classification"  # the task that asks for a severity
MISTAKES: list[Action] = [
    ("no_such_action", {}),
    ("query_logs", {}),
    ("query_logs", {"service": "no-such-service"}),
    ("restart_service", {}),
    ("execute_runbook_step", {"runbook_action": "no_such_step"}),
    ("disable_feature_flag", {"flag": "no_such_flag"}),
    ("rollback_deploy", {"service": "api-gateway", "target_version": "v0"}),
]
READABLE = [  # by method, path and body: what an interface serves without an episode
    *(("GET", path, None) for path in ("/", "/docs", "/redoc", "/openapi.json", "/tasks", "/health")),
    *(("GET", path, None) for path in ("/theme.css", "/manifest.json", "/list_environments")),
    *(
        (method, prefix + path, body)
        for prefix in ("", "/openenv")
        for method, path, body in (
            ("GET", "/schema", None),
            ("GET", "/metadata", None),
            ("GET", f"/{ENV_NAME}/splits", None),
            ("POST", f"/{ENV_NAME}/tasks", {"split": "canonical"}),
            ("POST", f"/{ENV_NAME}/task_range", {"split": "canonical"}),
            ("POST", f"/{ENV_NAME}/task", {"split": "canonical", "index": 5}),
        )
    ),
    ("GET", "/openenv/openapi.json", None),
    ("POST", "/openenv/reset", {"split": "canonical", "index": 5}),
    ("GET", "/openenv/state", None),
]
PREFIXES = [
    "/",
    "/static/",
    "/assets/",
    "/svelte/",
    "/file=",
    "/gradio_api/file=",
    "/gradio_api/file/",
    "/openenv/",
    f"/gradio_api/file={ROOT}/",
    f"/file={ROOT}/",
]


# How far an interface's episodes go beyond a plan that is not begun: to the finished plan, to every step of it. The
# interfaces share what they show, so the slow ones are spared; so is root_cause_analysis, whose failures are those of
# remediation_planning.
FINISHED = ("rest", "ws", "mcp-ws")
EVERY_STEP = ("rest", "remediation_planning")


def episodes(place: Place, interface: str) -> Iterator[list[Action]]:
    """Episodes that stay short of their end and between them take every action.

    Every mistake, every diagnostic on every service and every remediation before the plan is begun; all of that once it
    is done, and every diagnostic after each step of it, at some interfaces.
    """
    plan = [keyed(key) for key in get_incident(*place).solution]
    looks, changes = diagnostics(place), remediations(place)
    yield from without_ending(place, [], [*looks, *MISTAKES, *changes])
    if interface in FINISHED and plan:
        yield from without_ending(place, plan, [*looks, *changes])
    for done in range(1, len(plan) if (interface, place[0]) == EVERY_STEP else 0):
        yield from without_ending(place, plan[:done], looks)


def shown(server: Server, interface: str, place: Place) -> Iterator[str]:
    """All that an interface shows of an incident whose episodes never end."""
    with connected(server, interface) as client:
        for actions in episodes(place, interface):
            yield client.reset(*place)
            for action in actions:
                try:
                    yield client.act(*action)
                except Refused as refusal:  # the interface offers no such action here; what it says is read as well
                    yield str(refusal)
            yield client.state()
            if interface == "rest":
                yield client.grader()


def leaks(server: Server, interface: str, incidents: list[Place]) -> tuple[list[str], int]:
    """What an interface gives away of these incidents, and how many answers were read."""
    problems: list[str] = []
    read = 0
    severities: dict[Place, set[str]] = {place: set() for place in incidents if place[0] == CLASSIFIED}
    for place in incidents:
        secrets = Secrets(place)
        for text in shown(server, interface, place):
            read += 1
            problems += secrets.problems(text)
            if place in severities:
                severities[place] |= set(severity_lines(text))
    if severities:
        problems += severity_problems(severities)
    return sorted(set(problems)), read


def documents(server: Server) -> dict[str, str]:
    """What is served without an episode: descriptions, schemas, the page and its assets, tools."""
    texts = {}
    with server.client() as client:
        for method, path, body in READABLE:
            answer = client.request(method, path, json=body)
            assert answer.status_code == 200, f"{method} {path}: {answer.text[:200]}"
            texts[f"{method} {path}"] = answer.text
        scripts = {word for word in texts["GET /"].replace("'", '"').split('"') if "assets/" in word}
        assert scripts, "the page names no assets"
        texts |= {path: client.get("/" + path.removeprefix("./").lstrip("/")).text for path in scripts}
    for interface in MCP_INTERFACES:
        with connected(server, interface) as client:
            texts[f"{interface} tools/list"] = client.rpc("tools/list", {})
            texts[f"{interface} welcome"] = getattr(client, "welcome", "")
    return texts


@pytest.mark.check("runtime.oracle_containment")
@pytest.mark.parametrize("interface", INTERFACES)
def test_no_interface_tells_an_answer_before_the_end(
    plain_server: ServerProcess, interface: str, measured: Callable[[str], None]
) -> None:
    """The reference answer stays out of the agent's reach while an episode goes on: what reset, every diagnostic on
    every service, every remediation, every mistake, the record and the grader show contains neither the severity
    asked for, the failure mode, the grader's terms, nor the plan, nor names the root cause, nor an internal key."""
    problems, read = leaks(plain_server, interface, PLACES)
    assert problems == []
    measured(f"{interface} {read} answers")


@pytest.mark.check("runtime.oracle_containment")
def test_no_document_tells_an_answer(plain_server: ServerProcess, measured: Callable[[str], None]) -> None:
    """Neither does what is served without an episode: schemas, task lists, tools, the page and its assets."""
    texts = documents(plain_server)
    problems = [
        f"{path}: {problem}"
        for path, text in texts.items()
        for place in PLACES
        for problem in Secrets(place).problems(text)
    ]
    assert problems == []
    measured(f"{len(texts)} documents")


def package_files() -> list[str]:
    """The files of the package, by their path within it."""
    kinds = (
        "*.py",
        "*.yaml",
        "*.toml",
        "Dockerfile",
        "server/**/*.py",
        "cloud_incident_env/**/*.py",
        "validation/**/*.*",
    )
    return sorted(str(path.relative_to(ROOT)) for kind in kinds for path in ROOT.glob(kind) if path.is_file())


def served_files(server: Server) -> tuple[list[str], int]:
    """Which paths serve a file of the package, and how many were asked for."""
    served, asked = [], 0
    with server.client() as client:
        for name in package_files():
            own = (ROOT / name).read_text()
            for prefix in PREFIXES:
                asked += 1
                text = client.get(prefix + name).text
                served += [prefix + name] if own[:300] in text else []
    return served, asked


@pytest.mark.check("runtime.oracle_containment")
def test_no_route_serves_a_file_of_the_package(plain_server: ServerProcess, measured: Callable[[str], None]) -> None:
    """The table of incidents, the graders and the oracle are files of the package; none can be fetched."""
    served, asked = served_files(plain_server)
    assert served == []
    measured(f"{asked} paths to {len(package_files())} files")


def imported(log: Path) -> set[str]:
    """The modules that a guard's log says were imported."""
    return {what for kind, what in map(json.loads, log.read_text().splitlines()) if kind == "import"}


@pytest.mark.check("runtime.oracle_containment")
def test_the_oracle_is_not_in_the_servers_process(
    guarded_server: ServerProcess, measured: Callable[[str], None]
) -> None:
    """A server process never loads an agent, the oracle least of all, with every interface loaded and played."""
    for interface in INTERFACES:
        with connected(guarded_server, interface) as client:
            client.reset("remediation_planning", 0)
    modules = imported(guarded_server.folder / "guard.log")
    assert {"server.openenv_session", "server.mcp", "server.page.page"} <= modules
    players = (
        "cloud_incident_env.agents",
        "cloud_incident_env.evaluation",
        "inference",
        "tests",
        "tools",
        "validation",
    )
    foreign = {name for name in modules if f"{name}.".startswith(tuple(f"{player}." for player in players))}
    assert foreign == set()
    measured("no agent module imported")


# The checks can fail

LEAKS: dict[str, tuple[Place, Callable[[Incident], str]]] = {
    "the failure mode": (("root_cause_analysis", 1), lambda i: MODES[i.failure_mode].definition.upper()),
    "the root cause": (("root_cause_analysis", 2), lambda i: f"Root cause: the {i.culprit.replace('-', ' ')}."),
    "the action key": (("remediation_planning", 1), lambda i: str(i.solution[0])),
    "the plan in its order": (("remediation_planning", 2), lambda i: ", ".join(key.target for key in i.solution)),
    "the internal name harmless_after": ((CLASSIFIED, 0), lambda i: "AttributeError: no 'harmless_after'"),
    "the internal name culprit": ((CLASSIFIED, 1), lambda i: "KeyError: 'culprit'"),
}


def leaking(monkeypatch: pytest.MonkeyPatch, leak: Callable[[Incident], str]) -> None:
    """Make the feedback of every action leak."""
    describe = episode.describe

    def telling(verdict: Any, task: Any, incident: Incident) -> tuple[str, str | None]:
        feedback, error = describe(verdict, task, incident)
        return f"{feedback} {leak(incident)}", error

    monkeypatch.setattr(episode, "describe", telling)


@pytest.mark.parametrize("what", LEAKS)
def test_a_leak_is_found(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    place, leak = LEAKS[what]
    leaking(monkeypatch, leak)
    with serve_with() as url:
        text = "".join(shown(Address(url), "rest", place))
    assert any(what in problem for problem in Secrets(place).problems(text))


def test_a_leaked_severity_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    leaking(monkeypatch, lambda incident: f"This is a {incident.severity}.")
    with serve_with() as url:
        problems, _ = leaks(Address(url), "rest", [place for place in PLACES if place[0] == CLASSIFIED])
    assert {problem.split(":")[0] for problem in problems} == {"AC-001", "AC-002", "AC-003"}


def test_a_served_file_is_found() -> None:
    app: FastAPI = create_app(settings())
    app.mount("/static", StaticFiles(directory=ROOT))
    with serve(app) as url:
        served, _ = served_files(Address(url))
    assert "/static/tasks.py" in served
    assert "/static/cloud_incident_env/agents/oracle.py" in served


def test_an_imported_oracle_is_found(tmp_path: Path) -> None:
    log = tmp_path / "guard.log"
    arguments = ["inference", "--agent", "oracle", "--task", CLASSIFIED, "--scenario", "0"]
    subprocess.run([sys.executable, GUARD, log, *arguments], cwd=ROOT, check=True, capture_output=True, timeout=60)
    assert "cloud_incident_env.agents.oracle" in imported(log)


def test_what_counts_as_internal() -> None:
    """The list of internal names follows the shape of an incident; public names are not on it."""
    assert {"culprit", "plan", "too_early", "correct_severity", "wrong_actions"} <= set(INTERNAL_NAMES)
    public = {"known_services", "alert", "description", *ACTIONS, *vars(next(iter(TASKS.values())))}
    assert not public & set(INTERNAL_NAMES)
    assert name_of(PLACES[0]) == "AC-001"
