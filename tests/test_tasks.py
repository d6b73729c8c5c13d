"""The incident table is complete, consistent, fair to play and silent about its answers."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from actions import (
    ALL_ACTIONS,
    DIAGNOSTIC_ACTIONS,
    REMEDIATION_ACTIONS,
    SUBMISSION_ACTIONS,
    is_verification,
    normalise,
    target_parameter,
)
from mechanisms import MECHANISMS, names_any, states_mechanism, words_of
from scenario import Scenario, Task
from tasks import ALL_TASKS, SCENARIOS, get_scenario, get_task, list_tasks
from telemetry import read_telemetry

EASY, MEDIUM, HARD = "alert_classification", "root_cause_analysis", "remediation_planning"
EVERY = [pytest.param(ALL_TASKS[t], s, id=s["scenario_id"]) for t, table in SCENARIOS.items() for s in table]
EASY_ONES = [pytest.param(s, id=s["scenario_id"]) for s in SCENARIOS[EASY]]
FAILURES = [pytest.param(s, id=s["scenario_id"]) for t in (MEDIUM, HARD) for s in SCENARIOS[t]]
TWINS = [pytest.param(m, h, id=h["scenario_id"]) for m, h in zip(SCENARIOS[MEDIUM], SCENARIOS[HARD], strict=True)]

each_incident = pytest.mark.parametrize(("task", "scenario"), EVERY)
each_failure = pytest.mark.parametrize("scenario", FAILURES)

# task id -> (difficulty, max steps, submission action)
TASK_FACTS = {
    EASY: ("easy", 3, "submit_severity"),
    MEDIUM: ("medium", 10, "submit_root_cause"),
    HARD: ("hard", 15, "submit_resolution"),
}

# scenario id -> (error rate, minutes, USD per minute, severity, culprit, number of services)
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
    "RP-001": [
        "disable_feature_flag:full_history_export",
        "restart_service:analytics-service",
        "restart_service:postgres-db",
        "restart_service:auth-service",
        "restart_service:order-service",
        "execute_runbook_step:verify_db_health",
    ],
    "RP-002": [
        "execute_runbook_step:restore_bgp_routes",
        "rollback_deploy:network-infra",
        "execute_runbook_step:verify_cross_az_connectivity",
        "execute_runbook_step:verify_checkout_recovery",
    ],
    "RP-003": [
        "rollback_deploy:config-service",
        "execute_runbook_step:trigger_credential_rotation",
        "restart_service:user-service",
        "restart_service:notification-service",
        "restart_service:order-service",
        "execute_runbook_step:verify_db_connectivity",
        "execute_runbook_step:verify_api_recovery",
    ],
}

# plan step -> fixes that must hold before it can hold, directly or through one another
NEEDS = {
    "restart_service:postgres-db": {"disable_feature_flag:full_history_export", "restart_service:analytics-service"},
    "restart_service:auth-service": {"restart_service:postgres-db"},
    "restart_service:order-service": {"restart_service:postgres-db"},
    "execute_runbook_step:verify_cross_az_connectivity": {
        "execute_runbook_step:restore_bgp_routes",
        "rollback_deploy:network-infra",
    },
    "execute_runbook_step:verify_checkout_recovery": {
        "execute_runbook_step:restore_bgp_routes",
        "rollback_deploy:network-infra",
    },
    "execute_runbook_step:trigger_credential_rotation": {"rollback_deploy:config-service"},
    "restart_service:user-service": {"execute_runbook_step:trigger_credential_rotation"},
    "restart_service:notification-service": {"execute_runbook_step:trigger_credential_rotation"},
}


# The tasks


@pytest.mark.parametrize("task_id", TASK_FACTS)
def test_tasks_have_the_specified_difficulty_steps_and_submission(task_id: str) -> None:
    task = ALL_TASKS[task_id]  # type: ignore[index]
    assert task["task_id"] == task_id
    assert (task["difficulty"], task["max_steps"], task["submission_action"]) == TASK_FACTS[task_id]


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
    assert ALL_TASKS[EASY]["available_actions"] == easy
    assert ALL_TASKS[MEDIUM]["available_actions"] == [*diagnostics, "submit_root_cause"]
    assert ALL_TASKS[HARD]["available_actions"] == [*diagnostics, *remediations, "submit_resolution"]


@pytest.mark.parametrize("task", ALL_TASKS.values(), ids=list(ALL_TASKS))
def test_a_task_has_exactly_the_keys_and_types_of_task(task: Task) -> None:
    assert TypeAdapter(Task).validate_python(task, strict=True) == task


def test_there_are_three_incidents_of_each_task_in_order() -> None:
    ids = {task_id: [s["scenario_id"] for s in table] for task_id, table in SCENARIOS.items()}
    assert ids == {
        EASY: ["AC-001", "AC-002", "AC-003"],
        MEDIUM: ["RCA-001", "RCA-002", "RCA-003"],
        HARD: ["RP-001", "RP-002", "RP-003"],
    }


def test_get_task_ignores_case_and_surrounding_space() -> None:
    assert get_task("  Root_Cause_ANALYSIS ") is ALL_TASKS[MEDIUM]


def test_get_task_lists_the_valid_ids() -> None:
    with pytest.raises(ValueError, match=r"'foo'.*alert_classification, remediation_planning, root_cause_analysis"):
        get_task("foo")


@pytest.mark.parametrize("index", [-1, 3, 10**9])
def test_get_scenario_lists_the_valid_indexes(index: int) -> None:
    with pytest.raises(ValueError, match=rf"{index} for {HARD}: one of 0, 1, 2"):
        get_scenario(HARD, index)


def test_get_scenario_returns_the_incident_at_the_index() -> None:
    assert get_scenario(MEDIUM, 2)["scenario_id"] == "RCA-003"


def test_list_tasks_names_every_incident_and_no_answer() -> None:
    listed = list_tasks()
    assert [task["task_id"] for task in listed] == list(ALL_TASKS)
    for task in listed:
        assert [entry["index"] for entry in task["scenarios"]] == [0, 1, 2]
        for entry in task["scenarios"]:
            assert set(entry) == {"index", "scenario_id", "description"}


# Shape


@each_incident
def test_an_incident_has_exactly_the_keys_and_types_of_scenario(task: Task, scenario: Scenario) -> None:
    assert TypeAdapter(Scenario).validate_python(scenario, strict=True) == scenario  # unknown keys would be dropped


def test_the_shape_check_notices_a_missing_an_extra_and_a_mistyped_key() -> None:
    adapter = TypeAdapter(Scenario)
    good: dict[str, Any] = dict(SCENARIOS[EASY][0])
    missing = {key: value for key, value in good.items() if key != "wrong_actions"}
    with pytest.raises(ValidationError):
        adapter.validate_python(missing, strict=True)
    with pytest.raises(ValidationError):
        adapter.validate_python({**good, "known_services": "api-gateway"}, strict=True)
    extra = {**good, "alert": {**good["alert"], "answer": "P1"}}
    assert adapter.validate_python(extra, strict=True) != extra


@each_incident
def test_figures_are_those_of_the_specification(task: Task, scenario: Scenario) -> None:
    alert, cause = scenario["alert"], scenario["correct_root_cause"]
    assert (
        alert["error_rate"],
        alert["duration_minutes"],
        alert["revenue_impact_per_min"],
        scenario["correct_severity"],
        cause["service"],
        len(scenario["known_services"]),
    ) == FACTS[scenario["scenario_id"]]


@each_incident
def test_services_are_those_of_the_specification(task: Task, scenario: Scenario) -> None:
    wanted = SERVICES[scenario["scenario_id"].replace("RP", "RCA")].split()
    assert sorted(scenario["known_services"]) == sorted(wanted)
    assert len(set(scenario["known_services"])) == len(wanted)


@each_incident
def test_the_alert_speaks_of_known_services_only(task: Task, scenario: Scenario) -> None:
    assert scenario["alert"]["affected_services"]
    assert set(scenario["alert"]["affected_services"]) <= set(scenario["known_services"])
    assert scenario["alert"]["symptoms"]


@each_incident
def test_every_name_is_in_the_form_in_which_names_are_compared(task: Task, scenario: Scenario) -> None:
    keys = [*scenario["correct_remediation_sequence"], *scenario["wrong_actions"]]
    for name in [*scenario["known_services"], *keys, *(t for by in scenario["remediation_data"].values() for t in by)]:
        assert name == normalise(name)


@each_incident
def test_aliases_belong_to_one_service_each(task: Task, scenario: Scenario) -> None:
    assert set(scenario["service_aliases"]) == set(scenario["known_services"])
    names = [
        words_of(name) for service in scenario["known_services"] for name in (service, *_aliases(scenario, service))
    ]
    assert all(names)
    assert sorted(names) == sorted(set(names))


# Telemetry


@each_incident
def test_every_offered_diagnostic_answers_for_every_service(task: Task, scenario: Scenario) -> None:
    tools = [name for name in task["available_actions"] if name in DIAGNOSTIC_ACTIONS]
    assert set(scenario["tool_responses"]) == set(tools)
    for tool in tools:
        assert set(scenario["tool_responses"][tool]) == set(scenario["known_services"]), tool
    for text in _telemetry_texts(scenario):
        assert text.strip() == text != ""
        assert "no data" not in text.casefold()


@each_incident
def test_no_two_initial_telemetry_texts_are_equal(task: Task, scenario: Scenario) -> None:
    texts = [text for by_service in scenario["tool_responses"].values() for text in by_service.values()]
    assert len(set(texts)) == len(texts)


@each_incident
def test_telemetry_changes_follow_plan_steps_and_touch_known_texts(task: Task, scenario: Scenario) -> None:
    for change in scenario["telemetry_changes"]:
        assert change["after"], "a change after nothing would hide the initial text"
        assert set(change["after"]) <= set(scenario["correct_remediation_sequence"])
        assert change["tool_responses"]
        for tool, by_service in change["tool_responses"].items():
            assert by_service
            assert set(by_service) <= set(scenario["tool_responses"][tool])


def test_a_change_shows_once_all_its_actions_are_in_effect_and_later_changes_win() -> None:
    scenario = SCENARIOS[HARD][0].copy()
    scenario["telemetry_changes"] = [
        {"after": ["a"], "tool_responses": {"query_logs": {"postgres-db": "after a"}}},
        {"after": ["a", "b"], "tool_responses": {"query_logs": {"postgres-db": "after both"}}},
        {"after": ["c"], "tool_responses": {"query_logs": {"api-gateway": "elsewhere"}}},
    ]
    initial = scenario["tool_responses"]["query_logs"]["postgres-db"]
    for in_effect, text in (
        ([], initial),
        (["b"], initial),
        (["a"], "after a"),
        (["a", "c"], "after a"),
        (["b", "a"], "after both"),
    ):
        assert read_telemetry(scenario, "query_logs", "postgres-db", in_effect) == text, in_effect


@each_failure
def test_every_fix_of_the_plan_changes_what_diagnostics_show(scenario: Scenario) -> None:
    plan = scenario["correct_remediation_sequence"]
    for position, key in enumerate(plan):
        if not is_verification(key):
            before, after = _world(scenario, plan[:position]), _world(scenario, plan[: position + 1])
            assert before != after, f"{key} changes nothing"


@each_failure
def test_every_alerted_service_recovers_visibly(scenario: Scenario) -> None:
    before, after = _world(scenario, []), _world(scenario, scenario["correct_remediation_sequence"])
    for service in scenario["alert"]["affected_services"]:
        for tool in ("query_logs", "check_metrics", "check_service_status"):
            assert before[tool, service] != after[tool, service], f"{tool} on {service} still shows the incident"


@each_failure
def test_every_alerted_service_ends_healthy(scenario: Scenario) -> None:
    after = _world(scenario, scenario["correct_remediation_sequence"])
    for service in scenario["alert"]["affected_services"]:
        assert "Health: HEALTHY" in after["check_service_status", service]


@each_incident
def test_log_lines_start_with_utc_timestamps_in_order(task: Task, scenario: Scenario) -> None:
    for text in _telemetry_texts(scenario, "query_logs"):
        stamps = [_stamp(line) for line in text.splitlines()]
        assert len(stamps) >= 3, text
        assert stamps == sorted(stamps), text


@each_failure
def test_logs_after_a_fix_are_not_older_than_logs_before_it(scenario: Scenario) -> None:
    plan = scenario["correct_remediation_sequence"]
    for service in scenario["known_services"]:
        last = _utc("1970-01-01T00:00:00Z")
        for position in range(len(plan) + 1):
            text = _world(scenario, plan[:position])["query_logs", service]
            latest = _stamp(text.splitlines()[-1])
            assert latest >= last, f"{service} after {plan[:position]}"
            last = latest


@each_failure
def test_plan_flags_and_runbook_steps_can_be_read_in_some_initial_text(scenario: Scenario) -> None:
    shown = "\n".join(text for by_service in scenario["tool_responses"].values() for text in by_service.values())
    for key in scenario["correct_remediation_sequence"]:
        action_type, target = key.split(":", 1)
        if target_parameter(action_type) != "service":
            assert re.search(rf"(?<![\w-]){re.escape(target)}(?![\w-])", shown), f"{target} is nowhere to be found"


@each_failure
def test_every_flag_and_runbook_step_on_a_status_page_can_be_acted_on(scenario: Scenario) -> None:
    flags, steps = set(), set()
    for text in scenario["tool_responses"]["check_service_status"].values():
        flags |= {flag.split("=")[0] for flag in _listed(text, "Feature flags") if "=" in flag}
        steps |= set(_listed(text, "Runbook steps"))
    assert flags == set(scenario["remediation_data"]["disable_feature_flag"])
    assert steps == set(scenario["remediation_data"]["execute_runbook_step"])


# Remediation


@pytest.mark.parametrize(("medium", "hard"), TWINS)
def test_plans_are_those_of_the_specification(medium: Scenario, hard: Scenario) -> None:
    assert hard["correct_remediation_sequence"] == PLANS[hard["scenario_id"]]


@pytest.mark.parametrize(("medium", "hard"), TWINS)
def test_a_medium_incident_carries_what_its_hard_twin_carries(medium: Scenario, hard: Scenario) -> None:
    own = {"scenario_id", "description", "incident_summary", "alert"}
    for key in set(hard) - own:
        assert medium[key] == hard[key], key  # type: ignore[literal-required]
    assert {k: v for k, v in medium["alert"].items() if k not in ("id", "title", "symptoms")} == {
        k: v for k, v in hard["alert"].items() if k not in ("id", "title", "symptoms")
    }


@pytest.mark.parametrize("scenario", EASY_ONES)
def test_an_easy_incident_has_no_plan(scenario: Scenario) -> None:
    assert scenario["correct_remediation_sequence"] == []
    assert scenario["step_requirements"] == {}
    assert scenario["telemetry_changes"] == []


@each_incident
def test_every_action_key_is_well_formed(task: Task, scenario: Scenario) -> None:
    flags_and_steps = {
        action: set(scenario["remediation_data"].get(action, ()))
        for action in ("disable_feature_flag", "execute_runbook_step")
    }
    for key in [*scenario["correct_remediation_sequence"], *scenario["wrong_actions"]]:
        action_type, target = key.split(":", 1)
        assert action_type in REMEDIATION_ACTIONS, key
        assert target in flags_and_steps.get(action_type, set(scenario["known_services"])), key


@each_incident
def test_remediation_data_is_about_remediations_on_known_services(task: Task, scenario: Scenario) -> None:
    assert set(scenario["remediation_data"]) <= set(REMEDIATION_ACTIONS)
    for action_type, by_target in scenario["remediation_data"].items():
        if target_parameter(action_type) == "service":
            assert set(by_target) <= set(scenario["known_services"])


@each_incident
def test_plan_steps_and_wrong_actions_have_texts_of_their_own(task: Task, scenario: Scenario) -> None:
    for key in [*scenario["correct_remediation_sequence"], *scenario["wrong_actions"]]:
        action_type, target = key.split(":", 1)
        assert scenario["remediation_data"][action_type][target]["result"].strip(), key
    texts = _remediation_texts(scenario)
    assert len(set(texts)) == len(texts)


@each_failure
def test_restart_rollback_and_scale_answer_for_every_service(scenario: Scenario) -> None:
    for action_type in ("restart_service", "rollback_deploy", "scale_service"):
        assert set(scenario["remediation_data"][action_type]) == set(scenario["known_services"]), action_type


@each_incident
def test_there_are_at_least_seven_wrong_actions_with_reasons_of_their_own(task: Task, scenario: Scenario) -> None:
    reasons = list(scenario["wrong_actions"].values())
    assert len(reasons) >= 7
    assert all(len(reason.split()) >= 5 for reason in reasons)
    assert len(set(reasons)) == len(reasons)


@each_incident
def test_no_plan_step_is_wrong_and_none_occurs_twice(task: Task, scenario: Scenario) -> None:
    plan = scenario["correct_remediation_sequence"]
    assert not set(plan) & set(scenario["wrong_actions"])
    assert len(set(plan)) == len(plan)


@each_failure
def test_requirements_of_a_step_are_earlier_steps(scenario: Scenario) -> None:
    plan = scenario["correct_remediation_sequence"]
    for key, needed in scenario["step_requirements"].items():
        assert needed
        assert set(needed) <= set(plan[: plan.index(key)]), key


@each_failure
def test_steps_need_what_the_specification_says(scenario: Scenario) -> None:
    third = scenario["scenario_id"].endswith("003")  # where order-service needs the credentials, not the database
    for key in scenario["correct_remediation_sequence"]:
        needed = NEEDS.get(key, set())
        if key == "restart_service:order-service" and third:
            needed = NEEDS["restart_service:user-service"]
        assert needed <= _all_requirements(scenario, key), key


@each_failure
def test_a_step_with_requirements_says_what_happens_too_early_and_no_other_does(scenario: Scenario) -> None:
    for action_type, by_target in scenario["remediation_data"].items():
        for target, texts in by_target.items():
            needs = f"{action_type}:{target}" in scenario["step_requirements"]
            assert ("too_early" in texts) == needs, f"{action_type}:{target}"
            assert texts.get("too_early") != texts["result"]


@each_failure
def test_verifications_need_every_fix_directly_or_through_other_steps(scenario: Scenario) -> None:
    plan = scenario["correct_remediation_sequence"]
    fixes = {key for key in plan if not is_verification(key)}
    for key in plan:
        if is_verification(key):
            assert _all_requirements(scenario, key) >= fixes, key
    assert is_verification(plan[-1])


@each_failure
def test_rollbacks_of_the_plan_name_the_version_that_helps_and_no_other_text_does(scenario: Scenario) -> None:
    for action_type, by_target in scenario["remediation_data"].items():
        for target, texts in by_target.items():
            planned = f"{action_type}:{target}" in scenario["correct_remediation_sequence"]
            assert ("target_version" in texts) == (planned and action_type == "rollback_deploy")


@each_failure
def test_the_version_that_helps_can_be_read_in_the_recent_deploys(scenario: Scenario) -> None:
    for service, texts in scenario["remediation_data"]["rollback_deploy"].items():
        if "target_version" in texts:
            assert texts["target_version"] in scenario["tool_responses"]["check_recent_deploys"][service]


@each_incident
def test_harm_that_passes_is_tied_to_wrong_actions_and_plan_steps(task: Task, scenario: Scenario) -> None:
    for key, after in scenario["wrong_only_before"].items():
        assert key in scenario["wrong_actions"]
        assert after
        assert set(after) <= set(scenario["correct_remediation_sequence"])


# Failure modes


@each_incident
def test_related_mechanisms_exist(task: Task, scenario: Scenario) -> None:
    assert set(scenario["related_mechanisms"]) <= set(MECHANISMS)


@each_incident
def test_the_correct_failure_mode_is_accepted(task: Task, scenario: Scenario) -> None:
    mode = scenario["correct_root_cause"]["failure_mode"]
    assert states_mechanism(mode, scenario["failure_mode_terms"], scenario["related_mechanisms"])


@each_failure
def test_every_own_term_is_accepted_when_written_out(scenario: Scenario) -> None:
    for term in scenario["failure_mode_terms"]:
        written = term.replace("*", "")
        assert states_mechanism(written, scenario["failure_mode_terms"], scenario["related_mechanisms"]), written


@each_incident
def test_the_correct_failure_mode_fits_no_other_failure_of_the_task(task: Task, scenario: Scenario) -> None:
    mode = scenario["correct_root_cause"]["failure_mode"]
    for other in SCENARIOS[task["task_id"]]:
        if other is not scenario:
            assert not names_any(mode, other["failure_mode_terms"]), other["scenario_id"]


@pytest.mark.parametrize("scenario", [pytest.param(s, id=s["scenario_id"]) for s in SCENARIOS[MEDIUM]])
def test_the_right_mechanism_beside_that_of_another_failure_is_a_guess(scenario: Scenario) -> None:
    """A list of synonyms, one per failure, must not be worth more than the service."""
    own, related = scenario["failure_mode_terms"], scenario["related_mechanisms"]
    for other in SCENARIOS[MEDIUM]:
        if other is not scenario:
            accepted = [
                term
                for term in other["failure_mode_terms"]
                if states_mechanism(f"{own[0]}, or {term}".replace("*", ""), own, related)
            ]
            assert accepted == [], f"terms of {other['scenario_id']}"


# Silence about the answer


@each_failure
def test_the_alert_never_lists_the_culprit(scenario: Scenario) -> None:
    assert scenario["correct_root_cause"]["service"] not in scenario["alert"]["affected_services"]


@each_failure
def test_opening_texts_name_neither_culprit_nor_mechanism(scenario: Scenario) -> None:
    for text in _opening_texts(scenario):
        assert not _named_answers(text, scenario), text


@each_failure
def test_reasons_of_wrong_actions_name_neither_culprit_nor_mechanism(scenario: Scenario) -> None:
    culprit = scenario["correct_root_cause"]["service"]
    for key, reason in scenario["wrong_actions"].items():
        if not key.endswith(f":{culprit}"):
            assert not _named_answers(reason, scenario), f"{key}: {reason}"


@each_failure
def test_steps_taken_too_early_name_neither_culprit_nor_mechanism(scenario: Scenario) -> None:
    for key, text in _texts_on_others(scenario, "too_early"):
        assert not _named_answers(text, scenario), f"{key}: {text}"


@each_failure
def test_results_outside_the_plan_name_neither_culprit_nor_mechanism(scenario: Scenario) -> None:
    for key, text in _texts_on_others(scenario, "result"):
        if key not in scenario["correct_remediation_sequence"]:
            assert not _named_answers(text, scenario), f"{key}: {text}"


@pytest.mark.parametrize("scenario", EASY_ONES)
def test_easy_texts_name_no_severity(scenario: Scenario) -> None:
    assert scenario["alert"]["severity"] == "UNCLASSIFIED"
    texts = [*_opening_texts(scenario), *_telemetry_texts(scenario), *_remediation_texts(scenario)]
    for text in [*texts, *scenario["wrong_actions"].values()]:
        assert not re.search(r"\b(?:P[1-4]|SEV-?[1-4])\b", text, re.I), text


@each_failure
def test_alerts_of_failures_state_their_severity(scenario: Scenario) -> None:
    assert scenario["alert"]["severity"] == scenario["correct_severity"]


@each_incident
def test_scenario_ids_and_alert_ids_are_unique(task: Task, scenario: Scenario) -> None:
    others = [s for table in SCENARIOS.values() for s in table if s is not scenario]
    assert scenario["scenario_id"] not in [s["scenario_id"] for s in others]
    assert scenario["alert"]["id"] not in [s["alert"]["id"] for s in others]


# Shallow rules that must not find the culprit more than once


def _hits(candidates: dict[str, list[str]], position: int) -> list[str]:
    """The medium incidents whose culprit stands at `position` of its candidates."""
    return [
        s["scenario_id"]
        for s in SCENARIOS[MEDIUM]
        if candidates[s["scenario_id"]][position:][:1] == [s["correct_root_cause"]["service"]]
    ]


@pytest.mark.parametrize("position", range(8))
def test_no_position_in_the_list_of_services_is_the_culprit_twice(position: int) -> None:
    assert len(_hits({s["scenario_id"]: s["known_services"] for s in SCENARIOS[MEDIUM]}, position)) <= 1


@pytest.mark.parametrize("position", range(5))
def test_no_position_among_services_outside_the_alert_is_the_culprit_twice(position: int) -> None:
    outside = {
        s["scenario_id"]: [name for name in s["known_services"] if name not in s["alert"]["affected_services"]]
        for s in SCENARIOS[MEDIUM]
    }
    assert len(_hits(outside, position)) <= 1


@pytest.mark.parametrize("position", range(4))
def test_no_position_among_healthy_services_is_the_culprit_twice(position: int) -> None:
    healthy = {
        s["scenario_id"]: [
            name for name in s["known_services"] if "HEALTHY" in s["tool_responses"]["check_service_status"][name]
        ]
        for s in SCENARIOS[MEDIUM]
    }
    assert len(_hits(healthy, position)) <= 1


@pytest.mark.parametrize("scenario", FAILURES[:3])
def test_the_latest_deploy_is_not_the_culprits(scenario: Scenario) -> None:
    def latest(service: str) -> str:
        text = scenario["tool_responses"]["check_recent_deploys"][service]
        return max(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", text))

    assert max(scenario["known_services"], key=latest) != scenario["correct_root_cause"]["service"]


# Helpers


def _aliases(scenario: Scenario, service: str) -> list[str]:
    return scenario["service_aliases"][service]


def _stamp(line: str) -> datetime:
    """When a log line was written; redis puts its process before the time."""
    first, second = line.split()[:2]
    return _utc(second if re.fullmatch(r"\d+:[A-Z]", first) else first)


def _utc(stamp: str) -> datetime:
    assert stamp.endswith("Z"), stamp
    return datetime.fromisoformat(stamp.removesuffix("Z") + "+00:00").astimezone(timezone.utc)


def _telemetry_texts(scenario: Scenario, tool: str | None = None) -> list[str]:
    tables = [scenario["tool_responses"], *(change["tool_responses"] for change in scenario["telemetry_changes"])]
    return [
        text
        for table in tables
        for name, by_service in table.items()
        if tool in (None, name)
        for text in by_service.values()
    ]


def _remediation_texts(scenario: Scenario) -> list[str]:
    entries = [texts for by_target in scenario["remediation_data"].values() for texts in by_target.values()]
    return [texts[key] for texts in entries for key in ("result", "too_early") if key in texts]  # type: ignore[literal-required]


def _opening_texts(scenario: Scenario) -> list[str]:
    alert = scenario["alert"]
    return [scenario["description"], scenario["incident_summary"], alert["id"], alert["title"], *alert["symptoms"]]


def _texts_on_others(scenario: Scenario, kind: str) -> list[tuple[str, str]]:
    """Remediation texts of actions whose target is neither the culprit nor a part of its name."""
    culprit = scenario["correct_root_cause"]["service"]
    return [
        (f"{action_type}:{target}", texts[kind])  # type: ignore[literal-required]
        for action_type, by_target in scenario["remediation_data"].items()
        for target, texts in by_target.items()
        if kind in texts and target != culprit
    ]


def _named_answers(text: str, scenario: Scenario) -> list[str]:
    culprit = scenario["correct_root_cause"]["service"]
    phrases = [words_of(name) for name in (culprit, *_aliases(scenario, culprit))] + scenario["failure_mode_terms"]
    return [phrase for phrase in phrases if names_any(text, [phrase])]


def _world(scenario: Scenario, in_effect: list[str]) -> dict[tuple[str, str], str]:
    return {
        (tool, service): read_telemetry(scenario, tool, service, in_effect)
        for tool, by_service in scenario["tool_responses"].items()
        for service in by_service
    }


def _listed(text: str, label: str) -> list[str]:
    found = re.search(rf"^{label}: (.+)$", text, re.M)
    names = [name.strip() for name in found.group(1).split(",")] if found else []
    return [name for name in names if name != "none"]


def _all_requirements(scenario: Scenario, key: str) -> set[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for needed in scenario["step_requirements"].get(waiting.pop(), []):
            if needed not in found:
                found.add(needed)
                waiting.append(needed)
    return found


def test_the_action_vocabulary_covers_every_task() -> None:
    offered = {name for task in ALL_TASKS.values() for name in task["available_actions"]}
    assert offered == set(ALL_ACTIONS) == {*DIAGNOSTIC_ACTIONS, *REMEDIATION_ACTIONS, *SUBMISSION_ACTIONS}
