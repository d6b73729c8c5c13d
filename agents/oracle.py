"""The oracle: plays an incident's own plan, for tests and as the ceiling of a comparison. Never served."""

from __future__ import annotations

from collections.abc import Iterator

from agents.policy import Decision, Observation
from scenario import Scenario
from selection import Selection, select_incident

_EVIDENCE = 4  # diagnostics that earn the most a resolution's evidence can


class OraclePolicy:
    """Knows the answer: it selects the incident anew by the options of the reset that started the episode."""

    def __init__(self, asked: Selection) -> None:
        selected = select_incident(asked)
        self._plan = plan_for(selected.task["task_id"], selected.scenario)

    def act(self, observation: Observation) -> Decision:
        return next(self._plan)


def plan_for(task_id: str, scenario: Scenario) -> Iterator[Decision]:
    """The actions of a perfect episode."""
    cause = scenario["correct_root_cause"]
    if task_id == "alert_classification":
        yield Decision("query_logs", {"service": scenario["known_services"][0]})
        yield Decision("submit_severity", {"severity": scenario["correct_severity"]})
        return
    if task_id == "root_cause_analysis":
        yield Decision("query_logs", {"service": cause["service"]})
        yield Decision("submit_root_cause", {"service": cause["service"], "failure_mode": cause["failure_mode"]})
        return
    others = [service for service in scenario["known_services"] if service != cause["service"]]
    for service in [cause["service"], *others][:_EVIDENCE]:
        yield Decision("query_logs", {"service": service})
    for key in scenario["correct_remediation_sequence"]:
        action_type, target = key.split(":", 1)
        yield Decision(action_type, {"target": target})
    last = scenario["correct_remediation_sequence"][-1].split(":", 1)[1]
    summary = f"Root cause: {cause['service']}. Mechanism: {cause['failure_mode']}. Ran {last}. All services recovered."
    yield Decision("submit_resolution", {"summary": summary})
