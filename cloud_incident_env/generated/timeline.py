"""When a failure begins, grows, and ends.

Time is counted in minutes from the alert: negative before it. Once plan steps hold, each takes `STEP_MINUTES`, so phase
`k` (the first k steps hold) is read at minute `k * STEP_MINUTES`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from cloud_incident_env.generated.draws import Draws

STEP_MINUTES = 4  # minutes that a plan step takes: long enough that figures of two phases differ
GONE = 0.05  # intensity, 0 to 1, below which a failure is over: less than what figures vary by anyway
SHORTEST_RAMP = 1.5  # minutes from the first symptom to the height of the failure, at least
YEAR_MINUTES = 525_000  # minutes of 2026 from which the time of an alert is drawn, short of its last hours


class Timeline:
    """The times of one incident, and how strong its failure is at each."""

    def __init__(self, duration: int, reliefs: Iterable[float], draws: Draws) -> None:
        """`reliefs` says for each plan step which share of the failure it takes away."""
        self.duration = duration  # minutes from the first symptom to the alert
        self._ramp_minutes = draws.uniform(SHORTEST_RAMP, max(2.0, duration / 2))
        self.alert_time = datetime(2026, 1, 1) + timedelta(
            minutes=draws.between(0, YEAR_MINUTES), seconds=draws.between(0, 59)
        )
        self.onset = self.alert_time - timedelta(minutes=duration)  # of the first symptom
        left = [1.0]
        for relief in reliefs:
            left.append(left[-1] - relief)
        self._left = [max(0.0, round(value, 6)) for value in left]  # intensity in each phase

    def now(self, phase: int) -> datetime:
        """The time at which a phase is read."""
        return self.alert_time + timedelta(minutes=phase * STEP_MINUTES)

    def intensity(self, phase: int, minute: float) -> float:
        """How strong the failure is, 0 to 1, at a minute from the alert, when `phase` steps have held by now."""
        if minute < 0:
            return min(1.0, max(0.0, (minute + self.duration) / self._ramp_minutes))
        return self._left[min(phase, int(minute // STEP_MINUTES) + 1)]

    def standing_intensity(self, phase: int, minute: float) -> float:
        """As `intensity`, of what was at its height long before anybody felt the failure."""
        return self.intensity(phase, minute) if minute >= 0 else 1.0

    def gone_at(self, phase: int) -> datetime | None:
        """When the failure was over; None if it is not."""
        over = [number for number in range(1, phase + 1) if self._left[number] < GONE]
        return self.now(over[0] - 1) if over else None
