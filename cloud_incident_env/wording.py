"""What the agent is told of its actions: feedback and errors."""

from __future__ import annotations

from cloud_incident_env.actions import ACTIONS, target_parameter
from cloud_incident_env.incident import Incident, Task
from cloud_incident_env.ledger import REMEDIATION_OUTCOMES, SHOWN_OUTCOMES, Outcome, Verdict

NOT_FINISHED = "The episode has not ended yet: there is no grade before the end."
EPISODE_DONE = "episode already done"


def opening(task: Task, incident: Incident) -> str:
    """The feedback of a reset."""
    return f"Incident open. You have {incident.max_steps} steps; end with {task.submission_action}."


def describe(verdict: Verdict, task: Task, incident: Incident) -> tuple[str, str | None]:
    """The feedback on an action, and the error if it was a mistake."""
    outcome, action_type, target, _ = verdict
    if outcome in SHOWN_OUTCOMES:
        if outcome is Outcome.REPEATED_DIAGNOSTIC:
            return f"{action_type} on {target} was run before; the text now shows its latest reading.", None
        if outcome is Outcome.REFINED_DIAGNOSTIC:
            return f"{action_type} on {target} was run before with other parameters; the text now answers these.", None
        return f"{action_type} on {target}: evidence added.", None
    if outcome is Outcome.SUBMITTED:
        return "Submission received.", None
    if outcome in REMEDIATION_OUTCOMES:
        return _describe_remediation(verdict, incident), None
    mistake = _mistake(verdict, task, incident)
    return f"Nothing happened: {mistake}.", mistake


def _mistake(verdict: Verdict, task: Task, incident: Incident) -> str:
    """What was wrong with an action that changed nothing, and what would be right."""
    outcome, action_type, target, note = verdict
    if outcome is Outcome.REFUSED_QUERY:
        return f"{action_type} on {target}: {note}"
    if outcome is Outcome.UNKNOWN_ACTION:
        return f"unknown action_type {action_type!r}: one of {', '.join(ACTIONS)}"
    if outcome is Outcome.NOT_OFFERED:
        return f"{action_type} is not offered in {task.task_id}: use {', '.join(task.available_actions)}"
    if outcome is Outcome.NO_SERVICE:
        return f"{action_type} needs the parameter service: one of {', '.join(incident.known_services)}"
    if outcome is Outcome.UNKNOWN_SERVICE:
        return f"unknown service {target!r}: one of {', '.join(incident.known_services)}"
    if outcome is Outcome.NO_TARGET:
        return f"{action_type} needs the parameter {target_parameter(action_type)}"
    if outcome is Outcome.UNKNOWN_TARGET:
        return f"{action_type} found no {target_parameter(action_type)} named {target!r}: nothing changed"
    assert outcome is Outcome.WRONG_SUBMISSION
    return f"{action_type} does not answer {task.task_id}, which wants {task.submission_action}"


def _describe_remediation(verdict: Verdict, incident: Incident) -> str:
    outcome, action_type, target, note = verdict
    consequence = incident.consequences.get(verdict.key)
    if outcome is Outcome.STEP_HELD and consequence:
        return consequence.result
    where = f"{action_type} on {target}" if target else action_type
    if outcome is Outcome.STEP_DONE_BEFORE:
        if note:
            return f"{where} went through; {note}."
        return f"{where} is already in effect; nothing changed."
    if outcome is Outcome.STEP_DID_NOT_HOLD:
        too_early = consequence.too_early if consequence else None
        return too_early or f"{where} went through, and the incident goes on unchanged."
    result = consequence.result if consequence else f"{where} went through; no service behaves differently."
    if outcome is Outcome.WRONG_REMEDIATION:
        harm = consequence.harm if consequence else None
        return f"{result} {harm or 'This task asks for a classification, not for changes.'}"
    return result
