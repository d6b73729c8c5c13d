"""One attack on a running server, with a witness beside it, watched from start to recovery."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.hostile.child import Child, child
from tests.hostile.mcp_messages import INITIALIZE, MCP_HEADERS
from tests.hostile.promise import MORE_DESCRIPTORS, MOST_REFUSED_SECONDS
from tests.hostile.server_process import HOST, Figures, ServerProcess
from tests.hostile.verdict import Observed

LOOK_SECONDS = 0.050  # between two looks at what the server uses
RECOVERY_SECONDS = 5.0  # beside the minute for which one client may keep places
NICE = 10  # an attacker has a machine of its own in life; here it gives way to the server and the witness


def quiet_times(server: ServerProcess, seconds: float) -> dict[str, list[float]]:
    """What a witness measures when there is nobody else: name -> seconds. Raises AssertionError on a wrong answer."""
    with child("witness", str(server.port)) as witness:
        witness.wait_until_ready()
        witness.wait_until_done(seconds)
        report = witness.finish()
    assert not report["problem_count"], report["problems"]
    times: dict[str, list[float]] = report["seconds"]
    return times


def attacked(
    server: ServerProcess, attack: str, pieces: int, least_seconds: float, most_seconds: float, seed: int = 0
) -> Observed:
    """Run an attack and watch it.

    It lasts until it is done, but at least and at most so long; an attack without an end lasts `most_seconds`. The
    witness goes on until the server has recovered, which may take a minute.
    """
    before, files, log_start = server.figures(), server.files(), server.log_bytes()
    arguments = (attack, str(server.port), str(pieces), str(seed))
    with (
        child("witness", str(server.port)) as witness,
        child("attack_process", *arguments, nice=NICE) as attacker,
    ):
        attacker.wait_until_ready()
        witness.wait_until_ready()
        attacker.go()
        most = _watch(server, attacker, least_seconds, most_seconds)
        attack_report = attacker.finish()
        still_closed = _wait_for_recovery(server, before)
        witness_report = witness.finish()
    after = server.figures()
    written = {path: size for path, size in server.files().items() if files.get(path) != size}
    log, log_bytes = server.log(log_start), server.log_bytes() - log_start
    most = highest(most, after)
    return Observed(
        before, after, most, witness_report, attack_report, written, log, log_bytes, still_closed=still_closed
    )


def highest(one: Figures, other: Figures) -> Figures:
    """The higher of each figure."""
    return Figures(*(max(pair) for pair in zip(one, other, strict=True)))


def _watch(server: ServerProcess, attacker: Child, least_seconds: float, most_seconds: float) -> Figures:
    begun = time.monotonic()
    most, done, took = server.figures(), False, 0.0
    while took < least_seconds or (not done and took < most_seconds):
        time.sleep(LOOK_SECONDS)  # the figures are samples; nothing waits for them
        done = attacker.wait_until_done(0)
        most = highest(most, server.figures())
        took = time.monotonic() - begun
    return most


def _wait_for_recovery(server: ServerProcess, before: Figures) -> list[str]:
    """Wait until every door is open to a newcomer and the descriptors are back; what is not after a minute."""
    until = time.monotonic() + MOST_REFUSED_SECONDS + RECOVERY_SECONDS
    while True:
        closed = [name for name, is_open in DOORS.items() if not is_open(server)]
        if server.figures().descriptors > before.descriptors + MORE_DESCRIPTORS:
            closed.append(f"{server.figures().descriptors} descriptors, {before.descriptors} before")
        if not closed or time.monotonic() > until:
            return closed
        time.sleep(0.2)


def _rest_opens(server: ServerProcess) -> bool:
    return _status(server, "POST", "/reset", {}) == 200


def _page_opens(server: ServerProcess) -> bool:
    return _status(server, "GET", "/", None) == 200


def _mcp_opens(server: ServerProcess) -> bool:
    return _status(server, "POST", "/agent/mcp", INITIALIZE) == 200


def _status(server: ServerProcess, method: str, path: str, body: Any) -> int | None:
    try:
        return httpx.request(method, server.url + path, json=body, headers=MCP_HEADERS, timeout=10).status_code
    except httpx.TransportError:
        return None


def _session_opens(path: str) -> Callable[[ServerProcess], bool]:
    def opens(server: ServerProcess) -> bool:
        try:
            with connect(f"ws://{HOST}:{server.port}{path}", open_timeout=10) as socket:
                socket.send(json.dumps({"type": "reset", "data": {}}))
                opened: bool = json.loads(socket.recv(timeout=10))["type"] == "observation"
                return opened
        except (OSError, WebSocketException):
            return False

    return opens


DOORS: dict[str, Callable[[ServerProcess], bool]] = {
    "REST": _rest_opens,
    "/ws": _session_opens("/ws"),
    "/openenv/ws": _session_opens("/openenv/ws"),
    "/agent/mcp": _mcp_opens,
    "the page": _page_opens,
}
