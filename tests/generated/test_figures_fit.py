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
from cloud_incident_env.generated.pager import REPORTED_FROM, TICKETS_FROM
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.symptoms import alarm, limit, net, partial, statements
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.telemetry.logs import Logged, written
from cloud_incident_env.incident import AT_THE_ALERT, Course
from tests.generated.laws.plays import TASK, Moment, incident_of

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

INCIDENTS = 80  # of hard and expert by turns
STRUCK = 5  # incidents of one mode
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


def _struck(mode: str, difficulty: str = "hard") -> Iterator[Moment]:
    """Incidents of a mode, at the alert."""
    for seed in range(STRUCK):
        yield Moment("untouched", generate(TASK, seed, difficulty, (mode,), tuple(SYSTEMS)), Course())


def test_more_calls_for_each_request_show_as_more_calls() -> None:
    for moment in _struck("n-plus-one-release"):
        metrics, label = moment.metrics(moment.incident.culprit), "outgoing calls per accepted request"
        now, normal = metrics.now(label), metrics.normal(label)
        assert now is not None
        assert normal is not None
        assert now > 2.0 * normal, moment.tells(moment.incident.culprit, f"{now} of {normal}")


def test_only_more_calls_show_as_more_calls() -> None:
    seen = 0
    for moment in _moments():
        world = _world(moment)
        history = world.history(AT_THE_ALERT)
        cold = any(world.parameters(index, 0, history).hit_loss for index in range(len(world.sizing.nodes)))
        for service in moment.services:
            if cold or world.parameters(world.index_of[service], 0, history).fan != 1.0:
                continue
            metrics, label = moment.metrics(service), "outgoing calls per accepted request"
            now, normal = metrics.now(label), metrics.normal(label)
            if now is not None and normal is not None:
                seen += 1
                assert abs(now - normal) <= 0.02 + 0.02 * normal, moment.tells(service, f"{now} of {normal}")
    assert seen > INCIDENTS


def test_what_rules_turn_away_is_what_a_gateway_fails_itself() -> None:
    for moment in (*_moments(), *_struck("gateway-bucket", "medium")):
        for service in moment.services:
            metrics = moment.metrics(service)
            rejected, own = metrics.now("rejected by rules"), metrics.now("failed for a reason of its own")
            if rejected is not None and own is not None:
                assert rejected <= own + 0.005, moment.tells(service, f"{rejected} of {own}")
                if moment.incident.family == "gateway-bucket" and service == moment.incident.culprit:
                    assert rejected > 0.9 * own, moment.tells(service, f"{rejected} of {own}")


def test_the_alert_is_one_that_the_status_shows() -> None:
    for moment in (*_moments(), *_struck("wrong-threshold")):
        world = _world(moment)
        entry = world.cast.names[world.cast.entry]
        assert moment.status(entry).alerts, moment.tells(entry, "no alert fires")
        watching = next(index for index in world.cast.known if world.cast.graph.kind(index) == "monitoring")
        name = world.cast.names[watching]
        found = re.search(
            r"Alerts on the services that it watches: (\d+) firing", moment.text("check_service_status", name)
        )
        assert found
        assert float(found[1]) > 0.0
        assert moment.metrics(name).now("alerts firing") in (float(found[1]), None), moment.tells(name, found[0])


def test_many_failing_users_are_not_unreported() -> None:
    for moment in _moments():
        world = _world(moment)
        assert world.business is not None
        failed = Reading(world, world.cast.entry, 0, world.history(AT_THE_ALERT)).failed
        told = " ".join(moment.incident.alert.symptoms)
        met = failed if world.business.reach > 0.0 else 0.0
        assert not ("Nobody outside" in told and met >= REPORTED_FROM), told
        assert not ("Support has tickets" in told and met <= TICKETS_FROM), told


def test_what_a_job_writes_is_as_old_as_its_output() -> None:
    seen = 0
    for moment in _struck("stuck-cron", "medium"):
        age = moment.metrics(moment.incident.culprit).now("age of output")
        for service in moment.services:
            for line in moment.log(service).lines:
                found = re.search(rf" of {moment.incident.culprit} .* (\d+) min, ", line.text)
                if found and age is not None:
                    seen += 1
                    assert age - 22 <= float(found[1]) <= age + 1, moment.tells(service, f"{line.raw} at {age}")
    assert seen


def test_a_calendar_fails_with_the_full_hour_that_a_line_names() -> None:
    named = 0
    for moment in _struck("calendar-logic", "medium"):
        clock = _world(moment).clock
        began = clock.at(clock.onset - 1)
        assert began.minute == 0, moment.tells(moment.incident.culprit, clock.shown(clock.onset))
        named += f"since {began:%H}:00 UTC" in moment.text("query_logs", moment.incident.culprit)
    assert named


def test_a_rate_limit_tells_each_client_its_own_excess() -> None:
    moment, index = next(_of_kind("gateway"))
    fact = Fact("everyday", 1.0, limit.NGINX_LIMITED.text)
    found = {re.search(r"excess: ([\d.]+)", _written(moment, index, fact, minute))[0] for minute in range(-8, 0)}  # type: ignore[index]
    assert len(found) > 4
