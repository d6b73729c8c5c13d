"""What a policy is: something that reads an observation and decides on the next action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Observation = Mapping[str, Any]  # an observation as the REST interface serves it


@dataclass(frozen=True)
class Decision:
    """One action, and who chose it: the policy's own rules, a model, or the rules standing in for a model."""

    action_type: str
    parameters: dict[str, Any] = field(default_factory=dict)
    source: Literal["rules", "model", "fallback"] = "rules"
    words: str = field(default="", compare=False)  # what a model wrote beside its action


class Policy(Protocol):
    """Plays one episode; make a new one for each."""

    def act(self, observation: Observation) -> Decision:
        """Decide on the next action. `observation` is the one that the last reset or step returned."""
        ...
