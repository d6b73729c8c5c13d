"""The verifiers example plays real episodes: verifiers' own rollouts and scoring, a scripted model, the real server.

verifiers and the server need different releases of openenv, so verifiers runs in an environment of its own, as a
process: VERIFIERS_PYTHON names its interpreter.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from openenv.core import GenericEnvClient

from cloud_incident_env.actions import REMEDIATIONS, target_parameter
from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.incident import Incident
from tasks import INCIDENTS as BY_TASK
from tasks import get_task
from tests.http_server import serve_with
from tests.reports import reports_after

VERIFIERS_PYTHON = os.environ.get("VERIFIERS_PYTHON")
ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "examples" / "verifiers_incidents" / "README.md"
RUN_SECONDS = 400
FULL_MARKS = {"alert_classification": 1.0, "root_cause_analysis": 1.0, "remediation_planning": 0.90}
INCIDENTS: dict[str, tuple[str, Incident]] = {
    incident.id: (task_id, incident) for task_id, incidents in BY_TASK.items() for incident in incidents
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        VERIFIERS_PYTHON is None, reason="VERIFIERS_PYTHON names no interpreter: see make test-verifiers"
    ),
]

Answer = str | tuple[str, dict[str, Any]]  # words, or a tool's name and its arguments
Model = Callable[[str, int], Answer]  # from the incident's id and the number of turns before this one
Trace = dict[str, Any]


@dataclass
class Run:
    """A finished evaluation: the trace of each incident, and what the model was asked."""

    traces: dict[str, Trace]
    requests: list[dict[str, Any]]


@contextmanager
def scripted_endpoint(model: Model) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An OpenAI-compatible endpoint that streams what `model` answers, and the requests it got."""
    requests: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            requests.append(body)
            turn = sum(message["role"] == "assistant" for message in body["messages"])
            content = _stream(model(_incident_of(body), turn), turn)
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", requests
    finally:
        server.shutdown()
        server.server_close()


def _incident_of(request: dict[str, Any]) -> str:
    prompt = next(message["content"] for message in request["messages"] if message["role"] == "user")
    return re.search(r"\b(AC|RCA|RP)-\d{3}\b", str(prompt))[0]


def _stream(answer: Answer, turn: int) -> bytes:
    """The events of a chat completion."""
    if isinstance(answer, str):
        delta: dict[str, Any] = {"role": "assistant", "content": answer}
    else:
        function = {"name": answer[0], "arguments": json.dumps(answer[1])}
        call = {"index": 0, "id": f"call-{turn}", "type": "function", "function": function}
        delta = {"role": "assistant", "tool_calls": [call]}
    choices = [
        {"index": 0, "delta": delta, "finish_reason": None},
        {"index": 0, "delta": {}, "finish_reason": "stop" if isinstance(answer, str) else "tool_calls"},
    ]
    head = {"id": "stub", "object": "chat.completion.chunk", "created": 0, "model": "stub"}
    events = [json.dumps({**head, "choices": [choice]}) for choice in choices]
    return "".join(f"data: {event}\n\n" for event in [*events, "[DONE]"]).encode()


def oracle_calls(incident: str) -> list[tuple[str, dict[str, Any]]]:
    """The perfect episode, by the parameter names that the tools' schemas use."""
    return [
        (
            decision.action_type,
            {target_parameter(decision.action_type): decision.parameters["target"]}
            if decision.action_type in REMEDIATIONS
            else decision.parameters,
        )
        for decision in plan_for(*INCIDENTS[incident])
    ]


@contextmanager
def openenv_server(**changes: Any) -> Iterator[str]:
    with serve_with(openenv=True, **changes) as url:
        httpx.get(f"{url}/metadata", timeout=60)  # waits until the protocol has been loaded
        yield url


def run_verifiers(command: list[str], stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in the activated verifiers environment, from the root of the checkout."""
    assert VERIFIERS_PYTHON is not None
    path = f"{Path(VERIFIERS_PYTHON).parent.absolute()}{os.pathsep}{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path, "HF_TOKEN": "none"}
    environ.pop("PYTHONPATH", None)
    return subprocess.run(
        command, cwd=ROOT, env=environ, input=stdin, capture_output=True, text=True, timeout=RUN_SECONDS
    )


def documented_command(task_set: str) -> list[str]:
    """The command of the README that evaluates on this task set."""
    blocks = re.findall(r"```bash\n(.*?)```", README.read_text(), re.S)
    (command,) = [block for block in blocks if block.startswith(f"vf-eval {task_set} ")]
    return shlex.split(command.replace("\\\n", " "))


def evaluate(folder: Path, server: str, model: Model, *options: str, task_set: str = "verifiers-incidents") -> Run:
    """Run the README's command on these two servers, with these options as well."""
    command = documented_command(task_set)
    with scripted_endpoint(model) as (endpoint, requests):
        command[command.index("--client.base-url") + 1] = endpoint
        command[command.index("--env.taskset.base-url") + 1] = server
        where = ("--output-dir", str(folder), "--run.dir", "run")
        result = run_verifiers([*command, "--no-rich", *where, *options])
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
    lines = (folder / "run" / "traces.jsonl").read_text().splitlines()
    traces = [trace for line in lines for trace in json.loads(line)["traces"]]
    return Run({_incident_of({"messages": [n["message"] for n in t["nodes"]]}): t for t in traces}, requests)


def reward_of(trace: Trace) -> float:
    assert trace["errors"] == []
    return sum(reward["score"] * reward["weight"] for reward in trace["rewards"].values())


def tool_messages(trace: Trace) -> list[str]:
    return [node["message"]["content"] for node in trace["nodes"] if node["message"]["role"] == "tool"]


# A model that knows the answers: nine rollouts at once


@pytest.fixture(scope="module")
def perfect(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Every incident once. No rollout gets its first answer before all of them are under way."""
    together = threading.Barrier(len(INCIDENTS))

    def oracle(incident: str, turn: int) -> Answer:
        if turn == 0:
            together.wait(120)
        return oracle_calls(incident)[turn]

    with openenv_server(max_episodes=len(INCIDENTS)) as url:
        return evaluate(tmp_path_factory.mktemp("perfect"), url, oracle)


@pytest.mark.parametrize("incident", INCIDENTS)
def test_the_oracle_earns_full_marks(perfect: Run, incident: str) -> None:
    trace = perfect.traces[incident]
    assert reward_of(trace) == pytest.approx(FULL_MARKS[INCIDENTS[incident][0]])
    assert trace["stop_condition"] == "episode_over"
    metrics = trace["metrics"]
    parts = sum(value for name, value in metrics.items() if name.startswith("grade_"))
    assert parts == pytest.approx(trace["rewards"]["grade"]["score"])
    counts = [metrics[name] for name in ("finished", "steps", "mistakes", "wrong_actions")]
    assert counts == [1, len(oracle_calls(incident)), 0, 0]


@pytest.mark.parametrize("incident", INCIDENTS)
def test_rollouts_at_once_do_not_mix(perfect: Run, incident: str) -> None:
    task_id, played = INCIDENTS[incident]
    action_type, parameters = oracle_calls(incident)[0]
    shown = tool_messages(perfect.traces[incident])
    evidence = reports_after(played)[action_type, parameters["service"]].text
    assert shown[0] == f"{evidence}\n\nStep 1 of {get_task(task_id).max_steps}."
    steps = [text.splitlines()[-1].split()[1] for text in shown]
    assert steps == [str(step) for step in range(1, len(oracle_calls(incident)))]  # the last answer ends the rollout


def test_the_model_is_offered_the_actions_of_its_task(perfect: Run) -> None:
    for request in perfect.requests:
        task = get_task(INCIDENTS[_incident_of(request)][0])
        tools = {tool["function"]["name"]: tool["function"] for tool in request["tools"]}
        assert list(tools) == list(task.available_actions)
        assert all(tool["description"] and tool["parameters"]["required"] for tool in tools.values())


# Models that do badly


def test_a_model_that_does_not_end_the_episode_earns_nothing(tmp_path: Path) -> None:
    def lazy(incident: str, turn: int) -> Answer:
        """In alert classification not a call; in root cause analysis a query, two calls that do not fit, and words."""
        service = INCIDENTS[incident][1].known_services[0]
        calls: list[Answer] = [
            ("query_logs", {"service": service}),
            ("query_logs", {"server": service}),
            ("restart_service", {"service": service}),
            ("query_logs", {"service": "nowhere"}),
        ]
        return calls[turn] if incident.startswith("RCA") and turn < len(calls) else "Everything looks fine to me."

    tasks = ["alert_classification", "root_cause_analysis"]
    # One rollout after another and three that leave a session behind: with room for two, the idle ones must be closed.
    with openenv_server(max_episodes=2) as url:
        options = ("--env.taskset.tasks", json.dumps(tasks), "--env.taskset.task.rewards.shaping.weight", "1")
        run = evaluate(tmp_path, url, lazy, *options, "-c", "1", "--env.taskset.tools.idle-seconds", "0.01")
        with ExitStack() as stack:  # and with the evaluation all of them
            for _ in range(2):
                stack.enter_context(GenericEnvClient(base_url=url).sync()).reset()
    assert set(run.traces) == {name for name, (task_id, _) in INCIDENTS.items() if task_id in tasks}
    for incident, trace in run.traces.items():
        assert trace["rewards"]["grade"]["score"] == 0
        assert trace["metrics"]["finished"] == 0
        played = incident.startswith("RCA")
        assert [trace["metrics"][name] for name in ("steps", "mistakes")] == ([2, 1] if played else [0, 0])
        assert reward_of(trace) == pytest.approx(0.04 - 0.06 if played else 0)
        if played:
            _, misnamed, not_offered, _ = tool_messages(trace)
            assert "'server' was unexpected" in misnamed or "'service' is a required property" in misnamed
            assert "unknown tool" in not_offered


def test_a_wrong_remediation_is_counted_and_costs(tmp_path: Path) -> None:
    def hasty(incident: str, turn: int) -> Answer:
        consequences = INCIDENTS[incident][1].consequences
        action_type, target = next(key for key, consequence in consequences.items() if consequence.harm)
        return [(action_type, {target_parameter(action_type): target}), *oracle_calls(incident)][turn]

    # One after another on a server with room for one session: each must close its own when the episode ends.
    with openenv_server(max_episodes=1) as url:
        run = evaluate(tmp_path, url, hasty, "--env.taskset.tasks", '["remediation_planning"]', "-c", "1")
    assert len(run.traces) == 3
    for trace in run.traces.values():
        assert trace["metrics"]["wrong_actions"] == 1
        assert reward_of(trace) == pytest.approx(0.80)


# Servers that do badly


def test_a_session_that_breaks_off_is_an_error_and_no_grade(tmp_path: Path) -> None:
    with ExitStack() as server:
        url = server.enter_context(openenv_server())

        def oracle(incident: str, turn: int) -> Answer:
            if turn == 1:
                server.close()
            return oracle_calls(incident)[turn]

        run = evaluate(tmp_path, url, oracle, "-n", "1")
    (trace,) = run.traces.values()
    assert "broke off" in trace["errors"][0]["message"]
    assert trace["rewards"] == {}


def test_an_unknown_split_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with openenv_server() as url:
        where = ("--no-push", "--no-rich", "--output-dir", str(tmp_path), "--env.taskset.base-url", url)
        result = run_verifiers(["vf-eval", "verifiers-incidents", *where, "--env.taskset.split", "secret"])
    assert result.returncode != 0
    assert re.search(r"unknown split 'secret': one of .*canonical", result.stdout + result.stderr)


# Without the example: the task set that verifiers has, and the client of openenv 0.4.1


def test_the_openenv_task_set_of_verifiers_plays_each_task(tmp_path: Path) -> None:
    def oracle(incident: str, turn: int) -> Answer:
        action_type, parameters = oracle_calls(incident)[turn]
        return json.dumps({"action_type": action_type, "parameters": parameters})

    with openenv_server() as url:
        run = evaluate(tmp_path, url, oracle, task_set="openenv")
        assert {INCIDENTS[incident][0] for incident in run.traces} == set(BY_TASK)
        for incident, trace in run.traces.items():
            assert reward_of(trace) == pytest.approx(return_of_the_oracle(url, incident))


def return_of_the_oracle(url: str, incident: str) -> float:
    with GenericEnvClient(base_url=url).sync() as env:
        result = env.reset(task_id=INCIDENTS[incident][0], scenario_index=int(incident[-1]) - 1)
        for action_type, parameters in oracle_calls(incident):
            result = env.step({"action_type": action_type, "parameters": parameters})
        return float(result.observation["cumulative_reward"])


PLAY_WITH_OPENENV_0_4 = """
import json, sys
from importlib.metadata import version
from openenv import GenericEnvClient

assert version("openenv") == "0.4.1", version("openenv")
url, episodes = json.load(sys.stdin)
grades = []
for task_id, index, calls in episodes:
    with GenericEnvClient(base_url=url).sync() as env:
        result = env.reset(task_id=task_id, scenario_index=index)
        rewards = [result.reward]
        for action_type, parameters in calls:
            result = env.step({"action_type": action_type, "parameters": parameters})
            rewards.append(result.reward)
        assert result.done and env.state()["resolved"]
        assert abs(sum(rewards) - result.observation["cumulative_reward"]) < 1e-6
        grades.append(result.metadata["grade"]["total"])
print(json.dumps(grades))
"""


@pytest.mark.parametrize("path", ["", "/openenv"])
def test_the_client_of_openenv_0_4_plays_each_task(openenv_url: str, path: str) -> None:
    episodes = [
        (task_id, index, oracle_calls(incident.id))
        for task_id, incidents in BY_TASK.items()
        for index, incident in enumerate(incidents)
    ]
    question = json.dumps([openenv_url + path, episodes])
    result = run_verifiers(["python", "-c", PLAY_WITH_OPENENV_0_4], question)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == [FULL_MARKS[task_id] for task_id, _, _ in episodes]
