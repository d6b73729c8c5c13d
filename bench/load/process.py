"""What a process uses, as Linux counts it; the event loop of clients; the limit of open files."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """CPU seconds that a process has used, in all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS  # utime and stime


def resident_kilobytes(pid: int) -> int:
    """Kilobytes (of 1,024 bytes) of a process that are in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine, on uvloop where it is installed: clients are to cost as little as they can."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    loop = uvloop.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def allow_open_files(wanted: int) -> None:
    """Let this process and its children hold so many open files. Raises SystemExit if the system does not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard not in (resource.RLIM_INFINITY,) and hard < wanted:
        raise SystemExit(f"this needs {wanted} open files, and the hard limit is {hard}: raise it (ulimit -Hn)")
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
