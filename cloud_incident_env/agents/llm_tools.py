"""The LLM policy that plays by native tool calling: one tool an action, one call a turn, the conversation kept."""

from __future__ import annotations

import json
from typing import Any

import openai

from cloud_incident_env.agents.llm import ModelPolicy, take
from cloud_incident_env.agents.llm_endpoint import Answer, ToolCall, UnusableAnswerError
from cloud_incident_env.agents.policy import Decision, Observation
from cloud_incident_env.agents.shown import result_of
from cloud_incident_env.model_prompts import (
    GO_ON,
    ONE_CALL_A_TURN,
    PROBLEM,
    TAKEN_INSTEAD,
    TOOLS_SYSTEM,
    next_step,
    opening_prompt,
    tool_schema,
)


class ToolCallingPolicy(ModelPolicy):
    """Offers the observation's actions as tools; the result of a call is its tool message in the next turn."""

    def __init__(self, client: openai.OpenAI, model: str, **options: Any) -> None:
        """`options` are those of ModelPolicy."""
        super().__init__(client, model, **options)
        self._messages: list[dict[str, Any]] = []
        self._open_calls: list[ToolCall] = []  # of the last turn, waiting for their tool messages
        self._problem = ""  # what was wrong with the last answer
        self._last: Decision | None = None

    def _ask(self, observation: Observation) -> Decision:
        if not self._messages:
            self._messages = [
                {"role": "system", "content": TOOLS_SYSTEM},
                {"role": "user", "content": opening_prompt(observation)},
            ]
        if self._last is not None:
            self._report(self._last, observation)
        tools = [tool_schema(name) for name in observation["available_actions"]]
        try:
            answer = self._answer(self._messages, tools)
            self._messages.append(as_message(answer))
            self._open_calls = answer.calls
            return _decide(answer, observation)
        except UnusableAnswerError as error:
            self._problem = str(error)
            raise

    def _beside(self, answer: Answer) -> list[str]:
        try:
            noted = _arguments(answer.calls[0]).get("reasoning") if answer.calls else None
        except UnusableAnswerError:
            noted = None
        return [answer.reasoning, answer.text, *([noted] if isinstance(noted, str) else [])]

    def _remember(self, decision: Decision) -> None:
        self._last = decision

    def _report(self, taken: Decision, observation: Observation) -> None:
        """Tell the model what the last step produced, and whether it was the model's own."""
        parts = [PROBLEM.format(problem=self._problem)] if self._problem else []
        if taken.source == "fallback":
            given = json.dumps(taken.parameters, ensure_ascii=False)
            parts.append(TAKEN_INSTEAD.format(action=taken.action_type, parameters=given))
        text = "\n\n".join(
            [*parts, result_of(taken.action_type, taken.parameters, observation), next_step(observation)]
        )
        if self._open_calls:
            first, *others = self._open_calls
            self._messages.append(_tool_message(first, text))
            self._messages += [_tool_message(call, ONE_CALL_A_TURN) for call in others]
        else:
            self._messages.append({"role": "user", "content": f"{text} {GO_ON}"})
        self._open_calls, self._problem, self._last = [], "", None


def _decide(answer: Answer, observation: Observation) -> Decision:
    """The action of the first call. Raises UnusableAnswerError if there is none or it cannot be taken."""
    if not answer.calls:
        raise UnusableAnswerError(f"no tool call in {answer.text[:200]!r}")
    call = answer.calls[0]
    return take(call.name, _arguments(call), observation)


def _arguments(call: ToolCall) -> dict[str, Any]:
    try:
        parsed = json.loads(call.arguments or "{}", strict=False)
    except (ValueError, RecursionError) as error:
        raise UnusableAnswerError(f"the arguments of {call.name} are not JSON: {call.arguments[:200]!r}") from error
    if not isinstance(parsed, dict):
        raise UnusableAnswerError(f"the arguments of {call.name} are no JSON object: {call.arguments[:200]!r}")
    return parsed


def as_message(answer: Answer) -> dict[str, Any]:
    """The answer as the assistant's message of the conversation."""
    if not answer.calls:
        return {"role": "assistant", "content": answer.text}
    calls = [
        {"id": c.call_id, "type": "function", "function": {"name": c.name, "arguments": _sendable(c)}}
        for c in answer.calls
    ]
    return {"role": "assistant", "content": answer.text or None, "tool_calls": calls}


def _sendable(call: ToolCall) -> str:
    """The arguments, or an empty object in place of malformed ones: endpoints parse what they are sent back."""
    try:
        return json.dumps(_arguments(call))
    except UnusableAnswerError:
        return "{}"


def _tool_message(call: ToolCall, text: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call.call_id, "content": text}
