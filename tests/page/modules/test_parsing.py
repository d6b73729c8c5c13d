"""What the page reads in the texts of diagnostics, against the readers of the agents and the rows of hand-written ones.

The modules of the page run in Chromium. Every figure and line of a text must stand in what they return.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from cloud_incident_env.agents.evidence import (
    Dependencies,
    Deploys,
    Diff,
    Log,
    Metrics,
    Status,
    Trace,
    figure,
    read_report,
)
from cloud_incident_env.telemetry import Call, Change, Fact, LogLine, Metric
from tests.page.modules.texts import Shown, generated, handwritten

LEAST_TEXTS = 900  # generated ones: fewer would mean that the sample shrank unnoticed
KINDS = {
    Metrics: "metrics",
    Dependencies: "dependencies",
    Trace: "trace",
    Log: "logs",
    Status: "status",
    Deploys: "changes",
    Diff: "diff",
}
PARSE = """async ([url, shown]) => {
  const { parse } = await import(url + "/parse/index.js");
  return shown.map(([tool, text]) => parse({ tool, text }));
}"""
FACTOR = """async ([url, pairs]) => {
  const { factorOf } = await import(url + "/parse/figures.js");
  return pairs.map(([now, normal]) => factorOf(now, normal));
}"""
# now, normal, and now as a factor of normal
FACTORS = (
    ("8.4 %", "4.2 %", 2.0),
    ("1,500/s", "1,000/s", 1.5),
    ("15.0 s", "300 ms", 50.0),
    ("1.0 GiB of 2 GiB, 60 %", "40 %", 1.5),
    ("463/500, of these 448 in start-up", "100/500", 4.63),
    ("2.2 M", "1,100,000", 2.0),
    ("2", "0 to 3", 1.0),
    ("30", "10 to 15", 2.0),
    ("0.5 s", "below 1 s", 1.0),
    ("4 s", "below 1 s", 4.0),
    ("0", "0", 1.0),
    ("5", "0", None),  # of nought nothing is a multiple
    ("no data", "5", None),
    ("5", "", None),
    ("3 ms", "3 %", None),
)
Parsed = dict[str, Any]


@pytest.fixture(scope="module")
def parse(browser: Browser, url: str) -> Iterator[Callable[[list[Shown]], list[Parsed]]]:
    page = browser.new_page()
    page.goto(f"{url}/parse/index.js")
    yield lambda shown: _parsed(page, url, shown)
    page.close()


def _parsed(page: Page, url: str, shown: list[Shown]) -> list[Parsed]:
    found: list[Parsed] = page.evaluate(PARSE, [url, [[each.tool, each.text] for each in shown]])
    return found


def value(shown: Any) -> float | None:
    """A figure of the Python reader, as the page has it."""
    return None if shown is None else shown.value


def metrics(read: Metrics, text: str) -> Parsed:
    """What the page should read: cells are compared by number."""
    rows = []
    for label, row in read.rows.items():
        readings = [value(each) for each in row.readings]
        rows.append(
            {
                "label": label,
                "now": readings[-1] if read.is_series else readings[0],
                "before": None if len(readings) == 1 else readings[0] if read.is_series else readings[1],
                "normal": value(row.normal),
                "values": readings if read.is_series else readings[::-1],
            }
        )
    return {"service": read.service, "at": f"{read.at}Z", "rows": rows}


def metrics_seen(data: Parsed) -> Parsed:
    rows = [
        {
            **{key: row[key] for key in ("label", "now", "before", "normal")},
            "values": [v["value"] for v in row["values"]],
        }
        for row in data["rows"]
    ]
    return {"service": data["service"], "at": data["at"], "rows": rows}


CALL_FIELDS = {
    "name": "name",
    "kind": "kind",
    "rate": "rate",
    "fails": "fails",
    "perRequest": "per_request",
    "tries": "tries",
    "unconnected": "unconnected",
    "normalFails": "normal_fails",
    "timedOut": "timed_out",
    "p99": "p99",
    "normalP99": "normal_p99",
    "timeout": "time_out",
    "retries": "retries",
    "fallback": "fallback",
}
PLATFORM = {
    "Runs on": "runsOn",
    "Network": "network",
    "Monitored by": "monitoredBy",
    "Carries": "carries",
    "Hosts": "hosts",
    "Schedules": "schedules",
    "Monitors": "monitors",
    "Keeps the state of": "keepsStateOf",
    "Keeps its state in": "keepsStateIn",
}


def plain(field: Any) -> Any:
    return field.value if hasattr(field, "decimals") else field


def dependencies(read: Dependencies, text: str) -> Parsed:
    answers = read.answers
    heads = {
        "requests": answers and answers.requests.value,
        "fails": answers and answers.fails.value,
        "p99": answers and answers.p99.value,
        "normalFails": answers and answers.normal_fails.value,
        "normalP99": answers and answers.normal_p99.value,
    }
    return {
        **heads,
        "serves": answers is not None,
        "calledBy": [(each.name, each.kind, each.rate.value) for each in read.callers],
        "calls": [{js: plain(getattr(call, py)) for js, py in CALL_FIELDS.items()} for call in read.calls],
        "platform": {PLATFORM[label]: list(names) for label, names in read.platform.items()},
        "notes": list(read.unread),
    }


def dependencies_seen(data: Parsed) -> Parsed:
    heads = ("requests", "fails", "p99", "normalFails", "normalP99", "serves", "notes")
    return {
        **{key: data[key] for key in heads},
        "calledBy": [(each["name"], each["kind"], each["rate"]) for each in data["calledBy"]],
        "calls": [{key: call[key] for key in CALL_FIELDS} for call in data["calls"]],
        "platform": {key: data[key] for key in PLATFORM.values() if data[key]},
    }


def trace(read: Trace, text: str) -> Parsed:
    spans = [(span.depth, span.service, span.begin, span.took, span.state) for span in read.spans]
    return {"of": read.service, "at": f"{read.at}Z", "wanted": read.kind, "spans": spans}


def trace_seen(data: Parsed) -> Parsed:
    assert all(span["bad"] == (span["outcome"] != "ok") for span in data["spans"])
    spans = [tuple(span[key] for key in ("depth", "service", "start", "ms", "outcome")) for span in data["spans"]]
    return {**{key: data[key] for key in ("of", "at", "wanted")}, "spans": spans}


def logs(read: Log, text: str) -> Parsed:
    lines = [(line.at, line.level, line.text.lstrip(), line.raw) for line in read.lines]
    return {"service": read.service, "from": f"{read.since}Z", "to": f"{read.until}Z", "lines": lines}


def logs_seen(data: Parsed) -> Parsed:
    lines = [(line["at"][11:-1], line["level"], line["text"].lstrip(), line["raw"]) for line in data["lines"]]
    return {**{key: data[key] for key in ("service", "from", "to")}, "lines": lines}


def status(read: Status, text: str) -> Parsed:
    return {
        "health": read.health,
        "at": f"{read.at}Z",
        "ready": read.ready,
        "of": read.replicas,
        "instances": [(each.name, each.host, each.zone, each.ready) for each in read.instances],
        "version": read.version,
        "errorRate": value(read.errors),
        "errors": {"own": value(read.own_errors), "worst": value(read.worst), "median": value(read.median)},
        "alerts": [(each.name, each.shown, each.limit) for each in read.alerts],
        "notes": list(read.notes),
        "flags": dict(read.flags),
        "steps": list(read.steps),
        "facts": [],
    }


def status_seen(data: Parsed) -> Parsed:
    replicas = data["replicas"]
    return {
        **{key: data[key] for key in ("health", "at", "errorRate", "errors", "notes", "steps", "facts")},
        "ready": replicas["ready"],
        "of": replicas["of"],
        "instances": [tuple(each[key] for key in ("name", "host", "zone", "ready")) for each in replicas["instances"]],
        "version": data["version"].removesuffix(" (the record of changes is behind)"),
        "alerts": [(each["name"], figure(each["shown"]), figure(each["limit"])) for each in data["alerts"]],
        "flags": {each["name"]: each["on"] for each in data["flags"]},
    }


def changes(read: Deploys, text: str) -> Parsed:
    fields = ("age", "change_id", "version", "author", "summary")
    entries = [(f"{each.date}T{each.time}Z", *(getattr(each, field) for field in fields)) for each in read.entries]
    return {"service": read.service, "at": f"{read.at}Z", "changes": entries, "behind": read.last is not None}


def changes_seen(data: Parsed) -> Parsed:
    fields = ("at", "minutes", "id", "version", "author", "title")
    entries = [tuple(each[field] for field in fields) for each in data["changes"]]
    return {"service": data["service"], "at": data["at"], "changes": entries, "behind": len(data["notes"]) == 1}


def diff(read: Diff, text: str) -> Parsed:
    return {
        "id": read.change_id,
        "at": f"{read.date}T{read.time}Z",
        "author": read.author,
        "title": read.summary,
        "lines": list(read.lines),
    }


def diff_seen(data: Parsed) -> Parsed:
    lines = [f"{row['sign']} {row['text']}" for row in data["rows"]]
    return {**{key: data[key] for key in ("id", "at", "author", "title")}, "lines": lines}


CHECKS: dict[str, tuple[Callable[[Any, str], Parsed], Callable[[Parsed], Parsed]]] = {
    "metrics": (metrics, metrics_seen),
    "dependencies": (dependencies, dependencies_seen),
    "trace": (trace, trace_seen),
    "logs": (logs, logs_seen),
    "status": (status, status_seen),
    "changes": (changes, changes_seen),
    "diff": (diff, diff_seen),
}


def test_generated_texts(parse: Callable[[list[Shown]], list[Parsed]]) -> None:
    """Every text of a generated incident is read, as the agents' readers read it."""
    shown = list(generated())
    assert len(shown) >= LEAST_TEXTS
    seen = set()
    for each, parsed in zip(shown, parse(shown), strict=True):
        read = read_report(each.tool, each.service, each.text)
        kind = KINDS[type(read)]
        assert parsed["kind"] == kind, each.text
        wanted, got = CHECKS[kind]
        assert got(parsed["data"]) == wanted(read, each.text), each.text
        seen.add(kind)
    assert seen == set(CHECKS)


def test_handwritten_texts(parse: Callable[[list[Shown]], list[Parsed]]) -> None:
    """Every row of a hand-written incident is in what the page reads, and no line is lost."""
    shown = list(handwritten())
    for each, parsed in zip(shown, parse(shown), strict=True):
        assert parsed["data"] is not None, each.text
        for row in each.rows:
            READ_ROWS[type(row)](row, parsed["data"], each.text)
        assert words_of(each.text) <= words_of(*strings(parsed["data"])), each.text


def metric_row(row: Metric, data: Parsed, text: str) -> None:
    """Where a line has no colon, its label may end a word later than the row's: at the first figure."""
    wanted = (squeezed(f"{row.label}{row.shown(row.now)}"), row.shown(row.normal), row.note)
    told = [(squeezed(r["label"] + r["text"]["now"]), r["text"]["normal"], r["note"]) for r in data["rows"]]
    assert wanted in told, (wanted, told)


def log_row(row: LogLine, data: Parsed, text: str) -> None:
    found = next((each for each in data["lines"] if each["at"] == row.time and row.text in each["text"]), None)
    assert found is not None, (row, data["lines"])
    assert found["level"] == LEVELS[row.level.casefold()], text


LEVELS = {"log": "info", "notice": "info", "info": "info", "warning": "warn", "warn": "warn", "error": "error"}
LEVELS |= {"fatal": "fatal", "crit": "fatal", "debug": "debug"}


def call_row(row: Call, data: Parsed, text: str) -> None:
    edges = data[{"upstream": "calledBy", "downstream": "calls", "peer": "peers"}[row.direction]]
    found = [each for each in edges if (each["name"], each["kind"]) == (row.peer, row.protocol)]
    assert found, (row, edges)
    told = {(each["state"] or "", each["detail"]) for each in found}
    state, _, more = row.state.partition(" ")
    detail = ", ".join(filter(None, (more, row.detail)))
    if state in STATES:
        assert any(each[0] == state and squeezed(each[1]) == squeezed(detail) for each in told), (row, told)
    else:
        assert any(squeezed(row.state + row.detail) == squeezed("".join(each)) for each in told), (row, told)


STATES = {"ok", "slow", "failing", "unreachable", "backlog", "idle", "down", "degraded"}


def squeezed(text: str) -> str:
    return re.sub(r"[\s,:]+", "", text).casefold()


def change_row(row: Change, data: Parsed, text: str) -> None:
    wanted = (row.time.replace("Z", ""), row.age.removesuffix(" ago"), row.version, row.author, row.summary)
    told = [
        (each["at"].rstrip("Z"), *(each[key] for key in ("ago", "version", "author", "title")))
        for each in data["changes"]
    ]
    assert wanted in told, (wanted, told)


def fact_row(row: Fact, data: Parsed, text: str) -> None:
    assert words_of(row.value) <= words_of(*strings(data)), (row, data)


READ_ROWS: dict[type, Callable[[Any, Parsed, str], None]] = {
    Metric: metric_row,
    LogLine: log_row,
    Call: call_row,
    Change: change_row,
    Fact: fact_row,
}
WORD = re.compile(r"[\w.%/@:-]*\w")
OF_THE_FORM = {
    "normal",
    "ago",
    "by",
    "upstream",
    "downstream",
    "peer",
    "health",
    "feature",
    "flags",
    "runbook",
    "steps",
}
OF_THE_FORM |= {"replicas", "version", "alerts", "none", "on", "off", "firing"}


def words_of(*texts: str) -> set[str]:
    """The words and figures of texts, those of the form left out."""
    words = {word for text in texts for word in WORD.findall(text.casefold().replace("=on", "").replace("=off", ""))}
    return {word.strip(":") for word in words} - OF_THE_FORM


def strings(data: Any) -> Iterator[str]:
    """All texts and numbers in what was read."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for each in data:
            yield from strings(each)
    elif isinstance(data, (str, int, float)):
        yield str(data)


def test_unknown_texts_are_left_as_they_are(parse: Callable[[list[Shown]], list[Parsed]]) -> None:
    """A text of no known form is none of the kinds; hostile ones neither fail nor take long."""
    hostile = ["", "x", "<script>alert(1)</script>", "a " * 10_000, " " * 20_000, "\u202e" * 500, "(" * 5_000]
    shown = [Shown(tool, "s", text) for tool in {each.tool for each in handwritten()} for text in hostile]
    for each, parsed in zip(shown, parse(shown), strict=True):
        assert parsed == {"kind": "text", "data": None}, (each.tool, each.text[:40])


def test_lines_of_another_form_are_kept(parse: Callable[[list[Shown]], list[Parsed]]) -> None:
    """Below a known text, a line of another form is a note or a line without time: the harm of an action is one."""
    harm = "connections lost in the restart: 117, back so far: 29"
    shown = [each._replace(text=f"{each.text}\n{harm}") for each in handwritten()]
    for each, parsed in zip(shown, parse(shown), strict=True):
        assert words_of(harm) <= words_of(*strings(parsed["data"])), each.text


def test_factors_of_normal(page: Page, url: str) -> None:
    """A figure is compared with its normal value in the same unit, and with the nearer end of a normal range."""
    found = page.evaluate(FACTOR, [url, [[now, normal] for now, normal, _ in FACTORS]])
    wanted = [factor for _, _, factor in FACTORS]
    assert found == [None if each is None else pytest.approx(each) for each in wanted]
