"""The command that serves: its ports, and what it says when one cannot be had."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import ClientConnection, connect

from server.open_files import room_for
from server.serve import FRAME_BYTES, server_config
from tests.free_ports import free_port, free_ports
from tests.http_server import settings

ROOT = Path(__file__).parents[1]
START_SECONDS = 40.0


@contextmanager
def started(*arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """The server as a process of its own, without the page and the OpenEnv protocol."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INCIDENT_") and name != "PORT"}
    environ = {**kept, "INCIDENT_UI": "false", "INCIDENT_OPENENV": "false", "INCIDENT_HOST": "127.0.0.1", **variables}
    process = subprocess.Popen(
        [sys.executable, "-m", "server.app", *arguments],
        cwd=ROOT,
        env=environ,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def health(port: int) -> int:
    """The status of /health, asked again until the server answers."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


@pytest.mark.parametrize("name", ["INCIDENT_PORT", "PORT"])
def test_the_port_comes_from_a_variable(name: str) -> None:
    port = free_port()
    with started(**{name: str(port)}):
        assert health(port) == 200


def test_one_process_listens_on_two_ports_and_stops_cleanly() -> None:
    first, second = free_ports(2)
    with started("--port", str(first), "--also-port", str(second)) as process:
        assert [health(first), health(second)] == [200, 200]
        named = httpx.post(f"http://127.0.0.1:{first}/reset", json={"episode_id": "shared"}, timeout=20)
        assert named.status_code == 200
        state = httpx.get(f"http://127.0.0.1:{second}/state?episode_id=shared", timeout=20)
        assert state.json()["episode_id"] == "shared"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0


@pytest.mark.parametrize(
    ("limits", "ports", "raised", "room"),
    [
        ((1_024, 1_024), 1, None, (704, 256)),
        ((1_024, 1_024), 2, None, (448, 256)),
        ((256, 256), 1, None, (128, 64)),
        ((1_024, 1_048_576), 1, 11_088, (10_000, 1_024)),
        ((1_024, 4_096), 1, 4_096, (3_008, 1_024)),
        ((65_536, 65_536), 1, None, (10_000, 1_024)),
        ((1_024, resource.RLIM_INFINITY), 1, 11_088, (10_000, 1_024)),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), 1, None, (10_000, 1_024)),
        ((64, 64), 2, None, (1, 16)),
    ],
)
def test_the_limit_of_open_files_bounds_the_connections(
    monkeypatch: pytest.MonkeyPatch,
    limits: tuple[int, int],
    ports: int,
    raised: int | None,
    room: tuple[int, int],
) -> None:
    new: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda kind: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda kind, both: new.append(both))
    assert room_for(10_000, ports) == room
    assert new == ([] if raised is None else [(raised, limits[1])])


def test_the_settings_reach_uvicorn() -> None:
    chosen = settings(keep_alive_seconds=7.5, ping_timeout_seconds=8.0, max_body_bytes=2_000, trusted_proxies="*")
    config = server_config(FastAPI(), chosen)
    assert (config.timeout_keep_alive, config.ws_ping_timeout, config.ws_max_size) == (8, 8.0, 2_000 + FRAME_BYTES)
    assert (config.proxy_headers, config.forwarded_allow_ips) == (True, "*")
    assert server_config(FastAPI(), settings()).proxy_headers is False


@pytest.mark.parametrize("host", ["", " "])
def test_a_blank_host_is_refused_in_a_line(host: str) -> None:
    with started(f"--host={host}") as process:
        output, _ = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 2
    assert f"expected a name or an address, got {host!r}" in output


def test_answers_do_not_wait_for_the_delay_of_nagles_algorithm() -> None:
    port = free_port()
    with started("--port", str(port)):
        health(port)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            client.post("/reset")
            took = []
            for _ in range(30):
                begun = time.perf_counter()
                client.post("/reset", json={"task_id": "root_cause_analysis"})
                took.append(time.perf_counter() - begun)
    assert sorted(took)[15] < 0.035  # with the delay every answer after the first takes 40 ms or more


def test_a_port_in_use_is_told_in_a_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with started("--port", str(port)) as process:
            output, _ = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 2
    assert f"port {port}: Address already in use" in output
    assert "Traceback" not in output


@pytest.mark.parametrize("option", ["--port", "--also-port"])
@pytest.mark.parametrize("text", ["0", "99999", "-1", "http"])
def test_a_port_that_cannot_be_is_refused_in_a_line(option: str, text: str) -> None:
    with started(f"{option}={text}") as process:
        output, _ = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 2
    assert f"expected a port, 1 to 65535, got {text!r}" in output


@pytest.mark.parametrize("by_uvicorn", [True, False])
def test_every_path_works_behind_a_prefix_that_the_proxy_takes_off_or_leaves_on(by_uvicorn: bool) -> None:
    port = free_port()
    if by_uvicorn:
        command = [sys.executable, "-m", "uvicorn", "server.app:app", "--port", str(port), "--root-path", "/incident"]
        environ = {**os.environ, "INCIDENT_UI": "0", "INCIDENT_OPENENV": "1"}
        process = subprocess.Popen(command, cwd=ROOT, env=environ)
    with ExitStack() as stack:
        if by_uvicorn:
            stack.callback(process.wait)
            stack.callback(process.kill)
        else:
            variables = {"INCIDENT_ROOT_PATH": "/incident", "INCIDENT_OPENENV": "true"}
            stack.enter_context(started("--port", str(port), **variables))
        assert health(port) == 200
        form = {"content-type": "application/x-www-form-urlencoded"}
        for prefix in ("", "/incident"):
            url = f"http://127.0.0.1:{port}{prefix}"
            answer = httpx.post(f"{url}/reset", content=b'{"seed": 3}', headers=form, timeout=20)
            assert (answer.status_code, answer.json()["scenario_id"][:4]) == (200, "INC-"), prefix
            for path in ("/health", "/state", "/metadata", "/openenv/health", "/metrics"):
                assert httpx.get(url + path, timeout=60).status_code == 200, prefix + path
            with connect(f"{url.replace('http', 'ws', 1)}/ws") as socket:
                socket.send('{"type": "reset"}')
                assert json.loads(socket.recv(timeout=20))["type"] == "observation", prefix


def send_without_end(socket: ClientConnection) -> None:
    """Send a message in fragments, a hundred times as long as any that is taken."""
    socket.send("x" * 10_000 for _ in range(700))
    socket.recv(timeout=10)


def test_a_websocket_takes_no_message_much_over_the_limit_and_unpacks_none() -> None:
    port = free_port()
    with started("--port", str(port), INCIDENT_OPENENV="true"):
        while health(port) != 200:
            time.sleep(0.05)
        with connect(f"ws://127.0.0.1:{port}/ws") as socket:
            assert "Sec-WebSocket-Extensions" not in socket.response.headers
            socket.send(json.dumps({"type": "reset", "data": {"task_id": "x" * 65_600}}))
            assert "over 65536 bytes" in socket.recv()  # a little too long: an error, and the session lives on
            socket.send(json.dumps({"type": "reset", "data": {}}))
            assert json.loads(socket.recv())["type"] == "observation"
            with pytest.raises(ConnectionClosedError) as closed:
                send_without_end(socket)
            # The close frame is lost where the client still sends when the server has closed.
            assert closed.value.rcvd is None or closed.value.rcvd.code == 1009
