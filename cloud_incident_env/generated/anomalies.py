"""What is wrong with an innocent service, each with a cause of its own that its gauges show.

A report that somebody runs, a tenant who stores or asks for more, a job that nobody expected: real, felt by the callers
of the service a little, and not what the alert is about.
"""

from __future__ import annotations

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.model import Effect, Grow, Periodic, Ramp, Step
from cloud_incident_env.generated.software.causes import CAUSES, EVENLY, gauge

BUSY: tuple[tuple[Effect, ...], ...] = (
    (Effect("slowdown", (2.0, 4.0), shape=EVENLY), Effect("cost", (1.2, 1.5), shape=EVENLY)),
    (Effect("cost", (1.5, 2.0), shape=Ramp((5, 20))),),
)
# These show by themselves: as errors that its log tells of, as memory that grows, as calls from elsewhere.
PLAIN: tuple[tuple[Effect, ...], ...] = (
    (Effect("own_errors", (0.008, 0.03), shape=Step()),),
    (Effect("own_errors", (0.01, 0.04), shape=Periodic((6, 14), 0.4)),),  # flaps and heals by itself
    (gauge("memory", (82, 95), Grow()),),
    (Effect("traffic", (1.15, 1.35), shape=Ramp((5, 20))),),
)
# A second alert tells of errors, at a service whose memory has been filling since before the first one.
FILLING = gauge("memory", (93, 97), Grow())
FAILING = Effect("own_errors", (0.05, 0.12), shape=Step())


def anomaly(software: str, draws: Draws) -> tuple[Effect, ...]:
    """Something wrong with a service of a software."""
    chosen = draws.pick((*BUSY, *PLAIN))
    return (*chosen, *CAUSES[software]) if chosen in BUSY else chosen
