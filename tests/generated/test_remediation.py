"""Remediation: what a runbook offers, in which order steps hold, and what they leave in figures and texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from statistics import fmean

import pytest

from cloud_incident_env.choose import choose_incident
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import GOING_BACK
from cloud_incident_env.generated.service_versions import versions
from cloud_incident_env.incident import AT_THE_ALERT, PLAIN, Course, Incident, Key, Taken
from cloud_incident_env.options import ResetOptions
from tests.generated.contract import declaration_problems, undone_problems
from tests.generated.incident_contract import make, played
from tests.generated.laws.plays import Moment, course_with
from tests.generated.step_search import grade_of_trial

HARD = 60  # incidents over which figures of runbooks are measured
MOST_RIGHT = 0.45  # share of the steps listed at the culprit that are steps of the plan, looks left out
LEAST_HARMFUL = 2.0  # steps listed at the culprit that do harm, in the mean
MOST_BY_TRIAL = 0.65  # grade of a player who knows the culprit alone and tries its steps in their order
DRAINED = 15  # minutes after a backlog is worked off faster by which little of it is left


def hard(count: int = HARD) -> Iterator[Incident]:
    for index in range(count):
        asked = ResetOptions(task_id="remediation_planning", difficulty="hard", split="validation", index=index)
        yield choose_incident(asked).incident


def status(incident: Incident, service: str, course: Course = AT_THE_ALERT) -> str:
    return incident.telemetry.look("check_service_status", service, PLAIN, course).text


def acting_steps(incident: Incident) -> list[str]:
    """The steps that the culprit lists, without those of its software that only show something."""
    service = incident.culprit
    cast = incident.telemetry.world.cast  # type: ignore[attr-defined]
    looks = cast.software(cast.place.culprit).runbook
    found = re.findall(r"([a-z_]+)@", status(incident, service).partition("Runbook steps: ")[2])
    return [f"{step}@{service}" for step in found if step not in looks]


# What is listed


def test_more_steps_at_the_culprit_are_wrong_than_right() -> None:
    shares, harmful = [], []
    for incident in hard():
        steps = [Key("execute_runbook_step", step) for step in acting_steps(incident)]
        wrong = [key for key in steps if key not in incident.ways]
        shares.append(1 - len(wrong) / len(steps))
        harmful.append(sum(incident.consequences[key].harm is not None for key in wrong))
    assert fmean(shares) < MOST_RIGHT
    assert fmean(harmful) > LEAST_HARMFUL


def test_to_know_the_culprit_and_try_its_steps_does_not_resolve_the_incident() -> None:
    assert fmean(map(grade_of_trial, hard())) < MOST_BY_TRIAL


def test_the_same_mode_does_not_always_end_by_the_same_steps() -> None:
    steps = {
        make(FAMILIES["lock-inversion"], "hard", seed).plan[1].ways[0].target.partition("@")[0] for seed in range(12)
    }
    assert steps == {"replace_instances", "restart_in_waves"}


# What goes back


@pytest.mark.parametrize("name", FAMILIES)
def test_to_go_back_helps_wherever_a_change_is_the_cause(name: str) -> None:
    assert undone_problems(FAMILIES[name]) == []


def test_a_family_is_seen_whose_change_cannot_be_undone() -> None:
    family = FAMILIES["wrong-threshold"]
    stop = family.plan[0]
    lone = replace(stop, ways=tuple(way for way in stop.ways if (way.action, way.name) not in GOING_BACK))
    assert undone_problems(replace(family, plan=(lone, *family.plan[1:])))


def test_a_rollback_of_the_culprit_is_seen_in_its_status_and_history() -> None:
    seen = 0
    for incident in hard(40):
        key = Key("rollback_deploy", incident.culprit)
        if not incident.brought_about(key, ()):
            continue
        course = played(incident, [key]).course
        text = status(incident, incident.culprit, course)
        world = incident.telemetry.world  # type: ignore[attr-defined]
        before = versions(world, world.cast.place.culprit)[1]
        assert re.search(rf"^Version: .*{re.escape(before)}$", text, re.M), text
        assert "has not ended" not in text
        seen += 1
    assert seen > 3


# What holds when


def test_a_guard_that_needs_nothing_is_seen() -> None:
    family = FAMILIES["vendor-down"]
    loose = tuple(replace(each, needs=()) if each.kind == "guard" else each for each in family.plan)
    assert declaration_problems(family) == []
    assert "'cut-by-itself' would hold before 'cut'" in declaration_problems(replace(family, plan=loose))


def test_what_is_told_of_an_early_step_says_that_it_does_not_hold_and_not_what_is_missing() -> None:
    for incident in hard(30):
        names = {condition.name: condition.ways for condition in incident.plan}
        for condition in incident.plan:
            told = incident.consequences[condition.ways[0]].too_early or ""
            missing = [key.target.partition("@")[0] for name in condition.needs for key in names[name]]
            assert not condition.needs or told
            assert not [step for step in missing if "_" in step and step in told], told


def test_a_step_that_was_taken_too_early_does_what_it_does() -> None:
    """A restart in waves before the cause is gone takes instances away as it does on any service."""
    incident = make(FAMILIES["lock-inversion"], "hard", 0)
    step = next(key for key in incident.plan[1].ways if key.action == "execute_runbook_step")
    assert played(incident, [step]).held == ()
    with_it = Moment("early", incident, Course(6, (Taken(5, step),)))
    without = Moment("idle", incident, Course(6))
    assert with_it.status(incident.culprit).ready < without.status(incident.culprit).ready  # type: ignore[operator]


# What is left


def test_a_backlog_that_is_drained_is_gone_soon() -> None:
    for name in ("kafka-poison-pill", "rebalance-storm", "version-mix"):
        incident = next(each for each in (make(FAMILIES[name], "hard", seed) for seed in range(40)) if _drains(each))
        keys = [_drains_or_first(condition.ways) for condition in incident.plan if condition.restores]
        course = course_with(incident, keys)
        lags = [
            Moment("drained", incident, course._replace(minute=course.minute + wait))
            .metrics(incident.culprit)
            .now("consumer lag")
            for wait in (0, DRAINED)
        ]
        at_rest = Moment("before", incident, Course(-120)).metrics(incident.culprit).now("consumer lag")
        assert lags[1] is not None
        assert at_rest is not None
        assert lags[1] < 2 * at_rest, f"{name}: {lags}"


def _drains(incident: Incident) -> bool:
    return any(key.target.startswith("drain_backlog@") for key in incident.ways)


def _drains_or_first(ways: tuple[Key, ...]) -> Key:
    return next((key for key in ways if key.target.startswith("drain_backlog@")), ways[0])


def test_what_a_stopped_cause_has_left_gets_less_and_does_not_go_away() -> None:
    incident = make(FAMILIES["vendor-down"], "hard", 0)
    stop = incident.plan[0].ways[0]
    course = course_with(incident, [stop])
    world = incident.telemetry.world  # type: ignore[attr-defined]
    history = world.history(course)
    hung = [each for each in world.acting if each.effect.parameter == "hung"]
    early, late = ([each.level(course.minute + wait, history.reached, None, None) for each in hung] for wait in (3, 60))
    assert early
    assert all(0 < after < before for before, after in zip(early, late, strict=True))


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_to_be_restored_is_still_there_once_the_cause_is_gone(name: str) -> None:
    """Whatever stops the cause: a plan asks for no step after which nothing is other than before."""
    family = FAMILIES[name]
    incident = make(family, "hard", 0)
    world = incident.telemetry.world  # type: ignore[attr-defined]
    first, *others = (condition for condition in incident.plan if condition.name in family.stopping)
    if family.stopping == family.restoring:
        return
    for way in first.ways:
        course = course_with(incident, [way, *(condition.ways[0] for condition in others)])
        history, minute = world.history(course), course.minute + 15
        assert any(each in world.acting and level > 0 for each, level in world.levels(minute, history)), str(way)
