"""Reads the body of a request, at most so many bytes within so many seconds, and gives it to the app behind."""

from __future__ import annotations

import asyncio
import math
import sys

from starlette.types import Message, Receive, Scope


class TooLargeError(Exception):
    """The body passes the limit."""


class TooSlowError(Exception):
    """The body was not whole in time."""


class HungUpError(Exception):
    """The client went away before the body was whole."""


async def read_body(scope: Scope, receive: Receive, max_bytes: int, seconds: float) -> bytes:
    """The whole body. Raises TooLargeError as soon as the length is announced or reached, TooSlowError, HungUpError."""
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if announced.isdigit() and int(announced) > max_bytes:
        raise TooLargeError
    task = asyncio.current_task()
    assert task is not None
    late = False

    def cancel() -> None:
        nonlocal late
        late = True
        task.cancel()

    # A timer of our own: those of asyncio and anyio cost as much as the whole answer to a step.
    timer = asyncio.get_running_loop().call_later(seconds, cancel)
    try:
        return await read_messages(receive, max_bytes)
    except asyncio.CancelledError:
        if not late:
            raise
        if sys.version_info >= (3, 11):
            task.uncancel()
        raise TooSlowError from None
    finally:
        timer.cancel()


async def read_messages(receive: Receive, max_bytes: float = math.inf) -> bytes:
    """The whole body, however long it takes. Raises TooLargeError, HungUpError."""
    parts = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HungUpError
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            raise TooLargeError
        more = message.get("more_body", False)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` for the app behind, whose first message is a whole body that was read already."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return first.pop() if first else await receive()

    return replayed
