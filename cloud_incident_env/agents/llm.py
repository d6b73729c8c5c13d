"""Policies that ask a model for each action: what they share, and the one that takes the action as JSON.

Tool calling is in `llm_tools.py`, the endpoint in `llm_endpoint.py`.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
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
    Endpoint,
    InfrastructureError,
    Sampling,
    UnusableAnswerError,
    Usage,
)
from cloud_incident_env.agents.policy import Decision, Observation
from cloud_incident_env.reading.modes import ids_by_group

__all__ = [
    "MAX_RETRIES",
    "TIMEOUT_SECONDS",
    "InfrastructureError",
    "LLMPolicy",
    "ModelPolicy",
    "Sampling",
    "UnusableAnswerError",
    "Usage",
    "parse_action",
]

# When the heuristic takes a step in place of the model. "always": whenever the model gave no action. "unusable": for an
# answer that cannot be used, while failures of the endpoint are raised. "never": an unusable answer is taken as the
# invalid action that it is, and failures of the endpoint are raised.
StandIn = Literal["always", "unusable", "never"]
NO_ACTION = "no_action"  # stands for an answer that names no action; the environment knows no action of that name
_REASON_LENGTH = 300  # characters of what was wrong, kept with a NO_ACTION

ADVICE = """\
Advice: query different services rather than the same one twice. Services named by the alert are often victims of a
fault elsewhere. Recent deploys are not always to blame. Name services, flags and runbook steps exactly as the evidence
does. Remediate the cause before its victims; every harmful action costs points. Submit before the steps run out."""
CATALOGUE_INTRODUCED = "Failure modes by id, grouped by what fails:"
_SYSTEM = """You are the on-call engineer for a cloud system. You read an alert, investigate with diagnostics, and
finish with the submission action, which ends the episode. Answer with one JSON object and nothing else, for example
{"action_type": "query_logs", "parameters": {"service": "some-service"}}.

Actions you can take:
%s

%s"""


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

    @property
    def usage(self) -> Usage:
        return self._endpoint.usage

    def act(self, observation: Observation) -> Decision:
        decision = None if self._given_up else self._try(observation)
        if decision is None:
            rules = self._fallback.act(observation)
            decision = Decision(rules.action_type, rules.parameters, "fallback")
        self._remember(decision)
        return decision

    @abstractmethod
    def _ask(self, observation: Observation) -> Decision:
        """Ask the model. Raises UnusableAnswerError or InfrastructureError."""

    @abstractmethod
    def _remember(self, decision: Decision) -> None:
        """Note the step that is taken, for the next question."""

    def _try(self, observation: Observation) -> Decision | None:
        try:
            return self._ask(observation)
        except UnusableAnswerError as error:
            self._warn(f"answer not usable: {error}")
            if self._stand_in == "never":
                return error.attempt or Decision(NO_ACTION, {"reasoning": str(error)[:_REASON_LENGTH]}, "model")
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
        answer = self._endpoint.ask(
            [
                {"role": "system", "content": _SYSTEM % (_describe_actions(observation), ADVICE)},
                {"role": "user", "content": self._describe(observation)},
            ]
        )
        return parse_action(answer.text, observation)

    def _remember(self, decision: Decision) -> None:
        self._tried.append(f"{decision.action_type} {json.dumps(decision.parameters, ensure_ascii=False)}")

    def _describe(self, observation: Observation) -> str:
        parts = [opening_prompt(observation)]
        parts += [
            f"[{tool} {service}]\n{text}"
            for tool, texts in observation["queried_data"].items()
            for service, text in texts.items()
        ]
        if self._tried:
            parts.append("Actions so far:\n" + "\n".join(self._tried))
        parts.append(f"Last result: {observation['feedback']}")
        return "\n\n".join(parts)


def opening_prompt(observation: Observation) -> str:
    """The number of the next step and the incident as text: how the prompts of the model agents begin."""
    return "\n\n".join(
        [
            f"Task: {observation['task_id']}. Step {observation['step_count'] + 1} of {observation['max_steps']}.",
            f"Incident: {observation['incident_summary']}",
            f"Alert: {json.dumps(observation['alert'], ensure_ascii=False)}",
            f"Known services: {', '.join(observation['known_services'])}",
        ]
    )


def parse_action(text: str, observation: Observation) -> Decision:
    """Find the action in a model's answer.

    Takes the first JSON object that names an available action, wherever it stands in the text, with its parameters
    nested or beside it; parameters that no action has are dropped. Raises UnusableAnswerError if there is none.
    """
    offered = set(observation["available_actions"])
    attempt = None
    for found in _objects(text):
        inner = found.get("action")
        candidate = inner if isinstance(inner, dict) else found
        name = candidate.get("action_type") or candidate.get("action") or candidate.get("name")
        if not isinstance(name, str):
            continue
        nested = candidate.get("parameters") or candidate.get("arguments")
        parameters = nested if isinstance(nested, dict) else candidate
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


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Every JSON object that starts at some brace of the text, outermost first."""
    decoder = json.JSONDecoder(strict=False)
    position = text.find("{")
    while position >= 0:
        try:
            value, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            end = position + 1
        else:
            yield value
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


def _describe_actions(observation: Observation) -> str:
    lines = []
    for name in observation["available_actions"]:
        action = ACTIONS[name]
        wanted = ", ".join([*action.required, *(f"{option} (optional)" for option in action.optional)])
        lines.append(f"- {name}: {action.description} Parameters: {wanted}.")
    if "submit_root_cause" in observation["available_actions"]:
        lines += ["", f"{CATALOGUE_INTRODUCED}\n{ids_by_group()}"]
    return "\n".join(lines)
