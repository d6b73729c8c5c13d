"""The consequence of every remediation in a generated incident: its result, and the harm that a wrong one does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cloud_incident_env.actions import REMEDIATIONS, acts_on_services
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.flags import flags
from cloud_incident_env.generated.model import Step
from cloud_incident_env.generated.plan_steps import acts_on, step_key
from cloud_incident_env.generated.runbooks import runbook, runbook_pool
from cloud_incident_env.generated.service_versions import versions
from cloud_incident_env.generated.templates import family_values, fill
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Consequence, Key

_WRONG_ON_STATEFUL = {
    "restart_service": "Nothing got better; the restart dropped its clients, which now reconnect all at once.",
    "scale_service": "Nothing got better; moving its data to more replicas slows every query down.",
    "clear_cache": "Nothing got better; every read now goes to what lies behind the cache.",
}
_WRONG_ROLLBACK = "Nothing got better, and features that people use are gone."
_WRONG_FLAG = "Nothing got better, and people miss the feature."
_WRONG_STEP = "Nothing got better; the step took work under way down with it."
_TOO_EARLY = "{action} went through and did not hold: what the failure feeds on is still there."
_RESULTS = {
    "restart_service": "{service} was restarted, one replica after another. Nothing else changed.",
    "rollback_deploy": "{service} runs an earlier release again. Nothing else changed.",
    "scale_service": "{service} has more replicas. Nothing else changed.",
    "clear_cache": "{service} dropped what it held in its cache. Nothing else changed.",
    "disable_feature_flag": "The flag {target} is off. Nothing else changed.",
    "execute_runbook_step": "{target} ran to its end. Nothing else changed.",
}


class Consequences(Mapping[Key, Consequence]):
    """The consequence of each remediation on each target that exists.

    A consequence is worked out when it is first read, and kept: an episode reads few of them.
    """

    __slots__ = ("_known", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[Key, Consequence] = {}

    def __getitem__(self, key: Key) -> Consequence:
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._consequence(key)
        return found

    def __iter__(self) -> Iterator[Key]:
        return (Key(action, target) for action in REMEDIATIONS for target in self._targets(action))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _targets(self, action: str) -> list[str]:
        """What exists for an action to act on."""
        world = self._world
        if acts_on_services(action):
            return list(world.index_of)
        listed = flags if action == "disable_feature_flag" else runbook
        return [target for index in world.cast.known for target in listed(world, index)]

    def _consequence(self, key: Key) -> Consequence:
        world = self._world
        for step in world.cast.family.steps:
            if step_key(world, step) == key:
                return _planned(world, step, key.target)
        index = self._owner(key)
        if index is None:
            raise KeyError(key)
        result = _RESULTS[key.action].format(service=key.target, target=key.target)
        return Consequence(result, world.cast.names[index], harm=_harm(world, key, index))

    def _owner(self, key: Key) -> int | None:
        """The service that has a target; None if nothing is called so."""
        world = self._world
        if acts_on_services(key.action):
            return world.index_of.get(key.target)
        if key.action == "execute_runbook_step":
            index = world.index_of.get(key.target.partition("@")[2])
            return index if index is not None and key.target in runbook(world, index) else None
        return next((index for index in world.cast.known if key.target in flags(world, index)), None)


def _planned(world: World, step: Step, target: str) -> Consequence:
    index = acts_on(world, step)
    draws = world.draws("result", step.action, target)
    values = family_values(world, index, draws)
    early = step.too_early or _TOO_EARLY.replace("{action}", f"{step.action} on {target}")
    return Consequence(
        result=fill(step.result, values, draws),
        service=world.cast.names[index],
        too_early=fill(early, values, draws),
        version=versions(world, index)[1] if step.action == "rollback_deploy" else None,
    )


def _harm(world: World, key: Key, index: int) -> str | None:
    """Why a remediation that is no part of the plan hurts; None if it does no harm."""
    action, target = key
    if action == "disable_feature_flag":
        return _WRONG_FLAG
    if action == "execute_runbook_step":
        pool = runbook_pool(world.cast.service(index).software, world.background)
        return _WRONG_STEP if pool.get(target.partition("@")[0]) else None
    declared = _declared_wrong(world, action, index)
    if declared is not None:
        return declared
    software = world.cast.software(index)
    if action == "rollback_deploy":
        began_it = index == world.cast.place.culprit and world.cast.family.change is not None
        # Undoing the change that began the failure does no harm, though it does not end it either.
        return None if began_it else _WRONG_ROLLBACK
    if action == "clear_cache" and software.kind not in ("cache", "cdn", "dns"):
        return None
    return _WRONG_ON_STATEFUL.get(action) if software.stateful or action == "clear_cache" else None


def _declared_wrong(world: World, action: str, index: int) -> str | None:
    """Why the family says that an action on a service hurts."""
    place = world.cast.place
    roles = {"culprit": place.culprit, "through": place.through, "entry": world.cast.entry}
    for (wrong_action, role), reason in world.cast.family.wrong.items():
        if wrong_action != action:
            continue
        if world.spread.is_victim(index) if role == "caller" else roles[role] == index:
            draws = Draws(world.key, "wrong", f"{action}:{role}")
            return fill(reason, family_values(world, index, draws), draws)
    return None
