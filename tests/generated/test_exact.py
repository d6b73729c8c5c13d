"""The same seed gives the same incident: in every process, whatever the hash seed, in every Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cloud_incident_env.generated.incident_cache import recent_incident
from cloud_incident_env.generated.incident_version import INCIDENT_VERSION
from tests.generated.digests import GOLDEN, digest, golden, golden_incidents
from tests.pythons import LIMIT_S, other_pythons, pyenv_versions

ROOT = Path(__file__).parents[2]


def test_the_golden_incidents_are_what_they_were() -> None:
    kept = json.loads(GOLDEN.read_text())
    assert kept["incident_version"] == INCIDENT_VERSION, "write the digests of the new version"
    changed = [n for n, (old, new) in enumerate(zip(kept["digests"], golden()["digests"], strict=True)) if old != new]
    assert not changed, f"{len(changed)} of the golden incidents changed: raise INCIDENT_VERSION, write their digests"


def test_the_golden_incidents_all_differ() -> None:
    assert len(set(json.loads(GOLDEN.read_text())["digests"])) == len(golden_incidents())


@pytest.fixture
def generated_anew() -> Iterator[Callable[[], None]]:
    """Forgets the recent incidents when it is called, and at the end: a changed generator makes others."""
    yield recent_incident.cache_clear
    recent_incident.cache_clear()


def test_a_digest_sees_any_change(monkeypatch: pytest.MonkeyPatch, generated_anew: Callable[[], None]) -> None:
    asked = golden_incidents()[1]
    before = digest(asked)
    generated_anew()
    assert digest(asked) == before
    monkeypatch.setattr("cloud_incident_env.generated.figures.JITTER", 0.06)
    generated_anew()
    assert digest(asked) != before


def printed_by(python: str, hash_seed: str) -> list[str]:
    """The digests that an interpreter of its own prints, with nothing but the standard library installed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [python, "-s", "-S", "-B", "-m", "tests.generated.digests"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=LIMIT_S,
        env={
            **kept,
            **pyenv_versions(),
            "PYTHONPATH": str(ROOT),
            "PYTHONHASHSEED": hash_seed,
        },
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("hash_seed", ["0", "1", "4242"])
def test_processes_and_hash_seeds_make_no_difference(hash_seed: str) -> None:
    assert printed_by(sys.executable, hash_seed) == json.loads(GOLDEN.read_text())["digests"]


def test_every_python_generates_the_same() -> None:
    if not other_pythons():
        pytest.skip("no other Python of 3.10 or newer is installed here")
    expected = json.loads(GOLDEN.read_text())["digests"]
    for version, python in other_pythons().items():
        assert printed_by(python, "0") == expected, version
