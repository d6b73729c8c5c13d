"""A module of this folder run as a process of its own, until its standard input ends; it prints a JSON report last."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 240.0  # an attacker gives way to all others, and so ends late on a busy machine


class Child:
    """A running child."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: list[str] = []
        self._done = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)

    def wait_until_ready(self) -> None:
        """Wait for the line `ready`. Raises AssertionError if another comes."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line == "ready\n", f"{self._process.args} printed {line!r} in place of ready"
        self._reader.start()

    def go(self) -> None:
        """Tell a child that waits for a line of input to begin."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def wait_until_done(self, seconds: float) -> bool:
        """Wait for the line `done`, or for the end of the child; whether one came in time."""
        return self._done.wait(seconds)

    def finish(self) -> dict[str, Any]:
        """End the child's input, wait for its report and return it. Raises AssertionError if there is none."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(STOP_SECONDS)
        self._reader.join(STOP_SECONDS)
        assert self._process.returncode == 0, f"{self._process.args} ended with {self._process.returncode}"
        report: dict[str, Any] = json.loads(self._lines[-1])
        return report

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line)
            if line == "done\n":
                self._done.set()
        self._done.set()


@contextmanager
def child(module: str, *arguments: str, nice: int = 0) -> Iterator[Child]:
    """Start `python -m tests.hostile.<module>`, which takes a second to get ready. `nice` is added to its niceness."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.hostile.{module}", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: _give_way(nice),
    )
    try:
        yield Child(process)
    finally:
        process.kill()
        process.wait()


def _give_way(nice: int) -> None:
    os.nice(nice)
