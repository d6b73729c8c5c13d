"""A learning loop without a deep-learning library: softmax preferences, trained by policy gradient (REINFORCE).

The policy sees which words the alert uses and learns which severity they call for. It shows the whole cycle that any
trainer needs: reset, tools, reward, update. Run it from the root of the checkout:

    python -m examples.plain_loop --episodes 600

It prints the mean grade of the first and of the last hundred episodes. Set ENV_BASE_URL to train on a server.
"""

from __future__ import annotations

import argparse
import math
import random
import re
from collections import defaultdict
from statistics import fmean

from cloud_incident_env.client import IncidentToolEnv
from cloud_incident_env.incident import SEVERITIES

LEARNING_RATE = 0.1


class SoftmaxPolicy:
    """A preference for each pair of word and severity; their sums over an alert's words give the probabilities."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._preferences: dict[tuple[str, str], float] = defaultdict(float)

    def probabilities(self, words: set[str]) -> list[float]:
        scores = [sum(self._preferences[word, severity] for word in words) for severity in SEVERITIES]
        weights = [math.exp(score - max(scores)) for score in scores]
        return [weight / sum(weights) for weight in weights]

    def sample(self, words: set[str]) -> str:
        return self._rng.choices(SEVERITIES, self.probabilities(words))[0]

    def update(self, words: set[str], chosen: str, advantage: float) -> None:
        """Raise the log-probability of what was chosen in proportion to how much better than usual it did."""
        for severity, probability in zip(SEVERITIES, self.probabilities(words), strict=True):
            gradient = (severity == chosen) - probability
            for word in words:
                self._preferences[word, severity] += LEARNING_RATE * advantage * gradient


def train(episodes: int, seed: int) -> list[float]:
    """Train for so many episodes and return the reward of each."""
    rng = random.Random(seed)
    policy = SoftmaxPolicy(rng)
    environment = IncidentToolEnv()
    rewards: list[float] = []
    for episode in range(episodes):
        opening = environment.reset(task_id="alert_classification", scenario_index=episode % 3)
        words = set(re.findall(r"[a-z]{4,}", opening.lower()))
        severity = policy.sample(words)
        environment.submit_severity(severity)
        if environment.reward is None:
            raise ConnectionError("the server lost the episode")
        baseline = fmean(rewards[-50:]) if rewards else 0.0
        policy.update(words, severity, environment.reward - baseline)
        rewards.append(environment.reward)
    return rewards


def main() -> None:
    parser = argparse.ArgumentParser(description="Train a softmax policy to classify alerts.")
    parser.add_argument("--episodes", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rewards = train(arguments.episodes, arguments.seed)
    print(f"first 100 episodes {fmean(rewards[:100]):.2f}, last 100 episodes {fmean(rewards[-100:]):.2f}")


if __name__ == "__main__":
    main()
