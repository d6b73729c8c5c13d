"""What an incident is: one immutable object, whether it was written by hand or generated from a seed.

The environment, the graders, the page and the agents use this type only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from cloud_incident_env.telemetry import Report

TaskId = Literal["alert_classification", "root_cause_analysis", "remediation_planning"]
TaskDifficulty = Literal["easy", "medium", "hard"]
Severity = Literal["P1", "P2", "P3", "P4"]

SEVERITIES: tuple[Severity, ...] = ("P1", "P2", "P3", "P4")
UNCLASSIFIED = "UNCLASSIFIED"  # the severity of an alert in alert_classification, where it is the question


@dataclass(frozen=True)
class Task:
    """One of the three jobs an agent can be given."""

    task_id: TaskId
    name: str
    difficulty: TaskDifficulty
    description: str
    max_steps: int
    submission_action: str
    available_actions: tuple[str, ...]


class Key(NamedTuple):
    """A remediation: the type of the action and the service, feature flag or runbook step that it acts on."""

    action: str
    target: str

    @property
    def is_verification(self) -> bool:
        """Whether it only checks that the fix worked, as runbook steps named `verify_...` do."""
        return self.action == "execute_runbook_step" and self.target.startswith("verify_")

    def __str__(self) -> str:
        return f"{self.action}:{self.target}"


@dataclass(frozen=True)
class Consequence:
    """What comes of a remediation in an incident."""

    result: str  # what the on-call engineer is told when it takes effect
    service: str  # the service it acts on: its target, or the owner of the flag or runbook step
    too_early: str | None = None  # plan steps with requirements: what is told when it does not hold
    harm: str | None = None  # wrong actions: why it hurts
    harmless_after: tuple[Key, ...] = ()  # plan steps after which a wrong action does no harm any more
    version: str | None = None  # rollbacks of the plan: the only version that helps; it is the default


@dataclass(frozen=True, eq=False)
class AlertText:
    """What the pager shows of a failure, without the id of the alert."""

    title: str
    severity: str  # P1 to P4, or UNCLASSIFIED
    affected_services: tuple[str, ...]
    symptoms: tuple[str, ...]
    error_rate: float  # fraction of failing requests, 0 to 1
    duration_minutes: int
    revenue_impact_per_min: float | None  # USD per minute, None where nobody knows


@dataclass(frozen=True, eq=False)
class Alert(AlertText):
    """What the pager shows."""

    id: str


class Telemetry(Protocol):
    """What the diagnostics of an incident show."""

    def after(self, held: Collection[Key]) -> Mapping[tuple[str, str], Report]:
        """Return the report of each (diagnostic, service) once these plan steps hold."""
        ...


@dataclass(frozen=True, eq=False)
class Incident:
    """A failure, how the on-call engineer is told of it, what shows it, and what helps."""

    id: str
    family: str  # the fault family; of a hand-written incident its own id
    description: str
    summary: str
    alert: Alert
    known_services: tuple[str, ...]
    aliases: Mapping[str, tuple[str, ...]]  # known service -> other names that people write for it
    severity: Severity  # the correct one
    culprit: str  # the service in which the failure began
    failure_mode: str  # id in the catalogue (`reading/modes.py`)
    plan: tuple[Key, ...]  # the remediation in order; empty in alert_classification
    requirements: Mapping[Key, tuple[Key, ...]]  # plan step -> plan steps that must hold before it can hold
    consequences: Mapping[Key, Consequence]
    telemetry: Telemetry = field(repr=False)

    def missing_reports(self, tools: Iterable[str]) -> list[tuple[str, str]]:
        """The (diagnostic, service) of which there is no report, for these diagnostics and every known service."""
        reports = self.telemetry.after(())
        return [(tool, service) for tool in tools for service in self.known_services if (tool, service) not in reports]

    def service_of(self, key: Key) -> str:
        """The service that a remediation acts on; the first of the alert where nobody knows its target."""
        if key.target in self.known_services:
            return key.target
        consequence = self.consequences.get(key)
        return consequence.service if consequence else self.alert.affected_services[0]
