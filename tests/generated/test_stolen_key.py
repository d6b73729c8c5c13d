"""A stranger's computation shows on the hosts, and otherwise than a shortage of memory does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.incident import Course
from tests.generated.laws.plays import TASK, Moment

SEEDS = 12
BUSIER = 1.3  # CPU of hosts as a multiple of the usual, at the least


def _hosts(family: str) -> Iterator[tuple[Moment, str]]:
    """The known hosts of incidents, long enough after the alert."""
    for seed in range(SEEDS):
        moment = Moment("nobody acts", generate(TASK, seed, "expert", (family,), tuple(SYSTEMS)), Course(12, (), ()))
        for service in moment.services:
            if moment.metrics(service).now("CPU of the busiest host") is not None:
                yield moment, service


def _busy(label: str, family: str) -> list[float]:
    found = []
    for moment, service in _hosts(family):
        now, normal = moment.metrics(service).now(label), moment.metrics(service).normal(label)
        assert now is not None
        assert normal is not None
        found.append(now / normal)
    return found


def test_a_strangers_computation_makes_hosts_busy_and_takes_little_memory() -> None:
    assert min(_busy("CPU of the busiest host", "stolen-key-mining")) > BUSIER
    assert min(_busy("CPU", "stolen-key-mining")) > BUSIER
    assert max(_busy("memory", "stolen-key-mining")) < BUSIER


def test_a_shortage_of_memory_takes_memory() -> None:
    assert min(_busy("memory", "node-pressure")) > BUSIER
    assert sorted(_busy("CPU", "node-pressure"))[SEEDS // 2] < BUSIER


def test_hosts_that_do_not_follow_what_runs_there_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reading, "cpu", property(lambda reading: reading.node.cpu))
    assert min(_busy("CPU", "stolen-key-mining")) < BUSIER
