"""The tools of all rollouts: one process that keeps a session with the incident server for each rollout.

verifiers starts this module once for an evaluation, or for each worker of a trainer, and ends it with that.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple, cast

import httpx
import verifiers.v1 as vf
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from mcp.server.mcpserver import Context, MCPServer
from mcp.types import CallToolResult, TextContent, Tool
from openenv import GenericEnvClient
from openenv.core.client_types import StepResult
from pydantic import Field
from websockets.exceptions import WebSocketException

REQUEST_SECONDS = 60.0


class IncidentState(vf.State):
    """The incident of a rollout and its progress: the tools write it, rewards and metrics read it."""

    rollout: str = ""
    split: str = ""
    index: int = 0
    offered: list[str] = Field(default_factory=list)  # actions that the incident's task offers
    started: bool = False
    steps: int = 0
    mistakes: int = 0  # steps that the server answered with an error
    wrong_actions: int = 0  # remediations that did harm
    shaping: float = 0.0  # sum of the step rewards, without the grade
    done: bool = False
    grade: float = 0.0  # 0 to 1, and 0 until the episode has ended
    breakdown: dict[str, float] = Field(default_factory=dict)  # the parts of the grade
    failure: str = ""  # why the session broke off, if it did


class IncidentToolsetConfig(vf.SharedToolsetConfig):
    base_url: str = ""
    """The incident server; the task set fills it in."""
    idle_seconds: float = Field(1800.0, gt=0)
    """A session without a call for so long is closed: the agent gave up without ending the episode."""


class _Session(NamedTuple):
    client: GenericEnvClient
    used: float  # monotonic seconds


class IncidentToolset(vf.Toolset[IncidentToolsetConfig, IncidentState]):
    """One tool for each action that the incident's task offers, as the server itself describes them."""

    TOOL_PREFIX = None  # the tools bear the names of the actions

    async def setup(self) -> None:
        """Learn the tools. Raises httpx.HTTPError if the server does not answer."""
        self._tools = {tool.name: tool for tool in await _described_tools(self.config.base_url)}
        self._sessions: dict[str, _Session] = {}
        self._exit_stack.push_async_callback(self._close_idle, 0.0)

    def register(self, mcp: MCPServer) -> None:
        """Answer with the server's tools in place of methods written here."""
        server = cast(Any, mcp)
        server.list_tools = self._with_state(self.list_tools)
        server.call_tool = self._with_state(self.call_tool)

    async def list_tools(self) -> list[Tool]:
        return [self._tools[name] for name in self.state.offered]

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Context | None = None) -> CallToolResult:
        """Take the action as one step. A call that does not fit the tool's schema is no step: it says what is wrong."""
        if self.state.done:
            return _answer("The episode is over.")
        if name not in self.state.offered:
            return _answer(f"There is no tool {name!r}: use {', '.join(self.state.offered)}.", is_error=True)
        problem = best_match(Draft202012Validator(self._tools[name].input_schema).iter_errors(arguments))
        if problem is not None:
            return _answer(f"{name} was not called: {problem.message}", is_error=True)
        try:
            client = await self._client()
        except (OSError, RuntimeError, WebSocketException) as error:
            return self._broke_off(error)
        try:
            result = await client.step({"action_type": name, "parameters": arguments})
        except RuntimeError as error:  # the server refused the call, and the session lives on
            return _answer(f"{name} was not called: {error}", is_error=True)
        except (OSError, WebSocketException) as error:
            return self._broke_off(error)
        self._record(result)
        if result.done:
            self._sessions.pop(self.state.rollout, None)
            await client.close()
        position = f"Step {result.observation['step_count']} of {result.observation['max_steps']}."
        return _answer(f"{result.observation['tool_result']}\n\n{position}")

    async def _client(self) -> GenericEnvClient:
        """The rollout's session with the server. The first call opens it and starts the incident."""
        state = self.state
        if not state.started:
            await self._close_idle(self.config.idle_seconds)
            client = GenericEnvClient(base_url=self.config.base_url, message_timeout_s=REQUEST_SECONDS)
            self._sessions[state.rollout] = _Session(client, time.monotonic())
            await client.reset(split=state.split, index=state.index)
            state.started = True
        if state.rollout not in self._sessions:
            raise RuntimeError(f"no call for {self.config.idle_seconds:g} seconds")
        client = self._sessions[state.rollout].client
        self._sessions[state.rollout] = _Session(client, time.monotonic())
        return client

    async def _close_idle(self, seconds: float) -> None:
        """Close the sessions that have not been used for so long."""
        now = time.monotonic()
        idle = [rollout for rollout, session in self._sessions.items() if now - session.used >= seconds]
        clients = [self._sessions.pop(rollout).client for rollout in idle]  # before other calls come in between
        for client in clients:
            await client.close()

    def _broke_off(self, error: Exception) -> CallToolResult:
        self.state.failure = f"{type(error).__name__}: {error}"
        return _answer("The incident server does not answer.", is_error=True)

    def _record(self, result: StepResult[dict[str, Any]]) -> None:
        """Write the step into the rollout's state."""
        state, metadata = self.state, result.metadata or {}
        state.steps = result.observation["step_count"]
        state.shaping = round(state.shaping + metadata["shaping"], 4)
        state.mistakes += result.observation["last_action_error"] is not None
        state.wrong_actions += metadata.get("outcome") == "wrong_remediation"
        state.done = result.done
        if result.done:
            state.grade = metadata["grade"]["total"]
            state.breakdown = metadata["grade"]["breakdown"]


async def _described_tools(base_url: str) -> list[Tool]:
    """The server's tools with their JSON schemas, from its MCP endpoint."""
    question = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    async with httpx.AsyncClient(timeout=REQUEST_SECONDS) as http:
        response = await http.post(f"{base_url}/mcp", json=question)
    response.raise_for_status()
    return [Tool.model_validate(tool) for tool in response.json()["result"]["tools"]]


def _answer(text: str, *, is_error: bool = False) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=is_error)


if __name__ == "__main__":
    IncidentToolset.run()
