"""`generate`: an incident from a seed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import cycle, islice
from types import MappingProxyType
from typing import NamedTuple

from cloud_incident_env.generated.business import draw_business, felt
from cloud_incident_env.generated.cast import choose_casts
from cloud_incident_env.generated.consequences import Consequences
from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.generated.draws import Draws, stable_hash
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.incident_version import INCIDENT_VERSION
from cloud_incident_env.generated.model import Periodic
from cloud_incident_env.generated.pager import write_alert, write_description, write_summary
from cloud_incident_env.generated.places import places_of
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.severity import severity_of
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.telemetry import GeneratedTelemetry
from cloud_incident_env.generated.thresholds import exceeded
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Alert, Course, Incident, Severity, TaskId
from cloud_incident_env.layout import tasks

DURATION = (8, 45)  # minutes between the first symptom and the alert
TRIES = 24  # choices of who is in the incident, until the alerting service has something to alert for
WORLDS = 3  # ways in which one culprit fails that are tried, until one alerts with the severity wanted
# The severities among which the one wanted is drawn where it is the question. P1 and P3 are rarer here than in the
# incidents: some failures stop the core flow, and some reach few users, whatever is wanted.
WANTED: tuple[Severity, ...] = (*("P1",) * 3, *("P2",) * 8, *("P3",) * 7, *("P4",) * 8)
MOST_NEEDED = 0.5  # share of the known services that the core flow depends on, where it must not be down
# Minutes after its beginning at which what comes before the first symptom is looked at: it may hurt for some minutes
# only, until queues and attempts have settled.
SETTLING = (2, 3, 4, 8, 11)
QUIET_MARGIN = 1.08  # how far below its limits the alerting service is before that, whatever the minute, as a factor
START = Course()


def generate(
    task_id: TaskId,
    seed: int,
    difficulty: str,
    families: tuple[str, ...],
    systems: tuple[str, ...],
    background: tuple[str, ...] = (),
) -> Incident:
    """Generate the incident of a seed.

    The family and the system are drawn from the names given. `background` names families whose changes and runbook
    steps innocent services may show beside those of `families`. The same arguments give the same incident, down to the
    last byte, on any machine. Raises KeyError for an unknown difficulty, family or system: callers check them.
    """
    key = f"{INCIDENT_VERSION}/{task_id}/{difficulty}/{_pool(families, systems, background)}/{seed}"
    wanted: Severity | None = Draws(key, "impact").pick(WANTED) if task_id == "alert_classification" else None
    world, entry, severity, _ = _opening(key, difficulty, families, systems, background, wanted)
    draws = Draws(key, "pager")
    summary = write_summary(world, task_id, draws)
    alert = write_alert(world, entry, task_id, severity, draws)
    cast = world.cast
    return Incident(
        id=_id_of(summary, alert, world.index_of),
        family=cast.family.name,
        description=write_description(world, task_id),
        summary=summary,
        alert=alert,
        known_services=tuple(world.index_of),
        aliases=MappingProxyType({name: _aliases(name) for name in world.index_of}),
        severity=severity,
        culprit=cast.names[cast.place.culprit],
        failure_mode=cast.family.name,
        plan=() if task_id == "alert_classification" else world.plan,
        max_steps=tasks.MAX_STEPS[task_id][difficulty],
        consequences=Consequences(world),
        telemetry=GeneratedTelemetry(world),
    )


class Opening(NamedTuple):
    """A world at the moment of its alert."""

    world: World
    entry: Reading  # the alerting service
    severity: Severity  # by the figures that the tools show
    is_clear: bool  # whether the same follows from those of the next minutes


def _opening(
    key: str,
    difficulty: str,
    families: tuple[str, ...],
    systems: tuple[str, ...],
    background: tuple[str, ...],
    wanted: Severity | None,
) -> Opening:
    """A world whose alerting service has something to alert for, with the severity wanted where it can be had.

    A culprit of whom it cannot be had stays the culprit, with another severity: otherwise the services that are known
    would tell the culprit, who would be one that allows for every severity more often than the rest.
    """
    size = DIFFICULTIES[difficulty]
    every = tuple(dict.fromkeys((*families, *background)))
    spared = wanted not in (None, "P1")  # whether the core flow must not be down
    for number in range(TRIES):
        draws = Draws(key, "cast", number)
        system = SYSTEMS[draws.pick(suited_systems(families, systems))]
        casts = choose_casts(draws, system, families, size)
        if spared and casts[0].flow_depends_on > MOST_NEEDED and number < TRIES - 1:
            continue
        duration = draws.between(*DURATION)
        kept: Opening | None = None
        for attempt, cast in enumerate(islice(cycle(casts), WORLDS)):
            world = World(f"{key}/{number}/{attempt}", cast, size, duration, every)
            entry = Reading(world, cast.entry, 0, world.history(START))
            if exceeded(entry) and _quiet_before(world):
                found = _judged(world, entry, wanted)
                if wanted is None or (wanted == found.severity and found.is_clear):
                    return found
                kept = found if found.is_clear else kept
        if kept is not None:
            return kept
    return _judged(world, entry, wanted)


def _judged(world: World, entry: Reading, wanted: Severity | None) -> Opening:
    """Draw the business of a world, and tell how severe the incident is."""
    at = world.cast.flow
    flow = Reading(world, at, 0, entry.history)
    world.business = draw_business(world, at, wanted, entry, flow)
    what = felt(world.business, entry, flow)
    return Opening(world, entry, severity_of(what.impact(world.business)), what.is_clear)


def _quiet_before(world: World) -> bool:
    """Whether the alerting service exceeds no limit before the first symptom, whatever else is wrong."""
    onset, history = world.clock.onset, world.history(START)
    early = [each for each in (*world.acting, *world.others.acting) if each.begin < onset]
    minutes = {onset - 1} if any(each.effect.parameter != "gauge" for each in early) else set()
    for own in world.acting:
        if own.effect.parameter != "gauge":
            minutes.update(minute for minute in (own.begin + after for after in SETTLING) if minute < onset)
    for other in early:
        if isinstance(other.effect.shape, Periodic):
            periods = int((onset - 1 - other.begin) / other.minutes)
            minutes.add(other.begin + int(periods * other.minutes) + 1)
    for minute in sorted(minutes):
        reading = Reading(world, world.cast.entry, minute, history)
        reading.p99 *= QUIET_MARGIN
        reading.failed *= QUIET_MARGIN
        if exceeded(reading):
            return False
    return True


def _id_of(summary: str, alert: Alert, services: Iterable[str]) -> str:
    """The id of an incident: it follows from what the agent is told at the start, and tells no more than that."""
    return f"INC-{stable_hash(summary, alert.id, alert.title, *alert.symptoms, *services) % 16**8:08X}"


@cache
def _pool(families: tuple[str, ...], systems: tuple[str, ...], background: tuple[str, ...]) -> str:
    """A short name of what an incident is drawn from: incidents of other families or systems are others."""
    return f"{stable_hash(*families, 'in', *systems, 'beside', *background) % 16**6:06x}"


@cache
def suited_systems(families: tuple[str, ...], systems: tuple[str, ...]) -> tuple[str, ...]:
    """The systems that one of the families can strike."""
    return tuple(name for name in systems if any(places_of(SYSTEMS[name], FAMILIES[f]) for f in families))


def _aliases(name: str) -> tuple[str, ...]:
    """Other names that people write for a service."""
    if name.endswith("-db"):
        return (f"{name[:-3]}-database",)
    if name.endswith("-service"):
        return (f"{name[:-8]}-svc",)
    return ()
