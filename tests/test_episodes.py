"""The store of running episodes: capacity, expiry, who gives way, and whom an unnamed call reaches.

Time is a clock that the tests turn by hand.
"""

from __future__ import annotations

import gc
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import pytest

from cloud_incident_env.ended_episode import EndedEpisode
from cloud_incident_env.episode import Episode, Step, StepConflictError
from cloud_incident_env.episodes import (
    RESERVED_HANDWRITTEN,
    AnyEpisode,
    Episodes,
    NoEpisodeError,
    TooManyEpisodesError,
    UnknownEpisodeError,
)
from cloud_incident_env.generated.simulation.sizing import VARIANTS, sizing_of
from cloud_incident_env.generated.simulation.store import SOLUTIONS
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.places import IDLE_SECONDS as LONG_IDLE
from cloud_incident_env.places import PROTECTED_SECONDS
from cloud_incident_env.views import grade_of, observation_of, state_of
from cloud_incident_env.wire import EpisodeState
from server.rest_models import GraderReport, StepResponse

TASK = "root_cause_analysis"
CAPACITY = 3
IDLE_SECONDS = 1_000.0


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 5_000.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def episodes(clock: Clock) -> Episodes:
    return Episodes(CAPACITY, IDLE_SECONDS, clock)


def start(episodes: Episodes, *names: str | None) -> list[str]:
    return [reset(episodes, TASK, 0, episode_id=name).episode_id for name in names]


def reset(episodes: Episodes, task_id: str, scenario_index: int, **options: Any) -> Episode:
    return episodes.reset(ResetOptions(task_id=task_id, scenario_index=scenario_index, **options))


def act(episodes: Episodes, episode_id: str | None = None) -> Step | None:
    """Take a step that changes nothing but the number of steps."""
    return episodes.act(episode_id, "nonsense", {})[1]


def end(episodes: Episodes, episode_id: str) -> None:
    """End an episode of root_cause_analysis."""
    episodes.act(episode_id, "submit_root_cause", {"service": "postgres-db", "failure_mode": "a guess"})


def alive(episodes: Episodes, episode_id: str) -> bool:
    """Whether an episode is there."""
    try:
        return episodes.find(episode_id).episode_id == episode_id
    except UnknownEpisodeError:
        return False


def living(episode: AnyEpisode) -> Episode:
    assert isinstance(episode, Episode)
    return episode


# Names


def test_an_episode_is_found_by_its_name(episodes: Episodes) -> None:
    start(episodes, "a", "b")
    assert episodes.find("a").episode_id == "a"
    assert episodes.find("a") is episodes.find("a")
    assert episodes.find("a") is not episodes.find("b")


def test_made_up_ids_are_all_different(clock: Clock) -> None:
    episodes = Episodes(100, IDLE_SECONDS, clock)
    assert len(set(start(episodes, *[None] * 100))) == len(episodes) == 100


def test_an_unknown_name_is_an_error_that_repeats_it(episodes: Episodes) -> None:
    start(episodes, None, "a")
    with pytest.raises(UnknownEpisodeError, match="'b'"):
        episodes.find("b")


def test_a_reset_by_name_starts_that_episode_over(episodes: Episodes) -> None:
    start(episodes, "a")
    act(episodes, "a")
    before = episodes.find("a")
    reset(episodes, "alert_classification", 1, episode_id="a")
    assert (living(episodes.find("a")).incident.id, episodes.find("a").step_count) == ("AC-002", 0)
    assert before.step_count == 1
    assert len(episodes) == 1


def test_the_options_of_a_reset_reach_the_episode(episodes: Episodes) -> None:
    reset(episodes, "remediation_planning", 2, episode_id="a", reward_profile="v0.1")
    state = state_of(living(episodes.find("a")))
    assert (state.task_id, state.scenario_index, state.reward_profile) == ("remediation_planning", 2, "v0.1")


# Calls without a name


def test_without_any_reset_there_is_nothing_to_reach(episodes: Episodes) -> None:
    with pytest.raises(NoEpisodeError, match="/reset"):
        episodes.find()


def test_a_named_reset_is_not_reached_without_its_name(episodes: Episodes) -> None:
    start(episodes, "a")
    with pytest.raises(NoEpisodeError):
        episodes.find()


def test_a_call_without_a_name_reaches_the_latest_reset_without_one(episodes: Episodes) -> None:
    _, second = start(episodes, None, None)
    start(episodes, "named")
    assert episodes.find().episode_id == second


def test_naming_an_episode_does_not_change_whom_unnamed_calls_reach(episodes: Episodes) -> None:
    first, second = start(episodes, None, None)
    episodes.find(first)
    assert episodes.find().episode_id == second


def test_the_unnamed_episode_can_be_reached_by_its_id_too(episodes: Episodes) -> None:
    (episode_id,) = start(episodes, None)
    assert episodes.find(episode_id) is episodes.find()


def test_an_unnamed_call_never_falls_back_to_an_older_episode(episodes: Episodes) -> None:
    older, latest = start(episodes, None, None)
    episodes.discard(latest)
    with pytest.raises(UnknownEpisodeError):
        episodes.find()
    assert alive(episodes, older)


def test_an_unnamed_call_after_expiry_says_expired(episodes: Episodes, clock: Clock) -> None:
    start(episodes, None)
    clock.pass_by(IDLE_SECONDS)
    with pytest.raises(UnknownEpisodeError, match="expired"):
        episodes.find()


# Expiry


@pytest.mark.parametrize(("idle", "there"), [(IDLE_SECONDS - 0.01, True), (IDLE_SECONDS, False)])
def test_an_episode_expires_after_its_idle_seconds(episodes: Episodes, clock: Clock, idle: float, there: bool) -> None:
    start(episodes, "a")
    clock.pass_by(idle)
    assert len(episodes) == there
    assert alive(episodes, "a") is there


def test_every_use_starts_the_idle_seconds_again(episodes: Episodes, clock: Clock) -> None:
    start(episodes, "used", "idle")
    for _ in range(5):
        clock.pass_by(IDLE_SECONDS * 0.9)
        assert act(episodes, "used")
    assert not alive(episodes, "idle")


def test_a_restart_starts_the_idle_seconds_again(episodes: Episodes, clock: Clock) -> None:
    start(episodes, "a")
    clock.pass_by(IDLE_SECONDS * 0.9)
    start(episodes, "a")
    clock.pass_by(IDLE_SECONDS * 0.9)
    assert alive(episodes, "a")


def test_only_expired_episodes_go(episodes: Episodes, clock: Clock) -> None:
    start(episodes, "a", "b")
    clock.pass_by(IDLE_SECONDS / 2)
    start(episodes, "c")
    clock.pass_by(IDLE_SECONDS / 2)
    assert len(episodes) == 1
    assert alive(episodes, "c")


def test_an_expired_name_can_be_used_again(episodes: Episodes, clock: Clock) -> None:
    start(episodes, "a")
    act(episodes, "a")
    clock.pass_by(IDLE_SECONDS)
    start(episodes, "a")
    assert episodes.find("a").step_count == 0


def test_expired_episodes_make_room_even_within_the_protected_minute(clock: Clock) -> None:
    episodes = Episodes(1, PROTECTED_SECONDS / 2, clock)
    start(episodes, "a")
    clock.pass_by(PROTECTED_SECONDS / 2)
    start(episodes, "b")
    assert (alive(episodes, "a"), alive(episodes, "b")) == (False, True)


# Capacity


def test_capacity_can_be_used_in_full(episodes: Episodes) -> None:
    names = start(episodes, "a", "b", "c")
    assert len(episodes) == CAPACITY
    assert all(alive(episodes, name) for name in names)


@pytest.mark.parametrize("idle", [0.0, PROTECTED_SECONDS - 0.01])
def test_an_episode_used_within_the_last_minute_does_not_give_way(
    episodes: Episodes, clock: Clock, idle: float
) -> None:
    names = start(episodes, "a", "b", "c")
    clock.pass_by(idle)
    for name in ("d", None):
        with pytest.raises(TooManyEpisodesError, match=str(CAPACITY)):
            start(episodes, name)
    assert len(episodes) == CAPACITY
    assert all(alive(episodes, name) for name in names)
    assert not alive(episodes, "d")


def test_after_a_minute_the_longest_idle_episode_gives_way(episodes: Episodes, clock: Clock) -> None:
    start(episodes, "a", "b", "c")
    clock.pass_by(PROTECTED_SECONDS)
    start(episodes, "d")
    assert [alive(episodes, name) for name in "abcd"] == [False, True, True, True]


def test_a_use_saves_an_episode_from_giving_way(episodes: Episodes, clock: Clock) -> None:
    start(episodes, "a", "b", "c")
    clock.pass_by(1)
    act(episodes, "a")
    clock.pass_by(PROTECTED_SECONDS)
    start(episodes, "d", "e")
    assert [alive(episodes, name) for name in "abcde"] == [True, False, False, True, True]


def test_unnamed_use_saves_an_episode_too(episodes: Episodes, clock: Clock) -> None:
    (unnamed,) = start(episodes, None)
    start(episodes, "b", "c")
    clock.pass_by(1)
    act(episodes)
    clock.pass_by(PROTECTED_SECONDS)
    start(episodes, "d", "e")
    assert [alive(episodes, name) for name in (unnamed, "b", "c")] == [True, False, False]


def test_a_restart_saves_an_episode_and_takes_no_place(episodes: Episodes, clock: Clock) -> None:
    start(episodes, "a", "b", "c")
    start(episodes, "a")  # all three places taken, all just used
    assert len(episodes) == CAPACITY
    clock.pass_by(PROTECTED_SECONDS)
    start(episodes, "d")
    assert [alive(episodes, name) for name in "abcd"] == [True, False, True, True]


def test_only_one_episode_gives_way_at_a_time(episodes: Episodes, clock: Clock) -> None:
    start(episodes, "a", "b", "c")
    clock.pass_by(PROTECTED_SECONDS)
    start(episodes, "d")
    assert len(episodes) == CAPACITY


def test_an_episode_in_hand_stays_usable_after_it_gave_way(episodes: Episodes, clock: Clock) -> None:
    start(episodes, "a", "b", "c")
    in_hand = living(episodes.find("a"))
    clock.pass_by(PROTECTED_SECONDS)
    start(episodes, "d", "e", "f")
    assert not alive(episodes, "a")
    step = in_hand.step("nonsense", {})
    assert step is not None
    assert step.number == 1


# Resets that fail


@pytest.mark.parametrize(("task_id", "index"), [("nope", 0), (TASK, 3)])
def test_a_reset_for_nothing_that_exists_touches_no_episode(
    episodes: Episodes, clock: Clock, task_id: str, index: int
) -> None:
    (unnamed,) = start(episodes, None)
    start(episodes, "b", "c")
    act(episodes, "b")
    clock.pass_by(PROTECTED_SECONDS)
    for name in ("b", "d", None):
        with pytest.raises(ValueError, match="one of"):
            reset(episodes, task_id, index, episode_id=name)
    assert len(episodes) == CAPACITY
    assert episodes.find().episode_id == unnamed
    assert episodes.find("b").step_count == 1


def test_a_refused_reset_does_not_change_whom_unnamed_calls_reach(episodes: Episodes) -> None:
    (unnamed,) = start(episodes, None)
    start(episodes, "b", "c")
    with pytest.raises(TooManyEpisodesError):
        start(episodes, None)
    assert episodes.find().episode_id == unnamed


# Discarding


def test_a_discarded_episode_is_gone_and_its_place_is_free(episodes: Episodes) -> None:
    start(episodes, "a", "b", "c")
    episodes.discard("b")
    assert len(episodes) == CAPACITY - 1
    assert not alive(episodes, "b")
    start(episodes, "d")
    assert alive(episodes, "d")


def test_discarding_what_is_gone_does_nothing(episodes: Episodes) -> None:
    start(episodes, "a")
    episodes.discard("a")
    episodes.discard("a")
    episodes.discard("never was")
    assert len(episodes) == 0


# Threads

THREADS = 8
ROUNDS = 150


@pytest.fixture
def eager_thread_switches() -> Iterator[None]:
    """Make Python change threads as often as it can, so that missing locks show."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("eager_thread_switches")
def test_threads_that_start_use_and_drop_episodes_never_meet_an_error(clock: Clock) -> None:
    episodes = Episodes(THREADS * 2, IDLE_SECONDS, clock)
    barrier = threading.Barrier(THREADS, timeout=30)

    def work(thread: int) -> None:
        barrier.wait()
        for turn in range(ROUNDS):
            name = f"{thread}-{turn % 2}"
            assert start(episodes, name) == [name]
            assert episodes.find(name).episode_id == name
            assert len(episodes) <= THREADS * 2
            episodes.discard(name)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    assert len(episodes) == 0


@pytest.mark.usefixtures("eager_thread_switches")
def test_threads_in_a_race_for_places_never_get_more_than_there_are(clock: Clock) -> None:
    for _ in range(40):
        episodes = Episodes(CAPACITY, IDLE_SECONDS, clock)
        barrier = threading.Barrier(THREADS, timeout=30)

        def take_one(thread: int, episodes: Episodes = episodes, barrier: threading.Barrier = barrier) -> bool:
            barrier.wait()
            try:
                start(episodes, str(thread))
            except TooManyEpisodesError:
                return False
            return True

        with ThreadPoolExecutor(THREADS) as pool:
            assert sum(pool.map(take_one, range(THREADS))) == CAPACITY
        assert len(episodes) == CAPACITY


# Ended episodes


def test_ended_episodes_give_way_first_and_at_once(episodes: Episodes) -> None:
    start(episodes, "oldest", "ended", "newest")
    end(episodes, "ended")
    start(episodes, "next")  # within the protected minute
    assert [alive(episodes, name) for name in ("oldest", "ended", "newest", "next")] == [True, False, True, True]
    with pytest.raises(TooManyEpisodesError):
        start(episodes, "one-too-many")


def test_of_ended_episodes_the_one_that_ended_first_gives_way(episodes: Episodes) -> None:
    start(episodes, "a", "b", "c")
    for name in "cab":
        end(episodes, name)
    start(episodes, "d")
    assert [alive(episodes, name) for name in "abc"] == [True, True, False]


def test_of_an_ended_episode_its_record_and_grade_are_left(episodes: Episodes) -> None:
    episode = reset(episodes, TASK, 0, episode_id="a")
    episodes.act("a", "query_logs", {"service": "postgres-db"})
    end(episodes, "a")
    ended = episodes.find("a")
    assert isinstance(ended, EndedEpisode)
    assert EpisodeState.model_validate_json(ended.state) == state_of(episode)
    report = GraderReport.model_validate_json(ended.report)
    assert (report.total, report.breakdown) == (grade_of(episode).total, grade_of(episode).breakdown)
    answer = StepResponse.model_validate_json(ended.answer)
    assert answer.observation == observation_of(episode)
    assert (answer.reward.value, answer.reward.reason, answer.done) == (0.0, "episode already done", True)
    assert answer.info.grade == grade_of(episode)


def test_a_step_after_the_end_changes_nothing(episodes: Episodes) -> None:
    start(episodes, "a")
    end(episodes, "a")
    before = episodes.census()
    ended, step, shown = episodes.act("a", "query_logs", {"service": "postgres-db"}, view=lambda *_: "seen")
    assert (ended, step, shown) == (episodes.find("a"), None, None)
    assert episodes.census() == before


def test_an_ended_episode_expires_too(episodes: Episodes, clock: Clock) -> None:
    start(episodes, "a")
    end(episodes, "a")
    clock.pass_by(IDLE_SECONDS)
    assert not alive(episodes, "a")


def test_a_reset_of_the_name_of_an_ended_episode_starts_over(episodes: Episodes) -> None:
    start(episodes, "a")
    end(episodes, "a")
    start(episodes, "a")
    assert isinstance(episodes.find("a"), Episode)
    assert episodes.census()[:2] == (1, 0)


def test_each_end_is_told_once_with_its_grade(clock: Clock) -> None:
    told: list[Episode] = []
    episodes = Episodes(CAPACITY, IDLE_SECONDS, clock, on_end=told.append)
    start(episodes, "a")
    end(episodes, "a")
    end(episodes, "a")
    assert [(each.task.task_id, each.grade.total) for each in told if each.grade] == [(TASK, 0.05)]


def test_reading_an_episode_is_no_use_of_it(episodes: Episodes, clock: Clock) -> None:
    start(episodes, "read")
    clock.pass_by(IDLE_SECONDS - 1)
    episodes.find("read")
    clock.pass_by(2)
    assert not alive(episodes, "read")


def test_an_episode_with_a_key_is_found_by_its_key_alone(episodes: Episodes) -> None:
    keyed = episodes.reset(ResetOptions(task_id=TASK, episode_id="a"), key="/1")
    assert episodes.find("/1") is keyed
    assert not alive(episodes, "a")
    end(episodes, "/1")
    assert episodes.find("/1") is keyed  # its owner reads it on
    with pytest.raises(NoEpisodeError):
        episodes.find()


# Who gives way


def test_an_episode_idle_for_ten_minutes_gives_way_before_anybody_elses(episodes: Episodes, clock: Clock) -> None:
    episodes.reset(ResetOptions(episode_id="idle"), "few")
    clock.pass_by(LONG_IDLE - PROTECTED_SECONDS - 1)
    episodes.reset(ResetOptions(episode_id="a"), "many")
    episodes.reset(ResetOptions(episode_id="b"), "many")
    clock.pass_by(PROTECTED_SECONDS + 1)
    episodes.reset(ResetOptions(episode_id="c"), "many")
    assert [alive(episodes, name) for name in ("idle", "a", "b", "c")] == [False, True, True, True]


def test_within_ten_minutes_the_address_that_holds_most_gives_way(episodes: Episodes, clock: Clock) -> None:
    episodes.reset(ResetOptions(episode_id="oldest"), "few")
    episodes.reset(ResetOptions(episode_id="a"), "many")
    episodes.reset(ResetOptions(episode_id="b"), "many")
    clock.pass_by(PROTECTED_SECONDS)
    episodes.reset(ResetOptions(episode_id="new"), "few")
    assert [alive(episodes, name) for name in ("oldest", "a", "b", "new")] == [True, False, True, True]


def test_who_keeps_a_full_server_busy_gives_way_to_others_after_a_minute(episodes: Episodes, clock: Clock) -> None:
    for name in "abc":
        episodes.reset(ResetOptions(task_id=TASK, episode_id=name), "greedy")
    for _ in range(2):
        with pytest.raises(TooManyEpisodesError):
            episodes.reset(ResetOptions(episode_id="other"), "modest")
        clock.pass_by(PROTECTED_SECONDS / 2)
        for name in "abc":
            act(episodes, name)
    with pytest.raises(TooManyEpisodesError):
        episodes.reset(ResetOptions(episode_id="more"), "greedy")
    episodes.reset(ResetOptions(episode_id="other"), "modest")
    assert [alive(episodes, name) for name in ("a", "b", "c", "other")] == [False, True, True, True]


# Memory


def test_ended_episodes_give_way_when_the_memory_is_taken(clock: Clock) -> None:
    episodes = Episodes(1_000, IDLE_SECONDS, clock, max_bytes=5 * RESERVED_HANDWRITTEN)
    names = [str(number) for number in range(40)]
    for name in names:
        start(episodes, name)
        end(episodes, name)
        assert episodes.census().bytes <= 5 * RESERVED_HANDWRITTEN
    kept = [name for name in names if alive(episodes, name)]
    assert kept == names[-len(kept) :]
    assert 1 < len(kept) < 40


def test_an_episode_that_does_not_fit_the_memory_is_refused(clock: Clock) -> None:
    episodes = Episodes(1_000, IDLE_SECONDS, clock, max_bytes=2 * RESERVED_HANDWRITTEN)
    start(episodes, "a", "b")
    with pytest.raises(TooManyEpisodesError, match="memory"):
        start(episodes, "c")
    start(episodes, "a")  # takes its own place
    assert episodes.census().living == 2


def test_long_texts_count_and_the_address_with_most_episodes_pays_for_them(clock: Clock) -> None:
    limit = 200_000
    episodes = Episodes(1_000, IDLE_SECONDS, clock, max_bytes=limit)
    episodes.reset(ResetOptions(task_id="remediation_planning", episode_id="modest"), "modest")
    for name in "abcde":
        episodes.reset(ResetOptions(task_id="remediation_planning", episode_id=name), "greedy")
    for _ in range(14):
        for name in "abcde":
            if alive(episodes, name):
                episodes.act(name, "x" * 190 + chr(0x1F600), {"reasoning": chr(0x1F600) * 8_000})
                assert episodes.census().bytes <= limit
    assert alive(episodes, "modest")
    assert 0 < episodes.census().dropped < 5


def test_the_memory_that_is_accounted_for_is_what_episodes_take(clock: Clock) -> None:
    episodes = Episodes(1_000, IDLE_SECONDS, clock)
    for system, variant in product(SYSTEMS, range(VARIANTS)):
        sizing_of(system, variant)  # the sizes of systems are kept for all incidents
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for seed in range(60):
            asked = ResetOptions(task_id="remediation_planning", difficulty="expert", seed=seed, episode_id=str(seed))
            services = episodes.reset(asked).incident.known_services
            for step in range(12):
                reasoning = chr(0x1F600) * 8_000
                tool = ("query_logs", "check_metrics")[step % 2]
                episodes.act(str(seed), tool, {"service": services[step // 2], "reasoning": reasoning})
        SOLUTIONS.clear()  # these have a bound of their own, for the whole process
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert 0.6 < episodes.census().bytes / taken < 1.7


@pytest.mark.parametrize("seed", [None, 4])
def test_the_collector_has_little_to_look_at_in_an_idle_episode(seed: int | None) -> None:
    asked = ResetOptions(task_id="remediation_planning", seed=seed)
    episodes = Episodes(1_000, IDLE_SECONDS)
    episodes.reset(asked)
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(200):
        episodes.reset(asked)
    gc.collect()
    assert (len(gc.get_objects()) - before) / 200 <= 12


# Steps that are sent twice


def test_a_step_with_a_number_is_taken_once(episodes: Episodes) -> None:
    start(episodes, "a")
    assert episodes.act("a", "query_logs", {"service": "postgres-db"}, 1)[1] is not None
    for number in (0, 1, 3):
        with pytest.raises(StepConflictError, match="next step of the episode is 2"):
            episodes.act("a", "query_logs", {"service": "postgres-db"}, number)
    assert episodes.find("a").step_count == 1
    end(episodes, "a")
    for number in (2, 3):
        with pytest.raises(StepConflictError, match="ended after step 2"):
            episodes.act("a", "query_logs", {"service": "postgres-db"}, number)
