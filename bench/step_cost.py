"""What steps, resets and grades cost in process, beside a plain implementation of the same environment.

    python -m bench.step_cost --repeats 300

A hand-written step is measured on the incidents of remediation_planning: both environments take turns with the same
actions, after it was checked that their observations, rewards, infos and records are equal. What generated incidents
cost is measured on this environment alone. Times are CPU time of the process, the best of all repeats.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol

import tasks
from bench import plain_environment, table
from bench.plain_environment import PlainEnvironment
from cloud_incident_env import wire
from cloud_incident_env.actions import DIAGNOSTICS, target_parameter
from cloud_incident_env.incident import Incident, TaskId
from server.environment import IncidentEnvironment

TASK: TaskId = "remediation_planning"
TARGET_RATIO = 0.95  # of a hand-written step, ours to plain
LOOKS = 9  # diagnostics of an episode, before its remediations
STEPS = 14  # of an episode that is measured: the next one would end it
FIRST_SEED = 2_000_000  # away from seeds that anything else may have warmed
INCIDENTS = 100  # generated ones of a repeat
GENERATED = ("a generated reset", "a generated step, text written", "a generated step, text kept")
HANDWRITTEN = ("a hand-written reset", "a hand-written step", "a hand-written submission, with its grade")

Move = tuple[str, dict[str, Any]]  # action type and parameters


class Environment(Protocol):
    """What is measured of either environment."""

    def step(self, action: Any) -> tuple[Any, Any, bool, dict[str, Any]]: ...

    def state(self) -> Any: ...


def moves_of(incident: Incident) -> list[Move]:
    """Diagnostics of several services, one of them run again, then the first steps of the plan."""
    services = incident.known_services
    looks: list[Move] = [
        (DIAGNOSTICS[step % len(DIAGNOSTICS)], {"service": services[step // 2]}) for step in range(LOOKS - 1)
    ]
    remediations: list[Move] = [(key.action, {target_parameter(key.action): key.target}) for key in incident.solution]
    return [*looks, looks[0], *remediations][:STEPS]


def ending_of(incident: Incident) -> Move:
    """A submission with everything in its summary that the grader looks for."""
    mode, action = incident.failure_mode, incident.solution[0]
    done = f"Ran {action.action} on {action.target}. All services recovered."
    summary = f"Root cause: {incident.culprit}. Failure mode: {mode}. {done}"
    return "submit_resolution", {"summary": summary}


class Subject:
    """One of the environments, how it is reset to an incident, and the module with its models."""

    def __init__(self, environment: Environment, reset: Callable[[int], Any], models: Any) -> None:
        self.environment = environment
        self.reset = reset
        self._models = models

    def actions(self, moves: list[Move]) -> list[Any]:
        return [
            self._models.Action(action_type=name, parameters=self._models.ActionParameters(**parameters))
            for name, parameters in moves
        ]


def ours() -> Subject:
    environment = IncidentEnvironment()
    return Subject(environment, lambda index: environment.reset(TASK, index), wire)


def plain() -> Subject:
    environment = PlainEnvironment(tasks.get_task(TASK), tasks.INCIDENTS[TASK])
    return Subject(environment, environment.reset, plain_environment)


def check_equal(first: Subject, second: Subject) -> None:
    """Raise AssertionError unless both environments say the same of every action, ids of episodes left out."""
    for index, incident in enumerate(tasks.INCIDENTS[TASK]):
        moves = [*moves_of(incident), ending_of(incident)]
        played = [list(_seen(subject, index, moves)) for subject in (first, second)]
        for number, (one, other) in enumerate(zip(*played, strict=True)):
            assert one == other, f"{incident.id}, step {number}: {one} and {other}"


def _seen(subject: Subject, index: int, moves: list[Move]) -> Iterator[object]:
    yield subject.reset(index).model_dump(mode="json", exclude={"episode_id"})
    for action in subject.actions(moves):
        observation, reward, done, info = subject.environment.step(action)
        yield observation.model_dump(mode="json", exclude={"episode_id"}), reward.model_dump(), done, info
        state = subject.environment.state().model_dump(mode="json")
        yield {name: state[name] for name in plain_environment.EpisodeState.model_fields if name != "episode_id"}


def spent(work: Callable[[], object]) -> float:
    """CPU microseconds of a call."""
    start = time.process_time_ns()
    work()
    return (time.process_time_ns() - start) / 1_000


def _measured(subject: Subject, index: int, actions: list[Any], ending: Any) -> tuple[float, float, float]:
    """Microseconds of a reset, of a step on average, and of the submission that ends the episode, with its grade."""
    reset = spent(lambda: subject.reset(index))
    step = subject.environment.step
    steps = spent(lambda: [step(action) for action in actions])
    return reset, steps / len(actions), spent(lambda: step(ending))


def handwritten(repeats: int) -> dict[str, tuple[float, float]]:
    """Microseconds of a hand-written reset, step and submission: ours, plain. Incidents count alike."""
    subjects = (ours(), plain())
    check_equal(*subjects)
    incidents = tasks.INCIDENTS[TASK]
    best: dict[tuple[str, int, int], float] = {}
    played = [
        (subject, number, index, subject.actions(moves_of(incident)), *subject.actions([ending_of(incident)]))
        for index, incident in enumerate(incidents)
        for number, subject in enumerate(subjects)
    ]
    for _ in range(repeats):
        for subject, number, index, actions, ending in played:
            for name, value in zip(HANDWRITTEN, _measured(subject, index, actions, ending), strict=True):
                place = (name, number, index)
                best[place] = min(best.get(place, math.inf), value)
    return {
        name: (
            statistics.fmean(best[name, 0, index] for index in range(len(incidents))),
            statistics.fmean(best[name, 1, index] for index in range(len(incidents))),
        )
        for name in HANDWRITTEN
    }


def generated(repeats: int) -> dict[str, float]:
    """Microseconds of a generated reset, of a step whose text nobody has read, and of one whose text is kept."""
    best = dict.fromkeys(GENERATED, math.inf)
    for repeat in range(repeats):
        first = FIRST_SEED + repeat * INCIDENTS
        measured = [_generated(seed) for seed in range(first, first + INCIDENTS)]
        for name, values in zip(GENERATED, zip(*measured, strict=True), strict=True):
            best[name] = min(best[name], statistics.fmean(values))
    return best


def _generated(seed: int) -> tuple[float, float, float]:
    environment = IncidentEnvironment()
    reset = partial(environment.reset, TASK, seed=seed, difficulty="medium")
    took = spent(reset)
    services = environment.observation().known_services
    actions = ours().actions([(tool, {"service": services[place]}) for place, tool in enumerate(DIAGNOSTICS)])

    def look() -> None:
        for action in actions:
            environment.step(action)

    written = spent(look)
    reset()
    return took, written / len(actions), spent(look) / len(actions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=300, help="repeats, of which the best counts (default 300)")
    arguments = parser.parse_args()
    if arguments.repeats < 1:
        parser.error("--repeats must be at least 1")
    compared = handwritten(arguments.repeats)
    rows: list[tuple[str, ...]] = [
        (name, f"{ours:.1f}", f"{plain:.1f}", f"{ours / plain:.2f}") for name, (ours, plain) in compared.items()
    ]
    alone = generated(max(1, arguments.repeats // 60))
    rows += [(name, f"{value:.1f}", "", "") for name, value in alone.items()]
    print(table(("microseconds of CPU", "ours", "plain", "ratio"), rows))
    step, beside = compared["a hand-written step"]
    verdict = "met" if step / beside <= TARGET_RATIO else "MISSED"
    print(f"target: a hand-written step in {TARGET_RATIO:g} of a plain one: {verdict}")


if __name__ == "__main__":
    main()
