"""Digests of generated incidents: everything that an incident holds, every text in every phase, in one hash.

python -m tests.generated.digests          # prints those of the golden incidents, a line each
python -m tests.generated.digests --write  # stores them, after a new INCIDENT_VERSION

A digest is that of the mapping which `tools/incident_layout.py` makes of an incident, as JSON. It imports nothing but
the generator, so that a bare Python can compute it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cloud_incident_env.generated.incident_cache import recent_incident
from cloud_incident_env.generated.incident_version import INCIDENT_VERSION
from cloud_incident_env.splits import TRAIN_FAMILIES, get_split, incident_at
from tools.incident_layout import lay_out_generated

GOLDEN = Path(__file__).with_name("golden.json")
COUNT = 200
_DIFFICULTIES = ("easy", "medium", "hard", "expert")
_SPLITS = ("train", "validation", "test", "test_families", "test_systems")


@dataclass(frozen=True)
class Asked:
    """An incident of a generated split, at a difficulty."""

    split: str
    index: int
    difficulty: str


def digest(asked: Asked) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of an incident as JSON."""
    split = get_split(asked.split)
    task_id = incident_at(asked.split, asked.index)["task_id"]
    incident = recent_incident(
        task_id, split.seed_at(asked.index), asked.difficulty, split.families, split.systems, TRAIN_FAMILIES
    )
    content = lay_out_generated(incident)
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def golden_incidents() -> list[Asked]:
    """Two hundred incidents of every split, task and difficulty."""
    return [Asked(_SPLITS[n % 5], n * 4 + n % 3, _DIFFICULTIES[n % 4]) for n in range(COUNT)]


def golden() -> dict[str, Any]:
    return {"incident_version": INCIDENT_VERSION, "digests": [digest(asked) for asked in golden_incidents()]}


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        GOLDEN.write_text(json.dumps(golden(), indent=1) + "\n")
    else:
        print("\n".join(golden()["digests"]))
