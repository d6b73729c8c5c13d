"""The FastAPI app: the REST interface at once, the OpenEnv protocol and the page as soon as they are loaded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.applications import Starlette
from starlette.routing import Route

from cloud_incident_env.episodes import Episodes
from cloud_incident_env.wire import REST_VERSION

from .deferred_app import DeferredApp
from .errors import install_error_handlers
from .graceful_stop import Stop
from .health import HEALTH_PATHS, Doors
from .health import router as health_router
from .logs import set_up_logs
from .metrics import Metrics
from .metrics import router as metrics_router
from .request_body import RequestBody
from .rest import EPISODE_PATHS
from .rest import router as rest_router
from .settings import Settings, read_settings, settings_or_exit
from .watch import Watch
from .websocket_guard import WebSocketGuard

logger = logging.getLogger("uvicorn.error")


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the app, with episodes and limits of its own. Raises SettingsError if the environment's are wrong."""
    settings = settings or read_settings()
    episodes = Episodes(settings.max_episodes, settings.idle_seconds)
    page = DeferredApp("The page", has_page=True) if settings.ui else None
    openenv = DeferredApp("The OpenEnv protocol", has_page=settings.ui) if settings.openenv else None

    metrics = Metrics(episodes.census)
    stop = Stop()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        set_up_logs(settings.log_format)
        with stop.listening():
            loading = asyncio.create_task(_load(openenv, page, episodes, settings))
            yield
            loading.cancel()
            await asyncio.gather(loading, return_exceptions=True)

    app = FastAPI(
        title="Cloud Incident Response OpenEnv",
        version=REST_VERSION,
        summary="Cloud incidents to investigate, fix and write up, with a grade from 0 to 1.",
        lifespan=lifespan,
    )
    app.state.episodes = episodes
    app.state.metrics = metrics
    app.state.doors = Doors(openenv, page)
    app.add_middleware(RequestBody, max_bytes=settings.max_body_bytes, rest_paths=(*EPISODE_PATHS, *HEALTH_PATHS))
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["*"],
        expose_headers=["Mcp-Session-Id"],  # a browser's MCP client reads it
    )
    app.add_middleware(Watch, metrics=metrics, stop=stop, log_requests=settings.log_format == "json")  # outermost
    install_error_handlers(app)
    app.include_router(health_router)
    app.include_router(metrics_router)
    app.include_router(rest_router)
    rest_of_paths = openenv or page
    if rest_of_paths is not None:
        app.mount("/", WebSocketGuard(rest_of_paths, max_bytes=settings.max_body_bytes))
    return app


async def _load(openenv: DeferredApp | None, page: DeferredApp | None, episodes: Episodes, settings: Settings) -> None:
    """Load the OpenEnv protocol, then the page, each in a thread; serve them, and close them when cancelled."""
    async with AsyncExitStack() as stack:
        if openenv is not None:
            try:
                app, parts = await asyncio.to_thread(_import_openenv, episodes, settings)
                if page is not None:
                    app.mount("/", page)
                await _open(stack, app, *parts)
            except Exception:
                logger.exception("the OpenEnv protocol could not be loaded; REST goes on without it and the page")
                openenv.fail()
                if page is not None:
                    page.fail()
                return
            openenv.set(app)
        if page is not None:
            try:
                loaded = await asyncio.to_thread(_import_page, episodes)
                await _open(stack, loaded)
            except Exception:
                logger.exception("the page could not be loaded; everything else goes on without it")
                page.fail()
            else:
                page.set(loaded)
        await asyncio.Event().wait()


def _import_openenv(episodes: Episodes, settings: Settings) -> tuple[FastAPI, list[Starlette]]:
    """The app of the OpenEnv protocol and MCP, and the apps within it that have a lifespan of their own."""
    from .mcp import MCP_PATH, SessionTools, build_mcp_server
    from .openenv_routes import add_openenv_routes

    app = FastAPI(openapi_url=None)
    standard = add_openenv_routes(app, settings)
    mcp = build_mcp_server(SessionTools(episodes)).http_app(path=MCP_PATH)
    app.router.routes.extend(mcp.routes)
    app.router.routes.extend(
        Route(f"{route.path}/", route.endpoint) for route in mcp.routes if isinstance(route, Route)
    )
    return app, [standard, mcp]


def _import_page(episodes: Episodes) -> FastAPI:
    from .page.page import build_page

    return build_page(episodes)


async def _open(stack: AsyncExitStack, *apps: Starlette) -> None:
    for app in apps:
        await stack.enter_async_context(app.router.lifespan_context(app))


app = create_app(settings_or_exit())


def main(argv: list[str] | None = None) -> None:
    """Serve the app; the options of the command line are those of `serve.py`."""
    from .serve import serve

    serve(app, argv)


if __name__ == "__main__":
    main()
