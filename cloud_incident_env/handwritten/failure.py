"""How a hand-written failure is declared, and how it becomes an `Incident`.

A failure holds what its tools show, row by row, the plan that ends it, and what comes of every remediation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from cloud_incident_env.actions import REMEDIATIONS
from cloud_incident_env.handwritten.logs_and_deploys import Blocks, DeployBlock, LogBlock
from cloud_incident_env.handwritten.neighbours import DependencyRow
from cloud_incident_env.handwritten.reports import Declared, ReportKey, SteppedTelemetry
from cloud_incident_env.handwritten.rows import Figure, Flags, Runbook, StatusRow
from cloud_incident_env.handwritten.steps import Plan, check_known
from cloud_incident_env.incident import Alert, AlertText, Consequence, Incident, Key, Severity
from cloud_incident_env.report_text import Format


@dataclass(frozen=True)
class Result:
    """What comes of a remediation, where more than its result is to be said; a text alone is a result without harm."""

    result: str  # what the on-call engineer is told when it takes effect
    too_early: str | None = None  # plan steps with requirements: what is told when it does not hold
    harm: str | None = None  # wrong actions: why it hurts
    harmless_after: tuple[Key, ...] = ()  # plan steps after which it does no harm any more
    version: str | None = None  # rollbacks of the plan: the only version that helps
    service: str | None = None  # the service it acts on, where its target is not listed by the status of any


@dataclass(frozen=True, eq=False)
class Failure:
    """A failure as it is written by hand. Raises ValueError where its parts do not fit together."""

    format: Format
    date: str  # of its logs, ISO 8601
    alert: AlertText
    services: Mapping[str, tuple[str, ...]]  # the known services, and other names that people write for each
    severity: Severity
    culprit: str
    mode: str  # id of the failure mode
    logs: Mapping[str, Blocks]
    metrics: Mapping[str, tuple[Figure, ...]]
    dependencies: Mapping[str, tuple[DependencyRow, ...]]
    deploys: Mapping[str, Blocks]
    results: Mapping[str, Mapping[str, str | Result]]  # remediation -> target -> what comes of it
    status: Mapping[str, tuple[StatusRow, ...]] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)

    def __post_init__(self) -> None:
        check_known([self.culprit], self.services, "culprit", "a known service")
        check_known(self.results, REMEDIATIONS, "results", "a remediation")
        check_known(self.plan.keys, self.consequences, "plan", "a remediation with a result")
        check_known((service for _, service in self.telemetry.places), self.services, "reports", "of a known service")
        for key, consequence in self.consequences.items():
            self._check(key, consequence)

    @cached_property
    def telemetry(self) -> SteppedTelemetry:
        """What its tools show."""
        return SteppedTelemetry(self.services, self.plan, self._declared(), self.format, self.date)

    @cached_property
    def consequences(self) -> Mapping[Key, Consequence]:
        """What comes of each remediation."""
        told = {Key(action, target): each for action, by in self.results.items() for target, each in by.items()}
        return MappingProxyType({key: self._consequence(key, result) for key, result in told.items()})

    def incident(self, incident_id: str, alert_id: str, description: str, summary: str, *, max_steps: int) -> Incident:
        """The incident in which an on-call engineer meets this failure."""
        return Incident(
            id=incident_id,
            family=incident_id,
            description=description,
            summary=summary,
            alert=Alert(id=alert_id, **vars(self.alert)),
            known_services=tuple(self.services),
            aliases=MappingProxyType(dict(self.services)),
            severity=self.severity,
            culprit=self.culprit,
            failure_mode=self.mode,
            max_steps=max_steps,
            plan=self.plan.conditions,
            consequences=self.consequences,
            telemetry=self.telemetry,
        )

    def _declared(self) -> dict[ReportKey, tuple[Declared, ...]]:
        """The rows of each report."""
        by_tool: dict[str, Mapping[str, tuple[Declared, ...]]] = {
            "query_logs": {service: LogBlock.declared(lines) for service, lines in self.logs.items()},
            "check_metrics": self.metrics,
            "check_dependencies": self.dependencies,
            "check_recent_deploys": {service: DeployBlock.declared(lines) for service, lines in self.deploys.items()},
            "check_service_status": self.status,
        }
        return {(tool, service): rows for tool, reports in by_tool.items() for service, rows in reports.items()}

    def _consequence(self, key: Key, result: str | Result) -> Consequence:
        told = Result(result) if isinstance(result, str) else result
        if told.service is None:
            check_known([key.target], self._owners, f"result of {key}", "a service, or listed in the status of one")
        return Consequence(**{**vars(told), "service": told.service or self._owners[key.target]})

    @cached_property
    def _owners(self) -> dict[str, str]:
        """The service of every target: itself, or the first whose status lists the feature flag or runbook step."""
        owners = {service: service for service in self.services}
        for service, rows in self.status.items():
            for name in (name for row in rows if isinstance(row, Flags | Runbook) for name in row.names):
                owners.setdefault(name, service)
        return owners

    def _check(self, key: Key, consequence: Consequence) -> None:
        """Raise ValueError where a consequence says what does not go with the place of its remediation in the plan."""
        check_known(consequence.harmless_after, self.plan.keys, f"harmless_after of {key}", "a step of the plan")
        if (consequence.too_early is not None) != (key in self.plan.requirements):
            raise ValueError(f"result of {key}: too_early is told of plan steps that need others, and only of these")
        if consequence.harm is not None and key in self.plan.keys:
            raise ValueError(f"result of {key}: a step of the plan does no harm")
