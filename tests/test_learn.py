"""The example learner: the same seed learns the same, its gradients are right, and it is told nothing of the answer."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest

from cloud_incident_env.agents.environments import LocalEnvironment
from examples.learn import training
from examples.learn.__main__ import main, train
from examples.learn.options import SIZE, softmax
from examples.learn.policy import Choice, LearnedPolicy, SoftmaxPolicy
from examples.learn.situation import Familiarity
from examples.learn.training import BATCH, TASKS, Job, Learner, play, play_part
from server.environment import IncidentEnvironment

# What knows incidents and their answers: modules, and fields of an incident.
TOLD_BY = (
    "graders",
    "tasks",
    "cloud_incident_env.choose",
    "cloud_incident_env.episode",
    "cloud_incident_env.evaluation",
    "cloud_incident_env.generated",
    "cloud_incident_env.handwritten",
    "cloud_incident_env.layout",
    "cloud_incident_env.ledger",
    "cloud_incident_env.reading.reader",
    "cloud_incident_env.reading.summary",
)
ANSWERS = {"consequences", "culprit", "failure_mode", "plan", "solution", "ways"}

FOLDER = Path(training.__file__).parent
ROOT = FOLDER.parents[1]


@pytest.fixture
def executor() -> Iterator[Executor]:
    """Plays where the tests run: spawning processes would take longer than the few episodes of a test."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def learned(executor: Executor, seed: int, batches: int) -> Learner:
    learner = Learner(seed)
    for batch in range(batches):
        learner.learn(executor, batch / batches)
    return learner


def choices_of(task_id: str) -> list[Choice]:
    """The choices of a few episodes that are played by chance."""
    found = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        policy = SoftmaxPolicy(rng.normal(0, 0.5, SIZE), Familiarity(), rng)
        play(IncidentEnvironment(), {"task_id": task_id, "seed": seed}, policy)
        found += [choice for choices in policy.choices for choice in choices]
    return found


def test_the_same_seed_learns_the_same_and_another_one_something_else(executor: Executor) -> None:
    first, again, other = (learned(executor, seed, 3) for seed in (1, 1, 2))
    assert first.weights.tobytes() == again.weights.tobytes()
    assert first.counts.tobytes() == again.counts.tobytes()
    assert (first.weights != other.weights).any()


@pytest.mark.parametrize("task_id", TASKS)
def test_the_gradient_of_a_choice_is_that_of_its_logarithm(task_id: str) -> None:
    """Held against finite differences, with the bonus for entropy and without."""
    rng = np.random.default_rng(5)
    weights = rng.normal(0, 0.5, SIZE)
    kinds = {choice.kind: choice for choice in choices_of(task_id) if len(choice.options.names) > 1}
    assert len(kinds) >= 3
    for choice in kinds.values():

        def objective(at: np.ndarray, choice: Choice = choice) -> float:
            p = softmax(choice.options.scores(at))
            return float(1.7 * np.log(p[choice.chosen]) - 0.3 * p @ np.log(p))

        now = Choice(choice.kind, choice.state, choice.options, softmax(choice.options.scores(weights)), choice.chosen)
        gradient = np.zeros(SIZE)
        now.add_gradient(gradient, 1.7, 0.3)
        direction = rng.normal(0, 1, SIZE)
        slope = (objective(weights + 1e-5 * direction) - objective(weights - 1e-5 * direction)) / 2e-5
        assert slope == pytest.approx(gradient @ direction, rel=1e-4, abs=1e-7), choice.kind


def test_exploring_looks_and_acts_and_never_submits() -> None:
    environment = IncidentEnvironment()
    policy = SoftmaxPolicy(np.zeros(SIZE), Familiarity(), np.random.default_rng(0), explore=1.0)
    rewards, grade = play(environment, {"split": "train", "index": 2}, policy)
    assert (len(rewards), grade) == (environment.state().max_steps, 0.0)
    intents = {choices[0].options.names[choices[0].chosen] for choices in policy.choices}
    assert intents == {"look", "act"}
    assert not any(choices[0].own_share for choices in policy.choices)  # nothing is learned from a lot


@pytest.mark.parametrize("seed", range(6))
def test_the_gradient_of_a_choice_allows_for_exploration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.normal(0, 0.5, SIZE)
    policy = SoftmaxPolicy(weights, Familiarity(), rng, explore=0.4)
    policy.act(IncidentEnvironment().reset("remediation_planning", seed=0).model_dump())
    intent = policy.choices[0][0]
    lot = np.array([0.5, 0.5, 0.0])
    assert list(intent.options.names) == ["look", "act", "submit"]

    def objective(at: np.ndarray) -> float:
        return float(np.log((0.6 * softmax(intent.options.scores(at)) + 0.4 * lot)[intent.chosen]))

    gradient = np.zeros(SIZE)
    intent.add_gradient(gradient, 1.0)
    direction = rng.normal(0, 1, SIZE)
    slope = (objective(weights + 1e-5 * direction) - objective(weights - 1e-5 * direction)) / 2e-5
    assert slope == pytest.approx(gradient @ direction, rel=1e-4, abs=1e-7)


def test_what_is_paid_is_what_the_environment_pays() -> None:
    policy = SoftmaxPolicy(np.zeros(SIZE), Familiarity(), np.random.default_rng(0))
    environment = IncidentEnvironment()
    rewards, grade = play(environment, {"split": "train", "index": 4}, policy)
    assert sum(rewards) == pytest.approx(environment.state().cumulative_reward)
    assert grade == environment.grade().total


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.name)
def test_the_learner_reads_no_answer(file: Path) -> None:
    """What plays and learns imports no incidents and no graders; only measuring does, to cluster by family."""
    measures = file.name in ("measure.py", "__main__.py")
    allowed = {"cloud_incident_env.choose", "cloud_incident_env.evaluation"} if measures else set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        module = node.module if isinstance(node, ast.ImportFrom) else None
        names = (
            [module] if module else [alias.name for alias in getattr(node, "names", []) if isinstance(node, ast.Import)]
        )
        for name in names:
            told_by = {known for known in TOLD_BY if f"{name}.".startswith(f"{known}.")}
            assert told_by <= allowed
        assert getattr(node, "attr", "") not in ANSWERS


def test_rewards_rise_within_a_few_batches() -> None:
    """Uphill from the start: alerts alone, which take two steps."""
    learner = Learner(0)
    learner.critic = np.zeros((training.CRITICS, training.critic_width()))
    paid = []
    for batch in range(40):
        seeds = [3 * number for number in range(batch * BATCH, (batch + 1) * BATCH)]
        assert all(TASKS[seed % len(TASKS)] == "alert_classification" for seed in seeds)
        part = play_part(Job(learner.weights, learner.critic, learner.counts, 0, seeds, 0.1, 0.0))
        learner._step(part.gradient / BATCH, 0.05)
        learner.critic = learner.critic + training.CRITIC_RATE / BATCH * part.critic_gradient
        paid.append(fmean(result.paid for result in part.results))
    assert fmean(paid[-10:]) > fmean(paid[:4]) + 0.04


def test_a_short_training_leaves_weights_that_a_policy_plays_with(tmp_path: Path) -> None:
    assert main(["--episodes", str(BATCH), "--incidents", "6", "--out", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"curve.json", "learning.png", "result.json", "weights.npz"}
    grades = []
    for _ in range(2):
        environment, policy = LocalEnvironment(), LearnedPolicy(tmp_path / "weights.npz")
        observation, result = environment.reset({"split": "validation", "index": 2}), {}
        while not observation["done"]:
            decision = policy.act(observation)
            result = environment.step(decision.action_type, decision.parameters)
            observation = result["observation"]
        grades.append((result["info"]["grade"]["total"], [c.chosen for step in policy.choices for c in step]))
    assert grades[0] == grades[1]
    (snippet,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "learning.md").read_text(encoding="utf-8"), re.S)
    code = snippet.replace("outputs/learn/weights.npz", str(tmp_path / "weights.npz"))
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "Grade" in done.stdout, done.stderr


def test_the_curve_counts_episodes_and_minutes(executor: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("examples.learn.__main__.CURVE_INCIDENTS", 3)
    learner, curve = train(executor, 0, 4 * BATCH, 60.0, points=2)
    assert [point["episodes"] for point in curve] == [0, 2 * BATCH, 4 * BATCH]
    assert learner.episodes == 4 * BATCH
    assert 0 < curve[1]["cpu_seconds"] < curve[2]["cpu_seconds"] == round(learner.cpu_seconds, 1)
    stopped, _ = train(executor, 0, 1_000 * BATCH, 0.0)
    assert stopped.episodes == 0
