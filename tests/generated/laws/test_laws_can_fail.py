"""Each law, broken by a world that is wrong in just that way."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from cloud_incident_env.generated import acting, backlogs, facts, gauges, harm, templates
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.facts import Fact, facts_of
from cloud_incident_env.generated.history import History
from cloud_incident_env.generated.instances import zones
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.simulation.solver import Solution, solve
from cloud_incident_env.generated.simulation.store import SOLUTIONS
from cloud_incident_env.generated.telemetry import dependencies, deploys, logs, metrics, status
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import AT_THE_ALERT, Incident
from tests.generated.laws.book import ABOVE_P99, LAWS, violations, waits_above
from tests.generated.laws.latency import REFUSED, waits_in
from tests.generated.laws.patterns import cast_of
from tests.generated.laws.plays import Moment, incident_of, play
from tests.generated.laws.same_bytes import digest, same_bytes

Patch = pytest.MonkeyPatch
MEASURED = {"active statements", "consumer lag"}  # gauges that the broken incidents show


@pytest.fixture(autouse=True)
def solved_anew() -> Iterator[None]:
    """Forgets what sound worlds have solved, and what broken ones have."""
    SOLUTIONS.clear()
    yield
    SOLUTIONS.clear()


def _fails_more(patch: Patch) -> None:
    """Victims fail more than their callees explain."""
    sound = solve

    def broken(*asked: Any) -> Solution:
        found = sound(*asked)
        for index, share in enumerate(found.failed):
            found.failed[index] = share if share < 0.02 else min(1.0, share * 1.5 + 0.05)
        return found

    patch.setattr("cloud_incident_env.generated.world.solve", broken)


def _calls_twice(patch: Patch) -> None:
    """Requests make half of the calls that the table shows."""
    sound = dependencies._per_request
    patch.setattr(dependencies, "_per_request", lambda *asked: 2.0 * sound(*asked))


def _waits_long(patch: Patch) -> None:
    """Logged waits are twenty times as long as they were."""
    sound = logs._ms
    patch.setattr(logs, "_ms", lambda value: sound(20.0 * value))


def _busier_than_whole(patch: Patch) -> None:
    """Processors are busy for more than all of the time."""
    patch.setattr(Reading, "cpu", property(lambda reading: 104.0))


def _none_in_flight(patch: Patch) -> None:
    """Databases answer thousands of requests, and work on none."""
    patch.setitem(gauges.SIMULATED, "active", lambda reading: 0.0)


def _counts_down(patch: Patch) -> None:
    """Numbers that only grow fall from minute to minute."""
    patch.setitem(templates.ABOUT, "offset", lambda values: int(900_000_000 - 61 * values.minute))


def _answers_too_late(patch: Patch) -> None:
    """Callers see answers for which they no longer wait."""
    patch.setattr(dependencies, "_answered_p99", lambda edge, callee: 1.2 * edge.time_out)


def _lag_for_nothing(patch: Patch) -> None:
    """A backlog grows although all that comes in is handled."""
    patch.setattr(backlogs, "backlog_after", lambda before, arriving, able: (before + 500.0, arriving))


def _forgets(patch: Patch) -> None:
    """Every action erases what was logged before it."""

    def broken(world: World, index: int, minute: int, history: History) -> list[Fact]:
        return [] if any(minute < shown.minute for shown in history.shown) else facts_of(world, index, minute, history)

    patch.setattr(logs, "facts_of", broken)


def _lines_ahead(patch: Patch) -> None:
    """Lines are logged a minute before they are written."""
    sound = facts._everyday

    def broken(*asked: Any) -> Iterator[Fact]:
        return (fact._replace(second=fact.second + 60.0) for fact in sound(*asked))

    patch.setattr(facts, "_everyday", broken)


def _rewrites_figures(patch: Patch) -> None:
    """An action changes the figures of minutes before it."""
    sound = metrics._figures

    def broken(look: Any, minute: int) -> dict[str, str]:
        figures = sound(look, minute)
        return {**figures, "memory": "1.0 %"} if look.history.shown else figures

    patch.setattr(metrics, "_figures", broken)


def _ageless(patch: Patch) -> None:
    """Every change is five minutes old."""
    patch.setattr(deploys, "_age", lambda minutes: "5 min")


def _one_zone(patch: Patch) -> None:
    """All instances run in one zone."""
    patch.setattr(status, "zones", lambda *asked: ("a",) * len(zones(*asked)))


def _stranger(patch: Patch) -> None:
    """Lines and notes name instances that do not exist."""
    sound = logs.written

    def broken(world: World, index: int, *asked: Any) -> str:
        return f"{sound(world, index, *asked)} {world.cast.names[index]}-99"

    patch.setattr(logs, "written", broken)


def _tickets_help(patch: Patch) -> None:
    """Any action at all halves failures."""
    sound = Reading.__post_init__

    def broken(reading: Reading) -> None:
        sound(reading)
        if reading.history.shown:
            reading.failed *= 0.5

    patch.setattr(Reading, "__post_init__", broken)


def _incurable(patch: Patch) -> None:
    """The plan ends nothing."""
    patch.setattr(acting, "_ended", lambda until, reached, at_latest: at_latest)
    patch.setattr(World, "lasts", lambda self, minute, history: True)


def _harmless(patch: Patch) -> None:
    """Wrong actions do nothing."""
    patch.setattr(World, "harm_of", lambda *asked: [])


def _harms_for_ever(patch: Patch) -> None:
    """Wrong actions hurt for ever."""
    sound: Any = harm._begun
    patch.setattr(harm, "_begun", lambda *asked: sound(*asked[:-1], acting.FOREVER))


BROKEN: list[tuple[str, Callable[[Patch], None], str]] = [
    ("calls", _calls_twice, "but its requests make"),
    ("failures", _fails_more, "are explained"),
    ("latency", _waits_long, "waits longer than"),
    ("latency", _waits_long, "refused, and not at once"),
    ("resources", _busier_than_whole, "CPU 104.0 %"),
    ("resources", _none_in_flight, "statements in flight"),
    ("resources", _counts_down, " after "),
    ("resources", _lag_for_nothing, "lag "),
    ("history", _forgets, "is gone"),
    ("history", _lines_ahead, "later than now"),
    ("history", _rewrites_figures, "memory of"),
    ("clock", _ageless, "min old at"),
    ("ages", _ageless, "aged 0"),
    ("counts", _one_zone, "instances by zone"),
    ("counts", _stranger, "instances: "),
    ("links", _answers_too_late, "with a p99 of"),
    ("cure", _tickets_help, "differ"),
    ("cure", _incurable, "is not recovered"),
    ("harm", _harmless, "no figure shows the harm"),
    ("harm", _harms_for_ever, "is not as before"),
]


def _logs_a_refusal(incident: Incident) -> bool:
    """Whether a log of an incident shows a refused call with the time that it took, when the alert is raised."""
    moment = Moment("alert", incident, AT_THE_ALERT)
    return any(
        REFUSED.search(line.text) is not None and waits_in(line) != []
        for service in moment.services
        for line in moment.log(service).lines
    )


@cache
def _seeds() -> tuple[int, ...]:
    """Seeds of medium incidents, four with a database and a worker among those known, one with a refused call."""
    found = []
    for seed in range(1, 400, 4):
        cast = cast_of(incident_of(seed))
        if {gauge.label for index in cast.known for gauge in cast.software(index).gauges} >= MEASURED:
            found.append(seed)
    refusing = next(seed for seed in range(400) if _logs_a_refusal(incident_of(seed)))
    return tuple(dict.fromkeys((*found[:4], refusing, 1, 5)))


def _broken(law: str) -> list[str]:
    return [problem for seed in _seeds() for problem in violations(play(incident_of(seed)), (law,))]


@pytest.mark.parametrize(("law", "broken", "told"), BROKEN, ids=lambda value: getattr(value, "__name__", str(value)))
def test_a_broken_world_is_found(law: str, broken: Callable[[Patch], None], told: str, monkeypatch: Patch) -> None:
    assert not [problem for problem in _broken(law) if told in problem]
    SOLUTIONS.clear()
    broken(monkeypatch)
    assert [problem for problem in _broken(law) if told in problem], f"nothing broke the law of {law}"


def _changed_alert(incident: Incident, **changes: Any) -> list[str]:
    return list(violations(play(replace(incident, alert=replace(incident.alert, **changes))), ("alert",)))


def test_an_alert_that_tells_another_time_or_figure_is_found() -> None:
    incident = incident_of(_seeds()[0])
    first, *others = incident.alert.symptoms
    assert not _changed_alert(incident)
    assert _changed_alert(incident, duration_minutes=1)
    assert _changed_alert(incident, symptoms=(first.replace(" %", "9 %", 1), *others))


def test_a_failure_that_does_not_come_back_without_a_guard_is_found(monkeypatch: Patch) -> None:
    seed = next(seed for seed in range(400) if incident_of(seed).telemetry.world.relapse_minutes)  # type: ignore[attr-defined]
    assert not [p for p in violations(play(incident_of(seed)), ("cure",)) if "come back" in p]
    monkeypatch.setattr(History, "_relapse", lambda self, world: None)
    assert [p for p in violations(play(incident_of(seed)), ("cure",)) if "does not come back" in p]


def test_waits_that_are_all_slow_are_found(monkeypatch: Patch) -> None:
    sound = facts._everyday
    monkeypatch.setattr(facts, "_everyday", lambda *asked: (f._replace(share=0.995) for f in sound(*asked)))
    waits, above = waits_above(play(incident_of(seed)) for seed in range(8))
    assert above / waits > ABOVE_P99[1]


def test_draws_that_differ_each_time_are_found(monkeypatch: Patch) -> None:
    assert not list(same_bytes(_seeds()[0], play(incident_of(_seeds()[0]))))
    before = digest(play(incident_of(_seeds()[0])))
    monkeypatch.setattr(Draws, "uniform", lambda self, low, high: random.uniform(low, high))
    assert digest(play(incident_of(_seeds()[0]))) != before
    assert list(same_bytes(_seeds()[0], play(incident_of(_seeds()[0]))))


def test_every_law_was_broken() -> None:
    assert {law for law, _, _ in BROKEN} | {"alert"} == set(LAWS)
