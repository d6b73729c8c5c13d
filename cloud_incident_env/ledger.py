"""Classifies each action of an episode; rewards, grades and what later diagnostics show depend on the result.

`Ledger` reads an episode's actions one by one and gives a verdict on each. The episode keeps one while it is played;
the graders build one again from the recorded history, so a grade depends on nothing but the actions and the incident.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from cloud_incident_env.actions import ACTIONS, MISTAKE_MINUTES, Action, acts_on_services, normalise
from cloud_incident_env.incident import AT_THE_ALERT, PLAIN, Course, Incident, Key, Query, Taken, Task
from cloud_incident_env.queries import mistake_in, query_of


class Outcome(str, Enum):
    """What one action was. The value is the reason an agent reads beside its reward."""

    NEW_SERVICE = "first diagnostic on this service"
    NEW_DIAGNOSTIC = "another diagnostic on a service queried before"
    REPEATED_DIAGNOSTIC = "the same diagnostic on the same service again"
    REFINED_DIAGNOSTIC = "the same diagnostic with other parameters"
    REFUSED_QUERY = "diagnostic with parameters that it cannot answer"
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
SHOWN_OUTCOMES = frozenset(
    {Outcome.NEW_SERVICE, Outcome.NEW_DIAGNOSTIC, Outcome.REPEATED_DIAGNOSTIC, Outcome.REFINED_DIAGNOSTIC}
)
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


REACHED_OTHERWISE = "what it is good for had been reached by another action"


class Verdict(NamedTuple):
    """What one action was, with its names in canonical form ("" where there is none)."""

    outcome: Outcome
    action_type: str
    target: str = ""
    note: str = ""  # of a refused query: why, and what is valid; of a step whose aim was reached otherwise: that

    @property
    def key(self) -> Key:
        return Key(self.action_type, self.target)


class Look(NamedTuple):
    """A diagnostic that showed something, and when."""

    tool: str
    service: str
    query: Query
    course: Course


@dataclass(slots=True)
class Ledger:
    """The running account of one episode.

    It keeps the incident's clock: every action takes the minutes that its declaration says. A diagnostic shows the
    minute at which it is asked; a remediation takes effect when its minutes are over.
    """

    task: Task
    incident: Incident
    queries: int = 0  # diagnostic actions, also those that showed nothing
    looks: tuple[Look, ...] = ()  # oldest first
    texts: dict[int, str] = field(default_factory=dict, compare=False, repr=False)  # kept of them, by position
    course: Course = AT_THE_ALERT  # the clock, the remediations that took place, and those that held
    reached: tuple[str, ...] = ()  # names of the plan's conditions, in the order in which they came true
    wrong: tuple[Key, ...] = ()  # wrong actions, one entry for each time
    submission: dict[str, Any] | None = None  # parameters of the right kind of submission

    def record(self, action_type: str, parameters: Mapping[str, Any]) -> Verdict:
        """Enter one action and give the verdict on it. Any strings are fine; none raises."""
        action = ACTIONS.get(action_type) or ACTIONS.get(normalise(action_type))
        if action is None:
            self._pass(MISTAKE_MINUTES)
            return Verdict(Outcome.UNKNOWN_ACTION, normalise(action_type))
        if action.group == "diagnostic":
            verdict = self._diagnostic(action.name, parameters)
            self._pass(action.minutes if verdict.outcome in SHOWN_OUTCOMES else MISTAKE_MINUTES)
            return verdict
        if action.group == "remediation":
            return self._remediation(action, parameters)
        self._pass(action.minutes)
        return self._submission(action.name, parameters)

    @property
    def held(self) -> tuple[Key, ...]:
        """Remediations that held as steps of the plan, in that order."""
        return self.course.held

    @property
    def taken(self) -> frozenset[Key]:
        """Remediations that took place, whatever came of them."""
        return frozenset(taken.key for taken in self.course.taken)

    @property
    def queried(self) -> frozenset[tuple[str, str]]:
        """Each (diagnostic, known service) that showed something."""
        return frozenset((look.tool, look.service) for look in self.looks)

    @property
    def services_queried(self) -> frozenset[str]:
        """Known services of which some diagnostic showed something."""
        return frozenset(look.service for look in self.looks)

    def keep(self, text: str) -> None:
        """Keep the text that the latest look showed, for `shown`. Whoever does not, has it written again."""
        self.texts[len(self.looks) - 1] = text

    def shown(self) -> list[str]:
        """Every text that the diagnostics have shown, each once, harm left out that is written below it."""
        telemetry = self.incident.telemetry
        looks = enumerate(self.looks)
        return list(dict.fromkeys(self.texts.get(n) or telemetry.look(*look).text for n, look in looks))

    def _pass(self, minutes: int) -> None:
        """Let minutes pass."""
        self.course = self.course._replace(minute=self.course.minute + minutes)

    def _diagnostic(self, tool: str, parameters: Mapping[str, Any]) -> Verdict:
        service = target_of(tool, parameters)
        if tool not in self.task.available_actions:
            return Verdict(Outcome.NOT_OFFERED, tool, service)
        self.queries += 1
        if not service:
            return Verdict(Outcome.NO_SERVICE, tool)
        if service not in self.incident.known_services:
            return Verdict(Outcome.UNKNOWN_SERVICE, tool, service)
        query = query_of(tool, parameters)
        if query != PLAIN:
            refusal = mistake_in(query) or self.incident.telemetry.refusal(tool, service, query, self.course)
            if refusal is not None:
                return Verdict(Outcome.REFUSED_QUERY, tool, service, refusal)
        outcome = self._shown_outcome(tool, service, query)
        self.looks = (*self.looks, Look(tool, service, query, self.course))
        return Verdict(outcome, tool, service)

    def _shown_outcome(self, tool: str, service: str, query: Query) -> Outcome:
        """What a diagnostic that shows something is, by those before it."""
        of_service = [look for look in self.looks if look.service == service]
        if not of_service:
            return Outcome.NEW_SERVICE
        asked = [look.query for look in of_service if look.tool == tool]
        if not asked:
            return Outcome.NEW_DIAGNOSTIC
        return Outcome.REPEATED_DIAGNOSTIC if query in asked else Outcome.REFINED_DIAGNOSTIC

    def _remediation(self, action: Action, parameters: Mapping[str, Any]) -> Verdict:
        key = self._key_of(action, parameters)
        outcome = self._remediation_outcome(key, parameters)
        if outcome not in REMEDIATION_OUTCOMES:
            self._pass(MISTAKE_MINUTES)
            return Verdict(outcome, *key)
        minute, taken, held = self.course
        minute += action.minutes
        if outcome is Outcome.STEP_HELD:
            held = (*held, key)
            self.reached = (*self.reached, *self.incident.brought_about(key, self.reached))
        elif outcome is Outcome.WRONG_REMEDIATION:
            self.wrong = (*self.wrong, key)
        self.course = Course(minute, (*taken, _taken(minute, key, parameters)), held)
        otherwise = outcome is Outcome.STEP_DONE_BEFORE and key not in held
        return Verdict(outcome, *key, note=REACHED_OTHERWISE if otherwise else "")

    def _key_of(self, action: Action, parameters: Mapping[str, Any]) -> Key:
        """What a remediation is. A step of a runbook may name its service apart, in place of `STEP@SERVICE`."""
        key = Key(action.name, target_of(action.name, parameters))
        where = parameters.get("target") or parameters.get("service")
        if action.name == "execute_runbook_step" and where and key not in self.incident.consequences:
            whole = Key(action.name, f"{key.target}@{normalise(where)}")
            return whole if whole in self.incident.consequences else key
        return key

    def _remediation_outcome(self, key: Key, parameters: Mapping[str, Any]) -> Outcome:
        if self.task.difficulty == "easy":
            return Outcome.WRONG_REMEDIATION
        if not key.target:
            return Outcome.NO_TARGET
        incident = self.incident
        own = [condition.name for condition in incident.plan if key in condition.ways]
        if own:
            if all(name in self.reached for name in own):
                return Outcome.STEP_DONE_BEFORE
            holds = incident.brought_about(key, self.reached) and self._version_helps(key, parameters)
            return Outcome.STEP_HELD if holds else Outcome.STEP_DID_NOT_HOLD
        consequence = incident.consequences.get(key)
        if consequence is None:
            known = acts_on_services(key.action) and key.target in incident.known_services
            return Outcome.NO_EFFECT if known else Outcome.UNKNOWN_TARGET
        past = consequence.harmless_after
        harmless = consequence.harm is None or (past and all(step in self.held for step in past))
        return Outcome.NO_EFFECT if harmless else Outcome.WRONG_REMEDIATION

    def _version_helps(self, key: Key, parameters: Mapping[str, Any]) -> bool:
        """A rollback goes to the last good version unless the agent names another, which does not help."""
        asked = _version_of(key, parameters)
        consequence = self.incident.consequences.get(key) if asked else None
        good = consequence.version if consequence else None
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


def _version_of(key: Key, parameters: Mapping[str, Any]) -> str:
    """The version that a rollback names, in canonical form; "" if none."""
    return normalise(parameters.get("target_version") or "") if key.action == "rollback_deploy" else ""


def _taken(minute: int, key: Key, parameters: Mapping[str, Any]) -> Taken:
    """A remediation as it took place."""
    replicas = parameters.get("replicas") if key.action == "scale_service" else None
    return Taken(minute, key, _version_of(key, parameters), replicas if type(replicas) is int else None)
