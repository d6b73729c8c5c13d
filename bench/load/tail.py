"""How even the latency of REST steps is while a server keeps many episodes."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from bench import RunningServer
from bench.load.filling import FIRST_SEED, fill
from bench.load.process import run
from bench.load.throughput import WARM_SECONDS, open_clients
from bench.step_latency import percentile

CLIENTS = 8


class Tail(NamedTuple):
    """Latencies of steps, in milliseconds."""

    p50: float
    p99: float
    longest: float
    steps: int

    @property
    def ratio(self) -> float:
        return self.p99 / self.p50


def fill_up(server: RunningServer, kept: int) -> None:
    """Let a server keep so many generated episodes, half of them ended."""
    half = kept // 2
    run(fill(server.port, range(FIRST_SEED, FIRST_SEED + half), "hard", ended=True, maximal=False))
    run(fill(server.port, range(FIRST_SEED + half, FIRST_SEED + kept), "hard", ended=False, maximal=False))


def tail_of(server: RunningServer, seconds: float) -> Tail:
    """Latency of the steps of clients that play hand-written episodes at full speed."""
    return run(_tail_of(server, seconds))


async def _tail_of(server: RunningServer, seconds: float) -> Tail:
    clients = await open_clients(server.port, "rest", CLIENTS)
    await asyncio.sleep(WARM_SECONDS)
    for client in clients:
        client.latencies.clear()
    await asyncio.sleep(seconds)
    for client in clients:
        client.stop()
    await asyncio.gather(*(client.ended for client in clients))
    times = [1_000 * latency for client in clients for latency in client.latencies]
    return Tail(percentile(times, 50), percentile(times, 99), max(times), len(times))
