"""The declarations that incidents are made of: software, systems and fault families.

Everything here is data without chance or time. What a declaration does to rates, latencies and failures is worked out
by the simulation (`simulation/`); texts are templates, filled in when a tool shows them (`templates.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
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
    "monitoring",
]
# What a service runs on or is measured by: it is not called for each request, so no call to it can fail.
PLATFORM_KINDS = frozenset({"network", "scheduler", "compute", "monitoring"})
EdgeKind = Literal["sync", "async", "storage", "config", "platform"]
Range = tuple[float, float]

# A service, as a family names it: where the failure begins; the callee by which it hurts others; all direct callers of
# the culprit (of a platform: whatever runs on it); all other direct callers of `through`; the alerting service.
Role = Literal["culprit", "through", "callers", "through_callers", "entry"]

# How a caller finds out that a call failed, which is what its log line says.
# Who is `unconnected` waits for its time-out as well, but got no connection: packets were lost. Who is `pooled` found
# all connections of its own pool in use.
Outcome = Literal["refused", "error", "timeout", "unconnected", "pooled", "slow", "recovered"]
# What is spoken with a callee: `peer_of` in `software/peers.py` says which, by its software or kind.
Peer = Literal[
    "http", "postgres", "mysql", "object", "cache", "kafka", "amqp", "dns", "config", "secrets", "registry", "queue"
]  # fmt: skip

# What a gauge follows: its own level and effects (""), or a figure of the simulation.
Follows = Literal[
    "",
    "requests",  # in proportion to requests
    "errors",  # normal value x failing share / normal failing share
    "own_errors",  # failing requests/s for a reason of the service's own
    "rejected",  # failing requests/s that a rule turns away: part of those for a reason of its own
    "busy",  # % of slots in use
    "queued",  # requests that wait for a slot
    "fan",  # calls made per request that the service works on, those made again left out
    "retries",  # calls/s made again
    "pool",  # % of the pool to the busiest store in use
    "pool_waiters",  # requests that wait for a pool slot
    "sessions",  # connections that callers hold open
    "active",  # statements that run now
    "latency",  # in proportion to p99
    "hit",  # hit ratio in %, less what is lost
    "misses",  # requests/s that go on to the origin
    "fallback",  # % of requests answered from a fallback
    "logs",  # with requests and failures
    "expiry",  # days until the nearest certificate expires: less from minute to minute
    "targets",  # % of the instances of all services that answer a scrape
    "firing",  # alerts that fire, of all services
    "checks",  # services that turn a probe away
    "ready",  # messages that wait at a broker for its consumers
    "lag",  # records that wait: the integral of what comes in less what is handled
    "handled",  # records/s that are handled
]


@dataclass(frozen=True, eq=False)
class Gauge:
    """A figure that every service of a kind of software always shows, with its range when all is well."""

    label: str
    unit: str
    normal: Range
    decimals: int = 0
    follows: Follows = ""
    most: float | None = None  # what it never exceeds: a limit, or 100 of a percentage
    counts: bool = False  # a whole number of things that does not tremble, such as members of a cluster
    linked: bool = False  # whether it also follows other gauges and the load of the service (`linked_gauges.py`)
    jitter: float | None = None  # how far it is from its mean in a minute, in its unit; a share of it if left out


@dataclass(frozen=True, eq=False)
class Software:
    """What a service runs: how it logs, what can be measured on it, and what its everyday life looks like.

    In its templates stand `{service}`, `{caller}` and `{callee}` for it, a service that calls it and one that it calls,
    `{version}` and `{previous}`, and what `templates.py` draws for each use.
    """

    name: str
    kind: Kind
    dialect: str  # how its log lines begin (`telemetry/dialects.py`)
    release: str  # its name before a version number in a status report, such as "PostgreSQL"
    gauges: tuple[Gauge, ...]  # beside those that all software has
    noise: tuple[str, ...]  # log lines of every day, warnings and harmless errors included: "LEVEL text"
    # What it logs of a call, by what is spoken with the callee and by what came of it. `{callee}` is the callee,
    # `{wait}` how long that call took in ms, `{timeout}` the time-out in force in ms, `{tries}` how often it tried.
    peers: Mapping[Peer, Mapping[Outcome, tuple[str, ...]]]
    events: tuple[str, ...]  # harmless notes of a status report
    changes: tuple[str, ...]  # harmless entries of a deploy history
    runbook: tuple[str, ...]  # runbook steps that do no harm and fix nothing
    versions: tuple[str, ...] = ()  # real releases, oldest first; empty where the company makes its own
    stateful: bool = False  # a restart of a healthy one drops clients or loses what it held
    latency: Range = (4, 60)  # normal p50 of its own work in ms
    threads: bool = False  # a request holds a thread of a pool of fixed size

    def gauge(self, label: str) -> Gauge | None:
        """The gauge of a label; None if it has none."""
        return next((gauge for gauge in self.gauges if gauge.label == label), None)


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


# ---- what a failure does ---------------------------------------------------------------------------------------------

# Parameters of a service that effects change. Shares add up, to 1 at most; factors multiply; the rest adds up.
Parameter = Literal[
    "own_errors",  # share: requests that it answers with an error of its own, as fast as ever
    "unusable",  # share: requests that it fails once its calls are made, as what these return is of no use to it
    "hung",  # share: requests that it never answers; callers wait until their time-out
    "refused",  # share: connections to it that are refused at once (1 to 3 ms)
    "unreachable",  # share: connections to it that nobody answers; callers wait until their time-out
    "call_errors",  # share: calls it makes that fail at once before they reach anybody (no such host, no port left)
    "call_hangs",  # share: calls it makes that get no answer (dropped packets)
    "slowdown",  # factor on the time of its own work
    "delay",  # share of its callers' shortest time-out that is added to the time of its own work
    "capacity",  # factor on what it can serve at once: 0.4 where 60 % of its instances are gone
    "traffic",  # factor on the requests that come to it from outside the system, or the work it begins by itself
    "fan",  # factor on the calls it makes for each request (to `through` alone where the family has one)
    "retries",  # number: tries that it adds to each failing call
    "cost",  # factor on CPU per request
    "stuck",  # share: records that come to a worker and wait, because their partition does not go on
    "hit_loss",  # share of what a cache or a CDN holds that it no longer finds
    "gauge",  # the value of a gauge, which needs `gauge`
    "shown_errors",  # share: failing requests that monitoring shows of it and that nobody else sees
    "shown_latency",  # factor on the p99 that monitoring shows of it and that nobody else sees
]
# By which a service fails requests itself, or cannot serve them.
UNABLE: frozenset[Parameter] = frozenset(
    {
        "own_errors",
        "unusable",
        "hung",
        "refused",
        "unreachable",
        "stuck",
        "call_errors",
        "call_hangs",
        "delay",
        "capacity",
    }
)
FACTORS = frozenset({"slowdown", "capacity", "traffic", "fan", "cost", "shown_latency"})


@dataclass(frozen=True)
class Step:
    """At once, at full height from then on."""


@dataclass(frozen=True)
class Ramp:
    """Rises evenly for some minutes, and stays."""

    minutes: Range = (2, 10)


@dataclass(frozen=True)
class Grow:
    """Rises evenly from its beginning, reaches the declared value at the minute of the alert, and goes on rising.

    A gauge stops at its `most`. Where `restart_clears`, a restart or rollback of the service begins it again from zero
    at the same pace; a rollback does not where it waits for instances that do not end by themselves. What is `full`
    reaches the declared value with the first symptom, which is that it is full, and grows no further; so it begins with
    the change.
    """

    restart_clears: bool = True
    rollback_clears: bool = True
    full: bool = False


@dataclass(frozen=True)
class Periodic:
    """Comes and goes: so many minutes from one height to the next, at full height for a share of them."""

    minutes: Range = (4, 9)
    share: float = 0.5


@dataclass(frozen=True)
class Age:
    """Counts the time since its beginning, in the unit of the gauge (s, min, d); the declared value is not used."""


Shape = Step | Ramp | Grow | Periodic | Age


@dataclass(frozen=True, eq=False)
class Effect:
    """One thing that a failure does to a parameter of a service."""

    parameter: Parameter
    to: Range  # what the parameter comes to at full height; drawn once for each incident and service
    on: Role = "culprit"
    shape: Shape = Ramp()
    since: Literal["onset", "change"] = "onset"  # when it begins: with the first symptom, or with the change
    until: tuple[str, ...] = ()  # conditions of the plan that take it away, all of them; empty: all that restore
    stops: tuple[str, ...] = ()  # conditions from which it grows no further, all of them; empty: all stops
    gauge: str = ""  # label, where the parameter is a gauge

    def __post_init__(self) -> None:
        assert (self.parameter == "gauge") == bool(self.gauge), f"{self.parameter} with gauge {self.gauge!r}"
        if isinstance(self.shape, Grow) and self.shape.full:
            assert self.since == "change", f"{self.gauge or self.parameter} is full at once"


# What the figures of a service show where a line is true of it.
Figures = Literal[
    "",  # nothing that the line would have to agree with
    "crowded",  # its slots are taken or requests wait for one
    "pool",  # its pool to its busiest store is used up
    "lost",  # calls that it makes reach nobody
    "silent",  # calls that it makes reach nobody or get no answer
    "failing",  # it fails requests for a reason of its own, or calls that it makes reach nobody
    "full",  # its disk is used up
]


@dataclass(frozen=True, eq=False)
class Line:
    """A line that software prints because of the failure.

    `{service}`, `{caller}`, `{callee}` are as in everyday lines. Beside the family's `facts` stand `{culprit}`,
    `{through}`, `{version}` and `{previous}` (of the culprit), `{age}` (whole minutes since the first symptom),
    `{since}` (the time of it, HH:MM:SS), `{changed}` (minutes since the change), `{now[label]}` (the gauge of that
    label as `check_metrics` shows it, without its unit), `{wait}` (ms that this request took), `{timeout}` (ms, the
    shortest time-out of the callers), `{pid}` (as in the prefix of the line) and all that `templates.py` draws.
    """

    text: str  # "LEVEL text"
    on: Role = "culprit"
    software: tuple[str, ...] = ()  # printed only where the service runs one of these; empty: whatever it runs
    per_minute: float = 0.5  # lines a minute in the sample that a log shows, at full height
    until: tuple[str, ...] = ()  # as of an effect
    since: Literal["onset", "change"] = "onset"
    # Whether a service of such software that is well prints it now and then too: then it is a symptom of several modes
    # (`symptoms/`), and no hint by itself. Not where it would contradict what the other tools show of that service.
    elsewhere: bool = False
    # Minutes of the hour from one to the next of a schedule that it names: it is printed then, and at no other time.
    every: int = 0
    when: Figures = ""  # printed only in minutes in which the figures of the service show this
    peers: tuple[Peer, ...] = ()  # printed only by services that speak one of these with a callee; empty: by any
    # Values by which a service that is well tells it of something else, which is no part of what serves users
    # (`symptoms/aside.py`): then the figures need not show it.
    aside: Mapping[str, tuple[object, ...]] = field(default_factory=dict)


def printed(
    symptom: Line,
    on: Role = "culprit",
    per_minute: float | None = None,
    until: tuple[str, ...] = (),
    since: Literal["onset", "change"] = "onset",
    elsewhere: bool | None = None,
) -> Line:
    """A symptom that several modes share, as one of them prints it.

    With `elsewhere` False it is never printed with the facts of this mode by a service that is well.
    """
    rate = symptom.per_minute if per_minute is None else per_minute
    marked = symptom.elsewhere if elsewhere is None else elsewhere
    return replace(symptom, on=on, per_minute=rate, until=until, since=since, elsewhere=marked)


@dataclass(frozen=True, eq=False)
class Counter:
    """A fact that grows evenly: a generation, an offset, a number of kills."""

    start: tuple[int, int]
    per_minute: Range


@dataclass(frozen=True)
class Drawn:
    """A fact in a form that `templates.DRAWN` draws, such as an address, or a noun of the business (`plural`)."""

    form: str


@dataclass(frozen=True, eq=False)
class Change:
    """The deploy, configuration change, flag or job that began the failure."""

    titles: tuple[str, ...]  # what it may be called, beside what any change may be (`change_titles.py`)
    diffs: tuple[tuple[str, ...], ...]  # how what it changed may be written; lines begin with "- ", "+ " or "  "
    kind: Literal["release", "config", "flag", "job"] = "release"
    by_automation: bool = False  # nobody sat at it
    lead_minutes: Range = (0, 4)  # how long before the first symptom


# ---- what ends it ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Way:
    """An action that brings a condition about.

    `action` is an action type. A runbook step has a `name`; its target reads `name@service`. A flag has a `name` as
    well, which may hold facts and ends in `{area}`.
    """

    action: str
    result: str  # what the on-call engineer is told when it takes effect
    on: Role = "culprit"  # culprit, through, or entry
    name: str = ""
    early: str = ""  # what is told when what it needs has not come true; a general text if left out
    shows: tuple[str, ...] = ()  # lines that the service it acts on logs then: "LEVEL text"


REVERT = "revert_configuration"  # the runbook step that sets a configuration back
GOING_BACK = (("rollback_deploy", ""), ("execute_runbook_step", REVERT))  # action and name of a way


@dataclass(frozen=True, eq=False)
class Condition:
    """Something that must come true before the incident is over, and the actions that bring it about."""

    name: str
    kind: Literal["stop", "restore", "guard", "check"]  # the first two take failures away, the others do not
    ways: tuple[Way, ...]
    needs: tuple[str, ...] = ()  # names of conditions that must be true before


@dataclass(frozen=True, eq=False)
class Wrong:
    """A tempting action that does harm."""

    action: str
    on: Role
    why: str  # what is told: what it did, never why the incident is what it is
    effects: tuple[Effect, ...] = ()  # what it does for a while; that of the action on such software if left out


@dataclass(frozen=True, eq=False)
class Family:
    """A way in which systems fail: a failure mode of the catalogue, as incidents are made of it."""

    name: str  # id of the failure mode (`reading/modes.py`)
    story: str  # how it comes about and shows, in two or three sentences of prose: documentation
    strikes: tuple[str, ...]  # software of the culprit
    effects: tuple[Effect, ...]
    lines: tuple[Line, ...]
    plan: tuple[Condition, ...]  # four or more
    through: tuple[str, ...] = ()  # software of a callee by which it hurts others
    facts: Mapping[str, tuple[object, ...] | range | Counter | Drawn] = field(default_factory=dict)
    change: Change | None = None
    notes: tuple[str, ...] = ()  # what the culprit's status report says until the cause is gone
    notes_elsewhere: bool = True  # whether a service that is well may say the same of itself with such facts
    wrong: tuple[Wrong, ...] = ()
    hosts: float = 1.0  # share of the culprit's instances that are hit
    alert_limit: str = ""  # the fact that is the limit, in s, of the p99 of the alerting service while the cause lasts
    on_the_hour: bool = False  # whether the first symptom comes with a full hour
    relapse: Range | None = None  # minutes after the stop in which the failure returns unless the guard stands

    def condition(self, name: str) -> Condition:
        return next(condition for condition in self.plan if condition.name == name)

    def ways_of(self, condition: Condition) -> tuple[Way, ...]:
        """The ways of a condition of the plan.

        Where a change of configuration began the failure, a rollback goes back to the revision before, as the step
        that sets the configuration back does: whoever declares one of them means both, unless one is a mistake.
        """
        if self.change is None or self.change.kind != "config":
            return condition.ways
        found = list(condition.ways)
        named = {(way.action, way.name) for way in found if way.on == "culprit"}
        mistakes = {wrong.action for wrong in self.wrong if wrong.on == "culprit"}
        for action, name in GOING_BACK:
            other = next((way for way in condition.ways if (way.action, way.name) in GOING_BACK), None)
            if other is not None and other.on == "culprit" and (action, name) not in named and action not in mistakes:
                found.append(replace(other, action=action, name=name))
        return tuple(found)

    def effects_on(self, role: Role) -> tuple[Effect, ...]:
        return tuple(effect for effect in self.effects if effect.on == role)

    @property
    def stopping(self) -> tuple[str, ...]:
        """The conditions that stop the cause."""
        return tuple(condition.name for condition in self.plan if condition.kind == "stop")

    @cached_property
    def fails_itself(self) -> bool:
        """Whether the culprit fails or cannot serve the requests that come to it, so that calls to it fail the most."""
        return not self.through and any(each.parameter in UNABLE for each in self.effects_on("culprit"))

    @property
    def restoring(self) -> tuple[str, ...]:
        """The conditions that take failures away."""
        return tuple(condition.name for condition in self.plan if condition.kind in ("stop", "restore"))
