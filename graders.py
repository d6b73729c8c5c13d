"""Episode grades: how an episode is scored, 0.0 to 1.0.

`grade` is a pure function of the recorded actions and the incident. It plays the recorded actions through a fresh
`Ledger` and trusts nothing else in the record, so the same actions earn the same grade on any machine, and text that
lists every answer earns no more than text that gives none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cloud_incident_env.incident import SEVERITIES, Incident, Task
from cloud_incident_env.layout import tasks
from cloud_incident_env.ledger import Ledger
from cloud_incident_env.reading.linear_model import trained
from cloud_incident_env.reading.modes import MODES, accepted_for
from cloud_incident_env.reading.names import names_of
from cloud_incident_env.reading.quotes import without_quotes
from cloud_incident_env.reading.reader import read
from cloud_incident_env.reading.summary import Statements, read_summary


@dataclass(frozen=True)
class Graded:
    """A graded episode. The parts in `breakdown` add up to `total` before it is clipped to 0.0 to 1.0."""

    total: float
    breakdown: dict[str, float]
    feedback: str
    resolved: bool = False  # whether the episode answered its task in full, whatever its efficiency on the way
    read_as: str | None = None  # id of the failure mode as which the submitted text was read
    stated: tuple[str, ...] = ()  # what a summary states truly: culprit, mechanism, action, recovery

    def as_dict(self) -> dict[str, Any]:
        """The grade as the interfaces show it."""
        return {"total": self.total, "breakdown": dict(self.breakdown), "feedback": self.feedback}


READ_AS = "Read as:"  # begins the sentence of the feedback that says it

# alert_classification: score by the distance between the submitted and the correct level
SEVERITY_SCORES = (1.0, 0.5, 0.25, 0.0)

# root_cause_analysis
SERVICE_AND_MODE_BASE = 0.60
SERVICE_BASE = 0.35
WRONG_SERVICE_BASE = 0.05
WRONG_SERVICE_PER_SERVICE = 0.05
WRONG_SERVICE_MAX = 0.20
EFFICIENCY_MAX = 0.40
EFFICIENCY_RATIO = 0.40
EFFICIENCY_PER_SERVICE = 0.05
EFFICIENCY_SERVICES = 3

# remediation_planning
RESOLUTION_BASE = 0.10
EVIDENCE_EACH = 0.05
EVIDENCE_MAX = 0.20
STEP_EACH = 0.05
STEP_MAX = 0.20
PLAN_EFFICIENCY = 0.30
PENALTY_EACH = 0.10
PENALTY_MAX = 0.30
SUMMARY_FULL = 0.10
SUMMARY_PARTIAL = 0.05
SUMMARY_STATEMENTS = 3


def grade(task_id: str, state: Mapping[str, Any], incident: Incident) -> dict[str, Any]:
    """Score an episode: `total` (0.0 to 1.0), `breakdown` by name, `feedback`.

    `state` is an `EpisodeState` as a dict; only its `action_history` is read: a list of mappings with `action_type`
    (str) and `parameters` (mapping of str to str, int or None). Raises ValueError for an unknown `task_id`.
    """
    actions = ((entry["action_type"], entry.get("parameters") or {}) for entry in state["action_history"])
    return grade_actions(tasks.get_task(task_id), actions, incident).as_dict()


def grade_actions(task: Task, actions: Iterable[tuple[str, Mapping[str, Any]]], incident: Incident) -> Graded:
    """Score the actions of an episode, each with its type and parameters, oldest first."""
    ledger = Ledger(task, incident)
    for action_type, parameters in actions:
        ledger.record(action_type, parameters)
    return grade_ledger(ledger)


def grade_ledger(ledger: Ledger) -> Graded:
    """Score an episode by its account: the grade of the actions that were entered in it."""
    return _GRADERS[ledger.task.task_id](ledger)


def _grade_severity(ledger: Ledger) -> Graded:
    if ledger.submission is None:
        return _nothing("No severity was submitted.")
    submitted = (ledger.submission.get("severity") or "").strip().upper()
    if submitted not in SEVERITIES:
        return _nothing("The submitted severity is none of P1, P2, P3, P4.")
    distance = abs(SEVERITIES.index(submitted) - SEVERITIES.index(ledger.incident.severity))
    score = SEVERITY_SCORES[distance]
    levels = "exactly right" if distance == 0 else f"{distance} level{'s' if distance > 1 else ''} off"
    return _result({"severity": score}, [f"Severity {submitted} is {levels}: {score:.2f}."], resolved=distance == 0)


def _grade_root_cause(ledger: Ledger) -> Graded:
    if ledger.submission is None:
        return _nothing("No root cause was submitted.")
    service = ledger.submission.get("service") or ""
    if not service.strip():
        return _nothing("The submission names no service.")
    read_as = _failure_mode(ledger)
    if not _same_service(service, ledger.incident):
        found = len(ledger.services_queried)
        base = min(WRONG_SERVICE_MAX, WRONG_SERVICE_BASE + WRONG_SERVICE_PER_SERVICE * found)
        lines = [f"The service is not the root cause; {found} service(s) investigated earn {base:.2f}.", _told(read_as)]
        return _result({"base": base, "efficiency": 0.0}, lines, False, read_as)
    mode_is_right = read_as in accepted_for(ledger.incident.failure_mode)
    base = SERVICE_AND_MODE_BASE if mode_is_right else SERVICE_BASE
    efficiency = _query_efficiency(ledger)
    verdict = "and the failure mode are right" if mode_is_right else "is right, the failure mode is not"
    lines = [f"The service {verdict}: base {base:.2f}. {_told(read_as)}"]
    if ledger.incident.culprit in ledger.services_queried:
        lines.append(
            f"{len(ledger.services_queried)} different service(s) in {ledger.queries} diagnostic(s): "
            f"efficiency {efficiency:.2f}."
        )
    else:
        lines.append("The submitted service was never queried: no efficiency.")
    return _result({"base": base, "efficiency": efficiency}, lines, mode_is_right, read_as)


def _failure_mode(ledger: Ledger) -> str | None:
    """The failure mode as which the submitted text is read."""
    assert ledger.submission is not None
    text = ledger.submission.get("failure_mode") or ""
    blamed = ledger.incident.culprit  # with any other service the failure mode earns nothing
    return read(text, names_of(ledger.incident), _shown(ledger), blamed).mode


def _shown(ledger: Ledger) -> Iterator[str]:
    """What the agent was shown and may have copied. Written when it is asked for: few submissions need it."""
    incident = ledger.incident
    yield from ledger.shown()
    yield from incident.telemetry.announced(0, ledger.course)
    yield from (incident.summary, incident.alert.title, *incident.alert.symptoms)


def _told(read_as: str | None) -> str:
    """What the agent is told of the failure mode as which its text was read."""
    if read_as is None:
        return f"{READ_AS} no single failure mode of the catalogue."
    return f"{READ_AS} {MODES[read_as].title} ({read_as})."


def _query_efficiency(ledger: Ledger) -> float:
    services = ledger.services_queried
    if ledger.incident.culprit not in services:
        return 0.0
    ratio = EFFICIENCY_RATIO * len(services) / ledger.queries
    return min(EFFICIENCY_MAX, ratio + EFFICIENCY_PER_SERVICE * min(len(services), EFFICIENCY_SERVICES))


def _grade_resolution(ledger: Ledger) -> Graded:
    if ledger.submission is None:
        return _nothing("No resolution was submitted.")
    summary = ledger.submission.get("summary") or ""
    if not summary.strip():
        return _nothing("The resolution has no summary.")
    if not (ledger.looks or ledger.held or ledger.wrong):
        return _nothing("Nothing was diagnosed or remediated before the resolution.")
    plan = ledger.incident.plan
    shown, reached = len(ledger.queried), len(ledger.reached)
    evidence = min(EVIDENCE_MAX, EVIDENCE_EACH * shown)
    steps = min(STEP_MAX, STEP_EACH * reached)
    base = RESOLUTION_BASE + evidence + steps
    efficiency = PLAN_EFFICIENCY * reached / len(plan)
    penalty = min(PENALTY_MAX, PENALTY_EACH * len(ledger.wrong))
    stated = read_summary(without_quotes(summary, _shown(ledger)), ledger.incident)
    statements = true_statements(stated, ledger)
    written = SUMMARY_FULL if len(statements) >= SUMMARY_STATEMENTS else SUMMARY_PARTIAL if statements else 0.0
    lines = [
        f"Base {base:.2f} of 0.50: {shown} diagnostic(s) that showed something and "
        f"{reached} remediation step(s) that held.",
        f"Efficiency {efficiency:.2f} of {PLAN_EFFICIENCY:.2f}: {reached} of {len(plan)} plan steps held.",
        f"Penalty {penalty:.2f}: {len(ledger.wrong)} wrong action(s).",
        f"Summary {written:.2f} of {SUMMARY_FULL:.2f}: it truly states {len(statements)} of culprit, mechanism, action "
        "taken, recovery" + (f" ({', '.join(statements)})." if statements else "."),
        _told(stated.mode),
    ]
    breakdown = {"base": base, "efficiency": efficiency, "penalty": 0.0 - penalty, "summary": written}
    return _result(breakdown, lines, reached == len(plan), stated.mode, tuple(statements))


def true_statements(stated: Statements, ledger: Ledger) -> list[str]:
    """Which of culprit, mechanism, action and recovery a summary states truly of the recorded episode.

    The right culprit does not count beside a wrong mechanism, of which it is not guilty. An action counts if it is a
    step that held, unless another one is named on a service to which nothing was done.
    """
    explained = stated.mode in accepted_for(ledger.incident.failure_mode)
    true = (stated.named | stated.described) & set(ledger.held)
    touched = {ledger.incident.service_of(key) for key in ledger.taken}
    false = [key for key in stated.named - ledger.taken if ledger.incident.service_of(key) not in touched]
    checks = {
        "culprit": stated.culprit == ledger.incident.culprit and (explained or stated.mode is None),
        "mechanism": explained,
        "action": bool(true) and not false,
        "recovery": stated.recovered and ledger.incident.telemetry.recovered(ledger.course),
    }
    return [name for name, is_true in checks.items() if is_true]


def _same_service(submitted: str, incident: Incident) -> bool:
    culprit = incident.culprit
    accepted = {_joined(name) for name in (culprit, *incident.aliases.get(culprit, ()))}
    return _joined(submitted) in accepted


def _joined(name: str) -> str:
    return re.sub(r"[\s_-]+", "-", name.strip().casefold())


def _nothing(reason: str) -> Graded:
    return Graded(0.0, {}, reason)


def _result(
    breakdown: dict[str, float],
    lines: list[str],
    resolved: bool,
    read_as: str | None = None,
    stated: tuple[str, ...] = (),
) -> Graded:
    total = min(1.0, max(0.0, sum(breakdown.values())))
    rounded = {name: round(value, 4) for name, value in breakdown.items()}
    return Graded(round(total, 4), rounded, " ".join(lines), resolved, read_as, stated)


trained()  # read now: grading reads no files
_GRADERS: dict[str, Callable[[Ledger], Graded]] = {
    "alert_classification": _grade_severity,
    "root_cause_analysis": _grade_root_cause,
    "remediation_planning": _grade_resolution,
}
