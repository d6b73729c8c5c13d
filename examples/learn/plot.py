"""The learning curve as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

_COLOURS = {"alert_classification": "#2a6fdb", "root_cause_analysis": "#c2570c", "remediation_planning": "#0b8a7a"}


def draw(curve: Sequence[Mapping[str, Any]], chance: Mapping[str, float], out: Path) -> None:
    """Draw the curve of `curve.json`: what training paid, and grades on validation beside those of chance, by task."""
    figure = Figure(figsize=(9.0, 4.2), layout="constrained")
    paid, graded = figure.subplots(1, 2)
    episodes = [point["episodes"] for point in curve]
    for task, colour in _COLOURS.items():
        name = task.replace("_", " ")
        trained = [point for point in curve if point["paid"]]
        paid.plot([p["episodes"] for p in trained], [p["paid"][task] for p in trained], color=colour, label=name, lw=2)
        graded.plot(episodes, [p["validation"][task] for p in curve], color=colour, label=name, lw=2, marker="o", ms=3)
        graded.axhline(chance[task], color=colour, ls=":", lw=1.2)
    paid.set(title="What training paid", xlabel="training episodes", ylabel="rewards and grade, mean", ylim=(0, None))
    graded.set(
        title="Grade on validation (dotted: chance)", xlabel="training episodes", ylabel="mean grade", ylim=(0, 1)
    )
    for axes in (paid, graded):
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    paid.legend(frameon=False)
    figure.savefig(out, dpi=130)
