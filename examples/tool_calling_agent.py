"""An agent that plays by native tool calling over any OpenAI-compatible endpoint.

Run it from the root of the checkout, with a key and, if need be, an endpoint and a model of your own:

    HF_TOKEN=... python -m examples.tool_calling_agent --task root_cause_analysis --scenario 1

API_BASE_URL and MODEL_NAME choose endpoint and model; set ENV_BASE_URL to play on a server. It prints each tool call,
the first line of what it showed, and at the end the grade.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from typing import Any

import openai

from cloud_incident_env.agents.llm_endpoint import DEFAULT_API_BASE_URL
from cloud_incident_env.client import IncidentToolEnv
from cloud_incident_env.incident_tools import action_tools
from cloud_incident_env.model_prompts import tool_schema

DEFAULT_MODEL = "meta-llama/Llama-3.1-8B-Instruct"
INSTRUCTIONS = "You are the engineer on call. Investigate with the tools, fix what the task asks for, and submit."
MAX_TURNS = 30


def play(client: openai.OpenAI, model: str, task_id: str, scenario_index: int) -> float | None:
    """Play one incident and return the sum of its rewards, which contains the grade; None if the server lost it."""
    environment = IncidentToolEnv()
    opening = environment.reset(task_id=task_id, scenario_index=scenario_index)
    tools = {tool.__name__: tool for tool in action_tools(environment)}
    schemas: Any = [tool_schema(name) for name in tools]
    messages: list[Any] = [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": opening}]
    for _ in range(MAX_TURNS):
        answer = client.chat.completions.create(model=model, messages=messages, tools=schemas, temperature=0.0)
        message = answer.choices[0].message
        messages.append(message.model_dump(exclude_none=True))
        if not message.tool_calls:
            messages.append({"role": "user", "content": "Go on with a tool call."})
            continue
        for call in message.tool_calls:
            result = _call(tools, call.function.name, call.function.arguments)
            print(f"{call.function.name} {call.function.arguments}: {result.splitlines()[0]}")
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
        if environment.done:
            print(result.splitlines()[-1])
            break
    return environment.reward


def _call(tools: dict[str, Callable[..., str]], name: str, arguments: str) -> str:
    """Run one tool call; what is wrong with it goes back to the model."""
    try:
        return tools[name](**json.loads(arguments or "{}"))
    except KeyError:
        return f"There is no tool {name!r}: use {', '.join(tools)}."
    except (TypeError, ValueError) as error:
        return f"The call cannot be used: {error}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Play an incident by native tool calling.")
    parser.add_argument("--task", default="root_cause_analysis")
    parser.add_argument("--scenario", type=int, default=0)
    arguments = parser.parse_args()
    client = openai.OpenAI(
        api_key=os.environ.get("HF_TOKEN") or os.environ["API_KEY"],
        base_url=os.environ.get("API_BASE_URL", DEFAULT_API_BASE_URL),
        max_retries=5,
    )
    play(client, os.environ.get("MODEL_NAME", DEFAULT_MODEL), arguments.task, arguments.scenario)


if __name__ == "__main__":
    main()
