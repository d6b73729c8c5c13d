"""What became of a call: tables, traces and logs tell the same, and a failing service has a failed trace."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.simulation.solver import CROWDED
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.software.connecting import CONNECTED, CONNECTING, wordings
from cloud_incident_env.generated.software.own_errors import own_error_lines
from cloud_incident_env.generated.software.peers import peer_of
from cloud_incident_env.generated.software.pooled import POOLED
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.traces import OWN_STATES, WAITS, spans_of
from cloud_incident_env.incident import AT_THE_ALERT, Course, Query
from tests.generated.contradictions import answers_in_time
from tests.generated.laws.plays import TASK, Moment, incident_of

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

INCIDENTS = 40  # of hard and expert by turns
LITTLE = 1.0  # % of the tries
MUCH = 0.05  # share of the requests that fail, from which a main cause is looked for
MINOR = 0.1  # share of the failing requests that a reason explains which is none of the main ones
MOST_MINOR = 0.2  # share of the failed traces that end for such a reason
AT_WORK = re.compile(r"https?://|\b(?:GET|POST|PUT|[45]\d\d)\b|timed? ?out|[Cc]onnect")  # words of asking somebody
READS = re.compile(r"\b(?:GET|MGET|HGET|HGETALL|SMEMBERS|EXISTS|TTL|SCAN|get|mget|hgetall) ", re.I)
OFTEN = 1.0  # failing requests/s from which one of them is sampled in each minute


@cache
def _moments() -> tuple[Moment, ...]:
    made = (incident_of(seed, ("hard", "expert")[seed % 2]) for seed in range(INCIDENTS))
    return tuple(Moment("untouched", incident, Course()) for incident in made)


def _world(moment: Moment) -> World:
    world: World = moment.incident.telemetry.world  # type: ignore[attr-defined]
    return world


def _spans(moment: Moment, service: str, wanted: str) -> list[tuple[str, str]]:
    """Service and state of the calls of a traced request."""
    text = moment.text("check_dependencies", service, Query(trace=wanted))
    parts = [line.split("  ") for line in text.splitlines()[1:] if line.startswith("    +")]
    return [(part[-3], part[-1]) for part in parts]


def test_traces_hold_what_the_rows_tell() -> None:
    for moment in _moments():
        for service in moment.services:
            table = moment.dependencies(service)
            if table.answers is None:
                continue
            for callee, state in (*_spans(moment, service, "slowest"), *_spans(moment, service, "failed")):
                call = table.call(callee)
                if call is None or call.timed_out is None or call.unconnected is None:
                    continue
                where = moment.tells(service, f"{callee}: {state}")
                if state == "no answer in time":  # not one of those that got no connection
                    assert call.timed_out.value > 0.0, where
                    assert not answers_in_time(call) or call.timed_out.value < LITTLE, where
                if state == "no connection in time":
                    assert call.unconnected.value > 0.0, where


def test_a_service_that_fails_often_has_a_failed_trace() -> None:
    for moment in _moments():
        for service in moment.services:
            answers = moment.dependencies(service).answers
            if answers is None or answers.requests.value * answers.fails.value / 100.0 < OFTEN:
                continue
            assert _spans_or_root(moment, service), moment.tells(service, "no failed trace")


def _spans_or_root(moment: Moment, service: str) -> bool:
    return not moment.text("check_dependencies", service, Query(trace="failed")).startswith("No ")


def test_who_gets_no_connection_reads_nothing() -> None:
    for software in SOFTWARE.values():
        for peer, told in software.peers.items():
            if "timeout" not in told:
                continue
            assert wordings(software, peer, "timeout"), (software.name, peer)
            assert wordings(software, peer, "unconnected"), (software.name, peer)
            for text in wordings(software, peer, "unconnected"):
                assert not CONNECTED.search(text) or CONNECTING.search(text), text
            for text in wordings(software, peer, "timeout"):
                assert not CONNECTING.search(text), text


@pytest.mark.parametrize(
    "text", ["GET http://a/b: httpx.ReadTimeout", "Read timed out", "read tcp 10.1.2.3:4->10.1.2.4:6379: i/o timeout"]
)
def test_lines_of_a_connection_are_known(text: str) -> None:
    assert CONNECTED.search(text)
    assert not CONNECTING.search(text)


def _failing(world: World) -> list[int]:
    """The known services that fail many requests."""
    failed = world.solution(0, world.history(AT_THE_ALERT)).failed
    return [index for index in world.cast.known if failed[index] >= MUCH]


def test_failed_traces_end_where_most_requests_fail() -> None:
    minor = seen = handed_over = 0
    for world in map(_world, _moments()):
        solution, history = world.solution(0, world.history(AT_THE_ALERT)), world.history(AT_THE_ALERT)
        for index in _failing(world):
            spans = spans_of(world, index, 0, history, "failed")
            if not spans:
                continue
            error = spans[0].error
            assert error is not None
            seen += 1
            handed_over += error.startswith("work handed over")
            share = solution.own[index]
            if error not in OWN_STATES.values():
                edges = [world.sizing.edges[e] for e in world.sizing.nodes[index].out]
                named = {world.cast.names.get(edge.callee, "another service") for edge in edges}
                callee = next(name for name in named if f" {name} " in error)
                share = sum(
                    solution.failing[e] * solution.worked[index]
                    for e in world.sizing.nodes[index].out
                    if world.cast.names.get(world.sizing.edges[e].callee, "another service") == callee
                )
            minor += share < MINOR * solution.failed[index]
    assert seen > INCIDENTS
    assert minor <= MOST_MINOR * seen, f"{minor} of {seen}"
    assert handed_over


def test_a_failed_trace_blames_what_the_figures_show() -> None:
    for world in map(_world, _moments()):
        history = world.history(AT_THE_ALERT)
        solution = world.solution(0, history)
        for index in _failing(world):
            spans = spans_of(world, index, 0, history, "failed")
            for span in spans:
                if span.error == OWN_STATES["error"] and span.name in world.index_of:
                    assert solution.own[world.index_of[span.name]] > 0.0
                if span.error == OWN_STATES["full"] and span.name in world.index_of:
                    assert solution.busy[world.index_of[span.name]] >= CROWDED, span


@pytest.mark.parametrize("mode", ["silent-corruption", "tenant-deletion", "vendor-contract-change"])
def test_who_cannot_use_an_answer_has_asked_for_it(mode: str) -> None:
    seen = 0
    for seed in range(6):
        moment = Moment("untouched", generate(TASK, seed, "expert", (mode,), tuple(SYSTEMS)), Course())
        world, culprit = _world(moment), moment.incident.culprit
        unable = {each.service for each in world.acting if each.effect.parameter == "unusable"}
        for service in moment.services:
            text = moment.text("check_dependencies", service, Query(trace="failed"))
            own, called = OWN_STATES["unusable"] in "".join(text.splitlines()[1:2]), _spans(moment, service, "failed")
            if world.index_of[service] in unable and own and called:
                seen += 1  # it has made its calls: no failure at once
                assert (culprit, "ok") in called, moment.tells(service, text)
    assert seen > 1


def test_a_request_that_succeeds_has_a_way_round_each_call_that_does_not() -> None:
    for world in map(_world, _moments()):
        history = world.history(AT_THE_ALERT)
        for index in world.cast.known:
            if not world.sizing.nodes[index].serves:
                continue
            for wanted in ("slowest", "failed"):
                spans = spans_of(world, index, 0, history, wanted)
                for place, span in enumerate(spans):
                    if span.error in WAITS.values():
                        above = next(each for each in reversed(spans[:place]) if each.depth < span.depth)
                        assert above.error or _is_spared(world, above.name, span.name), f"{above} above {span}"


def _is_spared(world: World, caller: str, callee: str) -> bool:
    """Whether some call of one service to another has a fallback or is tried again; unknown ones may have."""
    if caller not in world.index_of or callee not in world.index_of:
        return True
    edges = (world.sizing.edges[e] for e in world.sizing.nodes[world.index_of[caller]].out)
    return any(each.callee == world.index_of[callee] and (each.fallback or each.retries) for each in edges)


def test_a_failed_trace_says_how_many_requests_fail() -> None:
    for moment in _moments():
        for service in moment.services:
            answers = moment.dependencies(service).answers
            head = moment.text("check_dependencies", service, Query(trace="failed")).partition("\n")[0]
            found = re.search(r"one of ([\d,]+) failed of ([\d,]+)$", head)
            if found is None:
                assert answers is None or head.startswith("No "), head
                continue
            assert answers is not None
            failed, requests = (float(each.replace(",", "")) for each in found.groups())
            assert abs(100.0 * failed / requests - answers.fails.value) <= 0.06 + 60.0 / requests, head


def test_who_finds_no_free_connection_sees_it_in_his_pool() -> None:
    seen = 0
    for moment in _moments():
        for service in moment.services:
            if moment.dependencies(service).answers is None:
                continue
            direct = {state for _, state in _spans(moment, service, "failed")}
            in_use = moment.metrics(service).now("store pool in use")
            if "no free connection in the caller's pool in time" in direct and in_use is not None:
                seen += 1
                assert in_use >= 85.0, moment.tells(service, f"{in_use} %")
    for text in (text for by in POOLED.values() for each in by.values() for text in each):
        assert not re.search(r"dial tcp|ETIMEDOUT|[Cc]onnect(?:ion)? ?[Tt]imed? ?out|ConnectTimeout", text), text
    assert seen


def test_nobody_speaks_of_answers_of_a_worker() -> None:
    for software in SOFTWARE.values():
        assert (peer_of(software) == "queue") == (software.kind == "worker")
        for outcome in ("refused", "error", "recovered"):
            for text in wordings(software, "queue", outcome):  # type: ignore[arg-type]
                assert not AT_WORK.search(text), text


def test_a_cache_refuses_writes_and_answers_reads() -> None:
    for software in SOFTWARE.values():
        for text in software.peers.get("cache", {}).get("error", ()):
            assert not READS.search(text), (software.name, text)


def test_no_line_says_that_others_do_not_try_again() -> None:
    told = [text for software in SOFTWARE.values() for text in own_error_lines(software, False)]
    told += [line.text for family in FAMILIES.values() for line in family.lines]
    for text in told:
        assert not re.search(r"not (?:tried again|retried)|no retry", text), text
