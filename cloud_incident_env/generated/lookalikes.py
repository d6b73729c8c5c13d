"""Symptoms in the logs of services without a fault: healthy software prints some of what failure modes bring about.

Every known service shows about as many kinds of symptoms, those of the failure included, so that their number tells
nothing. What tells is when they began, where they stand, of what they tell, and what the figures say: a service that
is well prints nothing that contradicts its own figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from cloud_incident_env.generated.borne_out import borne_out
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.flags import flags
from cloud_incident_env.generated.history import History
from cloud_incident_env.generated.model import Family, Line, Range
from cloud_incident_env.generated.templates import Values, facts_of_family
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Course

SYMPTOMS = (4, 6)  # kinds of them in the log of a service
PER_MINUTE: Range = (0.06, 0.5)  # lines a minute of one kind
OF_OWN_ERRORS = 0.15  # lines a minute of one kind of error, as a share of the usual errors a minute, at the most
BEGAN = (190, 600)  # minutes before the alert since which there is what one tells of: before all logs


class Lookalike(NamedTuple):
    """A symptom that a service shows though the failure does not bring it about there."""

    line: Line
    per_minute: float
    values: Mapping[str, object]  # facts, as if it were at fault
    began: int  # minutes before the alert: when whatever it tells of began

    def true_at(self, world: World, index: int, minute: int, history: History) -> bool:
        """Whether the service prints it in a minute."""
        flag = f"{self.values.get('flag')}-{world.cast.names[index]}"
        if history.switched.get(flag, minute + 1) <= minute:
            return False
        return bool(self.line.aside) or borne_out(world, self.line, index, minute, history)

    def template_values(self, world: World, index: int, minute: float, draws: Draws) -> Values:
        """What fills its text in a minute."""
        values = Values(world, index, minute, draws, self.values)
        values["through"] = values["callee"]
        if self.line.on != "culprit" and "culprit" not in self.line.aside:
            values["culprit"] = values["area"] = values["callee"]
        minutes = int(self.began + minute)  # minutes before the alert are below 0
        values["age"] = values["changed"] = values["unwritten"] = minutes
        return values


def lookalikes_of(world: World, index: int) -> tuple[Lookalike, ...]:
    """The symptoms that a service shows though the failure does not bring them about there."""
    found = world.lookalikes.get(index)
    if found is None:
        found = world.lookalikes[index] = _drawn(world, index)
    return found


def own_symptoms(world: World, index: int) -> frozenset[str]:
    """The texts of the failure that a service prints at the alert."""
    history = world.history(Course())
    return frozenset(
        line.text
        for line, acting in world.lines
        if acting.service == index and borne_out(world, line, index, 0, history)
    )


def _drawn(world: World, index: int) -> tuple[Lookalike, ...]:
    """Draw the symptoms that a service shows anyway; a service that the failure hits shows fewer of them."""
    draws = world.draws("lookalikes", index)
    printed = {line.text for line, acting in world.lines if acting.service == index}
    history = world.history(Course())
    count = draws.between(*SYMPTOMS) - len(own_symptoms(world, index))
    found: list[Lookalike] = []
    left = list(_symptoms(world.cast.service(index).software, world.background))
    while left and len(found) < count:
        line, families = left.pop(draws.between(0, len(left) - 1))
        if line.text in printed or not _fits(world, index, line):
            continue
        if line.aside or borne_out(world, line, index, 0, history):
            found.append(_lookalike(world, index, line, draws.pick(families), draws))
    return tuple(found)


def _fits(world: World, index: int, line: Line) -> bool:
    """Whether a service has what a line tells of."""
    cast = world.cast
    if line.peers and cast.peers(index).isdisjoint(line.peers):
        return False
    if "{flag}" in line.text:
        return bool(flags(world, index))
    of_callee = line.on != "culprit" and "{culprit}" in line.text and "culprit" not in line.aside
    return not of_callee or any(kind != "platform" for _, kind, _ in cast.callees(index))


def _lookalike(world: World, index: int, line: Line, family: Family, draws: Draws) -> Lookalike:
    name = world.cast.names[index]
    facts = facts_of_family(family, draws, world.cast.graph.system)
    began = draws.between(*BEGAN)
    since = f"{world.clock.at(-began):%H:%M:%S}"
    about = {"culprit": name, "area": name, "since": since, "opened": f"{since[:2]}:00"}
    node, edges = world.sizing.nodes[index], world.sizing.edges
    timeout = f"{min((edges[e].time_out for e in node.out), default=node.least_time_out):.0f}"  # of what it waits for
    aside = {fact: draws.pick(options) for fact, options in line.aside.items()}
    if "caller" in aside:
        aside["caller_instance"] = f"{aside['caller']}-1"
    if "{flag}" in line.text:
        facts["flag"] = draws.pick(flags(world, index)).removesuffix(f"-{name}")
    rate = draws.uniform(*PER_MINUTE)
    if node.serves and line.text.startswith("ERROR") and not line.aside:
        rate = min(rate, OF_OWN_ERRORS * 60.0 * node.own_errors * world.sizing.normal.requests[index])
    return Lookalike(line, rate, {**facts, **about, "timeout": timeout, **aside}, began)


@cache
def _symptoms(software: str, families: tuple[str, ...]) -> tuple[tuple[Line, tuple[Family, ...]], ...]:
    """The symptoms that a software prints when it is well, each with the families that know its facts."""
    found: dict[str, tuple[Line, list[Family]]] = {}
    for family in map(FAMILIES.__getitem__, families):
        for line in family.lines:
            fits = software in line.software or (
                not line.software and line.on == "culprit" and software in family.strikes
            )
            if line.elsewhere and fits:
                found.setdefault(line.text, (line, []))[1].append(family)
    return tuple((line, tuple(known)) for line, known in found.values())
