"""The figures of a set of episodes: every figure of a report is computed here.

Pure functions of records. An infrastructure error is not an episode of its agent: it is counted, its tokens and seconds
are added to the totals, and no mean, share or grade contains it.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import atan, comb, cos, pi, sin, sqrt
from statistics import fmean
from typing import TypeVar

from typing_extensions import TypedDict

from cloud_incident_env.agents.step_loop import SUCCESS_GRADE
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.layout import graders

METRICS_VERSION = 1
CONFIDENCE = 0.95
MOST_KINDS = 10  # of infrastructure errors that a summary names
SAME_MIX = 0.02  # largest difference in the share of a task and difficulty between two comparable sets of episodes
REFERENCE_SPLITS = ("train", "validation")  # the first one that was played is compared with the test splits
TEST_SPLITS = ("test", "test_families", "test_systems")

# The most that each part of a grade can earn; a penalty earns nothing at best.
PART_MAXIMA: dict[str, dict[str, float]] = {
    "alert_classification": {"severity": graders.SEVERITY_SCORES[0]},
    "root_cause_analysis": {"base": graders.SERVICE_AND_MODE_BASE, "efficiency": graders.EFFICIENCY_MAX},
    "remediation_planning": {
        "base": round(graders.RESOLUTION_BASE + graders.EVIDENCE_MAX + graders.STEP_MAX, 4),
        "efficiency": graders.PLAN_EFFICIENCY,
        "penalty": 0.0,
        "summary": graders.SUMMARY_FULL,
    },
}


@dataclass(frozen=True)
class Prices:
    """What tokens cost, in USD per million."""

    prompt: float
    completion: float

    def of(self, record: EpisodeRecord) -> float:
        """The cost of an episode in USD."""
        return (self.prompt * record["prompt_tokens"] + self.completion * record["completion_tokens"]) / 1e6


class Estimate(TypedDict):
    """A mean with its uncertainty; None for what too few values or clusters leave undefined."""

    mean: float | None
    standard_error: float | None  # clustered, see `clustered_mean`
    low: float | None  # end of the 95 % confidence interval
    high: float | None
    n: int  # values
    clusters: int


class PassPower(TypedDict):
    """pass^k: the chance that k trials of an incident all succeed."""

    k: int
    estimate: Estimate  # over the incidents with at least k graded trials, each counting once


class Group(TypedDict):
    """The grades of the episodes that share a task, a difficulty, a family, a split, or all."""

    episodes: int  # graded
    infrastructure_errors: int
    incidents: int  # different ones among the graded episodes
    grade: Estimate
    passes: list[PassPower]  # k from 1 to the most graded trials of an incident
    steps: float | None  # mean
    tokens: float | None  # mean, prompt and completion
    cost: float | None  # mean in USD; None without prices


class Cell(TypedDict):
    """The group of one row and one column of a table."""

    row: str
    column: str
    group: Group


class Spread(TypedDict):
    """How a quantity spreads over the graded episodes, or over their steps."""

    mean: float | None
    median: float | None
    p95: float | None
    total: float  # over all episodes, those that ended in an infrastructure error included


class Gap(TypedDict):
    """How much lower the mean grade of a test split is than that of the reference split."""

    reference: str
    split: str
    gap: Estimate  # positive: worse on the test split
    same_mix: bool  # whether both have the same mix of tasks and difficulties; otherwise the gap is not comparable


class RewardPoint(TypedDict):
    """The shaping reward at one step number; the grade is not in it."""

    step: int
    cumulative: float  # mean over all episodes of what they had earned by then; ended ones keep what they had
    playing: int  # episodes that took this step


class Part(TypedDict):
    """One part of a task's grade."""

    task: str
    part: str
    most: float  # that it can earn
    mean: float  # that it earned; an episode without a valid answer earned none
    lost: float  # most - mean


class Summary(TypedDict):
    """All figures of a set of episodes, as plain JSON."""

    metrics_version: int
    threshold: float  # a grade at least this good is a success
    overall: Group
    by_task: dict[str, Group]
    by_difficulty: dict[str, Group]
    by_family: dict[str, Group]
    by_split: dict[str, Group]
    by_task_and_difficulty: list[Cell]
    by_family_and_task: list[Cell]
    usage: dict[str, Spread]  # see `_USAGE`; and "cost" in USD, if prices are known
    step_seconds: Spread  # that the agent took to decide on a step
    step_sources: dict[str, int]  # steps of graded episodes, by who chose them
    unanswered: int  # graded episodes without a valid answer: nothing earned, no parts
    gaps: list[Gap]
    reward_by_step: dict[str, list[RewardPoint]]  # by task
    parts: list[Part]
    infrastructure: dict[str, int]  # how often the most frequent kinds of infrastructure error occurred


_USAGE: dict[str, Callable[[EpisodeRecord], float]] = {
    "steps": lambda record: len(record["steps"]),
    "wrong_actions": lambda record: record["wrong_actions"],
    "invalid_actions": lambda record: record["invalid_actions"],
    "repeated_actions": lambda record: record["repeated_actions"],
    "prompt_tokens": lambda record: record["prompt_tokens"],
    "completion_tokens": lambda record: record["completion_tokens"],
    "seconds": lambda record: record["seconds"],
}


def summarise(
    records: Iterable[EpisodeRecord], *, threshold: float = SUCCESS_GRADE, prices: Prices | None = None
) -> Summary:
    """Every figure of a set of episodes, whatever their order. `threshold` is the least grade that is a success."""
    every = sorted(records, key=lambda record: record["key"])
    graded = [record for record in every if record["status"] == "graded"]

    def grouped(key: Callable[[EpisodeRecord], str]) -> dict[str, Group]:
        return {name: _group(members, threshold, prices) for name, members in _by(every, key).items()}

    def table(row: Callable[[EpisodeRecord], str], column: Callable[[EpisodeRecord], str]) -> list[Cell]:
        cells = _by(every, lambda record: (row(record), column(record)))
        return [
            {"row": r, "column": c, "group": _group(members, threshold, prices)} for (r, c), members in cells.items()
        ]

    usage = {name: _spread(graded, every, of) for name, of in _USAGE.items()}
    if prices is not None:
        usage["cost"] = _spread(graded, every, prices.of)
    return {
        "metrics_version": METRICS_VERSION,
        "threshold": threshold,
        "overall": _group(every, threshold, prices),
        "by_task": grouped(lambda record: record["task_id"]),
        "by_difficulty": grouped(lambda record: record["difficulty"]),
        "by_family": grouped(lambda record: record["family"]),
        "by_split": grouped(lambda record: record["split"]),
        "by_task_and_difficulty": table(lambda record: record["task_id"], lambda record: record["difficulty"]),
        "by_family_and_task": table(lambda record: record["family"], lambda record: record["task_id"]),
        "usage": usage,
        "step_seconds": _step_seconds(graded, every),
        "step_sources": dict(Counter(step["source"] for record in graded for step in record["steps"])),
        "unanswered": sum(not record["breakdown"] for record in graded),
        "gaps": generalisation_gaps(graded),
        "reward_by_step": {task: _reward_by_step(members) for task, members in _by(graded, _task).items()},
        "parts": [part for task, members in _by(graded, _task).items() for part in _parts(task, members)],
        "infrastructure": dict(
            Counter(_kind_of(r["error"]) for r in every if r["status"] != "graded").most_common(MOST_KINDS)
        ),
    }


def incident_of(record: EpisodeRecord) -> str:
    """The identity of an episode's incident, the same in every run: the options of its reset."""
    return json.dumps(record["options"], sort_keys=True)


def clustered_mean(values: Iterable[tuple[str, float]]) -> Estimate:
    """The mean of pairs of (cluster, value), with a standard error that allows for correlation within a cluster.

    Episodes of one fault family are correlated, so they carry less information than as many independent ones. With n
    values in G clusters the variance of their mean is Liang and Zeger's cluster-robust one,

        V = G / (G - 1) * sum over clusters of (sum over the cluster's values of (y - mean))^2 / n^2

    (K.-Y. Liang and S. L. Zeger, "Longitudinal data analysis using generalized linear models", Biometrika 73, 1986; the
    factor for few clusters as in A. C. Cameron and D. L. Miller, "A practitioner's guide to cluster-robust inference",
    Journal of Human Resources 50, 2015). The interval is mean +- t(G - 1) * sqrt(V). Where every cluster holds one
    value it is the usual standard error. With fewer than two clusters there is no error.
    """
    pairs = list(values)
    if not pairs:
        return {"mean": None, "standard_error": None, "low": None, "high": None, "n": 0, "clusters": 0}
    mean = fmean(value for _, value in pairs)
    influence: dict[str, float] = defaultdict(float)
    for cluster, value in pairs:
        influence[cluster] += (value - mean) / len(pairs)
    return _estimate(mean, influence, len(pairs))


def generalisation_gaps(records: Iterable[EpisodeRecord]) -> list[Gap]:
    """How far each test split falls behind train, or behind validation where train was not played.

    Splits share families, so the two means are not independent: the influences of a family on both are subtracted
    before they are squared, which is Liang and Zeger's variance of a difference of means.
    """
    splits = _by([record for record in records if record["status"] == "graded"], lambda record: record["split"])
    reference = next((name for name in REFERENCE_SPLITS if name in splits), None)
    if reference is None:
        return []
    return [
        {
            "reference": reference,
            "split": name,
            "gap": _difference(splits[reference], splits[name]),
            "same_mix": _same_mix(splits[reference], splits[name]),
        }
        for name in TEST_SPLITS
        if name in splits
    ]


def pass_power(successes: int, trials: int, k: int) -> float:
    """The unbiased estimate of p^k from `successes` out of `trials`: C(successes, k) / C(trials, k).

    As in S. Yao et al., "tau-bench: a benchmark for tool-agent-user interaction in real-world domains", 2024. Raises
    ValueError unless 1 <= k <= trials and 0 <= successes <= trials.
    """
    if not 1 <= k <= trials or not 0 <= successes <= trials:
        raise ValueError(f"pass^{k} of {successes} successes in {trials} trials: needs k from 1 to the trials")
    return comb(successes, k) / comb(trials, k)


def student_quantile(probability: float, degrees: int) -> float:
    """The quantile of Student's t distribution, for a probability from 0.5 to 1 and whole degrees of freedom."""
    low, high = 0.0, 1.0
    while _student_cdf(high, degrees) < probability:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _student_cdf(middle, degrees) < probability else (low, middle)
    return high


def _student_cdf(t: float, degrees: int) -> float:
    """M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4; t of 0 or more."""
    theta = atan(t / sqrt(degrees))
    term = cos(theta) if degrees % 2 else 1.0
    total = 0.0
    for factor in range(2 + degrees % 2, degrees + 1, 2):
        total += term
        term *= cos(theta) ** 2 * (factor - 1) / factor
    within = 2 / pi * (theta + sin(theta) * total) if degrees % 2 else sin(theta) * total
    return 0.5 + within / 2


def _estimate(mean: float, influence: Mapping[str, float], n: int) -> Estimate:
    """An estimate from the influence of each cluster on it; the influences sum to 0."""
    count = len(influence)
    if count < 2:
        return {"mean": mean, "standard_error": None, "low": None, "high": None, "n": n, "clusters": count}
    error = sqrt(count / (count - 1) * sum(part * part for part in influence.values()))
    reach = student_quantile((1 + CONFIDENCE) / 2, count - 1) * error
    low, high = mean - reach, mean + reach
    return {"mean": mean, "standard_error": error, "low": low, "high": high, "n": n, "clusters": count}


def _difference(reference: Sequence[EpisodeRecord], other: Sequence[EpisodeRecord]) -> Estimate:
    influence: dict[str, float] = defaultdict(float)
    means = []
    for sign, records in ((1, reference), (-1, other)):
        mean = fmean(record["grade"] for record in records)
        means.append(sign * mean)
        for record in records:
            influence[record["family"]] += sign * (record["grade"] - mean) / len(records)
    return _estimate(sum(means), influence, len(reference) + len(other))


def _same_mix(one: Sequence[EpisodeRecord], other: Sequence[EpisodeRecord]) -> bool:
    shares = [Counter((record["task_id"], record["difficulty"]) for record in records) for records in (one, other)]
    return all(
        abs(shares[0][kind] / len(one) - shares[1][kind] / len(other)) <= SAME_MIX for kind in shares[0] | shares[1]
    )


def _group(records: Sequence[EpisodeRecord], threshold: float, prices: Prices | None) -> Group:
    graded = [record for record in records if record["status"] == "graded"]
    incidents = _by(graded, incident_of)
    return {
        "episodes": len(graded),
        "infrastructure_errors": len(records) - len(graded),
        "incidents": len(incidents),
        "grade": clustered_mean((record["family"], record["grade"]) for record in graded),
        "passes": _passes(list(incidents.values()), threshold),
        "steps": _mean([len(record["steps"]) for record in graded]),
        "tokens": _mean([record["prompt_tokens"] + record["completion_tokens"] for record in graded]),
        "cost": None if prices is None else _mean([prices.of(record) for record in graded]),
    }


def _passes(incidents: Sequence[Sequence[EpisodeRecord]], threshold: float) -> list[PassPower]:
    counts = [
        (trials[0]["family"], sum(record["grade"] >= threshold for record in trials), len(trials))
        for trials in incidents
    ]
    return [
        {"k": k, "estimate": clustered_mean((family, pass_power(c, n, k)) for family, c, n in counts if n >= k)}
        for k in range(1, max((n for _, _, n in counts), default=0) + 1)
    ]


def _spread(
    graded: Sequence[EpisodeRecord], every: Sequence[EpisodeRecord], of: Callable[[EpisodeRecord], float]
) -> Spread:
    return _spread_of([of(record) for record in graded], sum(of(record) for record in every))


def _step_seconds(graded: Sequence[EpisodeRecord], every: Sequence[EpisodeRecord]) -> Spread:
    values = [step["seconds"] for record in graded for step in record["steps"]]
    return _spread_of(values, sum(step["seconds"] for record in every for step in record["steps"]))


def _spread_of(values: Sequence[float], total: float) -> Spread:
    return {"mean": _mean(values), "median": _quantile(values, 0.5), "p95": _quantile(values, 0.95), "total": total}


def _reward_by_step(records: Sequence[EpisodeRecord]) -> list[RewardPoint]:
    longest = max((len(record["steps"]) for record in records), default=0)
    earned, playing = [0.0] * longest, [0] * longest
    for record in records:
        for position, step in enumerate(record["steps"]):
            earned[position] += step["reward"]
            playing[position] += 1
    points: list[RewardPoint] = []
    cumulative = 0.0
    for position in range(longest):
        cumulative += earned[position] / len(records)
        points.append({"step": position + 1, "cumulative": cumulative, "playing": playing[position]})
    return points


def _parts(task: str, records: Sequence[EpisodeRecord]) -> list[Part]:
    """The parts of a task's grade, those that `PART_MAXIMA` does not know (of other graders) by the most seen."""
    names = dict.fromkeys([*PART_MAXIMA.get(task, {}), *(name for r in records for name in r["breakdown"])])
    parts: list[Part] = []
    for name in names:
        values = [record["breakdown"].get(name, 0.0) for record in records]
        most = PART_MAXIMA.get(task, {}).get(name, max(values))
        mean = fmean(values)
        parts.append({"task": task, "part": name, "most": most, "mean": mean, "lost": most - mean})
    return parts


_Key = TypeVar("_Key")


def _by(records: Iterable[EpisodeRecord], key: Callable[[EpisodeRecord], _Key]) -> dict[_Key, list[EpisodeRecord]]:
    """Records grouped by a key, in the order of its first appearance."""
    groups: dict[_Key, list[EpisodeRecord]] = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return groups


def _task(record: EpisodeRecord) -> str:
    return record["task_id"]


def _kind_of(error: str | None) -> str:
    """The first line of an error without identifiers and figures, in which errors of one kind differ; statuses stay."""
    line = (error or "unknown").strip().split("\n", 1)[0]
    return re.sub(r"\b(?![45]\d\d\b)[\w-]*\d[\w-]*", "#", line)[:200]


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _quantile(values: Sequence[float], share: float) -> float | None:
    """The value at a share of the way up, interpolated between neighbours (Hyndman and Fan's type 7)."""
    if not values:
        return None
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])
