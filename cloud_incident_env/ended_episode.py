"""What a server keeps of an episode that has ended: its record and its grade, as the JSON that it will answer."""

from __future__ import annotations

from typing import Any

import orjson

from cloud_incident_env.encoding import report_values, state_values, step_values
from cloud_incident_env.episode import Episode, check_number

_OBJECT_BYTES = 900  # of memory that an ended episode takes beside its texts, about
_HOLE = b"\0"  # never occurs in JSON


class EndedEpisode:
    """The record of an ended episode. It never changes."""

    __slots__ = (
        "_answer",
        "_evidence",
        "_state",
        "cumulative",
        "episode_id",
        "error",
        "feedback",
        "grade_total",
        "kept_bytes",
        "max_steps",
        "report",
        "step_count",
    )

    def __init__(self, episode: Episode) -> None:
        """The caller holds the episode's lock. The episode has ended."""
        assert episode.grade is not None
        self.episode_id = episode.episode_id
        self.step_count = episode.step_count
        self.max_steps = episode.incident.max_steps
        self.cumulative = episode.cumulative
        self.feedback = episode.feedback
        self.error = episode.error
        self.grade_total = episode.grade.total
        self.report = _compact(report_values(episode))  # what GET /grader answers
        # The evidence, which is most of it, stands in both answers and is kept once.
        self._evidence = _compact(episode.queried_data)
        hole = orjson.Fragment(_HOLE)
        state = {**state_values(episode), "queried_data": hole}
        answer = step_values(episode, None)
        answer["observation"]["queried_data"] = hole
        self._state = _compact(state)
        self._answer = _compact(answer)
        self.kept_bytes = _OBJECT_BYTES + sum(map(len, (self.report, self._evidence, self._state, self._answer)))

    def check_number(self, expected_step: int | None) -> None:
        """Raise StepConflictError if a step was to have a number: there are no more steps."""
        check_number(expected_step, self.step_count, done=True)

    @property
    def state(self) -> bytes:
        """What GET /state answers."""
        return self._state.replace(_HOLE, self._evidence)

    @property
    def answer(self) -> bytes:
        """What POST /step answers after the end."""
        return self._answer.replace(_HOLE, self._evidence)


def _compact(values: dict[str, Any]) -> bytes:
    """JSON in no more memory than it takes.

    The encoder shortens its buffer in place, and what is cut off, up to as much again, is too small for the next one:
    thousands of kept buffers would leave as many holes.
    """
    return bytes(memoryview(orjson.dumps(values)))
