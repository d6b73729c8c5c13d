"""One generated incident as a world that tools can look at: its services, times, figures and facts."""

from __future__ import annotations

from cloud_incident_env.generated.cast import Cast
from cloud_incident_env.generated.difficulty import Difficulty
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.figures import Figures, draw_culprit_effect
from cloud_incident_env.generated.severity import Impact
from cloud_incident_env.generated.spread import Spread
from cloud_incident_env.generated.timeline import Timeline
from cloud_incident_env.telemetry import Report


class World:
    """One incident. Cheap to make; what is costly is worked out when it is first read, and kept.

    Services are known by their index in the system.
    """

    def __init__(
        self,
        key: str,
        cast: Cast,
        difficulty: Difficulty,
        impact: Impact,
        duration: int,
        draws: Draws,
        background: tuple[str, ...],
    ) -> None:
        """`duration` is in minutes from the first symptom to the alert."""
        self.key = key  # names the streams of draws
        self.cast = cast
        self.difficulty = difficulty
        self.background = background  # families whose changes and runbook steps innocent services show
        self.timeline = Timeline(duration, (step.relief for step in cast.family.steps), draws)
        self.facts: dict[str, object] = {name: draws.pick(options) for name, options in cast.family.facts.items()}
        self.spread = Spread(cast)
        effect = draw_culprit_effect(draws, cast.family, impact)
        self.figures = Figures(key, cast, self.timeline, self.spread, impact, effect)
        self.index_of = {cast.names[index]: index for index in cast.known}  # by name
        self.reports: dict[tuple[str, str, int], Report] = {}  # that were read, by tool, service and phase

    def draws(self, *name: object) -> Draws:
        """A stream of draws of this incident."""
        return Draws(self.key, *name)
