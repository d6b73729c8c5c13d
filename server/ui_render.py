"""What the page shows of an episode, as HTML. Pure functions; every text is escaped."""

from __future__ import annotations

from html import escape

from actions import DIAGNOSTIC_ACTIONS, target_parameter
from server.models import ActionRecord, AlertInfo, EpisodeState, GradeResult, Observation

TOOL_NAMES = {
    "query_logs": "Logs",
    "check_metrics": "Metrics",
    "check_dependencies": "Dependencies",
    "check_recent_deploys": "Deploys",
    "check_service_status": "Status",
}
_GRADE_PARTS = {
    "severity": ("Severity", 1.0),
    "base": ("Groundwork", 0.6),
    "efficiency": ("Efficiency", 0.4),
    "penalty": ("Penalty", 0.3),
    "summary": ("Write-up", 0.1),
}

CSS = """
.gradio-container {max-width: 1500px !important}
.html-container {padding: 0 !important}
#masthead h1 {margin: 0; font-size: 1.7rem}
#masthead p {margin: .2rem 0 0; color: var(--body-text-color-subdued)}
.card {border: 1px solid var(--border-color-primary); border-radius: 12px; padding: 14px 18px;
  background: var(--background-fill-secondary)}
.card h2 {margin: 0 0 .4rem; font-size: 1.15rem}
.card h3 {margin: 0; font-size: 1rem}
.card ul {margin: .4rem 0 0; padding-left: 1.2rem}
.card li {margin: .15rem 0}
.columns {display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 4px 36px}
.columns ul {margin: 0}
.steps {display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 14px; margin-top: .6rem}
.alert {border-left: 6px solid #dc2626}
.quiet {color: var(--body-text-color-subdued); font-size: .9rem}
.chips {display: flex; flex-wrap: wrap; gap: 6px; margin: .5rem 0}
.chip {border: 1px solid var(--border-color-primary); border-radius: 999px; padding: 1px 10px; font-size: .85rem;
  background: var(--background-fill-primary)}
.note {padding: 8px 14px; color: var(--body-text-color-subdued); background: var(--block-background-fill)}
.chips .quiet {align-self: center}
.chip b {font-weight: 650}
.meter {height: 8px; border-radius: 4px; background: var(--border-color-primary); overflow: hidden; margin-top: 6px}
.meter div {height: 100%; background: #2563eb}
.meter .low {background: #d97706}
.stats {display: flex; flex-wrap: wrap; gap: 8px 26px}
.stats div {min-width: 5rem}
.stats .label {display: block; color: var(--body-text-color-subdued); font-size: .8rem}
.stats .value {font-size: 1.15rem; font-weight: 650; font-variant-numeric: tabular-nums}
.feedback {border-left: 6px solid #2563eb}
.feedback.error {border-left-color: #d97706}
.scroll {overflow-x: auto}
.card table, .card tr, .card th, .card td {border: 0; background: transparent}
.grid, .history {border-collapse: collapse; width: 100%; font-size: .88rem}
.card .grid th, .card .grid td, .card .history th, .card .history td {padding: 4px 8px; text-align: left;
  vertical-align: top; border-bottom: 1px solid var(--border-color-primary)}
.card .grid td.mark, .card .grid th.mark {text-align: center}
.card .history td.number, .card .history th.number {text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums}
.good {color: #15803d} .bad {color: #b91c1c}
.dark .good {color: #4ade80} .dark .bad {color: #f87171}
details.evidence {border: 1px solid var(--border-color-primary); border-radius: 10px; margin-top: 8px;
  background: var(--background-fill-secondary)}
details.evidence summary {cursor: pointer; padding: 6px 12px; font-weight: 600}
details.evidence pre {margin: 0; padding: 4px 14px 12px; white-space: pre-wrap; overflow-wrap: anywhere;
  font-size: .8rem; line-height: 1.5; font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  background: transparent; border: 0; color: var(--body-text-color)}
.total {font-size: 2.2rem; font-weight: 750; font-variant-numeric: tabular-nums}
.part {display: grid; grid-template-columns: 7rem 1fr 4rem; gap: 10px; align-items: center; margin: .3rem 0}
.part .meter {margin: 0}
.part .number {text-align: right; font-variant-numeric: tabular-nums}
"""


def render_alert(observation: Observation) -> str:
    """The alert card: title, figures, affected services, symptoms."""
    alert: AlertInfo = observation.alert
    revenue = alert.revenue_impact_per_min
    chips = [
        _chip("Severity", alert.severity),
        _chip("Errors", f"{alert.error_rate:.0%}"),
        _chip("Since", f"{alert.duration_minutes} min"),
        _chip("Loss", "unknown" if revenue is None else f"${revenue:,.0f}/min"),
    ]
    affected = "".join(f'<span class="chip">{escape(name)}</span>' for name in alert.affected_services)
    symptoms = "".join(f"<li>{escape(symptom)}</li>" for symptom in alert.symptoms)
    return (
        f'<div class="card alert"><div class="quiet">{escape(alert.id)} · {escape(observation.scenario_id)}</div>'
        f'<h2>{escape(alert.title)}</h2><div class="columns"><div><div>{escape(observation.incident_summary)}</div>'
        f'<div class="chips">{"".join(chips)}</div>'
        f'<div class="chips"><span class="quiet">Affected</span>{affected}</div>'
        f"</div><ul>{symptoms}</ul></div></div>"
    )


def render_progress(observation: Observation) -> str:
    """Steps left and reward so far."""
    left = observation.max_steps - observation.step_count
    late = observation.step_count >= observation.max_steps // 2
    share = 100 * observation.step_count / observation.max_steps
    return (
        '<div class="card"><div class="stats">'
        + _stat("Step", f"{observation.step_count} of {observation.max_steps}", "steps-used")
        + _stat("Steps left", "episode over" if observation.done else str(left), "steps-left")
        + _stat("Reward so far", f"{observation.cumulative_reward:+.2f}", "reward")
        + f'</div><div class="meter"><div class="{"low" if late else ""}" style="width:{share:.0f}%"></div></div></div>'
    )


def render_feedback(observation: Observation) -> str:
    """What the last action came to; once the episode has ended the grade card says that."""
    kind = " error" if observation.last_action_error else ""
    text = observation.last_action_error or ("The episode is over." if observation.done else observation.feedback)
    return f'<div class="card feedback{kind}" data-testid="feedback">{escape(text)}</div>'


def render_evidence(state: EpisodeState, observation: Observation) -> str:
    """Which tool has been run on which service, and what it showed, newest first."""
    tools = [tool for tool in DIAGNOSTIC_ACTIONS if tool in observation.available_actions]
    head = "".join(f'<th class="mark">{TOOL_NAMES[tool]}</th>' for tool in tools)
    rows = "".join(_grid_row(service, tools, observation) for service in observation.known_services)
    grid = f'<div class="card scroll"><table class="grid"><tr><th>Service</th>{head}</tr>{rows}</table></div>'
    shown = [(tool, service) for tool, by_service in observation.queried_data.items() for service in by_service]
    shown.sort(key=lambda pair: -_last_read(pair, state))
    newest = shown[0] if shown else None
    texts = "".join(
        f'<details class="evidence" {"open" if (tool, service) == newest else ""}><summary>{TOOL_NAMES[tool]} · '
        f"{escape(service)}</summary><pre>{escape(observation.queried_data[tool][service])}</pre></details>"
        for tool, service in shown
    )
    return grid + (texts or '<p class="quiet">Nothing queried yet. Pick a diagnostic and a service, and run it.</p>')


def render_history(state: EpisodeState) -> str:
    """Every action with its reward."""
    if not state.action_history:
        return '<p class="quiet">No actions yet.</p>'
    rows = "".join(
        f'<tr><td class="number">{record.step}</td><td>{escape(describe_action(record))}</td>'
        f'<td class="number {"good" if record.reward > 0 else "bad" if record.reward < 0 else ""}">'
        f"{record.reward:+.2f}</td><td>{escape(record.error or record.reason)}</td></tr>"
        for record in state.action_history
    )
    return (
        '<div class="card scroll"><table class="history"><tr><th class="number">Step</th><th>Action</th>'
        f'<th class="number">Reward</th><th>Why</th></tr>{rows}</table></div>'
    )


def render_grade(grade: GradeResult) -> str:
    """The grade with its parts."""
    parts = "".join(_grade_part(name, value) for name, value in grade.breakdown.items())
    lines = "".join(f"<li>{escape(line)}</li>" for line in grade.feedback.split(". ") if line)
    return (
        f'<div class="card"><h3>Grade</h3><div class="total" data-testid="grade">{grade.total:.2f}</div>'
        f"{parts}<ul>{lines}</ul></div>"
    )


def describe_action(record: ActionRecord) -> str:
    """An action in one line: its type, what it acts on, and the rest of its parameters."""
    rest = dict(record.parameters)
    rest.pop("reasoning", None)
    words = [record.action_type]
    words += [f"{name}={value}" if name != "service" else str(value) for name, value in rest.items()]
    text = " · ".join(words)
    return text if len(text) <= 160 else text[:159] + "…"


def _last_read(pair: tuple[str, str], state: EpisodeState) -> int:
    tool, service = pair
    steps = [
        record.step
        for record in state.action_history
        if record.action_type.strip().casefold() == tool
        and service in str(record.parameters.get(target_parameter(tool)) or record.parameters.get("target")).casefold()
    ]
    return max(steps, default=0)


def _grid_row(service: str, tools: list[str], observation: Observation) -> str:
    marks = "".join(
        f'<td class="mark">{"●" if service in observation.queried_data.get(tool, {}) else "·"}</td>' for tool in tools
    )
    return f"<tr><td>{escape(service)}</td>{marks}</tr>"


def _grade_part(name: str, value: float) -> str:
    label, most = _GRADE_PARTS.get(name, (name, 1.0))
    share = min(100.0, 100 * abs(value) / most)
    return (
        f'<div class="part"><span>{escape(label)}</span><div class="meter"><div class="{"low" if value < 0 else ""}" '
        f'style="width:{share:.0f}%"></div></div><span class="number">{value:+.2f}</span></div>'
    )


def _chip(label: str, value: str) -> str:
    return f'<span class="chip">{escape(label)} <b>{escape(value)}</b></span>'


def _stat(label: str, value: str, testid: str) -> str:
    return (
        f'<div><span class="label">{escape(label)}</span>'
        f'<span class="value" data-testid="{testid}">{escape(value)}</span></div>'
    )
