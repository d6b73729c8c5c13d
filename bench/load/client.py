"""Clients that cost little: one connection each, requests made beforehand, callbacks in place of coroutines."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import cast

from bench.load.script import Request, Script

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10  # opcodes of RFC 6455
_NO_MASK = bytes(4)  # a mask of zeros leaves the payload as it is


class BadAnswerError(RuntimeError):
    """The server answered an error, or closed the connection."""


class Client(asyncio.Protocol):
    """Sends a script's requests, one at a time, and keeps the seconds that each step took.

    `ended` becomes the number of answers once the script has ended or `stop` was called, or an exception.
    """

    def __init__(self, script: Script) -> None:
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.answers = 0
        self.latencies: list[float] = []  # of steps, in seconds
        self._script = script
        self._stopping = False
        self._buffer = b""
        self._request = Request(b"", False)
        self._sent_at = 0.0

    def stop(self) -> None:
        """Send nothing after the answer to the request under way."""
        self._stopping = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name
        self._opened()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(BadAnswerError(f"the connection ended after {self.answers} answers: {error}"))

    def _opened(self) -> None:
        self._send(next(self._script))

    def _send(self, request: Request) -> None:
        self._request = request
        self._sent_at = time.perf_counter()
        self._write(request.data)

    def _write(self, data: bytes) -> None:
        self._transport.write(data)

    def _answered(self, body: bytes) -> None:
        if self._request.is_step:
            self.latencies.append(time.perf_counter() - self._sent_at)
        self.answers += 1
        try:
            request = self._script.send(body)
        except StopIteration:
            self._stopping = True
        if self._stopping:
            self._end()
        else:
            self._next(request)

    def _next(self, request: Request) -> None:
        self._send(request)

    def _end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(self.answers)
        self._transport.close()

    def _fail(self, answer: bytes) -> None:
        if not self.ended.done():
            self.ended.set_exception(BadAnswerError(f"{self._request.data[:300]!r} was answered {answer[:300]!r}"))
        self._transport.close()


class RestClient(Client):
    """One keep-alive connection of HTTP/1.1."""

    def data_received(self, data: bytes) -> None:
        self._buffer = buffer = self._buffer + data if self._buffer else data
        head = buffer.find(_HEAD_END)
        if head < 0:
            return
        found = _LENGTH.search(buffer, 0, head)
        if found is None or not buffer.startswith(b"HTTP/1.1 200"):
            self._fail(buffer)
            return
        start = head + len(_HEAD_END)
        if len(buffer) >= start + int(found[1]):
            self._buffer = b""
            self._answered(buffer[start:])


class WebSocketClient(Client):
    """One WebSocket of OpenEnv's protocol, without extensions. `shaken` says that the server has accepted it."""

    shaken = False

    def _opened(self) -> None:
        self._transport.write(
            b"GET /ws HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: YmVuY2gtYmVuY2gtYmVuYw==\r\n\r\n"
        )

    def _write(self, data: bytes) -> None:
        self._transport.write(frame(_TEXT, data))

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self.shaken:
            self._shake()
        while self.shaken and self._take_frame():
            pass

    def _shake(self) -> None:
        end = self._buffer.find(_HEAD_END)
        if end < 0:
            return
        if not self._buffer.startswith(b"HTTP/1.1 101"):
            self._fail(self._buffer)
            return
        self._buffer = self._buffer[end + len(_HEAD_END) :]
        self.shaken = True
        self._next(next(self._script))

    def _take_frame(self) -> bool:
        """Take one whole frame off the buffer; the server sends each message in one."""
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        length, start = buffer[1], 2
        if length >= 126:
            start = 4 if length == 126 else 10
            if len(buffer) < start:
                return False
            length = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + length:
            return False
        payload, self._buffer = buffer[start : start + length], buffer[start + length :]
        opcode = buffer[0] & 15
        if opcode == _PING:
            self._transport.write(frame(_PONG, payload))
        elif opcode != _TEXT or b'"observation"' not in payload[:32]:
            self._fail(payload)
        else:
            self._answered(payload)
        return True


class PacedClient(WebSocketClient):
    """A WebSocket client that sends only when told to."""

    _waiting: Request | None = None
    late = 0  # times that it was told to send while the answer before was missing

    def _next(self, request: Request) -> None:
        self._waiting = request

    def tick(self) -> None:
        """Send the next request, unless the answer to the one before has not come."""
        if self.ended.done():
            return
        if self._waiting is None:
            self.late += 1
        else:
            request, self._waiting = self._waiting, None
            self._send(request)

    def leave(self) -> None:
        """End once no answer is missing."""
        self.stop()
        if self._waiting is not None:
            self._end()


def frame(opcode: int, payload: bytes) -> bytes:
    """A whole frame of a client, as RFC 6455 wants it: masked, with zeros."""
    length = len(payload)
    if length < 126:
        head = bytes((128 | opcode, 128 | length))
    elif length < 65_536:
        head = bytes((128 | opcode, 254)) + length.to_bytes(2, "big")
    else:
        head = bytes((128 | opcode, 255)) + length.to_bytes(8, "big")
    return head + _NO_MASK + payload


async def connect(port: int, client: Callable[[], Client]) -> Client:
    """Open a client's connection to a port of this machine; it sends its first request by itself."""
    _, protocol = await asyncio.get_running_loop().create_connection(client, "127.0.0.1", port)
    return protocol
