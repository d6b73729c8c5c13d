"""Benchmarks. Here: the real server in a process of its own, as every benchmark measures it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
POLL_SECONDS = 0.005
STOP_SECONDS = 10


class ServerEndedError(RuntimeError):
    """The server under test ended, or did not come up in time; the message holds what it wrote."""


@dataclass
class RunningServer:
    """A server in a subprocess. `started` is the moment before it was launched."""

    port: int
    started: float
    process: subprocess.Popen[bytes]
    log: Path

    def seconds_until(self, path: str, good: Callable[[int, bytes], bool], timeout: float) -> float:
        """Seconds from the launch until `path` first answers with a status and body that are `good`."""
        while True:
            answer = _get(self.port, path)
            elapsed = time.perf_counter() - self.started
            if answer is not None and good(*answer):
                return elapsed
            if self.process.poll() is not None or elapsed > timeout:
                raise ServerEndedError(f"no good {path} after {elapsed:.1f} s:\n{self.log.read_text()[-4_000:]}")
            time.sleep(POLL_SECONDS)


@contextmanager
def running_server(
    *,
    rest_only: bool = False,
    bytecode: str | None = None,
    variables: Mapping[str, str] | None = None,
    module: Sequence[str] = ("server.app",),
) -> Iterator[RunningServer]:
    """Launch the server on a free port, and end it whatever happens.

    `bytecode` is a folder for its compiled modules, `variables` are settings (`INCIDENT_...`), and `module` is what
    `python -m` runs, with its arguments: another server that takes the same settings.
    """
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "server.log")
        port = _free_port()
        environment = {
            **os.environ,
            **(variables or {}),
            "INCIDENT_HOST": "127.0.0.1",
            "INCIDENT_PORT": str(port),
            "INCIDENT_UI": str(not rest_only).lower(),
            "INCIDENT_OPENENV": str(not rest_only).lower(),
        }
        if bytecode is not None:
            environment["PYTHONPYCACHEPREFIX"] = bytecode
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
        with log.open("wb") as output:
            started = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-m", *module], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
            try:
                yield RunningServer(port, started, process, log)
            finally:
                process.terminate()
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def healthy(status: int, body: bytes) -> bool:
    """Whether an answer of /health is the good one."""
    return status == 200 and body == b'{"status":"ok","version":"0.1.0"}'


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A small text table: the first column to the left, figures to the right."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _get(port: int, path: str) -> tuple[int, bytes] | None:
    """Status and body, or None while nothing answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
