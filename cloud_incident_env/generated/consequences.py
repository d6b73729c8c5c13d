"""The consequence of every remediation in a generated incident: what the engineer is told, and whether it does harm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cloud_incident_env.actions import REMEDIATIONS, acts_on_services
from cloud_incident_env.generated.flags import flags
from cloud_incident_env.generated.harm import harm_in
from cloud_incident_env.generated.plans import ways_with
from cloud_incident_env.generated.runbooks import runbook
from cloud_incident_env.generated.service_versions import versions
from cloud_incident_env.generated.templates import FamilyValues, fill
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Consequence, Key

_TOO_EARLY = "{action} went through and does not hold yet: what it would undo is still being done."
# What comes of steps that protect while the failure still acts. It does not say what is missing.
_NOT_YET = {
    "add_alarm": "does not hold yet: the alarm fired as soon as it was set, and was muted like the others.",
    "correct_rule": "does not hold yet: what runs at present breaks the rule, which was taken out again.",
    "stage_changes": "does not hold yet: the next urgent change went out past the stages.",
    **dict.fromkeys(
        ("set_expiry", "set_call_timeout", "set_idle_timeout", "set_retry_budget"),
        "does not hold yet: the setting hit most of what is under way, and was taken back.",
    ),
    **dict.fromkeys(
        ("restore_limit", "limit_client", "raise_limit"),
        "does not hold yet: the limit does not suit what comes in at present, and was taken back.",
    ),
    **dict.fromkeys(("verify_recovery", "verify_data"), "does not hold yet: not all of it is as it should be."),
}
_RESULTS = {
    "restart_service": "{target} was restarted, one instance after another.",
    "rollback_deploy": "{target} runs the release before.",
    "scale_service": "{target} has another number of instances.",
    "clear_cache": "{target} dropped what it held in its cache.",
    "disable_feature_flag": "The flag {target} is off.",
    "execute_runbook_step": "{target} ran to its end.",
}


def _too_early(key: Key) -> str:
    """What is told of a step that was taken before what it needs, where its family does not say."""
    told = _NOT_YET.get(key.target.partition("@")[0]) if key.action == "execute_runbook_step" else None
    return f"{key.target} {told}" if told else _TOO_EARLY.format(action=key)


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
        index = self._owner(key)
        if index is None:
            raise KeyError(key)
        name = world.cast.names[index]
        ways = ways_with(world, key)
        values = FamilyValues(world, index, 0, world.draws("result", str(key)))
        if ways:
            early = next((way.early for way in ways if way.early), _too_early(key))
            version = versions(world, index)[1] if key.action == "rollback_deploy" else None
            return Consequence(fill(ways[0].result, values), name, too_early=fill(early, values), version=version)
        harm = harm_in(world, key, index)
        told = fill(harm.told, values) if harm else None
        return Consequence(_RESULTS[key.action].format(target=key.target), name, harm=told)

    def _owner(self, key: Key) -> int | None:
        """The service that has a target; None if nothing is called so."""
        world = self._world
        index = world.service_of(key)
        if index is None or key.action != "execute_runbook_step":
            return index
        return index if key.target in runbook(world, index) else None
