"""What else happens in the system of an incident and did not cause the alert."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from cloud_incident_env.generated.acting import Acting, acting
from cloud_incident_env.generated.anomalies import FAILING, FILLING, anomaly
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.drifts import costs_of, draw_drifts
from cloud_incident_env.generated.model import PLATFORM_KINDS

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

EARLIER = (-720, -90)  # minutes from which anomalies have been there that are not recent
AROUND_ONSET = (-30, 10)  # minutes from the first symptom at which recent ones begin
SECOND_ALERT = (3, 12)  # minute of a second alert
FILLS_SINCE = (-160, -50)  # minute from which the memory of that service has been filling
GAP_BEGINS = (-40, -3)  # minute from which telemetry is missing
GAP_MINUTES = (15, 70)
GAP_TOOLS = ("check_metrics", "query_logs")
LATE_FROM = (-25, -10)  # minutes from the first symptom after which late telemetry is not there
# The minute at which it is there. Who comes back for the record of changes before the last steps are gone finds it.
CATCHES_UP = {"query_logs": (40, 70), "check_recent_deploys": (10, 15)}


class SecondAlert(NamedTuple):
    """Another alert, after the first one."""

    minute: int
    service: int
    before: float = 0.0  # how long before the end of that minute it came, in minutes: at a second of its own

    @property
    def at(self) -> float:
        """The minute at which it came."""
        return self.minute - self.before


class Gap(NamedTuple):
    """Telemetry that is missing for a while."""

    tool: str
    service: int
    begin: int
    end: int


class Late(NamedTuple):
    """Telemetry of all services that comes late."""

    tool: str
    begin: int  # minute of the last data that are there
    until: int  # minute from which all are there


class Background(NamedTuple):
    """Everything that happens beside the failure."""

    acting: tuple[Acting, ...] = ()
    alert: SecondAlert | None = None
    gaps: tuple[Gap, ...] = ()
    late: tuple[Late, ...] = ()
    drifts: tuple[Acting, ...] = ()  # of gauges, which hurt nobody
    costs: tuple[Acting, ...] = ()  # CPU that some of these take

    def last(self, tool: str, minute: int) -> int | None:
        """The minute of the last data of a tool that are there at a minute; None where it is not late."""
        return next((each.begin for each in self.late if each.tool == tool and minute < each.until), None)

    def gap(self, tool: str, service: int, minute: int) -> Gap | None:
        """The gap in which a minute of a tool's data on a service falls."""
        for gap in self.gaps:
            if gap.tool == tool and gap.service == service and gap.begin <= minute < gap.end:
                return gap
        return None


def draw_background(world: World) -> Background:
    """Draw what else happens, as much as the difficulty says."""
    draws = world.draws("background")
    size, cast = world.difficulty, world.cast
    aside = {*cast.path, cast.place.culprit, cast.place.source}
    free = [i for i in cast.known if i not in aside and cast.service(i).software and _serves(world, i)]
    chosen = draws.sample(free, size.anomalies + 1)
    found: list[Acting] = []
    for index in chosen[: size.anomalies]:
        recent = draws.chance(size.recent)
        begin = world.clock.onset + draws.between(*AROUND_ONSET) if recent else draws.between(*EARLIER)
        for effect in anomaly(cast.service(index).software, draws):
            found.append(acting(effect, index, draws, begin, ()))
    alert = None
    if draws.chance(size.second_alert) and len(chosen) > size.anomalies:
        alert = SecondAlert(draws.between(*SECOND_ALERT), chosen[-1], draws.uniform(0.1, 0.9))
        found.append(acting(FILLING, alert.service, draws, draws.between(*FILLS_SINCE)))
        found.append(acting(FAILING, alert.service, draws, alert.minute - 1))
    gaps, late = tuple(_gaps(draws, world)), tuple(_late(draws, world))
    drifts = draw_drifts(world, found)
    return Background(tuple(found), alert, gaps, late, drifts, costs_of(drifts))


def _gaps(draws: Draws, world: World) -> Iterator[Gap]:
    """Telemetry that is missing. Where users and the core flow are counted, the severity follows: none is missing."""
    cast, mean = world.cast, world.difficulty.gaps
    count = int(mean) + draws.chance(mean - int(mean))
    for index in draws.sample([each for each in cast.known if each not in (cast.entry, cast.flow)], count):
        begin = draws.between(*GAP_BEGINS)
        yield Gap(draws.pick(GAP_TOOLS), index, begin, begin + draws.between(*GAP_MINUTES))


def _late(draws: Draws, world: World) -> Iterator[Late]:
    """Telemetry that comes late: one tool's at the most, so that the others tell what is missing there."""
    begin = world.clock.onset + draws.between(*LATE_FROM)
    if draws.chance(world.difficulty.late):
        tool = draws.pick(tuple(CATCHES_UP))
        yield Late(tool, begin, draws.between(*CATCHES_UP[tool]))


def _serves(world: World, index: int) -> bool:
    return world.cast.software(index).kind not in PLATFORM_KINDS
