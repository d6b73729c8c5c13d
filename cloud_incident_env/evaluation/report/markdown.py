"""The report in short, as Markdown. Pure; every text that comes from a run is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cloud_incident_env.evaluation.metrics import Group
from cloud_incident_env.evaluation.report.headline import best_of, floor_of, mean_of
from cloud_incident_env.evaluation.report.runs import (
    Run,
    difference_text,
    figure,
    groups_of,
    interval,
    markdown_table,
    pass_at,
    powers_of,
    short,
    signed,
    unfinished,
    with_error,
    words,
)

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!&~$])")


def markdown(run: Run, others: Sequence[Run], config: Mapping[str, Any], plots: Sequence[str]) -> str:
    """The whole text. `plots` are the names of the images beside it."""
    summary = run.summary
    grade = summary["overall"]["grade"]
    blocks = [
        f"# Evaluation of {plain(run.name)}",
        *filter(None, [unfinished(run)]),
        _headline(run, others),
        f"{summary['overall']['episodes']:,} graded episodes of {summary['overall']['incidents']:,} incidents, "
        f"{summary['overall']['infrastructure_errors']:,} infrastructure errors (in no mean). Standard errors are "
        f"clustered by {grade['clusters']} fault families. A success is a grade of {summary['threshold']:g} or more.",
        _table(
            ["agent", "mean grade ± SE", "pass^1", "steps", "episodes", "paired difference (95 %)"],
            (_run_row(each) for each in (run, *others)),
        ),
        "## By task, difficulty and split",
        _table(
            ["", "mean grade ± SE", "pass^1", "steps", "episodes", "errors"],
            (_row(name, group) for name, group in groups_of(summary)),
        ),
    ]
    if len(summary["overall"]["passes"]) > 1:
        shown = powers_of([summary["overall"]])
        powers = [power for power in summary["overall"]["passes"] if power["k"] in shown]
        passes = ([f"pass^{power['k']}", with_error(power["estimate"])] for power in powers)
        blocks += ["## Reliability", _table(["", "share of incidents"], passes)]
    if summary["gaps"]:
        gaps = (
            [
                f"{gap['reference']} − {gap['split']}",
                signed(gap["gap"]["mean"]),
                interval(gap["gap"]["low"], gap["gap"]["high"], signed),
                "yes" if gap["same_mix"] else "no",
            ]
            for gap in summary["gaps"]
        )
        blocks += ["## Generalisation gap", _table(["", "grade lost", "95 % interval", "same mix of tasks"], gaps)]
    parts = (
        [words(p["task"]), p["part"], figure(p["mean"]), figure(p["most"]), figure(p["lost"])] for p in summary["parts"]
    )
    blocks += ["## Where points are lost", _table(["task", "part", "earned", "at most", "lost"], parts)]
    usage = (
        [words(name), *(short(value) for value in (u["mean"], u["median"], u["p95"], u["total"]))]
        for name, u in summary["usage"].items()
    )
    blocks += ["## Per episode", _table(["", "mean", "median", "95 %", "total"], usage)]
    blocks += [f"![{words(name.partition('.')[0])}]({name})" for name in plots]
    if config.get("commit"):
        blocks.append(f"Commit {plain(str(config['commit']))}.")
    return "\n\n".join(blocks) + "\n"


def _headline(run: Run, others: Sequence[Run]) -> str:
    """The mean grade, its interval, and what it stands against."""
    grade = run.summary["overall"]["grade"]
    text = f"**Mean grade {with_error(grade)}**"
    if grade["low"] is not None:
        text += f", 95 % interval {interval(grade['low'], grade['high'])}"
    against = [(best_of(others), "the best possible"), (floor_of(others), "the best agent without skill")]
    said = (f"{plain(each.name)}, {what}, earns {figure(mean_of(each))}" for each, what in against if each is not None)
    return ". ".join([text, *said]) + "."


def plain(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return markdown_table(head, ([plain(text) for text in row] for row in rows))


def _run_row(run: Run) -> list[str]:
    overall = run.summary["overall"]
    grade, success = with_error(overall["grade"]), figure(pass_at(overall, 1))
    return [
        run.name,
        grade,
        success,
        short(overall["steps"]),
        f"{overall['episodes']:,}",
        difference_text(run.difference),
    ]


def _row(name: str, group: Group) -> list[str]:
    counts = [f"{group['episodes']:,}", f"{group['infrastructure_errors']:,}"]
    return [name, with_error(group["grade"]), figure(pass_at(group, 1)), short(group["steps"]), *counts]
