"""The endpoints that an operator lists: what the server passes on, to whom, how much, and that it calls nobody else."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from server.app import create_app
from server.console import endpoints
from server.endpoint_list import listed_endpoints
from tests.http_server import serve, serve_with, settings
from tests.llm_stub import Reply, llm_stub

KEY = "sk-visitor-0123456789"
TOKEN = "correct-horse-battery-staple"
ASKED = {"model": "m", "messages": [{"role": "user", "content": "Ünïcode"}]}
DOOR = "/console/endpoints/local/chat/completions"


class Upstream:
    """An endpoint that keeps what it was sent, and answers as it is told."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        self.headers = {"content-type": "application/json", "set-cookie": "a=b", "x-internal": "secret"}
        self.body = b'{"choices": []}'
        self.held = threading.Event()
        self.held.set()


@contextmanager
def upstream() -> Iterator[Upstream]:
    told = Upstream()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            told.held.wait(20)
            self.send_response(told.status)
            for name, value in {**told.headers, "content-length": str(len(told.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield told
    finally:
        told.held.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def relaying(**changes: Any) -> Iterator[tuple[httpx.Client, Upstream]]:
    """A client of a server that lists one endpoint, and that endpoint."""
    with upstream() as told:
        listed = settings(ui=True, endpoints=f"local={told.url}/v1/", **changes)
        with serve(create_app(listed)) as url, httpx.Client(base_url=url, timeout=30) as client:
            yield client, told


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[httpx.Client, Upstream]]:
    with relaying() as pair:
        yield pair


@pytest.fixture
def pair(shared: tuple[httpx.Client, Upstream]) -> tuple[httpx.Client, Upstream]:
    """The shared server; its endpoint is as new."""
    client, told = shared
    new = Upstream()
    told.requests, told.status, told.headers, told.body = new.requests, new.status, new.headers, new.body
    return client, told


def test_a_question_and_its_answer_pass_and_nothing_else(pair: tuple[httpx.Client, Upstream]) -> None:
    client, told = pair
    sent = {"x-endpoint-key": KEY, "cookie": "session=visitor", "referer": "http://page.example/", "origin": "null"}
    answer = client.post(DOOR, json=ASKED, headers=sent)
    assert (answer.status_code, answer.json()) == (200, {"choices": []})
    [(path, headers, body)] = told.requests
    assert (path, json.loads(body)) == ("/v1/chat/completions", ASKED)
    assert headers.pop("authorization") == f"Bearer {KEY}"
    assert headers.keys() == {
        "host",
        "connection",
        "content-type",
        "accept",
        "accept-encoding",
        "user-agent",
        "content-length",
    }
    assert answer.headers["x-endpoint-status"] == "200"
    assert not {"set-cookie", "x-internal"} & answer.headers.keys()
    client.post(DOOR, json=ASKED)
    assert not {"cookie", "authorization"} & told.requests[1][1].keys()  # neither is kept for the next question


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_an_error_of_the_endpoint_is_told_as_its_own(pair: tuple[httpx.Client, Upstream], status: int) -> None:
    client, told = pair
    told.status, told.body = status, b'{"error": {"message": "no"}}'
    told.headers |= {"retry-after": "999999"}
    answer = client.post(DOOR, json=ASKED)
    assert (answer.status_code, answer.json()) == (status, {"error": {"message": "no"}})
    assert (answer.headers["x-endpoint-status"], answer.headers["retry-after"]) == (str(status), "600")


@pytest.mark.parametrize(
    ("status", "headers", "body", "problem"),
    [
        (302, {"location": "http://127.0.0.1:9/"}, b"", "redirect"),
        (200, {}, b"<html>", "no JSON"),
        (200, {}, b"[" * 100_000, "no JSON"),
        (200, {}, b'{"logprob": NaN}', "no JSON"),
        (200, {}, '"a"'.encode("utf-16"), "no JSON"),
        (500, {}, b"", "status 500 and no JSON"),
        (999, {}, b"{}", "no status of HTTP"),
        (200, {"content-encoding": "gzip"}, b"\x1f\x8b", "compressed"),
        (200, {}, b'"' + b"a" * endpoints.MOST_BYTES + b'"', "longer than"),
    ],
)
def test_an_answer_that_is_none_is_not_passed_on(
    pair: tuple[httpx.Client, Upstream], status: int, headers: dict[str, str], body: bytes, problem: str
) -> None:
    client, told = pair
    told.status, told.body = status, body
    told.headers |= headers
    answer = client.post(DOOR, json=ASKED)
    assert answer.status_code == 502
    assert problem in answer.json()["detail"]
    assert "x-endpoint-status" not in answer.headers


@pytest.mark.parametrize(
    ("body", "headers", "status", "problem"),
    [
        (b"", {}, 422, "JSON object"),
        (b"[]", {}, 422, "JSON object"),
        (b'{"a": NaN}', {}, 422, "JSON object"),
        (b'{"a": "\\ud800"}', {}, 422, "JSON object"),
        (b'{"stream": true}', {}, 422, "stream"),
        (b"{" + b" " * endpoints.MOST_BYTES + b"}", {}, 413, "at most"),
        (b"{}", {"x-endpoint-key": "a b"}, 422, "key"),
        (b"{}", {"x-endpoint-key": "a" * 1_001}, 422, "key"),
        (b"{}", {"x-endpoint-key": ""}, 422, "key"),
    ],
)
def test_a_wrong_question_is_refused_before_anybody_is_called(
    pair: tuple[httpx.Client, Upstream], body: bytes, headers: dict[str, str], status: int, problem: str
) -> None:
    client, told = pair
    answer = client.post(DOOR, content=body, headers=headers)
    assert answer.status_code == status
    assert problem in answer.json()["detail"]
    assert told.requests == []


def test_a_question_may_be_longer_than_other_bodies(pair: tuple[httpx.Client, Upstream]) -> None:
    client, told = pair
    long = {**ASKED, "messages": [{"role": "user", "content": "a" * 300_000}]}
    assert client.post(DOOR, json=long).status_code == 200
    assert json.loads(told.requests[0][2]) == long
    assert client.post("/console/play", json=long).status_code == 413


def test_only_the_listed_names_and_one_path_lead_out(pair: tuple[httpx.Client, Upstream]) -> None:
    client, told = pair
    for path in ("other/chat/completions", "local/models", "local", "local%2F..%2Fx/chat/completions", ""):
        assert client.post(f"/console/endpoints/{path}", json=ASKED).status_code == 404
    assert client.get(DOOR).status_code == 405
    assert told.requests == []
    assert client.get("/console/catalogue").json()["endpoints"] == [{"name": "local"}]
    assert told.url not in client.get("/console/catalogue").text


def test_an_endpoint_that_is_not_there_is_named_by_no_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
        with serve_with(ui=True, endpoints=f"gone=http://{address}/v1") as url:
            answer = httpx.post(f"{url}/console/endpoints/gone/chat/completions", json=ASKED)
    assert answer.status_code == 502
    assert "cannot be reached" in answer.json()["detail"]
    assert address not in answer.text


def test_a_slow_endpoint_is_given_up_and_a_crowd_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints.Endpoints.__init__, "__kwdefaults__", {"seconds": 1.5, "at_once": 2})
    with relaying() as (client, told), ThreadPoolExecutor(3) as pool:
        told.held.clear()
        slow = [pool.submit(client.post, DOOR, json=ASKED) for _ in range(2)]
        while len(told.requests) < 2:
            pass
        third = client.post(DOOR, json=ASKED)
        assert (third.status_code, third.headers["retry-after"]) == (503, "5")
        assert [one.result().status_code for one in slow] == [504, 504]
        told.held.set()
        assert client.post(DOOR, json=ASKED).status_code == 200


def refused_until_given_up(url: str) -> None:
    """Ask until a question is under way, and give that one up: ReadTimeout."""
    for _ in range(200):  # in which the server sees that the one before is gone
        assert httpx.post(url, json=ASKED, timeout=0.5).status_code == 503


def test_who_hangs_up_gives_the_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints.Endpoints.__init__, "__kwdefaults__", {"seconds": 60.0, "at_once": 1})
    with relaying() as (client, told):
        told.held.clear()
        for _ in range(2):
            with pytest.raises(httpx.ReadTimeout):
                refused_until_given_up(f"{client.base_url}{DOOR}")
    assert len(told.requests) == 2


def test_a_server_with_a_control_token_wants_it_beside_the_key() -> None:
    with relaying(control_token=SecretStr(TOKEN)) as (client, told):
        for headers in ({}, {"authorization": f"Bearer {KEY}"}, {"x-endpoint-key": KEY}):
            answer = client.post(DOOR, json=ASKED, headers=headers)
            assert (answer.status_code, "x-endpoint-status" in answer.headers) == (401, False)
        assert told.requests == []
        headers = {"authorization": f"Bearer {TOKEN}", "x-endpoint-key": KEY}
        assert client.post(DOOR, json=ASKED, headers=headers).status_code == 200
    assert told.requests[0][1]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_the_key_is_in_no_log(log_format: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), relaying(log_format=log_format) as (client, told):
        client.post(DOOR, json=ASKED, headers={"x-endpoint-key": KEY})
        told.status, told.body = 302, b""
        client.post(DOOR, json=ASKED, headers={"x-endpoint-key": KEY})
        client.post(DOOR, json=ASKED, headers={"x-endpoint-key": f"{KEY} {KEY}"})
    assert len(told.requests) == 2
    assert [record for record in caplog.records if KEY in record.getMessage() or KEY in str(vars(record))] == []


def test_where_nothing_is_listed_nobody_is_called() -> None:
    with llm_stub(lambda body: Reply("x")) as stub, serve_with(ui=True) as url:
        for name in ("local", stub.url.replace("/", "%2F")):
            answer = httpx.post(f"{url}/console/endpoints/{name}/chat/completions", json=ASKED)
            assert answer.status_code == 404
        assert httpx.get(f"{url}/console/catalogue").json()["endpoints"] == []
    assert stub.requests == []


def test_where_nothing_is_listed_the_code_that_calls_is_not_loaded() -> None:
    code = "import sys, server.app; print('server.console.endpoints' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "False", done.stderr


def test_a_list_is_read() -> None:
    assert listed_endpoints(" ") == {}
    text = "a=http://127.0.0.1:8000/v1/ ,b-2.x=https://b.example"
    assert listed_endpoints(text) == {"a": "http://127.0.0.1:8000/v1", "b-2.x": "https://b.example"}
    with pytest.raises(ValueError, match="at most 20"):
        listed_endpoints(",".join(f"e{number}=https://a.example" for number in range(21)))


@pytest.mark.parametrize(
    "url", ["https://user:hunter2@a.example", "https://a.example?key=hunter2", "ftp://hunter2", "https://[hunter2"]
)
def test_what_is_wrong_with_a_list_repeats_no_url(url: str) -> None:
    with pytest.raises(ValueError, match="the URL of 'a'") as refused:
        listed_endpoints(f"a={url}")
    assert "hunter2" not in str(refused.value)
