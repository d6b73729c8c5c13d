"""Gauges that read otherwise than usual for reasons that hurt nobody: where, since when, how far."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cloud_incident_env.generated import drifts, gauges
from cloud_incident_env.generated.background import Background
from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.generated.drifts import MOST_USED, OF_PROCESSES, SLOW, costs_of, drifting
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import AT_THE_ALERT, Course, Key, Taken
from tests.generated.laws.links import CHECKS
from tests.generated.laws.plays import Moment, incident_of

INCIDENTS = 60
WORKED_OUT = 16  # of them, of which figures are read
SERIES = 170  # minutes, back to before the first symptom
ALONE = 20  # incidents in which each gauge that can drift does so alone
SETTLED = 40  # minutes after which a gauge that began to drift has arrived


def worlds(difficulty: str, count: int = INCIDENTS) -> list[World]:
    found = (incident_of(seed, difficulty) for seed in range(count))
    return [incident.telemetry.world for incident in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_as_many_services_as_declared_have_one(difficulty: str) -> None:
    found = worlds(difficulty)
    able = sum(bool(drifting(world.cast.service(i).software)) for world in found for i in world.cast.known)
    drifting_services = sum(len({each.service for each in world.others.drifts}) for world in found)
    assert drifting_services / able == pytest.approx(DIFFICULTIES[difficulty].drifts, abs=0.09)


def test_culprits_have_them_as_often_as_others() -> None:
    """A little less, since what the failure moves does not drift, and few gauges of some software can."""
    culprits = [(world, world.cast.place.culprit) for world in worlds("hard", 3 * INCIDENTS)]
    able = [(world, index) for world, index in culprits if drifting(world.cast.service(index).software)]
    drifts = sum(any(each.service == index for each in world.others.drifts) for world, index in able)
    assert drifts / len(able) == pytest.approx(DIFFICULTIES["hard"].drifts, abs=0.15)


def test_no_gauge_drifts_that_the_failure_moves_there() -> None:
    for world in worlds("expert"):
        moved = {(each.service, each.effect.gauge) for each in world.acting}
        assert not moved & {(each.service, each.effect.gauge) for each in world.others.drifts}


def test_nothing_drifts_to_its_limit() -> None:
    for world in worlds("expert"):
        for each in world.others.drifts:
            gauges = {gauge.label: gauge for gauge in SOFTWARE[world.cast.service(each.service).software].gauges}
            gauge = gauges[each.effect.gauge]
            assert not gauge.follows
            if gauge.most is not None and each.to > gauge.normal[1]:
                assert each.to <= MOST_USED * gauge.most, f"{gauge.label}: {each.to}"


def test_a_series_shows_which_began_before_the_first_symptom() -> None:
    earlier = later = 0
    for seed in range(WORKED_OUT):
        incident = incident_of(seed, "hard")
        world: World = incident.telemetry.world  # type: ignore[attr-defined]
        moment = Moment("at the alert", incident, AT_THE_ALERT)
        for each in world.others.drifts:
            row = moment.metrics(world.cast.names[each.service], SERIES).series(each.effect.gauge)
            known = [value for value in row if value is not None]
            normal = moment.metrics(world.cast.names[each.service]).normal(each.effect.gauge)
            if len(known) < 10 or row[-1] is None or normal is None or "Age" in repr(each.effect.shape):
                continue
            if each.begin < -SERIES - SETTLED:
                earlier += 1
                assert abs(known[0] - normal) > 0.7 * abs(known[-1] - normal), f"{each.effect.gauge}: {row}"
            elif each.begin > world.clock.onset - 10 and abs(known[-1] - normal) > 0.1 * normal:
                later += 1
                assert abs(known[0] - normal) < 0.5 * abs(known[-1] - normal), f"{each.effect.gauge}: {row}"
    assert earlier > 0
    assert later > 0


def test_what_takes_days_to_fill_began_to_long_ago() -> None:
    for world in worlds("expert"):
        for each in world.others.drifts:
            assert each.effect.gauge not in SLOW or each.begin <= world.clock.onset - drifts.BEFORE_ONSET


def _contradictions() -> Iterator[str]:
    """What the figures of a service say against each other where one of its gauges drifts and nothing else."""
    seen = set()
    for seed in range(ALONE):
        incident = incident_of(seed, "expert")
        world: World = incident.telemetry.world  # type: ignore[attr-defined]
        hit = {each.service for each in world.acting}
        for index in (index for index in world.cast.known if index not in hit):
            software = world.cast.service(index).software
            for what in drifting(software):
                drift = drifts._drift(world, index, what, world.draws("alone", index, what.gauge.label))
                world.others = Background(drifts=(drift,), costs=costs_of((drift,)))
                world._histories.clear()
                seen.add((software, what.gauge.label))
                moment = Moment("alone", incident, Course(1))
                for check in CHECKS:
                    for problem in check(moment, world.cast.names[index]):
                        yield f"{software} {what.gauge.label} to {drift.to:.1f}: {problem}"
    assert len(seen) > 60, sorted(seen)


def test_no_drift_contradicts_what_stands_beside_it() -> None:
    assert not list(_contradictions())


def test_drifts_without_bounds_contradict_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drifts, "HARMLESS", {})
    monkeypatch.setattr(drifts, "HARMFUL", frozenset())
    drifting.cache_clear()
    found = "\n".join(_contradictions())
    drifting.cache_clear()
    for told in ("peers and", "% of the names", "with a shard at", "behind no primary"):
        assert told in found


def test_drifts_that_move_alone_contradict_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gauges, "link", lambda linking: None)
    monkeypatch.setattr(drifts, "HARMLESS", {})
    found = "\n".join(_contradictions())
    for told in ("open files", "the mean at", "sent again", "errors/s, and"):
        assert told in found


def test_what_a_process_holds_is_gone_once_it_is_restarted() -> None:
    seen = 0
    for seed in range(INCIDENTS):
        incident = incident_of(seed, "expert")
        world: World = incident.telemetry.world  # type: ignore[attr-defined]
        for each in world.others.drifts:
            if each.effect.gauge in OF_PROCESSES and each.begin < 0:
                key = Key("restart_service", world.cast.names[each.service])
                levels = dict(world.levels(9, world.history(Course(9, (Taken(5, key),), ()))))
                assert levels[each] == 0.0
                assert dict(world.levels(4, world.history(Course(9, (Taken(5, key),), ()))))[each] > 0.0
                seen += 1
    assert seen > 3
