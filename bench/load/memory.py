"""Memory of a server that keeps many episodes whose texts are as long as may be."""

from __future__ import annotations

from typing import NamedTuple

import httpx

from bench import RunningServer
from bench.load.filling import FIRST_SEED, fill
from bench.load.process import resident_kilobytes, run

MEGABYTE = 1_024  # kilobytes


class Memory(NamedTuple):
    """Megabytes (of 1,048,576 bytes) that are resident, and episodes that were lost."""

    before: float
    after: float
    lost: int  # living episodes that the server no longer knows


def fill_with_long_texts(server: RunningServer, ended: int, living: int) -> Memory:
    """Play expert incidents with texts as long as may be: `living` ones that do not end, then `ended` ones."""
    pid = server.process.pid
    before = resident_kilobytes(pid) / MEGABYTE
    alive = range(FIRST_SEED, FIRST_SEED + living)
    names = run(fill(server.port, alive, "expert", ended=False, maximal=True))
    run(fill(server.port, range(alive.stop, alive.stop + ended), "expert", ended=True, maximal=True))
    after = resident_kilobytes(pid) / MEGABYTE
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}") as client:
        lost = sum(client.get("/state", params={"episode_id": name}).status_code != 200 for name in names)
    return Memory(before, after, lost)
