"""How a policy plays an episode, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cloud_incident_env.agents.environments import Environment
from cloud_incident_env.agents.policy import Decision, Observation, Policy

SUCCESS_GRADE = 0.8  # an episode graded at least this well counts as a success


def steps_of(
    environment: Environment, policy: Policy, observation: Observation
) -> Iterator[tuple[Decision, dict[str, Any]]]:
    """Play from the observation of a reset to the end; yield each decision with what the step returned."""
    done = bool(observation["done"])
    while not done:
        decision = policy.act(observation)
        result = environment.step(decision.action_type, decision.parameters)
        observation, done = result["observation"], bool(result["done"])
        yield decision, result
