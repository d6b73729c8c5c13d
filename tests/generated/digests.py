"""Digests of generated incidents: everything that an incident holds, every text in every phase, in one hash.

python -m tests.generated.digests          # prints those of the golden incidents, a line each
python -m tests.generated.digests --write  # stores them, after a new INCIDENT_VERSION
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from incidents.generate import INCIDENT_VERSION
from selection import Selection, select_incident

GOLDEN = Path(__file__).with_name("golden.json")
COUNT = 200
_LEFT_OUT = {"mechanism_vocabulary"}  # the same in all
_DIFFICULTIES = ("easy", "medium", "hard", "expert")
_SPLITS = ("train", "validation", "test", "test_families", "test_systems")


def plain(value: Any) -> Any:
    """A value with every mapping and sequence in it read to the end."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items() if key not in _LEFT_OUT}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


def digest(asked: Selection) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of an incident as JSON."""
    text = json.dumps(plain(select_incident(asked).scenario), sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]


def golden_selections() -> list[Selection]:
    """Two hundred incidents of every split, task and difficulty."""
    return [Selection(split=_SPLITS[n % 5], index=n * 4 + n % 3, difficulty=_DIFFICULTIES[n % 4]) for n in range(COUNT)]


def golden() -> dict[str, Any]:
    return {"incident_version": INCIDENT_VERSION, "digests": [digest(asked) for asked in golden_selections()]}


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        GOLDEN.write_text(json.dumps(golden(), indent=1) + "\n")
    else:
        print("\n".join(golden()["digests"]))
