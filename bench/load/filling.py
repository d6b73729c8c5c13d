"""Fills a server with generated episodes, over a few connections at full speed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from bench.load.client import RestClient, connect
from bench.load.script import LONG_LOOKS, LONG_TEXT, Script, generated, long_episode, over_rest

FIRST_SEED = 3_000_000  # away from seeds that anything else may have warmed
FEW_LOOKS = 3
CONNECTIONS = 4  # enough to keep the server busy


async def fill(port: int, seeds: range, difficulty: str, *, ended: bool, maximal: bool) -> list[str]:
    """Play one episode of each seed. Returns the ids of the episodes.

    `ended`: each ends with a submission. `maximal`: an episode has as many looks as it can have and texts as long as
    may be, with a character of four bytes; otherwise a few looks and short texts.
    """
    options = generated(iter(seeds), difficulty)  # shared: each connection takes the next one
    names: list[str] = []
    clients = [
        await connect(port, lambda: RestClient(_episodes(options, names, ended, maximal)))
        for _ in range(min(CONNECTIONS, len(seeds)))
    ]
    await asyncio.gather(*(client.ended for client in clients))
    return names


def _episodes(options: Iterator[dict[str, Any]], names: list[str], ended: bool, maximal: bool) -> Script:
    summary = (LONG_TEXT if maximal else "The cause was found and fixed.") if ended else None
    first_look = 0 if maximal else LONG_LOOKS - FEW_LOOKS
    for chosen in options:
        reasoning = LONG_TEXT if maximal else ""
        names.append(
            (yield from long_episode(over_rest, chosen, reasoning=reasoning, summary=summary, first_look=first_look))
        )
