"""MCP for standard clients: the incident's actions as tools over streamable HTTP.

One server offers them with `start_incident`, and an episode for each MCP session; the other, for agents, the tools of
one episode that is there already, without sessions. `mcp_door.py` decides which of them answers a request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.exceptions import ValidationError as InvalidArgumentsError
from fastmcp.server.dependencies import get_context, get_http_request
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import Tool, ToolResult
from mcp.types import ListToolsRequest
from pydantic import ValidationError

from cloud_incident_env.ended_episode import EndedEpisode
from cloud_incident_env.episode import Episode, Step, StepConflictError
from cloud_incident_env.episodes import Episodes, NoEpisodeError, TooManyEpisodesError, UnknownEpisodeError
from cloud_incident_env.incident_tools import IncidentTools, StartableTools, action_tools
from cloud_incident_env.manifest import ENV_NAME, VERSION
from cloud_incident_env.options import one_line, read_options
from cloud_incident_env.tool_text import ToolStep, describe_incident, step_after_end, tool_step
from cloud_incident_env.views import observation_of
from cloud_incident_env.wire import ActionParameters

from .openenv_caller import caller
from .strict_json import expected_step_of

MCP_PATH = "/agent/mcp"
_STARTABLE = """Handle cloud incidents as the engineer on call. Call start_incident, read the alert, investigate with
the diagnostic tools, remediate where the task asks for it, and end with the submission tool of the task. Every call but
start_incident is a step, and steps are few."""
_BOUND = """Handle a cloud incident as the engineer on call: investigate with the diagnostic tools, remediate where the
task asks for it, and end with the submission tool. Every call is a step, and steps are few."""


class SessionTools(StartableTools):
    """The tools of whichever MCP session calls: its episode is named after the session."""

    def __init__(self, episodes: Episodes) -> None:
        self._episodes = episodes

    def _start(self, options: dict[str, Any]) -> str:
        try:
            asked = read_options({**options, "episode_id": _session_episode()})
            return describe_incident(observation_of(self._episodes.reset(asked, caller.get().address)))
        except (ValueError, TooManyEpisodesError) as error:
            raise ToolError(str(error)) from error

    def _take(self, action_type: str, parameters: dict[str, Any]) -> ToolStep:
        try:
            return take_step(self._episodes, _session_episode(), action_type, parameters)
        except (NoEpisodeError, UnknownEpisodeError) as error:
            raise ToolError("no incident is open: call start_incident first") from error


class EpisodeTools(IncidentTools):
    """The tools of the episode that the address of a request names. They never tell a grade."""

    def __init__(self, episodes: Episodes) -> None:
        self._episodes = episodes

    def offered(self) -> Sequence[str]:
        """The names of the tools that the task of the episode offers."""
        episode = self._episodes.find(_named_episode())
        return () if isinstance(episode, EndedEpisode) else episode.task.available_actions

    def _take(self, action_type: str, parameters: dict[str, Any]) -> ToolStep:
        try:
            return take_step(self._episodes, _named_episode(), action_type, parameters, _without_grade)
        except UnknownEpisodeError as error:
            raise ToolError("the episode has expired") from error

    def _act(self, action_type: str, parameters: dict[str, Any]) -> str:
        try:
            step = self._take(action_type, parameters)
        except ValidationError as error:
            raise ToolError(one_line(error)) from error
        if step["done"]:
            return f"{step['result']}\n\nThe episode is over.".lstrip()
        return f"{step['result']}\n\nStep {step['step']} of {step['max_steps']}."


def _without_grade(episode: Episode, step: Step | None) -> ToolStep:
    """What a step produced, apart from the grade."""
    return {**tool_step(episode, step), "result": "" if step is None else episode.history[-1].result, "grade": None}


def take_step(
    episodes: Episodes,
    episode_id: str,
    action_type: str,
    parameters: dict[str, Any],
    view: Callable[[Episode, Step | None], ToolStep] = tool_step,
) -> ToolStep:
    """Take a step of a server's episode. Raises ToolError for what is the caller's mistake, and as `Episodes.find`."""
    try:
        given = ActionParameters(**parameters).given()
        episode, _, step = episodes.act(episode_id, action_type, given, _expected_step(), view=view)
    except ValidationError as error:
        raise ToolError(one_line(error)) from error
    except (StepConflictError, ValueError) as error:
        raise ToolError(str(error)) from error
    if not isinstance(episode, EndedEpisode):
        produced: ToolStep = step
        return produced
    late = step_after_end(episode)
    return late if view is tool_step else {**late, "result": "", "grade": None}


class _OneLineErrors(Middleware):
    """Tells what is wrong with the parameters of a call in one line, as every tool does."""

    async def on_call_tool(self, context: MiddlewareContext[Any], call_next: CallNext[Any, ToolResult]) -> ToolResult:
        try:
            return await call_next(context)
        except InvalidArgumentsError as error:
            cause = error.__cause__
            raise ToolError(one_line(cause) if isinstance(cause, ValidationError) else str(error)) from error


class _OfferedTools(Middleware):
    """Lists the tools of the episode's task alone."""

    def __init__(self, tools: EpisodeTools) -> None:
        self._tools = tools

    async def on_list_tools(
        self, context: MiddlewareContext[ListToolsRequest], call_next: CallNext[ListToolsRequest, Sequence[Tool]]
    ) -> Sequence[Tool]:
        offered = self._tools.offered()
        return [tool for tool in await call_next(context) if tool.name in offered]


def build_mcp_server(tools: StartableTools) -> FastMCP[None]:
    """Build an MCP server that offers these tools, and one to start an incident with."""
    server = _server(tools, _STARTABLE)
    server.tool(tools.start_incident)
    return server


def build_episode_server(tools: EpisodeTools) -> FastMCP[None]:
    """Build an MCP server that offers the tools of the episode that each request names."""
    server = _server(tools, _BOUND)
    server.add_middleware(_OfferedTools(tools))
    return server


def _server(tools: IncidentTools, instructions: str) -> FastMCP[None]:
    server: FastMCP[None] = FastMCP(ENV_NAME, instructions=instructions, version=VERSION)
    server.add_middleware(_OneLineErrors())
    for tool in action_tools(tools):
        server.tool(tool)
    return server


def _session_episode() -> str:
    return f"mcp-{get_context().session_id}"


def _named_episode() -> str:
    return str(get_http_request().query_params["episode"])


def _expected_step() -> int | None:
    request = get_context().request_context
    meta = None if request is None else request.meta
    return None if meta is None else expected_step_of(meta.model_dump())
