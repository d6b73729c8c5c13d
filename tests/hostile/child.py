"""A module of this folder run as a process of its own, until its standard input ends; it prints a JSON report last."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 90.0


class Child:
    """A running child. `finish` ends it and returns its report."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def finish(self) -> dict[str, Any]:
        """End the child's input, wait for its report and return it. Raises AssertionError if there is none."""
        output, _ = self._process.communicate(timeout=STOP_SECONDS)
        assert self._process.returncode == 0, f"{self._process.args} ended with {self._process.returncode}"
        report: dict[str, Any] = json.loads(output.splitlines()[-1])
        return report


@contextmanager
def child(module: str, *arguments: str, nice: int = 0) -> Iterator[Child]:
    """Start `python -m tests.hostile.<module>`; the value is there once it has printed `ready`.

    `nice` makes it give way to others: an attacker has a machine of its own in life, and must not take that of the
    witness here.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.hostile.{module}", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=(lambda: os.nice(nice)) if nice else None,  # type: ignore[func-returns-value]
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line == "ready\n", f"{process.args} printed {line!r} in place of ready"
        yield Child(process)
    finally:
        process.kill()
        process.wait()
