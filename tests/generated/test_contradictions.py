"""No log line contradicts the figures, the facts and the software of the service that prints it."""

from __future__ import annotations

import re

import pytest

from cloud_incident_env.incident import Course
from tests.generated.contradictions import RULES, contradictions
from tests.generated.laws.plays import Moment, incident_of

INCIDENTS = 120  # of hard and expert by turns
PIECE = 10  # incidents of one test
MINUTES = (0, 1, 2, 4)  # after the alert, nothing done: a log shows the last minute of each
TOLD = 12  # contradictions that a failure shows


@pytest.mark.parametrize("first", range(0, INCIDENTS, PIECE))
def test_no_line_contradicts_its_figures(first: int) -> None:
    found: list[str] = []
    for seed in range(first, first + PIECE):
        incident = incident_of(seed, ("hard", "expert")[seed % 2])
        for minute in MINUTES:
            found += contradictions(Moment("untouched", incident, Course(minute)))
    assert not found, "\n".join([f"{len(found)} contradictions", *found[:TOLD]])


# A line for each rule that is not true of some service that is well.
UNTRUE = {
    "busy": "/v1/items answered 503 to u-48213, every worker is taken",
    "pool": "HikariPool-1 - Connection is not available, request timed out after 500ms.",
    "names": "dial tcp: lookup {callee}.internal on 10.96.0.10:53: no such host",
    "unconnected": "Error: connect ECONNREFUSED 10.14.3.27:8080",
    "dialect": 'error: password authentication failed for user "app", code 28P01',
    "peers": "entry of u-48213 for request 4f1c not stored: the cache did not take it",
    "reads": "redis.exceptions.TimeoutError: Timeout reading from {unconnected}:6379",
    "flags": "settings: beta-search-{service} evaluated for u-48213: on",
    "pods": '"Event occurred" object="prod/{service}-1" kind="Pod" reason="BackOff"',
    "hosts": "Node {host} status is now: NodeNotReady",
    "kills": "Memory cgroup out of memory: Killed process 4711 (java)",
    "gateways": "no live upstreams while connecting to upstream",
    "sessions": "bird: Node_10_4_7_2: Error: Hold timer expired",
    "wraparound": 'database "app" must be vacuumed within 1000 transactions',
    "replicas": "requested WAL segment 000000010000024A00000040 has already been removed",
    "groups": "[Consumer clientId={service}-1, groupId={service}] consumer poll timeout has expired.",
}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_finds_an_untrue_line(rule: str) -> None:
    found: list[str] = []
    for seed in range(PIECE):
        # What a service fails by itself is shown up to medium only: a rule that reads it is silent beyond.
        moment = Moment("untouched", incident_of(seed, ("medium", "expert")[seed % 2]), Course())
        for service in moment.services:
            calls = moment.dependencies(service).calls or ()
            host = re.search(r" on (node-\d+) ", moment.text("check_service_status", service))
            told = UNTRUE[rule].format(
                service=service,
                callee=calls[0].name if calls else service,
                host=host[1] if host else "node-1",
                unconnected=next((call.name for call in calls if call.unconnected and call.unconnected.value), service),
            )
            found += RULES[rule](moment, service, told)
    assert found
