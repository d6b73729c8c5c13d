"""Helpers that build JSON and 405 responses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"})


def json_answer(answer: BaseModel, status: int = 200) -> Response:
    """Answer with a model that is valid already, without the framework validating it again."""
    return Response(answer.model_dump_json(), status, media_type="application/json")


def json_bytes(answer: bytes) -> Response:
    """Answer with JSON that is written already."""
    return Response(answer, media_type="application/json")


def refuse_method(*allowed: str) -> Callable[[Request], Awaitable[Response]]:
    """Answer 405; without it the page at `/` would take the request and answer 404."""

    async def refuse(request: Request) -> Response:
        expected = " or ".join(allowed)
        raise HTTPException(405, f"expected {expected}, got {request.method}", {"Allow": ", ".join(allowed)})

    return refuse
