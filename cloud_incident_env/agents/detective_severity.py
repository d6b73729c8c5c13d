"""How bad an alert is, worked out from the figures of the services at which users and the core flow are counted."""

from __future__ import annotations

import re

from cloud_incident_env.agents.detective_case import Case

FLOW_DOWN = 50.0  # % of the attempts of the core flow that succeed, below which it is down
LOSS_P1 = 1_000.0  # USD per minute above which an alert is P1
MOST_USERS = 0.5  # share of the users from which most are hit

_ACTIVE, _HIT = re.compile(r"active users"), re.compile(r"users who met a failure")
_SUCCEED, _VALUE = re.compile(r".*\battempts\b.* that succeed"), re.compile(r"mean value of .*\battempt\b.*")
_ATTEMPTS = re.compile(r"(?!.* that succeed).*\battempts\b.*")


def severity_of(case: Case) -> str:
    """P1 to P4, by what the metrics seen so far tell."""
    active, hit = _figure(case, _ACTIVE), _figure(case, _HIT)
    succeed, attempts, value = (_figure(case, row) for row in (_SUCCEED, _ATTEMPTS, _VALUE))
    if succeed is not None and succeed < FLOW_DOWN:
        return "P1"
    lost = (attempts or 0.0) * (value or 0.0) * (100.0 - (succeed or 0.0)) / 100.0  # USD per minute
    if lost > LOSS_P1:
        return "P1"
    if hit is None or not active:
        return "P2"
    if hit / active > MOST_USERS:
        return "P2"
    return "P3" if hit > 0 else "P4"


def _figure(case: Case, row: re.Pattern[str]) -> float | None:
    """The latest reading of a metric whose label fits."""
    for seen in case.seen.values():
        for label in seen.metrics.rows if seen.metrics else ():
            if row.match(label) and seen.metrics:
                return seen.metrics.now(label)
    return None
