"""Who calls OpenEnv's own server: its sessions are made deep inside it, where the request is out of reach."""

from __future__ import annotations

from contextvars import ContextVar
from typing import NamedTuple


class Caller(NamedTuple):
    """The client of a request or a WebSocket."""

    address: str = ""
    has_socket: bool = False


_NOBODY = Caller()
caller: ContextVar[Caller] = ContextVar("caller", default=_NOBODY)  # of the request that is being answered
