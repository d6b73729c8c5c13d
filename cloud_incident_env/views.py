"""An episode as the models on the wire show it. Each function holds the episode's lock, unless it says otherwise."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cloud_incident_env.encoding import grade_values, state_values
from cloud_incident_env.episode import Episode
from cloud_incident_env.incident import Alert
from cloud_incident_env.wire import (
    Action,
    AlertInfo,
    EpisodeState,
    GradeResult,
    Observation,
    Reward,
    StepInfo,
)
from cloud_incident_env.wording import EPISODE_DONE

RECENT_ALERTS = 256  # alerts whose model is kept, because episodes of one incident often follow each other


def take_action(episode: Episode, action: Action) -> tuple[Observation, Reward]:
    """Take one action: what the agent sees then, and what it earned.

    A mistake of the agent (an unknown name, a missing parameter) is no exception: the observation's
    `last_action_error` says what was wrong. After the end an action changes nothing. Raises StepConflictError where
    the action's `expected_step` is not the number that the step would get.
    """
    with episode.lock:
        step = episode.step(action.action_type, action.parameters.given(), action.expected_step)
        value, reason = (0.0, EPISODE_DONE) if step is None else (step.reward, step.reason)
        reward = Reward(value=value, reason=reason, cumulative=episode.cumulative)
        return _observation(episode), reward


def observation_of(episode: Episode) -> Observation:
    """What the agent sees now."""
    with episode.lock:
        return _observation(episode)


def _observation(episode: Episode) -> Observation:
    """A copy of the episode's first observation, with all that changes from step to step."""
    if episode.first_view is None:
        episode.first_view = _first_observation(episode)
    first: Observation = episode.first_view
    return first.model_copy(
        update={
            "step_count": len(episode.history),
            "queried_data": {tool: texts.copy() for tool, texts in episode.queried_data.items()},
            "cumulative_reward": episode.cumulative,
            "done": episode.done,
            "feedback": episode.feedback,
            "last_action_error": episode.error,
        }
    )


def _first_observation(episode: Episode) -> Observation:
    """The observation before any step, validated once an episode."""
    task, incident = episode.task, episode.incident
    return Observation(
        episode_id=episode.episode_id,
        task_id=task.task_id,
        scenario_id=incident.id,
        step_count=0,
        max_steps=incident.max_steps,
        incident_summary=incident.summary,
        alert=_alert_info(incident.alert),
        available_actions=task.available_actions,
        queried_data={},
        known_services=incident.known_services,
        cumulative_reward=0.0,
        done=False,
        feedback="",
        last_action_error=None,
    )


@lru_cache(maxsize=RECENT_ALERTS)
def _alert_info(alert: Alert) -> AlertInfo:
    return AlertInfo.model_validate(vars(alert))


def info_of(episode: Episode) -> StepInfo:
    """What goes with a step: its number, the feedback, and at the end the grade."""
    with episode.lock:
        grade = grade_of(episode) if episode.done else None
        return StepInfo(step=len(episode.history), feedback=episode.feedback, grade=grade)


def info_values(episode: Episode) -> dict[str, Any]:
    """The same as a dict, for callers in this process that hold the episode's lock."""
    info: dict[str, Any] = {"step": len(episode.history), "feedback": episode.feedback}
    if episode.grade is not None:
        info["grade"] = episode.grade.as_dict()
    return info


def state_of(episode: Episode) -> EpisodeState:
    """The record of the episode so far."""
    with episode.lock:
        return EpisodeState.model_validate(state_values(episode))


def grade_of(episode: Episode) -> GradeResult:
    """The grade of an ended episode, or total 0 and no breakdown while it goes on."""
    with episode.lock:
        return GradeResult.model_validate(grade_values(episode))
