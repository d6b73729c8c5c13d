"""The path of a request as the app's routes know it."""

from __future__ import annotations

from starlette.types import Scope


def served_path(scope: Scope) -> str:
    """The path of a request without the prefix under which a proxy serves the app (`--root-path`)."""
    path: str = scope["path"]
    prefix: str = scope.get("root_path", "")
    return path.removeprefix(prefix) if prefix and path.startswith(f"{prefix}/") else path
