"""Requests a second of the environment server and of the bare one, in turns."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench import RunningServer, running_server
from bench.load.bare_server import Sizes, key_of
from bench.load.client import Client, RestClient, WebSocketClient, connect
from bench.load.process import cpu_seconds, run
from bench.load.script import LOOKS, Script, over_rest, over_websocket, short_episodes

WARM_SECONDS = 0.5  # of each turn, before requests count
EPISODE_REQUESTS = LOOKS + 2


class Turn(NamedTuple):
    """One server under one load for a while."""

    rate: float  # requests a second
    server_share: float  # CPU seconds of the server's process a second
    client_share: float  # and of the clients' process


@dataclass
class Comparison:
    """The turns of both servers under one load; a round is a turn of each."""

    ours: list[Turn]
    bare: list[Turn]

    @staticmethod
    def median(turns: list[Turn]) -> Turn:
        """The median of each figure."""
        return Turn(*(statistics.median(values) for values in zip(*turns, strict=True)))

    @property
    def ratio(self) -> float:
        """Of the medians of the rates: ours to bare."""
        return self.median(self.ours).rate / self.median(self.bare).rate

    @property
    def cpu_ratio(self) -> float:
        """Of the requests that a CPU second of the server's process answers: ours to bare."""
        ours, bare = self.median(self.ours), self.median(self.bare)
        return (ours.rate / ours.server_share) / (bare.rate / bare.server_share)

    @property
    def spread(self) -> tuple[float, float]:
        """Least and greatest ratio of a round."""
        ratios = [ours.rate / bare.rate for ours, bare in zip(self.ours, self.bare, strict=True)]
        return min(ratios), max(ratios)


def script_of(interface: str) -> Script:
    """The hand-written episode over "rest" or "websocket"."""
    if interface == "rest":
        return short_episodes(over_rest, named=True)
    return short_episodes(over_websocket, named=False)


def client_of(interface: str, script: Script) -> Client:
    return RestClient(script) if interface == "rest" else WebSocketClient(script)


async def open_clients(port: int, interface: str, connections: int) -> list[Client]:
    return [await connect(port, lambda: client_of(interface, script_of(interface))) for _ in range(connections)]


async def _turn(server: RunningServer, interface: str, connections: int, seconds: float) -> Turn:
    clients = await open_clients(server.port, interface, connections)
    await asyncio.sleep(WARM_SECONDS)
    before = sum(client.answers for client in clients), cpu_seconds(server.process.pid), time.process_time()
    started = time.perf_counter()
    await asyncio.sleep(seconds)
    wall = time.perf_counter() - started
    after = sum(client.answers for client in clients), cpu_seconds(server.process.pid), time.process_time()
    for client in clients:
        client.stop()
    await asyncio.gather(*(client.ended for client in clients))
    return Turn(*((end - begin) / wall for begin, end in zip(before, after, strict=True)))


def compare(
    ours: RunningServer, bare: RunningServer, interface: str, connections: int, rounds: int, seconds: float
) -> Comparison:
    """Load both servers in turns, `rounds` times `seconds` each."""
    turns = Comparison([], [])
    for _ in range(rounds):
        turns.ours.append(run(_turn(ours, interface, connections, seconds)))
        turns.bare.append(run(_turn(bare, interface, connections, seconds)))
    return turns


async def _sizes(port: int, interface: str) -> dict[str, int]:
    """Bytes of the answer to each request of an episode."""
    sizes: dict[str, int] = {}

    def watched() -> Script:
        script = script_of(interface)
        request = next(script)
        for _ in range(EPISODE_REQUESTS):
            body = yield request
            given = json.loads(request.data[request.data.index(b"{") :])
            sizes[key_of(given.get("data", given))] = len(body)
            request = script.send(body)

    client = await connect(port, lambda: client_of(interface, watched()))
    await client.ended
    return sizes


@contextmanager
def running_bare_server(ours: RunningServer) -> Iterator[RunningServer]:
    """Launch a bare server that answers as many bytes as `ours` does."""
    sizes: Sizes = {interface: run(_sizes(ours.port, interface)) for interface in ("rest", "websocket")}
    with TemporaryDirectory() as folder:
        file = Path(folder, "sizes.json")
        file.write_text(json.dumps(sizes), encoding="utf-8")
        with running_server(module=("bench.load.bare_server", str(file))) as server:
            server.seconds_until("/livez", lambda status, _: status == 200, timeout=60)
            yield server
