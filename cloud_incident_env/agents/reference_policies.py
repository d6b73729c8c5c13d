"""Policies that understand nothing: lower bounds that an agent should stay well above.

Each reads observations only and plays all three tasks. A task that a policy's one idea does not answer (restarting
services does not classify an alert) gets the constant answer, so each policy has a grade in every task.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cloud_incident_env.actions import submission_of
from cloud_incident_env.agents.policy import Decision, Observation
from cloud_incident_env.agents.signatures import SIGNATURES, Signature
from cloud_incident_env.status_lines import runbook_steps

# The constant answer. P2 is at most two levels off and loses least over all severities.
CONSTANT_SEVERITY = "P2"
CONSTANT_FAILURE_MODE = "pg-lock-queue"
DEPLOY_FAILURE_MODE = "bad-release"
# Least error rate (0 to 1) of each severity, as the symptom matcher judges it.
SEVERITY_BY_ERRORS = ((0.5, "P1"), (0.1, "P2"), (0.01, "P3"), (0.0, "P4"))

_STEPS_TO_ROLL_BACK = 2  # the rollback and the submission
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


class DoNothingPolicy:
    """Submits a blank at once: no evidence, no remediation, no answer."""

    def act(self, observation: Observation) -> Decision:
        return Decision(submission_of(observation["task_id"]))


class ConstantPolicy:
    """Gives one answer whatever it sees. Subclasses do something first and may learn a better answer from it."""

    def __init__(self) -> None:
        self._seen: Observation = {}
        self._plan: Iterator[Decision] | None = None
        self._suspect = ""  # the last service of the alert unless a subclass finds another
        self._failure_mode = CONSTANT_FAILURE_MODE
        self._did = "none"  # in words, for the write-up

    def act(self, observation: Observation) -> Decision:
        self._seen = observation
        if self._plan is None:
            self._suspect = observation["alert"]["affected_services"][-1]
            self._plan = self._before_submitting()
        if observation["max_steps"] - observation["step_count"] > 1:
            decision = next(self._plan, None)
            if decision is not None:
                return decision
        return self._submission()

    def _before_submitting(self) -> Iterator[Decision]:
        """The steps to take first, as many as fit before the last one."""
        return iter(())

    def _submission(self) -> Decision:
        action_type = submission_of(self._seen["task_id"])
        answers = {
            "submit_severity": {"severity": self._severity()},
            "submit_root_cause": {"service": self._suspect, "failure_mode": self._failure_mode},
            "submit_resolution": {
                "summary": f"Root cause: {self._suspect}. Failure mode: {self._failure_mode}. Actions: {self._did}. "
                "All services have recovered."
            },
        }
        return Decision(action_type, answers[action_type])

    def _severity(self) -> str:
        return CONSTANT_SEVERITY

    def _offers(self, action_type: str) -> bool:
        return action_type in self._seen["available_actions"]

    def _texts(self, tool: str) -> Mapping[str, str]:
        texts: Mapping[str, str] = self._seen["queried_data"].get(tool, {})
        return texts


class RestartEverythingPolicy(ConstantPolicy):
    """Restarts every known service, one after the other; gives the constant answer where restarts are not offered."""

    def _before_submitting(self) -> Iterator[Decision]:
        if self._offers("restart_service"):
            self._did = "restarted every service"
            for service in self._seen["known_services"]:
                yield Decision("restart_service", {"service": service})


class RollbackLatestPolicy(ConstantPolicy):
    """Blames the latest deploy that it finds, and rolls it back where rollbacks are offered."""

    def __init__(self) -> None:
        super().__init__()
        self._failure_mode = DEPLOY_FAILURE_MODE

    def _before_submitting(self) -> Iterator[Decision]:
        for service in self._by_alert():
            if self._seen["max_steps"] - self._seen["step_count"] <= _STEPS_TO_ROLL_BACK:
                break
            yield Decision("check_recent_deploys", {"service": service})
        if self._offers("rollback_deploy"):
            self._did = f"rolled back {self._latest()}"
            yield Decision("rollback_deploy", {"service": self._latest()})

    def _submission(self) -> Decision:
        self._suspect = self._latest()
        return super()._submission()

    def _by_alert(self) -> list[str]:
        """The services of the alert first, then the others."""
        known: list[str] = self._seen["known_services"]
        alerted = self._seen["alert"]["affected_services"]
        return sorted(known, key=lambda name: name not in alerted)

    def _latest(self) -> str:
        """The service whose history shows the latest change; the suspect so far where none shows any."""
        latest = {
            service: max(times)
            for service, text in self._texts("check_recent_deploys").items()
            if (times := [found.replace("T", " ") for found in _TIMESTAMP.findall(text)])
        }
        return max(latest, key=lambda name: latest[name]) if latest else self._suspect


class SymptomMatcherPolicy(ConstantPolicy):
    """Answers the first service and mechanism whose symptoms it reads in a log, origin or victim alike.

    It reads the logs from the alerting service on and stops at the first text that fits. In remediation_planning it
    then restarts that service and runs the steps of its runbook that sound like the mechanism. It takes the severity
    from the error rate alone.
    """

    def _before_submitting(self) -> Iterator[Decision]:
        if self._offers("submit_severity"):
            return
        alerted = self._seen["alert"]["affected_services"]
        for service in dict.fromkeys([*alerted, *self._seen["known_services"]]):
            yield Decision("query_logs", {"service": service})
            matched = _first_match(self._texts("query_logs").get(service, ""))
            if matched is not None:
                self._suspect, self._failure_mode = service, matched.failure_mode
                yield from self._remediate(matched)
                return

    def _remediate(self, matched: Signature) -> Iterator[Decision]:
        if not self._offers("restart_service"):
            return
        self._did = f"restarted {self._suspect}"
        yield Decision("restart_service", {"service": self._suspect})
        yield Decision("check_service_status", {"service": self._suspect})
        for step in runbook_steps(self._texts("check_service_status").get(self._suspect, "")):
            if matched.runbook.search(step.lower()):
                self._did += f", ran {step}"
                yield Decision("execute_runbook_step", {"runbook_action": step})

    def _severity(self) -> str:
        rate = self._seen["alert"]["error_rate"]
        return next(level for bound, level in SEVERITY_BY_ERRORS if rate >= bound)


def _first_match(text: str) -> Signature | None:
    """The mechanism whose symptom stands first in a text."""
    lower = text.lower()
    found = [
        (match.start(), place)
        for place, signature in enumerate(SIGNATURES)
        for pattern in (signature.victims, signature.origin)
        if (match := pattern.search(lower))
    ]
    return SIGNATURES[min(found)[1]] if found else None
