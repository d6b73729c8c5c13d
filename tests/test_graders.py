"""Each grader accepts what is right, rejects what is wrong, and gives nothing for text that has not done the work."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from cloud_incident_env.incident import Incident, Key
from cloud_incident_env.telemetry import Report
from graders import grade, grade_actions
from tasks import INCIDENTS, get_task
from tests.reports import reports_after

EASY, MEDIUM, HARD = "alert_classification", "root_cause_analysis", "remediation_planning"
Move = tuple[str, dict[str, Any]]
Grade = dict[str, Any]


def _record(moves: list[Move]) -> dict[str, Any]:
    return {"action_history": [{"action_type": name, "parameters": parameters} for name, parameters in moves]}


def _grade(task_id: str, index: int, moves: list[Move]) -> Grade:
    return grade(task_id, _record(moves), INCIDENTS[task_id][index])


def _resolved(task_id: str, index: int, moves: list[Move]) -> bool:
    return grade_actions(get_task(task_id), moves, INCIDENTS[task_id][index]).resolved


def _logs(*services: str) -> list[Move]:
    return [("query_logs", {"service": service}) for service in services]


def _steps(keys: Sequence[Key]) -> list[Move]:
    return [(key.action, {"target": key.target}) for key in keys]


# alert_classification


@pytest.mark.parametrize(
    ("index", "scores"),
    [
        (0, {"P1": 1.0, "P2": 0.5, "P3": 0.25, "P4": 0.0}),
        (1, {"P1": 0.5, "P2": 1.0, "P3": 0.5, "P4": 0.25}),
        (2, {"P1": 0.25, "P2": 0.5, "P3": 1.0, "P4": 0.5}),
    ],
)
def test_severity_scores_by_distance(index: int, scores: dict[str, float]) -> None:
    for severity, score in scores.items():
        assert _grade(EASY, index, [("submit_severity", {"severity": severity})])["total"] == score


@pytest.mark.parametrize("text", ["p1", " P1 ", "\tp1\n"])
def test_severity_ignores_case_and_surrounding_space(text: str) -> None:
    assert _grade(EASY, 0, [("submit_severity", {"severity": text})])["total"] == 1.0


@pytest.mark.parametrize(
    "text", ["", " ", "1", "P", "P0", "P5", "P11", "P1 P2", "P1,P2", "P-1", "SEV1", "P1.", "Ｐ1", "[P1]"]
)
def test_a_severity_that_is_none_of_the_four_earns_nothing(text: str) -> None:
    assert _grade(EASY, 0, [("submit_severity", {"severity": text})])["total"] == 0.0


@pytest.mark.parametrize(
    "moves", [[], _logs("api-gateway"), [("submit_severity", {})], [("submit_severity", {"target": "P1"})]]
)
def test_no_severity_earns_nothing(moves: list[Move]) -> None:
    assert _grade(EASY, 0, moves)["total"] == 0.0


# root_cause_analysis: the service

CULPRITS = ["analytics-service", "network-infra", "config-service"]
MODES = [INCIDENTS[MEDIUM][index].failure_mode for index in range(3)]


def _answered(index: int, service: str, mode: str, queries: list[Move] | None = None) -> list[Move]:
    moves = _logs(CULPRITS[index]) if queries is None else queries
    return [*moves, ("submit_root_cause", {"service": service, "failure_mode": mode})]


def _root_cause(index: int, service: str, mode: str, queries: list[Move] | None = None) -> Grade:
    return _grade(MEDIUM, index, _answered(index, service, mode, queries))


@pytest.mark.parametrize("index", range(3))
def test_the_right_answer_after_one_query_of_the_culprit_is_perfect(index: int) -> None:
    graded = _root_cause(index, CULPRITS[index], MODES[index])
    assert graded["total"] == 1.0
    assert graded["breakdown"] == {"base": 0.6, "efficiency": 0.4}
    assert _resolved(MEDIUM, index, _answered(index, CULPRITS[index], MODES[index]))


ACCEPTED_SERVICES = [
    (0, "analytics-service"),
    (0, " Analytics_Service "),
    (0, "ANALYTICS SERVICE"),
    (0, "analytics--service"),
    (0, "analytics"),
    (0, "analytics-worker"),
    (1, "network infra"),
    (1, "Network"),
    (2, "config_service"),
    (2, "config"),
]
REJECTED_SERVICES = [
    (0, "e"),
    (0, ""),
    (0, " "),
    (0, "-"),
    (0, "service"),
    (0, "analytic"),
    (0, "analytics-services"),
    (0, "analyticsservice"),
    (0, "the analytics-service"),
    (0, "analytics-service, postgres-db"),
    (0, "postgres-db analytics-service"),
    (0, "analytics-service or config-service"),
    (0, ".*"),
    (0, "%"),
    (0, "аnalytics-service"),  # the first letter is Cyrillic
    (0, "analytics-service\u200b"),
    (0, "postgres-db"),
    (1, "network-infra-az-1"),
    (1, "infra"),
    (2, "configs"),
    (2, "user-service"),
]


@pytest.mark.parametrize(("index", "service"), ACCEPTED_SERVICES)
def test_a_service_matches_by_its_normalised_name_or_an_alias(index: int, service: str) -> None:
    assert _root_cause(index, service, "")["breakdown"]["base"] == 0.35


@pytest.mark.parametrize(("index", "service"), REJECTED_SERVICES)
def test_a_service_never_matches_by_a_part_or_a_list(index: int, service: str) -> None:
    assert _root_cause(index, service, MODES[index])["total"] <= 0.10


# root_cause_analysis: the failure mode

ACCEPTED_MODES = [
    (0, "unbounded-query"),
    (0, " Unbounded_Query "),
    (0, "query without a limit that exhausts the database's memory"),
    (0, "unbounded query"),
    (0, "An export query without a LIMIT made the kernel OOM-kill postgres."),
    (0, "full_history_export selects 847 M rows without paging until postgres-db runs out of memory"),
    (0, "runaway export query with no limit"),
    (1, "route-filter-change"),
    (1, "bgp-withdrawal"),  # the declared equal
    (1, "BGP route withdrawal"),
    (1, "A changed BGP export filter dropped the prefix of AZ-1"),
    (1, "Routes to AZ-1 were withdrawn after the export filter was edited"),
    (2, "stale-secret-push"),
    (2, "credential-break"),  # the declared equal
    (2, "stale credentials pushed by the rotation job"),
    (2, "Secrets rotation pushed the previous password"),
    (2, "the rotation handed out the old credential set instead of the new one"),
]
REJECTED_MODES = [
    (0, ""),
    (0, "e"),
    (0, "database down"),
    (0, "memory leak"),
    (0, "query"),
    (0, "crash loop"),
    (0, "stale credentials"),
    (0, "unbounded-query, route-filter-change, stale-secret-push"),
    (0, "unbounded-query or heap-leak"),
    (0, "unbounded query, BGP route withdrawal, stale credentials"),
    (0, "unbounded query or memory leak"),
    (0, "unbounded query / DNS failure"),
    (0, "an unbounded query is a red herring"),
    (1, "az 1 down"),
    (1, "network"),
    (1, "timeout"),
    (1, "BGP withdrawal, expired certificate"),
    (1, "unbounded query, BGP route withdrawal, stale credentials"),
    (1, "BGP route withdrawal or disk full"),
    (2, "rotation"),
    (2, "connection pool exhaustion"),
    (2, "credentials"),
    (2, "unbounded query, BGP route withdrawal, stale credentials"),
    (2, "stale credentials or certificate expiry"),
]


@pytest.mark.parametrize(("index", "mode"), ACCEPTED_MODES)
def test_a_failure_mode_is_read_by_its_id_its_title_or_its_cause(index: int, mode: str) -> None:
    assert _root_cause(index, CULPRITS[index], mode)["breakdown"]["base"] == 0.60


@pytest.mark.parametrize(("index", "mode"), REJECTED_MODES)
def test_any_other_failure_mode_earns_no_more_than_the_service(index: int, mode: str) -> None:
    graded = _root_cause(index, CULPRITS[index], mode)
    assert graded["breakdown"]["base"] == 0.35
    assert not _resolved(MEDIUM, index, _answered(index, CULPRITS[index], mode))


def test_a_missing_failure_mode_earns_no_more_than_the_service() -> None:
    moves: list[Move] = [*_logs(CULPRITS[0]), ("submit_root_cause", {"service": CULPRITS[0]})]
    assert _grade(MEDIUM, 0, moves)["total"] == 0.75


# root_cause_analysis: the formulas

ALL_EIGHT = INCIDENTS[MEDIUM][0].known_services
EFFICIENCIES: list[tuple[str, list[Move], float]] = [
    ("culprit only", _logs("analytics-service"), 0.40),
    ("two services", _logs("analytics-service", "postgres-db"), 0.40),
    ("same query twice", _logs("analytics-service", "analytics-service"), 0.25),
    (
        "two tools, one service",
        [*_logs("analytics-service"), ("check_metrics", {"service": "analytics-service"})],
        0.25,
    ),
    ("one unknown service", [*_logs("analytics-service"), ("query_logs", {"service": "nope"})], 0.25),
    ("one without a service", [*_logs("analytics-service"), ("query_logs", {})], 0.25),
    ("one in nine", _logs(*["analytics-service"] * 9), 0.4 / 9 + 0.05),
    ("two in nine", _logs("postgres-db", *["analytics-service"] * 8), 0.8 / 9 + 0.10),
    ("three in nine", _logs("postgres-db", "order-service", *["analytics-service"] * 7), 1.2 / 9 + 0.15),
    ("four in nine", _logs(*ALL_EIGHT[:3], *["analytics-service"] * 6), 1.6 / 9 + 0.15),
    ("eight in nine", _logs(*ALL_EIGHT, "api-gateway"), 0.40),
    ("never queried", _logs("postgres-db", "order-service"), 0.0),
    ("no query", [], 0.0),
    (
        "other actions do not count",
        [*_logs("analytics-service"), ("restart_service", {"service": "api-gateway"}), ("x", {})],
        0.40,
    ),
]


@pytest.mark.parametrize(
    ("queries", "efficiency"), [case[1:] for case in EFFICIENCIES], ids=[c[0] for c in EFFICIENCIES]
)
def test_efficiency_of_the_right_service(queries: list[Move], efficiency: float) -> None:
    graded = _root_cause(0, CULPRITS[0], MODES[0], queries)
    assert graded["breakdown"]["efficiency"] == pytest.approx(efficiency, abs=1e-4)
    assert graded["total"] == pytest.approx(0.60 + efficiency, abs=1e-4)


@pytest.mark.parametrize(
    ("queries", "base"),
    [
        ([], 0.05),
        (_logs("postgres-db"), 0.10),
        (_logs("postgres-db", "postgres-db"), 0.10),
        (_logs("postgres-db", "nope"), 0.10),
        ([*_logs("postgres-db"), ("check_metrics", {"service": "postgres-db"})], 0.10),
        (_logs("postgres-db", "order-service"), 0.15),
        (_logs("postgres-db", "order-service", "analytics-service"), 0.20),
        (_logs(*ALL_EIGHT), 0.20),
    ],
)
def test_a_wrong_service_earns_by_the_services_queried(queries: list[Move], base: float) -> None:
    graded = _root_cause(0, "postgres-db", MODES[0], queries)
    assert graded["breakdown"] == {"base": pytest.approx(base), "efficiency": 0.0}


@pytest.mark.parametrize(
    "moves",
    [
        [],
        _logs(*ALL_EIGHT),
        [*_logs("analytics-service"), ("submit_severity", {"severity": "P1"})],
        [*_logs("analytics-service"), ("submit_resolution", {"summary": "analytics-service"})],
    ],
)
def test_no_root_cause_earns_nothing(moves: list[Move]) -> None:
    assert _grade(MEDIUM, 0, moves)["total"] == 0.0


def test_the_published_weakness_service_e_with_three_mechanisms_earns_next_to_nothing() -> None:
    three = "unbounded query, network partition, credential rotation"
    for index in range(3):
        assert _root_cause(index, "e", three, _logs("api-gateway"))["total"] <= 0.10


# remediation_planning: the formulas

PLANS = [INCIDENTS[HARD][index].solution for index in range(3)]
NOTHING_TRUE = "Work in progress."
PERFECT_SUMMARIES = [
    "analytics-service ran an unbounded export query. Disabled full_history_export. All services recovered.",
    "network-infra withdrew the BGP routes to AZ-1. Rolled back network-infra. Checkout is back to normal.",
    "config-service pushed stale credentials to its clients. Rolled back config-service. Sign-in has recovered.",
]


def _resolution(index: int, before: list[Move], summary: str = NOTHING_TRUE) -> Grade:
    return _grade(HARD, index, [*before, ("submit_resolution", {"summary": summary})])


@pytest.mark.parametrize("index", range(3))
def test_a_perfect_run_grades_090(index: int) -> None:
    services = INCIDENTS[HARD][index].known_services[:4]
    moves = [*_logs(*services), *_steps(PLANS[index])]
    graded = _resolution(index, moves, PERFECT_SUMMARIES[index])
    assert graded["total"] == pytest.approx(0.90)
    assert graded["breakdown"] == {"base": 0.5, "efficiency": 0.3, "penalty": 0.0, "summary": 0.1}
    assert _resolved(HARD, index, [*moves, ("submit_resolution", {"summary": PERFECT_SUMMARIES[index]})])


@pytest.mark.parametrize(("pairs", "base"), [(1, 0.15), (2, 0.20), (3, 0.25), (4, 0.30), (5, 0.30), (8, 0.30)])
def test_evidence_earns_up_to_four_distinct_diagnostics(pairs: int, base: float) -> None:
    services = INCIDENTS[HARD][0].known_services
    assert _resolution(0, _logs(*services[:pairs]))["total"] == pytest.approx(base)


def test_evidence_counts_pairs_of_diagnostic_and_known_service_once() -> None:
    moves: list[Move] = [
        *_logs("postgres-db", "postgres-db", "nope"),
        ("check_metrics", {"service": "postgres-db"}),
        ("check_metrics", {}),
    ]
    assert _resolution(0, moves)["total"] == pytest.approx(0.20)


@pytest.mark.parametrize("index", range(3))
def test_steps_earn_005_up_to_four_and_their_share_of_the_plan(index: int) -> None:
    plan = PLANS[index]
    for count in range(1, len(plan) + 1):
        graded = _resolution(index, _steps(plan[:count]))
        assert graded["total"] == pytest.approx(0.10 + min(0.20, 0.05 * count) + 0.30 * count / len(plan), abs=1e-4)


@pytest.mark.parametrize(("wrong", "penalty"), [(1, 0.10), (2, 0.20), (3, 0.30), (4, 0.30), (7, 0.30)])
def test_wrong_actions_cost_010_each_up_to_three(wrong: int, penalty: float) -> None:
    moves = [*_logs(*INCIDENTS[HARD][0].known_services[:4]), *_steps([Key("clear_cache", "redis-session")] * wrong)]
    graded = _resolution(0, moves)
    assert graded["breakdown"]["penalty"] == pytest.approx(-penalty)
    assert graded["total"] == pytest.approx(0.30 - penalty)


def test_the_total_never_falls_below_zero() -> None:
    assert _resolution(0, _steps([Key("clear_cache", "redis-session")] * 3))["total"] == 0.0


def test_a_breakdown_adds_up_to_the_total_before_clipping() -> None:
    graded = _resolution(0, [*_logs("postgres-db"), *_steps(PLANS[0][:2])], PERFECT_SUMMARIES[0])
    assert sum(graded["breakdown"].values()) == pytest.approx(graded["total"], abs=1e-4)


@pytest.mark.parametrize(
    "moves",
    [
        [],
        _logs("nope"),
        [("query_logs", {})],
        _steps([Key("restart_service", "nope")]),
        _steps([Key("restart_service", "notification-service")]),
        _steps([Key("execute_runbook_step", "verify_db_health")]),
        [("make_coffee", {})],
    ],
    ids=["nothing", "unknown", "no service", "unknown target", "harmless", "did not hold", "unknown action"],
)
def test_a_resolution_without_any_work_that_counts_earns_nothing(moves: list[Move]) -> None:
    assert _resolution(0, moves, PERFECT_SUMMARIES[0])["total"] == 0.0


@pytest.mark.parametrize("summary", ["", "  ", "\n\t", "\u2003"])
def test_a_blank_summary_earns_nothing(summary: str) -> None:
    assert _resolution(0, [*_logs("postgres-db"), *_steps(PLANS[0])], summary)["total"] == 0.0


def test_no_resolution_earns_nothing() -> None:
    assert _grade(HARD, 0, [*_logs("postgres-db"), *_steps(PLANS[0])])["total"] == 0.0


def test_repeats_and_steps_out_of_turn_count_for_nothing() -> None:
    once = [*_logs("postgres-db"), *_steps(PLANS[0][:1])]
    too_early = [Key("restart_service", "postgres-db"), Key("restart_service", "order-service")]
    idle = [*_logs("postgres-db"), *_steps([*too_early, PLANS[0][0]])]
    assert _resolution(0, once + idle)["total"] == _resolution(0, once)["total"]


# remediation_planning: the summary


def _written(index: int, steps: int | None, summary: str) -> float:
    """What a summary earns after four diagnostics and the first `steps` steps of the plan (None: all of them)."""
    services = INCIDENTS[HARD][index].known_services[:4]
    return _resolution(index, [*_logs(*services), *_steps(PLANS[index][:steps])], summary)["breakdown"]["summary"]


# summary of RP-001 after the whole plan -> what it earns
SUMMARIES_AFTER_ALL = [
    ("analytics", 0.0),  # a word of prose, no name
    ("It could not be contained, so the culprit analytics-service stood out.", 0.05),
    ("Root cause: analytics_service.", 0.05),
    ("It was an unbounded query.", 0.05),
    ("Restarted postgres-db.", 0.05),
    ("We bounced postgres-db.", 0.05),
    ("verify_db_health passed.", 0.05),
    ("All services are healthy.", 0.05),
    ("analytics-service sent an unbounded query.", 0.05),
    ("analytics-service sent an unbounded query. Healthy again.", 0.10),
    ("analytics-service sent an unbounded query. Restarted order-service.", 0.10),
    ("Unbounded query. Restarted order-service. Everything recovered.", 0.10),
    (PERFECT_SUMMARIES[0], 0.10),
    ("Work in progress.", 0.0),
    ("Fixed.", 0.0),
    ("postgres-db", 0.0),
    ("restarted", 0.0),
    ("Restarted redis-session.", 0.0),  # never done
    ("Rolled back auth-service.", 0.0),  # never done
    ("analyticsservices", 0.0),
    ("It was not analytics-service.", 0.0),
    ("analytics-service was ruled out.", 0.0),
    ("The services have not recovered.", 0.0),
    ("The services are not healthy yet.", 0.0),
    ("The services haven't recovered.", 0.0),
    ("The services didn't recover.", 0.0),
    ("analytics-service didn't cause it.", 0.0),
    ("analytics-service isn’t the cause.", 0.0),
]


@pytest.mark.parametrize(("summary", "earns"), SUMMARIES_AFTER_ALL)
def test_a_summary_earns_by_its_true_statements(summary: str, earns: float) -> None:
    assert _written(0, None, summary) == pytest.approx(earns)


@pytest.mark.parametrize("index", range(3))
def test_an_account_of_everything_earns_the_full_summary(index: int) -> None:
    assert _written(index, None, PERFECT_SUMMARIES[index]) == pytest.approx(0.10)


@pytest.mark.parametrize("index", range(3))
def test_the_account_of_another_incident_earns_nothing_but_the_recovery(index: int) -> None:
    for other in range(3):
        if other != index:
            assert _written(index, None, PERFECT_SUMMARIES[other]) <= 0.05


@pytest.mark.parametrize("index", range(3))
def test_claims_of_recovery_and_actions_before_they_are_true_earn_nothing(index: int) -> None:
    targets = [
        key.target
        for key in PLANS[index]
        if key.action in ("restart_service", "rollback_deploy") or key.is_verification
    ]
    fixes = ". ".join(f"Restarted, rolled back and ran {target}" for target in targets if target != CULPRITS[index])
    claims = f"All services recovered and are healthy. {fixes}."
    assert _written(index, 0, claims) == 0.0


def test_recovery_is_true_once_every_fix_holds_whether_verified_or_not() -> None:
    assert _written(0, len(PLANS[0]) - 2, "Everything recovered.") == 0.0
    assert _written(0, len(PLANS[0]) - 1, "Everything recovered.") == pytest.approx(0.05)


def test_an_action_that_did_not_hold_is_no_true_statement() -> None:
    moves = [*_logs("postgres-db"), *_steps([Key("restart_service", "postgres-db")])]
    assert _resolution(0, moves, "Restarted postgres-db.")["breakdown"]["summary"] == 0.0


@pytest.mark.parametrize("index", range(3))
def test_naming_every_service_and_every_mechanism_states_neither(index: int) -> None:
    services = ", ".join(INCIDENTS[HARD][index].known_services)
    mechanisms = ", ".join(MODES)
    assert _written(index, 0, f"{services}. {mechanisms}.") == 0.0


@pytest.mark.parametrize("index", range(3))
def test_the_published_weakness_no_ops_with_keywords_stays_low(index: int) -> None:
    keywords = "root cause restarted rolled back disabled feature flag verified recovered stable normal fixed resolved"
    services = INCIDENTS[HARD][index].known_services
    moves = [
        *_logs(*services[:4]),
        *_steps([Key("scale_service", services[-1])] * 6),
        *_steps([Key("restart_service", "nope")] * 4),
    ]
    assert _resolution(index, moves, f"{keywords} {' '.join(services)}")["total"] <= 0.30


# all graders

SAMPLES: list[tuple[str, int, list[Move]]] = [
    (EASY, 1, [*_logs("cdn-edge"), ("submit_severity", {"severity": "p3"})]),
    (
        MEDIUM,
        2,
        [*_logs("config-service", "nope"), ("submit_root_cause", {"service": "config", "failure_mode": MODES[2]})],
    ),
    (HARD, 0, [*_logs("postgres-db"), *_steps(PLANS[0][:3]), ("submit_resolution", {"summary": PERFECT_SUMMARIES[0]})]),
    (HARD, 1, _logs("postgres-db")),
]


@pytest.mark.parametrize(("task_id", "index", "moves"), SAMPLES)
def test_the_same_record_earns_the_same_grade_also_after_a_json_round_trip(
    task_id: str, index: int, moves: list[Move]
) -> None:
    incident = INCIDENTS[task_id][index]
    first = grade(task_id, _record(moves), incident)
    assert grade(task_id, json.loads(json.dumps(_record(moves))), replace(incident)) == first


@pytest.mark.parametrize(("task_id", "index", "moves"), SAMPLES)
def test_grading_changes_neither_record_nor_incident(task_id: str, index: int, moves: list[Move]) -> None:
    record, incident = _record(moves), INCIDENTS[task_id][index]
    before = _content(record, incident)
    grade(task_id, record, incident)
    assert _content(record, incident) == before


def _content(record: dict[str, Any], incident: Incident) -> tuple[str, str, dict[tuple[str, str], Report]]:
    return json.dumps(record), repr(incident), reports_after(incident)


@pytest.mark.parametrize(("task_id", "index", "moves"), SAMPLES)
def test_only_the_recorded_actions_count(task_id: str, index: int, moves: list[Move]) -> None:
    record = _record(moves)
    forged = {
        **record,
        "resolved": True,
        "submitted": True,
        "cumulative_reward": 99.0,
        "queried_data": {"query_logs": {"analytics-service": "x"}},
        "action_history": [
            {**entry, "reward": 9.9, "reason": "correct remediation step"} for entry in record["action_history"]
        ],
    }
    assert grade(task_id, forged, INCIDENTS[task_id][index]) == _grade(task_id, index, moves)


def test_a_record_without_parameters_is_graded_too() -> None:
    record = {
        "action_history": [{"action_type": "query_logs"}, {"action_type": "submit_root_cause", "parameters": None}]
    }
    assert grade(MEDIUM, record, INCIDENTS[MEDIUM][0])["total"] == 0.0


def test_an_unknown_task_is_refused_and_the_valid_ones_are_listed() -> None:
    with pytest.raises(ValueError, match=r"'foo'.*alert_classification, remediation_planning, root_cause_analysis"):
        grade("foo", _record([]), INCIDENTS[EASY][0])


@pytest.mark.parametrize("task_id", [EASY, MEDIUM, HARD])
def test_no_submission_is_said_to_be_missing(task_id: str) -> None:
    graded = _grade(task_id, 0, [])
    assert graded["total"] == 0.0
    assert graded["breakdown"] == {}
    assert "submitted" in graded["feedback"]


@pytest.mark.parametrize(
    ("task_id", "moves", "resolved"),
    [
        (EASY, [("submit_severity", {"severity": "P1"})], True),
        (EASY, [("submit_severity", {"severity": "P2"})], False),
        (EASY, [], False),
        (MEDIUM, [("submit_root_cause", {"service": CULPRITS[0], "failure_mode": MODES[0]})], True),
        (MEDIUM, [("submit_root_cause", {"service": CULPRITS[0], "failure_mode": "?"})], False),
        (HARD, [*_steps(PLANS[0]), ("submit_resolution", {"summary": "Done."})], True),
        (HARD, [*_steps(PLANS[0][:-1]), ("submit_resolution", {"summary": PERFECT_SUMMARIES[0]})], False),
    ],
)
def test_an_episode_is_resolved_when_its_task_is_answered_in_full(
    task_id: str, moves: list[Move], resolved: bool
) -> None:
    assert _resolved(task_id, 0, moves) is resolved
