"""The four difficulties of generated incidents, in figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difficulty:
    """How large an incident is, and how much of it misleads."""

    known: int  # services that the agent knows of, the monitoring among them
    hops: int  # calls between the alerting service and the culprit, fewer where the system is not that deep
    also_in_alert: int  # services that the alert lists beside the one that alerts: a quarter of the others or so
    plainness: float  # share of the lines of failing calls that name the callee where both wordings exist
    log_lines: int  # lines that a log shows at most
    anomalies: int  # innocent services with something wrong of their own
    second_alert: float  # share of the incidents in which another alert comes later
    gaps: float  # services whose metrics or log are missing for a while, in the mean
    late: float  # share of the incidents in which logs come late, and share in which the record of changes does
    drifts: float  # share of the known services at which a gauge reads otherwise than usual and hurts nobody
    own_failures: bool  # whether metrics and status tell what a service fails by itself apart from the rest
    failing: float | None = None  # share of the culprits that fail or cannot serve requests; by chance if None


DIFFICULTIES: dict[str, Difficulty] = {
    "easy": Difficulty(6, 1, 1, 1.0, 14, 0, 0.0, 0.0, 0.0, 0.0, True),
    "medium": Difficulty(8, 2, 2, 0.8, 16, 0, 0.0, 0.1, 0.0, 0.1, True, 0.45),
    "hard": Difficulty(12, 3, 3, 0.5, 16, 2, 0.3, 3.0, 0.4, 0.8, False, 0.3),
    "expert": Difficulty(16, 4, 4, 0.3, 16, 2, 0.6, 5.0, 0.6, 0.8, False, 0.2),
}
