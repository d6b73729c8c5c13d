"""The actions as MCP tools over OpenEnv's `/ws`: messages of type `mcp` hold requests of JSON-RPC."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.episode import StepConflictError
from cloud_incident_env.episodes import NoEpisodeError, TooManyEpisodesError, UnknownEpisodeError
from cloud_incident_env.incident_tools import StartableTools
from cloud_incident_env.options import one_line
from cloud_incident_env.tool_text import ToolStep, describe_incident, tool_step
from cloud_incident_env.views import observation_of
from cloud_incident_env.wire import ActionParameters

from .control import UnauthorizedError
from .strict_json import expected_step_of, wrong_parameters

if TYPE_CHECKING:
    from .openenv_socket import SocketSession

INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = -32600, -32601, -32602, -32603
_NAMES = frozenset({"start_incident", *ACTIONS})


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")

    jsonrpc: Literal["2.0"]
    method: str
    params: dict[str, Any] = Field(default_factory=dict)
    id: str | int | None = None


class _RefusedError(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class SocketTools(StartableTools):
    """The tools of the session of one socket."""

    def __init__(self, session: SocketSession) -> None:
        self._session = session
        self._expected_step: int | None = None  # of the call that is being answered

    async def answer(self, data: dict[str, Any]) -> dict[str, Any]:
        """The response to a request: a result, or an error with a code of JSON-RPC."""
        try:
            request = _Request.model_validate(data)
        except ValidationError as error:
            return _error(None, INVALID_REQUEST, f"Invalid request: {one_line(error)}")
        try:
            result = await self._result(request)
        except _RefusedError as error:
            return _error(request.id, error.code, str(error))
        except (NoEpisodeError, UnknownEpisodeError):
            return _error(request.id, INTERNAL_ERROR, "no incident is open: call start_incident first")
        except (ValueError, RuntimeError, TooManyEpisodesError, StepConflictError, UnauthorizedError) as error:
            return _error(request.id, INTERNAL_ERROR, str(error))
        return {"jsonrpc": "2.0", "id": request.id, "result": result}

    async def _result(self, request: _Request) -> Any:
        if request.method == "tools/list":
            return {"tools": await self._listed()}
        if request.method != "tools/call":
            raise _RefusedError(METHOD_NOT_FOUND, f"Method not found: {request.method}")
        wrong = wrong_parameters(request.params)
        if wrong:
            raise _RefusedError(INVALID_PARAMS, wrong)
        name, arguments = request.params.get("name"), request.params.get("arguments", {})
        if not name:
            raise _RefusedError(INVALID_PARAMS, "Missing 'name' in params")
        if name not in _NAMES:
            raise _RefusedError(INVALID_PARAMS, f"Tool not found: {name}")
        self._expected_step = expected_step_of(request.params.get("_meta"))
        return getattr(self, name)(**arguments)

    async def _listed(self) -> list[dict[str, Any]]:
        """The tools with their schemas. They are written by the MCP library, which the first call loads, in seconds."""
        mcp = await asyncio.to_thread(import_module, f"{__package__}.mcp")
        return [
            {"name": tool.name, "description": tool.description or "", "inputSchema": tool.parameters or {}}
            for tool in await mcp.build_mcp_server(self).list_tools()
        ]

    def _start(self, options: dict[str, Any]) -> str:
        return describe_incident(observation_of(self._session.start(options)))

    def _take(self, action_type: str, parameters: dict[str, Any]) -> ToolStep:
        given = ActionParameters(**parameters).given()
        step: ToolStep = self._session.act(action_type, given, self._expected_step, tool_step)
        return step


def _error(request_id: str | int | None, code: int, message: str) -> dict[str, Any]:
    error = {"code": code, "message": message, "data": None}
    return {"jsonrpc": "2.0", "id": request_id, "error": error}
