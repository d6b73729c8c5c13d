"""An episode as the page shows it: its alert, and every step with the evidence that it showed.

A server keeps of an episode what was done, and of its evidence the latest text of each diagnostic on each service. The
rest is made again from the actions: the same actions show the same texts, down to the last byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from cloud_incident_env.choose import Chosen, choose_incident
from cloud_incident_env.encoding import Values, grade_values, observation_values
from cloud_incident_env.ended_episode import EndedEpisode
from cloud_incident_env.episode import Episode
from cloud_incident_env.episode_record import alert_clock, shown_step
from cloud_incident_env.episodes import AnyEpisode
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.rewards import DEFAULT_PROFILE, RewardProfile, check_profile

OPTIONS = ("task_id", "scenario_index", "seed", "difficulty", "family", "split", "index")  # that name an incident
VISITOR = "visitor"  # who took the steps of an episode of this server, in the field `source` of a step


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
        steps.append(shown_step(episode, step, minute, taken.source, taken.words))
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


def actions_of(rows: Iterable[Sequence[Any]]) -> tuple[Taken, ...]:
    """Actions from rows of action type, parameters, source and, where there are any, a model's words."""
    return tuple(Taken(*row) for row in rows)
