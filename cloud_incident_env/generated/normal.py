"""What is normal for a service: figures that each service draws for itself."""

from __future__ import annotations

from dataclasses import dataclass

from cloud_incident_env.generated.cast import Cast
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.model import Range

NORMAL_REQUESTS: Range = (40, 900)  # requests per second
NORMAL_ERRORS: Range = (0.0002, 0.004)  # error rate, 0 to 1: no service is free of errors
CLIENT_ERRORS: Range = (0.02, 0.045)  # error rate, 0 to 1, of a service whose clients ask for what does not exist
NORMAL_P99: Range = (3, 8)  # p99 as a multiple of p50
SLOW_P99: Range = (8, 20)  # factor on the p99 of a service that always is slow
NORMAL_CPU: Range = (14, 48)  # %
NORMAL_MEMORY: Range = (30, 66)  # %
NORMAL_REPLICAS = (2, 8)  # a vendor's service shows 1


@dataclass(frozen=True)
class Normal:
    """What is normal for a service."""

    requests: float  # per second
    error_rate: float  # 0 to 1
    p50: float  # ms
    p99: float  # ms
    cpu: float  # %
    memory: float  # %
    replicas: int
    figures: dict[str, float]  # gauge label -> value


def draw_normal(draws: Draws, cast: Cast, index: int) -> Normal:
    """Draw what is normal for a service."""
    software = cast.software(index)
    decoy = cast.decoys.get(index)
    p50 = draws.uniform(*software.latency)
    p99 = p50 * draws.uniform(*NORMAL_P99)
    if decoy == "slow":
        p99 *= draws.uniform(*SLOW_P99)
    error_rate = draws.uniform(*(CLIENT_ERRORS if decoy == "client errors" else NORMAL_ERRORS))
    return Normal(
        requests=draws.uniform(*NORMAL_REQUESTS),
        error_rate=error_rate,
        p50=p50,
        p99=p99,
        cpu=draws.uniform(*NORMAL_CPU),
        memory=draws.uniform(*NORMAL_MEMORY),
        replicas=draws.between(*NORMAL_REPLICAS) if software.kind != "vendor" else 1,
        figures={gauge.label: draws.uniform(*gauge.normal) for gauge in software.gauges},
    )
