"""What each action of an episode amounts to: the single source of truth for rewards, grades and the changing world.

`Ledger` reads an episode's actions one by one and says what each came to. The environment keeps one while it plays; the
graders build one again from the recorded history, so a grade depends on nothing but the actions and the incident.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from actions import (
    DIAGNOSTIC_ACTIONS,
    REMEDIATION_ACTIONS,
    SUBMISSION_ACTIONS,
    action_key,
    normalise,
    target_parameter,
)
from scenario import Scenario, Task


class Outcome(str, Enum):
    """What one action came to. The value is the reason an agent reads beside its reward."""

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


DIAGNOSTIC_OUTCOMES = frozenset(
    {
        Outcome.NEW_SERVICE,
        Outcome.NEW_DIAGNOSTIC,
        Outcome.REPEATED_DIAGNOSTIC,
        Outcome.UNKNOWN_SERVICE,
        Outcome.NO_SERVICE,
    }
)
SUBMISSION_OUTCOMES = frozenset({Outcome.SUBMITTED, Outcome.WRONG_SUBMISSION})


@dataclass(frozen=True)
class Verdict:
    """What one action came to, with its names in canonical form ("" where there is none)."""

    outcome: Outcome
    action_type: str
    target: str = ""

    @property
    def key(self) -> str:
        return action_key(self.action_type, self.target)


@dataclass
class Ledger:
    """The running account of one episode."""

    task: Task
    scenario: Scenario
    queries: int = 0  # diagnostic actions, also those that showed nothing
    queried: set[tuple[str, str]] = field(default_factory=set)  # distinct (diagnostic, known service)
    held: list[str] = field(default_factory=list)  # keys of plan steps, in the order in which they took hold
    wrong: list[str] = field(default_factory=list)  # keys of wrong actions, one entry for each time
    submission: dict[str, Any] | None = None  # parameters of the right kind of submission

    @property
    def services_queried(self) -> set[str]:
        """The distinct known services that some diagnostic was run on."""
        return {service for _, service in self.queried}

    def record(self, action_type: str, parameters: Mapping[str, Any]) -> Verdict:
        """Enter one action and say what it came to. Any strings are fine; none raises."""
        name = normalise(action_type)
        if name in DIAGNOSTIC_ACTIONS:
            verdict = self._diagnostic(name, parameters)
        elif name in REMEDIATION_ACTIONS:
            verdict = self._remediation(name, parameters)
        elif name in SUBMISSION_ACTIONS:
            verdict = self._submission(name, parameters)
        else:
            verdict = Verdict(Outcome.UNKNOWN_ACTION, name)
        return verdict

    def _diagnostic(self, tool: str, parameters: Mapping[str, Any]) -> Verdict:
        service = _target(tool, parameters)
        if tool not in self.task["available_actions"]:
            return Verdict(Outcome.NOT_OFFERED, tool, service)
        self.queries += 1
        if not service:
            return Verdict(Outcome.NO_SERVICE, tool)
        if service not in self.scenario["known_services"]:
            return Verdict(Outcome.UNKNOWN_SERVICE, tool, service)
        if (tool, service) in self.queried:
            return Verdict(Outcome.REPEATED_DIAGNOSTIC, tool, service)
        new_service = service not in self.services_queried
        self.queried.add((tool, service))
        return Verdict(Outcome.NEW_SERVICE if new_service else Outcome.NEW_DIAGNOSTIC, tool, service)

    def _remediation(self, action_type: str, parameters: Mapping[str, Any]) -> Verdict:
        target = _target(action_type, parameters)
        verdict = Verdict(self._remediation_outcome(action_type, target, parameters), action_type, target)
        if verdict.outcome is Outcome.STEP_HELD:
            self.held.append(verdict.key)
        elif verdict.outcome is Outcome.WRONG_REMEDIATION:
            self.wrong.append(verdict.key)
        return verdict

    def _remediation_outcome(self, action_type: str, target: str, parameters: Mapping[str, Any]) -> Outcome:
        key = action_key(action_type, target)
        if self.task["difficulty"] == "easy":
            return Outcome.WRONG_REMEDIATION
        if not target:
            return Outcome.NO_TARGET
        if key in self.scenario["correct_remediation_sequence"]:
            if key in self.held:
                return Outcome.STEP_DONE_BEFORE
            ready = all(needed in self.held for needed in self.scenario["step_requirements"].get(key, ()))
            right_version = self._version_helps(action_type, target, parameters)
            return Outcome.STEP_HELD if ready and right_version else Outcome.STEP_DID_NOT_HOLD
        if key in self.scenario["wrong_actions"] and not self._harm_is_past(key):
            return Outcome.WRONG_REMEDIATION
        known = set(self.scenario["remediation_data"].get(action_type, ()))
        if target_parameter(action_type) == "service":
            known |= set(self.scenario["known_services"])
        return Outcome.NO_EFFECT if target in known else Outcome.UNKNOWN_TARGET

    def _version_helps(self, action_type: str, target: str, parameters: Mapping[str, Any]) -> bool:
        """A rollback goes to the last good version unless the agent names another, which does not help."""
        good = self.scenario["remediation_data"][action_type][target].get("target_version")
        asked = parameters.get("target_version")
        return not good or not asked or not asked.strip() or _version(asked) == _version(good)

    def _harm_is_past(self, key: str) -> bool:
        """Whether the steps after which a wrong action does no harm any more all hold."""
        harmless_after = self.scenario["wrong_only_before"].get(key)
        return bool(harmless_after) and all(step in self.held for step in harmless_after or ())

    def _submission(self, action_type: str, parameters: Mapping[str, Any]) -> Verdict:
        if action_type != self.task["submission_action"]:
            return Verdict(Outcome.WRONG_SUBMISSION, action_type)
        self.submission = dict(parameters)
        return Verdict(Outcome.SUBMITTED, action_type)


def _target(action_type: str, parameters: Mapping[str, Any]) -> str:
    """What an action acts on, in canonical form: its own parameter, or `target` where that is blank; "" if neither."""
    own = normalise(parameters.get(target_parameter(action_type)) or "")
    return own or normalise(parameters.get("target") or "")


def _version(text: str) -> str:
    return normalise(text).removeprefix("v")
