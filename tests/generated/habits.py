"""What can be had by habits of on-call work and no knowledge of failures: two policies found by looking for shortcuts.

`changed_then_odd` reads the changes of every service and takes, of those that changed shortly before the first symptom,
the one whose figures moved the farthest. `Habits` is a linear model over how figures moved and when services changed,
fitted to labelled incidents; it looks at everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import log
from zlib import crc32

import numpy as np

from cloud_incident_env.agents.evidence import Metrics, read_report
from cloud_incident_env.incident import Incident
from tests.generated.shown import Shown
from tests.generated.words import SLOTS, Bag, Ranker

SHORTLY = (1.0, 12.0)  # minutes from a change to the first symptom
SAME_DAY = 240.0
CANDIDATES = 3  # changed services of which the figures are read
MOVED, FAR = 0.15, 1.0  # logarithms of a figure over its normal value from which it has moved, and moved far
FLOOR = 0.05  # beside which small figures are read, so that none is infinitely many times another
EVERYWHERE = frozenset(
    {"requests", "error rate", "latency p50", "latency p99", "CPU", "memory"}
)  # metrics of any service
_AGE = re.compile(r"\((?P<count>\d+) (?P<unit>min|h|d) ago\)")
_MINUTES = {"min": 1.0, "h": 60.0, "d": 1440.0}


def changed_then_odd(shown: Shown) -> str:
    """Of the services that changed shortly before the first symptom, the one with the farthest move of a metric."""
    others = [name for name in shown.services if name != shown.entry]
    near = [name for name in others if SHORTLY[0] <= _before_onset(shown, name) <= SHORTLY[1]]
    candidates = near[:CANDIDATES] or others[:CANDIDATES]
    return max(candidates, key=lambda name: _farthest(_moves(shown, name)))


def share_by_changes(incidents: Sequence[Incident]) -> float:
    """The share of the incidents whose culprit `changed_then_odd` names."""
    return sum(changed_then_odd(Shown(incident)) == incident.culprit for incident in incidents) / len(incidents)


class Habits:
    """Names culprits by the signs that services show; fitted to incidents of which it is told the answer."""

    def __init__(self) -> None:
        self._ranker = Ranker()

    def fit(self, incidents: Sequence[Incident]) -> None:
        self._ranker.fit([(_bags(each), each.known_services.index(each.culprit)) for each in incidents])

    def share(self, incidents: Sequence[Incident]) -> float:
        """The share of the incidents whose culprit it names."""
        named = (each.known_services[self._ranker.names(_bags(each))] == each.culprit for each in incidents)
        return sum(named) / len(incidents)


def _bags(incident: Incident) -> list[Bag]:
    shown = Shown(incident)
    moves = {name: _moves(shown, name) for name in shown.services}
    signs = {name: _signs(shown, name, moves[name]) for name in shown.services}
    for what in ("error rate", "latency p99", "CPU", ""):  # the empty one stands for the farthest of the rest
        most = max(shown.services, key=lambda name: moves[name].get(what, 0.0) if what else _farthest(moves[name]))
        signs[most].append(f"most {what}")
    return [_slots(signs[name]) for name in shown.services]


def _signs(shown: Shown, service: str, moves: Mapping[str, float]) -> list[str]:
    found = [f"{'up' if by > 0 else 'down'} {label}" for label, by in moves.items() if abs(by) > MOVED]
    found += [f"far up {label}" for label, by in moves.items() if by > FAR]
    age = _before_onset(shown, service)
    if SHORTLY[0] <= age <= SAME_DAY:
        found.append("changed shortly before" if age <= SHORTLY[1] else "changed before")
    return [*found, "alerts"] if service == shown.entry else found


def _slots(signs: Iterable[str]) -> Bag:
    return np.array(sorted({crc32(sign.encode()) % SLOTS for sign in signs}), dtype=np.int64)


def _moves(shown: Shown, service: str) -> dict[str, float]:
    """How far each metric is from its normal value, as a logarithm."""
    report = read_report("check_metrics", service, shown.text("check_metrics", service))
    assert isinstance(report, Metrics)
    found = {}
    for label in report.rows:
        now, normal = report.now(label), report.normal(label)
        if now is not None and normal is not None:
            beside = max(FLOOR, 0.02 * abs(normal))
            found[label] = log((abs(now) + beside) / (abs(normal) + beside))
    return found


def _farthest(moves: Mapping[str, float]) -> float:
    return max((abs(by) for label, by in moves.items() if label not in EVERYWHERE), default=0.0)


def _before_onset(shown: Shown, service: str) -> float:
    """Minutes from the latest change before the first symptom to it; a day where none is shown."""
    ages = _AGE.finditer(shown.text("check_recent_deploys", service))
    since = (int(age["count"]) * _MINUTES[age["unit"]] - shown.incident.alert.duration_minutes for age in ages)
    return min((minutes for minutes in since if minutes >= SHORTLY[0]), default=1440.0)
