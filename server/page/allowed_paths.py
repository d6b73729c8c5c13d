"""What of a request reaches Gradio: the paths that the page uses in a browser, without query, and a few headers.

Gradio has more paths: calls, uploads, recordings, deep links, a proxy and a queue, some of which write files or keep
memory for whoever asks. A query (`deep_link`, `page`) chooses files, and a host that is none makes Gradio fail.
"""

from __future__ import annotations

import re
from functools import lru_cache

import httpx
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ..served_path import served_path

HEARTBEAT = "/gradio_api/heartbeat/"
SESSION_HASH = re.compile(r"[A-Za-z0-9_-]{1,64}")  # Gradio's page makes up some eleven letters and digits
EXACT = frozenset({"/", "/theme.css", "/favicon.ico", "/manifest.json"})
FILES = re.compile(r"/(?:assets|static)/[A-Za-z0-9._/@-]{1,200}")
HEADERS = frozenset(
    {
        b"host",
        b"x-forwarded-host",
        b"x-forwarded-proto",
        b"accept",
        b"accept-encoding",
        b"accept-language",
        b"content-length",
        b"content-type",
        b"if-modified-since",
        b"if-none-match",
    }
)
HOSTS = (b"host", b"x-forwarded-host")  # by which the page finds its way back to the server
HOST = re.compile(rb"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")


def is_allowed(path: str) -> bool:
    """Whether the page uses a path."""
    if path.startswith(HEARTBEAT):
        return SESSION_HASH.fullmatch(path, len(HEARTBEAT)) is not None
    return path in EXACT or (FILES.fullmatch(path) is not None and ".." not in path)


class AllowedPaths:
    """ASGI middleware that answers 404 to every other path, and hands on only what the page needs of a request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http" or not is_allowed(served_path(scope)):
            await _refuse(scope, receive, send)
        else:
            headers = [(name, value) for name, value in scope["headers"] if name in HEADERS and _is_sound(name, value)]
            await self._app({**scope, "query_string": b"", "headers": headers}, receive, send)


def _is_sound(name: bytes, value: bytes) -> bool:
    return name not in HOSTS or all(_is_host(host) for host in value.split(b","))


@lru_cache(maxsize=256)
def _is_host(value: bytes) -> bool:
    """Whether a text is a host with a port or without, also for the library with which Gradio reads it."""
    host = value.strip()
    if HOST.fullmatch(host) is None:
        return False
    try:
        httpx.URL(f"http://{host.decode('ascii')}")
    except httpx.InvalidURL:
        return False
    return True


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await PlainTextResponse("the page has no such path", 404)(scope, receive, send)
    else:
        await receive()
        await send({"type": "websocket.close", "code": 1000})
