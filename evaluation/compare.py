"""Two runs held against each other, incident by incident: the single source of truth for who is better, and how surely.

Episodes are paired by (incident, trial), so that the difficulty of an incident, which both met, cancels out.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random

from typing_extensions import TypedDict

from evaluation.metrics import CONFIDENCE, incident_of
from evaluation.record import EpisodeRecord
from evaluation.store import RunFolder

RESAMPLES = 10_000
SEED = 20_240_611  # of the bootstrap: the same two runs always give the same interval


class Difference(TypedDict):
    """Grades of B less those of A, over pairs; None where there are too few pairs or families to tell."""

    pairs: int
    families: int
    mean_a: float | None
    mean_b: float | None
    difference: float | None  # positive: B is better
    low: float | None  # end of the 95 % confidence interval of the difference
    high: float | None
    b_better: int  # pairs
    equal: int
    b_worse: int


class Comparison(TypedDict):
    """A comparison of run A with run B."""

    overall: Difference
    by_task: dict[str, Difference]
    by_difficulty: dict[str, Difference]
    by_split: dict[str, Difference]
    only_a: int  # episodes that the other run lacks
    only_b: int
    infrastructure_errors: int  # pairs left out because one of them ended in an infrastructure error


_Pair = tuple[EpisodeRecord, EpisodeRecord]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command `compare`."""
    parser.add_argument("a", type=Path, help="run folder")
    parser.add_argument("b", type=Path, help="run folder; positive differences mean that it is better")


def main(arguments: argparse.Namespace) -> int:
    """Print the comparison of two runs as JSON. Returns 0. Raises RunFolderError for what is no run."""
    runs = [RunFolder(path) for path in (arguments.a, arguments.b)]
    for folder in runs:
        folder.config()  # refuses what is no run folder
    print(json.dumps(compare(*(folder.episodes() for folder in runs)), indent=2))
    return 0


def compare(records_a: Iterable[EpisodeRecord], records_b: Iterable[EpisodeRecord], *, seed: int = SEED) -> Comparison:
    """Compare two runs over the (incident, trial) that both played to a grade.

    Raises ValueError if a run holds an (incident, trial) twice.
    """
    a, b = _by_identity(records_a, "A"), _by_identity(records_b, "B")
    met = [(a[identity], b[identity]) for identity in sorted(a) if identity in b]
    pairs = [pair for pair in met if all(record["status"] == "graded" for record in pair)]

    def grouped(key: Callable[[EpisodeRecord], str]) -> dict[str, Difference]:
        groups: dict[str, list[_Pair]] = defaultdict(list)
        for pair in pairs:
            groups[key(pair[0])].append(pair)
        return {name: _difference(members, seed) for name, members in groups.items()}

    return {
        "overall": _difference(pairs, seed),
        "by_task": grouped(lambda record: record["task_id"]),
        "by_difficulty": grouped(lambda record: record["difficulty"]),
        "by_split": grouped(lambda record: record["split"]),
        "only_a": len(a) - len(met),
        "only_b": len(b) - len(met),
        "infrastructure_errors": len(met) - len(pairs),
    }


def bootstrap_interval(families: Sequence[tuple[float, int]], seed: int = SEED) -> tuple[float, float] | None:
    """The 95 % percentile interval of a mean, from the sum and the number of the values of each family.

    Whole families are drawn with replacement (the cluster bootstrap of A. C. Cameron, J. B. Gelbach and D. L. Miller,
    "Bootstrap-based improvements for inference with clustered errors", 2008), because incidents of one family are
    alike. The bootstrap rather than a t interval: differences of grades are mostly 0 with a few large ones, families
    differ in size, and nothing about their distribution need be assumed. With few families (nine or so) it is a
    little too narrow. None with fewer than two families.
    """
    if len(families) < 2:
        return None
    random = Random(seed)
    means = []
    for _ in range(RESAMPLES):
        drawn = random.choices(families, k=len(families))
        means.append(sum(total for total, _ in drawn) / sum(count for _, count in drawn))
    means.sort()
    tail = int(RESAMPLES * (1 - CONFIDENCE) / 2)
    return means[tail], means[-1 - tail]


def _by_identity(records: Iterable[EpisodeRecord], run: str) -> dict[tuple[str, int], EpisodeRecord]:
    found: dict[tuple[str, int], EpisodeRecord] = {}
    for record in records:
        identity = (incident_of(record), record["trial"])
        if identity in found:
            raise ValueError(f"run {run} holds trial {identity[1]} of {identity[0]} twice: each may stand there once")
        found[identity] = record
    return found


def _difference(pairs: Sequence[_Pair], seed: int) -> Difference:
    families: dict[str, list[float]] = defaultdict(list)
    for a, b in pairs:
        families[a["family"]].append(b["grade"] - a["grade"])
    interval = bootstrap_interval([(sum(families[name]), len(families[name])) for name in sorted(families)], seed)
    mean_a, mean_b = (_mean([pair[side]["grade"] for pair in pairs]) for side in (0, 1))
    return {
        "pairs": len(pairs),
        "families": len(families),
        "mean_a": mean_a,
        "mean_b": mean_b,
        "difference": None if mean_a is None or mean_b is None else mean_b - mean_a,
        "low": None if interval is None else interval[0],
        "high": None if interval is None else interval[1],
        "b_better": sum(b["grade"] > a["grade"] for a, b in pairs),
        "equal": sum(b["grade"] == a["grade"] for a, b in pairs),
        "b_worse": sum(b["grade"] < a["grade"] for a, b in pairs),
    }


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
