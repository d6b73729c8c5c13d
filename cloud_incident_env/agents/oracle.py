"""The oracle: plays an incident's own plan, for tests and as the ceiling of a comparison. Never served."""

from __future__ import annotations

from collections.abc import Iterator

from cloud_incident_env.agents.policy import Decision, Observation
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.incident import Incident, TaskId
from cloud_incident_env.options import ResetOptions

_EVIDENCE = 4  # diagnostics that earn the most a resolution's evidence can


class OraclePolicy:
    """Knows the answer: it looks the incident up by the options of the reset that started the episode."""

    def __init__(self, options: ResetOptions) -> None:
        chosen = choose_incident(options)
        self._plan = plan_for(chosen.task.task_id, chosen.incident)

    def act(self, observation: Observation) -> Decision:
        return next(self._plan)


def plan_for(task_id: TaskId, incident: Incident) -> Iterator[Decision]:
    """The actions of a perfect episode."""
    culprit, failure_mode = incident.culprit, incident.failure_mode
    if task_id == "alert_classification":
        yield Decision("query_logs", {"service": incident.known_services[0]})
        yield Decision("submit_severity", {"severity": incident.severity})
        return
    if task_id == "root_cause_analysis":
        yield Decision("query_logs", {"service": culprit})
        yield Decision("submit_root_cause", {"service": culprit, "failure_mode": failure_mode})
        return
    others = [service for service in incident.known_services if service != culprit]
    for service in [culprit, *others][:_EVIDENCE]:
        yield Decision("query_logs", {"service": service})
    for key in incident.solution:
        yield Decision(key.action, {"target": key.target})
    last = incident.solution[-1].target
    summary = f"Root cause: {culprit}. Failure mode: {failure_mode}. Ran {last}. All services recovered."
    yield Decision("submit_resolution", {"summary": summary})
