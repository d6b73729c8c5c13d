"""The declarations of the actions hold together, and `/tasks` shows them as it always did."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from hashlib import sha256

import httpx
import pytest

from cloud_incident_env.actions import (
    ACTIONS,
    ALL_TASKS,
    DIAGNOSTICS,
    PARAMETERS,
    REMEDIATIONS,
    SUBMISSIONS,
    Action,
    acts_on_services,
    normalise,
    offered_in,
    submission_of,
    target_parameter,
)
from cloud_incident_env.incident import SEVERITIES, Query, TaskId
from cloud_incident_env.wire import ActionParameters
from tasks import TASKS

# action -> parameters it needs, parameters it may take as well
SIGNATURES: dict[str, tuple[list[str], list[str]]] = {
    "query_logs": (["service"], ["since_minutes", "until_minutes", "level", "contains"]),
    "check_metrics": (["service"], ["window_minutes", "metric"]),
    "check_dependencies": (["service"], ["trace"]),
    "check_recent_deploys": (["service"], ["change_id"]),
    "check_service_status": (["service"], []),
    "restart_service": (["service"], []),
    "rollback_deploy": (["service"], ["target_version"]),
    "scale_service": (["service"], ["replicas"]),
    "disable_feature_flag": (["flag"], []),
    "clear_cache": (["service"], []),
    "execute_runbook_step": (["runbook_action"], ["target"]),
    "submit_severity": (["severity"], []),
    "submit_root_cause": (["service", "failure_mode"], []),
    "submit_resolution": (["summary"], []),
}
# of the JSON that GET /tasks answers since release 0.2.0, descriptions and order included
SCHEMA_DIGEST = "8a514e53383ac2b5"
TASKS_DIGEST = "c6b010e8e48ec4d5"
# minutes of the incident's clock that an action takes
MINUTES = {
    **dict.fromkeys(DIAGNOSTICS, 1),
    "restart_service": 3,
    "rollback_deploy": 5,
    "scale_service": 4,
    "disable_feature_flag": 2,
    "clear_cache": 2,
    "execute_runbook_step": 4,
    **dict.fromkeys(SUBMISSIONS, 0),
}

each_action = pytest.mark.parametrize("action", ACTIONS.values(), ids=list(ACTIONS))
each_task = pytest.mark.parametrize("task_id", ALL_TASKS)


@each_action
def test_every_parameter_of_an_action_is_declared(action: Action) -> None:
    assert action.required
    for name in (*action.required, *action.optional):
        assert name in PARAMETERS
    assert not set(action.required) & set(action.optional)


def test_every_declared_parameter_is_taken_by_an_action_or_by_all() -> None:
    taken = {name for action in ACTIONS.values() for name in (*action.required, *action.optional)}
    assert set(PARAMETERS) - taken == {"reasoning"}
    assert list(ActionParameters.model_fields) == list(PARAMETERS)


@each_action
def test_an_action_has_a_name_of_its_own_a_sentence_and_tasks(action: Action) -> None:
    assert ACTIONS[action.name] is action
    assert action.name == normalise(action.name)
    assert action.description.endswith(".")
    assert action.tasks
    assert set(action.tasks) <= set(ALL_TASKS)


def test_every_action_is_in_one_group_and_the_groups_stand_in_order() -> None:
    assert (*DIAGNOSTICS, *REMEDIATIONS, *SUBMISSIONS) == tuple(ACTIONS)


def test_every_diagnostic_has_a_label_of_its_own_and_no_other_action_has_one() -> None:
    labels = [ACTIONS[name].label for name in DIAGNOSTICS]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    assert not any(ACTIONS[name].label for name in (*REMEDIATIONS, *SUBMISSIONS))


@each_task
def test_the_submission_of_a_task_is_offered_last_and_is_its_only_one(task_id: TaskId) -> None:
    offered = offered_in(task_id)
    assert offered[-1] == submission_of(task_id)
    assert [name for name in offered if name in SUBMISSIONS] == [submission_of(task_id)]
    assert TASKS[task_id].available_actions == offered
    assert TASKS[task_id].submission_action == submission_of(task_id)


def test_every_submission_answers_one_task() -> None:
    assert sorted(task_id for name in SUBMISSIONS for task_id in ACTIONS[name].tasks) == sorted(ALL_TASKS)


@pytest.mark.parametrize("name", [*DIAGNOSTICS, *REMEDIATIONS])
def test_what_an_action_acts_on_is_its_first_parameter(name: str) -> None:
    expected = {"disable_feature_flag": "flag", "execute_runbook_step": "runbook_action"}.get(name, "service")
    assert target_parameter(name) == ACTIONS[name].required[0] == expected
    assert acts_on_services(name) == (expected == "service")


def test_parameters_are_numbers_texts_or_names_and_a_severity_is_chosen() -> None:
    kinds: dict[str, set[str]] = {}
    for name, parameter in PARAMETERS.items():
        kinds.setdefault(parameter.kind, set()).add(name)
    optional = {name for tool in DIAGNOSTICS for name in ACTIONS[tool].optional}
    assert kinds["replicas"] == {"replicas"}
    assert kinds["text"] == {"failure_mode", "summary", "reasoning"}
    assert kinds["minutes"] == {"since_minutes", "until_minutes", "window_minutes"}
    assert kinds["phrase"] == optional - kinds["minutes"] == {"level", "contains", "metric", "trace", "change_id"}
    assert set(kinds) == {"replicas", "text", "minutes", "phrase", "name"}
    assert {name: p.choices for name, p in PARAMETERS.items() if p.choices} == {
        "severity": SEVERITIES,
        "level": ("debug", "info", "warn", "error", "fatal"),
        "trace": ("slowest", "failed"),
    }


def test_the_optional_parameters_of_diagnostics_are_the_fields_of_a_query() -> None:
    assert [name for tool in DIAGNOSTICS for name in ACTIONS[tool].optional] == list(Query._fields)


def test_integers_and_texts_have_their_limits() -> None:
    assert {name: p.most for name, p in PARAMETERS.items() if p.most is not None} == {
        "replicas": 10_000,
        "since_minutes": 1_440,
        "until_minutes": 1_440,
        "window_minutes": 1_440,
    }
    lengths = {p.kind: p.length for p in PARAMETERS.values() if p.most is None}
    assert lengths == {"name": 200, "text": 8_000, "phrase": 100}


def test_an_action_takes_the_minutes_of_its_kind() -> None:
    assert {name: action.minutes for name, action in ACTIONS.items()} == MINUTES


@each_action
def test_declarations_cannot_be_changed(action: Action) -> None:
    for frozen in (action, PARAMETERS[action.required[0]]):
        with pytest.raises(FrozenInstanceError):
            frozen.name = "x"  # type: ignore[misc]


def test_actions_take_the_parameters_that_they_always_took() -> None:
    assert {name: (list(a.required), list(a.optional)) for name, a in ACTIONS.items()} == SIGNATURES


@pytest.mark.parametrize(("part", "digest"), [("action_schema", SCHEMA_DIGEST), ("tasks", TASKS_DIGEST)])
def test_tasks_lists_the_actions_and_tasks_that_it_always_listed(client: httpx.Client, part: str, digest: str) -> None:
    shown = json.dumps(client.get("/tasks").json()[part])
    assert sha256(shown.encode()).hexdigest()[:16] == digest, shown
