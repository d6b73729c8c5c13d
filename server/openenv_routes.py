"""Where the OpenEnv protocol answers: beside the REST interface at the root, and in full under `/openenv`."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from cloud_incident_env.manifest import ENV_NAME
from cloud_incident_env.openenv_core import ConcurrencyConfig, HTTPEnvServer, create_fastapi_app
from cloud_incident_env.openenv_models import CloudIncidentAction, CloudIncidentObservation, CloudIncidentState

from .openenv_session import OpenEnvIncidentEnvironment
from .settings import Settings


def add_openenv_routes(app: FastAPI, settings: Settings) -> FastAPI:
    """Serve `/ws`, `/schema`, `/metadata`, `/mcp` and the task API, and mount the standard server at `/openenv`.

    The routes at the root are those of OpenEnv's production mode, which leaves `/reset`, `/step` and `/state` to the
    REST interface. Returns the standard server, whose lifespan the caller runs.
    """
    limits = ConcurrencyConfig(max_concurrent_envs=settings.max_sessions, session_timeout=settings.idle_seconds)
    server = HTTPEnvServer(
        env=OpenEnvIncidentEnvironment,
        action_cls=CloudIncidentAction,
        observation_cls=CloudIncidentObservation,
        concurrency_config=limits,
        env_name=ENV_NAME,
        state_cls=CloudIncidentState,
    )
    server.register_routes(app, mode="production")
    standard: FastAPI = create_fastapi_app(
        OpenEnvIncidentEnvironment,
        CloudIncidentAction,
        CloudIncidentObservation,
        concurrency_config=limits,
        env_name=ENV_NAME,
        state_cls=CloudIncidentState,
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
