"""The server as a process of its own, as `make run` starts it: its memory is limited and its folders are watched.

The limit is `RLIMIT_DATA`: on Linux it bounds the private writable memory of the process, so that an allocation over it
fails, and unlike a control group it needs no rights. Stacks of threads count with their whole size, so the usual 8 MiB
of each are cut to 2. `RLIMIT_AS` would also count the address space that is only reserved.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from tests.free_ports import free_port
from tests.hostile.promise import MEMORY_LIMIT_BYTES, OPEN_FILES

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
START_SECONDS = 90.0
STACK_BYTES = 2 << 20  # of a thread
_PAGE_BYTES = resource.getpagesize()


class Figures(NamedTuple):
    """What a process uses at one moment."""

    rss: int  # bytes of memory
    descriptors: int
    threads: int


class ServerProcess:
    """A running server. `folder` holds everything that it could write to without being told where."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
        self.process = process
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self._folder = folder
        self._log = folder / "server.log"

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def figures(self) -> Figures:
        """What the process uses now. Raises AssertionError if it has ended."""
        assert self.alive, f"the server ended with {self.process.returncode}:\n{self.log()[-2000:]}"
        proc = Path("/proc", str(self.process.pid))
        pages = int((proc / "statm").read_text().split()[1])
        return Figures(pages * _PAGE_BYTES, len(os.listdir(proc / "fd")), len(os.listdir(proc / "task")))

    def files(self) -> dict[str, int]:
        """Path -> size in bytes of every file that the server has written, beside its log."""
        found = {}
        for path in self._folder.rglob("*"):
            if path.is_file() and path != self._log:
                found[str(path.relative_to(self._folder))] = path.stat().st_size
        return found

    def log_bytes(self) -> int:
        return self._log.stat().st_size

    def log(self, start: int = 0) -> str:
        """The log from a byte on."""
        with self._log.open("rb") as file:
            file.seek(start)
            return file.read(4 << 20).decode("utf-8", "replace")


@contextmanager
def serving(folder: Path, **variables: str) -> Iterator[ServerProcess]:
    """Start `python -m server.app` with everything on; yield it once the page is open, and end it afterwards.

    `variables` are environment variables, such as `INCIDENT_MAX_EPISODES="300"`.
    """
    (folder.parent / "matplotlib").mkdir(exist_ok=True)
    for name in ("tmp", "home", "cwd"):
        (folder / name).mkdir(parents=True)
    port = free_port()
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "server.app", "--host", HOST, "--port", str(port)],
            cwd=folder / "cwd",
            env={**_environ(folder), **variables},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=_limit,
        )
    try:
        server = ServerProcess(process, port, folder)
        _wait_until_open(server)
        yield server
    finally:
        process.kill()
        process.wait()


def _environ(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INCIDENT_") and name != "PORT"}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(folder / "tmp"),
        "GRADIO_TEMP_DIR": str(folder / "tmp" / "gradio"),
        "HOME": str(folder / "home"),
        # Gradio imports Matplotlib where it is installed, as it is for developers alone, and that writes a cache.
        "MPLCONFIGDIR": str(folder.parent / "matplotlib"),
    }


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_STACK, (STACK_BYTES, STACK_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))


def _wait_until_open(server: ServerProcess) -> None:
    until = time.monotonic() + START_SECONDS
    while server.alive and time.monotonic() < until:
        try:
            if httpx.get(f"{server.url}/readyz", timeout=10).json()["doors"]["page"] == "open":
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the server did not open:\n{server.log()[-2000:]}")
