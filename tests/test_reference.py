"""docs/reference.md agrees with the code: each table, row by row, in both directions."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from statistics import fmean
from typing import Any

import httpx
import pytest
import yaml
from pydantic import BaseModel

import graders
from cloud_incident_env import actions, episode, harm, options, splits
from cloud_incident_env.actions import ACTIONS, PARAMETERS
from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.heuristic import HeuristicPolicy
from cloud_incident_env.agents.oracle import OraclePolicy
from cloud_incident_env.agents.policy import Policy
from cloud_incident_env.agents.random_policy import RandomPolicy
from cloud_incident_env.agents.step_loop import steps_of
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.ledger import Outcome
from cloud_incident_env.manifest import ENV_NAME
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.rewards import REWARD_PROFILES, REWARD_TABLES, V01_TABLE, RewardTable
from cloud_incident_env.splits import SPLITS
from cloud_incident_env.wire import (
    ActionRecord,
    AlertInfo,
    EpisodeState,
    GradeResult,
    Observation,
    Reward,
    StepInfo,
)
from server.app import create_app
from server.settings import Settings
from tasks import INCIDENTS, MAX_STEPS, TASKS
from tests.markdown import ROOT, blocks, differences, page, section, table

REFERENCE = page("docs/reference.md")
COLUMNS: dict[str, RewardTable] = {**REWARD_TABLES, "v0.1": V01_TABLE}


def documented(title: str) -> dict[str, tuple[str, ...]]:
    return table(section(REFERENCE, title))


def code(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


def test_the_tasks() -> None:
    declared = {
        task.task_id: (
            task.difficulty,
            str(task.max_steps),
            code([task.submission_action]),
            str(len(INCIDENTS[task.task_id])),
            task.description,
        )
        for task in TASKS.values()
    }
    assert not differences(documented("Tasks"), declared)


def test_the_steps_by_difficulty() -> None:
    declared = {task_id: tuple(map(str, steps.values())) for task_id, steps in MAX_STEPS.items()}
    assert not differences(documented("Steps by difficulty"), declared)


def test_the_rest_interface() -> None:
    paths = create_app(Settings(openenv=False, ui=False)).openapi()["paths"]
    declared = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    rows = re.findall(r"^\| ([A-Z]+) \| `(/\w+)` \|", section(REFERENCE, "REST interface"), re.M)
    assert {f"{method} {path}" for method, path in rows} == declared


def test_the_errors() -> None:
    paths = create_app(Settings(openenv=False, ui=False)).openapi()["paths"]
    answers = {status for methods in paths.values() for method in methods.values() for status in method["responses"]}
    assert set(documented("Errors")) == answers - {"200"}


def test_the_other_interfaces_answer(openenv_url: str) -> None:
    """All but the page and the WebSocket, which have tests of their own."""
    found = re.findall(r"`(/[^`]*)`", section(REFERENCE, "Other interfaces"))
    assert {"/", "/ws"} < set(found)
    episode = httpx.post(f"{openenv_url}/reset", timeout=20).json()["episode_id"]
    names = [
        path.replace(f"/{ENV_NAME}/...", f"/{ENV_NAME}/splits")
        .replace("/openenv/...", "/openenv/health")
        .replace("episode=ID", f"episode={episode}")
        for path in found
    ]
    statuses = {
        path: httpx.get(f"{openenv_url}{path}", timeout=20).status_code for path in names if path not in ("/", "/ws")
    }
    assert {path: status for path, status in statuses.items() if status not in (200, 405, 406)} == {}


def test_the_reset_options() -> None:
    declared = {name: (field.description,) for name, field in ResetOptions.model_fields.items()}
    assert not differences(documented("Reset options"), declared)


def test_the_splits() -> None:
    declared = {
        split.name: (
            f"{split.size:,}",
            "" if split.first_seed is None else f"{split.first_seed:,}",
            "" if split.first_seed is None else str(len(split.families)),
            "" if split.first_seed is None else str(len(split.systems)),
            split.description,
        )
        for split in SPLITS.values()
    }
    assert not differences(documented("Splits"), declared)
    text = section(REFERENCE, "Splits")
    assert f"{len(FAMILIES)} fault families and {len(SYSTEMS)} systems" in text


def test_the_actions() -> None:
    declared = {
        action.name: (
            action.group,
            ", ".join([*(f"`{name}`" for name in action.required), *(f"[`{name}`]" for name in action.optional)]),
            str(action.minutes),
            ", ".join(TASKS[task].difficulty for task in action.tasks),
            action.description,
        )
        for action in ACTIONS.values()
    }
    assert not differences(documented("Actions"), declared)


def test_the_parameters() -> None:
    kinds = {
        "name": f"text, {actions.NAME_LENGTH:,}",
        "text": f"text, {actions.TEXT_LENGTH:,}",
        "phrase": f"text, {actions.PHRASE_LENGTH:,}",
        "replicas": f"integer, 0 to {actions.MOST_REPLICAS:,}",
        "minutes": f"integer, 0 to {actions.MOST_MINUTES:,}",
    }
    declared = {parameter.name: (kinds[parameter.kind], parameter.description) for parameter in PARAMETERS.values()}
    assert not differences(documented("Parameters"), declared)


@pytest.mark.parametrize(
    ("title", "model"),
    [
        ("Observation", Observation),
        ("Alert", AlertInfo),
        ("Reward", Reward),
        ("Info", StepInfo),
        ("State", EpisodeState),
        ("Action record", ActionRecord),
        ("Grade", GradeResult),
    ],
)
def test_the_fields(title: str, model: type[BaseModel]) -> None:
    declared = {name: (field.description,) for name, field in model.model_fields.items()}
    assert not differences(documented(title), declared)


def _rewards_of(columns: dict[str, RewardTable]) -> dict[str, tuple[float, ...]]:
    rows = {
        outcome.value: tuple(column.outcomes.get(outcome, 0.0) for column in columns.values()) for outcome in Outcome
    }
    return {
        **rows,
        "past half of the steps": tuple(column.past_half for column in columns.values()),
        "out of steps without a submission": tuple(column.timeout for column in columns.values()),
        "*least that one step can earn*": tuple(column.lowest for column in columns.values()),
        "*most that one step can earn, the grade left out*": tuple(column.highest for column in columns.values()),
    }


def test_every_step_reward_of_both_profiles() -> None:
    rows = {name: tuple(map(float, cells)) for name, cells in documented("Step rewards").items()}
    assert not differences(rows, _rewards_of(COLUMNS))


def test_the_rewards_are_those_of_the_tasks_and_of_every_profile() -> None:
    head = next(line for line in section(REFERENCE, "Step rewards").splitlines() if line.startswith("|"))
    assert [cell.strip() for cell in head.split("|")[2:-1]] == [*(task.difficulty for task in TASKS.values()), "v0.1"]
    assert REWARD_PROFILES == ("default", "v0.1")


def test_the_reasons_of_the_two_extra_rows_are_those_that_an_agent_reads() -> None:
    rows = documented("Step rewards")
    reason = V01_TABLE.reward(Outcome.NO_SERVICE, 4, 4)[1].split("; ")
    assert [name for name in reason if name not in rows] == []


@pytest.mark.parametrize("column", COLUMNS)
def test_the_least_and_the_most_of_a_step_are_those_that_can_be_earned(column: str) -> None:
    """`lowest` and `highest` are compared with every outcome at every step of an episode."""
    rewards = COLUMNS[column]
    earned = [rewards.reward(outcome, step, 6)[0] for outcome in Outcome for step in range(1, 7)]
    assert (min(earned), max(earned)) == (rewards.lowest, rewards.highest)


def test_the_manifest_declares_a_range_that_no_step_leaves() -> None:
    """Of a step: its shaping, and in the last step the grade, which a submission alone can earn."""
    manifest = yaml.safe_load(page("openenv.yaml"))
    least, most = manifest["validation"]["reward"]["range"]
    columns = COLUMNS.values()
    submitted = [column.reward(Outcome.SUBMITTED, step, 6)[0] for column in columns for step in range(1, 7)]
    assert least <= min(column.lowest for column in columns)
    assert most >= max(*(column.highest for column in columns), 1.0 + max(submitted))


def test_the_constants_of_the_grades() -> None:
    declared = {
        name: value if isinstance(value, tuple) else (value,)
        for name, value in vars(graders).items()
        if name.isupper() and not name.startswith("_") and name not in ("SEVERITIES", "MODES", "READ_AS")
    }
    rows = {name: tuple(map(float, cells[0].split(", "))) for name, cells in documented("Grades").items()}
    assert not differences(rows, declared)


def test_the_settings() -> None:
    declared = {
        f"INCIDENT_{name.upper()}": (_default(field.default), field.description)
        for name, field in Settings.model_fields.items()
    }
    assert not differences(documented("Settings"), declared)


def _default(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.0f}" if isinstance(value, (int, float)) else str(value)


def test_the_limits() -> None:
    declared = {
        "actions.NAME_LENGTH": actions.NAME_LENGTH,
        "actions.TEXT_LENGTH": actions.TEXT_LENGTH,
        "actions.PHRASE_LENGTH": actions.PHRASE_LENGTH,
        "actions.MOST_REPLICAS": actions.MOST_REPLICAS,
        "actions.MOST_MINUTES": actions.MOST_MINUTES,
        "options.EPISODE_ID_LENGTH": options.EPISODE_ID_LENGTH,
        "episode.RECORDED_REASONING": episode.RECORDED_REASONING,
        "harm.LASTING_STEPS": harm.LASTING_STEPS,
        "splits.MOST_LISTED": splits.MOST_LISTED,
    }
    rows = {name: int(cells[0].replace(",", "")) for name, cells in documented("Limits").items()}
    assert not differences(rows, declared)


def _grades(policies: Iterable[Policy]) -> list[list[float]]:
    """The grades of the hand-written incidents, those of each task together, each played by the next policy."""
    environment, following = LocalEnvironment(), iter(policies)
    return [
        [_grade(environment, next(following), {"task_id": task_id, "scenario_index": index}) for index in range(3)]
        for task_id in TASKS
    ]


def _grade(environment: LocalEnvironment, policy: Policy, chosen: dict[str, Any]) -> float:
    *_, (_, last) = steps_of(environment, policy, environment.reset(chosen))
    return float(last["info"]["grade"]["total"])


def _oracles() -> Iterator[Policy]:
    for task_id in TASKS:
        for index in range(3):
            yield OraclePolicy(ResetOptions(task_id=task_id, scenario_index=index))


@pytest.mark.parametrize(
    ("row", "policies"), [("heuristic", [HeuristicPolicy() for _ in range(9)]), ("oracle", _oracles())]
)
def test_the_baseline_scores(row: str, policies: Iterable[Policy]) -> None:
    grades = _grades(policies)
    cells = [" ".join(f"{grade:.2f}" for grade in of_task) for of_task in grades]
    assert documented("Baseline scores")[row] == (*cells, f"{fmean(chain(*grades)):.2f}")


def test_the_baseline_scores_of_chance() -> None:
    """The seeds are those that `inference.py --agent random --seed N` gives its nine episodes."""
    runs = [_grades(RandomPolicy(seed * 1_000 + number) for number in range(9)) for seed in range(100)]
    cells = [f"{fmean(chain(*(run[task] for run in runs))):.2f}" for task in range(len(TASKS))]
    overall = f"{fmean(chain(*(chain(*run) for run in runs))):.2f}"
    assert documented("Baseline scores")["random, mean of seeds 0 to 99"] == (*cells, overall)


@pytest.mark.parametrize("code", blocks(REFERENCE, "python"), ids=["rest", "in-process"])
def test_the_snippets_run(code: str, server_url: str) -> None:
    code = code.replace("http://localhost:7860", server_url)
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip()
