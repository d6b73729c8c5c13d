"""How fast the server answers /step while clients play episodes side by side.

    python -m bench.step_latency --clients 16 --seconds 10

Each client keeps one connection, resets an episode of its own, plays diagnostics to its end and starts over, without
pausing between calls. A plain socket client keeps the measuring cheap beside the measured. Latency is that of the
client: from the first byte sent to the last byte read.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from bench import healthy, running_server, table
from bench.cold_start import is_page
from cloud_incident_env.actions import DIAGNOSTICS

TARGET_P99_MS = 20.0  # of /step, with 16 clients


@dataclass
class Timings:
    """Milliseconds of every call after the warm-up, by path without query."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    counting: bool = False


class Client:
    """One keep-alive connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, timings: Timings) -> None:
        self._reader = reader
        self._writer = writer
        self._timings = timings

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        content = json.dumps(body).encode()
        return await self._ask(path, f"POST {path} HTTP/1.1\r\nContent-Length: {len(content)}\r\n", content)

    async def get(self, path: str) -> dict[str, Any]:
        return await self._ask(path, f"GET {path} HTTP/1.1\r\n")

    async def _ask(self, path: str, head: str, content: bytes = b"") -> dict[str, Any]:
        start = time.perf_counter()
        self._writer.write(f"{head}Host: bench\r\n\r\n".encode() + content)
        status, answer = await self._answer()
        if self._timings.counting:
            self._timings.milliseconds[path.partition("?")[0]].append((time.perf_counter() - start) * 1_000)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}: {answer[:500]!r}")
        result: dict[str, Any] = json.loads(answer)
        return result

    async def _answer(self) -> tuple[int, bytes]:
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        return int(head.split(b" ", 2)[1]), await self._reader.readexactly(length)


async def play(port: int, name: str, task_id: str, timings: Timings, end: float) -> None:
    """Play episode after episode under one name until the clock reads `end`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    client = Client(reader, writer, timings)
    try:
        while time.perf_counter() < end:
            observation = await client.post("/reset", {"task_id": task_id, "episode_id": name})
            services = observation["known_services"]
            tools = [tool for tool in DIAGNOSTICS if tool in observation["available_actions"]]
            for step in range(observation["max_steps"]):
                parameters = {"service": services[step % len(services)]}
                action = {"action_type": tools[step // len(services) % len(tools)], "parameters": parameters}
                await client.post("/step", {**action, "episode_id": name})
    finally:
        writer.close()


async def measure(port: int, clients: int, seconds: float, warm_up: float, task_id: str) -> Timings:
    """Let all clients play at once, and count after the warm-up."""
    timings = Timings()
    begin = time.perf_counter() + warm_up
    players = [play(port, f"bench-{number}", task_id, timings, begin + seconds) for number in range(clients)]

    async def count() -> None:
        await asyncio.sleep(warm_up)
        timings.counting = True
        await asyncio.sleep(seconds)
        timings.counting = False

    await asyncio.gather(count(), *players)
    return timings


def percentile(values: list[float], percent: float) -> float:
    """The smallest value that at least `percent` of all values do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=16, help="clients at once (default 16)")
    parser.add_argument("--seconds", type=float, default=10.0, help="seconds that count (default 10)")
    parser.add_argument("--warm-up", type=float, default=1.0, help="seconds before those (default 1)")
    parser.add_argument("--task", default="remediation_planning", help="task to play (default remediation_planning)")
    parser.add_argument("--rest-only", action="store_true", help="serve neither the page nor the OpenEnv protocol")
    options = parser.parse_args()
    if options.clients < 1 or options.seconds <= 0 or options.warm_up < 0:
        parser.error("--clients must be at least 1, --seconds above 0 and --warm-up not negative")
    with running_server(rest_only=options.rest_only) as server:
        server.seconds_until("/health", healthy, timeout=60)
        if not options.rest_only:
            server.seconds_until("/", is_page, timeout=120)  # loading it would be measured otherwise
        run = measure(server.port, options.clients, options.seconds, options.warm_up, options.task)
        timings = asyncio.run(run)
    rows = [_row(path, values, options.seconds) for path, values in timings.milliseconds.items() if values]
    print(table((f"ms, {options.clients} clients", "p50", "p90", "p99", "max", "requests/s"), rows))
    slow = percentile(timings.milliseconds["/step"], 99)
    print(f"target: /step p99 under {TARGET_P99_MS:g} ms: {'met' if slow < TARGET_P99_MS else 'MISSED'}")


def _row(path: str, values: list[float], seconds: float) -> tuple[str, ...]:
    figures = [percentile(values, 50), percentile(values, 90), percentile(values, 99), max(values)]
    return path, *(f"{figure:.1f}" for figure in figures), f"{len(values) / seconds:,.0f}"


if __name__ == "__main__":
    main()
