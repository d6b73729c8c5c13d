"""A whole run of a model whose endpoint fails in every way at once: only the model is graded, and counts are right."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cloud_incident_env.evaluation.__main__ import main
from cloud_incident_env.evaluation.metrics import summarise
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.store import RunFolder
from tasks import INCIDENTS as BY_TASK
from tests.llm_stub import Reply, llm_stub

SOON = {"retry-after-ms": "5"}
TRIALS = 2
RETRIES = 2
BROKEN_TRIES = 3  # of an answer that comes with status 200 and cannot be read
QUERY = ("query_logs", {"service": "{service}"})
ANSWERS: dict[str, tuple[str, dict[str, str]]] = {
    "alert_classification": ("submit_severity", {"severity": "P1"}),
    "root_cause_analysis": ("submit_root_cause", {"service": "{service}", "failure_mode": "lock contention"}),
    "remediation_planning": ("submit_resolution", {"summary": "All services have recovered."}),
}
# What happens to the first question of an episode; True in the second place if it happens at every question after it.
FAULTS: dict[str, tuple[Reply, bool]] = {
    "AC-002": (Reply(status=429, headers={"retry-after": "0"}), False),
    "AC-003": (Reply(status=429), False),  # says nothing of when to come back
    "RCA-001": (Reply(status=500, headers=SOON), False),
    "RCA-002": (Reply("late", delay=1.5), False),
    "RCA-003": (Reply(status=429, headers=SOON), True),
    "RP-002": (Reply("x" * 900, cut=4), False),
    "RP-003": (Reply(body='{"choices": [{"index": 0, "mess', headers={"content-type": "application/json"}), True),
}
ONCE = {name for name, (_, lasting) in FAULTS.items() if not lasting}
LASTING = FAULTS.keys() - ONCE
MALFORMED = "RP-001"  # here it is the model that fails, in its first answer
INCIDENTS = [incident for incidents in BY_TASK.values() for incident in incidents]


def incident_of(body: Mapping[str, Any]) -> Any:
    """The incident that a question is about."""
    asked = body["messages"][1]["content"]
    (found,) = (incident for incident in INCIDENTS if incident.summary in asked and task_of(body) in asked)
    return found


def task_of(body: Mapping[str, Any]) -> str:
    found = re.search(r"Task: (\w+)", body["messages"][1]["content"])
    assert found
    return found[1]


def step_of(body: Mapping[str, Any]) -> int:
    """The step that a question asks for: the last one that its messages speak of."""
    told = " ".join(str(message["content"]) for message in body["messages"])
    return int(re.findall(r"[Ss]tep (\d+) of", told)[-1])


class Endpoint:
    """Queries a log, then submits; fails as `FAULTS` says while it is `broken`."""

    def __init__(self, tools: bool) -> None:
        self.tools = tools
        self.broken = True
        self.asked: Counter[str] = Counter()

    def __call__(self, body: Mapping[str, Any]) -> Reply:
        incident = incident_of(body)
        name, step = incident.id, step_of(body)
        self.asked[name] += 1
        if self.broken and name in FAULTS:
            fault, lasting = FAULTS[name]
            # An episode asks at steps 1 and 2, and once more for each fault that passes.
            if lasting or (step == 1 and self.asked[name] % 3 == 1):
                return fault
        if name == MALFORMED and step == 1:
            return self._malformed()
        action, parameters = QUERY if step == 1 else ANSWERS[task_of(body)]
        service = incident.known_services[0]
        return self._say(action, {key: value.format(service=service) for key, value in parameters.items()})

    def _say(self, action: str, parameters: Mapping[str, str]) -> Reply:
        if self.tools:
            return Reply(calls=[(action, json.dumps(parameters))], usage=(100, 7))
        return Reply(json.dumps({"action_type": action, "parameters": parameters}), usage=(100, 7))

    def _malformed(self) -> Reply:
        broken = '{"service": "api-gate'
        return (
            Reply(calls=[("query_logs", broken)], usage=(100, 7))
            if self.tools
            else Reply(f'{{"action_type": "query_logs", "parameters": {broken}', usage=(100, 7))
        )


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("agent", ["llm", "llm-tools"])
def test_every_fault_at_once_leaves_the_right_counts_and_the_model_its_grade(
    agent: str, stream: bool, tmp_path: Path
) -> None:
    endpoint = Endpoint(tools=agent == "llm-tools")
    with llm_stub(endpoint) as stub:
        options = ["run", "--agent", agent, "--model", "m", "--api-base-url", stub.url, "--out", str(tmp_path)]
        options += ["--trials", str(TRIALS), "--api-retries", str(RETRIES), "--api-timeout", "0.75", "--no-report"]
        # One episode at a time, so that the endpoint can tell the questions of an episode from those of the next trial.
        options += ["--concurrency", "1", *(["--stream"] if stream else [])]
        assert main(options, {}) == 3  # not all graded
        asked = Counter(endpoint.asked)
        first = RunFolder(tmp_path).episodes()
        endpoint.broken = False
        assert main(options, {}) == 0
    by_incident = _by_incident(first)
    assert all(len(trials) == TRIALS for trials in by_incident.values())
    for name, trials in by_incident.items():
        for record in trials:
            _check(record, lasting=name in LASTING, malformed=name == MALFORMED)
    tries = {"RCA-003": 1 + RETRIES, "RP-003": BROKEN_TRIES}
    assert asked == {
        name: TRIALS * (tries[name] if name in LASTING else 3 if name in ONCE else 2) for name in by_incident
    }
    summary = summarise(first)
    assert summary["overall"]["infrastructure_errors"] == len(LASTING) * TRIALS
    assert summary["overall"]["episodes"] == (9 - len(LASTING)) * TRIALS
    # Once it is repaired, only what the endpoint had spoilt is played.
    last = RunFolder(tmp_path).episodes()
    assert all(record["status"] == "graded" for record in last)
    assert len(list(RunFolder(tmp_path).lines())) == (9 + len(LASTING)) * TRIALS
    assert [record for record in last if record["scenario_id"] not in LASTING] == [
        record for record in first if record["scenario_id"] not in LASTING
    ]


def _by_incident(records: list[EpisodeRecord]) -> dict[str, list[EpisodeRecord]]:
    found: dict[str, list[EpisodeRecord]] = {}
    for record in records:
        found.setdefault(record["scenario_id"], []).append(record)
    return found


def _check(record: EpisodeRecord, *, lasting: bool, malformed: bool) -> None:
    """An episode is two steps of the model, paid for once; or it never got past its first question."""
    if lasting:
        assert (record["status"], record["steps"], record["grade"]) == ("infrastructure_error", [], 0.0)
        assert record["error"]
        return
    assert (record["status"], record["error"]) == ("graded", None)
    assert [step["source"] for step in record["steps"]] == ["model", "model"]
    assert (record["prompt_tokens"], record["completion_tokens"]) == (200, 14)
    assert record["invalid_actions"] == int(malformed)
    assert record["steps"][1]["action_type"] == ANSWERS[record["task_id"]][0]


def test_two_trials_of_one_incident_do_not_mix(tmp_path: Path) -> None:
    """Eight episodes at a time ask one endpoint: each is answered, and graded, by what it asked itself."""
    endpoint = Endpoint(tools=True)
    endpoint.broken = False
    with llm_stub(endpoint) as stub:
        options = ["--agent", "llm-tools", "--model", "m", "--api-base-url", stub.url, "--no-report", "--trials", "4"]
        assert main(["run", *options, "--out", str(tmp_path / "eight"), "--concurrency", "8"], {}) == 0
        assert main(["run", *options, "--out", str(tmp_path / "one"), "--concurrency", "1"], {}) == 0
    together, alone = (_outcomes(RunFolder(tmp_path / name).episodes()) for name in ("eight", "one"))
    assert together == alone


def _outcomes(records: list[EpisodeRecord]) -> list[tuple[str, float, list[str]]]:
    return [(record["key"], record["grade"], [step["digest"] for step in record["steps"]]) for record in records]
