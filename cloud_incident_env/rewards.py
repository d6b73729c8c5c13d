"""Step rewards: what an action earns, in both reward profiles.

The table of `docs/reference.md` shows these figures. A grade is another thing (`graders.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from cloud_incident_env.incident import Task, TaskDifficulty
from cloud_incident_env.ledger import SUBMISSION_OUTCOMES, Outcome

RewardProfile = Literal["default", "v0.1"]
REWARD_PROFILES: tuple[RewardProfile, ...] = ("default", "v0.1")
DEFAULT_PROFILE: RewardProfile = "default"


@dataclass(frozen=True, eq=False)
class RewardTable:
    """What events earn in one task."""

    outcomes: Mapping[Outcome, float]  # those that are not listed earn 0
    past_half: float  # each step after max_steps // 2
    timeout: float  # max_steps reached without a submission
    past_half_submissions: bool = False  # whether a submission past half costs that as well

    def reward(self, outcome: Outcome, step: int, max_steps: int) -> tuple[float, str]:
        """Return the reward of step number `step` (from 1) and the reason for it.

        A step past half of `max_steps` and the last step without a submission cost extra, on top of what the outcome
        earns.
        """
        return _reward(self, outcome, step > max_steps // 2, step >= max_steps)

    @property
    def lowest(self) -> float:
        """The least that one step can earn."""
        return round(min(self.outcomes.values()) + self.past_half + self.timeout, 4)

    @property
    def highest(self) -> float:
        """The most that one step can earn, the grade left out."""
        return max(self.outcomes.values())


@cache
def _reward(table: RewardTable, outcome: Outcome, past_half: bool, out_of_steps: bool) -> tuple[float, str]:
    value = table.outcomes.get(outcome, 0.0)
    reason = outcome.value
    submission = outcome in SUBMISSION_OUTCOMES
    if past_half and (table.past_half_submissions or not submission):
        value += table.past_half
        reason += "; past half of the steps"
    if out_of_steps and not submission:
        value += table.timeout
        reason += "; out of steps without a submission"
    return round(value, 4), reason


REWARD_TABLES: dict[TaskDifficulty, RewardTable] = {
    "easy": RewardTable(
        {
            Outcome.NEW_SERVICE: 0.04,
            Outcome.NEW_DIAGNOSTIC: 0.02,
            Outcome.REPEATED_DIAGNOSTIC: -0.03,
            Outcome.UNKNOWN_SERVICE: -0.06,
            Outcome.WRONG_REMEDIATION: -0.08,
            Outcome.UNKNOWN_ACTION: -0.03,
        },
        past_half=-0.04,
        timeout=-0.15,
    ),
    "medium": RewardTable(
        {
            Outcome.NEW_SERVICE: 0.04,
            Outcome.NEW_DIAGNOSTIC: 0.02,
            Outcome.REPEATED_DIAGNOSTIC: -0.04,
            Outcome.UNKNOWN_SERVICE: -0.06,
            Outcome.STEP_HELD: 0.06,
            Outcome.WRONG_REMEDIATION: -0.10,
            Outcome.UNKNOWN_ACTION: -0.03,
        },
        past_half=-0.02,
        timeout=-0.15,
    ),
    "hard": RewardTable(
        {
            Outcome.NEW_SERVICE: 0.03,
            Outcome.NEW_DIAGNOSTIC: 0.01,
            Outcome.REPEATED_DIAGNOSTIC: -0.03,
            Outcome.UNKNOWN_SERVICE: -0.05,
            Outcome.STEP_HELD: 0.06,
            Outcome.WRONG_REMEDIATION: -0.15,
            Outcome.UNKNOWN_ACTION: -0.03,
        },
        past_half=-0.02,
        timeout=-0.20,
    ),
}
# The flat table of the first release, for every task.
V01_TABLE = RewardTable(
    {
        Outcome.NEW_SERVICE: 0.05,
        Outcome.NEW_DIAGNOSTIC: 0.05,
        Outcome.REPEATED_DIAGNOSTIC: 0.01,
        Outcome.UNKNOWN_SERVICE: -0.05,
        Outcome.STEP_HELD: 0.10,
        Outcome.WRONG_REMEDIATION: -0.10,
        Outcome.UNKNOWN_ACTION: -0.03,
    },
    past_half=-0.02,
    timeout=-0.10,
    past_half_submissions=True,
)


def check_profile(profile: str) -> RewardProfile:
    """Return the reward profile if it exists; ValueError with the valid ones otherwise."""
    for known in REWARD_PROFILES:
        if profile == known:
            return known
    raise ValueError(f"unknown reward_profile {profile!r}: one of {', '.join(REWARD_PROFILES)}")


def table_of(profile: RewardProfile, task: Task) -> RewardTable:
    """The table that holds for a task."""
    return V01_TABLE if profile == "v0.1" else REWARD_TABLES[task.difficulty]
