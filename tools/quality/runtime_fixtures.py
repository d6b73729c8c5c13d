"""The servers that the runtime checks share: a pytest plugin, so that each starts once for all test modules.

`plain_server` listens on a TCP port and has one hash seed. `guarded_server` has another, listens on a Unix socket, runs
under `runtime_guard.py` and, where this machine can make one, in a network namespace without any network. Both start on
first use, at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tools.quality.runtime_servers import ServerProcess, launched


@pytest.fixture(scope="session")
def _both() -> Iterator[tuple[ServerProcess, ServerProcess]]:
    with ExitStack() as stack:
        plain = stack.enter_context(launched(hash_seed=1))
        guarded = stack.enter_context(launched(hash_seed=2, guarded=True))
        for server in (plain, guarded):
            server.wait_until_listening()
        for server in (plain, guarded):
            server.wait_until_loaded()
        yield plain, guarded


@pytest.fixture(scope="session")
def plain_server(_both: tuple[ServerProcess, ServerProcess]) -> ServerProcess:
    """The server on a TCP port."""
    return _both[0]


@pytest.fixture(scope="session")
def guarded_server(_both: tuple[ServerProcess, ServerProcess]) -> ServerProcess:
    """The server under guard, without a network where this machine allows it."""
    return _both[1]
