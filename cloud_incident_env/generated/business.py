"""What an incident does to users and to the business, and which tool tells it.

Users are counted at the alerting service, the core flow at another service that the alert names; the loss is for the
reader to work out. No tool shows everything side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from cloud_incident_env.generated.cast import flows_at
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.model import Range
from cloud_incident_env.generated.numbers import number, with_unit
from cloud_incident_env.generated.severity import FLOW_DOWN, MOST_USERS, REVENUE_P1, Impact
from cloud_incident_env.incident import Severity

if TYPE_CHECKING:
    from cloud_incident_env.generated.readings import Reading
    from cloud_incident_env.generated.world import World

ATTEMPTS = (0.01, 0.08)  # attempts of the core flow as a share of the requests of the service where it begins
MOST_ATTEMPTS, LEAST_ATTEMPTS = 0.3, 0.003  # where the value of an attempt could not make the difference
# USD that an attempt of a flow is worth, at the least and the most.
VALUES: Mapping[str, Range] = {
    "auctions": (0.02, 2.5),
    "authorisation": (15.0, 250.0),
    "booking": (6.0, 45.0),
    "bookings": (60.0, 400.0),
    "checkout": (18.0, 180.0),
    "consultations": (25.0, 120.0),
    "ordering": (12.0, 60.0),
    "playback": (0.1, 4.0),
    "purchases": (1.0, 40.0),
    "upgrades": (5.0, 90.0),
}
# Severities among which is drawn where the severity is not the question. P3 among them, or it would tell a false alarm.
UNASKED: tuple[Severity, ...] = ("P1", "P1", "P2", "P2", "P2", "P3")
FELT = frozenset({"P1", "P2"})  # severities of which many users meet a failure
UNCLEAR = 5.0  # points of success about the limit within which the next minutes may fall on the other side
OFTEN = 60.0  # requests a minute that an active user makes, at most


class Business(NamedTuple):
    """Who uses the alerting service, and what the core flow is worth."""

    flow: str  # name of the core flow
    at: int  # service at which its attempts are counted
    attempts: float  # per request of that service
    value: float  # USD of an attempt
    per_user: float  # requests a minute that an active user makes of the alerting service, when all is well
    reach: float  # share of the active users that use the alerting service, 0 to 1; 0 where only tests use it
    users: float  # active users of the whole system, with normal traffic


class Felt(NamedTuple):
    """What users and business feel in a minute, as the tools show it."""

    users: int  # active in that minute, of the whole system
    users_hit: int  # that met a failure at the alerting service in that minute
    attempts: float  # per minute
    success: float  # %

    def impact(self, business: Business) -> Impact:
        lost = self.attempts * business.value * (100.0 - self.success) / 100.0
        return Impact(100.0 * self.users_hit / self.users, self.success, lost)

    @property
    def is_clear(self) -> bool:
        """Whether the severity that follows will be the same in the next minutes."""
        return abs(self.success - FLOW_DOWN) > UNCLEAR


def felt(business: Business, entry: Reading, flow: Reading) -> Felt:
    """What is felt, from the figures of the alerting service and of the one at which the flow is counted."""
    users = business.users * entry.world.today * entry.state.traffic
    # Each failing request meets another user until all have met one: who tries again makes more requests than usual.
    hit = min(users * business.reach, entry.failed * entry.requests * 60.0 if business.reach else 0.0)
    attempts = float(int(flow.requests * 60.0 * business.attempts + 0.5))
    return Felt(int(users + 0.5), int(hit + 0.5), attempts, int(1000.0 * (1.0 - flow.failed) + 0.5) / 10.0)


def draw_business(world: World, at: int, wanted: Severity | None, entry: Reading, flow: Reading) -> Business:
    """Draw who is hit and what it costs, so that the severity is the one wanted where the failure allows it."""
    draws = world.draws("business")
    graph = world.cast.graph
    flows = flows_at(graph, at) or [service.earns for service in graph.system.services if service.earns]
    attempts = draws.uniform(*ATTEMPTS)
    lost = max(1.0, flow.requests * 60.0 * attempts * flow.failed)  # attempts lost in a minute
    severity = wanted if wanted is not None else draws.pick(UNASKED)
    costly = severity == "P1" and flow.failed < 1.0 - FLOW_DOWN / 100.0
    loss = draws.uniform(1.2, 6.0) * REVENUE_P1 if costly else draws.uniform(0.05, 0.7) * REVENUE_P1
    worth = loss / lost
    flow_name = draws.pick(flows)
    lowest, highest = VALUES[flow_name]
    least, most = lowest * draws.uniform(1.0, 1.6), highest * draws.uniform(0.6, 1.0)
    value = min(most, max(least, worth))
    attempts = min(MOST_ATTEMPTS, max(LEAST_ATTEMPTS, attempts * worth / value))
    reach = _reach(draws, severity)
    per_user = draws.uniform(1.3, 3.0) / max(0.004, entry.failed) if severity in FELT else draws.uniform(1.0, 8.0)
    per_user = min(OFTEN, per_user)
    asking = world.sizing.normal.requests[entry.index] * 60.0 / per_user  # users of the alerting service
    users = max(20.0, asking / (reach or draws.uniform(0.1, 0.9)))
    return Business(flow_name, at, attempts, int(value * 100.0 + 0.5) / 100.0, per_user, reach, users)


def _reach(draws: Draws, wanted: Severity) -> float:
    if wanted == "P4":
        return 0.0
    most = MOST_USERS / 100.0
    return draws.uniform(most + 0.12, 0.97) if wanted in ("P1", "P2") else draws.uniform(0.02, most - 0.1)


def business_rows(world: World, index: int, reading: Reading | None = None, by_tests: float = 0.0) -> dict[str, str]:
    """The rows of the metrics of a service that tell of users or of the core flow, with their figures.

    `by_tests` is the share of the requests that test clients send, in %, as the monitoring counts them.
    """
    business = world.business
    rows: dict[str, str] = {}
    if business is None:
        return rows
    if index == world.cast.entry:
        shown = felt(business, reading, reading) if reading else None
        rows["active users, all services"] = number(shown.users) if shown else number(business.users)
        rows["users who met a failure here"] = number(shown.users_hit) if shown else ""
        rows["requests by test clients"] = with_unit(by_tests if business.reach else 100.0, "%", 1)
    if index == business.at:
        shown = felt(business, reading, reading) if reading else None
        rows[f"attempts of {business.flow}"] = f"{number(shown.attempts)}/min" if shown else ""
        rows[f"attempts of {business.flow} that succeed"] = f"{number(shown.success, 1)} %" if shown else ""
        rows[f"mean value of an attempt of {business.flow}"] = f"${number(business.value, 2)}"
    return rows
