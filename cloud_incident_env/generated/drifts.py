"""Gauges that read otherwise than usual at a service, for reasons that hurt nobody.

Each gauge that moves so is one that some failure mode of such software moves too. So a figure beside its normal value
names no failure: what tells is whether it moved when the incident began, how far, and what else moved with it. Most
have read like that since long before the first symptom; a few begin with it, and go only a part of the way. What hurts
whoever calls the service, wherever it comes from, is no drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from cloud_incident_env.generated.acting import Acting
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.instances import HOSTS, NODES
from cloud_incident_env.generated.model import Age, Effect, Gauge, Ramp, Range
from cloud_incident_env.generated.software import SOFTWARE

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

AT_ONCE = (1, 3)  # gauges that drift at one service
LONG_AGO = (-600, -75)  # minutes from the alert at which most began
BEFORE_ONSET = 20  # minutes that those began before the first symptom, at least
AROUND_ONSET = (-8, 6)  # minutes from the first symptom at which those began
WAY = (0.6, 1.0)  # how far one that began long ago is from normal, in multiples of where a failure drives it
PART_OF_THE_WAY = (0.2, 0.4)  # the same of one that began about with the first symptom
MOST_USED = 0.93  # share of a limit that a gauge comes to at most: at the limit it would do harm
EVICTED = "evicted keys"  # which does not drift where a cache answers errors: one that refuses writes evicts nothing
RISES = Ramp((2, 25))

# What is failing or waiting requests itself, or the flows that go with them.
HARMFUL = frozenset({"SERVFAIL share", "flows", "lock waiters", "stuck partitions", "writes refused"})
# How far others may read from normal: beyond that, latencies, failures or what is stored would have to show it.
HARMLESS: Mapping[str, Range] = {
    "API requests": (0.0, 700.0),
    "authentication failures": (0.0, 6.0),  # of clients that nobody uses any more
    "dead letters": (0.0, 6.0),
    "disk latency": (0.0, 4.0),
    "disk used": (30.0, 100.0),
    "empty answers": (0.0, 20.0),  # for names of which there is one address family
    "hottest shard": (0.0, 88.0),
    "idle in transaction": (0.0, 120.0),
    "interface errors": (0.0, 73.0),
    "leader changes": (0.0, 2.0),
    "log retained for replicas": (0.0, 34.0),
    "longest pause": (0.0, 300.0),
    "mean shard load": (0.0, 47.0),
    "memory after collection": (0.0, 80.0),
    "memory kills": (0.0, 9.0),
    "nodes ready": (104.0 * HOSTS / NODES, 100.0),  # fewer would not hold the instances that are ready; it trembles
    "packet loss": (0.0, 0.12),
    "peers established": (10.0, 12.0),  # those that are left carry everything
    "pending instances": (0.0, 9.0),
    "prefixes announced": (44.0, 48.0),
    "rebalances": (0.0, 11.0),
    "replica lag": (0.0, 18.0),
    "replicas attached": (1.0, 2.0),
    "requests by test clients": (0.0, 22.0),
    "retransmits": (0.0, 1.5),
    "retransmits of the worst host": (0.0, 3.0),
    "revisions": (4.0, 120.0),
    "rate limited": (0.0, 60.0),
    "rule engine share of CPU": (0.0, 26.0),
    "scale events": (0.0, 20.0),
    "scrape failures": (0.0, 16.0),  # of targets that nobody took out of the list
    "share of the top query": (0.0, 60.0),
    "sockets in CLOSE_WAIT": (0.0, 3_000.0),  # each is an open file
    "subscribers crash-looping": (0.0, 2.0),
    "transaction horizon": (0.0, 640.0),
    "webhook delay": (0.0, 160.0),
    "write p50": (0.0, 19.0),
}
# Linked gauges that do not only follow from others: these respect them, and read otherwise by themselves as well.
BY_THEMSELVES = frozenset({
    "evicted keys", "hottest shard", "mean shard load", "oldest transaction", "open files", "packet loss",
    "requests by test clients", "retransmits", "rule engine share of CPU", "scrape failures",
})  # fmt: skip
# Of what moves together, one drifts at most, and none where the failure moves another.
TOGETHER = (
    frozenset({"hottest shard", "mean shard load"}),
    frozenset({"longest query", "oldest transaction"}),
    frozenset({"open files", "sockets in CLOSE_WAIT"}),
    frozenset({"interface errors", "packet loss", "retransmits"}),
    frozenset({"memory used", "evicted keys"}),
)
# What fills or empties over hours and days.
SLOW = frozenset({"disk used", "log disk used", "log retained for replicas", "store size", "transaction horizon"})
AGES = frozenset({"longest query", "oldest transaction"})  # which may go on for hours
# What a process holds, and no longer once it has ended.
OF_PROCESSES = frozenset({"longest pause", "memory after collection", "open files", "sockets in CLOSE_WAIT"})
# What requests cost more CPU for. The solver sees a cost in steps, so it is a little more than the share says.
RULES, RULES_TAKE, COST_SLACK = "rule engine share of CPU", 7.5, 1.06  # gauge, % that it reads usually, a factor
COST = Effect("cost", (1.0, 1.3), shape=RISES)


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
        here = [each.effect for each in (*world.acting, *others) if each.service == index]
        moved = {EVICTED if each.parameter == "own_errors" else each.gauge for each in here}
        free = [each for each in drifting(world.cast.service(index).software) if each.gauge.label not in moved]
        drawn = draws.sample(free, draws.between(*AT_ONCE))
        found += [_drift(world, index, each, draws) for each in _apart(drawn, moved)]
    return tuple(found)


def _apart(drawn: Iterable[Drifting], moved: set[str]) -> Iterator[Drifting]:
    """Those that move apart from what moves already and from each other."""
    taken = set(moved)
    for each in drawn:
        label = each.gauge.label
        if not any(label in group and taken & group for group in TOGETHER):
            yield each
            taken.add(label)


def costs_of(drifts: Iterable[Acting]) -> tuple[Acting, ...]:
    """The CPU that requests cost more where rules take a larger share of it."""
    return tuple(
        each._replace(effect=COST, to=COST_SLACK * (100.0 - RULES_TAKE) / (100.0 - each.to))
        for each in drifts
        if each.effect.gauge == RULES
    )


def _drift(world: World, index: int, what: Drifting, draws: Draws) -> Acting:
    gauge, effect = what.gauge, draws.pick(what.ways)
    onset = world.clock.onset
    recent = draws.chance(world.difficulty.recent) and not isinstance(effect.shape, Age) and gauge.label not in SLOW
    begin = onset + draws.between(*AROUND_ONSET) if recent else min(draws.between(*LONG_AGO), onset - BEFORE_ONSET)
    usual = 0.5 * (gauge.normal[0] + gauge.normal[1])
    to = usual + draws.uniform(*(PART_OF_THE_WAY if recent else WAY)) * (_harmless(gauge, draws, effect) - usual)
    if gauge.counts:
        to = float(int(to + 0.5)) if abs(to - usual) >= 1.0 else usual + (1.0 if to > usual else -1.0)
    shape = effect.shape if isinstance(effect.shape, Age) else RISES
    shown = Effect("gauge", (to, to), shape=shape, gauge=gauge.label)
    return Acting(shown, index, to, begin, draws.uniform(*RISES.minutes))


def _harmless(gauge: Gauge, draws: Draws, effect: Effect) -> float:
    """Where a failure drives a gauge, as far as it hurts nobody there."""
    to = draws.uniform(*effect.to)
    if gauge.label in HARMLESS:
        least, most = HARMLESS[gauge.label]
        to = max(least, min(to, most))
    return min(to, MOST_USED * gauge.most) if gauge.most is not None and to > gauge.normal[1] else to


@cache
def drifting(software: str) -> tuple[Drifting, ...]:
    """The gauges of a software that failure modes move, at a culprit or by way of it, and that may do so by themselves.

    Those that only follow from others do not.
    """
    found: dict[str, list[Effect]] = {}
    for family in FAMILIES.values():
        struck = (("culprit", family.strikes), ("through", family.through))
        roles = {role for role, names in struck if software in names}
        for effect in family.effects:
            if effect.on in roles and effect.parameter == "gauge" and _may_drift(effect):
                found.setdefault(effect.gauge, []).append(effect)
    gauges = {gauge.label: gauge for gauge in SOFTWARE[software].gauges if _is_free(gauge)}
    return tuple(Drifting(gauges[label], tuple(ways)) for label, ways in found.items() if label in gauges)


def _is_free(gauge: Gauge) -> bool:
    return not gauge.follows and (not gauge.linked or gauge.label in BY_THEMSELVES)


def _may_drift(effect: Effect) -> bool:
    if effect.gauge in HARMFUL:
        return False
    return effect.gauge in AGES or not isinstance(effect.shape, Age)
