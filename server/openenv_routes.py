"""Where the OpenEnv protocol answers: beside the REST interface at the root, and in full under `/openenv`."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from cloud_incident_env.episodes import Episodes, TooManyEpisodesError
from cloud_incident_env.manifest import ENV_NAME
from cloud_incident_env.openenv_core import ConcurrencyConfig
from cloud_incident_env.openenv_models import CloudIncidentAction, CloudIncidentObservation, CloudIncidentState

from .errors import answer_to
from .openenv_bodies import CheckedBodies
from .openenv_document import corrected
from .openenv_server import MOST_HTTP_SESSIONS, BoundedServer
from .openenv_session import OpenEnvIncidentEnvironment
from .settings import Settings


class _StandardApp(FastAPI):
    """OpenEnv's standard server, with a document that says what it does."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = corrected(super().openapi())
        return self.openapi_schema


def add_openenv_routes(app: FastAPI, episodes: Episodes, settings: Settings) -> FastAPI:
    """Serve `/schema`, `/metadata`, `/mcp` and the task API, and mount the standard server at `/openenv`.

    The routes at the root are those of OpenEnv's production mode, which leaves `/reset`, `/step` and `/state` to the
    REST interface; its `/ws` is reached only by sockets that attach to a session. Returns the standard server, whose
    lifespan the caller runs.
    """
    _server(episodes, settings).register_routes(app, mode="production")
    standard = _StandardApp(title="OpenEnv Environment HTTP API", version="1.0.0")
    standard.add_middleware(CheckedBodies)
    _server(episodes, settings).register_routes(standard, mode="simulation")
    for part in (app, standard):
        part.add_exception_handler(ValueError, _bad_request)
        part.add_exception_handler(RuntimeError, _bad_request)
        part.add_exception_handler(TooManyEpisodesError, _full)
    app.mount("/openenv", standard)
    return standard


def _server(episodes: Episodes, settings: Settings) -> BoundedServer:
    return BoundedServer(
        env=partial(OpenEnvIncidentEnvironment, episodes),
        action_cls=CloudIncidentAction,
        observation_cls=CloudIncidentObservation,
        # The sockets are counted before they come here.
        concurrency_config=ConcurrencyConfig(max_concurrent_envs=settings.max_sessions + MOST_HTTP_SESSIONS),
        env_name=ENV_NAME,
        state_cls=CloudIncidentState,
        idle_seconds=settings.idle_seconds,
    )


async def _bad_request(request: Request, error: Exception) -> Response:
    """An unknown split, task or index, or a step of a fresh session, is the caller's mistake."""
    return JSONResponse({"detail": str(error)}, 400)


async def _full(request: Request, error: Exception) -> Response:
    return answer_to(error)
