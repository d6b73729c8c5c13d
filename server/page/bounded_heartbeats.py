"""How many heartbeats of the page may be open: each open page keeps one request under way, so that Gradio knows it."""

from __future__ import annotations

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ..served_path import served_path
from .allowed_paths import HEARTBEAT


class BoundedHeartbeats:
    """ASGI middleware that answers 503 to a heartbeat beyond `most` at once; the page plays on without one."""

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self._app = app
        self._most = most
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not served_path(scope).startswith(HEARTBEAT):
            await self._app(scope, receive, send)
            return
        if self._open >= self._most:
            refused = PlainTextResponse("too many pages are open", 503, {"Retry-After": "60"})
            await refused(scope, receive, send)
            return
        self._open += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open -= 1
