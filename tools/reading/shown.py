"""Prints what an engineer reads of an incident of a failure mode, so that a writer can explain it in his own words.

The cause is named in the heading; nothing else but the tools' own texts is printed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from cloud_incident_env.choose import choose_incident
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.incident import AT_THE_ALERT, PLAIN, Incident
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.reading.modes import MODES

TASK = "root_cause_analysis"
TOOLS = ("check_metrics", "check_dependencies", "query_logs", "check_recent_deploys")


def incident_of(mode: str, seed: int, difficulty: str) -> Incident:
    """The incident of a failure mode that a seed gives."""
    options = ResetOptions(task_id=TASK, family=mode, seed=seed, difficulty=difficulty)
    return choose_incident(options).incident


def lines_of(mode: str, seed: int, difficulty: str, most: int) -> Iterator[str]:
    """What the alert says, and what each tool shows of the culprit: at most so many lines each."""
    incident = incident_of(mode, seed, difficulty)
    alert = incident.alert
    yield f"## {mode}: {MODES[mode].title} (seed {seed}, {difficulty})"
    yield f"culprit: {incident.culprit}"
    yield f"alert: {alert.title} ({', '.join(alert.affected_services)}, {alert.duration_minutes} min)"
    yield from alert.symptoms
    for tool in TOOLS:
        shown = incident.telemetry.look(tool, incident.culprit, PLAIN, AT_THE_ALERT).text.splitlines()
        yield f"-- {tool}"
        yield from shown[:most]
        if len(shown) > most:
            yield f"({len(shown) - most} more lines)"
    yield ""


def main(given: Sequence[str] | None = None) -> None:
    """Print incidents of the modes that are asked for, or of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modes", nargs="*", metavar="MODE", help="ids of failure modes; all that are generated if none")
    parser.add_argument("--seed", type=int, default=0, help="of the first incident of each mode")
    parser.add_argument("--count", type=int, default=1, help="incidents of each mode")
    parser.add_argument("--difficulty", default="medium")
    parser.add_argument("--lines", type=int, default=200, help="at most, of each tool")
    options = parser.parse_args(given)
    for mode in options.modes or FAMILIES:
        for seed in range(options.seed, options.seed + options.count):
            print("\n".join(lines_of(mode, seed, options.difficulty, options.lines)))


if __name__ == "__main__":
    main()
