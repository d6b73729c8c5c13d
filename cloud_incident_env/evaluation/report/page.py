"""The report as one HTML file. Pure; every text that comes from a run is escaped.

The page loads nothing: its content security policy allows its own script, by hash, and no network. It is readable
without the script, except for the list of episodes.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, Literal

from cloud_incident_env.evaluation.metrics import Gap, Group, Part, Summary
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.report.charts import Bar, Dot, Line, bars, legend, lines, scatter
from cloud_incident_env.evaluation.report.data import embedded
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
    unfinished,
    with_error,
    words,
)

_HERE = Path(__file__).parent
_SHOWN = (
    "started",
    "commit",
    "base_url",
    "trials",
    "incidents",
    "limits",
    "settings",
    "versions",
)  # of the configuration
_STATISTICS: tuple[Literal["mean", "median", "p95", "total"], ...] = ("mean", "median", "p95", "total")
_TASK_WORDS = {"alert_classification": "alert", "root_cause_analysis": "cause", "remediation_planning": "remedy"}
_THIS_RUN, _OTHER_RUNS = 0, 6  # colours of bars
_HEAT = 70  # % of the heat colour in a cell of grade 1; more would leave its figure hard to read


def page(run: Run, others: Sequence[Run], config: Mapping[str, Any], records: Sequence[EpisodeRecord]) -> str:
    """The whole document."""
    style, script = (_HERE.joinpath(name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    allowed = b64encode(sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'"
    title = escape(f"Evaluation of {run.name}")
    summary = run.summary
    sections = [
        _section("Headline", _headline(run, others) + _tiles(summary), _headline_note(summary, bool(others))),
        _section("Grade by task and difficulty", _by_task(summary) + _splits(summary), "Whiskers: 95 % intervals."),
        _section("Families", _heat_map(summary), "Mean grade of each fault family in each task, the worst first."),
        _section("Where points are lost", _losses(summary), _losses_note(summary)),
        '<div class="pair">',
        _section("Reward over steps", _reward(summary), "Mean shaping reward so far; an ended episode keeps its own."),
        _section("Cost against grade", *_cost(run, others)),
        "</div>",
        _section("Episodes", _browser(len(records))),
        _section("How it was run", _settings(config, summary)),
    ]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header><h1>{title}</h1><p>Cloud Incident Response: {_subtitle(summary)}</p>{_warning(run)}</header>
<main>
{"".join(sections)}
</main>
{embedded(records)}
<script>{script}</script>
</body>
</html>
"""


def _section(title: str, body: str, note: str = "") -> str:
    below = f'<p class="note">{escape(note)}</p>' if note else ""
    return f"<section><h2>{escape(title)}</h2>{below}{body}</section>\n"


def _table(head: Iterable[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """A table; the first column names its row. Texts are escaped here."""
    titles = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(text)}</td>" for text in row[1:])}</tr>'
        for row in rows
    )
    return (
        f'<div class="wide"><table class="{kind}"><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _warning(run: Run) -> str:
    text = unfinished(run)
    return f'<p class="bad">{escape(text)}</p>' if text else ""


def _subtitle(summary: Summary) -> str:
    overall = summary["overall"]
    text = f"{overall['episodes']:,} graded episodes of {overall['incidents']:,} incidents"
    if overall["infrastructure_errors"]:
        text += f", and {overall['infrastructure_errors']:,} infrastructure errors, which count in no mean"
    return escape(text)


def _headline(run: Run, others: Sequence[Run]) -> str:
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
    return _agents(runs) + _table(cells, list(zip(*cells.values(), strict=True)), "headline")


def _agents(runs: Sequence[Run]) -> str:
    """The mean grades of several agents as bars, best first; nothing for one alone."""
    graded = [each for each in runs if each.summary["overall"]["grade"]["mean"] is not None]
    if len(graded) < 2:
        return ""
    graded.sort(key=lambda each: -_grade(each.summary["overall"], missing=0.0))
    items = []
    for each in graded:
        grade = each.summary["overall"]["grade"]
        note = f"{each.name}: {with_error(grade)}"
        series = _THIS_RUN if each is runs[0] else _OTHER_RUNS
        items.append(Bar(each.name, grade["mean"] or 0.0, grade["low"], grade["high"], series, note))
    return _figure(bars(items, "Mean grade of each agent"))


def _headline_note(summary: Summary, compared: bool) -> str:
    grade = summary["overall"]["grade"]
    return (
        f"The standard error (SE) is clustered by the {grade['clusters']} fault families; 95 % interval of the mean: "
        f"{interval(grade['low'], grade['high'])}. pass^k: all of k trials reach a grade of {summary['threshold']:g} "
        "(in brackets the incidents with that many trials, where not all have them). "
        + "Differences are of the other agent less this run, over the incidents that both played. " * compared
        + "Steps, wrong actions, tokens, USD and seconds are means per episode."
    )


def _tiles(summary: Summary) -> str:
    names = {"steps": "steps", "wrong_actions": "wrong actions", "invalid_actions": "invalid actions",
             "repeated_actions": "repeated actions", "prompt_tokens": "prompt tokens",
             "completion_tokens": "completion tokens", "seconds": "seconds", "cost": "USD"}  # fmt: skip
    usage = summary["usage"]
    rows = [
        [f"{text} per episode", *(short(usage[name][part]) for part in _STATISTICS)]
        for name, text in names.items()
        if name in usage
    ]
    latency = summary["step_seconds"]
    rows.append(["seconds per decision", *(short(latency[part]) for part in _STATISTICS)])
    return _fold("Steps, mistakes, tokens and time", _table(["", "mean", "median", "95 %", "total"], rows))


def _fold(title: str, body: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{body}</details>"


def _by_task(summary: Summary) -> str:
    tasks = ordered(summary["by_task"])
    difficulties = ordered(summary["by_difficulty"])
    cells = {(cell["row"], cell["column"]): cell["group"] for cell in summary["by_task_and_difficulty"]}
    items = []
    for number, task in enumerate(tasks):
        for difficulty in difficulties:
            group = cells.get((task, difficulty))
            if group is None or group["grade"]["mean"] is None:
                continue
            grade = group["grade"]
            label = f"{words(task)}, {difficulty}"
            note = f"{label}: {with_error(grade)}, {group['episodes']:,} episodes"
            items.append(Bar(label, grade["mean"] or 0.0, grade["low"], grade["high"], number, note))
    return _figure(bars(items, "Mean grade by task and difficulty")) if items else _nothing()


def _splits(summary: Summary) -> str:
    groups = groups_of(summary)
    powers = powers_of([summary["overall"]])
    head = ["", "mean grade ± SE", *(f"pass^{k}" for k in powers), "steps", "episodes", "incidents", "errors"]
    table = _table(head, (_group_row(name, group, powers) for name, group in groups))
    return table + _gaps(summary["gaps"])


def _group_row(name: str, group: Group, powers: Sequence[int]) -> list[str]:
    counts = [group["episodes"], group["incidents"], group["infrastructure_errors"]]
    grade = with_error(group["grade"])
    passes = (pass_text(group, k) for k in powers)
    return [name, grade, *passes, short(group["steps"]), *(f"{count:,}" for count in counts)]


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
    return "<h3>Generalisation gap</h3>" + _table(["", "grade lost", "95 % interval", ""], rows)


def _heat_map(summary: Summary) -> str:
    tasks = ordered(summary["by_task"])
    cells = {(cell["row"], cell["column"]): cell["group"] for cell in summary["by_family_and_task"]}
    families = sorted(summary["by_family"], key=lambda name: (_grade(summary["by_family"][name], missing=2.0), name))
    if not families:
        return _nothing()
    half = (len(families) + 1) // 2 if len(families) > 12 else len(families)
    tables = [_heat_table(names, tasks, cells, summary) for names in (families[:half], families[half:]) if names]
    return f'<div class="heat">{"".join(tables)}</div>'


def _heat_table(
    families: Sequence[str], tasks: Sequence[str], cells: Mapping[tuple[str, str], Group], summary: Summary
) -> str:
    head = "".join(f'<th scope="col">{escape(_TASK_WORDS.get(task, words(task)))}</th>' for task in tasks)
    rows = []
    for family in families:
        groups = [*(cells.get((family, task)) for task in tasks), summary["by_family"][family]]
        shown = "".join(_heat_cell(group) for group in groups)
        rows.append(f'<tr><th scope="row">{escape(family)}</th>{shown}</tr>')
    return (
        f'<table><thead><tr><th scope="col">family</th>{head}<th scope="col">all</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _heat_cell(group: Group | None) -> str:
    mean = None if group is None else group["grade"]["mean"]
    if group is None or mean is None:
        return f"<td>{NOTHING}</td>"
    note = f"{with_error(group['grade'])}, {group['episodes']:,} episodes"
    return f'<td style="--heat:{mean * _HEAT:.0f}%" title="{escape(note)}">{mean:.2f}</td>'


def _grade(group: Group, missing: float) -> float:
    mean = group["grade"]["mean"]
    return missing if mean is None else mean


def _losses(summary: Summary) -> str:
    if not summary["parts"]:
        return _nothing()
    blocks = []
    for task in ordered(part["task"] for part in summary["parts"]):
        parts = [part for part in summary["parts"] if part["task"] == task]
        lost = sum(part["lost"] for part in parts)
        rows = "".join(_loss_row(part) for part in sorted(parts, key=lambda part: -part["lost"]))
        blocks.append(f"<h3>{escape(words(task))}: {figure(lost)} lost</h3><div class='losses'>{rows}</div>")
    return "".join(blocks)


def _loss_row(part: Part) -> str:
    earned = max(0.0, part["mean"])
    text = f"{figure(part['mean'], 2)} of {figure(part['most'], 2)}"
    return (
        f"<span>{escape(words(part['part']))}</span>"
        f'<span class="track"><i class="earned" style="width:{earned * 100:.1f}%"></i>'
        f'<i class="lost" style="width:{max(0.0, part["lost"]) * 100:.1f}%"></i></span>'
        f'<span class="number">−{max(0.0, part["lost"]):.3f} <small>{escape(text)}</small></span>'
    )


def _losses_note(summary: Summary) -> str:
    text = "What each part of the grade earned (solid) and lost (striped), on a scale of 0 to 1."
    if summary["unanswered"]:
        text += f" {summary['unanswered']:,} episodes ended without a valid answer and lost all of it."
    return text


def _reward(summary: Summary) -> str:
    series = [
        Line(words(task), [(point["step"], point["cumulative"]) for point in summary["reward_by_step"][task]], number)
        for number, task in enumerate(ordered(summary["reward_by_step"]))
    ]
    return _figure(lines(series, "Mean reward over steps", "step", "reward so far")) if series else _nothing()


def _cost(run: Run, others: Sequence[Run]) -> tuple[str, str]:
    """The chart and its note: families of each task, and with baselines the agents as wholes."""
    field, name = cost_axis([run.summary, *(other.summary for other in others)])
    tasks = ordered(run.summary["by_task"])
    dots = []
    for cell in run.summary["by_family_and_task"]:
        grade, cost = cell["group"]["grade"]["mean"], cell["group"][field]  # type: ignore[literal-required]
        if grade is None or cost is None:
            continue
        note = f"{cell['row']}, {words(cell['column'])}: grade {figure(grade)}, {short(cost)} {name}"
        dots.append(Dot(cost, grade, tasks.index(cell["column"]), note))
    entries = [(words(task), number) for number, task in enumerate(tasks)]
    if others:
        entries += [(run.name, len(tasks)), ("other agents", len(tasks) + 1)]
    for number, each in enumerate([run, *others] if others else []):
        overall = each.summary["overall"]
        grade, cost = overall["grade"]["mean"], overall[field]  # type: ignore[literal-required]
        if grade is None or cost is None:
            continue
        dots.append(Dot(cost, grade, len(tasks) + bool(number), f"{each.name}: {figure(grade)}", each.name, True))
    if not dots:
        return _nothing(), ""
    note = "Each dot is a fault family in one task" + (", each large one a whole agent." if others else ".")
    return _figure(scatter(dots, "Cost against grade", name, "mean grade") + legend(entries)), note


def _figure(chart: str) -> str:
    return f"<figure>{chart}</figure>"


def _nothing() -> str:
    return "<p>No graded episode to show.</p>"


def _browser(count: int) -> str:
    if not count:
        return "<p>No episode.</p>"
    return """<form class="filters" id="filters">
<label>Search <input type="search" name="text" placeholder="family, incident, split"></label>
<label>Task <select name="task"><option value="">all</option></select></label>
<label>Difficulty <select name="difficulty"><option value="">all</option></select></label>
<label>Result <select name="result"><option value="">all</option><option value="success">success</option>
<option value="failure">failure</option><option value="error">infrastructure error</option></select></label>
<label>Order <select name="order"><option value="run">as run</option><option value="worst">worst grade first</option>
<option value="best">best grade first</option><option value="longest">most steps first</option>
<option value="mistakes">most mistakes first</option><option value="tokens">most tokens first</option></select></label>
</form>
<p class="note" id="count" aria-live="polite">This list needs JavaScript.</p>
<ol class="episodes" id="list"></ol>
<nav class="pages" id="pages" hidden><button type="button" id="previous">Previous</button>
<span id="where"></span><button type="button" id="next">Next</button></nav>"""


def _settings(config: Mapping[str, Any], summary: Summary) -> str:
    rows = [[words(name), _written(config[name])] for name in _SHOWN if config.get(name) not in (None, {}, [])]
    rows.append(["steps chosen by", _written(summary["step_sources"])])
    if summary["infrastructure"]:
        errors = "; ".join(f"{count:,} times {error}" for error, count in summary["infrastructure"].items())
        rows.append(["infrastructure errors", errors])
    rows.append(["success at a grade of", f"{summary['threshold']:g}"])
    marker = f'<span id="threshold" data-value="{summary["threshold"]}"></span>'
    return _table(["", "value"], rows, "settings") + marker


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{words(str(name))} {_written(part)}" for name, part in value.items() if part is not None)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
