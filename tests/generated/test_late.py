"""Telemetry that comes late for all services at once: what is missing, what is said of it, and that it arrives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cloud_incident_env.generated.background import CATCHES_UP
from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import AT_THE_ALERT, Course, Key, Query
from tests.generated.laws.plays import Moment, course_with, incident_of

INCIDENTS = 100
LEAST_OF_EACH = 0.2  # share of the late ones
TOOL = "check_recent_deploys"
LOOKED_AT = 6


def moments(tool: str, course: Course = AT_THE_ALERT) -> Iterator[tuple[Moment, World, int]]:
    """Expert incidents in which a tool is late, and the minute of the last data that are there."""
    found = 0
    for seed in range(INCIDENTS):
        incident = incident_of(seed, "expert")
        world: World = incident.telemetry.world  # type: ignore[attr-defined]
        last = world.others.last(tool, 0)
        if last is not None:
            yield Moment("nobody acts", incident, course), world, last
            found += 1
        if found == LOOKED_AT:
            return


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_one_of_the_two_is_late_as_often_as_declared(difficulty: str) -> None:
    worlds = [incident_of(seed, difficulty).telemetry.world for seed in range(INCIDENTS)]  # type: ignore[attr-defined]
    late = [[tool for tool in CATCHES_UP if world.others.last(tool, 0) is not None] for world in worlds]
    assert max(map(len, late)) <= 1
    count = sum(map(len, late))
    assert count / INCIDENTS == pytest.approx(DIFFICULTIES[difficulty].late, abs=0.13)
    assert all(sum(tool in each for each in late) >= LEAST_OF_EACH * count for tool in CATCHES_UP)


def test_a_late_log_ends_before_the_first_symptom_and_says_so() -> None:
    for moment, world, last in moments("query_logs"):
        assert last < world.clock.onset
        for service in moment.services[:4]:
            log = moment.log(service, -170, 0)
            assert log.silent_since == f"{world.clock.at(last):%H:%M:%S}"
            assert all(line.at < f"{world.clock.at(last + 1):%H:%M:%S}" for line in log.lines[-3:])


def test_late_lines_arrive_as_they_would_have_been() -> None:
    lines = 0
    for moment, world, last in moments("query_logs", Course(CATCHES_UP["query_logs"][1] + 1)):
        for service in moment.services[:3]:
            arrived = moment.log(service, last, last + 15)
            lines += len(arrived.lines)
            with never_late(world):
                assert Moment("never late", moment.incident, moment.course).log(service, last, last + 15) == arrived
    assert lines > 0


@contextmanager
def never_late(world: World) -> Iterator[None]:
    """The same world, of which nothing comes late."""
    others, world.others = world.others, world.others._replace(late=())
    yield
    world.others = others


def test_a_late_record_lacks_the_change_that_began_it() -> None:
    lacking = 0
    for moment, world, last in moments("check_recent_deploys"):
        culprit, refusal = moment.incident.culprit, moment.incident.telemetry.refusal
        deploys = moment.deploys(culprit)
        assert deploys.last == f"{world.clock.at(last):%H:%M:%S}"
        caught_up = Course(CATCHES_UP[TOOL][1] + 1)
        later = Moment("later", moment.incident, caught_up).deploys(culprit)
        assert later.last is None
        if world.cast.family.change is not None and world.changed > last:
            lacking += 1
            newest = later.entries[0].change_id
            assert newest not in {each.change_id for each in deploys.entries}
            assert refusal(TOOL, culprit, Query(change_id=newest), AT_THE_ALERT) is not None
            assert refusal(TOOL, culprit, Query(change_id=newest), caught_up) is None
    assert lacking


def test_while_it_is_late_the_status_names_the_version_of_the_record() -> None:
    for moment, _, _ in moments("check_recent_deploys"):
        for service in moment.services:
            newest = moment.deploys(service).entries[0].version
            assert moment.status(service).version.split()[-1] == newest


def test_what_the_engineer_did_is_recorded_at_once() -> None:
    for moment, _, _ in moments("check_recent_deploys"):
        culprit = moment.incident.culprit
        course = course_with(moment.incident, [Key("rollback_deploy", culprit)])
        assert Moment("rolled back", moment.incident, course).deploys(culprit).entries[0].author == "on-call"
