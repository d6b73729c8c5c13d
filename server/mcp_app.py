"""MCP for standard clients: the incident's actions as tools over streamable HTTP, an episode for each MCP session."""

from __future__ import annotations

from typing import Any

from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.server.dependencies import get_context
from pydantic import ValidationError

from incident_tools import IncidentTools, TaskName, ToolStep
from server.environment import IncidentEnvironment
from server.episodes import Episodes, NoEpisodeError, TooManyEpisodesError, UnknownEpisodeError
from server.models import Action, ActionParameters, Observation

MCP_PATH = "/agent/mcp"
_INSTRUCTIONS = """Handle cloud incidents as the engineer on call. Call start_incident, read the alert, investigate with
the diagnostic tools, remediate where the task asks for it, and end with the submission tool of the task. Every call but
start_incident is a step, and steps are few."""


def take_step(environment: IncidentEnvironment, action_type: str, parameters: dict[str, Any]) -> ToolStep:
    """Take one step in an environment and say what it produced. Raises ValueError for parameters that cannot be."""
    action = Action(action_type=action_type, parameters=ActionParameters(**parameters))
    observation, reward, done, info = environment.step(action)
    grade = info["grade"]["total"] if "grade" in info else None
    service = parameters.get("service", "").strip().casefold()
    evidence = observation.queried_data.get(action_type, {}).get(service)
    shown = evidence if evidence is not None and observation.last_action_error is None else observation.feedback
    return {
        "result": shown,
        "reward": reward.value + (grade or 0.0),
        "total": observation.cumulative_reward,
        "step": observation.step_count,
        "max_steps": observation.max_steps,
        "done": done,
        "error": observation.last_action_error,
        "grade": grade,
    }


def describe_incident(observation: Observation) -> str:
    """The opening of an incident as text: the alert, the services, the tools that count."""
    alert = observation.alert
    loss = "unknown" if alert.revenue_impact_per_min is None else f"${alert.revenue_impact_per_min:,.0f}/min"
    lines = [
        f"Incident {observation.scenario_id}, task {observation.task_id}, {observation.max_steps} steps.",
        observation.incident_summary,
        f"Alert {alert.id}: {alert.title}. Severity {alert.severity}, errors {alert.error_rate:.0%}, "
        f"since {alert.duration_minutes} min, loss {loss}.",
        *(f"- {symptom}" for symptom in alert.symptoms),
        f"Affected: {', '.join(alert.affected_services)}.",
        f"Known services: {', '.join(observation.known_services)}.",
        f"Tools of this task: {', '.join(observation.available_actions)}.",
    ]
    return "\n".join(lines)


class SessionTools(IncidentTools):
    """The tools of whichever MCP session calls: its episode is named after the session."""

    def __init__(self, episodes: Episodes) -> None:
        self._episodes = episodes

    def start_incident(self, task_id: TaskName = "alert_classification", scenario_index: int = 0) -> str:
        """Start an incident, and leave the one under way if there is one.

        Args:
            task_id: The task to play.
            scenario_index: Which of the task's incidents, from 0.
        """
        try:
            return describe_incident(self._episodes.reset(task_id, scenario_index, episode_id=_session_episode()))
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


def build_mcp_server(episodes: Episodes) -> FastMCP[None]:
    """Build the MCP server over a server's episodes."""
    tools = SessionTools(episodes)
    server: FastMCP[None] = FastMCP("cloud-incident-response", instructions=_INSTRUCTIONS, version="0.1.0")
    for tool in (tools.start_incident, *tools.tools()):
        server.tool(tool)
    return server


def _session_episode() -> str:
    return f"mcp-{get_context().session_id}"
