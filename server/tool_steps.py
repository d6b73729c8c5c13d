"""What a tool call shows of an environment, as text for a model."""

from __future__ import annotations

from typing import Any

from incident_tools import ToolStep
from server.environment import EPISODE_DONE, IncidentEnvironment
from server.models import Action, ActionParameters, Observation


def take_step(environment: IncidentEnvironment, action_type: str, parameters: dict[str, Any]) -> ToolStep:
    """Take one step in an environment and say what it produced. Raises ValueError for parameters that cannot be."""
    action = Action(action_type=action_type, parameters=ActionParameters(**parameters))
    observation, reward, done, info = environment.step(action)
    grade = info["grade"]["total"] if "grade" in info else None
    over = reward.reason == EPISODE_DONE  # it was over before this step, which has changed nothing
    service = parameters.get("service", "").strip().casefold()
    evidence = observation.queried_data.get(action_type, {}).get(service)
    showed_evidence = evidence is not None and observation.last_action_error is None and not over
    return {
        "result": evidence if evidence is not None and showed_evidence else observation.feedback,
        "reward": 0.0 if over else reward.value + (grade or 0.0),
        "total": observation.cumulative_reward,
        "step": observation.step_count,
        "max_steps": observation.max_steps,
        "done": done,
        "error": observation.last_action_error,
        "grade": grade,
    }


def describe_incident(observation: Observation) -> str:
    """The opening of an incident as text: the alert, the services, the tools that count."""
    alert = observation.alert
    loss = "unknown" if alert.revenue_impact_per_min is None else f"${alert.revenue_impact_per_min:,.0f}/min"
    lines = [
        f"Incident {observation.scenario_id}, task {observation.task_id}, {observation.max_steps} steps.",
        observation.incident_summary,
        f"Alert {alert.id}: {alert.title}. Severity {alert.severity}, errors {alert.error_rate:.0%}, "
        f"since {alert.duration_minutes} min, loss {loss}.",
        *(f"- {symptom}" for symptom in alert.symptoms),
        f"Affected: {', '.join(alert.affected_services)}.",
        f"Known services: {', '.join(observation.known_services)}.",
        f"Tools of this task: {', '.join(observation.available_actions)}.",
    ]
    return "\n".join(lines)
