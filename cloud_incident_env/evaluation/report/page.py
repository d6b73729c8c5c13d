"""The report as one HTML file. Pure but for reading its style and its script; every text of a run is escaped.

The page loads nothing: its content security policy allows its own script, by hash, and no network; only where the
evidence lies in a folder beside it may it load the scripts there. It is readable without the script, except for the
list of episodes. The script is made of the modules in `app/` and of those of the server's page: what shows an episode
is the same there and here.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, Literal

from cloud_incident_env import layout
from cloud_incident_env.evaluation.metrics import Summary
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.report import breakdowns
from cloud_incident_env.evaluation.report.bundle import bundle
from cloud_incident_env.evaluation.report.data import Place, embedded
from cloud_incident_env.evaluation.report.headline import headline
from cloud_incident_env.evaluation.report.html import fold, section, table
from cloud_incident_env.evaluation.report.runs import Run, short, unfinished, words

_HERE = Path(__file__).parent
SHARED = layout.ROOT / "server" / "page" / "static"  # what the server's page is made of
_SHEETS = ("theme.css", "evidence.css", "map.css", "timeline.css")
_DARK = re.compile(r'^:root\[data-theme="dark"\] (\{.*?^\})', re.M | re.S)
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


def page(
    run: Run,
    others: Sequence[Run],
    config: Mapping[str, Any],
    records: Sequence[EpisodeRecord],
    place: Place = "nowhere",
    seen: Iterable[str] = (),
) -> str:
    """The whole document. `place` and `seen` say where the evidence of the episodes is, as in `data.embedded`."""
    title = escape(f"Evaluation of {run.name}")
    summary = run.summary
    cost, cost_note = breakdowns.cost(run, others)
    sections = [
        headline(run, others),
        section("Where points are lost", breakdowns.losses(summary), breakdowns.losses_note(summary), "half"),
        section(
            "Grade by task and difficulty",
            breakdowns.by_task(summary) + breakdowns.splits(summary),
            "Whiskers: 95 % intervals.",
            "half",
        ),
        section(
            "Families",
            breakdowns.families(summary),
            "Mean grade of each fault family in each task, the weakest first. A figure leads to its episodes.",
        ),
        section(
            "Agents" if others else "This agent",
            breakdowns.agents(run, others) + fold("What the columns mean", breakdowns.columns(summary, bool(others))),
        ),
        section(
            "Reward over steps",
            breakdowns.reward(summary),
            "Mean shaping reward so far; an ended episode keeps its own.",
            "half",
        ),
        section("Cost against grade", cost, cost_note, "half"),
        section("Episodes", _browser(len(records)), kind="browser"),
        section("How it was run", _settings(config, summary) + _usage(summary)),
    ]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(place)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{_style()}</style>
</head>
<body>
<div id="console">
<main id="report" class="report" data-agent="{escape(run.agent or run.name)}">
<header class="top"><p class="quiet-text">Cloud Incident Response</p><h1><bdi>{title}</bdi></h1>\
<p class="quiet-text">{_subtitle(summary)}</p>{_warning(run)}</header>
<div class="cards">
{"".join(sections)}
</div>
</main>
<main id="episode" class="report" hidden></main>
</div>
{embedded(records, summary["parts"], place, seen)}
<script>{_script()}</script>
</body>
</html>
"""


@cache
def _script() -> str:
    text = bundle("app/main.js", {"app": _HERE / "app", "page": SHARED})
    if re.search(r"</script|<!--", text, re.I):
        raise ValueError("the script of the page holds a text that would end its element")
    return text


@cache
def _style() -> str:
    """The style of the server's page, dark where the reader's system is, and that of the report."""
    shared = "\n".join((SHARED / name).read_text(encoding="utf-8") for name in _SHEETS)
    shared = _DARK.sub(r"@media (prefers-color-scheme: dark) { :root \1 }", shared)
    return shared + (_HERE / "page.css").read_text(encoding="utf-8")


def _policy(place: Place) -> str:
    own = b64encode(sha256(_script().encode()).digest()).decode()
    folder = " 'self'" if place == "folder" else ""
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{own}'{folder}"


def _warning(run: Run) -> str:
    text = unfinished(run)
    return f'<p class="notice warn">{escape(text)}</p>' if text else ""


def _subtitle(summary: Summary) -> str:
    overall = summary["overall"]
    text = f"{overall['episodes']:,} graded episodes of {overall['incidents']:,} incidents"
    if overall["infrastructure_errors"]:
        text += f", and {overall['infrastructure_errors']:,} infrastructure errors, which count in no mean"
    return escape(text)


def _usage(summary: Summary) -> str:
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
    title = "Steps, mistakes, tokens and time"
    return fold(title, table(["", "mean", "median", "95 %", "total"], rows, name=title))


def _browser(count: int) -> str:
    if not count:
        return "<p>No episode.</p>"
    return """<form class="filters" id="filters">
<label>Search <input type="search" name="text" placeholder="family, incident" maxlength="200"></label>
<label>Task <select name="task"><option value="">all</option></select></label>
<label>Difficulty <select name="difficulty"><option value="">all</option></select></label>
<label>Family <select name="family"><option value="">all</option></select></label>
<label>Points lost on <select name="lost"><option value="">any part</option></select></label>
<label>Result <select name="result"><option value="">all</option><option value="success">success</option>
<option value="failure">failure</option><option value="error">infrastructure error</option></select></label>
<label>Order <select name="order"><option value="">as run</option><option value="worst">worst grade first</option>
<option value="best">best grade first</option><option value="longest">most steps first</option>
<option value="mistakes">most mistakes first</option><option value="tokens">most tokens first</option></select></label>
<button type="reset" class="button">Show all</button>
</form>
<p class="note" id="count" role="status">This list needs JavaScript.</p>
<ol class="episodes" id="list"></ol>
<nav class="pages" id="pages" aria-label="Pages of the list" hidden>
<button type="button" class="button" id="previous">Previous</button>
<span id="where"></span><button type="button" class="button" id="next">Next</button></nav>"""


def _settings(config: Mapping[str, Any], summary: Summary) -> str:
    rows = [[words(name), _written(config[name])] for name in _SHOWN if config.get(name) not in (None, {}, [])]
    rows.append(["steps chosen by", _written(summary["step_sources"])])
    if summary["infrastructure"]:
        errors = "; ".join(f"{count:,} times {error}" for error, count in summary["infrastructure"].items())
        rows.append(["infrastructure errors", errors])
    rows.append(["success at a grade of", f"{summary['threshold']:g}"])
    marker = f'<span id="threshold" data-value="{summary["threshold"]}"></span>'
    return table(["what", "value"], rows, "settings", "How it was run") + marker


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{words(str(name))} {_written(part)}" for name, part in value.items() if part is not None)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
