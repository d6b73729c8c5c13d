"""No incident breaks a law: a sample in every run of the tests, `LAWS_INCIDENTS` of them in `make test-laws`."""

from __future__ import annotations

import os

import pytest

from tests.generated.laws.book import ABOVE_P99, violations, waits_above
from tests.generated.laws.plays import incident_of, play
from tests.generated.laws.same_bytes import digest, digests_elsewhere, same_bytes

INCIDENTS = int(os.environ.get("LAWS_INCIDENTS", "100"))
PIECE = 10  # incidents of one test
TOLD = 12  # violations that a failure shows
FIRST_POOLED, POOLED = 2000, 150  # incidents whose logged waits are counted together, four moments each
ELSEWHERE = 4  # incidents made again in other processes


@pytest.mark.parametrize("first", range(0, INCIDENTS, PIECE))
def test_no_law_is_broken(first: int) -> None:
    found: list[str] = []
    for seed in range(first, min(first + PIECE, INCIDENTS)):
        played = play(incident_of(seed))
        found += (f"seed {seed}, {problem}" for problem in violations(played))
        if seed % PIECE == 0:
            found += (f"seed {seed}, bytes: {problem}" for problem in same_bytes(seed, played))
    assert not found, "\n".join([f"{len(found)} violations", *found[:TOLD]])


def test_as_many_logged_waits_as_should_be_are_longer_than_p99() -> None:
    waits, above = waits_above(play(incident_of(seed)) for seed in range(FIRST_POOLED, FIRST_POOLED + POOLED))
    least, most = ABOVE_P99
    assert waits > 1000, "too few waits were logged to tell"
    assert least <= above / waits <= most, f"{above} of {waits} logged waits are longer than the p99 shown"


@pytest.mark.parametrize("hash_seed", ["1", "4242"])
def test_another_process_shows_the_same(hash_seed: str) -> None:
    here = [digest(play(incident_of(seed))) for seed in range(ELSEWHERE)]
    assert digests_elsewhere(0, ELSEWHERE, hash_seed) == here
