"""The head of the page: the mean grade against the best and the least, and where to look next. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from cloud_incident_env.evaluation.agents import FLOORS
from cloud_incident_env.evaluation.metrics import Cell, Group, Summary
from cloud_incident_env.evaluation.report.html import NO_GRADE, address
from cloud_incident_env.evaluation.report.runs import (
    NOTHING,
    Run,
    figure,
    interval,
    pass_text,
    powers_of,
    short,
    words,
)

BEST = "oracle"  # the agent that plays an incident's own plan
_FEWEST = 3  # episodes of a family, below which it is not called the weakest


def best_of(others: Sequence[Run]) -> Run | None:
    """The run that shows the best possible."""
    return next((run for run in others if run.agent == BEST and mean_of(run) is not None), None)


def floor_of(others: Sequence[Run]) -> Run | None:
    """The best of the runs that show what can be had without skill."""
    floors = [run for run in others if run.agent in FLOORS and mean_of(run) is not None]
    return max(floors, key=lambda run: mean_of(run) or 0.0, default=None)


def mean_of(run: Run) -> float | None:
    return run.summary["overall"]["grade"]["mean"]


def headline(run: Run, others: Sequence[Run]) -> str:
    """The first card: the number, its interval, what it stands against, and the figures that matter beside it."""
    grade = run.summary["overall"]["grade"]
    if grade["mean"] is None:
        return f'<section class="card hero"><h2>Mean grade</h2>{NO_GRADE}</section>'
    error = "" if grade["standard_error"] is None else f" ± {figure(grade['standard_error'])}"
    number = f'<p class="headline"><b>{figure(grade["mean"])}</b><span>{error}</span></p>'
    left = f"<div><h2>Mean grade</h2>{number}<p>{escape(_said(run, others))}</p>{_strip(run, others)}</div>"
    return f'<section class="card hero">{left}{_next(run.summary)}{_tiles(run)}</section>\n'


def _said(run: Run, others: Sequence[Run]) -> str:
    overall = run.summary["overall"]
    grade = overall["grade"]
    text = f"of {overall['episodes']:,} episodes of {overall['incidents']:,} incidents"
    if grade["low"] is not None:
        text += f"; 95 % interval {interval(grade['low'], grade['high'])}"
    best = best_of(others)
    most = None if best is None else mean_of(best)
    if best is not None and most and grade["mean"] is not None:
        text += f"; {grade['mean'] / most:.0%} of what the {best.name} earns".replace("%", " %")
    return text


def _strip(run: Run, others: Sequence[Run]) -> str:
    """A scale from 0 to 1 with the run on it, between the lower bound and the best."""
    grade = run.summary["overall"]["grade"]
    marks, said = [], []
    for other, kind, text in (
        (floor_of(others), "least", "lower bound: the best agent without skill"),
        (best_of(others), "most", "the best possible"),
    ):
        mean = None if other is None else mean_of(other)
        if other is None or mean is None:
            continue
        marks.append(f'<i class="{kind}" style="left:{mean * 100:.1f}%"></i>')
        said.append(
            f'<li><i class="{kind}"></i><span><b>{figure(mean)}</b> <bdi>{escape(other.name)}</bdi>, {text}</span></li>'
        )
    mean = grade["mean"] or 0.0
    if grade["low"] is not None and grade["high"] is not None:
        low, high = max(0.0, grade["low"]), min(1.0, grade["high"])
        marks.append(f'<i class="range" style="left:{low * 100:.1f}%;width:{(high - low) * 100:.1f}%"></i>')
    marks.append(f'<i class="own" style="left:{mean * 100:.1f}%"></i>')
    said.insert(
        1 if floor_of(others) else 0,
        f'<li><i class="own"></i><span><b>{figure(mean)}</b> <bdi>{escape(run.name)}</bdi>, this run</span></li>',
    )
    ends = '<span class="ends"><span>0</span><span>1</span></span>'
    shown = f'<div class="strip" aria-hidden="true"><div>{"".join(marks)}</div>{ends}</div>'
    return shown + (f'<ul class="strip-key">{"".join(said)}</ul>' if len(said) > 1 else "")


def _next(summary: Summary) -> str:
    """Where to look next: each entry leads to its episodes."""
    entries = [*_most_lost(summary), *_weakest_family(summary), *_weakest_cell(summary), *_not_ended(summary)]
    if not entries:
        return ""
    items = "".join(
        f'<li><a href="{href}"><b>{escape(figures)}</b><span>{escape(before)} '
        f"<strong><bdi>{escape(name)}</bdi></strong>{escape(after)}</span></a></li>"
        for href, figures, before, name, after in entries
    )
    return f'<div class="next"><h2>Where to look next</h2><ol>{items}</ol></div>'


_Entry = tuple[str, str, str, str, str]


def _most_lost(summary: Summary) -> list[_Entry]:
    """The part of a task's grade of which most was lost, by what it costs the mean of all."""
    counts = {task: group["episodes"] for task, group in summary["by_task"].items()}
    parts = [part for part in summary["parts"] if part["lost"] > 0]
    if not parts:
        return []
    worst = max(parts, key=lambda part: part["lost"] * counts.get(part["task"], 0))
    href = address(task=worst["task"], lost=worst["part"], order="worst")
    return [
        (
            href,
            f"−{figure(worst['lost'], 2)}",
            "Most is lost on",
            words(worst["part"]),
            f" in {words(worst['task'])}, which can earn {figure(max(0.0, worst['most']), 2)}",
        )
    ]


def _weakest_family(summary: Summary) -> list[_Entry]:
    known = {
        name: group
        for name, group in summary["by_family"].items()
        if group["grade"]["mean"] is not None and group["episodes"] >= _FEWEST
    }
    if len(known) < 2:
        return []
    name = min(known, key=lambda each: (_mean(known[each]), each))
    group = known[name]
    after = f" is the weakest family, over {group['episodes']:,} episodes"
    return [(address(family=name, order="worst"), figure(_mean(group), 2), "", name, after)]


def _weakest_cell(summary: Summary) -> list[_Entry]:
    cells = [cell for cell in summary["by_task_and_difficulty"] if cell["group"]["grade"]["mean"] is not None]
    if len(cells) < 2:
        return []
    worst: Cell = min(cells, key=lambda cell: (_mean(cell["group"]), cell["row"], cell["column"]))
    href = address(task=worst["row"], difficulty=worst["column"], order="worst")
    name = f"{words(worst['row'])}, {worst['column']}"
    after = f" is the weakest task, over {worst['group']['episodes']:,} episodes"
    return [(href, figure(_mean(worst["group"]), 2), "", name, after)]


def _not_ended(summary: Summary) -> list[_Entry]:
    errors = summary["overall"]["infrastructure_errors"]
    if not errors:
        return []
    what = "infrastructure errors" if errors > 1 else "infrastructure error"
    return [(address(result="error"), f"{errors:,}", "", what, ", in no mean")]


def _mean(group: Group) -> float:
    return group["grade"]["mean"] or 0.0


def _tiles(run: Run) -> str:
    """The figures that matter beside the grade."""
    summary = run.summary
    overall, usage = summary["overall"], summary["usage"]
    k = max(powers_of([overall]), default=1)
    shown = [
        (pass_text(overall, k), f"pass^{k}: a grade of {summary['threshold']:g} or more" + " in every trial" * (k > 1)),
        (short(overall["steps"]), "steps an episode"),
        (short(usage["wrong_actions"]["mean"]), "harmful actions an episode"),
        (short(overall["tokens"] or None), "tokens an episode"),
        (short(overall["cost"]), "USD an episode"),
        (f"{summary['unanswered']:,}", "episodes without a valid answer"),
    ]
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for value, name in shown if value != NOTHING)
    return f'<dl class="key-figures">{items}</dl>'
