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
    late: float  # share of the incidents in which either logs or the record of changes come late
    drifts: float  # share of the known services at which a gauge reads otherwise than usual and hurts nobody
    recent: float  # share of these gauges, and of the anomalies, that began about with the first symptom
    changed: float  # share of the innocent services that changed within the hour before the first symptom
    own_failures: bool  # whether metrics and status tell what a service fails by itself apart from the rest
    failing: float | None = None  # share of the culprits that fail or cannot serve requests; by chance if None
    redraws: int = 0  # culprits that are drawn in place of one that can fail in the other way alone


DIFFICULTIES: dict[str, Difficulty] = {
    "easy": Difficulty(
        known=6,
        hops=1,
        also_in_alert=1,
        plainness=1.0,
        log_lines=14,
        anomalies=0,
        second_alert=0.0,
        gaps=0.0,
        late=0.0,
        drifts=0.0,
        recent=0.0,
        changed=0.16,
        own_failures=True,
    ),
    "medium": Difficulty(
        known=8,
        hops=2,
        also_in_alert=2,
        plainness=0.95,
        log_lines=16,
        anomalies=0,
        second_alert=0.0,
        gaps=0.0,
        late=0.0,
        drifts=0.0,
        recent=0.0,
        changed=0.16,
        own_failures=True,
        failing=0.35,
    ),
    "hard": Difficulty(
        known=12,
        hops=3,
        also_in_alert=3,
        plainness=0.3,
        log_lines=16,
        anomalies=3,
        second_alert=0.3,
        gaps=4.0,
        late=0.8,
        drifts=0.8,
        recent=0.6,
        changed=0.16,
        own_failures=False,
        failing=0.3,
    ),
    "expert": Difficulty(
        known=16,
        hops=4,
        also_in_alert=4,
        plainness=0.1,
        log_lines=16,
        anomalies=5,
        second_alert=0.8,
        gaps=12.0,
        late=1.0,
        drifts=1.0,
        recent=0.8,
        changed=0.4,
        own_failures=False,
        failing=0.1,
        redraws=4,
    ),
}
