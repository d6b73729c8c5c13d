"""The simulation by itself: each formula against figures worked out by hand or by another way."""

from __future__ import annotations

from itertools import pairwise

import pytest

from cloud_incident_env.generated.acting import FOREVER, Acting, Relapse
from cloud_incident_env.generated.model import Age, Effect, Grow, Periodic, Ramp, Step
from cloud_incident_env.generated.simulation.distribution import Times, body_at, body_mean, body_over
from cloud_incident_env.generated.simulation.parameters import Parameters
from cloud_incident_env.generated.simulation.shapes import fading, level, stepped
from cloud_incident_env.generated.simulation.sizing import Sizing, sizing_of
from cloud_incident_env.generated.simulation.solver import Solution, solve
from cloud_incident_env.generated.simulation.stocks import backlog_after
from cloud_incident_env.generated.simulation.store import SolutionStore
from cloud_incident_env.generated.systems import SYSTEMS

SHARES = [number / 200 for number in range(1, 200)]


@pytest.mark.parametrize("times", [Times(20, 100), Times(20, 100, 0.3, 1000, 2000), Times(50, 400, 0.004, 900, 900)])
def test_quantiles_rise_and_their_inverse_leads_back(times: Times) -> None:
    found = [times.quantile(share) for share in SHARES]
    assert all(before <= after for before, after in pairwise(found))
    for share, value in zip(SHARES, found, strict=True):
        if times.low < times.high or value < (times.low or 1e9):  # where many requests take equally long there is none
            assert times.share_over(value) == pytest.approx(1 - share, abs=1e-9)


def test_the_mean_is_the_area_below_the_quantiles() -> None:
    steps = 20_000
    area = sum(body_at(20, 100, (number + 0.5) / steps) for number in range(steps)) / steps
    assert body_mean(20, 100) == pytest.approx(area, rel=0.01)


def test_a_share_that_waits_for_a_time_out_shows_in_the_quantile_it_reaches() -> None:
    assert Times(20, 100, 0.005, 2000, 2000).tail < 130  # 0.5 % lie above the 99th percentile
    assert Times(20, 100, 0.02, 2000, 2000).tail == 2000
    assert Times(20, 100, 0.6, 2000, 2000).median == 2000


@pytest.mark.parametrize(("limit", "share"), [(0.0, 1.0), (8.0, 1.0), (20.0, 0.5), (100.0, 0.01), (150.0, 0.0)])
def test_what_takes_longer_than_a_limit(limit: float, share: float) -> None:
    assert body_over(20, 100, limit) == pytest.approx(share)


@pytest.mark.parametrize(
    ("shape", "minute", "expected"),
    [
        (Step(), 9, 0.0),
        (Step(), 10, 1.0),
        (Ramp((4, 4)), 10, 0.2),
        (Ramp((4, 4)), 14, 1.0),
        (Ramp((4, 4)), 90, 1.0),
        (Grow(), 10, 0.0),
        (Grow(), 20, 0.5),
        (Grow(), 30, 1.0),
        (Grow(), 300, 1.6),
        (Periodic((4, 4), 0.5), 11, 1.0),
        (Periodic((4, 4), 0.5), 13, 0.0),
        (Periodic((4, 4), 0.5), 14, 1.0),
        (Age(), 25, 15.0),
    ],
)
def test_shapes_from_minute_10_with_their_height_at_30(shape: object, minute: float, expected: float) -> None:
    assert level(shape, 10, 30, minute, 4) == pytest.approx(expected)  # type: ignore[arg-type]


def test_what_ended_fades_and_is_gone() -> None:
    assert [fading(minute, 20) for minute in (19, 20, 21, 22, 40)] == [1.0, 1.0, 0.5, 0.0, 0.0]


def test_the_solver_sees_sixteen_steps() -> None:
    assert {stepped(share) for share in SHARES} == {number / 16 for number in range(17)}


def _growing(until: tuple[str, ...] = ("restored",), stops: tuple[str, ...] = ("stopped",)) -> Acting:
    return Acting(Effect("gauge", (90, 90), gauge="memory", shape=Grow()), 0, 90, -40, 0.0, until, stops)


@pytest.mark.parametrize(
    ("minute", "reached", "fresh", "again", "expected"),
    [
        (0, {}, None, None, 1.0),
        (10, {}, None, None, 1.25),
        (10, {"stopped": 4}, None, None, 1.1),  # it grows no further once the cause is stopped
        (10, {"stopped": 4, "restored": 6}, None, None, 0.0),
        (10, {}, 2, None, 0.2),  # a restart begins it anew, at the same pace
        (40, {"stopped": 4, "restored": 6}, None, Relapse(30), 0.25),
        (40, {"stopped": 4, "restored": 6}, None, Relapse(30, 34), 0.0),
    ],
)
def test_an_effect_follows_what_was_done(
    minute: int, reached: dict[str, int], fresh: int | None, again: Relapse | None, expected: float
) -> None:
    assert _growing().level(minute, reached, fresh, again) == pytest.approx(expected)


def test_an_effect_that_lasts_some_minutes_ends_by_itself() -> None:
    shed = Acting(Effect("own_errors", (0.3, 0.3), shape=Step()), 0, 0.3, 5, 0.0, (), (), 4.0)
    assert [shed.level(minute, {}, None, None) for minute in (4, 5, 8, 12)] == [0.0, 1.0, 1.0, 0.0]
    assert FOREVER > 10**6


def test_parameters_add_up_by_their_kind() -> None:
    parameters = Parameters()
    parameters.add("own_errors", 0.5, 1.0)
    parameters.add("own_errors", 0.5, 0.5)
    parameters.add("capacity", 0.5, 1.0)
    parameters.add("capacity", 0.5, 0.5)
    parameters.add("delay", 0.5, 0.5)
    assert parameters.own_errors == pytest.approx(1 - 0.5 * 0.75)  # independent causes
    assert parameters.capacity == pytest.approx(0.5 * 0.75)
    assert parameters.delay == pytest.approx(0.25)


@pytest.fixture(params=sorted(SYSTEMS))
def sizing(request: pytest.FixtureRequest) -> Sizing:
    return sizing_of(request.param, 5)


def _stressed(sizing: Sizing) -> Solution:
    """A system in which three services are hurt in three ways."""
    hurt = [index for index in sizing.up if sizing.nodes[index].serves and sizing.nodes[index].into][:3]
    ways = (Parameters(own_errors=0.4), Parameters(delay=0.9), Parameters(refused=0.2, capacity=0.4, fan=2.0))
    return solve(sizing, dict(zip(hurt, ways, strict=True)), Parameters(traffic=1.1), sizing.normal)


def test_requests_are_the_calls_that_arrive_and_the_traffic_of_others(sizing: Sizing) -> None:
    found = _stressed(sizing)
    for index, node in enumerate(sizing.nodes):
        arriving = sum(found.calls[e] for e in node.into) + node.traffic * 1.1
        assert found.requests[index] == pytest.approx(arriving)


def test_calls_are_requests_times_calls_a_request_times_tries(sizing: Sizing) -> None:
    found = _stressed(sizing)
    for e, edge in enumerate(sizing.edges):
        if sizing.nodes[edge.callee].pooled:
            continue
        tried = found.calls[e] + found.lost[e]
        worked = found.requests[edge.caller] * (1.0 - found.own[edge.caller])  # what is turned away calls nobody
        assert tried >= worked * edge.share * edge.calls * found.tries[e] * 0.99
        fails = found.try_fails(e)
        assert found.tries[e] == pytest.approx(sum(fails**number for number in range(edge.retries + 1)), rel=1e-6)
        assert found.final[e] == pytest.approx(fails ** (edge.retries + 1), rel=1e-6)


def test_nobody_fails_more_than_itself_and_its_calls_explain(sizing: Sizing) -> None:
    found = _stressed(sizing)
    for index, node in enumerate(sizing.nodes):
        explained = found.own[index]
        for e in node.out:
            tried = (found.calls[e] + found.lost[e]) / found.tries[e]  # calls, tries left out
            explained += tried * found.final[e] / max(1e-9, found.requests[index])
        assert found.failed[index] <= explained + 1e-9


def test_busy_slots_follow_littles_law(sizing: Sizing) -> None:
    found = sizing.normal
    for index, node in enumerate(sizing.nodes):
        if node.serves and found.busy[index] < 0.8:
            flying = found.requests[index] * found.times(index).mean / 1000
            assert found.busy[index] * node.slots == pytest.approx(flying, rel=0.02)


def test_a_service_that_nothing_reaches_runs_as_ever(sizing: Sizing) -> None:
    """What only differs by less than rounding is not worked out again, and comes to the same."""
    hurt = next(index for index in sizing.up if sizing.nodes[index].serves)
    changed = {hurt: Parameters(own_errors=0.3)}
    whole, partly = solve(sizing, changed), solve(sizing, changed, usual=sizing.normal)
    for name in ("requests", "failed", "p50", "p99", "calls", "final"):
        assert list(getattr(partly, name)) == pytest.approx(list(getattr(whole, name)), rel=1e-3, abs=1e-6)


def test_a_service_that_is_full_only_at_first_answers_its_callers_anew(sizing: Sizing) -> None:
    """A full service turns requests away, which relieves others: these must not answer as they did before."""
    caches = {edge.cache: Parameters(hit_loss=0.85) for edge in sizing.edges if edge.cache >= 0}
    for hurt in (index for index in sizing.up if sizing.nodes[index].serves and index not in caches):
        changed = {**caches, hurt: Parameters(own_errors=0.25, call_hangs=0.7, cost=1.5, retries=2)}
        whole, partly = solve(sizing, changed), solve(sizing, changed, usual=sizing.normal)
        assert list(partly.failed) == pytest.approx(list(whole.failed), rel=1e-3, abs=1e-3)


def test_a_fallback_keeps_failures_from_the_caller() -> None:
    sizing = sizing_of("shop", 0)
    edge = next(edge for edge in sizing.edges if edge.fallback and edge.kind == "sync")
    found = solve(sizing, {edge.callee: Parameters(own_errors=0.9)})
    assert found.fallback[edge.caller] > 0.3
    assert found.failed[edge.caller] < 0.05


def test_a_cold_cache_sends_its_reads_to_the_store_behind() -> None:
    sizing = sizing_of("shop", 0)
    edge = next(edge for edge in sizing.edges if edge.cache >= 0 and sizing.nodes[edge.cache].kind == "cache")
    found = solve(sizing, {edge.cache: Parameters(hit_loss=1.0)})
    place = sizing.edges.index(edge)
    assert found.calls[place] + found.lost[place] > 2 * sizing.normal.calls[place]


def test_a_backlog_is_what_came_in_less_what_was_handled() -> None:
    waiting = 0.0
    for _ in range(10):
        waiting, handled = backlog_after(waiting, 100.0, 60.0)
        assert handled == 60.0
    assert waiting == pytest.approx(10 * 40 * 60)
    for _ in range(8):
        waiting, handled = backlog_after(waiting, 100.0, 160.0)
    assert (waiting, handled) == (0.0, 100.0)


def test_the_store_keeps_the_solutions_that_were_used_last() -> None:
    store = SolutionStore(most=2)
    first, second, third = (Solution(1, 1) for _ in range(3))
    store.put("first", first)
    store.put("second", second)
    assert store.get("first") is first
    store.put("third", third)
    assert (store.get("first"), store.get("second"), store.get("third")) == (first, None, third)
    assert len(store) == 2


OVERLOADS = (Parameters(cost=3.5, slowdown=6.0), Parameters(capacity=0.2), Parameters(cost=8.0))
FULL = (0.4, 1.8)  # how full a store is that turns connections away, as a share of what it can hold


def test_a_store_that_turns_connections_away_is_full(sizing: Sizing) -> None:
    """Retries and what callers turn away swing: a store must not be left idle while its callers find no connection."""
    stores = [index for index in sizing.up if sizing.nodes[index].pooled]
    for overload in OVERLOADS:
        for index in stores:
            found = solve(sizing, {index: overload}, Parameters(traffic=1.2), sizing.normal)
            tried = sum(found.calls[e] + found.lost[e] for e in sizing.nodes[index].into)
            if sum(found.lost[e] for e in sizing.nodes[index].into) > 0.05 * tried:
                assert FULL[0] < max(found.busy[index], found.load[index]) < FULL[1], (index, overload)


def test_refused_requests_are_little_work(sizing: Sizing) -> None:
    """The processors of a full service follow what it works on, and hardly what it turns away."""
    for index in sizing.up:
        node = sizing.nodes[index]
        if not node.serves or node.pooled or not node.rate:
            continue
        found = solve(sizing, {index: Parameters(traffic=3.0, slowdown=40.0)}, Parameters(), sizing.normal)
        if found.busy[index] >= 1.0 and found.own[index] > 0.6:
            idle = node.cpu / 100.0 * found.requests[index] / node.rate
            assert found.load[index] <= idle * (1.0 - 0.2 * found.own[index])


def test_tries_without_a_connection_are_lost_and_wait(sizing: Sizing) -> None:
    edge = next(edge for edge in sizing.edges if edge.kind == "storage")
    found = solve(sizing, {edge.callee: Parameters(unreachable=0.3)}, Parameters(), sizing.normal)
    for e in sizing.nodes[edge.callee].into:
        if sizing.edges[e].kind == "async":
            continue
        lost = found.lost[e] / (found.calls[e] + found.lost[e])
        assert found.dropped[e] == pytest.approx(lost, rel=0.02)
        assert found.waits[e] >= found.dropped[e]
