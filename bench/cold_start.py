"""How long a server takes from launch until it answers, until agents can use it, and until the page is there.

    python -m bench.cold_start --runs 5 [--cold-bytecode]

`/livez` answers as soon as the process listens; `/health` is 200 once `/ws` accepts sessions, which is checked right
after it; the waiting page does not count as the page.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time

from websockets.sync.client import connect

from bench import healthy, running_server, table

Times = dict[str, float]


def is_page(status: int, body: bytes) -> bool:
    """Whether an answer of / is the user interface: Gradio's page carries its configuration."""
    return status == 200 and b"gradio_config" in body


def measure(timeout: float, *, rest_only: bool, bytecode: str | None) -> Times:
    """Launch a server once; seconds until each milestone."""
    with running_server(rest_only=rest_only, bytecode=bytecode) as server:
        times = {"/livez answers": server.seconds_until("/livez", lambda status, _: status == 200, timeout)}
        times["/health is 200"] = server.seconds_until("/health", healthy, timeout)
        if not rest_only:
            with connect(f"ws://127.0.0.1:{server.port}/ws", open_timeout=timeout):
                times["/ws has accepted"] = time.perf_counter() - server.started
            times["the page is there"] = server.seconds_until("/", is_page, timeout)
        return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="launches, one after the other (default 5)")
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds a launch may take (default 120)")
    parser.add_argument("--rest-only", action="store_true", help="serve neither page nor OpenEnv")
    parser.add_argument("--cold-bytecode", action="store_true", help="as on the first launch of an installation")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    results = []
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as empty:
            bytecode = empty if options.cold_bytecode else None
            results.append(measure(options.timeout, rest_only=options.rest_only, bytecode=bytecode))
    rows = [_row(name, [times[name] for times in results]) for name in results[0]]
    print(table((f"seconds, {options.runs} runs", "min", "median", "max"), rows))


def _row(name: str, seconds: list[float]) -> tuple[str, ...]:
    return name, *(f"{value:.2f}" for value in (min(seconds), statistics.median(seconds), max(seconds)))


if __name__ == "__main__":
    main()
