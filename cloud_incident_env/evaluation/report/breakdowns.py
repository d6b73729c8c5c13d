"""The sections that break the grade down: agents, tasks, families, parts of the grade, reward and cost. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

from cloud_incident_env.evaluation.metrics import Gap, Group, Part, Summary
from cloud_incident_env.evaluation.report.charts import Bar, Dot, Line, bars, legend, lines, numbers, scatter
from cloud_incident_env.evaluation.report.html import NO_GRADE, address, table
from cloud_incident_env.evaluation.report.runs import (
    NOTHING,
    Run,
    cost_axis,
    difference_text,
    figure,
    groups_of,
    interval,
    ordered,
    pass_text,
    powers_of,
    short,
    signed,
    with_error,
    words,
)

_TASK_WORDS = {"alert_classification": "alert", "root_cause_analysis": "cause", "remediation_planning": "remedy"}
_HEAT = 42  # % of the agent's colour in a cell of grade 1; more would leave its figure hard to read
_IN_ONE_TABLE = 12  # families; more of them stand in two tables side by side


def agents(run: Run, others: Sequence[Run]) -> str:
    """The agents as bars, best first, then as a table; columns that are empty for all of them are left out."""
    runs = [run, *others]
    powers = powers_of(each.summary["overall"] for each in runs)
    columns: dict[str, Callable[[Run], str]] = {
        "agent": lambda each: each.name,
        "mean grade ± SE": lambda each: with_error(each.summary["overall"]["grade"]),
        "difference (95 %)": lambda each: difference_text(each.difference),
        **{f"pass^{k}": lambda each, k=k: pass_text(each.summary["overall"], k) for k in powers},  # type: ignore[misc]
        "steps": lambda each: short(each.summary["overall"]["steps"]),
        "wrong": lambda each: short(each.summary["usage"]["wrong_actions"]["mean"]),
        "tokens": lambda each: short(each.summary["overall"]["tokens"] or None),
        "USD": lambda each: short(each.summary["overall"]["cost"]),
        "seconds": lambda each: short(each.summary["usage"]["seconds"]["mean"]),
        "episodes": lambda each: f"{each.summary['overall']['episodes']:,}",
    }
    cells = {name: [write(each) for each in runs] for name, write in columns.items()}
    cells = {name: texts for name, texts in cells.items() if any(text != NOTHING for text in texts)}
    return _agent_bars(runs) + table(cells, list(zip(*cells.values(), strict=True)), "agents", "Agents")


def _agent_bars(runs: Sequence[Run]) -> str:
    """The mean grades of several agents, best first; nothing for one alone."""
    graded = [each for each in runs if each.summary["overall"]["grade"]["mean"] is not None]
    if len(graded) < 2:
        return ""
    graded.sort(key=lambda each: -_grade(each.summary["overall"], missing=0.0))
    items = []
    for each in graded:
        grade = each.summary["overall"]["grade"]
        note = f"{each.name}: {with_error(grade)}"
        items.append(Bar(each.name, grade["mean"] or 0.0, grade["low"], grade["high"], note, each is runs[0]))
    return bars(items)


def columns(summary: Summary, compared: bool) -> str:
    """What the columns of the agents' table mean."""
    grade = summary["overall"]["grade"]
    text = (
        f"The standard error (SE) is clustered by the {grade['clusters']} fault families. "
        f"pass^k: all of k trials reach a grade of {summary['threshold']:g} "
        "(in brackets the incidents with that many trials, where not all have them). "
        + "Differences are of the other agent less this run, over the incidents that both played. " * compared
        + "Steps, wrong actions, tokens, USD and seconds are means per episode."
    )
    return f'<p class="note">{escape(text)}</p>'


def by_task(summary: Summary) -> str:
    """The grades by task and difficulty, as bars that lead to their episodes."""
    cells = {(cell["row"], cell["column"]): cell["group"] for cell in summary["by_task_and_difficulty"]}
    items = []
    for task in ordered(summary["by_task"]):
        for difficulty in ordered(summary["by_difficulty"]):
            group = cells.get((task, difficulty))
            if group is None or group["grade"]["mean"] is None:
                continue
            grade = group["grade"]
            label = f"{words(task)}, {difficulty}"
            note = f"{label}: {with_error(grade)}, {group['episodes']:,} episodes"
            href = address(task=task, difficulty=difficulty)
            items.append(Bar(label, grade["mean"] or 0.0, grade["low"], grade["high"], note, href=href))
    return bars(items) if items else NO_GRADE


def splits(summary: Summary) -> str:
    """The same by task, difficulty and split, as a table."""
    groups = groups_of(summary)
    powers = powers_of([summary["overall"]])
    columns: dict[str, Callable[[Group], str]] = {
        "mean grade ± SE": lambda group: with_error(group["grade"]),
        **{f"pass^{k}": lambda group, k=k: pass_text(group, k) for k in powers},  # type: ignore[misc]
        "steps": lambda group: short(group["steps"]),
        "episodes": lambda group: f"{group['episodes']:,}",
    }
    if any(group["incidents"] != group["episodes"] for _, group in groups):
        columns["incidents"] = lambda group: f"{group['incidents']:,}"
    if summary["overall"]["infrastructure_errors"]:
        columns["errors"] = lambda group: f"{group['infrastructure_errors']:,}"
    rows = ([name, *(write(group) for write in columns.values())] for name, group in groups)
    return table(["", *columns], rows, name="By task, difficulty and split") + _gaps(summary["gaps"])


def _gaps(gaps: Sequence[Gap]) -> str:
    if not gaps:
        return ""
    rows = [
        [
            f"{gap['reference']} − {gap['split']}",
            signed(gap["gap"]["mean"]),
            interval(gap["gap"]["low"], gap["gap"]["high"], signed),
            "" if gap["same_mix"] else "not the same mix of tasks and difficulties",
        ]
        for gap in gaps
    ]
    head = ["", "grade lost", "95 % interval", ""]
    return "<h3>Generalisation gap</h3>" + table(head, rows, name="Generalisation gap")


def families(summary: Summary) -> str:
    """The grades of each family in each task, the weakest family first; each cell leads to its episodes."""
    tasks = ordered(summary["by_task"])
    cells = {(cell["row"], cell["column"]): cell["group"] for cell in summary["by_family_and_task"]}
    names = sorted(summary["by_family"], key=lambda name: (_grade(summary["by_family"][name], missing=2.0), name))
    if not names:
        return NO_GRADE
    half = (len(names) + 1) // 2 if len(names) > _IN_ONE_TABLE else len(names)
    tables = [_heat_table(part, tasks, cells, summary) for part in (names[:half], names[half:]) if part]
    return f'<div class="heat">{"".join(tables)}</div>'


def _heat_table(
    names: Sequence[str], tasks: Sequence[str], cells: Mapping[tuple[str, str], Group], summary: Summary
) -> str:
    head = "".join(f'<th scope="col">{escape(_TASK_WORDS.get(task, words(task)))}</th>' for task in tasks)
    rows = []
    for name in names:
        parts = [(cells.get((name, task)), address(family=name, task=task)) for task in tasks]
        shown = "".join(_heat_cell(*part) for part in [*parts, (summary["by_family"][name], address(family=name))])
        rows.append(f'<tr><th scope="row"><bdi>{escape(name)}</bdi></th>{shown}</tr>')
    return (
        f'<table><thead><tr><th scope="col">family</th>{head}<th scope="col">all</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _heat_cell(group: Group | None, href: str) -> str:
    mean = None if group is None else group["grade"]["mean"]
    if group is None or mean is None:
        return f"<td>{NOTHING}</td>"
    note = f"{with_error(group['grade'])}, {group['episodes']:,} episodes"
    heat = f"--heat:{max(0.0, mean) * _HEAT:.0f}%"
    return f'<td><a href="{href}" style="{heat}" title="{escape(note)}">{mean:.2f}</a></td>'


def _grade(group: Group, missing: float) -> float:
    mean = group["grade"]["mean"]
    return missing if mean is None else mean


def losses(summary: Summary) -> str:
    """What each part of each task's grade earned and lost, most lost first; a row leads to who lost it."""
    if not summary["parts"]:
        return NO_GRADE
    rows = "".join(_loss_row(part) for part in sorted(summary["parts"], key=lambda part: -part["lost"]))
    return f'<ul class="losses">{rows}</ul>'


def _loss_row(part: Part) -> str:
    earned, lost = max(0.0, part["mean"]), max(0.0, part["lost"])
    cost = f"−{lost:.3f}" if lost >= 0.0005 else "0.000"
    text = f"{figure(part['mean'], 2)} of {figure(part['most'], 2)}"
    href = address(task=part["task"], lost=part["part"], order="worst")
    return (
        f'<li><a href="{href}"><span class="loss-head"><span><bdi>{escape(words(part["part"]))}</bdi> '
        f"<small><bdi>{escape(words(part['task']))}</bdi></small></span>"
        f"<span><b>{cost}</b> <small>{escape(text)}</small></span></span>"
        f'<span class="bar-track"><i class="bar-fill own" style="width:{earned * 100:.1f}%"></i>'
        f'<i class="lost" style="width:{lost * 100:.1f}%"></i></span></a></li>'
    )


def losses_note(summary: Summary) -> str:
    text = "What each part of the grade earned (solid) and lost (striped), on a scale of 0 to 1."
    if summary["unanswered"]:
        text += f" {summary['unanswered']:,} episodes ended without a valid answer and lost all of it."
    return text


def reward(summary: Summary) -> str:
    """The reward so far over the steps, a line for each task."""
    series = [
        Line(
            words(task),
            [(point["step"], point["cumulative"]) for point in summary["reward_by_step"][task]],
            number,
            address(task=task, order="longest"),
        )
        for number, task in enumerate(ordered(summary["reward_by_step"]))
    ]
    return lines(series, "Mean reward over steps", "step", "reward so far") if series else NO_GRADE


def cost(run: Run, others: Sequence[Run]) -> tuple[str, str]:
    """The chart and its note: families of each task, and the agents as wholes."""
    runs = [run, *others]
    field, name = cost_axis([each.summary for each in runs])
    tasks = ordered(run.summary["by_task"])
    dots = []
    for cell in run.summary["by_family_and_task"]:
        grade, spent = cell["group"]["grade"]["mean"], cell["group"][field]  # type: ignore[literal-required]
        if grade is None or spent is None:
            continue
        note = f"{cell['row']}, {words(cell['column'])}: grade {figure(grade)}, {short(spent)} {name}"
        href = address(family=cell["row"], task=cell["column"])
        dots.append(Dot(spent, grade, note, tasks.index(cell["column"]), href))
    shown: list[str] = []
    for each in runs:
        overall = each.summary["overall"]
        grade, spent = overall["grade"]["mean"], overall[field]  # type: ignore[literal-required]
        if grade is not None and spent is not None:
            shown.append(each.name)
            dots.append(Dot(spent, grade, f"{each.name}: {figure(grade)}", number=len(shown)))
    if not dots:
        return NO_GRADE, ""
    note = "Each small mark is a fault family in one task, each number a whole agent."
    key = legend([(words(task), number) for number, task in enumerate(tasks)]) + numbers(shown)
    return scatter(dots, "Cost against grade", name, "mean grade") + key, note
