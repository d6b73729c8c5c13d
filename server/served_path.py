"""The path of a request as the app's routes know it, whatever prefix a proxy serves the app under."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


def served_path(scope: Scope) -> str:
    """The path of a request without the prefix under which a proxy serves the app (`--root-path`)."""
    path: str = scope["path"]
    prefix: str = scope.get("root_path", "")
    return path.removeprefix(prefix) if prefix and path.startswith(f"{prefix}/") else path


class CleanPaths:
    """ASGI middleware for the outermost place: what a path is must not depend on who reads it.

    A path with a control character is answered 404: a route matches one that ends in a line break, which no comparison
    with the path of the route finds. And where uvicorn put the prefix before a path from which the proxy had not taken
    it off, so that it stands there twice, it goes once.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if not path.isprintable():
            await _refuse(scope, receive, send)
            return
        prefix = scope.get("root_path", "")
        if prefix and path.startswith(f"{prefix}{prefix}/"):
            scope = {**scope, "path": path.removeprefix(prefix)}
            scope["raw_path"] = scope["raw_path"].removeprefix(prefix.encode())
        await self._app(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await JSONResponse({"detail": "no path has such characters"}, 404)(scope, receive, send)
    else:
        await receive()
        await send({"type": "websocket.close", "code": 1008})
