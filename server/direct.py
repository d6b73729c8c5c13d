"""Answers the requests that come by the thousand, resets and steps, before any framework sees them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from .body_reader import HungUpError, TooLargeError, TooSlowError, read_body
from .errors import ANSWERED, answer_to, json_error, malformed
from .served_path import served_path

M = TypeVar("M", bound=BaseModel)

Door = Callable[[Scope, bytes], bytes]  # from a request and its body to the JSON of a good answer

CLOSE = {"Connection": "close"}
_ANY_ORIGIN = (b"access-control-allow-origin", b"*")


class DirectDoors:
    """ASGI middleware that answers the requests of some methods and paths; everything else passes."""

    def __init__(
        self, app: ASGIApp, *, doors: Mapping[tuple[str, str], Door], max_bytes: int, body_seconds: float
    ) -> None:
        """`doors` has them by method and path; a body has at most `max_bytes` and is whole within `body_seconds`."""
        self._app = app
        self._doors = doors
        self._max_bytes = max_bytes
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = self._doors.get((scope["method"], served_path(scope))) if scope["type"] == "http" else None
        if door is None:
            await self._app(scope, receive, send)
            return
        try:
            answer = door(scope, await read_body(scope, receive, self._max_bytes, self._body_seconds))
        except HungUpError:
            return
        except ANSWERED as error:
            await _refuse(answer_to(error), scope, receive, send)
        except (TooLargeError, TooSlowError) as error:
            await _refuse(unread(error, self._max_bytes, self._body_seconds), scope, receive, send)
        else:
            head = [
                (b"content-type", b"application/json"),
                (b"content-length", b"%d" % len(answer)),
                _ANY_ORIGIN,
            ]
            await send({"type": "http.response.start", "status": 200, "headers": head})
            await send({"type": "http.response.body", "body": answer})


def unread(error: TooLargeError | TooSlowError, max_bytes: int, seconds: float) -> Response:
    """The answer to a request whose body was not read to its end."""
    if isinstance(error, TooLargeError):
        return json_error(413, f"request body over {max_bytes} bytes: send a smaller one", CLOSE)
    return json_error(408, f"request body not whole within {seconds:g} s", CLOSE)


def parse_body(model: type[M], body: bytes) -> M:
    """Read a JSON body as a model. Raises MalformedRequestError, which names the fields that are wrong."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        if error.errors(include_url=False, include_input=False)[0]["type"] != "json_invalid":
            raise malformed("body", error) from None
        return _parse_oddity(model, body, error)


def _parse_oddity(model: type[M], body: bytes, refused: ValidationError) -> M:
    """Read a body that pydantic's parser refuses with Python's: it gets further, and so names the field."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise malformed("body", refused) from None
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise malformed("body", error) from None


async def _refuse(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    answer.headers["Access-Control-Allow-Origin"] = "*"
    await answer(scope, receive, send)
