"""What makes an incident P1, P2, P3 or P4: the rule that the task's description states, in figures."""

from __future__ import annotations

from typing import NamedTuple

from cloud_incident_env.incident import Severity

REVENUE_P1 = 1000.0  # loss in USD per minute above which an incident is P1
FLOW_DOWN = 50.0  # % of the core flow's attempts that succeed, below which the flow is down and the incident is P1
MOST_USERS = 50.0  # % of users affected, above which an incident is P2


class Impact(NamedTuple):
    """What the failure does to users and to the business."""

    users_affected: float  # % of the active users
    flow_success: float  # % of the core flow's attempts that succeed
    revenue_loss: float  # USD per minute


def severity_of(impact: Impact) -> Severity:
    """The severity by the rule: a dead core flow or heavy loss, most users, some users, nobody."""
    if impact.flow_success < FLOW_DOWN or impact.revenue_loss > REVENUE_P1:
        return "P1"
    if impact.users_affected > MOST_USERS:
        return "P2"
    return "P3" if impact.users_affected > 0 else "P4"
