"""What every attack uses: connections from an address of its own, and counts of the answers that it got."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from tests.hostile.http_connection import ATTACKER, Answer, HttpConnection

_NONE: Mapping[str, str] = MappingProxyType({})


class Attacker:
    """A client that means harm, or has lost control of itself."""

    def __init__(self, port: int, seed: int = 0) -> None:
        self.port = port
        self.seed = seed  # of what an attack chooses at random
        self.statuses: Counter[str] = Counter()  # "503" or "no answer" -> how often
        self.counts: Counter[str] = Counter()  # what the attack itself counts
        self.failures: list[str] = []  # the first answers of 500 and above
        self.problems: list[str] = []  # the first answers that are wrong in kind, and messages without an answer
        self._kept: list[asyncio.StreamWriter] = []

    def report(self) -> dict[str, Any]:
        """What came back, as JSON can hold it."""
        return {"statuses": self.statuses, "counts": self.counts, "failures": self.failures, "problems": self.problems}

    def connection(self) -> HttpConnection:
        return HttpConnection(self.port, ATTACKER)

    async def send(
        self, connection: HttpConnection, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = _NONE
    ) -> Answer | None:
        """Send a request and count its answer; None if there was none."""
        try:
            answer = await connection.request(method, path, body, headers)
        except (OSError, asyncio.IncompleteReadError):
            self.statuses["no answer"] += 1
            await asyncio.sleep(0.05)
            return None
        self.statuses[str(answer.status)] += 1
        if answer.status >= 500 and len(self.failures) < 20:
            self.failures.append(f"{method} {path} {body[:100]!r}: {answer.status} {answer.body[:200]!r}")
        return answer

    def count(self, name: str) -> None:
        self.counts[name] += 1

    def problem(self, text: str) -> None:
        """Note an answer that is wrong in kind."""
        self.counts["problems"] += 1
        if len(self.problems) < 20:
            self.problems.append(text)

    def saw(self, head: str) -> None:
        """Count the status of a handshake's answer."""
        self.statuses[head.split(" ", 2)[1]] += 1

    def keep(self, writer: asyncio.StreamWriter) -> None:
        """Leave a socket open until the attacker stops."""
        self._kept.append(writer)

    async def all_of(self, client: Callable[[int], Awaitable[None]], number: int) -> None:
        """Run so many clients at once; one whose connection the server closes has nothing more to do."""
        for result in await asyncio.gather(*(client(each) for each in range(number)), return_exceptions=True):
            if isinstance(result, (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError)):
                self.counts["sockets that the server closed"] += 1
            elif isinstance(result, BaseException):
                raise result
