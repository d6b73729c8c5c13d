"""The four difficulties of generated incidents, in figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difficulty:
    """How large an incident is, and how much of it misleads."""

    known: int  # services that the agent knows of
    hops: int  # calls between the alerting service and the culprit, fewer where the system is not that deep
    also_in_alert: int  # services that the alert lists beside the one that alerts: a quarter of the others or so
    decoys: int  # innocent services that look suspicious
    plainness: float  # share of the victims' error lines that name the service they wait for
    log_lines: int  # lines of a log, give or take two
    symptoms: float  # share of the culprit's log lines that tell of the failure


DIFFICULTIES: dict[str, Difficulty] = {
    "easy": Difficulty(known=6, hops=1, also_in_alert=1, decoys=1, plainness=1.0, log_lines=10, symptoms=0.7),
    "medium": Difficulty(known=8, hops=2, also_in_alert=2, decoys=2, plainness=0.8, log_lines=12, symptoms=0.55),
    "hard": Difficulty(known=12, hops=3, also_in_alert=3, decoys=3, plainness=0.5, log_lines=14, symptoms=0.45),
    "expert": Difficulty(known=16, hops=4, also_in_alert=4, decoys=5, plainness=0.3, log_lines=16, symptoms=0.35),
}
