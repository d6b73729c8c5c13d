"""The options of a run that say which model plays and how it is asked, and where its key comes from."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from cloud_incident_env.agent_names import CATALOGUE
from cloud_incident_env.agents.llm import MAX_RETRIES, TIMEOUT_SECONDS, Sampling
from cloud_incident_env.agents.llm_endpoint import DEFAULT_API_BASE_URL, NO_KEY
from cloud_incident_env.evaluation.agents import ModelEndpoint
from cloud_incident_env.model_prompts import MAX_TOKENS

_HUGGING_FACE = ("huggingface.co", "hf.co", "hf.space", "huggingface.cloud")
# Options that mean nothing without a model, by their names in the parsed arguments.
_OF_MODELS = (
    "model",
    "temperature",
    "max_tokens",
    "model_seed",
    "extra",
    "stream",
    "stand_in",
    "api_timeout",
    "api_retries",
)
_T = TypeVar("_T", int, float)


def add_arguments(parser: argparse._ArgumentGroup, environ: Mapping[str, str]) -> None:
    """The options. One that is left out is None, so that a needless one can be refused."""
    parser.add_argument("--model", help="model of the llm agents; the key is read from HF_TOKEN or API_KEY")
    parser.add_argument(
        "--api-base-url",
        default=environ.get("API_BASE_URL") or DEFAULT_API_BASE_URL,
        metavar="URL",
        help="OpenAI-compatible endpoint of the model (default: API_BASE_URL, or %(default)s)",
    )
    parser.add_argument(
        "--temperature", type=_or_none(float), metavar="T", help="of the model, or none to leave it out (default 0)"
    )
    parser.add_argument(
        "--max-tokens",
        type=_or_none(int),
        metavar="N",
        help=f"of one answer, or none to leave it out (default {MAX_TOKENS})",
    )
    parser.add_argument(
        "--model-seed", type=int, metavar="N", help="sent to the endpoint, plus the number of the trial"
    )
    parser.add_argument(
        "--extra",
        type=_json_object,
        metavar="JSON",
        help='more fields of each request, such as {"reasoning_effort": "low"}',
    )
    parser.add_argument(
        "--stream",
        action="store_true",
        default=None,
        help="take answers piece by piece, where long silent connections are cut",
    )
    parser.add_argument(
        "--stand-in",
        choices=("never", "unusable"),
        help="whether the heuristic takes a step for which the model gave no usable action (default never)",
    )
    parser.add_argument(
        "--api-timeout", type=float, metavar="SECONDS", help=f"of one call (default {TIMEOUT_SECONDS:g})"
    )
    parser.add_argument("--api-retries", type=int, metavar="N", help=f"of one call (default {MAX_RETRIES})")


def endpoint_of(agent: str, arguments: argparse.Namespace, environ: Mapping[str, str]) -> ModelEndpoint | None:
    """The endpoint of an agent's model; None for an agent that has none. Raises ValueError for what makes no sense."""
    if not CATALOGUE[agent].needs_model:
        given = [name for name in _OF_MODELS if getattr(arguments, name) is not None]
        if given:
            raise ValueError(f"the agent {agent} asks no model: leave out --{given[0].replace('_', '-')}")
        return None
    if arguments.model is None:
        raise ValueError(f"the agent {agent} needs --model NAME")
    return ModelEndpoint(
        base_url=arguments.api_base_url,
        model=arguments.model,
        api_key=_key(arguments.api_base_url, environ),
        sampling=_sampling(arguments),
        stand_in=arguments.stand_in or "never",
        max_retries=_at_least(0, arguments.api_retries, MAX_RETRIES, "--api-retries"),
        timeout=_at_least(1e-3, arguments.api_timeout, TIMEOUT_SECONDS, "--api-timeout"),
    )


def _key(base_url: str, environ: Mapping[str, str]) -> str:
    """The key for an endpoint: HF_TOKEN first for those of Hugging Face, API_KEY first for all others."""
    host = urlsplit(base_url).hostname or ""
    ours = any(host == name or host.endswith(f".{name}") for name in _HUGGING_FACE)
    names = ("HF_TOKEN", "API_KEY") if ours else ("API_KEY", "HF_TOKEN")
    name, key = next(((name, environ[name].strip()) for name in names if environ.get(name, "").strip()), ("", ""))
    if not key:
        if base_url == DEFAULT_API_BASE_URL:
            raise ValueError(f"{base_url} needs a key: set HF_TOKEN or API_KEY, or name another --api-base-url")
        return NO_KEY  # the client insists on one; local endpoints do not
    if not (key.isascii() and key.isprintable()):
        raise ValueError(f"{name} holds characters that no key has: set it again")
    return key


def _sampling(arguments: argparse.Namespace) -> Sampling:
    default = Sampling()
    temperature = default.temperature if arguments.temperature is None else arguments.temperature.value
    max_tokens = default.max_tokens if arguments.max_tokens is None else arguments.max_tokens.value
    if temperature is not None and not (math.isfinite(temperature) and temperature >= 0):
        raise ValueError(f"--temperature must be 0 or more, got {temperature}")
    if max_tokens is not None and max_tokens < 1:
        raise ValueError(f"--max-tokens must be at least 1, got {max_tokens}")
    return Sampling(temperature, max_tokens, arguments.model_seed, bool(arguments.stream), arguments.extra or {})


def _at_least(least: _T, given: _T | None, default: _T, option: str) -> _T:
    value = default if given is None else given
    if not (value >= least and math.isfinite(value)):
        raise ValueError(f"{option} must be at least {least}, got {value}")
    return value


class _Given:
    """A value that was given, which may be none."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _or_none(kind: Callable[[str], Any]) -> Callable[[str], _Given]:
    def read(text: str) -> _Given:
        try:
            return _Given(None if text == "none" else kind(text))
        except ValueError:
            raise argparse.ArgumentTypeError(f"expected a number or none, got {text!r}") from None

    return read


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected a JSON object, got {text!r}: {error}") from None
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError(f"expected a JSON object, got {text!r}")
    return value
