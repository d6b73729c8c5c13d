"""Every family keeps the contract, at every difficulty."""

from __future__ import annotations

import pytest

from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.generated.families import FAMILIES
from tests.generated.agreement import severity_by_metrics
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
from tests.reports import reports_after

SEEDS = range(3)
EVERY_FAMILY = pytest.mark.parametrize("name", FAMILIES)
EVERY_DIFFICULTY = pytest.mark.parametrize("difficulty", DIFFICULTIES)


@EVERY_FAMILY
def test_the_declaration_is_sound(name: str) -> None:
    assert declaration_problems(FAMILIES[name]) == []


@EVERY_FAMILY
@EVERY_DIFFICULTY
def test_incidents_of_the_family_keep_the_contract(name: str, difficulty: str) -> None:
    family = FAMILIES[name]
    for seed in SEEDS:
        incident = make(family, difficulty, seed)
        problems = [
            *tool_problems(incident),
            *signature_problems(incident, family, list(FAMILIES.values())),
            *plan_problems(incident),
            *agreement_problems(incident),
            *recovery_problems(incident, family.signature.get("query_logs")),
            *leak_problems(incident, family),
            *full_grade_problems(incident, "remediation_planning"),
        ]
        assert problems == [], f"seed {seed}"


@EVERY_FAMILY
@EVERY_DIFFICULTY
def test_the_other_tasks_can_be_answered_in_full(name: str, difficulty: str) -> None:
    for seed in SEEDS:
        asked = make(FAMILIES[name], difficulty, seed, "root_cause_analysis")
        assert full_grade_problems(asked, "root_cause_analysis") == []
        alert = make(FAMILIES[name], difficulty, seed, "alert_classification")
        assert full_grade_problems(alert, "alert_classification") == []
        entry = alert.alert.affected_services[0]
        assert severity_by_metrics(reports_after(alert)["check_metrics", entry].text) == alert.severity
