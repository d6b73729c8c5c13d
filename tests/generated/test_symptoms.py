"""No log line gives a failure mode or a culprit away: modes share symptoms, and healthy services show them too."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from statistics import fmean

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.lookalikes import lookalikes_of, own_symptoms
from cloud_incident_env.generated.model import Family, Line
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.world import World

LEAST_MARKED = 0.75  # of the texts
MOST_APART = 1 / 3  # by how much the mean number of kinds at culprits and at others may differ
INCIDENTS = 100

# Parts of the texts that one mode alone prints: in each, the software names the one condition that it stands for.
ALONE = {
    "etcdserver: no space": "the store prints it under its space alarm alone, and no other mode fills it",
    "etcdserver: mvcc: database space exceeded": "what its clients are answered then, which they pass on word by word",
    "LogDirFailureChannel": "a broker prints it when its own disk is full, and no other mode fills that",
}


@cache
def _printed() -> dict[str, list[tuple[Family, Line]]]:
    """Who prints each text."""
    found: dict[str, list[tuple[Family, Line]]] = defaultdict(list)
    for family in FAMILIES.values():
        for line in family.lines:
            found[line.text].append((family, line))
    return found


def test_every_text_is_printed_by_two_modes() -> None:
    alone = [text for text, by in _printed().items() if len({family.name for family, _ in by}) < 2]
    assert [text for text in alone if not any(part in text for part in ALONE)] == []
    assert [part for part in ALONE if not any(part in text for text in alone)] == []


def test_most_texts_are_printed_by_healthy_services_too() -> None:
    marked = [text for text, by in _printed().items() if any(line.elsewhere for _, line in by)]
    assert len(marked) >= LEAST_MARKED * len(_printed())


def test_healthy_services_have_the_gauges_that_their_lines_show() -> None:
    missing = [
        (software, label, line.text)
        for by in _printed().values()
        for family, line in by
        if line.elsewhere
        for software in line.software or family.strikes
        for label in re.findall(r"\{now\[([^]]+)\]\}", line.text)
        if label not in {gauge.label for gauge in SOFTWARE[software].gauges}
    ]
    assert missing == []


def _kinds(world: World, index: int) -> int:
    """How many kinds of symptoms the log of a service holds."""
    return len(own_symptoms(world, index)) + len(lookalikes_of(world, index))


def test_the_number_of_kinds_of_symptoms_does_not_tell_the_culprit() -> None:
    culprits: list[int] = []
    others: list[int] = []
    for seed in range(INCIDENTS):
        incident = generate("root_cause_analysis", seed, "medium", tuple(FAMILIES), tuple(SYSTEMS), tuple(FAMILIES))
        world: World = incident.telemetry.world  # type: ignore[attr-defined]
        cast = world.cast
        for index in cast.known:
            (culprits if index == cast.place.culprit else others).append(_kinds(world, index))
    assert abs(fmean(culprits) / fmean(others) - 1) <= MOST_APART
