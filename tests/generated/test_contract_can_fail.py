"""Each check of the contract, tripped by a family or an incident that is broken in just that way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.families.databases import PG_LOCK_QUEUE
from cloud_incident_env.generated.generate import suited_systems
from cloud_incident_env.generated.model import Change, Family, Step
from cloud_incident_env.generated.releases import families_with_changes
from cloud_incident_env.generated.runbooks import runbook_pool
from cloud_incident_env.incident import Consequence, Incident, Key
from cloud_incident_env.reading.modes import MODES
from tests.generated.altered import Unchanging, with_texts
from tests.generated.contract import (
    agreement_problems,
    declaration_problems,
    full_grade_problems,
    leak_problems,
    make,
    plan_problems,
    recovery_problems,
    signature_problems,
    tool_problems,
)
from tests.reports import needs_of, reports_after, with_needs

CACHES = (runbook_pool, families_with_changes, suited_systems)
Register = Callable[..., Family]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    """Adds a broken copy of a sound family to the families, for one test."""

    def add(name: str = "mail-reputation", **changes: Any) -> Family:
        family = replace(PG_LOCK_QUEUE, name=name, **changes)
        monkeypatch.setitem(FAMILIES, name, family)
        for cache in CACHES:
            cache.cache_clear()
        return family

    yield add
    for cache in CACHES:
        cache.cache_clear()


def _steps(**changes: Any) -> tuple[Step, ...]:
    """The plan of the sound family with changes to its second step."""
    first, second, *rest = PG_LOCK_QUEUE.steps
    return (first, replace(second, **changes), *rest)


DECLARATIONS = [
    ({"logs": ("LOG   nothing is known of {nonsense}",)}, "unknown name 'nonsense'"),
    ({"logs": ("nothing here begins with a level",)}, "does not begin with a level"),
    ({"facts": {**PG_LOCK_QUEUE.facts, "path": ("/x",)}}, "the fact 'path'"),
    ({"strikes": ("oracle-rac",)}, "unknown software 'oracle-rac'"),
    ({"figures": {"wheels": (1, 2)}}, "shows no figure 'wheels'"),
    ({"standing": ("wheels",)}, "'wheels' is standing"),
    ({"steps": PG_LOCK_QUEUE.steps[:3]}, "a plan has 4 to 6 steps"),
    ({"steps": _steps(relief=0.9)}, "the reliefs add up to"),
    ({"steps": _steps(too_early="")}, "too early"),
    ({"steps": _steps(action="pray")}, "unknown action 'pray'"),
    ({"steps": _steps(name="")}, "have a name"),
    ({"steps": _steps(name="Pause_Migration")}, "not in lower case"),
    ({"steps": _steps(name="pause")}, "expected words joined by _"),
    ({"steps": _steps(on="through")}, "acts on `through`"),
    ({"steps": _steps(name=PG_LOCK_QUEUE.steps[0].name)}, "are the same"),
    ({"name": "green-cheese"}, "no failure mode of the catalogue"),
    ({"signature": {"query_logs": "lock"}}, "two tools"),
    ({"wrong": {("restart_service", "moon"): "Too far."}}, "wrong action 'restart_service' on 'moon'"),
    ({"change": Change("release {nonsense}")}, "unknown name 'nonsense'"),
]


@pytest.mark.parametrize(("changes", "problem"), DECLARATIONS, ids=[problem for _, problem in DECLARATIONS])
def test_a_flaw_of_the_declaration_is_found(register: Register, changes: dict[str, Any], problem: str) -> None:
    found = declaration_problems(register(**changes))
    assert any(problem in text for text in found), found


def test_the_sound_family_has_no_flaw(register: Register) -> None:
    assert declaration_problems(register()) == []


def test_a_signature_that_the_culprit_does_not_show_is_found(register: Register) -> None:
    family = register(signature={"query_logs": "still waiting", "check_metrics": r"lock waiters +99,999"})
    found = signature_problems(make(family, "medium", 1), family, [family])
    assert any("does not show mail-reputation in check_metrics" in text for text in found)


def test_a_signature_that_others_show_is_found(register: Register) -> None:
    family = register(signature={"check_metrics": "error rate", "check_service_status": "Health"})
    found = signature_problems(make(family, "medium", 1), family, [family])
    assert any("(innocent)" in text for text in found)


def test_two_families_that_cannot_be_told_apart_are_found(register: Register) -> None:
    family = register()
    found = signature_problems(make(family, "medium", 1), family, [family, PG_LOCK_QUEUE])
    assert any("fits pg-lock-queue (culprit)" in text for text in found)


def _incident() -> Incident:
    return make(PG_LOCK_QUEUE, "medium", 1)


def _with_text(incident: Incident, tool: str, change: Callable[[str], str]) -> Incident:
    """The incident with the text of one tool changed for every service, before anybody steps in."""
    reports = reports_after(incident)
    return with_texts(incident, tool, {name: change(reports[tool, name].text) for name in incident.known_services})


def test_a_step_that_needs_nothing_is_found() -> None:
    assert any(
        "holds after 0 of" in text for text in plan_problems(replace(_incident(), plan=with_needs(_incident(), {})))
    )


def test_a_step_that_never_holds_is_found() -> None:
    incident = _incident()
    plan = incident.solution
    broken = replace(incident, plan=with_needs(incident, {**needs_of(incident), plan[0]: (plan[-1],)}))
    assert f"{plan[0]} does not hold in order" in plan_problems(broken)


@pytest.mark.parametrize("hole", ["", "p99 is nan ms, and that is as much as anybody could say", "{service} " * 9])
def test_a_tool_that_does_not_answer_is_found(hole: str) -> None:
    assert tool_problems(_with_text(_incident(), "query_logs", lambda text: hole))


@pytest.mark.parametrize(
    ("tool", "figure", "other"),
    [
        ("check_metrics", r"^error rate( +)\S+", r"error rate\g<1>7.77"),
        ("check_metrics", r"^(latency p99 +)\S+", r"\g<1>7,777"),
        ("check_dependencies", r"\S+ % errors", "7.77 % errors"),
        ("check_dependencies", r"p99 \S+ ms", "p99 7,777 ms"),
        ("check_dependencies", r"(Calls:\n.*): \S+ calls/s", r"\g<1>: 7,777 calls/s"),
        ("check_service_status", r"Error rate: \S+", "Error rate: 7.77"),
        ("check_service_status", r"v[\d.]+$", "v0.0.0"),
        ("check_recent_deploys", r"ago\)  v", "ago)  v9"),
        ("check_recent_deploys", r"at \d\d:", "at 77:"),
    ],
)
def test_figures_that_disagree_are_found(tool: str, figure: str, other: str) -> None:
    broken = _with_text(_incident(), tool, lambda text: re.sub(figure, other, text, flags=re.M))
    assert agreement_problems(broken)


def test_an_alert_that_disagrees_with_the_metrics_is_found() -> None:
    incident = _incident()
    alert = replace(incident.alert, error_rate=incident.alert.error_rate + 0.01)
    assert agreement_problems(replace(incident, alert=alert))
    alert = replace(incident.alert, revenue_impact_per_min=123456.0)
    assert agreement_problems(replace(incident, alert=alert))


def test_a_world_that_does_not_recover_is_found() -> None:
    incident = _incident()
    assert recovery_problems(replace(incident, telemetry=Unchanging(incident.telemetry)))


def test_an_alert_that_tells_the_answer_is_found() -> None:
    incident = _incident()
    for told in (
        MODES["pg-lock-queue"].title,
        "A migration holds an ACCESS EXCLUSIVE lock and every query queues behind it.",
        f"ask {incident.culprit}",
    ):
        assert leak_problems(replace(incident, summary=told), PG_LOCK_QUEUE), told
    assert leak_problems(replace(incident, id="pg-lock-queue-1"), PG_LOCK_QUEUE)
    harm = "A migration holds an ACCESS EXCLUSIVE lock and every query queues behind it."
    harmful = {Key("restart_service", "x"): Consequence("Done.", "x", harm=harm)}
    assert leak_problems(replace(incident, consequences=harmful), PG_LOCK_QUEUE)


def test_an_incident_that_the_oracle_cannot_win_is_found() -> None:
    incident = _incident()
    broken = replace(incident, failure_mode="green cheese")
    assert full_grade_problems(broken, "root_cause_analysis")
    plan = incident.solution
    assert full_grade_problems(
        replace(incident, plan=with_needs(incident, {plan[0]: (plan[-1],)})), "remediation_planning"
    )
