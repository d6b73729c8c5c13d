"""Printing a symptom that each language, or each kind of software, words in its own way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from cloud_incident_env.generated.model import Line, Role, printed


def printed_each(
    symptoms: Iterable[Line],
    on: Role = "culprit",
    per_minute: float | None = None,
    until: tuple[str, ...] = (),
    since: Literal["onset", "change"] = "onset",
    within: tuple[str, ...] = (),
) -> tuple[Line, ...]:
    """The symptoms as one mode prints them; those of software in `within` alone, where it names any."""
    return tuple(
        printed(each, on, per_minute, until, since)
        for each in symptoms
        if not within or not each.software or set(each.software) <= set(within)
    )
