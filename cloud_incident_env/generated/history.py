"""What the actions of an episode came to: when conditions came true, what began anew, what was harmed."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, NamedTuple

from cloud_incident_env.generated.acting import FOREVER, Acting, Relapse
from cloud_incident_env.generated.model import Effect, Step
from cloud_incident_env.generated.service_versions import back_to, sets_back
from cloud_incident_env.incident import Course, Key, Taken, brought_about

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

MOST_MEMBERS = 64  # instances to which a service can be scaled
SCALED = Effect("capacity", (0, 0), shape=Step())
RESTART = frozenset({"restart_service"})
RENEWING = RESTART | {"rollback_deploy"}  # actions that replace the processes of a service


class Levels(NamedTuple):
    """The effects on parameters that act at a minute."""

    name: Hashable  # equal where the same parameters of the same services come to the same
    acting: tuple[tuple[Acting, float], ...]  # each with how strong it is


class Shown(NamedTuple):
    """Something that an action left in the log of a service."""

    service: int
    minute: int
    key: Key


class History:
    """The actions of a course, worked out once; minutes are counted from the alert."""

    __slots__ = (
        "again",
        "distinct",
        "draining",
        "harmed",
        "lags",
        "levels",
        "reached",
        "renewed",
        "scaled",
        "shown",
        "switched",
        "versions",
    )

    def __init__(self, world: World, course: Course) -> None:
        self.reached: dict[str, int] = {}  # condition -> minute at which it came true
        self.renewed: dict[int, list[tuple[int, str]]] = {}  # service -> when its processes began anew, by what action
        self.versions: dict[int, list[tuple[int, str]]] = {}  # service -> minutes at which it went back, and where to
        self.scaled: dict[int, tuple[int, int]] = {}  # service -> minute and number of instances it was brought to
        self.draining: dict[int, int] = {}  # service -> minute from which what waits at it is worked off faster
        self.switched: dict[str, int] = {}  # flag -> minute at which it was switched off
        self.harmed: list[Acting] = []  # what wrong actions do
        self.shown: list[Shown] = []
        # Kept by the world: the effects that act at a minute. Most minutes share theirs with those before.
        self.levels: dict[int, Levels] = {}
        self.distinct: dict[Hashable, Levels] = {}  # by name
        self.lags: dict[int, list[float]] = {}  # filled in by `stocks`
        for taken in course.taken:
            self._enter(world, taken, taken.key in course.held)
        self.again = self._relapse(world)

    def _enter(self, world: World, taken: Taken, holds: bool) -> None:
        key, minute = taken.key, taken.minute
        came_true = brought_about(world.plan, key, self.reached) if holds else ()
        for name in came_true:
            self.reached[name] = minute
        service = world.service_of(key)
        if service is None:
            return
        if key.action in RENEWING:
            self.renewed.setdefault(service, []).append((minute, key.action))
        if key.action == "rollback_deploy" or (holds and sets_back(world, key, service)):
            self.versions.setdefault(service, []).append((minute, back_to(world, service, taken.version)))
        elif key.target.startswith("drain_backlog@"):
            self.draining.setdefault(service, minute)
        elif key.action == "scale_service":
            self._scale(world, service, minute, taken.replicas)
        elif key.action == "disable_feature_flag":
            self.switched.setdefault(key.target, minute)
        self.shown.append(Shown(service, minute, key))
        early = not came_true and any(key in each.ways and each.name not in self.reached for each in world.plan)
        self.harmed += world.harm_of(key, service, minute, early)

    def _scale(self, world: World, service: int, minute: int, asked: int | None) -> None:
        usual = world.instances(service)
        members = max(1, min(MOST_MEMBERS, asked or usual + max(1, usual // 2)))
        self.scaled[service] = minute, members
        self.harmed.append(Acting(SCALED, service, members / usual, minute, 0.0))

    def _relapse(self, world: World) -> Relapse | None:
        """When the failure came back: so many minutes after it was stopped, if no guard stood by then."""
        family = world.cast.family
        stopped = [self.reached.get(c.name, FOREVER) for c in family.plan if c.kind == "stop"]
        guarded = [self.reached.get(c.name, FOREVER) for c in family.plan if c.kind == "guard"]
        if not world.relapse_minutes or not stopped or max(stopped) == FOREVER or not guarded:
            return None
        begin, guard = max(stopped) + world.relapse_minutes, max(guarded)
        return Relapse(begin, guard) if guard > begin else None

    def renewed_before(self, service: int, minute: float, by: frozenset[str] = RENEWING) -> int | None:
        """When a service last began anew by one of these actions, up to a minute; None if it never did."""
        if service not in self.renewed:
            return None
        return max((m for m, action in self.renewed[service] if m <= minute and action in by), default=None)
