"""The detective: a policy that knows what each failure mode does to rates, latencies and stocks, and to whom.

It weighs every hypothesis (which service, in which mode) by the figures that diagnostics show, looks next at what
separates the most probable ones, and submits the best; where there is something to remedy, it then takes the steps of
that mode's plan. It knows the declarations of the modes as data and reads no log: the wordings of lines are nothing to
it. It shows that an incident can be solved from what its figures say. Never served.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from cloud_incident_env.agents.detective_beliefs import WEIGHTS, Beliefs, Hypothesis
from cloud_incident_env.agents.detective_case import Case
from cloud_incident_env.agents.detective_remedies import acted_on, actions, did
from cloud_incident_env.agents.detective_severity import severity_of
from cloud_incident_env.agents.policy import Decision, Observation

WINDOW_MINUTES = 176  # of a series of metrics: twelve readings that reach back before most changes
LEAST_VALUE = 0.004  # of a look that is still taken
CERTAIN = 0.9995  # probability from which nothing more is looked at
LEAST_SERVICES = 3  # services to look at before an answer
TOLD = 2  # actions that the write-up names: it should not read like a copy of the runbook


class DetectivePolicy:
    """Plays one episode of any task."""

    def __init__(self) -> None:
        self._observation: Observation = {}
        self._case: Case | None = None
        self._beliefs: Beliefs | None = None
        self._asked: Decision | None = None
        self._taken: set[tuple[str, str]] = set()
        self._plan: Iterator[Decision] | None = None
        self._answer: Hypothesis | None = None  # once remedies change what is shown
        self._done: list[str] = []  # what it did, for the write-up

    @property
    def case(self) -> Case:
        """What has been seen so far."""
        assert self._case is not None, "expected an observation first"
        return self._case

    @property
    def beliefs(self) -> Beliefs:
        """How probable each hypothesis is."""
        assert self._beliefs is not None, "expected an observation first"
        return self._beliefs

    def act(self, observation: Observation) -> Decision:
        self._observation = observation
        self._learn()
        if self._plan is None:
            self._plan = self._strategy()
        if self._steps_left() > 1:
            decision = next(self._plan, None)
            if decision is not None:
                if decision.action_type in WEIGHTS:
                    self._taken.add((decision.action_type, decision.parameters["service"]))
                    self._asked = decision
                return decision
        return self._submission()

    def found(self) -> Hypothesis:
        """The answer that the evidence supports best, as it was before the first remedy."""
        return self._answer or self.beliefs.answer()

    def _steps_left(self) -> int:
        left: int = self._observation["max_steps"] - self._observation["step_count"]
        return left

    def _learn(self) -> None:
        """Enter what the last look has shown. A text of another form, as of a hand-written incident, tells nothing."""
        if self._case is None:
            self._case = Case.of(self._observation)
            self._beliefs = Beliefs(self._case)
        asked, self._asked = self._asked, None
        if asked is None or self._observation["last_action_error"] is not None:
            return
        service = asked.parameters["service"]
        with suppress(ValueError):
            self.case.add(asked.action_type, service, self._observation["queried_data"][asked.action_type][service])
            if self._answer is None:
                self.beliefs.update(service)

    def _strategy(self) -> Iterator[Decision]:
        offered = self._observation["available_actions"]
        if "submit_severity" in offered:
            for service in self._observation["alert"]["affected_services"][:2]:
                yield _look("check_metrics", service)
            return
        remedies = "submit_resolution" in offered
        while self._steps_left() > 1 + (self._steps_of_plan() if remedies else 0):
            look = self._next_look()
            if look is None:
                break
            yield look
        if remedies:
            self._answer = self.found()
            yield from self._remediate()

    def _submission(self) -> Decision:
        offered = self._observation["available_actions"]
        if "submit_severity" in offered:
            return Decision("submit_severity", {"severity": severity_of(self.case)})
        found = self.found()
        if "submit_root_cause" in offered:
            return Decision("submit_root_cause", {"service": found.suspect, "failure_mode": found.mode})
        return Decision("submit_resolution", {"summary": self._summary(found)})

    # Diagnosis

    def _next_look(self) -> Decision | None:
        """The look that separates the probable hypotheses best; None where none is worth a step."""
        case, beliefs = self.case, self.beliefs
        if not self._taken:
            return _look("check_dependencies", case.entry)
        best = beliefs.best
        looked_at = len({service for _, service in self._taken})
        seen = any(service == best.suspect for _, service in self._taken)
        if not seen and beliefs.probable[best] > 0.8:
            return _look("check_metrics", best.suspect)
        values = {
            (tool, service): beliefs.value(tool, service)
            for tool in WEIGHTS
            for service in case.services
            if (tool, service) not in self._taken and tool in self._observation["available_actions"]
        }
        tool, service = max(values, key=lambda look: values[look])
        enough = looked_at >= LEAST_SERVICES and seen
        if enough and (values[tool, service] < LEAST_VALUE or beliefs.probable[best] > CERTAIN):
            return None
        return _look(tool, service)

    # Remediation

    def _steps_of_plan(self) -> int:
        """The steps that remedies of the best hypothesis take: looks at status reports, then the aims of its plan."""
        best = self.beliefs.best
        unread = [name for name in acted_on(best, self.case) if ("check_service_status", name) not in self._taken]
        return len(unread) + len(actions(best, self.case))

    def _remediate(self) -> Iterator[Decision]:
        found, case = self.found(), self.case
        for service in acted_on(found, case):
            if ("check_service_status", service) not in self._taken:
                yield _look("check_service_status", service)
        for ways in actions(found, case):
            for decision in ways:
                if did(decision) in self._done:
                    break
                yield decision
                if self._observation["last_action_error"] is None:
                    self._done.append(did(decision))
                    break
        yield _look("check_service_status", case.entry)

    def _summary(self, found: Hypothesis) -> str:
        """A write-up that claims recovery only where the last look shows it."""
        status = self.case.seen[self.case.entry].status
        well = bool(self._done) and status is not None and not status.alerts and status.ready == status.replicas
        state = "All services have recovered." if well else "Recovery is under way."
        done = "".join(f"I {action}. " for action in self._done[:TOLD]) or "I took no action. "
        return f"Root cause: {found.suspect}. Failure mode: {found.mode}. {done}{state}"


def _look(tool: str, service: str) -> Decision:
    parameters = {"service": service}
    return Decision(tool, {**parameters, "window_minutes": WINDOW_MINUTES} if tool == "check_metrics" else parameters)
