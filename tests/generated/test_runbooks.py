"""What services list as runbook steps, and which notes they show, tells nothing of the culprit."""

from __future__ import annotations

import re
from statistics import fmean

import pytest

from cloud_incident_env.choose import choose_incident
from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import Condition, Family
from cloud_incident_env.generated.plans import ways_with
from cloud_incident_env.generated.runbooks import RUNBOOK_STEPS
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import AT_THE_ALERT, PLAIN, Incident
from cloud_incident_env.options import ResetOptions
from tests.generated.altered import with_texts


def steps_of(family: Family, condition: Condition) -> list[str]:
    """The runbook steps on the culprit that bring a condition about."""
    ways = family.ways_of(condition)
    return [way.name for way in ways if way.action == "execute_runbook_step" and way.on == "culprit"]


SEEDS = 400
NOTES = re.compile(  # those of the failure modes
    "|".join(
        sorted({re.sub(r"\\\{.+?\\\}", ".+", re.escape(note)) for family in FAMILIES.values() for note in family.notes})
    )
)
MOST = 1.25  # times a guess; twice the standard error of the rate over these seeds above 1
# For each family the conditions that steps on the culprit bring about, each with these steps.
PLANS = [
    tuple(frozenset(steps) for condition in family.plan if (steps := steps_of(family, condition)))
    for family in FAMILIES.values()
]


def listed(incident: Incident, service: str) -> list[str]:
    found = re.search(r"^Runbook steps: (.+)$", status(incident, service), re.M)
    assert found is not None
    return [name.partition("@")[0] for name in found[1].split(", ")]


def rate_of_most_complete(incidents: list[Incident]) -> float:
    """How often a service with the most complete plans in its runbook is the culprit, in multiples of a guess."""
    hits = []
    for incident in incidents:
        steps = {name: set(listed(incident, name)) for name in incident.known_services}
        complete = {name: sum(all(each & steps[name] for each in plan) for plan in PLANS) for name in steps}
        best = [name for name, count in complete.items() if count == max(complete.values())]
        right = incident.culprit in best
        hits.append(right / len(best) * len(incident.known_services))
    return fmean(hits)


def rate_of_noted(incidents: list[Incident]) -> float:
    """How often a service with a note of some failure mode is the culprit, in multiples of a guess."""
    hits = []
    for incident in incidents:
        noted = [name for name in incident.known_services if NOTES.search(status(incident, name))]
        if noted:
            hits.append((incident.culprit in noted) / len(noted) * len(incident.known_services))
    return fmean(hits)


def status(incident: Incident, service: str) -> str:
    return incident.telemetry.look("check_service_status", service, PLAIN, AT_THE_ALERT).text


def test_the_form_of_a_note_is_no_hint() -> None:
    assert rate_of_noted(incidents()) < MOST


def incidents() -> list[Incident]:
    return [
        choose_incident(ResetOptions(task_id="remediation_planning", seed=seed, difficulty="medium")).incident
        for seed in range(SEEDS)
    ]


def test_a_complete_plan_in_a_runbook_is_no_hint() -> None:
    assert rate_of_most_complete(incidents()) < MOST


def test_the_measure_would_see_a_hint() -> None:
    def telling(incident: Incident) -> Incident:
        """The incident with runbooks of the culprit alone."""
        innocent = [name for name in incident.known_services if name != incident.culprit]
        return with_texts(incident, "check_service_status", dict.fromkeys(innocent, "Runbook steps: none"))

    told = [telling(incident) for incident in incidents()[:100]]
    assert rate_of_most_complete(told) > MOST
    assert rate_of_noted(told) > MOST


def test_every_service_lists_as_many_steps_each_once() -> None:
    for incident in incidents()[:50]:
        for name in incident.known_services:
            steps = listed(incident, name)
            assert len(steps) == len(set(steps)) == RUNBOOK_STEPS, f"{incident.family}: {name} lists {steps}"


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_whatever_helps_and_can_be_done_counts(difficulty: str) -> None:
    """What is told as having helped brings a condition of the plan about. A runbook may lack a step for it."""
    for seed in range(150):
        asked = ResetOptions(task_id="remediation_planning", seed=seed, difficulty=difficulty)
        incident = choose_incident(asked).incident
        counting = {key for condition in incident.plan for key in condition.ways}
        world: World = incident.telemetry.world  # type: ignore[attr-defined]
        helping = {key for key in incident.consequences if ways_with(world, key)}
        assert helping == counting, f"{incident.family}, seed {seed}: {helping ^ counting}"
