"""The path of a request as the app's routes know it, whatever prefix a proxy serves the app under."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


def served_path(scope: Scope) -> str:
    """The path of a request without the prefix under which a proxy serves the app (`--root-path`)."""
    path: str = scope["path"]
    prefix: str = scope.get("root_path", "")
    return path.removeprefix(prefix) if prefix and path.startswith(f"{prefix}/") else path


class PathPrefix:
    """ASGI middleware for proxies that leave the prefix on the path.

    uvicorn puts the prefix before the path, because it expects that the proxy took it off. Where the proxy did not, the
    prefix stands there twice, and goes once here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        prefix = scope.get("root_path", "")
        if prefix and scope["path"].startswith(f"{prefix}{prefix}/"):
            scope = {**scope, "path": scope["path"].removeprefix(prefix)}
            scope["raw_path"] = scope["raw_path"].removeprefix(prefix.encode())
        await self._app(scope, receive, send)
