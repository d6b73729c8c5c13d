"""The command `regrade`: scores recorded episodes with today's graders, and shows which grades changed.

A grade is a pure function of the recorded actions and the incident, so nothing is played again.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import fmean

from typing_extensions import TypedDict

from cloud_incident_env.choose import choose_incident
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.store import RunFolder, check_incidents
from cloud_incident_env.layout import graders
from cloud_incident_env.options import read_options

MOST_SHOWN = 50  # changed episodes that the table lists, the largest changes first; `--json` has them all


class Moved(TypedDict):
    """An episode that today's graders score differently."""

    key: str
    task_id: str
    family: str
    before: float
    now: float
    parts: dict[str, tuple[float, float]]  # of the breakdown that changed: before, now; 0 where a part is missing


class Mean(TypedDict):
    """Mean grades of the same episodes."""

    episodes: int
    before: float
    now: float


class Regraded(TypedDict):
    """A run's grades by today's graders, beside those of then."""

    means: dict[str, Mean]  # by task
    moved: list[Moved]  # largest change first


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `regrade`."""
    parser.add_argument("folder", type=Path, help="run folder; it is left as it is")
    parser.add_argument("--json", action="store_true", help="print JSON, with every episode that moved")


def main(arguments: argparse.Namespace) -> int:
    """Grade a run anew and print what moved. Returns 0. Raises RunFolderError for a folder that cannot be graded."""
    folder = RunFolder(arguments.folder)
    check_incidents(folder)
    regraded = regrade(folder.episodes())
    print(json.dumps(regraded, indent=2) if arguments.json else "\n".join(_lines(regraded)))
    return 0


def regrade(records: Iterable[EpisodeRecord]) -> Regraded:
    """Grade episodes with today's graders. Infrastructure errors have no grade and are left out."""
    grades: dict[str, list[tuple[float, float]]] = defaultdict(list)
    moved: list[Moved] = []
    for record in records:
        if record["status"] != "graded":
            continue
        task_id = record["task_id"]
        chosen = choose_incident(read_options(record["options"]))
        taken = ((step["action_type"], step["parameters"]) for step in record["steps"])
        today = graders.grade_actions(chosen.task, taken, chosen.incident)
        grades[task_id].append((record["grade"], today.total))
        if (today.total, today.breakdown) != (record["grade"], record["breakdown"]):
            moved.append(
                {
                    "key": record["key"],
                    "task_id": task_id,
                    "family": record["family"],
                    "before": record["grade"],
                    "now": today.total,
                    "parts": _changes(record["breakdown"], today.breakdown),
                }
            )
    return {
        "means": {
            task: {"episodes": len(pairs), "before": fmean(a for a, _ in pairs), "now": fmean(b for _, b in pairs)}
            for task, pairs in grades.items()
        },
        "moved": sorted(moved, key=lambda episode: (-abs(episode["now"] - episode["before"]), episode["key"])),
    }


def _changes(before: dict[str, float], now: dict[str, float]) -> dict[str, tuple[float, float]]:
    """The parts that differ."""
    pairs = {name: (before.get(name, 0.0), now.get(name, 0.0)) for name in {**before, **now}}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _lines(regraded: Regraded) -> Iterator[str]:
    for task, mean in regraded["means"].items():
        change = mean["now"] - mean["before"]
        yield f"{task:<22} {mean['before']:.4f} -> {mean['now']:.4f} ({change:+.4f}) over {mean['episodes']:,} episodes"
    moved = regraded["moved"]
    if not moved:
        yield "no grade moved"
        return
    yield f"{len(moved):,} episodes moved:"
    for episode in moved[:MOST_SHOWN]:
        parts = ", ".join(f"{name} {before:g} -> {now:g}" for name, (before, now) in episode["parts"].items())
        yield f"  {episode['before']:.4f} -> {episode['now']:.4f}  {episode['family']}  {episode['key']}  {parts}"
    if len(moved) > MOST_SHOWN:
        yield f"  and {len(moved) - MOST_SHOWN:,} more: --json lists them"
