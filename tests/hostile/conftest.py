"""Servers for the tests of hostile clients: one process for as many tests as leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.hostile.scene import quiet_times
from tests.hostile.server_process import ServerProcess, serving

QUIET_SECONDS = 1.5


class Servers:
    """Starts servers by their settings, and keeps the latest one until a test asks for another or has broken it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started = 0
        self._variables: Mapping[str, str] = {}
        self._stack = ExitStack()
        self._server: ServerProcess | None = None
        self.quiet: dict[str, list[float]] = {}  # what a witness measured on it when there was nobody else

    def running(self, **variables: str) -> ServerProcess:
        """A server with these settings (`INCIDENT_...`), which has been measured."""
        if self._server is None or not self._server.alive or self._variables != variables:
            self.end()
            self._started += 1
            self._server = self._stack.enter_context(serving(self._folder / str(self._started), **variables))
            self._variables = variables
            self.quiet = quiet_times(self._server, QUIET_SECONDS)
        return self._server

    def end(self) -> None:
        """End the server, so that the next test gets a new one."""
        self._stack.close()
        self._server = None


@pytest.fixture(scope="package")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    made = Servers(tmp_path_factory.mktemp("servers"))
    yield made
    made.end()
