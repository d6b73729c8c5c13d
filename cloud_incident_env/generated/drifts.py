"""Gauges that read otherwise than usual at a service, for reasons that hurt nobody.

Each gauge that moves so is one that some failure mode of such software moves too. So a figure beside its normal value
names no failure: what tells is whether it moved when the incident began, how far, and what else moved with it. Most
have read like that since long before the first symptom; a few begin with it, and go only a part of the way.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from cloud_incident_env.generated.acting import Acting
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.instances import HOSTS, NODES
from cloud_incident_env.generated.model import Age, Effect, Gauge, Ramp
from cloud_incident_env.generated.software import SOFTWARE

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

AT_ONCE = (1, 3)  # gauges that drift at one service
LONG_AGO = (-600, -75)  # minutes from the alert at which most began
BEFORE_ONSET = 20  # minutes that those began before the first symptom, at least
RECENT = 0.2  # share of them that began about with the first symptom
AROUND_ONSET = (-8, 6)  # minutes from the first symptom at which those began
WAY = (0.6, 1.0)  # how far one that began long ago is from normal, in multiples of where a failure drives it
PART_OF_THE_WAY = (0.2, 0.4)  # the same of one that began about with the first symptom
# Of these so much is left at the least: fewer nodes would not hold the instances that are ready.
LEAST_LEFT = {"nodes ready": 104.0 * HOSTS / NODES}  # it trembles
MOST_USED = 0.93  # share of a limit that a gauge comes to at most: at the limit it would do harm
EXCLUDED = {"error replies": "evicted keys"}  # a cache whose failure is that it refuses writes evicts nothing
RISES = Ramp((2, 25))


class Drifting(NamedTuple):
    """A gauge that may drift at some software, and where the failure modes drive it."""

    gauge: Gauge
    ways: tuple[Effect, ...]


def draw_drifts(world: World, others: Iterable[Acting]) -> tuple[Acting, ...]:
    """Draw the gauges that drift, at as many of the known services as the difficulty says, the culprit among them.

    `others` is what else moves gauges, beside the failure.
    """
    found = []
    for index in world.cast.known:
        draws = world.draws("drift", index)
        if not draws.chance(world.difficulty.drifts):
            continue
        moved = {each.effect.gauge for each in (*world.acting, *others) if each.service == index}
        moved |= {EXCLUDED[label] for label in moved if label in EXCLUDED}
        free = [each for each in drifting(world.cast.service(index).software) if each.gauge.label not in moved]
        found += [_drift(world, index, each, draws) for each in draws.sample(free, draws.between(*AT_ONCE))]
    return tuple(found)


def _drift(world: World, index: int, what: Drifting, draws: Draws) -> Acting:
    gauge, effect = what.gauge, draws.pick(what.ways)
    onset = world.clock.onset
    recent = draws.chance(RECENT) and not isinstance(effect.shape, Age)
    begin = onset + draws.between(*AROUND_ONSET) if recent else min(draws.between(*LONG_AGO), onset - BEFORE_ONSET)
    usual = 0.5 * (gauge.normal[0] + gauge.normal[1])
    to = usual + draws.uniform(*(PART_OF_THE_WAY if recent else WAY)) * (draws.uniform(*effect.to) - usual)
    if gauge.counts:
        to = float(int(to + 0.5)) if abs(to - usual) >= 1.0 else usual + (1.0 if to > usual else -1.0)
    if gauge.most is not None and to > usual:
        to = max(usual, min(to, MOST_USED * gauge.most))
    to = max(to, LEAST_LEFT.get(gauge.label, to))
    shape = effect.shape if isinstance(effect.shape, Age) else RISES
    shown = Effect("gauge", (to, to), shape=shape, gauge=gauge.label)
    return Acting(shown, index, to, begin, draws.uniform(*RISES.minutes))


@cache
def drifting(software: str) -> tuple[Drifting, ...]:
    """The gauges of a software that failure modes move, at a culprit or by way of it, and that follow from nothing."""
    found: dict[str, list[Effect]] = {}
    for family in FAMILIES.values():
        struck = (("culprit", family.strikes), ("through", family.through))
        roles = {role for role, names in struck if software in names}
        for effect in family.effects:
            if effect.on in roles and effect.parameter == "gauge":
                found.setdefault(effect.gauge, []).append(effect)
    gauges = {gauge.label: gauge for gauge in SOFTWARE[software].gauges if not (gauge.follows or gauge.linked)}
    return tuple(Drifting(gauges[label], tuple(ways)) for label, ways in found.items() if label in gauges)
