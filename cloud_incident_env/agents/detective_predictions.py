"""What a failure mode does to a service by the role that the service has in it, as ranges of figures.

Read from the declarations of the modes (`generated/families/`): parameters, gauges, changes. Not their wordings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import (
    FACTORS,
    PLATFORM_KINDS,
    Age,
    Gauge,
    Grow,
    Parameter,
    Periodic,
    Role,
)
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.software.causes import CAUSES
from cloud_incident_env.generated.software.gauges import OWN_FAILURES

# Kinds of software that hardly call anybody.
STORES = frozenset({"database", "cache", "broker", "config", "secrets", "dns", "vendor"})
GROWN = 1.6  # what a mode may have grown to when an agent looks, as a multiple of what it comes to at the alert
ITS_DELAY = 1.3  # times as long as usual, at least, where a share of a time-out comes to the time of a service
LITTLE = 0.03  # share that is too small to tell by
Roles = frozenset[Role]
NO_ROLE: Roles = frozenset()
NOTHING = (0.0, 0.0)  # of a share or a number
UNCHANGED = (1.0, 1.0)  # of a factor


class Remedy(NamedTuple):
    """An action that reaches an aim of a plan."""

    action: str
    role: Role  # of the service on which it acts
    name: str  # of a runbook step or flag, with fields that stand for anything


class Span(NamedTuple):
    """The least and the most that a figure comes to, whether it comes and goes, and how far it may have grown.

    A figure that counts the time since something began tells `ages`. `since` is how many minutes before the first
    symptom the figure may begin to move: the least and the most.
    """

    least: float
    most: float
    periodic: bool = False
    grown: float = 1.0
    ages: bool = False
    since: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Prediction:
    """What is to be expected of a service."""

    parameters: Mapping[Parameter, Span] = field(default_factory=dict)
    gauges: Mapping[str, Span] = field(default_factory=dict)
    lead: tuple[float, float] | None = None  # minutes from the change that began the failure to the first symptom
    change: str = ""  # the kind of that change as a history tells it: release, flag or other
    hosts: float = 1.0  # share of the instances that are hit

    def share(self, name: Parameter) -> Span:
        return self.parameters.get(name, Span(*(UNCHANGED if name in FACTORS else NOTHING)))

    @cached_property
    def status(self) -> tuple[object, ...]:
        """What a status report would tell it by."""
        uneven, false = self.hosts < 0.5, self.share("shown_errors").most > 0.0
        return self.share("capacity").most < 1.0, uneven, false, self.own.most > 0.0

    @cached_property
    def answers(self) -> tuple[object, ...]:
        """What its callers' calls to it would tell it by."""
        return self.lost.least > LITTLE, self.own.least > LITTLE, self.slows

    @cached_property
    def calls(self) -> tuple[object, ...]:
        """What its own calls would tell it by."""
        hangs = self.share("call_hangs").least
        return self.unsent.least > LITTLE, hangs > LITTLE, hangs > 0.3

    @cached_property
    def metrics(self) -> tuple[object, ...]:
        """What its metrics would tell it by: which figures move, and roughly how far."""
        moved = frozenset((label, int(span.most).bit_length()) for label, span in self.gauges.items())
        work = self.share("cost").least / self.share("capacity").most
        fan, traffic = self.share("fan").least, self.share("traffic")
        factors = (work > 1.2, fan > 1.3, fan > 4.0, traffic.least > 1.2, traffic.most < 0.8)
        shares = (self.own.least > LITTLE, self.share("hit_loss").least > LITTLE, self.share("retries").least > 0.0)
        return moved, factors, shares, self.slows, self.share("shown_errors").least > LITTLE

    @cached_property
    def lost(self) -> Span:
        """The share of the tries to the service that reach nobody."""
        return either(self.share("refused"), self.share("unreachable"))

    @cached_property
    def unsent(self) -> Span:
        """The share of the tries that the service makes and that reach nobody."""
        return either(self.share("call_errors"), self.share("call_hangs"))

    @cached_property
    def own(self) -> Span:
        """The share of the requests that fail for a reason of its own."""
        return either(either(self.share("own_errors"), self.share("unusable")), self.share("hung"))

    @cached_property
    def slows(self) -> bool:
        """Whether the service takes much longer."""
        return self.share("delay").most > 0.0 or self.share("slowdown").most >= 1.5

    @cached_property
    def slower(self) -> float:
        """How many times as long the service takes, at least, as far as that can be told for sure."""
        if self.share("delay").least > 0.0:
            return ITS_DELAY
        return 1.0 + 0.5 * (self.share("slowdown").least - 1.0)

    @cached_property
    def strains(self) -> bool:
        """Whether it may have more to do than it can, so that it turns requests away."""
        more: tuple[Parameter, ...] = ("cost", "slowdown", "traffic")
        return self.slows or self.share("capacity").most < 1.0 or any(self.share(name).most > 1.0 for name in more)


QUIET = Prediction()


def either(first: Span, second: Span) -> Span:
    """The share of what fails for one reason or another."""
    least = 1.0 - (1.0 - first.least) * (1.0 - second.least)
    most = 1.0 - (1.0 - first.most) * (1.0 - second.most)
    return Span(least, most, first.periodic or second.periodic)


@cache
def predicted(mode: str, roles: Roles) -> Prediction:
    """What a mode does to a service with these roles. `QUIET` where it does nothing to it."""
    family = FAMILIES[mode]
    culprit = "culprit" in roles
    effects = [effect for effect in family.effects if effect.on in roles]
    if not effects and not culprit:
        return QUIET
    parameters: dict[Parameter, Span] = {}
    gauges: dict[str, Span] = {}
    for effect in effects:
        periodic = isinstance(effect.shape, Periodic)
        grown = GROWN if isinstance(effect.shape, Grow) else 1.0
        if effect.parameter == "gauge":
            began = family.change.lead_minutes if effect.since == "change" and family.change else NOTHING
            gauges[effect.gauge] = Span(*effect.to, periodic, grown, isinstance(effect.shape, Age), began)
        else:
            before = parameters.get(effect.parameter)
            parameters[effect.parameter] = _both(effect.parameter, before, Span(*effect.to, periodic))
    change = family.change if culprit else None
    return Prediction(
        parameters,
        gauges,
        change.lead_minutes if change else None,
        kind_of_change(change.titles[0]) if change else "",
        family.hosts if culprit else 1.0,
    )


def _both(parameter: Parameter, before: Span | None, span: Span) -> Span:
    """Two effects on one parameter."""
    if before is None:
        return span
    periodic = before.periodic or span.periodic
    if parameter in FACTORS:
        return Span(before.least * span.least, before.most * span.most, periodic)
    if parameter in ("retries", "delay"):
        return Span(before.least + span.least, before.most + span.most, periodic)
    return either(before, span)


def kind_of_change(summary: str) -> str:
    """What kind of change an entry of a history is."""
    kind = summary.partition(" ")[0]
    return kind if kind in ("release", "flag") else "other"


@cache
def roles_felt(mode: str) -> Roles:
    """The roles on which a mode has effects, and the culprit."""
    return frozenset(("culprit", *(effect.on for effect in FAMILIES[mode].effects)))


@cache
def remedies_of(mode: str) -> tuple[tuple[Remedy, ...], ...]:
    """For each aim of a mode's plan, in an order that their needs allow, the actions that reach it."""
    family = FAMILIES[mode]
    return tuple(
        tuple(Remedy(way.action, way.on, way.name) for way in family.ways_of(condition)) for condition in family.plan
    )


@cache
def striking(software: frozenset[str]) -> tuple[str, ...]:
    """The modes that can strike a service that runs one of these."""
    return tuple(name for name, family in FAMILIES.items() if software.intersection(family.strikes))


def fails_itself(mode: str) -> bool:
    """Whether the culprit fails or cannot serve the requests that come to it."""
    return FAMILIES[mode].fails_itself


@cache
def passes_through(mode: str, software: frozenset[str]) -> bool:
    """Whether a mode hurts others by way of a service that runs one of these."""
    return bool(software.intersection(FAMILIES[mode].through))


@cache
def is_false_alarm(mode: str) -> bool:
    """Whether the monitoring is the culprit."""
    return all(SOFTWARE[name].kind == "monitoring" for name in FAMILIES[mode].strikes)


def software_with(labels: Iterable[str]) -> frozenset[str]:
    """The software whose every gauge is among these metrics."""
    shown = frozenset(labels)
    return frozenset(name for name, own in _GAUGES.items() if own <= shown)


def software_released_as(version: str) -> frozenset[str]:
    """The software of a version as a status report names it, such as `MySQL 8.4.4`."""
    found = (name for name, software in SOFTWARE.items() if version.startswith(f"{software.release} "))
    return frozenset(found)


@cache
def software_of(kinds: frozenset[str]) -> frozenset[str]:
    """The software of these kinds."""
    return frozenset(name for name, software in SOFTWARE.items() if software.kind in kinds)


@cache
def may_be_dns(software: frozenset[str]) -> bool:
    """Whether names may be asked for here, over connections that are there already."""
    return any(SOFTWARE[name].kind == "dns" for name in software)


@cache
def is_store(software: frozenset[str]) -> bool:
    """Whether all of this software is of kinds that call hardly anybody."""
    return all(SOFTWARE[name].kind in STORES for name in software)


@cache
def is_platform(software: frozenset[str]) -> bool:
    """Whether some of this software is what services run on, or are found by."""
    return any(SOFTWARE[name].kind in PLATFORM_KINDS or SOFTWARE[name].kind == "dns" for name in software)


GAUGES: dict[str, tuple[Gauge, ...]] = {name: software.gauges for name, software in SOFTWARE.items()}
NOT_ALWAYS_SHOWN = OWN_FAILURES  # a gauge that some difficulties hide
# By which software is known: all but what is not shown at every difficulty.
_GAUGES = {
    name: frozenset(gauge.label for gauge in software.gauges) - {NOT_ALWAYS_SHOWN}
    for name, software in SOFTWARE.items()
}
ANY_SOFTWARE = frozenset(SOFTWARE)
# By software: what its gauges come to at the most, of an innocent service that is busy for a reason of its own.
EVERYDAY: dict[str, dict[str, float]] = {
    name: {effect.gauge: 1.1 * effect.to[1] for effect in CAUSES.get(name, ())} for name in SOFTWARE
}
