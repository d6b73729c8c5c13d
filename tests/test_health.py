"""/health is 200 as soon as REST and /ws answer, /livez at once; /readyz names the open doors and waits for OpenEnv."""

from __future__ import annotations

import logging
import sys
import threading
import time

import httpx
import pytest
import websockets.sync.client

import server.loading
from tests.http_server import serve_with

READY = {"status": "ok", "version": "0.1.0"}


def test_rest_and_ws_are_open_while_openenv_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    may_load = threading.Event()
    load = server.loading._import_openenv

    def wait_and_load(*arguments: object) -> object:
        may_load.wait(30)
        return load(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(server.loading, "_import_openenv", wait_and_load)
    with serve_with(openenv=True) as url, httpx.Client(base_url=url, timeout=20) as client:
        assert client.get("/health").json() == READY
        assert client.get("/livez").json() == {"status": "ok"}
        readiness = client.get("/readyz")
        doors = {"rest": "open", "ws": "open", "openenv": "starting", "page": "off"}
        assert (readiness.status_code, readiness.json()) == (503, {"status": "starting", "doors": doors})
        assert client.post("/reset").status_code == 200
        with websockets.sync.client.connect(url.replace("http", "ws") + "/ws", open_timeout=2) as socket:
            socket.send('{"type": "reset"}')
            assert '"observation"' in str(socket.recv(timeout=5))
        may_load.set()
        until = time.monotonic() + 60
        while client.get("/readyz").status_code == 503:
            assert time.monotonic() < until
            time.sleep(0.02)
        assert client.get("/readyz").json()["doors"] == {**doors, "openenv": "open"}


@pytest.mark.parametrize(("ui", "page"), [(False, "off"), (True, "failed")])
def test_openenv_that_cannot_be_loaded_is_told(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], ui: bool, page: str
) -> None:
    monkeypatch.setitem(sys.modules, "server.openenv_routes", None)  # importing it raises ImportError
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "filters", [])  # which leave out what was logged just now
    with serve_with(openenv=True, ui=ui) as url, httpx.Client(base_url=url, timeout=20) as client:
        assert client.get("/schema").status_code == 503  # waits until loading has failed
        assert client.get("/health").json() == READY
        readiness = client.get("/readyz")
        doors = {"rest": "open", "ws": "open", "openenv": "failed", "page": page}
        assert (readiness.status_code, readiness.json()) == (503, {"status": "failed", "doors": doors})
        assert client.get("/livez").status_code == 200
        assert client.post("/reset").status_code == 200
    assert "could not be loaded" in capfd.readouterr().err


def test_without_openenv_the_server_is_ready_at_once(client: httpx.Client) -> None:
    assert (client.get("/health").status_code, client.get("/health").json()) == (200, READY)
    assert client.get("/readyz").json() == {
        "status": "ok",
        "doors": {"rest": "open", "ws": "off", "openenv": "off", "page": "off"},
    }


@pytest.mark.parametrize("path", ["/health", "/livez", "/readyz"])
def test_head_answers_as_get_without_the_body(client: httpx.Client, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize("path", ["/health", "/livez", "/readyz"])
def test_other_methods_are_refused(client: httpx.Client, path: str) -> None:
    answer = client.post(path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
