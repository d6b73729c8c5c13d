"""What remediations do that are no part of the plan: a restart drops connections, a flush empties a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cloud_incident_env.generated.acting import FOREVER, Acting, acting
from cloud_incident_env.generated.model import Effect, Ramp, Software, Step, Wrong
from cloud_incident_env.generated.plans import ways_with
from cloud_incident_env.generated.releases import last_changed
from cloud_incident_env.generated.roles import services_in
from cloud_incident_env.incident import Key

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

ESTABLISHED = 24 * 60  # minutes after a release or a flag from which people rely on it


class Harm(NamedTuple):
    """What an action does: effects, each with the minutes that it lasts, and what the engineer is told."""

    effects: tuple[tuple[Effect, float], ...]
    told: str


_DROPPED = Harm(
    (
        (Effect("refused", (0.4, 0.7), shape=Step()), 2),
        (Effect("slowdown", (2.0, 4.0), shape=Step()), 7),
    ),
    "Sessions on it were cut, and its buffers began empty.",
)
_MOVED = Harm(
    ((Effect("slowdown", (2.5, 5.0), shape=Ramp((1, 2))), 11), (Effect("cost", (1.3, 1.7), shape=Step()), 11)),
    "The new members take their part over, and answers are late until they have it.",
)
_EMPTIED = Harm(
    ((Effect("hit_loss", (0.75, 0.95), shape=Step()), 9), (Effect("delay", (0.05, 0.15), shape=Step()), 4)),
    "It began empty, and fills again.",
)
_OLDER = Harm(
    ((Effect("own_errors", (0.04, 0.12), shape=Step()), FOREVER),),
    "Requests that need what the newer release brought are refused since then.",
)
_SWITCHED = Harm(
    ((Effect("own_errors", (0.02, 0.07), shape=Step()), FOREVER),),
    "Requests for what the flag switches are refused since then.",
)
_CUT = Harm(
    ((Effect("own_errors", (0.25, 0.45), shape=Step()), 3),), "Work that was under way was cut off and is tried again."
)
_TURNED_AWAY = Harm(
    ((Effect("own_errors", (0.15, 0.3), shape=Step()), 12),), "A part of the requests to it is turned away since then."
)
_SMALLER = Harm(
    ((Effect("capacity", (0.55, 0.75), shape=Step()), 15), (Effect("own_errors", (0.05, 0.1), shape=Step()), 2)),
    "The rest carries its load and is busier.",
)
_AWAY = Harm(
    ((Effect("refused", (0.7, 0.9), shape=Step()), 3), (Effect("slowdown", (2.0, 3.0), shape=Step()), 9)),
    "It answered nobody while it changed over, and starts cold.",
)
_LOCKED_OUT = Harm(
    ((Effect("own_errors", (0.1, 0.25), shape=Step()), 6),), "Whoever still holds the old values is refused until then."
)
_PUSHED = Harm(
    ((Effect("own_errors", (0.2, 0.35), shape=Step()), 4),),
    "What was waiting was worked off all at once, and a part of what came meanwhile was turned away.",
)
_TWICE = Harm(
    (
        (Effect("own_errors", (0.04, 0.1), shape=Step()), 8),
        (Effect("slowdown", (1.5, 2.2), shape=Step()), 8),
    ),
    "What had been done was done once more beside the usual work, and a part of that was refused.",
)
_STALE = Harm(
    ((Effect("own_errors", (0.05, 0.12), shape=Step()), 10),),
    "Who asks for what is new is given what is old, and what needs the new was refused.",
)
_EARLIER = Harm(
    ((Effect("own_errors", (0.06, 0.15), shape=Step()), 10),),
    "Whoever relies on what is newer was refused until it was put back.",
)
_CROWDED = Harm(
    ((Effect("slowdown", (1.5, 2.3), shape=Step()), 10),), "More is worked on at once, and each piece takes longer."
)
_REBUILT = Harm(
    ((Effect("slowdown", (2.0, 3.5), shape=Step()), 10), (Effect("cost", (1.2, 1.5), shape=Step()), 10)),
    "Everything is read once for it, and requests wait for that meanwhile.",
)
# Runbook steps that hurt where nothing is wrong.
HARMFUL_STEPS = {
    **dict.fromkeys(("end_sessions", "end_process", "reset_sessions", "open_breaker"), _CUT),
    **dict.fromkeys(("block_route", "shed_load", "limit_client", "shift_traffic", "restore_limit"), _TURNED_AWAY),
    "serve_stale": _STALE,
    **dict.fromkeys(
        ("drain_host", "isolate_instance", "fence_member", "restart_in_waves", "replace_instances"), _SMALLER
    ),
    **dict.fromkeys(("promote_replica", "rebuild_replica", "compact_store"), _AWAY),
    **dict.fromkeys(("rotate_secret", "retire_previous"), _LOCKED_OUT),
    **dict.fromkeys(("free_space", "move_aside"), _CUT),
    "drain_backlog": _PUSHED,
    **dict.fromkeys(("replay_records", "run_job_once"), _TWICE),
    **dict.fromkeys(("revert_configuration", "publish_previous", "restore_record"), _EARLIER),
    "raise_limit": _CROWDED,
    "rebuild_index": _REBUILT,
}
_USUAL = Harm(((Effect("own_errors", (0.1, 0.2), shape=Step()), 4),), "Nothing got better.")


# Runbook steps that do to a service what an action does.
LIKE_AN_ACTION = {"add_members": "scale_service", "restart_in_waves": "restart_service"}


def wrong_of(world: World, key: Key) -> Wrong | None:
    """The tempting mistake of the family that an action is, or a step that does the same; None if it is none."""
    step, _, service = key.target.partition("@")
    action, target = (LIKE_AN_ACTION[step], service) if step in LIKE_AN_ACTION else key
    for wrong in world.cast.family.wrong:
        if wrong.action == action:
            for index in services_in(world.cast, wrong.on):
                if world.cast.names.get(index) == target:
                    return wrong
    return None


def harm_in(world: World, key: Key, index: int) -> Harm | None:
    """What an action on a service does that is no part of the plan; None if it does no harm."""
    if not _hurt(world, index):
        return None
    wrong = wrong_of(world, key)
    usual = _usual_harm(world, key, index, world.cast.software(index))
    if wrong is not None:
        own = tuple((effect, 10.0) for effect in wrong.effects)
        # What is told of the action need not fit the step: instances that start in waves do not start at once.
        told = usual.told if usual and key.action == "execute_runbook_step" else wrong.why
        return Harm(own or (usual or _USUAL).effects, told)
    return usual


def _hurt(world: World, index: int) -> tuple[int, ...]:
    """The services that feel what is done to a service: itself, or those that run on a platform."""
    nodes = world.sizing.nodes
    if nodes[index].serves:
        return (index,)
    if nodes[index].kind == "monitoring":
        return ()
    above = (caller for caller, kind, _ in world.cast.callers(index) if kind == "platform")
    return tuple(caller for caller in above if nodes[caller].serves)


def _usual_harm(world: World, key: Key, index: int, software: Software) -> Harm | None:
    if key.action == "restart_service":
        return _DROPPED if software.stateful else None
    if key.action == "scale_service":
        return _MOVED if software.stateful else None
    if key.action == "clear_cache":
        return _EMPTIED if software.kind in ("cache", "cdn") else None
    if key.action == "execute_runbook_step":
        return _harm_of_step(key.target.partition("@")[0], software)
    if last_changed(world, index) > -ESTABLISHED:
        return None
    return _OLDER if key.action == "rollback_deploy" else _SWITCHED


def _harm_of_step(step: str, software: Software) -> Harm | None:
    if step == "flush_entries":
        return _EMPTIED if software.kind in ("cache", "cdn") else _CUT
    if step == "add_members":
        return _MOVED if software.stateful else None
    return HARMFUL_STEPS.get(step)


def harm_of(world: World, key: Key, index: int, minute: int, early: bool) -> list[Acting]:
    """The effects of an action on a service beside what it is for, from the minute at which it took effect.

    A step of the plan that was taken too early drops what is under way as it does anywhere, and brings nothing about.
    """
    found = []
    planned = ways_with(world, key)
    if planned and key.target.startswith("shed_load@"):
        found.append(_begun(world, key, 9, _SHED, index, minute, SHED_MINUTES))
    harm = None
    if not planned:
        harm = harm_in(world, key, index)
    elif early and _hurt(world, index):
        harm = _usual_harm(world, key, index, world.cast.software(index))
    for number, (effect, lasts) in enumerate(harm.effects if harm else ()):
        hurt = (index,) if effect.parameter == "gauge" else _hurt(world, index)
        found += [_begun(world, key, number, effect, service, minute, lasts) for service in hurt]
    if not harm and not world.cast.software(index).stateful and key.action == "restart_service":
        found.append(_begun(world, key, 0, _ROLLING, index, minute - 3, 4))
    return found


SHED_MINUTES = 6  # minutes until all requests are let in again
_SHED = Effect("own_errors", (0.2, 0.35), shape=Step())
_ROLLING = Effect("capacity", (0.7, 0.85), shape=Step())  # one instance after another is replaced


def _begun(world: World, key: Key, number: int, effect: Effect, index: int, minute: int, lasts: float) -> Acting:
    return acting(effect, index, world.draws("harm", str(key), number), minute, (), lasts)
