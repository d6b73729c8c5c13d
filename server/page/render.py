"""What the page shows of an episode, as HTML. Pure functions; every text is escaped."""

from __future__ import annotations

from html import escape

from cloud_incident_env.actions import ACTIONS, DIAGNOSTICS, normalise
from cloud_incident_env.layout import graders
from cloud_incident_env.ledger import target_of
from cloud_incident_env.wire import ActionRecord, AlertInfo, EpisodeState, GradeResult, Observation

_GRADE_PARTS = {
    "severity": ("Severity", 1.0),
    "base": ("Groundwork", 0.6),
    "efficiency": ("Efficiency", 0.4),
    "penalty": ("Penalty", 0.3),
    "summary": ("Write-up", 0.1),
}


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
    """What is said of the last action; once the episode has ended the grade card says that."""
    kind = " error" if observation.last_action_error else ""
    text = observation.last_action_error or ("The episode is over." if observation.done else observation.feedback)
    return f'<div class="card feedback{kind}" data-testid="feedback">{escape(text)}</div>'


def render_evidence(state: EpisodeState, observation: Observation) -> str:
    """Which tool has been run on which service, and what it showed, newest first."""
    tools = [tool for tool in DIAGNOSTICS if tool in observation.available_actions]
    head = "".join(f'<th class="mark">{ACTIONS[tool].label}</th>' for tool in tools)
    rows = "".join(_grid_row(service, tools, observation) for service in observation.known_services)
    grid = f'<div class="card scroll"><table class="grid"><tr><th>Service</th>{head}</tr>{rows}</table></div>'
    shown = [(tool, service) for tool, by_service in observation.queried_data.items() for service in by_service]
    shown.sort(key=lambda pair: -_last_read(pair, state))
    newest = shown[0] if shown else None
    texts = "".join(
        f'<details class="evidence" {"open" if (tool, service) == newest else ""}><summary>{ACTIONS[tool].label} · '
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
    """The grade with its parts, and what the written diagnosis was read as."""
    parts = "".join(_grade_part(name, value) for name, value in grade.breakdown.items())
    lines = [line.removesuffix(".") for line in grade.feedback.split(". ") if line]
    reasons = "".join(f"<li>{escape(line)}</li>" for line in lines if not line.startswith(graders.READ_AS))
    read_as = "".join(_read_as(line) for line in lines if line.startswith(graders.READ_AS))
    return (
        f'<div class="card"><h3>Grade</h3><div class="total" data-testid="grade">{grade.total:.2f}</div>'
        f"{parts}{read_as}<ul>{reasons}</ul></div>"
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
    """The number of the step that last ran a diagnostic on a service; 0 if none did."""
    steps = [
        record.step
        for record in state.action_history
        if normalise(record.action_type) == pair[0] and target_of(pair[0], record.parameters) == pair[1]
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


def _read_as(line: str) -> str:
    mode = line.removeprefix(graders.READ_AS).strip()
    return f'<div class="read-as" data-testid="read-as">{escape(graders.READ_AS)} <b>{escape(mode)}</b></div>'


def _chip(label: str, value: str) -> str:
    return f'<span class="chip">{escape(label)} <b>{escape(value)}</b></span>'


def _stat(label: str, value: str, testid: str) -> str:
    return (
        f'<div><span class="label">{escape(label)}</span>'
        f'<span class="value" data-testid="{testid}">{escape(value)}</span></div>'
    )
