"""Limits of a connection: slow heads and bodies, unread answers, and more connections than there may be.

Each on both HTTP parsers, over real sockets, with times of a fraction of a second.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from websockets.sync.client import connect

import server.wire_limits
from server.wire_limits import HEAD_BYTES, PIPELINED, OpenConnections, WireLimits, limited_protocols
from tests.free_ports import free_port
from tests.markdown import ROOT
from tests.test_serve import health

ENDED = threading.Event()  # an answer to /large
WAIT_SECONDS = 10.0  # for what comes at once on a machine that has nothing else to do
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers what it was sent, and to /large more than any buffer holds; echoes one WebSocket message."""
    if scope["type"] == "lifespan":
        return
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})
        return
    body = await Request(scope, receive).body()
    answer = StreamingResponse(large()) if scope["path"] == "/large" else PlainTextResponse(body or b"ok")
    await answer(scope, receive, send)


async def large() -> AsyncIterator[bytes]:
    """More than any buffer holds."""
    try:
        for _ in range(1_000):
            yield b"x" * 65_536
    finally:
        ENDED.set()


@pytest.fixture(params=[HttpToolsProtocol, H11Protocol], ids=["httptools", "h11"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.wire_limits, "AutoHTTPProtocol", request.param)


@contextmanager
def limited(**changes: Any) -> Iterator[int]:
    """The port of a server of `app` with these limits; it must stop without an error in the log."""
    limits = WireLimits(**{"connections": 100, "head_seconds": 60.0, "body_seconds": 60.0, **changes})
    http, websocket = limited_protocols(limits)
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(app, http=http, ws=websocket or "none", log_level="error", timeout_graceful_shutdown=5)
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            running.should_exit = True
            thread.join(WAIT_SECONDS)
            assert not thread.is_alive()


def opened(port: int, sent: bytes = b"") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)
    client.sendall(sent)
    return client


def rest_of(client: socket.socket) -> bytes:
    """All that comes until the server closes the connection, which it has to do within WAIT_SECONDS."""
    received = b""
    try:
        while chunk := client.recv(65_536):
            received += chunk
    except ConnectionResetError:
        pass
    return received


def answered(client: socket.socket) -> bytes:
    """The status line of an answer whose body is `ok`."""
    received = b""
    while not received.endswith(b"ok"):
        chunk = client.recv(65_536)
        assert chunk, received
        received += chunk
    return received.partition(b"\r\n")[0]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("sent", "answer"),
    [(b"", b""), (b"GET / HTTP/1.1\r\nHost: x\r\nX-Lo", b"HTTP/1.1 408 "), (b"\r\n", b"HTTP/1.1 40")],
    ids=["nothing", "half a head", "an empty line"],
)
def test_a_head_that_does_not_come_in_time_ends_the_connection(sent: bytes, answer: bytes) -> None:
    with limited(head_seconds=0.2) as port, opened(port, sent) as client:
        assert rest_of(client).startswith(answer)


@pytest.mark.usefixtures("parser")
def test_a_head_that_trickles_ends_at_the_same_time() -> None:
    with limited(head_seconds=0.5) as port, opened(port, b"GET / HTTP/1.1\r\n") as client:
        client.settimeout(0.05)
        received = b""
        for _ in range(int(WAIT_SECONDS / 0.05)):
            try:
                client.sendall(b"X-A: b\r\n")
                received += client.recv(1_000)
            except TimeoutError:
                continue
            except OSError:
                break
            if received:
                break
        assert received.startswith(b"HTTP/1.1 408 ")


@pytest.mark.usefixtures("parser")
def test_the_second_head_of_a_connection_must_come_in_time_too() -> None:
    with limited(head_seconds=0.3) as port, opened(port, GET) as client:
        assert answered(client) == b"HTTP/1.1 200 OK"
        client.sendall(GET[:20])
        assert rest_of(client).startswith(b"HTTP/1.1 408 ")


@pytest.mark.usefixtures("parser")
def test_an_idle_connection_and_a_long_answer_are_not_ended_by_the_time_for_heads() -> None:
    with limited(head_seconds=0.1) as port, opened(port, GET) as client:
        answered(client)
        with opened(port) as later:  # ends after the first would have been ended
            rest_of(later)
        client.sendall(GET)
        assert answered(client) == b"HTTP/1.1 200 OK"


@pytest.mark.usefixtures("parser")
def test_a_body_that_does_not_come_in_time_ends_the_connection() -> None:
    half = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"
    with limited(body_seconds=0.2, head_seconds=1.0) as port, opened(port, half) as client:
        assert rest_of(client) == b""


@pytest.mark.usefixtures("parser")
def test_a_head_without_end_is_refused() -> None:
    with limited() as port, opened(port, b"GET / HTTP/1.1\r\nX-Long: ") as client:
        client.sendall(b"x" * (HEAD_BYTES + 1))
        assert rest_of(client).startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))  # httptools, h11


def test_requests_sent_far_ahead_of_their_answers_are_refused() -> None:
    with limited() as port, opened(port, GET * 10_000) as client:
        received = rest_of(client)
    assert received.count(b"HTTP/1.1 200 ") <= PIPELINED + 1


@pytest.mark.usefixtures("parser")
def test_some_requests_sent_ahead_are_answered() -> None:
    with limited() as port, opened(port, GET * 20) as client:
        received = b""
        while received.count(b"HTTP/1.1 200 OK") < 20:
            chunk = client.recv(65_536)
            assert chunk, received
            received += chunk


@pytest.mark.usefixtures("parser")
def test_a_client_that_reads_nothing_is_dropped() -> None:
    ENDED.clear()
    with limited(unread_seconds=0.3) as port, opened(port) as client:
        client.sendall(GET.replace(b"/ ", b"/large ", 1))
        assert ENDED.wait(WAIT_SECONDS)


@pytest.mark.usefixtures("parser")
def test_a_full_server_closes_the_connection_that_has_waited_longest() -> None:
    with limited(connections=3) as port, ExitStack() as stack:
        first, second, third = (stack.enter_context(opened(port, GET)) for _ in range(3))
        for client in (second, third, first):
            answered(client)
            client.sendall(GET)
            answered(client)
        newcomer = stack.enter_context(opened(port, GET))
        assert answered(newcomer) == b"HTTP/1.1 200 OK"
        assert rest_of(second) == b""
        for client in (first, third):
            client.sendall(GET)
            assert answered(client) == b"HTTP/1.1 200 OK"


@pytest.mark.usefixtures("parser")
def test_a_server_full_of_websockets_refuses_a_newcomer_and_keeps_them() -> None:
    with limited(connections=2) as port, ExitStack() as stack:
        sockets = [stack.enter_context(connect(f"ws://127.0.0.1:{port}/")) for _ in range(2)]
        with opened(port) as newcomer:
            assert rest_of(newcomer).startswith(b"HTTP/1.1 503 ")
        for number, client in enumerate(sockets):
            client.send(str(number))
            assert client.recv(timeout=WAIT_SECONDS) == str(number)
        sockets[0].close()
        while not answer_of(port).startswith(b"HTTP/1.1 200 "):  # until the server has seen the close
            pass


def answer_of(port: int) -> bytes:
    with opened(port, GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")) as client:
        return rest_of(client)


class Opened:
    """A connection as `OpenConnections` sees one."""

    def __init__(self, address: str) -> None:
        self.address, self.waiting, self.dropped = address, False, False
        self.transport = self

    def abort(self) -> None:
        self.dropped = True


def test_the_address_with_the_most_connections_gives_way() -> None:
    async def play() -> list[bool]:
        places = OpenConnections(WireLimits(connections=5, head_seconds=60, body_seconds=60))
        opened: list[Any] = [Opened(address) for address in ("few", "many", "many", "few", "many")]
        for connection in opened:
            assert places.enter(connection)
            places.set_waiting(connection, True)
        places.set_waiting(opened[1], False)  # answers a request
        newcomer: Any = Opened("new")
        assert places.enter(newcomer)
        assert len(places) == 5
        return [connection.dropped for connection in opened]

    assert asyncio.run(play()) == [False, False, True, False, False]


def test_a_closed_connection_whose_answers_stay_unread_is_dropped() -> None:
    """An answer too short to count as unread waits in the server's memory, however long, after the close."""

    class Closing(Opened):
        def is_closing(self) -> bool:
            return True

    connection: Any = server.wire_limits._Connection()
    connection.places = OpenConnections(WireLimits(connections=1, head_seconds=60, body_seconds=60, closing_seconds=10))
    connection.transport = transport = Closing("x")
    dropped = []
    for now in (100.0, 109.9, 110.0):
        connection.check(now)
        dropped.append(transport.dropped)
    assert dropped == [False, False, True]


def test_with_few_open_files_silent_clients_neither_keep_others_out_nor_fill_the_log() -> None:
    """The command itself at 256 descriptors, where asyncio alone would write a traceback for each connection."""
    port = free_port()
    variables = {name: value for name, value in os.environ.items() if not name.startswith("INCIDENT_")}
    process = subprocess.Popen(
        ["sh", "-c", 'ulimit -n 256 && exec "$@"', "sh", sys.executable, "-m", "server.app", "--port", str(port)],
        cwd=ROOT,
        env={**variables, "INCIDENT_UI": "false", "INCIDENT_OPENENV": "false", "INCIDENT_HOST": "127.0.0.1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert health(port) == 200
        with ExitStack() as stack:
            for _ in range(600):
                stack.enter_context(opened(port))
            assert health(port) == 200
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=WAIT_SECONDS)
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in output
    assert len(output.splitlines()) < 40
