"""What the reward says of the best, of nothing and of known hacks: measured on a server through its reward channel."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from statistics import fmean
from typing import Any

import pytest

import graders
import validation.oracle
from cloud_incident_env.actions import submission_of
from cloud_incident_env.agents.heuristic import HeuristicPolicy
from graders import Graded
from tasks import TASKS, get_incident
from tools.make_canaries import CANARIES, FOLDER, lines_of
from tools.quality.semantic_support import (
    MAX_GRADE,
    PLACES,
    Canary,
    Script,
    canaries,
    declared,
    read_canary,
)
from validation.oracle import Episode, Session, demonstrate, open_session, play

REWARD = declared().reward
MAX_REWARD = REWARD.range[1]
BLANKS: dict[str, list[dict[str, Any]]] = {
    "alert_classification": [{}, {"severity": ""}, {"severity": "  "}],
    "root_cause_analysis": [{}, {"service": "", "failure_mode": ""}, {"service": " ", "failure_mode": " "}],
    "remediation_planning": [{}, {"summary": ""}, {"summary": " \n\t"}],
}
SUBMISSIONS = {task_id: submission_of(task_id) for task_id in TASKS}
IDLE = {"action_type": "wait", "parameters": {}}  # no action of any task
IDLE_STEPS = 20  # more than any task has


@pytest.fixture(scope="module")
def session(openenv_url: str) -> Iterator[Session]:
    with open_session(openenv_url) as opened:
        yield opened


def below_max(episodes: list[Episode]) -> list[str]:
    """The episodes that miss the highest reward or grade by more than the declared tolerance."""
    tolerance = REWARD.oracle_tolerance
    return [
        f"{e.scenario_id}: reward {e.reward:.2f} of {MAX_REWARD}, grade {e.grade:.2f} of {MAX_GRADE}"
        for e in episodes
        if round(e.reward - (MAX_REWARD - tolerance), 4) < 0 or round(e.grade - (MAX_GRADE - tolerance), 4) < 0
    ]


def floors(session: Session) -> dict[str, Episode]:
    """For each task the best of the episodes in which nothing is done: idle to the end, or a blank answer at once."""
    best: dict[str, Episode] = {}
    for task_id, index in PLACES:
        scripts = [[IDLE] * IDLE_STEPS]
        scripts += [[{"action_type": SUBMISSIONS[task_id], "parameters": blank}] for blank in BLANKS[task_id]]
        for script in scripts:
            episode = play(session, Script(script), task_id=task_id, scenario_index=index)
            best[task_id] = max(best.get(task_id, episode), episode, key=lambda e: (e.grade, e.reward))
    return best


def too_close(floor: dict[str, Episode]) -> list[str]:
    """The tasks whose floor comes closer to the maximum than the declared margin."""
    return [
        f"{task_id}: doing nothing earns reward {e.reward:.2f}, grade {e.grade:.2f}"
        for task_id, e in floor.items()
        if round(min(MAX_REWARD - e.reward, MAX_GRADE - e.grade) - REWARD.floor_margin, 4) < 0
    ]


def replayed(session: Session, canary: Canary) -> float:
    """The mean grade of a canary's episodes."""
    grades = [
        play(session, Script(e["actions"]), task_id=canary.task_id, scenario_index=e["scenario_index"]).grade
        for e in canary.episodes
    ]
    return round(fmean(grades), 4)


@pytest.mark.check("semantic.oracle_max")
def test_the_oracle_reaches_the_maximum(session: Session, measured: Callable[[str], None]) -> None:
    """The oracle's reward is at least the declared maximum less `oracle_tolerance`, in every incident.

    The reward is the sum of the rewards of an episode as the server served them, which contains the grade. The grade
    alone must also reach its own maximum of 1.0 to within the same tolerance.
    """
    episodes = demonstrate(session)
    assert len(episodes) == len(PLACES)
    assert below_max(episodes) == []
    lowest = min(episodes, key=lambda e: e.reward)
    measured(
        f"rewards of {len(episodes)} incidents {lowest.reward:.2f} to {max(e.reward for e in episodes):.2f}, needed "
        f"{MAX_REWARD - REWARD.oracle_tolerance:.2f}; lowest grade {min(e.grade for e in episodes):.2f}"
    )


def test_the_oracle_script_prints_what_it_played(openenv_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The manifest's oracle, on a server and in this process: a line for each incident, and one with the means."""
    outputs = []
    for arguments in (["--base-url", openenv_url], []):
        validation.oracle.main(arguments)
        outputs.append([json.loads(line) for line in capsys.readouterr().out.splitlines()])
    assert outputs[0] == outputs[1]
    *episodes, means = outputs[0]
    assert [e["scenario_id"] for e in episodes] == [get_incident(*place).id for place in PLACES]
    assert means["episodes"] == len(episodes)
    assert means["mean_reward"] == pytest.approx(fmean(e["reward"] for e in episodes), abs=1e-4)


def test_the_oracle_check_can_fail(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules of thumb in place of the oracle fall short in remediation_planning."""
    monkeypatch.setattr(validation.oracle, "OraclePolicy", lambda asked: HeuristicPolicy())
    short = below_max(demonstrate(session))
    assert [line.partition(":")[0] for line in short] == ["RP-001", "RP-002", "RP-003"]


@pytest.mark.check("semantic.floor_gap")
def test_doing_nothing_stays_far_below_the_maximum(session: Session, measured: Callable[[str], None]) -> None:
    """The maximum less the measured floor is at least `floor_margin`, in reward and in grade, for each task.

    The floor is the best of idling until the steps run out and of submitting a blank answer at once.
    """
    floor = floors(session)
    assert too_close(floor) == []
    for task_id, e in floor.items():
        measured(f"{task_id} {MAX_GRADE - e.grade:.2f} in grade, {MAX_REWARD - e.reward:.2f} in reward")
    measured(f"needed {REWARD.floor_margin:.2f}")


def test_the_floor_check_can_fail(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A grader that gives 0.70 for anything at all leaves no gap."""
    generous = Graded(0.7, {"base": 0.7}, "thank you")
    monkeypatch.setattr(graders, "grade_ledger", lambda *_: generous)
    assert len(too_close(floors(session))) == len(SUBMISSIONS)


@pytest.mark.check("semantic.canary_floor")
def test_every_canary_stays_under_its_ceiling(session: Session, measured: Callable[[str], None]) -> None:
    """Replayed on a server, no shipped canary trajectory earns a higher mean grade than its own ceiling.

    A canary is a known reward hack or lazy behaviour; its file says why the rules of grading give it no more.
    """
    shipped = canaries()
    grades = {canary.name: replayed(session, canary) for canary in shipped}
    broken = {c.name: (grades[c.name], c.ceiling, c.reason) for c in shipped if grades[c.name] > c.ceiling}
    assert broken == {}
    for task_id in SUBMISSIONS:
        highest = max((c for c in shipped if c.task_id == task_id), key=lambda c: grades[c.name])
        measured(f"{task_id} {grades[highest.name]:.2f} ({highest.name})")
    measured(f"{len(shipped)} canaries")


def test_the_canary_check_can_fail(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A grader that finds services by substring lets the service `e` pass its ceiling."""
    canary = read_canary(FOLDER / "service_e.jsonl")
    monkeypatch.setattr(graders, "_same_service", lambda text, incident: text in incident.culprit)
    assert replayed(session, canary) > canary.ceiling


def test_the_canaries_are_what_their_policies_do_today() -> None:
    """A canary that names services of yesterday stays under any ceiling; `make_canaries` records it anew."""
    assert len(CANARIES) >= 12
    shipped = {path.stem: path.read_text(encoding="utf-8").splitlines() for path in FOLDER.glob("*.jsonl")}
    assert shipped == {canary.name: list(lines_of(canary)) for canary in CANARIES}
    assert {task_id for task_id, _ in PLACES} == {canary.task_id for canary in CANARIES}
