"""What is wrong with an innocent service, each with a cause of its own that its gauges show.

A report that somebody runs, a tenant who stores or asks for more, a job that nobody expected: real, felt by the callers
of the service a little, and not what the alert is about.
"""

from __future__ import annotations

from collections.abc import Mapping

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.model import Effect, Grow, Periodic, Ramp, Shape, Step

_EVEN = Ramp((3, 12))


def _gauges(**ranges: tuple[float, float]) -> tuple[Effect, ...]:
    """Gauges, their labels with `_` for blanks, and what they come to."""
    return tuple(_gauge(label.replace("_", " "), to, _EVEN) for label, to in ranges.items())


def _gauge(label: str, to: tuple[float, float], shape: Shape) -> Effect:
    return Effect("gauge", to, shape=shape, gauge=label)


_REPORT = _gauges(share_of_the_top_query=(28, 46), longest_query=(5, 14))
_RULES = _gauges(rule_engine_share_of_CPU=(18, 30))
_PAUSES = _gauges(longest_pause=(160, 420), memory_after_collection=(60, 72))
_HEAP = _gauges(memory_after_collection=(60, 72))
# What shows why a software is busy or late though its callers ask for no more than usual.
CAUSES: Mapping[str, tuple[Effect, ...]] = {
    "postgres": _REPORT,
    "mysql": _REPORT,
    "object-store": _gauges(hottest_shard=(62, 88), repair_backlog=(3_000, 9_000)),
    "redis": _gauges(memory_used=(86, 95), evicted_keys=(30, 140)),
    "kafka": _gauges(share_of_the_top_client=(36, 58), request_queue=(20, 60)),
    "rabbitmq": _gauges(memory_used=(50, 68), ready_messages=(2_500, 6_000)),
    "registry": _gauges(blocking_queries=(1_400, 2_600), revisions=(40, 120)),
    "config-service": _gauges(publishes=(6, 12)),
    "coredns": _gauges(NXDOMAIN_share=(6, 14)),
    "vault": _gauges(leases=(1_500, 4_000)),
    "cdn": _gauges(cached_variants_per_object=(6, 14)),
    "nginx": _RULES,
    "envoy": _RULES,
    "java": _PAUSES,
    "go": _PAUSES,
    "python": _PAUSES,
    "node": _PAUSES,
    "stream-worker": _HEAP,
    "queue-worker": _HEAP,
    "batch-worker": _gauges(longest_running_job=(60, 120)),
    "vendor": _gauges(rate_limited=(20, 60)),
}
BUSY: tuple[tuple[Effect, ...], ...] = (
    (Effect("slowdown", (2.0, 4.0), shape=_EVEN), Effect("cost", (1.2, 1.5), shape=_EVEN)),
    (Effect("cost", (1.5, 2.0), shape=Ramp((5, 20))),),
)
# These show by themselves: as errors that its log tells of, as memory that grows, as calls from elsewhere.
PLAIN: tuple[tuple[Effect, ...], ...] = (
    (Effect("own_errors", (0.008, 0.03), shape=Step()),),
    (Effect("own_errors", (0.01, 0.04), shape=Periodic((6, 14), 0.4)),),  # flaps and heals by itself
    (_gauge("memory", (82, 95), Grow()),),
    (Effect("traffic", (1.15, 1.35), shape=Ramp((5, 20))),),
)
# A second alert tells of errors, at a service whose memory has been filling since before the first one.
FILLING = _gauge("memory", (93, 97), Grow())
FAILING = Effect("own_errors", (0.05, 0.12), shape=Step())


def anomaly(software: str, draws: Draws) -> tuple[Effect, ...]:
    """Something wrong with a service of a software."""
    chosen = draws.pick((*BUSY, *PLAIN))
    return (*chosen, *CAUSES[software]) if chosen in BUSY else chosen
