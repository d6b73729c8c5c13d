"""The FastAPI app: REST and `/ws` at once, the rest of the OpenEnv protocol and the page as soon as they are loaded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from cloud_incident_env.episode import Episode
from cloud_incident_env.episodes import MEBIBYTE, Episodes
from cloud_incident_env.wire import REST_VERSION

from .console.routes import ENDPOINTS_PATH, Console
from .control import Control
from .direct import DirectDoors
from .endpoint_list import listed_endpoints
from .errors import install_error_handlers
from .graceful_stop import Stop
from .health import HEALTH_PATHS, Doors
from .health import router as health_router
from .loading import Loading, Shared
from .logs import set_up_logs
from .metrics import Metrics
from .metrics import router as metrics_router
from .openenv_guard import OpenEnvGuard
from .openenv_socket import OpenEnvSocket
from .request_body import RequestBody
from .rest import EPISODE_PATHS, EpisodeDoors
from .rest import router as rest_router
from .served_path import CleanPaths
from .settings import Settings, read_settings, settings_or_exit
from .sockets import Sockets
from .watch import Watch

if TYPE_CHECKING:
    from .console.endpoints import Endpoints


class IncidentApp(FastAPI):
    """A FastAPI app, and before it the middleware that answers most requests without it."""

    outer: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.outer(scope, receive, send)

    async def answer_by_fastapi(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that the outer middleware passes on."""
        await super().__call__(scope, receive, send)


def create_app(settings: Settings | None = None) -> IncidentApp:
    """Build the app, with episodes and limits of its own. Raises SettingsError if the environment's are wrong."""
    settings = settings or read_settings()
    episodes = Episodes(
        settings.max_episodes,
        settings.idle_seconds,
        max_bytes=settings.max_episode_megabytes * MEBIBYTE,
        held_out=settings.held_out,
        on_end=lambda episode: ended(episode),
    )
    metrics = Metrics(episodes.census)
    token = settings.control_token
    control = Control(None if token is None else token.get_secret_value())
    listed = listed_endpoints(settings.endpoints) if settings.ui else {}
    console = (
        Console(episodes, control, settings.runs, _endpoints(listed), open_runs=settings.open_runs)
        if settings.ui
        else None
    )
    sockets = Sockets(settings.max_sessions)
    loading = Loading(Shared(episodes, control, settings))
    stop = Stop()

    def ended(episode: Episode) -> None:
        assert episode.grade is not None
        metrics.ended(episode.task.task_id, episode.grade.total)
        if console is not None:
            console.scores.add(episode)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        set_up_logs(settings.log_format)
        with stop.listening():
            task = asyncio.create_task(loading.run())
            yield
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            if console is not None:
                await console.close()

    app = IncidentApp(
        title="Cloud Incident Response OpenEnv",
        version=REST_VERSION,
        summary="Cloud incidents to investigate, fix and write up, with a grade from 0 to 1.",
        lifespan=lifespan,
    )
    app.state.episodes = episodes
    app.state.control = control
    app.state.metrics = metrics
    app.state.console = console
    app.state.doors = Doors(loading.openenv, loading.page)
    limits: dict[str, Any] = {"max_bytes": settings.max_body_bytes, "body_seconds": settings.body_timeout_seconds}
    guarded: dict[str, Any] = {"control": control, "sockets": sockets, "max_bytes": settings.max_body_bytes}
    relayed = ENDPOINTS_PATH if listed else None
    app.add_middleware(RequestBody, rest_paths=(*EPISODE_PATHS, *HEALTH_PATHS), reads_itself=relayed, **limits)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["*"],
        expose_headers=["Mcp-Session-Id"],  # a browser's MCP client reads it
    )
    outer: ASGIApp = app.answer_by_fastapi
    if settings.openenv:
        outer = OpenEnvSocket(outer, episodes=episodes, **guarded)
    outer = DirectDoors(outer, doors=EpisodeDoors(episodes, control).by_path(), **limits)
    outer = Watch(outer, metrics=metrics, stop=stop, log_requests=settings.log_format == "json")
    app.outer = CleanPaths(outer)
    install_error_handlers(app)
    app.include_router(health_router)
    app.include_router(metrics_router)
    app.include_router(rest_router)
    if console is not None:
        app.include_router(console.router())
    if loading.rest_of_paths is not None:
        app.mount("/", OpenEnvGuard(loading.rest_of_paths, **guarded))
    return app


def _endpoints(listed: Mapping[str, str]) -> Endpoints | None:
    """What calls the listed endpoints. Where none is, not even the code that could call another host is loaded."""
    if not listed:
        return None
    from .console.endpoints import Endpoints

    return Endpoints(listed)


app = create_app(settings_or_exit())


def main(argv: list[str] | None = None) -> None:
    """Serve the app; the options of the command line are those of `serve.py`."""
    from .serve import serve

    serve(app, argv)


if __name__ == "__main__":
    main()
