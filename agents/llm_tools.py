"""The LLM policy that plays by native tool calling: one tool an action, one call a turn, the conversation kept."""

from __future__ import annotations

import inspect
import json
import re
from functools import cache
from typing import Any, get_args, get_type_hints

import openai

from actions import DIAGNOSTIC_ACTIONS, normalise
from agents.llm import ADVICE, ModelPolicy, describe_incident, take
from agents.llm_endpoint import Answer, ToolCall, UnusableAnswerError
from agents.policy import Decision, Observation
from incident_tools import IncidentTools

SYSTEM = f"""You are the on-call engineer for a cloud system. You read an alert, investigate with diagnostics, and
finish with the submission tool, which ends the episode. Call one tool in every turn.

{ADVICE}"""
_GO_ON = "Go on with one tool call."
_ONE_CALL_A_TURN = "Not run: one tool call a turn."
_ARGUMENT = re.compile(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", re.M)


class ToolCallingPolicy(ModelPolicy):
    """Offers the observation's actions as tools; what a call led to is its tool message in the next turn."""

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
                {"role": "system", "content": SYSTEM},
                {"role": "user", "content": describe_incident(observation)},
            ]
        if self._last is not None:
            self._report(self._last, observation)
        tools = [tool_schema(name) for name in observation["available_actions"]]
        try:
            answer = self._endpoint.ask(self._messages, tools)
            self._messages.append(as_message(answer))
            self._open_calls = answer.calls
            return _decide(answer, observation)
        except UnusableAnswerError as error:
            self._problem = str(error)
            raise

    def _remember(self, decision: Decision) -> None:
        self._last = decision

    def _report(self, taken: Decision, observation: Observation) -> None:
        """Tell the model what the last step led to, and whose it was."""
        parts = [f"Your answer could not be used: {self._problem}."] if self._problem else []
        if taken.source == "fallback":
            parts.append(f"Taken instead: {taken.action_type} {json.dumps(taken.parameters, ensure_ascii=False)}.")
        text = "\n\n".join([*parts, result_of(taken, observation), _position(observation)])
        if self._open_calls:
            first, *others = self._open_calls
            self._messages.append(_tool_message(first, text))
            self._messages += [_tool_message(call, _ONE_CALL_A_TURN) for call in others]
        else:
            self._messages.append({"role": "user", "content": f"{text} {_GO_ON}"})
        self._open_calls, self._problem, self._last = [], "", None


@cache  # reading docstrings and types takes longer than a step
def tool_schema(action_type: str) -> dict[str, Any]:
    """An action as the endpoint expects a tool, from the typed tools (`incident_tools.py`). Nobody may change it."""
    tool = getattr(IncidentTools, action_type)
    description, _, arguments = (inspect.getdoc(tool) or "").partition("\n\nArgs:\n")
    texts = {name: " ".join(text.split()) for name, text in _ARGUMENT.findall(arguments)}
    types = get_type_hints(tool)
    wanted = [p for p in inspect.signature(tool).parameters.values() if p.name != "self"]
    schema = {
        "type": "object",
        "properties": {p.name: {**_json_type(types[p.name]), "description": texts[p.name]} for p in wanted},
        "required": [p.name for p in wanted if p.default is inspect.Parameter.empty],
    }
    return {"type": "function", "function": {"name": action_type, "description": description, "parameters": schema}}


def _json_type(annotation: Any) -> dict[str, Any]:
    """The JSON type of a tool's parameter: str, int, either of them or None, or a literal of strings."""
    options = [option for option in get_args(annotation) if option is not type(None)]
    if options and all(isinstance(option, str) for option in options):
        return {"type": "string", "enum": options}
    return {"type": "integer" if annotation is int or int in options else "string"}


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


def result_of(taken: Decision, observation: Observation) -> str:
    """What the step alone produced: what a diagnostic has just shown, or the feedback of any other action."""
    feedback: str = observation["feedback"]
    if taken.action_type not in DIAGNOSTIC_ACTIONS or observation["last_action_error"] is not None:
        return feedback
    service = normalise(taken.parameters.get("service") or "") or normalise(taken.parameters.get("target") or "")
    shown: str = observation["queried_data"].get(taken.action_type, {}).get(service, feedback)
    return shown


def _position(observation: Observation) -> str:
    return f"Next is step {observation['step_count'] + 1} of {observation['max_steps']}."
