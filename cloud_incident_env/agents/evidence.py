"""What the diagnostics of a generated incident say, read from their texts: figures, calls, log lines, changes, status.

An agent of code reads these texts as anybody else does. `read_report` turns one text into a typed value; a figure that
the text does not show, or shows as missing, is None. Nothing here knows the incident.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, TypeAlias

DAY_SECONDS = 86_400.0
NO_DATA = "no data"

_CLOCK = r"(?P<at>\d\d:\d\d:\d\d)Z"
_NUMBER = r"\d[\d,]*(?:\.\d+)?"


class Figure(NamedTuple):
    """A number as it is shown, such as `3,240 ms`."""

    value: float
    unit: str = ""
    decimals: int = 0

    @property
    def half(self) -> float:
        """Half a unit of the last digit shown: how far the true value may be from this one."""
        return float(0.5 * 10**-self.decimals)


def figure(text: str) -> Figure | None:
    """Read a figure and its unit; None where there is none, as of `no data`."""
    found = re.fullmatch(rf"\$?(-?{_NUMBER}) ?(.*)", text.strip())
    if found is None:
        return None
    digits = found[1].replace(",", "")
    return Figure(float(digits), found[2], len(digits.partition(".")[2]))


def second_of_day(clock: str) -> float:
    """Seconds since midnight of a time such as `19:28:48` or `19:28:48.193`."""
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600.0 + int(minutes) * 60.0 + float(seconds)


def seconds_between(earlier: str, later: str) -> float:
    """How many seconds pass from one time of day to a later one, at most half a day away; negative if it is earlier."""
    passed = (second_of_day(later) - second_of_day(earlier)) % DAY_SECONDS
    return passed if passed <= DAY_SECONDS / 2 else passed - DAY_SECONDS


# ---- check_metrics ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One metric: its readings in the order of the columns, and its value when all is well. None where missing."""

    label: str
    readings: tuple[Figure | None, ...]
    normal: Figure | None


@dataclass(frozen=True)
class Metrics:
    """The figures of a service: now and ten minutes ago (newest first), or a series (oldest first)."""

    service: str
    at: str  # HH:MM:SS, UTC, as all times of this module
    columns: tuple[str, ...]  # `now` and `10 min ago`, or the times of a series, HH:MM:SS
    rows: Mapping[str, Row]
    silent_since: str | None = None  # from when samples are missing

    @property
    def is_series(self) -> bool:
        return "now" not in self.columns

    def now(self, label: str) -> float | None:
        """The latest reading of a metric."""
        return self._reading(label, -1 if self.is_series else 0)

    def before(self, label: str) -> float | None:
        """The reading of ten minutes ago; of a series, the oldest one."""
        return self._reading(label, 0 if self.is_series else 1)

    def normal(self, label: str) -> float | None:
        row = self.rows.get(label)
        return row.normal.value if row and row.normal else None

    def series(self, label: str) -> tuple[float | None, ...]:
        """All readings of a metric, in the order of the columns; empty where the service does not have it."""
        row = self.rows.get(label)
        return tuple(each.value if each else None for each in row.readings) if row else ()

    def _reading(self, label: str, place: int) -> float | None:
        row = self.rows.get(label)
        reading = row.readings[place] if row else None
        return reading.value if reading else None


_TABLE_TITLE = re.compile(rf"(?P<service>\S+) at {_CLOCK}")
_SILENT = re.compile(rf"No samples of (?P<service>\S+) (?:after|from) {_CLOCK}")
_GAP = re.compile(r" {2,}")


def _read_metrics(service: str, text: str) -> Metrics:
    lines = text.splitlines()
    title = _expect(_TABLE_TITLE.match(lines[0]), "a table of metrics", lines[0])
    heads, ends = [], []
    for column in re.finditer(r"\S+(?: \S+)*", lines[0][title.end() :]):
        heads.append(column[0].removesuffix("Z"))
        ends.append(title.end() + column.end())
    if not heads or heads[-1] != "normal":
        raise ValueError(f"expected the columns of a table of metrics, got {lines[0]!r}")
    rows, silent = {}, None
    for line in lines[1:]:
        missing = _SILENT.match(line)
        if missing:
            silent = missing["at"]
            continue
        label, cells = _cells(line, ends)
        rows[label] = Row(label, tuple(map(figure, cells[:-1])), figure(cells[-1]))
    return Metrics(service, title["at"], tuple(heads[:-1]), rows, silent)


def _cells(line: str, ends: list[int]) -> tuple[str, list[str]]:
    """The label of a row and the text of each column; columns end where their heads end."""
    first = _GAP.split(line[: ends[0]], maxsplit=1)
    cells = [first[1].strip() if len(first) == 2 else ""]
    for before, end in pairwise(ends):
        cells.append(line[before:end].strip())
    return first[0].strip(), cells


# ---- check_dependencies ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answers:
    """How a service answers: shares in percent, times in ms, rates per second."""

    requests: Figure
    fails: Figure
    p99: Figure
    normal_fails: Figure
    normal_p99: Figure


@dataclass(frozen=True)
class Caller:
    """A row of `Called by`. The name `others` stands for all services that are not known."""

    name: str
    kind: str  # sync, async, storage or config; empty for `others`
    rate: Figure  # calls/s that reach the service


@dataclass(frozen=True)
class Call:
    """A row of `Calls`. Of the row `others` only the rate, the tries and the failing share are known."""

    name: str
    kind: str
    rate: Figure  # tries/s
    fails: Figure  # %, of the tries
    per_request: Figure | None = None
    tries: Figure | None = None  # of each call, the first one included
    unconnected: Figure | None = None  # tries/s that reach nobody
    normal_fails: Figure | None = None
    timed_out: Figure | None = None  # %, of the tries
    p99: Figure | None = None  # ms, of the callee's answers
    normal_p99: Figure | None = None
    time_out: Figure | None = None  # ms; None of asynchronous calls
    retries: int = 0  # at most, after the first try
    fallback: bool = False


@dataclass(frozen=True)
class Dependencies:
    """Who calls a service and whom it calls."""

    service: str
    at: str
    answers: Answers | None  # None of a service that takes no requests
    callers: tuple[Caller, ...] = ()
    calls: tuple[Call, ...] = ()
    # Known services by what the platform does: `Runs on`, `Network`, `Monitored by` of a service; `Carries`, `Hosts`,
    # `Schedules`, `Monitors` of a platform.
    platform: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unread: tuple[str, ...] = ()  # lines of another form

    def call(self, name: str) -> Call | None:
        return next((call for call in self.calls if call.name == name), None)

    def caller(self, name: str) -> Caller | None:
        return next((caller for caller in self.callers if caller.name == name), None)


_HEAD = re.compile(rf"(?P<service>\S+) at {_CLOCK}: (?P<answers>.+)")
_ANSWERS = re.compile(
    rf"(?P<requests>{_NUMBER}/s|{_NUMBER} requests/s), (?P<fails>{_NUMBER} %) fail, p99 (?P<p99>{_NUMBER} ms) "
    rf"\(normal (?P<normal_fails>{_NUMBER} %), (?P<normal_p99>{_NUMBER} ms)\)"
)
_CALLER = re.compile(rf"  (?P<name>\S+)(?: \((?P<kind>\w+)\))?: (?P<rate>{_NUMBER} calls/s)")
_CALL = re.compile(
    rf"  (?P<name>\S+) \((?P<kind>\w+)\): (?P<rate>{_NUMBER} calls/s), (?P<per_request>{_NUMBER}) a request, "
    rf"(?P<tries>{_NUMBER}) tries, (?P<unconnected>{_NUMBER}/s) not connected, (?P<fails>{_NUMBER} %) fail "
    rf"\(normal (?P<normal_fails>{_NUMBER} %)\), (?P<timed_out>{_NUMBER} %) time out; "
    rf"answers p99 (?P<p99>{_NUMBER} ms) \(normal (?P<normal_p99>{_NUMBER} ms)\)(?:; (?P<notes>.+))?"
)
_OTHERS = re.compile(
    rf"  (?P<name>others): (?P<rate>{_NUMBER} calls/s), (?P<tries>{_NUMBER}) tries, (?P<fails>{_NUMBER} %) fail"
)
_PLATFORM = re.compile(r"(?P<label>[A-Z][a-z ]+): (?P<names>\S+(?:, \S+)*)")
_TIME_OUT = re.compile(rf"time-out ({_NUMBER} ms)")
_RETRIES = re.compile(r"up to (\d+) retr")
NOBODY = "  nobody"


def _read_dependencies(service: str, text: str) -> Dependencies:
    lines = text.splitlines()
    head = _expect(_HEAD.fullmatch(lines[0]), "the head of a dependency table", lines[0])
    shown = _ANSWERS.fullmatch(head["answers"])
    answers = Answers(**_figures(shown, shown.groupdict())) if shown else None
    callers: list[Caller] = []
    calls: list[Call] = []
    platform: dict[str, tuple[str, ...]] = {}
    unread: list[str] = []
    section = ""
    for line in lines[1:]:
        if line in ("Called by:", "Calls:"):
            section = line
        elif line == NOBODY:
            continue
        elif section == "Called by:" and (row := _CALLER.fullmatch(line)):
            callers.append(Caller(row["name"], row["kind"] or "", _figure(row["rate"])))
        elif section == "Calls:" and (call := _call(line)):
            calls.append(call)
        elif found := _PLATFORM.fullmatch(line):
            platform[found["label"]] = tuple(found["names"].split(", "))
        else:
            unread.append(line)
    return Dependencies(service, head["at"], answers, tuple(callers), tuple(calls), platform, tuple(unread))


def _call(line: str) -> Call | None:
    row = _CALL.fullmatch(line)
    if row is None:
        others = _OTHERS.fullmatch(line)
        if others is None:
            return None
        return Call("others", "", _figure(others["rate"]), _figure(others["fails"]), tries=_figure(others["tries"]))
    notes = row["notes"] or ""
    time_out, retries = _TIME_OUT.search(notes), _RETRIES.search(notes)
    return Call(
        row["name"],
        row["kind"],
        time_out=_figure(time_out[1]) if time_out else None,
        retries=int(retries[1]) if retries else 0,
        fallback="fallback" in notes,
        **_figures(row, set(row.groupdict()) - {"name", "kind", "notes"}),
    )


@dataclass(frozen=True)
class Span:
    """A part of a traced request; times in ms since the request began."""

    depth: int
    service: str
    begin: float
    took: float
    state: str  # `ok`, or what went wrong


@dataclass(frozen=True)
class Trace:
    """The spans of one request; none where no such request was sampled."""

    service: str
    kind: str  # slowest or failed
    at: str
    spans: tuple[Span, ...] = ()


_TRACE = re.compile(
    rf"(?P<kind>slowest|failed) trace of \S+ sampled in the minute before {_CLOCK}, id [0-9a-f]+"
    rf"(?:, one of {_NUMBER} failed of {_NUMBER})?"
)
_NO_TRACE = re.compile(rf"No (?P<kind>slowest|failed) trace of \S+ was sampled in the minute before {_CLOCK}\.")
_SPAN = re.compile(
    rf"(?P<margin> +)\+(?P<begin>{_NUMBER}) ms  (?P<service>\S+|another service)  (?P<took>{_NUMBER}) ms  (?P<state>.+)"
)


def _read_trace(service: str, text: str) -> Trace:
    lines = text.splitlines()
    none = _NO_TRACE.fullmatch(lines[0])
    if none:
        return Trace(service, none["kind"], none["at"])
    head = _expect(_TRACE.fullmatch(lines[0]), "the head of a trace", lines[0])
    spans = []
    for line in lines[1:]:
        row = _expect(_SPAN.fullmatch(line), "a span", line)
        begin, took = _figure(row["begin"]).value, _figure(row["took"]).value
        spans.append(Span(len(row["margin"]) // 2 - 1, row["service"], begin, took, row["state"]))
    return Trace(service, head["kind"], head["at"], tuple(spans))


# ---- query_logs ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LogLine:
    """A line of a log. `level` is debug, info, warn, error or fatal; None where the format of the line has none."""

    at: str  # HH:MM:SS, with as many decimals as the format has
    level: str | None
    text: str  # the message, without what the format puts before and behind it
    raw: str


@dataclass(frozen=True)
class Log:
    """A sample of the lines of a service, oldest first."""

    service: str
    since: str
    until: str
    lines: tuple[LogLine, ...] = ()
    left_out: int = 0  # earlier lines of the window that are not shown
    silent_since: str | None = None  # from when lines did not arrive
    unread: tuple[str, ...] = ()  # lines of no known format


_LOG_HEAD = re.compile(
    r"(?P<service>\S+): log from (?P<since>\d\d:\d\d:\d\d)Z to (?P<until>\d\d:\d\d:\d\d)Z"
    r"(?P<sampled>, sampled: [^\n]*)?"
)
_LOG_GAP = re.compile(
    rf"No lines after {_CLOCK} (?:arrived for a while: log shipping was interrupted"
    r"|are searchable yet: the log index is behind)"
)
_LEFT_OUT = re.compile(rf"\((?P<count>{_NUMBER}) earlier lines? of the sample (?:is|are) left out; .*\)")
_NO_LINES = re.compile(r"No line of the last \d+ minutes? fits\.")

_ISO = r"\d{4}-\d\d-\d\dT(?P<at>\d\d:\d\d:\d\d\.\d{3,6})(?:Z|\+0000)"
_SPACED = r"\d{4}-\d\d-\d\d (?P<at>\d\d:\d\d:\d\d[.,]\d{3,6})"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_FORMATS = tuple(
    map(
        re.compile,
        (
            rf'time="{_ISO}" level=(?P<level>\w+) msg=(?P<json>".*") service=\S+',  # Go
            rf'\{{"time":"{_ISO}","level":"(?P<level>\w+)","service":"\S+","pid":\d+,"msg":(?P<json>".*")\}}',  # Node
            rf'(?P<fields>\{{"level":"(?P<level>\w+)","ts":"{_ISO}",.*\}})',  # etcd
            rf"\[{_ISO}\]\[(?P<level>\w+)\](?P<text>\[gc.*)",  # Java, garbage collection
            rf"{_ISO} +(?P<level>[A-Z]+) 1 --- \[\S+\] \[[^\]]*\] \S+ *: (?P<text>.*)",  # Java
            rf"{_ISO} \d+ \[(?P<level>Note|Warning|ERROR|System)\] (?P<text>.*)",  # MySQL
            rf"# Time: {_ISO} (?P<text># User@Host: .*)",  # MySQL, slow statements
            rf"{_ISO} \[(?P<level>[A-Z]+)\] (?P<text>.*)",
            rf"{_ISO} (?P<level>[A-Z]+) cache-\w+ (?P<text>.*)",  # a CDN
            rf"time={_ISO} level=(?P<level>\w+) source=\S+ (?P<text>.*)",
            rf"{_SPACED} (?P<level>[A-Z]+) \[\d+\] (?P<text>.*)",  # Python
            rf"{_SPACED} UTC \[\d+\] (?P<level>[A-Z\d]+):  (?P<text>.*)",  # PostgreSQL
            rf"\[{_SPACED}\] (?P<level>[A-Z]+) (?P<text>.*)",  # Kafka
            rf"{_SPACED}\+00:00 \[(?P<level>\w+)\] <0\.\d+\.0> (?P<text>.*)",  # Erlang
            rf"\[{_SPACED}\]\[\d+\]\[(?P<level>\w+)\](?P<text>\[\w+\] .*)",  # Envoy
            rf"\[{_ISO}\] (?P<text>.*)",  # Envoy, access log
            rf'(?P<text>\{{.*),"(?:timestamp|stageTimestamp)":"{_ISO}"\}}',  # event logs of Envoy and Kubernetes
            rf"{_ISO} (?P<text>CoreDNS-[\d.]+)",  # its banner
            rf"\d+:[CMS] \d\d {_MONTH} \d{{4}} (?P<at>\d\d:\d\d:\d\d\.\d{{3}}) (?P<level>[.*#-]) (?P<text>.*)",  # Redis
            r"(?P<level>[IWEF])\d{4} (?P<at>\d\d:\d\d:\d\d\.\d{6}) +\d+ (?P<text>.*)",  # glog
            rf"{_MONTH} [ \d]\d (?P<at>\d\d:\d\d:\d\d) \S+ (?P<level>[a-z]+) (?P<text>.*)",  # syslog
            r"\d{4}/\d\d/\d\d (?P<at>\d\d:\d\d:\d\d) \[(?P<level>\w+)\] \d+#\d+: (?P<text>.*)",  # nginx
            rf"(?P<text>\S+ - - \[\d\d/{_MONTH}/\d{{4}}:(?P<at>\d\d:\d\d:\d\d) \+0000\] .*)",  # nginx, access log
        ),
    )
)
_LEVELS = {
    **dict.fromkeys(("debug", "debug1", "."), "debug"),
    **dict.fromkeys(("info", "log", "note", "notice", "system", "i", "*", "-"), "info"),
    **dict.fromkeys(("warn", "warning", "w", "#"), "warn"),
    **dict.fromkeys(("error", "err", "e"), "error"),
    **dict.fromkeys(("fatal", "critical", "crit", "panic", "f"), "fatal"),
}


def _read_log(service: str, text: str) -> Log:
    lines = text.splitlines()
    head = _expect(_LOG_HEAD.fullmatch(lines[0]), "the head of a log", lines[0])
    found: list[LogLine] = []
    unread: list[str] = []
    left_out, silent = 0, None
    for raw in lines[1:]:
        line = read_line(raw)
        if line is not None:
            found.append(line)
        elif gap := _LOG_GAP.fullmatch(raw):
            silent = gap["at"]
        elif cut := _LEFT_OUT.fullmatch(raw):
            left_out = int(cut["count"].replace(",", ""))
        elif not _NO_LINES.fullmatch(raw):
            unread.append(raw)
    return Log(service, head["since"], head["until"], tuple(found), left_out, silent, tuple(unread))


def read_line(raw: str) -> LogLine | None:
    """Read one log line; None where it has no known format."""
    for form in _FORMATS:
        found = form.fullmatch(raw)
        if found is not None:
            parts = found.groupdict()
            level = _LEVELS.get((parts.get("level") or "").casefold())
            return LogLine(found["at"].replace(",", "."), level, _message(parts), raw)
    return None


def _message(parts: Mapping[str, str]) -> str:
    """The message of a line by the groups of its format; fields of their own are appended to it as `name=value`."""
    if "json" in parts:
        return str(json.loads(parts["json"]))
    if "fields" not in parts:
        return parts["text"]
    fields = json.loads(parts["fields"])
    told = [f"{name}={_quoted(str(fields[name]))}" for name in fields if name not in ("level", "ts", "caller", "msg")]
    return f"{fields['msg']}: {' '.join(told)}" if told else str(fields["msg"])


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if " " in value or not value else value


# ---- check_service_status --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Instance:
    """One instance of a service, and where it runs."""

    name: str
    host: str
    zone: str
    ready: bool = True


@dataclass(frozen=True)
class Firing:
    """An alert that fires now."""

    name: str  # such as `error rate over its limit`
    shown: Figure
    limit: Figure


@dataclass(frozen=True)
class Status:
    """The state of a service. Error shares are in percent, None where they are not shown."""

    service: str
    at: str
    health: str  # healthy, degraded or unhealthy
    ready: int
    replicas: int
    version: str  # software and version, as `MySQL 8.4.4`
    instances: tuple[Instance, ...] = ()  # none of a platform or vendor
    errors: Figure | None = None
    own_errors: Figure | None = None
    worst: Figure | None = None  # errors of the worst instance: its own ones if those are shown, otherwise all
    median: Figure | None = None  # errors of the median instance, likewise
    alerts: tuple[Firing, ...] = ()
    notes: tuple[str, ...] = ()
    flags: Mapping[str, bool] = field(default_factory=dict)  # flag -> whether it is on
    steps: tuple[str, ...] = ()  # of the runbook
    unread: tuple[str, ...] = ()  # of the lines above, what has another form

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(instance.host for instance in self.instances)


_HEALTH = re.compile(rf"Health: (?P<health>\w+) at {_CLOCK}")
_REPLICAS = re.compile(r"Replicas: (?P<ready>\d+)/(?P<replicas>\d+) ready(?:: (?P<places>.+))?")
_INSTANCE = re.compile(r"(?P<name>\S+) on (?P<host>\S+) zone (?P<zone>\w+)(?P<down> \(not ready\))?")
_ERRORS = re.compile(
    rf"Error rate: (?P<errors>{_NUMBER} %)(?:; (?:errors of its own (?P<own_errors>{_NUMBER} %), )?"
    rf"worst instance (?P<worst>{_NUMBER} %), median instance (?P<median>{_NUMBER} %))?"
)
_FIRING = re.compile(rf"(?P<name>.+?) \((?P<shown>{_NUMBER}(?: [^,]+)?), limit (?P<limit>{_NUMBER}(?: [^)]+)?)\)")


def _read_status(service: str, text: str) -> Status:
    lines = text.splitlines()
    head = _expect(_HEALTH.fullmatch(lines[0]), "the health of a service", lines[0])
    replicas = _expect(_REPLICAS.fullmatch(lines[1]), "replicas", lines[1])
    version = _after("Version: ", lines[2]).removesuffix(" (the record of changes is behind)")
    rest = lines[3:]
    errors = _ERRORS.fullmatch(rest[0])
    shown = _figures(errors, errors.groupdict()) if errors else {}
    alerts = rest[1:] if errors else rest
    fires = _parts(_after("Alerts: ", alerts[0]), "; ")
    found = [_FIRING.fullmatch(each) for each in fires]
    places = _parts(replicas["places"] or "", ", ")
    sites = [_INSTANCE.fullmatch(each) for each in places]
    return Status(
        service,
        head["at"],
        head["health"],
        int(replicas["ready"]),
        int(replicas["replicas"]),
        version,
        tuple(Instance(s["name"], s["host"], s["zone"], s["down"] is None) for s in sites if s),
        alerts=tuple(Firing(f["name"], _figure(f["shown"]), _figure(f["limit"])) for f in found if f),
        notes=tuple(alerts[1:-2]),
        flags={
            flag.rpartition("=")[0]: flag.endswith("=on")
            for flag in _parts(_after("Feature flags: ", alerts[-2]), ", ")
        },
        steps=tuple(_parts(_after("Runbook steps: ", alerts[-1]), ", ")),
        unread=(*_unmatched(fires, found), *_unmatched(places, sites)),
        **shown,
    )


def _unmatched(texts: Iterable[str], found: Iterable[re.Match[str] | None]) -> Iterator[str]:
    return (text for text, match in zip(texts, found, strict=True) if match is None)


def _parts(text: str, separator: str) -> list[str]:
    return [] if text in ("", "none", "none firing") else text.split(separator)


def _after(label: str, line: str) -> str:
    if not line.startswith(label):
        raise ValueError(f"expected a line that begins with {label!r}, got {line!r}")
    return line[len(label) :]


# ---- check_recent_deploys --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deploy:
    """A deploy or a change of configuration."""

    date: str  # YYYY-MM-DD
    time: str  # HH:MM
    age: float  # minutes, rounded down to the unit shown
    unit: float  # minutes of that unit: 1, 60 or 1440
    change_id: str
    version: str
    author: str
    summary: str


@dataclass(frozen=True)
class Deploys:
    """The latest changes of a service, newest first."""

    service: str
    at: str
    entries: tuple[Deploy, ...] = ()
    last: str | None = None  # time of day after which changes are not recorded yet, if the record is behind
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Diff:
    """What one change changed."""

    service: str
    change_id: str
    date: str
    time: str
    author: str
    summary: str
    lines: tuple[str, ...] = ()  # those that begin with `- ` were removed, those with `+ ` added


_DEPLOYS = re.compile(rf"(?P<service>\S+): latest changes at {_CLOCK}")
_BEHIND = re.compile(rf"  \(changes after {_CLOCK} are not recorded yet: the feed of changes is behind\)")
_DEPLOY = re.compile(
    r"  (?P<date>\d{4}-\d\d-\d\d) (?P<time>\d\d:\d\d)Z \((?P<age>\d+) (?P<unit>min|h|d) ago\)  (?P<change_id>\S+)  "
    r"(?P<version>\S+)  by (?P<author>[^:]+): (?P<summary>.*)"
)
_DIFF = re.compile(
    r"(?P<service>\S+): (?P<change_id>\S+) of (?P<date>\d{4}-\d\d-\d\d) (?P<time>\d\d:\d\d)Z by (?P<author>[^:]+): "
    r"(?P<summary>.*)"
)
_UNITS = {"min": 1.0, "h": 60.0, "d": 1440.0}


def _read_deploys(service: str, text: str) -> Deploys:
    lines = text.splitlines()
    head = _expect(_DEPLOYS.fullmatch(lines[0]), "the head of a history of changes", lines[0])
    behind = _BEHIND.fullmatch(lines[1]) if len(lines) > 1 else None
    told = lines[2:] if behind else lines[1:]
    rows = [_DEPLOY.fullmatch(line) for line in told]
    entries = tuple(
        Deploy(
            row["date"],
            row["time"],
            int(row["age"]) * _UNITS[row["unit"]],
            _UNITS[row["unit"]],
            row["change_id"],
            row["version"],
            row["author"],
            row["summary"],
        )
        for row in rows
        if row
    )
    last = behind["at"] if behind else None
    return Deploys(service, head["at"], entries, last, tuple(_unmatched(told, rows)))


def _read_diff(service: str, text: str) -> Diff:
    lines = text.splitlines()
    head = _expect(_DIFF.fullmatch(lines[0]), "the head of a change", lines[0])
    return Diff(
        service, head["change_id"], head["date"], head["time"], head["author"], head["summary"], tuple(lines[1:])
    )


# ---- all of them -----------------------------------------------------------------------------------------------------

Evidence: TypeAlias = Metrics | Dependencies | Trace | Log | Status | Deploys | Diff
_Reader: TypeAlias = Callable[[str, str], Evidence]


def read_report(tool: str, service: str, text: str) -> Evidence:
    """Read what a diagnostic has shown of a service.

    A dependency table with `trace` gives a `Trace`, a history of changes with `change_id` a `Diff`. Raises KeyError for
    an unknown tool, and ValueError for a text that is no such report.
    """
    first = text.partition("\n")[0]
    reader = _READERS[tool]
    if tool == "check_dependencies" and (_TRACE.fullmatch(first) or _NO_TRACE.fullmatch(first)):
        reader = _read_trace
    elif tool == "check_recent_deploys" and _DIFF.fullmatch(first):
        reader = _read_diff
    try:
        return reader(service, text)
    except (IndexError, KeyError) as problem:
        raise ValueError(f"{tool} of {service}: a report with too few lines: {text!r}") from problem


_READERS: Mapping[str, _Reader] = {
    "check_metrics": _read_metrics,
    "check_dependencies": _read_dependencies,
    "query_logs": _read_log,
    "check_service_status": _read_status,
    "check_recent_deploys": _read_deploys,
}


def _expect(found: re.Match[str] | None, what: str, got: str) -> re.Match[str]:
    if found is None:
        raise ValueError(f"expected {what}, got {got!r}")
    return found


def _figure(text: str) -> Figure:
    """Read a figure that a pattern has found."""
    found = figure(text)
    assert found is not None, f"{text!r} is no figure"
    return found


def _figures(row: re.Match[str], names: Iterable[str]) -> dict[str, Figure]:
    """The figures of the named groups that took part in a match."""
    return {name: _figure(row[name]) for name in names if row[name] is not None}
