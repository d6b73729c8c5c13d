"""Figures of many incidents that the laws are about: how failures, waits, lines, gauges and counts fit together.

`python -m tests.generated.laws.figures --count 400` prints them for the incidents of each split.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import StatisticsError, correlation, median, quantiles

from cloud_incident_env.agents.evidence import Row
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.splits import SPLITS, Split
from tests.generated.laws.book import waits_above
from tests.generated.laws.counts import counts
from tests.generated.laws.failures import explained
from tests.generated.laws.history import lost_lines
from tests.generated.laws.latency import latency
from tests.generated.laws.plays import DIFFICULTIES, TASK, Moment, Play, play

FAILING = 2.0  # % of failing requests from which a service counts as a victim
HEALTHY = 1.3  # times its normal error rate and p99 up to which a service counts as healthy
ABNORMAL = 1.5  # times its normal value from which a gauge counts as abnormal
BUSY = 90.0  # % of CPU from which it no longer follows traffic
SETTLED_MINUTES = 12  # since the first symptom, from which both readings of a gauge are abnormal


@dataclass
class Figures:
    """What is counted over the incidents of one split."""

    excess: list[float] = field(default_factory=list)  # failing share of a victim above what is explained
    lines: int = 0  # of logs, shown at the alert
    too_long: int = 0  # of them, those that break the law of latency
    shown: int = 0  # lines shown at the alert whose minutes are asked for again after the plan
    lost: int = 0  # of them, those that are gone
    traffic: list[float] = field(default_factory=list)  # requests of healthy services as a multiple of the normal rate
    work: list[float] = field(default_factory=list)  # their CPU as a multiple of the normal one
    miscounted: int = 0  # texts and figures that name other counts than the status
    abnormal: int = 0  # gauges that are abnormal in both columns
    frozen: int = 0  # of them, those that read the same ten minutes ago
    waits: int = 0  # ordinary waits in logs
    above: int = 0  # of them, those above the p99 shown

    def add(self, played: Play) -> None:
        first, plan = played.moments[0], played.moments[-1]
        self.add_gauges(first)
        for service in first.services:
            self._failures(first, service)
            self._work(first, service)
            lines = len(first.log(service).lines)
            self.lines += lines
            self.shown += lines
            self.lost += sum(1 for _ in lost_lines(first, plan, service))
        self.too_long += sum(1 for _ in latency(first))
        self.miscounted += sum(1 for _ in counts(first))
        waits, above = waits_above([played])
        self.waits += waits
        self.above += above

    def _failures(self, moment: Moment, service: str) -> None:
        answers = moment.dependencies(service).answers
        if answers is not None and answers.fails.value >= FAILING and service != moment.incident.culprit:
            self.excess.append(answers.fails.value - 100.0 * explained(moment, service))

    def _work(self, moment: Moment, service: str) -> None:
        metrics = moment.metrics(service)
        ratios = [_ratio(metrics.rows.get(label)) for label in ("requests", "CPU", "error rate", "latency p99")]
        requests, cpu, errors, p99 = ratios
        busy = metrics.now("CPU")
        if None in ratios or busy is None or busy > BUSY or service == moment.incident.culprit:
            return
        assert requests is not None
        assert cpu is not None
        assert errors is not None
        assert p99 is not None
        if errors <= HEALTHY and p99 <= HEALTHY:
            self.traffic.append(requests)
            self.work.append(cpu)

    def add_gauges(self, moment: Moment) -> None:
        """Count the gauges of all services that are abnormal, and those of them that stand still."""
        if moment.incident.alert.duration_minutes >= SETTLED_MINUTES:
            for service in moment.services:
                self._gauges(moment, service)

    def _gauges(self, moment: Moment, service: str) -> None:
        for label, row in moment.metrics(service).rows.items():
            now, before = row.readings
            ratio = _ratio(row)
            if now is None or before is None or ratio is None or label in ("error rate", "requests"):
                continue
            if not 1.0 / ABNORMAL <= ratio <= ABNORMAL and abs(now.value) >= 20.0 * now.half:
                self.abnormal += 1
                self.frozen += now == before

    def rows(self) -> Iterator[tuple[str, str]]:
        yield "victims", f"{len(self.excess)}"
        if len(self.excess) > 1:
            yield "median excess of their failures, points", f"{median(self.excess):.3f}"
            yield "largest excess, points", f"{max(self.excess):.3f}"
        yield "logged lines that break the law of latency", f"{self.too_long} of {self.lines}"
        yield "earlier lines that are shown again", f"{self.shown - self.lost} of {self.shown}"
        yield "CPU against traffic, healthy services: correlation", f"{self.correlation():.3f} ({len(self.work)})"
        yield "counts that differ", f"{self.miscounted}"
        yield "abnormal gauges that equal their value of ten minutes ago", _share(self.frozen, self.abnormal)
        yield "ordinary waits above the p99 shown", _share(self.above, self.waits)

    def correlation(self) -> float:
        try:
            return correlation(self.traffic, self.work)
        except StatisticsError:
            return 0.0

    def spread(self) -> list[float]:
        """Quartiles of CPU per request as a multiple of the normal one, on healthy services."""
        return quantiles([work / traffic for work, traffic in zip(self.work, self.traffic, strict=True)])


def _ratio(row: Row | None) -> float | None:
    """A reading as a multiple of its normal value; None where either is missing or nothing."""
    if row is None or row.readings[0] is None or row.normal is None or not row.normal.value:
        return None
    return row.readings[0].value / row.normal.value


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100.0 * part / whole:.1f} %)" if whole else "none"


def plays_of(split: Split, count: int) -> Iterator[Play]:
    """The first incidents of a split, their difficulties by turns."""
    for index in range(count):
        size = DIFFICULTIES[index % len(DIFFICULTIES)]
        yield play(generate(TASK, split.seed_at(index), size, split.families, split.systems))


def figures_of(plays: Iterable[Play]) -> Figures:
    figures = Figures()
    for played in plays:
        figures.add(played)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400, help="incidents of each split")
    parser.add_argument("--split", action="append", help="a split; all generated ones if left out")
    asked = parser.parse_args()
    for name, split in SPLITS.items():
        if split.first_seed is None or (asked.split and name not in asked.split):
            continue
        print(f"{name}, {asked.count} incidents")
        for label, value in figures_of(plays_of(split, asked.count)).rows():
            print(f"  {label:<60} {value}")


if __name__ == "__main__":
    main()
