"""The server as it is run, `uvicorn server.app:app`, in a process of its own with the default settings."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
GUARD = Path(__file__).with_name("runtime_guard.py")
START_SECONDS = 90.0  # on a busy machine; runtime.startup has a limit of its own
STOP_SECONDS = 15.0
POLL_SECONDS = 0.02
_LISTENING = re.compile(r"Uvicorn running on (?:(http://[\d.:]+)|unix socket)")


@dataclass
class ServerProcess:
    """A server in a process of its own. `started`, `healthy` and `loaded` are moments of `time.perf_counter`."""

    process: subprocess.Popen[bytes]
    folder: Path  # its temporary files and its home
    started: float
    socket_path: str | None = None
    without_network: bool = False
    base_url: str = ""
    healthy: float = 0.0  # when /health was good
    loaded: float = 0.0  # when every door was open, the page too
    _clients: list[httpx.Client] = field(default_factory=list)

    @property
    def output(self) -> str:
        """What the server wrote to stdout and stderr."""
        return (self.folder / "output.log").read_text(errors="replace")

    @property
    def websocket_url(self) -> str:
        return self.base_url.replace("http", "ws", 1)

    @property
    def pid(self) -> int:
        return self.process.pid

    def client(self) -> httpx.Client:
        """A new client of the server, closed with it."""
        transport = httpx.HTTPTransport(uds=self.socket_path) if self.socket_path else None
        client = httpx.Client(base_url=self.base_url, transport=transport, timeout=START_SECONDS, trust_env=False)
        self._clients.append(client)
        return client

    def wait_until_listening(self) -> None:
        """Returns once the server accepts connections. Raises AssertionError, with its output, if it does not."""
        while True:
            found = _LISTENING.search(self.output)
            if found:
                self.base_url = found[1] or "http://server"
                return
            waited = time.perf_counter() - self.started
            lives = self.process.poll() is None and waited < START_SECONDS
            assert lives, f"not listening after {waited:.0f} s:\n{self.output[-4_000:]}"
            time.sleep(POLL_SECONDS)

    def wait_until_loaded(self) -> None:
        """Returns once all that its settings ask for is served. Raises AssertionError, with its output, if not."""
        client = self.client()
        while True:
            ready = client.get("/readyz")
            now = time.perf_counter()
            if ready.status_code == 200:
                self.healthy = self.healthy or now
                if set(ready.json()["doors"].values()) <= {"open", "off"}:
                    self.loaded = now
                    return
            lives = self.process.poll() is None and now - self.started < START_SECONDS
            assert lives, f"not loaded after {now - self.started:.0f} s: {ready.text}\n{self.output[-4_000:]}"
            time.sleep(POLL_SECONDS)

    def status(self, name: str) -> int:
        """A figure of /proc/PID/status: `VmRSS` and `VmHWM` in KiB, `Threads`."""
        text = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.findall(rf"^{name}:\s+(\d+)", text, re.M)[0])

    def cpu_seconds(self) -> float:
        """CPU time of the process so far, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def guard_log(self) -> list[tuple[str, str]]:
        """What the guard has logged so far: (kind, what)."""
        lines = (self.folder / "guard.log").read_text().splitlines()
        return [(kind, what) for kind, what in map(json.loads, lines)]

    def stop(self) -> int:
        """Stop the server as an operator would (SIGTERM), and return its exit status."""
        for client in self._clients:
            client.close()
        self.process.terminate()
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def _environment(folder: Path, hash_seed: int, changes: dict[str, str]) -> dict[str, str]:
    """The variables of a server: this process's without its settings, and a temporary folder and home of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("INCIDENT_", "PYTEST_"))}
    (folder / "tmp").mkdir()
    (folder / "home").mkdir()
    return {
        **own,
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        # Gradio imports matplotlib where it finds it, which the image does not have; it would leave its cache at home.
        "MPLCONFIGDIR": str(folder / "tmp" / "matplotlib"),
        "PYTHONHASHSEED": str(hash_seed),
        "PYTHONUNBUFFERED": "1",
        **changes,
    }


def can_drop_network() -> bool:
    """Whether this machine lets a process have a network namespace of its own."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0


@contextmanager
def launched(
    *, hash_seed: int, guarded: bool = False, app: str = "server.app:app", changes: dict[str, str] | None = None
) -> Iterator[ServerProcess]:
    """Launch a server without waiting for it, and end it at the end. `changes` go to its environment variables."""
    with tempfile.TemporaryDirectory(prefix="server-") as name:
        folder = Path(name)
        command = ["uvicorn", app]
        socket_path = str(folder / "socket") if guarded else None
        without_network = guarded and can_drop_network()
        if socket_path:
            command = [sys.executable, str(GUARD), str(folder / "guard.log"), *command, "--uds", socket_path]
        else:
            command = [sys.executable, "-m", *command, "--host", "127.0.0.1", "--port", "0"]
        if without_network:
            command = ["unshare", "-rn", *command]
        with (folder / "output.log").open("wb") as output:
            started = time.perf_counter()
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=_environment(folder, hash_seed, changes or {}),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        server = ServerProcess(process, folder, started, socket_path, without_network)
        try:
            yield server
        finally:
            server.stop()
