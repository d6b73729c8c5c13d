"""Dependencies of hand-written failures: who calls a service, whom it calls, and how the calls fare, by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar, TypeAlias

from cloud_incident_env.handwritten.rows import Line
from cloud_incident_env.handwritten.steps import Moment, Step
from cloud_incident_env.report_text import Widths
from cloud_incident_env.telemetry import Call


@dataclass(frozen=True)
class State:
    """How calls fare: a word, and details."""

    name: str
    detail: str = ""


ok = partial(State, "ok")
slow = partial(State, "slow")
failing = partial(State, "failing")
unreachable = partial(State, "unreachable")


@dataclass(frozen=True)
class Neighbour:
    """A line of dependencies: how calls between the service and a neighbour fare; a text alone names no state."""

    direction: str
    label: str  # the neighbour
    protocol: str
    now: str | State | None = ""
    after: Mapping[Step, str | State | None] = field(default_factory=dict)

    def at(self, moment: Moment) -> Iterator[Call]:
        value = moment.value(self.now, self.after)
        if value is not None:
            state = State("", value) if isinstance(value, str) else value
            yield Call(self.direction, self.label, self.protocol, state.name, state.detail)


upstream = partial(Neighbour, "upstream")  # calls the service
downstream = partial(Neighbour, "downstream")  # is called by it
peer = partial(Neighbour, "peer")  # its equal, as routers are to each other


@dataclass(frozen=True)
class Columns:
    """Widths of the columns neighbour, protocol and state of a dependency report; 0 for that of the widest cell."""

    label: ClassVar = "columns"
    now: Widths
    after: Mapping[Step, Widths] = field(default_factory=dict)

    def at(self, moment: Moment) -> Widths:
        return moment.value(self.now, self.after)


DependencyRow: TypeAlias = "Neighbour | Line | Columns"
