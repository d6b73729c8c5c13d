"""Each kind of software speaks as itself: every line that a log of it shows is one that it could print.

`voices.py` says how its lines begin. The checks here read lines as an on-call engineer does, each with the few facts
that the other tools show of the service; `SPOILT` holds a line for each check that does not pass it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

import pytest

from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.instances import HOSTS
from cloud_incident_env.generated.model import PLATFORM_KINDS
from cloud_incident_env.generated.releases import ENTRIES
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.software.peers import peer_of
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.telemetry.logs import WINDOW_MINUTES, logged, written
from cloud_incident_env.generated.telemetry.status import BEHIND
from cloud_incident_env.incident import Course, Incident, Key, Query, Taken
from tests.generated.voices import VOICES, Voice

SEEDS = range(700, 703)  # of each family, one for each difficulty: more than 150 incidents
DIFFICULTIES = ("medium", "hard", "expert")
# Ports that something listens on; the other end of a connection has one of EPHEMERAL.
SERVER_PORTS = frozenset(
    {22, 53, 80, 443, 2379, 2380, 3306, 5432, 5672, 6082, 6379, 8000, 8080, 8200, 8443, 9000, 9090, 9092, 9093}
    | {9102, 9114, 9144}
)
EPHEMERAL = range(32_768, 61_000)
SHARED_BUFFERS = 1024 * 1024 / 8  # pages of 8 kB in the 1 GB that the servers of all systems have
STORES = frozenset({"postgres", "mysql", "redis", "kafka", "rabbitmq"})
NOT_HTTP = frozenset({"postgres", "mysql", "cache", "kafka", "amqp", "dns"})  # protocols


@dataclass(frozen=True)
class Heard:
    """A line, and what the other tools show of the service that prints it."""

    software: str
    line: str
    service: str = "order-api"
    replicas: dict[str, int] = field(default_factory=dict)  # of each known service
    hosts: frozenset[str] = frozenset()  # of the service; empty where its status lists none, and of a platform
    time_outs: dict[str, float] = field(default_factory=dict)  # ms, by callee
    not_http: frozenset[str] = frozenset()  # callees with which no HTTP is spoken

    @property
    def voice(self) -> Voice:
        return VOICES[self.software]

    @property
    def parts(self) -> dict[str, str]:
        """What the prefix and the text of the line are."""
        for pattern in self.voice.lines:
            found = pattern.match(self.line)
            if found:
                return {name: value for name, value in found.groupdict().items() if value is not None}
        return {}


# ---- checks: each gives what is wrong with a line --------------------------------------------------------------------


def prefix(heard: Heard) -> Iterator[str]:
    if not heard.parts:
        yield "does not begin as lines of this software do"


def level(heard: Heard) -> Iterator[str]:
    word = heard.parts.get("level")
    if word is not None and word not in heard.voice.levels:
        yield f"unknown level {word}"


_OWN_PROCESS = (
    r"process (\d+) (?:still waiting|acquired|terminated)",
    r"pgsql_tmp(\d+)\.",
    r"xlogtemp\.(\d+)",
    r"\bwith pid: (\d+)",
    r"\(pid: (\d+)\)",
    r"\bpid:(\d+)",
    r"\(node:(\d+)\)",
    r"connection <0\.(\d+)\.0>",
)


def process(heard: Heard) -> Iterator[str]:
    own = heard.parts.get("pid")
    for pattern in _OWN_PROCESS if own is not None else ():
        for named in re.findall(pattern, heard.parts["text"]):
            if named != own:
                yield f"process {own} logs what happened to {named}"


def sixteen_bits(heard: Heard) -> Iterator[str]:
    pattern = r" - (\d+) \"" if heard.software == "coredns" else r"\bID=(\d+)|\[(\d+): /[\d.]+:53\]|query '(\d+)'"
    for groups in re.findall(pattern, heard.line):
        for number in (groups,) if isinstance(groups, str) else groups:
            if number and int(number) > 65_535:
                yield f"{number} has more than 16 bits"


def ports(heard: Heard) -> Iterator[str]:
    for octets, port in re.findall(r"\b(\d+\.\d+\.\d+\.\d+):(\d+)\b", heard.line):
        if any(int(octet) > 255 for octet in octets.split(".")):
            yield f"{octets} is no address"
        if int(port) not in SERVER_PORTS and int(port) not in EPHEMERAL:
            yield f"port {port}"
    for port in re.findall(r"\bSPT=(\d+)", heard.line):
        if int(port) not in EPHEMERAL:
            yield f"source port {port}"


# What a text may begin a figure with, if a unit follows.
_DURATION = re.compile(
    r"(?<!read )\b(?:took|duration|elapsed|[Ee]lapsed time:|time-spent|timeout|latency|session time:)(?:=|:)? ?"
    r"\"?(\d[\d.]*)(\S*)"
)
_UNIT = re.compile(r" ?(?:ns|µs|us|ms|s|min|m|h|milliseconds?|seconds?|:\d\d)\b")


def units(heard: Heard) -> Iterator[str]:
    for found in _DURATION.finditer(heard.line):
        if not _UNIT.match(heard.line[found.end(1) :]):
            yield f"{found[0]} has no unit"
    if re.search(r"\d\s?(?:sec|msec|mins|kb|mb|gb)\b", heard.line):
        yield "a unit that nobody writes so"


_PLACEHOLDER = re.compile(r"\{\{|\}\}(?!\")|\{[a-z_]+(?:\[[\w %]+\])?(?::0?\d+[dfx])?\}")


def placeholders(heard: Heard) -> Iterator[str]:
    text = heard.line.replace("Events of group {task} enabled by remote", "")  # so Celery writes it
    text = re.sub(r"\{\"[^{}]*\{[^{}]*\}\}+", "", text)  # JSON in JSON
    text = re.sub(r"#\{[^{}]*\}\}+", "", text)  # a map in the tuples of Erlang
    text = text.replace("{connection_timeout}", "")  # a reason why Envoy reset a stream
    found = _PLACEHOLDER.search(text)
    if found:
        yield f"{found[0]} is left over"


def no_kernel(heard: Heard) -> Iterator[str]:
    if heard.software not in ("nodes", "network", "kubernetes") and re.search(
        r"\b(?:kernel|kubelet|systemd|containerd): |oom-kill|Memory cgroup out of memory|level=\w+ msg=\"SyncLoop",
        heard.line,
    ):
        yield "a line of the host"


def no_http(heard: Heard) -> Iterator[str]:
    named = [callee for callee in heard.not_http if re.search(rf"\b{re.escape(callee)}\b", heard.line)]
    if named and re.search(
        r"https?://(?!sqlalche\.me)|\b(?:GET|POST|PUT) /|\bHTTP\b|status code|answered [45]\d\d\b", heard.line
    ):
        yield f"HTTP with {named[0]}"


def places(heard: Heard) -> Iterator[str]:
    for host in re.findall(r"\bnode-\d+\b", heard.line):
        if host not in heard.hosts if heard.hosts else int(host[5:]) > HOSTS:
            yield f"{host} is not a host of it"
    text = re.sub(r"(?:clientId|memberId|transactionalId|application_name)[= ]'?[\w-]+", "", heard.line)
    for name, replicas in heard.replicas.items():
        for number in re.findall(rf"\b{re.escape(name)}-(\d{{1,3}})\b(?![-\w.]*[a-z])", text):
            if not 1 <= int(number) <= replicas:
                yield f"{name}-{number} of {replicas}"


def checkpoints(heard: Heard) -> Iterator[str]:
    found = re.search(r"wrote (\d+) buffers \(([\d.]+)%\)", heard.line)
    if found and abs(int(found[1]) / SHARED_BUFFERS * 100.0 - float(found[2])) > 0.06:
        yield f"{found[1]} buffers are not {found[2]} %"
    times = re.search(r"write=([\d.]+) s, sync=([\d.]+) s, total=([\d.]+) s", heard.line)
    if times and float(times[1]) + float(times[2]) > float(times[3]):
        yield "write and sync take longer than both"


def thresholds(heard: Heard) -> Iterator[str]:
    took = re.search(r'"took":"([\d.]+)ms","expected-duration":"(\d+)ms"', heard.line)
    if took and float(took[1]) < float(took[2]):
        yield f"took {took[1]} ms, which is no more than {took[2]} ms"
    waited = re.search(r"still waiting for .* after ([\d.]+) ms", heard.line)
    if waited and not 200.0 <= float(waited[1]) < 201.0:  # deadlock_timeout
        yield f"still waiting, told after {waited[1]} ms"
    waited = re.search(r"Slow query took ([\d.]+) milliseconds", heard.line)
    if waited and float(waited[1]) < 1.0:
        yield f"slow at {waited[1]} ms"


_EXACTLY = re.compile(
    r"(?:within|timed out after|[Tt]imeout of|gave up after|given up after|sent nothing within|canceled after|"
    r"cancelled after|expired after|limit|limit of|of the|ms of) (\d+) ?(?:ms|milliseconds|millis|millisecond\(s\))\b"
)
_AT_MOST = re.compile(r"\b(?:after|took|in|Elapsed time:|duration[_=]ms=) ?(\d+(?:\.\d+)?) ?(?:ms|milliseconds)\b")


def time_outs(heard: Heard) -> Iterator[str]:
    named = [callee for callee in heard.time_outs if re.search(rf"\b{re.escape(callee)}\b", heard.line)]
    if len(named) != 1:
        return
    limit = heard.time_outs[named[0]]
    for stated in _EXACTLY.findall(heard.line):
        if float(stated) != limit:
            yield f"{stated} ms, and the time-out of {named[0]} is {limit:g} ms"
    for waited in _AT_MOST.findall(heard.line):
        if float(waited) > limit:
            yield f"waited {waited} ms for {named[0]}, beyond {limit:g} ms"


_OF_A_LIFE = (
    r"\bgc \d+ @|\bGC\(\d+\)|process running for|Started \S+ in \d|Booting worker with pid"
    r"|Worker exiting|Startup finished in"
)


def no_age_of_a_process(heard: Heard) -> Iterator[str]:
    """A restart would begin its counters and times anew, and nothing that fills in templates knows of it."""
    found = re.search(_OF_A_LIFE, heard.line)
    if found and heard.software not in ("nodes", "network"):
        yield f"{found[0]} counts from the start of a process"


_NO_REQUEST = re.compile(
    r"\b(?:app\.jobs\.|app\.metrics\.|TomcatWebServer|GracefulShutdown|Acceptor|LoggingProducerListener)"
    r"|\[(?:Consumer|Producer|AdminClient) clientId=|StreamThread|HikariPool-1 - Added connection"
)
_A_REQUEST = re.compile(r"\bapp\.web\.|dispatcherServlet\]|AccessDenied")


def threads(heard: Heard) -> Iterator[str]:
    thread, text = heard.parts.get("thread"), heard.parts.get("text", "")
    if thread is None:
        return
    serves = "-exec-" in thread
    if serves and (heard.software == "stream-worker" or _NO_REQUEST.search(text)):
        yield f"on the thread {thread}, which serves requests"
    if not serves and _A_REQUEST.search(text):
        yield f"a request is served on the thread {thread}"


# A read that timed out is told without its time, a position of Kafka with the leader that it is read from.
_SPRING_NEVER = r"(?:Read|Exception: request) timed out after \d|FetchPosition\{offset=\d+, offsetEpoch=[^,]+\}"
# What only others say, or nobody does, by the software whose line it stands in.
_NEVER = {
    "prometheus": r"Received alert|Notify success|component=(?:dispatcher|cluster)|\bulid=|block=0|Query done",
    "kafka": r"RegistryReporter|EndpointResolver|entityPath: brokers/",
    "java": _SPRING_NEVER,
    "stream-worker": _SPRING_NEVER,
    "python": r"django|[Ff]lask|gunicorn|requests\.exceptions|HTTPS?ConnectionPool|urllib3|Exception on |"
    r"statement timeout",
    "node": r"\[DEP\d+\]|Unexpected token . in JSON",
    "kubernetes": r"\baudit\.go|/deployments/",
    "vault": r"\baudit: |ERROR.*status_code=4",
    "redis": r"CONFIG rewrite",
    "coredns": r"SHA512 = \w{1,100}$|\bqr,aa,[a-z,]*\bra\b",
    "envoy": r"URX",
    "registry": r"(?:-index|revision)=",
    "postgres": r"statement timeout",
}


def speaker(heard: Heard) -> Iterator[str]:
    found = re.search(_NEVER.get(heard.software, r"$^"), heard.line)
    if found:
        yield f"{heard.software} does not say {found[0]}"


def events(heard: Heard) -> Iterator[str]:
    """What controllers and kubelets tell of objects is logged as information, with the type of the event."""
    if '"Event occurred"' in heard.line and (heard.parts.get("level") != "I" or ' type="' not in heard.line):
        yield "an event without its type, or of another level than I"
    ended = re.search(r"too old resource version: (\d+)(?: \((\d+)\))?", heard.line)
    if ended and not int(ended[1]) < int(ended[2] or 0):
        yield f"version {ended[1]} is not older than {ended[2]}"
    latency = re.search(r' latency="([\d.]+)ms"', heard.line)
    if latency and float(latency[1]) < 1.0:
        yield f"answered within {latency[1]} ms"


# Bytes of the answers that Envoy gives by itself, by the flag of the response.
_BODIES = {"UF": 167, "UT": 24, "UH": 19, "NR": 0, "RL": 18, "DPE": 11}
_UNCONNECTED = 91  # of a connection that was not made in time, which has no reason of the transport
_ENVOY_ACCESS = re.compile(r'" \d+ ([A-Z]+) \S+ \d+ (\d+) (\d+) "[0-9a-f]{32}" "\S+" "(\S+)"$')


def bodies(heard: Heard) -> Iterator[str]:
    found = _ENVOY_ACCESS.search(heard.line) if heard.software == "envoy" else None
    if found is None:
        return
    flag, sent, duration, cluster = found.groups()
    expected = _UNCONNECTED if "{connection_timeout}" in heard.line else _BODIES.get(flag, int(sent))
    if int(sent) != expected:
        yield f"{sent} bytes, and {flag} sends {expected}"
    limit = heard.time_outs.get(cluster)
    if flag == "UT" and limit is not None and int(duration) != int(limit):
        yield f"timed out after {duration} ms, and the time-out of {cluster} is {limit:g} ms"


def clients(heard: Heard) -> Iterator[str]:
    """Clients of Kafka are named after the instances of the service that they belong to."""
    for number in re.findall(rf"clientId={re.escape(heard.service)}-(\d+)\b", heard.line):
        if not 1 <= int(number) <= heard.replicas.get(heard.service, 1):
            yield f"client {number} of {heard.replicas.get(heard.service)} instances"


_MYSQL_SYSTEM = ("MY-010910", "MY-010931", "MY-013172", "MY-014001")


def mysql(heard: Heard) -> Iterator[str]:
    if heard.software != "mysql":
        return
    if any(code in heard.line for code in _MYSQL_SYSTEM) != (heard.parts.get("level") == "System"):
        yield f"level {heard.parts.get('level')}"
    aborted = re.search(r"Z (\d+) .*Aborted connection (\d+) ", heard.line)
    if aborted and aborted[1] != aborted[2]:
        yield f"connection {aborted[1]} tells that {aborted[2]} was aborted"


def forks(heard: Heard) -> Iterator[str]:
    """What a child process of Redis logs has its number, and that of the server is 1."""
    role, pid = heard.parts.get("role"), heard.parts.get("pid")
    if role is not None and (role == "C") == (pid == "1"):
        yield f"process {pid} in the role {role}"


CHECKS: tuple[Callable[[Heard], Iterator[str]], ...] = (
    prefix, level, process, sixteen_bits, ports, units, placeholders, no_kernel, no_http, places, checkpoints,
    thresholds, time_outs, no_age_of_a_process, threads, speaker, events, bodies, clients, mysql, forks,
)  # fmt: skip

# ---- incidents -------------------------------------------------------------------------------------------------------


@dataclass
class Moment:
    """An incident at one moment of a course."""

    incident: Incident
    course: Course

    @property
    def title(self) -> str:
        return f"{self.incident.id} {self.incident.family} minute {self.course.minute}"


def _moments(incident: Incident) -> Iterator[Moment]:
    """At the alert, after an action of each type on a service that is not the culprit, and after the whole plan."""
    yield Moment(incident, Course())
    names = list(incident.known_services)
    other = next(name for name in names if name != incident.culprit)
    wrong = [Key(action, other) for action in ("restart_service", "rollback_deploy", "scale_service", "clear_cache")]
    yield Moment(incident, Course(8, tuple(Taken(2 + number, key) for number, key in enumerate(wrong)), ()))
    minute, taken = 0, []
    for key in incident.solution:
        minute += ACTIONS[key.action].minutes
        taken.append(Taken(minute, key))
    yield Moment(incident, Course(minute + 2, tuple(taken), incident.solution))


@cache
def moments() -> tuple[Moment, ...]:
    systems, families = tuple(SYSTEMS), tuple(FAMILIES)
    return tuple(
        moment
        for family in families
        for seed, difficulty in zip(SEEDS, DIFFICULTIES, strict=True)
        for moment in _moments(generate("remediation_planning", seed, difficulty, (family,), systems, families))
    )


def _shown(moment: Moment, tool: str, service: str) -> str:
    return moment.incident.telemetry.look(tool, service, Query(), moment.course).text


def heard_at(moment: Moment) -> Iterator[Heard]:
    """Every line of the last minutes of every known service."""
    world = moment.incident.telemetry.world  # type: ignore[attr-defined]
    history = world.history(moment.course)
    names = moment.incident.known_services
    status = {name: _shown(moment, "check_service_status", name) for name in names}
    replicas = {name: int(re.findall(r"Replicas: \d+/(\d+)", status[name])[0]) for name in names}
    for name in names:
        index = world.index_of[name]
        software = world.cast.software(index)
        calls = re.findall(
            r"^  (\S+) \((?:sync|storage|config)\): .*time-out ([\d,]+) ms",
            _shown(moment, "check_dependencies", name),
            re.MULTILINE,
        )
        others = [world.cast.software(callee) for callee, _, _ in world.cast.callees(index)]
        callees = [world.cast.names[callee] for callee, _, _ in world.cast.callees(index)]
        silent = frozenset(c for c, other in zip(callees, others, strict=True) if peer_of(other) in NOT_HTTP)
        hosts = frozenset(re.findall(r" on (node-\d+) ", status[name]))
        if software.kind in PLATFORM_KINDS:
            hosts = frozenset()  # it speaks of those of others
        limits = {callee: float(limit.replace(",", "")) for callee, limit in calls}
        first = 1 if moment.course.taken else 1 - WINDOW_MINUTES  # what came before is heard at the alert
        for minute in range(first, moment.course.minute + 1):
            for line in (written(world, index, history, each) for each in logged(world, index, minute, history)):
                yield Heard(software.name, line, name, replicas, hosts, limits, silent)


@cache
def all_heard() -> tuple[tuple[str, Heard], ...]:
    return tuple((moment.title, heard) for moment in moments() for heard in heard_at(moment))


# ---- tests -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_line_could_be_printed(check: Callable[[Heard], Iterator[str]]) -> None:
    wrong = [
        f"{title}: {heard.software}: {problem}: {heard.line}"
        for title, heard in all_heard()
        for problem in check(heard)
    ]
    assert not wrong, f"{len(wrong)} lines, such as:\n" + "\n".join(wrong[:8])


def test_there_are_enough_incidents_and_all_software_speaks() -> None:
    incidents = {id(moment.incident): moment.incident for moment in moments()}
    assert len(incidents) >= 150
    assert {incident.family for incident in incidents.values()} == set(FAMILIES)
    assert {heard.software for _, heard in all_heard()} == set(VOICES)


def test_a_message_of_mysql_has_one_code() -> None:
    assert not list(codes_that_vary(heard.line for _, heard in all_heard() if heard.software == "mysql"))


@pytest.mark.parametrize("software", ["postgres", "coredns", "rabbitmq"])
def test_lines_of_a_service_agree(software: str) -> None:
    """Lines of one service at one moment do not contradict each other."""
    of_a_service = defaultdict(list)
    for title, heard in all_heard():
        if heard.software == software:
            of_a_service[title, heard.service].append(heard.line)
    assert of_a_service
    wrong = [f"{where}: {problem}" for where, lines in of_a_service.items() for problem in contradictions(lines)]
    assert not wrong, wrong[:8]


def contradictions(lines: list[str]) -> Iterator[str]:
    """Processes that are two at once, and names that exist and do not."""
    writers = {pid for line in lines for pid in re.findall(r"\[(\d+)\] LOG:  checkpoint ", line)}
    waiters = {pid for line in lines for pid in re.findall(r"LOG:  process (\d+) still waiting", line)}
    if len(writers) > 1 or writers & waiters:
        yield f"checkpoints are written by {sorted(writers)}, of which {sorted(writers & waiters)} wait for a lock"
    answers = defaultdict(set)
    ends = defaultdict(set)
    for line in lines:
        for name, code in re.findall(r'"(?:A|AAAA) IN (\S+) [^"]+" (NOERROR|NXDOMAIN) ', line):
            answers[name].add(code)
        for connection, end in re.findall(r"<0\.(\d+)\.0> \(([\d.]+:\d+) -> ", line):
            ends[connection].add(end)
    yield from (f"{name} exists and does not" for name, codes in answers.items() if len(codes) > 1)
    yield from (f"connection {each} has the ends {sorted(of)}" for each, of in ends.items() if len(of) > 1)


# What software says once: when it starts, when it reads its configuration, or where the next time it is silent.
_ONCE = re.compile(
    r"further occurrences|No further message|are not used yet|starting workers|SHA512|quota admission|ProducerId set"
    r"|Starting rule manager|DeprecationWarning|Deprecated|already registered|Using selector|gauge collection is"
    r"|initialized, starting replication|CREATE USER IF NOT EXISTS|Memory leak|memory leak"
)


@pytest.mark.parametrize("name", SOFTWARE)
def test_everyday_lines_are_of_every_day(name: str) -> None:
    assert not [line for line in SOFTWARE[name].noise if said_once(line)]
    if SOFTWARE[name].kind in PLATFORM_KINDS:  # they serve no requests, so a request takes no time
        assert not [line for line in SOFTWARE[name].noise if re.search(r"\{(?:took|wait)\}", line)]
    if name == "cdn":
        assert not [line for line in SOFTWARE[name].noise if re.search(r"\b(?:hit|miss|HitMiss|HitPass)\b", line)]


def said_once(line: str) -> bool:
    return _ONCE.search(line) is not None


@pytest.mark.parametrize("name", SOFTWARE)
def test_notes_do_not_count_time(name: str) -> None:
    """A note is drawn once for an incident, so an age in minutes or hours would stand still."""
    assert not [note for note in SOFTWARE[name].events if counts_time(note)]


def counts_time(note: str) -> bool:
    return re.search(r"(?:\{\w+\}|\d+) (?:s|min|h) (?:ago|old)", note) is not None


def test_histories_agree_with_themselves() -> None:
    wrong = []
    for moment in moments():
        for name in moment.incident.known_services:
            wrong += history_problems(_shown(moment, "check_recent_deploys", name))
    assert not wrong, wrong[:8]


def history_problems(shown: str) -> list[str]:
    """What is wrong with a list of changes: one of them twice, a minute after the 59th, a number of changes."""
    summaries = re.findall(r"  chg-\w+  \S+  by [^:]+: (.+)$", shown, re.MULTILINE)[-ENTRIES:]
    plain = [re.sub(r"\b(?:v[\d.]+|r\d+)\b", "#", summary) for summary in summaries]
    problems = [f"{each!r} twice" for each in sorted(set(plain)) if plain.count(each) > 1]
    problems += [f"minute {m}" for m in re.findall(r"\bminute (\d+)", shown) if int(m) > 59]
    counted = r"\b(?:migration|ruleset|run|push|ticket|config v|rules v) ?\d+\b"
    return problems + [found for summary in summaries for found in re.findall(counted, summary)]


def codes_that_vary(lines: Iterator[str]) -> Iterator[str]:
    """Messages, without numbers and quoted values, that are printed under several codes."""
    codes = defaultdict(set)
    for line in lines:
        found = re.search(r"\[(MY-\d+)\] \[\w+\] (.+)", line)
        if found:
            codes[re.sub(r"'[^']*'|[\d.]+", "#", found[2])[:60]].add(found[1])
    for message, of_it in codes.items():
        if len(of_it) > 1:
            yield f"{message}: {sorted(of_it)}"


def test_versions_are_of_releases_that_exist() -> None:
    wrong = []
    for moment in moments():
        world = moment.incident.telemetry.world  # type: ignore[attr-defined]
        for name in moment.incident.known_services:
            software = world.cast.software(world.index_of[name])
            wrong += bad_versions(software.name, software.release, _shown(moment, "check_service_status", name))
    assert not wrong, wrong[:8]


_BEHIND = rf"(?: \({BEHIND}\))?"


def bad_versions(software: str, release: str, status: str) -> list[str]:
    line = rf"^Version: {re.escape(release)} (\S+?)(?:, configuration r\d+)?{_BEHIND}$"
    found = re.findall(line, status, re.MULTILINE)
    return [f"{software} {version}" for version in found or ["without a version"] if not _fits(software, version)]


def _fits(software: str, version: str) -> bool:
    return VOICES[software].version.fullmatch(version) is not None


def test_lines_come_in_order_and_none_is_later_than_now() -> None:
    for moment in moments():
        world = moment.incident.telemetry.world  # type: ignore[attr-defined]
        now = world.clock.at(moment.course.minute)
        for name in moment.incident.known_services:
            software = world.cast.software(world.index_of[name]).name
            lines = _shown(moment, "query_logs", name).splitlines()
            stamps = [stamp for line in lines if (stamp := Heard(software, line).parts.get("time"))]
            window = [f"{now - timedelta(seconds=back):%H:%M:%S}" for back in range(WINDOW_MINUTES * 60, -1, -1)]
            problem = out_of_order(stamps, window)
            assert problem is None, f"{moment.title}: {name}: {problem}"


def out_of_order(stamps: list[str], window: list[str]) -> str | None:
    """What is wrong with the times of the lines of a log, if its window is of these seconds."""
    position = {second: number for number, second in enumerate(window)}
    last = 0
    for stamp in stamps:
        if stamp not in position:
            return f"{stamp} is not from {window[0]} to {window[-1]}"
        if position[stamp] < last:
            return f"{stamp} comes after {window[last]}"
        last = position[stamp]
    return None


# ---- every check sees what is wrong with a line that was spoilt ------------------------------------------------------

_PG = "2026-07-07 11:54:46.555 UTC [13930] "
_GO = 'time="2026-07-07T11:54:46.555Z" level=error msg="{}" service=order-api'


def _of_a_store(text: str) -> Heard:
    """What a service that asks the database stock-db, and waits a second at most, prints of it."""
    return Heard("go", _GO.format(text), time_outs={"stock-db": 1000.0}, not_http=frozenset({"stock-db"}))


def _spring(thread: str, logger: str, text: str) -> Heard:
    """A line of a Spring application on a thread."""
    return Heard("java", f"2026-07-07T11:54:46.555Z  INFO 1 --- [order-api] [{thread}] {logger:<40} : {text}")


def _envoy(answer: str, cluster: str) -> Heard:
    """An entry of an access log: status, flag, details, bytes, duration. The time-out of the cluster is 500 ms."""
    line = f'[2026-07-07T11:54:46.555Z] "GET / HTTP/2" {answer} "{"0" * 32}" "10.1.2.3:8080" "{cluster}"'
    return Heard("envoy", line, time_outs={"stock": 500.0})


SPOILT: tuple[tuple[Callable[[Heard], Iterator[str]], Heard], ...] = (
    (prefix, Heard("mysql", "2026-01-25T13:58:42.202176Z 102 [Note] Aborted connection 12 to db: 'app'")),
    (prefix, Heard("postgres", _GO.format("redis: connection pool timeout"))),
    (level, Heard("postgres", _PG + "NOTE:  checkpoint starting: time")),
    (process, Heard("postgres", _PG + "LOG:  process 15741 still waiting for AccessShareLock after 200.021 ms")),
    (process, Heard("rabbitmq", "2026-02-06 01:57:06.807944+00:00 [info] <0.16.0> connection <0.17.0>: closed")),
    (sixteen_bits, Heard("coredns", '2026-02-06T01:57:06.807Z [INFO] 10.1.2.3:44444 - 2102310 "A IN a. udp"')),
    (ports, Heard("go", _GO.format("read tcp 10.1.2.3:70123->10.1.2.4:6379: i/o timeout"))),
    (ports, Heard("go", _GO.format("dial tcp 10.1.300.4:8080: connect: connection refused"))),
    (units, Heard("go", _GO.format("cart-cache: GET item:1 took 12 for u-1"))),
    (placeholders, Heard("go", _GO.format("GET {path} 200"))),
    (placeholders, Heard("go", _GO.format("workers busy: {now[workers busy]} %"))),
    (no_kernel, Heard("postgres", _PG + "LOG:  kernel: blk_update_request: I/O error, dev nvme0n1")),
    (no_http, _of_a_store("stock-db answered 503 to a query")),
    (no_http, _of_a_store("Post http://stock-db.internal/v1/history: EOF")),
    (places, Heard("nodes", "Aug 18 12:27:29 node-61 info systemd: Finished Rotate log files.")),
    (places, Heard("nginx", "node-7 is not one of its hosts", hosts=frozenset({"node-8"}))),
    (places, Heard("nodes", "order-api-59 was killed", replicas={"order-api": 3})),
    (checkpoints, Heard("postgres", _PG + "LOG:  checkpoint complete: wrote 5323087 buffers (1.59%)")),
    (checkpoints, Heard("postgres", _PG + "LOG:  write=187.203 s, sync=0.900 s, total=187.504 s")),
    (thresholds, Heard("registry", '{"msg":"apply request took too long","took":"42ms","expected-duration":"100ms"}')),
    (thresholds, Heard("postgres", _PG + "LOG:  process 13930 still waiting for AccessShareLock after 9601.0 ms")),
    (time_outs, _of_a_store("stock-db: query on items gave up after 8073 ms")),
    (time_outs, _of_a_store("stock-db: rows after 6253 ms")),
    (no_age_of_a_process, Heard("go", _GO.format("gc 98628 @986284.092s 1%: 0.031+1.2+0.004 ms clock, 4 P"))),
    (no_age_of_a_process, _spring("main", "app.Application", "Started Application in 7.035 seconds (process runn...)")),
    (threads, _spring("io-8080-exec-37", "o.a.k.c.c.internals.ConsumerCoordinator", "[Consumer clientId=a-1] Revoke")),
    (threads, _spring("io-8080-exec-37", "o.s.b.w.e.tomcat.TomcatWebServer", "Tomcat started on port 8080 (http)")),
    (threads, _spring("           main", "app.web.RequestLog", "GET /v1/items 200 12 ms")),
    (speaker, Heard("prometheus", 'time=... msg="Received alert" component=dispatcher alert=A[06dee13][active]')),
    (speaker, Heard("kubernetes", "I0818 12:27:29.000000       1 audit.go:88] patch deployments/order-api by sync")),
    (speaker, Heard("python", "2026-07-07 11:54:46,555 WARNING [13930] django.request: Not Found: /favicon.ico")),
    (events, Heard("kubernetes", 'W0818 12:27:29.000000       1 event.go:389] "Event occurred" reason="BackOff"')),
    (events, Heard("kubernetes", "W0818 12:27:29.0 1 reflector.go:569] too old resource version: 412 (412)")),
    (events, Heard("kubernetes", 'I0818 12:27:29.0 1 httplog.go:134] "HTTP" verb="PATCH" latency="0.0ms" resp=200')),
    (bodies, _envoy("503 UF x 0 152 2", "stock")),
    (bodies, _envoy("504 UT response_timeout 0 24 750", "stock")),
    (clients, Heard("stream-worker", "[Consumer clientId=feed-9, groupId=feed] Node", "feed", {"feed": 3})),
    (mysql, Heard("mysql", "2026-01-25T13:58:42.202176Z 102 [Note] [MY-010914] [Server] Aborted connection 12 to db")),
    (mysql, Heard("mysql", "2026-01-25T13:58:42.202176Z 0 [Note] [MY-013172] [Server] Received SHUTDOWN from user")),
    (forks, Heard("redis", "1:C 18 Aug 2026 12:27:29.000 * DB saved on disk")),
)  # fmt: skip


@pytest.mark.parametrize(("check", "heard"), SPOILT, ids=lambda each: getattr(each, "__name__", None))
def test_a_check_sees_a_spoilt_line(check: Callable[[Heard], Iterator[str]], heard: Heard) -> None:
    assert list(check(heard)), heard.line


def test_every_check_has_a_spoilt_line() -> None:
    assert {check for check, _ in SPOILT} == set(CHECKS)


def test_a_second_code_of_a_message_is_seen() -> None:
    line = "2026-01-25T13:58:42.202176Z 102 [Note] [MY-{}] [Server] Aborted connection {} to db: 'app'"
    assert list(codes_that_vary(iter((line.format("010914", 5), line.format("013419", 9)))))


def test_an_invented_version_is_seen() -> None:
    assert bad_versions("postgres", "PostgreSQL", "Health: healthy\nVersion: PostgreSQL v6.37.1\n")
    assert bad_versions("redis", "Redis", "Health: healthy\n")


def test_a_contradiction_is_seen() -> None:
    checkpoint = "2026-07-07 11:54:46.555 UTC [{}] LOG:  checkpoint starting: time"
    waits = _PG + "LOG:  process 13930 still waiting for AccessShareLock on relation 1 after 200.021 ms"
    assert list(contradictions([checkpoint.format(27), checkpoint.format(28)]))
    assert list(contradictions([checkpoint.format(13930), waits]))
    assert not list(contradictions([checkpoint.format(27), checkpoint.format(27), waits]))
    answer = (
        '2026-07-07T11:54:46.555Z [INFO] 10.1.2.3:44444 - 17 "{} IN stock.internal. udp 62 false 1232" {} qr,rd 137'
    )
    assert list(contradictions([answer.format("A", "NXDOMAIN"), answer.format("AAAA", "NOERROR")]))
    connection = "closing AMQP connection <0.812.0> (10.1.2.3:{} -> 10.1.2.4:5672)"
    assert list(contradictions([connection.format(40001), connection.format(40002)]))


def test_a_line_that_is_said_once_is_seen() -> None:
    assert said_once("WARN  (node:4711) [DEP0040] DeprecationWarning: The `punycode` module is deprecated.")
    assert not said_once("WARN  there is no transaction in progress")


def test_an_age_in_a_note_is_seen() -> None:
    assert counts_time("Lifecycle rules ran {n} min ago")
    assert not counts_time("Unsealed {n} days ago by automatic unseal")


def test_a_history_that_contradicts_itself_is_seen() -> None:
    entry = "  2026-09-20 15:49Z (3 d ago)  chg-3e5aba  v1.34.3  by pipeline: {}\n"
    assert not history_problems(entry.format("release v1.34.3: updates") + entry.format("e-mail texts reworded"))
    assert history_problems(entry.format("release v1.34.3: updates") + entry.format("release v1.33.0: updates"))
    assert history_problems(entry.format("schedule moved from minute 0 to minute 77"))
    assert history_problems(entry.format("migration 416: comments reworded"))


def test_a_line_from_the_future_is_seen() -> None:
    window = ["23:59:59", "00:00:00", "00:00:01"]
    assert out_of_order(["23:59:59", "00:00:02"], window)
    assert out_of_order(["00:00:01", "23:59:59"], window)
    assert out_of_order(["23:59:59", "00:00:01"], window) is None
