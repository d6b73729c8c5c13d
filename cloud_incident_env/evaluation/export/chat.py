"""Conversations to fine-tune a model on.

The messages of a row are made by this project's own model agents: they play the recorded actions against a stand-in for
the endpoint that answers with the next one. So a model is trained on the prompts that it gets when it is evaluated.

- Style `json` (agent `llm`): one row a step. That agent asks anew at every step, by a system and a user message that
  contain the whole episode so far; it never holds a conversation of several turns.
- Style `tools` (agent `llm-tools`): one row an episode. That agent keeps one conversation, in which calls and results
  alternate. It ends with the submission, whose result the agent never sees. The column `tools` is JSON text, since
  tables would fill the schemas of different tools up with nulls, as Parquet does with keys that a message lacks.

Only graded episodes of at least some grade become rows, and only those without an invalid action (an unknown name, a
missing parameter, an answer that named no action): training on a conversation is training on every answer in it, and
the text of an unusable answer is not recorded. Actions are written as the tools describe them: `target` in place of an
action's own parameter becomes that parameter, and the agent's reasoning is left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, Literal, cast, get_args

import openai

from cloud_incident_env.actions import ACTIONS, SUBMISSIONS, normalise, target_parameter
from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.llm import LLMPolicy, ModelPolicy, attempted
from cloud_incident_env.agents.llm_endpoint import Answer, ToolCall
from cloud_incident_env.agents.llm_tools import ToolCallingPolicy, as_message
from cloud_incident_env.agents.policy import Decision
from cloud_incident_env.evaluation.config import RunConfig
from cloud_incident_env.evaluation.export.episodes import in_order
from cloud_incident_env.evaluation.export.files import Exported, ExportError
from cloud_incident_env.evaluation.record import EpisodeRecord, StepRecord, steps_by
from cloud_incident_env.evaluation.replay import replayed
from cloud_incident_env.evaluation.store import RunFolder
from cloud_incident_env.splits import HELD_OUT_FAMILIES

Style = Literal["json", "tools"]
STYLES: tuple[Style, ...] = get_args(Style)
# Splits to train and to select models on. The others measure a model, the hand-written incidents among them, whose
# scores are published; they cannot measure a model that was trained on them.
TRAINING_SPLITS = ("train", "validation")

INVALID = "with an invalid action"

Row = dict[str, Any]
_Turns = list[tuple[Mapping[str, Any], Answer]]
_POLICIES: dict[Style, type[ModelPolicy]] = {"json": LLMPolicy, "tools": ToolCallingPolicy}


@dataclass(frozen=True)
class Choice:
    """Which episodes become rows, and in which style. Raises ExportError for what makes no sense."""

    style: Style
    min_grade: float
    allow_test_splits: bool

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise ExportError(f"unknown style {self.style!r}: one of {', '.join(STYLES)}")
        if not 0 <= self.min_grade <= 1:
            raise ExportError(f"the least grade must be from 0 to 1, got {self.min_grade}")

    def left_out(self, record: EpisodeRecord) -> str | None:
        """Why an episode does not become a row; None if it does. Raises ExportError for a held-out incident."""
        held_out = _held_out(record)
        if held_out and not self.allow_test_splits:
            raise ExportError(
                f"{record['key']} is of the {held_out}, which is there to measure models that never saw it: export a "
                "run of train or validation, or add --allow-test-splits"
            )
        if record["status"] != "graded":
            return "ended in an infrastructure error"
        if record["grade"] < self.min_grade:
            return f"below the grade of {self.min_grade:g}"
        return INVALID if record["invalid_actions"] else None


def _held_out(record: EpisodeRecord) -> str | None:
    """The split or family for which an episode is held out; None if it is not."""
    if record["split"] not in TRAINING_SPLITS:
        return f"split {record['split']!r}"
    return f"family {record['family']!r}" if record["family"] in HELD_OUT_FAMILIES else None


def rows(folder: RunFolder, choice: Choice, exported: Exported, on_episode: Callable[[], None]) -> Iterator[Row]:
    """The rows of a run, in the order of its plan; `exported` counts them. Raises ExportError if there are none."""
    config = folder.config()
    for record in in_order(folder):
        reason = choice.left_out(record)
        turns = _turns(record, choice.style) if reason is None else None
        if turns is None:
            exported.left_out[reason or INVALID] += 1
        else:
            exported.episodes += 1
            for row in _rows_of(turns, _facts(record, config), choice.style):
                exported.rows += 1
                yield row
        on_episode()
    if not exported.rows:
        reasons = ", ".join(f"{count} {reason}" for reason, count in exported.left_out.items()) or "none was played"
        raise ExportError(
            f"{folder.path} has no episode to export ({reasons}): lower --min-grade, or export another run"
        )


def _rows_of(turns: _Turns, facts: Row, style: Style) -> Iterator[Row]:
    if style == "json":
        for number, (asked, answer) in enumerate(turns, 1):
            yield {"messages": [*asked["messages"], as_message(answer)], "step": number, **facts}
    else:
        asked, answer = turns[-1]
        tools = json.dumps(asked["tools"], ensure_ascii=False)
        yield {"messages": [*asked["messages"], as_message(answer)], "tools": tools, **facts}


def _facts(record: EpisodeRecord, config: RunConfig) -> Row:
    """The columns that describe the episode. The model of an agent without one is "", since a column has one type."""
    return {
        "episode": record["key"],
        "task_id": record["task_id"],
        "scenario_id": record["scenario_id"],
        "difficulty": record["difficulty"],
        "split": record["split"],
        "family": record["family"],
        "grade": float(record["grade"]),
        "reward": float(record["cumulative_reward"]),
        "steps": len(record["steps"]),
        "fallback_steps": steps_by(record, "fallback"),
        "agent": config.agent,
        "model": config.model or "",
    }


class _Script:
    """Stands in for an endpoint's client: records the request, and returns the answer that it was given."""

    def __init__(self) -> None:
        self.asked: Mapping[str, Any] = {}
        self.answer = Answer()
        self.chat = SimpleNamespace(completions=SimpleNamespace(create=self._create))

    def _create(self, **request: Any) -> SimpleNamespace:
        self.asked = request
        calls = [
            SimpleNamespace(id=call.call_id, function=SimpleNamespace(name=call.name, arguments=call.arguments))
            for call in self.answer.calls
        ]
        message = SimpleNamespace(content=self.answer.text, tool_calls=calls)
        return SimpleNamespace(choices=[SimpleNamespace(message=message)], usage=None)


def _turns(record: EpisodeRecord, style: Style) -> _Turns | None:
    """The request of a style's agent before each step, and the answer that makes it take the step.

    None if the agent cannot take some action of the episode, such as a submission of nothing.
    """
    actions = [_action(step) for step in record["steps"]]
    moments = list(replayed(_with(record, actions), LocalEnvironment()))  # to the end, before any row is made
    script, unusable = _Script(), list[str]()
    policy = _POLICIES[style](cast(openai.OpenAI, script), "", stand_in="never", warn=unusable.append)
    turns: _Turns = []
    for number, (action, moment) in enumerate(zip(actions, moments, strict=False), 1):
        script.answer = _answer(style, action, number)
        taken = policy.act(moment.observation)
        if unusable or taken != action:
            return None
        turns.append((script.asked, script.answer))
    return turns


def _action(step: StepRecord) -> Decision:
    """An action as a model should write it: by its own parameters and no others, in the order of the tools."""
    action_type = normalise(step["action_type"])
    spec, given = ACTIONS[action_type], dict(step["parameters"])
    if action_type not in SUBMISSIONS:
        own = target_parameter(action_type)
        given[own] = given.get(own) or given.get("target")
    action = attempted(action_type, given)
    names = (name for name in (*spec.required, *spec.optional) if name != "target")
    return replace(action, parameters={n: action.parameters[n] for n in names if n in action.parameters})


def _with(record: EpisodeRecord, actions: list[Decision]) -> EpisodeRecord:
    """The episode with those actions: the digests then prove that they have the same effect."""
    steps: list[StepRecord] = [
        {**step, "action_type": action.action_type, "parameters": action.parameters}
        for step, action in zip(record["steps"], actions, strict=True)
    ]
    return {**record, "steps": steps}


def _answer(style: Style, action: Decision, number: int) -> Answer:
    if style == "json":
        body = {"action_type": action.action_type, "parameters": action.parameters}
        return Answer(json.dumps(body, ensure_ascii=False))
    # Nine letters and digits are what every endpoint takes for an id, and some chat templates insist on them.
    return Answer(calls=[ToolCall(f"call{number:05}", action.action_type, json.dumps(action.parameters))])
