"""The oracle script: demonstrates the highest reward that each incident can earn.

Plays the nine incidents with the oracle policy, on the server at `--base-url` over the OpenEnv WebSocket or in this
process without one. Run it from the root of the checkout:

    python -m validation.oracle --base-url http://localhost:7860

It prints one JSON object a line: one for each episode, then one with the means. `reward` is the sum of the rewards that
the environment served, and so contains the grade. The oracle reads the incident table; neither it nor this script is
part of the server or of its image.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any, Protocol

from cloud_incident_env.agents.oracle import OraclePolicy
from cloud_incident_env.agents.policy import Policy
from cloud_incident_env.client import CloudIncidentAction, CloudIncidentEnv, CloudIncidentObservation
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.splits import incidents_of
from server.openenv_session import OpenEnvIncidentEnvironment


class Session(Protocol):
    """One episode at a time, wherever it is played."""

    def reset(self, **options: Any) -> CloudIncidentObservation:
        """Start an episode; the options are those of OpenEnv's reset."""
        ...

    def step(self, action: CloudIncidentAction) -> CloudIncidentObservation:
        """Take one action; the observation carries its reward."""
        ...


class RemoteSession:
    """A session with a server over the OpenEnv WebSocket."""

    def __init__(self, client: Any) -> None:
        self._client = client  # a synchronous CloudIncidentEnv

    def reset(self, **options: Any) -> CloudIncidentObservation:
        observation: CloudIncidentObservation = self._client.reset(**options).observation
        return observation

    def step(self, action: CloudIncidentAction) -> CloudIncidentObservation:
        observation: CloudIncidentObservation = self._client.step(action).observation
        return observation


@dataclass(frozen=True)
class Episode:
    """The result of one episode."""

    task_id: str
    scenario_id: str
    steps: int
    reward: float  # the sum of the served rewards
    grade: float


@contextmanager
def open_session(base_url: str | None) -> Iterator[Session]:
    """Open a session with the server at `base_url`, or with an environment in this process if it is None."""
    if base_url is None:
        yield OpenEnvIncidentEnvironment()
        return
    with CloudIncidentEnv(base_url=base_url).sync() as client:
        yield RemoteSession(client)


def play(session: Session, policy: Policy, **options: Any) -> Episode:
    """Play one episode to its end. Raises whatever the policy raises if it stops before the end."""
    observation = session.reset(**options)
    reward = 0.0
    while not observation.done:
        decision = policy.act(observation.model_dump())
        action = CloudIncidentAction.model_validate(
            {"action_type": decision.action_type, "parameters": decision.parameters}
        )
        observation = session.step(action)
        reward += float(observation.reward or 0.0)
    grade = float(observation.metadata["grade"]["total"])
    return Episode(observation.task_id, observation.scenario_id, observation.step_count, round(reward, 4), grade)


def demonstrate(session: Session) -> list[Episode]:
    """Play each incident of the canonical split with the oracle."""
    places = [{"split": spec["split"], "index": spec["index"]} for spec in incidents_of("canonical")]
    return [play(session, OraclePolicy(ResetOptions(**place)), **place) for place in places]


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Demonstrate the highest reward of each incident.")
    parser.add_argument("--base-url", help="environment server; in this process if left out")
    arguments = parser.parse_args(argv)
    with open_session(arguments.base_url) as session:
        episodes = demonstrate(session)
    for episode in episodes:
        print(json.dumps(asdict(episode)))
    means = {"mean_reward": fmean(e.reward for e in episodes), "mean_grade": fmean(e.grade for e in episodes)}
    print(json.dumps({"episodes": len(episodes), **{name: round(mean, 4) for name, mean in means.items()}}))


if __name__ == "__main__":
    main()
