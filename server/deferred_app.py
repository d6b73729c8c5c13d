"""An ASGI app that is not loaded yet: requests wait, or get a waiting page, until it is."""

from __future__ import annotations

import asyncio
from typing import Literal

from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from .served_path import served_path

Door = Literal["off", "starting", "open", "failed"]

_WAITING = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="1">
<meta name="viewport" content="width=device-width"><title>Cloud Incident Response</title>
<style>body{font-family:system-ui,sans-serif;display:grid;place-items:center;height:90vh;margin:0;
background:#0f172a;color:#e2e8f0}p{color:#94a3b8}div{text-align:center}</style></head>
<body><div><h1>Cloud Incident Response</h1><p>The page is being set up; this takes a few seconds.</p></div></body>
</html>"""


class DeferredApp:
    """Forwards to the app that `set` provides.

    Loading the OpenEnv protocol and the page takes seconds, and the REST interface must not wait for them. Until then
    `/` shows a page that reloads itself, if there will be a page; every other request, and every WebSocket, waits.
    `what` names the app in the answer that it could not be loaded.
    """

    def __init__(self, what: str, *, has_page: bool) -> None:
        self._what = what
        self._has_page = has_page
        self._app: ASGIApp | None = None
        self._loaded = asyncio.Event()

    @property
    def door(self) -> Door:
        """Whether the app answers."""
        if not self._loaded.is_set():
            return "starting"
        return "failed" if self._app is None else "open"

    def set(self, app: ASGIApp) -> None:
        """Serve this app from now on."""
        self._app = app
        self._loaded.set()

    def fail(self) -> None:
        """Answer 503 from now on: the app could not be loaded."""
        self._loaded.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._loaded.is_set() and self._has_page and scope["type"] == "http" and served_path(scope) in ("", "/"):
            await HTMLResponse(_WAITING, headers={"Cache-Control": "no-store"})(scope, receive, send)
            return
        await self._loaded.wait()
        if self._app is None:
            await self._refuse(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            message = f"{self._what} could not be loaded; the server's log says why."
            await PlainTextResponse(message, 503)(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1011})
