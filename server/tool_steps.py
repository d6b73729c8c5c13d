"""What a tool call shows of an environment, as text for a model."""

from __future__ import annotations

from typing import Any

from actions import DIAGNOSTIC_ACTIONS, normalise
from incident_tools import ToolStep
from server.environment import EPISODE_DONE, IncidentEnvironment
from server.models import Action, ActionParameters, Observation, Reward


def take_step(environment: IncidentEnvironment, action_type: str, parameters: dict[str, Any]) -> ToolStep:
    """Take one step in an environment and say what it produced. Raises ValueError for parameters that cannot be."""
    action = Action(action_type=action_type, parameters=ActionParameters(**parameters))
    observation, reward, done, info = environment.step(action)
    grade = info["grade"]["total"] if "grade" in info else None
    return {
        "result": tool_result(action, observation, reward),
        "reward": 0.0 if was_over(reward) else reward.value + (grade or 0.0),
        "total": observation.cumulative_reward,
        "step": observation.step_count,
        "max_steps": observation.max_steps,
        "done": done,
        "error": observation.last_action_error,
        "grade": grade,
    }


def was_over(reward: Reward) -> bool:
    """Whether the episode had ended before the step that earned this, which then changed nothing."""
    return reward.reason == EPISODE_DONE


def tool_result(action: Action, observation: Observation, reward: Reward) -> str:
    """The text that a step alone produced: what a diagnostic has just shown, or the feedback of any other action."""
    tool = normalise(action.action_type)
    if tool not in DIAGNOSTIC_ACTIONS or observation.last_action_error is not None or was_over(reward):
        return observation.feedback
    service = normalise(action.parameters.service or "") or normalise(action.parameters.target or "")
    return observation.queried_data.get(tool, {}).get(service, observation.feedback)


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
