"""The page answers for its own paths and calls alone: Gradio's others write files, keep memory or fail."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.types import Message, Scope

from cloud_incident_env.episodes import Episodes
from server.page.allowed_paths import EXACT, HEARTBEAT, PREDICT, is_allowed
from server.page.bounded_heartbeats import BoundedHeartbeats
from server.page.checked_calls import CheckedCalls
from server.page.page import MOST_SESSIONS, build_page

TOKEN = "a token of the operator"
OTHERS = (
    "/config",
    "/robots.txt",
    "/svelte/a",
    "/_app/a",
    "/gradio_api/info",
    "/gradio_api/startup-events",
    "/gradio_api/queue/join",
    "/gradio_api/queue/data",
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

# Calls that the page makes: choosing a task, an incident, starting, choosing an action, taking it, choosing a failure
# mode, leaving the text of one.
CALLS: tuple[list[Any], ...] = (
    ["root_cause_analysis", 0],
    [-1],
    ["root_cause_analysis", -1, 7, "hard", None],
    ["query_logs"],
    [None, "query_logs", "postgres-db", None, "", "", "", None, None, None, *[None] * 8],
    ["pool-leak"],
    ["heap-leak", "pool-leak"],
)
ODD: tuple[Any, ...] = (
    None,
    True,
    "",
    "?",
    "x" * 9_000,
    -1,
    -2,
    99,
    10**30,
    0.5,
    [],
    {},
    ["a"],
    {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
    {"__type__": "update"},
    "\ud800",
    "\x00",
)
ODD_BODIES = (
    b"",
    b"null",
    b"[]",
    b"{",
    b"[" * 60_000,
    b'{"data":[1e400],"fn_index":1,"session_hash":"s"}',
    b'{"data":[-1],"fn_index":1e400,"session_hash":"s"}',
    b'{"data":[NaN],"fn_index":1,"session_hash":"s"}',
    b'{"data":[' + b"1" * 5_000 + b'],"fn_index":1,"session_hash":"s"}',
    b"\xff\xfe",
)


@pytest.fixture(scope="module")
def page() -> TestClient:
    return TestClient(build_page(Episodes(10, 60.0)), raise_server_exceptions=False)


def call(page: TestClient, number: Any, data: Any, session: Any = "s1", **others: Any) -> Any:
    body = json.dumps({"data": data, "fn_index": number, "session_hash": session, **others})
    return page.post(PREDICT, content=body, headers={"content-type": "application/json"})


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


def test_the_calls_of_the_page_are_answered(page: TestClient) -> None:
    for number, data in enumerate(CALLS):
        answer = call(page, number, data, trigger_id=5, event_data=None)
        assert answer.status_code == 200, answer.text
    assert "queried_data" not in answer.text
    assert "INC-" in json.dumps(call(page, 2, CALLS[2]).json())


@pytest.mark.parametrize("number", [99, -1, None, "1", True, 0.5, 10**30, [], {}])
def test_a_call_of_an_unknown_function_is_refused_in_one_line(
    page: TestClient, number: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = call(page, number, [-1])
    assert (answer.status_code, answer.json()) == (422, {"error": "fn_index: expected one of 0, 1, 2, 3, 4, 5, 6"})
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("session", [None, "", "a" * 65, "a/b", 7, [], "ä", "a\n"])
def test_an_odd_session_is_refused(page: TestClient, session: Any) -> None:
    assert call(page, 1, [-1], session).status_code == 422


@pytest.mark.parametrize("others", [{"batched": True}, {"event_id": "a"}, {"oauth_token": "a"}, {"simple_format": 1}])
def test_a_field_that_the_page_does_not_send_is_refused(page: TestClient, others: dict[str, Any]) -> None:
    assert call(page, 1, [-1], **others).status_code == 422


@pytest.mark.parametrize("body", ODD_BODIES)
def test_a_body_that_is_no_call_is_refused(page: TestClient, body: bytes) -> None:
    answer = page.post(PREDICT, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert "\n" not in answer.json()["error"]


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_no_odd_value_is_a_failure_or_leaves_a_traceback(
    page: TestClient, number: int, capfd: pytest.CaptureFixture[str]
) -> None:
    rng = random.Random(number)
    usual = CALLS[number]
    tried = [[*usual[:place], odd, *usual[place + 1 :]] for place in range(len(usual)) for odd in ODD]
    tried += [[rng.choice([*ODD, *usual]) for _ in usual] for _ in range(100)]
    tried += [usual[:-1], [*usual, None], []]
    for data in tried:
        answer = call(page, number, data)
        assert answer.status_code in (200, 422), (data, answer.text)
        if answer.status_code == 422:
            assert "\n" not in answer.json()["error"], data
    assert capfd.readouterr() == ("", "")


def test_what_a_function_refuses_is_an_error_of_the_caller(page: TestClient) -> None:
    answer = call(page, 3, ["<b>nothing</b>"])
    assert answer.status_code == 422
    assert answer.json()["error"] == "expected an action, got &#x27;&lt;b&gt;nothing&lt;/b&gt;&#x27;"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ("no-such-mode", "expected the id of a failure mode, got &#x27;no-such-mode&#x27;"),
        ("<b>pool-leak</b>", "expected the id of a failure mode, got &#x27;&lt;b&gt;pool-leak&lt;/b&gt;&#x27;"),
        ("connections leaked by a release", "expected the id of a failure mode"),
        (7, "expected the id of a failure mode, got 7"),
        (["pool-leak"], "data: value 0 is neither a text"),
        ({"pool-leak": 1}, "data: value 0 is neither a text"),
    ],
)
def test_a_choice_that_is_no_failure_mode_is_refused(
    page: TestClient, given: Any, error: str, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = call(page, 5, [given])
    assert (answer.status_code, answer.json()["error"][: len(error)]) == (422, error)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("text", "chosen"), [("no-such-mode", None), ("<b>x</b>", "no-such-mode"), (7, 0.5)])
def test_a_text_that_names_no_failure_mode_chooses_none(
    page: TestClient, text: Any, chosen: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    choice, definition = call(page, 6, [text, chosen]).json()["data"]
    assert (choice.get("value"), definition.get("value", "")) == (None, "")
    assert capfd.readouterr() == ("", "")


def test_choice_definition_and_text_are_emptied_by_the_submission(page: TestClient) -> None:
    call(page, 2, ["root_cause_analysis", 1, 0, "hard", None], "ends")
    submission = [None, "submit_root_cause", "network-infra", None, "pool-leak", "", "", None, None, None, *[None] * 8]
    shown = call(page, 4, submission, "ends").json()["data"]
    assert "Read as" in json.dumps(shown)
    choice, definition, _, _, text = shown[6:11]
    assert [part["value"] for part in (choice, definition, text)] == [None, "", None]


async def talk(app: Any, scope: Scope, body: bytes = b"") -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


@pytest.mark.parametrize(("payload", "status"), [(b'{"error":"no","title":"Error"}', 422), (b'{"error":"bug"}', 500)])
def test_a_failure_that_nobody_expected_stays_one(payload: bytes, status: int) -> None:
    async def fails(scope: Scope, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": payload})

    scope: Scope = {"type": "http", "method": "POST", "path": PREDICT, "headers": []}
    body = b'{"data":[-1],"fn_index":1,"session_hash":"s"}'
    sent = asyncio.run(talk(CheckedCalls(fails, inputs={1: 1}), scope, body))
    assert sent == [
        {"type": "http.response.start", "status": status, "headers": []},
        {"type": "http.response.body", "body": payload},
    ]


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


def test_gradio_keeps_few_sessions_and_their_hashes_are_short(page: TestClient) -> None:
    for number in range(MOST_SESSIONS + 5):
        assert call(page, 1, [-1], f"many{number}").status_code == 200
    gradio: Any = page.app.routes[-1].app  # type: ignore[attr-defined]
    assert len(gradio.state_holder.session_data) == MOST_SESSIONS


def test_nothing_is_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    page = TestClient(build_page(Episodes(10, 60.0)), raise_server_exceptions=False)
    for number, data in enumerate(CALLS):
        assert call(page, number, data).status_code == 200
    for path in (*OTHERS, *EXACT):
        page.get(path, params={"session_hash": "s1"})
        page.post(path, files={"files": ("note.txt", b"left here")})
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("given", [None, "", "wrong", TOKEN[:-1], 7, "ü"])
def test_a_start_without_the_control_token_is_refused(given: Any) -> None:
    episodes = Episodes(10, 60.0)
    page = TestClient(build_page(episodes, control_token=TOKEN), raise_server_exceptions=False)
    refused = call(page, 2, [*CALLS[2], given])
    assert (refused.status_code, len(episodes)) == (200, 0)
    assert "control token is wrong" in refused.text
    assert TOKEN not in page.get("/").text
    assert (call(page, 2, [*CALLS[2], TOKEN]).status_code, len(episodes)) == (200, 1)
