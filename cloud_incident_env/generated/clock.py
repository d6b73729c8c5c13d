"""The clock of an incident: minutes are counted from the alert, negative before it."""

from __future__ import annotations

from datetime import datetime, timedelta

from cloud_incident_env.generated.draws import Draws

YEAR_MINUTES = 500_000  # minutes of 2026 from which the time of an alert is drawn
FIRST_MINUTE = -24 * 60  # what tools can look back to: logs and metrics are kept for a day


class Clock:
    """When the alert came, and what time it is at a minute."""

    def __init__(self, duration: int, draws: Draws, on_the_hour: bool = False) -> None:
        """`duration` is in minutes, from the first symptom to the alert; the first one comes `on_the_hour`, if so."""
        self.duration = duration
        self.alert_time = datetime(2026, 1, 5) + timedelta(
            minutes=draws.between(0, YEAR_MINUTES), seconds=draws.between(0, 59)
        )
        if on_the_hour:  # the minute that ends with the onset is the first one of its hour
            self.alert_time -= timedelta(minutes=self.at(self.onset - 1).minute)

    @property
    def onset(self) -> int:
        """The minute of the first symptom."""
        return -self.duration

    def at(self, minute: float) -> datetime:
        return self.alert_time + timedelta(minutes=minute)

    def shown(self, minute: float) -> str:
        """A time of day, UTC."""
        return f"{self.at(minute):%H:%M:%S}Z"
