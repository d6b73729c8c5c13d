"""What each remediation of an incident comes to: results, and wrong actions with their reasons.

Mappings that work their entries out when they are read, because an episode reads few of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from actions import action_key, target_parameter
from incidents.draws import Draws
from incidents.model import Step
from incidents.remedies import acts_on, flags, runbook, runbook_pool, step_key, step_target
from incidents.templates import fill
from incidents.world import World
from scenario import RemediationResult

_ON_SERVICES = ("restart_service", "rollback_deploy", "scale_service", "clear_cache")
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
V = TypeVar("V")


class _Computed(Mapping[str, V]):
    """A mapping whose keys and values a subclass works out."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def _keys(self) -> list[str]:
        raise NotImplementedError

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys())

    def __len__(self) -> int:
        return len(self._keys())


class Results(_Computed[RemediationResult]):
    """Target -> what one remediation action on it comes to."""

    __slots__ = ("_action",)

    def __init__(self, world: World, action: str) -> None:
        super().__init__(world)
        self._action = action

    def _keys(self) -> list[str]:
        world = self._world
        parameter = target_parameter(self._action)
        if parameter == "service":
            return list(world.index_of)
        listed = flags if parameter == "flag" else runbook
        return [target for index in world.cast.known for target in listed(world, index)]

    def __getitem__(self, target: str) -> RemediationResult:
        world = self._world
        for step in world.cast.family.steps:
            if step.action == self._action and step_target(world, step) == target:
                return _planned(world, step, target)
        if target not in self._keys():
            raise KeyError(target)
        return {"result": _RESULTS[self._action].format(service=target, target=target)}


def _planned(world: World, step: Step, target: str) -> RemediationResult:
    index = acts_on(world, step)
    draws = world.draws("result", step.action, target)
    values = world.family_values(index, draws)
    early = step.too_early or _TOO_EARLY.replace("{action}", f"{step.action} on {target}")
    result: RemediationResult = {"result": fill(step.result, values, draws), "too_early": fill(early, values, draws)}
    if step.action == "rollback_deploy":
        result["target_version"] = world.versions(index)[1]
    return result


class WrongActions(_Computed[str]):
    """Action key -> why it hurts."""

    def _keys(self) -> list[str]:
        actions = (*_ON_SERVICES, "disable_feature_flag", "execute_runbook_step")
        keys = [action_key(action, target) for action in actions for target in Results(self._world, action)]
        return [key for key in keys if key in self]

    def __getitem__(self, key: str) -> str:
        reason = self._reason(key)
        if reason is None:
            raise KeyError(key)
        return reason

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._reason(key) is not None

    def _reason(self, key: str) -> str | None:
        world = self._world
        action, _, target = key.partition(":")
        if any(step_key(world, step) == key for step in world.cast.family.steps):
            return None
        if action in _ON_SERVICES:
            return self._on_service(action, target)
        if action == "disable_feature_flag":
            return _WRONG_FLAG if target in Results(world, action) else None
        name, _, service = target.partition("@")
        index = world.index_of.get(service)
        if index is None or target not in runbook(world, index):
            return None
        return _WRONG_STEP if runbook_pool(world.service(index).software, world.background).get(name) else None

    def _on_service(self, action: str, target: str) -> str | None:
        world = self._world
        index = world.index_of.get(target)
        if index is None:
            return None
        declared = _declared_wrong(world, action, index)
        if declared is not None:
            return declared
        software = world.software(index)
        if action == "rollback_deploy":
            began_it = index == world.cast.place.culprit and world.cast.family.change is not None
            return None if began_it else _WRONG_ROLLBACK  # what the change set off goes on without it
        if action == "clear_cache" and software.kind not in ("cache", "cdn", "dns"):
            return None
        return _WRONG_ON_STATEFUL.get(action) if software.stateful or action == "clear_cache" else None


def _declared_wrong(world: World, action: str, index: int) -> str | None:
    """Why the family says that an action on a service hurts."""
    place = world.cast.place
    roles = {"culprit": place.culprit, "through": place.through, "entry": world.cast.entry}
    for key, reason in world.cast.family.wrong.items():
        wrong_action, _, role = key.partition(":")
        if wrong_action != action:
            continue
        hit = (
            world.strengths.get(index, 0) > 0.1 and index != place.culprit if role == "caller" else roles[role] == index
        )
        if hit:
            draws = Draws(world.key, "wrong", key)
            return fill(reason, world.family_values(index, draws), draws)
    return None
