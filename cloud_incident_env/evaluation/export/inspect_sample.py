"""An episode as a sample of Inspect AI.

The id is the incident, the epoch the trial, the score the grade. The messages are the episode as a conversation of tool
calls, whichever agent played it: the system and the user message of the tool-calling agent (`agents/llm_tools.py`), an
assistant message for each action, right or wrong, and a tool message for its result. The events are the same actions
with their rewards between them. An infrastructure error is a sample with an error and without a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from inspect_ai.dataset import Sample
from inspect_ai.event import ErrorEvent, Event, InfoEvent, SampleInitEvent, ScoreEvent, ToolEvent
from inspect_ai.log import EvalError, EvalSample
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    ModelOutput,
    ModelUsage,
)
from inspect_ai.scorer import Score
from inspect_ai.tool import ToolCall, ToolCallError

from cloud_incident_env.actions import SUBMISSIONS
from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.shown import result_of
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.evaluation.config import RunConfig
from cloud_incident_env.evaluation.export.files import cleaned
from cloud_incident_env.evaluation.record import EpisodeRecord, StepRecord
from cloud_incident_env.evaluation.replay import Moment, replayed
from cloud_incident_env.model_prompts import TOOLS_SYSTEM, opening_prompt
from cloud_incident_env.options import read_options

SCORER = "grade"
_KEPT = (
    "key",
    "task_id",
    "scenario_id",
    "difficulty",
    "split",
    "family",
    "cumulative_reward",
    "wrong_actions",
    "invalid_actions",
    "repeated_actions",
)


def model_name(config: RunConfig) -> str:
    """The name of the model for Inspect: the model, or the agent that needs none."""
    return config.model or config.agent


def sample_of(record: EpisodeRecord, config: RunConfig) -> EvalSample:
    """An episode as a sample. Raises ReplayError if it plays differently now."""
    # An episode whose reset failed has nothing to play.
    moments = list(replayed(record, LocalEnvironment())) if record["first_digest"] else []
    return _Sample(cleaned(record), moments, config).sample()


class _Sample:
    """One episode in the terms of Inspect."""

    def __init__(self, record: EpisodeRecord, moments: Sequence[Moment], config: RunConfig) -> None:
        self._record = record
        self._config = config
        self._opening = opening_prompt(moments[0].observation) if moments else _summary(record)
        self._steps = [_Step(*pair) for pair in zip(record["steps"], moments[1:], strict=True)]
        self._messages = list(self._all_messages())
        self._error = None
        if record["status"] != "graded":
            message = record["error"] or "unknown"
            # Inspect's viewer shows of a sample's error its traceback alone.
            self._error = EvalError(message=message, traceback=message, traceback_ansi=message)

    def sample(self) -> EvalSample:
        record = self._record
        return EvalSample(
            id=_id_of(record),
            epoch=record["trial"] + 1,
            input=self._opening,
            target=_target(record),
            messages=self._messages,
            output=self._output(),
            scores=None if self._error else {SCORER: self._score()},
            metadata=self._metadata(),
            events=list(self._events()),
            model_usage=self._usage(),
            total_time=record["seconds"],
            working_time=record["seconds"],
            error=self._error,
        )

    def _all_messages(self) -> Iterator[ChatMessage]:
        yield ChatMessageSystem(id="system", content=TOOLS_SYSTEM, source="input")
        yield ChatMessageUser(id="incident", content=self._opening, source="input")
        for step in self._steps:
            yield step.asked(model_name(self._config))
            yield step.answered()

    def _output(self) -> ModelOutput:
        """The agent's last action."""
        choices = [
            ChatCompletionChoice(message=message, stop_reason="tool_calls")
            for message in self._messages[-2:]
            if isinstance(message, ChatMessageAssistant)
        ]
        return ModelOutput(model=model_name(self._config), choices=choices)

    def _score(self) -> Score:
        last = self._steps[-1]
        parts = [f"{part}: {value:+.4f}" for part, value in self._record["breakdown"].items()]
        return Score(
            value=self._record["grade"],
            answer=last.submitted(),
            explanation="\n".join([*parts, last.feedback]),
            metadata=dict(self._record["breakdown"]),
        )

    def _metadata(self) -> dict[str, Any]:
        record: Mapping[str, Any] = self._record
        rewards = [step["reward"] for step in self._record["steps"]]
        return {**{name: record[name] for name in _KEPT}, "options": record["options"], "rewards": rewards}

    def _usage(self) -> dict[str, ModelUsage]:
        if self._config.model is None:
            return {}
        asked, answered = self._record["prompt_tokens"], self._record["completion_tokens"]
        usage = ModelUsage(input_tokens=asked, output_tokens=answered, total_tokens=asked + answered)
        return {self._config.model: usage}

    def _events(self) -> Iterator[Event]:
        """The events in order. No time of day is recorded of them, so all carry that of the run's start."""
        time: dict[str, Any] = {"timestamp": datetime.fromisoformat(self._config.started)}
        target = _target(self._record)
        opening = Sample(id=_id_of(self._record), input=self._opening, target=target)
        yield SampleInitEvent(uuid="incident", sample=opening, working_start=0.0, **time)
        decided = 0.0
        for step in self._steps:
            decided = round(decided + step.seconds, 6)
            yield step.tool_event(working_start=decided, **time)
            yield step.reward_event(working_start=decided, **time)
        if self._error is not None:
            yield ErrorEvent(uuid="error", error=self._error, working_start=decided, **time)
        else:
            time["working_start"] = decided
            yield ScoreEvent(uuid="grade", score=self._score(), target=target, scorer=SCORER, **time)


class _Step:
    """One step in the terms of Inspect."""

    def __init__(self, step: StepRecord, moment: Moment) -> None:
        self._step = step
        self._result: str = cleaned(result_of(step["action_type"], step["parameters"], moment.observation))
        self.feedback: str = cleaned(moment.observation["feedback"])
        self.seconds = step["seconds"]
        self._call = ToolCall(f"call{step['step']:05}", step["action_type"], step["parameters"])
        self._error = None if step["error"] is None else ToolCallError("unknown", step["error"])

    def asked(self, model: str) -> ChatMessageAssistant:
        chosen = {"source": self._step["source"], "seconds": self.seconds}
        return ChatMessageAssistant(
            id=self._id("step"),
            content=self._step.get("words", ""),
            tool_calls=[self._call],
            model=model,
            source="generate",
            metadata=chosen,
        )

    def answered(self) -> ChatMessageTool:
        earned = {"reward": self._step["reward"], "reason": self._step["reason"]}
        return ChatMessageTool(
            id=self._id("result"),
            content=self._result,
            tool_call_id=self._call.id,
            function=self._call.function,
            error=self._error,
            metadata=earned,
        )

    def tool_event(self, **when: Any) -> ToolEvent:
        return ToolEvent(
            uuid=self._id("call"),
            id=self._call.id,
            function=self._call.function,
            arguments=self._call.arguments,
            result=self._result,
            error=self._error,
            message_id=self._id("result"),
            **when,
        )

    def reward_event(self, **when: Any) -> InfoEvent:
        text = f"{self._step['reward']:+.2f}: {self._step['reason']}"
        return InfoEvent(uuid=self._id("reward"), source="reward", data=text, **when)

    def submitted(self) -> str | None:
        """The submission that ended the episode; None where its steps ran out."""
        if self._step["action_type"] not in SUBMISSIONS:
            return None
        return "; ".join(str(value) for value in self._step["parameters"].values())

    def _id(self, what: str) -> str:
        return f"{what}-{self._step['step']}"


def _id_of(record: EpisodeRecord) -> str:
    """Names the incident: a hand-written one by its id, a generated one by the options of its reset."""
    if "scenario_index" in record["options"]:
        return record["scenario_id"]
    return ",".join(f"{name}={value}" for name, value in sorted(record["options"].items()))


def _summary(record: EpisodeRecord) -> str:
    return choose_incident(read_options(record["options"])).incident.summary


def _target(record: EpisodeRecord) -> str:
    """The right answer, in words."""
    answer = record["answer"]
    if "severity" in answer:
        return str(answer["severity"])
    return "\n".join([f"{answer['service']}: {answer['failure_mode']}", *answer.get("plan", ())])
