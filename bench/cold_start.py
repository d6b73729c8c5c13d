"""How long a server takes from launch to its first good /health, and to the real page at /.

    python -m bench.cold_start --runs 5

The waiting page that is served while the user interface loads does not count as the page.
"""

from __future__ import annotations

import argparse
import statistics

from bench import healthy, running_server, table

TARGET_SECONDS = 3.0  # until /health is good


def is_page(status: int, body: bytes) -> bool:
    """Whether an answer of / is the user interface: Gradio's page carries its configuration."""
    return status == 200 and b"gradio_config" in body


def measure(timeout: float, *, ui: bool) -> tuple[float, float | None]:
    """Launch a server once: seconds until /health is good, and until the page is there (None without a page)."""
    with running_server(rest_only=not ui) as server:
        health = server.seconds_until("/health", healthy, timeout)
        return health, server.seconds_until("/", is_page, timeout) if ui else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="launches, one after the other (default 5)")
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds a launch may take (default 120)")
    parser.add_argument(
        "--rest-only", action="store_true", help="serve neither page nor OpenEnv, and measure /health alone"
    )
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    results = [measure(options.timeout, ui=not options.rest_only) for _ in range(options.runs)]
    pages = [page for _, page in results if page is not None]
    rows = [_row("/health is good", [health for health, _ in results])]
    if pages:
        rows.append(_row("the page at / is there", pages))
    print(table((f"seconds, {options.runs} runs", "min", "median", "max"), rows))
    slowest = max(health for health, _ in results)
    print(f"target: /health under {TARGET_SECONDS:g} s: {'met' if slowest < TARGET_SECONDS else 'MISSED'}")


def _row(name: str, seconds: list[float]) -> tuple[str, ...]:
    return name, *(f"{value:.2f}" for value in (min(seconds), statistics.median(seconds), max(seconds)))


if __name__ == "__main__":
    main()
