"""Loads what takes seconds to import while the server answers already: OpenEnv's library, MCP and the page."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from typing import NamedTuple

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from cloud_incident_env.episodes import Episodes

from .collector import set_up_collector
from .control import Control
from .deferred_app import DeferredApp
from .logs import quiet_fastmcp
from .settings import Settings
from .turns import Turns

logger = logging.getLogger("uvicorn.error")


class Shared(NamedTuple):
    """What the doors of a server have in common."""

    episodes: Episodes
    control: Control
    settings: Settings


class Loading:
    """The apps of OpenEnv and of the page; None for those that the settings close."""

    def __init__(self, shared: Shared) -> None:
        settings = shared.settings
        self._shared = shared
        self.page = DeferredApp("The page", has_page=True) if settings.ui else None
        self.openenv = DeferredApp("The OpenEnv protocol", has_page=settings.ui) if settings.openenv else None

    @property
    def rest_of_paths(self) -> DeferredApp | None:
        """What answers at the paths that nothing else answers."""
        return self.openenv or self.page

    async def run(self) -> None:
        """Load OpenEnv, then the page, each in a thread; serve them, and close them when cancelled."""
        async with AsyncExitStack() as stack:
            if self.openenv is None or await self._load_openenv(self.openenv, stack):
                if self.page is not None:
                    await self._load_page(self.page, stack)
            elif self.page is not None:
                self.page.fail()
            set_up_collector()
            await asyncio.Event().wait()

    async def _load_openenv(self, openenv: DeferredApp, stack: AsyncExitStack) -> bool:
        """Returns whether it could be loaded."""
        try:
            app, parts = await asyncio.to_thread(_import_openenv, self._shared)
            if self.page is not None:
                app.mount("/", self.page)
            await _open(stack, app, *parts)
        except Exception:
            logger.exception("OpenEnv's library could not be loaded; REST and /ws go on without it and the page")
            openenv.fail()
            return False
        openenv.set(Turns(app))
        return True

    async def _load_page(self, page: DeferredApp, stack: AsyncExitStack) -> None:
        try:
            loaded = await asyncio.to_thread(_import_page)
            await _open(stack, loaded)
        except Exception:
            logger.exception("the page could not be loaded; everything else goes on without it")
            page.fail()
        else:
            page.set(loaded if self.openenv is not None else Turns(loaded))  # it is mounted in the app of OpenEnv


def _import_openenv(shared: Shared) -> tuple[FastAPI, list[Starlette]]:
    """The app of the OpenEnv protocol and MCP, and the apps within it that have a lifespan of their own."""
    from .mcp import MCP_PATH, EpisodeTools, SessionTools, build_episode_server, build_mcp_server
    from .mcp_door import MOST_SESSIONS, McpDoor
    from .openenv_routes import add_openenv_routes

    quiet_fastmcp()
    episodes, control, settings = shared
    app = FastAPI(openapi_url=None)
    standard = add_openenv_routes(app, episodes, settings)
    sessions = build_mcp_server(SessionTools(episodes)).http_app(path=MCP_PATH)
    bound = build_episode_server(EpisodeTools(episodes)).http_app(
        path=MCP_PATH, stateless_http=True, json_response=True
    )
    door = McpDoor(
        _endpoint(sessions),
        _endpoint(bound),
        episodes=episodes,
        control=control,
        idle_seconds=settings.idle_seconds,
        most_sessions=min(settings.max_sessions, MOST_SESSIONS),
    )
    app.router.routes.extend(Route(path, door) for path in (MCP_PATH, f"{MCP_PATH}/"))
    return app, [standard, sessions, bound]


def _endpoint(mcp: Starlette) -> ASGIApp:
    """What answers at the path of an MCP server, whatever the path of the request."""
    (route,) = (route for route in mcp.routes if isinstance(route, Route))
    endpoint: ASGIApp = route.endpoint
    return endpoint


def _import_page() -> FastAPI:
    from .page.page import build_page

    return build_page()


async def _open(stack: AsyncExitStack, *apps: Starlette) -> None:
    for app in apps:
        await stack.enter_async_context(app.router.lifespan_context(app))
