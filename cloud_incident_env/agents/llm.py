"""Policies that ask a model for each action: what they share, and the one that takes the action as JSON.

Tool calling is in `llm_tools.py`, the endpoint in `llm_endpoint.py`.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import openai

from cloud_incident_env.actions import (
    ACTIONS,
    NAME_LENGTH,
    PARAMETERS,
    SUBMISSIONS,
    normalise,
)
from cloud_incident_env.agents.heuristic import HeuristicPolicy
from cloud_incident_env.agents.llm_endpoint import (
    MAX_RETRIES,
    TIMEOUT_SECONDS,
    Answer,
    Endpoint,
    InfrastructureError,
    Sampling,
    UnusableAnswerError,
    Usage,
)
from cloud_incident_env.agents.policy import Decision, Observation
from cloud_incident_env.model_prompts import (
    EVIDENCE,
    LAST_RESULT,
    NO_ACTION,
    REASON_LENGTH,
    SO_FAR,
    json_system,
    opening_prompt,
    readable_words,
)

__all__ = [
    "MAX_RETRIES",
    "NO_ACTION",
    "TIMEOUT_SECONDS",
    "InfrastructureError",
    "LLMPolicy",
    "ModelPolicy",
    "Sampling",
    "UnusableAnswerError",
    "Usage",
    "parse_action",
]

_EMPTY_FENCE = re.compile(r"```(?:json)?\s*```")  # which is left of a code block that held the action

# When the heuristic takes a step in place of the model. "always": whenever the model gave no action. "unusable": for an
# answer that cannot be used, while failures of the endpoint are raised. "never": an unusable answer is taken as the
# invalid action that it is, and failures of the endpoint are raised.
StandIn = Literal["always", "unusable", "never"]


class ModelPolicy(ABC):
    """Plays one episode with a model; `stand_in` says what happens where the model gives no action.

    With `stand_in="always"` the model is not asked again in this episode after an error that no retry can mend (a wrong
    key, an unknown model); otherwise every failure of the endpoint is raised as InfrastructureError. `warn` is called
    with each failure and each unusable answer. `usage` counts the episode's tokens.
    """

    def __init__(
        self,
        client: openai.OpenAI,
        model: str,
        *,
        seed: int | None = None,
        warn: Callable[[str], None] = lambda _: None,
        stand_in: StandIn = "always",
        sampling: Sampling | None = None,
    ) -> None:
        chosen = sampling or Sampling()
        self._endpoint = Endpoint(client, model, chosen if seed is None else replace(chosen, seed=seed))
        self._warn = warn
        self._stand_in = stand_in
        self._fallback = HeuristicPolicy()
        self._given_up = False
        self._words = ""

    @property
    def usage(self) -> Usage:
        return self._endpoint.usage

    def act(self, observation: Observation) -> Decision:
        self._words = ""
        decision = None if self._given_up else self._try(observation)
        if decision is None:
            rules = self._fallback.act(observation)
            decision = Decision(rules.action_type, rules.parameters, "fallback")
        self._remember(decision)
        return replace(decision, words=self._words)

    @abstractmethod
    def _ask(self, observation: Observation) -> Decision:
        """Ask the model. Raises UnusableAnswerError or InfrastructureError."""

    @abstractmethod
    def _beside(self, answer: Answer) -> list[str]:
        """What an answer holds beside its action, in the model's own words."""

    def _answer(self, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] = ()) -> Answer:
        """The endpoint's answer; its words are kept for the step. Raises as `_ask`."""
        answer = self._endpoint.ask(messages, tools)
        self._words = readable_words(*self._beside(answer))
        return answer

    @abstractmethod
    def _remember(self, decision: Decision) -> None:
        """Note the step that is taken, for the next question."""

    def _try(self, observation: Observation) -> Decision | None:
        try:
            return self._ask(observation)
        except UnusableAnswerError as error:
            self._warn(f"answer not usable: {error}")
            if self._stand_in == "never":
                return error.attempt or Decision(NO_ACTION, {"reasoning": str(error)[:REASON_LENGTH]}, "model")
        except InfrastructureError as error:
            if self._stand_in != "always":
                raise
            self._warn(f"the model is not asked again: {error}" if error.lasting else str(error))
            self._given_up = error.lasting
        return None


class LLMPolicy(ModelPolicy):
    """Asks for each action as one JSON object; every prompt contains the whole episode so far."""

    def __init__(self, client: openai.OpenAI, model: str, **options: Any) -> None:
        """`options` are those of ModelPolicy."""
        super().__init__(client, model, **options)
        self._tried: list[str] = []

    def _ask(self, observation: Observation) -> Decision:
        answer = self._answer(
            [
                {"role": "system", "content": json_system(observation["available_actions"])},
                {"role": "user", "content": self._describe(observation)},
            ]
        )
        return parse_action(answer.text, observation)

    def _beside(self, answer: Answer) -> list[str]:
        return [answer.reasoning, *_around_action(answer.text)]

    def _remember(self, decision: Decision) -> None:
        self._tried.append(f"{decision.action_type} {json.dumps(decision.parameters, ensure_ascii=False)}")

    def _describe(self, observation: Observation) -> str:
        parts = [opening_prompt(observation)]
        parts += [
            EVIDENCE.format(tool=tool, service=service, text=text)
            for tool, texts in observation["queried_data"].items()
            for service, text in texts.items()
        ]
        if self._tried:
            parts.append(SO_FAR.format(actions="\n".join(self._tried)))
        parts.append(LAST_RESULT.format(feedback=observation["feedback"]))
        return "\n\n".join(parts)


def parse_action(text: str, observation: Observation) -> Decision:
    """Find the action in a model's answer.

    Takes the first JSON object that names an available action, wherever it stands in the text, with its parameters
    nested or beside it; parameters that no action has are dropped. Raises UnusableAnswerError if there is none.
    """
    offered = set(observation["available_actions"])
    attempt = None
    for found, _, _ in _objects(text):
        named = _named(found)
        if named is None:
            continue
        name, parameters, _ = named
        if normalise(name) in offered:
            return take(name, parameters, observation)
        attempt = attempt or attempted(name, parameters)
    raise UnusableAnswerError(f"no JSON object with one of {', '.join(sorted(offered))} in {text[:200]!r}", attempt)


def take(name: str, parameters: dict[str, Any], observation: Observation) -> Decision:
    """The action that a model named. Raises UnusableAnswerError, the attempt with it, if it cannot be taken so."""
    attempt = attempted(name, parameters)
    if attempt.action_type not in observation["available_actions"]:
        offered = ", ".join(observation["available_actions"])
        raise UnusableAnswerError(f"no action {attempt.action_type!r}: one of {offered}", attempt)
    missing = [p for p in ACTIONS[attempt.action_type].required if p not in attempt.parameters]
    if missing and ("target" not in attempt.parameters or attempt.action_type in SUBMISSIONS):
        raise UnusableAnswerError(f"{attempt.action_type} without {', '.join(missing)}", attempt)
    return attempt


def attempted(name: str, parameters: dict[str, Any]) -> Decision:
    """What a model wrote, right or wrong, as an action that an environment accepts as a request."""
    action_type = normalise(name).encode("utf-8", "replace").decode()[:NAME_LENGTH]
    return Decision(action_type or NO_ACTION, _clean(parameters), "model")


def _named(found: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]] | None:
    """The action that a JSON object names, its parameters, and the object that names it; None if it names none."""
    inner = found.get("action")
    candidate = inner if isinstance(inner, dict) else found
    name = candidate.get("action_type") or candidate.get("action") or candidate.get("name")
    if not isinstance(name, str):
        return None
    nested = candidate.get("parameters") or candidate.get("arguments")
    return name, nested if isinstance(nested, dict) else candidate, candidate


def _around_action(text: str) -> list[str]:
    """An answer without the first JSON object that names an action, and the reasoning in that object."""
    for found, start, end in _objects(text):
        named = _named(found)
        if named is not None:
            _, *places = named
            noted = next((place["reasoning"] for place in places if isinstance(place.get("reasoning"), str)), "")
            return [_EMPTY_FENCE.sub("", text[:start] + text[end:]), noted]
    return [text]


def _objects(text: str) -> Iterator[tuple[dict[str, Any], int, int]]:
    """Every JSON object that starts at some brace of the text, outermost first, with where it begins and ends."""
    decoder = json.JSONDecoder(strict=False)
    position = text.find("{")
    while position >= 0:
        try:
            value, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            end = position + 1
        else:
            yield value, position, end
        position = text.find("{", end)


def _clean(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters that actions have, without the reasoning, each as the type and within the limit that it has."""
    cleaned: dict[str, Any] = {}
    for name in sorted(PARAMETERS.keys() & parameters.keys() - {"reasoning"}):
        value, declared = parameters[name], PARAMETERS[name]
        if declared.most is not None:
            text = str(value)
            if text.isdecimal() and len(text) <= len(str(declared.most)) and int(text) <= declared.most:
                cleaned[name] = int(text)
        elif isinstance(value, str | int | float) and str(value).strip():
            cleaned[name] = str(value).encode("utf-8", "replace").decode()[: declared.length]
    return cleaned
