"""Ports for servers that a test starts as processes of their own."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack, suppress

# Below those that systems give to outgoing connections (Linux: 32768 to 60999, IANA: from 49152 on): one of these
# could be taken by a connection between the moment it is found free and that at which the server listens on it.
_FIRST, _LAST = 12_000, 32_000
_ANY = random.SystemRandom()  # tests that run side by side draw different ones


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at the moment, all different."""
    found: list[int] = []
    with ExitStack() as stack:
        while len(found) < count:
            port, probe = _ANY.randint(_FIRST, _LAST), stack.enter_context(socket.socket())
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                found.append(port)
    return found


def free_port() -> int:
    """One such port."""
    return free_ports(1)[0]
