"""MCP for standard clients: the incident's actions as tools over streamable HTTP, an episode for each MCP session."""

from __future__ import annotations

from typing import Any

from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.server.dependencies import get_context
from pydantic import ValidationError

from incident_tools import StartableTools, ToolStep, action_tools
from server.episodes import Episodes, NoEpisodeError, TooManyEpisodesError, UnknownEpisodeError
from server.settings import ENV_NAME, VERSION
from server.tool_steps import describe_incident, take_step

MCP_PATH = "/agent/mcp"
_INSTRUCTIONS = """Handle cloud incidents as the engineer on call. Call start_incident, read the alert, investigate with
the diagnostic tools, remediate where the task asks for it, and end with the submission tool of the task. Every call but
start_incident is a step, and steps are few."""


class SessionTools(StartableTools):
    """The tools of whichever MCP session calls: its episode is named after the session."""

    def __init__(self, episodes: Episodes) -> None:
        self._episodes = episodes

    def _start(self, **options: Any) -> str:
        try:
            return describe_incident(self._episodes.reset(**options, episode_id=_session_episode()))
        except (ValueError, TooManyEpisodesError) as error:
            raise ToolError(str(error)) from error

    def _take(self, action_type: str, parameters: dict[str, Any]) -> ToolStep:
        try:
            return take_step(self._episodes.get(_session_episode()), action_type, parameters)
        except (NoEpisodeError, UnknownEpisodeError) as error:
            raise ToolError("no incident is open: call start_incident first") from error
        except ValidationError as error:
            problems = "; ".join(f"{e['loc'][-1]}: {e['msg']}" for e in error.errors())
            raise ToolError(problems) from error


def build_mcp_server(tools: StartableTools) -> FastMCP[None]:
    """Build an MCP server that offers these tools."""
    server: FastMCP[None] = FastMCP(ENV_NAME, instructions=_INSTRUCTIONS, version=VERSION)
    for tool in (tools.start_incident, *action_tools(tools)):
        server.tool(tool)
    return server


def _session_episode() -> str:
    return f"mcp-{get_context().session_id}"
