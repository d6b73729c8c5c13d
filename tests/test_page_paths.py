"""The page answers for its own paths and calls alone: Gradio's others write files, keep memory or fail."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.types import Message, Scope

from server.page.allowed_paths import EXACT, HEARTBEAT, is_allowed
from server.page.bounded_heartbeats import BoundedHeartbeats
from server.page.page import build_page

OTHERS = (
    "/config",
    "/robots.txt",
    "/svelte/a",
    "/_app/a",
    "/gradio_api/info",
    "/gradio_api/startup-events",
    "/gradio_api/queue/join",
    "/gradio_api/queue/data",
    "/gradio_api/run/predict",
    "/gradio_api/run/predict/",
    "/gradio_api/deep_link",
    "/gradio_api/process_recording",
    "/gradio_api/upload",
    "/gradio_api/upload_progress",
    "/gradio_api/proxy=http://localhost/",
    "/gradio_api/file=pyproject.toml",
    "/gradio_api/stream/a/b/c",
    "/gradio_api/component_server",
    "/gradio_api/call/start",
    f"{HEARTBEAT}{'a' * 65}",
    HEARTBEAT,
    "/assets/",
    "/assets/%00",
    "/assets/..%2f..%2findex.html",
    f"/assets/{'a' * 3_000}",
    "/static/%ff",
    "/pwa_icon/1",
    "/login",
    "/monitoring/key",
)


@pytest.fixture(scope="module")
def page() -> TestClient:
    return TestClient(build_page(), raise_server_exceptions=False)


def test_the_page_serves_what_it_uses(page: TestClient) -> None:
    for path in ("/", "/theme.css", "/favicon.ico", "/static/js/iframeResizer.contentWindow.min.js"):
        assert page.get(path).status_code == 200, path


@pytest.mark.parametrize("path", OTHERS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_other_path_is_refused_before_gradio_sees_it(page: TestClient, method: str, path: str) -> None:
    answer = page.request(method, path)
    assert (answer.status_code, answer.text) == (404, "the page has no such path")


def test_a_path_is_not_let_in_for_how_it_begins() -> None:
    for path in ("/configuration", "/gradio_api/run/predictions", "/assets", "/assets/../secret", f"{HEARTBEAT}a/b"):
        assert not is_allowed(path), path


@pytest.mark.parametrize("path", sorted(EXACT))
def test_odd_methods_headers_and_queries_are_no_failure(page: TestClient, path: str) -> None:
    """A query chose a file, and a header an address that could not be read: each was a 500."""
    odd_hosts = (
        "[",
        "a b:x",
        "http://[",
        "a:99999",
        "a..b",
        "[::1",
        "[::g]:1",
        "xn--\u00fc",
        "a/b",
        "a@b",
        "a?b",
        "-",
        ".",
        "",
    )
    odd_headers = [{name: host} for name in ("Host", "X-Forwarded-Host") for host in odd_hosts]
    odd_headers += [{"X-Gradio-Server": "http://["}, {"Range": "bytes=-"}, {"X-Forwarded-Proto": "x"}, {"Cookie": "a"}]
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        assert page.request(method, path).status_code < 500, method
    for headers in odd_headers:
        sent = {name: value.encode() for name, value in headers.items()}
        assert page.get(path, headers=sent).status_code < 500, headers
    for query in ("page=nowhere", "deep_link=a", "deep_link=../..", "__theme=dark", "page=%ff"):
        assert page.get(f"{path}?{query}").status_code < 500, query


@pytest.mark.parametrize(
    ("headers", "root"),
    [
        ({"Host": "play.example:8443"}, "http://play.example:8443"),
        ({"Host": "a", "X-Forwarded-Host": "play.example, b", "X-Forwarded-Proto": "https"}, "https://play.example"),
        ({"Host": "[::1]:7860"}, "http://[::1]:7860"),
        ({"Host": "my_host"}, "http://my_host"),
    ],
)
def test_the_page_calls_the_host_that_the_browser_asked(page: TestClient, headers: dict[str, str], root: str) -> None:
    assert f'"root":"{root}"' in page.get("/", headers=headers).text


async def talk(app: Any, scope: Scope, body: bytes = b"") -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def test_heartbeats_beyond_the_limit_are_refused_and_ended_ones_make_room() -> None:
    async def play() -> list[int]:
        ended = asyncio.Event()

        async def beats(scope: Scope, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await ended.wait()

        app = BoundedHeartbeats(beats, most=2)
        scope: Scope = {"type": "http", "method": "GET", "path": f"{HEARTBEAT}a", "headers": []}
        under_way = [asyncio.create_task(talk(app, scope)) for _ in range(2)]
        await asyncio.sleep(0)
        refused = await talk(app, scope)
        ended.set()
        await asyncio.gather(*under_way)
        return [refused[0]["status"], (await talk(app, scope))[0]["status"]]

    assert asyncio.run(play()) == [503, 200]


def test_nothing_is_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    page = TestClient(build_page(), raise_server_exceptions=False)
    for path in (*OTHERS, *EXACT):
        page.get(path, params={"session_hash": "s1"})
        page.post(path, files={"files": ("note.txt", b"left here")})
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
