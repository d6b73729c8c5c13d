"""An episode as the page shows it: its alert, and every step with the evidence that it showed.

A server keeps of an episode what was done, and of its evidence the latest text of each diagnostic on each service. The
rest is made again from the actions: the same actions show the same texts, down to the last byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson

from cloud_incident_env.choose import Chosen, choose_incident
from cloud_incident_env.encoding import Values, grade_values, observation_values
from cloud_incident_env.ended_episode import EndedEpisode
from cloud_incident_env.episode import Episode, Step
from cloud_incident_env.episodes import AnyEpisode
from cloud_incident_env.generated.telemetry import GeneratedTelemetry
from cloud_incident_env.incident import Incident
from cloud_incident_env.ledger import SHOWN_OUTCOMES
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.rewards import DEFAULT_PROFILE, RewardProfile, check_profile
from cloud_incident_env.telemetry import LogLine

OPTIONS = ("task_id", "scenario_index", "seed", "difficulty", "family", "split", "index")  # that name an incident
VISITOR = "visitor"  # who took the steps of an episode of this server, in the field `source` of a step
RECENT_CLOCKS = 256  # hand-written incidents and others whose time of the alert is kept


@dataclass(frozen=True)
class Taken:
    """An action that was taken, and who chose it."""

    action_type: str  # as the agent wrote it
    parameters: Mapping[str, Any]
    source: str = VISITOR
    words: str = ""  # what a model wrote beside it


@dataclass(frozen=True)
class Played:
    """All that an episode depends on."""

    options: ResetOptions
    actions: tuple[Taken, ...]
    episode_id: str = ""
    profile: RewardProfile = DEFAULT_PROFILE
    agent: str | None = None  # the name of the agent, where one played


@dataclass(frozen=True)
class Replay:
    """An episode that was played again, and its steps as the page shows them."""

    episode: Episode
    steps: list[Values]
    agent: str | None = None


def played_in(episode: AnyEpisode) -> Played:
    """What was played so far in an episode of this server. Holds the episode's lock."""
    if isinstance(episode, EndedEpisode):
        state = orjson.loads(episode.state)
        options = naming(ResetOptions.model_validate({name: state[name] for name in OPTIONS}))
        taken = tuple(Taken(each["action_type"], each["parameters"]) for each in state["action_history"])
        return Played(options, taken, episode.episode_id, check_profile(state["reward_profile"]))
    with episode.lock:
        taken = tuple(Taken(step.action_type, step.parameters) for step in episode.history)
        return Played(naming(episode.chosen.options), taken, episode.episode_id, episode.profile)


def played_by(agent: str | None, options: ResetOptions, actions: tuple[Taken, ...]) -> Played:
    """What an agent played that kept no episode here. Raises ValueError for rewards that do not exist."""
    profile = DEFAULT_PROFILE if options.reward_profile is None else check_profile(options.reward_profile)
    return Played(options, actions, profile=profile, agent=agent)


def play_again(played: Played) -> Replay:
    """Take the same actions in the same incident. Raises ValueError for options of no incident."""
    episode = Episode(played.episode_id, choose_incident(played.options), played.profile)
    steps = []
    for taken in played.actions:
        minute = episode.ledger.course.minute
        step = episode.step(taken.action_type, taken.parameters)
        if step is None:  # a record that goes on after the end
            break
        steps.append(_step(episode, step, minute, taken))
    return Replay(episode, steps, played.agent)


def record(replay: Replay) -> Values:
    """The whole `Episode` of the page."""
    episode = replay.episode
    seen = observation_values(episode)
    grade = episode.grade
    return {
        "id": episode.episode_id or None,
        "task_id": seen["task_id"],
        "scenario_id": seen["scenario_id"],
        "options": options_of(episode.chosen),
        "agent": replay.agent,
        "alert": seen["alert"],
        "alert_clock": alert_clock(episode.incident),
        "summary": seen["incident_summary"],
        "services": seen["known_services"],
        "max_steps": seen["max_steps"],
        "actions": seen["available_actions"],
        "steps": replay.steps,
        "minute": episode.ledger.course.minute,
        "done": episode.done,
        "resolved": grade is not None and grade.resolved,
        "reward": round(sum(step["reward"] for step in replay.steps), 4),
        "grade": None if grade is None else grade_values(episode),
    }


def without_grade(replay: Replay) -> Values:
    """The same without what the end told: the grade, and whether the task was answered in full."""
    steps: Sequence[Values] = replay.steps
    grade = replay.episode.grade
    if grade is not None:
        told = f" Grade {grade.total:.2f}. {grade.feedback}"
        steps = [*steps[:-1], {**steps[-1], "feedback": steps[-1]["feedback"].removesuffix(told)}]
    return {**record(replay), "steps": steps, "resolved": None, "grade": None}


def options_of(chosen: Chosen) -> Values:
    """The options that lead to an incident again, those alone that are given."""
    options = naming(chosen.options)
    return {name: value for name in OPTIONS if (value := getattr(options, name)) is not None}


def naming(options: ResetOptions) -> ResetOptions:
    """The options of an incident without those that name it a second time, which a reset refuses.

    A hand-written incident of a split has four: its task and index there, and its split and index there.
    """
    if options.scenario_index is None or options.split is None:
        return options
    return options.model_copy(update={"split": None, "index": None})


@lru_cache(maxsize=RECENT_CLOCKS)
def alert_clock(incident: Incident) -> str | None:
    """When the alert came, ISO 8601 in UTC: of a hand-written incident, the time of the last log line before it."""
    if isinstance(incident.telemetry, GeneratedTelemetry):
        return f"{incident.telemetry.world.clock.alert_time:%Y-%m-%dT%H:%M:%SZ}"
    rows = (row for report in incident.reports(["query_logs"]).values() for row in report.rows)
    last = max((row.time for row in rows if isinstance(row, LogLine)), default=None)
    if last is None:
        return None
    at = datetime.fromisoformat(last.removesuffix("Z"))
    return f"{at.replace(microsecond=0) + timedelta(seconds=1 if at.microsecond else 0):%Y-%m-%dT%H:%M:%SZ}"


def _step(episode: Episode, step: Step, minute: int, taken: Taken) -> Values:
    return {
        "number": step.number,
        "action": step.action_type,
        "parameters": step.parameters,
        "reward": step.reward,
        "reason": step.reason,
        "error": step.error,
        "feedback": episode.feedback,
        "minute": minute,
        "took": episode.ledger.course.minute - minute,
        "evidence": _evidence(episode, step),
        "words": taken.words or step.parameters.get("reasoning"),
        "source": taken.source,
    }


def _evidence(episode: Episode, step: Step) -> Values | None:
    """What a diagnostic has just shown."""
    if step.verdict.outcome not in SHOWN_OUTCOMES:
        return None
    tool, service, query, course = episode.ledger.looks[-1]
    return {
        "tool": tool,
        "service": service,
        "parameters": {name: getattr(query, name) for name in query.given},
        "text": episode.queried_data[tool][service],
        "step": step.number,
        "minute": course.minute,
    }


def actions_of(rows: Iterable[Sequence[Any]]) -> tuple[Taken, ...]:
    """Actions from rows of action type, parameters, source and, where there are any, a model's words."""
    return tuple(Taken(*row) for row in rows)
