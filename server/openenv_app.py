"""Where the OpenEnv protocol answers: beside the REST interface at the root, and in full under `/openenv`."""

from __future__ import annotations

from fastapi import FastAPI, Request
from openenv.core.env_server.http_server import HTTPEnvServer
from openenv.core.env_server.http_server import create_fastapi_app as create_standard_app
from openenv.core.env_server.types import ConcurrencyConfig
from starlette.responses import JSONResponse, Response

from server.openenv_adapter import (
    IncidentAction,
    IncidentObservation,
    IncidentState,
    OpenEnvIncidentEnvironment,
)
from server.settings import ENV_NAME, Settings


def add_openenv_routes(app: FastAPI, settings: Settings) -> FastAPI:
    """Serve `/ws`, `/schema`, `/metadata`, `/mcp` and the task API, and mount the standard server at `/openenv`.

    The routes at the root are those of OpenEnv's production mode, which leaves `/reset`, `/step` and `/state` to the
    REST interface. Returns the standard server, whose lifespan the caller runs.
    """
    limits = ConcurrencyConfig(max_concurrent_envs=settings.max_sessions, session_timeout=settings.idle_seconds)
    server = HTTPEnvServer(
        env=OpenEnvIncidentEnvironment,
        action_cls=IncidentAction,
        observation_cls=IncidentObservation,
        concurrency_config=limits,
        env_name=ENV_NAME,
        state_cls=IncidentState,
    )
    server.register_routes(app, mode="production")
    standard: FastAPI = create_standard_app(
        OpenEnvIncidentEnvironment,
        IncidentAction,
        IncidentObservation,
        concurrency_config=limits,
        env_name=ENV_NAME,
        state_cls=IncidentState,
        mode="simulation",
    )
    for part in (app, standard):
        part.add_exception_handler(ValueError, _bad_request)
        part.add_exception_handler(RuntimeError, _bad_request)
    app.mount("/openenv", standard)
    return standard


async def _bad_request(request: Request, error: Exception) -> Response:
    """An unknown split, task or index, or a step of a fresh session, is the caller's mistake."""
    return JSONResponse({"detail": str(error)}, 400)
