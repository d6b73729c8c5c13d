"""Gauges go on moving where a failure lasts: at their limit, at a worker's full pace, and in their last digit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cloud_incident_env.generated.gauges import gauge_of, gauges_of
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.numbers import milliseconds, with_unit
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.simulation.stocks import HEADROOM
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.incident import Course
from cloud_incident_env.splits import SPLITS
from tests.generated.laws.figures import Figures, plays_of
from tests.generated.laws.plays import TASK, Moment, incidents

MINUTES = 11  # of a series with a reading for each minute
MOST_STILL = 0.1  # share of the abnormal gauges that may read what they read ten minutes ago
TURNOVER = 0.015  # share of a limit that may be free where all is taken
STILL_SAMPLE = 100  # incidents


def moments(family: str, minute: int = 0, count: int = 8) -> Iterator[Moment]:
    """Incidents of a family, so many minutes after the alert, in which nobody acts."""
    for seed in range(count):
        yield Moment("nobody acts", generate(TASK, seed, "easy", (family,), tuple(SYSTEMS)), Course(minute, (), ()))


def series(moment: Moment, service: str, label: str, minutes: int = MINUTES) -> list[float]:
    """The readings of a metric, oldest first, those that are missing left out."""
    return [value for value in moment.metrics(service, minutes).series(label) if value is not None]


@pytest.mark.parametrize(
    ("family", "label"),
    [("log-disk-full", "log disk used"), ("wal-slot-disk", "disk used"), ("etcd-nospace", "store size")],
)
def test_what_is_full_comes_and_goes_at_its_limit(family: str, label: str) -> None:
    for moment in moments(family, minute=20):
        culprit = moment.incident.culprit
        readings = series(moment, culprit, label)
        assert len(set(readings)) > 1, f"{culprit}: {label} reads {readings}"
        assert all(100.0 * (1.0 - TURNOVER) - 0.05 <= value <= 100.0 for value in readings), readings


def test_a_full_gauge_reads_the_same_when_its_minute_is_asked_for_later() -> None:
    for early, late in zip(moments("wal-slot-disk", 20), moments("wal-slot-disk", 25), strict=True):
        culprit = early.incident.culprit
        before, after = series(early, culprit, "disk used"), series(late, culprit, "disk used")
        assert before[5:] == after[:-5]


def test_nodes_that_are_all_up_are_all_up() -> None:
    read = set()
    for moment in moments("clock-skew", count=4):
        read.update(series(moment, moment.incident.culprit, "nodes ready"))
    assert read == {100.0}


def test_a_worker_at_its_limit_does_not_handle_the_same_each_minute() -> None:
    held = 0
    for incident in incidents(60):
        moment = Moment("at the alert", incident, Course(0, (), ()))
        for service in moment.services:
            normal = moment.metrics(service).normal("records handled")
            handled = series(moment, service, "records handled", 5)
            if normal and handled and all(value > 0.96 * HEADROOM * normal for value in handled):
                held += 1
                assert len(set(handled)) > 1, f"{incident.id} {service}: {handled}"
    assert held, "no worker was at its limit"


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(12.34, 1, "12.3 %"), (3.456, 1, "3.46 %"), (0.2741, 2, "0.274 %"), (0.0, 1, "0.0 %"), (7.0, 0, "7 %")],
)
def test_a_measured_gauge_shows_three_digits(value: float, decimals: int, shown: str) -> None:
    assert with_unit(value, "%", decimals) == shown


@pytest.mark.parametrize(("value", "shown"), [(1234.5, "1,234 ms"), (14.27, "14.3 ms"), (3.142, "3.14 ms")])
def test_a_time_shows_three_digits(value: float, shown: str) -> None:
    assert milliseconds(value) == shown


@pytest.mark.parametrize("split", ["train", "test_families"])
def test_few_abnormal_gauges_read_what_they_read_ten_minutes_ago(split: str) -> None:
    figures = Figures()
    for played in plays_of(SPLITS[split], STILL_SAMPLE):
        figures.add_gauges(played.moments[0])
    assert figures.abnormal > 1000, "too few gauges were abnormal to tell"
    assert figures.frozen < MOST_STILL * figures.abnormal, f"{figures.frozen} of {figures.abnormal} stand still"


def test_one_gauge_reads_as_among_all() -> None:
    for moment in moments("wal-slot-disk", count=2):
        world = moment.incident.telemetry.world  # type: ignore[attr-defined]
        for index in world.cast.known:
            reading = Reading(world, index, 0, world.history(Course()))
            every = gauges_of(reading)
            for gauge in world.cast.software(index).gauges:
                assert gauge_of(reading, gauge) == every[gauge.label]
