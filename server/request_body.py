"""How request bodies are read: at most so many bytes, whole, and as JSON whatever the content type says."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import NoReturn

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _TooLargeError(Exception):
    """The body passes the limit."""


class _HungUpError(Exception):
    """The caller went away before the body was whole."""


class RequestBody:
    """Middleware for the REST paths and for the calls of the page, which begin with `page_prefix`.

    It answers 413 to a body over `max_bytes`, announced or streamed, before anything parses it, and drops a request
    whose caller hangs up before the body is whole. Because `curl -d` without a header calls its JSON a form, it labels
    every body of a REST path as the JSON that these paths expect. The page's own framework trusts its JSON, so what no
    page sends (NaN, lone surrogates, nesting without end) is answered 422 here.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, paths: Collection[str], page_prefix: str) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._paths = frozenset(paths)
        self._page_prefix = page_prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        rest = scope["type"] == "http" and scope["path"] in self._paths
        page = scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith(self._page_prefix)
        if not rest and not page:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            body = await self._read(headers.get("content-length", "0"), receive)
        except _HungUpError:
            return
        except _TooLargeError:
            message = f"request body over {self._max_bytes} bytes: send a smaller one"
            await JSONResponse({"detail": message}, 413, {"Connection": "close"})(scope, receive, send)
            return
        if page and headers.get("content-type", "").startswith("application/json") and not _is_clean_json(body):
            await JSONResponse({"detail": "malformed JSON"}, 422)(scope, receive, send)
            return
        if rest:
            scope = {**scope, "headers": list(scope["headers"])}
            MutableHeaders(scope=scope)["content-type"] = "application/json"
        await self._app(scope, _replay(body, receive), send)

    async def _read(self, announced: str, receive: Receive) -> bytes:
        if announced.isascii() and announced.isdecimal() and int(announced) > self._max_bytes:
            raise _TooLargeError
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _HungUpError
            body += message.get("body", b"")
            if len(body) > self._max_bytes:
                raise _TooLargeError
            more = message.get("more_body", False)
        return bytes(body)


def _is_clean_json(body: bytes) -> bool:
    try:
        json.dumps(json.loads(body, parse_constant=_refuse), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _replay(body: bytes, receive: Receive) -> Receive:
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return first.pop() if first else await receive()

    return replay
