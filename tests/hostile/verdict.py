"""What the promise says of one attack: the server before, during and after it, and what witness and attacker saw."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.hostile.promise import (
    LOG_LINE_BYTES,
    MORE_DESCRIPTORS,
    MORE_THREADS,
    MOST_GROWTH_BYTES,
    MOST_LOG_BYTES,
    MOST_REFUSED_SECONDS,
    MOST_RSS_BYTES,
    MOST_SECONDS,
    QUIET_FACTOR,
)
from tests.hostile.server_process import Figures

TIMED = ("health", "step", "ws_step")  # what the promise names; resets and handshakes are only reported
FEWEST_TIMES = 20  # with fewer, a p99 says nothing: the witness was kept from working


@dataclass
class Observed:
    """Everything that was seen of one attack."""

    before: Figures
    after: Figures
    most: Figures  # the highest of each figure during the attack
    witness: dict[str, Any]  # `witness.Report` as a dict
    attacker: dict[str, Any]  # `Attacker.report`
    files: Mapping[str, int] = field(default_factory=dict)  # new ones, with their sizes in bytes
    log: str = ""  # what was written meanwhile
    log_bytes: int = 0
    few_places: bool = False  # whether the server's settings leave an attacker little to fill
    still_closed: list[str] = field(default_factory=list)  # doors that did not open again after the attack


def percentile(times: list[float], share: float) -> float:
    """The time that so large a share of the times does not pass; in seconds. Raises IndexError if there are none."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def limit_seconds(quiet: Mapping[str, list[float]], name: str, most_seconds: float = MOST_SECONDS) -> float:
    """How long a p99 may be, beside that of a quiet run on the same machine."""
    return max(most_seconds, QUIET_FACTOR * percentile(quiet[name], 0.99))


def breaches(seen: Observed, quiet: Mapping[str, list[float]], most_seconds: float = MOST_SECONDS) -> list[str]:
    """What of the promise was not kept, a line each. `most_seconds` is how long an answer may take at p99."""
    return [
        *_slow(seen, quiet, most_seconds),
        *_wrong(seen),
        *_failed(seen.attacker),
        *_grown(seen),
        *(f"file written: {path}, {size} bytes" for path, size in list(seen.files.items())[:10]),
        *_logged(seen),
        *(f"not back a minute after the attack: {door}" for door in seen.still_closed),
    ]


def _slow(seen: Observed, quiet: Mapping[str, list[float]], most_seconds: float) -> list[str]:
    found = []
    for name in TIMED:
        times, limit = seen.witness["seconds"].get(name, []), limit_seconds(quiet, name, most_seconds)
        if len(times) < FEWEST_TIMES:
            found.append(f"the witness got only {len(times)} answers of {name}")
        elif (p99 := percentile(times, 0.99)) > limit:
            slowest = f"p50 {1000 * percentile(times, 0.5):.0f}, slowest {1000 * max(times):.0f}"
            found.append(f"{name} takes {1000 * p99:.0f} ms at p99, over {1000 * limit:.0f} ({slowest})")
    return found


def _wrong(seen: Observed) -> list[str]:
    found = []
    if seen.witness["problem_count"]:
        found.append(f"{seen.witness['problem_count']} wrong answers, the first: {seen.witness['problems'][:3]}")
    if seen.witness["refused_seconds"] > MOST_REFUSED_SECONDS:
        found.append(f"the witness was refused for {seen.witness['refused_seconds']:.0f} s")
    return found


def _failed(attacker: Mapping[str, Any]) -> list[str]:
    """No status of 500 and above but 503, which says that the server is full, and no answer that is wrong in kind."""
    failed = {status: count for status, count in attacker["statuses"].items() if _is_failure(status)}
    problems = attacker["problems"]
    count = f"{attacker['counts'].get('problems', 0)} answers wrong in kind:"
    wrong = ["\n    ".join([count, *problems[:5]])] if problems else []
    shown = [text for text in attacker["failures"] if ": 503 " not in text][:3]
    return [*([f"answers of 5xx: {failed}, such as {shown}"] if failed else []), *wrong]


def _is_failure(status: str) -> bool:
    return status.isdecimal() and int(status) >= 500 and status != "503"


def _grown(seen: Observed) -> list[str]:
    found = []
    if seen.most.rss > MOST_RSS_BYTES:
        found.append(f"RSS reached {seen.most.rss >> 20} MiB (before: {seen.before.rss >> 20})")
    if seen.few_places and seen.after.rss > seen.before.rss + MOST_GROWTH_BYTES:
        found.append(f"RSS stays {(seen.after.rss - seen.before.rss) >> 20} MiB higher on a server of few places")
    if seen.after.descriptors > seen.before.descriptors + MORE_DESCRIPTORS:
        found.append(f"{seen.after.descriptors} descriptors stay open, {seen.before.descriptors} before")
    if seen.most.threads > seen.before.threads + MORE_THREADS:
        found.append(f"{seen.most.threads} threads, {seen.before.threads} before")
    return found


def _logged(seen: Observed) -> list[str]:
    found = []
    if "Traceback" in seen.log:
        errors = re.findall(r"^[\w.]+(?:Error|Exception|Exit|Closed\w*)\b.*", seen.log, re.M)
        found.append(f"{seen.log.count('Traceback')} tracebacks in the log: {[*dict.fromkeys(errors)][:3]}")
    answers = sum(seen.attacker["statuses"].values()) + sum(map(len, seen.witness["seconds"].values()))
    if seen.log_bytes > MOST_LOG_BYTES + answers * LOG_LINE_BYTES:
        found.append(f"{seen.log_bytes >> 10} KiB of log")
    return found
