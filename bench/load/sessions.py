"""Many WebSocket sessions at once, each of which sends one message a second."""

from __future__ import annotations

import asyncio
import itertools
import math
import time
from typing import NamedTuple

from bench import RunningServer
from bench.load.client import PacedClient, connect
from bench.load.filling import FIRST_SEED
from bench.load.process import cpu_seconds, resident_kilobytes, run
from bench.load.script import LONG_LOOKS, Script, generated, handwritten, long_episodes, over_websocket
from bench.step_latency import percentile

OPEN_AT_ONCE = 16  # handshakes under way
PERIOD_SECONDS = 1.0  # between two messages of a session
SLICE_SECONDS = 0.01  # a client process looks this often whose turn it is
SETTLE_SECONDS = 3.0  # after the last session has opened, before steps count
DRAIN_SECONDS = 10.0  # in which the last answers must come


class Sessions(NamedTuple):
    """What sessions met. Times are milliseconds."""

    errors: int  # sessions that an error or a closed connection ended, or whose last answer never came
    first_error: str
    late: int  # messages that were not sent, because the answer before had not come within a second
    p50: float  # of a step
    p99: float
    steps: int
    client_lag: float  # 99th percentile of how long the clients' own event loop was busy: its part of a latency
    kilobytes: float  # memory of the server for each session
    server_share: float  # CPU seconds of the server's process a second
    client_share: float


def hold_sessions(server: RunningServer, sessions: int, seconds: float, incidents: str) -> Sessions:
    """Open so many sessions, let each play "handwritten" or "generated" incidents, and close them."""
    return run(_hold(server, sessions, seconds, incidents))


async def _hold(server: RunningServer, sessions: int, seconds: float, incidents: str) -> Sessions:
    pid = server.process.pid
    memory = resident_kilobytes(pid)
    clients = await _open(server.port, sessions, incidents)
    lags: list[float] = []
    pace = asyncio.create_task(_pace(clients, lags))
    await asyncio.sleep(PERIOD_SECONDS + SETTLE_SECONDS)
    lags.clear()
    for client in clients:
        client.latencies.clear()
        client.late = 0
    started, cpu = time.perf_counter(), (cpu_seconds(pid), time.process_time())
    await asyncio.sleep(seconds)
    wall = time.perf_counter() - started
    shares = [(end - begin) / wall for begin, end in zip(cpu, (cpu_seconds(pid), time.process_time()), strict=True)]
    kilobytes = (resident_kilobytes(pid) - memory) / sessions
    pace.cancel()
    problems = await _close(clients)
    times = [1_000 * latency for client in clients for latency in client.latencies] or [math.inf]
    return Sessions(
        errors=len(problems),
        first_error=problems[0] if problems else "",
        late=sum(client.late for client in clients),
        p50=percentile(times, 50),
        p99=percentile(times, 99),
        steps=len(times),
        client_lag=1_000 * percentile(lags, 99),
        kilobytes=kilobytes,
        server_share=shares[0],
        client_share=shares[1],
    )


async def _open(port: int, sessions: int, incidents: str) -> list[PacedClient]:
    """Open sessions, a few at a time, each of which waits with its first message."""
    seeds, few = itertools.count(FIRST_SEED), asyncio.Semaphore(OPEN_AT_ONCE)

    def script(number: int) -> Script:
        options = handwritten() if incidents == "handwritten" else generated(seeds, "hard")
        return long_episodes(over_websocket, options, first_look=number % LONG_LOOKS)

    async def opened(number: int) -> PacedClient:
        async with few:
            client = await connect(port, lambda: PacedClient(script(number)))
            assert isinstance(client, PacedClient)
            while not (client.shaken or client.ended.done()):
                await asyncio.sleep(SLICE_SECONDS)
            return client

    return await asyncio.gather(*(opened(number) for number in range(sessions)))


async def _pace(clients: list[PacedClient], lags: list[float]) -> None:
    """Let every client send once a period, all at different times; append the seconds that each sleep was too long."""
    begin, told = time.perf_counter(), 0
    while True:
        due = int((time.perf_counter() - begin) / PERIOD_SECONDS * len(clients))
        while told < due:
            clients[told % len(clients)].tick()
            told += 1
        awake = time.perf_counter() + SLICE_SECONDS
        await asyncio.sleep(SLICE_SECONDS)
        lags.append(time.perf_counter() - awake)


async def _close(clients: list[PacedClient]) -> list[str]:
    """Let every client end once its last answer has come. Returns what went wrong, one text a session."""
    for client in clients:
        client.leave()
    done, missing = await asyncio.wait([client.ended for client in clients], timeout=DRAIN_SECONDS)
    problems = [str(error) for future in done if (error := future.exception()) is not None]
    return [*problems, *(["no answer in time"] * len(missing))]
