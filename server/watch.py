"""The outermost middleware: each request's id, its time, its line in the log, and an answer where the app failed."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import sys
from collections.abc import Awaitable
from contextlib import suppress
from itertools import count
from time import perf_counter

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud_incident_env.manifest import ENV_NAME

from . import logs
from .graceful_stop import Stop
from .health import HEALTH_PATHS
from .metrics import METRICS_PATH, Metrics
from .rest import EPISODE_PATHS
from .served_path import served_path

logger = logging.getLogger("uvicorn.error")

REQUEST_ID = b"x-request-id"
_USABLE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_DOORS = {
    **dict.fromkeys((*EPISODE_PATHS, "/docs", "/redoc", "/openapi.json"), "rest"),
    **dict.fromkeys((*HEALTH_PATHS, METRICS_PATH), "health"),
    **dict.fromkeys(("/mcp", "/schema", "/metadata", "/list_environments"), "openenv"),
    "/ws": "ws",
}
_DOORS_BELOW = {"/openenv/": "openenv", f"/{ENV_NAME}/": "openenv", "/agent/mcp": "mcp"}


def door_of(path: str) -> str:
    """The door, one of `metrics.DOORS`, that serves a path."""
    known = _DOORS.get(path)
    if known is not None:
        return known
    return next((door for below, door in _DOORS_BELOW.items() if path.startswith(below)), "page")


class _Exchange:
    """One request and what was answered; called in place of `send`."""

    __slots__ = ("_send", "_stop", "complete", "endless", "request_id", "started", "status", "stopped", "task")

    def __init__(self, send: Send, stop: Stop, request_id: bytes) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._send = send
        self._stop = stop
        self.task: asyncio.Task[object] = task
        self.request_id = request_id
        self.status = 0
        self.started = self.complete = self.endless = self.stopped = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            headers = [*message.get("headers", ()), (REQUEST_ID, self.request_id)]
            # A new dict, because the app may send the same one again.
            await self._send({**message, "headers": headers})
            if any(name == b"content-type" and value.startswith(b"text/event-stream") for name, value in headers):
                self._stop.note_endless(self)
            return
        if not message.get("more_body", False):
            self.complete = True
        await self._send(message)

    async def fail(self, status: int, detail: str) -> None:
        """Answer with an error, or leave the answer that has begun incomplete."""
        if not self.started:
            body = json.dumps({"detail": detail}).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await self({"type": "http.response.start", "status": status, "headers": headers})
            await self({"type": "http.response.body", "body": body})

    async def finish(self) -> None:
        """Complete an answer that was cut short by the stop of the server."""
        await self.fail(503, "the server stops: send the request again")
        if not self.complete:
            await self({"type": "http.response.body", "body": b"", "more_body": False})


class _Talk:
    """One WebSocket: measures from each message to the answer."""

    __slots__ = ("_came", "_door", "_metrics", "_receive", "_send", "accepted", "endless", "stopped", "task")

    def __init__(self, receive: Receive, send: Send, metrics: Metrics, door: str) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._receive, self._send, self._metrics, self._door = receive, send, metrics, door
        self.task: asyncio.Task[object] = task
        self._came = 0.0
        self.accepted = self.endless = self.stopped = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._came = perf_counter()
        return message

    def send(self, message: Message) -> Awaitable[None]:  # no coroutine: one fewer to run for each message
        if message["type"] == "websocket.send" and self._came:
            self._metrics.observe(self._door, perf_counter() - self._came)
            self._came = 0.0
        elif message["type"] == "websocket.accept":
            self.accepted = True
        return self._send(message)


class Watch:
    """ASGI middleware for the outermost place.

    A request gets the id of its header `X-Request-Id`, if that is 1 to 64 letters, digits, dots, dashes or underscores,
    and else a new one. It is in `scope["state"]["request_id"]` and in the answer. An exception of the app becomes a 500
    that names the id, with one traceback in the log. Time and errors go to `metrics`. With `log_requests`, each request
    is a line in the log, with the episode that the app has put into `scope["state"]["episode_id"]`.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, stop: Stop, log_requests: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._stop = stop
        self._log_requests = log_requests
        self._prefix = secrets.token_hex(4)
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._watch_request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._watch_socket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _watch_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = perf_counter()
        exchange = _Exchange(send, self._stop, self._identify(scope))
        self._stop.running.add(exchange)
        try:
            await self._app(scope, receive, exchange)
        except asyncio.CancelledError:
            if not exchange.stopped:
                raise
            _uncancel(exchange.task)
            await exchange.finish()
        except ClientDisconnect:
            pass
        except Exception:
            request_id = exchange.request_id.decode()
            logger.exception("internal error, request id %s", request_id, extra={"request_id": request_id})
            await exchange.fail(500, f"internal error, request id {request_id}")
        finally:
            self._stop.running.discard(exchange)
        self._count(scope, exchange, perf_counter() - begun)

    def _count(self, scope: Scope, exchange: _Exchange, seconds: float) -> None:
        door = door_of(served_path(scope))
        if not exchange.endless:
            self._metrics.observe(door, seconds)
        if exchange.status >= 400:
            self._metrics.failed(door, exchange.status)
        if self._log_requests:
            _log(scope, scope["method"], exchange.status, seconds)

    async def _watch_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = perf_counter()
        request_id = self._identify(scope).decode()
        door = door_of(served_path(scope))
        talk = _Talk(receive, send, self._metrics, door)
        self._stop.running.add(talk)
        try:
            await self._app(scope, talk.receive, talk.send)
        except asyncio.CancelledError:
            if not talk.stopped:
                raise
            _uncancel(talk.task)
        except Exception:
            logger.exception("internal error, request id %s", request_id, extra={"request_id": request_id})
            self._metrics.failed(door, 500)
            with suppress(Exception):  # it may be closed already, which is as good
                await send({"type": "websocket.close", "code": 1011, "reason": f"internal error, {request_id}"})
        finally:
            self._stop.running.discard(talk)
        if self._log_requests:
            _log(scope, "WEBSOCKET", 101 if talk.accepted else 403, perf_counter() - begun)

    def _identify(self, scope: Scope) -> bytes:
        given = next((value for name, value in scope["headers"] if name == REQUEST_ID), b"")
        request_id = given if _USABLE_ID.fullmatch(given) else b"%s-%x" % (self._prefix.encode(), next(self._numbers))
        scope.setdefault("state", {})["request_id"] = request_id.decode()
        return request_id


def _log(scope: Scope, method: str, status: int, seconds: float) -> None:
    state = scope["state"]
    fields = {
        "request_id": state["request_id"],
        "method": method,
        "path": scope["path"],
        "status": status,
        "milliseconds": round(seconds * 1_000, 3),
    }
    episode_id = state.get("episode_id")
    if episode_id is not None:
        fields["episode_id"] = episode_id
    logs.requests.info("%s %s %d", method, scope["path"], status, extra=fields)


def _uncancel(task: asyncio.Task[object]) -> None:
    """Take back the request to cancel, so that the answer can still be sent."""
    if sys.version_info >= (3, 11):
        task.uncancel()
