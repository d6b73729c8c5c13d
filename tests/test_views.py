"""What a view of an episode returns is a value: neither the episode nor a reader can change it for another."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from cloud_incident_env.episode import Episode, start_episode
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.views import grade_of, info_of, observation_of, state_of, take_action
from cloud_incident_env.wire import Action, Observation

VIEWS = (observation_of, state_of, info_of, grade_of)
MOVES: list[tuple[str, dict[str, Any]]] = [
    ("query_logs", {"service": "postgres-db"}),
    ("restart_service", {"service": "api-gateway"}),
    ("query_logs", {"service": "postgres-db"}),
    ("disable_feature_flag", {"flag": "full_history_export"}),
    ("query_logs", {"service": "postgres-db"}),
    ("check_metrics", {"service": "analytics-service", "reasoning": "why not"}),
    ("nonsense", {}),
    ("submit_resolution", {"summary": "analytics-service ran an unbounded export query."}),
    ("query_logs", {"service": "api-gateway"}),
]


def started() -> Episode:
    return start_episode(ResetOptions(task_id="remediation_planning", scenario_index=0, episode_id="e"))


def act(episode: Episode, move: tuple[str, dict[str, Any]]) -> Observation:
    action = Action.model_validate({"action_type": move[0], "parameters": move[1]})
    return take_action(episode, action)[0]


def shown(episode: Episode) -> list[str]:
    return [view(episode).model_dump_json() for view in VIEWS]


def test_what_was_returned_never_changes_whatever_the_episode_does_next() -> None:
    episode = started()
    returned: list[tuple[BaseModel, str]] = []
    for move in MOVES:
        for view in VIEWS:
            seen = view(episode)
            returned.append((seen, seen.model_dump_json()))
        observation = act(episode, move)
        returned.append((observation, observation.model_dump_json()))
    assert episode.done
    for number, (seen, text) in enumerate(returned):
        assert seen.model_dump_json() == text, f"{type(seen).__name__} {number}"


def test_the_alert_that_observations_share_is_frozen() -> None:
    first, second = observation_of(started()), observation_of(started())
    before = second.model_dump_json()
    for name in type(first.alert).model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(first.alert, name, "x")
    alert = first.alert
    for names in (alert.affected_services, alert.symptoms, first.known_services, first.available_actions):
        assert isinstance(names, tuple)
    assert second.model_dump_json() == before


def test_writing_into_what_was_returned_changes_neither_the_episode_nor_another_view() -> None:
    episode, untouched = started(), started()
    for move in MOVES:
        for subject in (episode, untouched):
            act(subject, move)
        other = [view(episode) for view in VIEWS]
        texts = [view.model_dump_json() for view in other]
        deface(episode)
        assert [view.model_dump_json() for view in other] == texts, move
        assert shown(episode) == shown(untouched), move


def deface(episode: Episode) -> None:
    """Write into every mutable part of everything that the views return."""
    observation, state, info, grade = observation_of(episode), state_of(episode), info_of(episode), grade_of(episode)
    for queried in (observation.queried_data, state.queried_data):
        for by_service in queried.values():
            by_service.update(dict.fromkeys(by_service, "all fine"))
        queried.clear()
    for record in state.action_history:
        record.parameters["service"] = "redis-session"
        record.reward, record.error = 9.9, "x"
    state.action_history.clear()
    grade.breakdown["summary"] = 9.9
    if info.grade is not None:
        info.grade.breakdown.clear()
        info.grade.total = 1.0
    observation.cumulative_reward = state.cumulative_reward = grade.total = 9.9
    observation.done = state.done = state.resolved = True
    observation.feedback = state.feedback = info.feedback = grade.feedback = "x"
