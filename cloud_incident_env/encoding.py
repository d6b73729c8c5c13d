"""An episode as JSON, in bytes, for servers that answer thousands of steps a second.

What the models of `wire.py` say of an episode, written without them: field by field the same, which
`tests/test_encoding.py` compares. The parts that are the same in every step of an episode are encoded once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from cloud_incident_env.episode import Episode, Step
from cloud_incident_env.generated.incident_version import INCIDENT_VERSION
from cloud_incident_env.incident import Alert
from cloud_incident_env.wording import EPISODE_DONE, NOT_FINISHED

RECENT_PARTS = 256  # alerts and lists of names whose JSON is kept, because one incident is often played many times

Values = dict[str, Any]


def observation_values(episode: Episode) -> Values:
    """The fields of `Observation`. The caller holds the episode's lock."""
    task, incident = episode.task, episode.incident
    return {
        "episode_id": episode.episode_id,
        "task_id": task.task_id,
        "scenario_id": incident.id,
        "step_count": len(episode.history),
        "max_steps": incident.max_steps,
        "incident_summary": incident.summary,
        "alert": _alert(incident.alert),
        "available_actions": _names(task.available_actions),
        "queried_data": episode.queried_data,
        "known_services": _names(incident.known_services),
        "cumulative_reward": episode.cumulative,
        "done": episode.done,
        "feedback": episode.feedback,
        "last_action_error": episode.error,
    }


def step_values(episode: Episode, step: Step | None) -> Values:
    """The fields of `StepResponse`; `step` is None where the episode had ended before. The caller holds the lock."""
    value, reason = (0.0, EPISODE_DONE) if step is None else (step.reward, step.reason)
    return {
        "observation": observation_values(episode),
        "reward": {"value": value, "reason": reason, "cumulative": episode.cumulative},
        "done": episode.done,
        "info": {
            "step": len(episode.history),
            "feedback": episode.feedback,
            "grade": grade_values(episode) if episode.done else None,
        },
    }


def grade_values(episode: Episode) -> Values:
    """The fields of `GradeResult`."""
    grade = episode.grade
    if grade is None:
        return {"total": 0.0, "breakdown": {}, "feedback": NOT_FINISHED}
    return {"total": grade.total, "breakdown": grade.breakdown, "feedback": grade.feedback}


def report_values(episode: Episode) -> Values:
    """The fields of `GraderReport`."""
    return {
        **grade_values(episode),
        "task_id": episode.task.task_id,
        "scenario_id": episode.incident.id,
        "steps_used": episode.step_count,
        "done": episode.done,
    }


def state_values(episode: Episode) -> Values:
    """The fields of `EpisodeState`. The caller holds the episode's lock."""
    options = episode.chosen.options
    return {
        "episode_id": episode.episode_id,
        "task_id": episode.task.task_id,
        "scenario_id": episode.incident.id,
        "scenario_index": options.scenario_index,
        "seed": options.seed,
        "difficulty": options.difficulty,
        "family": options.family,
        "split": options.split,
        "index": options.index,
        "incident_version": INCIDENT_VERSION,
        "reward_profile": episode.profile,
        "step_count": len(episode.history),
        "max_steps": episode.incident.max_steps,
        "action_history": [_record(step) for step in episode.history],
        "queried_data": episode.queried_data,
        "submitted": episode.ledger.submission is not None,
        "resolved": episode.grade is not None and episode.grade.resolved,
        "done": episode.done,
        "cumulative_reward": episode.cumulative,
        "feedback": episode.feedback,
    }


def _record(step: Step) -> Values:
    return {
        "step": step.number,
        "action_type": step.action_type,
        "parameters": step.parameters,
        "reward": step.reward,
        "reason": step.reason,
        "error": step.error,
    }


@lru_cache(maxsize=RECENT_PARTS)
def _alert(alert: Alert) -> orjson.Fragment:
    return orjson.Fragment(
        orjson.dumps(
            {
                "id": alert.id,
                "title": alert.title,
                "severity": alert.severity,
                "affected_services": alert.affected_services,
                "symptoms": alert.symptoms,
                "error_rate": float(alert.error_rate),
                "duration_minutes": alert.duration_minutes,
                "revenue_impact_per_min": _number(alert.revenue_impact_per_min),
            }
        )
    )


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


@lru_cache(maxsize=RECENT_PARTS)
def _names(names: tuple[str, ...]) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(names))
