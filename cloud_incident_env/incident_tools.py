"""The actions as tools: one method for each, made from its declaration, with a docstring that a model can use.

MCP clients and trainers see these. A subclass says where the episode runs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from textwrap import indent
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, ValidationError

from cloud_incident_env.actions import ACTIONS, PARAMETERS, Action, normalise
from cloud_incident_env.incident import TaskId
from cloud_incident_env.options import NUMBERS, ResetOptions, WholeNumber, one_line
from cloud_incident_env.reading.modes import ids_by_group
from cloud_incident_env.tool_text import ToolStep
from cloud_incident_env.wire import parameter_type

# The options of a reset that a model may choose; the others are for programs.
START_OPTIONS = ("task_id", "scenario_index", "seed", "difficulty", "split", "index")


class IncidentTools(ABC):
    """The actions, each a method that takes one step and returns what it produced as text.

    A parameter that cannot be raises ValueError, in one line, and takes no step.
    """

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Callable[..., str]:
            """The methods that are made from the declarations below."""

    @abstractmethod
    def _take(self, action_type: str, parameters: dict[str, Any]) -> ToolStep:
        """Take one step of the episode under way."""

    def _act(self, action_type: str, parameters: dict[str, Any]) -> str:
        try:
            step = self._take(action_type, parameters)
        except ValidationError as error:
            raise ValueError(one_line(error)) from error
        if step["reward"] is None:
            return step["result"]
        if step["grade"] is not None:
            return f"{step['result']}\n\nThe episode is over. Grade: {step['grade']:.2f}."
        position = f"Step {step['step']} of {step['max_steps']}, reward {step['reward']:+.2f}."
        return f"{step['result']}\n\n{position}"


class StartableTools(IncidentTools):
    """The actions, and a tool to start an incident with."""

    start_incident: Callable[..., str]

    @abstractmethod
    def _start(self, options: dict[str, Any]) -> str:
        """Start the episode that the options of a reset ask for, and return its opening as text."""


def action_tools(tools: IncidentTools) -> list[Callable[..., str]]:
    """The methods that are actions, in the order of their declarations."""
    return [getattr(tools, name) for name in ACTIONS]


def _method(
    name: str,
    description: str,
    parameters: Mapping[str, tuple[Any, str, bool]],
    call: Callable[[Any, dict[str, Any]], str],
) -> Callable[..., str]:
    """A method whose signature and docstring say what it takes: name -> (type, description, whether it is required)."""
    slots = [Parameter("self", Parameter.POSITIONAL_OR_KEYWORD)]
    for parameter, (kind, _, required) in parameters.items():
        default = Parameter.empty if required else None
        slots.append(Parameter(parameter, Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=kind))
    signature = Signature(slots, return_annotation=str)

    def method(*args: Any, **kwargs: Any) -> str:
        try:
            arguments = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise ValueError(f"{name}: {error}") from error
        owner = arguments.pop("self")
        return call(owner, {key: value for key, value in arguments.items() if value is not None})

    lines = [f"    {parameter}: {text}" for parameter, (_, text, _) in parameters.items()]
    method.__name__ = name
    method.__qualname__ = f"IncidentTools.{name}"
    method.__doc__ = "\n".join([description, "", "Args:", *lines])
    method.__annotations__ = {parameter: kind for parameter, (kind, _, _) in parameters.items()} | {"return": str}
    method.__signature__ = signature  # type: ignore[attr-defined]
    return method


def _action_method(action: Action) -> Callable[..., str]:
    parameters: dict[str, tuple[Any, str, bool]] = {}
    for name in (*action.required, *action.optional):
        if name == "target":  # the action's own parameter says the same
            continue
        declared, required = PARAMETERS[name], name in action.required
        kind: Any = str if declared.most is None else parameter_type(declared)
        if declared.choices:
            kind = Literal[declared.choices]
            if declared.kind == "phrase":  # small letters
                kind = Annotated[kind, BeforeValidator(_in_small_letters)]
        told = _sentence(declared.description)
        if name == "failure_mode":
            told += f" The catalogue, by what fails:\n{indent(ids_by_group(), ' ' * 8)}"
        parameters[name] = (kind if required else kind | None, told, required)
    description = " ".join(filter(None, (action.description, action.caution)))
    if action.group == "submission":
        description += f" For {' and '.join(action.tasks)}."
    return _method(action.name, description, parameters, lambda tools, given: tools._act(action.name, given))


def _start_method() -> Callable[..., str]:
    parameters: dict[str, tuple[Any, str, bool]] = {}
    for name in START_OPTIONS:
        kind: Any = TaskId if name == "task_id" else WholeNumber if name in NUMBERS else str
        description = ResetOptions.model_fields[name].description or ""
        parameters[name] = (kind | None, _sentence(description), False)
    description = "Start an incident, and leave the one under way if there is one."
    return _method("start_incident", description, parameters, lambda tools, given: tools._start(given))


def _in_small_letters(value: Any) -> Any:
    return normalise(value) if isinstance(value, str) else value


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


for _action in ACTIONS.values():
    setattr(IncidentTools, _action.name, _action_method(_action))
setattr(StartableTools, "start_incident", _start_method())  # noqa: B010
