"""The declarations that incidents are made of: software, systems and fault families.

Everything here is data without chance or time. Log lines, notes and step texts are templates. In all of them stand

- `{service}` for the service that prints the line, `{caller}` and `{callee}` for a service that calls it and one that
  it calls (the failing one in victims), `{version}` and `{previous}` for its running version and the one before;
- and, drawn anew for each use, `{small}` (3 to 240), `{ms}` (1000 to 9800), `{n}` (3 to 96), `{pct}` (2 to 97),
  `{pid}`, `{port}`, `{ip}`, `{id}` (6 or 7 digits), `{hex}` (8 digits), `{user}`, `{path}`, `{thread}`.

In those of a family stand as well its `facts`, drawn once for each incident, so that every tool shows the same value,
`{culprit}`, `{through}` (see `Family.through`), `{area}` (the end of the culprit's flag names), and `{version}` and
`{previous}` are those of the culprit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# What feature flags are called: `{word}-{subject}-{area}`.
FLAG_WORDS = ("new", "fast", "beta", "next", "async", "compact", "shadow", "batched")
FLAG_SUBJECTS = (
    "checkout",
    "search",
    "ranking",
    "receipts",
    "sessions",
    "uploads",
    "quotes",
    "alerts",
    "export",
    "sync",
)

Kind = Literal[
    "gateway",
    "cdn",
    "service",
    "worker",
    "database",
    "cache",
    "broker",
    "dns",
    "config",
    "secrets",
    "network",
    "scheduler",
    "compute",
    "vendor",
]
EdgeKind = Literal["sync", "async", "storage", "config"]
Range = tuple[float, float]
# The service a remediation acts on: the culprit, the callee by which it hurts others, a caller, the alerting service.
Role = Literal["culprit", "through", "caller", "entry"]


@dataclass(frozen=True, eq=False)
class Gauge:
    """A figure of one kind of software, with its range when all is well."""

    label: str
    unit: str
    normal: Range
    decimals: int = 0


@dataclass(frozen=True, eq=False)
class Software:
    """What a service runs: how it logs, what can be measured on it, and what its everyday life looks like."""

    name: str
    kind: Kind
    dialect: str  # how its log lines begin (`telemetry/dialects.py`)
    release: str  # its name before a version number in a status report, such as "PostgreSQL"
    gauges: tuple[Gauge, ...]  # beside those that all software has
    noise: tuple[str, ...]  # log lines of every day, warnings and harmless errors included: "LEVEL text"
    victim: tuple[str, ...]  # log lines when a call to {callee} fails or is too slow
    victim_unnamed: tuple[str, ...]  # log lines of a victim that do not name whom it waits for
    recovered: tuple[str, ...]  # log lines when calls to {callee} go through again
    events: tuple[str, ...]  # harmless notes of a status report
    changes: tuple[str, ...]  # harmless entries of a deploy history
    runbook: tuple[str, ...]  # runbook steps that do no harm and fix nothing
    stateful: bool = False  # a restart of a healthy one drops clients or loses what it held
    latency: Range = (4, 60)  # normal p50 in ms


@dataclass(frozen=True, eq=False)
class Call:
    """An edge of the service graph."""

    callee: str  # role of the callee
    kind: EdgeKind
    fallback: bool = False  # the caller answers from a fallback when the call fails


@dataclass(frozen=True, eq=False)
class Service:
    """A node of the service graph."""

    role: str
    names: tuple[str, ...]  # names it may have, each of two words or more, joined by "-"
    software: str
    calls: tuple[Call, ...] = ()
    criticality: Literal[1, 2, 3] = 2  # 1: users stop working without it, 3: nobody notices for hours
    earns: str = ""  # the user flow that earns money through it, such as "checkout"


@dataclass(frozen=True, eq=False)
class System:
    """A business and its service graph."""

    name: str
    business: str  # "an online shop"
    users: str  # what its users are called: "customers", "riders"
    services: tuple[Service, ...]


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a remediation plan.

    `action` is an action type; `on` names the service it acts on: `culprit`, `through`, `caller` (a caller of the
    culprit) or `entry` (the alerting service). A runbook step has a `name`; its target reads `name@service`. A flag
    step has `name` as well, which may hold facts.
    """

    action: str
    result: str
    name: str = ""
    on: Role = "culprit"
    too_early: str = ""  # what happens when the steps before it do not hold; a general text if left out
    relief: float = 0.0  # share of the failure that this step takes away; the reliefs of a plan add up to 1
    risky: bool = False  # running it where nothing is wrong does harm
    shows: tuple[str, ...] = ()  # log lines of the service it acts on, once it holds: "LEVEL text"


@dataclass(frozen=True, eq=False)
class Change:
    """The deploy or configuration change that began the failure."""

    summary: str
    author: str = ""  # who or what made it; drawn if left out
    lead_minutes: Range = (0, 4)  # how long before the first symptom


@dataclass(frozen=True, eq=False)
class Family:
    """A way in which systems fail: a failure mode of the catalogue, as incidents are made of it."""

    name: str  # id of the failure mode (`reading/modes.py`)
    story: str  # how it comes about and shows, in two or three sentences of prose: documentation
    strikes: tuple[str, ...]  # software of the culprit
    logs: tuple[str, ...]  # what the culprit logs: "LEVEL text"; every template shows up at least once
    steps: tuple[Step, ...]  # four to six, in order; each needs the one before it
    signature: Mapping[str, str]  # tool -> regular expression that fits the culprit's text of that tool alone
    errors: Range = (0.0, 0.03)  # the culprit's own error rate, 0 to 1, at the height of the failure
    latency: Range = (6.0, 20.0)  # factor on the culprit's p99
    traffic: Range = (0.7, 1.0)  # factor on the culprit's request rate
    figures: Mapping[str, Range] = field(default_factory=dict)  # gauge label -> value at the height
    standing: tuple[str, ...] = ()  # gauges of `figures` that had these values long before users noticed
    facts: Mapping[str, tuple[object, ...] | range] = field(default_factory=dict)  # name -> what to draw it from
    change: Change | None = None
    notes: tuple[str, ...] = ()  # what the culprit's status report says
    seen_by_callers: tuple[str, ...] = ()  # what direct callers log beside the usual lines of victims
    through: tuple[
        str, ...
    ] = ()  # software of a callee by which it hurts others: their victims are that callee's callers
    through_logs: tuple[str, ...] = ()
    through_figures: Mapping[str, Range] = field(default_factory=dict)
    ready: Range = (1.0, 1.0)  # share of the culprit's replicas that are ready
    wrong: Mapping[tuple[str, Role], str] = field(default_factory=dict)  # action, whom it is taken on -> why it hurts
