"""The words that a model is asked with: system texts, tools, the opening, and what it is told of each step.

The model agents (`agents/llm.py`, `agents/llm_tools.py`) ask with them, and so does the page, to which the server tells
them: a model that plays in a browser reads what it would read in an evaluation. They know the public catalogue of
actions and failure modes, and of an incident its first observation alone.

Names in braces are filled in: by `str.format` here, by the page there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from cloud_incident_env.actions import ACTIONS, PARAMETERS, Parameter
from cloud_incident_env.reading.modes import ids_by_group

TEMPERATURE = 0.0
MAX_TOKENS = 600  # of one answer
WORDS_LENGTH = 4_000  # characters of a model's own words that a record and the page keep
NO_ACTION = "no_action"  # stands for an answer that names no action; the environment knows no action of that name
REASON_LENGTH = 300  # characters of what was wrong, kept with a NO_ACTION

ADVICE = """\
Advice: query different services rather than the same one twice. Services named by the alert are often victims of a
fault elsewhere. Recent deploys are not always to blame. Name services, flags and runbook steps exactly as the evidence
does. Remediate the cause before its victims; every harmful action costs points. Submit before the steps run out."""
CATALOGUE_INTRODUCED = "Failure modes by id, grouped by what fails:"
TOOLS_SYSTEM = f"""You are the on-call engineer for a cloud system. You read an alert, investigate with diagnostics, and
finish with the submission tool, which ends the episode. Call one tool in every turn.

{ADVICE}"""
JSON_SYSTEM = """You are the on-call engineer for a cloud system. You read an alert, investigate with diagnostics, and
finish with the submission action, which ends the episode. Answer with one JSON object and nothing else, for example
{"action_type": "query_logs", "parameters": {"service": "some-service"}}.

Actions you can take:
%s

%s"""

HEADING = "Task: {task}. Step {step} of {most}."  # `step` is the next one
NEXT = "Next is step {step} of {most}."
GO_ON = "Go on with one tool call."
ONE_CALL_A_TURN = "Not run: one tool call a turn."
PROBLEM = "Your answer could not be used: {problem}."
TAKEN_INSTEAD = "Taken instead: {action} {parameters}."
EVIDENCE = "[{tool} {service}]\n{text}"
SO_FAR = "Actions so far:\n{actions}"
LAST_RESULT = "Last result: {feedback}"

Observation = Mapping[str, Any]  # as the REST interface serves it


def opening_prompt(observation: Observation) -> str:
    """The number of the next step and the incident as text: how the prompts of the model agents begin."""
    heading = HEADING.format(
        task=observation["task_id"], step=observation["step_count"] + 1, most=observation["max_steps"]
    )
    return f"{heading}\n\n{incident_prompt(observation)}"


def incident_prompt(observation: Observation) -> str:
    """The incident as text: its summary, its alert and the services that are known."""
    return "\n\n".join(
        [
            f"Incident: {observation['incident_summary']}",
            f"Alert: {json.dumps(observation['alert'], ensure_ascii=False)}",
            f"Known services: {', '.join(observation['known_services'])}",
        ]
    )


def next_step(observation: Observation) -> str:
    """Which step is the next one."""
    return NEXT.format(step=observation["step_count"] + 1, most=observation["max_steps"])


def json_system(actions: Iterable[str]) -> str:
    """The system text for a model that writes its action as a JSON object; `actions` are those offered."""
    names = list(actions)
    lines = []
    for name in names:
        action = ACTIONS[name]
        wanted = ", ".join([*action.required, *(f"{option} (optional)" for option in action.optional)])
        lines.append(f"- {name}: {action.description} Parameters: {wanted}.")
    if "submit_root_cause" in names:
        lines += ["", f"{CATALOGUE_INTRODUCED}\n{ids_by_group()}"]
    return JSON_SYSTEM % ("\n".join(lines), ADVICE)


@cache
def tool_schema(action_type: str) -> dict[str, Any]:
    """An action as the endpoint expects a tool. Callers share the schema and must not change it."""
    action = ACTIONS[action_type]
    # `target` says the same as the action's own parameter.
    names = [name for name in (*action.required, *action.optional) if name != "target"]
    schema = {
        "type": "object",
        "properties": {name: _property(PARAMETERS[name]) for name in names},
        "required": list(action.required),
    }
    function = {"name": action_type, "description": action.description, "parameters": schema}
    return {"type": "function", "function": function}


def _property(parameter: Parameter) -> dict[str, Any]:
    description = f"{parameter.description[0].upper()}{parameter.description[1:]}."
    if parameter.name == "failure_mode":
        description += f" {CATALOGUE_INTRODUCED}\n{ids_by_group()}."
    kind = "string" if parameter.most is None else "integer"
    choices = {"enum": list(parameter.choices)} if parameter.choices else {}
    return {"type": kind, **choices, "description": description}


def readable_words(*texts: str) -> str:
    """Texts that a model wrote, as a record keeps them: whole Unicode, blank ones left out, cut where they are long."""
    told = "\n\n".join(text.strip() for text in texts if text.strip())
    return told.encode("utf-8", "replace").decode()[:WORDS_LENGTH]
