"""The same seed and the same actions give the same bytes: in every process, whatever the hash seed, in every Python."""

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
from cloud_incident_env.generated.simulation.store import SOLUTIONS
from tests.generated.digests import GOLDEN, digest, golden, golden_incidents
from tests.pythons import LIMIT_S, other_pythons, pyenv_versions

ROOT = Path(__file__).parents[2]


def test_the_golden_episodes_are_what_they_were() -> None:
    kept = json.loads(GOLDEN.read_text())
    assert kept["incident_version"] == INCIDENT_VERSION, "write the digests of the new version"
    changed = [n for n, (old, new) in enumerate(zip(kept["digests"], golden()["digests"], strict=True)) if old != new]
    assert not changed, f"{len(changed)} of the golden episodes changed: raise INCIDENT_VERSION, write their digests"


def test_the_golden_episodes_all_differ() -> None:
    assert len(set(json.loads(GOLDEN.read_text())["digests"])) == len(golden_incidents())


@pytest.fixture
def generated_anew() -> Iterator[Callable[[], None]]:
    """Forgets recent incidents and solutions when it is called, and at the end: a changed generator makes others."""

    def forget() -> None:
        recent_incident.cache_clear()
        SOLUTIONS.clear()

    yield forget
    forget()


def test_what_is_forgotten_is_worked_out_again(generated_anew: Callable[[], None]) -> None:
    asked = golden_incidents()[1]
    before = digest(asked)
    generated_anew()
    assert digest(asked) == before


@pytest.mark.parametrize(
    ("constant", "value"),
    [
        ("cloud_incident_env.generated.world.TREMBLE", 0.016),  # every rate
        ("cloud_incident_env.generated.readings.SAMPLING", 0.021),  # every latency
        ("cloud_incident_env.generated.facts.EVERYDAY", 0.63),  # how many lines a log has
        ("cloud_incident_env.generated.releases.MEANWHILE", 0.06),  # when innocent services changed
    ],
)
def test_a_digest_sees_any_change(
    constant: str, value: float, monkeypatch: pytest.MonkeyPatch, generated_anew: Callable[[], None]
) -> None:
    some = golden_incidents()[:4]
    before = [digest(asked) for asked in some]
    monkeypatch.setattr(constant, value)
    generated_anew()
    assert [digest(asked) for asked in some] != before


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


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_processes_and_hash_seeds_make_no_difference(hash_seed: str) -> None:
    assert printed_by(sys.executable, hash_seed) == json.loads(GOLDEN.read_text())["digests"]


def test_every_python_generates_the_same() -> None:
    if not other_pythons():
        pytest.skip("no other Python of 3.10 or newer is installed here")
    expected = json.loads(GOLDEN.read_text())["digests"]
    for version, python in other_pythons().items():
        assert printed_by(python, "0") == expected, version
