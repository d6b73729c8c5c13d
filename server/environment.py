"""The environment itself: one episode at a time, in memory, guarded by a lock."""

from __future__ import annotations

import threading
import uuid
from typing import Any

from typing_extensions import Unpack

from actions import ALL_ACTIONS, DIAGNOSTIC_ACTIONS, REMEDIATION_ACTIONS, SUBMISSION_ACTIONS, target_parameter
from graders import Grade, grade, is_resolved
from harm import LASTING_STEPS
from incidents.generate import INCIDENT_VERSION
from outcomes import DIAGNOSTIC_OUTCOMES, SUBMISSION_OUTCOMES, Ledger, Outcome, Verdict
from scenario import Scenario, Task
from selection import IncidentOptions, Selected, Selection, select_incident
from server.models import (
    RECORDED_REASONING,
    Action,
    ActionRecord,
    AlertInfo,
    EpisodeState,
    GradeResult,
    Observation,
    Reward,
)
from server.rewards import DEFAULT_PROFILE, REWARD_PROFILES, RewardProfile, step_reward
from telemetry import read_telemetry

NOT_FINISHED = "The episode has not ended yet: there is no grade before the end."
EPISODE_DONE = "episode already done"


class IncidentEnvironment:
    """A cloud incident to be handled by an on-call agent.

    ## Action
    An `Action`: an action type and its parameters. Diagnostics (`query_logs`, `check_metrics`, `check_dependencies`,
    `check_recent_deploys`, `check_service_status`) take a `service`. Remediations change the world: `restart_service`,
    `rollback_deploy` (`target_version` if not the last good one), `scale_service` (`replicas`) and `clear_cache` take a
    `service`, `disable_feature_flag` a `flag`, `execute_runbook_step` a `runbook_action`. A submission ends the
    episode: `submit_severity` (`severity`), `submit_root_cause` (`service`, `failure_mode`), `submit_resolution`
    (`summary`).

    ## Observation
    An `Observation`: the alert, the known services, all evidence queried so far by tool and service, what the last
    action came to. It never names the answer.

    ## Start
    `reset(task_id, scenario_index)` for a hand-written incident, `reset(task_id, seed=..., difficulty=...)` for a
    generated one, `reset(split=..., index=...)` for one of a split: the same values always start the same incident.

    ## Rewards
    One line per event in `server/rewards.py`; at most +0.06 and at least -0.37 a step. At the end the grade of the
    episode, 0 to 1 (`graders.py`), is added to `cumulative_reward`.

    ## Episode end
    A submission of any kind, or `max_steps` steps (3, 10 or 15 by task). A step after that changes nothing.

    ## Info
    `step` (int), `feedback` (str), and at the end `grade` with `total`, `breakdown` and `feedback`.

    ## Thread safety
    Every public method holds the environment's lock, so threads may share an environment; each step is then whole.
    """

    def __init__(self, reward_profile: RewardProfile = DEFAULT_PROFILE) -> None:
        """Raises ValueError for an unknown reward profile."""
        self._default_profile = check_profile(reward_profile)
        self._lock = threading.RLock()
        self._episode: _Episode | None = None

    def reset(
        self,
        task_id: str | None = None,
        scenario_index: int | None = None,
        *,
        episode_id: str | None = None,
        reward_profile: RewardProfile | None = None,
        **options: Unpack[IncidentOptions],
    ) -> Observation:
        """Start an episode and return its first observation.

        `task_id` and `scenario_index` choose a hand-written incident (the first of alert_classification if both are
        left out); `seed`, `difficulty` and `family` a generated one; `split` and `index` one of a split
        (`selection.py`). `episode_id` is made up when it is left out; `reward_profile` is that of the constructor.
        Raises ValueError for anything unknown, out of range or contradictory, saying what is valid; the episode under
        way then goes on.
        """
        selected = select_incident(Selection(task_id, scenario_index, **options))
        profile = check_profile(reward_profile) if reward_profile is not None else self._default_profile
        with self._lock:
            self._episode = _Episode(episode_id or uuid.uuid4().hex, selected, profile)
            return self._episode.observation()

    def step(self, action: Action) -> tuple[Observation, Reward, bool, dict[str, Any]]:
        """Take one action: observation, reward, whether the episode has ended, info.

        Raises RuntimeError before the first reset. A mistake of the agent (an unknown name, a missing parameter) is no
        exception: the observation's `last_action_error` says what was wrong.
        """
        with self._lock:
            return self._current().step(action)

    def observation(self) -> Observation:
        """Return what the agent sees now, without a step. Raises RuntimeError before the first reset."""
        with self._lock:
            return self._current().observation()

    def state(self) -> EpisodeState:
        """Return the record of the episode so far. Raises RuntimeError before the first reset."""
        with self._lock:
            return self._current().state()

    def grade(self) -> GradeResult:
        """Return the grade of the ended episode, or total 0 and no breakdown while it goes on.

        Raises RuntimeError before the first reset.
        """
        with self._lock:
            return self._current().grade_result()

    def _current(self) -> _Episode:
        if self._episode is None:
            raise RuntimeError("no episode has been started: call reset first (over REST: POST /reset)")
        return self._episode


class _Episode:
    """The running account of one episode; the environment's lock guards it."""

    __slots__ = (
        "cumulative",
        "done",
        "episode_id",
        "error",
        "feedback",
        "grade",
        "harms",
        "history",
        "ledger",
        "profile",
        "queried_data",
        "resolved",
        "scenario",
        "selection",
        "step_count",
        "task",
    )

    def __init__(self, episode_id: str, selected: Selected, profile: RewardProfile) -> None:
        task, scenario = selected.task, selected.scenario
        self.episode_id = episode_id
        self.task = task
        self.scenario = scenario
        self.selection = selected.options
        self.profile = profile
        self.ledger = Ledger(task, scenario)
        self.history: list[ActionRecord] = []
        self.harms: list[tuple[int, str]] = []  # step and key of each wrong action
        self.queried_data: dict[str, dict[str, str]] = {}
        self.step_count = 0
        self.cumulative = 0.0
        self.done = False
        self.resolved = False
        self.feedback = f"Incident open. You have {task['max_steps']} steps; end with {task['submission_action']}."
        self.error: str | None = None
        self.grade: Grade | None = None

    def step(self, action: Action) -> tuple[Observation, Reward, bool, dict[str, Any]]:
        if self.done:
            return self.observation(), self._reward(0.0, EPISODE_DONE), True, self._info()
        self.step_count += 1
        parameters = action.parameters.model_dump(exclude_none=True)
        verdict = self.ledger.record(action.action_type, parameters)
        if verdict.outcome in DIAGNOSTIC_OUTCOMES and verdict.target in self.scenario["known_services"]:
            text = read_telemetry(
                self.scenario, verdict.action_type, verdict.target, self.ledger.held, self._harmed_of_late()
            )
            self.queried_data.setdefault(verdict.action_type, {})[verdict.target] = text
        if verdict.outcome is Outcome.WRONG_REMEDIATION:
            self.harms.append((self.step_count, verdict.key))
        self.feedback, self.error = _describe(verdict, self.task, self.scenario)
        value, reason = step_reward(self.profile, self.task, verdict.outcome, self.step_count)
        self.cumulative = round(self.cumulative + value, 4)
        self.history.append(
            ActionRecord(
                step=self.step_count,
                action_type=action.action_type,
                parameters=_worth_keeping(verdict.action_type, parameters),
                reward=value,
                reason=reason,
                error=self.error,
            )
        )
        if verdict.outcome in SUBMISSION_OUTCOMES or self.step_count >= self.task["max_steps"]:
            self._finish()
        return self.observation(), self._reward(value, reason), self.done, self._info()

    def _harmed_of_late(self) -> list[str]:
        """The wrong actions whose harm still shows, the latest of each."""
        return list(dict.fromkeys(key for step, key in self.harms if self.step_count - step < LASTING_STEPS))

    def _finish(self) -> None:
        self.done = True
        self.grade = grade(self.task["task_id"], self._state(self.history).model_dump(), self.scenario)
        self.resolved = is_resolved(self.task["task_id"], self.grade)
        self.cumulative = round(self.cumulative + self.grade["total"], 4)
        self.feedback = f"{self.feedback} Grade {self.grade['total']:.2f}. {self.grade['feedback']}"

    def observation(self) -> Observation:
        return Observation(
            episode_id=self.episode_id,
            task_id=self.task["task_id"],
            scenario_id=self.scenario["scenario_id"],
            step_count=self.step_count,
            max_steps=self.task["max_steps"],
            incident_summary=self.scenario["incident_summary"],
            alert=AlertInfo.model_validate(self.scenario["alert"]),
            available_actions=self.task["available_actions"],
            queried_data=self.queried_data,
            known_services=self.scenario["known_services"],
            cumulative_reward=self.cumulative,
            done=self.done,
            feedback=self.feedback,
            last_action_error=self.error,
        )

    def state(self) -> EpisodeState:
        return self._state([record.model_copy(deep=True) for record in self.history])

    def _state(self, history: list[ActionRecord]) -> EpisodeState:
        return EpisodeState(
            episode_id=self.episode_id,
            task_id=self.task["task_id"],
            scenario_id=self.scenario["scenario_id"],
            scenario_index=self.selection.scenario_index,
            seed=self.selection.seed,
            difficulty=self.selection.difficulty,
            family=self.selection.family,
            split=self.selection.split,
            index=self.selection.index,
            incident_version=INCIDENT_VERSION,
            reward_profile=self.profile,
            step_count=self.step_count,
            max_steps=self.task["max_steps"],
            action_history=history,
            queried_data=self.queried_data,
            submitted=self.ledger.submission is not None,
            resolved=self.resolved,
            done=self.done,
            cumulative_reward=self.cumulative,
            feedback=self.feedback,
        )

    def grade_result(self) -> GradeResult:
        if self.grade is None:
            return GradeResult(total=0.0, breakdown={}, feedback=NOT_FINISHED)
        return GradeResult.model_validate(self.grade)

    def _reward(self, value: float, reason: str) -> Reward:
        return Reward(value=value, reason=reason, cumulative=self.cumulative)

    def _info(self) -> dict[str, Any]:
        info: dict[str, Any] = {"step": self.step_count, "feedback": self.feedback}
        if self.grade is not None:
            info["grade"] = self.grade_result().model_dump()
        return info


def check_profile(profile: str) -> RewardProfile:
    """Return the reward profile if it exists; ValueError with the valid ones otherwise."""
    for known in REWARD_PROFILES:
        if profile == known:
            return known
    raise ValueError(f"unknown reward_profile {profile!r}: one of {', '.join(REWARD_PROFILES)}")


def _describe(verdict: Verdict, task: Task, scenario: Scenario) -> tuple[str, str | None]:
    """What the agent is told of an action: feedback, and the error if there was one."""
    outcome, action_type, target = verdict.outcome, verdict.action_type, verdict.target
    services = ", ".join(scenario["known_services"])
    if outcome is Outcome.UNKNOWN_ACTION:
        known = ", ".join(DIAGNOSTIC_ACTIONS + REMEDIATION_ACTIONS + SUBMISSION_ACTIONS)
        return _mistake(f"unknown action_type {action_type!r}: one of {known}")
    if outcome is Outcome.NOT_OFFERED:
        return _mistake(
            f"{action_type} is not offered in {task['task_id']}: use {', '.join(task['available_actions'])}"
        )
    if outcome is Outcome.NO_SERVICE:
        return _mistake(f"{action_type} needs the parameter service: one of {services}")
    if outcome is Outcome.UNKNOWN_SERVICE:
        return _mistake(f"unknown service {target!r}: one of {services}")
    if outcome is Outcome.NO_TARGET:
        return _mistake(f"{action_type} needs the parameter {target_parameter(action_type)}")
    if outcome is Outcome.UNKNOWN_TARGET:
        return _mistake(f"{action_type} found no {target_parameter(action_type)} named {target!r}: nothing changed")
    if outcome is Outcome.WRONG_SUBMISSION:
        return _mistake(f"{action_type} does not answer {task['task_id']}, which wants {task['submission_action']}")
    if outcome is Outcome.SUBMITTED:
        return "Submission received.", None
    if outcome is Outcome.REPEATED_DIAGNOSTIC:
        return f"{action_type} on {target} was run before; the text now shows its latest reading.", None
    if outcome in DIAGNOSTIC_OUTCOMES:
        return f"{action_type} on {target}: evidence added.", None
    return _describe_remediation(verdict, scenario), None


def _describe_remediation(verdict: Verdict, scenario: Scenario) -> str:
    texts = scenario["remediation_data"].get(verdict.action_type, {}).get(verdict.target)
    where = f"{verdict.action_type} on {verdict.target}" if verdict.target else verdict.action_type
    if verdict.outcome is Outcome.STEP_DONE_BEFORE:
        return f"{where} is already in effect; nothing changed."
    if verdict.outcome is Outcome.STEP_DID_NOT_HOLD:
        too_early = texts.get("too_early") if texts else None
        return too_early or f"{where} went through, and the incident goes on unchanged."
    result = texts["result"] if texts else f"{where} went through; no service behaves differently."
    if verdict.outcome is Outcome.WRONG_REMEDIATION:
        reason = scenario["wrong_actions"].get(verdict.key, "This task asks for a classification, not for changes.")
        return f"{result} {reason}"
    return result


def _worth_keeping(action_type: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters that an action takes: what replays and grades need, so that no agent can fill the memory."""
    spec = ALL_ACTIONS.get(action_type)
    taken = {"target", "service"} if spec is None else {"target", *spec["required"], *spec["optional"]}
    kept = {name: value for name, value in parameters.items() if name in taken}
    if "reasoning" in parameters:
        kept["reasoning"] = parameters["reasoning"][:RECORDED_REASONING]
    return kept


def _mistake(message: str) -> tuple[str, str]:
    return f"Nothing happened: {message}.", message
