"""Which calls of the page's functions reach Gradio: those that the page itself could make.

Gradio answers 500, with a traceback in the log, to a call of an unknown function or with values that it does not
expect, and looks for files in values that are objects.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud_incident_env.actions import TEXT_LENGTH

from ..body_reader import HungUpError, read_messages, replay
from ..served_path import served_path
from .allowed_paths import PREDICT, SESSION_HASH

FIELDS = frozenset({"data", "fn_index", "session_hash", "trigger_id", "event_data"})  # that Gradio's page sends
MOST_NUMBER = 2**53  # beyond it a browser's numbers are no longer exact


class CheckedCalls:
    """ASGI middleware that answers 422 to a call that the page could not make, in one line of JSON.

    `inputs` holds how many values each function takes, by its number. What a function refuses with a `gr.Error` becomes
    a 422 as well. The size of the body is the concern of the app around it.
    """

    def __init__(self, app: ASGIApp, *, inputs: Mapping[int, int]) -> None:
        self._app = app
        self._inputs = inputs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or served_path(scope) != PREDICT or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        try:
            body = await read_messages(receive)
        except HungUpError:
            return
        try:
            call = read_call(body, self._inputs)
        except ValueError as error:
            await JSONResponse({"error": str(error)}, 422)(scope, receive, send)
            return
        clean = json.dumps(call).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(clean)).encode())]
        answer = _RefusalsAsErrors(send)
        await self._app({**scope, "headers": headers}, replay(clean, receive), answer)


def read_call(body: bytes, inputs: Mapping[int, int]) -> dict[str, Any]:
    """The call that a body makes: `fn_index`, `data` and `session_hash`. Raises ValueError, saying what was expected.

    Values are texts, numbers and null: all that the page's inputs send.
    """
    try:
        call = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("malformed JSON") from None
    if not isinstance(call, dict) or not call.keys() <= FIELDS:
        raise ValueError(f"expected an object with the fields {', '.join(sorted(FIELDS))} alone")
    number, data, session = call.get("fn_index"), call.get("data"), call.get("session_hash")
    if type(number) is not int or number not in inputs:
        raise ValueError(f"fn_index: expected one of {', '.join(map(str, inputs))}")
    if not isinstance(session, str) or SESSION_HASH.fullmatch(session) is None:
        raise ValueError("session_hash: expected 1 to 64 letters, digits, dashes and underscores")
    if not isinstance(data, list) or len(data) != inputs[number]:
        raise ValueError(f"data: expected a list of {inputs[number]} values")
    for place, value in enumerate(data):
        if not _is_plain(value):
            raise ValueError(f"data: value {place} is neither a text, a number nor null, or is too long or too large")
    return {"fn_index": number, "data": data, "session_hash": session}


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= TEXT_LENGTH and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return abs(value) <= MOST_NUMBER  # infinity and NaN are not
    return value is None


class _RefusalsAsErrors:
    """Sends an answer on; Gradio's 500 for what a function refused becomes a 422.

    Gradio gives a refusal a title, and an exception that nobody expected none: that one stays a 500.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._failed: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 500:
            self._failed = message
            return
        if self._failed is not None:
            start, self._failed = self._failed, None
            await self._send({**start, "status": 422} if b'"title"' in message.get("body", b"") else start)
        await self._send(message)
