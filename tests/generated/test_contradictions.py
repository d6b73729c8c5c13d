"""No log line contradicts the figures, the facts and the software of the service that prints it."""

from __future__ import annotations

import pytest

from cloud_incident_env.incident import Course
from tests.generated.contradictions import contradictions
from tests.generated.laws.plays import Moment, incident_of

INCIDENTS = 120  # of hard and expert by turns
PIECE = 10  # incidents of one test
MINUTES = (0, 1, 2, 4)  # after the alert, nothing done: a log shows the last minute of each
TOLD = 12  # contradictions that a failure shows


@pytest.mark.parametrize("first", range(0, INCIDENTS, PIECE))
def test_no_line_contradicts_its_figures(first: int) -> None:
    found: list[str] = []
    for seed in range(first, first + PIECE):
        incident = incident_of(seed, ("hard", "expert")[seed % 2])
        for minute in MINUTES:
            found += contradictions(Moment("untouched", incident, Course(minute)))
    assert not found, "\n".join([f"{len(found)} contradictions", *found[:TOLD]])
