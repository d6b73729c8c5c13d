"""Every error of the REST interface, and hostile input: the right status with a JSON reason, and never a 500.

All of it over real sockets, because limits and parsers differ between a real server and an in-process client.
"""

from __future__ import annotations

import copy
import json
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from cloud_incident_env.actions import NAME_LENGTH, TEXT_LENGTH
from cloud_incident_env.options import EPISODE_ID_LENGTH
from server.app import create_app
from tests.http_server import serve, serve_with, settings

MakeClient = Callable[..., httpx.Client]
Fields = list[tuple[str | int, ...]]

LIMIT = 65_536  # bytes, as DESIGN says
TASKS = ("alert_classification", "remediation_planning", "root_cause_analysis")
CHUNK = 8_192


def strict_json(response: httpx.Response) -> Any:
    """The body as JSON that every parser reads: no NaN, no Infinity."""

    def reject(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON: {response.text[:200]}")

    return json.loads(response.content.decode("utf-8"), parse_constant=reject)


def assert_error(response: httpx.Response, status: int, *mentions: str) -> None:
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"].startswith("application/json")
    detail = strict_json(response)["detail"]
    assert isinstance(detail, str)
    for text in mentions:
        assert text in detail


def assert_malformed(response: httpx.Response, *location: str) -> None:
    """A 422 that names the field at `location`, for example "body", "parameters", "replicas"."""
    assert response.status_code == 422, response.text[:500]
    detail = strict_json(response)["detail"]
    assert detail
    for entry in detail:
        assert set(entry) >= {"loc", "msg", "type"}
        assert entry["msg"]
    named = [[str(part) for part in entry["loc"][: len(location)]] for entry in detail]
    assert list(location) in named, named


def assert_healthy(client: httpx.Client) -> None:
    assert client.get("/health").json() == {"status": "ok", "version": "0.1.0"}


def start(client: httpx.Client, task_id: str = "root_cause_analysis") -> str:
    response = client.post("/reset", json={"task_id": task_id})
    assert response.status_code == 200
    return str(response.json()["episode_id"])


# 400


QUERY = {"action_type": "query_logs", "parameters": {"service": "postgres-db"}}


@pytest.mark.parametrize(("method", "path"), [("POST", "/step"), ("GET", "/state"), ("GET", "/grader")])
def test_before_any_reset_every_call_says_to_reset_first(fresh_client: MakeClient, method: str, path: str) -> None:
    client = fresh_client()
    request = {"json": QUERY} if method == "POST" else {}
    assert_error(client.request(method, path, **request), 400, "/reset")
    client.post("/reset", json={"episode_id": "named"})
    assert_error(client.request(method, path, **request), 400, "/reset")
    client.post("/reset")
    assert client.request(method, path, **request).status_code == 200


@pytest.mark.parametrize("task_id", ["nope", "", "alert-classification", "\u202e\x00", "é" * 50])
def test_an_unknown_task_is_answered_with_the_known_ones(client: httpx.Client, task_id: str) -> None:
    assert_error(client.post("/reset", json={"task_id": task_id}), 400, *TASKS)
    assert_error(client.post("/reset", params={"task_id": task_id}), 400, *TASKS)


@pytest.mark.parametrize("index", [-1, 3, 10**30, -(10**300)])
def test_an_index_out_of_range_is_answered_with_the_valid_ones(client: httpx.Client, index: int) -> None:
    assert_error(client.post("/reset", json={"scenario_index": index}), 400, "0, 1, 2")
    assert_error(client.post("/reset", params={"scenario_index": str(index)}), 400, "0, 1, 2")


def test_an_unknown_reward_profile_is_answered_with_the_known_ones(client: httpx.Client) -> None:
    assert_error(client.post("/reset", json={"reward_profile": "v9"}), 400, "default", "v0.1")


def test_a_reset_that_fails_leaves_the_episode_under_way_alone(client: httpx.Client) -> None:
    under_way = start(client)
    for body in ({"task_id": "nope"}, {"scenario_index": 9}, {"scenario_index": "x"}, {"reward_profile": "x"}):
        assert client.post("/reset", json=body).status_code in (400, 422)
    assert client.get("/state").json()["episode_id"] == under_way


# 404 and 503


@pytest.mark.parametrize("episode_id", ["unknown", "0" * EPISODE_ID_LENGTH])
def test_an_unknown_episode_is_a_404_on_every_route(client: httpx.Client, episode_id: str) -> None:
    start(client)
    named = {"episode_id": episode_id}
    assert_error(client.post("/step", json={**QUERY, **named}), 404, episode_id, "expired")
    assert_error(client.post("/step", json=QUERY, params=named), 404, episode_id, "expired")
    assert_error(client.get("/state", params=named), 404, episode_id, "expired")
    assert_error(client.get("/grader", params=named), 404, episode_id, "expired")


def test_an_expired_episode_is_a_404() -> None:
    at_once = settings().model_copy(update={"idle_seconds": 1e-9})  # less than a setting may be
    with serve(create_app(at_once)) as url, httpx.Client(base_url=url, timeout=20) as client:
        episode_id = start(client)
        assert_error(client.get("/state", params={"episode_id": episode_id}), 404, episode_id, "expired")
        assert_error(client.get("/state"), 404, "expired")


def test_a_full_server_refuses_another_episode_and_says_when_to_come_back(fresh_client: MakeClient) -> None:
    client = fresh_client(max_episodes=3)
    ids = [start(client) for _ in range(3)]
    refused = client.post("/reset", json={"episode_id": "fourth"})
    assert_error(refused, 503, "3")
    assert int(refused.headers["retry-after"]) > 0
    assert [client.get("/state", params={"episode_id": i}).status_code for i in ids] == [200, 200, 200]
    assert client.post("/reset", json={"episode_id": ids[0]}).status_code == 200


# 422

MALFORMED_RESETS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "not JSON": (b"hello", ("body",)),
    "cut off": (b'{"task_id": "alert', ("body",)),
    "trailing comma": (b'{"task_id": "x",}', ("body",)),
    "form data": (b"task_id=alert_classification", ("body",)),
    "array": (b"[]", ("body",)),
    "string": (b'"alert_classification"', ("body",)),
    "number": (b"0", ("body",)),
    "true": (b"true", ("body",)),
    "task number": (b'{"task_id": 1}', ("body", "task_id")),
    "task array": (b'{"task_id": ["alert_classification"]}', ("body", "task_id")),
    "task object": (b'{"task_id": {}}', ("body", "task_id")),
    "task boolean": (b'{"task_id": true}', ("body", "task_id")),
    "index text": (b'{"scenario_index": "one"}', ("body", "scenario_index")),
    "index fraction": (b'{"scenario_index": 0.5}', ("body", "scenario_index")),
    "index true": (b'{"scenario_index": true}', ("body", "scenario_index")),
    "index false": (b'{"scenario_index": false}', ("body", "scenario_index")),
    "index array": (b'{"scenario_index": [0]}', ("body", "scenario_index")),
    "index NaN": (b'{"scenario_index": NaN}', ("body", "scenario_index")),
    "index Infinity": (b'{"scenario_index": Infinity}', ("body", "scenario_index")),
    "index -Infinity": (b'{"scenario_index": -Infinity}', ("body", "scenario_index")),
    "index 1e400": (b'{"scenario_index": 1e400}', ("body", "scenario_index")),
    "index of 5,000 digits": (b'{"scenario_index": ' + b"9" * 5_000 + b"}", ("body",)),
    "profile number": (b'{"reward_profile": 0.1}', ("body", "reward_profile")),
    "extra field": (b'{"colour": "red"}', ("body", "colour")),
    "id with a slash": (b'{"episode_id": "a/b"}', ("body", "episode_id")),
    "id with a newline": (b'{"episode_id": "a\\n"}', ("body", "episode_id")),
    "id with a letter beyond ASCII": ('{"episode_id": "é"}'.encode(), ("body", "episode_id")),
    "empty id": (b'{"episode_id": ""}', ("body", "episode_id")),
    "id number": (b'{"episode_id": 7}', ("body", "episode_id")),
    "invalid UTF-8": (b'{"task_id": "\xff\xfe"}', ("body",)),
    "overlong UTF-8": (b'{"task_id": "\xc0\xaf"}', ("body",)),
    "surrogate in raw UTF-8": (b'{"task_id": "\xed\xa0\x80"}', ("body",)),
    "lone surrogate in a value": (b'{"task_id": "\\ud800"}', ("body", "task_id")),
    "lone surrogate in an id": (b'{"episode_id": "\\udfff"}', ("body", "episode_id")),
    "lone surrogate in a key": (b'{"\\ud800": 1}', ("body",)),
    "60,000 open brackets": (b"[" * 60_000, ("body",)),
    "60,000 brackets": (b"[" * 30_000 + b"]" * 30_000, ("body",)),
    "10,000 nested objects": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, ("body",)),
    "nested value": (b'{"task_id": ' + b"[" * 500 + b"]" * 500 + b"}", ("body", "task_id")),
    "null byte": (b"\x00", ("body",)),
    "raw control character": (b'{"task_id": "\x01"}', ("body",)),
}


@pytest.mark.parametrize("case", MALFORMED_RESETS, ids=str)
def test_a_malformed_reset_is_a_422_that_names_the_field(client: httpx.Client, case: str) -> None:
    content, location = MALFORMED_RESETS[case]
    assert_malformed(client.post("/reset", content=content), *location)
    assert_healthy(client)


PARAMETERS = ("body", "parameters")
MALFORMED_STEPS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "no body": (b"", ("body",)),
    "null": (b"null", ("body",)),
    "array": (b"[]", ("body",)),
    "not JSON": (b"action_type=query_logs", ("body",)),
    "no action type": (b"{}", ("body", "action_type")),
    "null action type": (b'{"action_type": null}', ("body", "action_type")),
    "action type number": (b'{"action_type": 1}', ("body", "action_type")),
    "action type array": (b'{"action_type": ["query_logs"]}', ("body", "action_type")),
    "null parameters": (b'{"action_type": "x", "parameters": null}', PARAMETERS),
    "parameters array": (b'{"action_type": "x", "parameters": []}', PARAMETERS),
    "parameters text": (b'{"action_type": "x", "parameters": "postgres-db"}', PARAMETERS),
    "service number": (b'{"action_type": "x", "parameters": {"service": 1}}', (*PARAMETERS, "service")),
    "service object": (b'{"action_type": "x", "parameters": {"service": {}}}', (*PARAMETERS, "service")),
    "service NaN": (b'{"action_type": "x", "parameters": {"service": NaN}}', (*PARAMETERS, "service")),
    "replicas true": (b'{"action_type": "x", "parameters": {"replicas": true}}', (*PARAMETERS, "replicas")),
    "replicas fraction": (b'{"action_type": "x", "parameters": {"replicas": 2.5}}', (*PARAMETERS, "replicas")),
    "replicas text": (b'{"action_type": "x", "parameters": {"replicas": "many"}}', (*PARAMETERS, "replicas")),
    "replicas negative": (b'{"action_type": "x", "parameters": {"replicas": -1}}', (*PARAMETERS, "replicas")),
    "replicas huge": (
        b'{"action_type": "x", "parameters": {"replicas": ' + b"9" * 4_000 + b"}}",
        (*PARAMETERS, "replicas"),
    ),
    "replicas 1e400": (b'{"action_type": "x", "parameters": {"replicas": 1e400}}', (*PARAMETERS, "replicas")),
    "replicas -Infinity": (b'{"action_type": "x", "parameters": {"replicas": -Infinity}}', (*PARAMETERS, "replicas")),
    "extra field": (b'{"action_type": "x", "service": "postgres-db"}', ("body", "service")),
    "extra parameter": (b'{"action_type": "x", "parameters": {"colour": "red"}}', (*PARAMETERS, "colour")),
    "id with a space": (b'{"action_type": "x", "episode_id": "a b"}', ("body", "episode_id")),
    "surrogate action type": (b'{"action_type": "\\udc00"}', ("body", "action_type")),
    "surrogate parameter": (b'{"action_type": "x", "parameters": {"flag": "\\ud83d"}}', (*PARAMETERS, "flag")),
    "surrogate parameter key": (b'{"action_type": "x", "parameters": {"\\ud83d": "x"}}', PARAMETERS),
    "surrogate key": (b'{"action_type": "x", "\\udfff": 1}', ("body",)),
    "nested parameters": (b'{"action_type": "x", "parameters": ' + b"[" * 30_000 + b"]" * 30_000 + b"}", ("body",)),
}


@pytest.mark.parametrize("case", MALFORMED_STEPS, ids=str)
def test_a_malformed_step_is_a_422_that_names_the_field_and_costs_nothing(client: httpx.Client, case: str) -> None:
    content, location = MALFORMED_STEPS[case]
    start(client)
    assert_malformed(client.post("/step", content=content), *location)
    assert client.get("/state").json()["step_count"] == 0


def test_text_for_an_integer_in_a_json_body_is_a_wrong_type(client: httpx.Client) -> None:
    assert_malformed(client.post("/reset", json={"scenario_index": "1"}), "body", "scenario_index")
    start(client)
    body = {"action_type": "scale_service", "parameters": {"service": "postgres-db", "replicas": "3"}}
    assert_malformed(client.post("/step", json=body), "body", "parameters", "replicas")


LENGTHS = {
    "task_id": ("/reset", ("task_id",), NAME_LENGTH, 400),
    "reward_profile": ("/reset", ("reward_profile",), NAME_LENGTH, 400),
    "episode_id of a reset": ("/reset", ("episode_id",), EPISODE_ID_LENGTH, 200),
    "episode_id of a step": ("/step", ("episode_id",), EPISODE_ID_LENGTH, 404),
    "action_type": ("/step", ("action_type",), NAME_LENGTH, 200),
    **{
        name: ("/step", ("parameters", name), NAME_LENGTH, 200)
        for name in ("service", "severity", "target_version", "flag", "runbook_action", "target")
    },
    **{name: ("/step", ("parameters", name), TEXT_LENGTH, 200) for name in ("failure_mode", "summary", "reasoning")},
}


@pytest.mark.parametrize("case", LENGTHS, ids=str)
def test_a_string_may_be_as_long_as_its_limit_and_no_longer(client: httpx.Client, case: str) -> None:
    path, location, limit, status = LENGTHS[case]
    start(client)

    def post(length: int) -> httpx.Response:
        body: dict[str, Any] = {} if path == "/reset" else {"action_type": "nonsense", "parameters": {}}
        inner = body["parameters"] if location[0] == "parameters" else body
        inner[location[-1]] = ("r" if path == "/reset" else "s") * length
        return client.post(path, json=body)

    assert post(limit).status_code == status
    assert_malformed(post(limit + 1), "body", *location)


QUERIES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "index text": ("POST", "/reset?scenario_index=one", ("query", "scenario_index")),
    "index empty": ("POST", "/reset?scenario_index=", ("query", "scenario_index")),
    "index true": ("POST", "/reset?scenario_index=true", ("query", "scenario_index")),
    "index fraction": ("POST", "/reset?scenario_index=0.5", ("query", "scenario_index")),
    "index NaN": ("POST", "/reset?scenario_index=NaN", ("query", "scenario_index")),
    "index 1e400": ("POST", "/reset?scenario_index=1e400", ("query", "scenario_index")),
    "index of 5,000 digits": ("POST", "/reset?scenario_index=" + "9" * 5_000, ("query", "scenario_index")),
    "long task": ("POST", "/reset?task_id=" + "x" * (NAME_LENGTH + 1), ("query", "task_id")),
    "unknown name": ("POST", "/reset?colour=red", ("query", "colour")),
    "surrogate name": ("POST", "/reset?%ED%A0%80=1", ("query",)),
    "surrogate id": ("POST", "/reset?episode_id=%ED%A0%80", ("query", "episode_id")),
    "id with a null byte": ("GET", "/state?episode_id=a%00", ("query", "episode_id")),
    "surrogate id of state": ("GET", "/state?episode_id=%ED%A0%80", ("query", "episode_id")),
    "surrogate id of grader": ("GET", "/grader?episode_id=%ED%A0%80", ("query", "episode_id")),
    "empty id": ("GET", "/state?episode_id=", ("query", "episode_id")),
    "long id": ("GET", "/grader?episode_id=" + "x" * (EPISODE_ID_LENGTH + 1), ("query", "episode_id")),
    "path as id": ("GET", "/state?episode_id=../../etc/passwd", ("query", "episode_id")),
}


@pytest.mark.parametrize("case", QUERIES, ids=str)
def test_a_malformed_query_is_a_422_that_names_the_field(client: httpx.Client, case: str) -> None:
    method, path, location = QUERIES[case]
    start(client)
    assert_malformed(client.request(method, path), *location)
    assert_healthy(client)


@pytest.mark.parametrize(("method", "path"), [("POST", "/step"), ("GET", "/state"), ("GET", "/grader")])
def test_an_unknown_query_parameter_is_rejected_and_not_ignored(client: httpx.Client, method: str, path: str) -> None:
    start(client)
    request = {"json": QUERY} if method == "POST" else {}
    assert_malformed(client.request(method, f"{path}?episode=typo", **request), "query", "episode")


# 413


def padded(size: int) -> bytes:
    return b"{}".ljust(size)


def chunked(size: int) -> Iterator[bytes]:
    """A body without an announced length."""
    body = padded(size)
    yield from (body[start : start + CHUNK] for start in range(0, size, CHUNK))


@pytest.mark.parametrize("body", [padded, chunked], ids=["announced", "chunked"])
def test_a_body_may_have_65536_bytes_and_no_more(client: httpx.Client, body: Callable[[int], Any]) -> None:
    assert client.post("/reset", content=body(LIMIT)).status_code == 200
    before = start(client)
    for size in (LIMIT + 1, 3 * LIMIT):
        for path in ("/reset", "/step"):
            assert_error(client.post(path, content=body(size)), 413, str(LIMIT))
    assert client.get("/state").json()["episode_id"] == before


@pytest.mark.parametrize("body", [padded, chunked], ids=["announced", "chunked"])
def test_the_limit_is_the_one_of_the_settings(fresh_client: MakeClient, body: Callable[[int], Any]) -> None:
    client = fresh_client(max_body_bytes=2_000)
    assert client.post("/reset", content=body(2_000)).status_code == 200
    assert_error(client.post("/reset", content=body(2_001)), 413, "2000")


def test_a_body_announced_as_too_large_is_refused_before_it_is_sent(server_url: str) -> None:
    with connection(server_url) as raw:
        raw.sendall(f"POST /step HTTP/1.1\r\nHost: test\r\nContent-Length: {LIMIT + 1}\r\n\r\n".encode())
        assert raw.recv(CHUNK).startswith(b"HTTP/1.1 413 ")


def test_a_stream_without_end_is_cut_off_at_the_limit(server_url: str) -> None:
    chunk = f"{CHUNK:x}\r\n".encode() + b" " * CHUNK + b"\r\n"
    with connection(server_url) as raw:
        raw.sendall(b"POST /step HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
        raw.sendall(chunk * (LIMIT // CHUNK) + b"1\r\n \r\n")  # one byte over, and no last chunk
        assert raw.recv(CHUNK).startswith(b"HTTP/1.1 413 ")


# Broken HTTP


@contextmanager
def connection(server_url: str) -> Iterator[socket.socket]:
    host, port = server_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as raw:
        yield raw


def exchange(server_url: str, request: bytes) -> bytes:
    """Send raw bytes and then nothing more: all that the server answers until it closes."""
    with connection(server_url) as raw:
        raw.sendall(request)
        raw.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: raw.recv(CHUNK), b""))


HEADERS: dict[str, bytes] = {
    "length in letters": b"Content-Length: abc\r\n",
    "negative length": b"Content-Length: -1\r\n",
    "empty length": b"Content-Length: \r\n",
    "superscript length": b"Content-Length: \xb2\r\n",
    "length 1e3": b"Content-Length: 1e3\r\n",
    "length of 30 digits": b"Content-Length: " + b"9" * 30 + b"\r\n",
    "two lengths": b"Content-Length: 2\r\nContent-Length: 3\r\n",
    "unknown transfer coding": b"Transfer-Encoding: magic\r\n",
    "chunk size in letters": b"Transfer-Encoding: chunked\r\n",
    "header without a name": b": value\r\nContent-Length: 2\r\n",
    "header with a null byte": b"X-Odd: a\x00b\r\nContent-Length: 2\r\n",
}


@pytest.mark.parametrize("case", HEADERS, ids=str)
def test_broken_headers_are_refused_as_the_callers_mistake(server_url: str, client: httpx.Client, case: str) -> None:
    answer = exchange(server_url, b"POST /reset HTTP/1.1\r\nHost: test\r\n" + HEADERS[case] + b"\r\n{}\r\n")
    status = answer.split(b" ", 2)[1]
    assert status in (b"400", b"413", b"501"), answer[:200]
    assert_healthy(client)


@pytest.mark.parametrize("request_bytes", [b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01"])
def test_bytes_that_are_no_http_do_no_harm(server_url: str, client: httpx.Client, request_bytes: bytes) -> None:
    answer = exchange(server_url, request_bytes)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
    assert_healthy(client)


@pytest.mark.parametrize(
    "sent",
    [b"Content-Length: 50\r\n\r\n", b"Content-Length: 50\r\n\r\n{}", b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"],
    ids=["before the body", "within the body", "before the last chunk"],
)
def test_a_request_whose_caller_hangs_up_halfway_is_not_carried_out(
    server_url: str, client: httpx.Client, sent: bytes
) -> None:
    under_way = start(client)
    exchange(server_url, b"POST /reset HTTP/1.1\r\nHost: test\r\n" + sent)
    assert client.get("/state").json()["episode_id"] == under_way


ODD_HEADERS: dict[str, dict[str, str | bytes]] = {
    "long header": {"x-long": "x" * 20_000},
    "header beyond ASCII": {"x-odd": b"\xff\xfe"},
    "content type beyond ASCII": {"content-type": b"\xff"},
    "wrong charset": {"content-type": "application/json; charset=utf-7"},
    "content encoding": {"content-encoding": "gzip"},
    "accepts images only": {"accept": "image/png"},
    "odd origin": {"origin": "null"},
    "odd host": {"host": "a b<script>"},
    "forwarded": {"x-forwarded-proto": "gopher", "x-forwarded-for": "'; drop table"},
}


@pytest.mark.parametrize("case", ODD_HEADERS, ids=str)
def test_odd_headers_change_nothing(client: httpx.Client, case: str) -> None:
    headers = ODD_HEADERS[case]
    answer = client.post("/reset", content=b'{"scenario_index": 1}', headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    assert answer.json()["scenario_id"] == "AC-002"


# Methods and paths

ROUTES = {"/health": "GET", "/reset": "POST", "/step": "POST", "/state": "GET", "/tasks": "GET", "/grader": "GET"}


@pytest.mark.parametrize("path", ROUTES)
def test_another_method_is_a_405_that_names_the_right_one(client: httpx.Client, path: str) -> None:
    allowed = {"GET", "HEAD"} if path == "/health" else {ROUTES[path]}
    for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - allowed:
        answer = client.request(method, path)
        assert answer.status_code == 405, f"{method} {path}: {answer.status_code}"
        assert ROUTES[path] in answer.headers["allow"]
        if method != "HEAD":
            assert_error(answer, 405)


PATHS = (
    "//reset",
    "/reset%00",
    "/%00",
    "/RESET",
    "/reset;x=1",
    "/reset%0d%0aX:1",
    "/..%2freset",
    "/%ff%fe",
    "/x" * 2_000,
)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:20])
def test_a_path_that_is_no_route_is_a_404(server_url: str, client: httpx.Client, path: str) -> None:
    for method in (b"GET", b"POST"):
        request = method + b" " + path.encode() + b" HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
        answer = exchange(server_url, request)
        assert answer.startswith(b"HTTP/1.1 404 "), answer[:200]
        assert b'{"detail":' in answer
    assert_healthy(client)


@pytest.mark.parametrize("path", ["/reset%0A", "/step%0A", "/state%0A", "/health%0A", "/reset%00", "/reset%C2%85"])
def test_a_path_with_a_control_character_is_a_404(client: httpx.Client, path: str) -> None:
    assert_error(client.post(path, json={}), 404, "characters")
    assert_error(client.get(path), 404, "characters")


@pytest.mark.parametrize("path", ["/reset/", "/step/"])
def test_a_trailing_slash_is_no_server_error(client: httpx.Client, path: str) -> None:
    assert client.post(path, json=QUERY).status_code in (307, 308, 404)


# An agent's mistakes inside an episode are no HTTP errors

MISTAKES: dict[str, tuple[str, dict[str, Any], float, str]] = {
    "unknown action": ("dance", {}, -0.03, "query_logs"),
    "empty action": ("", {}, -0.03, "query_logs"),
    "unknown service": ("query_logs", {"service": "nowhere"}, -0.06, "postgres-db"),
    "diagnostic without a service": ("query_logs", {}, 0.0, "service"),
    "blank service": ("query_logs", {"service": "  "}, 0.0, "service"),
    "flag missing": ("disable_feature_flag", {}, 0.0, "flag"),
    "runbook action missing": ("execute_runbook_step", {"service": "postgres-db"}, 0.0, "runbook_action"),
    "unknown flag": ("disable_feature_flag", {"flag": "none_such"}, 0.0, "none_such"),
    "remediation on an unknown service": ("restart_service", {"service": "nowhere"}, 0.0, "nowhere"),
    "text of odd characters": ("query_logs", {"service": "\x00\u202e\U0001f6a8\ufffe"}, -0.06, "postgres-db"),
}


@pytest.mark.parametrize("case", MISTAKES, ids=str)
def test_an_agents_mistake_is_a_200_with_an_error_that_helps(client: httpx.Client, case: str) -> None:
    action_type, parameters, reward, mention = MISTAKES[case]
    start(client)
    response = client.post("/step", json={"action_type": action_type, "parameters": parameters})
    assert response.status_code == 200
    answer = strict_json(response)
    assert mention in answer["observation"]["last_action_error"]
    assert answer["reward"]["value"] == reward
    assert answer["observation"]["step_count"] == 1
    assert answer["done"] is False


def test_a_diagnostic_that_the_task_does_not_offer_is_a_mistake_without_cost(client: httpx.Client) -> None:
    start(client, "alert_classification")
    body = {"action_type": "check_service_status", "parameters": {"service": "postgres-db"}}
    answer = client.post("/step", json=body).json()
    assert "query_logs" in answer["observation"]["last_action_error"]
    assert answer["reward"]["value"] == 0.0


def test_the_wrong_kind_of_submission_ends_the_episode_with_grade_zero(client: httpx.Client) -> None:
    start(client)
    response = client.post("/step", json={"action_type": "submit_severity", "parameters": {"severity": "P1"}})
    assert response.status_code == 200
    assert response.json()["done"] is True
    assert "submit_root_cause" in response.json()["observation"]["last_action_error"]
    assert client.get("/grader").json()["total"] == 0.0


def test_the_error_of_a_mistake_is_gone_after_the_next_good_step(client: httpx.Client) -> None:
    start(client)
    assert client.post("/step", json={"action_type": "dance"}).json()["observation"]["last_action_error"]
    assert client.post("/step", json=QUERY).json()["observation"]["last_action_error"] is None


# Fuzzing

FUZZED_BODIES = 5_000
SEEDS: tuple[tuple[str, bytes], ...] = (
    ("/reset", b'{"task_id": "root_cause_analysis", "scenario_index": 1, "reward_profile": "v0.1"}'),
    ("/reset", b'{"task_id": "alert_classification", "episode_id": "fuzz"}'),
    ("/step", b'{"action_type": "query_logs", "parameters": {"service": "postgres-db", "reasoning": "why not"}}'),
    ("/step", b'{"action_type": "scale_service", "parameters": {"service": "order-service", "replicas": 4}}'),
    ("/step", b'{"action_type": "rollback_deploy", "parameters": {"service": "x", "target_version": "v1"}}'),
    ("/step", b'{"action_type": "execute_runbook_step", "parameters": {"runbook_action": "drain_az"}}'),
    ("/step", b'{"action_type": "submit_resolution", "parameters": {"summary": "BGP routes restored."}}'),
    ("/step", b'{"action_type": "submit_root_cause", "parameters": {"service": "a", "failure_mode": "oom"}}'),
    ("/step", b'{"action_type": "query_logs", "parameters": {"service": "x"}, "episode_id": "fuzz"}'),
    ("/step", b'{"action_type": "query_logs", "parameters": {"service": "x"}, "episode_id": "unknown"}'),
)
TOKENS = (
    *(b"null", b"true", b"NaN", b"-Infinity", b"1e400", b"-0", b"0.1", b"9" * 400),
    *(b"[]", b"{}", b"[" * 2_000, b'"', b"\\", b",", b":", b"}", b" " * 300),
    *(b"\\ud800", b"\\u0000", b"\xff", b"\xed\xa0\x80", b"\x00", b"\xef\xbb\xbf", "🚨".encode()),
    *(b'"x":1,', b'"service"', b'"episode_id":""'),
)
VALUES: tuple[Any, ...] = (None, True, 0, -1, 2**70, 1.5, "", "x" * 300, "\ud800", "\x00", [], [[]], {}, {"a": 1}, "P1")


def mutate_bytes(rng: random.Random, body: bytes) -> bytes:
    mutant = bytearray(body)
    for _ in range(rng.randint(1, 4)):
        at, end = sorted(rng.randint(0, len(mutant)) for _ in range(2))
        kind = rng.randrange(5)
        if kind == 0:
            mutant[at:at] = rng.choice(TOKENS)
        elif kind == 1:
            mutant[at : at + rng.randint(1, 12)] = rng.choice(TOKENS)
        elif kind == 2:
            mutant[at : at + 1] = bytes([rng.randrange(256)])
        elif kind == 3:
            del mutant[at:end]
        else:
            mutant[at:at] = mutant[at:end]
    return bytes(mutant)


def mutate_values(rng: random.Random, body: bytes) -> bytes:
    value = json.loads(body)
    for _ in range(rng.randint(1, 3)):
        inner = value["parameters"] if isinstance(value.get("parameters"), dict) and rng.random() < 0.6 else value
        inner[rng.choice([*inner, "replicas", "\ud800", "x" * 300, ""])] = copy.deepcopy(rng.choice(VALUES))
    return json.dumps(value).encode()


def test_thousands_of_fuzzed_bodies_cause_no_server_error() -> None:
    rng = random.Random(20_260_221)
    statuses: set[int] = set()
    with serve_with() as url, httpx.Client(base_url=url, timeout=20) as client:
        client.post("/reset", json={"task_id": "remediation_planning"})
        for _ in range(FUZZED_BODIES):
            path, body = rng.choice(SEEDS)
            mutant = rng.choice((mutate_bytes, mutate_values))(rng, body)
            response = client.post(path, content=mutant)
            assert response.status_code < 500, f"{path} {mutant!r}: {response.text[:500]}"
            strict_json(response)
            statuses.add(response.status_code)
        assert_healthy(client)
        assert client.post("/reset").status_code == 200
        assert client.post("/step", json=QUERY).json()["info"]["step"] == 1
    assert statuses >= {200, 400, 404, 422}  # the mutants reached past the parser
