"""How many connections the limit of open files allows."""

from __future__ import annotations

import sys
from typing import NamedTuple

SPARE = 64  # descriptors for all else: the event loop, logs, files of the page, libraries
BACKLOG = 1_024  # connections that may wait at a port to be accepted, where there are descriptors for them


class Room(NamedTuple):
    """How many connections may be open at once, and how many more may wait at each port to be accepted."""

    connections: int
    backlog: int


def room_for(connections: int, ports: int) -> Room:
    """Make room for up to so many connections, at least 1. Raises the process's soft limit of open files where needed.

    asyncio accepts all connections that wait before any can be refused, so that a descriptor is kept free for each.
    """
    if sys.platform == "win32":
        return Room(connections, BACKLOG)
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    backlog = BACKLOG if hard == unlimited else min(BACKLOG, max(16, hard // 4))
    wanted = connections + ports * backlog + SPARE
    reachable = wanted if hard == unlimited else min(wanted, hard)
    if soft != unlimited and soft < reachable:
        soft = reachable
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == unlimited:
        return Room(connections, backlog)
    return Room(max(1, min(connections, soft - ports * backlog - SPARE)), backlog)
