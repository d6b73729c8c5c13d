"""A real server for tests: the app behind uvicorn in a thread, on a port that the system picks."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from server.app import create_app
from server.settings import Settings

START_SECONDS = 20.0
STOP_SECONDS = 20.0


class _Server(uvicorn.Server):
    """Says when it accepts connections, or that it never will."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.settled.set()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets)
        finally:
            self.settled.set()


def settings(**changes: Any) -> Settings:
    """The default settings without the page, whatever this machine's INCIDENT_ variables say, with `changes`."""
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    return Settings(**{**defaults, "ui": False, "openenv": False, **changes})


@contextmanager
def serve(app: FastAPI) -> Iterator[str]:
    """Serve an app over real sockets; the value is its base URL."""
    # Named as TCP, because asyncio turns Nagle's delay (40 ms an answer) off only for sockets that say so.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        # Hostile requests make uvicorn warn, which is its job and not this suite's.
        server = _Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=5))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            server.settled.wait(START_SECONDS)
            assert server.started, "the server did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)
            assert not thread.is_alive(), "the server did not stop"


@contextmanager
def serve_with(**changes: Any) -> Iterator[str]:
    """Serve a fresh app whose settings have these changes."""
    with serve(create_app(settings(**changes))) as url:
        yield url
