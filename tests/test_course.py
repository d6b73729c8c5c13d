"""The clock, plans that are partial orders with alternatives, diagnostics with parameters, and budgets."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.episode import start_episode
from cloud_incident_env.incident import Condition, Course, Incident, Key, Query, Taken, check_plan
from cloud_incident_env.ledger import Ledger, Outcome
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.queries import query_of
from cloud_incident_env.rewards import REWARD_TABLES, V01_TABLE
from graders import grade_actions, grade_ledger
from tasks import INCIDENTS, MAX_STEPS, TASKS, get_task
from tests.partial_order import (
    CHECK,
    FLAG_OFF,
    LIMIT,
    PLAN,
    RESTART_AUTH,
    RESTART_DB,
    ROLL_BACK,
    SHIFT,
    WRONG,
    Telling,
    partial_order,
)

HARD = "remediation_planning"


def _ledger(incident: Incident | None = None) -> Ledger:
    return Ledger(get_task(HARD), incident or partial_order())


def _play(ledger: Ledger, *keys: Key) -> list[Outcome]:
    return [ledger.record(key.action, {"target": key.target}).outcome for key in keys]


def _ask(ledger: Ledger, tool: str, **parameters: Any) -> Outcome:
    return ledger.record(tool, {"service": "postgres-db", **parameters}).outcome


# Plans


def test_a_condition_comes_true_by_any_of_its_ways_and_only_once() -> None:
    for first, second in ((FLAG_OFF, ROLL_BACK), (ROLL_BACK, FLAG_OFF)):
        ledger = _ledger()
        assert _play(ledger, first, second) == [Outcome.STEP_HELD, Outcome.STEP_DONE_BEFORE]
        assert (ledger.reached, ledger.held) == (("stopped",), (first,))


def test_conditions_come_true_in_any_order_that_their_needs_allow() -> None:
    ledger = _ledger()
    assert _play(ledger, RESTART_DB, LIMIT, SHIFT, ROLL_BACK, LIMIT, RESTART_DB) == [
        Outcome.STEP_DID_NOT_HOLD,
        Outcome.STEP_DID_NOT_HOLD,
        *[Outcome.STEP_HELD] * 4,
    ]
    assert ledger.reached == ("relieved", "stopped", "guarded", "database")


def test_one_remediation_brings_about_all_its_conditions_whose_needs_are_true() -> None:
    ledger = _ledger()
    _play(ledger, FLAG_OFF, SHIFT, RESTART_DB)
    assert _play(ledger, RESTART_AUTH, CHECK, RESTART_AUTH) == [
        Outcome.STEP_HELD,
        Outcome.STEP_HELD,
        Outcome.STEP_DONE_BEFORE,
    ]
    assert ledger.reached == ("stopped", "relieved", "database", "logins", "locks", "checked")
    assert ledger.held == (FLAG_OFF, SHIFT, RESTART_DB, RESTART_AUTH, CHECK)


def test_a_remediation_holds_again_where_another_of_its_conditions_can_come_true_by_then() -> None:
    ledger = _ledger()
    assert _play(ledger, SHIFT, RESTART_AUTH, FLAG_OFF, RESTART_DB, RESTART_AUTH) == [Outcome.STEP_HELD] * 5
    assert ledger.reached == ("relieved", "locks", "stopped", "database", "logins")


def test_what_comes_true_with_a_remediation_is_not_true_before_it() -> None:
    both = (Condition("first", (SHIFT,)), Condition("second", (SHIFT,), needs=("first",)))
    ledger = _ledger(replace(partial_order(), plan=both))
    assert _play(ledger, SHIFT) == [Outcome.STEP_HELD]
    assert ledger.reached == ("first",)
    assert _play(ledger, SHIFT, SHIFT) == [Outcome.STEP_HELD, Outcome.STEP_DONE_BEFORE]
    assert ledger.incident.solution == (SHIFT, SHIFT)


def test_a_rollback_to_another_version_does_not_hold_and_is_taken() -> None:
    ledger = _ledger()
    bad = {"service": ROLL_BACK.target, "target_version": " V1.1.0 "}
    assert ledger.record(ROLL_BACK.action, bad).outcome is Outcome.STEP_DID_NOT_HOLD
    assert ledger.course == Course(5, (Taken(5, ROLL_BACK, "v1.1.0"),), ())
    assert ledger.record(ROLL_BACK.action, {**bad, "target_version": "1.2.0"}).outcome is Outcome.STEP_HELD


def test_the_solution_makes_the_whole_plan_true_in_order() -> None:
    incident = partial_order()
    assert incident.solution == (FLAG_OFF, SHIFT, RESTART_DB, RESTART_AUTH, LIMIT, CHECK)
    assert incident.ways == (FLAG_OFF, ROLL_BACK, SHIFT, RESTART_DB, RESTART_AUTH, LIMIT, CHECK)
    ledger = _ledger(incident)
    assert set(_play(ledger, *incident.solution)) == {Outcome.STEP_HELD}
    assert set(ledger.reached) == {condition.name for condition in incident.plan}


PLAIN_SUMMARY = "We switched full_history_export off. All services recovered."


def test_grades_count_conditions_and_not_actions() -> None:
    incident = partial_order()
    ledger = _ledger(incident)
    _play(ledger, *incident.solution)
    ledger.record("submit_resolution", {"summary": "x y z"})
    grade = grade_ledger(ledger)
    assert grade.resolved
    assert (grade.breakdown["efficiency"], grade.breakdown["base"]) == (0.3, 0.3)
    assert "7 of 7 plan steps" in grade.feedback
    short = _ledger(incident)
    _play(short, SHIFT, RESTART_AUTH)
    short.record("submit_resolution", {"summary": "x y z"})
    assert grade_ledger(short).breakdown["base"] == 0.2
    assert not grade_ledger(short).resolved


@pytest.mark.parametrize(("waits", "earned"), [(0, 0.05), (20, 0.10)])
def test_a_summary_states_recovery_truly_where_the_telemetry_has_recovered(waits: int, earned: float) -> None:
    incident = partial_order()
    actions: list[tuple[str, dict[str, Any]]] = [(FLAG_OFF.action, {"target": FLAG_OFF.target})]
    actions += [("query_logs", {"service": "postgres-db"})] * (waits + 8)
    summary = f"Root cause: {incident.culprit}. {PLAIN_SUMMARY}"
    graded = grade_actions(get_task(HARD), [*actions, ("submit_resolution", {"summary": summary})], incident)
    assert graded.breakdown["summary"] == earned, graded.feedback
    assert ("recovery" in graded.feedback.partition("(")[2]) or not waits


def test_a_hand_written_incident_has_recovered_once_all_but_the_verification_hold() -> None:
    for incident in INCIDENTS[HARD]:
        fixes = tuple(key for key in incident.solution if not key.is_verification)
        assert [c.restores for c in incident.plan] == [not key.is_verification for key in incident.solution]
        assert incident.telemetry.recovered(Course(held=fixes))
        for left_out in fixes:
            held = tuple(key for key in incident.solution if key != left_out)
            assert not incident.telemetry.recovered(Course(held=held)), left_out


BROKEN_PLANS = [
    (Condition("a", ()),),
    (Condition("a", (SHIFT,)), Condition("a", (LIMIT,))),
    (Condition("a", (SHIFT,), needs=("b",)), Condition("b", (LIMIT,))),
    (Condition("a", (SHIFT,), needs=("a",)),),
]


@pytest.mark.parametrize("plan", BROKEN_PLANS)
def test_a_plan_that_cannot_be_is_refused(plan: tuple[Condition, ...]) -> None:
    check_plan(PLAN)
    with pytest.raises(ValueError, match=r"^condition 'a'"):
        check_plan(plan)


# The clock

LASTING: list[tuple[str, dict[str, Any], int]] = [
    ("query_logs", {"service": "postgres-db"}, 1),
    ("query_logs", {"service": "nope"}, 1),
    ("query_logs", {}, 1),
    ("query_logs", {"service": "postgres-db", "level": "bad"}, 1),
    ("restart_service", {"service": "postgres-db"}, 3),
    ("restart_service", {"service": "nope"}, 1),
    ("restart_service", {}, 1),
    ("rollback_deploy", {"service": "analytics-service"}, 5),
    ("scale_service", {"service": "postgres-db"}, 4),
    ("disable_feature_flag", {"flag": "full_history_export"}, 2),
    ("clear_cache", {"service": "redis-session"}, 2),
    ("execute_runbook_step", {"runbook_action": "shift_traffic"}, 4),
    ("nonsense", {}, 1),
    ("submit_resolution", {"summary": "x"}, 0),
    ("submit_severity", {"severity": "P1"}, 0),
]


@pytest.mark.parametrize(("action_type", "parameters", "minutes"), LASTING)
def test_an_action_takes_its_minutes(action_type: str, parameters: dict[str, Any], minutes: int) -> None:
    ledger = _ledger()
    ledger.record(action_type, parameters)
    assert ledger.course.minute == minutes
    ledger.record(action_type, parameters)
    assert ledger.course.minute == 2 * minutes


def test_a_diagnostic_that_the_task_does_not_offer_takes_a_minute() -> None:
    ledger = Ledger(get_task("alert_classification"), INCIDENTS["alert_classification"][0])
    ledger.record("check_service_status", {"service": "postgres-db"})
    assert ledger.course == Course(1)


def test_a_diagnostic_reads_when_it_is_asked_and_a_remediation_takes_effect_when_it_is_over() -> None:
    ledger = _ledger()
    _ask(ledger, "query_logs")
    _play(ledger, WRONG, RESTART_DB, FLAG_OFF)
    ledger.record("scale_service", {"service": "postgres-db", "replicas": 5})
    ledger.record("restart_service", {"service": "nope"})
    _ask(ledger, "query_logs")
    assert [look.course.minute for look in ledger.looks] == [0, 13]
    taken = (
        Taken(3, WRONG),
        Taken(6, RESTART_DB),
        Taken(8, FLAG_OFF),
        Taken(12, Key("scale_service", "postgres-db"), replicas=5),
    )
    assert ledger.course == Course(14, taken, (FLAG_OFF,))
    assert ledger.taken == {each.key for each in taken}
    assert ledger.shown() == [
        "query_logs of postgres-db at minute 0, asked {}, after []",
        f"query_logs of postgres-db at minute 13, asked {{}}, after {[f'{t.minute} {t.key}' for t in taken]}",
    ]


# Diagnostics with parameters


def test_the_same_query_is_a_repeat_and_another_one_neither_repeat_nor_evidence() -> None:
    ledger = _ledger()
    asked: list[tuple[str, dict[str, Any], Outcome]] = [
        ("query_logs", {"level": "error"}, Outcome.NEW_SERVICE),
        ("query_logs", {"level": " ERROR "}, Outcome.REPEATED_DIAGNOSTIC),
        ("query_logs", {}, Outcome.REFINED_DIAGNOSTIC),
        ("query_logs", {"contains": "oom"}, Outcome.REFINED_DIAGNOSTIC),
        ("query_logs", {"contains": "OOM"}, Outcome.REPEATED_DIAGNOSTIC),
        ("query_logs", {"contains": "  "}, Outcome.REPEATED_DIAGNOSTIC),
        ("check_metrics", {"metric": "CPU", "level": "error"}, Outcome.NEW_DIAGNOSTIC),
        ("check_metrics", {"metric": "cpu"}, Outcome.REPEATED_DIAGNOSTIC),
        ("check_metrics", {"window_minutes": 30}, Outcome.REFINED_DIAGNOSTIC),
    ]
    assert [_ask(ledger, tool, **parameters) for tool, parameters, _ in asked] == [outcome for *_, outcome in asked]
    assert ledger.queries == len(asked)
    assert ledger.queried == {("query_logs", "postgres-db"), ("check_metrics", "postgres-db")}
    assert ledger.services_queried == {"postgres-db"}


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"level": "loud"}, "unknown level 'loud': one of debug, info, warn, error, fatal"),
        ({"since_minutes": 5, "until_minutes": 5}, "since_minutes 5 .* until_minutes 5: it must be the larger one"),
    ],
)
def test_a_query_that_no_incident_can_answer_is_refused(parameters: dict[str, Any], why: str) -> None:
    ledger = _ledger()
    verdict = ledger.record("query_logs", {"service": "postgres-db", **parameters})
    assert verdict.outcome is Outcome.REFUSED_QUERY
    assert re.fullmatch(why, verdict.note)
    assert (ledger.queries, ledger.looks, ledger.queried) == (1, (), frozenset())


def test_a_query_that_the_telemetry_refuses_says_why_and_does_not_spoil_the_first_look() -> None:
    ledger = _ledger()
    verdict = ledger.record("check_metrics", {"service": "postgres-db", "metric": "Nope"})
    assert (verdict.outcome, verdict.note) == (Outcome.REFUSED_QUERY, "no metric of that name: one of cpu, memory")
    assert _ask(ledger, "check_metrics", metric="cpu") is Outcome.NEW_SERVICE


@pytest.mark.parametrize("table", [*REWARD_TABLES.values(), V01_TABLE])
def test_refined_and_refused_queries_earn_nothing(table: Any) -> None:
    for outcome in (Outcome.REFINED_DIAGNOSTIC, Outcome.REFUSED_QUERY):
        assert table.reward(outcome, 1, 10) == (0.0, outcome.value)


def test_refined_queries_cost_efficiency_and_add_no_evidence() -> None:
    incident = INCIDENTS["root_cause_analysis"][0]
    first = ("query_logs", {"service": incident.culprit})
    answer = ("submit_root_cause", {"service": incident.culprit, "failure_mode": incident.failure_mode})
    more = [("query_logs", {"service": incident.culprit, "since_minutes": n}) for n in range(1, 6)]
    task = get_task("root_cause_analysis")
    assert grade_actions(task, [first, answer], incident).breakdown["efficiency"] == 0.4
    assert grade_actions(task, [first, *more, answer], incident).breakdown["efficiency"] == pytest.approx(
        0.1167, abs=1e-4
    )
    refused = [("check_metrics", {"service": incident.culprit, "metric": "cpu"})] * 5
    assert grade_actions(task, [first, *refused, answer], incident).breakdown["efficiency"] == pytest.approx(
        0.1167, abs=1e-4
    )


READ: list[tuple[str, dict[str, Any], Query]] = [
    (
        "query_logs",
        {"since_minutes": 0, "until_minutes": None, "level": "Warn\n", "contains": " X "},
        Query(0, None, "warn", " x "),
    ),
    ("query_logs", {"since_minutes": "5", "until_minutes": True, "level": "", "metric": "cpu"}, Query()),
    ("query_logs", {"since_minutes": 1_441, "until_minutes": -1}, Query()),
    ("check_dependencies", {"trace": "FAILED"}, Query(trace="failed")),
    ("check_recent_deploys", {"change_id": " CHG-7 "}, Query(change_id="chg-7")),
    ("check_service_status", {"metric": "cpu", "level": "warn"}, Query()),
]


@pytest.mark.parametrize(("tool", "parameters", "query"), READ)
def test_parameters_are_read_tolerantly(tool: str, parameters: dict[str, Any], query: Query) -> None:
    assert query_of(tool, parameters) == query


def test_every_optional_parameter_of_a_diagnostic_is_read() -> None:
    assert {name for name, action in ACTIONS.items() if action.group == "diagnostic" and action.optional} == {
        tool for tool, _, query in READ if query != Query()
    } | {"check_metrics"}


def test_what_a_played_episode_was_shown_is_not_written_again_to_grade_it(monkeypatch: pytest.MonkeyPatch) -> None:
    episode = start_episode(ResetOptions(task_id=HARD, seed=3, difficulty="expert"))
    services = episode.incident.known_services
    shown = ""
    for n in range(episode.incident.max_steps - 1):
        step = episode.step("query_logs", {"service": services[n % len(services)]})
        assert step is not None
        shown = step.result

    def refuse(*_: object) -> None:
        raise AssertionError("a report was written again")

    monkeypatch.setattr(type(episode.incident.telemetry), "look", refuse)
    episode.step("submit_resolution", {"summary": shown})
    assert episode.grade is not None
    assert episode.grade.breakdown["summary"] == 0.0  # it is a copy


# Budgets


@pytest.mark.parametrize("task_id", TASKS)
@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard", "expert"])
def test_a_generated_incident_has_the_steps_of_its_difficulty(task_id: Any, difficulty: str) -> None:
    incident = choose_incident(ResetOptions(task_id=task_id, seed=5, difficulty=difficulty)).incident
    assert incident.max_steps == MAX_STEPS[task_id][difficulty]


def test_the_budgets_are_those_of_the_table() -> None:
    assert {task_id: list(steps.values()) for task_id, steps in MAX_STEPS.items()} == {
        "alert_classification": [3, 3, 4, 5],
        "root_cause_analysis": [10, 10, 14, 18],
        "remediation_planning": [15, 15, 22, 30],
    }
    assert {list(steps) == ["easy", "medium", "hard", "expert"] for steps in MAX_STEPS.values()} == {True}
    for task_id, incidents in INCIDENTS.items():
        assert {incident.max_steps for incident in incidents} == {TASKS[task_id].max_steps}


def test_announcements_are_no_own_words_of_the_agent() -> None:
    said = "A reporting job reads the complete table with no limit, so the database server runs out of memory."
    graded = []
    for announcements in ({}, {1: said}):
        incident = partial_order(Telling(announcements=announcements))
        actions = [("query_logs", {"service": incident.culprit}), ("submit_root_cause", {"service": incident.culprit})]
        actions[-1][1]["failure_mode"] = said
        graded.append(grade_actions(get_task("root_cause_analysis"), actions, incident))
    assert [grade.breakdown["base"] for grade in graded] == [0.6, 0.35]


def test_steps_count_by_the_conditions_that_they_bring_about() -> None:
    both = (Condition("first", (SHIFT,)), Condition("second", (SHIFT,)), Condition("third", (LIMIT,)))
    ledger = _ledger(replace(partial_order(), plan=both))
    _play(ledger, SHIFT)
    ledger.record("submit_resolution", {"summary": "x y z"})
    grade = grade_ledger(ledger)
    assert (grade.breakdown["base"], grade.breakdown["efficiency"]) == (0.2, 0.2)


def test_a_generated_incident_has_recovered_once_all_that_restores_holds() -> None:
    for seed in range(40):
        incident = choose_incident(ResetOptions(task_id=HARD, seed=seed)).incident
        needed = {name for condition in incident.plan if condition.restores for name in condition.needs}
        steps = [each for each in incident.plan if each.restores or each.name in needed]
        assert steps[-1].restores
        restoring = [condition.ways[0] for condition in steps]
        taken = tuple(Taken(number + 1, key) for number, key in enumerate(restoring))
        done = len(restoring)
        assert incident.telemetry.recovered(Course(done, taken, tuple(restoring)))
        assert not incident.telemetry.recovered(Course(done, taken[:-1], tuple(restoring[:-1])))
