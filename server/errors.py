"""How errors are answered over REST: every one as JSON with a `detail`, none as a 500."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from cloud_incident_env.episode import StepConflictError
from cloud_incident_env.episodes import NoEpisodeError, TooManyEpisodesError, UnknownEpisodeError

from .control import UnauthorizedError


class InvalidRequestError(Exception):
    """A well-formed request that asks for something that does not exist; the message lists what does."""


class MalformedRequestError(Exception):
    """A body or a query string of a wrong form; `fields` says what is wrong with each field."""

    def __init__(self, place: str, errors: Sequence[Mapping[str, Any]]) -> None:
        """`place` is body or query; `errors` are pydantic's."""
        super().__init__(place)
        # The rejected input itself is left out: it may hold what JSON cannot (NaN, lone surrogates), or be very long.
        self.fields = [{"loc": [place, *e["loc"]], "msg": e["msg"], "type": e["type"]} for e in errors]


_STATUS: dict[type[Exception], int] = {
    InvalidRequestError: 400,
    NoEpisodeError: 400,
    UnauthorizedError: 401,
    UnknownEpisodeError: 404,
    StepConflictError: 409,
    MalformedRequestError: 422,
    TooManyEpisodesError: 503,
}
_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "60"}}
ANSWERED = tuple(_STATUS)  # the errors that have an answer


def answer_to(error: Exception) -> Response:
    """The answer to one of the errors in `ANSWERED`."""
    status = _STATUS[type(error)]
    detail = error.fields if isinstance(error, MalformedRequestError) else str(error)
    return json_error(status, detail, _HEADERS.get(status))


def json_error(status: int, detail: object, headers: Mapping[str, str] | None = None) -> Response:
    """An error as JSON."""
    content = json.dumps({"detail": detail}, ensure_ascii=True, allow_nan=False)
    return Response(content, status, headers, "application/json")


def malformed(place: str, error: ValidationError) -> MalformedRequestError:
    """The error that answers pydantic's."""
    return MalformedRequestError(place, error.errors(include_url=False, include_context=False, include_input=False))


def install_error_handlers(app: FastAPI) -> None:
    """Make the app answer the project's own errors, and malformed requests, as the REST interface says."""
    for error in ANSWERED:
        app.add_exception_handler(error, _answer)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http_error)


async def _answer(request: Request, error: Exception) -> Response:
    return answer_to(error)


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = [{"loc": list(e["loc"]), "msg": e["msg"], "type": e["type"]} for e in error.errors()]
    return json_error(422, fields)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400 and error.__cause__ is not None:
        # FastAPI's answer to a body that its parser could not even try: invalid UTF-8, nested too deep, huge numbers.
        return json_error(422, [{"loc": ["body"], "msg": "JSON decode error", "type": "json_invalid"}])
    return json_error(error.status_code, error.detail, error.headers)
