"""The runbook steps of the services of an incident."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.groups import GROUPS, Group
from cloud_incident_env.generated.model import Family, Way
from cloud_incident_env.generated.plans import acted_on, written
from cloud_incident_env.generated.software import SOFTWARE

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

RUNBOOK_STEPS = 14  # that each service lists
OTHER_PLANS = 3  # whole plans for other failures that a runbook holds as well, at most
LOOKING_ON = 2  # of them that show something and change nothing
GUARDS = 2  # steps that guard, tell or check, beside those of the plan: such a step does no harm when it is not needed

RESTORING = ("stop", "restore")  # kinds of conditions, of those that act
PROTECTING = ("guard", "check")
ANY = (*RESTORING, *PROTECTING)

# Steps that do nearly the same: where one of them is a way of the plan, the others are no mistake, so that the runbook
# does not list them beside it unless they are ways as well.
ALIKE: tuple[frozenset[str], ...] = (
    frozenset({"restart_in_waves", "replace_instances"}),
    frozenset({"end_sessions", "reset_sessions"}),
    frozenset({"end_process", "pause_jobs", "pause_automation"}),
    frozenset({"fence_member", "isolate_instance", "drain_host"}),
    frozenset({"reconcile_records", "replay_records", "restore_record"}),
    frozenset({"shed_load", "limit_client", "block_route"}),
    frozenset({"revert_configuration", "publish_previous", "restore_limit"}),
    frozenset({"freeze_publishing", "pause_rollout", "pause_automation"}),
    frozenset({"raise_limit", "restore_limit", "add_members"}),
    frozenset({"inform_owner", "file_follow_up", "open_vendor_ticket"}),
    frozenset({"serve_stale", "open_breaker"}),
    frozenset({"verify_recovery", "verify_data"}),
    frozenset({"expand_volume", "free_space", "move_aside"}),
)
Pools = tuple[tuple[tuple[str, ...], int], ...]  # steps, and how many are drawn in all once they were
TEMPTED = 3  # steps of a runbook, at most, that people try first against failures of a group
# What people try first against failures of a group, and what helps against some of its modes or against none.
TEMPTING: dict[str, tuple[str, ...]] = {
    "connections": ("raise_limit", "restart_in_waves", "add_members", "end_sessions"),
    "memory": ("raise_limit", "restart_in_waves", "add_members", "flush_entries"),
    "stores": ("promote_replica", "free_space", "raise_limit", "reopen_writes"),
    "processors": ("raise_limit", "add_members", "restart_in_waves", "shed_load"),
    "slow-stores": ("promote_replica", "raise_limit", "flush_entries", "restart_in_waves"),
    "waiting": ("raise_limit", "restart_in_waves", "add_members", "end_process"),
    "lag": ("add_members", "restart_in_waves", "replay_records", "raise_limit"),
    "caches": ("flush_entries", "add_members", "restart_in_waves", "raise_limit"),
    "trust": ("rotate_secret", "restart_in_waves", "reload_configuration", "bypass_checks"),
    "names": ("flush_entries", "restart_in_waves", "restore_route", "publish_previous"),
    "paths": ("restart_in_waves", "shift_traffic", "flush_entries", "replace_instances"),
    "starting": ("restart_in_waves", "raise_limit", "add_members", "resume_automation"),
    "limits": ("add_members", "restart_in_waves", "raise_limit", "block_route"),
    "data": ("promote_replica", "restore_record", "reopen_writes", "restart_in_waves"),
    "releases": ("restart_in_waves", "flush_entries", "revert_configuration", "add_members"),
    "parts": ("restart_in_waves", "add_members", "drain_host", "raise_limit"),
    "control": ("restart_in_waves", "resume_automation", "add_members", "replace_instances"),
    "alarms": ("restart_in_waves", "raise_limit", "reload_configuration", "shed_load"),
}
# What the runbook of any service may hold. Few failures strike a broker, and its runbook is as long as the others.
GENERAL = (
    "limit_client",
    "reset_sessions",
    "restart_in_waves",
    "raise_limit",
    "drain_backlog",
    "isolate_instance",
    "revert_configuration",
    "shift_traffic",
    "pause_automation",
    "reload_configuration",
    "add_alarm",
    "inform_owner",
    "stage_changes",
)


def _steps_of(family: Family, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The runbook steps on the culprit of the plan of a family, of conditions of these kinds."""
    ways = (way for condition in family.plan if condition.kind in kinds for way in family.ways_of(condition))
    return tuple(way.name for way in ways if _is_step(way))


def _is_step(way: Way) -> bool:
    return way.action == "execute_runbook_step" and way.on == "culprit"


@cache
def _striking(software: str, families: tuple[str, ...]) -> tuple[Family, ...]:
    """The families that could strike a software and have steps on the culprit."""
    found = map(FAMILIES.__getitem__, families)
    return tuple(family for family in found if software in family.strikes and _steps_of(family, ANY))


@cache
def _group_of(family: Family) -> Group:
    return next(group for group in GROUPS if family.name in group.modes)


@cache
def _alike(software: str, family: Family, families: tuple[str, ...]) -> tuple[Family, ...]:
    """The other families of a group that strike such software."""
    kind = SOFTWARE[software].kind
    others = _group_of(family).modes
    found = (FAMILIES[name] for name in families if name in others and name != family.name)
    return tuple(other for other in found if any(SOFTWARE[name].kind == kind for name in other.strikes))


@cache
def _near(step: str) -> frozenset[str]:
    """A step, and those that do nearly the same."""
    return frozenset({step}).union(*(each for each in ALIKE if step in each))


def runbook(world: World, index: int) -> tuple[str, ...]:
    """The runbook steps of a service, as an action names them: as many on every service.

    Every service lists the steps of some families that could strike it, those of its own among them at the culprit, and
    others that help against failures that look alike: neither a complete plan in a runbook nor a step in it tells
    anything.
    """
    if index not in world.runbooks:
        world.runbooks[index] = _runbook(world, index)
    return world.runbooks[index]


def _runbook(world: World, index: int) -> tuple[str, ...]:
    draws = world.draws("runbook", index)
    software = world.cast.service(index).software
    names = _planned(world, index)
    withheld = _helping(world, index).difference(names)
    family: Family | None = world.cast.family
    striking = _striking(software, world.background)
    if index != world.cast.place.culprit:
        family = draws.pick(striking) if striking else None
        names += [step for step in _plan_of(family, draws) if step not in withheld] if family is not None else []
    names = list(dict.fromkeys(names))
    names = _with_other_plans(striking, family, names, withheld, draws)
    room = max(0, RUNBOOK_STEPS - LOOKING_ON - len(names))
    names += _tempting(_pools(software, family, world.background), names, withheld, draws)[:room]
    names += draws.sample(SOFTWARE[software].runbook, RUNBOOK_STEPS - len(names))
    return tuple(f"{step}@{world.cast.names[index]}" for step in draws.shuffled(names))


def _planned(world: World, index: int) -> list[str]:
    """The steps of the plan on a service."""
    at = f"@{world.cast.names[index]}"
    ways = (way for condition in world.plan for way in condition.ways if way.action == "execute_runbook_step")
    return [way.target.removesuffix(at) for way in ways if way.target.endswith(at)]


def _helping(world: World, index: int) -> frozenset[str]:
    """The steps on a service that would help: those of the plan, and other ways that this incident has no step for.

    None of the latter may get into the runbook as a step of something else: it would do what is told of it, and not
    count.
    """
    family = world.cast.family
    ways = (way for condition in family.plan for way in family.ways_of(condition))
    return frozenset(way.name for way in ways if way.action == "execute_runbook_step" and acted_on(world, way) == index)


def _plan_of(family: Family, draws: Draws) -> list[str]:
    """The steps of a plan that a runbook would hold, were the service the culprit of such a failure."""
    return [way.name for condition in family.plan for way in written(family.ways_of(condition), draws) if _is_step(way)]


def _with_other_plans(
    striking: tuple[Family, ...], family: Family | None, names: list[str], withheld: frozenset[str], draws: Draws
) -> list[str]:
    """Steps, and the whole plans of other failures of such a service: which of the plans it is, nothing here tells."""
    avoided = withheld.union(*map(_near, names)).difference(names)
    found, plans = dict.fromkeys(names), 0
    for other in draws.shuffled(striking):
        steps = _plan_of(other, draws)
        fits = len({*found, *steps}) <= RUNBOOK_STEPS - LOOKING_ON
        if other is not family and fits and avoided.isdisjoint(steps):
            found.update(dict.fromkeys(steps))
            plans += 1
        if plans == OTHER_PLANS:
            break
    return list(found)


def _tempting(pools: Pools, names: list[str], withheld: frozenset[str], draws: Draws) -> list[str]:
    """Steps that do not belong to the plan, the likeliest first: a few that protect, then those that act."""
    avoided = withheld.union(*map(_near, names))
    found: dict[str, None] = {}
    for steps, most in pools:
        fitting = [step for step in steps if step not in avoided and step not in found]
        found.update(dict.fromkeys(draws.sample(fitting, most - len(found))))
    return list(found)


@cache
def _pools(software: str, family: Family | None, families: tuple[str, ...]) -> Pools:
    """Steps from which those beside a plan are drawn, in this order, and how many there are at most after each."""
    striking = _striking(software, families)
    alike = _alike(software, family, families) if family is not None else ()
    own = _steps_of(family, ANY) if family is not None else ()
    first = TEMPTING[_group_of(family).name] if family is not None else ()
    pools = (
        (_all_steps(alike, PROTECTING), GUARDS),
        (_all_steps(striking, PROTECTING), GUARDS),
        (first, GUARDS + TEMPTED),
        (_all_steps(alike, RESTORING), RUNBOOK_STEPS),
        (_all_steps(striking, RESTORING), RUNBOOK_STEPS),
        (GENERAL, RUNBOOK_STEPS),
    )
    avoided = frozenset().union(*map(_near, own))
    return tuple((tuple(step for step in steps if step not in avoided), most) for steps, most in pools)


def _all_steps(families: tuple[Family, ...], kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The steps of the plans of families, each once."""
    return tuple(dict.fromkeys(step for family in families for step in _steps_of(family, kinds)))
