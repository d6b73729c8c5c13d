"""The LLM policy: asks a model behind an OpenAI-compatible endpoint for each action, as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import openai

from actions import ALL_ACTIONS, SUBMISSION_ACTIONS, normalise
from agents.heuristic import HeuristicPolicy
from agents.policy import Decision, Observation

PARAMETERS = frozenset(
    {"service", "severity", "failure_mode", "summary", "target_version", "replicas", "flag", "runbook_action", "target"}
)
MAX_RETRIES = 5  # of one call, on rate limits, time-outs and server errors; the client backs off exponentially
TIMEOUT_SECONDS = 60.0
MAX_TOKENS = 600  # of one answer

_SYSTEM = """You are the on-call engineer for a cloud system. You read an alert, investigate with diagnostics, and
finish with the submission action, which ends the episode. Answer with one JSON object and nothing else, for example
{"action_type": "query_logs", "parameters": {"service": "some-service"}}.

Actions you can take:
%s

Advice: query different services rather than the same one twice. Services named by the alert are often victims of a
fault elsewhere. Recent deploys are not always to blame. Name services, flags and runbook steps exactly as the evidence
does. Remediate the cause before its victims; every harmful action costs points. Submit before the steps run out."""


class UnusableAnswerError(ValueError):
    """A model's answer holds no action that could be taken."""


class LLMPolicy:
    """Plays one episode with a model, and with the heuristic wherever the model's answer cannot be used.

    Calls are retried by the client; a call that still fails counts as an unusable answer. After an error that no retry
    can mend (a wrong key, an unknown model) the model is not asked again in this episode. `warn` is told of each.
    """

    def __init__(
        self,
        client: openai.OpenAI,
        model: str,
        *,
        seed: int | None = None,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._client = client
        self._model = model
        self._seed = seed
        self._warn = warn
        self._fallback = HeuristicPolicy()
        self._given_up = False
        self._tried: list[str] = []

    def act(self, observation: Observation) -> Decision:
        decision = None if self._given_up else self._ask(observation)
        if decision is None:
            rules = self._fallback.act(observation)
            decision = Decision(rules.action_type, rules.parameters, "fallback")
        self._tried.append(f"{decision.action_type} {json.dumps(decision.parameters, ensure_ascii=False)}")
        return decision

    def _ask(self, observation: Observation) -> Decision | None:
        try:
            completion = self._client.chat.completions.create(
                model=self._model,
                messages=[
                    {"role": "system", "content": _SYSTEM % _describe_actions(observation)},
                    {"role": "user", "content": self._describe(observation)},
                ],
                temperature=0.0,
                max_tokens=MAX_TOKENS,
                seed=self._seed if self._seed is not None else openai.omit,
            )
            return parse_action(completion.choices[0].message.content or "", observation)
        except (UnusableAnswerError, IndexError) as error:
            self._warn(f"answer not usable: {error}")
        except (openai.AuthenticationError, openai.PermissionDeniedError, openai.NotFoundError) as error:
            self._warn(f"the model is not asked again: {error}")
            self._given_up = True
        except openai.APIError as error:
            self._warn(f"call failed: {error}")
        return None

    def _describe(self, observation: Observation) -> str:
        parts = [
            f"Task: {observation['task_id']}. Step {observation['step_count'] + 1} of {observation['max_steps']}.",
            f"Incident: {observation['incident_summary']}",
            f"Alert: {json.dumps(observation['alert'], ensure_ascii=False)}",
            f"Known services: {', '.join(observation['known_services'])}",
        ]
        parts += [
            f"[{tool} {service}]\n{text}"
            for tool, texts in observation["queried_data"].items()
            for service, text in texts.items()
        ]
        if self._tried:
            parts.append("Actions so far:\n" + "\n".join(self._tried))
        parts.append(f"Last result: {observation['feedback']}")
        return "\n\n".join(parts)


def parse_action(text: str, observation: Observation) -> Decision:
    """Find the action in a model's answer.

    Takes the first JSON object that names an available action, wherever it stands in the text, with its parameters
    nested or beside it; parameters that no action has are dropped. Raises UnusableAnswerError if there is none.
    """
    offered = set(observation["available_actions"])
    for found in _objects(text):
        inner = found.get("action")
        candidate = inner if isinstance(inner, dict) else found
        name = candidate.get("action_type") or candidate.get("action") or candidate.get("name")
        if isinstance(name, str) and normalise(name) in offered:
            nested = candidate.get("parameters") or candidate.get("arguments")
            parameters = _clean(nested if isinstance(nested, dict) else candidate)
            missing = [p for p in ALL_ACTIONS[normalise(name)]["required"] if p not in parameters]
            if missing and ("target" not in parameters or normalise(name) in SUBMISSION_ACTIONS):
                raise UnusableAnswerError(f"{normalise(name)} without {', '.join(missing)}")
            return Decision(normalise(name), parameters, "model")
    raise UnusableAnswerError(f"no JSON object with one of {', '.join(sorted(offered))} in {text[:200]!r}")


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
    """The parameters that actions have, as the types that they have."""
    cleaned: dict[str, Any] = {}
    for name in PARAMETERS & parameters.keys():
        value = parameters[name]
        if name == "replicas":
            if re.fullmatch(r"\d{1,5}", str(value)) and int(value) <= 10_000:
                cleaned[name] = int(value)
        elif isinstance(value, str | int | float) and str(value).strip():
            limit = 8_000 if name in ("summary", "failure_mode") else 200
            cleaned[name] = str(value).encode("utf-8", "replace").decode()[:limit]
    return dict(sorted(cleaned.items()))


def _describe_actions(observation: Observation) -> str:
    lines = []
    for name in observation["available_actions"]:
        spec = ALL_ACTIONS[name]
        wanted = ", ".join([*spec["required"], *(f"{option} (optional)" for option in spec["optional"])])
        lines.append(f"- {name}: {spec['description']} Parameters: {wanted}.")
    return "\n".join(lines)
