"""Plays one episode and records it. Knows no files and no network: policy, environment and clock come as arguments.

A failure that is not the agent's (of an endpoint or a server, or the time limit) ends an episode as an infrastructure
error, without a grade. The time limit is among them because time depends on the load of the machine, and no grade may.
The step limit is a rule that is the same for every agent: the episode ends with a blank submission, and its grade
counts.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cloud_incident_env.actions import submission_of
from cloud_incident_env.agents.environments import Environment, UnreachableError
from cloud_incident_env.agents.llm_endpoint import InfrastructureError
from cloud_incident_env.agents.policy import Decision, Observation, Policy
from cloud_incident_env.agents.step_loop import steps_of
from cloud_incident_env.choose import Chosen
from cloud_incident_env.evaluation.plan import Planned
from cloud_incident_env.evaluation.record import RECORD_VERSION, EpisodeRecord, StepRecord, answer_of, digest_of
from cloud_incident_env.ledger import Ledger, Outcome

PLAY_VERSION = 1  # changes whenever the same agent could produce another record
PAUSES = (0.5, 2.0, 8.0)  # seconds before an episode whose server failed is begun again
ERROR_LENGTH = 1_000  # characters of an error that a record keeps

INVALID_OUTCOMES = frozenset(
    {
        Outcome.UNKNOWN_ACTION,
        Outcome.UNKNOWN_SERVICE,
        Outcome.NO_SERVICE,
        Outcome.NOT_OFFERED,
        Outcome.NO_TARGET,
        Outcome.UNKNOWN_TARGET,
        Outcome.REFUSED_QUERY,
    }
)
REPEATED_OUTCOMES = frozenset({Outcome.REPEATED_DIAGNOSTIC, Outcome.STEP_DONE_BEFORE})

Clock = Callable[[], float]  # seconds, from any start
OnStep = Callable[[StepRecord, bool], None]  # called with each step as it is taken, and whether it ended the episode


@dataclass(frozen=True)
class Limits:
    """The limits of an episode; None for no limit."""

    seconds: float | None = None  # from reset to end; over it, an infrastructure error
    steps: int | None = None  # of the agent; over it, a blank submission

    def __post_init__(self) -> None:
        for name, value in (("seconds", self.seconds), ("steps", self.steps)):
            if value is not None and not value > 0:
                raise ValueError(f"the limit of {name} must be above 0, got {value}")


class _OutOfTimeError(Exception):
    """The episode took longer than it may."""


def play(
    planned: Planned,
    policy: Policy,
    environment: Environment,
    limits: Limits | None = None,
    clock: Clock = time.perf_counter,
    on_step: OnStep = lambda step, done: None,
) -> EpisodeRecord:
    """Play one episode to its end, or to an infrastructure error."""
    return _play(planned, policy, environment, limits or Limits(), clock, on_step)[0]


def play_patiently(
    planned: Planned,
    make_policy: Callable[[Mapping[str, Any], int], Policy],
    environment: Environment,
    limits: Limits,
    *,
    clock: Clock = time.perf_counter,
    sleep: Callable[[float], None] = time.sleep,
) -> EpisodeRecord:
    """Play one episode; start it over where the environment's server failed, as often as `PAUSES` has entries.

    A step is never sent twice, since the first one may have arrived. The tokens of abandoned tries are counted.
    Failures of a model's endpoint are not tried again here: its client has done that, call by call.
    """
    prompt_tokens = completion_tokens = 0
    for pause in (*PAUSES, None):
        policy = make_policy(planned.options, planned.trial)
        record, error = _play(planned, policy, environment, limits, clock, lambda step, done: None)
        prompt_tokens += record["prompt_tokens"]
        completion_tokens += record["completion_tokens"]
        if pause is None or not isinstance(error, UnreachableError):
            break
        sleep(pause)
    record["prompt_tokens"], record["completion_tokens"] = prompt_tokens, completion_tokens
    return record


def _play(
    planned: Planned, policy: Policy, environment: Environment, limits: Limits, clock: Clock, on_step: OnStep
) -> tuple[EpisodeRecord, Exception | None]:
    """The record, and the infrastructure error that ended the episode, if one did."""
    chosen = planned.chosen()
    record = _blank(planned, chosen)
    started = clock()
    failure: Exception | None = None
    try:
        _play_on(record, policy, environment, limits, clock, on_step)
    except (InfrastructureError, UnreachableError, _OutOfTimeError) as error:
        failure = error
        record["status"], record["error"] = "infrastructure_error", str(error)[:ERROR_LENGTH]
    record["seconds"] = _seconds(clock() - started)
    usage = getattr(policy, "usage", None)  # only policies that ask a model have one
    if usage is not None:
        record["prompt_tokens"], record["completion_tokens"] = usage.prompt_tokens, usage.completion_tokens
    _count_outcomes(record, chosen)
    record["answer"] = answer_of(chosen)
    return record, failure


def _play_on(
    record: EpisodeRecord,
    policy: Policy,
    environment: Environment,
    limits: Limits,
    clock: Clock,
    on_step: OnStep,
) -> None:
    """Play to the end, and fill the record in step by step."""
    limited = _LimitedPolicy(policy, limits, clock)
    first = environment.reset(record["options"])
    record["first_digest"] = digest_of(first)
    for decision, result in steps_of(environment, limited, first):
        record["steps"].append(_step(decision, result, limited.seconds))
        record["cumulative_reward"] = result["observation"]["cumulative_reward"]
        if result["done"]:
            record["grade"] = result["info"]["grade"]["total"]
            record["breakdown"] = result["info"]["grade"]["breakdown"]
            record["feedback"] = result["info"]["grade"]["feedback"]
        on_step(record["steps"][-1], bool(result["done"]))


class _LimitedPolicy:
    """A policy under limits, with the time that its last decision took."""

    def __init__(self, policy: Policy, limits: Limits, clock: Clock) -> None:
        self._policy = policy
        self._limits = limits
        self._clock = clock
        self._started = clock()
        self.seconds = 0.0

    def act(self, observation: Observation) -> Decision:
        """Decide within the limits. Raises _OutOfTimeError over the time limit."""
        asked = self._clock()
        decision = self._decide(observation)
        decided = self._clock()
        self.seconds = decided - asked
        if self._limits.seconds is not None and decided - self._started > self._limits.seconds:
            step = observation["step_count"] + 1
            raise _OutOfTimeError(f"over the time limit of {self._limits.seconds:g} s in step {step}")
        return decision

    def _decide(self, observation: Observation) -> Decision:
        if self._limits.steps is None or observation["step_count"] < self._limits.steps:
            return self._policy.act(observation)
        return Decision(submission_of(observation["task_id"]), {}, "fallback")


def _step(decision: Decision, result: Mapping[str, Any], seconds: float) -> StepRecord:
    observation = result["observation"]
    step: StepRecord = {
        "step": observation["step_count"],
        "action_type": decision.action_type,
        "parameters": dict(decision.parameters),
        "source": decision.source,
        "reward": result["reward"]["value"],
        "reason": result["reward"]["reason"],
        "error": observation["last_action_error"],
        "digest": digest_of(observation),
        "seconds": _seconds(seconds),
    }
    if decision.words:
        step["words"] = decision.words
    return step


def _blank(planned: Planned, chosen: Chosen) -> EpisodeRecord:
    """The record of an episode before its reset."""
    return {
        "record_version": RECORD_VERSION,
        "key": planned.key,
        "options": dict(planned.options),
        "trial": planned.trial,
        "task_id": planned.task_id,
        "scenario_id": chosen.incident.id,
        "difficulty": planned.difficulty,
        "split": planned.split,
        "family": chosen.incident.family,
        "first_digest": "",
        "steps": [],
        "status": "graded",
        "error": None,
        "grade": 0.0,
        "breakdown": {},
        "cumulative_reward": 0.0,
        "wrong_actions": 0,
        "invalid_actions": 0,
        "repeated_actions": 0,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "seconds": 0.0,
        "answer": {},
        "feedback": "",
    }


def _count_outcomes(record: EpisodeRecord, chosen: Chosen) -> None:
    ledger = Ledger(chosen.task, chosen.incident)
    outcomes = Counter(ledger.record(step["action_type"], step["parameters"]).outcome for step in record["steps"])
    record["wrong_actions"] = outcomes[Outcome.WRONG_REMEDIATION]
    record["invalid_actions"] = sum(outcomes[outcome] for outcome in INVALID_OUTCOMES)
    record["repeated_actions"] = sum(outcomes[outcome] for outcome in REPEATED_OUTCOMES)


def _seconds(elapsed: float) -> float:
    return round(elapsed, 6)
