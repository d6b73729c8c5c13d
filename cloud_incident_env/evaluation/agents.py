"""The agents of an evaluation and of the baseline: their names, and how each is made for an episode."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import openai

from cloud_incident_env.agent_names import CATALOGUE
from cloud_incident_env.agents.llm import MAX_RETRIES, TIMEOUT_SECONDS, LLMPolicy, ModelPolicy, Sampling, StandIn
from cloud_incident_env.agents.llm_tools import ToolCallingPolicy
from cloud_incident_env.agents.policy import Policy
from cloud_incident_env.evaluation.config import without_credentials
from cloud_incident_env.evaluation.without_model import AGENTS, MakePolicy


@dataclass(frozen=True)
class ModelEndpoint:
    """A model behind an OpenAI-compatible endpoint, and how it is asked.

    `stand_in` says when the heuristic takes a step in place of the model (`StandIn` in `agents/llm.py`); an evaluation
    takes "never" or "unusable", so that no failure of an endpoint changes a grade. The number of the trial is added to
    `sampling.seed`.
    """

    base_url: str
    model: str
    api_key: str = field(repr=False)
    sampling: Sampling = field(default_factory=Sampling)
    stand_in: StandIn = "never"
    max_retries: int = MAX_RETRIES
    timeout: float = TIMEOUT_SECONDS  # seconds of silence after which one try of a call has failed

    def settings(self) -> dict[str, Any]:
        """All of it as JSON for the run folder, without the key and without secrets in the address."""
        kept = asdict(replace(self, api_key=""))
        del kept["api_key"]
        kept["base_url"] = without_credentials(self.base_url)
        return kept


FLOORS = tuple(name for name, info in CATALOGUE.items() if info.floor)
_MODEL_AGENTS: dict[str, type[ModelPolicy]] = {"llm": LLMPolicy, "llm-tools": ToolCallingPolicy}


def make_agent(
    name: str, endpoint: ModelEndpoint | None = None, warn: Callable[[str], None] = lambda _: None
) -> MakePolicy:
    """Return what makes an agent's policies. Those of a model share one client, which threads may use at once.

    `warn` is called with each failure of the endpoint and each unusable answer. Raises ValueError for an unknown agent,
    and where a model is missing or not needed.
    """
    if name not in CATALOGUE:
        raise ValueError(f"unknown agent {name!r}: one of {', '.join(CATALOGUE)}")
    if name in AGENTS:
        if endpoint is not None:
            raise ValueError(f"the agent {name!r} needs no model: leave it out, or choose {' or '.join(_MODEL_AGENTS)}")
        return AGENTS[name]
    if endpoint is None:
        raise ValueError(f"the agent {name!r} needs a model")
    return _with_model(_MODEL_AGENTS[name], endpoint, warn)


def _with_model(kind: type[ModelPolicy], endpoint: ModelEndpoint, warn: Callable[[str], None]) -> MakePolicy:
    client = openai.OpenAI(
        api_key=endpoint.api_key,
        base_url=endpoint.base_url,
        max_retries=endpoint.max_retries,
        timeout=endpoint.timeout,
    )

    def make(options: Mapping[str, Any], trial: int) -> Policy:
        seed = endpoint.sampling.seed
        return kind(
            client,
            endpoint.model,
            seed=None if seed is None else seed + trial,
            warn=warn,
            stand_in=endpoint.stand_in,
            sampling=endpoint.sampling,
        )

    return make
