"""Episodes for the list of the page: an index that is read at once; trajectories, packed, that are read on demand.

`app/episodes.js` reads this format; the two change together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Literal

from cloud_incident_env.evaluation.metrics import Part
from cloud_incident_env.evaluation.record import EpisodeRecord, StepRecord
from cloud_incident_env.evaluation.report import evidence

_LOST = 0.005  # of a part of the grade, from which it counts as lost
CHUNK = 100  # episodes whose trajectories lie in one script element
_Field = Literal["task_id", "difficulty", "split", "family", "scenario_id"]
_FIELDS: tuple[_Field, ...] = ("task_id", "difficulty", "split", "family", "scenario_id")


Place = Literal["here", "folder", "nowhere"]  # of what the agents read


class _Names:
    """Texts that occur often, each kept once and referred to by its number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers))


def embedded(records: Sequence[EpisodeRecord], parts: Sequence[Part], place: Place, seen: Iterable[str] = ()) -> str:
    """The script elements that hold the episodes.

    `parts` say what each part of a grade can earn; `place` is where what the agents read is found, and `seen` holds
    the chunks of `evidence.chunks` where that is here.
    """
    names = _Names()
    most = {(part["task"], part["part"]): part["most"] for part in parts}
    chunks = [
        [_trajectory(record, names) for record in records[start : start + CHUNK]]
        for start in range(0, len(records), CHUNK)
    ]
    index = {
        "chunk": CHUNK,
        "evidence": {"place": place, "chunk": evidence.CHUNK},
        "rows": [_row(record, most, names) for record in records],
        "most": [[names(task), names(part), value] for (task, part), value in most.items()],
        "names": list(names.numbers),
    }
    elements = [_element("episodes", _safe_json(index))]
    elements += [_element(f"trajectories-{number}", evidence.packed(chunk)) for number, chunk in enumerate(chunks)]
    elements += [_element(f"evidence-{number}", chunk) for number, chunk in enumerate(seen)]
    return "\n".join(elements)


def _row(record: EpisodeRecord, most: Mapping[tuple[str, str], float], names: _Names) -> list[Any]:
    is_graded = record["status"] == "graded"
    earned = record["breakdown"]
    lost = [
        names(part)
        for (task, part), value in most.items()
        if is_graded and task == record["task_id"] and earned.get(part, 0.0) < value - _LOST
    ]
    return [
        *(names(record[field]) for field in _FIELDS),
        record["trial"],
        int(is_graded),
        record["grade"],
        len(record["steps"]),
        record["wrong_actions"] + record["invalid_actions"] + record["repeated_actions"],
        record["prompt_tokens"] + record["completion_tokens"],
        round(record["seconds"], 3),
        record["key"],
        lost,
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
            words_of(step),
        ]
        for step in record["steps"]
    ]
    return [
        record["options"],
        record["breakdown"],
        record["cumulative_reward"],
        record["error"],
        record["first_digest"],
        steps,
        record["answer"],
        record.get("feedback", ""),
    ]


def words_of(step: StepRecord) -> str | None:
    """What the agent said at a step: its model's words where they were recorded, else the reason that it gave."""
    words = step.get("words") or step["parameters"].get("reasoning")
    return words if isinstance(words, str) and words else None


def _safe_json(value: Any) -> str:
    """JSON in ASCII without `<`, `>` and `&`, so that nothing in it can end an element."""
    text = json.dumps(value, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _element(identity: str, text: str) -> str:
    """A script element that holds data; `text` is safe in it."""
    return f'<script type="application/json" id="{escape(identity)}">{text}</script>'
