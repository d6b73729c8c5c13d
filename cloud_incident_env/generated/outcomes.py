"""How a failing try of a call failed: tables, logs and traces draw it from the same shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_incident_env.generated.model import Outcome

if TYPE_CHECKING:
    from cloud_incident_env.generated.simulation.solver import Solution


def failed_by(solution: Solution, edge: int, chosen: float) -> Outcome:
    """What became of a try along an edge; `chosen` is from 0 to the share of the tries that fail.

    Without a free connection of its pool until the time-out, without any, without an answer until the time-out, not
    connected at once, or an error.
    """
    pooled, dropped, waits = solution.pooled[edge], solution.dropped[edge], solution.waits[edge]
    if chosen < pooled:
        return "pooled"
    if chosen < dropped:
        return "unconnected"
    if chosen < waits:
        return "timeout"
    total = solution.calls[edge] + solution.lost[edge]
    at_once = max(0.0, solution.lost[edge] / total - dropped) if total else 0.0
    return "refused" if chosen < waits + at_once else "error"
