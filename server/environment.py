"""The environment as a class: one episode at a time, in memory."""

from __future__ import annotations

from typing import Any

from cloud_incident_env.episode import Episode, start_episode
from cloud_incident_env.options import read_options
from cloud_incident_env.rewards import DEFAULT_PROFILE, RewardProfile, check_profile
from cloud_incident_env.views import grade_of, info_values, observation_of, state_of, take_action
from cloud_incident_env.wire import Action, EpisodeState, GradeResult, Observation, Reward


class IncidentEnvironment:
    """A cloud incident to be handled by an on-call agent.

    ## Action
    An `Action`: an action type and its parameters, as `cloud_incident_env/actions.py` declares them. Diagnostics show a
    service, remediations change the world, a submission ends the episode.

    ## Observation
    An `Observation`: the alert, the known services, all evidence queried so far by tool and service, the feedback on
    the last action. It never names the answer.

    ## Start
    `reset(task_id, scenario_index)` for a hand-written incident, `reset(task_id, seed=..., difficulty=...)` for a
    generated one, `reset(split=..., index=...)` for one of a split: the same values always start the same incident.

    ## Rewards
    One line per event in `cloud_incident_env/rewards.py`. At the end the grade of the episode, 0 to 1 (`graders.py`),
    is added to `cumulative_reward`.

    ## Episode end
    A submission of any kind, or as many steps as the observation's `max_steps`. A step after that changes nothing.

    ## Info
    `step` (int), `feedback` (str), and at the end `grade` with `total`, `breakdown` and `feedback`.

    ## Thread safety
    Threads may share an environment; each step is then whole.
    """

    def __init__(self, reward_profile: RewardProfile = DEFAULT_PROFILE) -> None:
        """Raises ValueError for an unknown reward profile."""
        self._default_profile = check_profile(reward_profile)
        self._episode: Episode | None = None

    def reset(self, task_id: str | None = None, scenario_index: int | None = None, **options: Any) -> Observation:
        """Start an episode and return its first observation.

        Takes the options of `cloud_incident_env/options.py`; the first incident of alert_classification if all are left
        out, and the reward profile of the constructor. Raises ValueError for anything unknown, out of range or
        contradictory, saying what is valid; the episode under way then goes on.
        """
        asked = read_options({"task_id": task_id, "scenario_index": scenario_index, **options})
        episode = start_episode(asked, self._default_profile)
        self._episode = episode
        return observation_of(episode)

    def step(self, action: Action) -> tuple[Observation, Reward, bool, dict[str, Any]]:
        """Take one action: observation, reward, whether the episode has ended, info.

        Raises RuntimeError before the first reset, and StepConflictError where the action's `expected_step` is not the
        number that the step would get. A mistake of the agent (an unknown name, a missing parameter) is no
        exception: the observation's `last_action_error` says what was wrong.
        """
        episode = self._current()
        with episode.lock:
            observation, reward = take_action(episode, action)
            return observation, reward, observation.done, info_values(episode)

    def observation(self) -> Observation:
        """Return what the agent sees now, without a step. Raises RuntimeError before the first reset."""
        return observation_of(self._current())

    def state(self) -> EpisodeState:
        """Return the record of the episode so far. Raises RuntimeError before the first reset."""
        return state_of(self._current())

    def grade(self) -> GradeResult:
        """Return the grade of the ended episode, or total 0 and no breakdown while it goes on.

        Raises RuntimeError before the first reset.
        """
        return grade_of(self._current())

    def _current(self) -> Episode:
        episode = self._episode
        if episode is None:
            raise RuntimeError("no episode has been started: call reset first (over REST: POST /reset)")
        return episode
