"""Digests of what incidents serve: their texts in every phase, and all that scripted episodes return.

python -m tests.served_texts --write  # stores those of this code, where texts were meant to change

`served_texts.json` was first taken from the release before the incidents became objects. A digest is the first 16
hexadecimal digits of the SHA-256 of JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

from cloud_incident_env.choose import choose_incident
from cloud_incident_env.harm import harm_lines
from cloud_incident_env.incident import Incident, Key, Task, TaskId
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.rewards import REWARD_PROFILES
from tasks import INCIDENTS, TASKS
from tests.generated.digests import Asked, golden_incidents
from tests.reports import needs_of, reports_after
from tests.transcripts import moves_of, transcript

STORED = Path(__file__).with_suffix(".json")
Texts = dict[str, dict[str, str]]  # diagnostic -> service -> text


def digest(content: Any) -> str:
    return sha256(json.dumps(content).encode()).hexdigest()[:16]


def name_of(asked: Asked) -> str:
    return f"{asked.split}/{asked.index}/{asked.difficulty}"


def of_handwritten(task_id: TaskId, index: int) -> dict[str, str]:
    """What a hand-written incident serves: phase -> digest.

    The phases are each set of plan steps that can hold together, each wrong action, and the scripted episodes under
    each reward profile.
    """
    task, incident = TASKS[task_id], INCIDENTS[task_id][index]
    moves = moves_of(task, incident, every_target=True)
    served: dict[str, Any] = {}
    for held in _sets_that_hold(incident):
        served[f"after {', '.join(map(str, held)) or 'nothing'}"] = _texts(task, incident, held)
    for key, consequence in incident.consequences.items():
        if consequence.harm is not None:
            served[f"harmed by {key}"] = _texts(task, incident, (), key)
    for profile in REWARD_PROFILES:
        options = {"task_id": task_id, "scenario_index": index, "reward_profile": profile}
        served[f"episodes, rewards {profile}"] = transcript(options, moves)
    return {phase: digest(content) for phase, content in served.items()}


def of_generated(asked: Asked) -> dict[str, str]:
    """What a generated incident serves: phase -> digest. The phases are numbers of plan steps, and the episodes."""
    options = vars(asked)
    chosen = choose_incident(ResetOptions(**options))
    task, incident = chosen.task, chosen.incident
    served: dict[str, Any] = {
        f"after {count} steps": _texts(task, incident, incident.solution[:count])
        for count in range(len(incident.solution) + 1)
    }
    served["episodes"] = transcript(options, moves_of(task, incident, every_target=False))
    return {phase: digest(content) for phase, content in served.items()}


def all_served() -> dict[str, dict[str, str]]:
    """Incident -> phase -> digest."""
    nine = {incident.id: of_handwritten(t, i) for t, table in INCIDENTS.items() for i, incident in enumerate(table)}
    return nine | {name_of(asked): of_generated(asked) for asked in golden_incidents()}


def _texts(task: Task, incident: Incident, held: Sequence[Key], wrong: Key | None = None) -> Texts:
    """Every text that a task shows once these plan steps hold, with the harm of a wrong action below it."""
    texts: Texts = {}
    for (tool, service), report in reports_after(incident, held).items():
        if tool in task.available_actions:
            lines = [] if wrong is None else harm_lines(incident, wrong, tool, service, report)
            texts.setdefault(tool, {})[service] = "\n".join((report.text, *lines))
    return {tool: dict(sorted(by_service.items())) for tool, by_service in sorted(texts.items())}


def _sets_that_hold(incident: Incident) -> Iterator[list[Key]]:
    plan = incident.solution
    for bits in product((False, True), repeat=len(plan)):
        held = [key for key, holds in zip(plan, bits, strict=True) if holds]
        if all(set(needs_of(incident).get(key, ())) <= set(held) for key in held):
            yield held


if __name__ == "__main__" and "--write" in sys.argv[1:]:
    STORED.write_text(json.dumps(all_served(), indent=1) + "\n")
