"""The example learner in full: ten minutes of CPU time from random weights it is well above chance, everywhere."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from examples.learn.__main__ import main

pytestmark = pytest.mark.slow

LEAST_MARGIN = {"validation": 0.25, "test_families": 0.15, "test_systems": 0.15}
MOST_MINUTES = 10.0


def test_the_learner_beats_chance_on_incidents_that_it_has_not_seen(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path)]) == 0
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["cpu_minutes"] <= MOST_MINUTES
    for split, least in LEAST_MARGIN.items():
        found = result["splits"][split]
        assert found["margin"] >= least, split
        assert found["learned"]["low"] > found["random"]["high"], split
        assert all(learned > random for learned, random in found["by_task"].values()), split
    curve = json.loads((tmp_path / "curve.json").read_text())
    paid = [sum(point["paid"].values()) / 3 for point in curve if point["paid"]]
    assert paid[-1] > paid[0] + 0.3  # the reward leads uphill
    assert sum(later > earlier for earlier, later in pairwise(paid)) > len(paid) / 2
