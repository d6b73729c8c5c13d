"""Grades records in an interpreter of its own, for the checks of the verifier.

    python tools/quality/semantic_grade_worker.py ORDER REPEATS < records.json

Reads a JSON list of episode states, grades them REPEATS times in an order drawn from the seed ORDER, and prints a line
of JSON for each, in the order of the list. PYTHONPATH says where the graders are. While it grades it refuses everything
that reaches out of the process: sockets, files, programs, late imports. Exits with a message where two gradings of one
record differ.
"""

from __future__ import annotations

import json
import random
import sys
from typing import Any

from graders import grade
from tasks import get_incident

REACHES_OUT = ("socket.", "open", "os.", "subprocess.", "import", "ctypes.", "shutil.", "urllib.")


class Sealed:
    """An audit hook that refuses what reaches out of the process, once it is `closed`."""

    closed = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.closed and event.startswith(REACHES_OUT):
            raise PermissionError(f"grading reached out of the process: {event} {arguments[:1]}")


def grade_all(records: list[dict[str, Any]], order: int, repeats: int) -> list[str]:
    """The grades of the records as JSON. Raises ValueError where two gradings of one record differ."""
    numbers = list(range(len(records)))
    random.Random(order).shuffle(numbers)
    grades: dict[int, str] = {}
    for _ in range(repeats):
        for number in numbers:
            record = records[number]
            incident = get_incident(record["task_id"], record["scenario_index"])
            text = json.dumps(grade(record["task_id"], record, incident))
            if grades.setdefault(number, text) != text:
                raise ValueError(f"record {number} was graded {grades[number]} and then {text}")
    return [grades[number] for number in range(len(records))]


def main() -> None:
    records = json.load(sys.stdin)
    seal = Sealed()
    sys.addaudithook(seal)
    seal.closed = True
    lines = grade_all(records, int(sys.argv[1]), int(sys.argv[2]))
    seal.closed = False
    print("\n".join(lines))


if __name__ == "__main__":
    main()
