"""The open WebSockets: how many there may be, and which is closed for another."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable

from starlette.types import Send

from cloud_incident_env.places import Places

TRY_AGAIN_LATER = 1013  # close code of a WebSocket that gives way
_GIVES_WAY = {"type": "websocket.close", "code": TRY_AGAIN_LATER, "reason": "idle on a full server"}


class TooManySocketsError(Exception):
    """Every place for a WebSocket is taken by one in use."""

    def __init__(self, capacity: int) -> None:
        super().__init__(f"all {capacity} WebSocket sessions are in use: try again in a minute")
        self.capacity = capacity


class Sockets:
    """The open WebSockets of all doors together, at most `capacity`. They live in one event loop.

    Where all places are taken, a newcomer has the socket closed that gives way as `Places` says.
    """

    def __init__(self, capacity: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = capacity
        self._places = Places(clock)
        self._send: dict[str, Send] = {}
        self._closing: set[asyncio.Future[None]] = set()

    def __len__(self) -> int:
        return len(self._places)

    def open(self, address: str, send: Send) -> str:
        """Take a place for a socket from an address; returns its key. It is closed by `send` when it must give way.

        Raises TooManySocketsError if there is no room.
        """
        if len(self._places) >= self._capacity:
            first = self._places.giving_way(address)
            if first is None:
                raise TooManySocketsError(self._capacity)
            closing = asyncio.ensure_future(self._send[first](_GIVES_WAY))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
            self.leave(first)
        key = uuid.uuid4().hex
        self._places.take(key, address)
        self._send[key] = send
        return key

    def use(self, key: str) -> None:
        """Note that a message came over a socket."""
        self._places.use(key)

    def leave(self, key: str) -> None:
        """Free the place of a socket; nothing happens if it has none any more."""
        self._places.leave(key)
        self._send.pop(key, None)
