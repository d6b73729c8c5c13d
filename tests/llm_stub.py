"""A local OpenAI-compatible endpoint that answers from a script: replies, errors, delays."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """One answer: the model's text, or an error status, after a delay in seconds."""

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


@dataclass
class Stub:
    """A running endpoint and the requests it got."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def llm_stub(answer: Callable[[dict[str, Any]], Reply]) -> Iterator[Stub]:
    """Serve chat completions that `answer` makes from each request's body."""
    stub = Stub("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            stub.requests.append({"path": self.path, **body})
            reply = answer(body)
            time.sleep(reply.delay)
            content = json.dumps(
                completion(body["model"], reply.text) if reply.status == 200 else {"error": "scripted"}
            )
            self.send_response(reply.status)
            for name, value in {"content-type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content.encode())

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                return  # a client that timed out has gone

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stub.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()


def completion(model: str, text: str) -> dict[str, Any]:
    """A chat completion as the endpoint sends it."""
    message = {"role": "assistant", "content": text}
    return {
        "id": "stub",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
    }
