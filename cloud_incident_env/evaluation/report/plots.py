"""The plots as PNG, for slides. They need matplotlib (`pip install matplotlib`); without it none is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cloud_incident_env.evaluation.report.runs import Run, cost_axis, ordered, with_error, words

DPI = 160
_SIZE = (8.0, 4.5)  # inches
_LONGEST = 36  # characters of a label
_OWN, _OTHERS = "#1a5cb8", "#8b93a1"  # the agent of the report, and others, as on the page
_TASKS = (("-", "o"), ("--", "s"), (":", "^"), ("-.", "D"))  # lines and marks


def can_plot() -> bool:
    """Whether matplotlib is there."""
    return find_spec("matplotlib") is not None


def write_plots(run: Run, others: Sequence[Run], out: Path) -> list[Path]:
    """Write every plot that has something to show and return their paths; none where matplotlib is missing."""
    if not can_plot():
        return []
    figures = import_module("matplotlib.figure")  # no pyplot: it needs no display and keeps no state
    written = []
    for name, draw in _PLOTS.items():
        figure = figures.Figure(figsize=_SIZE, layout="constrained")
        if not draw(figure.subplots(), run, others):
            continue
        for axes in figure.axes:
            axes.spines[["top", "right"]].set_visible(False)
        path = out / f"{name}.png"
        figure.savefig(path, dpi=DPI)
        written.append(path)
    return written


def _label(text: str) -> str:
    """A text that fits beside an axis and holds nothing that no font can draw (half a surrogate pair, line breaks)."""
    drawn = "".join(c if c.isprintable() else " " for c in text.encode("utf-8", "replace").decode())
    return drawn if len(drawn) <= _LONGEST else f"{drawn[: _LONGEST - 1]}…"


def _grades(axes: Any, run: Run, others: Sequence[Run]) -> bool:
    cells = {(cell["row"], cell["column"]): cell["group"]["grade"] for cell in run.summary["by_task_and_difficulty"]}
    names = [(t, d) for t in ordered(run.summary["by_task"]) for d in ordered(run.summary["by_difficulty"])]
    shown = [(name, cells[name]) for name in names if name in cells and cells[name]["mean"] is not None]
    labels = [_label(f"{words(task)}, {difficulty}") for (task, difficulty), _ in shown]
    means = [estimate["mean"] or 0.0 for _, estimate in shown]
    errors = [estimate["standard_error"] or 0.0 for _, estimate in shown]
    axes.barh(labels, means, xerr=errors, color=_OWN, height=0.6)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="mean grade, with its standard error clustered by family")
    return bool(shown)


def _rewards(axes: Any, run: Run, others: Sequence[Run]) -> bool:
    for number, task in enumerate(ordered(run.summary["reward_by_step"])):
        points = run.summary["reward_by_step"][task]
        steps, rewards = [p["step"] for p in points], [p["cumulative"] for p in points]
        line, mark = _TASKS[number % len(_TASKS)]
        axes.plot(steps, rewards, linestyle=line, marker=mark, color=_OWN, label=_label(words(task)))
    axes.grid(alpha=0.25)
    axes.set(xlabel="step", ylabel="mean shaping reward so far")
    if run.summary["reward_by_step"]:
        axes.legend(frameon=False)
    return bool(run.summary["reward_by_step"])


def _losses(axes: Any, run: Run, others: Sequence[Run]) -> bool:
    parts = run.summary["parts"]
    labels = [_label(f"{words(part['task'])}: {part['part']}") for part in parts]
    axes.barh(labels, [part["lost"] for part in parts], color="white", edgecolor=_OWN, hatch="///", height=0.6)
    axes.invert_yaxis()
    axes.set(xlabel="grade lost, mean per episode")
    return bool(parts)


def _families(axes: Any, run: Run, others: Sequence[Run]) -> bool:
    tasks = ordered(run.summary["by_task"])
    cells = {(c["row"], c["column"]): c["group"]["grade"]["mean"] for c in run.summary["by_family_and_task"]}
    means = {name: group["grade"]["mean"] for name, group in run.summary["by_family"].items()}
    families = sorted((name for name in means if means[name] is not None), key=lambda name: (means[name] or 0.0, name))
    if not families:
        return False
    grid = [[float("nan") if cells.get((f, t)) is None else cells[f, t] for t in tasks] for f in families]
    axes.figure.set_size_inches(_SIZE[0], max(_SIZE[1], 0.2 * len(families) + 1))
    image = axes.imshow(grid, aspect="auto", vmin=0, vmax=1, cmap="Blues")
    axes.set_xticks(range(len(tasks)), [_label(words(task)) for task in tasks])
    axes.set_yticks(range(len(families)), [_label(name) for name in families], fontsize=7, parse_math=False)
    axes.figure.colorbar(image, ax=axes, label="mean grade")
    return True


def _costs(axes: Any, run: Run, others: Sequence[Run]) -> bool:
    runs = [run, *others]
    field, label = cost_axis(each.summary for each in runs)
    shown = False
    for each in runs:
        overall: Any = each.summary["overall"]
        if overall["grade"]["mean"] is None or overall[field] is None:
            continue
        place = (overall[field], overall["grade"]["mean"])
        axes.scatter(*place, color=_OWN if each is run else _OTHERS, s=60 if each is run else 36)
        axes.annotate(_label(each.name), place, xytext=(6, 4), textcoords="offset points", parse_math=False)
        shown = True
    # Room for the names beside the points.
    axes.set(xlabel=label, ylabel="mean grade", ylim=(-0.03, 1.08), xlim=(0, 1.25 * axes.get_xlim()[1]))
    axes.grid(alpha=0.25)
    return shown


def _headline(axes: Any, run: Run, others: Sequence[Run]) -> bool:
    """The agents, best last, which is on top; and the number itself above them."""
    graded = [each for each in (run, *others) if each.summary["overall"]["grade"]["mean"] is not None]
    if run not in graded:
        return False
    graded.sort(key=lambda each: each.summary["overall"]["grade"]["mean"] or 0.0)
    grades = [each.summary["overall"]["grade"] for each in graded]
    places = range(len(graded))
    colours = [_OWN if each is run else _OTHERS for each in graded]
    errors = [grade["standard_error"] or 0.0 for grade in grades]
    axes.barh(places, [grade["mean"] or 0.0 for grade in grades], xerr=errors, color=colours, height=0.6)
    axes.set_yticks(places, [_label(each.name) for each in graded], parse_math=False)
    own = run.summary["overall"]["grade"]
    axes.set_title(with_error(own), loc="left", fontsize=28, fontweight="bold", color=_OWN)
    axes.set(xlim=(0, 1), xlabel="mean grade, with its standard error clustered by family")
    return True


_PLOTS: dict[str, Callable[[Any, Run, Sequence[Run]], bool]] = {
    "headline": _headline,
    "grade": _grades,
    "reward": _rewards,
    "losses": _losses,
    "families": _families,
    "cost": _costs,
}
