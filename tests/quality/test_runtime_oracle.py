"""runtime.oracle_containment: nothing that any face serves before the end of an episode contains its answer."""

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

from actions import ACTION_SCHEMA
from scenario import Scenario
from server import environment
from server.app import create_app
from tasks import ALL_TASKS
from tests.http_server import serve, serve_with, settings
from tests.quality.runtime_faces import FACES, MCP_FACES, Action, Address, Refused, Server, seated
from tests.quality.runtime_scripts import (
    INCIDENTS,
    Incident,
    diagnostics,
    keyed,
    name_of,
    remediations,
    without_ending,
)
from tests.quality.runtime_secrets import INTERNAL_NAMES, Secrets, severity_lines, severity_problems
from tests.quality.runtime_servers import GUARD, ROOT, ServerProcess

pytest_plugins = ["tests.quality.runtime_fixtures"]

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
READABLE = [  # by method, path and body: what a face serves without an episode
    *(("GET", path, None) for path in ("/", "/config", "/docs", "/redoc", "/openapi.json", "/tasks", "/health")),
    *(("GET", path, None) for path in ("/theme.css", "/manifest.json", "/gradio_api/info", "/list_environments")),
    *(
        (method, prefix + path, body)
        for prefix in ("", "/openenv")
        for method, path, body in (
            ("GET", "/schema", None),
            ("GET", "/metadata", None),
            ("GET", "/cloud-incident-response/splits", None),
            ("POST", "/cloud-incident-response/tasks", {"split": "canonical"}),
            ("POST", "/cloud-incident-response/task_range", {"split": "canonical"}),
            ("POST", "/cloud-incident-response/task", {"split": "canonical", "index": 5}),
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


# How far a face's episodes go beyond a plan that is not begun: to the finished plan, to every step of it. The faces
# share what they show, so the slow ones are spared; so is root_cause_analysis, whose failures are those of
# remediation_planning.
FINISHED = ("rest", "ws", "mcp-ws")
EVERY_STEP = ("rest", "remediation_planning")


def episodes(incident: Incident, face: str) -> Iterator[list[Action]]:
    """Episodes that stay short of their end and between them take every action.

    Every mistake, every diagnostic on every service and every remediation before the plan is begun; all of that once it
    is done, and every diagnostic after each step of it, at some faces.
    """
    plan = [keyed(key) for key in Secrets(incident).scenario["correct_remediation_sequence"]]
    looks, changes = diagnostics(incident), remediations(incident)
    if face == "page":  # it has no button for an action that the task does not offer
        changes = [action for action in changes if action[0] in ALL_TASKS[incident[0]]["available_actions"]]
    yield from without_ending(incident, [], [*looks, *MISTAKES, *changes])
    if face in FINISHED and plan:
        yield from without_ending(incident, plan, [*looks, *changes])
    for done in range(1, len(plan) if (face, incident[0]) == EVERY_STEP else 0):
        yield from without_ending(incident, plan[:done], looks)


def shown(server: Server, face: str, incident: Incident) -> Iterator[str]:
    """All that a face shows of an incident whose episodes never end."""
    with seated(server, face) as seat:
        for actions in episodes(incident, face):
            yield seat.reset(*incident)
            for action in actions:
                try:
                    yield seat.act(*action)
                except Refused as refusal:  # the face offers no such action here; what it says is read as well
                    yield str(refusal)
            yield seat.state()
            if face == "rest":
                yield seat.grader()


def leaks(server: Server, face: str, incidents: list[Incident]) -> tuple[list[str], int]:
    """What a face gives away of these incidents, and how many answers were read."""
    problems: list[str] = []
    read = 0
    severities: dict[Incident, set[str]] = {incident: set() for incident in incidents if incident[0] == CLASSIFIED}
    for incident in incidents:
        secrets = Secrets(incident)
        for text in shown(server, face, incident):
            read += 1
            problems += secrets.problems(text)
            if incident in severities:
                severities[incident] |= set(severity_lines(text))
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
    for face in MCP_FACES:
        with seated(server, face) as seat:
            texts[f"{face} tools/list"] = seat.rpc("tools/list", {})
            texts[f"{face} welcome"] = getattr(seat, "welcome", "")
    return texts


@pytest.mark.check("runtime.oracle_containment")
@pytest.mark.parametrize("face", FACES)
def test_no_face_tells_an_answer_before_the_end(
    plain_server: ServerProcess, face: str, measured: Callable[[str], None]
) -> None:
    """The reference answer stays out of the agent's reach while an episode goes on: what reset, every diagnostic on
    every service, every remediation, every mistake, the record and the grader show contains neither the severity
    asked for, the failure mode, the grader's terms, nor the plan, nor names the root cause, nor an internal key."""
    problems, read = leaks(plain_server, face, INCIDENTS)
    assert problems == []
    measured(f"{face} {read} answers")


@pytest.mark.check("runtime.oracle_containment")
def test_no_document_tells_an_answer(plain_server: ServerProcess, measured: Callable[[str], None]) -> None:
    """Neither does what is served without an episode: schemas, task lists, tools, the page and its assets."""
    texts = documents(plain_server)
    problems = [
        f"{path}: {problem}"
        for path, text in texts.items()
        for incident in INCIDENTS
        for problem in Secrets(incident).problems(text)
    ]
    assert problems == []
    measured(f"{len(texts)} documents")


def package_files() -> list[str]:
    """The files of the package, by their path within it."""
    kinds = ("*.py", "*.yaml", "*.toml", "Dockerfile", "server/*.py", "agents/*.py", "validation/**/*.*")
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
    """A server process never loads an agent, the oracle least of all, with every face loaded and played."""
    for face in FACES:
        with seated(guarded_server, face) as seat:
            seat.reset("remediation_planning", 0)
    modules = imported(guarded_server.folder / "guard.log")
    assert {"server.openenv_adapter", "server.mcp_app", "server.ui"} <= modules
    foreign = {name for name in modules if name.split(".")[0] in ("agents", "evaluation", "inference", "tests")}
    assert foreign == set()
    measured("no agent module imported")


# The checks can fail

LEAKS: dict[str, tuple[Incident, Callable[[Scenario], str]]] = {
    "the failure mode": (("root_cause_analysis", 1), lambda s: s["correct_root_cause"]["failure_mode"].upper()),
    "the root cause": (
        ("root_cause_analysis", 2),
        lambda s: f"Root cause: the {s['correct_root_cause']['service'].replace('-', ' ')}.",
    ),
    "the action key": (("remediation_planning", 1), lambda s: s["correct_remediation_sequence"][0]),
    "the plan in its order": (
        ("remediation_planning", 2),
        lambda s: ", ".join(key.split(":")[1] for key in s["correct_remediation_sequence"]),
    ),
    "the grader's term": (("remediation_planning", 0), lambda s: json.dumps(s["failure_mode_terms"])),
    "the internal name correct_severity": ((CLASSIFIED, 0), lambda s: "KeyError: 'correct_severity'"),
}


def leaking(monkeypatch: pytest.MonkeyPatch, leak: Callable[[Scenario], str]) -> None:
    """Make the feedback of every action leak."""
    describe = environment._describe

    def telling(verdict: Any, task: Any, scenario: Scenario) -> tuple[str, str | None]:
        feedback, error = describe(verdict, task, scenario)
        return f"{feedback} {leak(scenario)}", error

    monkeypatch.setattr(environment, "_describe", telling)


@pytest.mark.parametrize("what", LEAKS)
def test_a_leak_is_found(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    incident, leak = LEAKS[what]
    leaking(monkeypatch, leak)
    with serve_with() as url:
        text = "".join(shown(Address(url), "rest", incident))
    assert any(what in problem for problem in Secrets(incident).problems(text))


def test_a_leaked_severity_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    leaking(monkeypatch, lambda scenario: f"This is a {scenario['correct_severity']}.")
    with serve_with() as url:
        problems, _ = leaks(Address(url), "rest", [incident for incident in INCIDENTS if incident[0] == CLASSIFIED])
    assert {problem.split(":")[0] for problem in problems} == {"AC-001", "AC-002", "AC-003"}


def test_a_served_file_is_found() -> None:
    app: FastAPI = create_app(settings())
    app.mount("/static", StaticFiles(directory=ROOT))
    with serve(app) as url:
        served, _ = served_files(Address(url))
    assert "/static/tasks.py" in served
    assert "/static/agents/oracle.py" in served


def test_an_imported_oracle_is_found(tmp_path: Path) -> None:
    log = tmp_path / "guard.log"
    arguments = ["inference", "--agent", "oracle", "--task", CLASSIFIED, "--scenario", "0"]
    subprocess.run([sys.executable, GUARD, log, *arguments], cwd=ROOT, check=True, capture_output=True, timeout=60)
    assert "agents.oracle" in imported(log)


def test_what_counts_as_internal() -> None:
    """The list of internal names follows the shape of a scenario; public names are not on it."""
    assert {"correct_severity", "correct_root_cause", "correct_remediation_sequence", "wrong_actions"} <= set(
        INTERNAL_NAMES
    )
    public = {"known_services", "alert", "description", *ACTION_SCHEMA, *next(iter(ALL_TASKS.values()))}
    assert not public & set(INTERNAL_NAMES)
    assert name_of(INCIDENTS[0]) == "AC-001"
