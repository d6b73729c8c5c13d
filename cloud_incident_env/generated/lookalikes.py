"""Symptoms in the logs of services without a fault: healthy software prints some of what failure modes bring about.

Every known service shows about as many kinds of symptoms, those of the failure included, so that their number tells
nothing. What tells is when they began, where they stand, and what the figures say.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import Family, Line, Range
from cloud_incident_env.generated.templates import Values, facts_of_family

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

SYMPTOMS = (4, 6)  # kinds of them in the log of a service
PER_MINUTE: Range = (0.06, 0.5)  # lines a minute of one kind
BEGAN = (190, 600)  # minutes before the alert since which there is what one tells of: before all logs


class Lookalike(NamedTuple):
    """A symptom that a service shows though the failure does not bring it about there."""

    line: Line
    per_minute: float
    values: Mapping[str, object]  # facts, as if it were at fault
    began: int  # minutes before the alert: when whatever it tells of began

    def template_values(self, world: World, index: int, minute: float, draws: Draws) -> Values:
        """What fills its text in a minute."""
        values = Values(world, index, minute, draws, self.values)
        values["through"] = values["callee"]
        if self.line.on != "culprit":
            values["culprit"] = values["area"] = values["callee"]
        values["age"] = values["changed"] = self.began + int(minute)
        return values


def draw_lookalikes(world: World, index: int) -> tuple[Lookalike, ...]:
    """Draw the symptoms that a service shows anyway; a service that the failure hits shows fewer of them."""
    draws = world.draws("lookalikes", index)
    own = {line.text for line, acting in world.lines if acting.service == index}
    calls = any(kind != "platform" for _, kind, _ in world.cast.callees(index))
    known = [
        each
        for each in _symptoms(world.cast.service(index).software, world.background)
        if calls or each[0].on == "culprit" or "{culprit}" not in each[0].text  # of a callee, where it has any
    ]
    count = draws.between(*SYMPTOMS) - len(own)
    chosen = draws.shuffled([each for each in known if each[0].text not in own])[: max(0, count)]
    return tuple(_lookalike(world, index, line, draws.pick(families), draws) for line, families in chosen)


def _lookalike(world: World, index: int, line: Line, family: Family, draws: Draws) -> Lookalike:
    name = world.cast.names[index]
    facts = facts_of_family(family, draws, world.cast.graph.system)
    began = draws.between(*BEGAN)
    since = f"{world.clock.at(-began):%H:%M:%S}"
    about = {"culprit": name, "area": name, "since": since}
    node, edges = world.sizing.nodes[index], world.sizing.edges
    timeout = f"{min((edges[e].time_out for e in node.out), default=node.least_time_out):.0f}"  # of what it waits for
    return Lookalike(line, draws.uniform(*PER_MINUTE), {**facts, **about, "timeout": timeout}, began)


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
