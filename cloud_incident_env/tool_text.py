"""An episode as text for a model that calls tools: how it opens, and what a call produced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from cloud_incident_env.ended_episode import EndedEpisode
from cloud_incident_env.episode import Episode, Step
from cloud_incident_env.wire import ActionParameters, Observation


class ToolStep(TypedDict):
    """What one call of an action's tool produced."""

    result: str  # what this step alone produced
    reward: float | None  # increment of the cumulative reward; the last one contains the grade. None: episode lost
    total: float | None  # cumulative reward
    step: int
    max_steps: int
    done: bool
    error: str | None
    grade: float | None  # once the episode has ended


def take_step(
    episode: Episode, action_type: str, parameters: Mapping[str, Any], expected_step: int | None = None
) -> ToolStep:
    """Take one step of an episode and say what it produced.

    Raises pydantic's ValidationError for parameters that cannot be, and StepConflictError as `Episode.step`; neither
    takes a step.
    """
    given = ActionParameters(**parameters).given()
    with episode.lock:
        return tool_step(episode, episode.step(action_type, given, expected_step))


def tool_step(episode: Episode, step: Step | None) -> ToolStep:
    """What a step produced; None stands for one after the end. The caller holds the episode's lock."""
    grade = None if episode.grade is None else episode.grade.total
    earned = 0.0 if step is None else step.reward + (grade or 0.0)
    return {
        "result": episode.feedback if step is None else step.result,
        "reward": round(earned, 4),
        "total": episode.cumulative,
        "step": episode.step_count,
        "max_steps": episode.incident.max_steps,
        "done": episode.done,
        "error": episode.error,
        "grade": grade,
    }


def step_after_end(episode: EndedEpisode) -> ToolStep:
    """What a step after the end produces where only the record is left."""
    return {
        "result": episode.feedback,
        "reward": 0.0,
        "total": episode.cumulative,
        "step": episode.step_count,
        "max_steps": episode.max_steps,
        "done": True,
        "error": episode.error,
        "grade": episode.grade_total,
    }


def describe_incident(observation: Observation) -> str:
    """The opening of an incident as text: the alert, the services, the tools that the task offers."""
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
