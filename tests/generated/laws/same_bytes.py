"""Bytes: the same seed and the same actions give the same texts, in any order of looks and in any process."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.generated.simulation.store import SOLUTIONS
from cloud_incident_env.incident import Query
from tests.generated.laws.plays import Moment, Play, incident_of, play

ROOT = Path(__file__).parents[3]
LIMIT_S = 120.0  # of a process


def texts_of(play: Play, backwards: bool = False) -> dict[tuple[str, str, str], str]:
    """Everything that the diagnostics show at each moment, asked for in one order or in the other."""
    found: dict[tuple[str, str, str], str] = {}
    order = reversed(play.moments) if backwards else iter(play.moments)
    for moment in order:
        for service in reversed(moment.services) if backwards else moment.services:
            for tool in reversed(DIAGNOSTICS) if backwards else DIAGNOSTICS:
                found[moment.name, service, tool] = moment.text(tool, service, Query())
    return dict(sorted(found.items()))


def digest(play: Play) -> str:
    """A short name of everything that an incident shows and of what the engineer is told."""
    alert = play.incident.alert
    told = [str(vars(alert)), *map(repr, texts_of(play).items())]
    return hashlib.blake2b("\n".join(told).encode(), digest_size=12).hexdigest()


def same_bytes(seed: int, first: Play) -> Iterator[str]:
    """Where an incident of the same seed, played in the same way and looked at backwards, shows something else."""
    shown = texts_of(first)
    SOLUTIONS.clear()
    for name, text in texts_of(play(incident_of(seed)), backwards=True).items():
        if shown[name] != text:
            yield f"{first.incident.id} {first.incident.family} {name}: another text"


def digests_elsewhere(first: int, count: int, hash_seed: str) -> list[str]:
    """The digests of some incidents, made in a process of its own with another hash seed."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(first), str(count)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=LIMIT_S,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        check=True,
    )
    return done.stdout.split()


def moments_of(play: Play) -> tuple[Moment, ...]:
    return play.moments


if __name__ == "__main__":
    begin, number = map(int, sys.argv[1:3])
    for each in range(begin, begin + number):
        print(digest(play(incident_of(each))))
