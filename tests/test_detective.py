"""The detective: it solves incidents from what their figures say, and knows of an incident nothing else."""

from __future__ import annotations

import ast
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from cloud_incident_env.agents import detective
from cloud_incident_env.agents.detective import DetectivePolicy
from cloud_incident_env.agents.detective_case import Case
from cloud_incident_env.agents.detective_figures import Figures, figures_of
from cloud_incident_env.agents.detective_likelihood import DRIFTED, MISSING, OFF, SOME, gauge_fit, share_fit
from cloud_incident_env.agents.detective_predictions import (
    NO_ROLE,
    QUIET,
    Span,
    either,
    predicted,
    remedies_of,
    software_released_as,
    software_with,
)
from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.policy import Decision, Observation
from cloud_incident_env.agents.step_loop import steps_of
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import Gauge
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.incident import TaskId
from cloud_incident_env.options import ResetOptions
from tasks import INCIDENTS, TASKS

AGENTS = Path(detective.__file__).parent
SERVER = AGENTS.parent.parent / "server"
FILES = sorted(AGENTS.glob("detective*.py"))
# What it may know: the declarations of failures and software, and how reports are read.
DECLARATIONS = tuple(f"cloud_incident_env.generated.{name}" for name in ("families", "model", "software"))
KNOWN = ("cloud_incident_env.agents.", *DECLARATIONS)


def play(task_id: str, difficulty: str, index: int) -> tuple[DetectivePolicy, list[Decision], dict[str, Any]]:
    """The policy after an episode of `validation`, what it did, and what the last step returned."""
    environment, policy = LocalEnvironment(), DetectivePolicy()
    options = {"task_id": task_id, "difficulty": difficulty, "split": "validation", "index": index}
    decisions: list[Decision] = []
    result: dict[str, Any] = {}
    for decision, result in steps_of(environment, policy, environment.reset(options)):
        assert result["observation"]["last_action_error"] is None, decision
        decisions.append(decision)
    return policy, decisions, result


def imports_of(file: Path) -> set[str]:
    nodes = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, (ast.Import, ast.ImportFrom))]
    found = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return found | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


# ---- what it can do


@pytest.mark.parametrize(
    ("difficulty", "incidents", "share"), [("medium", 30, 0.9), ("hard", 20, 0.8), ("expert", 6, 0.7)]
)
def test_it_names_culprit_and_mode(difficulty: str, incidents: int, share: float) -> None:
    """A sample: no less than two standard errors below the share that `make quality` asks of many more."""
    least = incidents * share - 2.0 * sqrt(incidents * share * (1.0 - share))
    named = 0
    for index in range(incidents):
        policy, decisions, _ = play("root_cause_analysis", difficulty, index)
        asked = ResetOptions(task_id="root_cause_analysis", difficulty=difficulty, split="validation", index=index)
        incident = choose_incident(asked).incident
        found = policy.found()
        named += (found.suspect, found.mode) == (incident.culprit, incident.failure_mode)
        assert decisions[-1] == Decision("submit_root_cause", {"service": found.suspect, "failure_mode": found.mode})
        assert len(decisions) <= incident.max_steps
    assert named >= least


def test_it_remedies_what_it_has_found() -> None:
    grades = [play("remediation_planning", "hard", index)[2]["info"]["grade"]["total"] for index in range(10)]
    assert sum(grade >= 0.85 for grade in grades) >= 8, grades


def test_it_works_out_how_bad_an_alert_is() -> None:
    grades = [play("alert_classification", "easy", index)[2]["info"]["grade"]["total"] for index in range(10)]
    assert sum(grade == 1.0 for grade in grades) >= 9, grades


def test_it_plays_twice_alike() -> None:
    assert play("root_cause_analysis", "hard", 3)[1] == play("root_cause_analysis", "hard", 3)[1]


@pytest.mark.parametrize("task_id", INCIDENTS)
def test_it_submits_something_where_it_can_read_nothing(task_id: TaskId) -> None:
    """The reports of hand-written incidents have another form."""
    environment = LocalEnvironment()
    steps = list(steps_of(environment, DetectivePolicy(), environment.reset({"task_id": task_id, "scenario_index": 0})))
    assert steps[-1][0].action_type == TASKS[task_id].submission_action


# ---- what it knows


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_imports_declarations_and_no_incident(file: Path) -> None:
    own = {name for name in imports_of(file) if name.startswith("cloud_incident_env")}
    assert {name for name in own if not name.startswith(KNOWN)} == set()
    assert "cloud_incident_env.agents.oracle" not in own


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_reads_no_wording_of_a_failure(file: Path) -> None:
    """Of a mode, its lines, notes, stories and facts are what tells the answer by words."""
    read = {node.attr for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Attribute)}
    assert read & {"lines", "notes", "story", "facts", "diff"} == set()


def test_it_never_asks_for_a_log() -> None:
    asked = {decision.action_type for index in range(3) for decision in play("root_cause_analysis", "medium", index)[1]}
    assert "query_logs" not in asked
    assert "check_metrics" in asked


def test_the_server_does_not_offer_it() -> None:
    assert [file.name for file in SERVER.rglob("*.py") if "detective" in file.read_text()] == []


# ---- how it reasons


def test_what_a_mode_does_depends_on_the_role() -> None:
    for name, family in FAMILIES.items():
        assert predicted(name, NO_ROLE) is QUIET
        culprit = predicted(name, frozenset({"culprit"}))
        assert set(culprit.gauges) == {effect.gauge for effect in family.effects_on("culprit") if effect.gauge}
        assert (culprit.lead is None) == (family.change is None)
        assert predicted(name, frozenset({"callers"})).lead is None
        assert len(remedies_of(name)) == len(family.plan)


def test_shares_that_fail_for_several_reasons_add_up() -> None:
    assert either(Span(0.5, 0.5), Span(0.5, 1.0)) == Span(0.75, 1.0)
    assert either(Span(0.2, 0.3), Span(0.0, 0.0))[:2] == pytest.approx((0.2, 0.3))


@pytest.mark.parametrize(
    ("value", "span", "fits"),
    [
        (0.001, Span(0, 0), True),
        (0.4, Span(0, 0), False),
        (0.4, Span(0.3, 0.6), True),
        (0.2, Span(0.3, 0.6), True),  # a ramp that has not ended
        (0.04, Span(0.3, 0.6), False),
        (0.8, Span(0.3, 0.6), False),
    ],
)
def test_a_share_fits_what_is_predicted(value: float, span: Span, fits: bool) -> None:
    assert (share_fit(value, span) == 0.0) == fits
    assert share_fit(value, span, strained=True) >= share_fit(value, span)


def test_software_is_known_by_its_metrics_and_its_version() -> None:
    databases = software_with(("CPU", "memory", *(gauge.label for gauge in SOFTWARE["postgres"].gauges)))
    assert databases == {"postgres", "mysql"}
    assert databases & software_released_as("MySQL 8.4.4") == {"mysql"}


def observation(errors: str, usual: str) -> Observation:
    return {
        "known_services": ("cart-api", "cart-db"),
        "alert": {
            "affected_services": ("cart-api",),
            "duration_minutes": 20,
            "symptoms": (
                f"{errors} % of the requests at cart-api fail (normal {usual} %).",
                "The p99 latency of cart-api is 212 ms (normal 210 ms).",
                "0.00 % of the connections to cart-api fail (limit 2.0 %).",
            ),
        },
    }


@pytest.mark.parametrize(
    ("errors", "usual", "alarming"), [("31.0", "0.10", True), ("0.12", "0.10", False), ("1.4", "0.50", False)]
)
def test_an_alert_within_all_limits_is_not_alarming(errors: str, usual: str, alarming: bool) -> None:
    assert Case.of(observation(errors, usual)).alarming is alarming


DEPENDENCIES = """\
cart-api at 10:00:00Z: 400.0 requests/s, 31.0 % fail, p99 212 ms (normal 0.10 %, 210 ms)
Called by:
  others: 400.0 calls/s
Calls:
  cart-db (storage): 800.0 calls/s, 2.00 a request, 1.00 tries, 0.0/s not connected, 20.0 % fail (normal 0.10 %), \
0.00 % time out; answers p99 12 ms (normal 12 ms); time-out 1,000 ms"""


def test_a_case_knows_who_calls_whom_and_what_may_run_there() -> None:
    case = Case.of(observation("31.0", "0.10"))
    assert case.calls("cart-api", "cart-db") is None
    case.add("check_dependencies", "cart-api", DEPENDENCIES)
    assert case.calls("cart-api", "cart-db") is True
    assert case.software("cart-db") >= {"postgres", "redis", "kafka"}
    assert "java" not in case.software("cart-db")
    assert case.time_out("cart-db") == 1000.0
    assert case.reach("cart-api") == (frozenset(("cart-api", "cart-db")), False)
    assert case.since_onset("10:05:00") == 25.0


STATE = """\
cart-db at 10:00:00Z: 400.0 requests/s, 0.10 % fail, p99 12 ms (normal 0.10 %, 12 ms)
Called by:
  others: 400.0 calls/s
Keeps the state of: cart-api
Calls:
  nobody
Runs on: cart-host"""


def test_a_store_does_not_run_on_the_platform_whose_state_it_keeps() -> None:
    case = Case.of({**observation("31.0", "0.10"), "known_services": ["cart-api", "cart-db", "cart-host"]})
    case.add("check_dependencies", "cart-db", STATE)
    assert case.calls("cart-db", "cart-host") is True
    assert case.calls("cart-db", "cart-api") is False
    assert case.calls("cart-api", "cart-db") is True


WORKER = """\
cart-api at 10:00:00Z: 400.0 requests/s, 18.0 % fail, p99 212 ms (normal 0.10 %, 210 ms)
Called by:
  others: 400.0 calls/s
Calls:
  mail-worker (async): 160.0 calls/s, 0.40 a request, 1.00 tries, 0.0/s not connected, 50.0 % fail (normal 0.10 %), \
0.00 % time out; answers p99 12 ms (normal 12 ms)
  others: {calls} calls/s, 1.00 tries, {fails} % fail"""


@pytest.mark.parametrize(
    ("dependencies", "least", "most"),
    [
        (DEPENDENCIES, 0.0, 0.1375),  # two calls of each request, or many calls of a few
        (WORKER.format(calls="10.0", fails="0.10"), 0.0, 0.0),  # what is handed over is needed in time
        (WORKER.format(calls="400.0", fails="0.10"), 0.0, 0.0),
        (WORKER.format(calls="400.0", fails="0.10").replace("18.0 %", "60.0 %"), 0.51, 0.52),
        (WORKER.format(calls="800.0", fails="40.0").replace("18.0 %", "60.0 %"), 0.0, 0.42),  # unknown tries
    ],
)
def test_it_tells_what_failing_calls_do_not_explain(dependencies: str, least: float, most: float) -> None:
    case = Case.of(observation("31.0", "0.10"))
    case.add("check_dependencies", "cart-api", dependencies)
    figures = figures_of(case, None, case.seen["cart-api"].dependencies)
    assert figures.least_own == pytest.approx(least, abs=0.01)
    assert figures.own == pytest.approx(most, abs=0.01)


TIMES = ("09:00:00Z", "09:30:00Z", "09:36:00Z", "10:00:00Z", "normal")


def figures_with(label: str, cells: tuple[str, ...]) -> Figures:
    """Readings of a gauge of a service whose first symptom was at 09:40, and its normal value."""
    case = Case.of(observation("31.0", "0.10"))
    case.begun = "10:00:00"
    rows = (("cart-api at 10:00:00Z", *TIMES), ("requests", *("400.0/s",) * 5), (label, *cells))
    text = "\n".join(row[0].ljust(21) + "".join(cell.rjust(11) for cell in row[1:]) for row in rows)
    case.add("check_metrics", "cart-api", text)
    return figures_of(case, case.seen["cart-api"].metrics, None)


ALONE = Gauge("sockets held", "", (180, 420), most=4096)  # follows from nothing
AT_ONSET, SINCE_CHANGE = Span(4084, 4096), Span(4084, 4096, since=(35.0, 120.0))


@pytest.mark.parametrize(
    ("series", "span", "fit"),
    [
        (("300", "300", "300", "4,090"), AT_ONSET, 0.0),
        (("300", "300", "300", "4,090"), None, -3.0),
        (("300", "4,090", "4,090", "4,090"), None, DRIFTED),  # it moved between two readings before the first symptom
        (("4,090", "4,090", "4,090", "4,090"), AT_ONSET, MISSING),  # so this did not bring it about
        (("300", "3,900", "4,000", "4,090"), SINCE_CHANGE, 0.0),
        (("300", "300", "300", "300"), AT_ONSET, MISSING),
    ],
)
def test_a_gauge_tells_by_when_it_moved(series: tuple[str, ...], span: Span | None, fit: float) -> None:
    figures = figures_with(ALONE.label, (*series, "300"))
    assert gauge_fit(ALONE, figures, span, 0.0) == fit


@pytest.mark.parametrize(
    ("cell", "fit"),
    [("26.0 %", 0.0), ("19.0 %", SOME / 2), ("70.0 %", OFF)],  # as predicted, held back, and far beyond
)
def test_a_linked_gauge_may_be_held_back_and_does_not_go_far_beyond(cell: str, fit: float) -> None:
    throttled = next(gauge for gauge in SOFTWARE["java"].gauges if gauge.label == "throttled periods")
    figures = figures_with(throttled.label, ("1.0 %", "1.0 %", "1.0 %", cell, "1.0 %"))
    assert gauge_fit(throttled, figures, Span(40, 50) if fit == SOME / 2 else Span(24, 30), 0.0) == fit


def test_an_age_counts_from_the_change() -> None:
    age = next(gauge for gauge in SOFTWARE["batch-worker"].gauges if gauge.label == "longest running job")
    figures = figures_with(age.label, ("20.0 min", "50.0 min", "56.0 min", "80.0 min", "10.0 min"))
    assert gauge_fit(age, figures, Span(0, 0, ages=True, since=(58.0, 62.0)), 0.0) == 0.0
    assert gauge_fit(age, figures, Span(0, 0, ages=True), 0.0) < 0.0
