"""What the semantic checks share: the manifest's declarations, scripted play, canaries, records of episodes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openenv.validation.manifest import NormalizedManifest
from openenv.validation.parsers.openenv_yaml import OpenEnvYamlParser

from cloud_incident_env.agents.heuristic import HeuristicPolicy
from cloud_incident_env.agents.oracle import OraclePolicy
from cloud_incident_env.agents.policy import Decision, Observation, Policy
from cloud_incident_env.agents.random_policy import RandomPolicy
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.wire import Action
from server.environment import IncidentEnvironment
from tasks import INCIDENTS

ROOT = Path(__file__).resolve().parents[2]
CANARIES = ROOT / "validation" / "canaries"
MAX_GRADE = 1.0
RANDOM_SEEDS = range(4)  # random episodes of each incident among the records
PLACES = [(task_id, index) for task_id, incidents in INCIDENTS.items() for index in range(len(incidents))]


def declared() -> NormalizedManifest:
    """The manifest as OpenEnv reads it."""
    return OpenEnvYamlParser().parse(ROOT)


class Script:
    """A policy that takes recorded actions one after the other. Raises StopIteration when they run out."""

    def __init__(self, actions: Iterable[dict[str, Any]]) -> None:
        self._actions = iter(actions)

    def act(self, observation: Observation) -> Decision:
        action = next(self._actions)
        return Decision(action["action_type"], action["parameters"])


@dataclass(frozen=True)
class Canary:
    """A file of `validation/canaries/`."""

    name: str
    task_id: str
    ceiling: float
    reason: str
    episodes: list[dict[str, Any]]


def read_canary(path: Path) -> Canary:
    head, *episodes = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return Canary(head["canary"], head["task_id"], head["ceiling"], head["reason"], episodes)


def canaries() -> list[Canary]:
    return [read_canary(path) for path in sorted(CANARIES.glob("*.jsonl"))]


def records() -> Iterator[dict[str, Any]]:
    """States of ended episodes: oracle, heuristic and random play of each incident, and every canary."""
    for task_id, index in PLACES:
        policies: list[Policy] = [
            OraclePolicy(ResetOptions(task_id=task_id, scenario_index=index)),
            HeuristicPolicy(),
            *map(RandomPolicy, RANDOM_SEEDS),
        ]
        for number, policy in enumerate(policies):
            yield record_of(policy, task_id, index, f"{task_id}-{index}-{number}")
    for canary in canaries():
        for episode in canary.episodes:
            index = episode["scenario_index"]
            yield record_of(Script(episode["actions"]), canary.task_id, index, f"{canary.name}-{index}")


def record_of(policy: Policy, task_id: str, index: int, episode_id: str) -> dict[str, Any]:
    """Play an episode in this process and return its state."""
    environment = IncidentEnvironment()
    observation = environment.reset(task_id, index, episode_id=episode_id)
    while not observation.done:
        decision = policy.act(observation.model_dump())
        action = {"action_type": decision.action_type, "parameters": decision.parameters}
        observation = environment.step(Action.model_validate(action))[0]
    return environment.state().model_dump()
