"""Every interface of the server as a client at which an episode is played, and the raw text that it shows there.

    rest                       POST /reset, POST /step, GET /state
    ws, openenv-ws             the OpenEnv WebSocket, at the root and of the standard server under /openenv
    mcp, openenv-mcp           OpenEnv's JSON-RPC at /mcp and /openenv/mcp, in a session of its own
    mcp-ws                     the same over the WebSocket /mcp
    agent-mcp                  MCP for standard clients, streamable HTTP

A client returns what the interface sent, byte for byte, but for ids that cannot repeat (the episode's, the session's).
"""

from __future__ import annotations

import itertools
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Protocol

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect, unix_connect

Parameters = Mapping[str, Any]
Action = tuple[str, Parameters]  # action type, and parameters under their own names (no `target`)

_numbers = itertools.count()


class Server(Protocol):
    """Where a server answers."""

    socket_path: str | None

    @property
    def websocket_url(self) -> str: ...

    def client(self) -> httpx.Client: ...


class Address:
    """A server on a TCP port, of which nothing but the base URL is known."""

    socket_path = None

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.websocket_url = base_url.replace("http", "ws", 1)

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.base_url, timeout=60, trust_env=False)


class Refused(Exception):  # noqa: N818 - it is an answer, not an error of the test
    """The interface refused a call; the message is what it said."""


class Client(ABC):
    """One player at one interface. `task_id` and `scenario_index` start an episode, actions play it."""

    def __init__(self, server: Server) -> None:
        self.number = next(_numbers)
        self.http = server.client()

    @abstractmethod
    def reset(self, task_id: str, scenario_index: int) -> str:
        """Start an episode, and return what the interface showed."""

    @abstractmethod
    def act(self, action_type: str, parameters: Parameters) -> str:
        """Take an action, and return what the interface showed."""

    def state(self) -> str:
        """The record of the episode as the interface shows it, "" if it shows none."""
        return ""

    def close(self) -> None:
        self.http.close()


class RestClient(Client):
    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self.episode_id = f"client-{self.number}"

    def reset(self, task_id: str, scenario_index: int) -> str:
        options = {"task_id": task_id, "scenario_index": scenario_index, "episode_id": self.episode_id}
        return self._shown(self.http.post("/reset", json=options))

    def act(self, action_type: str, parameters: Parameters) -> str:
        body = {"episode_id": self.episode_id, "action_type": action_type, "parameters": dict(parameters)}
        return self._shown(self.http.post("/step", json=body))

    def state(self) -> str:
        return self._shown(self.http.get("/state", params={"episode_id": self.episode_id}))

    def grader(self) -> str:
        return self._shown(self.http.get("/grader", params={"episode_id": self.episode_id}))

    def _shown(self, response: httpx.Response) -> str:
        return without(checked(response).text, self.episode_id)


class WebSocketClient(Client):
    """A session of OpenEnv's WebSocket."""

    def __init__(self, server: Server, path: str = "/ws") -> None:
        super().__init__(server)
        self.episode_id = f"client-{self.number}"
        self._opened = open_websocket(server, path)
        self._socket = self._opened.__enter__()

    def ask(self, kind: str, data: Any = None) -> str:
        """Send a message and return the answer as it came. Raises Refused for an error of the protocol."""
        answer = exchanged(self._socket, {"type": kind} if data is None else {"type": kind, "data": data})
        if json.loads(answer)["type"] == "error":
            raise Refused(json.loads(answer)["data"]["message"])
        return without(answer, self.episode_id)

    def reset(self, task_id: str, scenario_index: int) -> str:
        return self.reset_with(task_id=task_id, scenario_index=scenario_index)

    def reset_with(self, **options: Any) -> str:
        return self.ask("reset", {"episode_id": self.episode_id, **options})

    def act(self, action_type: str, parameters: Parameters) -> str:
        return self.ask("step", {"action_type": action_type, "parameters": dict(parameters)})

    def state(self) -> str:
        return self.ask("state")

    def close(self) -> None:
        self._opened.__exit__(None, None, None)
        super().close()


class _ToolClient(Client):
    """A client whose actions are MCP tools."""

    @abstractmethod
    def rpc(self, method: str, params: dict[str, Any]) -> str:
        """Call a JSON-RPC method and return the answer as it came."""

    def call(self, tool: str, arguments: Parameters) -> str:
        return self.rpc("tools/call", {"name": tool, "arguments": dict(arguments)})

    def reset(self, task_id: str, scenario_index: int) -> str:
        return self.call("start_incident", {"task_id": task_id, "scenario_index": scenario_index})

    def act(self, action_type: str, parameters: Parameters) -> str:
        return self.call(action_type, parameters)

    def tools(self) -> list[dict[str, Any]]:
        """What tools/list answers."""
        listed: list[dict[str, Any]] = _result_of(self.rpc("tools/list", {}))["tools"]
        return listed


class OpenEnvMcpClient(_ToolClient):
    """A session of OpenEnv's JSON-RPC over HTTP."""

    def __init__(self, server: Server, path: str = "/mcp") -> None:
        super().__init__(server)
        self._path = path
        self.session_id = ""
        self.session_id = _result_of(self.rpc("openenv/session/create", {}))["session_id"]

    def rpc(self, method: str, params: dict[str, Any]) -> str:
        named = {**params, "session_id": self.session_id} if self.session_id else params
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": named}
        answer = checked(self.http.post(self._path, json=request)).text
        _refuse_errors(answer)
        return without(answer, self.session_id)

    def close(self) -> None:
        self.rpc("openenv/session/close", {})
        super().close()


class McpSocketClient(_ToolClient):
    """A session of OpenEnv's JSON-RPC over a WebSocket."""

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self._opened = open_websocket(server, "/mcp")
        self._socket = self._opened.__enter__()

    def rpc(self, method: str, params: dict[str, Any]) -> str:
        answer = exchanged(self._socket, {"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        _refuse_errors(answer)
        return answer

    def close(self) -> None:
        self._opened.__exit__(None, None, None)
        super().close()


class AgentMcpClient(_ToolClient):
    """A session of the standard protocol: streamable HTTP, each answer an event stream of one message."""

    PATH = "/agent/mcp"

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self.http.headers["accept"] = "application/json, text/event-stream"
        hello = {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "quality", "version": "1"},
        }
        request = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
        response = checked(self.http.post(self.PATH, json=request))
        self.welcome = response.text
        self.http.headers["mcp-session-id"] = response.headers["mcp-session-id"]
        checked(self.http.post(self.PATH, json={"jsonrpc": "2.0", "method": "notifications/initialized"}))

    def rpc(self, method: str, params: dict[str, Any]) -> str:
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        stream = checked(self.http.post(self.PATH, json=request)).text
        answer = next(line.removeprefix("data: ") for line in stream.splitlines() if line.startswith("data: "))
        _refuse_errors(answer)
        result = json.loads(answer)["result"]
        if result.get("isError"):
            raise Refused(result["content"][0]["text"])
        return answer

    def close(self) -> None:
        self.http.delete(self.PATH)
        super().close()


INTERFACES: dict[str, Callable[[Server], Client]] = {
    "rest": RestClient,
    "ws": WebSocketClient,
    "openenv-ws": lambda server: WebSocketClient(server, "/openenv/ws"),
    "mcp": OpenEnvMcpClient,
    "openenv-mcp": lambda server: OpenEnvMcpClient(server, "/openenv/mcp"),
    "mcp-ws": McpSocketClient,
    "agent-mcp": AgentMcpClient,
}
MCP_INTERFACES = ("mcp", "openenv-mcp", "mcp-ws", "agent-mcp")


@contextmanager
def connected(server: Server, interface: str) -> Iterator[Any]:
    """A client at an interface, given back at the end."""
    client = INTERFACES[interface](server)
    try:
        yield client
    finally:
        client.close()


def played(client: Client, task_id: str, scenario_index: int, actions: Iterable[Action]) -> list[str]:
    """Play an episode and return all that the interface showed: the reset, each action, and the record at the end."""
    shown = [client.reset(task_id, scenario_index)]
    shown += [client.act(action_type, parameters) for action_type, parameters in actions]
    return [*shown, client.state()]


def open_websocket(server: Server, path: str) -> AbstractContextManager[ClientConnection]:
    """A WebSocket to the server, on TCP or on its Unix socket."""
    if server.socket_path:
        return unix_connect(server.socket_path, f"ws://server{path}", max_size=2**24, open_timeout=60)
    return connect(server.websocket_url + path, max_size=2**24, open_timeout=60, proxy=None)


def exchanged(socket: ClientConnection, message: Any) -> str:
    """Send a message and return the answer. A server that hangs up first has said why in an answer of its own."""
    with suppress(ConnectionClosed):
        socket.send(json.dumps(message))
    return str(socket.recv(timeout=60))


def without(text: str, own_id: str) -> str:
    """A text with the client's own id taken out."""
    return text.replace(own_id, "ID") if own_id else text


def checked(response: httpx.Response) -> httpx.Response:
    """The response if it is a good one. Raises Refused otherwise."""
    if response.status_code >= 400:
        raise Refused(f"{response.status_code}: {response.text}")
    return response


def _refuse_errors(answer: str) -> None:
    if "error" in json.loads(answer):
        raise Refused(json.loads(answer)["error"]["message"])


def _result_of(answer: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(answer)["result"]
    return result
