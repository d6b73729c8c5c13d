"""Which of the page's paths are served: those that the page itself uses.

Gradio has more: uploads, recordings, deep links and a proxy, some of which write files for whoever asks.
"""

from __future__ import annotations

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ..served_path import served_path

EXACT = frozenset(
    {
        "",
        "/",
        "/config",
        "/theme.css",
        "/favicon.ico",
        "/manifest.json",
        "/robots.txt",
        "/gradio_api/info",
        "/gradio_api/run/predict",
        "/gradio_api/startup-events",
    }
)
BELOW = ("/assets/", "/static/", "/svelte/", "/_app/", "/gradio_api/heartbeat/", "/gradio_api/queue/")


def is_allowed(path: str) -> bool:
    """Whether the page uses a path."""
    return path in EXACT or path.startswith(BELOW)


class AllowedPaths:
    """ASGI middleware that answers 404 to every other path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_allowed(served_path(scope)):
            await PlainTextResponse("the page has no such path", 404)(scope, receive, send)
            return
        await self._app(scope, receive, send)
