"""The vocabulary of hand-written failures, on a tiny one, and what holds of every failure that is written in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from itertools import chain, combinations

import pytest

from cloud_incident_env.handwritten import (
    bgp_withdrawal,
    cdn_purge,
    connection_pool,
    export_query,
    model_server,
    stale_credentials,
)
from cloud_incident_env.handwritten.failure import Failure, Result
from cloud_incident_env.handwritten.formats import SENTENCES, TABULAR, TERSE
from cloud_incident_env.handwritten.logs_and_deploys import END, START
from cloud_incident_env.handwritten.neighbours import Columns, downstream, failing, ok, upstream
from cloud_incident_env.handwritten.reports import SteppedTelemetry
from cloud_incident_env.handwritten.rows import Figure, Flag, Line, Reading, flags, runbook
from cloud_incident_env.handwritten.steps import Plan, together
from cloud_incident_env.incident import PLAIN, AlertText, Consequence, Course, Incident, Key
from cloud_incident_env.telemetry import Call, Change, Fact, LogLine, Metric, Report, Row
from tests.reports import needs_of

JOB_OFF = Key("disable_feature_flag", "nightly_job")
DB_UP = Key("restart_service", "postgres-db")
WEB_UP = Key("restart_service", "web")
CHECKED = Key("execute_runbook_step", "verify_orders")
ALL_UP = together(DB_UP, WEB_UP)
UNKNOWN = Key("restart_service", "queue")

TINY = Failure(
    format=SENTENCES,
    date="2026-01-02",
    alert=AlertText("Orders fail", "P1", ("web",), ("No orders.",), 0.9, 5, None),
    services={"web": ("frontend",), "postgres-db": (), "jobs": ()},
    severity="P1",
    culprit="jobs",
    mode="pg-lock-queue",
    plan=Plan({JOB_OFF: (), DB_UP: (JOB_OFF,), WEB_UP: (JOB_OFF,), CHECKED: (DB_UP, WEB_UP)}),
    logs={
        "web": {
            (START, WEB_UP): "10:00:02.000 ERROR no answer from postgres-db",
            (START, END): "10:00:01.000 INFO started",
            (DB_UP, END): "10:05:00.000 INFO postgres-db answers",
            (WEB_UP, ALL_UP): "10:06:00.000 WARN half of the orders fail",
        },
        "postgres-db": "10:00:03.000 FATAL postgres[7] | too many clients",
    },
    metrics={
        "postgres-db": (
            Figure("CPU", "97 %", "12 %", {DB_UP: "20 %", WEB_UP: "30 %", ALL_UP: "12 %"}),
            Figure("Locks", Reading("9", note="rising"), "0", {DB_UP: Reading("1", normal="0 to 2")}),
            Figure("Restarts", None, "0", {DB_UP: "1"}),
            Figure("Disk", "40 %", "40 %", {ALL_UP: None}),
        )
    },
    dependencies={
        "web": (
            upstream("browsers", "HTTPS"),
            downstream("postgres-db replica", "SQL", failing("timeouts"), {DB_UP: ok(), ALL_UP: "4 calls/s"}),
            Line("Fallback", "none"),
        )
    },
    deploys={
        "jobs": {
            (START, END): "2026-01-01T08:00:00Z  1 day ago  v2  team-jobs  nightly job",
            (JOB_OFF, END): "2026-01-02T10:04:00Z  just now   config 3  on-call    nightly job off",
        }
    },
    status={
        "web": (Line("Health", "DOWN", {WEB_UP: "HEALTHY"}), flags(), runbook("verify_orders")),
        "jobs": (
            Line("Health", "HEALTHY"),
            flags(Flag("nightly_job", "on", {JOB_OFF: "off"}), "fast"),
            runbook("purge"),
        ),
    },
    results={
        "disable_feature_flag": {"nightly_job": "The flag is off.", "fast": "Nothing changed."},
        "restart_service": {
            "postgres-db": Result("It is back.", too_early="It is locked again."),
            "web": Result("It is up.", too_early="It waits."),
            "jobs": Result("Restarted.", harm="The run was lost.", harmless_after=(JOB_OFF,)),
        },
        "execute_runbook_step": {
            "verify_orders": Result("Passed.", too_early="Failed."),
            "purge": Result("Purged.", harm="The backups are gone."),
        },
    },
)
INCIDENT = TINY.incident("T-001", "ALT-1", "Find it.", "Orders fail.", max_steps=15)


def after(shown: Failure | Incident, held: Iterable[Key] = ()) -> dict[tuple[str, str], Report]:
    """Every report once these steps hold."""
    telemetry = shown.telemetry
    assert isinstance(telemetry, SteppedTelemetry)
    return {place: telemetry.look(*place, PLAIN, Course(held=tuple(held))) for place in telemetry.places}


def text(tool: str, service: str, *held: Key) -> str:
    return after(INCIDENT, held)[tool, service].text


def lines(tool: str, service: str, *held: Key) -> list[str]:
    return text(tool, service, *held).splitlines()


@pytest.mark.parametrize(
    ("held", "cpu"),
    [
        ((), "97 %"),
        ((JOB_OFF,), "97 %"),
        ((JOB_OFF, DB_UP), "20 %"),
        ((JOB_OFF, WEB_UP), "30 %"),
        ((WEB_UP, DB_UP, JOB_OFF), "12 %"),
        ((JOB_OFF, DB_UP, WEB_UP, CHECKED), "12 %"),
    ],
)
def test_a_row_shows_the_value_of_the_last_step_reached(held: tuple[Key, ...], cpu: str) -> None:
    assert lines("check_metrics", "postgres-db", *held)[0] == f"CPU: {cpu} (normal 12 %)"


def test_a_row_without_a_value_is_not_shown() -> None:
    assert lines("check_metrics", "postgres-db") == [
        "CPU: 97 % (normal 12 %)",
        "Locks: 9 (normal 0), rising",
        "Disk: 40 % (normal 40 %)",
    ]
    assert lines("check_metrics", "postgres-db", JOB_OFF, DB_UP, WEB_UP) == [
        "CPU: 12 % (normal 12 %)",
        "Locks: 1 (normal 0 to 2)",
        "Restarts: 1 (normal 0)",
    ]


def test_a_step_beside_the_last_one_does_not_change_a_row() -> None:
    """WEB_UP does not need DB_UP, so a report as of WEB_UP shows nothing of DB_UP, until both hold."""
    assert "Restarts" not in text("check_metrics", "postgres-db", JOB_OFF, WEB_UP)


def test_a_step_implies_those_it_needs_even_where_they_are_not_held() -> None:
    assert lines("check_metrics", "postgres-db", DB_UP) == lines("check_metrics", "postgres-db", JOB_OFF, DB_UP)


def test_log_lines_appear_disappear_and_stand_by_time() -> None:
    started, silent, answers, half = (
        "2026-01-02T10:00:01.000Z INFO  [web] started",
        "2026-01-02T10:00:02.000Z ERROR [web] no answer from postgres-db",
        "2026-01-02T10:05:00.000Z INFO  [web] postgres-db answers",
        "2026-01-02T10:06:00.000Z WARN  [web] half of the orders fail",
    )
    assert lines("query_logs", "web") == [started, silent]
    assert lines("query_logs", "web", JOB_OFF, DB_UP) == [started, silent, answers]
    assert lines("query_logs", "web", JOB_OFF, WEB_UP) == [started, half]
    assert lines("query_logs", "web", JOB_OFF, DB_UP, WEB_UP) == [started, answers]


def test_a_log_line_may_name_its_source() -> None:
    report = after(INCIDENT)["query_logs", "postgres-db"]
    assert report.rows == (LogLine("2026-01-02T10:00:03.000Z", "FATAL", "postgres[7]", "too many clients"),)
    assert report.text == "2026-01-02T10:00:03.000Z FATAL   postgres[7] too many clients"


def test_the_latest_deploy_stands_first() -> None:
    assert lines("check_recent_deploys", "jobs", JOB_OFF) == [
        "2026-01-02T10:04:00Z (just now) config 3 on-call: nightly job off",
        "2026-01-01T08:00:00Z (1 day ago) v2 team-jobs: nightly job",
    ]


def test_dependencies_name_the_known_services_among_the_neighbours() -> None:
    report = after(INCIDENT)["check_dependencies", "web"]
    assert report.text.splitlines() == [
        "Upstream: browsers (HTTPS)",
        "Downstream postgres-db replica (SQL): failing, timeouts",
        "Fallback: none",
    ]
    assert report.neighbours == {"postgres-db"}
    assert "(SQL): ok\n" in text("check_dependencies", "web", DB_UP)
    assert "(SQL): 4 calls/s\n" in text("check_dependencies", "web", DB_UP, WEB_UP)


def test_status_lists_flags_and_runbook_steps() -> None:
    report = after(INCIDENT, (JOB_OFF,))["check_service_status", "jobs"]
    assert report.text == "Health: HEALTHY\nFeature flags: nightly_job=off, fast=on\nRunbook steps: purge"
    assert (report.flags, report.runbook_steps) == (("nightly_job", "fast"), ("purge",))
    assert "Feature flags: none" in text("check_service_status", "web")


def test_a_held_set_is_read_once() -> None:
    for place, report in after(INCIDENT, [JOB_OFF, DB_UP]).items():
        assert report is after(INCIDENT, [DB_UP, JOB_OFF])[place]
    for place, report in after(INCIDENT).items():
        assert report is after(INCIDENT, [UNKNOWN])[place]


def test_results_carry_their_harm_and_owner() -> None:
    assert INCIDENT.consequences[Key("restart_service", "jobs")] == Consequence(
        "Restarted.", "jobs", harm="The run was lost.", harmless_after=(JOB_OFF,)
    )
    assert INCIDENT.consequences[DB_UP] == Consequence("It is back.", "postgres-db", too_early="It is locked again.")
    owners = {key.target: consequence.service for key, consequence in INCIDENT.consequences.items()}
    assert (owners["nightly_job"], owners["fast"], owners["purge"], owners["verify_orders"]) == (
        "jobs",
        "jobs",
        "jobs",
        "web",
    )


def test_the_first_status_that_lists_a_name_owns_it() -> None:
    twice = {"web": (*TINY.status["web"], runbook("purge")), "jobs": TINY.status["jobs"]}
    assert replace(TINY, status=twice).consequences[Key("execute_runbook_step", "purge")].service == "web"


def test_an_incident_is_its_own_family_and_keeps_the_alert() -> None:
    assert (INCIDENT.family, INCIDENT.alert.id, INCIDENT.alert.title) == ("T-001", "ALT-1", "Orders fail")
    assert needs_of(INCIDENT) == {DB_UP: (JOB_OFF,), WEB_UP: (JOB_OFF,), CHECKED: (DB_UP, WEB_UP)}


def test_columns_are_as_wide_as_their_widest_cells_unless_declared() -> None:
    rows = (
        Call("upstream", "web", "http", "ok", "3 ms"),
        Call("downstream", "a neighbour with a long name", "sql", "slow in az-2", "9 ms"),
        Call("downstream", "jobs", "https", "", "no requests"),
    )
    assert TERSE.write("web", rows).splitlines() == [
        "upstream    web                           http   OK            3 ms",
        "downstream  a neighbour with a long name  sql    SLOW in az-2  9 ms",
        "downstream  jobs                          https  no requests",
    ]
    assert TERSE.write("web", rows, (6, 0, 4)).splitlines() == [
        "upstream    web     http   OK    3 ms",
        "downstream  a neighbour with a long name  sql  SLOW in az-2  9 ms",
        "downstream  jobs    https  no requests",
    ]


def test_tables_have_columns_of_fixed_width() -> None:
    rows: tuple[Row, ...] = (
        Change("2026-01-02T10:04:00Z", "just now", "v2", "team a", "fix"),
        Call("upstream", "web", "HTTP", "ok", "3 ms"),
    )
    assert TABULAR.write("web", rows).splitlines() == [
        "just now     2026-01-02T10:04:00Z  v2       team a          fix",
        "Upstream   web                    HTTP      ok        3 ms",
    ]


# the declaration that is wrong -> what its error says
WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "row of an unknown step": (
        lambda: replace(TINY, metrics={"web": (Figure("CPU", "1 %", "1 %", {UNKNOWN: "2 %"}),)}),
        r"check_metrics of web, CPU: 'restart_service:queue' must be a step of the plan: one of "
        r"disable_feature_flag:nightly_job, restart_service:postgres-db, restart_service:web, ",
    ),
    "log line of an unknown step": (
        lambda: replace(TINY, logs={"web": {(together(DB_UP, UNKNOWN), END): "10:00:00.000 INFO x"}}),
        r"query_logs of web, lines: 'restart_service:queue' must be a step of the plan: one of ",
    ),
    "flag of an unknown step": (
        lambda: replace(TINY, status={**TINY.status, "postgres-db": (flags(Flag("dark", "on", {UNKNOWN: "off"})),)}),
        r"check_service_status of postgres-db, dark: 'restart_service:queue' must be a step of the plan: one of ",
    ),
    "columns of an unknown step": (
        lambda: replace(TINY, dependencies={"web": (Columns((0, 0, 0), {UNKNOWN: (9, 0, 0)}),)}),
        r"check_dependencies of web, columns: 'restart_service:queue' must be a step of the plan: one of ",
    ),
    "report of an unknown service": (
        lambda: replace(TINY, metrics={"queue": ()}),
        r"reports: 'queue' must be of a known service: one of web, postgres-db, jobs",
    ),
    "culprit of an unknown service": (
        lambda: replace(TINY, culprit="queue"),
        r"culprit: 'queue' must be a known service: one of web, postgres-db, jobs",
    ),
    "result without an owner": (
        lambda: replace(
            TINY, results={**TINY.results, "disable_feature_flag": {"nightly_job": "Off.", "dark": "Off."}}
        ),
        r"result of disable_feature_flag:dark: 'dark' must be a service, or listed in the status of one: one of web, ",
    ),
    "result of an unknown remediation": (
        lambda: replace(TINY, results={**TINY.results, "reboot": {"web": "Up."}}),
        r"results: 'reboot' must be a remediation: one of restart_service, ",
    ),
    "plan step without a result": (
        lambda: replace(TINY, results={**TINY.results, "disable_feature_flag": {}}),
        r"plan: 'disable_feature_flag:nightly_job' must be a remediation with a result: one of ",
    ),
    "plan step that needs a later one": (
        lambda: Plan({DB_UP: (WEB_UP,), WEB_UP: ()}),
        r"what restart_service:postgres-db needs: 'restart_service:web' must be an earlier step of the plan: "
        r"one of \(none\)",
    ),
    "harmless after no step": (
        lambda: replace(TINY, results=_restarts(jobs=Result("Up.", harm="It hurt.", harmless_after=(UNKNOWN,)))),
        r"harmless_after of restart_service:jobs: 'restart_service:queue' must be a step of the plan: one of ",
    ),
    "plan step that does harm": (
        lambda: replace(TINY, results=_restarts(web=Result("Up.", too_early="It waits.", harm="It hurt."))),
        r"result of restart_service:web: a step of the plan does no harm",
    ),
    "plan step without its too_early": (
        lambda: replace(TINY, results=_restarts(web="Up.")),
        r"result of restart_service:web: too_early is told of plan steps that need others",
    ),
    "too_early where nothing is needed": (
        lambda: replace(TINY, results=_restarts(jobs=Result("Up.", too_early="It waits."))),
        r"result of restart_service:jobs: too_early is told of plan steps that need others",
    ),
}


def _restarts(**changed: str | Result) -> dict[str, dict[str, str | Result]]:
    results = {action: dict(by_target) for action, by_target in TINY.results.items()}
    results["restart_service"].update(changed)
    return results


@pytest.mark.parametrize(("declare", "message"), WRONG.values(), ids=WRONG)
def test_parts_that_do_not_fit_together_are_refused(declare: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        declare()


def test_a_target_that_no_status_lists_may_declare_its_service() -> None:
    results = {**TINY.results, "clear_cache": {"sessions": Result("Cleared.", service="web")}}
    assert replace(TINY, results=results).consequences[Key("clear_cache", "sessions")].service == "web"


FAILURES = (connection_pool, cdn_purge, model_server, export_query, bgp_withdrawal, stale_credentials)
each_failure = pytest.mark.parametrize(
    "failure", [pytest.param(module.FAILURE, id=module.__name__.rpartition(".")[2]) for module in FAILURES]
)


def held_sets(plan: Plan) -> Iterator[tuple[Key, ...]]:
    """The sets of plan steps that can hold together."""
    for held in chain.from_iterable(combinations(plan.keys, size) for size in range(len(plan.keys) + 1)):
        if all(set(plan.requirements.get(key, ())) <= set(held) for key in held):
            yield held


def cells(row: Row) -> list[str]:
    """What of a row its text must show."""
    left_out = {Call: "direction", Metric: "before"}.get(type(row))
    texts = [getattr(row, each.name) for each in fields(row) if each.name != left_out]
    return [each for each in texts if each]


def test_a_figure_knows_its_unit_and_what_it_was_before() -> None:
    rows = {row.label: row for row in after(INCIDENT, (JOB_OFF, DB_UP))["check_metrics", "postgres-db"].rows}
    assert rows["CPU"] == Metric("CPU", "%", "20", "12", "97")
    assert rows["Locks"] == Metric("Locks", "", "1", "0 to 2", "9")
    assert rows["Disk"] == Metric("Disk", "%", "40", "40")
    assert Metric("Requests", "/s", "2,450", "2,300").shown("2,450") == "2,450/s"


@each_failure
def test_rows_and_text_of_every_report_agree(failure: Failure) -> None:
    for held in held_sets(failure.plan):
        for (tool, service), report in after(failure, held).items():
            assert len(report.text.splitlines()) == len(report.rows), (held, tool, service)
            for row in report.rows:
                # postgres-db and redis write logs that do not name their source, see the formats
                shown = [cell for cell in cells(row) if not (isinstance(row, LogLine) and cell == service)]
                found = [cell for cell in shown if cell.casefold() in report.text.casefold()]
                assert found == shown, (held, tool, service, row)


@each_failure
def test_every_diagnostic_shows_rows_of_its_own_kind(failure: Failure) -> None:
    kinds: dict[str, tuple[type[Row], ...]] = {
        "query_logs": (LogLine,),
        "check_metrics": (Metric,),
        "check_dependencies": (Call, Fact),
        "check_recent_deploys": (Change,),
        "check_service_status": (Fact,),
    }
    reports = after(failure)
    assert {service for _, service in reports} == set(failure.services)
    for (tool, service), report in reports.items():
        assert report.rows, (tool, service)
        assert all(isinstance(row, kinds[tool]) for row in report.rows), (tool, service)


@each_failure
def test_every_flag_runbook_step_and_plan_step_has_a_consequence(failure: Failure) -> None:
    listed = {
        *failure.plan.keys,
        *(
            Key(action, name)
            for report in after(failure).values()
            for action, names in (
                ("disable_feature_flag", report.flags),
                ("execute_runbook_step", report.runbook_steps),
            )
            for name in names
        ),
    }
    assert listed - set(failure.consequences) == set()


@each_failure
def test_neighbours_are_the_known_services_that_a_dependency_report_names(failure: Failure) -> None:
    for held in held_sets(failure.plan):
        for (tool, service), report in after(failure, held).items():
            named = {known for known in failure.services if known in report.text}
            assert report.neighbours == (named if tool == "check_dependencies" else set()), (held, tool, service)


@each_failure
def test_every_step_of_the_plan_but_verifications_changes_a_report(failure: Failure) -> None:
    held: tuple[Key, ...] = ()
    for key in failure.plan.keys:
        before, held = after(failure, held), (*held, key)
        assert key.is_verification or after(failure, held) != before, key
