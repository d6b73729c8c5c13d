"""The episodes of a run for an export: in the order of the plan, one in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.store import EPISODES_NAME, RunFolder, RunFolderError, check_incidents


def in_order(folder: RunFolder) -> Iterator[EpisodeRecord]:
    """What `RunFolder.episodes` returns, read one record at a time: only the places of the records are kept.

    Raises RunFolderError as it does, and for a run on incidents that this code does not make.
    """
    check_incidents(folder)
    file = folder.path / EPISODES_NAME
    found: dict[str, tuple[bool, int]] = {}  # whether it has a grade, and where it begins
    for record, start in zip(folder.lines(), _starts(file), strict=False):  # a line cut off at the end has a start
        key = record["key"]
        if found.get(key, (False, 0))[0]:
            raise RunFolderError(f"{file} holds {key} twice")
        found[key] = (record["status"] == "graded", start)
    place = {planned.key: number for number, planned in enumerate(folder.config().plan())}
    if not found:
        return
    with file.open("rb") as lines:
        for key in sorted(found, key=lambda key: place.get(key, len(place))):
            lines.seek(found[key][1])
            kept: EpisodeRecord = json.loads(lines.readline())
            yield kept


def _starts(file: Path) -> Iterator[int]:
    """Where each line of a file begins."""
    if not file.exists():
        return
    start = 0
    with file.open("rb") as lines:
        for line in lines:
            yield start
            start += len(line)
