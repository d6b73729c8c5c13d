"""How the learner reads the text of a diagnostic.

Texts become tokens (hashes of words, and of figures away from normal) and figures of calls. It knows how tables and
lines are laid out, and not what any word means: the weights decide which tokens matter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cloud_incident_env.status_lines import FLAGS_LABEL, STEPS_LABEL

Tokens = NDArray[np.uint32]

_WORD = re.compile(r"(?<![a-z0-9])[a-z]{3,}(?![a-z0-9])")
_ROW = re.compile(r"^(\S.*?) {2,}(\S.*?) {2,}\S.*? {2,}(\S.*)$", re.M)
_FIGURE = re.compile(r"[\d,]*\.?\d+")
_FARES = r"(?P<errors>[\d.]+) % errors, p99 (?P<now>[\d,.]+) ms \(normal (?P<normal>[\d,.]+) ms\)"
_CALL = re.compile(rf"^ *(?P<name>\S+) [^:\n]*:.*? {_FARES}(?P<fallback>, fallback)?", re.M)
_OWN = re.compile(rf"^(?P<name>\S+) at \S+: {_FARES}")
_CHANGE = re.compile(r"\((\d+) min ago\)\s+\S+\s+by (\S+): (.*)")
_LISTED = re.compile(rf"^(?:{FLAGS_LABEL}|{STEPS_LABEL}): .+$", re.M)
AWAY = math.log(1.3)  # a figure further from normal than this factor is away from it


@cache
def token(name: str) -> int:
    """The hash of a name: 32 bits, the same everywhere."""
    return crc32(name.encode())


@cache
def stem(word: str) -> str:
    """A crude stem, so that `leaked`, `leaks` and `leaking` are one."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def words(text: str) -> list[str]:
    """The stems of the words of a text, in order."""
    return [stem(word) for word in _WORD.findall(text.lower())]


class Call(NamedTuple):
    """How the calls of a service fare, by what one text shows."""

    name: str
    badness: float  # 0 (as usual) to 2 (all fail, and slowly)
    fallback: bool


def without_lists(text: str) -> str:
    """A status text without the names of flags and runbook steps."""
    return _LISTED.sub("", text)


def number(text: str) -> float:
    """The first figure of a text; 0 if there is none."""
    found = _FIGURE.search(text)
    return float(found[0].replace(",", "")) if found else 0.0


def _badness(errors: str, now: str, normal: str) -> float:
    slower = math.log2(max(number(now), 0.1) / max(number(normal), 0.1))
    failing = math.log2(1 + number(errors) / 3)
    return min(max(slower, 0.0), 4.0) / 4 + min(failing, 4.0) / 4


def calls(text: str) -> tuple[float, list[Call]]:
    """A dependency text: how the service itself fares, and the calls it makes."""
    own = _OWN.search(text)
    _, _, below = text.partition("Calls:")
    made = [
        Call(found["name"], _badness(found["errors"], found["now"], found["normal"]), bool(found["fallback"]))
        for found in _CALL.finditer(below)
    ]
    return (_badness(own["errors"], own["now"], own["normal"]) if own else 0.0), made


class Row(NamedTuple):
    """A row of a metrics table."""

    label: str
    now: float
    departure: float  # natural logarithm of now to normal


def rows(text: str) -> list[Row]:
    """The rows of a metrics text; its first row is the head."""
    found = []
    for label, now, normal in _ROW.findall(text)[1:]:
        value, usual = number(now), number(normal)
        floor = 0.1 if max(value, usual) < 10 else 1.0
        found.append(Row(label, value, math.log((value + floor) / (usual + floor))))
    return found


def own_badness(table: Sequence[Row]) -> float:
    """How a service fares by its own metrics, as `Call.badness`."""
    by_label = {row.label: row for row in table}
    if "error rate" not in by_label or "latency p99" not in by_label:
        return 0.0
    slower = by_label["latency p99"].departure / math.log(2)
    return min(max(slower, 0.0), 4.0) / 4 + min(math.log2(1 + by_label["error rate"].now / 3), 4.0) / 4


def _names(tool: str, text: str, duration: int) -> Iterable[str]:
    if tool == "check_metrics":
        return _departures(text)
    if tool == "check_recent_deploys":
        return _changes(text, duration)
    if tool == "check_service_status":
        return words(without_lists(text))
    return words(text) if tool == "query_logs" else ()


def _departures(text: str) -> Iterator[str]:
    for row in rows(text):
        if abs(row.departure) > AWAY:
            yield f"{row.label}{'+' if row.departure > 0 else '-'}"
            if abs(row.departure) > 3 * AWAY:
                yield f"{row.label}{'++' if row.departure > 0 else '--'}"


def _changes(text: str, duration: int) -> Iterator[str]:
    for age, author, summary in _CHANGE.findall(text)[:1]:
        lead = int(age) - duration
        yield f"lead {lead // 5 if 0 <= lead < 30 else 'other'}"
        yield f"by {author}"
        yield from words(summary)


def tokens_of(tool: str, text: str, duration: int) -> Tokens:
    """The distinct tokens of a text, in a fixed order. `duration` is the alert's, in minutes."""
    names = dict.fromkeys(_names(tool, text, duration))
    return np.array([token(f"{tool} {name}") for name in names], dtype=np.uint32)
