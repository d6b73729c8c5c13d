"""The state of every service of an incident, at any moment: the one source of every figure that a tool shows.

Time is counted in minutes from the alert: negative before it. Once plan steps hold, each takes `STEP_MINUTES`, so phase
`k` (the first k steps hold) is read at minute `k * STEP_MINUTES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from incidents.cast import Cast
from incidents.difficulty import Difficulty
from incidents.draws import Draws
from incidents.model import EdgeKind, Range, Service, Software
from incidents.severity import Impact
from incidents.software import SOFTWARE
from incidents.systems.graph import ALERTING_KINDS

STEP_MINUTES = 4
GONE = 0.05  # what is left of a failure when it counts as over
VERSIONS = 4
EARLIER_MINUTES = 10  # the second column of the metrics
JITTER = 0.05  # figures of services that fare well wander by this share
# What is left of a failure after one call, by the kind of the call; and of a call with a fallback.
SPREAD: Mapping[EdgeKind, float] = {"sync": 0.9, "storage": 0.95, "async": 0.7, "config": 0.85}
FALLBACK_SPREAD = 0.05
# A culprit of a family with this error rate or more shows more errors than anybody in so many of its incidents.
FAILS_OPENLY = 0.15
MOST_OWN_ERRORS = 0.4  # of the culprit's requests: part of what it does still works
CULPRIT_IS_WORST = 0.2
# Error rates of victims in proportion to that of the alerting service: of the callee by which the culprit hurts others,
# and of the rest.
THROUGH_ERRORS = (0.15, 0.5)
OTHER_ERRORS = (0.5, 1.1)
# Factors on p99 latencies in proportion to that of the culprit: of the alerting service, whose callers wait longest,
# and of other victims.
ENTRY_LATENCY = (0.9, 2.0)
VICTIM_LATENCY = (0.5, 1.6)
LONGEST_MS = 30_000.0  # somebody gives up by then
TRAFFIC_TODAY = (0.45, 1.55)
CPU_TODAY = (0.5, 1.8)
VICTIM_TRAFFIC = (0.3, 1.7)  # clients give up, or try again
VICTIM_CPU = (0.4, 3.0)
CULPRIT_TRAFFIC = 0.5  # share of a family's factor on traffic that shows: part of the calls never got that far
# Where the failing calls of a victim show, and how high the figure goes at its height.
VICTIM_FIGURES: Mapping[str, Range] = {
    "workers busy": (55, 97),
    "queued requests": (40, 400),
    "pending requests": (60, 700),
    "upstream retries": (30, 240),
    "outgoing retries": (15, 120),
    "outgoing calls per request": (1.4, 1.9),
    "origin errors": (8, 60),
    "consumer lag": (4000, 60000),
    "age of output": (40, 120),
    "failed jobs": (4, 12),
}


@dataclass(frozen=True)
class Normal:
    """What is normal for a service."""

    requests: float  # per second
    error_rate: float  # 0 to 1
    p50: float  # ms
    p99: float  # ms
    cpu: float  # %
    memory: float  # %
    replicas: int
    figures: dict[str, float]  # gauge label -> value


@dataclass(frozen=True)
class Reading:
    """The figures of a service at one moment."""

    requests: float
    error_rate: float
    p50: float
    p99: float
    cpu: float
    memory: float
    replicas: int
    ready: int
    figures: dict[str, float]
    users_affected: float  # %
    by_fallback: float  # %
    flow_success: float  # %
    revenue_loss: float  # USD per minute

    @property
    def health(self) -> str:
        if self.ready == 0 or self.error_rate >= 0.5:
            return "DOWN"
        return "DEGRADED" if self.error_rate >= 0.05 or self.ready < self.replicas else "HEALTHY"


class World:
    """One incident in figures. Cheap to make; what is costly is worked out when it is first read, and kept."""

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
        self.key = key  # names the streams of draws
        self.background = background  # families whose changes and runbook steps innocent services show
        self.cast = cast
        self.difficulty = difficulty
        self.impact = impact
        self.duration = duration  # minutes from the first symptom to the alert
        self.ramp_minutes = draws.uniform(1.5, max(2.0, duration / 2))
        self.alert_time = datetime(2026, 1, 1) + timedelta(
            minutes=draws.between(0, 525_000), seconds=draws.between(0, 59)
        )
        family = cast.family
        self.facts: dict[str, object] = {name: draws.pick(options) for name, options in family.facts.items()}
        worst = family.errors[1] >= FAILS_OPENLY and draws.chance(CULPRIT_IS_WORST)
        share = draws.uniform(1.1, 1.5) if worst else draws.uniform(0.2, 0.9)
        errors = impact.error_rate * share if worst else min(draws.uniform(*family.errors), impact.error_rate * share)
        self.culprit_errors = min(MOST_OWN_ERRORS, errors)
        self.latency_factor = draws.uniform(*family.latency)
        self.traffic_factor = draws.uniform(*family.traffic)
        self._normal: dict[int, Normal] = {}
        self.texts: dict[tuple[str, str, int], str] = {}  # that were read: tool, service, phase -> text
        self.index_of = {cast.names[index]: index for index in cast.known}

    # Who is who

    def service(self, index: int) -> Service:
        return self.cast.graph.system.services[index]

    def software(self, index: int) -> Software:
        return SOFTWARE[self.service(index).software]

    def callees(self, index: int) -> list[tuple[int, EdgeKind, bool]]:
        return [edge for edge in self.cast.graph.callees[index] if edge[0] in self.cast.names]

    def callers(self, index: int) -> list[tuple[int, EdgeKind, bool]]:
        return [edge for edge in self.cast.graph.callers[index] if edge[0] in self.cast.names]

    def draws(self, *name: object) -> Draws:
        """A stream of draws of this incident."""
        return Draws(self.key, *name)

    def area(self, index: int) -> str:
        """What the names of a service's flags end in, so that no two services share a flag."""
        return self.cast.names[index]

    def versions(self, index: int) -> tuple[str, ...]:
        """The last `VERSIONS` versions of a service, newest first."""
        draws = self.draws("version", index)
        major, minor, patch = draws.between(1, 6), draws.between(4, 40), draws.between(0, 4)
        found = []
        for _ in range(VERSIONS):
            found.append(f"v{major}.{minor}.{patch}")
            if patch and draws.chance(0.5):
                patch -= 1
            else:
                minor, patch = minor - 1, draws.between(0, 6)
        return tuple(found)

    def values(self, index: int, draws: Draws) -> dict[str, object]:
        """The values of a template for an everyday line of a service, but for those that each line draws for itself."""
        cast = self.cast
        failing = self.failing_callee(index) if self.is_victim(index) else None
        callees = [failing] if failing is not None else [callee for callee, _, _ in self.callees(index)]
        callers = [caller for caller, _, _ in self.callers(index)]
        version, previous = self.versions(index)[:2]
        return {
            "service": cast.names[index],
            "callee": cast.names[draws.pick(callees)] if callees else "upstream",
            "caller": cast.names[draws.pick(callers)] if callers else "health-check",
            "version": version,
            "previous": previous,
        }

    def family_values(self, index: int, draws: Draws) -> dict[str, object]:
        """The values of a template of the family, for a line about a service."""
        cast, place = self.cast, self.cast.place
        version, previous = self.versions(place.culprit)[:2]
        return {
            **self.values(index, draws),
            **self.facts,
            "culprit": cast.names[place.culprit],
            "area": self.area(place.culprit),
            "through": cast.names[place.source],
            "version": version,
            "previous": previous,
        }

    # Time

    def now(self, phase: int) -> datetime:
        return self.alert_time + timedelta(minutes=phase * STEP_MINUTES)

    @property
    def onset(self) -> datetime:
        return self.alert_time - timedelta(minutes=self.duration)

    @cached_property
    def _intensities(self) -> list[float]:
        """How much of the failure is left in each phase."""
        left = [1.0]
        for step in self.cast.family.steps:
            left.append(left[-1] - step.relief)
        return [max(0.0, round(value, 6)) for value in left]

    def intensity(self, phase: int, minute: float) -> float:
        """How strong the failure is, 0 to 1, at a minute from the alert, when `phase` steps have held by now."""
        if minute < 0:
            return min(1.0, max(0.0, (minute + self.duration) / self.ramp_minutes))
        return self._intensities[min(phase, int(minute // STEP_MINUTES) + 1)]

    def _standing(self, phase: int, minute: float) -> float:
        """As `intensity`, of what had been so long before anybody felt it."""
        return self._intensities[min(phase, max(0, int(minute // STEP_MINUTES) + 1))] if minute >= 0 else 1.0

    def gone_at(self, phase: int) -> datetime | None:
        """When the failure counted as over, if it does by now."""
        over = [number for number in range(1, phase + 1) if self._intensities[number] < GONE]
        return self.now(over[0] - 1) if over else None

    # How the failure spreads

    @cached_property
    def strengths(self) -> dict[int, float]:
        """How hard each service that the agent knows of is hit by way of its calls, 0 to 1; the source itself is 1."""
        source = self.cast.place.source
        hit = {source: 1.0}
        frontier = [source]
        while frontier:
            index = frontier.pop()
            for caller, kind, fallback in self.callers(index):
                strength = hit[index] * (FALLBACK_SPREAD if fallback else SPREAD[kind])
                if strength > max(hit.get(caller, 0.0), 0.02):
                    hit[caller] = strength
                    frontier.append(caller)
        hit.setdefault(self.cast.place.culprit, 0.6)
        return hit

    def is_victim(self, index: int) -> bool:
        """Whether a service is hit hard enough to show it, without being the culprit."""
        return index != self.cast.place.culprit and self.strengths.get(index, 0.0) > 0.1

    def failing_callee(self, index: int) -> int | None:
        """The call by which a victim is hit hardest."""
        hurt = [
            (self.strengths[callee] * SPREAD[kind], callee)
            for callee, kind, fallback in self.callees(index)
            if callee in self.strengths and not fallback
        ]
        worse = [pair for pair in hurt if pair[0] >= self.strengths.get(index, 0.0) - 1e-9]
        return max(worse)[1] if worse else None

    # Figures

    def normal(self, index: int) -> Normal:
        """What is normal for a service."""
        if index not in self._normal:
            self._normal[index] = self._draw_normal(index)
        return self._normal[index]

    def _draw_normal(self, index: int) -> Normal:
        draws = self.draws("normal", index)
        software = self.software(index)
        decoy = self.cast.decoys.get(index)
        p50 = draws.uniform(*software.latency)
        p99 = p50 * draws.uniform(3, 8)
        if decoy == "slow":
            p99 *= draws.uniform(8, 20)
        error_rate = draws.uniform(0.02, 0.045) if decoy == "client errors" else draws.uniform(0.0002, 0.004)
        return Normal(
            requests=draws.uniform(40, 900),
            error_rate=error_rate,
            p50=p50,
            p99=p99,
            cpu=draws.uniform(14, 48),
            memory=draws.uniform(30, 66),
            replicas=draws.between(2, 8) if software.kind != "vendor" else 1,
            figures={gauge.label: draws.uniform(*gauge.normal) for gauge in software.gauges},
        )

    def reading(self, index: int, phase: int, earlier: bool = False) -> Reading:
        """The figures of a service now, or `EARLIER_MINUTES` before."""
        minute = phase * STEP_MINUTES - (EARLIER_MINUTES if earlier else 0)
        level = self.intensity(phase, minute)
        normal = self.normal(index)
        draws = self.draws("reading", index, minute)
        wander = [draws.uniform(1 - JITTER, 1 + JITTER) for _ in range(6)]
        strength = self.strengths.get(index, 0.0)
        error_rate, p99 = normal.error_rate, normal.p99
        # No hour is like another: traffic and CPU differ from what is normal everywhere.
        today = self.draws("today", index)
        requests, cpu = normal.requests * today.uniform(*TRAFFIC_TODAY), normal.cpu * today.uniform(*CPU_TODAY)
        targets: Mapping[str, Range] = {}
        family = self.cast.family
        ready = normal.replicas
        if index == self.cast.place.culprit:
            error_rate += level * self.culprit_errors
            p99 *= 1 + level * (self.latency_factor - 1)
            requests *= 1 + level * CULPRIT_TRAFFIC * (self.traffic_factor - 1)
            targets = family.figures
            share = 1 + level * (self.draws("ready").uniform(*family.ready) - 1)
            ready = max(0, min(normal.replicas, int(normal.replicas * share + 0.5)))
        elif strength:
            hit = level * strength
            requests *= 1 + hit * (today.uniform(*VICTIM_TRAFFIC) - 1)
            cpu = min(97.0, cpu * (1 + hit * (today.uniform(*VICTIM_CPU) - 1)))
            error_rate += hit * self._victim_errors(index)
            p99 *= 1 + hit * (self._victim_latency(index) - 1)
            if index == self.cast.place.through:
                targets = family.through_figures
            elif strength > 0.1:
                targets = VICTIM_FIGURES
        own = index in (self.cast.place.culprit, self.cast.place.through)
        hit = level * (1.0 if own else strength)
        figures = self._figures(index, normal, targets, hit, self._standing(phase, minute), draws)
        error_rate = min(0.99, error_rate * wander[0])
        return Reading(
            requests=requests * wander[1],
            error_rate=error_rate,
            p50=normal.p50 * wander[2] * (1 + (p99 / normal.p99 - 1) * 0.3),
            p99=min(LONGEST_MS, p99 * wander[3]),
            cpu=min(100.0, self._core("cpu", targets, cpu, level) * wander[4]),
            memory=min(99.5, self._core("memory", targets, normal.memory, level) * wander[5]),
            replicas=normal.replicas,
            ready=ready,
            figures=figures,
            **self._felt(index, error_rate),
        )

    def _victim_errors(self, index: int) -> float:
        """The error rate of a victim hit in full; the alerting service shows just what the alert says."""
        entry = self.cast.entry
        scale = self.impact.error_rate / self.strengths[entry]
        if index == entry:
            return scale
        low, high = THROUGH_ERRORS if index == self.cast.place.through else OTHER_ERRORS
        return scale * self.draws("victim", index).uniform(low, high)

    def _victim_latency(self, index: int) -> float:
        bounds = ENTRY_LATENCY if index == self.cast.entry else VICTIM_LATENCY
        return self.latency_factor * self.draws("victim latency", index).uniform(*bounds) / self.strengths[index]

    def _core(self, label: str, targets: Mapping[str, Range], normal: float, level: float) -> float:
        if label not in targets:
            return normal
        height = self.draws("height", label).uniform(*targets[label])
        return normal + level * (height - normal)

    def _figures(
        self, index: int, normal: Normal, targets: Mapping[str, Range], level: float, standing: float, draws: Draws
    ) -> dict[str, float]:
        long_before = self.cast.family.standing if index in (self.cast.place.culprit, self.cast.place.through) else ()
        figures = {}
        for gauge in self.software(index).gauges:
            value = normal.figures[gauge.label]
            low, high = gauge.normal
            wander = draws.uniform(-JITTER, JITTER)
            if low != high:
                value += wander * value
            if gauge.label in targets:
                height = self.draws("height", index, gauge.label).uniform(*targets[gauge.label])
                value += (standing if gauge.label in long_before else level) * (height - value)
            figures[gauge.label] = value
        return figures

    def _felt(self, index: int, error_rate: float) -> dict[str, float]:
        """What users feel of a service, in proportion to its errors."""
        quiet = {"users_affected": 0.0, "by_fallback": 0.0, "flow_success": 99.9, "revenue_loss": 0.0}
        if index not in self.strengths or self.software(index).kind not in ALERTING_KINDS:
            return quiet
        impact = self.impact
        excess = max(0.0, error_rate - self.normal(index).error_rate)
        share = min(1.0, excess / impact.error_rate)
        if share < 0.02:
            return quiet
        at_entry = index == self.cast.entry
        return {
            "users_affected": impact.users_affected * share,
            "by_fallback": impact.by_fallback * share,
            "flow_success": 100 - (100 - impact.flow_success) * share,
            "revenue_loss": impact.revenue_loss * share if at_entry or self.service(index).earns else 0.0,
        }
