"""The episodes of a server, by key: how many there may be, how much memory they may take, and who gives way."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from cloud_incident_env.ended_episode import EndedEpisode
from cloud_incident_env.episode import Episode, Step, start_episode
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.places import Places

# Bytes that are set aside for an episode when it starts, so that it can be played to its end: what a generated one of
# five looks takes, and one of the hand-written incidents, whose texts all episodes share.
RESERVED_GENERATED = 60_000
RESERVED_HANDWRITTEN = 8_000
MEBIBYTE = 2**20

AnyEpisode: TypeAlias = "Episode | EndedEpisode"


class NoEpisodeError(Exception):
    """No episode was named and none has been started without a name."""


class UnknownEpisodeError(Exception):
    """An episode was named that does not exist here, or that has expired."""


class TooManyEpisodesError(Exception):
    """Every place is taken by an episode in use, or the memory for episodes is."""


class Census(NamedTuple):
    """How many episodes there are now, and what has happened since the start."""

    living: int
    ended: int
    bytes: int  # of memory that all take, about
    started: int
    steps: int
    dropped: int  # living ones that gave way to others


class Episodes:
    """Episodes side by side. Threads may share it.

    An episode expires `idle_seconds` after its last use: only a reset and a step are uses. `capacity` bounds their
    number, and `max_bytes` the memory that they take. Where there is no room, ended episodes give way first, the one
    that ended first; then living ones as `Places` says. An ended episode is kept as its record and grade alone.
    """

    def __init__(
        self,
        capacity: int,
        idle_seconds: float,
        clock: Callable[[], float] = time.monotonic,
        *,
        max_bytes: int = 512 * MEBIBYTE,
        held_out: bool = True,
        on_end: Callable[[Episode], None] | None = None,
    ) -> None:
        """`clock` returns seconds, never backwards. `held_out` False refuses the incidents of held-out splits.

        `on_end` is called with each episode that ends, which has a grade then.
        """
        self._capacity = capacity
        self._idle_seconds = idle_seconds
        self._max_bytes = max_bytes
        self.held_out = held_out
        self._on_end = on_end
        self._clock = clock
        self._lock = threading.Lock()
        self._living = Places(clock)
        self._ended: OrderedDict[str, float] = OrderedDict()  # key -> when it ended, the first to end first
        self._episodes: dict[str, AnyEpisode] = {}
        self._sizes: dict[str, int] = {}  # key -> bytes that are set aside for it
        self._bytes = 0  # their sum
        self._unnamed: str | None = None  # the latest episode whose reset asked for no id
        self._next_expiry = -math.inf  # no episode expires before
        self._started = self._steps = self._dropped = 0

    def __len__(self) -> int:
        with self._lock:
            self._drop_expired()
            return len(self._episodes)

    def census(self) -> Census:
        """How many episodes there are now, and what has happened since the start."""
        with self._lock:
            self._drop_expired()
            return Census(len(self._living), len(self._ended), self._bytes, self._started, self._steps, self._dropped)

    def reset(self, options: ResetOptions, address: str = "", *, key: str | None = None, player: str = "") -> Episode:
        """Start an episode for the client of an address. `player` says for statistics who plays it.

        With an `episode_id`, an episode of that id starts over. Without one it gets a new id and becomes the episode
        that calls without an id reach. `key`, which no id can equal, keeps the episode for whoever knows that key.
        Raises ValueError as `start_episode` does and TooManyEpisodesError when there is no room; neither touches any
        other episode.
        """
        episode = start_episode(options, held_out=self.held_out)
        episode.player = player
        chosen = episode.episode_id if key is None else key
        size = _set_aside(episode)
        with self._lock:
            self._drop_expired()
            self._make_room(chosen, size, address)
            self._forget(chosen)
            self._living.take(chosen, address)
            self._episodes[chosen] = episode
            self._sizes[chosen] = size
            self._bytes += size
            self._started += 1
            if options.episode_id is None and key is None:
                self._unnamed = chosen
        return episode

    def find(self, episode_id: str | None = None) -> AnyEpisode:
        """Return an episode by its id or key, or the latest one whose reset asked for no id. That is no use of it.

        Raises UnknownEpisodeError if it does not exist or has expired, NoEpisodeError if none was ever started so.
        """
        with self._lock:
            self._drop_expired()
            return self._episodes[self._key_of(episode_id)]

    def act(
        self,
        episode_id: str | None,
        action_type: str,
        parameters: Mapping[str, Any],
        expected_step: int | None = None,
        *,
        view: Callable[[Episode, Step | None], Any] | None = None,
    ) -> tuple[AnyEpisode, Step | None, Any]:
        """Take one action in an episode, which is named as in `find`, and note that it was used.

        Returns the episode, the step (None if the episode had ended before) and what `view` makes of both before
        anybody else can take a step; that is None for an episode of which only the record is left. Raises as `find`
        and as `Episode.step`.
        """
        with self._lock:
            self._drop_expired()
            key = self._key_of(episode_id)
            episode = self._episodes[key]
            self._living.use(key)
        if isinstance(episode, EndedEpisode):
            episode.check_number(expected_step)
            return episode, None, None
        with episode.lock:
            step = episode.step(action_type, parameters, expected_step)
            shown = None if view is None else view(episode, step)
            if step is not None:
                episode.account_for(step)
                self._settle(key, episode)
        if step is not None and episode.grade is not None and self._on_end is not None:
            self._on_end(episode)
        return episode, step, shown

    def discard(self, episode_id: str) -> None:
        """Forget an episode; nothing happens if it is gone already."""
        with self._lock:
            self._forget(episode_id)

    def discard_all(self) -> None:
        """Forget every episode."""
        with self._lock:
            for key in list(self._episodes):
                self._forget(key)

    def _key_of(self, episode_id: str | None) -> str:
        key = self._unnamed if episode_id is None else episode_id
        if key is None:
            raise NoEpisodeError("no episode has been started: call POST /reset first")
        if key not in self._episodes:
            raise UnknownEpisodeError(f"unknown or expired episode_id {key!r}: call POST /reset to start one")
        return key

    def _settle(self, key: str, episode: Episode) -> None:
        """Account for what a step has added, and keep only the record of an episode that has ended."""
        # An episode with a key of its own stays whole until its owner leaves it, or until it gives way.
        record_only = episode.done and key == episode.episode_id
        kept: AnyEpisode = EndedEpisode(episode) if record_only else episode
        size = kept.kept_bytes if episode.done else max(self._sizes.get(key, 0), episode.kept_bytes)
        with self._lock:
            self._steps += 1
            if self._episodes.get(key) is not episode:
                return  # it gave way, or was started over, meanwhile
            self._bytes += size - self._sizes[key]
            self._sizes[key] = size
            if episode.done:
                self._living.leave(key)
                self._ended[key] = self._clock()
                self._episodes[key] = kept
            while self._bytes > self._max_bytes:
                if not self._drop_one(key):
                    return

    def _drop_expired(self) -> None:
        now = self._clock()
        if now < self._next_expiry:
            return
        while (key := self._living.expired(self._idle_seconds)) is not None:
            self._forget(key)
        limit = now - self._idle_seconds
        while self._ended:
            key, ended = next(iter(self._ended.items()))
            if ended > limit:
                break
            self._forget(key)
        ended_first = next(iter(self._ended.values()), now)
        self._next_expiry = min(now, ended_first, self._living.longest_idle_since(now)) + self._idle_seconds

    def _make_room(self, key: str, size: int, address: str) -> None:
        """Make room for an episode of so many bytes, which takes the place of one that has its key."""
        there = key in self._episodes
        while len(self._episodes) - there >= self._capacity or self._over(size - self._sizes.get(key, 0)):
            first = next((name for name in self._ended if name != key), None)
            if first is None:
                first = self._living.giving_way(address)
                if first is None or first == key:
                    raise TooManyEpisodesError(
                        f"all {self._capacity} episodes, or the memory for them, are in use: try again in a minute"
                    )
                self._dropped += 1
            self._forget(first)

    def _over(self, more: int) -> bool:
        return self._bytes + more > self._max_bytes

    def _drop_one(self, but: str) -> bool:
        """Drop the episode that gives way when texts outgrow the memory; False if there is none but `but`."""
        key = next((name for name in self._ended if name != but), None)
        if key is None:
            key = self._living.longest_idle_of_busiest(but)
            if key is None:
                return False
            self._dropped += 1
        self._forget(key)
        return True

    def _forget(self, key: str) -> None:
        if self._episodes.pop(key, None) is not None:
            self._living.leave(key)
            self._ended.pop(key, None)
            self._bytes -= self._sizes.pop(key)


def _set_aside(episode: Episode) -> int:
    """Bytes that are set aside for an episode when it starts."""
    reserved = RESERVED_GENERATED if episode.chosen.is_generated else RESERVED_HANDWRITTEN
    return max(reserved, episode.kept_bytes)
