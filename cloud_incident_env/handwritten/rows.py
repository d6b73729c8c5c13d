"""Metrics and status of hand-written failures, a row for each line, with values by step.

A row is declared once, with its initial value and the values that replace it after steps of the plan:

    Figure("CPU", "97 %", "12 %", {DB_UP: "6 %", AUTH_UP: "9 %"})

None as a value leaves the row out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from cloud_incident_env.handwritten.steps import Moment, Step
from cloud_incident_env.status_lines import FLAGS_LABEL, STEPS_LABEL
from cloud_incident_env.telemetry import Fact, Metric, without_unit


@dataclass(frozen=True)
class Reading:
    """What a figure shows at one moment, where more differs than the figure itself."""

    now: str
    normal: str = ""  # that of the row if empty
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A line of metrics. Figures carry their units."""

    label: str
    now: str | Reading | None
    normal: str
    after: Mapping[Step, str | Reading | None] = field(default_factory=dict)

    def at(self, moment: Moment) -> Iterator[Metric]:
        reading = _reading(moment.value(self.now, self.after))
        if reading is None:
            return
        first = _reading(self.now)
        before = first.now if first is not None and first.now != reading.now else None
        figures = [reading.now, reading.normal or self.normal, *filter(None, (before,))]
        unit, (now, normal, *earlier) = without_unit(figures)
        yield Metric(self.label, unit, now, normal, earlier[0] if earlier else None, reading.note)


def _reading(value: str | Reading | None) -> Reading | None:
    return Reading(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Line:
    """A line of status, or a remark among the dependencies."""

    label: str
    now: str | None
    after: Mapping[Step, str | None] = field(default_factory=dict)

    def at(self, moment: Moment) -> Iterator[Fact]:
        value = moment.value(self.now, self.after)
        if value is not None:
            yield Fact(self.label, value)


@dataclass(frozen=True)
class Flag:
    """A feature flag that a service lists in its status."""

    name: str
    now: Literal["on", "off"] = "on"
    after: Mapping[Step, Literal["on", "off"]] = field(default_factory=dict)


@dataclass(frozen=True)
class Flags:
    """The line of a status report that lists the feature flags of the service."""

    flags: tuple[Flag, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(flag.name for flag in self.flags)

    def at(self, moment: Moment) -> Iterator[Fact]:
        states = [f"{flag.name}={moment.value(flag.now, flag.after)}" for flag in self.flags]
        yield Fact(FLAGS_LABEL, ", ".join(states) or "none")


@dataclass(frozen=True)
class Runbook:
    """The line of a status report that lists the steps of the service's runbook."""

    names: tuple[str, ...]

    def at(self, moment: Moment) -> Iterator[Fact]:
        yield Fact(STEPS_LABEL, ", ".join(self.names))


def flags(*listed: str | Flag) -> Flags:
    """The feature flags of a service; a name alone is a flag that is on."""
    return Flags(tuple(Flag(flag) if isinstance(flag, str) else flag for flag in listed))


def runbook(*steps: str) -> Runbook:
    """The steps of a service's runbook."""
    return Runbook(steps)


StatusRow: TypeAlias = "Line | Flags | Runbook"
