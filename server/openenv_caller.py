"""What OpenEnv's own server does not pass on: who calls, and which step a call of a tool is to be.

Its sessions and tools are deep inside it, where the request is out of reach.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import NamedTuple


class Caller(NamedTuple):
    """The client of a request or a WebSocket."""

    address: str = ""
    has_socket: bool = False


_NOBODY = Caller()
caller: ContextVar[Caller] = ContextVar("caller", default=_NOBODY)  # of the request that is being answered
expected_step: ContextVar[int | None] = ContextVar("expected_step", default=None)  # of the call that is being answered
