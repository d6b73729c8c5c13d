"""MCP for standard clients: the incident's actions as tools over streamable HTTP, an episode for each MCP session."""

from __future__ import annotations

from typing import Any

from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.exceptions import ValidationError as InvalidArgumentsError
from fastmcp.server.dependencies import get_context
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import ToolResult
from pydantic import ValidationError

from cloud_incident_env.ended_episode import EndedEpisode
from cloud_incident_env.episodes import Episodes, NoEpisodeError, TooManyEpisodesError, UnknownEpisodeError
from cloud_incident_env.incident_tools import StartableTools, action_tools
from cloud_incident_env.manifest import ENV_NAME, VERSION
from cloud_incident_env.options import one_line, read_options
from cloud_incident_env.tool_text import ToolStep, describe_incident, step_after_end, tool_step
from cloud_incident_env.views import observation_of
from cloud_incident_env.wire import ActionParameters

MCP_PATH = "/agent/mcp"
_INSTRUCTIONS = """Handle cloud incidents as the engineer on call. Call start_incident, read the alert, investigate with
the diagnostic tools, remediate where the task asks for it, and end with the submission tool of the task. Every call but
start_incident is a step, and steps are few."""


class SessionTools(StartableTools):
    """The tools of whichever MCP session calls: its episode is named after the session."""

    def __init__(self, episodes: Episodes) -> None:
        self._episodes = episodes

    def _start(self, options: dict[str, Any]) -> str:
        try:
            asked = read_options({**options, "episode_id": _session_episode()})
            return describe_incident(observation_of(self._episodes.reset(asked)))
        except (ValueError, TooManyEpisodesError) as error:
            raise ToolError(str(error)) from error

    def _take(self, action_type: str, parameters: dict[str, Any]) -> ToolStep:
        try:
            given = ActionParameters(**parameters).given()
            episode, _, step = self._episodes.act(_session_episode(), action_type, given, view=tool_step)
            return step_after_end(episode) if isinstance(episode, EndedEpisode) else step
        except (NoEpisodeError, UnknownEpisodeError) as error:
            raise ToolError("no incident is open: call start_incident first") from error
        except ValidationError as error:
            raise ToolError(one_line(error)) from error


class _OneLineErrors(Middleware):
    """Tells what is wrong with the parameters of a call in one line, as every tool does."""

    async def on_call_tool(self, context: MiddlewareContext[Any], call_next: CallNext[Any, ToolResult]) -> ToolResult:
        try:
            return await call_next(context)
        except InvalidArgumentsError as error:
            cause = error.__cause__
            raise ToolError(one_line(cause) if isinstance(cause, ValidationError) else str(error)) from error


def build_mcp_server(tools: StartableTools) -> FastMCP[None]:
    """Build an MCP server that offers these tools."""
    server: FastMCP[None] = FastMCP(ENV_NAME, instructions=_INSTRUCTIONS, version=VERSION)
    server.add_middleware(_OneLineErrors())
    for tool in (tools.start_incident, *action_tools(tools)):
        server.tool(tool)
    return server


def _session_episode() -> str:
    return f"mcp-{get_context().session_id}"
