"""The store of running episodes: capacity, expiry, who gives way, and whom an unnamed call reaches.

Time is a clock that the tests turn by hand.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cloud_incident_env.episode import Episode, Step
from cloud_incident_env.episodes import (
    PROTECTED_SECONDS,
    Episodes,
    NoEpisodeError,
    TooManyEpisodesError,
    UnknownEpisodeError,
)
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.views import state_of

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


def act(episode: Episode) -> Step | None:
    """Take a step that changes nothing but the number of steps."""
    return episode.step("nonsense", {})


def alive(episodes: Episodes, episode_id: str) -> bool:
    """Whether an episode is there. Looking counts as a use."""
    try:
        return episodes.get(episode_id).episode_id == episode_id
    except UnknownEpisodeError:
        return False


# Names


def test_an_episode_is_found_by_its_name(episodes: Episodes) -> None:
    start(episodes, "a", "b")
    assert episodes.get("a").episode_id == "a"
    assert episodes.get("a") is episodes.get("a")
    assert episodes.get("a") is not episodes.get("b")


def test_made_up_ids_are_all_different(clock: Clock) -> None:
    episodes = Episodes(100, IDLE_SECONDS, clock)
    assert len(set(start(episodes, *[None] * 100))) == len(episodes) == 100


def test_an_unknown_name_is_an_error_that_repeats_it(episodes: Episodes) -> None:
    start(episodes, None, "a")
    with pytest.raises(UnknownEpisodeError, match="'b'"):
        episodes.get("b")


def test_a_reset_by_name_starts_that_episode_over(episodes: Episodes) -> None:
    start(episodes, "a")
    act(episodes.get("a"))
    before = episodes.get("a")
    reset(episodes, "alert_classification", 1, episode_id="a")
    assert (episodes.get("a").incident.id, episodes.get("a").step_count) == ("AC-002", 0)
    assert before.step_count == 1
    assert len(episodes) == 1


def test_the_options_of_a_reset_reach_the_episode(episodes: Episodes) -> None:
    reset(episodes, "remediation_planning", 2, episode_id="a", reward_profile="v0.1")
    state = state_of(episodes.get("a"))
    assert (state.task_id, state.scenario_index, state.reward_profile) == ("remediation_planning", 2, "v0.1")


# Calls without a name


def test_without_any_reset_there_is_nothing_to_reach(episodes: Episodes) -> None:
    with pytest.raises(NoEpisodeError, match="/reset"):
        episodes.get()


def test_a_named_reset_is_not_reached_without_its_name(episodes: Episodes) -> None:
    start(episodes, "a")
    with pytest.raises(NoEpisodeError):
        episodes.get()


def test_a_call_without_a_name_reaches_the_latest_reset_without_one(episodes: Episodes) -> None:
    _, second = start(episodes, None, None)
    start(episodes, "named")
    assert episodes.get().episode_id == second


def test_naming_an_episode_does_not_change_whom_unnamed_calls_reach(episodes: Episodes) -> None:
    first, second = start(episodes, None, None)
    episodes.get(first)
    assert episodes.get().episode_id == second


def test_the_unnamed_episode_can_be_reached_by_its_id_too(episodes: Episodes) -> None:
    (episode_id,) = start(episodes, None)
    assert episodes.get(episode_id) is episodes.get()


def test_an_unnamed_call_never_falls_back_to_an_older_episode(episodes: Episodes) -> None:
    older, latest = start(episodes, None, None)
    episodes.discard(latest)
    with pytest.raises(UnknownEpisodeError):
        episodes.get()
    assert alive(episodes, older)


def test_an_unnamed_call_after_expiry_says_expired(episodes: Episodes, clock: Clock) -> None:
    start(episodes, None)
    clock.pass_by(IDLE_SECONDS)
    with pytest.raises(UnknownEpisodeError, match="expired"):
        episodes.get()


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
        assert alive(episodes, "used")
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
    act(episodes.get("a"))
    clock.pass_by(IDLE_SECONDS)
    start(episodes, "a")
    assert episodes.get("a").step_count == 0


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
    episodes.get("a")
    clock.pass_by(PROTECTED_SECONDS)
    start(episodes, "d", "e")
    assert [alive(episodes, name) for name in "abcde"] == [True, False, False, True, True]


def test_unnamed_use_saves_an_episode_too(episodes: Episodes, clock: Clock) -> None:
    (unnamed,) = start(episodes, None)
    start(episodes, "b", "c")
    clock.pass_by(1)
    episodes.get()
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
    in_hand = episodes.get("a")
    clock.pass_by(PROTECTED_SECONDS)
    start(episodes, "d", "e", "f")
    assert not alive(episodes, "a")
    step = act(in_hand)
    assert step is not None
    assert step.number == 1


# Resets that fail


@pytest.mark.parametrize(("task_id", "index"), [("nope", 0), (TASK, 3)])
def test_a_reset_for_nothing_that_exists_touches_no_episode(
    episodes: Episodes, clock: Clock, task_id: str, index: int
) -> None:
    (unnamed,) = start(episodes, None)
    start(episodes, "b", "c")
    act(episodes.get("b"))
    clock.pass_by(PROTECTED_SECONDS)
    for name in ("b", "d", None):
        with pytest.raises(ValueError, match="one of"):
            reset(episodes, task_id, index, episode_id=name)
    assert len(episodes) == CAPACITY
    assert episodes.get().episode_id == unnamed
    assert episodes.get("b").step_count == 1


def test_a_refused_reset_does_not_change_whom_unnamed_calls_reach(episodes: Episodes) -> None:
    (unnamed,) = start(episodes, None)
    start(episodes, "b", "c")
    with pytest.raises(TooManyEpisodesError):
        start(episodes, None)
    assert episodes.get().episode_id == unnamed


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
            assert episodes.get(name).episode_id == name
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


def test_ended_episodes_give_way_first_and_at_once(clock: Clock) -> None:
    episodes = Episodes(3, 1_000, clock)
    for name in ("oldest", "ended", "newest"):
        episodes.reset(ResetOptions(episode_id=name))
    episodes.get("ended").step("submit_severity", {"severity": "P1"})
    episodes.reset(ResetOptions(episode_id="next"))  # within the protected minute
    assert episodes.get("oldest").episode_id == "oldest"
    assert episodes.get("newest").episode_id == "newest"
    with pytest.raises(UnknownEpisodeError):
        episodes.get("ended")
    with pytest.raises(TooManyEpisodesError):
        episodes.reset(ResetOptions(episode_id="one-too-many"))


def test_reading_an_episode_is_no_use_of_it(clock: Clock) -> None:
    episodes = Episodes(3, 1_000, clock)
    episodes.reset(ResetOptions(episode_id="read"))
    clock.pass_by(999)
    episodes.get("read", use=False)
    clock.pass_by(2)
    with pytest.raises(UnknownEpisodeError):
        episodes.get("read", use=False)
