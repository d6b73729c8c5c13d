"""Messages of MCP that attacks begin with."""

from __future__ import annotations

from typing import Any

MCP_HEADERS = {"accept": "application/json, text/event-stream"}
_CLIENT = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "attacker", "version": "1"}}


def rpc(method: str, parameters: dict[str, Any] | None = None, number: Any = 1) -> dict[str, Any]:
    """A JSON-RPC request."""
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": parameters or {}}


INITIALIZE = rpc("initialize", _CLIENT)
