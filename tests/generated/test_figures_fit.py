"""Figures of one thing that several tools show fit together: nodes, caches, users, the core flow, ports, stamps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import cache
from typing import TYPE_CHECKING

from cloud_incident_env.generated.business import VALUES, felt
from cloud_incident_env.generated.cast import flows_at
from cloud_incident_env.generated.facts import Fact
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.instances import HOSTS, NODES
from cloud_incident_env.generated.lookalikes import Lookalike
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.symptoms import alarm, net, partial, statements
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.telemetry.logs import Logged, written
from cloud_incident_env.incident import AT_THE_ALERT, Course
from tests.generated.laws.plays import TASK, Moment, incident_of

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

INCIDENTS = 80  # of hard and expert by turns
FULL = 95.0  # % of maxmemory from which a cache may evict


@cache
def _moments() -> tuple[Moment, ...]:
    made = (incident_of(seed, ("hard", "expert")[seed % 2]) for seed in range(INCIDENTS))
    return tuple(Moment("untouched", incident, Course()) for incident in made)


def _world(moment: Moment) -> World:
    world: World = moment.incident.telemetry.world  # type: ignore[attr-defined]
    return world


def _shown(label: str) -> Iterator[tuple[Moment, str, float]]:
    """Each service that shows a gauge, and what it reads."""
    for moment in _moments():
        for service in moment.services:
            value = moment.metrics(service).now(label)
            if value is not None:
                yield moment, service, value


def test_nodes_that_are_not_ready_hold_instances_that_are_not_or_none() -> None:
    below = 0
    for moment, fleet, share in _shown("nodes ready"):
        status = moment.status(fleet)
        found = [re.match(rf"Nodes: (\d+) of {NODES} ready(; the others are drained)?", note) for note in status.notes]
        told = next(each for each in found if each)
        assert abs(100.0 * int(told[1]) / NODES - share) <= 1.2, moment.tells(fleet, f"{share} % and {told[0]}")
        if share < 99.0:
            below += 1
            drained = told[2] is not None
            assert drained == (status.ready == status.replicas), moment.tells(fleet, told[0])
            assert not drained or int(told[1]) >= HOSTS, moment.tells(fleet, f"{told[1]} nodes hold all instances")
    assert below > 3


def test_a_cache_that_evicts_is_full_and_refuses_nothing() -> None:
    evicting = 0
    for moment, store, evicted in _shown("evicted keys"):
        if evicted >= 1.0:
            evicting += 1
            used = moment.metrics(store).now("memory used")
            assert used is not None
            assert used >= FULL, moment.tells(store, f"evicts at {used} % of maxmemory")
    assert evicting > 5
    for seed in range(6):  # in which a cache refuses writes, out of memory
        incident = generate(TASK, seed, "expert", ("cache-oom",), tuple(SYSTEMS))
        moment = Moment("untouched", incident, Course())
        world = _world(moment)
        through = world.cast.names[world.cast.place.source]
        assert not moment.metrics(through).now("evicted keys"), moment.tells(through, "evicts and refuses")


def test_users_who_are_hit_fit_the_failures() -> None:
    for moment in _moments():
        world = _world(moment)
        business = world.business
        assert business is not None
        history = world.history(AT_THE_ALERT)
        entry, flow = (Reading(world, index, 0, history) for index in (world.cast.entry, business.at))
        shown = felt(business, entry, flow)
        failures = entry.failed * entry.requests * 60.0
        assert shown.users_hit <= failures + 1
        everyone = shown.users * business.reach
        assert shown.users_hit >= min(everyone, failures if business.reach else 0.0) - 1, moment.tells("entry", "")


def test_an_attempt_is_worth_what_such_attempts_are_worth() -> None:
    flows = {service.earns for system in SYSTEMS.values() for service in system.services if service.earns}
    assert flows == VALUES.keys()
    for moment in _moments():
        business = _world(moment).business
        assert business is not None
        lowest, highest = VALUES[business.flow]
        assert lowest - 0.005 <= business.value <= highest + 0.005, moment.tells(business.flow, str(business.value))


def test_the_core_flow_is_counted_where_users_ask() -> None:
    passed = 0
    for moment in _moments():
        cast, business = _world(moment).cast, _world(moment).business
        assert business is not None
        if business.at != cast.entry:
            assert cast.graph.kind(business.at) in ("gateway", "cdn", "service"), moment.tells("flow", business.flow)
        passed += business.flow in flows_at(cast.graph, business.at)
    assert passed > 0.8 * INCIDENTS


def test_the_core_flow_does_not_tell_the_culprit() -> None:
    culprits = sum(_world(moment).cast.flow == _world(moment).cast.place.culprit for moment in _moments())
    assert culprits < 0.2 * INCIDENTS


def _written(moment: Moment, service: int, fact: Fact, minute: int) -> str:
    world = _world(moment)
    return written(world, service, world.history(AT_THE_ALERT), Logged(minute, 0, fact))


def _of_kind(kind: str) -> Iterator[tuple[Moment, int]]:
    for moment in _moments():
        for index in _world(moment).cast.known:
            if _world(moment).cast.graph.kind(index) == kind:
                yield moment, index


def test_the_stamp_of_an_audit_line_is_that_of_the_line() -> None:
    for moment, index in _of_kind("compute"):
        line = _written(moment, index, Fact("everyday", 31.5, "INFO  {host} kernel: audit({epoch}.418:7)"), -3)
        found = re.search(r"audit\((\d+)\.418", line)
        assert found
        stamp = datetime.fromtimestamp(int(found[1]), timezone.utc)
        assert f"{stamp:%H:%M:%S}" in line, line


def test_a_counter_of_minutes_counts_minutes() -> None:
    moment = _moments()[0]
    world = _world(moment)
    shown = Lookalike(alarm.STAGE, 1.0, {"run": 1, "plan_name": "a", "agent": "b"}, 300)
    read = [
        (minute + part, shown.template_values(world, 0, minute + part, world.draws("x"))["changed"])
        for minute in range(-6, 6)
        for part in (0.1, 0.5, 0.9)
    ]
    assert all(0.0 <= 300 + at - int(str(counted)) < 1.0 for at, counted in read), read


def test_dropped_packets_go_to_ports_of_what_the_network_carries() -> None:
    seen = set()
    for moment, index in _of_kind("network"):
        fact = Fact("everyday", 1.0, net.DROPPED_SYN.text.replace("{rule}", "7"))
        for minute in range(-8, 0):
            found = re.search(r"DPT=(\d+)", _written(moment, index, fact, minute))
            assert found
            seen.add(int(found[1]))
    assert 8080 in seen
    assert len(seen) > 3


def test_one_line_tells_of_one_processor_and_one_result() -> None:
    moment, index = next(_of_kind("compute"))
    for minute in range(-20, 0):
        line = _written(moment, index, Fact("everyday", 1.0, partial.CPU_STUCK.text), minute)
        assert re.search(r"CPU#(\d) stuck .*\[kworker/\1:", line), line
    assert "Rows_sent: 1 " in statements.MYSQL_SLOW_STATEMENT.text


def test_all_tell_the_same_share_of_test_clients() -> None:
    """The alerting service and the monitoring do; where only tests use the service, they send what comes to it."""
    for mode in ("test-traffic", "load-test-in-production", "organic-surge"):
        for seed in range(6):
            moment = Moment("untouched", generate(TASK, seed, "expert", (mode,), tuple(SYSTEMS)), Course())
            world = _world(moment)
            watching = next(
                name for index, name in world.cast.names.items() if world.cast.graph.kind(index) == "monitoring"
            )
            counted = moment.metrics(watching).now("requests by test clients")
            shown = moment.metrics(world.cast.names[world.cast.entry]).now("requests by test clients")
            assert world.business is not None
            if counted is not None and world.business.reach:
                assert shown == counted, moment.tells(watching, f"{counted} % here, {shown} % there")
            elif counted is not None:
                assert counted > 5.0, moment.tells(
                    watching, f"{counted} % of all, and only tests at the alerting service"
                )


def test_samples_that_came_back_are_told_with_the_minute() -> None:
    ended = going_on = 0
    for moment in _moments():
        for name in moment.services:
            text = moment.text("check_metrics", name)
            told = re.search(r"No samples of \S+ (after|from) (\S+)(?: to (\S+):)?", text)
            if told is None:
                continue
            now = moment.metrics(name).now("CPU")
            assert (now is None) == (told[1] == "after"), text
            assert (told[3] is not None) == (told[1] == "from"), text
            ended += now is not None
            going_on += now is None
    assert going_on > 3
    assert ended > 0
