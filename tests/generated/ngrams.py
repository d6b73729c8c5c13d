"""Phrases of one to three words in the logs that give a failure mode away: present with it, absent without it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from cloud_incident_env.incident import Incident
from tests.generated.shown import Shown

PRECISION = 0.95  # share of the incidents with a phrase that are of the mode, from which it gives the mode away
RECALL = 0.6  # share of the incidents of the mode that have the phrase
LEAST = 4  # incidents of a mode in each half, to say anything of it
_WORD = re.compile(r"[a-z][a-z_.-]*[a-z]|[a-z]")
_FIGURES = re.compile(r"\b(?=\w*\d)[\w.:-]+")


def phrases_of(incident: Incident) -> set[str]:
    """The phrases of all its logs, without figures, ids and names of services."""
    shown = Shown(incident)
    plain = "\n".join(shown.text("query_logs", name) for name in shown.services).casefold()
    for name in sorted(shown.services, key=len, reverse=True):
        plain = plain.replace(name, " ")
    found: set[str] = set()
    for line in _FIGURES.sub(" ", plain).splitlines():
        words = _WORD.findall(line)
        pairs = list(map(" ".join, pairwise(words)))
        found.update(words, pairs, (f"{pair} {last}" for pair, last in zip(pairs, words[2:], strict=False)))
    return found


def given_away(incidents: Sequence[Incident]) -> tuple[dict[str, str], int]:
    """The modes that some phrase gives away, each with that phrase, and of how many modes anything could be said.

    A phrase is chosen on every other incident and must hold on the rest, so that none tells by chance.
    """
    halves = [[(each.failure_mode, phrases_of(each)) for each in incidents[start::2]] for start in (0, 1)]
    sizes = [Counter(mode for mode, _ in half) for half in halves]
    judged = {mode for mode in sizes[0] if min(size[mode] for size in sizes) >= LEAST}
    first, second = map(_counted, halves)
    found: dict[str, str] = {}
    for phrase, by_mode in first.items():
        mode = max(by_mode, key=lambda name: by_mode[name])
        if mode not in judged or mode in found or not _tells(by_mode, mode, sizes[0][mode]):
            continue
        if _tells(second.get(phrase, Counter()), mode, sizes[1][mode]):
            found[mode] = phrase
    return found, len(judged)


def _counted(half: Iterable[tuple[str, set[str]]]) -> dict[str, Counter[str]]:
    """Phrase -> mode -> incidents with it."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for mode, phrases in half:
        for phrase in phrases:
            found[phrase][mode] += 1
    return found


def _tells(by_mode: Counter[str], mode: str, size: int) -> bool:
    times = by_mode[mode]
    return times > RECALL * size and times > PRECISION * by_mode.total()
