"""Each link between figures, cut in incidents in which it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cloud_incident_env.generated import gauges, linked_gauges
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.simulation import solver
from cloud_incident_env.generated.simulation.store import SOLUTIONS
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.telemetry import dependencies
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Course
from tests.generated.laws.links import links
from tests.generated.laws.plays import TASK, Moment

Patch = pytest.MonkeyPatch
SEEDS = 12


@pytest.fixture(autouse=True)
def solved_anew() -> Iterator[None]:
    SOLUTIONS.clear()
    yield
    SOLUTIONS.clear()


def _cut(patch: Patch) -> None:
    patch.setattr(gauges, "link", lambda linking: None)


def _keeps_loads(patch: Patch) -> None:
    """A store that is asked for little is as busy as if much was asked of it."""
    finished = solver._Run.finished

    def broken(run: Any) -> Any:
        found = finished(run)
        for index, node in enumerate(run.sizing.nodes):
            found.load[index] = max(found.load[index], 1.3 * node.cpu / 100.0)
        return found

    patch.setattr(solver._Run, "finished", broken)


def _counts_refusals(patch: Patch) -> None:
    """What a CDN refuses counts as found."""

    def broken(reading: Any, normal: float) -> float:
        if reading.node.kind == "cache":
            return normal
        first = gauges.total(
            rate / reading.solution.tries[e] for e, rate in gauges._tried(reading, ("sync", "storage")).items()
        )
        return max(0.0, 100.0 * (1.0 - first / reading.requests))

    patch.setitem(gauges.SCALED, "hit", broken)


def _answers_late(patch: Patch) -> None:
    patch.setattr(dependencies, "_answered_p99", lambda edge, callee: 1.2 * edge.time_out)


def _loses_quorum(patch: Patch) -> None:
    patch.setattr(World, "_with_quorum", lambda world, each: each.to)


def _bounds_nothing(patch: Patch) -> None:
    """A shard may be busy beyond its limit where nothing is turned away."""
    patch.setattr(linked_gauges, "SHARDS", 1.0e9)


BROKEN: list[tuple[str, Callable[[Patch], None], str]] = [
    ("cache-oom", _cut, "of the limit would take"),
    ("queue-blocked", _cut, "messages/s acknowledged"),
    ("cfs-throttle", _cut, "of the periods with"),
    ("broken-exporter", _cut, "of the targets are up"),
    ("noisy-neighbour", _keeps_loads, "CPU"),
    ("cdn-cache-key", _counts_refusals, "origin requests/s"),
    ("auto-patch", _loses_quorum, "members, and"),
    ("uneven-shards", _bounds_nothing, "the mean at"),
    ("slow-dependency", _answers_late, "with a p99 of"),
]


def _problems(family: str) -> list[str]:
    # What a service fails by itself is shown up to medium only.
    sizes = ("medium", "hard")
    incidents = (generate(TASK, seed, sizes[seed % 2], (family,), tuple(SYSTEMS)) for seed in range(SEEDS))
    return [problem for incident in incidents for problem in links(Moment("alert", incident, Course(0, (), ())))]


@pytest.mark.parametrize(("family", "broken", "told"), BROKEN)
def test_a_link_that_is_cut_is_found(
    family: str, broken: Callable[[Patch], None], told: str, monkeypatch: Patch
) -> None:
    assert not [problem for problem in _problems(family) if told in problem]
    SOLUTIONS.clear()
    broken(monkeypatch)
    assert [problem for problem in _problems(family) if told in problem]


def test_a_clock_that_nothing_sets_drifts_and_does_not_jump() -> None:
    """Its offset changes by some ppm of the time that passes."""
    for seed in range(4):
        incident = generate(TASK, seed, "easy", ("clock-skew",), tuple(SYSTEMS))
        moment = Moment("nobody acts", incident, Course(20, (), ()))
        offsets = moment.metrics(incident.culprit, 11).series("largest clock offset")
        read = [offset for offset in offsets if offset is not None]
        assert read[0] > 100_000.0
        assert max(read) - min(read) < 25.0, read
