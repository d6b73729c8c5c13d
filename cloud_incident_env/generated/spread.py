"""How a failure spreads from the service where it begins to those that call it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from cloud_incident_env.generated.cast import Cast
from cloud_incident_env.generated.model import EdgeKind

# Share of a callee's failure that its caller feels, by the kind of the call: callers wait for storage, and work through
# a queue later.
SPREAD: Mapping[EdgeKind, float] = {"sync": 0.9, "storage": 0.95, "async": 0.7, "config": 0.85}
FALLBACK_SPREAD = 0.05  # the same for a call with a fallback, of any kind
LEAST_STRENGTH = 0.02  # strength below which a failure spreads no further: nothing shows it
CULPRIT_STRENGTH = 0.6  # of a culprit that calls do not lead back to; it shows figures of its own anyway
VICTIM_STRENGTH = 0.1  # strength above which a service shows that it is hit


class Spread:
    """How hard the failure of one incident hits each known service. Worked out when it is first read."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    @cached_property
    def strengths(self) -> Mapping[int, float]:
        """Known services that are hit by way of their calls, each with how hard, 0 to 1; where it begins that is 1."""
        source = self._cast.place.source
        hit = {source: 1.0}
        frontier = [source]
        while frontier:
            index = frontier.pop()
            for caller, kind, fallback in self._cast.callers(index):
                strength = hit[index] * (FALLBACK_SPREAD if fallback else SPREAD[kind])
                if strength > max(hit.get(caller, 0.0), LEAST_STRENGTH):
                    hit[caller] = strength
                    frontier.append(caller)
        hit.setdefault(self._cast.place.culprit, CULPRIT_STRENGTH)
        return hit

    def strength(self, index: int) -> float:
        """How hard a service is hit, 0 to 1."""
        return self.strengths.get(index, 0.0)

    def is_victim(self, index: int) -> bool:
        """Whether a service is hit hard enough to show it, without being the culprit."""
        return index != self._cast.place.culprit and self.strength(index) > VICTIM_STRENGTH

    def failing_callee(self, index: int) -> int | None:
        """The service by calls to which a victim is hit hardest."""
        hurt = [
            (self.strengths[callee] * SPREAD[kind], callee)
            for callee, kind, fallback in self._cast.callees(index)
            if callee in self.strengths and not fallback
        ]
        worse = [pair for pair in hurt if pair[0] >= self.strength(index) - 1e-9]
        return max(worse)[1] if worse else None
