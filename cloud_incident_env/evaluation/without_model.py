"""The agents that need no model, by name, and how each is made for an episode."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cloud_incident_env.agents.detective import DetectivePolicy
from cloud_incident_env.agents.heuristic import HeuristicPolicy
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
from cloud_incident_env.generated.draws import stable_hash
from cloud_incident_env.options import read_options

# Makes the policy of one episode from the options of its reset and the number of its trial.
MakePolicy = Callable[[Mapping[str, Any], int], Policy]


def _seed_of(options: Mapping[str, Any], trial: int) -> int:
    """The seed of an agent's random choices: a different one for each incident and trial."""
    return stable_hash(*(f"{name}={options[name]}" for name in sorted(options)), trial) % 2**31


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
