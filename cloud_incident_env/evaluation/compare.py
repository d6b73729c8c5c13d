"""Paired comparison of two runs: the difference of their grades, incident by incident, with its uncertainty.

Pairing cancels the difficulty of an incident, which both runs met. An incident's grade in a run is the mean over its
trials, however many the run played.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from typing_extensions import TypedDict

from cloud_incident_env.evaluation.metrics import clustered_mean, incident_of
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.store import RunFolder, check_same_incidents


class Difference(TypedDict):
    """Grades of B less those of A, over incidents; None where there are too few incidents or families to tell."""

    incidents: int
    families: int
    mean_a: float | None
    mean_b: float | None
    difference: float | None  # positive: B is better
    low: float | None  # end of the 95 % confidence interval of the difference (`metrics.clustered_mean`)
    high: float | None
    b_better: int  # incidents
    equal: int
    b_worse: int


class Comparison(TypedDict):
    """A comparison of run A with run B."""

    overall: Difference
    by_task: dict[str, Difference]
    by_difficulty: dict[str, Difference]
    by_split: dict[str, Difference]
    only_a: int  # incidents that run B lacks
    only_b: int
    infrastructure_errors: int  # incidents left out because one of the runs has no grade of them


@dataclass(frozen=True)
class _Pair:
    """One incident that both runs have graded: a record of it, and the two means over trials."""

    record: EpisodeRecord
    a: float
    b: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command `compare`."""
    parser.add_argument("a", type=Path, help="run folder")
    parser.add_argument("b", type=Path, help="run folder; positive differences mean that it is better")


def main(arguments: argparse.Namespace) -> int:
    """Print the comparison of two runs as JSON. Returns 0. Raises RunFolderError for what cannot be compared."""
    runs = [RunFolder(path) for path in (arguments.a, arguments.b)]
    check_same_incidents(*runs)
    print(json.dumps(compare(*(folder.episodes() for folder in runs)), indent=2))
    return 0


def compare(records_a: Iterable[EpisodeRecord], records_b: Iterable[EpisodeRecord]) -> Comparison:
    """Compare two runs over the incidents that both played to a grade.

    Raises ValueError if a run holds an (incident, trial) twice.
    """
    a, b = _by_incident(records_a, "A"), _by_incident(records_b, "B")
    met = [incident for incident in sorted(a) if incident in b]
    pairs = [pair for incident in met if (pair := _pair(a[incident], b[incident])) is not None]

    def grouped(key: Callable[[EpisodeRecord], str]) -> dict[str, Difference]:
        groups: dict[str, list[_Pair]] = defaultdict(list)
        for pair in pairs:
            groups[key(pair.record)].append(pair)
        return {name: _difference(members) for name, members in groups.items()}

    return {
        "overall": _difference(pairs),
        "by_task": grouped(lambda record: record["task_id"]),
        "by_difficulty": grouped(lambda record: record["difficulty"]),
        "by_split": grouped(lambda record: record["split"]),
        "only_a": len(a) - len(met),
        "only_b": len(b) - len(met),
        "infrastructure_errors": len(met) - len(pairs),
    }


def _by_incident(records: Iterable[EpisodeRecord], run: str) -> dict[str, list[EpisodeRecord]]:
    found: dict[str, dict[int, EpisodeRecord]] = defaultdict(dict)
    for record in records:
        incident, trial = incident_of(record), record["trial"]
        if trial in found[incident]:
            raise ValueError(f"run {run} holds trial {trial} of {incident} twice")
        found[incident][trial] = record
    return {incident: list(trials.values()) for incident, trials in found.items()}


def _pair(trials_a: Sequence[EpisodeRecord], trials_b: Sequence[EpisodeRecord]) -> _Pair | None:
    """The two means of an incident; None if one of the runs has no grade of it."""
    grades = [[r["grade"] for r in trials if r["status"] == "graded"] for trials in (trials_a, trials_b)]
    return _Pair(trials_a[0], fmean(grades[0]), fmean(grades[1])) if all(grades) else None


def _difference(pairs: Sequence[_Pair]) -> Difference:
    estimate = clustered_mean((pair.record["family"], pair.b - pair.a) for pair in pairs)
    return {
        "incidents": len(pairs),
        "families": estimate["clusters"],
        "mean_a": fmean(pair.a for pair in pairs) if pairs else None,
        "mean_b": fmean(pair.b for pair in pairs) if pairs else None,
        "difference": estimate["mean"],
        "low": estimate["low"],
        "high": estimate["high"],
        "b_better": sum(pair.b > pair.a for pair in pairs),
        "equal": sum(pair.b == pair.a for pair in pairs),
        "b_worse": sum(pair.b < pair.a for pair in pairs),
    }
