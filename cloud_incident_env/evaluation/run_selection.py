"""Which episodes of a run are shown, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from statistics import fmean
from typing import Any

Shown = Mapping[str, Any]

KINDS = ("task_id", "difficulty", "split")  # fields by which the episodes of a run are told apart
MOST_VALUES = 100  # of each that are told; no run of an evaluation has as many
# Name of an order -> what episodes are sorted by; an episode without a grade comes last.
_ORDERS: Mapping[str, Callable[[Shown], Any]] = {
    "scenario": lambda episode: str(episode["scenario_id"]),
    "fewest": lambda episode: episode["steps"],
    "most": lambda episode: -episode["steps"],
    "best": lambda episode: (not _is_graded(episode), -_grade(episode)),
    "worst": lambda episode: (not _is_graded(episode), _grade(episode)),
}


def select(
    episodes: Sequence[Shown], *, text: str | None = None, sort: str | None = None, **kinds: str | None
) -> list[Shown]:
    """The episodes of these kinds whose incident or key holds a text, as they were recorded or in another order."""
    wanted = {name: kind for name, kind in kinds.items() if kind is not None}
    found = [episode for episode in episodes if all(episode[name] == kind for name, kind in wanted.items())]
    if text is not None and (searched := text.strip().casefold()):
        found = [each for each in found if searched in f"{each['scenario_id']} {each['key']}".casefold()]
    order = _ORDERS.get(sort or "")
    return found if order is None else sorted(found, key=order)


def kinds(episodes: Sequence[Shown]) -> dict[str, dict[str, int]]:
    """Each field of `KINDS`, with its first values and how many episodes have each."""
    return {name: dict(islice(Counter(str(each[name]) for each in episodes).items(), MOST_VALUES)) for name in KINDS}


def mean_grade(episodes: Sequence[Shown]) -> float | None:
    """The mean of the grades; None where no episode has one."""
    grades = [_grade(episode) for episode in episodes if _is_graded(episode)]
    return round(fmean(grades), 4) if grades else None


def _is_graded(episode: Shown) -> bool:
    return episode["status"] == "graded" and isinstance(episode["grade"], int | float)


def _grade(episode: Shown) -> float:
    return float(episode["grade"]) if _is_graded(episode) else 0.0
