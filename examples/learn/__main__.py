"""Trains the learner from random weights and measures it on incidents that it has not seen.

    python -m examples.learn --out outputs/learn

The same seed and episodes learn the same; minutes, of CPU time over all processes and of training alone, cut it off.
`result.json` holds the margins over chance, `curve.json` and `learning.png` the learning curve, `weights.npz` what
`LearnedPolicy` plays with.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from examples.learn.measure import SPLITS, Graded, grades, margin, mean_of
from examples.learn.training import PARTS, TASKS, Learner, Result

EPISODES = 36_000
CURVE_POINTS = 16
CURVE_INCIDENTS = 120  # of validation, at each point of the curve
MEASURED = 600  # incidents of each split, at the end


def train(
    executor: Executor, seed: int, episodes: int, minutes: float, points: int = CURVE_POINTS
) -> tuple[Learner, list[dict[str, Any]]]:
    """Train for so many episodes, and return the learner and its curve. Minutes of CPU time cut the training short."""
    learner = Learner(seed)
    curve = [_point(executor, learner, [])]
    recent: list[Result] = []
    while learner.episodes < episodes and learner.cpu_seconds < 60 * minutes:
        recent += learner.learn(executor, learner.episodes / episodes)
        if learner.episodes * points // episodes >= len(curve):
            curve.append(_point(executor, learner, recent))
            print(_line(curve[-1], learner.cpu_seconds), flush=True)
            recent = []
    if recent:
        curve.append(_point(executor, learner, recent))
    return learner, curve


def _point(executor: Executor, learner: Learner, recent: Sequence[Result]) -> dict[str, Any]:
    """One point of the curve: what training paid since the last one, and how the learner does on validation."""
    played = grades(executor, "validation", CURVE_INCIDENTS, learner.weights, learner.counts)
    return {
        "episodes": learner.episodes,
        "cpu_seconds": round(learner.cpu_seconds, 1),
        "paid": {task: fmean(r.paid for r in recent if r.task_id == task) for task in TASKS} if recent else None,
        "validation": {task: mean_of(played, task) for task in TASKS},
    }


def _line(point: dict[str, Any], cpu_seconds: float) -> str:
    means = ", ".join(f"{task} {grade:.3f}" for task, grade in point["validation"].items())
    return f"{point['episodes']:>6} episodes, {cpu_seconds / 60:4.1f} min of CPU: {means}"


def main(argv: Sequence[str] | None = None) -> int:
    """Train, measure, write. Returns 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--minutes", type=float, default=9.5, help="of CPU time after which training is cut off (default 9.5)"
    )
    parser.add_argument("--episodes", type=int, default=EPISODES, help=f"to train (default {EPISODES})")
    parser.add_argument("--incidents", type=int, default=MEASURED, help=f"of each split (default {MEASURED})")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights and of chance (default 0)")
    parser.add_argument(
        "--out", type=Path, default=Path("outputs/learn"), help="folder to write (default outputs/learn)"
    )
    asked = parser.parse_args(argv)
    asked.out.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    with ProcessPoolExecutor(PARTS, multiprocessing.get_context("spawn")) as executor:
        learner, curve = train(executor, asked.seed, asked.episodes, asked.minutes)
        kept = asked.out / "weights.npz"
        np.savez_compressed(kept, weights=learner.weights, familiarity=learner.counts)
        learned, chance = (
            {split: _played(executor, split, asked.incidents, who) for split in SPLITS} for who in (learner, None)
        )
    result = {
        "seed": asked.seed,
        "episodes": learner.episodes,
        "cpu_minutes": round(learner.cpu_seconds / 60, 2),
        "incidents": asked.incidents,
        "splits": {split: margin(learned[split], chance[split]) for split in SPLITS},
    }
    (asked.out / "curve.json").write_text(json.dumps(curve, indent=1) + "\n")
    (asked.out / "result.json").write_text(json.dumps(result, indent=1) + "\n")
    print(_table(result), f"{asked.out}, after {time.perf_counter() - began:.0f} s", sep="\n")
    from examples.learn.plot import draw  # matplotlib is an optional dependency

    draw(curve, {task: mean_of(chance["validation"], task) for task in TASKS}, asked.out / "learning.png")
    return 0


def _played(executor: Executor, split: str, count: int, learner: Learner | None) -> list[Graded]:
    if learner is None:
        return grades(executor, split, count, None, None)
    return grades(executor, split, count, learner.weights, learner.counts)


def _table(result: dict[str, Any]) -> str:
    lines = ["| split | learned | random | margin |", "| --- | --- | --- | --- |"]
    for split, found in result["splits"].items():
        shown = (f"{found[who]['mean']:.3f} ± {found[who]['standard_error'] or 0:.3f}" for who in ("learned", "random"))
        lines.append(f"| `{split}` | {' | '.join(shown)} | {found['margin']:+.3f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
