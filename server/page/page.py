"""The page at `/`: play an incident by clicking. Every tab plays an episode of its own."""

from __future__ import annotations

import hmac
import uuid
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from pydantic import ValidationError

from cloud_incident_env.actions import (
    ACTIONS,
    MOST_REPLICAS,
    NAME_LENGTH,
    PARAMETERS,
    SUBMISSIONS,
    TEXT_LENGTH,
    Parameter,
)
from cloud_incident_env.ended_episode import EndedEpisode
from cloud_incident_env.episode import Episode
from cloud_incident_env.episodes import Episodes, NoEpisodeError, TooManyEpisodesError, UnknownEpisodeError
from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.incident import SEVERITIES
from cloud_incident_env.layout import tasks
from cloud_incident_env.options import one_line, read_options
from cloud_incident_env.splits import TRAIN_SEEDS
from cloud_incident_env.views import grade_of, observation_of, state_of
from cloud_incident_env.wire import Action, ActionParameters

from ..openenv_caller import caller
from .allowed_paths import AllowedPaths
from .bounded_heartbeats import BoundedHeartbeats
from .checked_calls import CheckedCalls
from .mode_choice import build_choice, choose_mode, follow_text, show_choice
from .render import (
    render_alert,
    render_evidence,
    render_feedback,
    render_grade,
    render_history,
    render_progress,
)

_MASTHEAD = """<div id="masthead"><h1>🚨 Cloud Incident Response</h1><p>Read the alert, investigate, find the cause, fix
it in the right order, write it up, and get a grade. Through the <a href="docs">REST interface</a> agents play the same
incidents.</p></div>"""
_WELCOME = """<div class="card"><h2>You are on call</h2><div>Choose a task and an incident above, and press
<b>Start incident</b>.</div><div class="steps"><div><b>1. Investigate</b><br>Query logs, metrics, dependencies, deploys
and status of any service. Every query is a step, and steps are few.</div><div><b>2. Decide</b><br>Classify the alert,
name the culprit, or fix the incident in the right order. The telemetry follows what you do.</div><div><b>3. Submit</b>
<br>Your submission ends the episode and is graded from 0 to 1, with the reasons.</div></div></div>"""
_GONE = """<div class="card feedback error" data-testid="feedback">This episode has expired. Press Start incident for
a new one.</div>"""
GENERATED = -1  # in the list of incidents, stands for one that is generated
_FIELDS = tuple(name for name in PARAMETERS if name not in ("target", "reasoning"))  # that a player fills in
_MODE = "failure_mode"  # the field beside which the catalogue is offered
_FOLDER = Path(__file__).parent
MOST_SESSIONS = 500  # open pages whose state Gradio keeps, the latest used ones, at some 110 KB each
TOKEN_LENGTH = 1_000  # characters


def build_page(episodes: Episodes, control_token: str | None = None) -> FastAPI:
    """Build the page over a server's episodes, as an ASGI app of its own.

    With a `control_token`, only who types it starts an incident.
    """
    with gr.Blocks(title="Cloud Incident Response", analytics_enabled=False) as blocks:
        _Page(episodes, control_token)
    blocks.state_session_capacity = MOST_SESSIONS
    theme = gr.themes.Soft(
        primary_hue="red",
        font=["system-ui", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif"],
        font_mono=["ui-monospace", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace"],
    )
    page: FastAPI = gr.mount_gradio_app(
        FastAPI(openapi_url=None),
        blocks,
        path="/",
        css=(_FOLDER / "page.css").read_text(encoding="utf-8"),
        theme=theme,
        footer_links=[],
        favicon_path=str(_FOLDER / "favicon.svg"),
        run_history=False,
        max_file_size="64kb",
        ssr_mode=False,
    )
    page.add_middleware(CheckedCalls, inputs={number: len(wired.inputs) for number, wired in blocks.fns.items()})
    page.add_middleware(BoundedHeartbeats, most=MOST_SESSIONS)
    page.add_middleware(AllowedPaths)
    return page


class _Page:
    """The components of the page and what they do.

    The episode id lives in the tab's session state, and every episode is asked for by name, so tabs never meet.
    """

    def __init__(self, episodes: Episodes, control_token: str | None) -> None:
        self._episodes = episodes
        self._control_token = control_token
        listed = tasks.list_tasks()
        self._tasks = {task["task_id"]: task for task in listed}
        self._episode_id = gr.State(None, delete_callback=self._forget)
        gr.HTML(_MASTHEAD)
        self._task = gr.Radio(
            [(f"{task['name']} ({task['difficulty']})", task["task_id"]) for task in listed],
            value=listed[0]["task_id"],
            label="Task",
        )
        self._token = self._build_token()
        with gr.Row(equal_height=True):
            self._incident = gr.Dropdown(
                self._incidents(listed[0]["task_id"]), value=0, label="Incident", scale=6, min_width=300
            )
            self._start = gr.Button("Start incident", variant="primary", scale=1, min_width=180)
        with gr.Row(visible=False, equal_height=True) as self._generated:
            self._seed = gr.Number(
                1,
                label="Seed (any number)",
                precision=0,
                minimum=0,
                maximum=TRAIN_SEEDS - 1,
            )
            self._difficulty = gr.Radio(list(DIFFICULTIES), value=listed[0]["difficulty"], label="Difficulty")
        self._alert = gr.HTML(_WELCOME)
        with gr.Row():
            with gr.Column(scale=5, min_width=360):
                self._progress = gr.HTML()
                self._feedback = gr.HTML()
                self._grade = gr.HTML()
                with gr.Group(visible=False) as self._panel:
                    self._action = gr.Radio([], label="Action")
                    self._note = gr.HTML()
                    self._fields = self._build_fields()
                    self._run = gr.Button("Run action", variant="primary")
            with gr.Column(scale=6, min_width=360, visible=False) as self._findings, gr.Tabs():
                with gr.Tab("Evidence"):
                    self._evidence = gr.HTML()
                with gr.Tab("History"):
                    self._history = gr.HTML()
        self._wire()

    def _build_token(self) -> list[Any]:
        """The field for the control token, where the server has one."""
        if self._control_token is None:
            return []
        return [
            gr.Textbox(
                label="Control token",
                info="Starting an incident on this server needs it.",
                type="password",
                max_length=TOKEN_LENGTH,
            )
        ]

    def _build_fields(self) -> dict[str, Any]:
        fields = {
            "service": gr.Radio([], label="Service", visible=False),
            "severity": gr.Radio(list(SEVERITIES), label="Severity", visible=False),
        }
        self._choice, self._definition = build_choice()  # above the text that they are about
        fields |= {
            "failure_mode": gr.Textbox(
                label="Failure mode: its id, or its cause in your own words", max_length=TEXT_LENGTH, visible=False
            ),
            "summary": gr.Textbox(
                label="Summary: culprit, mechanism, what you did, state now",
                lines=5,
                max_length=TEXT_LENGTH,
                visible=False,
            ),
            "target_version": gr.Textbox(
                label="Target version",
                placeholder="the last good one if left blank",
                max_length=NAME_LENGTH,
                visible=False,
            ),
            "replicas": gr.Number(label="Replicas", precision=0, minimum=0, maximum=MOST_REPLICAS, visible=False),
            "flag": gr.Dropdown(
                [],
                label="Feature flag (pick one that the evidence names, or type)",
                allow_custom_value=True,
                visible=False,
            ),
            "runbook_action": gr.Dropdown(
                [],
                label="Runbook step (pick one that the evidence names, or type)",
                allow_custom_value=True,
                visible=False,
            ),
        }
        fields |= {name: _optional_field(PARAMETERS[name]) for name in _FIELDS if name not in fields}
        assert tuple(fields) == _FIELDS
        return fields

    def _wire(self) -> None:
        # Each function judges its own values: where Gradio does, what it refuses is a traceback in the log.
        quiet = {"queue": False, "show_progress": "hidden", "api_visibility": "private", "preprocess": False}
        self._shown = shown = [
            self._episode_id,
            self._alert,
            self._progress,
            self._panel,
            self._action,
            self._note,
            self._choice,
            self._definition,
            *self._fields.values(),
            self._feedback,
            self._grade,
            self._findings,
            self._evidence,
            self._history,
        ]
        self._task.change(self._choose_task, [self._task, self._incident], [self._incident, self._difficulty], **quiet)
        self._incident.change(self._choose_incident, self._incident, self._generated, **quiet)
        chosen = [self._task, self._incident, self._seed, self._difficulty, self._episode_id, *self._token]
        self._start.click(self._start_episode, chosen, shown, **quiet)
        needed = [self._note, self._choice, self._definition, *self._fields.values()]
        self._action.input(self._choose_action, self._action, needed, **quiet)
        self._run.click(self._act, [self._episode_id, self._action, *self._fields.values()], shown, **quiet)
        text = self._fields[_MODE]
        # Not on input, which comes again when the list is left and would undo an edit of the text.
        self._choice.select(choose_mode, self._choice, [self._definition, text], **quiet)
        text.blur(follow_text, [text, self._choice], [self._choice, self._definition], **quiet)

    def _incidents(self, task_id: str) -> list[tuple[str, int]]:
        written = [
            (f"{incident['scenario_id']}: {incident['description'].split('. ')[0].rstrip('.')}", incident["index"])
            for incident in self._tasks[task_id]["scenarios"]
        ]
        return [*written, ("Generated: a new incident from a seed", GENERATED)]

    def _choose_task(self, task_id: Any, incident: Any) -> list[Any]:
        if task_id not in self._tasks:
            raise gr.Error(f"expected a task, got {escape(repr(task_id))}", print_exception=False)
        kept = GENERATED if incident == GENERATED else 0
        return [gr.update(choices=self._incidents(task_id), value=kept), self._tasks[task_id]["difficulty"]]

    def _choose_incident(self, incident: Any) -> Any:
        return gr.update(visible=incident == GENERATED)

    def _choose_action(self, action_type: Any) -> list[Any]:
        wanted = _wanted(action_type)
        offered = gr.update(visible=_MODE in wanted)
        return [_note(action_type), offered, offered, *(gr.update(visible=name in wanted) for name in _FIELDS)]

    def _start_episode(
        self, task_id: Any, incident: Any, seed: Any, difficulty: Any, previous: str | None, token: Any = None
    ) -> list[Any]:
        if not self._may_start(token):
            return self._show_refusal("The control token is wrong: the operator of this server knows it.")
        if task_id not in self._tasks or incident is None:
            return self._show_refusal("Choose a task and an incident first.")
        chosen = (
            {"seed": seed or 0, "difficulty": difficulty} if incident == GENERATED else {"scenario_index": incident}
        )
        try:
            asked = read_options({"task_id": task_id, "episode_id": f"tab-{uuid.uuid4().hex}", **chosen})
            self._forget(previous)
            episode = self._episodes.reset(asked, caller.get().address)
        except (ValueError, TooManyEpisodesError) as error:
            return self._show_refusal(str(error))
        observation = observation_of(episode)
        first = observation.available_actions[0]
        services = gr.update(choices=list(observation.known_services), value=observation.known_services[0])
        return self._show(episode, gr.update(choices=list(observation.available_actions), value=first), services)

    def _may_start(self, token: Any) -> bool:
        if self._control_token is None:
            return True
        return hmac.compare_digest(str(token or "").encode(), self._control_token.encode())

    def _act(self, episode_id: str | None, action_type: Any, *values: Any) -> list[Any]:
        wanted = _wanted(action_type)
        filled = {
            name: value
            for name, value in zip(_FIELDS, values, strict=True)
            if name in wanted and value not in (None, "")
        }
        try:
            action = Action(action_type=action_type, parameters=ActionParameters(**filled))
            episode, _, _ = self._episodes.act(episode_id or "-", action.action_type, action.parameters.given())
        except (NoEpisodeError, UnknownEpisodeError):
            return self._show_gone()
        except ValidationError as error:
            return self._show_refusal(one_line(error))
        if isinstance(episode, EndedEpisode):
            return self._show_gone()
        return self._show(episode, gr.update(), gr.update())

    def _show(self, episode: Episode, actions: Any, services: Any) -> list[Any]:
        """Updates for everything on the page. `actions` and `services` update those two pickers."""
        with episode.lock:
            state, observation, grade = state_of(episode), observation_of(episode), grade_of(episode)
        chosen = actions.get("value")
        fields = self._field_updates(episode, services, chosen, ended=observation.done)
        return [
            episode.episode_id,
            render_alert(observation),
            render_progress(observation),
            gr.update(visible=not observation.done),
            actions,
            _note(chosen) if chosen else gr.update(),
            *fields,
            render_feedback(observation),
            render_grade(grade) if observation.done else "",
            gr.update(visible=True),
            render_evidence(state, observation),
            render_history(state),
        ]

    def _field_updates(
        self, episode: Episode, services: dict[str, Any], chosen: str | None, *, ended: bool
    ) -> list[dict[str, Any]]:
        """Updates for the choice of a failure mode, its definition and the fields.

        They are visible if an action that has just been chosen for the player needs them, and empty then and at the
        end.
        """
        updates: dict[str, dict[str, Any]] = {name: gr.update() for name in _FIELDS}
        updates["service"] = dict(services)
        flags, steps = _listed_by_statuses(episode)
        updates["flag"] = gr.update(choices=flags)
        updates["runbook_action"] = gr.update(choices=steps)
        choice = [gr.update(), gr.update()]
        if chosen or ended:
            choice = show_choice(None)
            for name in _FIELDS:
                if name != "service":
                    updates[name]["value"] = None
        if chosen:
            wanted = _wanted(chosen)
            for name, update in [*updates.items(), *((_MODE, update) for update in choice)]:
                update["visible"] = name in wanted
        return [*choice, *updates.values()]

    def _show_gone(self) -> list[Any]:
        unchanged = [*show_choice(None), *(gr.update() for _ in _FIELDS)]
        hidden = gr.update(visible=False)
        return [None, _WELCOME, "", hidden, gr.update(), "", *unchanged, _GONE, "", hidden, "", ""]

    def _show_refusal(self, message: str) -> list[Any]:
        """Why nothing was done, as feedback: Gradio's page shows errors of queued calls alone."""
        return [_refused(message) if part is self._feedback else gr.update() for part in self._shown]

    def _forget(self, episode_id: str | None) -> None:
        if episode_id:
            self._episodes.discard(episode_id)


def _optional_field(parameter: Parameter) -> Any:
    """The field of a parameter that narrows a diagnostic down."""
    label = f"{parameter.name.replace('_', ' ').capitalize()} (optional): {parameter.description}"
    if parameter.most is not None:
        return gr.Number(label=label, precision=0, minimum=0, maximum=parameter.most, visible=False)
    if parameter.choices:
        return gr.Dropdown([("any", ""), *((name, name) for name in parameter.choices)], label=label, visible=False)
    return gr.Textbox(label=label, max_length=parameter.length, visible=False)


def _refused(message: str) -> str:
    return f'<div class="card feedback error" data-testid="feedback">{escape(message)}</div>'


def _wanted(action_type: Any) -> list[str]:
    """The fields of an action. Raises gr.Error if there is no such action, which no click can choose."""
    action = ACTIONS.get(action_type)
    if action is None:
        raise gr.Error(f"expected an action, got {escape(repr(action_type))}", print_exception=False)
    return [name for name in (*action.required, *action.optional) if name in _FIELDS]


def _note(action_type: str) -> str:
    ends = "" if action_type not in SUBMISSIONS else " <b>It cannot be taken back.</b>"
    return f'<div class="note">{ACTIONS[action_type].description}{ends}</div>'


def _listed_by_statuses(episode: Episode) -> tuple[list[str], list[str]]:
    """The feature flags and the runbook steps that the status reports read so far list."""
    with episode.lock:
        reports = list(episode.reports.values())
    flags = {name for report in reports for name in report.flags}
    steps = {name for report in reports for name in report.runbook_steps}
    return sorted(flags), sorted(steps)
