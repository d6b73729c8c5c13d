"""The heuristic policy: rules of thumb of an on-call engineer, applied to what observations show and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cloud_incident_env.agents.policy import Decision, Observation
from cloud_incident_env.agents.signatures import SIGNATURES, Match, matches
from cloud_incident_env.status_lines import flags_on, runbook_steps

P1_LOSS_PER_MINUTE = 1_000.0  # USD; above it an alert is P1
# A service that the alert lists is more often a victim than the origin.
_VICTIM_DISCOUNT = 0.25
# Evidence that singles a suspect out well enough to act on it.
_CONFIDENT = 3.0

_CORE_FLOW_DOWN = re.compile(
    r"(?:log-?ins?|sign-?ins?|checkouts?|payments?)\b[^.\n]{0,60}\b(?:stopped|down|impossible|unavailable|do not work)"
    r"|completed (?:log-?ins|checkouts): 0/",
    re.I,
)
_HIDDEN_FROM_USERS = re.compile(r"\bfall(?:s|ing)?[ -]?back|\bdefaults?\b|\bdegrades? gracefully|from a copy", re.I)
_NO_USER_IMPACT = re.compile(r"no (?:user|customer) impact|maintenance window|nobody is affected", re.I)
_WANTS_RESTART = re.compile(
    r"process (?:re)?starts?|at process start|until (?:the |a )?restart|terminated by signal 9", re.I
)


class HeuristicPolicy:
    """Plays one episode of any task.

    Another policy may take some of the steps: it reads the whole observation each time and never asks for evidence that
    is there already. It always submits before the steps run out.
    """

    def __init__(self) -> None:
        self._observation: Observation = {}
        self._plan: Iterator[Decision] | None = None
        self._done: list[str] = []  # what it did, for the write-up
        self._suspect = ""
        self._signature = SIGNATURES[0]

    def act(self, observation: Observation) -> Decision:
        self._observation = observation
        if self._plan is None:
            self._plan = self._strategy()
        if self._steps_left() <= 1:
            return self._submission()
        return next(self._plan, None) or self._submission()

    def _strategy(self) -> Iterator[Decision]:
        offered = self._observation["available_actions"]
        if "submit_severity" in offered:
            return self._look("check_metrics", self._observation["alert"]["affected_services"][-1:])
        if "submit_root_cause" in offered:
            return self._investigate(every_service=True)
        return self._remediate()

    def _submission(self) -> Decision:
        offered = self._observation["available_actions"]
        if "submit_severity" in offered:
            return Decision("submit_severity", {"severity": self._severity()})
        self._judge()
        if "submit_root_cause" in offered:
            cause = {"service": self._suspect, "failure_mode": self._signature.failure_mode}
            return Decision("submit_root_cause", cause)
        return Decision("submit_resolution", {"summary": self._summary()})

    # Alert classification

    def _severity(self) -> str:
        alert = self._observation["alert"]
        text = "\n".join([*alert["symptoms"], *self._texts().values()])
        loss = alert["revenue_impact_per_min"]
        if (loss is not None and loss > P1_LOSS_PER_MINUTE) or _CORE_FLOW_DOWN.search(text):
            return "P1"
        if _NO_USER_IMPACT.search(text):
            return "P4"
        return "P3" if not loss and _HIDDEN_FROM_USERS.search(text) else "P2"

    # Root cause

    def _investigate(self, every_service: bool) -> Iterator[Decision]:
        """Logs of the alert's services, then of the others, until the origin is clear or all have been read."""
        affected = [s for s in self._observation["known_services"] if s in self._alerted()]
        yield from self._look("query_logs", affected)
        for service in self._observation["known_services"]:
            if not every_service and self._judge() >= _CONFIDENT:
                return
            yield from self._look("query_logs", [service])

    def _judge(self) -> float:
        """Pick the service and the signature that the evidence fits best; return how well."""
        read: dict[str, list[tuple[Match, ...]]] = {}
        for (_, service), text in self._texts().items():
            read.setdefault(service, []).append(matches(text))
        alerted = self._alerted()
        best = (0.0, self._observation["known_services"][0], SIGNATURES[0])
        for place, signature in enumerate(SIGNATURES):
            clues = min(3, sum(match[place].suffers for own in read.values() for match in own))
            for service in self._observation["known_services"] if clues else ():
                origins = set().union(*(match[place].origins for match in read.get(service, ())))
                score = len(origins) * (_VICTIM_DISCOUNT if service in alerted else 1.0) * clues
                if score > best[0]:
                    best = (score, service, signature)
        self._suspect, self._signature = best[1], best[2]
        return best[0]

    # Remediation

    def _remediate(self) -> Iterator[Decision]:
        yield from self._investigate(every_service=False)
        self._judge()
        culprit, signature = self._suspect, self._signature
        yield from self._look("check_service_status", [culprit])
        flag = self._failing_flag(culprit)
        if flag:
            yield self._remedy("disable_feature_flag", "flag", flag)
            yield self._remedy("restart_service", "service", culprit)
        else:
            yield self._remedy("rollback_deploy", "service", culprit)
            for step in runbook_steps(self._status_of(culprit)):
                if signature.runbook.search(step.lower()) and not step.startswith("verify"):
                    yield self._remedy("execute_runbook_step", "runbook_action", step)
        yield from self._restart_victims(culprit)
        yield from self._verify(culprit)

    def _restart_victims(self, culprit: str) -> Iterator[Decision]:
        """Restart the services whose logs say that they need it: crashed databases first, then their clients."""
        waiting = [service for service in self._said_so(_WANTS_RESTART) if service != culprit]
        for service in sorted(waiting, key=lambda name: "terminated by signal 9" not in self._text_of(name)):
            yield self._remedy("restart_service", "service", service)
        unread = [s for s in self._observation["known_services"] if ("query_logs", s) not in self._texts()]
        for service in unread:
            if self._steps_left() <= 4:
                return
            yield from self._look("query_logs", [service])
            if _WANTS_RESTART.search(self._text_of(service)):
                yield self._remedy("restart_service", "service", service)

    def _verify(self, culprit: str) -> Iterator[Decision]:
        """Run the checks that status pages list, nearest to the damage first."""
        damaged = [*self._said_so(_WANTS_RESTART), *self._alerted()]
        stores = [s for s in self._observation["known_services"] if re.search(r"db|postgres|mysql|store", s)]
        for service in dict.fromkeys([culprit, *stores, *damaged, *self._observation["known_services"]]):
            if self._steps_left() <= 2 and ("check_service_status", service) not in self._texts():
                return
            yield from self._look("check_service_status", [service])
            for step in runbook_steps(self._status_of(service)):
                if step.startswith("verify_"):
                    yield self._remedy("execute_runbook_step", "runbook_action", step)

    def _failing_flag(self, culprit: str) -> str | None:
        """A flag of the culprit that is on and that the culprit's own logs or deploys speak of."""
        text = "\n".join(
            text for (tool, name), text in self._texts().items() if name == culprit and tool != "check_service_status"
        )
        return next((name for name in flags_on(self._status_of(culprit)) if name in text), None)

    def _summary(self) -> str:
        actions = ", ".join(self._done) or "none"
        verified = any(" verify_" in action for action in self._done)
        state = "Checks passed and the services have recovered." if verified else "Recovery is under way."
        return f"Root cause: {self._suspect}. Failure mode: {self._signature.failure_mode}. Actions: {actions}. {state}"

    def _remedy(self, action_type: str, parameter: str, target: str) -> Decision:
        verbs = {"disable_feature_flag": "disabled", "restart_service": "restarted", "rollback_deploy": "rolled back"}
        self._done.append(f"{verbs.get(action_type, 'ran')} {target}")
        return Decision(action_type, {parameter: target})

    # Reading the observation

    def _steps_left(self) -> int:
        left: int = self._observation["max_steps"] - self._observation["step_count"]
        return left

    def _alerted(self) -> list[str]:
        return list(self._observation["alert"]["affected_services"])

    def _texts(self) -> dict[tuple[str, str], str]:
        by_tool = self._observation["queried_data"]
        return {(tool, service): text for tool, texts in by_tool.items() for service, text in texts.items()}

    def _text_of(self, service: str) -> str:
        return "\n".join(text for (_, name), text in self._texts().items() if name == service)

    def _said_so(self, pattern: re.Pattern[str]) -> list[str]:
        return [s for s in self._observation["known_services"] if pattern.search(self._text_of(s))]

    def _status_of(self, service: str) -> str:
        return self._texts().get(("check_service_status", service), "")

    def _look(self, tool: str, services: list[str]) -> Iterator[Decision]:
        for service in services:
            if (tool, service) not in self._texts() and service in self._observation["known_services"]:
                yield Decision(tool, {"service": service})
