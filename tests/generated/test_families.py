"""Every family keeps the contract of declarations, and its incidents that of incidents, at every difficulty."""

from __future__ import annotations

import pytest

from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.generated.families import FAMILIES
from tests.generated.contract import declaration_problems, ending_in_a_verification, step_name_problems
from tests.generated.incident_contract import (
    first_aid_problems,
    full_grade_problems,
    leak_problems,
    make,
    plan_problems,
    recovery_problems,
    severity_shown,
    text_problems,
)

SEEDS = range(1)
MOST_VERIFICATIONS = 1 / 3  # of the plans that end in a step that only verifies
EVERY_FAMILY = pytest.mark.parametrize("name", FAMILIES)
EVERY_DIFFICULTY = pytest.mark.parametrize("difficulty", DIFFICULTIES)


@EVERY_FAMILY
def test_the_declaration_is_sound(name: str) -> None:
    assert declaration_problems(FAMILIES[name]) == []


def test_no_step_name_tells_its_family() -> None:
    assert step_name_problems(FAMILIES) == []


def test_few_plans_end_in_a_verification() -> None:
    assert len(ending_in_a_verification(FAMILIES.values())) <= MOST_VERIFICATIONS * len(FAMILIES)


@EVERY_FAMILY
@EVERY_DIFFICULTY
def test_incidents_of_the_family_keep_the_contract(name: str, difficulty: str) -> None:
    family = FAMILIES[name]
    for seed in SEEDS:
        incident = make(family, difficulty, seed)
        problems = [
            *text_problems(incident),
            *plan_problems(incident),
            *first_aid_problems(incident),
            *recovery_problems(incident),
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
        assert severity_shown(alert) == alert.severity
