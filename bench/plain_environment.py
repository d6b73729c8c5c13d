"""The environment once more, written straight down: what a step costs is measured beside it (`bench/step_cost.py`).

One class over a table of dicts, and pydantic models of its own with the fields and limits of those on the wire. It
plays the hand-written incidents of remediation_planning, and leaves out the harm that wrong remediations show and
what the optional parameters of diagnostics ask for.
"""

from __future__ import annotations

import json
import threading
import uuid
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

import graders
from cloud_incident_env.incident import Incident, Task
from tools.incident_layout import lay_out_handwritten, lay_out_task

Name = Annotated[str, StringConstraints(max_length=200)]
Text = Annotated[str, StringConstraints(max_length=8_000)]
Phrase = Annotated[str, StringConstraints(max_length=100)]
Minutes = Annotated[int, Field(ge=0, le=1_440)]

DIAGNOSTICS = ("query_logs", "check_metrics", "check_dependencies", "check_recent_deploys", "check_service_status")
TARGETS = {
    "restart_service": "service",
    "rollback_deploy": "service",
    "scale_service": "service",
    "disable_feature_flag": "flag",
    "clear_cache": "service",
    "execute_runbook_step": "runbook_action",
}
SUBMISSIONS = ("submit_severity", "submit_root_cause", "submit_resolution")
TAKEN = {  # parameters that the record keeps, beside target and the beginning of reasoning
    **dict.fromkeys(DIAGNOSTICS, ("service",)),
    "restart_service": ("service",),
    "rollback_deploy": ("service", "target_version"),
    "scale_service": ("service", "replicas"),
    "disable_feature_flag": ("flag",),
    "clear_cache": ("service",),
    "execute_runbook_step": ("runbook_action",),
    "submit_severity": ("severity",),
    "submit_root_cause": ("service", "failure_mode"),
    "submit_resolution": ("summary",),
}
REASONING_LENGTH = 500
REWARDS = {  # of the hard task
    "first diagnostic on this service": 0.03,
    "another diagnostic on a service queried before": 0.01,
    "the same diagnostic on the same service again": -0.03,
    "diagnostic on an unknown service": -0.05,
    "correct remediation step": 0.06,
    "wrong remediation action": -0.15,
    "unknown action type": -0.03,
}
PAST_HALF = -0.02
TIMEOUT = -0.20


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ActionParameters(Model):
    service: Name | None = None
    severity: Name | None = None
    failure_mode: Text | None = None
    summary: Text | None = None
    target_version: Name | None = None
    replicas: int | None = Field(None, ge=0, le=10_000)
    flag: Name | None = None
    runbook_action: Name | None = None
    target: Name | None = None
    since_minutes: Minutes | None = None
    until_minutes: Minutes | None = None
    level: Phrase | None = None
    contains: Phrase | None = None
    window_minutes: Minutes | None = None
    metric: Phrase | None = None
    trace: Phrase | None = None
    change_id: Phrase | None = None
    reasoning: Text | None = None


class Action(Model):
    action_type: Name
    parameters: ActionParameters = Field(default_factory=ActionParameters)


class Alert(Model):
    id: str
    title: str
    severity: str
    affected_services: list[str]
    symptoms: list[str]
    error_rate: float = Field(ge=0, le=1)
    duration_minutes: int = Field(ge=0)
    revenue_impact_per_min: float | None


class Observation(Model):
    episode_id: str
    task_id: str
    scenario_id: str
    step_count: int = Field(ge=0)
    max_steps: int = Field(ge=1)
    incident_summary: str
    alert: Alert
    available_actions: list[str]
    queried_data: dict[str, dict[str, str]]
    known_services: list[str]
    cumulative_reward: float
    done: bool
    feedback: str
    last_action_error: str | None


class Reward(Model):
    value: float
    reason: str
    cumulative: float


class ActionRecord(Model):
    step: int = Field(ge=1)
    action_type: str
    parameters: dict[str, Any]
    reward: float
    reason: str
    error: str | None


class EpisodeState(Model):
    episode_id: str
    task_id: str
    scenario_id: str
    scenario_index: int
    step_count: int
    max_steps: int
    action_history: list[ActionRecord]
    queried_data: dict[str, dict[str, str]]
    submitted: bool
    resolved: bool
    done: bool
    cumulative_reward: float
    feedback: str


def _kept(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """What the record keeps of the parameters of an action."""
    taken = TAKEN.get(name, ("service",))
    kept = {key: value for key, value in parameters.items() if key in taken or key == "target"}
    if "reasoning" in parameters:
        kept["reasoning"] = parameters["reasoning"][:REASONING_LENGTH]
    return kept


def _table(values: dict[str, Any]) -> dict[str, Any]:
    """The values as a table that was read from a file of JSON."""
    table: dict[str, Any] = json.loads(json.dumps(values))
    return table


class PlainEnvironment:
    """One episode at a time. Threads may share it."""

    def __init__(self, task: Task, incidents: tuple[Incident, ...]) -> None:
        self._task = _table(lay_out_task(task))
        self._incidents = incidents
        self._scenarios = [_table(lay_out_handwritten(incident)) for incident in incidents]
        self._lock = threading.Lock()

    def reset(self, scenario_index: int = 0) -> Observation:
        with self._lock:
            self._index = scenario_index
            self._scenario = self._scenarios[scenario_index]
            self._alert = Alert.model_validate(self._scenario["alert"])
            self._episode_id = uuid.uuid4().hex
            self._steps = 0
            self._history: list[dict[str, Any]] = []
            self._texts = self._scenario["tool_responses"]
            self._queried: dict[str, dict[str, str]] = {}
            self._held: list[str] = []
            self._submitted = False
            self._cumulative = 0.0
            self._done = False
            self._error: str | None = None
            self._grade: dict[str, Any] | None = None
            self._feedback = (
                f"Incident open. You have {self._task['max_steps']} steps; end with {self._task['submission_action']}."
            )
            return self._observation()

    def step(self, action: Action) -> tuple[Observation, Reward, bool, dict[str, Any]]:
        with self._lock:
            if self._done:
                reward = Reward(value=0.0, reason="episode already done", cumulative=self._cumulative)
                return self._observation(), reward, True, self._info()
            self._steps += 1
            self._error = None
            name = action.action_type.strip().casefold()
            parameters = action.parameters.model_dump(exclude_none=True)
            reason = self._act(name, parameters)
            value = REWARDS.get(reason, 0.0)
            ended_by_agent = reason.startswith("submission")
            if self._steps > self._task["max_steps"] // 2 and not ended_by_agent:
                value += PAST_HALF
                reason += "; past half of the steps"
            if self._steps >= self._task["max_steps"] and not ended_by_agent:
                value += TIMEOUT
                reason += "; out of steps without a submission"
            value = round(value, 4)
            self._cumulative = round(self._cumulative + value, 4)
            self._history.append(
                {
                    "step": self._steps,
                    "action_type": action.action_type,
                    "parameters": _kept(name, parameters),
                    "reward": value,
                    "reason": reason,
                    "error": self._error,
                }
            )
            if ended_by_agent or self._steps >= self._task["max_steps"]:
                self._finish()
            reward = Reward(value=value, reason=reason, cumulative=self._cumulative)
            return self._observation(), reward, self._done, self._info()

    def state(self) -> EpisodeState:
        with self._lock:
            return EpisodeState(
                episode_id=self._episode_id,
                task_id=self._task["task_id"],
                scenario_id=self._scenario["scenario_id"],
                scenario_index=self._index,
                step_count=self._steps,
                max_steps=self._task["max_steps"],
                action_history=[ActionRecord.model_validate(entry) for entry in self._history],
                queried_data=self._queried,
                submitted=self._submitted,
                resolved=self._done and len(self._held) == len(self._scenario["correct_remediation_sequence"]),
                done=self._done,
                cumulative_reward=self._cumulative,
                feedback=self._feedback,
            )

    def _act(self, name: str, parameters: dict[str, Any]) -> str:
        """Let an action have its effect, write the feedback, and return the reason for the reward."""
        if name in DIAGNOSTICS:
            if name not in self._task["available_actions"]:
                offered = ", ".join(self._task["available_actions"])
                self._fail(f"{name} is not offered in {self._task['task_id']}: use {offered}")
                return "diagnostic that this task does not offer"
            return self._diagnose(name, parameters)
        if name in TARGETS:
            return self._remediate(name, parameters)
        if name == self._task["submission_action"]:
            self._submitted = True
            self._feedback = "Submission received."
            return "submission"
        if name in SUBMISSIONS:
            wanted = self._task["submission_action"]
            self._fail(f"{name} does not answer {self._task['task_id']}, which wants {wanted}")
            return "submission of the wrong kind"
        self._fail(f"unknown action_type {name!r}: one of {', '.join((*DIAGNOSTICS, *TARGETS, *SUBMISSIONS))}")
        return "unknown action type"

    def _diagnose(self, tool: str, parameters: dict[str, Any]) -> str:
        service = (parameters.get("service") or parameters.get("target") or "").strip().casefold()
        known = self._scenario["known_services"]
        if not service:
            self._fail(f"{tool} needs the parameter service: one of {', '.join(known)}")
            return "diagnostic without a service"
        if service not in known:
            self._fail(f"unknown service {service!r}: one of {', '.join(known)}")
            return "diagnostic on an unknown service"
        repeated = service in self._queried.get(tool, {})
        queried_before = any(service in texts for texts in self._queried.values())
        self._queried.setdefault(tool, {})[service] = self._texts[tool][service]
        if repeated:
            self._feedback = f"{tool} on {service} was run before; the text now shows its latest reading."
            return "the same diagnostic on the same service again"
        self._feedback = f"{tool} on {service}: evidence added."
        if queried_before:
            return "another diagnostic on a service queried before"
        return "first diagnostic on this service"

    def _remediate(self, name: str, parameters: dict[str, Any]) -> str:
        scenario = self._scenario
        target = (parameters.get(TARGETS[name]) or parameters.get("target") or "").strip().casefold()
        if not target:
            self._fail(f"{name} needs the parameter {TARGETS[name]}")
            return "remediation without a target"
        key = f"{name}:{target}"
        result = scenario["remediation_data"].get(name, {}).get(target)
        if key in scenario["correct_remediation_sequence"]:
            if key in self._held:
                self._feedback = f"{name} on {target} is already in effect; nothing changed."
                return "the remediation was already in effect"
            asked = parameters.get("target_version", "").strip().casefold().removeprefix("v")
            good = result.get("target_version", asked).casefold().removeprefix("v")
            ready = all(needed in self._held for needed in scenario["step_requirements"].get(key, []))
            if not ready or (asked and asked != good):
                default = f"{name} on {target} went through, and the incident goes on unchanged."
                self._feedback = result.get("too_early", default)
                return "the remediation took place and did not hold"
            self._held.append(key)
            self._texts = self._texts_now()
            self._feedback = result["result"]
            return "correct remediation step"
        if result is None:
            self._fail(f"{name} found no {TARGETS[name]} named {target!r}: nothing changed")
            return "remediation on an unknown target"
        past = scenario["wrong_only_before"].get(key)
        harm = scenario["wrong_actions"].get(key)
        if harm is None or (past and all(step in self._held for step in past)):
            self._feedback = result["result"]
            return "harmless remediation without effect on the incident"
        self._feedback = f"{result['result']} {harm}"
        return "wrong remediation action"

    def _texts_now(self) -> dict[str, dict[str, str]]:
        """The texts once the steps that hold are in effect; later changes win."""
        texts = {tool: dict(by_service) for tool, by_service in self._scenario["tool_responses"].items()}
        for change in self._scenario["telemetry_changes"]:
            if all(key in self._held for key in change["after"]):
                for tool, by_service in change["tool_responses"].items():
                    texts[tool].update(by_service)
        return texts

    def _fail(self, mistake: str) -> None:
        self._error = mistake
        self._feedback = f"Nothing happened: {mistake}."

    def _finish(self) -> None:
        self._done = True
        record = {"action_history": self._history}
        self._grade = graders.grade(self._task["task_id"], record, self._incidents[self._index])
        self._cumulative = round(self._cumulative + self._grade["total"], 4)
        self._feedback = f"{self._feedback} Grade {self._grade['total']:.2f}. {self._grade['feedback']}"

    def _info(self) -> dict[str, Any]:
        info: dict[str, Any] = {"step": self._steps, "feedback": self._feedback}
        if self._grade is not None:
            info["grade"] = self._grade
        return info

    def _observation(self) -> Observation:
        return Observation(
            episode_id=self._episode_id,
            task_id=self._task["task_id"],
            scenario_id=self._scenario["scenario_id"],
            step_count=self._steps,
            max_steps=self._task["max_steps"],
            incident_summary=self._scenario["incident_summary"],
            alert=self._alert,
            available_actions=self._task["available_actions"],
            queried_data=self._queried,
            known_services=self._scenario["known_services"],
            cumulative_reward=self._cumulative,
            done=self._done,
            feedback=self._feedback,
            last_action_error=self._error,
        )
