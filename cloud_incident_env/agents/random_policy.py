"""The random policy: any action that the task offers, on anything that the observation names."""

from __future__ import annotations

import random

from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.agents.policy import Decision, Observation
from cloud_incident_env.incident import SEVERITIES


class RandomPolicy:
    """Draws uniformly from the available actions. The same seed and observations give the same actions."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def act(self, observation: Observation) -> Decision:
        action_type = self._random.choice(list(observation["available_actions"]))
        required = ACTIONS[action_type].required
        return Decision(action_type, {name: self._value(name, observation) for name in required})

    def _value(self, parameter: str, observation: Observation) -> str:
        services = list(observation["known_services"])
        words = [word for symptom in observation["alert"]["symptoms"] for word in symptom.split()]
        choices = {"service": services, "severity": list(SEVERITIES)}
        chosen: str = self._random.choice(choices.get(parameter, words))
        return chosen
