"""What services list as runbook steps tells nothing of the culprit."""

from __future__ import annotations

import re
from statistics import fmean

from incidents.families import FAMILIES
from scenario import Scenario
from selection import Selection, select_incident

SEEDS = 400
MOST = 1.25  # times a guess; twice the standard error of the rate over these seeds above 1
PLANS = [
    frozenset(step.name for step in family.steps if step.action == "execute_runbook_step" and step.on == "culprit")
    for family in FAMILIES.values()
]


def listed(scenario: Scenario, service: str) -> set[str]:
    found = re.search(r"^Runbook steps: (.+)$", scenario["tool_responses"]["check_service_status"][service], re.M)
    assert found is not None
    return {name.partition("@")[0] for name in found[1].split(", ")}


def rate_of_most_complete(scenarios: list[Scenario]) -> float:
    """How often a service with the most complete plans in its runbook is the culprit, in multiples of a guess."""
    hits = []
    for scenario in scenarios:
        complete = {
            name: sum(plan <= listed(scenario, name) for plan in PLANS if plan) for name in scenario["known_services"]
        }
        best = [name for name, count in complete.items() if count == max(complete.values())]
        right = scenario["correct_root_cause"]["service"] in best
        hits.append(right / len(best) * len(scenario["known_services"]))
    return fmean(hits)


def incidents() -> list[Scenario]:
    return [
        select_incident(Selection("remediation_planning", seed=seed, difficulty="medium")).scenario
        for seed in range(SEEDS)
    ]


def test_a_complete_plan_in_a_runbook_is_no_hint() -> None:
    assert rate_of_most_complete(incidents()) < MOST


def test_the_measure_would_see_a_hint() -> None:
    def telling(scenario: Scenario) -> Scenario:
        """The incident with runbooks of the culprit alone."""
        status = scenario["tool_responses"]["check_service_status"]
        culprit = scenario["correct_root_cause"]["service"]
        texts = {
            name: status[name] if name == culprit else "Runbook steps: none" for name in scenario["known_services"]
        }
        return {**scenario, "tool_responses": {**scenario["tool_responses"], "check_service_status": texts}}

    assert rate_of_most_complete([telling(scenario) for scenario in incidents()[:100]]) > MOST


def test_every_service_lists_about_as_many_steps() -> None:
    for scenario in incidents()[:50]:
        counts = {len(listed(scenario, name)) for name in scenario["known_services"]}
        assert counts <= {7, 8}
