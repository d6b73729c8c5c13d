"""What /metrics says, in the exposition format, and that it agrees with what was done."""

from __future__ import annotations

import re

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from cloud_incident_env.episodes import Census
from server.metrics import DOORS, Metrics
from server.watch import door_of
from tests.http_server import serve_with
from tests.markdown import differences, page, section, table

CENSUS = Census(living=3, ended=2, bytes=4_096, started=9, steps=70, dropped=4)


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Name and values of the labels, the bound of a bucket last -> value."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            bounds = [value for name, value in sample.labels.items() if name == "le"]
            labels = [value for name, value in sample.labels.items() if name != "le"]
            found[(sample.name, *labels, *bounds)] = sample.value
    return found


def test_the_census_is_asked_when_the_metrics_are_read() -> None:
    found = samples(Metrics(lambda: CENSUS).text().decode())
    assert found[("incident_episodes", "living")] == 3
    assert found[("incident_episodes", "ended")] == 2
    assert found[("incident_episode_memory_bytes",)] == 4_096
    assert found[("incident_episodes_started_total",)] == 9
    assert found[("incident_steps_total",)] == 70
    assert found[("incident_episodes_dropped_total",)] == 4


def test_grades_latencies_and_errors_are_counted() -> None:
    metrics = Metrics(lambda: CENSUS)
    for grade in (0.0, 0.35, 1.0):
        metrics.ended("root_cause_analysis", grade)
    metrics.observe("ws", 0.001)
    metrics.observe("ws", 60.0)
    metrics.failed("page", 404)
    metrics.failed("page", 413)
    found = samples(metrics.text().decode())
    task = "root_cause_analysis"
    assert [found[("incident_grade_bucket", task, bound)] for bound in ("0.0", "0.3", "0.4", "1.0")] == [1, 1, 2, 3]
    assert found[("incident_grade_sum", task)] == pytest.approx(1.35)
    bounds = ("0.001", "5.0", "+Inf")
    assert [found[("incident_request_duration_seconds_bucket", "ws", bound)] for bound in bounds] == [1, 1, 2]
    assert found[("incident_request_errors_total", "page", "4xx")] == 2


def test_the_documented_metrics_are_those_that_are_served() -> None:
    rows = table(section(page("docs/deployment.md"), "Metrics"))
    documented = {name: set(re.findall(r"`(\w+)`", cells[0].split(":")[0])) for name, cells in rows.items()}
    metrics = Metrics(lambda: CENSUS)
    metrics.ended("root_cause_analysis", 1.0)
    metrics.failed("rest", 404)
    served = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        if family.name.startswith("incident_"):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            served[name] = {label for sample in family.samples for label in sample.labels} - {"le"}
    rows = {name: labels for names, labels in documented.items() for name in names.split(", ")}
    assert not differences(rows, served)


def test_two_apps_count_apart() -> None:
    first, second = Metrics(lambda: CENSUS), Metrics(lambda: CENSUS)
    first.observe("rest", 1.0)
    assert samples(second.text().decode())[("incident_request_duration_seconds_count", "rest")] == 0


def test_a_server_counts_its_requests_by_door_and_its_errors() -> None:
    with serve_with() as url, httpx.Client(base_url=url, timeout=20) as client:
        client.post("/reset")
        client.post("/step", json={"action_type": "query_logs", "parameters": {"service": "api-gateway"}})
        assert client.post("/reset", json={"seed": "x"}).status_code == 422
        assert client.get("/health").status_code == 200
        answer = client.get("/metrics")
        assert client.post("/metrics").status_code == 405
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = samples(answer.text)
    assert found[("incident_request_duration_seconds_count", "rest")] == 3
    assert found[("incident_request_duration_seconds_count", "health")] == 1
    assert found[("incident_request_errors_total", "rest", "4xx")] == 1
    assert found[("incident_episodes", "living")] == 1


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/step", "rest"),
        ("/docs", "rest"),
        ("/ws", "ws"),
        ("/mcp", "openenv"),
        ("/openenv/ws", "openenv"),
        ("/cloud_incident_env/splits", "openenv"),
        ("/agent/mcp", "mcp"),
        ("/agent/mcp/", "mcp"),
        ("/", "page"),
        ("/gradio_api/heartbeat/x", "page"),
        ("/livez", "health"),
        ("/metrics", "health"),
    ],
)
def test_every_path_has_a_door(path: str, door: str) -> None:
    assert door_of(path) == door
    assert door in DOORS
