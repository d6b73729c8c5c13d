"""The routes of the REST interface.

`/reset` and `/step` are declared here, for the OpenAPI document, and answered by `EpisodeDoors` (`direct.py`), before
FastAPI sees the request.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

import orjson
from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel, ValidationError
from starlette.types import Scope

from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.encoding import observation_values, report_values, state_values, step_values
from cloud_incident_env.ended_episode import EndedEpisode
from cloud_incident_env.episode import Episode, Step
from cloud_incident_env.episodes import AnyEpisode, Episodes
from cloud_incident_env.layout import tasks
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.reading.modes import MODES
from cloud_incident_env.wire import EpisodeState, Observation

from .client_address import client_address
from .control import Control
from .direct import Door, parse_body
from .errors import InvalidRequestError, malformed
from .responses import METHODS, json_bytes, refuse_method
from .rest_models import (
    EpisodeQuery,
    ErrorDetail,
    GraderReport,
    MalformedRequest,
    ResetQuery,
    StepRequest,
    StepResponse,
    TaskList,
)

EPISODE_PATHS = {"/reset": "POST", "/step": "POST", "/state": "GET", "/tasks": "GET", "/grader": "GET"}
VISITOR, PROGRAM = "visitor", "rest"  # who starts episodes over REST
_NOTHING = (b"", b"null")
Q = TypeVar("Q", bound=BaseModel)


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    meanings = {
        400: "Unknown task, index or profile (the valid ones are listed), or no episode to speak of yet",
        401: "The server has a control token, and the request did not bring it; for a step: no episode_id",
        404: "Unknown or expired episode_id",
        408: "Body not whole in time",
        409: "The step would not get the number expected_step",
        413: "Body over the size limit",
        503: "Every place for an episode is taken by one in use",
    }
    documented: dict[int | str, dict[str, Any]] = {
        status: {"model": ErrorDetail, "description": meanings[status]} for status in statuses
    }
    return {**documented, 422: {"model": MalformedRequest, "description": "Malformed JSON, or a field of a wrong type"}}


ABOUT_AN_EPISODE = _errors(400, 401, 404, 408, 413)
ResetBody = Annotated[ResetOptions | None, Body(description="the same; the body wins")]
EpisodeBody = Annotated[EpisodeQuery | None, Body(description="the same; the body wins")]

router = APIRouter()


@router.post(
    "/reset", summary="Start an episode", response_model=Observation, responses=_errors(400, 401, 408, 413, 503)
)
async def reset(query: Annotated[ResetQuery, Query()], body: ResetBody = None) -> None:
    raise NotImplementedError("EpisodeDoors.reset answers")


@router.post(
    "/step",
    summary="Take one action",
    response_model=StepResponse,
    responses=_errors(400, 401, 404, 408, 409, 413),
)
async def step(action: StepRequest, query: Annotated[EpisodeQuery, Query()]) -> None:
    raise NotImplementedError("EpisodeDoors.step answers")


class EpisodeDoors:
    """The requests that change an episode: each from a body to the JSON of the answer."""

    def __init__(self, episodes: Episodes, control: Control) -> None:
        self._episodes = episodes
        self._control = control

    def by_path(self) -> dict[tuple[str, str], Door]:
        """Method and path -> what answers."""
        return {("POST", "/reset"): self.reset, ("POST", "/step"): self.step}

    def reset(self, scope: Scope, body: bytes) -> bytes:
        """Start an episode: its first observation."""
        self._control.check(scope)
        options: ResetOptions = parse_query(ResetQuery, scope)
        if body.strip() not in _NOTHING:
            given = parse_body(ResetOptions, body)
            options = options.model_copy(update={name: value for name, value in given if value is not None})
        try:
            self._control.check_names(options)
            episode = self._episodes.reset(options, client_address(scope), player=_player(scope))
        except ValueError as error:
            raise InvalidRequestError(str(error)) from error
        _note(scope, episode)
        with episode.lock:
            return orjson.dumps(observation_values(episode))

    def step(self, scope: Scope, body: bytes) -> bytes:
        """Take one action: what came of it."""
        action = parse_body(StepRequest, body)
        query = parse_query(EpisodeQuery, scope)
        named = action.episode_id or query.episode_id
        self._control.check_key(named)
        episode, _, answer = self._episodes.act(
            named, action.action_type, action.parameters.given(), action.expected_step, view=_answer_of
        )
        _note(scope, episode)
        return episode.answer if isinstance(episode, EndedEpisode) else answer


def _player(scope: Scope) -> str:
    """A visitor of the page, or a program: a browser says from where it sends what changes something."""
    return VISITOR if any(name == b"origin" for name, _ in scope["headers"]) else PROGRAM


def _note(scope: Scope, episode: AnyEpisode) -> None:
    """Say for the log which episode a request is about."""
    scope.setdefault("state", {})["episode_id"] = episode.episode_id


def _answer_of(episode: Episode, step: Step | None) -> bytes:
    return orjson.dumps(step_values(episode, step))


def parse_query(model: type[Q], scope: Scope) -> Q:
    """Read a query string as a model. Raises MalformedRequestError, which names the parameters that are wrong."""
    query = scope["query_string"]
    try:
        return model.model_validate(dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)) if query else {})
    except ValidationError as error:
        raise malformed("query", error) from None


@router.get("/state", summary="The record of an episode", response_model=EpisodeState, responses=ABOUT_AN_EPISODE)
async def state(request: Request, query: Annotated[EpisodeQuery, Query()], body: EpisodeBody = None) -> Response:
    episode = _asked_for(request, query, body)
    if isinstance(episode, EndedEpisode):
        return json_bytes(episode.state)
    with episode.lock:
        return json_bytes(orjson.dumps(state_values(episode)))


@router.get("/tasks", summary="What can be started, and which actions there are", response_model=TaskList)
async def list_tasks() -> Response:
    listed = tasks.list_tasks()
    told = {
        "tasks": listed,
        "total": len(listed),
        "action_schema": action_schema(),
        "failure_modes": [mode._asdict() for mode in MODES.values()],
    }
    return json_bytes(orjson.dumps(told))


@router.get("/grader", summary="The grade of an episode", response_model=GraderReport, responses=ABOUT_AN_EPISODE)
async def grader(request: Request, query: Annotated[EpisodeQuery, Query()], body: EpisodeBody = None) -> Response:
    episode = _asked_for(request, query, body)
    if isinstance(episode, EndedEpisode):
        return json_bytes(episode.report)
    with episode.lock:
        return json_bytes(orjson.dumps(report_values(episode)))


for _path, _method in EPISODE_PATHS.items():
    router.add_route(_path, refuse_method(_method), sorted(METHODS - {_method}), include_in_schema=False)


def action_schema() -> dict[str, dict[str, dict[str, Any]]]:
    """Group -> action type -> description and parameters."""
    schema: dict[str, dict[str, dict[str, Any]]] = {}
    for name, action in ACTIONS.items():
        described = {"description": action.description, "required": action.required, "optional": action.optional}
        schema.setdefault(action.group, {})[name] = described
    return schema


def _asked_for(request: Request, query: EpisodeQuery, body: EpisodeQuery | None) -> AnyEpisode:
    """The episode whose record or grade is asked for, which is the trainer's to see."""
    control: Control = request.app.state.control
    episodes: Episodes = request.app.state.episodes
    control.check(request.scope)
    return episodes.find((body.episode_id if body else None) or query.episode_id)
