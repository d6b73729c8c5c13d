"""Every row of both reward tables, all that earns nothing, and what the half and the end of an episode cost."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_incident_env.rewards import RewardProfile
from cloud_incident_env.wire import Action, Observation, Reward
from server.environment import IncidentEnvironment

Move = tuple[str, dict[str, Any]]
Step = tuple[Observation, Reward, bool, dict[str, Any]]

TASK_OF = {"easy": "alert_classification", "medium": "root_cause_analysis", "hard": "remediation_planning"}
MAX_STEPS = {"easy": 3, "medium": 10, "hard": 15}
LEVELS = ("easy", "medium", "hard")
PROFILES: tuple[RewardProfile, ...] = ("default", "v0.1")

# event -> (easy, medium, hard, v0.1); None: the event does not exist there
REWARDS: dict[str, tuple[float | None, float, float, float]] = {
    "new service": (0.04, 0.04, 0.03, 0.05),
    "another diagnostic": (0.02, 0.02, 0.01, 0.05),
    "same diagnostic again": (-0.03, -0.04, -0.03, 0.01),
    "unknown service": (-0.06, -0.06, -0.05, -0.05),
    "correct step": (None, 0.06, 0.06, 0.10),
    "wrong remediation": (-0.08, -0.10, -0.15, -0.10),
    "unknown action": (-0.03, -0.03, -0.03, -0.03),
    "submission": (0.0, 0.0, 0.0, 0.0),
    "wrong submission": (0.0, 0.0, 0.0, 0.0),
    "no service": (0.0, 0.0, 0.0, 0.0),
    "no target": (None, 0.0, 0.0, 0.0),
    "unknown target": (None, 0.0, 0.0, 0.0),
    "harmless remediation": (None, 0.0, 0.0, 0.0),
    "step too early": (None, 0.0, 0.0, 0.0),
    "step done before": (None, 0.0, 0.0, 0.0),
}
PAST_HALF = {"easy": -0.04, "medium": -0.02, "hard": -0.02, "v0.1": -0.02}
TIMEOUT = {"easy": -0.15, "medium": -0.15, "hard": -0.20, "v0.1": -0.10}

# event -> the moves that lead to it, the last one being the event itself; on the first incident of each task
MOVES: dict[str, list[Move]] = {
    "new service": [("query_logs", {"service": "postgres-db"})],
    "another diagnostic": [("query_logs", {"service": "postgres-db"}), ("check_metrics", {"service": "postgres-db"})],
    "same diagnostic again": [("query_logs", {"service": "postgres-db"}), ("query_logs", {"service": "postgres-db"})],
    "unknown service": [("query_logs", {"service": "nope"})],
    "correct step": [("disable_feature_flag", {"flag": "full_history_export"})],
    "wrong remediation": [("restart_service", {"service": "api-gateway"})],
    "unknown action": [("make_coffee", {})],
    "no service": [("query_logs", {})],
    "no target": [("restart_service", {})],
    "unknown target": [("restart_service", {"service": "nope"})],
    "harmless remediation": [("restart_service", {"service": "notification-service"})],
    "step too early": [("restart_service", {"service": "postgres-db"})],
    "step done before": [("disable_feature_flag", {"flag": "full_history_export"})] * 2,
}
SUBMISSIONS: dict[str, Move] = {
    "easy": ("submit_severity", {"severity": "P1"}),
    "medium": ("submit_root_cause", {"service": "postgres-db", "failure_mode": "?"}),
    "hard": ("submit_resolution", {"summary": "Done."}),
}
WRONG_SUBMISSIONS: dict[str, Move] = {
    "easy": SUBMISSIONS["hard"],
    "medium": SUBMISSIONS["easy"],
    "hard": SUBMISSIONS["medium"],
}
CASES = [
    pytest.param(level, profile, event, id=f"{level}-{profile}-{event}")
    for event, row in REWARDS.items()
    for column, level in enumerate(LEVELS)
    for profile in PROFILES
    if row[column] is not None
]


def _moves(event: str, level: str) -> list[Move]:
    if event == "submission":
        return [SUBMISSIONS[level]]
    return [WRONG_SUBMISSIONS[level]] if event == "wrong submission" else MOVES[event]


def _base(event: str, level: str, profile: str) -> float:
    value = REWARDS[event][3 if profile == "v0.1" else LEVELS.index(level)]
    assert value is not None
    return value


def _extra(level: str, profile: str, step: int, submission: bool) -> float:
    table = "v0.1" if profile == "v0.1" else level
    extra = 0.0
    if step > MAX_STEPS[level] // 2 and (profile == "v0.1" or not submission):
        extra += PAST_HALF[table]
    if step == MAX_STEPS[level] and not submission:
        extra += TIMEOUT[table]
    return extra


def _started(level: str, profile: RewardProfile = "default", index: int = 0) -> IncidentEnvironment:
    environment = IncidentEnvironment(reward_profile=profile)
    environment.reset(TASK_OF[level], index)
    return environment


def _step(environment: IncidentEnvironment, move: Move) -> Step:
    return environment.step(Action.model_validate({"action_type": move[0], "parameters": move[1]}))


def _idle(environment: IncidentEnvironment, steps: int) -> None:
    for _ in range(steps):
        _step(environment, MOVES["no service"][0])


@pytest.mark.parametrize(("level", "profile", "event"), CASES)
def test_an_event_earns_its_row_of_the_table(level: str, profile: RewardProfile, event: str) -> None:
    environment = _started(level, profile)
    moves = _moves(event, level)
    results = [_step(environment, move) for move in moves]
    submission = "submission" in event
    expected = _base(event, level, profile) + _extra(level, profile, len(moves), submission)
    assert results[-1][1].value == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("level", LEVELS)
def test_steps_after_half_of_max_steps_cost_extra(level: str, profile: RewardProfile) -> None:
    environment = _started(level, profile)
    values = [_step(environment, MOVES["no service"][0])[1].value for _ in range(MAX_STEPS[level])]
    expected = [_extra(level, profile, step, submission=False) for step in range(1, MAX_STEPS[level] + 1)]
    assert values == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("level", "first_costly"), [("easy", 2), ("medium", 6), ("hard", 8)])
def test_half_is_rounded_down(level: str, first_costly: int) -> None:
    environment = _started(level)
    values = [_step(environment, MOVES["no service"][0])[1].value for _ in range(first_costly)]
    assert values == [0.0] * (first_costly - 1) + [PAST_HALF[level]]


@pytest.mark.parametrize("level", LEVELS)
def test_a_late_submission_costs_nothing_by_default(level: str) -> None:
    environment = _started(level)
    _idle(environment, MAX_STEPS[level] - 1)
    _, reward, done, _ = _step(environment, SUBMISSIONS[level])
    assert (reward.value, done) == (0.0, True)


@pytest.mark.parametrize("level", LEVELS)
def test_a_late_submission_costs_the_half_and_no_timeout_in_v01(level: str) -> None:
    environment = _started(level, "v0.1")
    _idle(environment, MAX_STEPS[level] - 1)
    assert _step(environment, SUBMISSIONS[level])[1].value == pytest.approx(-0.02)


@pytest.mark.parametrize("level", LEVELS)
def test_a_late_submission_of_the_wrong_kind_is_a_submission_too(level: str) -> None:
    environment = _started(level)
    _idle(environment, MAX_STEPS[level] - 1)
    _, reward, done, _ = _step(environment, WRONG_SUBMISSIONS[level])
    assert (reward.value, done) == (0.0, True)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("level", LEVELS)
def test_running_out_of_steps_ends_the_episode_with_grade_zero(level: str, profile: RewardProfile) -> None:
    environment = _started(level, profile)
    _idle(environment, MAX_STEPS[level] - 1)
    observation, reward, done, info = _step(environment, ("query_logs", {"service": "postgres-db"}))
    expected = _base("new service", level, profile) + _extra(level, profile, MAX_STEPS[level], submission=False)
    assert reward.value == pytest.approx(expected, abs=1e-9)
    assert done
    assert observation.done
    assert info["grade"]["total"] == 0.0
    assert "out of steps" in reward.reason


def test_in_easy_every_remediation_is_wrong() -> None:
    for move in (
        ("restart_service", {"service": "postgres-db"}),
        ("rollback_deploy", {"service": "postgres-db"}),
        ("scale_service", {"service": "nope"}),
        ("disable_feature_flag", {"flag": "full_history_export"}),
        ("clear_cache", {}),
        ("execute_runbook_step", {"target": "x"}),
    ):
        assert _step(_started("easy"), move)[1].value == pytest.approx(-0.08), move


@pytest.mark.parametrize(("profile", "value"), [("default", 0.0), ("v0.1", 0.0)])
def test_a_diagnostic_that_the_task_does_not_offer_earns_nothing(profile: RewardProfile, value: float) -> None:
    observation, reward, _, _ = _step(_started("easy", profile), ("check_service_status", {"service": "postgres-db"}))
    assert reward.value == value
    assert observation.last_action_error is not None
    assert "check_service_status" in observation.last_action_error


@pytest.mark.parametrize("event", ["no service", "no target", "unknown target", "unknown service", "unknown action"])
def test_mistakes_set_the_error(event: str) -> None:
    observation = _step(_started("hard"), MOVES[event][0])[0]
    assert observation.last_action_error
    assert observation.last_action_error in observation.feedback


@pytest.mark.parametrize("event", ["harmless remediation", "step too early", "step done before"])
def test_remediations_without_effect_say_so_in_the_feedback(event: str) -> None:
    environment = _started("hard")
    results = [_step(environment, move)[0] for move in MOVES[event]]
    assert results[-1].last_action_error is None
    assert results[-1].feedback
    if event == "step done before":
        assert "already" in results[-1].feedback


def test_a_step_that_did_not_hold_earns_when_it_is_taken_again_in_its_turn() -> None:
    environment = _started("hard")
    moves = [
        ("restart_service", {"service": "analytics-service"}),
        ("disable_feature_flag", {"flag": "full_history_export"}),
        ("restart_service", {"service": "analytics-service"}),
        ("restart_service", {"service": "analytics-service"}),
    ]
    assert [_step(environment, move)[1].value for move in moves] == [0.0, 0.06, 0.06, 0.0]


def test_a_wrong_action_costs_each_time() -> None:
    environment = _started("medium")
    assert [_step(environment, MOVES["wrong remediation"][0])[1].value for _ in range(3)] == [-0.10] * 3


@pytest.mark.parametrize("level", LEVELS)
def test_the_wrong_kind_of_submission_ends_with_grade_zero_and_names_the_right_one(level: str) -> None:
    environment = _started(level)
    _step(environment, ("query_logs", {"service": "postgres-db"}))
    observation, reward, done, info = _step(environment, WRONG_SUBMISSIONS[level])
    assert done
    assert reward.value == 0.0
    assert info["grade"]["total"] == 0.0
    assert observation.last_action_error is not None
    assert SUBMISSIONS[level][0] in observation.last_action_error
    assert not environment.state().submitted


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("level", LEVELS)
def test_cumulative_is_the_sum_of_rewards_plus_the_grade_at_the_end(level: str, profile: RewardProfile) -> None:
    environment = _started(level, profile)
    moves = [MOVES["new service"][0], SUBMISSIONS[level]]
    total = 0.0
    for move in moves:
        observation, reward, done, info = _step(environment, move)
        total += reward.value + (info["grade"]["total"] if done else 0.0)
        assert reward.cumulative == observation.cumulative_reward == pytest.approx(total, abs=1e-6)
    assert environment.state().cumulative_reward == pytest.approx(total, abs=1e-6)
    assert environment.grade().total > 0


def test_the_profile_of_a_reset_wins_over_that_of_the_constructor_for_one_episode() -> None:
    environment = IncidentEnvironment(reward_profile="v0.1")
    environment.reset("root_cause_analysis", 0, reward_profile="default")
    assert _step(environment, MOVES["new service"][0])[1].value == 0.04
    assert environment.state().reward_profile == "default"
    environment.reset("root_cause_analysis", 0)
    assert _step(environment, MOVES["new service"][0])[1].value == 0.05


def test_an_unknown_profile_is_refused_and_the_valid_ones_are_listed() -> None:
    with pytest.raises(ValueError, match=r"'v9'.*default, v0\.1"):
        IncidentEnvironment(reward_profile="v9")  # type: ignore[arg-type]
    environment = _started("easy")
    with pytest.raises(ValueError, match=r"default, v0\.1"):
        environment.reset("alert_classification", 0, reward_profile="")  # type: ignore[arg-type]
    assert environment.state().task_id == "alert_classification"
