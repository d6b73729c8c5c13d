"""The running episodes of a server, by episode id: how many there may be, and when one expires."""

from __future__ import annotations

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable

from typing_extensions import Unpack

from selection import IncidentOptions
from server.environment import IncidentEnvironment
from server.models import Observation
from server.rewards import RewardProfile

# An episode that was used less than this many seconds ago is never dropped to make room for another.
PROTECTED_SECONDS = 60.0


class NoEpisodeError(Exception):
    """No episode was named and none has been started without a name."""


class UnknownEpisodeError(Exception):
    """An episode was named that does not exist here, or that has expired."""


class TooManyEpisodesError(Exception):
    """Every place is taken by an episode in use."""


class Episodes:
    """Episodes side by side, each in an environment of its own.

    An episode expires `idle_seconds` after its last use. When all `capacity` places are taken, the episode that has
    been idle longest gives way, unless it was used within the last minute. `clock` returns seconds, never backwards.
    """

    def __init__(self, capacity: int, idle_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = capacity
        self._idle_seconds = idle_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, tuple[IncidentEnvironment, float]] = OrderedDict()  # least recently used first
        self._unnamed: str | None = None  # the latest episode whose reset asked for no id

    def __len__(self) -> int:
        with self._lock:
            self._drop_expired()
            return len(self._entries)

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

        With an `episode_id`, an episode of that id starts over. Without one it gets a new id and becomes the episode
        that calls without an id reach. Raises ValueError as `IncidentEnvironment.reset` does and TooManyEpisodesError
        when there is no room; neither touches any other episode.
        """
        environment = IncidentEnvironment()
        chosen = episode_id or uuid.uuid4().hex
        observation = environment.reset(
            task_id, scenario_index, episode_id=chosen, reward_profile=reward_profile, **options
        )
        with self._lock:
            self._drop_expired()
            if chosen not in self._entries:
                self._make_room()
            self._entries[chosen] = (environment, self._clock())
            self._entries.move_to_end(chosen)
            if episode_id is None:
                self._unnamed = chosen
        return observation

    def get(self, episode_id: str | None = None) -> IncidentEnvironment:
        """Return the environment of an episode, or of the latest one whose reset asked for no id.

        Raises UnknownEpisodeError if it does not exist or has expired, NoEpisodeError if none was ever started so.
        """
        with self._lock:
            self._drop_expired()
            wanted = episode_id or self._unnamed
            if wanted is None:
                raise NoEpisodeError("no episode has been started: call POST /reset first")
            entry = self._entries.get(wanted)
            if entry is None:
                raise UnknownEpisodeError(f"unknown or expired episode_id {wanted!r}: call POST /reset to start one")
            self._entries[wanted] = (entry[0], self._clock())
            self._entries.move_to_end(wanted)
            return entry[0]

    def discard(self, episode_id: str) -> None:
        """Forget an episode; nothing happens if it is gone already."""
        with self._lock:
            self._entries.pop(episode_id, None)

    def discard_all(self) -> None:
        """Forget every episode."""
        with self._lock:
            self._entries.clear()

    def _drop_expired(self) -> None:
        now = self._clock()
        while self._entries:
            oldest, (_, used) = next(iter(self._entries.items()))
            if now - used < self._idle_seconds:
                return
            del self._entries[oldest]

    def _make_room(self) -> None:
        if len(self._entries) < self._capacity:
            return
        oldest, (_, used) = next(iter(self._entries.items()))
        if self._clock() - used < PROTECTED_SECONDS:
            raise TooManyEpisodesError(f"all {self._capacity} episodes are in use: try again in a minute")
        del self._entries[oldest]
