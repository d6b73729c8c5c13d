"""The examples run as their docstrings say and do what they claim."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import fmean
from typing import Any

from examples.plain_loop import train

ROOT = Path(__file__).resolve().parent.parent


def run(module: str, *arguments: str, **environ: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name not in ("ENV_BASE_URL", "HF_TOKEN", "API_KEY")}
    result = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**clean, **environ},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_plain_loop_learns() -> None:
    """No constant answer earns more than 0.67 on average."""
    assert fmean(train(episodes=600, seed=1)[-100:]) > 0.9


def test_the_plain_loop_runs_as_written() -> None:
    assert re.fullmatch(
        r"first 100 episodes \d\.\d\d, last 100 episodes \d\.\d\d\n", run("examples.plain_loop", "--episodes", "200")
    )


def test_the_tool_calling_agent_plays_to_its_grade() -> None:
    calls: list[tuple[str, str] | None] = [
        ("query_logs", '{"service": "network-infra"}'),
        None,  # an answer in words
        ("no_such_tool", "{}"),
        ("query_logs", '{"server": "x"}'),
        ("query_logs", "not json"),
        ("submit_root_cause", '{"service": "network-infra", "failure_mode": "BGP route withdrawal"}'),
    ]
    with tool_calling_endpoint(calls) as (url, requests):
        output = run(
            *("examples.tool_calling_agent", "--task", "root_cause_analysis", "--scenario", "1"),
            HF_TOKEN="k",
            API_BASE_URL=url,
        )
    assert output.splitlines()[-1] == "The episode is over. Grade: 1.00."
    assert len(requests) == len(calls)
    names = [tool["function"]["name"] for tool in requests[0]["tools"]]
    assert len(names) == 14
    assert "There is no tool" in json.dumps(requests[-1]["messages"])


@contextmanager
def tool_calling_endpoint(calls: list[tuple[str, str] | None]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An endpoint whose n-th answer is the n-th call."""
    requests: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            requests.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            call = calls[len(requests) - 1]
            message: dict[str, Any] = {"role": "assistant", "content": None if call else "Let me think."}
            if call:
                function = {"name": call[0], "arguments": call[1]}
                message["tool_calls"] = [{"id": f"call-{len(requests)}", "type": "function", "function": function}]
            choice = {"index": 0, "finish_reason": "stop", "message": message}
            body = {"id": "stub", "object": "chat.completion", "created": 0, "model": "stub", "choices": [choice]}
            content = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", requests
    finally:
        server.shutdown()
        server.server_close()
