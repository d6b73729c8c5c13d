"""Fixtures shared by the tests: real servers and clients for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.http_server import serve_with


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker runs the tests of a file that share a browser: each would start a server and a browser of its own."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group(item.path.name))


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The base URL of a server with the default limits and without the page."""
    with serve_with() as url:
        yield url


@pytest.fixture(scope="session")
def openenv_url() -> Iterator[str]:
    """The base URL of a server that speaks the OpenEnv protocol, with the default limits and without the page."""
    with serve_with(openenv=True) as url:
        httpx.get(f"{url}/metadata", timeout=60)  # waits until the protocol has been loaded
        yield url


@pytest.fixture(scope="session")
def client(server_url: str) -> Iterator[httpx.Client]:
    """A client of the shared server."""
    with httpx.Client(base_url=server_url, timeout=20) as client:
        yield client


@pytest.fixture
def fresh_client() -> Iterator[Callable[..., httpx.Client]]:
    """Makes clients, each of a server of its own: `fresh_client(max_episodes=3)` changes its settings."""
    with ExitStack() as stack:

        def make(**changes: Any) -> httpx.Client:
            url = stack.enter_context(serve_with(**changes))
            return stack.enter_context(httpx.Client(base_url=url, timeout=20))

        yield make
