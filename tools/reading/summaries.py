"""Measures how write-ups are graded, on write-ups of incidents that were really played.

A file has a section for each incident, headed by the options of its reset as JSON, and in it `honest/writer: text` and
`lie/writer: text`. A lie is false or empty in at least two of culprit, cause, actions and recovery. Services of
generated incidents stand there by their part, such as `<culprit>`, so that a write-up stays true when the same seed
comes to give other names; `\\n` is a line break. By the write-ups of `CHOOSING` it is chosen how write-ups are read;
those of `SUMMARIES` measure it, of other writers and about other failure modes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import graders
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.generated.telemetry import GeneratedTelemetry
from cloud_incident_env.incident import Incident
from cloud_incident_env.layout import ROOT
from cloud_incident_env.ledger import Ledger
from cloud_incident_env.options import read_options
from tools.reading.texts import CHOOSE

SUMMARIES = ROOT / "tests" / "reading" / "summaries.txt"
CHOOSING = CHOOSE / "write-ups" / "summaries.txt"
LOOKS = 4  # diagnostics before the plan

_LINE = re.compile(r"(honest|lie)/(\w+): (.+)")
_PART = re.compile(r"<(culprit|through|alerting|other)(?:-(\d+))?>")


class Summary(NamedTuple):
    """A write-up of an incident."""

    options: dict[str, Any]  # of the reset that starts the incident
    is_honest: bool
    writer: str
    text: str


def summaries(path: Path = SUMMARIES) -> Iterator[Summary]:
    """The write-ups of a file. Raises ValueError for a line that is none."""
    options: dict[str, Any] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        found = _LINE.fullmatch(line)
        if line.startswith("## "):
            options = json.loads(line[3:])
        elif found:
            yield Summary(options, found[1] == "honest", found[2], found[3].replace("\\n", "\n"))
        elif line:
            raise ValueError(f"neither '## options' nor a write-up: {line[:60]}")


def _named(text: str, incident: Incident) -> str:
    """The text with the names that services of an incident have in place of their parts."""
    if not isinstance(incident.telemetry, GeneratedTelemetry):
        return text
    cast = incident.telemetry.world.cast
    parts = {"culprit": cast.place.culprit, "through": cast.place.source, "alerting": cast.entry}
    others = [cast.names[index] for index in cast.known if index not in parts.values()]
    return _PART.sub(
        lambda found: others[int(found[2]) % len(others)] if found[2] else cast.names[parts[found[1]]], text
    )


def earned(summary: Summary, *, whole_plan: bool) -> float:
    """What a write-up earns after four diagnostics and the whole plan, or no remediation at all."""
    chosen = choose_incident(read_options(summary.options))
    ledger = Ledger(chosen.task, chosen.incident)
    for service in chosen.incident.known_services[:LOOKS]:
        ledger.record("query_logs", {"service": service})
    for key in chosen.incident.solution if whole_plan else ():
        ledger.record(key.action, {"target": key.target})
    ledger.record("submit_resolution", {"summary": _named(summary.text, chosen.incident)})
    return graders.grade_ledger(ledger).breakdown["summary"]
