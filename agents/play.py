"""Plays episodes and keeps count: whose steps they were, what they earned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from agents.environments import Environment
from agents.policy import Decision, Observation, Policy

SUCCESS_GRADE = 0.8  # an episode graded at least this well counts as a success


@dataclass
class StepRecord:
    """One step of an episode."""

    step: int
    action_type: str
    parameters: dict[str, Any]
    source: str
    reward: float
    done: bool
    error: str | None


@dataclass
class EpisodeReport:
    """One episode: its steps, its grade, and how many steps were the model's and how many were not."""

    task_id: str
    options: dict[str, Any]  # of the reset that starts it
    agent: str
    model: str
    scenario_id: str = ""
    steps: list[StepRecord] = field(default_factory=list)
    grade: float = 0.0
    breakdown: dict[str, float] = field(default_factory=dict)

    @property
    def success(self) -> bool:
        return self.grade >= SUCCESS_GRADE

    def count(self, *sources: str) -> int:
        """The number of steps chosen by one of the sources."""
        return sum(1 for step in self.steps if step.source in sources)

    def as_dict(self) -> dict[str, Any]:
        counts = {"model_steps": self.count("model"), "other_steps": self.count("rules", "fallback")}
        return {**asdict(self), "success": self.success, **counts}


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


def play_episode(
    environment: Environment,
    policy: Policy,
    report: EpisodeReport,
    on_step: Callable[[StepRecord], None],
) -> None:
    """Play the report's incident to its end and fill the report in, step by step."""
    first = environment.reset(report.options)
    report.scenario_id = first["scenario_id"]
    for decision, result in steps_of(environment, policy, first):
        observation, done = result["observation"], result["done"]
        record = StepRecord(
            step=observation["step_count"],
            action_type=decision.action_type,
            parameters=decision.parameters,
            source=decision.source,
            reward=result["reward"]["value"],
            done=done,
            error=observation["last_action_error"],
        )
        report.steps.append(record)
        if done:
            report.grade = result["info"]["grade"]["total"]
            report.breakdown = result["info"]["grade"]["breakdown"]
        on_step(record)
