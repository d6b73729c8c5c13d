"""The mapping that digests of incidents are taken of: everything that an incident holds, as plain values.

Its names and its order are fixed, because the digest of the hand-written incidents in `openenv.yaml` is that of its
JSON. Nothing else reads it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations
from typing import Any

from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.incident import Consequence, Course, Incident, Key, Task
from cloud_incident_env.telemetry import Report

Texts = dict[str, dict[str, str]]  # diagnostic -> service -> text


def lay_out_task(task: Task) -> dict[str, Any]:
    """A task as plain values."""
    return vars(task).copy()


def lay_out_handwritten(incident: Incident) -> dict[str, Any]:
    """A hand-written incident as plain values, with the texts that a plan step, or several together, change."""
    plan = incident.solution
    every = [held for size in range(1, len(plan) + 1) for held in combinations(plan, size)]

    def place(held: tuple[Key, ...]) -> tuple[int, ...]:
        """Where a change stands: by how much its last step needs, then by its steps.

        Changes of one step stand in the order of the plan, those of several the other way round.
        """
        steps = [plan.index(key) for key in held]
        needed = max(len(_needed(incident, str(key))) for key in held)
        return (needed, len(held), *(steps if len(held) == 1 else (-step for step in steps)))

    changes = [_change(held, _changed(incident, held)) for held in sorted(every, key=place)]
    return _laid_out(incident, [change for change in changes if change["tool_responses"]])


def _laid_out(incident: Incident, changes: list[dict[str, Any]]) -> dict[str, Any]:
    consequences = incident.consequences
    remediations: dict[str, dict[str, dict[str, str]]] = {}
    for key, consequence in consequences.items():
        remediations.setdefault(key.action, {})[key.target] = _result(consequence)
    return {
        "scenario_id": incident.id,
        "description": incident.description,
        "incident_summary": incident.summary,
        "alert": vars(incident.alert),
        "known_services": incident.known_services,
        "service_aliases": dict(incident.aliases),
        "tool_responses": _texts(_after(incident)),
        "telemetry_changes": changes,
        "remediation_data": remediations,
        "wrong_actions": {str(key): told.harm for key, told in consequences.items() if told.harm is not None},
        "wrong_only_before": {
            str(key): _written(told.harmless_after) for key, told in consequences.items() if told.harmless_after
        },
        "correct_severity": incident.severity,
        "correct_root_cause": {"service": incident.culprit, "failure_mode": incident.failure_mode},
        "correct_remediation_sequence": _written(incident.solution),
        "step_requirements": {each.name: list(each.needs) for each in incident.plan if each.needs},
    }


def _written(keys: Collection[Key]) -> list[str]:
    return [str(key) for key in keys]


def _result(consequence: Consequence) -> dict[str, str]:
    values = {
        "result": consequence.result,
        "too_early": consequence.too_early,
        "target_version": consequence.version,
    }
    return {name: value for name, value in values.items() if value is not None}


def _change(held: Collection[Key], texts: Texts) -> dict[str, Any]:
    return {"after": _written(held), "tool_responses": texts}


def _texts(reports: Mapping[tuple[str, str], Report]) -> Texts:
    texts: Texts = {}
    for (tool, service), report in reports.items():
        texts.setdefault(tool, {})[service] = report.text
    return texts


def _changed(incident: Incident, held: tuple[Key, ...]) -> Texts:
    """The texts that these steps change together: without any one of them each is another."""
    fewer = [_after(incident, [key for key in held if key != left_out]) for left_out in held]
    changed = {
        place: report
        for place, report in _after(incident, held).items()
        if all(report.text != reports[place].text for reports in fewer)
    }
    return _texts(changed)


def _after(incident: Incident, held: Collection[Key] = ()) -> Mapping[tuple[str, str], Report]:
    """The report of each (diagnostic, service) once these plan steps hold."""
    return incident.reports(DIAGNOSTICS, Course(held=tuple(held)))


def _needed(incident: Incident, name: str) -> set[str]:
    """The names of all conditions that must be true before one can come true."""
    direct = next(condition.needs for condition in incident.plan if condition.name == name)
    return {needed for before in direct for needed in (before, *_needed(incident, before))}
