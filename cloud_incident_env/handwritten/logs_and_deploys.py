"""Log lines and deploys of hand-written failures, declared in blocks that are shown since a step and until another.

A log line reads `14:30:09.611 ERROR what happened`, or `14:30:09.611 ERROR source | what happened` where another
component than the service wrote it. A deploy has the fields of a `Change`, with two spaces or more between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from cloud_incident_env.handwritten.steps import Moment, Step
from cloud_incident_env.telemetry import Change, LogLine

START: Final = None  # before the first step
END: Final = None  # after the last one
Window: TypeAlias = "tuple[Step | None, Step | None]"  # shown since a step and until another
Blocks: TypeAlias = "str | Mapping[Window, str]"  # a text alone is shown at all times
B = TypeVar("B", bound="Block")


@dataclass(frozen=True)
class Block:
    """Lines that are shown since a step and until another."""

    text: str
    since: Step | None = START
    until: Step | None = END

    @classmethod
    def declared(cls: type[B], blocks: Blocks) -> tuple[B, ...]:
        """The blocks of a log or of a deploy history as they are declared."""
        windows = {(START, END): blocks} if isinstance(blocks, str) else blocks
        return tuple(cls(text, *window) for window, text in windows.items())

    def at(self, moment: Moment) -> list[str]:
        """The lines shown at a moment."""
        lines = self.text.strip().splitlines() if moment.within(self.since, self.until) else []
        return [line.strip() for line in lines]


class LogBlock(Block):
    """Lines of a log, each with the time of day."""

    def rows(self, moment: Moment, date: str, service: str) -> list[LogLine]:
        """The rows shown at a moment, of a log of that day; `service` wrote those that name no other source."""
        return [_log_line(line, date, service) for line in self.at(moment)]


class DeployBlock(Block):
    """Deploys and changes of configuration."""

    def rows(self, moment: Moment) -> list[Change]:
        """The rows shown at a moment."""
        return [Change(*(cell.strip() for cell in line.split("  ") if cell.strip())) for line in self.at(moment)]


def _log_line(line: str, date: str, service: str) -> LogLine:
    clock, level, text = line.split(maxsplit=2)
    source, bar, rest = text.partition(" | ")
    time = f"{date}T{clock}Z"
    return LogLine(time, level, source, rest) if bar else LogLine(time, level, service, text)
