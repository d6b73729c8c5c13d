"""What is told at the end of an episode: each part of its grade with the reason, and what the answer was read as."""

from __future__ import annotations

from collections.abc import Iterable

from cloud_incident_env.encoding import Values, grade_values
from cloud_incident_env.episode import Episode
from cloud_incident_env.incident import SEVERITIES, Incident, TaskId
from cloud_incident_env.layout import graders
from cloud_incident_env.ledger import Ledger
from cloud_incident_env.reading.modes import MODES, accepted_for

from .severities import SEVERITY_RULES

_STATEMENTS = {
    "culprit": "the culprit",
    "mechanism": "the mechanism",
    "action": "an action that helped",
    "recovery": "the recovery",
}


def debrief_of(episode: Episode) -> Values:
    """The grade of an ended episode, the best that its incident allows, its parts, and how its text was read."""
    assert episode.grade is not None
    read_as = episode.grade.read_as
    return {
        "grade": grade_values(episode),
        "best": best_grade(episode.task.task_id, episode.incident),
        "parts": parts_of(episode),
        "read_as": None if read_as is None else {"id": read_as, "title": MODES[read_as].title},
    }


def best_grade(task_id: TaskId, incident: Incident | None = None) -> float:
    """The best grade that an incident can earn; without one, that of an incident with four steps to take."""
    return round(sum(part for _, _, part in _most(task_id, incident)), 4)


def parts_of(episode: Episode) -> list[Values]:
    """The parts of a grade: what each earned, the most that it can, and why, in words.

    An episode that earned nothing at all has all of its parts with the same reason.
    """
    graded = episode.grade
    assert graded is not None
    task_id, ledger = episode.task.task_id, episode.ledger
    whys = _WHYS[task_id](ledger, graded) if graded.breakdown else {}
    parts = []
    for name, title, most in _most(task_id, episode.incident):
        earned = graded.breakdown.get(name, 0.0) + 0.0
        parts.append(
            {"name": name, "title": title, "earned": earned, "most": most, "why": whys.get(name, graded.feedback)}
        )
    return parts


def _most(task_id: TaskId, incident: Incident | None) -> list[tuple[str, str, float]]:
    """Name, title and most of each part of a task's grade."""
    if task_id == "alert_classification":
        return [("severity", "Severity", graders.SEVERITY_SCORES[0])]
    if task_id == "root_cause_analysis":
        return [
            ("base", "Service and failure mode", graders.SERVICE_AND_MODE_BASE),
            ("efficiency", "Few detours", graders.EFFICIENCY_MAX),
        ]
    steps = graders.STEP_MAX
    if incident is not None:
        steps = min(steps, graders.STEP_EACH * len(incident.plan))
    return [
        ("base", "Evidence and steps that held", round(graders.RESOLUTION_BASE + graders.EVIDENCE_MAX + steps, 4)),
        ("efficiency", "The whole plan", graders.PLAN_EFFICIENCY),
        ("penalty", "Harmful actions", 0.0),
        ("summary", "Write-up", graders.SUMMARY_FULL),
    ]


def _why_severity(ledger: Ledger, graded: graders.Graded) -> dict[str, str]:
    assert ledger.submission is not None
    submitted = str(ledger.submission["severity"]).strip().upper()
    right = ledger.incident.severity
    if submitted == right:
        return {"severity": f"{right} is right. {SEVERITY_RULES[right]}"}
    distance = abs(SEVERITIES.index(right) - SEVERITIES.index(next(s for s in SEVERITIES if s == submitted)))
    levels = "one level" if distance == 1 else f"{distance} levels"
    return {"severity": f"You said {submitted}; it was {right}, {levels} away. {right}: {SEVERITY_RULES[right]}"}


def _why_root_cause(ledger: Ledger, graded: graders.Graded) -> dict[str, str]:
    incident, looked = ledger.incident, len(ledger.services_queried)
    assert ledger.submission is not None
    mode = MODES[incident.failure_mode]
    if graded.breakdown["base"] < graders.SERVICE_BASE:
        return {
            "base": f"It began in {incident.culprit}. Looking at {_count(looked, 'service')} earned this much.",
            "efficiency": "Only the right service earns it.",
        }
    if graded.read_as in accepted_for(incident.failure_mode):
        base = f"{incident.culprit} is right, and so is the failure mode: {mode.title}."
    else:
        base = f"{incident.culprit} is right, the failure mode is not: it was {mode.title}."
    if incident.culprit in ledger.services_queried:
        efficiency = (
            f"{_count(looked, 'service')} in {_count(ledger.queries, 'look')}: repeated looks cost points here."
        )
    else:
        efficiency = f"You never looked at {incident.culprit}, so this could have been a guess."
    return {"base": base, "efficiency": efficiency}


def _why_resolution(ledger: Ledger, graded: graders.Graded) -> dict[str, str]:
    plan, reached = len(ledger.incident.plan), len(ledger.reached)
    missed = [name for name in _STATEMENTS if name not in graded.stated]
    wrong = ", ".join(f"{key.action} {key.target}".strip() for key in ledger.wrong)
    stated = _listed(name for name in _STATEMENTS if name in graded.stated)
    enough = len(graded.stated) >= graders.SUMMARY_STATEMENTS
    missing = "" if enough else f" Missing or untrue: {_listed(missed)}; three of the four are enough."
    return {
        "base": f"{_count(len(ledger.queried), 'look')} that showed something new, and {_count(reached, 'step')} that "
        "held; four of each earn all of it.",
        "efficiency": f"{reached} of the {_count(plan, 'step')} of the plan held.",
        "penalty": f"{_count(len(ledger.wrong), 'action')} did harm: {wrong}." if wrong else "No action did harm.",
        "summary": f"It truly states {stated or 'none of the four things'}.{missing}",
    }


_WHYS = {
    "alert_classification": _why_severity,
    "root_cause_analysis": _why_root_cause,
    "remediation_planning": _why_resolution,
}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(_STATEMENTS[name] for name in names)
