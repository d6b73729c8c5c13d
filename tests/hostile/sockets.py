"""Raw sockets of an attacker: requests and messages that no client library would send."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
import zlib
from collections.abc import Iterable

from tests.hostile.http_connection import ATTACKER

CONTINUATION, TEXT = 0, 1
DEFLATED = 0x40  # RSV1: the message is compressed
FINAL = 0x80


async def open_socket(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to the server from the attacker's address."""
    return await asyncio.open_connection("127.0.0.1", port, local_addr=(ATTACKER, 0))


async def handshake(port: int, path: str = "/ws", extensions: str = "") -> tuple[asyncio.StreamWriter, str]:
    """Open a WebSocket; the second value is the head of the server's answer."""
    reader, writer = await open_socket(port)
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: localhost",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        *([f"Sec-WebSocket-Extensions: {extensions}"] if extensions else []),
    ]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
    return writer, head.decode("latin-1")


def frame(payload: bytes, opcode: int, flags: int = 0) -> bytes:
    """A masked frame; the mask is zero, which leaves the payload as it is."""
    size = len(payload)
    if size < 126:
        length = struct.pack("!B", 0x80 | size)
    elif size < 1 << 16:
        length = struct.pack("!BH", 0x80 | 126, size)
    else:
        length = struct.pack("!BQ", 0x80 | 127, size)
    return struct.pack("!B", flags | opcode) + length + b"\0\0\0\0" + payload


def unfinished(total: int, piece: int = 1 << 16) -> Iterable[bytes]:
    """Frames of one text message of so many bytes, without its last one."""
    yield frame(b"x" * piece, TEXT)
    for _ in range(total // piece - 1):
        yield frame(b"x" * piece, CONTINUATION)


def bomb(total: int) -> bytes:
    """A compressed frame that unpacks to so many bytes of a message which is not finished."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b"x" * total) + packer.flush(zlib.Z_SYNC_FLUSH)
    return frame(packed[:-4], TEXT, DEFLATED)
