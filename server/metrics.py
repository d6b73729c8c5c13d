"""What an operator measures, in Prometheus' exposition format at `/metrics`."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from cloud_incident_env.episodes import Census

from .responses import METHODS, refuse_method

METRICS_PATH = "/metrics"
DOORS = ("rest", "ws", "openenv", "mcp", "page", "health")
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # bounds of latencies
GRADES = tuple(step / 10 for step in range(11))  # bounds of grades


class _Histogram:
    """Counts by upper bound. prometheus-client's own takes several microseconds an observation, this a fraction of one.

    It is written from the event loop and read from it, so that it needs no lock.
    """

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def add_to(self, family: HistogramMetricFamily, label: str) -> None:
        bounds = [*map(str, self._bounds), "+Inf"]
        buckets = list(zip(bounds, accumulate(self._counts), strict=True))
        family.add_metric([label], buckets, self._sum)


class Metrics(Collector):
    """The metrics of one app. `census` is asked whenever they are read, never in between."""

    def __init__(self, census: Callable[[], Census]) -> None:
        self._census = census
        self._latency = {door: _Histogram(SECONDS) for door in DOORS}
        self._grades: dict[str, _Histogram] = {}
        self._errors: Counter[tuple[str, str]] = Counter()
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def observe(self, door: str, seconds: float) -> None:
        """A request, or a message of a WebSocket, was answered at one of DOORS."""
        self._latency[door].observe(seconds)

    def failed(self, door: str, status: int) -> None:
        """A request at one of DOORS was answered with this status, 400 to 599."""
        self._errors[door, f"{status // 100}xx"] += 1

    def ended(self, task_id: str, total: float) -> None:
        """An episode of a task ended with this grade, 0 to 1."""
        self._grades.setdefault(task_id, _Histogram(GRADES)).observe(total)

    def text(self) -> bytes:
        """All metrics in the exposition format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """The families of metrics, as prometheus-client asks for them."""
        census = self._census()
        episodes = GaugeMetricFamily("incident_episodes", "Episodes kept, by state.", labels=["state"])
        episodes.add_metric(["living"], census.living)
        episodes.add_metric(["ended"], census.ended)
        yield episodes
        yield GaugeMetricFamily("incident_episode_memory_bytes", "Memory that all episodes take.", census.bytes)
        yield CounterMetricFamily("incident_episodes_started", "Episodes started.", census.started)
        yield CounterMetricFamily("incident_steps", "Steps taken in all episodes.", census.steps)
        yield CounterMetricFamily(
            "incident_episodes_dropped", "Episodes dropped before their end, to make room.", census.dropped
        )
        grades = HistogramMetricFamily("incident_grade", "Grades of ended episodes, by task.", labels=["task_id"])
        for task_id, histogram in sorted(self._grades.items()):
            histogram.add_to(grades, task_id)
        yield grades
        latency = HistogramMetricFamily(
            "incident_request_duration_seconds", "Time to answer a request or a message, by door.", labels=["door"]
        )
        for door, histogram in self._latency.items():
            histogram.add_to(latency, door)
        yield latency
        errors = CounterMetricFamily(
            "incident_request_errors", "Requests answered with an error, by door and class.", labels=["door", "status"]
        )
        for labels, count in sorted(self._errors.items()):
            errors.add_metric(labels, count)
        yield errors

    def describe(self) -> Iterator[Metric]:
        """Nothing: the registry need not ask for a census to know the names."""
        return iter(())


router = APIRouter()


@router.get(METRICS_PATH, include_in_schema=False)
async def metrics(request: Request) -> Response:
    """What `Metrics` of the app has counted. Grades are among it, so it belongs to the trainer."""
    request.app.state.control.check(request.scope)
    counted: Metrics = request.app.state.metrics
    return Response(counted.text(), media_type=CONTENT_TYPE_LATEST)


router.add_route(METRICS_PATH, refuse_method("GET"), sorted(METHODS - {"GET"}), include_in_schema=False)
