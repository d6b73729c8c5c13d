"""A process that is told to stop ends within seconds, answers what is in flight, and writes no traceback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from server import graceful_stop
from tests.free_ports import free_port
from tests.markdown import ROOT
from tests.test_serve import START_SECONDS

STOP_SECONDS = 6.0  # what is promised
COMMANDS = {
    "the command": ("server.app",),
    "plain uvicorn": ("uvicorn", "server.app:app", "--host", "127.0.0.1"),
}
# An app of its own whose answer takes a second, or never ends, behind the middleware and the lifespan of the server.
SLOW_APP = """
import asyncio
from server.app import create_app

app = create_app()

@app.get("/slow")
async def slow():
    await asyncio.sleep(1)
    return "done"

@app.get("/never")
async def never():
    await asyncio.sleep(3600)

app.router.routes.sort(key=lambda route: getattr(route, "path", "") not in ("/slow", "/never"))
"""


@contextmanager
def started(*command: str, cwd: Path = ROOT, **variables: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INCIDENT_") and name != "PORT"}
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--port", str(port)],
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT), "INCIDENT_HOST": "127.0.0.1", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def wait_for_doors(url: str, *doors: str) -> None:
    """Ask until the server says that these doors are open."""
    until = time.monotonic() + 3 * START_SECONDS
    while time.monotonic() < until:
        try:
            states = httpx.get(f"{url}/readyz", timeout=5).json()["doors"]
        except httpx.TransportError:
            states = {}
        if all(states.get(door) == "open" for door in doors):
            return
        time.sleep(0.05)
    pytest.fail(f"not open in time: {doors}")


def stop(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> tuple[float, str]:
    """How many seconds the stop took, and what the process wrote."""
    begun = time.monotonic()
    process.send_signal(number)
    output, _ = process.communicate(timeout=60)
    assert process.returncode in (0, -number), output  # uvicorn ends by the signal that it got
    return time.monotonic() - begun, output


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_an_open_page_and_an_open_websocket_hold_no_stop_up(command: tuple[str, ...]) -> None:
    with started(*command) as (process, url):
        wait_for_doors(url, "rest", "openenv", "page")
        socket = connect(f"{url.replace('http', 'ws')}/ws", legacy=True)
        socket.send('{"type": "reset", "data": {}}')
        assert "observation" in socket.recv(timeout=20)
        with httpx.stream("GET", f"{url}/gradio_api/heartbeat/page", timeout=30) as heartbeat:
            beats = heartbeat.iter_text()
            assert "ALIVE" in next(beats)
            took, output = stop(process)
            assert "".join(beats) == ""  # ends, and is complete
        with pytest.raises(ConnectionClosedError) as closed:
            socket.recv(timeout=20)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    assert took < graceful_stop.STOP_SECONDS  # at once: it did not wait for the stream and then cut it
    assert "Traceback" not in output
    assert "ERROR" not in output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_in_flight_is_answered(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "slow_app.py").write_text(SLOW_APP)
    variables = {"INCIDENT_UI": "false", "INCIDENT_OPENENV": "false", "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
    with started("uvicorn", "slow_app:app", cwd=tmp_path, **variables) as (process, url):
        wait_for_doors(url, "rest")
        with in_flight(url, "/slow") as slow:
            took, output = stop(process, number)
            answer = slow.recv(10_000)
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(b'"done"')
    assert took < STOP_SECONDS
    assert "Traceback" not in output


def test_a_request_that_never_ends_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "slow_app.py").write_text(SLOW_APP)
    variables = {"INCIDENT_UI": "false", "INCIDENT_OPENENV": "false", "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
    with started("uvicorn", "slow_app:app", cwd=tmp_path, **variables) as (process, url):
        wait_for_doors(url, "rest")
        with in_flight(url, "/never") as never:
            took, output = stop(process)
            answer = never.recv(10_000)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"the server stops" in answer
    assert took < STOP_SECONDS + 4  # a second of margin is the server's own; the rest is for a busy machine
    assert "Traceback" not in output


@contextmanager
def in_flight(url: str, path: str) -> Iterator[socket.socket]:
    """A connection whose request the server has begun to answer."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        httpx.get(f"{url}/livez", timeout=20)  # came later and is answered: so the other is with the app
        yield client
