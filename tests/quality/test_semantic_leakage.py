"""semantic.no_solution_leakage: no solution in the image beside the incident table, served, documented or prompted."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

import graders
from cloud_incident_env import model_prompts
from cloud_incident_env.actions import DIAGNOSTICS, REMEDIATIONS, acts_on_services
from cloud_incident_env.agents import llm_tools
from cloud_incident_env.agents.llm import LLMPolicy
from cloud_incident_env.agents.llm_tools import ToolCallingPolicy
from cloud_incident_env.incident import Incident, Key, TaskId
from cloud_incident_env.ledger import Ledger
from cloud_incident_env.manifest import ENV_NAME
from cloud_incident_env.reading.modes import MODES
from cloud_incident_env.wire import Action
from graders import Graded
from server.environment import IncidentEnvironment
from tasks import INCIDENTS, get_incident, get_task
from tests.http_server import serve_with
from tools.quality.imports import import_closure
from tools.quality.semantic_leaks import (
    ALL_INCIDENTS,
    answers_read,
    image_files,
    leaks_in_code,
    leaks_in_document,
    leaks_in_file,
    leaks_in_text,
)
from tools.quality.semantic_support import PLACES, ROOT
from tools.quality.static_docker import patterns_of
from tools.quality.static_files import DOCKERIGNORE

IGNORED = tuple(patterns_of(DOCKERIGNORE))
CHECK = pytest.mark.check("semantic.no_solution_leakage")
# What incidents are made of.
INCIDENT_DATA = (
    "tasks.py",
    "cloud_incident_env/handwritten",
    "cloud_incident_env/generated",
    "cloud_incident_env/reading/weights.bin",  # numbers
)
AGENTS = ROOT / "cloud_incident_env" / "agents"
TEXTS = (".md", ".txt", ".html", ".json", ".py", ".toml", ".yaml", ".ipynb")
TASK_API = f"/{ENV_NAME}"
LOADING_LIMIT_S = 60.0
FIXED_PAGES = (
    "/",
    "/health",
    "/tasks",
    "/docs",
    "/openapi.json",
    "/schema",
    "/metadata",
    f"{TASK_API}/splits",
    "/openenv/openapi.json",
    "/openenv/schema",
    "/openenv/metadata",
)
WRONG_ANSWERS: dict[str, dict[str, Any]] = {
    "root_cause_analysis": {"service": "no-such-service", "failure_mode": "unknown"},
    "remediation_planning": {"summary": "unknown"},
}


@pytest.fixture(scope="module")
def full_url() -> Iterator[str]:
    """The base URL of a server with everything it can serve, loaded."""
    with serve_with(openenv=True, ui=True) as url:
        deadline = time.monotonic() + LOADING_LIMIT_S
        while httpx.get(f"{url}/readyz").json()["doors"]["page"] != "open":
            assert time.monotonic() < deadline, "the page was not loaded"
            time.sleep(0.1)
        yield url


def leaks_in_image(dockerfile: str, ignored: Sequence[str] = IGNORED) -> list[str]:
    """The solutions in an image's files other than the incident data."""
    files = (path for path in image_files(dockerfile, ignored) if not _is_data(path.relative_to(ROOT)))
    return [leak for path in files for leak in leaks_in_file(path)]


def _is_data(path: Path) -> bool:
    return any(path.is_relative_to(place) for place in INCIDENT_DATA)


def documents() -> list[Path]:
    """README and other documents at the top, docs, examples, the manifest."""
    inside = [file for folder in ("docs", "examples") for file in sorted((ROOT / folder).rglob("*"))]
    texts = [f for f in inside if f.suffix in TEXTS and not any(part.startswith(".") for part in f.parts)]
    return [*sorted(ROOT.glob("*.md")), ROOT / "openenv.yaml", *texts]


def fixed_answers(client: httpx.Client) -> Iterator[tuple[str, str]]:
    """What the server serves whatever is played: (where, text)."""
    for page in FIXED_PAGES:
        yield page, client.get(page).raise_for_status().text
    listing = client.post(f"{TASK_API}/tasks", json={"split": "canonical"}).raise_for_status()
    yield "tasks", listing.text
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    yield "mcp", client.post("/mcp", json=call).raise_for_status().text


def probes(task_id: str, incident: Incident) -> list[dict[str, Any]]:
    """Every diagnostic on every service, and every remediation that is no step of the plan."""
    offered = get_task(task_id).available_actions
    asked = [
        {"action_type": tool, "parameters": {"service": service}}
        for tool in DIAGNOSTICS
        if tool in offered
        for service in incident.known_services
    ]
    for action_type in REMEDIATIONS:
        targets = {key.target for key in incident.consequences if key.action == action_type}
        targets |= set(incident.known_services) if acts_on_services(action_type) else set()
        wrong = [t for t in sorted(targets) if Key(action_type, t) not in incident.solution and action_type in offered]
        asked += [{"action_type": action_type, "parameters": {"target": target}} for target in wrong]
    return asked


def played_answers(client: httpx.Client, task_id: str, index: int) -> Iterator[tuple[str, str]]:
    """What the server serves of an incident before its answer is given: (where, text)."""
    incident = get_incident(task_id, index)
    asked = probes(task_id, incident)
    room = get_task(task_id).max_steps - 1  # the episode must not end
    for start in range(0, len(asked), room):
        name = f"leak-{task_id}-{index}-{start}"
        body = {"task_id": task_id, "scenario_index": index, "episode_id": name}
        yield incident.id, client.post("/reset", json=body).raise_for_status().text
        for action in asked[start : start + room]:
            yield incident.id, client.post("/step", json={"episode_id": name, **action}).text
        for path in ("/state", "/grader"):
            yield incident.id, client.get(path, params={"episode_id": name}).raise_for_status().text


def served_leaks(url: str) -> tuple[list[str], int]:
    """The solutions that a server gives away, and how many answers were read for them."""
    found, count = [], 0
    with httpx.Client(base_url=url, timeout=60) as client:
        for where, text in fixed_answers(client):
            count += 1
            found += [f"{where}: {leak}" for leak in leaks_in_document(text)]
        for task_id, index in PLACES:
            for where, text in played_answers(client, task_id, index):
                count += 1
                # Evidence names flags and runbook steps: that is how an agent finds them.
                found += [f"{where}: {leak}" for leak in leaks_in_text(text)]
                if task_id == "alert_classification" and re.search(r"\bP[1-4]\b", text):
                    found.append(f"{where}: a severity")
    return found, count


def told_on_wrong_answers() -> list[str]:
    """What the feedback of wrong answers, and of their grades, tells of the right ones."""
    found = []
    for task_id, incident in ALL_INCIDENTS:
        environment = IncidentEnvironment()
        environment.reset(task_id, INCIDENTS[task_id].index(incident))
        wrong = {"severity": "P4" if incident.severity != "P4" else "P1"}
        action = {
            "action_type": get_task(task_id).submission_action,
            "parameters": WRONG_ANSWERS.get(task_id, wrong),
        }
        observation = environment.step(Action.model_validate(action))[0]
        text = f"{observation.feedback} {environment.grade().feedback} {environment.state().feedback}"
        secrets = (incident.culprit, incident.severity)
        named = [secret for secret in secrets if re.search(rf"(?<![\w-]){secret}(?![\w-])", text)]
        found += [f"{incident.id}: {secret}" for secret in (*named, *leaks_in_document(text))]
    return found


def prompts(task_id: str, index: int) -> str:
    """What the LLM policies ask a model at the start of an incident: messages, and the tools that they offer."""
    asked: list[str] = []

    def create(messages: list[dict[str, str]], **request: Any) -> SimpleNamespace:
        asked.extend([*(message["content"] for message in messages), json.dumps(request.get("tools"))])
        message = SimpleNamespace(content="no action", tool_calls=None)
        return SimpleNamespace(choices=[SimpleNamespace(message=message)], usage=None)

    client: Any = SimpleNamespace(chat=SimpleNamespace(completions=SimpleNamespace(create=create)))
    for kind in (LLMPolicy, ToolCallingPolicy):
        policy = kind(client, "model", warn=lambda _: None)
        policy.act(IncidentEnvironment().reset(task_id, index).model_dump())
    return "\n".join(asked)


@CHECK
def test_the_image_holds_solutions_in_the_table_alone(measured: Callable[[str], None]) -> None:
    """No file that the Dockerfile copies, other than the incident table, contains an answer."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert leaks_in_image(dockerfile) == []
    measured(f"{len(image_files(dockerfile))} files of the image")


@CHECK
def test_the_server_reaches_no_policy_and_no_oracle() -> None:
    """All that the server imports is in the image, and neither the policies nor `validation/` are."""
    shipped = set(image_files((ROOT / "Dockerfile").read_text()))
    reached = import_closure(ROOT / "server" / "app.py")
    assert len(reached) > 15
    assert reached <= shipped
    places = ("cloud_incident_env/agents", "cloud_incident_env/evaluation", "validation", "tests", "tools")
    assert [file for file in shipped for place in places if file.is_relative_to(ROOT / place)] == []


@CHECK
def test_nothing_served_is_a_solution(full_url: str, measured: Callable[[str], None]) -> None:
    """No page, listing, observation, state or early grade contains an answer.

    Read are the fixed pages of every interface and, of each incident, every diagnostic on every service and every
    remediation that is no part of the plan.
    """
    found, count = served_leaks(full_url)
    assert found == []
    measured(f"{count} served answers")


@CHECK
def test_feedback_on_a_wrong_answer_names_no_right_one() -> None:
    """The feedback of a wrong submission, and of its grade, names neither culprit nor severity."""
    assert told_on_wrong_answers() == []


@CHECK
def test_no_document_contains_a_solution(measured: Callable[[str], None]) -> None:
    """README, change log, docs, examples and manifest name no answer, and no example submits a right one."""
    assert [leak for path in documents() for leak in leaks_in_file(path)] == []
    measured(f"{len(documents())} documents")


@CHECK
def test_prompts_contain_no_solution(measured: Callable[[str], None]) -> None:
    """What the LLM policies tell a model, in their source and at the start of each incident, contains no answer."""
    for path in (AGENTS / "llm.py", AGENTS / "llm_endpoint.py", AGENTS / "llm_tools.py", Path(model_prompts.__file__)):
        assert leaks_in_file(path) == []
    for task_id, index in PLACES:
        text = prompts(task_id, index)
        assert len(text) > 500
        assert leaks_in_document(text) == []
    measured(f"{len(PLACES)} prompts")


@CHECK
def test_no_policy_but_the_oracle_reads_answers(measured: Callable[[str], None]) -> None:
    """The code of every policy but the oracle imports no module with answers and names no field of them."""
    files = [file for file in sorted(AGENTS.glob("*.py")) if file.name != "oracle.py"]
    found = [leak for file in files for leak in answers_read(file.read_text(), file.name)]
    assert found == []
    measured(f"{len(files)} modules of policies")


@pytest.mark.parametrize(
    "text",
    [
        "RCA-001 is caused by analytics-service.",
        "| AC-002 | P2 |",
        "First disable_feature_flag:full_history_export, then restart.",
        "Run verify_db_connectivity at the end.",
        "A secrets-rotation job hands its clients the previous credentials instead of the new ones.",
        "RCA-003: stale-secret-push",
        '{"correct_severity": "P3"}',
    ],
)
def test_a_solution_in_a_text_is_found(text: str) -> None:
    assert len(leaks_in_document(text)) > 0


@pytest.mark.parametrize(
    "code",
    [
        'reset(task_id="alert_classification", scenario_index=1)\nstep("submit_severity", severity="P2")',
        '-d \'{"scenario_index": 2}\' ... {"severity": "P3"}',
        'reset("root_cause_analysis")\n{"service": "analytics-service", "failure_mode": "disk full"}',
    ],
)
def test_a_right_answer_in_an_example_is_found(code: str) -> None:
    assert len(leaks_in_code(code)) == 1
    assert leaks_in_code(re.sub(r"P\d", "P4", code).replace("analytics", "auth")) == []


def change(monkeypatch: pytest.MonkeyPatch, task_id: TaskId, index: int, **changes: Any) -> None:
    """Put an incident with other values in the place of one of the nine."""
    table = INCIDENTS[task_id]
    changed = replace(table[index], **changes)
    monkeypatch.setitem(INCIDENTS, task_id, (*table[:index], changed, *table[index + 1 :]))  # type: ignore[arg-type]


def test_a_solution_in_an_observation_is_found(monkeypatch: pytest.MonkeyPatch, full_url: str) -> None:
    told = MODES[get_incident("root_cause_analysis", 1).failure_mode].definition
    change(monkeypatch, "root_cause_analysis", 1, summary=told)
    assert any(leak.startswith("RCA-002: failure mode") for leak in served_leaks(full_url)[0])


def test_a_solution_in_a_listing_is_found(monkeypatch: pytest.MonkeyPatch, full_url: str) -> None:
    change(monkeypatch, "alert_classification", 1, description="P2: most users suffer.")
    assert served_leaks(full_url)[0] == ["/tasks: AC-002 beside P2", "tasks: AC-002 beside P2"]


def test_feedback_that_tells_the_answer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def telling(ledger: Ledger) -> Graded:
        return Graded(0.0, {}, f"It was {ledger.incident.culprit}.")

    monkeypatch.setattr(graders, "grade_ledger", telling)
    assert len(told_on_wrong_answers()) >= len(ALL_INCIDENTS)


def test_a_prompt_that_tells_the_answer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((model_prompts, "JSON_SYSTEM"), (llm_tools, "TOOLS_SYSTEM")):
        with monkeypatch.context() as changes:
            changes.setattr(module, name, f"{getattr(module, name)} Often verify_db_health helps.")
            assert leaks_in_document(prompts("remediation_planning", 0)) == ["flag or runbook step verify_db_health"]


def test_a_policy_that_reads_answers_is_found() -> None:
    for code, leak in {
        "from tasks import INCIDENTS": "imports tasks",
        "import graders": "imports graders",
        "from cloud_incident_env.layout import tasks": "imports cloud_incident_env.layout",
        "from cloud_incident_env.agents import oracle": "imports cloud_incident_env.agents.oracle",
        "from .oracle import plan_for": "imports cloud_incident_env.agents.oracle",
        "from cloud_incident_env.episode import Episode": "imports cloud_incident_env.episode",
        "from server.environment import IncidentEnvironment": "imports server.environment",
        'answer = laid_out["correct_severity"]': "reads correct_severity",
        "answer = incident.culprit": "reads culprit",
        "answer = incident.solution": "reads solution",
    }.items():
        assert any(leak in found for found in answers_read(code, "heuristic.py")), code
    assert answers_read(json.dumps("harmless"), "heuristic.py") == []


def test_declarations_are_for_the_detective_alone_and_incidents_for_nobody() -> None:
    declared = "from cloud_incident_env.generated.families import FAMILIES\nplan = FAMILIES[name].plan"
    assert answers_read(declared, "detective_predictions.py") == []
    assert answers_read(declared, "heuristic.py") == [
        "heuristic.py: imports cloud_incident_env.generated.families",
        "heuristic.py: reads plan",
    ]
    for code, leak in {
        "from cloud_incident_env.generated.generate import generate": "imports cloud_incident_env.generated.generate",
        "answer = incident.culprit": "reads culprit",
    }.items():
        assert answers_read(code, "detective_predictions.py") == [f"detective_predictions.py: {leak}"]


def test_an_image_with_more_in_it_is_seen() -> None:
    more = "COPY graders.py ./\nCOPY cloud_incident_env validation ./"
    files = image_files(more, [])
    assert {AGENTS / "oracle.py", ROOT / "validation" / "oracle.py"} <= set(files)
    assert any(leak.startswith("dns") or ".jsonl" in leak for leak in leaks_in_image(more, []))
    with pytest.raises(ValueError, match="cannot tell"):
        image_files("COPY --from=other /tasks.py ./")
