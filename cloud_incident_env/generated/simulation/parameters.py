"""The parameters of a service that effects change, and how several effects on one add up."""

from __future__ import annotations

from dataclasses import dataclass

from cloud_incident_env.generated.model import FACTORS, Parameter

SHARES = frozenset(
    {
        "own_errors",
        "unusable",
        "hung",
        "refused",
        "unreachable",
        "call_errors",
        "call_hangs",
        "stuck",
        "hit_loss",
        "shown_errors",
    }
)
MOST_SHARE = 0.995  # some request always gets through


@dataclass(slots=True)
class Parameters:
    """What effects change of a service; the defaults change nothing. See `model.Parameter`."""

    own_errors: float = 0.0
    unusable: float = 0.0
    hung: float = 0.0
    refused: float = 0.0
    unreachable: float = 0.0
    call_errors: float = 0.0
    call_hangs: float = 0.0
    slowdown: float = 1.0
    delay: float = 0.0
    capacity: float = 1.0
    traffic: float = 1.0
    fan: float = 1.0
    retries: float = 0.0
    cost: float = 1.0
    stuck: float = 0.0
    hit_loss: float = 0.0
    shown_errors: float = 0.0
    shown_latency: float = 1.0

    def add(self, parameter: Parameter, to: float, level: float) -> None:
        """Apply an effect that brings a parameter to `to` at level 1."""
        now = getattr(self, parameter)
        if parameter in FACTORS:
            value = max(0.0, now * (1.0 + level * (to - 1.0)))  # a level is now and then a little over 1
        elif parameter in SHARES:
            value = min(MOST_SHARE, 1.0 - (1.0 - now) * (1.0 - level * to))
        else:
            value = now + level * to
        setattr(self, parameter, value)


NEUTRAL = Parameters()
