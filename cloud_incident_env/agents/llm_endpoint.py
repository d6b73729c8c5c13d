"""One model behind an OpenAI-compatible endpoint: asks it, counts its tokens, and tells its failures from the model's.

An endpoint that fails (down, too slow, overloaded, refusing, answering what cannot be read) raises
`InfrastructureError`; a model that fails raises `UnusableAnswerError`. A failure of the endpoint must never count
against the model, and the reverse.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import openai

from cloud_incident_env.agents.policy import Decision
from cloud_incident_env.model_prompts import MAX_TOKENS, TEMPERATURE

DEFAULT_API_BASE_URL = "https://router.huggingface.co/v1"
MAX_RETRIES = 5  # of one call, on rate limits, time-outs and server errors; the client backs off exponentially
TIMEOUT_SECONDS = 60.0
BROKEN_ANSWERS = 3  # unreadable answers of status 200 in a row after which the call has failed
BROKEN_PAUSE = 0.25  # seconds after the first of them, twice as long after each further one
NO_KEY = "none"  # stands for a key where there is none; the client insists on one

# Error codes of failures of the model: it wrote a tool call or JSON that cannot be parsed, or the episode is longer
# than its context.
_MODELS_FAULT = frozenset(
    {"tool_use_failed", "json_validate_failed", "context_length_exceeded", "exceed_context_size_error"}
)
_TOO_LONG = re.compile(r"maximum context length|exceeds? (?:the )?(?:available |model's )?context", re.I)
_BEARER = re.compile(r"(Bearer )[^\s'\"]+")
_NO_RETRY_MENDS = (openai.AuthenticationError, openai.PermissionDeniedError, openai.NotFoundError)


class InfrastructureError(Exception):
    """The endpoint failed, not the model. `lasting`: no later call can succeed either (wrong key, unknown model)."""

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        super().__init__(message)
        self.lasting = lasting


class UnusableAnswerError(ValueError):
    """A model's answer holds no action that could be taken. `attempt` is what it came closest to, if anything."""

    def __init__(self, message: str, attempt: Decision | None = None) -> None:
        super().__init__(message)
        self.attempt = attempt


class _BrokenAnswerError(Exception):
    """A response of status 200 that holds no completion, or only part of one."""


@dataclass
class Usage:
    """Tokens of an episode so far, as the endpoint counts them; 0 where it does not."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    answers: int = 0  # that arrived whole

    def add(self, reported: Any) -> None:
        """Count one answer; `reported` is the `usage` of its completion, or None."""
        self.answers += 1
        self.prompt_tokens += _count(reported, "prompt_tokens")
        self.completion_tokens += _count(reported, "completion_tokens")


def _count(reported: Any, name: str) -> int:
    """A number of tokens; 0 for anything else, since the client returns whatever the body held."""
    value = getattr(reported, name, None)
    return value if isinstance(value, int) and value > 0 else 0


@dataclass(frozen=True)
class Sampling:
    """How a model is asked. None leaves a setting to the endpoint."""

    temperature: float | None = TEMPERATURE
    max_tokens: int | None = MAX_TOKENS
    seed: int | None = None
    stream: bool = False  # take the answer piece by piece, for endpoints that cut long silent connections
    extra: Mapping[str, Any] = field(default_factory=dict)  # fields of the request that this module does not know


@dataclass
class ToolCall:
    """One tool call as the model wrote it; `arguments` should be a JSON object."""

    call_id: str
    name: str
    arguments: str


@dataclass
class Answer:
    """One answer of a model."""

    text: str = ""
    calls: list[ToolCall] = field(default_factory=list)
    reasoning: str = ""  # that some endpoints send beside the text; it is not sent back


class Endpoint:
    """Asks one model. Make a new one for each episode; the client may be shared."""

    def __init__(self, client: openai.OpenAI, model: str, sampling: Sampling) -> None:
        self._client = client
        self._model = model
        self._sampling = sampling
        self.usage = Usage()

    def ask(self, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] = ()) -> Answer:
        """Return the model's answer to a conversation.

        The client retries what may pass; an answer that cannot be read is asked for again here. Raises
        InfrastructureError or UnusableAnswerError (see the module).
        """
        for attempt in range(1, BROKEN_ANSWERS + 1):
            try:
                return self._ask_once(messages, tools)
            except (
                _BrokenAnswerError,
                httpx.HTTPError,
                json.JSONDecodeError,
                UnicodeDecodeError,
                RecursionError,
            ) as error:
                if attempt == BROKEN_ANSWERS:
                    raise InfrastructureError(self._message("answer cut off or not readable", error)) from error
                time.sleep(BROKEN_PAUSE * 2 ** (attempt - 1))
            except openai.APIError as error:
                if _is_models_fault(error):
                    raise UnusableAnswerError(
                        self._message("the endpoint refused the model's answer", error)
                    ) from error
                lasting = isinstance(error, _NO_RETRY_MENDS)
                raise InfrastructureError(self._message("call failed", error), lasting=lasting) from error
        raise AssertionError("the loop returns or raises")

    def _message(self, what: str, error: Exception) -> str:
        """An error as a record may keep it: with its cause, and without the key, which some endpoints repeat."""
        cause = f" ({error.__cause__})" if error.__cause__ else ""
        text = _BEARER.sub(r"\1***", f"{what}: {error}{cause}")
        key = self._client.api_key.strip()
        return text.replace(key, "***") if key not in ("", NO_KEY) else text

    def _ask_once(self, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]]) -> Answer:
        create: Any = self._client.chat.completions.create  # its overloads tell streams apart by a literal
        settings = self._sampling
        request: dict[str, Any] = {
            "temperature": settings.temperature,
            "max_tokens": settings.max_tokens,
            "seed": settings.seed,
            "tools": list(tools) or None,
            "stream_options": {"include_usage": True} if settings.stream else None,
        }
        response = create(
            model=self._model,
            messages=list(messages),
            stream=settings.stream,
            extra_body=dict(settings.extra) or None,
            **{name: value for name, value in request.items() if value is not None},
        )
        answer, reported = _from_stream(response) if settings.stream else _from_completion(response)
        self.usage.add(reported)
        return answer


def _is_models_fault(error: openai.APIError) -> bool:
    """Whether an endpoint's error says that the model failed, or that the episode is longer than its context."""
    if {getattr(error, "code", None), getattr(error, "type", None)} & _MODELS_FAULT:
        return True
    return isinstance(error, openai.BadRequestError) and _TOO_LONG.search(str(error)) is not None


def _reasoning(message: Any) -> str:
    """What a model thought before it answered, by either of the names under which endpoints send it."""
    told = getattr(message, "reasoning_content", None) or getattr(message, "reasoning", None)
    return told if isinstance(told, str) else ""


def _from_completion(completion: Any) -> tuple[Answer, Any]:
    """Read a completion; the client returns whatever the body held, of any shape."""
    try:
        message = completion.choices[0].message
        answer = Answer(message.content if isinstance(message.content, str) else "", reasoning=_reasoning(message))
        for call in message.tool_calls or ():
            answer.calls.append(ToolCall(call.id, call.function.name, call.function.arguments))
        reported = completion.usage
    except (AttributeError, IndexError, TypeError) as error:
        raise _BrokenAnswerError(f"no completion in {str(completion)[:200]!r}") from error
    return _tidy(answer), reported


def _from_stream(chunks: Iterable[Any]) -> tuple[Answer, Any]:
    """Put the pieces of a stream together. Raises _BrokenAnswerError if it ends before the model did."""
    answer = Answer()
    calls: dict[int, ToolCall] = {}
    reported, finished = None, False
    try:
        for chunk in chunks:
            reported = chunk.usage or reported
            for choice in chunk.choices or ():
                finished = finished or choice.finish_reason is not None
                answer.text += choice.delta.content or ""
                answer.reasoning += _reasoning(choice.delta)
                for piece in choice.delta.tool_calls or ():
                    call = calls.setdefault(piece.index, ToolCall("", "", ""))
                    call.call_id = call.call_id or piece.id or ""
                    call.name += piece.function.name or ""
                    call.arguments += piece.function.arguments or ""
    except openai.APIStatusError:
        raise
    except (AttributeError, TypeError, openai.APIError) as error:
        if isinstance(error, openai.APIError) and _is_models_fault(error):
            raise
        raise _BrokenAnswerError(f"the stream broke: {error}") from error
    if not finished:
        raise _BrokenAnswerError("the stream ended before the answer did")
    answer.calls = [calls[index] for index in sorted(calls)]
    return _tidy(answer), reported


def _tidy(answer: Answer) -> Answer:
    """Give every call an id and its arguments as text; some endpoints leave out the one and parse the other."""
    for position, call in enumerate(answer.calls):
        call.call_id = call.call_id or f"call-{position}"
        call.name = call.name if isinstance(call.name, str) else ""
        if not isinstance(call.arguments, str):
            call.arguments = json.dumps(call.arguments)
    return answer
