"""The agents of an evaluation and of the baseline: their names, and how each is made for an episode."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import openai

from cloud_incident_env.agents.detective import DetectivePolicy
from cloud_incident_env.agents.heuristic import HeuristicPolicy
from cloud_incident_env.agents.llm import MAX_RETRIES, TIMEOUT_SECONDS, LLMPolicy, ModelPolicy, Sampling, StandIn
from cloud_incident_env.agents.llm_tools import ToolCallingPolicy
from cloud_incident_env.agents.oracle import OraclePolicy
from cloud_incident_env.agents.policy import Policy
from cloud_incident_env.agents.random_policy import RandomPolicy
from cloud_incident_env.agents.reference_policies import (
    ConstantPolicy,
    DoNothingPolicy,
    RestartEverythingPolicy,
    RollbackLatestPolicy,
    SymptomMatcherPolicy,
)
from cloud_incident_env.evaluation.config import without_credentials
from cloud_incident_env.generated.draws import stable_hash
from cloud_incident_env.options import read_options

# Makes the policy of one episode from the options of its reset and the number of its trial.
MakePolicy = Callable[[Mapping[str, Any], int], Policy]


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


@dataclass(frozen=True)
class AgentInfo:
    """An agent: what a report says of it, and whether it needs a model."""

    name: str
    description: str
    needs_model: bool = False
    floor: bool = False  # a lower bound, which every report shows


CATALOGUE: dict[str, AgentInfo] = {
    info.name: info
    for info in (
        AgentInfo("llm", "a model that answers with one JSON object a step", needs_model=True),
        AgentInfo("llm-tools", "a model that plays by native tool calling", needs_model=True),
        AgentInfo("do-nothing", "submits a blank at once", floor=True),
        AgentInfo("constant", "gives the same answer to every incident", floor=True),
        AgentInfo("random", "takes any offered action on anything the observation names", floor=True),
        AgentInfo("restart-all", "restarts every service, else the constant answer", floor=True),
        AgentInfo("rollback-latest", "blames the latest deploy it finds and rolls it back", floor=True),
        AgentInfo("symptoms", "answers the first service and mechanism whose symptoms it reads", floor=True),
        AgentInfo("heuristic", "rules of thumb of an on-call engineer, written for the hand-written incidents"),
        AgentInfo(
            "detective", "weighs every culprit and mode by the figures shown; knows the generated incidents' modes"
        ),
        AgentInfo("oracle", "plays the incident's own plan: the ceiling"),
    )
}
FLOORS = tuple(name for name, info in CATALOGUE.items() if info.floor)


def _seed_of(options: Mapping[str, Any], trial: int) -> int:
    """The seed of an agent's random choices: a different one for each incident and trial."""
    return stable_hash(*(f"{name}={options[name]}" for name in sorted(options)), trial) % 2**31


# The agents that need no model.
AGENTS: dict[str, MakePolicy] = {
    "do-nothing": lambda options, trial: DoNothingPolicy(),
    "constant": lambda options, trial: ConstantPolicy(),
    "random": lambda options, trial: RandomPolicy(_seed_of(options, trial)),
    "restart-all": lambda options, trial: RestartEverythingPolicy(),
    "rollback-latest": lambda options, trial: RollbackLatestPolicy(),
    "symptoms": lambda options, trial: SymptomMatcherPolicy(),
    "heuristic": lambda options, trial: HeuristicPolicy(),
    "detective": lambda options, trial: DetectivePolicy(),
    "oracle": lambda options, trial: OraclePolicy(read_options(options)),
}
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
