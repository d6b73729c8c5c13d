"""The plan of a hand-written failure, its steps, and the moments as of which a report is read.

A step is a key of the plan, or several keys together. A report changes only at the steps that its rows name. It is shown
as of the latest of these, in the order of the plan, whose keys all hold. Each row then has the value of its own latest
step among that step's keys and the keys that they need.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from cloud_incident_env.incident import Condition, Key

Step: TypeAlias = "Key | frozenset[Key]"
T = TypeVar("T")


def together(*keys: Key) -> frozenset[Key]:
    """The step that is reached once all of these keys of a plan hold."""
    return frozenset(keys)


def keys_of(step: Step) -> frozenset[Key]:
    """The keys of a plan that a step consists of."""
    return frozenset((step,)) if isinstance(step, Key) else step


def check_known(names: Iterable[object], known: Iterable[object], place: str, rule: str) -> None:
    """Raise ValueError unless all names are known ones; `place` says where they stand and `rule` what they must be."""
    valid = tuple(known)
    for name in names:
        if name not in valid:
            one_of = ", ".join(map(str, valid)) or "(none)"
            raise ValueError(f"{place}: {str(name)!r} must be {rule}: one of {one_of}")


class Plan:
    """The remediation of a failure: its keys in order, each with the keys that must hold before it can hold.

    Raises ValueError where a key needs one that is no earlier part of the plan.
    """

    def __init__(self, needs: Mapping[Key, tuple[Key, ...]] | None = None) -> None:
        needs = needs or {}
        self.keys = tuple(needs)
        self.requirements = MappingProxyType({key: needed for key, needed in needs.items() if needed})
        for number, key in enumerate(self.keys):
            check_known(needs[key], self.keys[:number], f"what {key} needs", "an earlier step of the plan")

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The plan as an incident holds it: a condition for each key."""
        return tuple(Condition.of(key, self.requirements.get(key, ())) for key in self.keys)

    def position(self, step: Step) -> list[int]:
        """Where a step stands in the order of the plan: by its last key, then by the key before, and so on."""
        return sorted(map(self.keys.index, keys_of(step)), reverse=True)

    def moment(self, step: frozenset[Key]) -> Moment:
        """The moment at which a step has been reached."""
        reached = set(step)
        for key in reversed(self.keys):
            if key in reached:
                reached.update(self.requirements.get(key, ()))
        return Moment(self, step, frozenset(reached))


@dataclass(frozen=True)
class Moment:
    """The moment as of which a report is read: the step reached last, empty before the first one."""

    plan: Plan
    step: frozenset[Key]
    reached: frozenset[Key]  # the keys of the step and all that they need

    def value(self, initial: T, after: Mapping[Step, T]) -> T:
        """The value of a row that is `initial` at first and changes `after` steps."""
        reached = [step for step in after if keys_of(step) <= self.reached]
        return after[max(reached, key=self.plan.position)] if reached else initial

    def within(self, since: Step | None, until: Step | None) -> bool:
        """Whether `since` has been reached, and neither `until` nor a step that comes after it in the plan."""
        if since is not None and not keys_of(since) <= self.reached:
            return False
        return until is None or self.plan.position(self.step) < self.plan.position(until)
