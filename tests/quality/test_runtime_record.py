"""runtime.trajectory_record, runtime.reward_attribution, runtime.rubric_introspectable: what happened and what earned.

openenv names these three checks and leaves them to be defined; each test says what it takes them to mean.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from openenv.core.rubrics import Rubric

from cloud_incident_env.openenv_models import CloudIncidentAction, CloudIncidentObservation
from graders import grade
from server.openenv_session import OpenEnvIncidentEnvironment
from server.rubrics import GRADE_PARTS, GradeRubric, IncidentRubric
from tasks import get_incident
from tools.quality.runtime_interfaces import Action, RestClient, WebSocketClient, connected, played
from tools.quality.runtime_scripts import PLACES, Place, name_of, perfect, random_actions
from tools.quality.runtime_servers import ServerProcess

pytest_plugins = ["tools.quality.runtime_fixtures"]

# What an agent may also write: other case, stray space, mistakes, and actions after the end, which leave no trace.
ODD: list[Action] = [
    (" QUERY_LOGS ", {"service": " Postgres-DB\n", "reasoning": "the database, I think"}),
    ("dance", {}),
    ("query_logs", {}),
    ("restart_service", {"target": "postgres-db"}),
    ("scale_service", {"service": "api-gateway", "replicas": 7}),
    ("submit_severity", {"severity": "p2"}),
    ("query_logs", {"service": "api-gateway"}),
]
RECORDING_INTERFACES = ("rest", "ws", "openenv-ws")
TOLERANCE = 1e-6  # rewards are rounded to four places


def scripts(place: Place) -> list[list[Action]]:
    """A perfect, an odd and some random episodes."""
    return [perfect(place), ODD, *(random_actions(place, seed) for seed in range(100, 104))]


def record_of(state: str) -> dict[str, Any]:
    """The record in the text of an interface's state."""
    answer = json.loads(state)
    record: dict[str, Any] = answer.get("data", answer)
    return record


def record_problems(client: RestClient | WebSocketClient, place: Place, actions: list[Action]) -> list[str]:
    """Play an episode, then again what its record says was played; say where the record falls short."""
    *answers, state = played(client, *place, actions)
    record = record_of(state)
    history = record["action_history"]
    problems = []
    if record["step_count"] > record["max_steps"]:
        problems.append(f"the record has {record['step_count']} steps, the episode at most {record['max_steps']}")
    if [entry["step"] for entry in history] != list(range(1, record["step_count"] + 1)):
        problems.append("the steps are not numbered 1, 2, 3")
    problems += unfaithful(record, [json.loads(answer) for answer in answers[1 : 1 + len(history)]], actions)
    again = [(entry["action_type"], entry["parameters"]) for entry in history]
    replayed = record_of(played(client, record["task_id"], record["scenario_index"], again)[-1])
    problems += [f"replayed, {name} differs" for name in record if replayed[name] != record[name]]
    return [f"{name_of(place)}: {problem}" for problem in problems]


def unfaithful(record: dict[str, Any], answers: list[Any], actions: list[Action]) -> list[str]:
    """Where a record and the answers that its steps got disagree."""
    problems = []
    for entry, answer, (action_type, parameters) in zip(record["action_history"], answers, actions, strict=False):
        if (entry["action_type"], entry["parameters"]) != (action_type, parameters):
            problems.append(f"step {entry['step']}: another action is recorded than was sent")
        shaping = (
            answer["reward"]["value"] if "info" in answer else answer["data"]["observation"]["metadata"]["shaping"]
        )
        error = (answer if "info" in answer else answer["data"])["observation"]["last_action_error"]
        if (entry["reward"], entry["error"]) != (shaping, error):
            problems.append(f"step {entry['step']}: another outcome is recorded than was shown")
    return problems


@pytest.mark.check("runtime.trajectory_record")
@pytest.mark.parametrize("interface", RECORDING_INTERFACES)
def test_the_record_is_the_whole_episode(
    plain_server: ServerProcess, interface: str, measured: Callable[[str], None]
) -> None:
    """state holds the full record of the episode: each action as it was sent, its reward, reason and error, numbered.
    Playing the record's actions again gives the same record, rewards and all."""
    problems, episodes = [], 0
    with connected(plain_server, interface) as client:
        for place in PLACES:
            for actions in scripts(place):
                problems += record_problems(client, place, actions)
                episodes += 1
    assert problems == []
    measured(f"{interface} {episodes} episodes replayed")


@pytest.mark.check("runtime.trajectory_record")
def test_a_record_is_enough_to_grade_from(plain_server: ServerProcess) -> None:
    """The grade follows from the record and the incident alone."""
    with connected(plain_server, "rest") as client:
        for place in PLACES:
            for actions in scripts(place):
                record = record_of(played(client, *place, actions)[-1])
                if record["done"]:
                    served = json.loads(client.grader())
                    again = grade(record["task_id"], record, get_incident(*place))
                    assert again == {name: served[name] for name in again}


class Forgetful(RestClient):
    """A interface whose record is changed on the way."""

    change: Callable[[dict[str, Any]], object]

    def state(self) -> str:
        record = json.loads(super().state())
        type(self).change(record)
        return json.dumps(record)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda record: record["action_history"].pop(1), "not numbered"),
        (lambda record: record["action_history"][0].update(reward=0.5), "another outcome is recorded"),
        (lambda record: record["action_history"][0].update(error="no"), "another outcome is recorded"),
        (lambda record: record["action_history"][0]["parameters"].clear(), "another action is recorded"),
    ],
)
def test_the_record_check_can_fail(
    plain_server: ServerProcess, change: Callable[[dict[str, Any]], object], problem: str
) -> None:
    client = Forgetful(plain_server)
    Forgetful.change = staticmethod(change)
    problems = record_problems(client, PLACES[3], scripts(PLACES[3])[1])
    client.close()
    assert problem in " ".join(problems)


# runtime.reward_attribution


def attribution_problems(answers: list[dict[str, Any]]) -> list[str]:
    """Where the rewards of an episode are not the sum of their named parts. `answers` are the data of the WebSocket's
    observations, the reset's first."""
    problems = []
    total, over = 0.0, False
    for step, answer in enumerate(answers[1:], start=1):
        observation, reward = answer["observation"], answer["reward"]
        graded = observation["metadata"].get("grade")
        parts = observation["metadata"]["shaping"] + (graded["total"] if graded else 0.0)
        if abs(reward - parts) > TOLERANCE:
            problems.append(f"step {step}: the reward {reward} is not shaping and grade, {parts}")
        if bool(graded) != (answer["done"] and not over):
            problems.append(f"step {step}: the grade belongs to the step that ends the episode, and to no other")
        if graded and abs(min(1.0, max(0.0, sum(graded["breakdown"].values()))) - graded["total"]) > TOLERANCE:
            problems.append(f"step {step}: {graded['breakdown']} does not add up to {graded['total']}")
        total, over = total + reward, answer["done"]
        if abs(observation["cumulative_reward"] - total) > TOLERANCE:
            problems.append(f"step {step}: cumulative {observation['cumulative_reward']}, rewards add up to {total}")
    return problems


def answers_of(client: WebSocketClient, place: Place, actions: list[Action]) -> list[dict[str, Any]]:
    """What the WebSocket answers to a reset and to each action."""
    return [json.loads(text)["data"] for text in played(client, *place, actions)[:-1]]


@pytest.mark.check("runtime.reward_attribution")
@pytest.mark.parametrize("interface", ["ws", "openenv-ws"])
def test_every_reward_is_the_sum_of_its_parts(
    plain_server: ServerProcess, interface: str, measured: Callable[[str], None]
) -> None:
    """Each reward is attributed to named parts that add up to it: a step's to its shaping and, where it ends the
    episode, the grade; the grade to its breakdown. The rewards of the steps add up to the cumulative reward."""
    problems, rewards = [], 0
    with connected(plain_server, interface) as client:
        for place in PLACES:
            for actions in scripts(place):
                answers = answers_of(client, place, actions)
                rewards += len(answers) - 1
                problems += [f"{name_of(place)} {problem}" for problem in attribution_problems(answers)]
    assert problems == []
    measured(f"{interface} {rewards} rewards")


@pytest.mark.check("runtime.reward_attribution")
def test_rest_rewards_add_up(plain_server: ServerProcess) -> None:
    """Over REST the steps' values and the grade add up to the cumulative reward of the record."""
    with connected(plain_server, "rest") as client:
        for place in PLACES:
            for actions in scripts(place):
                *answers, state = (json.loads(text) for text in played(client, *place, actions))
                grade_total = json.loads(client.grader())["total"]
                total = sum(answer["reward"]["value"] for answer in answers[1:]) + grade_total
                assert state["cumulative_reward"] == pytest.approx(total, abs=TOLERANCE), name_of(place)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda last: last.update(reward=last["reward"] + 0.1), "is not shaping and grade"),
        (lambda last: last["observation"]["metadata"]["grade"]["breakdown"].update(base=0.0), "does not add up"),
        (lambda last: last["observation"].update(cumulative_reward=9.0), "rewards add up to"),
        (lambda last: last["observation"]["metadata"].pop("grade"), "belongs to the step that ends"),
    ],
)
def test_the_attribution_check_can_fail(
    plain_server: ServerProcess, change: Callable[[dict[str, Any]], object], problem: str
) -> None:
    with connected(plain_server, "ws") as client:
        answers = answers_of(client, PLACES[4], perfect(PLACES[4]))
    assert attribution_problems(answers) == []
    changed = copy.deepcopy(answers)
    change(changed[-1])
    assert problem in " ".join(attribution_problems(changed))


# runtime.rubric_introspectable


def rubric_problems(environment: OpenEnvIncidentEnvironment) -> list[str]:
    """Play every incident, and say where the environment's rubric tree does not explain what was earned."""
    rubric: Rubric | None = environment.rubric
    if rubric is None:
        return ["the environment has no rubric"]
    problems = []
    tree = dict(rubric.named_rubrics())
    if len(tree) != sum(1 for _ in rubric.named_rubrics()):
        problems.append("two rubrics have one name")
    problems += [f"{name} cannot be found by its path" for name in tree if rubric.get_rubric(name) is not tree[name]]
    json.dumps(rubric.state_dict())
    rubric.load_state_dict(rubric.state_dict())
    seen: list[float] = []
    rubric.register_forward_hook(lambda rubric, action, observation, result: seen.append(result))
    for place in PLACES:
        for actions in scripts(place):
            problems += [f"{name_of(place)} {problem}" for problem in _unexplained(environment, place, actions, seen)]
    return problems


def _unexplained(
    environment: OpenEnvIncidentEnvironment, place: Place, actions: list[Action], seen: list[float]
) -> list[str]:
    problems = []
    environment.reset(task_id=place[0], scenario_index=place[1])
    for action_type, parameters in actions:
        seen.clear()
        action = CloudIncidentAction(action_type=action_type, parameters=parameters)
        observation: CloudIncidentObservation = environment.step(action)
        scores = {name: rubric.last_score for name, rubric in environment.rubric.named_rubrics()}
        if seen != [observation.reward] or environment.rubric.last_score != observation.reward:
            problems.append(f"the root scored {environment.rubric.last_score}, the reward was {observation.reward}")
        if scores.get("shaping") != observation.metadata["shaping"]:
            problems.append("the rubric shaping did not score the shaping")
        breakdown = observation.metadata.get("grade", {}).get("breakdown", {})
        parts = {name.removeprefix("grade."): score for name, score in scores.items() if name.startswith("grade.")}
        problems += [f"no rubric grade.{name}" for name in breakdown if name not in parts]
        problems += [
            f"grade.{name} scored {score}, the grade says {breakdown.get(name, 0.0)}"
            for name, score in parts.items()
            if score != breakdown.get(name, 0.0)
        ]
    return problems


@pytest.mark.check("runtime.rubric_introspectable")
def test_the_rubric_tree_explains_every_reward(measured: Callable[[str], None]) -> None:
    """The environment has a rubric tree as RFC 004 describes it: rubrics named by path, a configuration that can be
    saved and loaded, hooks that run; after each step the tree's scores are the reward, its shaping and the parts of
    the grade's breakdown, under the same names."""
    environment = OpenEnvIncidentEnvironment()
    assert rubric_problems(environment) == []
    names = [name for name, _ in environment.rubric.named_rubrics()]
    assert names == ["shaping", "grade", *(f"grade.{part}" for part in GRADE_PARTS)]
    measured(f"{len(names)} rubrics: {', '.join(names)}")


def unscored() -> Rubric:
    """A tree whose root computes the reward past its children."""
    rubric = IncidentRubric()
    rubric.forward = lambda action, observation: observation.metadata["shaping"]  # type: ignore[method-assign]
    return rubric


def partless() -> Rubric:
    """A tree that lacks a part of the grade."""
    rubric = IncidentRubric()
    rubric.grade = GradeRubric()
    del rubric.grade._rubric_children["efficiency"]
    return rubric


@pytest.mark.parametrize(
    ("rubric", "problem"),
    [
        (lambda: None, "has no rubric"),
        (unscored, "did not score the shaping"),
        (partless, "no rubric grade.efficiency"),
    ],
)
def test_the_rubric_check_can_fail(rubric: Callable[[], Rubric | None], problem: str) -> None:
    environment = OpenEnvIncidentEnvironment()
    environment.rubric = rubric()
    assert problem in " ".join(rubric_problems(environment))
