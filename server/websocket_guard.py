"""What a WebSocket message must be before the protocol behind it sees it: a JSON object of at most so many bytes.

The protocol's own server closes the connection on some malformed messages. Behind this guard they get the protocol's
own error instead, and the connection and its session live on.
"""

from __future__ import annotations

import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .strict_json import JSON_RPC_PARSE_ERROR, is_clean_json


class WebSocketGuard:
    """ASGI middleware for WebSocket connections; everything else passes."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        speaks_mcp = scope["path"].endswith("/mcp")

        async def guarded() -> Message:
            while True:
                message = await receive()
                problem = self._problem(message)
                if problem is None:
                    return message
                await send({"type": "websocket.send", "text": _error(problem, speaks_mcp)})

        await self._app(scope, guarded, send)

    def _problem(self, message: Message) -> str | None:
        if message["type"] != "websocket.receive":
            return None
        text = message.get("text")
        if text is None:
            return "expected a text message, got a binary one"
        if len(text.encode("utf-8", "surrogatepass")) > self._max_bytes:
            return f"message over {self._max_bytes} bytes: send a smaller one"
        if not is_clean_json(text):
            return "Invalid JSON"
        if not isinstance(json.loads(text), dict):
            return "expected a JSON object"
        return None


def _error(problem: str, speaks_mcp: bool) -> str:
    if speaks_mcp:
        error = {"code": JSON_RPC_PARSE_ERROR, "message": problem}
        return json.dumps({"jsonrpc": "2.0", "id": None, "error": error})
    return json.dumps({"type": "error", "data": {"message": problem, "code": "INVALID_JSON"}})
