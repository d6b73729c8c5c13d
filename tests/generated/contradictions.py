"""Log lines that contradict what the other diagnostics show of the same service in the same minute.

Each rule reads the texts as an agent does and yields what is wrong with a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cloud_incident_env.agents.evidence import Call
from cloud_incident_env.generated.model import FLAG_SUBJECTS, FLAG_WORDS
from cloud_incident_env.incident import Query
from tests.generated.laws.plays import Moment

# What a log says, and of what.
BUSY = re.compile(
    r"no free worker|no worker free|every worker is taken|RejectedExecutionException|maximum concurrent calls"
    r"|Exceeded concurrency limit|waited for a slot|waits for a thread|waited for a worker|timers fire late"
    r"|the queue is full|queue full|503 to \S+: no room|answered 503[:,] \d+ requests|is full and does not permit"
)
POOL = re.compile(r"HikariPool-1 - Connection is not available, request timed out")
POOL_SIZE = re.compile(r"ThreadPoolExecutor@\w+\[Running, pool size = (\d+)")
NAME_LOST = re.compile(
    r"lookup (\S+)\.internal on \S+ (?:no such host|server misbehaving)|UnknownHostException: (\S+)\.internal"
    r"|gaierror: .*\((\S+)\.internal\)|(?:ENOTFOUND|EAI_AGAIN) (\S+)\.internal|(\S+)\.internal could not be resolved"
)
TLS_LOST = re.compile(r"https://([\w-]+):8443\S* .*(?:certificate|PKIX|timed out|i/o timeout|ConnectTimeout|ETIMEDOUT)")
NOT_CONNECTED = re.compile(
    r"(?:assign requested address|EADDRNOTAVAIL|Connect call failed|ECONNREFUSED \d|refused: /\d"
    r"|dial tcp [\d.]+:8080: connect: connection refused$|dial tcp [\d.]+:8443: i/o timeout$|: Connect timed out$)"
)
POSTGRES = re.compile(r"SQLSTATE|psycopg|org\.postgresql|too many clients|password authentication failed")
MYSQL = re.compile(r"pymysql|com\.mysql|ER_ACCESS_DENIED|Access denied for user|Error 1045")
FLAG = re.compile(rf"\b((?:{'|'.join(FLAG_WORDS)})-(?:{'|'.join(FLAG_SUBJECTS)})-[a-z][a-z-]*[a-z])\b")
POD = re.compile(
    r'"prod/(\S+?)-\d+".*(?:BackOff|FailedAttachVolume|FailedCreate|FailedScheduling)'
    r'|"Deleting pod".* pod="prod/(\S+)-\d+"'
)
OBJECT = re.compile(r'object="prod/(\S+)" kind="StatefulSet".*FailedCreate|syncing StatefulSet prod/(\S+),')
HOST_LOST = re.compile(r"(node-\d+) status is now: NodeNotReady")
KILLED = re.compile(r"Killed process|OOMKilling")
NO_WAY_ON = re.compile(r" UO overflow |no live upstreams|no_healthy_upstream")
SESSION_DOWN = re.compile(r"neighbor 198\.51\.100\.|Hold timer expired|BGP not established")
WRAPAROUND = re.compile(r"to prevent wraparound|must be vacuumed within")
FOLLOWS_NOT = re.compile(r"channel ''.*fatal error 1236|requested WAL segment")
OUT_OF_GROUP = re.compile(r"groupId=(\S+)\] consumer poll timeout has expired|not part of an active group")
LEASE = re.compile(r"etcdserver: request timed out(?!, possibly)|lease of \S+ not renewed")
CACHE = re.compile(r"the cache did not take it")

# A line that waited on a connection for what the callee sent, or did not.
READ = re.compile(
    r"[Rr]ead timed out|awaiting headers|ReadTimeout|reading response header|first byte timeout|Timeout reading"
    r"|read tcp \S+: i/o timeout|Command timed out"
)

LITTLE_BUSY, LITTLE_POOL = 50.0, 70.0  # %
LITTLE_FAILS = 0.5  # %, of a service's requests for a reason of its own
UNEVEN = 3.0  # errors of the worst instance as a multiple of the median one
VACUUM_AGE = 200.0  # M transactions, from which a database vacuums to prevent wraparound
BEHIND = 5.0  # s

Rule = Callable[[Moment, str, str], Iterator[str]]  # of a moment, a service and a line of its log


def contradictions(moment: Moment) -> Iterator[str]:
    """What the lines of the last minute say against the figures of that minute."""
    for service in moment.services:
        log = moment.log(service, moment.minute - 1, moment.minute)
        for line in log.lines:
            for name, rule in RULES.items():
                for problem in rule(moment, service, line.text):
                    yield moment.tells(service, f"{name}: {problem}: {line.text[:160]}")
        sizes = set(POOL_SIZE.findall(moment.text("query_logs", service, Query(since_minutes=60))))
        if len(sizes) > 1:
            yield moment.tells(service, f"pool sizes: {sorted(sizes)}")


def _calls(moment: Moment, service: str) -> tuple[Call, ...]:
    return moment.dependencies(service).calls


def _connects(call: Call) -> bool:
    """Whether every try of a call reaches somebody, as far as the table shows."""
    return call.unconnected is None or call.unconnected.value == 0.0


def _below(moment: Moment, service: str, label: str, limit: float) -> bool:
    """Whether a gauge is shown and lower than a limit."""
    value = moment.metrics(service).now(label)
    return value is not None and value < limit


def _uneven(moment: Moment, service: str) -> bool:
    """Whether some instances fail so much more than others that the mean of all tells little of them."""
    status = moment.status(service)
    if status.worst is None or status.median is None:
        return False
    return status.worst.value > UNEVEN * status.median.value


def _status(moment: Moment, service: str) -> str:
    return moment.text("check_service_status", service)


def _ready(moment: Moment, service: str) -> bool:
    """Whether a service is known and all its instances are ready."""
    if service not in moment.services:
        return False
    status = moment.status(service)
    return status.ready == status.replicas


def _software(moment: Moment, service: str) -> set[str]:
    """What those run that a service calls, as far as they are known."""
    known = [call.name for call in _calls(moment, service) if call.name in moment.services]
    shown = (re.search(r"^Version: ([\w ]+?) v?[\d.]+", _status(moment, each), re.M) for each in known)
    return {found[1] for found in shown if found}


def _all_known(moment: Moment, service: str) -> bool:
    return all(call.name != "others" for call in _calls(moment, service))


def busy(moment: Moment, service: str, line: str) -> Iterator[str]:
    idle = _below(moment, service, "workers busy", LITTLE_BUSY) and _below(moment, service, "queued requests", 1.0)
    if BUSY.search(line) and idle and not _uneven(moment, service):
        yield f"{moment.metrics(service).now('workers busy')} % busy, nothing queued"


def pool(moment: Moment, service: str, line: str) -> Iterator[str]:
    opens = all(_connects(call) for call in _calls(moment, service) if call.kind == "storage")
    free = opens and _below(moment, service, "store pool in use", LITTLE_POOL)
    if POOL.search(line) and free and _below(moment, service, "store pool waiters", 1.0):
        yield f"{moment.metrics(service).now('store pool in use')} % of the pool in use"


def names(moment: Moment, service: str, line: str) -> Iterator[str]:
    found = NAME_LOST.search(line) or TLS_LOST.search(line)
    call = moment.dependencies(service).call(next(filter(None, found.groups()))) if found else None
    if call is not None and _connects(call) and (call.timed_out is None or call.timed_out.value == 0.0):
        yield f"every call of {call.name} reaches it"


def unconnected(moment: Moment, service: str, line: str) -> Iterator[str]:
    calls = _calls(moment, service)
    told = NOT_CONNECTED.search(line) and not TLS_LOST.search(line)  # which names whom it did not reach
    if told and calls and all(map(_connects, calls)) and _all_known(moment, service):
        yield "every call reaches somebody"


def dialect(moment: Moment, service: str, line: str) -> Iterator[str]:
    software = _software(moment, service)
    if not _all_known(moment, service) or "PostgreSQL" in moment.text("check_service_status", service):
        return
    for words, product in ((POSTGRES, "PostgreSQL"), (MYSQL, "MySQL")):
        if words.search(line) and software and product not in software and not _status(moment, service).count(product):
            yield f"it calls {', '.join(sorted(software))}"


def peers(moment: Moment, service: str, line: str) -> Iterator[str]:
    if moment.dependencies(service).answers is None:  # a platform, whose own calls no table shows
        return
    software = _software(moment, service)
    for words, product in ((LEASE, "etcd"), (CACHE, "Redis")):
        if words.search(line) and _all_known(moment, service) and product not in software:
            yield f"it calls {', '.join(sorted(software)) or 'nobody'}"


def reads(moment: Moment, service: str, line: str) -> Iterator[str]:
    if not READ.search(line):
        return
    named = [call for call in _calls(moment, service) if re.search(rf"(?<![\w-]){re.escape(call.name)}(?![\w-])", line)]
    for call in named:
        if call.timed_out is not None and call.timed_out.value > 1.0 and answers_in_time(call):
            yield f"what times out at {call.name} got no connection"


def answers_in_time(call: Call) -> bool:
    """Whether all tries of a call that time out are tries that reach nobody."""
    if call.unconnected is None or call.timed_out is None or call.rate.value == 0.0:
        return False
    lost = 100.0 * call.unconnected.value / call.rate.value
    quick = call.p99 is not None and call.time_out is not None and call.p99.value < 0.5 * call.time_out.value
    return quick and lost >= call.timed_out.value - 0.1


def flags(moment: Moment, service: str, line: str) -> Iterator[str]:
    listed = {each for name in moment.services for each in FLAG.findall(_status(moment, name))}
    for flag in FLAG.findall(line):
        if flag not in listed:
            yield f"no service lists {flag}"


def pods(moment: Moment, service: str, line: str) -> Iterator[str]:
    found = POD.search(line) or OBJECT.search(line)
    name = next(filter(None, found.groups())) if found else ""
    if name and _ready(moment, name):
        yield f"all instances of {name} are ready"


def hosts(moment: Moment, service: str, line: str) -> Iterator[str]:
    found = HOST_LOST.search(line)
    carried = [each for each in moment.services if found and f" on {found[1]} " in _status(moment, each)]
    if carried and all(_ready(moment, each) for each in carried):
        yield f"all instances of {', '.join(carried)} are ready"


def kills(moment: Moment, service: str, line: str) -> Iterator[str]:
    if KILLED.search(line) and _below(moment, service, "memory kills", 0.1):
        yield "no memory kills"


def gateways(moment: Moment, service: str, line: str) -> Iterator[str]:
    metrics, answers = moment.metrics(service), moment.dependencies(service).answers
    own = metrics.now("failed for a reason of its own")
    if not NO_WAY_ON.search(line) or own is None or answers is None:
        return
    if own < answers.requests.value * LITTLE_FAILS / 100.0 and all(map(_connects, _calls(moment, service))):
        yield f"{own} of {answers.requests.value} requests/s fail for a reason of its own"


def _gauge(words: re.Pattern[str], *below: tuple[str, float]) -> Rule:
    """A rule by which a line is wrong where all of these gauges are lower than that."""

    def rule(moment: Moment, service: str, line: str) -> Iterator[str]:
        if words.search(line) and all(_below(moment, service, label, limit) for label, limit in below):
            yield ", ".join(f"{label} {moment.metrics(service).now(label)}" for label, _ in below)

    return rule


def _usual(words: re.Pattern[str], label: str) -> Rule:
    """A rule by which a line is wrong where a gauge reads what it usually does."""

    def rule(moment: Moment, service: str, line: str) -> Iterator[str]:
        now = moment.metrics(service).now(label)
        if words.search(line) and now is not None and now == moment.metrics(service).normal(label):
            yield f"{label} {now}, as usual"

    return rule


def groups(moment: Moment, service: str, line: str) -> Iterator[str]:
    found = OUT_OF_GROUP.search(line)
    if found and found[1] in (service, None) and _below(moment, service, "rebalances", 1.5):
        yield f"{moment.metrics(service).now('rebalances')} rebalances/h"


RULES: dict[str, Rule] = {
    "busy": busy,
    "pool": pool,
    "names": names,
    "unconnected": unconnected,
    "dialect": dialect,
    "peers": peers,
    "reads": reads,
    "flags": flags,
    "pods": pods,
    "hosts": hosts,
    "kills": kills,
    "gateways": gateways,
    "sessions": _usual(SESSION_DOWN, "peers established"),
    "wraparound": _gauge(WRAPAROUND, ("transaction horizon", VACUUM_AGE)),
    "replicas": _gauge(FOLLOWS_NOT, ("replica lag", BEHIND)),
    "groups": groups,
}
