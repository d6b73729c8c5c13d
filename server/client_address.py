"""The address by which a client's share of the server is counted."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

CLIENT_PREFIX = 64  # bits of an IPv6 address that one client has to itself: it may use any address below them


def client_address(scope: Scope) -> str:
    """The address of the client of a request or a WebSocket; "" where the server does not know it."""
    client = scope.get("client")
    return _counted(client[0]) if client else ""


@lru_cache(maxsize=10_000)
def _counted(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Network((address, CLIENT_PREFIX), strict=False))
    return host
