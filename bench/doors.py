"""How fast and how small the server's interfaces are, beside what must be reached.

    python -m bench.doors
    python -m bench.doors --parts rest websocket --rounds 3 --seconds 1
    python -m bench.doors --markdown

Clients run in a process of their own beside the server's. Rates are ratios: of the requests a second of this server to
those of a bare Starlette server, which parses the JSON and answers as many bytes, with the same uvicorn settings, in
turns within one run. docs/performance.md says what each part measures.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from bench import RunningServer, healthy, running_server, table
from bench.cold_start import is_page
from bench.load.memory import fill_with_long_texts
from bench.load.process import allow_open_files
from bench.load.sessions import hold_sessions
from bench.load.tail import CLIENTS, fill_up, tail_of
from bench.load.throughput import Comparison, compare, running_bare_server
from server.settings import Settings

RATE_TARGETS = {
    "rest": {1: 0.6, 8: 0.6},
    "websocket": {1: 0.7, 16: 0.6, 128: 0.6},
}  # interface -> connections -> least ratio of our requests a second to the bare server's
TAIL_TARGET = 3.0  # times p50
SESSION_P99_TARGET = 250.0  # milliseconds
SESSION_KILOBYTES_TARGET = 60.0
MEMORY_TARGET = 900.0  # megabytes
SPARE_FILES = 500  # beside sessions: listening sockets, logs, modules
PARTS = ("rest", "websocket", "tail", "sessions", "memory")
HEAD = ("measured", "this server", "beside it", "result", "must reach", "")


class Figure(NamedTuple):
    """A row of the table."""

    what: str
    ours: str
    beside: str
    result: str
    target: str = ""
    verdict: str = ""


def main() -> None:
    options = _options()
    allow_open_files(options.sessions + SPARE_FILES)
    figures = [figure for part in options.parts for figure in measure(part, options)]
    print(markdown(HEAD, figures) if options.markdown else table(HEAD, [tuple(figure) for figure in figures]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="what to measure (default all)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each server under a load (default 5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="seconds of a turn that count (default 2)")
    parser.add_argument("--kept", type=int, default=10_000, help="episodes kept by the server of tail (default 10000)")
    parser.add_argument("--sessions", type=int, default=4_096, help="WebSocket sessions at once (default 4096)")
    parser.add_argument("--ended", type=int, default=10_000, help="ended episodes of memory (default 10000)")
    parser.add_argument("--living", type=int, default=4_000, help="living episodes of memory (default 4000)")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    options = parser.parse_args()
    counts = (options.rounds, options.kept, options.sessions, options.ended, options.living)
    if min(counts) < 1 or options.seconds <= 0:
        parser.error("every count must be at least 1, and --seconds above 0")
    return options


def measure(part: str, options: argparse.Namespace) -> list[Figure]:
    """Measure one part, on a server of its own."""
    if part in RATE_TARGETS:
        with _server() as ours, running_bare_server(ours) as bare:
            return [
                _rate(part, connections, compare(ours, bare, part, connections, options.rounds, options.seconds))
                for connections in RATE_TARGETS[part]
            ]
    if part == "tail":
        return _tail(options.kept, options.rounds * options.seconds)
    if part == "sessions":
        seconds = 2 * options.rounds * options.seconds
        return [
            *_sessions(options.sessions, seconds, "handwritten", judged=True),
            *_sessions(options.sessions, seconds, "generated", judged=False),
        ]
    return _memory(options.ended, options.living)


@contextmanager
def _server(**settings: object) -> Iterator[RunningServer]:
    """This server with these settings, once all of its interfaces are loaded."""
    unknown = settings.keys() - Settings.model_fields.keys()
    assert not unknown, unknown
    variables = {f"INCIDENT_{name.upper()}": str(value) for name, value in settings.items()}
    with running_server(variables=variables) as server:
        server.seconds_until("/health", healthy, timeout=60)
        server.seconds_until("/", is_page, timeout=120)  # loading it would be measured otherwise
        yield server


def _rate(interface: str, connections: int, turns: Comparison) -> Figure:
    target = RATE_TARGETS[interface][connections]
    low, high = turns.spread
    return Figure(
        f"{interface}, {connections} connection{'s' if connections > 1 else ''}: requests/s of episodes, CPU of server "
        "and client",
        _speed(turns.median(turns.ours)),
        _speed(turns.median(turns.bare)),
        f"{turns.ratio:.2f} of bare ({low:.2f} to {high:.2f}), by CPU {turns.cpu_ratio:.2f}",
        f"{target:g}",
        _verdict(turns.ratio >= target),
    )


def _speed(turn: tuple[float, float, float]) -> str:
    rate, server, client = turn
    return f"{rate:,.0f} ({server:.0%}, {client:.0%})"


def _tail(kept: int, seconds: float) -> list[Figure]:
    with _server() as ours, running_bare_server(ours) as bare:
        fill_up(ours, kept)
        full, plain = tail_of(ours, seconds), tail_of(bare, seconds)
    return [
        Figure(
            f"rest, {CLIENTS} connections, {kept:,} episodes kept: ms of a step, p50, p99, longest",
            f"{full.p50:.2f}, {full.p99:.2f}, {full.longest:.1f}",
            f"{plain.p50:.2f}, {plain.p99:.2f}, {plain.longest:.1f}",
            f"p99 {full.ratio:.1f} times p50 (bare {plain.ratio:.1f})",
            f"{TAIL_TARGET:g}",
            _verdict(full.ratio <= TAIL_TARGET),
        )
    ]


def _sessions(sessions: int, seconds: float, incidents: str, *, judged: bool) -> list[Figure]:
    with _server(max_sessions=max(sessions, 5_000)) as server:
        seen = hold_sessions(server, sessions, seconds, incidents)
    what = f"websocket, {sessions:,} sessions, a message a second each, {incidents} incidents"
    shares = f"CPU {seen.server_share:.0%}, {seen.client_share:.0%}; client's lag {seen.client_lag:.0f} ms"
    rows = [
        Figure(f"{what}: errors", f"{seen.errors}", f"late {seen.late}", seen.first_error[:60] or "none"),
        Figure(f"{what}: ms of a step", f"p50 {seen.p50:.1f}", shares, f"p99 {seen.p99:.1f}"),
        Figure(f"{what}: KB a session", f"{seen.kilobytes:.0f}", "", f"{seen.kilobytes:.0f}"),
    ]
    if not judged:
        return rows
    targets = (
        ("0", seen.errors == 0),
        (f"{SESSION_P99_TARGET:g}", seen.p99 < SESSION_P99_TARGET),
        (f"{SESSION_KILOBYTES_TARGET:g}", seen.kilobytes < SESSION_KILOBYTES_TARGET),
    )
    return [row._replace(target=t, verdict=_verdict(good)) for row, (t, good) in zip(rows, targets, strict=True)]


def _memory(ended: int, living: int) -> list[Figure]:
    with _server(max_episodes=ended + living) as server:
        seen = fill_with_long_texts(server, ended, living)
    return [
        Figure(
            f"MB resident with {ended:,} ended and {living:,} living episodes of maximal texts",
            f"{seen.after:.0f}",
            f"{seen.before:.0f} before",
            f"{seen.after:.0f}, {seen.lost} living ones lost",
            f"{MEMORY_TARGET:g}",
            _verdict(seen.after < MEMORY_TARGET and seen.lost == 0),
        )
    ]


def _verdict(good: bool) -> str:
    return "met" if good else "MISSED"


def markdown(head: tuple[str, ...], figures: list[Figure]) -> str:
    """The table as Markdown."""
    lines = [head, ("---",) * len(head), *figures]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
