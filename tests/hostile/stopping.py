"""Ending a task for certain."""

from __future__ import annotations

import asyncio
from typing import Any


async def stop(task: asyncio.Future[Any]) -> None:
    """Cancel a task until it has ended: `asyncio.wait_for` loses a cancellation that comes together with its result."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.1)
