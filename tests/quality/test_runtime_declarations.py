"""runtime.tool_declaration_accuracy and runtime.task_declaration_accuracy: what is declared is what is served."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from openenv.core.env_server.http_server import create_fastapi_app
from openenv.validation.manifest import NormalizedManifest
from openenv.validation.parsers.openenv_yaml import OpenEnvYamlParser

from cloud_incident_env.manifest import ENV_NAME
from cloud_incident_env.openenv_models import CloudIncidentAction, CloudIncidentObservation, CloudIncidentState
from server.openenv_session import OpenEnvIncidentEnvironment
from tests.http_server import serve
from tools.quality.runtime_interfaces import (
    MCP_INTERFACES,
    Address,
    Refused,
    Server,
    WebSocketClient,
    checked,
    connected,
)
from tools.quality.runtime_servers import ROOT, ServerProcess

pytest_plugins = ["tools.quality.runtime_fixtures"]

START = "start_incident"  # the tool that is no action: it does what POST /reset does
EVERY_WAY = "target"  # the parameter that stands for any other; tools take the other alone
EXAMPLES: dict[str, Any] = {  # of parameters that are not just names
    "severity": "P2",
    "replicas": 3,
    "since_minutes": 30,
    "until_minutes": 5,
    "window_minutes": 60,
    "level": "error",
    "trace": "failed",
}
TASK_API = f"/{ENV_NAME}"
PART = 20  # tasks of a large split that are asked for one by one: its first and its last
LISTED = 1_000  # tasks that a server may be expected to list at once


@pytest.fixture(scope="module")
def manifest() -> NormalizedManifest:
    return OpenEnvYamlParser().parse(ROOT)


def tool_problems(declared: list[str], tools: list[dict[str, Any]], actions: dict[str, Any]) -> list[str]:
    """Where the declared tools, those discovered over MCP and the action schema disagree."""
    found = {tool["name"]: tool for tool in tools}
    problems = [f"{name} is declared and not served" for name in sorted(set(declared) - set(found))]
    problems += [f"{name} is served and not declared" for name in sorted(set(found) - set(declared))]
    problems += ["a tool is declared twice"] if len(declared) != len(set(declared)) else []
    problems += [f"{name} is no action" for name in sorted(set(found) - set(actions) - {START})]
    problems += [f"the action {name} is no tool" for name in sorted(set(actions) - set(found))]
    for name, tool in found.items():
        properties = tool["inputSchema"]["properties"]
        problems += [f"{name}.{field} has no type" for field, schema in properties.items() if not _is_typed(schema)]
        problems += [] if tool.get("description") else [f"{name} has no description"]
        if name in actions:
            required = actions[name]["required"]
            every = {*required, *actions[name]["optional"]} - {EVERY_WAY}
            if set(properties) != every or tool["inputSchema"].get("required", []) != required:
                problems.append(f"{name} takes {sorted(properties)}, the action schema says {sorted(every)}")
    return problems


def _is_typed(schema: dict[str, Any]) -> bool:
    return "type" in schema or all("type" in choice for choice in schema.get("anyOf", [{}]))


def action_schema(server: Server) -> dict[str, Any]:
    """The actions as GET /tasks lists them."""
    with server.client() as client:
        groups = checked(client.get("/tasks")).json()["action_schema"]
    return {name: spec for group in groups.values() for name, spec in group.items()}


@pytest.mark.check("runtime.tool_declaration_accuracy")
@pytest.mark.parametrize("interface", MCP_INTERFACES)
def test_the_declared_tools_are_the_tools_there_are(
    plain_server: ServerProcess, manifest: NormalizedManifest, interface: str, measured: Callable[[str], None]
) -> None:
    """capabilities.declared_tools equals what MCP discovery (tools/list) finds, by name; each has typed parameters,
    those of the action schema that GET /tasks publishes."""
    declared = manifest.capabilities.declared_tools
    with connected(plain_server, interface) as client:
        assert tool_problems(declared, client.tools(), action_schema(plain_server)) == []
    measured(f"{interface} {len(declared)} tools")


@pytest.mark.check("runtime.tool_declaration_accuracy")
@pytest.mark.parametrize("interface", MCP_INTERFACES)
def test_every_declared_tool_can_be_called_as_declared(plain_server: ServerProcess, interface: str) -> None:
    """A declaration is accurate only if the tool takes what its schema says, all of it at once."""
    with connected(plain_server, interface) as client:
        for tool in client.tools():
            client.reset("remediation_planning", 0)
            properties = tool["inputSchema"]["properties"]
            values = {name: EXAMPLES.get(name, "postgres-db") for name in properties}
            answer = client.call(tool["name"], {} if tool["name"] == START else values)
            assert "Step 1 of 15" in answer or "The episode is over" in answer or tool["name"] == START, answer


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda declared, tools: declared.append("delete_everything"), "delete_everything is declared and not served"),
        (lambda declared, tools: declared.remove("clear_cache"), "clear_cache is served and not declared"),
        (lambda declared, tools: tools.pop(), "is declared and not served"),
        (lambda declared, tools: tools[1]["inputSchema"]["properties"]["service"].clear(), "service has no type"),
        (lambda declared, tools: tools[2]["inputSchema"]["properties"].update(depth={"type": "integer"}), "depth"),
        (lambda declared, tools: tools[3]["inputSchema"].pop("required"), "the action schema says"),
    ],
)
def test_the_tool_check_can_fail(
    plain_server: ServerProcess,
    manifest: NormalizedManifest,
    change: Callable[[list[str], list[dict[str, Any]]], None],
    problem: str,
) -> None:
    declared = list(manifest.capabilities.declared_tools)
    with connected(plain_server, "agent-mcp") as client:
        tools = client.tools()
    change(declared, tools)
    assert problem in " ".join(tool_problems(declared, tools, action_schema(plain_server)))


class TaskApi:
    """The task API of a server, at the root or under a prefix, and a session to start its tasks in."""

    def __init__(self, server: Server, prefix: str) -> None:
        self._base = prefix + TASK_API
        self._http = server.client()
        self._session = WebSocketClient(server, f"{prefix}/ws")

    def ask(self, path: str, **body: Any) -> Any:
        return checked(self._http.post(f"{self._base}/{path}", json=body)).json()

    def splits(self) -> set[str]:
        return {split["name"] for split in checked(self._http.get(f"{self._base}/splits")).json()}

    def has(self, split: str, index: int) -> bool:
        return self._http.post(f"{self._base}/task", json={"split": split, "index": index}).status_code == 200

    def started(self, split: str, index: int) -> dict[str, Any]:
        """The first observation of the task."""
        observation: dict[str, Any] = json.loads(self._session.reset_with(split=split, index=index))["data"][
            "observation"
        ]
        return observation

    def close(self) -> None:
        self._session.close()
        self._http.close()


def task_problems(server: Server, prefix: str, declared: dict[str, int]) -> tuple[list[str], int]:
    """Where the declared numbers of tasks and what the task API answers disagree, and how many tasks were started."""
    api = TaskApi(server, prefix)
    problems = []
    splits, started = api.splits(), 0
    if splits != set(declared):
        problems.append(f"splits {sorted(splits)} are served, {sorted(declared)} declared")
    for split in sorted(splits & set(declared)):
        found, tried = split_problems(api, split, declared[split])
        problems += [f"{split}: {problem}" for problem in found]
        started += tried
    api.close()
    return problems, started


def split_problems(api: TaskApi, split: str, declared: int) -> tuple[list[str], int]:
    """As `task_problems`, of one split. Of a large one the first and the last `PART` tasks are looked at."""
    problems = []
    count = api.ask("num_tasks", split=split)["num_tasks"]
    if count != declared:
        problems.append(f"num_tasks says {count}, {declared} declared")
    if api.has(split, count) or api.has(split, -1) or not api.has(split, count - 1):
        problems.append(f"the last task is not number {count - 1}")
    listed = api.ask("tasks", split=split)["tasks"]
    if len(listed) != count and count <= LISTED:
        problems.append(f"tasks lists {len(listed)}, {declared} declared")
    ranges = [range(min(PART, count)), range(max(PART, count - PART), count)]
    tasks = {n: task for part in ranges if part for n, task in zip(part, ranged(api, split, part), strict=True)}
    identities = set()
    for index, task in tasks.items():
        others = [api.ask("task", split=split, index=index)["task"], *listed[index : index + 1]]
        if any(other != task for other in others):
            problems.append(f"{index}: task, tasks and task_range differ")
        try:
            shown = api.started(split, index)
        except Refused as refusal:
            problems.append(f"{index}: cannot be started: {refusal}")
            continue
        identities.add(shown["scenario_id"])
        hand_written = task["scenario_index"] is not None
        if shown["task_id"] != task["task_id"] or (hand_written and shown["scenario_id"] != task["id"]):
            problems.append(f"{index}: the reset starts {shown['scenario_id']}, not {task['id']}")
    if len(identities) != len(tasks):
        problems.append(f"{len(tasks)} tasks start {len(identities)} incidents")
    return problems, len(tasks)


def ranged(api: TaskApi, split: str, part: range) -> list[dict[str, Any]]:
    """The tasks of a part of a split, by one call, which asks for one more than there may be."""
    tasks: list[dict[str, Any]] = api.ask("task_range", split=split, start=part.start, stop=part.stop + 1)["tasks"]
    return tasks[: len(part)]


@pytest.mark.check("runtime.task_declaration_accuracy")
@pytest.mark.parametrize("prefix", ["", "/openenv"], ids=["root", "openenv"])
def test_the_declared_task_counts_are_the_tasks_there_are(
    plain_server: ServerProcess, manifest: NormalizedManifest, prefix: str, measured: Callable[[str], None]
) -> None:
    """capabilities.declared_task_count equals, split by split, what the task API answers in every way it can be asked;
    each task it lists can be started by split and index and is the one listed."""
    declared = manifest.capabilities.declared_task_count
    problems, started = task_problems(plain_server, prefix, declared)
    assert problems == []
    measured(
        f"{prefix or 'root'}: {', '.join(f'{split} {count}' for split, count in declared.items())}, {started} started"
    )


@pytest.mark.check("runtime.task_declaration_accuracy")
def test_the_declared_tasks_are_those_of_the_rest_interface(plain_server: ServerProcess) -> None:
    """The tasks that openenv.yaml lists are those of GET /tasks, with their difficulty, length and description."""
    listed = plain_server.client().get("/tasks").json()
    declared = yaml.safe_load((ROOT / "openenv.yaml").read_text())["tasks"]
    served = [
        {"id": task["task_id"], **{name: task[name] for name in ("difficulty", "max_steps", "description")}}
        for task in listed["tasks"]
    ]
    assert declared == served
    assert listed["total"] == len(served)


def test_the_task_check_can_fail(openenv_url: str) -> None:
    server = Address(openenv_url)
    assert "canonical: num_tasks says 9, 8 declared" in task_problems(server, "", {"canonical": 8})[0]
    assert "'hidden'] declared" in " ".join(task_problems(server, "", {"canonical": 9, "hidden": 1})[0])


class OffByOne(OpenEnvIncidentEnvironment):
    """Starts the task after the one that is asked for."""

    def reset(self, *options: Any, index: int | None = None, **named: Any) -> CloudIncidentObservation:
        return super().reset(*options, index=None if index is None else (index + 1) % 9, **named)


def test_a_task_that_starts_another_is_found() -> None:
    app = create_fastapi_app(
        OffByOne,
        CloudIncidentAction,
        CloudIncidentObservation,
        state_cls=CloudIncidentState,
        env_name=TASK_API.strip("/"),
    )
    with serve(app) as url:
        problems, _ = task_problems(Address(url), "", {"canonical": 9})
    assert "canonical: 0: the reset starts AC-002, not AC-001" in problems
