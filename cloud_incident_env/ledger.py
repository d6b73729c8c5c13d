"""Classifies each action of an episode; rewards, grades and what later diagnostics show depend on the result.

`Ledger` reads an episode's actions one by one and gives a verdict on each. The episode keeps one while it is played;
the graders build one again from the recorded history, so a grade depends on nothing but the actions and the incident.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from cloud_incident_env.actions import ACTIONS, acts_on_services, normalise
from cloud_incident_env.incident import Incident, Key, Task


class Outcome(str, Enum):
    """What one action was. The value is the reason an agent reads beside its reward."""

    NEW_SERVICE = "first diagnostic on this service"
    NEW_DIAGNOSTIC = "another diagnostic on a service queried before"
    REPEATED_DIAGNOSTIC = "the same diagnostic on the same service again"
    UNKNOWN_SERVICE = "diagnostic on an unknown service"
    NO_SERVICE = "diagnostic without a service"
    NOT_OFFERED = "diagnostic that this task does not offer"
    STEP_HELD = "correct remediation step"
    STEP_DID_NOT_HOLD = "the remediation took place and did not hold"
    STEP_DONE_BEFORE = "the remediation was already in effect"
    WRONG_REMEDIATION = "wrong remediation action"
    NO_EFFECT = "harmless remediation without effect on the incident"
    NO_TARGET = "remediation without a target"
    UNKNOWN_TARGET = "remediation on an unknown target"
    UNKNOWN_ACTION = "unknown action type"
    SUBMITTED = "submission"
    WRONG_SUBMISSION = "submission of the wrong kind"


# Their names as programs read them, such as `wrong_remediation`.
OUTCOME_NAMES = {outcome: outcome.name.lower() for outcome in Outcome}
SHOWN_OUTCOMES = frozenset({Outcome.NEW_SERVICE, Outcome.NEW_DIAGNOSTIC, Outcome.REPEATED_DIAGNOSTIC})
SUBMISSION_OUTCOMES = frozenset({Outcome.SUBMITTED, Outcome.WRONG_SUBMISSION})
# Those of a remediation that took place, whatever came of it.
REMEDIATION_OUTCOMES = frozenset(
    {
        Outcome.STEP_HELD,
        Outcome.STEP_DID_NOT_HOLD,
        Outcome.STEP_DONE_BEFORE,
        Outcome.WRONG_REMEDIATION,
        Outcome.NO_EFFECT,
    }
)


class Verdict(NamedTuple):
    """What one action was, with its names in canonical form ("" where there is none)."""

    outcome: Outcome
    action_type: str
    target: str = ""

    @property
    def key(self) -> Key:
        return Key(self.action_type, self.target)


@dataclass(slots=True)
class Ledger:
    """The running account of one episode."""

    task: Task
    incident: Incident
    queries: int = 0  # diagnostic actions, also those that showed nothing
    # Dicts in place of sets: Python's garbage collector does not look at empty ones, and a server keeps thousands.
    # (diagnostic, known service) -> the plan steps that held each time it was run and they were others than before
    queried: dict[tuple[str, str], tuple[tuple[Key, ...], ...]] = field(default_factory=dict)
    services_queried: dict[str, None] = field(default_factory=dict)  # known services that some diagnostic was run on
    held: tuple[Key, ...] = ()  # plan steps, in the order in which they took hold
    wrong: tuple[Key, ...] = ()  # wrong actions, one entry for each time
    taken: dict[Key, None] = field(default_factory=dict)  # remediations that took place, whatever came of them
    submission: dict[str, Any] | None = None  # parameters of the right kind of submission

    def record(self, action_type: str, parameters: Mapping[str, Any]) -> Verdict:
        """Enter one action and give the verdict on it. Any strings are fine; none raises."""
        action = ACTIONS.get(action_type) or ACTIONS.get(normalise(action_type))
        if action is None:
            return Verdict(Outcome.UNKNOWN_ACTION, normalise(action_type))
        if action.group == "diagnostic":
            return self._diagnostic(action.name, parameters)
        if action.group == "remediation":
            return self._remediation(action.name, parameters)
        return self._submission(action.name, parameters)

    def shown(self) -> Iterator[str]:
        """Every text that the diagnostics have shown, harm left out."""
        for place, moments in self.queried.items():
            for held in moments:
                yield self.incident.telemetry.after(held)[place].text

    def _diagnostic(self, tool: str, parameters: Mapping[str, Any]) -> Verdict:
        service = target_of(tool, parameters)
        if tool not in self.task.available_actions:
            return Verdict(Outcome.NOT_OFFERED, tool, service)
        self.queries += 1
        if not service:
            return Verdict(Outcome.NO_SERVICE, tool)
        if service not in self.incident.known_services:
            return Verdict(Outcome.UNKNOWN_SERVICE, tool, service)
        moments = self.queried.get((tool, service), ())
        if self.held not in moments:
            self.queried[tool, service] = (*moments, self.held)
        if moments:
            return Verdict(Outcome.REPEATED_DIAGNOSTIC, tool, service)
        if service in self.services_queried:
            return Verdict(Outcome.NEW_DIAGNOSTIC, tool, service)
        self.services_queried[service] = None
        return Verdict(Outcome.NEW_SERVICE, tool, service)

    def _remediation(self, action_type: str, parameters: Mapping[str, Any]) -> Verdict:
        key = Key(action_type, target_of(action_type, parameters))
        outcome = self._remediation_outcome(key, parameters)
        if outcome in REMEDIATION_OUTCOMES:
            self.taken[key] = None
        if outcome is Outcome.STEP_HELD:
            self.held = (*self.held, key)
        elif outcome is Outcome.WRONG_REMEDIATION:
            self.wrong = (*self.wrong, key)
        return Verdict(outcome, *key)

    def _remediation_outcome(self, key: Key, parameters: Mapping[str, Any]) -> Outcome:
        if self.task.difficulty == "easy":
            return Outcome.WRONG_REMEDIATION
        if not key.target:
            return Outcome.NO_TARGET
        incident = self.incident
        if key in incident.plan:
            if key in self.held:
                return Outcome.STEP_DONE_BEFORE
            ready = all(needed in self.held for needed in incident.requirements.get(key, ()))
            return Outcome.STEP_HELD if ready and self._version_helps(key, parameters) else Outcome.STEP_DID_NOT_HOLD
        consequence = incident.consequences.get(key)
        if consequence is None:
            known = acts_on_services(key.action) and key.target in incident.known_services
            return Outcome.NO_EFFECT if known else Outcome.UNKNOWN_TARGET
        past = consequence.harmless_after
        harmless = consequence.harm is None or (past and all(step in self.held for step in past))
        return Outcome.NO_EFFECT if harmless else Outcome.WRONG_REMEDIATION

    def _version_helps(self, key: Key, parameters: Mapping[str, Any]) -> bool:
        """A rollback goes to the last good version unless the agent names another, which does not help."""
        asked = normalise(parameters.get("target_version") or "") if key.action == "rollback_deploy" else ""
        good = self.incident.consequences[key].version if asked else None
        return not good or asked.removeprefix("v") == normalise(good).removeprefix("v")

    def _submission(self, action_type: str, parameters: Mapping[str, Any]) -> Verdict:
        if action_type != self.task.submission_action:
            return Verdict(Outcome.WRONG_SUBMISSION, action_type)
        action = ACTIONS[action_type]
        taken = (*action.required, *action.optional)
        self.submission = {name: value for name, value in parameters.items() if name in taken}
        return Verdict(Outcome.SUBMITTED, action_type)


def target_of(action_type: str, parameters: Mapping[str, Any]) -> str:
    """What an action acts on, in canonical form: its own parameter, or `target` where that is blank; "" if neither."""
    own = parameters.get(ACTIONS[action_type].required[0])
    return (normalise(own) if own else "") or normalise(parameters.get("target") or "")
