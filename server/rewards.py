"""Step rewards: the single source of truth for what an action earns, in both reward profiles.

`DEFAULT_PROFILE` has one column per difficulty; `v0.1` is the flat table of the first release, kept for comparison.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from outcomes import SUBMISSION_OUTCOMES, Outcome
from scenario import Task

RewardProfile = Literal["default", "v0.1"]
REWARD_PROFILES: tuple[RewardProfile, ...] = ("default", "v0.1")
DEFAULT_PROFILE: RewardProfile = "default"


@dataclass(frozen=True)
class RewardTable:
    """What events earn. Outcomes that are not listed earn 0."""

    outcomes: dict[Outcome, float]
    past_half: float  # each step after max_steps // 2
    past_half_submissions: bool  # whether a submission past half costs that as well
    timeout: float  # max_steps reached without a submission


def _column(
    new_service: float,
    new_diagnostic: float,
    repeated: float,
    unknown: float,
    held: float,
    wrong: float,
    past_half: float,
    timeout: float,
    past_half_submissions: bool = False,
) -> RewardTable:
    outcomes = {
        Outcome.NEW_SERVICE: new_service,
        Outcome.NEW_DIAGNOSTIC: new_diagnostic,
        Outcome.REPEATED_DIAGNOSTIC: repeated,
        Outcome.UNKNOWN_SERVICE: unknown,
        Outcome.STEP_HELD: held,
        Outcome.WRONG_REMEDIATION: wrong,
        Outcome.UNKNOWN_ACTION: -0.03,
    }
    return RewardTable(outcomes, past_half, past_half_submissions, timeout)


REWARD_TABLES: dict[str, RewardTable] = {
    "easy": _column(0.04, 0.02, -0.03, -0.06, 0.0, -0.08, -0.04, -0.15),
    "medium": _column(0.04, 0.02, -0.04, -0.06, 0.06, -0.10, -0.02, -0.15),
    "hard": _column(0.03, 0.01, -0.03, -0.05, 0.06, -0.15, -0.02, -0.20),
}
V01_TABLE = _column(0.05, 0.05, 0.01, -0.05, 0.10, -0.10, -0.02, -0.10, past_half_submissions=True)


def step_reward(profile: RewardProfile, task: Task, outcome: Outcome, step: int) -> tuple[float, str]:
    """Return the reward of step number `step` (from 1) and the reason for it.

    A step past half of `max_steps` and the last step without a submission cost extra, on top of the event's own reward.
    """
    table = V01_TABLE if profile == "v0.1" else REWARD_TABLES[task["difficulty"]]
    value = table.outcomes.get(outcome, 0.0)
    reasons = [outcome.value]
    submission = outcome in SUBMISSION_OUTCOMES
    if step > task["max_steps"] // 2 and (table.past_half_submissions or not submission):
        value += table.past_half
        reasons.append("past half of the steps")
    if step >= task["max_steps"] and not submission:
        value += table.timeout
        reasons.append("out of steps without a submission")
    return round(value, 4), "; ".join(reasons)
