"""How errors are answered over REST: every one as JSON with a `detail`, none as a 500."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from cloud_incident_env.episodes import NoEpisodeError, TooManyEpisodesError, UnknownEpisodeError

_Handler = Callable[[Request, Exception], Awaitable[Response]]


class InvalidRequestError(Exception):
    """A well-formed request that asks for something that does not exist; the message lists what does."""


def install_error_handlers(app: FastAPI) -> None:
    """Make the app answer the project's own errors, and malformed requests, as the REST interface says."""
    app.add_exception_handler(InvalidRequestError, _answer(400))
    app.add_exception_handler(NoEpisodeError, _answer(400))
    app.add_exception_handler(UnknownEpisodeError, _answer(404))
    app.add_exception_handler(TooManyEpisodesError, _answer(503, {"Retry-After": "60"}))
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http_error)


def _answer(status: int, headers: dict[str, str] | None = None) -> _Handler:
    async def handler(request: Request, error: Exception) -> Response:
        return _json(status, str(error), headers)

    return handler


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # The rejected input itself is left out: it may hold what JSON cannot (NaN, lone surrogates), or be very long.
    fields = [{"loc": list(e["loc"]), "msg": e["msg"], "type": e["type"]} for e in error.errors()]
    return _json(422, fields)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400 and error.__cause__ is not None:
        # FastAPI's answer to a body that its parser could not even try: invalid UTF-8, nested too deep, huge numbers.
        return _json(422, [{"loc": ["body"], "msg": "JSON decode error", "type": "json_invalid"}])
    return _json(error.status_code, error.detail, error.headers)


def _json(status: int, detail: object, headers: Mapping[str, str] | None = None) -> Response:
    content = json.dumps({"detail": detail}, ensure_ascii=True, allow_nan=False)
    return Response(content, status, headers, "application/json")
