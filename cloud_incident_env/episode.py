"""One episode: an incident, the actions taken in it, and what they led to.

Plain objects, without files, network or clock. `views.py` shows an episode as the models on the wire, and `encoding.py`
as JSON.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from sys import getsizeof
from threading import RLock
from typing import Any, NamedTuple

from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.choose import Chosen, choose_incident, refuse_held_out
from cloud_incident_env.harm import LASTING_STEPS, harm_lines
from cloud_incident_env.incident import PLAIN, Key
from cloud_incident_env.layout import graders
from cloud_incident_env.ledger import SHOWN_OUTCOMES, SUBMISSION_OUTCOMES, Ledger, Outcome, Verdict
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.rewards import DEFAULT_PROFILE, RewardProfile, check_profile, table_of
from cloud_incident_env.telemetry import Report
from cloud_incident_env.wording import describe, opening

RECORDED_REASONING = 500  # characters of a line of reasoning that the record keeps

# Bytes of memory, measured on Python 3.11: an episode before any step, a generated incident of its own beside it, and
# a step without its texts.
EPISODE_BYTES = 2_500
INCIDENT_BYTES = 16_500
STEP_BYTES = 1_000


class StepConflictError(Exception):
    """The step was to have a certain number, and another step has that number already, or none before it has."""


class Step(NamedTuple):
    """One action as it was taken, and what it earned."""

    number: int  # from 1
    action_type: str  # as the agent wrote it
    parameters: dict[str, Any]  # those that the action takes, as the agent wrote them
    verdict: Verdict
    reward: float  # the shaping reward; never contains the grade
    reason: str
    error: str | None
    result: str  # what this step alone produced: what a diagnostic showed, or the feedback


class Episode:
    """The state of one episode. Callers in more than one thread hold `lock` around every use."""

    __slots__ = (
        "_harmed",
        "_rewards",
        "chosen",
        "cumulative",
        "done",
        "episode_id",
        "error",
        "feedback",
        "first_view",
        "grade",
        "history",
        "incident",
        "kept_bytes",
        "ledger",
        "lock",
        "player",
        "profile",
        "queried_data",
        "reports",
        "task",
    )

    def __init__(self, episode_id: str, chosen: Chosen, profile: RewardProfile) -> None:
        self.lock = RLock()
        self.episode_id = episode_id
        self.chosen = chosen
        self.task = chosen.task
        self.incident = chosen.incident
        self.profile = profile
        self.player = ""  # who plays it, where a server counts that
        self.ledger = Ledger(chosen.task, chosen.incident)
        self.history: list[Step] = []
        self.queried_data: dict[str, dict[str, str]] = {}  # diagnostic -> service -> latest text
        self.reports: dict[tuple[str, str], Report] = {}  # (diagnostic, service) -> latest report, harm left out
        self.cumulative = 0.0  # sum of the rewards, plus the grade at the end
        self.done = False
        self.feedback = opening(chosen.task, chosen.incident)
        self.error: str | None = None  # what was wrong with the last action
        self.grade: graders.Graded | None = None  # once the episode has ended
        self.first_view: Any = None  # kept here by views.py: an observation before any step
        self._rewards = table_of(profile, chosen.task)
        self._harmed: tuple[tuple[int, Key], ...] = ()  # step and key of each wrong action
        self.kept_bytes = EPISODE_BYTES + (INCIDENT_BYTES if chosen.is_generated else 0)  # of memory, about

    @property
    def step_count(self) -> int:
        return len(self.history)

    def step(self, action_type: str, parameters: Mapping[str, Any], expected_step: int | None = None) -> Step | None:
        """Take one action. Returns None, and changes nothing, once the episode has ended.

        `parameters` holds those that were given: texts, and integers where one is declared. `expected_step` is the
        number that the step must get; raises StepConflictError, and changes nothing, where it would get another one.
        """
        if expected_step is not None:
            check_number(expected_step, len(self.history), self.done)
        if self.done:
            return None
        number, max_steps = len(self.history) + 1, self.incident.max_steps
        before = self.ledger.course.minute
        verdict = self.ledger.record(action_type, parameters)
        outcome, name = verdict.outcome, verdict.action_type
        self.feedback, self.error = describe(verdict, self.task, self.incident)
        result = self.feedback
        if outcome in SHOWN_OUTCOMES:
            result = self._look(number)
        elif outcome is Outcome.WRONG_REMEDIATION:
            self._harmed = (*self._harmed, (number, verdict.key))
        if self.ledger.course.minute > before:
            for sentence in self.incident.telemetry.announced(before, self.ledger.course):
                self.feedback, result = f"{self.feedback} {sentence}", f"{result}\n{sentence}"
        reward, reason = self._rewards.reward(outcome, number, max_steps)
        self.cumulative = round(self.cumulative + reward, 4)
        kept = _worth_keeping(name, parameters)
        step = Step(number, action_type, kept, verdict, reward, reason, self.error, result)
        self.history.append(step)
        if number >= max_steps or outcome in SUBMISSION_OUTCOMES:
            self._finish()
            step = step if outcome in SHOWN_OUTCOMES else step._replace(result=self.feedback)
        return step

    def account_for(self, step: Step) -> None:
        """Add to `kept_bytes` what a step has left in memory. For servers: nobody else needs to know."""
        texts = [step.action_type, *step.parameters.values()]
        if step.error is not None:  # it repeats what the agent wrote
            texts += (step.error, step.result)
        elif self.chosen.is_generated or not self._is_shared(step):
            texts.append(step.result)
        self.kept_bytes += STEP_BYTES + sum(map(getsizeof, texts))

    def _is_shared(self, step: Step) -> bool:
        """Whether the text of a step of a hand-written incident is written once, for all episodes."""
        return step.verdict.outcome not in SHOWN_OUTCOMES or self.ledger.looks[-1].query == PLAIN

    def _look(self, number: int) -> str:
        """What the latest diagnostic shows: its report, and below it the harm that was done lately."""
        tool, service, query, course = self.ledger.looks[-1]
        telemetry = self.incident.telemetry
        report = self.reports[tool, service] = telemetry.look(tool, service, query, course)
        text = report.text
        self.ledger.keep(text)
        if self._harmed and not telemetry.shows_harm:
            recent = dict.fromkeys(key for step, key in self._harmed if number - step < LASTING_STEPS)
            lines = [line for key in recent for line in harm_lines(self.incident, key, tool, service, report)]
            text = "\n".join((text, *lines))
        self.queried_data.setdefault(tool, {})[service] = text
        return text

    def _finish(self) -> None:
        self.done = True
        self.grade = graders.grade_ledger(self.ledger)
        self.cumulative = round(self.cumulative + self.grade.total, 4)
        self.feedback = f"{self.feedback} Grade {self.grade.total:.2f}. {self.grade.feedback}"


def check_number(expected: int | None, taken: int, done: bool) -> None:
    """Raise StepConflictError unless the next step after so many has the number that was expected, if any was."""
    if expected is None:
        return
    if done:
        raise StepConflictError(f"expected_step {expected}: the episode has ended after step {taken}")
    if expected != taken + 1:
        raise StepConflictError(f"expected_step {expected}: the next step of the episode is {taken + 1}")


def start_episode(
    options: ResetOptions, default_profile: RewardProfile = DEFAULT_PROFILE, *, held_out: bool = True
) -> Episode:
    """Start the episode that the options of a reset ask for.

    Raises ValueError, saying what is valid, for anything unknown, out of range or contradictory, and with `held_out`
    False for an incident that is held out for tests.
    """
    if not held_out:
        refuse_held_out(options)
    chosen = choose_incident(options)
    profile = default_profile if options.reward_profile is None else check_profile(options.reward_profile)
    return Episode(options.episode_id or uuid.uuid4().hex, chosen, profile)


_ALWAYS_KEPT = frozenset({"target", "service", "reasoning"})
_KEPT = {
    name: frozenset({"target", "reasoning", *action.required, *action.optional}) for name, action in ACTIONS.items()
}


def _worth_keeping(action_type: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that an action takes: what replays and grades need, so that no agent can fill the memory."""
    taken = _KEPT.get(action_type, _ALWAYS_KEPT)
    kept = {name: value for name, value in parameters.items() if name in taken}
    if "reasoning" in kept:
        kept["reasoning"] = kept["reasoning"][:RECORDED_REASONING]
    return kept
