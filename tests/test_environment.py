"""The contract of reset, step and state: what they return, refuse, remember and never change."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from pydantic import ValidationError

from cloud_incident_env.harm import LASTING_STEPS
from cloud_incident_env.incident import Incident, Key
from cloud_incident_env.wire import Action, Observation, Reward
from cloud_incident_env.wording import EPISODE_DONE, NOT_FINISHED
from server.environment import IncidentEnvironment
from tasks import INCIDENTS, TASKS
from tests.reports import needs_of, reports_after

EASY, MEDIUM, HARD = "alert_classification", "root_cause_analysis", "remediation_planning"
EVERY = [pytest.param(t, i, id=s.id) for t, table in INCIDENTS.items() for i, s in enumerate(table)]
FAILURES = [pytest.param(t, i, id=INCIDENTS[t][i].id) for t in (MEDIUM, HARD) for i in range(3)]
each_incident = pytest.mark.parametrize(("task_id", "index"), EVERY)
each_failure = pytest.mark.parametrize(("task_id", "index"), FAILURES)

Step = tuple[Observation, Reward, bool, dict[str, Any]]


def _started(task_id: str = HARD, index: int = 0) -> IncidentEnvironment:
    environment = IncidentEnvironment()
    environment.reset(task_id, index)
    return environment


def _act(environment: IncidentEnvironment, action_type: str, **parameters: Any) -> Step:
    return environment.step(Action.model_validate({"action_type": action_type, "parameters": parameters}))


def _take(environment: IncidentEnvironment, key: Key) -> Step:
    return _act(environment, key.action, target=key.target)


def _wrong_actions(incident: Incident) -> dict[Key, str]:
    """The wrong actions of an incident, and why each hurts."""
    return {key: c.harm for key, c in incident.consequences.items() if c.harm is not None}


def _first_texts(incident: Incident) -> dict[tuple[str, str], str]:
    """What each (diagnostic, service) shows before anything is fixed."""
    return {place: report.text for place, report in reports_after(incident).items()}


def _table() -> tuple[str, list[dict[tuple[str, str], str]]]:
    """Everything in the table of tasks and incidents, the texts after the plan left out."""
    return repr((TASKS, INCIDENTS)), [_first_texts(incident) for table in INCIDENTS.values() for incident in table]


def _perfect(task_id: str, incident: Incident) -> list[tuple[str, dict[str, Any]]]:
    """The actions of an episode that earns the most its task can give."""
    culprit, mode = incident.culprit, incident.failure_mode
    if task_id == EASY:
        return [("submit_severity", {"severity": incident.severity})]
    if task_id == MEDIUM:
        answer = {"service": culprit, "failure_mode": mode}
        return [("check_metrics", {"service": culprit}), ("submit_root_cause", answer)]
    moves: list[tuple[str, dict[str, Any]]] = [("query_logs", {"service": s}) for s in incident.known_services[:4]]
    moves += [(key.action, {"target": key.target}) for key in incident.solution]
    summary = f"{culprit}: {mode}. Ran {moves[-1][1]['target']}. All services recovered."
    return [*moves, ("submit_resolution", {"summary": summary})]


# reset


@each_incident
def test_the_first_observation_shows_the_incident_and_nothing_else(task_id: str, index: int) -> None:
    incident, task = INCIDENTS[task_id][index], TASKS[task_id]  # type: ignore[index]
    observation = IncidentEnvironment().reset(task_id, index)
    shown = observation.model_dump(exclude={"episode_id", "feedback"})
    assert observation.episode_id
    assert observation.feedback
    assert shown == {
        "task_id": task_id,
        "scenario_id": incident.id,
        "step_count": 0,
        "max_steps": task.max_steps,
        "incident_summary": incident.summary,
        "alert": vars(incident.alert),
        "available_actions": task.available_actions,
        "queried_data": {},
        "known_services": incident.known_services,
        "cumulative_reward": 0.0,
        "done": False,
        "last_action_error": None,
    }


def test_reset_defaults_to_the_first_easy_incident() -> None:
    assert IncidentEnvironment().reset().scenario_id == "AC-001"


def test_reset_ignores_case_and_space_of_the_task_id() -> None:
    assert IncidentEnvironment().reset(" REMEDIATION_planning ", 1).scenario_id == "RP-002"


def test_every_episode_has_an_id_of_its_own_unless_one_is_given() -> None:
    environment = IncidentEnvironment()
    assert environment.reset().episode_id != environment.reset().episode_id
    assert environment.reset(episode_id="mine").episode_id == "mine"


def test_reset_starts_over() -> None:
    environment = _started()
    _act(environment, "query_logs", service="postgres-db")
    _act(environment, "disable_feature_flag", flag="full_history_export")
    observation = environment.reset(HARD, 0)
    assert (observation.step_count, observation.queried_data, observation.cumulative_reward) == (0, {}, 0.0)
    assert environment.state().action_history == []
    text = _act(environment, "check_service_status", service="analytics-service")[0].queried_data
    assert "full_history_export=on" in text["check_service_status"]["analytics-service"]


def test_an_unknown_task_is_refused_and_the_valid_ones_are_listed() -> None:
    with pytest.raises(ValueError, match=r"'foo'.*alert_classification, remediation_planning, root_cause_analysis"):
        IncidentEnvironment().reset("foo")


@pytest.mark.parametrize("index", [-1, 3, 99])
def test_an_index_out_of_range_is_refused_and_the_valid_ones_are_listed(index: int) -> None:
    with pytest.raises(ValueError, match=rf"{index} .*0, 1, 2"):
        IncidentEnvironment().reset(MEDIUM, index)


def test_a_refused_reset_leaves_the_episode_under_way_alone() -> None:
    environment = _started(MEDIUM, 1)
    _act(environment, "query_logs", service="postgres-db")
    before = environment.state()
    for wrong in (("foo", 0), (MEDIUM, 7)):
        with pytest.raises(ValueError, match="one of"):
            environment.reset(*wrong)
    assert environment.state() == before


@pytest.mark.parametrize("call", ["step", "state", "grade", "observation"])
def test_nothing_works_before_the_first_reset(call: str) -> None:
    environment = IncidentEnvironment()
    arguments = [Action(action_type="query_logs")] if call == "step" else []
    with pytest.raises(RuntimeError, match="reset"):
        getattr(environment, call)(*arguments)


# step


def test_a_step_returns_observation_reward_done_and_info() -> None:
    observation, reward, done, info = _act(_started(), "query_logs", service="postgres-db")
    assert (observation.step_count, observation.done, done) == (1, False, False)
    assert observation.queried_data == {
        "query_logs": {"postgres-db": _first_texts(INCIDENTS[HARD][0])["query_logs", "postgres-db"]}
    }
    assert reward.cumulative == observation.cumulative_reward == reward.value
    assert info == {"step": 1, "feedback": observation.feedback}


@each_incident
def test_every_diagnostic_shows_its_text_for_every_service(task_id: str, index: int) -> None:
    for (tool, service), text in _first_texts(INCIDENTS[task_id][index]).items():
        observation = _act(_started(task_id, index), tool, service=service)[0]
        assert observation.queried_data == {tool: {service: text}}


def test_names_are_matched_without_regard_to_case_and_surrounding_space() -> None:
    plain, odd = _started(), _started()
    _act(plain, "query_logs", service="postgres-db")
    observation = _act(odd, "  Query_LOGS\n", service="\tPostgres-DB ")[0]
    assert observation.queried_data == plain.observation().queried_data
    assert _act(odd, "DISABLE_feature_flag", flag=" Full_History_Export ")[1].value == 0.06
    assert _act(odd, "Restart_Service", service=" ANALYTICS-SERVICE ")[1].value == 0.06


def test_evidence_is_kept_by_tool_then_service() -> None:
    environment = _started()
    for tool, service in (
        ("query_logs", "postgres-db"),
        ("check_metrics", "postgres-db"),
        ("query_logs", "api-gateway"),
    ):
        _act(environment, tool, service=service)
    assert {tool: set(by) for tool, by in environment.observation().queried_data.items()} == {
        "query_logs": {"postgres-db", "api-gateway"},
        "check_metrics": {"postgres-db"},
    }


@pytest.mark.parametrize(
    ("action_type", "parameters", "expected"),
    [
        ("make_coffee", {}, "submit_resolution"),
        ("query_logs", {"service": "nope"}, "analytics-service"),
        ("query_logs", {}, "service"),
        ("disable_feature_flag", {}, "flag"),
        ("execute_runbook_step", {}, "runbook_action"),
        ("restart_service", {"service": "nope"}, "nope"),
    ],
)
def test_a_mistake_is_an_error_in_the_observation_that_says_what_to_do(
    action_type: str, parameters: dict[str, str], expected: str
) -> None:
    environment = _started()
    observation, _, done, _ = _act(environment, action_type, **parameters)
    assert not done
    assert observation.last_action_error is not None
    assert expected in observation.last_action_error
    assert observation.queried_data == {}
    assert _act(environment, "query_logs", service="postgres-db")[0].last_action_error is None


def test_a_wrong_action_tells_its_reason() -> None:
    observation = _act(_started(), "clear_cache", service="redis-session")[0]
    assert _wrong_actions(INCIDENTS[HARD][0])[Key("clear_cache", "redis-session")] in observation.feedback


def test_a_step_taken_too_early_says_what_happened() -> None:
    observation = _act(_started(), "restart_service", service="postgres-db")[0]
    consequence = INCIDENTS[HARD][0].consequences[Key("restart_service", "postgres-db")]
    assert observation.feedback == consequence.too_early


def test_an_unknown_parameter_and_over_long_strings_are_refused() -> None:
    for parameters in ({"services": "x"}, {"service": "x" * 201}, {"summary": "x" * 8001}, {"replicas": True}):
        with pytest.raises(ValidationError):
            Action.model_validate({"action_type": "query_logs", "parameters": parameters})
    Action.model_validate({"action_type": "x" * 200, "parameters": {"service": "x" * 200, "summary": "x" * 8000}})


# The changing world


@each_failure
def test_queries_before_a_fix_show_the_failure_and_after_it_the_recovery(task_id: str, index: int) -> None:
    """One environment per fix and text, so that no step budget is in the way."""
    incident = INCIDENTS[task_id][index]
    plan = incident.solution
    for position, key in enumerate(plan):
        if key.is_verification:
            continue
        changed = 0
        for tool, service in _first_texts(incident):
            environment = _started(task_id, index)
            for earlier in plan[:position]:
                _take(environment, earlier)
            before = _act(environment, tool, service=service)[0].queried_data[tool][service]
            _take(environment, key)
            kept = environment.observation().queried_data[tool][service]
            after = _act(environment, tool, service=service)[0].queried_data[tool][service]
            assert kept == before, "evidence changes only when it is asked for again"
            changed += before != after
        assert changed, f"{key} shows nowhere"


def test_a_recovering_service_is_shown_as_recovering() -> None:
    environment = _started()
    before = _act(environment, "check_service_status", service="auth-service")[0].queried_data
    for key in INCIDENTS[HARD][0].solution[:4]:
        _take(environment, key)
    after = _act(environment, "check_service_status", service="auth-service")[0].queried_data
    assert "Health: DOWN" in before["check_service_status"]["auth-service"]
    assert "Health: HEALTHY" in after["check_service_status"]["auth-service"]


@pytest.mark.parametrize("index", range(3))
def test_actions_that_do_not_hold_change_no_telemetry(index: int) -> None:
    incident = INCIDENTS[HARD][index]
    for key in [*needs_of(incident), Key("restart_service", "nope"), Key("restart_service", "")]:
        environment = _started(HARD, index)
        _take(environment, key)
        for service in incident.known_services:
            shown = _act(environment, "query_logs", service=service)[0].queried_data["query_logs"][service]
            assert shown == _first_texts(incident)["query_logs", service], key


@pytest.mark.parametrize("index", range(3))
def test_the_harm_of_a_wrong_action_shows_for_a_while(index: int) -> None:
    incident = INCIDENTS[HARD][index]
    usual = _first_texts(incident)
    for key in _wrong_actions(incident):
        hurt = key.target
        if hurt not in incident.known_services:
            continue
        environment = _started(HARD, index)
        _take(environment, key)
        metrics = _act(environment, "check_metrics", service=hurt)[0].queried_data["check_metrics"][hurt]
        status = _act(environment, "check_service_status", service=hurt)[0].queried_data["check_service_status"][hurt]
        for text, tool in ((metrics, "check_metrics"), (status, "check_service_status")):
            assert text.startswith(usual[tool, hurt]), key
            assert len(text) > len(usual[tool, hurt]), key
        _act(environment, "query_logs", service="nope")
        later = _act(environment, "check_metrics", service=hurt)[0].queried_data["check_metrics"][hurt]
        assert later == usual["check_metrics", hurt], f"{key} still shows after {LASTING_STEPS} steps"


def test_neighbours_of_a_service_that_was_hurt_see_it() -> None:
    environment = _started(HARD, 0)
    _take(environment, Key("restart_service", "api-gateway"))
    shown = _act(environment, "check_dependencies", service="auth-service")[0].queried_data["check_dependencies"]
    assert shown["auth-service"].splitlines()[-1].startswith("api-gateway cut off")


ROLLBACK_VERSIONS = [
    (1, "network-infra", "r417", True),
    (1, "network-infra", " R417 ", True),
    (1, "network-infra", None, True),
    (1, "network-infra", "", True),
    (1, "network-infra", "r416", False),
    (1, "network-infra", "r418", False),
    (2, "config-service", "v3.2.0", True),
    (2, "config-service", "3.2.0", True),
    (2, "config-service", "v3.1.7", False),
    (2, "config-service", "v3.2.1", False),
]


@pytest.mark.parametrize(("index", "service", "version", "holds"), ROLLBACK_VERSIONS)
def test_a_rollback_helps_only_to_the_last_good_version(
    index: int, service: str, version: str | None, holds: bool
) -> None:
    environment = _started(HARD, index)
    observation, reward, _, _ = _act(environment, "rollback_deploy", service=service, target_version=version)
    assert reward.value == (0.06 if holds else 0.0)
    assert observation.feedback
    if not holds:
        result = INCIDENTS[HARD][index].consequences[Key("rollback_deploy", service)].result
        assert result not in observation.feedback, "a rollback that did not hold must not read like one that did"
        assert _act(environment, "rollback_deploy", service=service)[1].value == 0.06


@pytest.mark.parametrize("index", range(3))
def test_the_gateway_may_be_restarted_once_the_cause_is_fixed(index: int) -> None:
    incident = INCIDENTS[HARD][index]
    environment = _started(HARD, index)
    assert _act(environment, "restart_service", service="api-gateway")[1].value == -0.15
    for key in incident.solution:
        _take(environment, key)
    observation, reward, _, _ = _act(environment, "restart_service", service="api-gateway")
    assert reward.value >= -0.02  # nothing but the cost of a late step
    assert _wrong_actions(incident)[Key("restart_service", "api-gateway")] not in observation.feedback


# The end


@pytest.mark.parametrize(("task_id", "ceiling"), [(EASY, 1.0), (MEDIUM, 1.0), (HARD, 0.90)])
@pytest.mark.parametrize("index", range(3))
def test_a_perfect_run_earns_the_most_there_is(task_id: str, ceiling: float, index: int) -> None:
    environment = _started(task_id, index)
    results = [_act(environment, name, **p) for name, p in _perfect(task_id, INCIDENTS[task_id][index])]
    assert [done for _, _, done, _ in results] == [False] * (len(results) - 1) + [True]
    assert results[-1][3]["grade"]["total"] == environment.grade().total == pytest.approx(ceiling)
    assert environment.state().resolved


@pytest.mark.parametrize("task_id", [EASY, MEDIUM, HARD])
def test_an_episode_ends_at_max_steps(task_id: str) -> None:
    environment = _started(task_id)
    limit = environment.observation().max_steps
    ends = [_act(environment, "query_logs")[2] for _ in range(limit)]
    assert ends == [False] * (limit - 1) + [True]
    state = environment.state()
    assert (state.step_count, state.submitted, state.resolved, state.done) == (limit, False, False, True)


@pytest.mark.parametrize("task_id", [EASY, MEDIUM, HARD])
def test_after_the_end_a_step_changes_nothing(task_id: str) -> None:
    environment = _started(task_id)
    for name, parameters in _perfect(task_id, INCIDENTS[task_id][0]):
        last = _act(environment, name, **parameters)
    state, grade = environment.state(), environment.grade()
    for name, parameters in (
        ("query_logs", {"service": "api-gateway"}),
        ("restart_service", {"service": "api-gateway"}),
        ("make_coffee", {}),
        _perfect(task_id, INCIDENTS[task_id][0])[-1],
    ):
        observation, reward, done, info = _act(environment, name, **parameters)
        assert observation == last[0]
        assert (reward.value, reward.reason, reward.cumulative) == (0.0, EPISODE_DONE, state.cumulative_reward)
        assert (done, info) == (True, last[3])
    assert (environment.state(), environment.grade()) == (state, grade)


def test_there_is_no_grade_before_the_end() -> None:
    environment = _started()
    for key in INCIDENTS[HARD][0].solution:
        info = _take(environment, key)[3]
        assert "grade" not in info
        graded = environment.grade()
        assert (graded.total, graded.breakdown, graded.feedback) == (0.0, {}, NOT_FINISHED)
        assert not environment.state().resolved


def test_the_end_reports_the_grade_in_info_feedback_and_cumulative_reward() -> None:
    environment = _started(EASY)
    observation, reward, _, info = _act(environment, "submit_severity", severity="P2")
    assert info["grade"] == environment.grade().model_dump()
    assert info["grade"]["total"] == 0.5
    assert "0.50" in observation.feedback
    assert reward.value == 0.0
    assert reward.cumulative == 0.5


# state


def test_the_state_records_every_action_as_it_was_written() -> None:
    environment = _started(MEDIUM, 2)
    _act(environment, " Query_Logs", service="POSTGRES-DB", reasoning="why not")
    _act(environment, "make_coffee", target="milk")
    state = environment.state()
    assert [record.model_dump(exclude={"reason", "error"}) for record in state.action_history] == [
        {
            "step": 1,
            "action_type": " Query_Logs",
            "parameters": {"service": "POSTGRES-DB", "reasoning": "why not"},
            "reward": 0.04,
        },
        {"step": 2, "action_type": "make_coffee", "parameters": {"target": "milk"}, "reward": -0.03},
    ]
    assert state.action_history[0].error is None
    assert state.action_history[1].error == environment.observation().last_action_error
    assert (state.task_id, state.scenario_id, state.scenario_index, state.step_count) == (MEDIUM, "RCA-003", 2, 2)
    assert (state.submitted, state.resolved, state.done) == (False, False, False)


@each_incident
def test_the_state_of_a_fresh_episode_tells_no_answer(task_id: str, index: int) -> None:
    incident = INCIDENTS[task_id][index]
    text = _started(task_id, index).state().model_dump_json()
    for answer in (incident.culprit, incident.failure_mode):
        assert answer not in text
    for key in incident.solution:
        assert key.target not in text


# Nothing that was returned changes, and nothing that is returned is a handle on the inside


def test_a_returned_observation_never_changes() -> None:
    environment = _started()
    returned: list[tuple[Observation, str]] = []
    for name, parameters in _perfect(HARD, INCIDENTS[HARD][0]):
        returned.append((environment.observation(), environment.observation().model_dump_json()))
        observation = _act(environment, name, **parameters)[0]
        returned.append((observation, observation.model_dump_json()))
    environment.reset(HARD, 1)
    for number, (observation, text) in enumerate(returned):
        assert observation.model_dump_json() == text, f"observation {number}"


def test_a_returned_state_never_changes() -> None:
    environment = _started()
    _act(environment, "query_logs", service="postgres-db")
    state = environment.state()
    text = state.model_dump_json()
    _act(environment, "query_logs", service="api-gateway")
    _take(environment, Key("disable_feature_flag", "full_history_export"))
    assert state.model_dump_json() == text


def test_writing_into_what_was_returned_touches_neither_table_nor_episode() -> None:
    table = _table()
    environment, untouched = _started(), _started()
    for subject in (environment, untouched):
        _act(subject, "query_logs", service="postgres-db")
    observation, state = environment.observation(), environment.state()
    alert = observation.alert
    for shared in (observation.known_services, observation.available_actions, alert.affected_services, alert.symptoms):
        assert isinstance(shared, tuple)
    with pytest.raises(ValidationError, match="frozen"):
        alert.title = "all fine"  # type: ignore[misc]
    observation.queried_data["query_logs"]["postgres-db"] = "all fine"
    observation.queried_data["check_metrics"] = {}
    state.queried_data.clear()
    state.action_history[0].parameters["service"] = "analytics-service"
    state.action_history.clear()
    assert table == _table()
    for subject in (environment, untouched):
        _act(subject, "query_logs", service="api-gateway")
    ids = {"episode_id"}
    assert environment.observation().model_dump(exclude=ids) == untouched.observation().model_dump(exclude=ids)
    assert environment.state().model_dump(exclude=ids) == untouched.state().model_dump(exclude=ids)


def test_changing_an_action_after_its_step_does_not_change_the_record() -> None:
    environment = _started()
    action = Action.model_validate({"action_type": "query_logs", "parameters": {"service": "postgres-db"}})
    environment.step(action)
    action.parameters.service = "analytics-service"
    assert environment.state().action_history[0].parameters == {"service": "postgres-db"}


# Determinism and threads


@each_incident
def test_two_environments_and_one_sequence_give_equal_everything_but_ids(task_id: str, index: int) -> None:
    first, second = _started(task_id, index), _started(task_id, index)
    ids = {"episode_id"}
    moves = [("query_logs", {"service": "nope"}), *_perfect(task_id, INCIDENTS[task_id][index]), ("query_logs", {})]
    for number, (name, parameters) in enumerate(moves):
        one, other = _act(first, name, **parameters), _act(second, name, **parameters)
        assert one[0].model_dump(exclude=ids) == other[0].model_dump(exclude=ids), f"step {number}"
        assert one[1:] == other[1:], f"step {number}"
        assert first.state().model_dump(exclude=ids) == second.state().model_dump(exclude=ids), f"step {number}"
        assert first.grade() == second.grade(), f"step {number}"


def test_episodes_do_not_share_their_worlds() -> None:
    first, second = _started(), _started()
    _take(first, Key("disable_feature_flag", "full_history_export"))
    shown = _act(second, "check_service_status", service="analytics-service")[0].queried_data
    assert "full_history_export=on" in shown["check_service_status"]["analytics-service"]


def test_steps_of_several_threads_are_each_whole() -> None:
    environment = _started()
    threads = [threading.Thread(target=_act, args=(environment, "query_logs")) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    state = environment.state()
    assert [record.step for record in state.action_history] == list(range(1, 16))
    assert state.done
