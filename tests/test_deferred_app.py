"""The page and the OpenEnv protocol come late, or not at all, and REST never waits for them."""

from __future__ import annotations

import sys

import httpx
import pytest
import websockets.sync.client
from websockets.exceptions import InvalidStatus

from tests.http_server import serve_with


def test_faces_that_cannot_be_loaded_are_said_to_be_missing_and_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "server.page.page", None)  # importing it raises ImportError
    with serve_with(ui=True, openenv=False) as url, httpx.Client(base_url=url, timeout=20) as client:
        assert client.get("/schema").status_code == 503
        assert client.get("/").status_code == 503
        with pytest.raises(InvalidStatus), websockets.sync.client.connect(url.replace("http", "ws") + "/ws"):
            pass
        assert client.post("/reset").status_code == 200
    assert "could not be loaded" in capfd.readouterr().err


def test_without_a_page_there_is_no_waiting_page() -> None:
    with serve_with(ui=False, openenv=True) as url:
        assert httpx.get(url, timeout=60).status_code == 404


@pytest.mark.parametrize(
    "media_type", ["application/json", "Application/JSON; charset=utf-8", "application/vnd.x+json"]
)
def test_json_is_checked_whatever_its_media_type_is_called(openenv_url: str, media_type: str) -> None:
    body = b'{"action": {"action_type": NaN}}'
    answer = httpx.post(f"{openenv_url}/openenv/step", content=body, headers={"content-type": media_type}, timeout=20)
    assert answer.status_code == 422
