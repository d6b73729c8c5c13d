"""The outermost middleware: ids of requests, failures of the app, lines in the log."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from cloud_incident_env.episodes import Census
from server.graceful_stop import Stop
from server.logs import JsonFormatter
from server.metrics import Metrics
from server.watch import Watch
from tests.test_metrics import samples

EMPTY = Census(0, 0, 0, 0, 0, 0)
SECRET = "a detail of the program"


async def fine(request: Request) -> PlainTextResponse:
    request.state.episode_id = "the-episode"
    return PlainTextResponse(request.state.request_id)


async def broken(request: Request) -> PlainTextResponse:
    raise KeyError(SECRET)


async def gone(request: Request) -> PlainTextResponse:
    raise ClientDisconnect


async def torn(request: Request) -> StreamingResponse:
    async def body() -> AsyncIterator[bytes]:
        yield b"first"
        raise KeyError(SECRET)

    return StreamingResponse(body())


async def broken_socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive_text()
    raise KeyError(SECRET)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(lambda: EMPTY)


@pytest.fixture
def client(metrics: Metrics) -> TestClient:
    routes = [Route(f"/{answer.__name__}", answer) for answer in (fine, broken, gone, torn)]
    inner = Starlette(routes=[*routes, WebSocketRoute("/ws", broken_socket)])
    app = Watch(inner.router, metrics=metrics, stop=Stop(), log_requests=True)
    return TestClient(app, raise_server_exceptions=True)


@pytest.mark.parametrize("given", ["a", "Trace_1.2-3", "x" * 64])
def test_a_usable_id_of_the_client_is_kept(client: TestClient, given: str) -> None:
    answer = client.get("/fine", headers={"X-Request-Id": given})
    assert (answer.headers["x-request-id"], answer.text) == (given, given)


@pytest.mark.parametrize("given", ["", "x" * 65, "two words", "a\tb", "<script>", "ü"])
def test_any_other_id_is_replaced(client: TestClient, given: str) -> None:
    answer = client.get("/fine", headers={b"X-Request-Id": given.encode()})
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]+", answer.headers["x-request-id"])


def test_ids_that_are_made_differ(client: TestClient) -> None:
    assert len({client.get("/fine").text for _ in range(20)}) == 20


def test_a_failure_is_a_500_with_the_id_and_one_traceback(
    client: TestClient, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/broken", headers={"X-Request-Id": "failed"})
    assert answer.status_code == 500
    assert answer.json() == {"detail": "internal error, request id failed"}
    assert answer.headers["x-request-id"] == "failed"
    (record,) = [record for record in caplog.records if record.exc_info]
    assert record.getMessage() == "internal error, request id failed"
    assert samples(metrics.text().decode())[("incident_request_errors_total", "page", "5xx")] == 1


def test_an_answer_that_fails_half_way_ends_there(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.get("/torn")
    assert (answer.status_code, answer.content) == (200, b"first")
    assert len([record for record in caplog.records if record.exc_info]) == 1


def test_a_client_that_left_is_no_error(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(AssertionError):  # the test's client wants an answer; nobody else does
        client.get("/gone")
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


def test_a_failed_websocket_is_closed_with_1011(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with client.websocket_connect("/ws", headers={"X-Request-Id": "failed"}) as socket:
        socket.send_text("x")
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert (closed.value.code, closed.value.reason) == (1011, "internal error, failed")
    assert len([record for record in caplog.records if record.exc_info]) == 1


def test_a_request_is_a_line_with_the_episode(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "cloud_incident_env.requests"):
        client.get("/fine?secret=1", headers={"X-Request-Id": "traced"})
    line = json.loads(JsonFormatter().format(caplog.records[-1]))
    assert line.pop("milliseconds") >= 0
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "cloud_incident_env.requests",
        "message": "GET /fine 200",
        "request_id": "traced",
        "method": "GET",
        "path": "/fine",
        "status": 200,
        "episode_id": "the-episode",
    }
