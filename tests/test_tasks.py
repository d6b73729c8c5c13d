"""The incident table is complete, consistent, fair to play and silent about its answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from datetime import datetime, timezone
from itertools import product
from typing import Any, Literal, get_type_hints

import pytest
from pydantic import TypeAdapter, ValidationError

from cloud_incident_env.actions import (
    ACTIONS,
    DIAGNOSTICS,
    REMEDIATIONS,
    SUBMISSIONS,
    acts_on_services,
    normalise,
)
from cloud_incident_env.incident import Incident, Key, Task
from cloud_incident_env.reading.modes import MODES, accepted_for
from cloud_incident_env.reading.names import names_of
from cloud_incident_env.reading.reader import read
from cloud_incident_env.telemetry import Report
from tasks import INCIDENTS, TASKS, get_incident, get_task, list_tasks
from tests.reports import needs_of, reports_after
from tools.quality.semantic_leaks import words_of

EASY, MEDIUM, HARD = "alert_classification", "root_cause_analysis", "remediation_planning"
EVERY = [pytest.param(TASKS[t], s, id=s.id) for t, table in INCIDENTS.items() for s in table]
EASY_ONES = [pytest.param(s, id=s.id) for s in INCIDENTS[EASY]]
FAILURES = [pytest.param(s, id=s.id) for t in (MEDIUM, HARD) for s in INCIDENTS[t]]
TWINS = [pytest.param(m, h, id=h.id) for m, h in zip(INCIDENTS[MEDIUM], INCIDENTS[HARD], strict=True)]

each_incident = pytest.mark.parametrize(("task", "incident"), EVERY)
each_failure = pytest.mark.parametrize("incident", FAILURES)

# task id -> (difficulty, max steps, submission action)
TASK_FACTS = {
    EASY: ("easy", 3, "submit_severity"),
    MEDIUM: ("medium", 10, "submit_root_cause"),
    HARD: ("hard", 15, "submit_resolution"),
}

# incident id -> (error rate, minutes, USD per minute, severity, culprit, number of services)
FACTS: dict[str, tuple[float, int, float | None, str, str, int]] = {
    "AC-001": (0.78, 4, 12_000, "P1", "postgres-db", 3),
    "AC-002": (0.15, 8, 800, "P2", "cdn-edge", 3),
    "AC-003": (0.45, 22, 0, "P3", "recommendation-service", 3),
    "RCA-001": (0.95, 14, None, "P1", "analytics-service", 8),
    "RCA-002": (0.61, 9, None, "P1", "network-infra", 8),
    "RCA-003": (0.62, 7, None, "P1", "config-service", 8),
    "RP-001": (0.95, 14, None, "P1", "analytics-service", 8),
    "RP-002": (0.61, 9, None, "P1", "network-infra", 8),
    "RP-003": (0.62, 7, None, "P1", "config-service", 8),
}

SERVICES = {
    "AC-001": "api-gateway auth-service postgres-db",
    "AC-002": "cdn-edge product-service image-service",
    "AC-003": "recommendation-service product-service redis-reco-cache",
    "RCA-001": "api-gateway auth-service order-service postgres-db analytics-service redis-session product-service "
    "notification-service",
    "RCA-002": "order-service payment-service fraud-detection-service postgres-db redis-payment-cache network-infra "
    "cdn-edge api-gateway",
    "RCA-003": "api-gateway user-service notification-service postgres-db config-service redis-session order-service "
    "product-service",
}

PLANS = {
    "RP-001": (
        Key("disable_feature_flag", "full_history_export"),
        Key("restart_service", "analytics-service"),
        Key("restart_service", "postgres-db"),
        Key("restart_service", "auth-service"),
        Key("restart_service", "order-service"),
        Key("execute_runbook_step", "verify_db_health"),
    ),
    "RP-002": (
        Key("execute_runbook_step", "restore_bgp_routes"),
        Key("rollback_deploy", "network-infra"),
        Key("execute_runbook_step", "verify_cross_az_connectivity"),
        Key("execute_runbook_step", "verify_checkout_recovery"),
    ),
    "RP-003": (
        Key("rollback_deploy", "config-service"),
        Key("execute_runbook_step", "trigger_credential_rotation"),
        Key("restart_service", "user-service"),
        Key("restart_service", "notification-service"),
        Key("restart_service", "order-service"),
        Key("execute_runbook_step", "verify_db_connectivity"),
        Key("execute_runbook_step", "verify_api_recovery"),
    ),
}

# plan step -> fixes that must hold before it can hold, directly or through one another
NEEDS = {
    Key("restart_service", "postgres-db"): {
        Key("disable_feature_flag", "full_history_export"),
        Key("restart_service", "analytics-service"),
    },
    Key("restart_service", "auth-service"): {Key("restart_service", "postgres-db")},
    Key("restart_service", "order-service"): {Key("restart_service", "postgres-db")},
    Key("execute_runbook_step", "verify_cross_az_connectivity"): {
        Key("execute_runbook_step", "restore_bgp_routes"),
        Key("rollback_deploy", "network-infra"),
    },
    Key("execute_runbook_step", "verify_checkout_recovery"): {
        Key("execute_runbook_step", "restore_bgp_routes"),
        Key("rollback_deploy", "network-infra"),
    },
    Key("execute_runbook_step", "trigger_credential_rotation"): {Key("rollback_deploy", "config-service")},
    Key("restart_service", "user-service"): {Key("execute_runbook_step", "trigger_credential_rotation")},
    Key("restart_service", "notification-service"): {Key("execute_runbook_step", "trigger_credential_rotation")},
}


# The tasks


@pytest.mark.parametrize("task_id", TASK_FACTS)
def test_tasks_have_the_specified_difficulty_steps_and_submission(task_id: str) -> None:
    task = TASKS[task_id]  # type: ignore[index]
    assert task.task_id == task_id
    assert (task.difficulty, task.max_steps, task.submission_action) == TASK_FACTS[task_id]


def test_tasks_offer_the_specified_actions() -> None:
    easy = ["query_logs", "check_metrics", "check_dependencies", "check_recent_deploys", "submit_severity"]
    diagnostics = [*easy[:4], "check_service_status"]
    remediations = [
        "restart_service",
        "rollback_deploy",
        "scale_service",
        "disable_feature_flag",
        "clear_cache",
        "execute_runbook_step",
    ]
    assert TASKS[EASY].available_actions == tuple(easy)
    assert TASKS[MEDIUM].available_actions == (*diagnostics, "submit_root_cause")
    assert TASKS[HARD].available_actions == (*diagnostics, *remediations, "submit_resolution")


@pytest.mark.parametrize("task", TASKS.values(), ids=list(TASKS))
def test_a_task_has_exactly_the_fields_and_types_of_task(task: Task) -> None:
    assert _mistyped(task) == []
    assert set(vars(task)) == {field.name for field in fields(Task)}


def test_there_are_three_incidents_of_each_task_in_order() -> None:
    ids = {task_id: [s.id for s in table] for task_id, table in INCIDENTS.items()}
    assert ids == {
        EASY: ["AC-001", "AC-002", "AC-003"],
        MEDIUM: ["RCA-001", "RCA-002", "RCA-003"],
        HARD: ["RP-001", "RP-002", "RP-003"],
    }


def test_get_task_ignores_case_and_surrounding_space() -> None:
    assert get_task("  Root_Cause_ANALYSIS ") is TASKS[MEDIUM]


def test_get_task_lists_the_valid_ids() -> None:
    with pytest.raises(ValueError, match=r"'foo'.*alert_classification, remediation_planning, root_cause_analysis"):
        get_task("foo")


@pytest.mark.parametrize("index", [-1, 3, 10**9])
def test_get_incident_lists_the_valid_indexes(index: int) -> None:
    with pytest.raises(ValueError, match=rf"{index} for {HARD}: one of 0, 1, 2"):
        get_incident(HARD, index)


def test_get_incident_returns_the_incident_at_the_index() -> None:
    assert get_incident(MEDIUM, 2).id == "RCA-003"


def test_list_tasks_names_every_incident_and_no_answer() -> None:
    listed = list_tasks()
    assert [task["task_id"] for task in listed] == list(TASKS)
    for task in listed:
        assert [entry["index"] for entry in task["scenarios"]] == [0, 1, 2]
        for entry in task["scenarios"]:
            assert set(entry) == {"index", "scenario_id", "description"}


# Shape


@each_incident
def test_an_incident_has_exactly_the_fields_and_types_of_incident(task: Task, incident: Incident) -> None:
    assert _mistyped(incident) == []


def test_the_shape_check_notices_a_missing_an_extra_and_a_mistyped_field() -> None:
    good = INCIDENTS[HARD][0]
    for wrong in (
        replace(good, known_services="api-gateway"),  # type: ignore[arg-type]
        replace(good, known_services=list(good.known_services)),  # type: ignore[arg-type]
        replace(good, severity="P5"),  # type: ignore[arg-type]
        replace(good, alert=replace(good.alert, duration_minutes="14")),  # type: ignore[arg-type]
        replace(good, plan=good.solution),  # type: ignore[arg-type]
    ):
        assert _mistyped(wrong)
    with pytest.raises(TypeError, match="unexpected keyword argument 'answer'"):
        replace(good.alert, answer="P1")
    with pytest.raises(TypeError, match=r"missing .* 'culprit'"):
        Incident(**{name: value for name, value in vars(good).items() if name != "culprit"})


def test_an_incident_cannot_be_changed() -> None:
    incident = INCIDENTS[HARD][0]
    consequence = incident.consequences[incident.solution[0]]
    report = reports_after(incident)["query_logs", "postgres-db"]
    for frozen in (incident, incident.alert, consequence, report, TASKS[HARD]):
        with pytest.raises(FrozenInstanceError):
            setattr(frozen, next(iter(vars(frozen))), "x")
    for mapping in (incident.aliases, incident.consequences):
        with pytest.raises(TypeError):
            mapping["x"] = "y"  # type: ignore[index]


@each_incident
def test_figures_are_those_of_the_specification(task: Task, incident: Incident) -> None:
    alert = incident.alert
    assert (
        alert.error_rate,
        alert.duration_minutes,
        alert.revenue_impact_per_min,
        incident.severity,
        incident.culprit,
        len(incident.known_services),
    ) == FACTS[incident.id]


@each_incident
def test_services_are_those_of_the_specification(task: Task, incident: Incident) -> None:
    wanted = SERVICES[incident.id.replace("RP", "RCA")].split()
    assert sorted(incident.known_services) == sorted(wanted)
    assert len(set(incident.known_services)) == len(wanted)


@each_incident
def test_the_alert_speaks_of_known_services_only(task: Task, incident: Incident) -> None:
    assert incident.alert.affected_services
    assert set(incident.alert.affected_services) <= set(incident.known_services)
    assert incident.alert.symptoms


@each_incident
def test_every_name_is_in_the_form_in_which_names_are_compared(task: Task, incident: Incident) -> None:
    keys = [*incident.solution, *incident.consequences]
    for name in [*incident.known_services, *map(str, keys)]:
        assert name == normalise(name)


@each_incident
def test_aliases_belong_to_one_service_each(task: Task, incident: Incident) -> None:
    assert set(incident.aliases) == set(incident.known_services)
    names = [words_of(name) for service in incident.known_services for name in (service, *_aliases(incident, service))]
    assert all(names)
    assert sorted(names) == sorted(set(names))


# Telemetry


@each_incident
def test_every_offered_diagnostic_answers_for_every_service(task: Task, incident: Incident) -> None:
    tools = [name for name in task.available_actions if name in DIAGNOSTICS]
    everywhere = {(tool, service) for tool in tools for service in incident.known_services}
    for held in _phases(incident):
        assert set(_reports(incident, held)) == everywhere, held
    for text in _telemetry_texts(incident):
        assert text.strip() == text != ""
        assert "no data" not in text.casefold()


@each_incident
def test_no_two_initial_telemetry_texts_are_equal(task: Task, incident: Incident) -> None:
    texts = [report.text for report in _reports(incident, ()).values()]
    assert len(set(texts)) == len(texts)


@each_failure
def test_telemetry_changes_with_plan_steps_alone(incident: Incident) -> None:
    others = [key for key in incident.consequences if key not in incident.solution]
    assert others
    for held in _phases(incident):
        assert _world(incident, [*held, *others]) == _world(incident, held), held


def test_a_change_shows_once_all_its_steps_hold_in_whatever_order() -> None:
    incident = INCIDENTS[HARD][1]
    routes, rollback = incident.solution[:2]
    neither, one, other, both = (_world(incident, held) for held in ([], [routes], [rollback], [routes, rollback]))
    waiting = [place for place in both if neither[place] == one[place] == other[place] != both[place]]
    assert waiting, "some texts change with both steps alone"
    superseded = [place for place in both if len({neither[place], one[place], both[place]}) == 3]
    assert superseded, "some texts change with one step and again with the other"
    assert _world(incident, [rollback, routes]) == both


@each_failure
def test_every_fix_of_the_plan_changes_what_diagnostics_show(incident: Incident) -> None:
    plan = incident.solution
    for position, key in enumerate(plan):
        if not key.is_verification:
            before, after = _world(incident, plan[:position]), _world(incident, plan[: position + 1])
            assert before != after, f"{key} changes nothing"


@each_failure
def test_every_alerted_service_recovers_visibly(incident: Incident) -> None:
    before, after = _world(incident, []), _world(incident, incident.solution)
    for service in incident.alert.affected_services:
        for tool in ("query_logs", "check_metrics", "check_service_status"):
            assert before[tool, service] != after[tool, service], f"{tool} on {service} still shows the incident"


@each_failure
def test_every_alerted_service_ends_healthy(incident: Incident) -> None:
    after = _world(incident, incident.solution)
    for service in incident.alert.affected_services:
        assert "Health: HEALTHY" in after["check_service_status", service]


@each_incident
def test_log_lines_start_with_utc_timestamps_in_order(task: Task, incident: Incident) -> None:
    for text in _telemetry_texts(incident, "query_logs"):
        stamps = [_stamp(line) for line in text.splitlines()]
        assert len(stamps) >= 3, text
        assert stamps == sorted(stamps), text


@each_failure
def test_logs_after_a_fix_are_not_older_than_logs_before_it(incident: Incident) -> None:
    plan = incident.solution
    for service in incident.known_services:
        last = _utc("1970-01-01T00:00:00Z")
        for position in range(len(plan) + 1):
            text = _world(incident, plan[:position])["query_logs", service]
            latest = _stamp(text.splitlines()[-1])
            assert latest >= last, f"{service} after {plan[:position]}"
            last = latest


@each_failure
def test_plan_flags_and_runbook_steps_can_be_read_in_some_initial_text(incident: Incident) -> None:
    shown = "\n".join(_world(incident, ()).values())
    for key in incident.solution:
        if not acts_on_services(key.action):
            assert re.search(rf"(?<![\w-]){re.escape(key.target)}(?![\w-])", shown), f"{key.target} is nowhere"


@each_failure
def test_every_flag_and_runbook_step_on_a_status_page_can_be_acted_on(incident: Incident) -> None:
    flags, steps = set(), set()
    for service in incident.known_services:
        report = _reports(incident, ())["check_service_status", service]
        listed = [flag.split("=")[0] for flag in _listed(report.text, "Feature flags") if "=" in flag]
        assert report.flags == tuple(listed)
        assert report.runbook_steps == tuple(_listed(report.text, "Runbook steps"))
        flags |= set(report.flags)
        steps |= set(report.runbook_steps)
    assert flags == {key.target for key in incident.consequences if key.action == "disable_feature_flag"}
    assert steps == {key.target for key in incident.consequences if key.action == "execute_runbook_step"}


@each_failure
def test_flags_and_runbook_steps_belong_to_the_service_whose_status_lists_them(incident: Incident) -> None:
    statuses = {s: _reports(incident, ())["check_service_status", s] for s in incident.known_services}
    for key in incident.consequences:
        status = statuses[incident.service_of(key)]
        if acts_on_services(key.action):
            assert incident.service_of(key) == key.target
        else:
            assert key.target in (*status.flags, *status.runbook_steps), key


# Remediation


@pytest.mark.parametrize(("medium", "hard"), TWINS)
def test_plans_are_those_of_the_specification(medium: Incident, hard: Incident) -> None:
    assert hard.solution == PLANS[hard.id]


@pytest.mark.parametrize(("medium", "hard"), TWINS)
def test_a_medium_incident_carries_what_its_hard_twin_carries(medium: Incident, hard: Incident) -> None:
    own = {"id", "family", "description", "summary", "alert", "telemetry", "max_steps"}
    for name in set(vars(hard)) - own:
        assert getattr(medium, name) == getattr(hard, name), name
    for held in _phases(hard):
        assert _reports(medium, held) == _reports(hard, held)
    assert {k: v for k, v in vars(medium.alert).items() if k not in ("id", "title", "symptoms")} == {
        k: v for k, v in vars(hard.alert).items() if k not in ("id", "title", "symptoms")
    }


@pytest.mark.parametrize("incident", EASY_ONES)
def test_an_easy_incident_has_no_plan(incident: Incident) -> None:
    assert incident.plan == ()
    assert needs_of(incident) == {}
    assert _world(incident, incident.consequences) == _world(incident, ())


@each_incident
def test_every_action_key_is_well_formed(task: Task, incident: Incident) -> None:
    for key in [*incident.solution, *_harms(incident)]:
        assert isinstance(key, Key)
        assert key.action in REMEDIATIONS, key
        known = incident.known_services if acts_on_services(key.action) else _targets(incident, key.action)
        assert key.target in known, key


@each_incident
def test_consequences_are_those_of_remediations_on_known_services(task: Task, incident: Incident) -> None:
    for key in incident.consequences:
        assert key.action in REMEDIATIONS, key
        if acts_on_services(key.action):
            assert key.target in incident.known_services, key


@each_incident
def test_plan_steps_and_wrong_actions_have_texts_of_their_own(task: Task, incident: Incident) -> None:
    for key in [*incident.solution, *_harms(incident)]:
        assert incident.consequences[key].result.strip(), key
    texts = _remediation_texts(incident)
    assert len(set(texts)) == len(texts)


@each_failure
def test_restart_rollback_and_scale_answer_for_every_service(incident: Incident) -> None:
    for action_type in ("restart_service", "rollback_deploy", "scale_service"):
        assert _targets(incident, action_type) == set(incident.known_services), action_type


@each_incident
def test_there_are_at_least_seven_wrong_actions_with_reasons_of_their_own(task: Task, incident: Incident) -> None:
    reasons = list(_harms(incident).values())
    assert len(reasons) >= 7
    assert all(len(reason.split()) >= 5 for reason in reasons)
    assert len(set(reasons)) == len(reasons)


@each_incident
def test_no_plan_step_is_wrong_and_none_occurs_twice(task: Task, incident: Incident) -> None:
    plan = incident.solution
    assert not set(plan) & set(_harms(incident))
    assert len(set(plan)) == len(plan)


@each_failure
def test_requirements_of_a_step_are_earlier_steps(incident: Incident) -> None:
    plan = incident.solution
    for key, needed in needs_of(incident).items():
        assert needed
        assert set(needed) <= set(plan[: plan.index(key)]), key


@each_failure
def test_steps_need_what_the_specification_says(incident: Incident) -> None:
    third = incident.id.endswith("003")  # where order-service needs the credentials, not the database
    for key in incident.solution:
        needed = NEEDS.get(key, set())
        if key == Key("restart_service", "order-service") and third:
            needed = NEEDS[Key("restart_service", "user-service")]
        assert needed <= _all_requirements(incident, key), key


@each_failure
def test_a_step_with_requirements_says_what_happens_too_early_and_no_other_does(incident: Incident) -> None:
    for key, consequence in incident.consequences.items():
        assert (consequence.too_early is not None) == (key in needs_of(incident)), key
        assert consequence.too_early != consequence.result


@each_failure
def test_verifications_need_every_fix_directly_or_through_other_steps(incident: Incident) -> None:
    plan = incident.solution
    fixes = {key for key in plan if not key.is_verification}
    for key in plan:
        if key.is_verification:
            assert _all_requirements(incident, key) >= fixes, key
    assert plan[-1].is_verification


@each_failure
def test_rollbacks_of_the_plan_name_the_version_that_helps_and_no_other_text_does(incident: Incident) -> None:
    for key, consequence in incident.consequences.items():
        planned = key in incident.solution
        assert (consequence.version is not None) == (planned and key.action == "rollback_deploy"), key


@each_failure
def test_the_version_that_helps_can_be_read_in_the_recent_deploys(incident: Incident) -> None:
    for key, consequence in incident.consequences.items():
        if consequence.version is not None:
            assert consequence.version in _world(incident, ())["check_recent_deploys", key.target]


@each_incident
def test_harm_that_passes_is_tied_to_wrong_actions_and_plan_steps(task: Task, incident: Incident) -> None:
    passing = {key: c.harmless_after for key, c in incident.consequences.items() if c.harmless_after}
    assert bool(passing) == bool(incident.solution)
    for key, after in passing.items():
        assert key in _harms(incident)
        assert set(after) <= set(incident.solution)


# Failure modes


@each_incident
def test_the_failure_mode_is_in_the_catalogue_and_an_equal_of_no_other_of_the_task(
    task: Task, incident: Incident
) -> None:
    assert incident.failure_mode in MODES
    for other in INCIDENTS[task.task_id]:
        if other is not incident:
            assert not accepted_for(incident.failure_mode) & accepted_for(other.failure_mode), other.id


# Silence about the answer


@each_failure
def test_the_alert_never_lists_the_culprit(incident: Incident) -> None:
    assert incident.culprit not in incident.alert.affected_services


@each_failure
def test_opening_texts_name_neither_culprit_nor_failure_mode(incident: Incident) -> None:
    for text in _opening_texts(incident):
        assert not _names_of_culprit(text, incident), text
        assert read(text, names_of(incident)).mode not in accepted_for(incident.failure_mode), text


@each_failure
def test_reasons_of_wrong_actions_do_not_name_the_culprit(incident: Incident) -> None:
    for key, reason in _harms(incident).items():
        if key.target != incident.culprit:
            assert not _names_of_culprit(reason, incident), f"{key}: {reason}"


@each_failure
def test_steps_taken_too_early_do_not_name_the_culprit(incident: Incident) -> None:
    for key, text in _texts_on_others(incident, "too_early"):
        assert not _names_of_culprit(text, incident), f"{key}: {text}"


@each_failure
def test_results_outside_the_plan_do_not_name_the_culprit(incident: Incident) -> None:
    for key, text in _texts_on_others(incident, "result"):
        if key not in incident.solution:
            assert not _names_of_culprit(text, incident), f"{key}: {text}"


@pytest.mark.parametrize("incident", EASY_ONES)
def test_easy_texts_name_no_severity(incident: Incident) -> None:
    assert incident.alert.severity == "UNCLASSIFIED"
    texts = [*_opening_texts(incident), *_telemetry_texts(incident), *_remediation_texts(incident)]
    for text in [*texts, *_harms(incident).values()]:
        assert not re.search(r"\b(?:P[1-4]|SEV-?[1-4])\b", text, re.I), text


@each_failure
def test_alerts_of_failures_state_their_severity(incident: Incident) -> None:
    assert incident.alert.severity == incident.severity


@each_incident
def test_scenario_ids_and_alert_ids_are_unique(task: Task, incident: Incident) -> None:
    others = [s for table in INCIDENTS.values() for s in table if s is not incident]
    assert incident.id not in [s.id for s in others]
    assert incident.alert.id not in [s.alert.id for s in others]


# Shallow rules that must not find the culprit more than once


def _hits(candidates: dict[str, Sequence[str]], position: int) -> list[str]:
    """The medium incidents whose culprit stands at `position` of its candidates."""
    return [s.id for s in INCIDENTS[MEDIUM] if list(candidates[s.id][position:])[:1] == [s.culprit]]


@pytest.mark.parametrize("position", range(8))
def test_no_position_in_the_list_of_services_is_the_culprit_twice(position: int) -> None:
    assert len(_hits({s.id: s.known_services for s in INCIDENTS[MEDIUM]}, position)) <= 1


@pytest.mark.parametrize("position", range(5))
def test_no_position_among_services_outside_the_alert_is_the_culprit_twice(position: int) -> None:
    outside = {
        s.id: [name for name in s.known_services if name not in s.alert.affected_services] for s in INCIDENTS[MEDIUM]
    }
    assert len(_hits(outside, position)) <= 1


@pytest.mark.parametrize("position", range(4))
def test_no_position_among_healthy_services_is_the_culprit_twice(position: int) -> None:
    healthy = {
        s.id: [name for name in s.known_services if "HEALTHY" in _world(s, ())["check_service_status", name]]
        for s in INCIDENTS[MEDIUM]
    }
    assert len(_hits(healthy, position)) <= 1


@pytest.mark.parametrize("incident", FAILURES[:3])
def test_the_latest_deploy_is_not_the_culprits(incident: Incident) -> None:
    def latest(service: str) -> str:
        text = _world(incident, ())["check_recent_deploys", service]
        return max(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", text))

    assert max(incident.known_services, key=latest) != incident.culprit


# Helpers


def _aliases(incident: Incident, service: str) -> tuple[str, ...]:
    return incident.aliases[service]


def _mistyped(part: Any) -> list[str]:
    """The fields of a task or an incident, and of the parts within it, whose values are not of their declared types."""
    wrong: list[str] = []
    for name, kind in get_type_hints(type(part)).items():
        value = getattr(part, name)
        if name == "telemetry":
            continue
        try:
            TypeAdapter(kind).validate_python(dict(value) if isinstance(value, Mapping) else value, strict=True)
        except ValidationError:
            wrong.append(name)
            continue
        parts = value.values() if isinstance(value, Mapping) else [value]
        wrong += [f"{name}.{inner}" for each in parts if is_dataclass(each) for inner in _mistyped(each)]
    return wrong


def _harms(incident: Incident) -> dict[Key, str]:
    """The wrong actions, and why each hurts."""
    return {key: told.harm for key, told in incident.consequences.items() if told.harm is not None}


def _targets(incident: Incident, action_type: str) -> set[str]:
    """The targets on which a remediation has a consequence."""
    return {key.target for key in incident.consequences if key.action == action_type}


def _phases(incident: Incident) -> list[list[Key]]:
    """Every set of plan steps that can hold together, each in the order of the plan."""
    plan = incident.solution
    sets = ([key for key, held in zip(plan, bits, strict=True) if held] for bits in product((0, 1), repeat=len(plan)))
    return [held for held in sets if all(set(needs_of(incident).get(key, ())) <= set(held) for key in held)]


def _stamp(line: str) -> datetime:
    """When a log line was written; redis puts its process before the time."""
    first, second = line.split()[:2]
    return _utc(second if re.fullmatch(r"\d+:[A-Z]", first) else first)


def _utc(stamp: str) -> datetime:
    assert stamp.endswith("Z"), stamp
    return datetime.fromisoformat(stamp.removesuffix("Z") + "+00:00").astimezone(timezone.utc)


def _telemetry_texts(incident: Incident, tool: str | None = None) -> list[str]:
    return [
        text for held in _phases(incident) for (name, _), text in _world(incident, held).items() if tool in (None, name)
    ]


def _remediation_texts(incident: Incident) -> list[str]:
    told = incident.consequences.values()
    return [text for each in told for text in (each.result, each.too_early) if text is not None]


def _opening_texts(incident: Incident) -> list[str]:
    alert = incident.alert
    return [incident.description, incident.summary, alert.id, alert.title, *alert.symptoms]


def _texts_on_others(incident: Incident, kind: Literal["result", "too_early"]) -> list[tuple[Key, str]]:
    """Remediation texts of actions whose target is not the culprit."""
    told = [(key, getattr(each, kind)) for key, each in incident.consequences.items() if key.target != incident.culprit]
    return [(key, text) for key, text in told if text is not None]


def _names_of_culprit(text: str, incident: Incident) -> list[str]:
    culprit = incident.culprit
    words = f" {words_of(text)} "
    found = [name for name in (culprit, *_aliases(incident, culprit)) if f" {words_of(name)} " in words]
    return found


def _reports(incident: Incident, held: Iterable[Key]) -> dict[tuple[str, str], Report]:
    return dict(reports_after(incident, tuple(held)))


def _world(incident: Incident, held: Iterable[Key]) -> dict[tuple[str, str], str]:
    return {place: report.text for place, report in _reports(incident, held).items()}


def _listed(text: str, label: str) -> list[str]:
    found = re.search(rf"^{label}: (.+)$", text, re.M)
    names = [name.strip() for name in found.group(1).split(",")] if found else []
    return [name for name in names if name != "none"]


def _all_requirements(incident: Incident, key: Key) -> set[Key]:
    found: set[Key] = set()
    waiting = [key]
    while waiting:
        for needed in needs_of(incident).get(waiting.pop(), ()):
            if needed not in found:
                found.add(needed)
                waiting.append(needed)
    return found


def test_the_action_vocabulary_covers_every_task() -> None:
    offered = {name for task in TASKS.values() for name in task.available_actions}
    assert offered == set(ACTIONS) == {*DIAGNOSTICS, *REMEDIATIONS, *SUBMISSIONS}


def test_an_incident_knows_which_reports_are_missing() -> None:
    incident = INCIDENTS["root_cause_analysis"][0]
    assert incident.missing_reports(DIAGNOSTICS) == []
    more = replace(incident, known_services=(*incident.known_services, "queue"))
    assert more.missing_reports(["query_logs", "check_metrics"]) == [
        ("query_logs", "queue"),
        ("check_metrics", "queue"),
    ]
