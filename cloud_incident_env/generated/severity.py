"""How badly users are hit, and what makes an incident P1, P2, P3 or P4.

An `Impact` is drawn for the alerting service, and every figure that bears on the severity comes from it. `severity_of`
is the rule that the task's description states, in figures.
"""

from __future__ import annotations

from dataclasses import dataclass

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.model import Range
from cloud_incident_env.incident import Severity

REVENUE_P1 = 1000.0  # loss in USD per minute above which an incident is P1
FLOW_DOWN = 50.0  # % of the core flow's attempts that succeed, below which the flow is down and the incident is P1
MOST_USERS = 50.0  # % of users affected, above which an incident is P2


@dataclass(frozen=True)
class Impact:
    """What the failure does to users, at its height, seen at the alerting service."""

    error_rate: float  # of its requests, 0 to 1
    users_affected: float  # % of its users
    by_fallback: float  # % of its requests answered from a fallback
    flow_success: float  # % of the core flow's attempts that succeed
    revenue_loss: float  # USD per minute


@dataclass(frozen=True)
class _Pattern:
    """The ranges of one way to be P1, P2, P3 or P4, and which alerting services it suits."""

    severity: Severity
    error_rate: Range
    users_affected: Range
    by_fallback: Range
    flow_success: Range
    revenue_loss: Range
    needs_earning: bool = False
    min_criticality: int = 1


# Several for each severity, so that no figure alone tells it.
PATTERNS = (
    _Pattern("P1", (0.55, 0.95), (60, 97), (0, 1), (2, 38), (1200, 14000), needs_earning=True),
    _Pattern("P1", (0.55, 0.95), (60, 97), (0, 1), (2, 38), (0, 0)),
    _Pattern("P1", (0.02, 0.07), (3, 9), (0, 1), (90, 96), (1100, 6500), needs_earning=True),  # trap: few errors
    _Pattern("P2", (0.12, 0.45), (55, 90), (0, 4), (82, 96), (60, 900)),
    _Pattern("P2", (0.03, 0.10), (55, 85), (0, 4), (88, 97), (0, 700)),  # most users served, too slowly
    _Pattern("P3", (0.40, 0.90), (0.4, 4), (92, 99), (97, 99.6), (0, 90)),  # trap: a fallback hides the errors
    _Pattern("P3", (0.03, 0.15), (1, 7), (0, 3), (97, 99.4), (0, 240)),
    _Pattern("P4", (0.004, 0.03), (0, 0), (0, 1), (99.6, 100), (0, 0)),
    _Pattern("P4", (0.25, 0.80), (0, 0), (0, 1), (99.6, 100), (0, 0), min_criticality=2),  # trap: test traffic only
)
# The patterns of the two other tasks: the alert shows errors, and most users suffer.
FELT = tuple(pattern for pattern in PATTERNS if pattern.severity in ("P1", "P2") and pattern.error_rate[0] >= 0.1)


def severity_of(impact: Impact) -> Severity:
    """The severity by the rule: a dead core flow or heavy loss, most users, some users, nobody."""
    if impact.flow_success < FLOW_DOWN or impact.revenue_loss > REVENUE_P1:
        return "P1"
    if impact.users_affected > MOST_USERS:
        return "P2"
    return "P3" if impact.users_affected > 0 else "P4"


def draw_impact(draws: Draws, severity: Severity | None, earns: bool, criticality: int) -> Impact:
    """An impact of the given severity, or of the patterns `FELT`, that suits an alerting service."""
    wanted = FELT if severity is None else tuple(p for p in PATTERNS if p.severity == severity)
    fitting = [
        pattern for pattern in wanted if (earns or not pattern.needs_earning) and criticality >= pattern.min_criticality
    ]
    pattern = draws.pick(fitting)
    return Impact(
        error_rate=round(draws.uniform(*pattern.error_rate), 4),
        users_affected=round(draws.uniform(*pattern.users_affected), 1),
        by_fallback=round(draws.uniform(*pattern.by_fallback), 1),
        flow_success=round(draws.uniform(*pattern.flow_success), 1),
        revenue_loss=float(round(draws.uniform(*pattern.revenue_loss), -1)),
    )
