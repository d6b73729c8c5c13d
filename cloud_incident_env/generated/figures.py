"""The figures of every service: what is normal, and what they are while the failure lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cloud_incident_env.generated.cast import Cast
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.model import Family, Range
from cloud_incident_env.generated.normal import Normal, draw_normal
from cloud_incident_env.generated.severity import Impact
from cloud_incident_env.generated.spread import VICTIM_STRENGTH, Spread
from cloud_incident_env.generated.systems.graph import ALERTING_KINDS
from cloud_incident_env.generated.timeline import STEP_MINUTES, Timeline

EARLIER_MINUTES = 10  # minutes between the two readings that the metrics show: most failures have grown meanwhile
JITTER = 0.05  # share by which a figure varies from one reading to the next, either way
# Factors on what is normal, on every service alike, so that traffic or CPU away from it does not tell the culprit.
TRAFFIC_TODAY: Range = (0.45, 1.55)  # on requests
CPU_TODAY: Range = (0.5, 1.8)  # on CPU

# The culprit.
FAILS_OPENLY = 0.15  # error rate, 0 to 1, from which on culprits of a family can fail more requests than anybody else
CULPRIT_IS_WORST = 0.2  # share of the incidents of such a family in which they do: low, so that it tells little
WORST_SHARE: Range = (1.1, 1.5)  # error rate of such a culprit, as a multiple of that of the alerting service
USUAL_SHARE: Range = (0.2, 0.9)  # highest error rate of any other culprit, as a multiple of the same
MOST_OWN_ERRORS = 0.4  # highest error rate of a culprit, 0 to 1: part of what it does still works
CULPRIT_TRAFFIC = 0.5  # share of a family's factor on traffic that shows: other calls end before they are counted

# Victims: error rates as a multiple of that of the alerting service, latencies of the culprit's factor on its p99.
THROUGH_ERRORS: Range = (0.15, 0.5)  # of the callee by which the culprit hurts others: it serves everybody else
OTHER_ERRORS: Range = (0.5, 1.1)  # of all others
ENTRY_LATENCY: Range = (0.9, 2.0)  # of the alerting service: it waits longest
VICTIM_LATENCY: Range = (0.5, 1.6)  # of all others
VICTIM_TRAFFIC: Range = (0.3, 1.7)  # factor on requests: clients give up, or try again
VICTIM_CPU: Range = (0.4, 3.0)  # factor on CPU: threads wait, or tries cost time
# Gauges of a victim that show failing calls, and how high each rises at the height of the failure, in its own unit.
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

# Bounds of what a tool shows.
LONGEST_MS = 30_000.0  # p99 in ms: clients have given up by then
MOST_ERRORS = 0.99  # error rate, 0 to 1: some request always succeeds
MOST_VICTIM_CPU = 97.0  # %, before it varies
MOST_MEMORY = 99.5  # %: at 100 % a process is gone
P50_SHARE = 0.3  # share of the rise of a p99 that its p50 takes part in
LEAST_FELT = 0.02  # share of the impact below which users feel nothing
DOWN = 0.5  # error rate, 0 to 1, from which on a service is DOWN
DEGRADED = 0.05  # error rate, 0 to 1, from which on a service is DEGRADED


@dataclass(frozen=True)
class Felt:
    """What users feel of a service."""

    users_affected: float = 0.0  # %
    by_fallback: float = 0.0  # %
    flow_success: float = 99.9  # %
    revenue_loss: float = 0.0  # USD per minute


@dataclass(frozen=True)
class Reading:
    """The figures of a service at one moment."""

    requests: float  # per second
    error_rate: float  # 0 to 1
    p50: float  # ms
    p99: float  # ms
    cpu: float  # %
    memory: float  # %
    replicas: int
    ready: int  # replicas that serve
    figures: dict[str, float]  # gauge label -> value
    felt: Felt

    @property
    def health(self) -> str:
        """DOWN, DEGRADED or HEALTHY."""
        if self.ready == 0 or self.error_rate >= DOWN:
            return "DOWN"
        return "DEGRADED" if self.error_rate >= DEGRADED or self.ready < self.replicas else "HEALTHY"


@dataclass(frozen=True)
class CulpritEffect:
    """What the failure does to the culprit at its height."""

    errors: float  # added to its error rate, 0 to 1
    latency: float  # factor on its p99
    traffic: float  # factor on its requests


def draw_culprit_effect(draws: Draws, family: Family, impact: Impact) -> CulpritEffect:
    """Draw what a failure of a family with this impact does to the culprit."""
    worst = family.errors[1] >= FAILS_OPENLY and draws.chance(CULPRIT_IS_WORST)
    highest = impact.error_rate * draws.uniform(*(WORST_SHARE if worst else USUAL_SHARE))
    errors = highest if worst else min(draws.uniform(*family.errors), highest)
    return CulpritEffect(min(MOST_OWN_ERRORS, errors), draws.uniform(*family.latency), draws.uniform(*family.traffic))


class _Load(NamedTuple):
    """How the failure hits a service at a moment, before its figures vary."""

    requests: float
    error_rate: float
    p99: float
    cpu: float
    ready: int
    strength: float  # 0 to 1, of what its gauges show of the failure
    targets: Mapping[str, Range]  # gauges that the failure moves -> values at its height


class Figures:
    """The figures of one incident. Each is worked out when it is first read, and kept."""

    def __init__(
        self, key: str, cast: Cast, timeline: Timeline, spread: Spread, impact: Impact, effect: CulpritEffect
    ) -> None:
        self._key = key  # names the streams of draws
        self._cast = cast
        self._timeline = timeline
        self._spread = spread
        self._impact = impact
        self._effect = effect
        self._normal: dict[int, Normal] = {}
        self._readings: dict[tuple[int, int, bool], Reading] = {}

    def normal(self, index: int) -> Normal:
        """What is normal for a service."""
        if index not in self._normal:
            self._normal[index] = draw_normal(self._draws("normal", index), self._cast, index)
        return self._normal[index]

    def reading(self, index: int, phase: int, earlier: bool = False) -> Reading:
        """The figures of a service in a phase, or `EARLIER_MINUTES` before."""
        wanted = (index, phase, earlier)
        if wanted not in self._readings:
            self._readings[wanted] = self._read(index, phase, EARLIER_MINUTES if earlier else 0)
        return self._readings[wanted]

    def _draws(self, *name: object) -> Draws:
        return Draws(self._key, *name)

    def _read(self, index: int, phase: int, minutes_ago: int) -> Reading:
        minute = phase * STEP_MINUTES - minutes_ago
        level = self._timeline.intensity(phase, minute)
        standing = self._timeline.standing_intensity(phase, minute)
        normal = self.normal(index)
        draws = self._draws("reading", index, minute)
        vary = [draws.uniform(1 - JITTER, 1 + JITTER) for _ in range(6)]
        load = self._load(index, level, normal)
        error_rate = min(MOST_ERRORS, load.error_rate * vary[0])
        return Reading(
            requests=load.requests * vary[1],
            error_rate=error_rate,
            p50=normal.p50 * vary[2] * (1 + (load.p99 / normal.p99 - 1) * P50_SHARE),
            p99=min(LONGEST_MS, load.p99 * vary[3]),
            cpu=min(100.0, self._core("cpu", load.targets, load.cpu, level) * vary[4]),
            memory=min(MOST_MEMORY, self._core("memory", load.targets, normal.memory, level) * vary[5]),
            replicas=normal.replicas,
            ready=load.ready,
            figures=self._gauges(index, normal, load, standing, draws),
            felt=self._felt(index, error_rate),
        )

    def _load(self, index: int, level: float, normal: Normal) -> _Load:
        today = self._draws("today", index)
        requests = normal.requests * today.uniform(*TRAFFIC_TODAY)
        cpu = normal.cpu * today.uniform(*CPU_TODAY)
        if index == self._cast.place.culprit:
            return self._culprit_load(level, normal, requests, cpu)
        if self._spread.strength(index):
            return self._victim_load(index, level, normal, requests, cpu, today)
        return _Load(requests, normal.error_rate, normal.p99, cpu, normal.replicas, 0.0, {})

    def _culprit_load(self, level: float, normal: Normal, requests: float, cpu: float) -> _Load:
        family, effect = self._cast.family, self._effect
        share = 1 + level * (self._draws("ready").uniform(*family.ready) - 1)
        return _Load(
            requests=requests * (1 + level * CULPRIT_TRAFFIC * (effect.traffic - 1)),
            error_rate=normal.error_rate + level * effect.errors,
            p99=normal.p99 * (1 + level * (effect.latency - 1)),
            cpu=cpu,
            ready=max(0, min(normal.replicas, int(normal.replicas * share + 0.5))),
            strength=level,
            targets=family.figures,
        )

    def _victim_load(
        self, index: int, level: float, normal: Normal, requests: float, cpu: float, today: Draws
    ) -> _Load:
        strength = self._spread.strength(index)
        through = index == self._cast.place.through
        hit = level * strength
        targets: Mapping[str, Range] = VICTIM_FIGURES if strength > VICTIM_STRENGTH else {}
        return _Load(
            requests=requests * (1 + hit * (today.uniform(*VICTIM_TRAFFIC) - 1)),
            cpu=min(MOST_VICTIM_CPU, cpu * (1 + hit * (today.uniform(*VICTIM_CPU) - 1))),
            error_rate=normal.error_rate + hit * self._victim_errors(index),
            p99=normal.p99 * (1 + hit * (self._victim_latency(index) - 1)),
            ready=normal.replicas,
            strength=level if through else hit,
            targets=self._cast.family.through_figures if through else targets,
        )

    def _victim_errors(self, index: int) -> float:
        """The error rate of a victim hit in full; the alerting service shows just what the alert says."""
        entry = self._cast.entry
        scale = self._impact.error_rate / self._spread.strengths[entry]
        if index == entry:
            return scale
        bounds = THROUGH_ERRORS if index == self._cast.place.through else OTHER_ERRORS
        return scale * self._draws("victim", index).uniform(*bounds)

    def _victim_latency(self, index: int) -> float:
        """The factor on the p99 of a victim hit in full."""
        bounds = ENTRY_LATENCY if index == self._cast.entry else VICTIM_LATENCY
        drawn = self._draws("victim latency", index).uniform(*bounds)
        return self._effect.latency * drawn / self._spread.strengths[index]

    def _core(self, label: str, targets: Mapping[str, Range], usual: float, level: float) -> float:
        """CPU or memory, which every service has."""
        if label not in targets:
            return usual
        height = self._draws("height", label).uniform(*targets[label])
        return usual + level * (height - usual)

    def _gauges(self, index: int, normal: Normal, load: _Load, standing: float, draws: Draws) -> dict[str, float]:
        """The values of the gauges that the service's software has."""
        place = self._cast.place
        long_before = self._cast.family.standing if index in (place.culprit, place.through) else ()
        figures = {}
        for gauge in self._cast.software(index).gauges:
            value = normal.figures[gauge.label]
            low, high = gauge.normal
            vary = draws.uniform(-JITTER, JITTER)
            if low != high:
                value += vary * value
            if gauge.label in load.targets:
                height = self._draws("height", index, gauge.label).uniform(*load.targets[gauge.label])
                value += (standing if gauge.label in long_before else load.strength) * (height - value)
            figures[gauge.label] = value
        return figures

    def _felt(self, index: int, error_rate: float) -> Felt:
        """What users feel of a service, in proportion to its errors."""
        if index not in self._spread.strengths or self._cast.software(index).kind not in ALERTING_KINDS:
            return Felt()
        impact = self._impact
        excess = max(0.0, error_rate - self.normal(index).error_rate)
        share = min(1.0, excess / impact.error_rate)
        if share < LEAST_FELT:
            return Felt()
        earns = index == self._cast.entry or self._cast.service(index).earns
        return Felt(
            users_affected=impact.users_affected * share,
            by_fallback=impact.by_fallback * share,
            flow_success=100 - (100 - impact.flow_success) * share,
            revenue_loss=impact.revenue_loss * share if earns else 0.0,
        )
