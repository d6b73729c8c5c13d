"""Lets few costly requests be answered at the same time, so that cheap ones need not wait for all of them."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send

from .served_path import served_path

# Requests to the page, to OpenEnv and to MCP cost 5 to 15 ms of CPU each, in the event loop that also answers steps.
AT_ONCE = 4
# Streams without an end, which cost nothing while they are open.
_STREAMS = ("/gradio_api/heartbeat/", "/agent/mcp")


class Turns:
    """ASGI middleware: at most AT_ONCE requests are passed on at the same time, the others wait for their turn."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._places = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (scope["method"] == "GET" and served_path(scope).startswith(_STREAMS)):
            await self._app(scope, receive, send)
            return
        async with self._places:
            await self._app(scope, receive, send)
