"""What a browser needs to play an incident with a model as the model agents do: their prompts, filled in for it.

Told of any episode, at any time, it is the same: what the agents are told before the first step. The words come from
`cloud_incident_env.model_prompts`, and the rules by which an answer is read from the declarations of the actions.
"""

from __future__ import annotations

from typing import Any

import orjson

from cloud_incident_env import model_prompts as prompts
from cloud_incident_env.actions import ACTIONS, NAME_LENGTH, PARAMETERS, SUBMISSIONS
from cloud_incident_env.encoding import Values, observation_values
from cloud_incident_env.episode import Episode


def briefing_of(episode: Episode) -> Values:
    """The prompts of an episode's incident. `episode` is one without any step."""
    observation: dict[str, Any] = orjson.loads(orjson.dumps(observation_values(episode)))
    offered = observation["available_actions"]
    filled = {"task": observation["task_id"], "most": observation["max_steps"], "step": "{step}"}
    return {
        "messages": [
            {"role": "system", "content": prompts.TOOLS_SYSTEM},
            {"role": "user", "content": prompts.opening_prompt(observation)},
        ],
        "tools": [prompts.tool_schema(name) for name in offered],
        # For a model without tools, which is asked anew at every step.
        "json": {
            "system": prompts.json_system(offered),
            "heading": prompts.HEADING.format(**filled),
            "incident": prompts.incident_prompt(observation),
            "evidence": prompts.EVIDENCE,
            "so_far": prompts.SO_FAR,
            "last_result": prompts.LAST_RESULT,
            "feedback": observation["feedback"],
        },
        "next": prompts.NEXT.format(**filled),
        "go_on": prompts.GO_ON,
        "one_call": prompts.ONE_CALL_A_TURN,
        "problem": prompts.PROBLEM,
        "sampling": {"temperature": prompts.TEMPERATURE, "max_tokens": prompts.MAX_TOKENS},
        "reading": {
            "offered": offered,
            "required": {name: list(ACTIONS[name].required) for name in offered},
            "submissions": [name for name in offered if name in SUBMISSIONS],
            "parameters": {
                name: {"most": parameter.most, "length": parameter.length}
                for name, parameter in sorted(PARAMETERS.items())
                if name != "reasoning"
            },
            "name_length": NAME_LENGTH,
            "words_length": prompts.WORDS_LENGTH,
            "reason_length": prompts.REASON_LENGTH,
            "no_action": prompts.NO_ACTION,
        },
    }
