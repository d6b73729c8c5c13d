"""Agents side by side do not disturb each other: what an episode answers depends on its own actions alone.

The reference for "alone" is `IncidentEnvironment` in this thread, so REST is also proven to add nothing to an episode.
"""

from __future__ import annotations

import random
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from typing import Any

import httpx
import pytest

from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.wire import Action
from server.environment import IncidentEnvironment
from tasks import INCIDENTS, TASKS, get_incident

EPISODES = 50
CLIENTS = 16
DONE_BEFORE = "episode already done"

Script = tuple[str, int, list[dict[str, Any]]]  # task, index, actions


@pytest.fixture(scope="module")
def pooled(server_url: str) -> Iterator[httpx.Client]:
    """A client with a connection for each thread."""
    limits = httpx.Limits(max_connections=EPISODES, max_keepalive_connections=EPISODES)
    with httpx.Client(base_url=server_url, timeout=60, limits=limits) as client:
        yield client


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(0)` to `work(count - 1)`, each in a thread of its own, all starting at the same moment."""
    barrier = threading.Barrier(count, timeout=30)

    def task(number: int) -> Any:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(task, range(count)))


@contextmanager
def eager_thread_switches() -> Iterator[None]:
    """Make Python change threads as often as it can, so that missing locks show."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)


def script(seed: int) -> Script:
    """A random episode: good moves, mistakes and often a submission, and some steps after the end."""
    rng = random.Random(seed)
    task_id = rng.choice(sorted(TASKS))
    index = rng.randrange(len(INCIDENTS[task_id]))
    scenario = get_incident(task_id, index)
    plan = list(scenario.solution)
    harm = [key for key, found in scenario.consequences.items() if found.harm is not None]
    texts = [scenario.failure_mode, "no idea", ""]
    actions: list[dict[str, Any]] = []
    for _ in range(TASKS[task_id].max_steps + 2):
        kind = rng.random()
        if kind < 0.35 and plan:
            action_type, target = plan.pop(0) if rng.random() < 0.7 else rng.choice(harm)
            parameters: dict[str, Any] = {"target": target}
        elif kind < 0.9:
            action_type = rng.choice([name for name in ACTIONS if not name.startswith("submit")])
            parameters = {"service": rng.choice([*scenario.known_services, "nowhere"])}
        elif kind < 0.95:
            action_type, parameters = "nonsense", {"reasoning": str(rng.random())}
        else:
            action_type = TASKS[task_id].submission_action
            parameters = {"severity": rng.choice(["P1", "P2", "P5"]), "service": rng.choice(scenario.known_services)}
            parameters |= {"failure_mode": rng.choice(texts), "summary": rng.choice(texts)}
        actions.append({"action_type": action_type, "parameters": parameters})
    return task_id, index, actions


def alone(episode: Script, episode_id: str) -> list[Any]:
    """What the episode answers to its script with nothing else going on."""
    task_id, index, actions = episode
    environment = IncidentEnvironment()
    answers: list[Any] = [environment.reset(task_id, index, episode_id=episode_id).model_dump(mode="json")]
    for action in actions:
        observation, reward, done, info = environment.step(Action.model_validate(action))
        observed, earned = observation.model_dump(mode="json"), reward.model_dump(mode="json")
        answers.append({"observation": observed, "reward": earned, "done": done, "info": {"grade": None, **info}})
    grade = environment.grade().model_dump(mode="json")
    return [*answers, environment.state().model_dump(mode="json"), grade]


def over_rest(client: httpx.Client, episode: Script, episode_id: str) -> list[Any]:
    """The same over REST, by name."""
    task_id, index, actions = episode
    named = {"episode_id": episode_id}
    reset = {"task_id": task_id, "scenario_index": index, **named}
    answers: list[Any] = [client.post("/reset", json=reset).json()]
    answers += [client.post("/step", json={**action, **named}).json() for action in actions]
    report = client.get("/grader", params=named).json()
    grade = {key: report[key] for key in ("total", "breakdown", "feedback")}
    return [*answers, client.get("/state", params=named).json(), grade]


def test_fifty_episodes_at_once_get_exactly_what_each_gets_alone(pooled: httpx.Client) -> None:
    scripts = [script(seed) for seed in range(EPISODES)]
    together = at_once(EPISODES, lambda number: over_rest(pooled, scripts[number], f"side-by-side-{number}"))
    for number, answers in enumerate(together):
        expected = alone(scripts[number], f"side-by-side-{number}")
        for place, (answer, wanted) in enumerate(zip(answers, expected, strict=True)):
            assert answer == wanted, f"episode {number}, answer {place}"


def test_the_scripts_cover_every_task_and_both_ways_to_end() -> None:
    states = [alone(script(seed), "x")[-2] for seed in range(EPISODES)]
    assert {(state["task_id"], state["submitted"]) for state in states} == {
        (task_id, submitted) for task_id in TASKS for submitted in (True, False)
    }
    assert all(state["done"] for state in states)


def numbered_once(steps: Iterable[tuple[int, str]], max_steps: int) -> None:
    """Assert that the steps that counted have the numbers 1 to `max_steps`, each once."""
    counted = sorted(number for number, reason in steps if reason != DONE_BEFORE)
    assert counted == list(range(1, max_steps + 1))


def test_two_clients_in_one_episode_get_every_step_number_once(pooled: httpx.Client) -> None:
    for attempt in range(5):
        name = f"shared-{attempt}"
        pooled.post("/reset", json={"task_id": "remediation_planning", "episode_id": name})

        def hammer(number: int, name: str = name) -> list[tuple[int, str]]:
            body = {"action_type": "query_logs", "parameters": {"service": "postgres-db"}, "episode_id": name}
            answers = [pooled.post("/step", json=body).json() for _ in range(15)]
            return [(answer["info"]["step"], answer["reward"]["reason"]) for answer in answers]

        numbered_once(chain.from_iterable(at_once(2, hammer)), 15)
        record = pooled.get("/state", params={"episode_id": name}).json()
        assert [entry["step"] for entry in record["action_history"]] == list(range(1, 16))


def test_two_threads_in_one_environment_get_every_step_number_once() -> None:
    action = Action.model_validate({"action_type": "query_logs", "parameters": {"service": "postgres-db"}})
    with eager_thread_switches():
        for _ in range(20):
            environment = IncidentEnvironment()
            environment.reset("remediation_planning")

            def hammer(number: int, environment: IncidentEnvironment = environment) -> list[tuple[int, str]]:
                results = [environment.step(action) for _ in range(15)]
                return [(info["step"], reward.reason) for _, reward, _, info in results]

            numbered_once(chain.from_iterable(at_once(2, hammer)), 15)
            assert [record.step for record in environment.state().action_history] == list(range(1, 16))


def test_only_one_of_many_submissions_at_once_counts(pooled: httpx.Client) -> None:
    pooled.post("/reset", json={"episode_id": "race-to-submit"})

    def submit(number: int) -> str:
        severity = f"P{number % 4 + 1}"
        body = {"action_type": "submit_severity", "parameters": {"severity": severity}, "episode_id": "race-to-submit"}
        return str(pooled.post("/step", json=body).json()["reward"]["reason"])

    assert Counter(at_once(CLIENTS, submit)) == {"submission": 1, DONE_BEFORE: CLIENTS - 1}
    history = pooled.get("/state", params={"episode_id": "race-to-submit"}).json()["action_history"]
    assert len(history) == 1


def test_unnamed_resets_at_once_all_start_episodes_of_their_own(pooled: httpx.Client) -> None:
    tasks = sorted(TASKS)
    started = at_once(CLIENTS, lambda n: pooled.post("/reset", json={"task_id": tasks[n % 3]}).json())
    ids = [observation["episode_id"] for observation in started]
    assert len(set(ids)) == CLIENTS
    for number, episode_id in enumerate(ids):
        state = pooled.get("/state", params={"episode_id": episode_id}).json()
        assert (state["task_id"], state["step_count"]) == (tasks[number % 3], 0)
    assert pooled.get("/state").json()["episode_id"] in ids


def test_resets_of_one_name_at_once_leave_one_whole_episode(pooled: httpx.Client) -> None:
    tasks = sorted(TASKS)

    def reset_and_step(number: int) -> tuple[str, int]:
        task_id = tasks[number % 3]
        observation = pooled.post("/reset", json={"task_id": task_id, "episode_id": "contested"}).json()
        body = {"action_type": "nonsense", "episode_id": "contested"}
        return observation["task_id"], pooled.post("/step", json=body).status_code

    assert at_once(CLIENTS, reset_and_step) == [(tasks[number % 3], 200) for number in range(CLIENTS)]
    state = pooled.get("/state", params={"episode_id": "contested"}).json()
    assert state["max_steps"] == TASKS[state["task_id"]].max_steps
    assert [entry["step"] for entry in state["action_history"]] == list(range(1, state["step_count"] + 1))


def test_sixteen_clients_play_episode_after_episode_without_mixing_them_up(pooled: httpx.Client) -> None:
    def play(client: int) -> list[bool]:
        seeds = [1_000 + 3 * client + episode for episode in range(3)]
        names = [f"client-{client}-{seed}" for seed in seeds]
        pairs = [(script(seed), name) for seed, name in zip(seeds, names, strict=True)]
        return [over_rest(pooled, *pair) == alone(*pair) for pair in pairs]

    assert at_once(CLIENTS, play) == [[True] * 3] * CLIENTS
