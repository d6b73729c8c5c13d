"""Texts of diagnostics: of generated incidents of every difficulty and of the hand-written ones, with what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cloud_incident_env.choose import choose_incident
from cloud_incident_env.incident import AT_THE_ALERT, PLAIN, Incident, Query, TaskId
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.telemetry import Row
from tasks import TASKS

TOOLS = ("check_metrics", "query_logs", "check_dependencies", "check_recent_deploys", "check_service_status")
# Difficulty -> indices of incidents of the split `validation`, of which all texts are read.
READ = {"easy": 5, "medium": 5, "hard": 5, "expert": 5}
HANDWRITTEN = 3  # for each task


class Shown(NamedTuple):
    """The text that a diagnostic shows of a service, and its rows where it is hand-written."""

    tool: str
    service: str
    text: str
    rows: tuple[Row, ...] = ()


def generated(task_id: TaskId = "root_cause_analysis") -> Iterator[Shown]:
    """The texts of generated incidents: each diagnostic of each service, and of the alerting one with parameters."""
    for difficulty, count in READ.items():
        for index in range(count):
            options = ResetOptions(task_id=task_id, split="validation", index=index, difficulty=difficulty)
            yield from _shown(choose_incident(options).incident)


def _shown(incident: Incident) -> Iterator[Shown]:
    for service in incident.known_services:
        for tool in TOOLS:
            yield _look(incident, tool, service)
    for service in incident.known_services[:4]:
        yield _look(incident, "check_metrics", service, Query(window_minutes=60))
        yield _look(incident, "query_logs", service, Query(since_minutes=90, until_minutes=10))
        for change in re.findall(r"chg-\w+", _look(incident, "check_recent_deploys", service).text):
            yield _look(incident, "check_recent_deploys", service, Query(change_id=change))
        for trace in ("slowest", "failed"):
            query = Query(trace=trace)
            if incident.telemetry.refusal("check_dependencies", service, query, AT_THE_ALERT) is None:
                yield _look(incident, "check_dependencies", service, query)


def _look(incident: Incident, tool: str, service: str, query: Query = PLAIN) -> Shown:
    report = incident.telemetry.look(tool, service, query, AT_THE_ALERT)
    return Shown(tool, service, report.text, report.rows)


def handwritten() -> Iterator[Shown]:
    """The texts of the hand-written incidents, with their rows; those of the first task show no status."""
    for task_id in TASKS:
        for index in range(HANDWRITTEN):
            incident = choose_incident(ResetOptions(task_id=task_id, scenario_index=index)).incident
            tools = TOOLS[:4] if task_id == "alert_classification" else TOOLS
            for service in incident.known_services:
                for tool in tools:
                    yield _look(incident, tool, service)
