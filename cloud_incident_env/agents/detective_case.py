"""What a detective has seen of an incident: every report as read, who calls whom, and what runs where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cloud_incident_env.agents.detective_predictions import (
    ANY_SOFTWARE,
    is_store,
    software_of,
    software_released_as,
    software_with,
)
from cloud_incident_env.agents.evidence import Dependencies, Deploys, Metrics, Status, read_report, seconds_between

LEAST_ERRORS, ERRORS = 0.01, 5.0  # an alert fires from this share, and from this multiple of the normal one
LATENCY = 1.8  # and from this multiple of the normal p99
# What is called in each way, and what stands behind each label of a dependency table.
CALLED_BY = {
    "sync": frozenset({"service", "vendor", "gateway", "cdn"}),
    "async": frozenset({"worker"}),
    "storage": frozenset({"database", "cache", "broker"}),
    "config": frozenset({"config", "dns", "secrets"}),
}
PLATFORM_LABELS = {
    "Runs on": frozenset({"compute", "scheduler"}),
    "Network": frozenset({"network"}),
    "Monitored by": frozenset({"monitoring"}),
}
# Labels below which a service names what it runs on, and what runs on it.
BELOW = (*PLATFORM_LABELS, "Keeps its state in")
ABOVE = ("Carries", "Hosts", "Schedules", "Monitors", "Keeps the state of")
HIDDEN_FAILURES = 0.02  # share of the calls to unknown services that fail from which these may be the reason

_SHARES = re.compile(r"([\d.,]+) % of the requests at \S+ fail \(normal ([\d.,]+) %\)")
_LOST = re.compile(r"([\d.,]+) % of the connections to \S+ fail \(limit ([\d.,]+) %\)")
_TIMES = re.compile(r"p99 latency of \S+ is ([\d.,]+) ms \(normal ([\d.,]+) ms\)")


@dataclass
class Seen:
    """What the diagnostics have shown of one service."""

    metrics: Metrics | None = None
    dependencies: Dependencies | None = None
    status: Status | None = None
    deploys: Deploys | None = None
    looks: int = 0  # how many reports there were


@dataclass
class Case:
    """One incident as far as it is known."""

    services: tuple[str, ...]
    entry: str  # the alerting service
    duration: float  # minutes from the first symptom to the alert
    errors: float | None  # share of the requests at the alerting service that fail, by the alert
    alarming: bool  # whether the figures of the alert are beyond any usual limit
    seen: dict[str, Seen] = field(default_factory=dict)
    begun: str = ""  # time of day of the first look

    @classmethod
    def of(cls, observation: Mapping[str, Any]) -> Case:
        alert = observation["alert"]
        text = "\n".join(alert["symptoms"])
        shares, times, lost = _SHARES.search(text), _TIMES.search(text), _LOST.search(text)
        alarming, errors = True, None
        if shares and times and lost:
            errors, usual = (_number(shares[place]) / 100.0 for place in (1, 2))
            slow = _number(times[1]) > LATENCY * _number(times[2]) * 0.98
            failing = errors > 0.98 * max(LEAST_ERRORS, ERRORS * usual)
            alarming = slow or failing or _number(lost[1]) >= _number(lost[2])
        services = tuple(observation["known_services"])
        return cls(
            services,
            alert["affected_services"][0],
            float(alert["duration_minutes"]),
            errors,
            alarming,
            {service: Seen() for service in services},
        )

    def add(self, tool: str, service: str, text: str) -> None:
        """Enter a report. Raises ValueError for a text of another form."""
        report, seen = read_report(tool, service, text), self.seen[service]
        seen.looks += 1
        if isinstance(report, Metrics):
            seen.metrics = report
        elif isinstance(report, Dependencies):
            seen.dependencies = report
        elif isinstance(report, Status):
            seen.status = report
        elif isinstance(report, Deploys):
            seen.deploys = report
        self.begun = self.begun or getattr(report, "at", "")

    def since_onset(self, clock: str) -> float:
        """Minutes from the first symptom to a time of day; negative before it."""
        return self.duration + seconds_between(self.begun, clock.removesuffix("Z")) / 60.0

    def software(self, service: str) -> frozenset[str]:
        """What a service may run."""
        seen = self.seen[service]
        found = ANY_SOFTWARE
        if seen.metrics is not None:
            found = found & software_with(seen.metrics.rows)
        if seen.status is not None:
            found = found & software_released_as(seen.status.version)
        kinds = self._kinds(service)
        if kinds:
            found = found & software_of(kinds)
        return found or ANY_SOFTWARE

    def calls(self, caller: str, callee: str) -> bool | None:
        """Whether a service calls another, or runs on it; None where no report tells."""
        below, above = self.seen[caller].dependencies, self.seen[callee].dependencies
        if below is not None:
            return below.call(callee) is not None or callee in _named(below, BELOW)
        if above is not None:
            return above.caller(caller) is not None or caller in _named(above, ABOVE)
        return None

    def reach(self, service: str) -> tuple[frozenset[str], bool]:
        """The services that a service waits for, itself included, and whether there may be others."""
        found, queue, others = {service}, [service], False
        for name in queue:
            below = self.seen[name].dependencies
            if below is None:
                others = others or not is_store(self.software(name))
                continue
            for call in below.calls:
                if call.name not in self.seen:
                    others = others or call.fails.value > 100.0 * HIDDEN_FAILURES
                elif call.name not in found:
                    found.add(call.name)
                    queue.append(call.name)
        return frozenset(found), others

    def _kinds(self, service: str) -> frozenset[str]:
        """The kinds of software that are called as a service is called; none where no report tells."""
        for seen in self.seen.values():
            if seen.dependencies is None:
                continue
            call = seen.dependencies.call(service)
            if call is not None:
                return CALLED_BY[call.kind]
            for label, names in seen.dependencies.platform.items():
                if service in names and label in PLATFORM_LABELS:
                    return PLATFORM_LABELS[label]
        return frozenset()

    def time_out(self, service: str) -> float | None:
        """The time-out of calls to a service in ms; None where no report tells."""
        found = [
            call.time_out.value
            for seen in self.seen.values()
            if seen.dependencies and (call := seen.dependencies.call(service)) and call.time_out
        ]
        return min(found, default=None)


def _named(report: Dependencies, labels: Iterable[str]) -> set[str]:
    """The services that a report names below these labels."""
    return {name for label in labels for name in report.platform.get(label, ())}


def _number(text: str) -> float:
    return float(text.replace(",", ""))
