"""Limits of a connection, below the app: how many there may be, and how long a client may take to send and to read.

uvicorn has none of them: a request whose head never ends keeps its connection for ever, and where no file descriptor is
left it writes a traceback for each connection that it cannot accept. `limited_protocols` makes subclasses of the
protocols that uvicorn would choose itself.
"""

from __future__ import annotations

import asyncio
import logging
import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.websockets.auto import AutoWebSocketsProtocol

logger = logging.getLogger("uvicorn.error")

HEAD_BYTES = 16_384  # of an incomplete head; httptools itself would keep any number
PIPELINED = 32  # requests sent ahead of their answers; each costs the server a hundred times the bytes of its head
NEVER = math.inf


def _answer(status: str, more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n{more}\r\n".encode()


_FULL = _answer("503 Service Unavailable", "Retry-After: 60\r\n")
_TOO_SLOW = _answer("408 Request Timeout")
_TOO_LARGE = _answer("431 Request Header Fields Too Large")


class WireLimits(NamedTuple):
    """The limits of every connection. Times are in seconds, more than 0."""

    connections: int  # open at once
    head_seconds: float  # from the first byte, or from the connection, to the end of a request's head
    body_seconds: float  # from the end of the head to the end of the body
    unread_seconds: float = 60.0  # for which a client may leave answers of more than some 64 KiB unread
    closing_seconds: float = 10.0  # for which a closed connection may go on with sending what is unread


class _Connection(asyncio.Protocol):
    """What HTTP connections and WebSockets have in common: a place among the open ones, and a time to read answers."""

    places: OpenConnections
    transport: asyncio.Transport
    address = ""
    waiting = False  # for a request, or for the rest of its head
    deadline = NEVER
    unread_deadline = NEVER
    closing = False

    def connection_lost(self, exc: Exception | None) -> None:
        self.places.leave(self)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        self.unread_deadline = self.places.now() + self.places.limits.unread_seconds
        super().pause_writing()

    def resume_writing(self) -> None:
        self.unread_deadline = NEVER
        super().resume_writing()

    def check(self, now: float) -> None:
        """Close or drop the connection where one of its times is over."""
        if self.transport.is_closing():
            if not self.closing:
                self.closing, self.deadline = True, now + self.places.limits.closing_seconds
            elif now >= self.deadline:
                self.transport.abort()
        elif now >= self.unread_deadline:
            self.transport.abort()
        elif now >= self.deadline:
            self.expire()

    def expire(self) -> None:
        """Close the connection: what it waits for has not come in time."""
        self.transport.close()


class _HttpConnection(_Connection):
    """A mixin before one of uvicorn's HTTP protocols, which has `cycle`: the latest request and its answer."""

    cycle: Any
    refused = False
    upgraded = False
    head_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.address = _address(transport)
        if not self.places.enter(self):
            self.refused = True
            self.transport.write(_FULL)
            self.transport.close()
            return
        self._wait(self.places.limits.head_seconds)
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.refused:
            super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.refused:
            return
        super().data_received(data)
        if self.upgraded:
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self._work()
            return
        self.head_bytes += len(data)
        if self.deadline == NEVER:
            self.deadline = self.places.now() + self.places.limits.head_seconds
        if self.head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()  # type: ignore[misc]
        if self.cycle.response_complete:
            self._wait(NEVER)  # uvicorn's own timer ends an idle connection
        else:
            self._work()

    def handle_websocket_upgrade(self, *event: Any) -> None:
        self.upgraded = True
        self.places.leave(self)
        super().handle_websocket_upgrade(*event)  # type: ignore[misc]

    def expire(self) -> None:
        if self.waiting and self.head_bytes:
            self.transport.write(_TOO_SLOW)
        self.transport.close()

    def _wait(self, seconds: float) -> None:
        self.head_bytes = 0
        self.deadline = self.places.now() + seconds
        self.places.set_waiting(self, True)

    def _work(self) -> None:
        """A request is being answered; where its body is incomplete, that has to come in time."""
        if self.waiting:
            self.places.set_waiting(self, False)
            self.deadline = NEVER
        if not self.cycle.more_body:
            self.deadline = NEVER
        elif self.deadline == NEVER:
            self.deadline = self.places.now() + self.places.limits.body_seconds


class _HttptoolsConnection(_HttpConnection):
    """Bounds what a client sends ahead; h11 stops reading by itself."""

    pipeline: Any

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= PIPELINED:
            raise ValueError(f"over {PIPELINED} requests sent ahead of their answers")  # the parser makes it a 400
        super().on_message_begin()  # type: ignore[misc]


class _WebSocketConnection(_Connection):
    """A mixin before one of uvicorn's WebSocket protocols. It takes the place that its HTTP connection has left."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.address = _address(transport)
        self.places.take(self)
        super().connection_made(transport)


@dataclass
class _Held:
    """The connections of one address: how many, and those that wait for a request, the longest first."""

    count: int = 0
    waiting: dict[_Connection, None] = field(default_factory=dict)


class OpenConnections:
    """The open connections of a server, and a timer that looks at each of them about once a second.

    When all places are taken, the connection of the address with the most that has waited longest for a request gives
    way to a new one; where that address has none that waits, the new one is refused.
    """

    def __init__(self, limits: WireLimits) -> None:
        self.limits = limits
        self._open: dict[_Connection, None] = {}
        self._addresses: dict[str, _Held] = {}
        self._interval = min(1.0, limits.head_seconds / 4, limits.unread_seconds / 4, limits.closing_seconds / 4)
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._open)

    def now(self) -> float:
        """The loop's clock, in seconds."""
        return asyncio.get_running_loop().time()

    def enter(self, connection: _Connection) -> bool:
        """Take a place for a new connection, if need be that of another; False if none is to be had."""
        if len(self._open) >= self.limits.connections and not self._make_room():
            logger.warning("all %d connections are in use: a new one was refused", self.limits.connections)
            return False
        self.take(connection)
        return True

    def take(self, connection: _Connection) -> None:
        """Count a connection, whether there is a place or not."""
        self._open[connection] = None
        self._addresses.setdefault(connection.address, _Held()).count += 1
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._interval, self._check)

    def leave(self, connection: _Connection) -> None:
        """Give the place back; nothing happens if that was done before."""
        if connection not in self._open:
            return
        del self._open[connection]
        held = self._addresses[connection.address]
        held.waiting.pop(connection, None)
        held.count -= 1
        if held.count == 0:
            del self._addresses[connection.address]

    def set_waiting(self, connection: _Connection, waiting: bool) -> None:
        """Say whether a connection waits for a request, from now on."""
        connection.waiting = waiting
        if connection not in self._open:
            return
        held = self._addresses[connection.address].waiting
        held.pop(connection, None)
        if waiting:
            held[connection] = None

    def _make_room(self) -> bool:
        most = max(self._addresses.values(), key=lambda held: held.count)
        longest = next(iter(most.waiting), None)
        if longest is None:
            return False
        self.leave(longest)
        longest.transport.abort()
        return True

    def _check(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for connection in list(self._open):
            connection.check(now)
        self._timer = loop.call_later(self._interval, self._check) if self._open else None


def limited_protocols(limits: WireLimits) -> tuple[type[asyncio.Protocol], type[asyncio.Protocol] | None]:
    """The classes for uvicorn's options `http` and `ws`, which share one count of connections.

    The second is None where no library for WebSockets is installed.
    """
    places = {"places": OpenConnections(limits)}
    mixin = _HttptoolsConnection if hasattr(AutoHTTPProtocol, "on_message_begin") else _HttpConnection
    http = type("LimitedHttp", (mixin, AutoHTTPProtocol), places)
    if not isinstance(AutoWebSocketsProtocol, type):
        return http, None
    return http, type("LimitedWebSocket", (_WebSocketConnection, AutoWebSocketsProtocol), places)


def _address(transport: asyncio.BaseTransport) -> str:
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if isinstance(peer, tuple) else ""
