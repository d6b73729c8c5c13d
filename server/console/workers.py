"""Processes beside the server that play reference agents and read run folders.

No agent is loaded into the process that serves episodes: what solves incidents stays outside, and what takes seconds of
CPU keeps no step waiting. A worker is started when it is first needed, answers one line of JSON with another, is ended
where it takes too long, and goes when nobody needs it any more.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cloud_incident_env

logger = logging.getLogger("uvicorn.error")

PLAYERS = "cloud_incident_env.evaluation"  # the package that a worker needs; an image may leave it out
MODULE = f"{PLAYERS}.console_worker"
AT_ONCE = 2  # workers, of some 90 MB each
MOST_WAITING = 8  # requests that wait for one
SECONDS = 30.0  # that a worker may take for an answer, the first time its start included
IDLE_SECONDS = 120.0  # after which a worker that nobody needed is ended
# Of the server's environment: nothing that is a setting or a secret.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "SYSTEMROOT")


class BusyError(Exception):
    """Too many requests wait for a worker already, or a worker took too long."""


class WorkerError(Exception):
    """A worker refused what was asked for; the message says why, and `status` how it is answered."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Workers:
    """At most `at_once` worker processes. `module` is run by Python as a worker."""

    def __init__(self, module: str = MODULE, *, at_once: int = AT_ONCE, seconds: float = SECONDS) -> None:
        self._module = module
        self._seconds = seconds
        self._places = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._idle: list[tuple[float, subprocess.Popen[bytes]]] = []  # since when, the longest first
        self._lock = threading.Lock()

    @property
    def exist(self) -> bool:
        """Whether there is anything to start: an image may leave the agents out."""
        try:
            return find_spec(PLAYERS) is not None
        except ImportError:
            return False

    async def ask(self, do: str, **what: Any) -> Any:
        """What a worker answers. Raises WorkerError where it refuses, BusyError where none is free or quick enough."""
        if self._waiting >= MOST_WAITING:
            raise BusyError("too many agents play already: try again in a moment")
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        try:
            answer = await asyncio.to_thread(self._ask, {"do": do, **what})
        finally:
            self._places.release()
            asyncio.get_running_loop().call_later(IDLE_SECONDS + 1.0, self.end_idle)
        if "error" in answer:
            raise WorkerError(answer["status"], answer["error"])
        return answer["answer"]

    def end_idle(self, seconds: float = IDLE_SECONDS) -> None:
        """End the workers that nobody has needed for so long."""
        limit = time.monotonic() - seconds
        with self._lock:
            ended = [worker for since, worker in self._idle if since <= limit]
            self._idle = [(since, worker) for since, worker in self._idle if since > limit]
        for worker in ended:
            _end(worker)

    def close(self) -> None:
        """End all workers that are idle. A busy one ends with the server, when its input is closed."""
        self.end_idle(0.0)

    def _ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            worker = self._idle.pop()[1] if self._idle else None
        if worker is None or worker.poll() is not None:
            worker = self._start()
        timer = threading.Timer(self._seconds, worker.kill)
        timer.daemon = True
        timer.start()
        assert worker.stdin is not None
        assert worker.stdout is not None
        try:
            worker.stdin.write(json.dumps(question).encode() + b"\n")
            worker.stdin.flush()
            line = worker.stdout.readline()
        except OSError:
            line = b""
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            _end(worker)
            logger.warning("a worker of the page was ended at %r: too slow, or failed", question["do"])
            raise BusyError("this took too long, or failed: try again in a moment")
        with self._lock:
            self._idle.append((time.monotonic(), worker))
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment["PYTHONPATH"] = str(Path(cloud_incident_env.__file__).parents[1])
        return subprocess.Popen(
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )


def _end(worker: subprocess.Popen[bytes]) -> None:
    """End a process and forget its pipes."""
    worker.kill()
    worker.wait()
    for pipe in (worker.stdin, worker.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
