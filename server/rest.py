"""The routes of the REST interface."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response

from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.episodes import Episodes
from cloud_incident_env.layout import tasks
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.views import grade_of, info_of, observation_of, state_of, take_action
from cloud_incident_env.wire import EpisodeState, Observation

from .errors import InvalidRequestError
from .responses import METHODS, json_answer, refuse_method
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


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    meanings = {
        400: "Unknown task, index or profile (the valid ones are listed), or no episode to speak of yet",
        404: "Unknown or expired episode_id",
        413: "Body over the size limit",
        503: "Every place for an episode is taken by one in use",
    }
    documented: dict[int | str, dict[str, Any]] = {
        status: {"model": ErrorDetail, "description": meanings[status]} for status in statuses
    }
    return {**documented, 422: {"model": MalformedRequest, "description": "Malformed JSON, or a field of a wrong type"}}


ABOUT_AN_EPISODE = _errors(400, 404, 413)
ResetBody = Annotated[ResetOptions | None, Body(description="the same; the body wins")]
EpisodeBody = Annotated[EpisodeQuery | None, Body(description="the same; the body wins")]

router = APIRouter()


@router.post("/reset", summary="Start an episode", response_model=Observation, responses=_errors(400, 413, 503))
async def reset(request: Request, query: Annotated[ResetQuery, Query()], body: ResetBody = None) -> Response:
    options: ResetOptions = query
    if body is not None:
        options = query.model_copy(update={name: value for name, value in body if value is not None})
    try:
        episode = _episodes(request).reset(options)
    except ValueError as error:
        raise InvalidRequestError(str(error)) from error
    return json_answer(observation_of(episode))


@router.post("/step", summary="Take one action", response_model=StepResponse, responses=ABOUT_AN_EPISODE)
async def step(request: Request, action: StepRequest, query: Annotated[EpisodeQuery, Query()]) -> Response:
    episode = _episodes(request).get(action.episode_id or query.episode_id)
    with episode.lock:
        observation, reward = take_action(episode, action)
        info = info_of(episode)
    return json_answer(StepResponse(observation=observation, reward=reward, done=observation.done, info=info))


@router.get("/state", summary="The record of an episode", response_model=EpisodeState, responses=ABOUT_AN_EPISODE)
async def state(request: Request, query: Annotated[EpisodeQuery, Query()], body: EpisodeBody = None) -> Response:
    return json_answer(state_of(_episodes(request).get(_named(query, body), use=False)))


@router.get("/tasks", summary="What can be started, and which actions there are")
async def list_tasks() -> TaskList:
    listed = tasks.list_tasks()
    return TaskList.model_validate({"tasks": listed, "total": len(listed), "action_schema": action_schema()})


@router.get("/grader", summary="The grade of an episode", response_model=GraderReport, responses=ABOUT_AN_EPISODE)
async def grader(request: Request, query: Annotated[EpisodeQuery, Query()], body: EpisodeBody = None) -> Response:
    episode = _episodes(request).get(_named(query, body), use=False)
    with episode.lock:
        graded = grade_of(episode)
        report = GraderReport(
            **dict(graded),
            task_id=episode.task.task_id,
            scenario_id=episode.incident.id,
            steps_used=episode.step_count,
            done=episode.done,
        )
    return json_answer(report)


for _path, _method in EPISODE_PATHS.items():
    router.add_route(_path, refuse_method(_method), sorted(METHODS - {_method}), include_in_schema=False)


def action_schema() -> dict[str, dict[str, dict[str, Any]]]:
    """Group -> action type -> description and parameters."""
    schema: dict[str, dict[str, dict[str, Any]]] = {}
    for name, action in ACTIONS.items():
        described = {"description": action.description, "required": action.required, "optional": action.optional}
        schema.setdefault(action.group, {})[name] = described
    return schema


def _episodes(request: Request) -> Episodes:
    episodes: Episodes = request.app.state.episodes
    return episodes


def _named(query: EpisodeQuery, body: EpisodeQuery | None) -> str | None:
    return (body.episode_id if body else None) or query.episode_id
