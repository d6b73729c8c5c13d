"""The running episodes of a server, by episode id: how many there may be, and when one expires."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from cloud_incident_env.episode import Episode, start_episode
from cloud_incident_env.options import ResetOptions

# An episode that was used less than this many seconds ago is never dropped to make room for another.
PROTECTED_SECONDS = 60.0


class Census(NamedTuple):
    """How many episodes there are and were. The last three count since the start."""

    living: int
    ended: int
    bytes: int  # that all kept episodes take
    started: int
    steps: int
    dropped: int  # living ones that made room for others


class NoEpisodeError(Exception):
    """No episode was named and none has been started without a name."""


class UnknownEpisodeError(Exception):
    """An episode was named that does not exist here, or that has expired."""


class TooManyEpisodesError(Exception):
    """Every place is taken by an episode in use."""


class Episodes:
    """Episodes side by side, by episode id.

    An episode expires `idle_seconds` after its last use. When all `capacity` places are taken, an ended episode is
    removed, the one that has been idle longest; where none has ended, the episode that has been idle longest, unless it
    was used within the last minute. `clock` returns seconds, never backwards.
    """

    def __init__(self, capacity: int, idle_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = capacity
        self._idle_seconds = idle_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, tuple[Episode, float]] = OrderedDict()  # least recently used first
        self._unnamed: str | None = None  # the latest episode whose reset asked for no id

    def __len__(self) -> int:
        with self._lock:
            self._drop_expired()
            return len(self._entries)

    def census(self) -> Census:
        """Count the episodes."""
        with self._lock:
            self._drop_expired()
            ended = sum(episode.done for episode, _ in self._entries.values())
            return Census(len(self._entries) - ended, ended, 0, 0, 0, 0)

    def reset(self, options: ResetOptions) -> Episode:
        """Start an episode.

        With an `episode_id`, an episode of that id starts over. Without one it gets a new id and becomes the episode
        that calls without an id reach. Raises ValueError as `start_episode` does and TooManyEpisodesError when there is
        no room; neither touches any other episode.
        """
        episode = start_episode(options)
        chosen = episode.episode_id
        with self._lock:
            self._drop_expired()
            if chosen not in self._entries:
                self._make_room()
            self._entries[chosen] = (episode, self._clock())
            self._entries.move_to_end(chosen)
            if options.episode_id is None:
                self._unnamed = chosen
        return episode

    def get(self, episode_id: str | None = None, *, use: bool = True) -> Episode:
        """Return an episode by its id, or the latest one whose reset asked for no id; `use` counts as a use of it.

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
            if use:
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
        ended = next((name for name, (episode, _) in self._entries.items() if episode.done), None)
        if ended is not None:
            del self._entries[ended]
            return
        oldest, (_, used) = next(iter(self._entries.items()))
        if self._clock() - used < PROTECTED_SECONDS:
            raise TooManyEpisodesError(f"all {self._capacity} episodes are in use: try again in a minute")
        del self._entries[oldest]
