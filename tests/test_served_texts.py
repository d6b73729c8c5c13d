"""The texts that incidents serve are, byte for byte, those of the release before the incidents became objects."""

from __future__ import annotations

import json

import pytest

from cloud_incident_env.incident import TaskId
from tasks import INCIDENTS
from tests.generated.digests import Asked, golden_incidents
from tests.served_texts import STORED, name_of, of_generated, of_handwritten

BEFORE: dict[str, dict[str, str]] = json.loads(STORED.read_text())
NINE = [pytest.param(t, i, id=incident.id) for t, table in INCIDENTS.items() for i, incident in enumerate(table)]


def check(name: str, now: dict[str, str]) -> None:
    """Fail, with every phase in which an incident serves something else than before."""
    before = BEFORE[name]
    changed = [phase for phase in dict.fromkeys((*before, *now)) if before.get(phase) != now.get(phase)]
    assert not changed, "\n".join(
        [
            f"the texts served by {name} changed in these phases (if so wanted: python -m tests.served_texts --write):",
            *changed,
        ]
    )


@pytest.mark.parametrize(("task_id", "index"), NINE)
def test_a_hand_written_incident_serves_what_it_served_before(task_id: TaskId, index: int) -> None:
    check(INCIDENTS[task_id][index].id, of_handwritten(task_id, index))


@pytest.mark.parametrize("asked", [pytest.param(asked, id=name_of(asked)) for asked in golden_incidents()])
def test_a_generated_incident_serves_what_it_served_before(asked: Asked) -> None:
    check(name_of(asked), of_generated(asked))


def test_there_are_digests_of_the_nine_and_of_200_generated_incidents() -> None:
    nine = {incident.id for table in INCIDENTS.values() for incident in table}
    assert set(BEFORE) == nine | {name_of(asked) for asked in golden_incidents()}
    assert len(BEFORE) == 209
