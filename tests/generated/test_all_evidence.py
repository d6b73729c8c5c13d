"""What all evidence is weighed by: each piece of it can leave an explanation out."""

from __future__ import annotations

import pytest

from cloud_incident_env.agents.detective_beliefs import Hypothesis
from cloud_incident_env.agents.detective_likelihood import MISSING
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Incident
from cloud_incident_env.options import ResetOptions
from tests.generated import all_evidence
from tests.generated.written_evidence import WrittenEvidence

INCIDENTS = 12
MUCH = 5.0  # logarithm by which the truth explains more of what is written than another mode


def incident_of(index: int) -> Incident:
    return choose_incident(
        ResetOptions(task_id="root_cause_analysis", split="validation", index=index, difficulty="medium")
    ).incident


def evidence_of(incident: Incident) -> tuple[WrittenEvidence, Hypothesis]:
    """What is written of an incident, and its true explanation."""
    world: World = incident.telemetry.world  # type: ignore[attr-defined]
    place, names = world.cast.place, world.cast.names
    through = None if place.through is None else names[place.through]
    true = Hypothesis(incident.culprit, incident.failure_mode, through)
    return WrittenEvidence(world, incident.max_steps), true


@pytest.mark.parametrize("index", range(INCIDENTS))
def test_what_is_written_fits_the_truth_better_than_the_same_mode_elsewhere(index: int) -> None:
    evidence, true = evidence_of(incident_of(index))
    others = [true._replace(suspect=name) for name in incident_of(index).known_services if name != true.suspect]
    others = [each for each in others if each.suspect != each.through]
    assert evidence.fit(true) > max(map(evidence.fit, others))


def test_a_mode_that_lacks_its_change_or_its_lines_is_less_probable() -> None:
    """Of the modes that strike the culprit, those that begin with a change need it in the record."""
    for index in range(INCIDENTS):
        incident = incident_of(index)
        evidence, true = evidence_of(incident)
        world: World = incident.telemetry.world  # type: ignore[attr-defined]
        software = world.cast.service(world.cast.place.culprit).software
        for mode, family in FAMILIES.items():
            if software in family.strikes and family.change is not None and mode != true.mode and not family.through:
                assert evidence.fit(true) - evidence.fit(Hypothesis(true.suspect, mode)) > -MISSING - MUCH, mode


def test_what_does_not_arrive_in_time_is_not_read() -> None:
    incident = incident_of(0)
    evidence, true = evidence_of(incident)
    world: World = incident.telemetry.world  # type: ignore[attr-defined]
    late = WrittenEvidence(world, world.clock.onset - 1)
    assert late.fit(true) < evidence.fit(true)


def test_the_truth_is_the_best_explanation() -> None:
    for index in range(INCIDENTS):
        incident = incident_of(index)
        assert all_evidence.fitting(incident) == [(incident.culprit, incident.failure_mode)]
