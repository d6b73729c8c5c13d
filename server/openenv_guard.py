"""Stands before OpenEnv's own server and the page: who may call, how many sockets, and what a message must be.

The protocol's own server closes the connection on some malformed messages. Behind this guard they get the protocol's
own error instead, and the connection and its session live on.
"""

from __future__ import annotations

import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .client_address import client_address
from .control import WANTED, Control, UnauthorizedError, refuse_handshake
from .errors import answer_to
from .openenv_caller import Caller, caller, expected_step
from .openenv_messages import capacity_answer
from .served_path import served_path
from .sockets import TRY_AGAIN_LATER, Sockets, TooManySocketsError
from .strict_json import (
    JSON_RPC_PARSE_ERROR,
    JSON_RPC_SERVER_ERROR,
    expected_step_of,
    is_clean_json,
    parameter_problem,
    parameters_of,
)

# What tells nothing of an episode, and MCP's door, which looks for itself. The page's own paths are open as well.
OPEN_PATHS = frozenset({"/schema", "/metadata", "/list_environments", "/agent/mcp", "/agent/mcp/"})


class OpenEnvGuard:
    """ASGI middleware. Messages have at most `max_bytes`."""

    def __init__(self, app: ASGIApp, *, control: Control, sockets: Sockets, max_bytes: int) -> None:
        self._app = app
        self._control = control
        self._sockets = sockets
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if not self._control.is_open and not _is_open(scope) and not self._control.admits(scope["headers"]):
            await _refuse(scope, receive, send)
            return
        token = caller.set(Caller(client_address(scope), scope["type"] == "websocket"))
        try:
            if scope["type"] == "http":
                await self._app(scope, receive, send)
            else:
                await self._serve_socket(scope, receive, send)
        finally:
            caller.reset(token)

    async def _serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        speaks_mcp = scope["path"].endswith("/mcp")

        try:
            key = self._sockets.open(client_address(scope), send)
        except TooManySocketsError as error:
            await receive()
            await send({"type": "websocket.accept"})
            full = capacity_answer(error.capacity, str(error)).decode()
            if speaks_mcp:
                full = _mcp_error(JSON_RPC_SERVER_ERROR, str(error))
            await send({"type": "websocket.send", "text": full})
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
            return

        async def guarded() -> Message:
            while True:
                message = await receive()
                self._sockets.use(key)
                problem = self._problem(message, speaks_mcp)
                if problem is None:
                    return message
                await send({"type": "websocket.send", "text": problem})

        try:
            await self._app(scope, guarded, send)
        finally:
            self._sockets.leave(key)

    def _problem(self, message: Message, speaks_mcp: bool) -> str | None:
        """The error that answers a message, or None if it may pass."""
        if message["type"] != "websocket.receive":
            return None
        text = message.get("text")
        if text is None:
            return _error("expected a text message, got a binary one", speaks_mcp)
        if len(text.encode("utf-8", "surrogatepass")) > self._max_bytes:
            return _error(f"message over {self._max_bytes} bytes: send a smaller one", speaks_mcp)
        if not is_clean_json(text):
            return _error("Invalid JSON", speaks_mcp)
        given = json.loads(text)
        if not isinstance(given, dict):
            return _error("expected a JSON object", speaks_mcp)
        request = given if speaks_mcp else given.get("data")  # of JSON-RPC, if the message is one
        expected_step.set(expected_step_of(parameters_of(request).get("_meta")))
        return parameter_problem(given) if speaks_mcp else None


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await answer_to(UnauthorizedError(WANTED))(scope, receive, send)
    else:
        await receive()
        await refuse_handshake(scope, send, WANTED)


def _is_open(scope: Scope) -> bool:
    """Whether a request belongs to everybody. Whatever is not listed belongs to the trainer.

    So does a WebSocket that comes here, also one at /ws that names a session: it gets an episode of its own.
    """
    from .page.allowed_paths import is_allowed  # what it imports would slow down the start of every server

    path = served_path(scope)
    return scope["type"] == "http" and (path in OPEN_PATHS or is_allowed(path))


def _error(problem: str, speaks_mcp: bool) -> str:
    if speaks_mcp:
        return _mcp_error(JSON_RPC_PARSE_ERROR, problem)
    return json.dumps({"type": "error", "data": {"message": problem, "code": "INVALID_JSON"}})


def _mcp_error(code: int, problem: str) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": problem}})
