"""What shows on a service why it is busy or late for a reason of everyday life: a report, a tenant, a large job."""

from __future__ import annotations

from collections.abc import Mapping

from cloud_incident_env.generated.model import Effect, Ramp, Shape

EVENLY = Ramp((3, 12))


def _gauges(**ranges: tuple[float, float]) -> tuple[Effect, ...]:
    """Gauges, their labels with `_` for blanks, and what they come to."""
    return tuple(gauge(label.replace("_", " "), to, EVENLY) for label, to in ranges.items())


def gauge(label: str, to: tuple[float, float], shape: Shape) -> Effect:
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
