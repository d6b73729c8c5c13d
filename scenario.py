"""The shape of an incident: the single source of truth for what a scenario mapping holds.

An incident is data. Hand-written or generated, it is one `Scenario` mapping, and the environment, the graders, the
UI and the agents know no other shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from typing_extensions import NotRequired, TypedDict

TaskId = Literal["alert_classification", "root_cause_analysis", "remediation_planning"]
Severity = Literal["P1", "P2", "P3", "P4"]

SEVERITIES: tuple[Severity, ...] = ("P1", "P2", "P3", "P4")


class Task(TypedDict):
    """One of the three jobs an agent can be given."""

    task_id: TaskId
    name: str
    difficulty: Literal["easy", "medium", "hard"]
    description: str
    max_steps: int
    submission_action: str
    available_actions: list[str]


class AlertFacts(TypedDict):
    """What an alert says."""

    title: str
    severity: str  # "UNCLASSIFIED" in alert_classification, where it is the question
    affected_services: list[str]
    symptoms: list[str]
    error_rate: float  # fraction of failing requests, 0 to 1
    duration_minutes: int
    revenue_impact_per_min: float | None  # USD per minute, None where nobody knows


class Alert(AlertFacts):
    """What the pager shows."""

    id: str


class RootCause(TypedDict):
    service: str
    failure_mode: str


class RemediationResult(TypedDict):
    """What the on-call engineer sees after a remediation."""

    result: str  # when the action takes effect
    too_early: NotRequired[str]  # plan steps with requirements: when it is taken before them and does not hold
    target_version: NotRequired[str]  # rollbacks in the plan: the only version that helps; it is the default


class TelemetryChange(TypedDict):
    """Texts that replace the initial ones once every action key in `after` is in effect."""

    after: list[str]
    tool_responses: Mapping[str, Mapping[str, str]]  # tool -> service -> text


class Failure(TypedDict):
    """What goes wrong in an incident, what shows it and what helps."""

    known_services: list[str]
    service_aliases: dict[str, list[str]]  # every known service -> other names people write for it
    tool_responses: Mapping[str, Mapping[str, str]]  # diagnostic action -> service -> text before any remediation
    telemetry_changes: list[TelemetryChange]  # later entries win over earlier ones
    remediation_data: Mapping[str, Mapping[str, RemediationResult]]  # remediation action -> target -> result
    wrong_actions: Mapping[str, str]  # action key -> the reason it hurts, told to the agent
    wrong_only_before: dict[str, list[str]]  # wrong action -> plan keys after which it does no harm any more
    correct_severity: Severity
    correct_root_cause: RootCause
    correct_remediation_sequence: list[str]  # action keys in order; empty in alert_classification
    step_requirements: dict[str, list[str]]  # plan key -> plan keys that must hold before it can hold
    failure_mode_terms: list[str]  # phrases of the mechanism (see mechanisms.py for how they match)
    related_mechanisms: list[str]  # names from mechanisms.MECHANISMS that are true of this incident as well
    mechanism_vocabulary: NotRequired[Mapping[str, tuple[str, ...]]]  # in place of mechanisms.MECHANISMS


class Scenario(Failure):
    """One incident: a failure, and how the on-call engineer is told of it."""

    scenario_id: str
    description: str
    incident_summary: str
    alert: Alert
