"""The FastAPI app: REST routes, the page at `/`, and `main()` to serve them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated, Any, Literal

import uvicorn
from fastapi import Body, FastAPI, Query
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel, ConfigDict, Field

from actions import ACTION_SCHEMA, ActionSpec
from server.environment import NOT_FINISHED
from server.episodes import Episodes
from server.errors import InvalidRequestError, install_error_handlers
from server.late_app import LateApp
from server.models import Action, EpisodeId, EpisodeState, GradeResult, Integer, Name, Observation, Reward, StepInfo
from server.request_body import RequestBody
from server.settings import Settings
from tasks import list_tasks

VERSION = "0.1.0"
REST_PATHS = ("/health", "/reset", "/step", "/state", "/tasks", "/grader")


class ResetOptions(BaseModel):
    """What to start. The request body wins over the query string."""

    model_config = ConfigDict(extra="forbid")

    task_id: Name | None = Field(None, description="one of GET /tasks; alert_classification if left out")
    scenario_index: Integer | None = Field(None, description="incident within the task, from 0; 0 if left out")
    episode_id: EpisodeId | None = Field(
        None,
        description="name for the episode: up to 64 letters, digits, dots, dashes, underscores; made up if left out. "
        "An episode of that name starts over",
    )
    reward_profile: Name | None = Field(None, description="default, or v0.1 for the flat table of the first release")


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


class TaskList(BaseModel):
    tasks: list[TaskInfo] = Field(description="every task")
    total: int = Field(description="number of tasks")
    action_schema: dict[str, dict[str, ActionSpec]] = Field(
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


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    meanings = {
        400: "Unknown task, index or profile (the valid ones are listed), or no episode to speak of yet",
        404: "Unknown or expired episode_id",
        413: "Body over the size limit",
        503: "Every place for an episode is taken by one in use",
    }
    return {status: {"model": ErrorDetail, "description": meanings[status]} for status in statuses}


EpisodeIdQuery = Annotated[
    EpisodeId | None, Query(description="the episode; the latest one whose reset named none if left out")
]


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the app, with episodes and limits of its own."""
    settings = settings or Settings()
    episodes = Episodes(settings.max_episodes, settings.idle_seconds)
    page = LateApp()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(_serve_page(page, episodes)) if settings.ui else None
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
    app.add_middleware(RequestBody, max_bytes=settings.max_body_bytes, paths=REST_PATHS)
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "POST"], allow_headers=["*"])
    install_error_handlers(app)
    _add_routes(app, episodes)
    if settings.ui:
        app.mount("/", page)
    return app


async def _serve_page(page: LateApp, episodes: Episodes) -> None:
    """Load the user interface in a thread, serve it, and close it when cancelled."""

    def load() -> FastAPI:
        from server.ui import build_page  # takes seconds to import, which must not delay the REST interface

        return build_page(episodes)

    async with AsyncExitStack() as stack:
        app = await asyncio.to_thread(load)
        await stack.enter_async_context(app.router.lifespan_context(app))
        page.app = app
        await asyncio.Event().wait()


def _add_routes(app: FastAPI, episodes: Episodes) -> None:
    @app.get("/health", summary="Whether the server is up")
    async def health() -> Health:
        return Health(status="ok", version=VERSION)

    @app.post("/reset", summary="Start an episode", responses=_errors(400, 413, 503))
    async def reset(
        query: Annotated[ResetOptions, Query()],
        body: Annotated[ResetOptions | None, Body()] = None,
    ) -> Observation:
        options = query.model_dump(exclude_none=True) | (body.model_dump(exclude_none=True) if body else {})
        try:
            return episodes.reset(
                options.get("task_id", "alert_classification"),
                options.get("scenario_index", 0),
                episode_id=options.get("episode_id"),
                reward_profile=options.get("reward_profile"),
            )
        except ValueError as error:
            raise InvalidRequestError(str(error)) from error

    @app.post("/step", summary="Take one action", responses=_errors(400, 404, 413))
    async def step(request: StepRequest, episode_id: EpisodeIdQuery = None) -> StepResponse:
        environment = episodes.get(request.episode_id or episode_id)
        observation, reward, done, info = environment.step(request)
        return StepResponse(observation=observation, reward=reward, done=done, info=StepInfo.model_validate(info))

    @app.get("/state", summary="The record of an episode", responses=_errors(400, 404))
    async def state(episode_id: EpisodeIdQuery = None) -> EpisodeState:
        return episodes.get(episode_id).state()

    @app.get("/tasks", summary="What can be started, and which actions there are")
    async def tasks() -> TaskList:
        return TaskList.model_validate(
            {"tasks": list_tasks(), "total": len(list_tasks()), "action_schema": ACTION_SCHEMA}
        )

    @app.get("/grader", summary="The grade of an ended episode", responses=_errors(400, 404))
    async def grader(episode_id: EpisodeIdQuery = None) -> GraderReport:
        environment = episodes.get(episode_id)
        record = environment.state()
        graded = environment.grade() if record.done else GradeResult(total=0.0, breakdown={}, feedback=NOT_FINISHED)
        return GraderReport(
            **graded.model_dump(),
            task_id=record.task_id,
            scenario_id=record.scenario_id,
            steps_used=record.step_count,
            done=record.done,
        )


app = create_app()


def main() -> None:
    """Serve the app on the configured host and port (0.0.0.0:7860)."""
    settings = Settings()
    uvicorn.run(app, host=settings.host, port=settings.port)


if __name__ == "__main__":
    main()
