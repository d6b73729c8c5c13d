"""What an incident is: one immutable object, whether it was written by hand or generated from a seed.

The environment, the graders, the page and the agents use this type only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
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


class Query(NamedTuple):
    """The optional parameters of a diagnostic, names in small letters; None where one was not given."""

    since_minutes: int | None = None  # query_logs: lines of the last so many minutes
    until_minutes: int | None = None  # query_logs: lines older than so many minutes
    level: str | None = None  # query_logs: lines of this level or worse (debug, info, warn, error, fatal)
    contains: str | None = None  # query_logs: lines that contain this text, without regard to case
    window_minutes: int | None = None  # check_metrics: a series over so many minutes, up to 12 readings
    metric: str | None = None  # check_metrics: this metric alone
    trace: str | None = None  # check_dependencies: slowest or failed: the spans of one request
    change_id: str | None = None  # check_recent_deploys: the diff of this change

    @property
    def given(self) -> tuple[str, ...]:
        """The names of the parameters that were given."""
        return tuple(name for name, value in zip(self._fields, self, strict=True) if value is not None)


PLAIN = Query()  # a diagnostic without optional parameters


class Taken(NamedTuple):
    """A remediation that took place, whatever came of it."""

    minute: int  # minutes since the alert at which it took effect
    key: Key
    version: str = ""  # of a rollback that named one
    replicas: int | None = None  # of a scaling that named a number


class Course(NamedTuple):
    """What has happened in an episode so far."""

    minute: int = 0  # minutes since the alert
    taken: tuple[Taken, ...] = ()  # oldest first
    held: tuple[Key, ...] = ()  # those of them that held as steps of the plan


AT_THE_ALERT = Course()


@dataclass(frozen=True)
class Condition:
    """Something that must come true before the incident is over."""

    name: str  # unique in its plan
    ways: tuple[Key, ...]  # remediations, any of which brings it about
    needs: tuple[str, ...] = ()  # names of conditions that must be true before
    restores: bool = True  # whether it takes failures away (guards and verifications do not)

    @classmethod
    def of(cls, key: Key, needed: Iterable[Key] = ()) -> Condition:
        """The condition that one remediation alone brings about, once those hold that it needs."""
        return cls(str(key), (key,), tuple(map(str, needed)), restores=not key.is_verification)


def brought_about(plan: Iterable[Condition], key: Key, true: Collection[str]) -> tuple[str, ...]:
    """The names of the conditions of a plan that a remediation brings about, once those named in `true` are true."""
    return tuple(
        condition.name
        for condition in plan
        if key in condition.ways and condition.name not in true and all(name in true for name in condition.needs)
    )


class Telemetry(Protocol):
    """What the diagnostics of an incident show, and what the pager says later."""

    @property
    def shows_harm(self) -> bool:
        """Whether the reports show the harm of wrong remediations themselves.

        Where they do not, `harm.harm_lines` is written below them for some steps.
        """
        ...

    def refusal(self, tool: str, service: str, query: Query, course: Course) -> str | None:
        """Say why a query cannot be answered, and what is valid; None where it can be.

        Asked only of queries with a parameter, after `queries.mistake_in` has found nothing wrong.
        """
        ...

    def look(self, tool: str, service: str, query: Query, course: Course) -> Report:
        """Return what a diagnostic shows now. Raises KeyError where there is no such report."""
        ...

    def announced(self, since: int, course: Course) -> tuple[str, ...]:
        """Return the sentences that the pager said after minute `since`, up to now."""
        ...

    def recovered(self, course: Course) -> bool:
        """Whether nothing fails any more."""
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
    max_steps: int  # of an episode with it
    plan: tuple[Condition, ...]  # none before one that it needs; empty in alert_classification
    consequences: Mapping[Key, Consequence]
    telemetry: Telemetry = field(repr=False)

    @property
    def ways(self) -> tuple[Key, ...]:
        """Every remediation that is a way of some condition of the plan, in its order."""
        return tuple(dict.fromkeys(key for condition in self.plan for key in condition.ways))

    @property
    def solution(self) -> tuple[Key, ...]:
        """One shortest list of remediations, in order, that makes the whole plan true, if none has alternatives.

        The first way of each condition in the order of the plan, left out where an earlier one has brought it about.
        """
        taken: list[Key] = []
        true: set[str] = set()
        for condition in self.plan:
            if condition.name not in true:
                taken.append(condition.ways[0])
                true.update(self.brought_about(condition.ways[0], true))
        return tuple(taken)

    def brought_about(self, key: Key, true: Collection[str]) -> tuple[str, ...]:
        """The names of the conditions that a remediation brings about, once those named in `true` are true.

        All that a condition needs must be true before the remediation; what comes true with it does not count yet.
        """
        return brought_about(self.plan, key, true)

    def reports(self, tools: Iterable[str], course: Course = AT_THE_ALERT) -> dict[tuple[str, str], Report]:
        """What these diagnostics show of every known service, where there is a report, by diagnostic and service."""
        found: dict[tuple[str, str], Report] = {}
        for tool in tools:
            for service in self.known_services:
                with suppress(KeyError):
                    found[tool, service] = self.telemetry.look(tool, service, PLAIN, course)
        return found

    def missing_reports(self, tools: Iterable[str]) -> list[tuple[str, str]]:
        """The (diagnostic, service) of which there is no report, for these diagnostics and every known service."""
        asked = tuple(tools)
        reports = self.reports(asked)
        return [(tool, service) for tool in asked for service in self.known_services if (tool, service) not in reports]

    def service_of(self, key: Key) -> str:
        """The service that a remediation acts on; the first of the alert where nobody knows its target."""
        if key.target in self.known_services:
            return key.target
        consequence = self.consequences.get(key)
        return consequence.service if consequence else self.alert.affected_services[0]


def check_plan(plan: Iterable[Condition]) -> None:
    """Raise ValueError where a condition has no way, the name of another, or needs one that does not stand before."""
    before: list[str] = []
    for condition in plan:
        if not condition.ways or condition.name in before:
            raise ValueError(f"condition {condition.name!r}: expected a name of its own and at least one way")
        for name in condition.needs:
            if name not in before:
                raise ValueError(f"condition {condition.name!r} needs {name!r}: expected one of {', '.join(before)}")
        before.append(condition.name)
