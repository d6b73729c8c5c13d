"""Episodes as compact JSON for the list of the page: an index that is read at once, trajectories loaded on demand.

`page.js` reads this format; the two change together.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any, Literal

from cloud_incident_env.evaluation.record import EpisodeRecord

CHUNK = 100  # episodes whose trajectories lie in one script element
_Field = Literal["task_id", "difficulty", "split", "family", "scenario_id"]
_FIELDS: tuple[_Field, ...] = ("task_id", "difficulty", "split", "family", "scenario_id")


class _Names:
    """Texts that occur often, each kept once and referred to by its number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers))


def embedded(records: Sequence[EpisodeRecord]) -> str:
    """The script elements that hold the episodes."""
    names = _Names()
    chunks = [
        [_trajectory(record, names) for record in records[start : start + CHUNK]]
        for start in range(0, len(records), CHUNK)
    ]
    rows = [_row(record, names) for record in records]
    index = {"chunk": CHUNK, "rows": rows, "names": list(names.numbers)}
    elements = [_element("episodes", index)]
    elements += [_element(f"trajectories-{number}", chunk) for number, chunk in enumerate(chunks)]
    return "\n".join(elements)


def _row(record: EpisodeRecord, names: _Names) -> list[Any]:
    return [
        *(names(record[field]) for field in _FIELDS),
        record["trial"],
        int(record["status"] == "graded"),
        record["grade"],
        len(record["steps"]),
        record["wrong_actions"] + record["invalid_actions"] + record["repeated_actions"],
        record["prompt_tokens"] + record["completion_tokens"],
        round(record["seconds"], 3),
    ]


def _trajectory(record: EpisodeRecord, names: _Names) -> list[Any]:
    steps = [
        [
            names(step["action_type"]),
            step["parameters"],
            names(step["source"]),
            step["reward"],
            names(step["reason"]),
            step["error"],
            step["digest"],
            round(step["seconds"], 3),
        ]
        for step in record["steps"]
    ]
    return [
        record["key"],
        record["options"],
        record["breakdown"],
        record["cumulative_reward"],
        record["error"],
        record["first_digest"],
        steps,
        record["answer"],
        record.get("feedback", ""),
    ]


def _element(identity: str, value: Any) -> str:
    """A script element that holds JSON. ASCII without `<`, `>` and `&`, so nothing in it can end the element."""
    text = json.dumps(value, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f'<script type="application/json" id="{escape(identity)}">{text}</script>'
