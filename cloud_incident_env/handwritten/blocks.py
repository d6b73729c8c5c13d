"""Logs and deploys of hand-written failures: blocks of lines that are shown since a step and until another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from cloud_incident_env.handwritten.steps import Moment, Step
from cloud_incident_env.telemetry import Change, LogLine

START: Final = None  # before the first step
END: Final = None  # after the last one
Window: TypeAlias = "tuple[Step | None, Step | None]"  # shown since a step and until another


@dataclass(frozen=True)
class Lines:
    """Lines of a log or deploys of a service, one a line of text, shown since a step and until another.

    Log: `14:30:09.611 ERROR what happened`, or `14:30:09.611 ERROR source | what happened` where another component
    than the service wrote it. Deploys: time, age, version, author and summary, two spaces or more between them.
    """

    text: str
    since: Step | None = START
    until: Step | None = END

    def at(self, moment: Moment) -> list[str]:
        """The lines shown at a moment."""
        if not moment.within(self.since, self.until):
            return []
        return [line.strip() for line in self.text.strip().splitlines()]


Blocks: TypeAlias = "str | Mapping[Window, str]"  # a text alone is shown at all times


def blocks(declared: Blocks) -> tuple[Lines, ...]:
    """The lines of a log or the deploys of a service as they are declared."""
    if isinstance(declared, str):
        return (Lines(declared),)
    return tuple(Lines(text, since, until) for (since, until), text in declared.items())


def log_line(line: str, date: str, service: str) -> LogLine:
    """A line of a log of that day, which the service itself wrote unless the line names another source."""
    clock, level, text = line.split(maxsplit=2)
    source, bar, rest = text.partition(" | ")
    time = f"{date}T{clock}Z"
    return LogLine(time, level, source, rest) if bar else LogLine(time, level, service, text)


def change(line: str) -> Change:
    """A line of the deploys of a service."""
    time, age, version, author, summary = (cell.strip() for cell in line.split("  ") if cell.strip())
    return Change(time, age, version, author, summary)
