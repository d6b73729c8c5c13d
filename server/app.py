"""The FastAPI app: REST routes, the page at `/`, and `main()` to serve them."""

from __future__ import annotations

import argparse
import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated, Any, Literal

import uvicorn
from fastapi import Body, FastAPI, Query, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel, ConfigDict, Field
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from actions import ACTION_SCHEMA
from server.environment import NOT_FINISHED
from server.episodes import Episodes
from server.errors import InvalidRequestError, install_error_handlers
from server.late_app import LateApp
from server.models import (
    Action,
    EpisodeId,
    EpisodeState,
    GradeResult,
    Name,
    Observation,
    Reward,
    StepInfo,
    StrictInteger,
)
from server.request_body import RequestBody
from server.settings import VERSION, Settings
from server.websocket_guard import WebSocketGuard
from splits import TRAIN_SEEDS
from tasks import list_tasks

logger = logging.getLogger("uvicorn.error")

REST_PATHS = ("/health", "/reset", "/step", "/state", "/tasks", "/grader")
_INDEX = "hand-written incident within the task, from 0; 0 if left out"
_SEED = f"seed of a generated incident, 0 to {TRAIN_SEEDS - 1}; without an index, chooses within the split"
_SPLIT_INDEX = "incident within the split, from 0"


class ResetQuery(BaseModel):
    """What to start."""

    model_config = ConfigDict(extra="forbid")

    task_id: Name | None = Field(None, description="one of GET /tasks; alert_classification if left out")
    scenario_index: int | None = Field(None, description=_INDEX)
    seed: int | None = Field(None, description=_SEED)
    difficulty: Name | None = Field(None, description="of a generated incident; that of the task if left out")
    family: Name | None = Field(None, description="fault family of a generated incident; drawn by the seed if left out")
    split: Name | None = Field(None, description="split to take the incident from; in place of scenario_index or seed")
    index: int | None = Field(None, description=_SPLIT_INDEX)
    episode_id: EpisodeId | None = Field(
        None,
        description="name for the episode: up to 64 letters, digits, dots, dashes, underscores; made up if left out. "
        "An episode of that name starts over",
    )
    reward_profile: Name | None = Field(None, description="default, or v0.1 for the flat table of the first release")


class ResetBody(ResetQuery):
    """What to start. The request body wins over the query string."""

    scenario_index: StrictInteger | None = Field(None, description=_INDEX)
    seed: StrictInteger | None = Field(None, description=_SEED)
    index: StrictInteger | None = Field(None, description=_SPLIT_INDEX)


class EpisodeQuery(BaseModel):
    """Which episode a call is about."""

    model_config = ConfigDict(extra="forbid")

    episode_id: EpisodeId | None = Field(
        None, description="the episode; the latest one whose reset named none if left out"
    )


class StepRequest(Action):
    """An action, and the episode it belongs to."""

    episode_id: EpisodeId | None = Field(
        None, description="episode to act in; the latest one whose reset named none if left out"
    )


class StepResponse(BaseModel):
    """What came of a step."""

    observation: Observation = Field(description="what the agent sees now")
    reward: Reward = Field(description="what the step earned")
    done: bool = Field(description="whether the episode has ended")
    info: StepInfo = Field(description="step number, feedback, and the grade once the episode has ended")


class Health(BaseModel):
    status: Literal["ok"] = Field(description="ok")
    version: str = Field(description="version of the REST interface")


class ScenarioInfo(BaseModel):
    """An incident one may start."""

    index: int = Field(description="scenario_index for POST /reset")
    scenario_id: str = Field(description="id of the incident")
    description: str = Field(description="what goes wrong, as far as the pager knows")


class TaskInfo(BaseModel):
    """A task one may start."""

    task_id: str = Field(description="task_id for POST /reset")
    name: str = Field(description="name for people")
    difficulty: Literal["easy", "medium", "hard"] = Field(description="how hard the task is")
    description: str = Field(description="the agent's job")
    max_steps: int = Field(description="steps after which an episode ends by itself")
    submission_action: str = Field(description="action that answers the task")
    available_actions: list[str] = Field(description="action types that the task offers")
    scenarios: list[ScenarioInfo] = Field(description="the task's incidents")


class ActionInfo(BaseModel):
    """An action type."""

    description: str = Field(description="what the action does")
    required: list[str] = Field(description="parameters it needs")
    optional: list[str] = Field(description="parameters it may take as well")


class TaskList(BaseModel):
    tasks: list[TaskInfo] = Field(description="every task")
    total: int = Field(description="number of tasks")
    action_schema: dict[str, dict[str, ActionInfo]] = Field(
        description="diagnostic, remediation and submission -> action type -> description and parameters"
    )


class GraderReport(GradeResult):
    """The grade of an episode."""

    task_id: str = Field(description="the task")
    scenario_id: str = Field(description="the incident")
    steps_used: int = Field(ge=0, description="steps taken")
    done: bool = Field(description="whether the episode has ended; there is no grade before")


class ErrorDetail(BaseModel):
    detail: str = Field(description="what was wrong and what would be right")


class FieldError(BaseModel):
    """What is wrong with one field of a request."""

    loc: list[str | int] = Field(description="where: body or query, then the path to the field")
    msg: str = Field(description="what was expected")
    type: str = Field(description="kind of error, for programs")


class MalformedRequest(BaseModel):
    detail: list[FieldError] = Field(description="every field that is wrong")


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


ResetBodyOrNone = Annotated[ResetBody | None, Body()]
EpisodeBody = Annotated[EpisodeQuery | None, Body(description="the same; the body wins")]
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the app, with episodes and limits of its own."""
    settings = settings or Settings()
    episodes = Episodes(settings.max_episodes, settings.idle_seconds)
    has_faces = settings.ui or settings.openenv
    faces = LateApp(has_page=settings.ui)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(_serve_faces(faces, episodes, settings)) if has_faces else None
        yield
        if loading is not None:
            loading.cancel()
            await asyncio.gather(loading, return_exceptions=True)

    app = FastAPI(
        title="Cloud Incident Response OpenEnv",
        version=VERSION,
        summary="Cloud incidents to investigate, fix and write up, with a grade from 0 to 1.",
        lifespan=lifespan,
    )
    app.state.episodes = episodes
    app.add_middleware(RequestBody, max_bytes=settings.max_body_bytes, rest_paths=REST_PATHS)
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "POST"], allow_headers=["*"])
    install_error_handlers(app)
    _add_routes(app, episodes)
    if has_faces:
        app.mount("/", WebSocketGuard(faces, max_bytes=settings.max_body_bytes))
    return app


async def _serve_faces(late: LateApp, episodes: Episodes, settings: Settings) -> None:
    """Load the OpenEnv protocol and the page in a thread, serve them, and close them when cancelled."""
    faces = FastAPI(openapi_url=None)
    parts: list[Starlette] = [faces]

    def load() -> None:
        # Both take seconds to import, which must not delay the REST interface.
        if settings.openenv:
            from server.mcp_app import MCP_PATH, SessionTools, build_mcp_server
            from server.openenv_app import add_openenv_routes

            parts.append(add_openenv_routes(faces, settings))
            mcp = build_mcp_server(SessionTools(episodes)).http_app(path=MCP_PATH)
            faces.router.routes.extend(mcp.routes)
            parts.append(mcp)
        if settings.ui:
            from server.ui import build_page

            page = build_page(episodes)
            faces.mount("/", page)
            parts.append(page)

    async with AsyncExitStack() as stack:
        try:
            await asyncio.to_thread(load)
            for part in parts:
                await stack.enter_async_context(part.router.lifespan_context(part))
        except Exception:
            logger.exception("the page and the OpenEnv protocol could not be loaded; REST goes on without them")
            late.fail()
            return
        late.set(faces)
        await asyncio.Event().wait()


def _add_routes(app: FastAPI, episodes: Episodes) -> None:
    about_an_episode = _errors(400, 404, 413)

    @app.get("/health", summary="Whether the server is up")
    async def health() -> Health:
        return Health(status="ok", version=VERSION)

    @app.post("/reset", summary="Start an episode", response_model=Observation, responses=_errors(400, 413, 503))
    async def reset(query: Annotated[ResetQuery, Query()], body: ResetBodyOrNone = None) -> Response:
        options = query.model_dump(exclude_none=True) | (body.model_dump(exclude_none=True) if body else {})
        try:
            observation = episodes.reset(**options)
        except ValueError as error:
            raise InvalidRequestError(str(error)) from error
        return _json(observation)

    @app.post("/step", summary="Take one action", response_model=StepResponse, responses=_errors(400, 404, 413))
    async def step(request: StepRequest, query: Annotated[EpisodeQuery, Query()]) -> Response:
        environment = episodes.get(request.episode_id or query.episode_id)
        observation, reward, done, info = environment.step(request)
        details = StepInfo.model_validate(info)
        return _json(StepResponse(observation=observation, reward=reward, done=done, info=details))

    @app.get("/state", summary="The record of an episode", response_model=EpisodeState, responses=about_an_episode)
    async def state(query: Annotated[EpisodeQuery, Query()], body: EpisodeBody = None) -> Response:
        return _json(episodes.get(_named(query, body)).state())

    @app.get("/tasks", summary="What can be started, and which actions there are")
    async def tasks() -> TaskList:
        listed = list_tasks()
        return TaskList.model_validate({"tasks": listed, "total": len(listed), "action_schema": ACTION_SCHEMA})

    @app.get("/grader", summary="The grade of an episode", response_model=GraderReport, responses=about_an_episode)
    async def grader(query: Annotated[EpisodeQuery, Query()], body: EpisodeBody = None) -> Response:
        environment = episodes.get(_named(query, body))
        record = environment.state()
        graded = environment.grade() if record.done else GradeResult(total=0.0, breakdown={}, feedback=NOT_FINISHED)
        report = GraderReport(
            **graded.model_dump(),
            task_id=record.task_id,
            scenario_id=record.scenario_id,
            steps_used=record.step_count,
            done=record.done,
        )
        return _json(report)

    for path in REST_PATHS:
        allowed = "POST" if path in ("/reset", "/step") else "GET"
        app.router.add_route(path, _refuse_method(allowed), sorted(_METHODS - {allowed}), include_in_schema=False)


def _json(answer: BaseModel) -> Response:
    """Answer with a model that is valid already, without the framework validating it again."""
    return Response(answer.model_dump_json(), media_type="application/json")


def _named(query: EpisodeQuery, body: EpisodeQuery | None) -> str | None:
    return (body.episode_id if body else None) or query.episode_id


def _refuse_method(allowed: str) -> Callable[[Request], Awaitable[Response]]:
    """Answer 405; without it the page at `/` would take the request and answer 404."""

    async def refuse(request: Request) -> Response:
        raise HTTPException(405, f"expected {allowed}, got {request.method}", {"Allow": allowed})

    return refuse


app = create_app()


def main(argv: Sequence[str] | None = None) -> None:
    """Serve the app on the host and port of the command line, or of the settings (0.0.0.0:7860)."""
    settings = Settings()
    parser = argparse.ArgumentParser(description="Serve the cloud incident environment.")
    parser.add_argument("--host", default=settings.host, help="address to listen on")
    parser.add_argument("--port", type=int, default=settings.port, help="port to listen on")
    arguments = parser.parse_args(argv)
    # An open page keeps a connection; a stop does not wait for it longer than this.
    uvicorn.run(app, host=arguments.host, port=arguments.port, timeout_graceful_shutdown=5)


if __name__ == "__main__":
    main()
