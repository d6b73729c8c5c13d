"""How request bodies are read: at most so many bytes, whole, and as JSON whatever the content type says."""

from __future__ import annotations

import json
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from .body_reader import HungUpError, TooLargeError, TooSlowError, read_body, replay
from .direct import unread
from .errors import json_error
from .openenv_caller import expected_step
from .served_path import served_path
from .strict_json import JSON_RPC_PARSE_ERROR, expected_step_of, is_clean_json, parameter_problem, parameters_of


class RequestBody:
    """Middleware for the REST paths and for every other POST.

    It answers 413 to a body over `max_bytes`, announced or streamed, before anything parses it, 408 to one that is not
    whole within `body_seconds`, and drops a request whose caller hangs up before the body is whole. Because `curl -d`
    without a header calls its JSON a form, it labels every body of a REST path as the JSON that these paths expect. The
    frameworks behind the other paths trust their JSON, so what no honest client sends (NaN, lone surrogates, nesting
    without end) is answered here.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_bytes: int,
        body_seconds: float,
        rest_paths: Collection[str],
        reads_itself: str | None = None,
    ) -> None:
        """`reads_itself`: what stands behind the paths that begin so reads bodies under limits of its own."""
        self._app = app
        self._reads_itself = reads_itself
        self._max_bytes = max_bytes
        self._body_seconds = body_seconds
        self._rest_paths = frozenset(rest_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        rest = scope["type"] == "http" and served_path(scope) in self._rest_paths
        other = scope["type"] == "http" and scope["method"] == "POST" and not rest
        own = self._reads_itself is not None and other and served_path(scope).startswith(self._reads_itself)
        if own or (not rest and not other):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            body = await read_body(scope, receive, self._max_bytes, self._body_seconds)
        except HungUpError:
            return
        except (TooLargeError, TooSlowError) as error:
            await unread(error, self._max_bytes, self._body_seconds)(scope, receive, send)
            return
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        is_json = scope["path"].endswith("/mcp") or media_type.endswith(("/json", "+json"))
        if other and is_json and body and not is_clean_json(body):
            await _malformed(scope["path"])(scope, receive, send)
            return
        if other and scope["path"].endswith("/mcp") and body:
            request = json.loads(body)
            expected_step.set(expected_step_of(parameters_of(request).get("_meta")))
            problem = parameter_problem(request)
            if problem is not None:
                await Response(problem, media_type="application/json")(scope, receive, send)
                return
        if rest:
            scope = {**scope, "headers": list(scope["headers"])}
            MutableHeaders(scope=scope)["content-type"] = "application/json"
        await self._app(scope, replay(body, receive), send)


def _malformed(path: str) -> Response:
    """The error of the protocol that is spoken at a path."""
    if path.endswith("/mcp"):
        error = {"code": JSON_RPC_PARSE_ERROR, "message": "Parse error"}
        return JSONResponse({"jsonrpc": "2.0", "id": None, "error": error})
    return json_error(422, [{"loc": ["body"], "msg": "malformed JSON", "type": "json_invalid"}])
