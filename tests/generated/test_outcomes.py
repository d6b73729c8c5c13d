"""What became of a call: tables, traces and logs tell the same, and a failing service has a failed trace."""

from __future__ import annotations

import pytest

from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.software.connecting import CONNECTED, CONNECTING, wordings
from cloud_incident_env.incident import Course, Query
from tests.generated.contradictions import answers_in_time
from tests.generated.laws.plays import Moment, incident_of

INCIDENTS = 40  # of hard and expert by turns
LITTLE = 1.0  # % of the tries
OFTEN = 1.0  # failing requests/s from which one of them is sampled in each minute


def _moments() -> list[Moment]:
    return [Moment("untouched", incident_of(seed, ("hard", "expert")[seed % 2]), Course()) for seed in range(INCIDENTS)]


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
