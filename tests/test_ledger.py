"""The ledger says rightly what each action comes to, whatever the strings, and remembers what counts."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_incident_env.choose import choose_incident
from cloud_incident_env.incident import Incident, Key
from cloud_incident_env.ledger import Ledger, Outcome
from cloud_incident_env.options import ResetOptions
from tasks import INCIDENTS, get_task
from tests.reports import needs_of

EASY, MEDIUM, HARD = "alert_classification", "root_cause_analysis", "remediation_planning"


def _ledger(task_id: str = HARD, index: int = 0) -> Ledger:
    return Ledger(get_task(task_id), INCIDENTS[task_id][index])


def _play(ledger: Ledger, *keys: Key) -> list[Outcome]:
    """Record remediations."""
    return [ledger.record(key.action, {"target": key.target}).outcome for key in keys]


# one action on a fresh episode of RP-001 -> what it comes to
FIRST_ACTIONS: list[tuple[str, dict[str, Any], Outcome]] = [
    ("query_logs", {"service": "postgres-db"}, Outcome.NEW_SERVICE),
    (" Query_Logs\n", {"service": " POSTGRES-DB\t"}, Outcome.NEW_SERVICE),
    ("query_logs", {"target": "postgres-db"}, Outcome.NEW_SERVICE),
    ("query_logs", {"service": "  ", "target": "postgres-db"}, Outcome.NEW_SERVICE),
    ("query_logs", {"service": "postgres"}, Outcome.UNKNOWN_SERVICE),  # aliases are for answers
    ("query_logs", {"service": "nope", "target": "postgres-db"}, Outcome.UNKNOWN_SERVICE),
    ("query_logs", {}, Outcome.NO_SERVICE),
    ("query_logs", {"service": "\u2003\n"}, Outcome.NO_SERVICE),
    ("query_logs", {"flag": "postgres-db"}, Outcome.NO_SERVICE),
    ("disable_feature_flag", {"flag": "full_history_export"}, Outcome.STEP_HELD),
    ("disable_feature_flag", {"flag": " FULL_history_export "}, Outcome.STEP_HELD),
    ("disable_feature_flag", {"target": "full_history_export"}, Outcome.STEP_HELD),
    ("disable_feature_flag", {"service": "full_history_export"}, Outcome.NO_TARGET),
    ("disable_feature_flag", {"flag": "sms_digest"}, Outcome.NO_EFFECT),
    ("disable_feature_flag", {"flag": "no_such_flag"}, Outcome.UNKNOWN_TARGET),
    ("disable_feature_flag", {"flag": "analytics-service"}, Outcome.UNKNOWN_TARGET),
    ("restart_service", {"service": "analytics-service"}, Outcome.STEP_DID_NOT_HOLD),
    ("restart_service", {"service": "api-gateway"}, Outcome.WRONG_REMEDIATION),
    ("restart_service", {"service": "notification-service"}, Outcome.NO_EFFECT),
    ("restart_service", {"service": "nope"}, Outcome.UNKNOWN_TARGET),
    ("restart_service", {}, Outcome.NO_TARGET),
    ("scale_service", {"service": "api-gateway", "replicas": 9}, Outcome.NO_EFFECT),
    ("scale_service", {"replicas": 9}, Outcome.NO_TARGET),
    ("clear_cache", {"service": "redis-session"}, Outcome.WRONG_REMEDIATION),
    ("clear_cache", {"service": "api-gateway"}, Outcome.NO_EFFECT),
    ("execute_runbook_step", {"runbook_action": "verify_db_health"}, Outcome.STEP_DID_NOT_HOLD),
    ("execute_runbook_step", {"target": "failover_to_replica"}, Outcome.WRONG_REMEDIATION),
    ("execute_runbook_step", {"runbook_action": "dump_route_table"}, Outcome.NO_EFFECT),
    ("execute_runbook_step", {"runbook_action": "restore_bgp_routes"}, Outcome.UNKNOWN_TARGET),
    ("submit_resolution", {"summary": ""}, Outcome.SUBMITTED),
    ("submit_root_cause", {"service": "analytics-service"}, Outcome.WRONG_SUBMISSION),
    ("submit_severity", {"severity": "P1"}, Outcome.WRONG_SUBMISSION),
    ("", {}, Outcome.UNKNOWN_ACTION),
    ("query logs", {"service": "postgres-db"}, Outcome.UNKNOWN_ACTION),
    ("restart_service:postgres-db", {}, Outcome.UNKNOWN_ACTION),
]


@pytest.mark.parametrize(("action_type", "parameters", "outcome"), FIRST_ACTIONS)
def test_an_action_on_a_fresh_episode(action_type: str, parameters: dict[str, Any], outcome: Outcome) -> None:
    assert _ledger().record(action_type, parameters).outcome is outcome


@pytest.mark.parametrize("name", ["target", "service"])
def test_a_step_of_a_runbook_may_name_its_service_apart(name: str) -> None:
    incident = choose_incident(ResetOptions(task_id=HARD, seed=3, difficulty="medium")).incident
    steps = [key for key in incident.consequences if key.action == "execute_runbook_step"]
    step, _, service = steps[0].target.partition("@")
    whole, apart, wrong = (Ledger(get_task(HARD), incident) for _ in range(3))
    expected = whole.record("execute_runbook_step", {"runbook_action": f"{step}@{service}"})
    assert expected.outcome is not Outcome.UNKNOWN_TARGET
    assert apart.record("execute_runbook_step", {"runbook_action": step, name: f" {service.upper()} "}) == expected
    told = wrong.record("execute_runbook_step", {"runbook_action": step, name: "nobody"})
    assert (told.outcome, told.target) == (Outcome.UNKNOWN_TARGET, step)


def test_names_in_a_verdict_are_canonical() -> None:
    verdict = _ledger().record(" Restart_SERVICE ", {"service": " Postgres-DB "})
    assert (verdict.action_type, verdict.target, verdict.key) == (
        "restart_service",
        "postgres-db",
        Key("restart_service", "postgres-db"),
    )


def test_diagnostics_are_new_by_service_then_by_tool_then_repeated() -> None:
    ledger = _ledger()
    outcomes = [
        ledger.record(tool, {"service": service}).outcome
        for tool, service in [
            ("query_logs", "postgres-db"),
            ("check_metrics", "postgres-db"),
            ("QUERY_LOGS", "postgres-db "),
            ("query_logs", "order-service"),
        ]
    ]
    assert outcomes == [
        Outcome.NEW_SERVICE,
        Outcome.NEW_DIAGNOSTIC,
        Outcome.REPEATED_DIAGNOSTIC,
        Outcome.NEW_SERVICE,
    ]
    assert set(ledger.services_queried) == {"postgres-db", "order-service"}


def test_every_offered_diagnostic_counts_as_a_query_also_those_that_showed_nothing() -> None:
    ledger = _ledger()
    for parameters in ({"service": "postgres-db"}, {"service": "postgres-db"}, {"service": "nope"}, {}):
        ledger.record("query_logs", parameters)
    ledger.record("restart_service", {"service": "postgres-db"})
    assert ledger.queries == 4
    assert set(ledger.queried) == {("query_logs", "postgres-db")}


def test_the_status_page_is_not_offered_in_the_easy_task() -> None:
    ledger = _ledger(EASY)
    assert ledger.record("check_service_status", {"service": "postgres-db"}).outcome is Outcome.NOT_OFFERED
    assert (ledger.queries, ledger.looks) == (0, ())


@pytest.mark.parametrize("index", range(3))
@pytest.mark.parametrize("task_id", [MEDIUM, HARD])
def test_the_plan_in_order_holds_step_by_step(task_id: str, index: int) -> None:
    ledger = _ledger(task_id, index)
    plan = ledger.incident.solution
    assert _play(ledger, *plan) == [Outcome.STEP_HELD] * len(plan)
    assert list(ledger.held) == list(plan)


@pytest.mark.parametrize("index", range(3))
def test_the_plan_backwards_holds_only_where_nothing_is_needed_first(index: int) -> None:
    ledger = _ledger(HARD, index)
    backwards = ledger.incident.solution[::-1]
    free = [key for key in backwards if key not in needs_of(ledger.incident)]
    _play(ledger, *backwards)
    assert list(ledger.held) == free


@pytest.mark.parametrize("index", range(3))
def test_every_step_waits_for_each_of_its_requirements(index: int) -> None:
    incident: Incident = INCIDENTS[HARD][index]
    for key, needed in needs_of(incident).items():
        for missing in needed:
            ledger = _ledger(HARD, index)
            ledger.reached = tuple(str(step) for step in needed if step != missing)
            assert _play(ledger, key) == [Outcome.STEP_DID_NOT_HOLD], f"{key} held without {missing}"


def test_a_step_taken_too_early_may_be_taken_again() -> None:
    ledger = _ledger()
    restart, disable = Key("restart_service", "analytics-service"), Key("disable_feature_flag", "full_history_export")
    assert _play(ledger, restart, disable, restart, restart) == [
        Outcome.STEP_DID_NOT_HOLD,
        Outcome.STEP_HELD,
        Outcome.STEP_HELD,
        Outcome.STEP_DONE_BEFORE,
    ]
    assert list(ledger.held) == [disable, restart]
    assert list(ledger.wrong) == []


VERSIONS = [
    (None, True),
    ("", True),
    ("  ", True),
    ("v3.2.0", True),
    (" V3.2.0 ", True),
    ("3.2.0", True),
    ("v3.2.1", False),
    ("v3.1.7", False),
    ("3.2", False),
    ("v3.2.0-rc1", False),
    ("latest", False),
]


@pytest.mark.parametrize(("version", "helps"), VERSIONS)
def test_a_rollback_helps_only_to_the_last_good_version_which_is_the_default(version: str | None, helps: bool) -> None:
    outcome = (
        _ledger(HARD, 2).record("rollback_deploy", {"service": "config-service", "target_version": version}).outcome
    )
    assert outcome is (Outcome.STEP_HELD if helps else Outcome.STEP_DID_NOT_HOLD)


def test_a_rollback_to_the_wrong_version_may_be_put_right() -> None:
    ledger = _ledger(HARD, 2)
    ledger.record("rollback_deploy", {"service": "config-service", "target_version": "v3.1.7"})
    assert _play(ledger, Key("rollback_deploy", "config-service")) == [Outcome.STEP_HELD]


def test_a_wrong_action_counts_each_time() -> None:
    ledger = _ledger()
    clear = Key("clear_cache", "redis-session")
    assert _play(ledger, clear, clear) == [Outcome.WRONG_REMEDIATION] * 2
    assert list(ledger.wrong) == [clear, clear]


@pytest.mark.parametrize("index", range(3))
def test_every_listed_wrong_action_is_wrong_before_anything_is_fixed(index: int) -> None:
    for key in (key for key, c in INCIDENTS[HARD][index].consequences.items() if c.harm is not None):
        assert _play(_ledger(HARD, index), key) == [Outcome.WRONG_REMEDIATION], key


@pytest.mark.parametrize("index", range(3))
def test_restarting_the_gateway_does_no_harm_once_all_causes_are_fixed(index: int) -> None:
    ledger = _ledger(HARD, index)
    gateway = Key("restart_service", "api-gateway")
    before = ledger.incident.consequences[gateway].harmless_after
    for key in ledger.incident.solution:
        harmless = set(before) <= set(ledger.held)
        expected = Outcome.NO_EFFECT if harmless else Outcome.WRONG_REMEDIATION
        assert _play(ledger, gateway, key) == [expected, Outcome.STEP_HELD]
    assert _play(ledger, gateway) == [Outcome.NO_EFFECT]


@pytest.mark.parametrize("parameters", [{}, {"service": "nope"}, {"service": "cdn-edge"}, {"target": ""}])
def test_in_the_easy_task_every_remediation_is_wrong(parameters: dict[str, str]) -> None:
    assert _ledger(EASY, 1).record("restart_service", parameters).outcome is Outcome.WRONG_REMEDIATION


def test_only_the_right_kind_of_submission_is_kept() -> None:
    ledger = _ledger(MEDIUM)
    ledger.record("submit_resolution", {"summary": "x"})
    assert ledger.submission is None
    ledger.record("Submit_Root_Cause", {"service": "x", "failure_mode": "y"})
    assert ledger.submission == {"service": "x", "failure_mode": "y"}
