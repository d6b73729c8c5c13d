"""How the learner learns: policy gradient from random weights.

Actor and critic. Each choice of an episode is made likelier by how much more the rest of the episode paid than the
critic had expected then (R. J. Williams, "Simple statistical gradient-following algorithms for connectionist
reinforcement learning", Machine Learning 8, 1992, with a baseline that depends on the state). What is paid are the
increments of `cumulative_reward`: the step rewards, and the grade at the end; nothing else is known of an incident.
The steps are Adam's (D. P. Kingma and J. Ba, 2015).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cloud_incident_env.splits import DEFAULT_DIFFICULTY
from cloud_incident_env.wire import Action, ActionParameters
from examples.learn.options import SIZE, Figures
from examples.learn.policy import SoftmaxPolicy
from examples.learn.situation import BUCKETS, Familiarity
from server.environment import IncidentEnvironment

TASKS = tuple(DEFAULT_DIFFICULTY)  # they take turns
BATCH = 24  # episodes between two steps of the weights
PARTS = 2  # of a batch, each played by one process; their number decides the order of sums, so it is fixed
RATE = 0.05  # of Adam; it falls in proportion to what is left of the training
LOWEST_RATE = 0.1  # of RATE
MOMENTUM, MEMORY, EPSILON = 0.9, 0.99, 1e-3  # of Adam
EXPLORE = 0.15  # at first; none is left after `EXPLORING` of the training
# Weight of a choice's entropy at first, about a tenth of what one choice decides in the task. Without it the learner
# settles on a tool before it can tell what the tool shows. It fades as EXPLORE does.
ENTROPY = dict(zip(TASKS, (0.05, 0.03, 0.004), strict=True))
EXPLORING = 0.8
CRITIC_RATE = 0.3
CRITICS = 997  # rows of critic weights; a kind of choice has the one that its name hashes to
START = 0.01  # standard deviation of the first weights


@dataclass(frozen=True)
class Result:
    """One training episode."""

    task_id: str
    paid: float  # rewards and grade
    grade: float


@dataclass(frozen=True)
class Part:
    """The result of playing a part of a batch."""

    gradient: Figures
    critic_gradient: Figures
    counts: NDArray[np.int64]
    results: list[Result]
    cpu_seconds: float


@dataclass(frozen=True)
class Job:
    """A part of a batch to play: seeds of the split train, with all that decides how they go."""

    weights: Figures
    critic: Figures
    counts: NDArray[np.int64]
    seed: int  # of the training
    seeds: Sequence[int]  # of the incidents
    explore: float
    entropy: float  # share of ENTROPY that is left


@dataclass
class Learner:
    """The weights and the progress of the training. The same seed learns the same."""

    seed: int
    episodes: int = 0  # played so far
    weights: Figures = field(init=False)
    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(BUCKETS + 1, dtype=np.int64))
    critic: Figures | None = None
    cpu_seconds: float = 0.0
    _steps: int = 0
    _mean: Figures = field(default_factory=lambda: np.zeros(SIZE))
    _square: Figures = field(default_factory=lambda: np.zeros(SIZE))

    def __post_init__(self) -> None:
        self.weights = np.random.default_rng(self.seed).normal(0, START, SIZE)

    def learn(self, executor: Executor, progress: float) -> list[Result]:
        """Play a batch and step. `progress`, 0 to 1, is how much of the training is over."""
        started = time.process_time()
        left = max(0.0, 1 - progress / EXPLORING)
        if self.critic is None:
            self.critic = np.zeros((CRITICS, critic_width()))
        numbers = range(self.episodes, self.episodes + BATCH)
        jobs = [
            Job(self.weights, self.critic, self.counts, self.seed, numbers[p::PARTS], EXPLORE * left, left)
            for p in range(PARTS)
        ]
        parts = list(executor.map(play_part, jobs))
        self._step(np.sum([part.gradient for part in parts], axis=0) / BATCH, RATE * max(LOWEST_RATE, 1 - progress))
        self.critic = self.critic + CRITIC_RATE / BATCH * np.sum([part.critic_gradient for part in parts], axis=0)
        self.counts = self.counts + np.sum([part.counts for part in parts], axis=0)
        self.episodes += BATCH
        self.cpu_seconds += time.process_time() - started + sum(part.cpu_seconds for part in parts)
        return [result for part in parts for result in part.results]

    def _step(self, gradient: Figures, rate: float) -> None:
        self._steps += 1
        self._mean = MOMENTUM * self._mean + (1 - MOMENTUM) * gradient
        self._square = MEMORY * self._square + (1 - MEMORY) * gradient**2
        mean = self._mean / (1 - MOMENTUM**self._steps)
        square = self._square / (1 - MEMORY**self._steps)
        self.weights = self.weights + rate * mean / (np.sqrt(square) + EPSILON)


def critic_width() -> int:
    """The figures of a state that the critic weighs."""
    policy = SoftmaxPolicy(np.zeros(SIZE), Familiarity())
    policy.act(IncidentEnvironment().reset(TASKS[-1], seed=0).model_dump())
    return len(policy.choices[0][0].state)


def play_part(job: Job) -> Part:
    """Play a part of a batch; runs in a process of its own."""
    started = time.process_time()
    environment, familiarity = IncidentEnvironment(), Familiarity(job.counts)
    part = Part(np.zeros(SIZE), np.zeros_like(job.critic), np.zeros_like(job.counts), [], 0.0)
    seen = Familiarity(part.counts)
    for number in job.seeds:
        random = np.random.default_rng([job.seed, number])
        policy = SoftmaxPolicy(job.weights, familiarity, random, job.explore)
        task_id = TASKS[number % len(TASKS)]
        rewards, grade = play(environment, {"task_id": task_id, "seed": number}, policy)
        part.results.append(Result(task_id, sum(rewards), grade))
        returns = np.cumsum(rewards[::-1])[::-1]
        for choices, paid in zip(policy.choices, returns, strict=True):
            for choice in choices:
                row = crc32(choice.kind.encode()) % CRITICS
                advantage = float(paid - choice.state @ job.critic[row])
                part.critic_gradient[row] += advantage * choice.state / (choice.state @ choice.state)
                choice.add_gradient(part.gradient, advantage, job.entropy * ENTROPY[task_id])
        assert policy.situation is not None
        seen.count(policy.situation.texts)
    return Part(part.gradient, part.critic_gradient, part.counts, part.results, time.process_time() - started)


def play(
    environment: IncidentEnvironment, options: dict[str, object], policy: SoftmaxPolicy
) -> tuple[list[float], float]:
    """Play one episode. Returns what each step paid (the last one with the grade in it), and the grade."""
    observation = environment.reset(**options)  # type: ignore[arg-type]
    rewards: list[float] = []
    while not observation.done:
        decision = policy.act(observation.model_dump())
        action = Action(action_type=decision.action_type, parameters=ActionParameters(**decision.parameters))
        before = observation.cumulative_reward
        observation, _, _, info = environment.step(action)
        rewards.append(observation.cumulative_reward - before)
    return rewards, info["grade"]["total"]
