"""Episode grades: how an episode is scored, 0.0 to 1.0.

`grade` is a pure function of the recorded actions and the incident. It plays the recorded actions through a fresh
`Ledger` and trusts nothing else in the record, so the same actions earn the same grade on any machine, and text that
lists every answer earns no more than text that gives none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cloud_incident_env.actions import REMEDIATIONS
from cloud_incident_env.incident import SEVERITIES, Incident, Key, Task
from cloud_incident_env.layout import tasks
from cloud_incident_env.ledger import Ledger
from cloud_incident_env.reading.mechanisms import MECHANISMS
from cloud_incident_env.reading.phrases import (
    mechanisms_named,
    names_any,
    states_mechanism,
    without_denials,
    words_of,
)


@dataclass(frozen=True)
class Graded:
    """A graded episode. The parts in `breakdown` add up to `total` before it is clipped to 0.0 to 1.0."""

    total: float
    breakdown: dict[str, float]
    feedback: str
    resolved: bool = False  # whether the episode answered its task in full, whatever its efficiency on the way

    def as_dict(self) -> dict[str, Any]:
        """The grade as the interfaces show it."""
        return {"total": self.total, "breakdown": dict(self.breakdown), "feedback": self.feedback}


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
MOST_SENTENCES = 100  # of a summary that are read: a write-up has some five
# A summary that names a larger share of the known services than this blames nobody in particular.
MAX_SERVICES_NAMED = 0.75

# The end of a sentence. A run of such marks is looked at once, from its beginning, however long it is.
_SENTENCE_END = re.compile(r"(?<![.;!?\n])[.;!?\n]+(?:\s|$)")
_ACTION_VERBS: dict[str, tuple[str, ...]] = {
    "restart_service": ("restart*", "bounce*", "reboot*", "recycl*", "brought back"),
    "rollback_deploy": ("roll* back", "rollback", "revert*", "downgrad*"),
    "scale_service": ("scal*",),
    "disable_feature_flag": ("disabl*", "turn* off", "switch* off", "flag off"),
    "clear_cache": ("clear*", "flush*", "purg*"),
    "execute_runbook_step": (
        "execut*",
        "ran",
        "run",
        "trigger*",
        "restor*",
        "verif*",
        "rotat*",
        "perform*",
        "complet*",
    ),
}
_RECOVERY_WORDS = ("recover*", "healthy", "back to normal", "normal again", "restored", "resolved", "stable", "nominal")


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
    if not _same_service(service, ledger.incident):
        found = len(ledger.services_queried)
        base = min(WRONG_SERVICE_MAX, WRONG_SERVICE_BASE + WRONG_SERVICE_PER_SERVICE * found)
        lines = [f"The service is not the root cause; {found} service(s) investigated earn {base:.2f}."]
        return _result({"base": base, "efficiency": 0.0}, lines, resolved=False)
    mode_is_right = _explains(
        _without_step_names(ledger.submission.get("failure_mode") or "", ledger.incident),
        ledger.incident,
    )
    base = SERVICE_AND_MODE_BASE if mode_is_right else SERVICE_BASE
    efficiency = _query_efficiency(ledger)
    verdict = "and the failure mode are right" if mode_is_right else "is right, the failure mode is not"
    lines = [f"The service {verdict}: base {base:.2f}."]
    if ledger.incident.culprit in ledger.services_queried:
        lines.append(
            f"{len(ledger.services_queried)} different service(s) in {ledger.queries} diagnostic(s): "
            f"efficiency {efficiency:.2f}."
        )
    else:
        lines.append("The submitted service was never queried: no efficiency.")
    return _result({"base": base, "efficiency": efficiency}, lines, resolved=mode_is_right)


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
    if not (ledger.queried or ledger.held or ledger.wrong):
        return _nothing("Nothing was diagnosed or remediated before the resolution.")
    plan = ledger.incident.plan
    evidence = min(EVIDENCE_MAX, EVIDENCE_EACH * len(ledger.queried))
    steps = min(STEP_MAX, STEP_EACH * len(ledger.held))
    base = RESOLUTION_BASE + evidence + steps
    efficiency = PLAN_EFFICIENCY * len(ledger.held) / len(plan)
    penalty = min(PENALTY_MAX, PENALTY_EACH * len(ledger.wrong))
    statements = true_statements(summary, ledger)
    written = SUMMARY_FULL if len(statements) >= SUMMARY_STATEMENTS else SUMMARY_PARTIAL if statements else 0.0
    lines = [
        f"Base {base:.2f} of 0.50: {len(ledger.queried)} diagnostic(s) that showed something and "
        f"{len(ledger.held)} remediation step(s) that held.",
        f"Efficiency {efficiency:.2f} of {PLAN_EFFICIENCY:.2f}: {len(ledger.held)} of {len(plan)} plan steps held.",
        f"Penalty {penalty:.2f}: {len(ledger.wrong)} wrong action(s).",
        f"Summary {written:.2f} of {SUMMARY_FULL:.2f}: it truly states {len(statements)} of culprit, mechanism, action "
        "taken, recovery" + (f" ({', '.join(statements)})." if statements else "."),
    ]
    breakdown = {"base": base, "efficiency": efficiency, "penalty": 0.0 - penalty, "summary": written}
    return _result(breakdown, lines, resolved=len(ledger.held) == len(plan))


def true_statements(summary: str, ledger: Ledger) -> list[str]:
    """Which of culprit, mechanism, action and recovery a summary states truly of the recorded episode."""
    incident = ledger.incident
    sentences = [without_denials(s) for s in _SENTENCE_END.split(summary)[:MOST_SENTENCES]]
    culprit_names = _full_names_of(incident.culprit, incident)
    named = [s for s in incident.known_services if names_any(summary, _full_names_of(s, incident))]
    blames = len(named) <= MAX_SERVICES_NAMED * len(incident.known_services)
    related = set(incident.failure_mode.related)
    vocabulary = incident.failure_mode.vocabulary or MECHANISMS
    explained = [_without_step_names(s, incident) for s in sentences]
    checks = {
        "culprit": blames and any(names_any(s, culprit_names) for s in sentences),
        "mechanism": any(_explains(s, incident) for s in explained)
        and len(mechanisms_named(" ".join(explained), vocabulary) - related) <= 1,
        "action": any(_states_action(s, key, incident) for s in sentences for key in ledger.held),
        "recovery": _recovered(ledger) and any(names_any(s, _RECOVERY_WORDS) for s in sentences),
    }
    return [name for name, stated in checks.items() if stated]


def _explains(text: str, incident: Incident) -> bool:
    """Whether a text states the mechanism of an incident.

    With a vocabulary of its own an incident knows all that is true of it, so naming all of it is no guessing.
    """
    mode = incident.failure_mode
    if mode.vocabulary is not None:
        return states_mechanism(text, mode.terms, mode.related, mode.vocabulary, most=len(mode.related))
    return states_mechanism(text, mode.terms, mode.related)


def _without_step_names(text: str, incident: Incident) -> str:
    """The text with the last word of each of the plan's flags and runbook steps in place of its name.

    Such a name may contain the words of the mechanism; naming it alone explains nothing.
    """
    for action_type, target in incident.plan:
        if action_type in ("disable_feature_flag", "execute_runbook_step") and target.casefold() in text.casefold():
            text = re.sub(re.escape(target), _words_of_name(target).split()[-1], text, flags=re.I)
    return text


def _states_action(sentence: str, key: Key, incident: Incident) -> bool:
    action_type, target = key
    names = _names_of(target, incident)
    if action_type == "execute_runbook_step" and names_any(sentence, names):
        return True
    return names_any(sentence, _ACTION_VERBS[action_type]) and names_any(sentence, names)


def _recovered(ledger: Ledger) -> bool:
    plan = ledger.incident.plan
    return all(key in ledger.held for key in plan if not key.is_verification)


def _names_of(target: str, incident: Incident) -> list[str]:
    """The phrases that name a service (with its aliases), a flag or a runbook step."""
    return [_words_of_name(name) for name in (target, *incident.aliases.get(target, ()))]


_words_of_name = lru_cache(maxsize=4096)(words_of)  # names recur from sentence to sentence and from episode to episode


def _full_names_of(service: str, incident: Incident) -> list[str]:
    """The names of a service that mean nothing else in prose: those of more than one word."""
    return [name for name in _names_of(service, incident) if " " in name]


def _same_service(submitted: str, incident: Incident) -> bool:
    culprit = incident.culprit
    accepted = {_joined(name) for name in (culprit, *incident.aliases.get(culprit, ()))}
    return _joined(submitted) in accepted


def _joined(name: str) -> str:
    return re.sub(r"[\s_-]+", "-", name.strip().casefold())


def _nothing(reason: str) -> Graded:
    return Graded(0.0, {}, reason)


def _result(breakdown: dict[str, float], lines: list[str], resolved: bool) -> Graded:
    total = min(1.0, max(0.0, sum(breakdown.values())))
    rounded = {name: round(value, 4) for name, value in breakdown.items()}
    return Graded(round(total, 4), rounded, " ".join(lines), resolved)


_GRADERS: dict[str, Callable[[Ledger], Graded]] = {
    "alert_classification": _grade_severity,
    "root_cause_analysis": _grade_root_cause,
    "remediation_planning": _grade_resolution,
}
assert set(_ACTION_VERBS) == set(REMEDIATIONS)
