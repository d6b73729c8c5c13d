"""The page at `/`: play an incident by clicking. Every tab plays an episode of its own."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI, Request, Response
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from actions import ALL_ACTIONS, SUBMISSION_ACTIONS
from incidents.difficulty import DIFFICULTIES
from scenario import SEVERITIES
from server.episodes import Episodes, NoEpisodeError, TooManyEpisodesError, UnknownEpisodeError
from server.models import Action, ActionParameters, EpisodeState
from server.ui_render import (
    CSS,
    render_alert,
    render_evidence,
    render_feedback,
    render_grade,
    render_history,
    render_progress,
)
from splits import TRAIN_SEEDS
from tasks import list_tasks

_MASTHEAD = """<div id="masthead"><h1>🚨 Cloud Incident Response</h1><p>Read the alert, investigate, find the cause, fix
it in the right order, write it up, and get a grade. Through the <a href="/docs">REST interface</a> agents play the same
incidents.</p></div>"""
_WELCOME = """<div class="card"><h2>You are on call</h2><div>Choose a task and an incident above, and press
<b>Start incident</b>.</div><div class="steps"><div><b>1. Investigate</b><br>Query logs, metrics, dependencies, deploys
and status of any service. Every query is a step, and steps are few.</div><div><b>2. Decide</b><br>Classify the alert,
name the culprit, or fix the incident in the right order. The telemetry follows what you do.</div><div><b>3. Submit</b>
<br>Your submission ends the episode and is graded from 0 to 1, with the reasons.</div></div></div>"""
_GONE = """<div class="card feedback error" data-testid="feedback">This episode has expired. Press Start incident for
a new one.</div>"""
GENERATED = -1  # in the list of incidents, stands for one that is generated
_FIELDS = ("service", "severity", "failure_mode", "summary", "target_version", "replicas", "flag", "runbook_action")


def build_page(episodes: Episodes) -> FastAPI:
    """Build the page over a server's episodes, as an ASGI app of its own."""
    with gr.Blocks(title="Cloud Incident Response", analytics_enabled=False) as blocks:
        _Page(episodes)
    theme = gr.themes.Soft(
        primary_hue="red",
        font=["system-ui", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif"],
        font_mono=["ui-monospace", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace"],
    )
    page: FastAPI = gr.mount_gradio_app(
        FastAPI(openapi_url=None),
        blocks,
        path="/",
        css=CSS,
        theme=theme,
        footer_links=[],
        favicon_path=str(Path(__file__).with_name("favicon.svg")),
        run_history=False,
        max_file_size="64kb",
        ssr_mode=False,
    )
    for path in ("/gradio_api/upload", "/gradio_api/upload_progress"):
        page.router.routes.insert(0, Route(path, _refuse, methods=["GET", "POST"]))
    return page


async def _refuse(request: Request) -> Response:
    """The page has no use for files, and nobody shall fill the disk with them."""
    return PlainTextResponse("no uploads here", 404)


class _Page:
    """The components of the page and what they do.

    The episode id lives in the tab's session state, and every episode is asked for by name, so tabs never meet.
    """

    def __init__(self, episodes: Episodes) -> None:
        self._episodes = episodes
        tasks = list_tasks()
        self._tasks = {task["task_id"]: task for task in tasks}
        self._episode_id = gr.State(None, delete_callback=self._forget)
        gr.HTML(_MASTHEAD)
        self._task = gr.Radio(
            [(f"{task['name']} ({task['difficulty']})", task["task_id"]) for task in tasks],
            value=tasks[0]["task_id"],
            label="Task",
        )
        with gr.Row(equal_height=True):
            self._incident = gr.Dropdown(
                self._incidents(tasks[0]["task_id"]), value=0, label="Incident", scale=6, min_width=300
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
            self._difficulty = gr.Radio(list(DIFFICULTIES), value=tasks[0]["difficulty"], label="Difficulty")
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

    def _build_fields(self) -> dict[str, Any]:
        fields = {
            "service": gr.Radio([], label="Service", visible=False),
            "severity": gr.Radio(list(SEVERITIES), label="Severity", visible=False),
            "failure_mode": gr.Textbox(label="Failure mode, in a few words", max_length=400, visible=False),
            "summary": gr.Textbox(
                label="Summary: culprit, mechanism, what you did, state now", lines=5, max_length=8_000, visible=False
            ),
            "target_version": gr.Textbox(
                label="Target version", placeholder="the last good one if left blank", max_length=60, visible=False
            ),
            "replicas": gr.Number(label="Replicas", precision=0, minimum=0, maximum=10_000, visible=False),
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
        assert tuple(fields) == _FIELDS
        return fields

    def _wire(self) -> None:
        quiet = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        shown = [
            self._episode_id,
            self._alert,
            self._progress,
            self._panel,
            self._action,
            self._note,
            *self._fields.values(),
            self._feedback,
            self._grade,
            self._findings,
            self._evidence,
            self._history,
        ]
        self._task.change(self._choose_task, [self._task, self._incident], [self._incident, self._difficulty], **quiet)
        self._incident.change(self._choose_incident, self._incident, self._generated, **quiet)
        chosen = [self._task, self._incident, self._seed, self._difficulty, self._episode_id]
        self._start.click(self._start_episode, chosen, shown, **quiet)
        self._action.input(self._choose_action, self._action, [self._note, *self._fields.values()], **quiet)
        self._run.click(self._act, [self._episode_id, self._action, *self._fields.values()], shown, **quiet)

    def _incidents(self, task_id: str) -> list[tuple[str, int]]:
        written = [
            (f"{incident['scenario_id']}: {incident['description'].split('. ')[0].rstrip('.')}", incident["index"])
            for incident in self._tasks[task_id]["scenarios"]
        ]
        return [*written, ("Generated: a new incident from a seed", GENERATED)]

    def _choose_task(self, task_id: str, incident: int) -> list[Any]:
        kept = GENERATED if incident == GENERATED else 0
        return [gr.update(choices=self._incidents(task_id), value=kept), self._tasks[task_id]["difficulty"]]

    def _choose_incident(self, incident: int) -> Any:
        return gr.update(visible=incident == GENERATED)

    def _choose_action(self, action_type: str) -> list[Any]:
        return [_note(action_type), *(gr.update(visible=name in _wanted(action_type)) for name in _FIELDS)]

    def _start_episode(
        self, task_id: str, incident: int, seed: int | None, difficulty: str, previous: str | None
    ) -> list[Any]:
        self._forget(previous)
        episode_id = f"tab-{uuid.uuid4().hex}"
        try:
            if incident == GENERATED:
                observation = self._episodes.reset(
                    task_id, episode_id=episode_id, seed=seed or 0, difficulty=difficulty
                )
            else:
                observation = self._episodes.reset(task_id, incident, episode_id=episode_id)
        except (ValueError, TooManyEpisodesError) as error:
            raise gr.Error(str(error)) from error
        first = observation.available_actions[0]
        services = gr.update(choices=observation.known_services, value=observation.known_services[0])
        return self._show(
            observation.episode_id, gr.update(choices=observation.available_actions, value=first), services
        )

    def _act(self, episode_id: str | None, action_type: str, *values: Any) -> list[Any]:
        wanted = _wanted(action_type)
        filled = {
            name: value
            for name, value in zip(_FIELDS, values, strict=True)
            if name in wanted and value not in (None, "")
        }
        try:
            environment = self._episodes.get(episode_id or "-")
            environment.step(Action(action_type=action_type, parameters=ActionParameters(**filled)))
        except (NoEpisodeError, UnknownEpisodeError):
            return self._show_gone()
        except ValueError as error:
            raise gr.Error(str(error)) from error
        return self._show(episode_id or "-", gr.update(), gr.update())

    def _show(self, episode_id: str, actions: Any, services: Any) -> list[Any]:
        """Updates for everything on the page. `actions` and `services` update those two pickers."""
        environment = self._episodes.get(episode_id)
        state = environment.state()
        observation = environment.observation()
        chosen = actions.get("value")
        fields = self._field_updates(state, services, chosen)
        return [
            episode_id,
            render_alert(observation),
            render_progress(observation),
            gr.update(visible=not observation.done),
            actions,
            _note(chosen) if chosen else gr.update(),
            *fields,
            render_feedback(observation),
            render_grade(environment.grade()) if observation.done else "",
            gr.update(visible=True),
            render_evidence(state, observation),
            render_history(state),
        ]

    def _field_updates(self, state: EpisodeState, services: dict[str, Any], chosen: str | None) -> list[dict[str, Any]]:
        """Updates for the fields: visibility if an action has just been chosen for the player, and the suggestions."""
        updates: dict[str, dict[str, Any]] = {name: gr.update() for name in _FIELDS}
        updates["service"] = dict(services)
        updates["flag"] = gr.update(choices=_named_in_evidence(state, "Feature flags"))
        updates["runbook_action"] = gr.update(choices=_named_in_evidence(state, "Runbook steps"))
        if chosen:
            for name in _FIELDS:
                updates[name] = {**updates[name], "visible": name in _wanted(chosen)}
                if name != "service":
                    updates[name]["value"] = None
        return list(updates.values())

    def _show_gone(self) -> list[Any]:
        unchanged = [gr.update() for _ in _FIELDS]
        hidden = gr.update(visible=False)
        return [None, _WELCOME, "", hidden, gr.update(), "", *unchanged, _GONE, "", hidden, "", ""]

    def _forget(self, episode_id: str | None) -> None:
        if episode_id:
            self._episodes.discard(episode_id)


def _wanted(action_type: str) -> list[str]:
    spec = ALL_ACTIONS[action_type]
    return [name for name in (*spec["required"], *spec["optional"]) if name in _FIELDS]


def _note(action_type: str) -> str:
    ends = "" if action_type not in SUBMISSION_ACTIONS else " <b>It cannot be taken back.</b>"
    return f'<div class="note">{ALL_ACTIONS[action_type]["description"]}{ends}</div>'


def _named_in_evidence(state: EpisodeState, label: str) -> list[str]:
    """The names that status texts read so far list after a label, such as `Runbook steps: a, b`."""
    names: dict[str, None] = {}
    for text in state.queried_data.get("check_service_status", {}).values():
        for found in re.findall(rf"^{label}: (.+)$", text, re.M):
            names |= dict.fromkeys(part.split("=")[0].strip() for part in found.split(","))
    return sorted(name for name in names if re.fullmatch(r"[a-z0-9_.@-]+", name) and name != "none")
