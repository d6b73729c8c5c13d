"""Parses what the tools show and says where two of them disagree about the same figure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cloud_incident_env.incident import Incident
from tests.reports import reports_after

_HEAD = re.compile(r"^\S+ at \S+: (?P<errors>\S+) % errors, p99 (?P<p99>\S+) ms \(normal (?P<normal>\S+) ms\)")
_CALL = re.compile(
    r"^  (?P<callee>\S+) \((?P<kind>\w+)\): (?P<rate>\S+) calls/s, (?P<errors>\S+) % errors, "
    r"p99 (?P<p99>\S+) ms \(normal (?P<normal>\S+) ms\)",
    re.M,
)

_CALLER = re.compile(r"^  (?P<caller>\S+) \((?P<kind>\w+)\): (?P<rate>[\d,]+) calls/s", re.M)
Texts = Mapping[str, Mapping[str, str]]


def disagreements(texts: Texts, services: Sequence[str]) -> list[str]:
    """Every figure that one tool shows otherwise than another, in one phase."""
    problems = []
    shown = {service: _metrics(texts["check_metrics"][service]) for service in services}
    for service in services:
        metrics, dependencies = shown[service], texts["check_dependencies"][service]
        status, deploys = texts["check_service_status"][service], texts["check_recent_deploys"][service]
        head = _HEAD.match(dependencies)
        if head is None or (head["errors"], head["p99"], head["normal"]) != metrics:
            problems.append(f"{service}: dependencies say {dependencies.splitlines()[0]}, metrics {metrics}")
        if f"Error rate: {metrics[0]} %" not in status:
            problems.append(f"{service}: the status does not show the error rate {metrics[0]} %")
        version = re.search(r"^Version: .* (v[\d.]+)$", status, re.M)
        newest = re.search(r"ago\)  (v[\d.]+)  ", deploys)
        if version is None or newest is None or version[1] != newest[1]:
            problems.append(f"{service}: status and deploy history name different versions")
        problems += _edge_problems(service, texts, shown)
        clocks = {
            re.search(r"at (\d\d:\d\d:\d\d)Z", text[service]) for tool, text in texts.items() if tool != "query_logs"
        }
        if len({clock[1] for clock in clocks if clock is not None}) != 1:
            problems.append(f"{service}: the tools name different times of day")
    return problems


def _metrics(text: str) -> tuple[str, str, str]:
    """Error rate, p99 and normal p99, as written."""
    errors = re.search(r"^error rate +(\S+) %", text, re.M)
    p99 = re.search(r"^latency p99 +(\S+) ms +\S+ ms +(\S+) ms$", text, re.M)
    assert errors is not None
    assert p99 is not None
    return errors[1], p99[1], p99[2]


def _edge_problems(service: str, texts: Texts, shown: Mapping[str, tuple[str, str, str]]) -> list[str]:
    problems = []
    for call in _CALL.finditer(texts["check_dependencies"][service].partition("Calls:")[2]):
        if (call["errors"], call["p99"], call["normal"]) != shown[call["callee"]]:
            problems.append(f"{service} sees {call['callee']} otherwise than its metrics: {call[0].strip()}")
        callers = texts["check_dependencies"][call["callee"]].partition("Calls:")[0]
        back = {found["caller"]: (found["kind"], found["rate"]) for found in _CALLER.finditer(callers)}
        if back.get(service) != (call["kind"], call["rate"]):
            problems.append(f"{service} calls {call['callee']} {call['rate']} times a second, which says {back}")
    return problems


def alert_problems(incident: Incident) -> list[str]:
    """Where the alert says something else than the metrics of the alerting service."""
    alert = incident.alert
    entry = alert.affected_services[0]
    metrics = reports_after(incident)["check_metrics", entry].text
    errors, p99, normal = _metrics(metrics)
    problems = []
    if f"{errors} % of the requests at {entry} fail" not in alert.symptoms[0]:
        problems.append(f"the alert says {alert.symptoms[0]!r}, the metrics {errors} %")
    if f"is {p99} ms (normal {normal} ms)" not in alert.symptoms[1]:
        problems.append(f"the alert says {alert.symptoms[1]!r}, the metrics {p99} ms (normal {normal} ms)")
    if abs(alert.error_rate * 100 - float(errors)) > 0.06:
        problems.append(f"the alert's error rate is {alert.error_rate}, the metrics say {errors} %")
    loss = re.search(r"^revenue loss +\$([\d,]+)/min", metrics, re.M)
    shown = alert.revenue_impact_per_min
    if shown is not None and (loss is None or float(loss[1].replace(",", "")) != shown):
        problems.append(f"the alert's loss is {shown}, the metrics say {loss and loss[1]}")
    return problems


def severity_by_metrics(text: str) -> str:
    """The severity that the rule of the task makes of the metrics of the alerting service."""
    success = re.search(r"^core flow success +(\S+) %", text, re.M)
    affected = re.search(r"^users affected +(\S+) %", text, re.M)
    loss = re.search(r"^revenue loss +\$([\d,]+)/min", text, re.M)
    assert success is not None
    assert affected is not None
    assert loss is not None
    if float(success[1]) < 50 or float(loss[1].replace(",", "")) > 1000:
        return "P1"
    if float(affected[1]) > 50:
        return "P2"
    return "P3" if float(affected[1]) > 0 else "P4"
