"""A local OpenAI-compatible endpoint that answers from a script: text, tool calls, streams, errors, delays, cuts."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PIECE = 20  # characters of text or arguments in one chunk of a stream


@dataclass
class Reply:
    """One answer: the model's text and tool calls, or an error status, after a delay in seconds."""

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    calls: list[tuple[str, str]] = field(default_factory=list)  # name and arguments of each tool call
    usage: tuple[int, int] | None = None  # prompt and completion tokens
    body: str | None = None  # sent as it is, in place of a completion or an error
    error_code: str | None = None  # in the body of an error
    # The connection breaks after so many bytes of the body, or so many events of a stream.
    cut: int | None = None
    ends_quietly: bool = False  # a cut stream ends as if it were whole


@dataclass
class Stub:
    """A running endpoint and the requests it got."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)  # of each request, names in lower case


@contextmanager
def llm_stub(answer: Callable[[dict[str, Any]], Reply], *, browsers: bool = False) -> Iterator[Stub]:
    """Serve chat completions that `answer` makes from each request's body; it streams to those who ask for that.

    `browsers`: whether it lets the pages of any origin call it, as CORS wants it.
    """
    stub = Stub("")

    class Handler(_Handler):
        lets_browsers = browsers

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            stub.requests.append({"path": self.path, **body})
            stub.headers.append({name.lower(): value for name, value in self.headers.items()})
            reply = answer(body)
            time.sleep(reply.delay)
            if body.get("stream") and reply.status == 200 and reply.body is None:
                counted = (body.get("stream_options") or {}).get("include_usage")
                self.stream(body["model"], reply if counted else replace(reply, usage=None), len(stub.requests))
            else:
                self.send_whole(
                    _body(body["model"], reply, len(stub.requests)).encode("utf-8", "surrogateescape"), reply
                )

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    stub.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    lets_browsers = False

    def do_OPTIONS(self) -> None:
        """What a browser asks before it calls."""
        self.send_response(204 if self.lets_browsers else 405)
        self.send_header("content-length", "0")
        self.send_cors()
        self.end_headers()

    def send_cors(self) -> None:
        if self.lets_browsers:
            self.send_header("access-control-allow-origin", "*")
            self.send_header("access-control-allow-headers", "authorization, content-type")
            self.send_header("access-control-expose-headers", "retry-after, retry-after-ms")

    def send_whole(self, content: bytes, reply: Reply) -> None:
        self._head(reply, {"content-type": "application/json", "content-length": str(len(content))})
        self.wfile.write(content[: reply.cut])
        self.close_connection = reply.cut is not None

    def stream(self, model: str, reply: Reply, number: int) -> None:
        self._head(reply, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})
        for event in _events(model, reply, number)[: reply.cut]:
            line = f"data: {event}\n\n".encode()
            self.wfile.write(b"%x\r\n%b\r\n" % (len(line), line))
        if reply.cut is None or reply.ends_quietly:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.close_connection = True

    def _head(self, reply: Reply, headers: dict[str, str]) -> None:
        self.send_response(reply.status)
        for name, value in {**headers, **reply.headers}.items():
            self.send_header(name, value)
        self.send_cors()
        self.end_headers()

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            return  # a client that timed out has gone

    def log_message(self, format: str, *args: Any) -> None:
        return


def completion(model: str, reply: Reply, number: int) -> dict[str, Any]:
    """The n-th chat completion as the endpoint sends it."""
    message: dict[str, Any] = {"role": "assistant", "content": reply.text}
    if reply.calls:
        message["content"] = reply.text or None
        message["tool_calls"] = _calls(reply, number)
    choice = {"index": 0, "finish_reason": "tool_calls" if reply.calls else "stop", "message": message}
    body = {"id": "stub", "object": "chat.completion", "created": 0, "model": model, "choices": [choice]}
    return body if reply.usage is None else {**body, "usage": _usage(*reply.usage)}


def _body(model: str, reply: Reply, number: int) -> str:
    if reply.body is not None:
        return reply.body
    if reply.status != 200:
        return json.dumps({"error": {"message": "scripted", "code": reply.error_code}})
    return json.dumps(completion(model, reply, number))


def _events(model: str, reply: Reply, number: int) -> list[str]:
    """The events of a stream: text, then the calls, in pieces; the end; the usage."""
    deltas: list[dict[str, Any]] = [{"content": piece} for piece in _pieces(reply.text)]
    for index, call in enumerate(_calls(reply, number)):
        function = call.pop("function")
        deltas.append({"tool_calls": [{"index": index, **call, "function": {**function, "arguments": ""}}]})
        deltas += [
            {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}
            for piece in _pieces(function["arguments"])
        ]
    chunk = {"id": "stub", "object": "chat.completion.chunk", "created": 0, "model": model}
    events: list[dict[str, Any]] = [
        {**chunk, "choices": [{"index": 0, "finish_reason": None, "delta": delta}]} for delta in deltas
    ]
    events.append({**chunk, "choices": [{"index": 0, "finish_reason": "stop", "delta": {}}]})
    if reply.usage is not None:
        events.append({**chunk, "choices": [], "usage": _usage(*reply.usage)})
    return [*(json.dumps(event) for event in events), "[DONE]"]


def _calls(reply: Reply, number: int) -> list[dict[str, Any]]:
    return [
        {"id": f"call-{number}-{index}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for index, (name, arguments) in enumerate(reply.calls)
    ]


def _pieces(text: str) -> list[str]:
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def _usage(prompt: int, answered: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": answered, "total_tokens": prompt + answered}
