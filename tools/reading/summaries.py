"""Measures how write-ups are graded, on write-ups of incidents that were really played.

`tests/reading/summaries.txt` has a section for each incident, headed by the options of its reset as JSON, and in it
`honest/writer: text` and `lie/writer: text`. A lie is false or empty in at least two of culprit, cause, actions and
recovery.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import graders
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.layout import ROOT
from cloud_incident_env.ledger import Ledger
from cloud_incident_env.options import read_options

SUMMARIES = ROOT / "tests" / "reading" / "summaries.txt"
LOOKS = 4  # diagnostics before the plan

_LINE = re.compile(r"(honest|lie)/(\w+): (.+)")


class Summary(NamedTuple):
    """A write-up of an incident."""

    options: dict[str, Any]  # of the reset that starts the incident
    is_honest: bool
    writer: str
    text: str


def summaries() -> Iterator[Summary]:
    """All write-ups. Raises ValueError for a line that is none."""
    options: dict[str, Any] = {}
    for line in SUMMARIES.read_text(encoding="utf-8").splitlines():
        found = _LINE.fullmatch(line)
        if line.startswith("## "):
            options = json.loads(line[3:])
        elif found:
            yield Summary(options, found[1] == "honest", found[2], found[3])
        elif line:
            raise ValueError(f"neither '## options' nor a write-up: {line[:60]}")


def earned(summary: Summary, *, whole_plan: bool) -> float:
    """What a write-up earns after four diagnostics and the whole plan, or no remediation at all."""
    chosen = choose_incident(read_options(summary.options))
    ledger = Ledger(chosen.task, chosen.incident)
    for service in chosen.incident.known_services[:LOOKS]:
        ledger.record("query_logs", {"service": service})
    for key in chosen.incident.solution if whole_plan else ():
        ledger.record(key.action, {"target": key.target})
    ledger.record("submit_resolution", {"summary": summary.text})
    return graders.grade_ledger(ledger).breakdown["summary"]
