"""A keep-alive HTTP connection that costs its process little, so that a measurement is of the server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

ATTACKER = "127.0.0.2"  # the address that attackers come from; every address of 127.0.0.0/8 is this machine
WITNESS = "127.0.0.1"
_NONE: Mapping[str, str] = MappingProxyType({})
_JSON = {"content-type": "application/json"}
LONGEST_LINE = 1 << 20  # bytes


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]  # with names in lower case
    body: bytes


class HttpConnection:
    """One connection, opened when it is needed. Not for concurrent use.

    `request` raises ConnectionError, asyncio.IncompleteReadError or TimeoutError if there is no whole answer; the next
    request then opens a new connection.
    """

    def __init__(self, port: int, source: str = WITNESS, seconds: float = 30.0) -> None:
        self._port = port
        self._source = source
        self._seconds = seconds
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = _NONE) -> Answer:
        """Send a request and read its whole answer. A body is JSON unless `headers` say otherwise."""
        fields = {**(_JSON if body else _NONE), **headers, "content-length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        message = f"{method} {path} HTTP/1.1\r\nhost: localhost\r\n{head}\r\n".encode("latin-1") + body
        try:
            return await asyncio.wait_for(self._exchange(method, message), self._seconds)
        except asyncio.TimeoutError as error:
            self.close()
            raise TimeoutError(f"no answer to {method} {path} within {self._seconds} s") from error
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            raise

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None

    async def _exchange(self, method: str, message: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(
                "127.0.0.1", self._port, local_addr=(self._source, 0), limit=LONGEST_LINE
            )
        reader, writer = self._streams
        writer.write(message)
        answer = await _read_answer(reader, method)
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        return answer


async def _read_answer(reader: asyncio.StreamReader, method: str) -> Answer:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    status = int(first.split(" ", 2)[1])
    if method == "HEAD" or status == 204:
        body = b""
    elif headers.get("transfer-encoding", "").lower() == "chunked":
        body = await _read_chunks(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Answer(status, headers, body)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return bytes(body)
