"""How the log lines of real software begin: time, level and source, in the format of each.

Each dialect writes the levels in its own words, so that a line tells nothing by the word that its template begins with.
Nothing is drawn here: the process and the thread that log a line are numbers drawn by the caller, once for each line.
Of java and glog, and of a Redis server, the process is the first of its container and has the number 1. What is
numbered in the order of time (connections, child processes) follows from the time of the line.

Some texts choose their source or their format by how they begin:

- java, java-worker, python: `logger.name : message`; otherwise the logger is named after the service. Of java, the
  thread is that on which the logger works: one that serves a request, or of a worker one that handles records, unless
  the logger belongs to a client's own threads, to a schedule or to the start.
- postgres: lines of the postmaster, the checkpointer and autovacuum workers are theirs; all others of a session.
- mysql: `[MY-0xxxxx] [Server] message`, the code being the one that MySQL gives that message, or `SLOW client-address `
  for an entry of the slow query log, whose times in ms are printed in seconds.
- redis: `C `, `S ` or `M ` for a line of a child process, a replica or a master; otherwise a master.
- glog: `file.go:123] message`, or `AUDIT ` for the fields of an entry of the audit log; otherwise the source is the
  service.
- bracket: `CoreDNS-` for the banner that CoreDNS prints without a level.
- syslog: `host-name program: message`; otherwise the host is the service.
- envoy: `[component] message`, `ACCESS ` for a line of the access log, `EVENT ` for a line of the event log.
- nginx: `ACCESS client-address ` for a line of the access log.
- zap: `message: field=value field="other value"`; the source is the file of etcd that prints this message.
- logfmt: the source is the file of Prometheus that prints this message, or that belongs to the field `component`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # in every locale
_Dialect = Callable[[datetime, str, str, str, int, int], str]
_SITES = ("ams", "fra", "gru", "iad", "nrt", "sin")

# ---- levels ----------------------------------------------------------------------------------------------------------


def _levels(**words: str) -> Mapping[str, str]:
    """What a dialect calls each level of a template: the level itself where nothing is given."""
    info, warn = words.get("INFO", "INFO"), words.get("WARN", "WARN")
    fatal = words.get("FATAL", "FATAL")
    plain = {"DEBUG": "DEBUG", "ERROR": "ERROR", "FATAL": fatal, "PANIC": fatal, **words}
    return {**plain, "INFO": info, "LOG": info, "WARN": warn, "WARNING": warn}


GLOG_LEVELS = _levels(DEBUG="I", INFO="I", WARN="W", ERROR="E", FATAL="F")
_PLAIN = _levels()
_HCLOG = _levels(FATAL="ERROR")
_JAVA = _levels(FATAL="ERROR")
_PYTHON = _levels(WARN="WARNING", FATAL="CRITICAL")
_POSTGRES = _levels(DEBUG="DEBUG1", INFO="LOG", WARN="WARNING", PANIC="PANIC")
_MYSQL = _levels(DEBUG="Note", INFO="Note", WARN="Warning", FATAL="ERROR")
_REDIS = _levels(DEBUG="-", INFO="*", WARN="#", ERROR="#", FATAL="#")
_GO = _levels(DEBUG="debug", INFO="info", WARN="warning", ERROR="error", FATAL="fatal")
_NODE = _levels(DEBUG="debug", INFO="info", WARN="warn", ERROR="error", FATAL="fatal")
_ERLANG = _levels(DEBUG="debug", INFO="info", WARN="warning", ERROR="error", FATAL="critical")
_SYSLOG = _levels(DEBUG="debug", INFO="info", WARN="warning", ERROR="err", FATAL="crit")
_NGINX = _levels(DEBUG="debug", INFO="info", WARN="warn", ERROR="error", FATAL="crit")

# What a dialect prints for each level word of a template.
WORDS: Mapping[str, Mapping[str, str]] = {
    "java": _JAVA,
    "java-worker": _JAVA,
    "go": _GO,
    "python": _PYTHON,
    "node": _NODE,
    "postgres": _POSTGRES,
    "mysql": _MYSQL,
    "redis": _REDIS,
    "kafka": _PLAIN,
    "erlang": _ERLANG,
    "glog": GLOG_LEVELS,
    "syslog": _SYSLOG,
    "nginx": _NGINX,
    "envoy": _ERLANG,
    "edge": _PLAIN,
    "bracket": _PLAIN,
    "hclog": _HCLOG,
    "logfmt": _PLAIN,
    "zap": _NODE,
}

_PLAIN_NAMES = {"DEBUG": "debug", "INFO": "info", "WARN": "warn", "ERROR": "error", "FATAL": "fatal"}
_LOWER_NAMES = {"debug": "debug", "info": "info", "warn": "warn", "error": "error", "fatal": "fatal"}
_ERLANG_NAMES = {"debug": "debug", "info": "info", "warning": "warn", "error": "error", "critical": "fatal"}

LEVELS_IN_ORDER = ("debug", "info", "warn", "error", "fatal")  # the plain names, from the least to the worst

# Which level a printed line has, by the word that its dialect prints. Redis prints warnings and everything worse alike.
LEVELS: Mapping[str, Mapping[str, str]] = {
    "java": _PLAIN_NAMES,
    "java-worker": _PLAIN_NAMES,
    "go": {"debug": "debug", "info": "info", "warning": "warn", "error": "error", "fatal": "fatal"},
    "python": {"DEBUG": "debug", "INFO": "info", "WARNING": "warn", "ERROR": "error", "CRITICAL": "fatal"},
    "node": _LOWER_NAMES,
    "postgres": {
        "DEBUG1": "debug",
        "LOG": "info",
        "WARNING": "warn",
        "ERROR": "error",
        "FATAL": "fatal",
        "PANIC": "fatal",
    },
    "mysql": {"Note": "info", "Warning": "warn", "ERROR": "error"},
    "redis": {"-": "debug", "*": "info", "#": "warn"},
    "kafka": _PLAIN_NAMES,
    "erlang": _ERLANG_NAMES,
    "glog": {"I": "info", "W": "warn", "E": "error", "F": "fatal"},
    "syslog": {"debug": "debug", "info": "info", "warning": "warn", "err": "error", "crit": "fatal"},
    "nginx": {"debug": "debug", "info": "info", "notice": "info", "warn": "warn", "error": "error", "crit": "fatal"},
    "envoy": _ERLANG_NAMES,
    "edge": _PLAIN_NAMES,
    "bracket": _PLAIN_NAMES,
    "hclog": _PLAIN_NAMES,
    "logfmt": _PLAIN_NAMES,
    "zap": _LOWER_NAMES,
}


def level_of(dialect: str, word: str) -> str:
    """The level, `debug`, `info`, `warn`, `error` or `fatal`, of a line whose template begins with this word."""
    return LEVELS[dialect][WORDS[dialect][word]]


# ---- parts -----------------------------------------------------------------------------------------------------------

_LOGGER = re.compile(r"([a-z.][\w.$\[\]/-]*) : ")
_GO_SOURCE = re.compile(r"\w+\.go:\d+\] ")
_SYSLOG_HOST = re.compile(r"(?=\S*-)([\w.-]+) (?=[\w%./()-]+(?:\[\d+\])?: )")
_REDIS_ROLE = re.compile(r"([CMS]) ")
_ENVOY_COMPONENT = re.compile(r"\[([a-z_]+)\] ")
_TIMEOUT_IN_MS = re.compile(r"(?<=timeout=)(\d+(?:\.\d+)?)ms\b")
_FIELD_IN_MS = re.compile(r"(?<==)(\d+(?:\.\d+)?)ms\b")
_TIME_IN_MS = re.compile(r"(?<=_time: )(\d+(?:\.\d+)?)ms\b")
_FIELDS = re.compile(r": (?=[\w-]+=)")
_FIELD = re.compile(r"([\w-]+)=(\"(?:[^\"\\]|\\.)*\"|\S*)")
_COMPONENT = re.compile(r"component=(\"[^\"]*\"|\S+)")
_MESSAGE = re.compile(r"msg=\"?([^\"]*)")
_ABORTED = re.compile(r"(?<=Aborted connection )(\d+)")
_MYSQL_CODE = re.compile(r"\[(MY-\d+)\]")
_CHILD = re.compile(r"(?<=started by pid )\d+|(?<=rewriteaof-bg-)\d+")
_CLIENT_ID = re.compile(r"\bid=\d+")
_CLIENT = re.compile(r"\[(Consumer|Producer|AdminClient) clientId=([\w-]+)")
_ACCESS_DURATION = re.compile(r"(\d+)\.\d+(?= \"[0-9a-f]{32}\")")

# Loggers of messages that one class alone writes, by how the message begins.
_JAVA_LOGGERS = (
    ("HikariPool-", "o.h.engine.jdbc.spi.SqlExceptionHelper"),
    ("Connection leak detection triggered", "com.zaxxer.hikari.pool.ProxyLeakTask"),
    ("Servlet.service() for servlet", "o.a.c.c.C.[.[.[/].[dispatcherServlet]"),
    ("[Producer clientId=", "org.apache.kafka.clients.NetworkClient"),
)
# Loggers of a Kafka consumer by what they say; all else is said by its coordinator.
_CONSUMER_LOGGERS = (
    ("] Seeking to offset", "o.a.k.clients.consumer.KafkaConsumer"),
    ("] Resetting offset for partition", "o.a.k.c.c.internals.SubscriptionState"),
    ("] Node ", "org.apache.kafka.clients.NetworkClient"),
)
# Threads on which loggers work that serve no request, by a part of "logger : message". A prefix shows the last 15
# characters of their names.
_JAVA_THREADS = (
    ("Tomcat started on port", "main"),
    ("Commencing graceful shutdown", "SpringApplicationShutdownHook"),
    ("app.Application : ", "main"),
    ("SpringApplication : ", "main"),
    ("AppInfoParser : ", "main"),
    ("net.Acceptor : ", "http-nio-8080-Acceptor"),
    ("app.jobs.", "scheduling-1"),
    ("app.metrics.", "scheduling-1"),
    ("app.settings.", "scheduling-1"),
    ("app.registry.", "scheduling-1"),
    ("ReferenceData : ", "scheduling-1"),
    ("ConfigServicePropertySourceLocator : ", "scheduling-1"),
    ("ConfigServerConfigDataLoader : ", "scheduling-1"),
    (" : Settings ", "scheduling-1"),
    (" : Refresh of settings ", "scheduling-1"),
    ("SecretLeaseContainer : ", "ThreadPoolTaskScheduler-1"),
    ("LifecycleAwareSessionManager : ", "ThreadPoolTaskScheduler-1"),
    ("Added connection", "HikariPool-1 connection adder"),
    ("ProxyLeakTask : ", "HikariPool-1 housekeeper"),
    ("ConnectionWatchdog : ", "lettuce-eventExecutorLoop-1-2"),
    ("ReconnectionHandler : ", "lettuce-epollEventLoop-4-2"),
    ("LoggingProducerListener : ", "kafka-producer-network-thread | producer-1"),
    ("SimpleMessageListenerContainer : ", "org.springframework.amqp.rabbit.RabbitListenerEndpointContainer#0-1"),
    ("DnsNameResolver : ", "reactor-http-epoll-3"),
)

# Source files of Prometheus by how the messages begin that they print, and by the component that they log for.
_PROMETHEUS_MESSAGES = (
    ("Head GC", "head.go"),
    ("Error reading file", "file.go"),
    ("Discoverer channel", "manager.go"),
    ("kubernetes discovery update", "kubernetes.go"),
    ("DNS resolution failed", "dns.go"),
    ("http: ", "web.go"),
)
_PROMETHEUS_FILES = {
    "tsdb": "db.go",
    "scrape manager": "scrape.go",
    "rule manager": "group.go",
    "remote": "queue_manager.go",
    "notifier": "notifier.go",
    "discovery manager scrape": "refresh.go",
    "web": "api.go",
    "exporter": "tail.go",
    "load-runner": "runner.go",
    "calendar": "calendar.go",
}
# Source files of etcd by how the messages begin that they print; all others are of the server itself.
_ETCD_FILES = (
    ("finished scheduled compaction", "mvcc/kvstore_compaction.go"),
    ("storing new hash", "mvcc/hash.go"),
    ("sending database snapshot", "v3rpc/maintenance.go"),
    ("request stats", "v3rpc/interceptor.go"),
    ("failed to receive lease", "v3rpc/lease.go"),
    ("failed to send watch", "v3rpc/watch.go"),
    ("rejected connection", "embed/config_logging.go"),
    ("user is not permitted", "auth/store.go"),
    ("invalid auth token", "auth/store.go"),
    ("leader failed to send", "etcdserver/raft.go"),
    ("apply request took", "etcdserver/util.go"),
    ("failed to apply request", "etcdserver/util.go"),
    ("waiting for ReadIndex", "etcdserver/v3_server.go"),
    ("prober detected", "rafthttp/probing_status.go"),
    ("received signal", "osutil/interrupt_unix.go"),
    ("ready to serve", "embed/serve.go"),
)


# What MySQL prints at its level System.
_MYSQL_SYSTEM = frozenset({"MY-010910", "MY-010931", "MY-013172", "MY-014001"})
# How the lines begin that the postmaster prints, the first process of its container.
_POSTMASTER = ("received ", "database system is ", "server process ", "all server processes ", "parameter ")


def _iso(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z"


def _space(time: datetime, mark: str = ".") -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}{mark}{time.microsecond // 1000:03d}"


def _microsecond(time: datetime, pid: int, thread: int) -> int:
    """The microsecond of a time, also of one that is known to the millisecond only."""
    return time.microsecond if time.microsecond % 1000 else time.microsecond + (pid * 37 + thread) % 1000


def _logger(text: str, otherwise: str) -> tuple[str, str]:
    """The logger that a text names, or the other one, and the message."""
    found = _LOGGER.match(text)
    return (found[1], text[found.end() :]) if found else (otherwise, text)


def _seconds_of(time: datetime) -> int:
    """Seconds since a day some weeks ago: what is numbered in the order of time begins there."""
    return (time.toordinal() % 50 * 24 + time.hour) * 3600 + time.minute * 60 + time.second


def _java_logger(text: str, service: str) -> str:
    for beginning, logger in _JAVA_LOGGERS:
        if text.startswith(beginning):
            return logger
    if text.startswith("[Consumer clientId="):
        return next(
            (name for part, name in _CONSUMER_LOGGERS if part in text), "o.a.k.c.c.internals.ConsumerCoordinator"
        )
    words = service.split("-")
    return f"{words[0]}.{''.join(word.capitalize() for word in words)}"


def _seconds(found: re.Match[str]) -> str:
    return f"{float(found[1]) / 1000:g}"


def _six_decimals(found: re.Match[str]) -> str:
    return f"{float(found[1]) / 1000:.6f}"


def _whole(found: re.Match[str]) -> str:
    return found[1]


def _three_decimals(found: re.Match[str]) -> str:
    return f"{float(found[1]) / 1000:.3f}"


# ---- dialects --------------------------------------------------------------------------------------------------------


def _java(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    return _spring(time, level, text, service, f"http-nio-8080-exec-{thread}")


def _java_worker(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    name = f"org.springframework.kafka.KafkaListenerEndpointContainer#0-{thread % 3}-C-1"
    return _spring(time, level, text, service, name)


def _spring(time: datetime, level: str, text: str, service: str, usual: str) -> str:
    """A line of a Spring application, on its usual thread unless its logger works on another."""
    logger, message = _logger(text, _java_logger(text, service))
    thread = _java_thread(f"{logger} : {message}", service, usual)[-15:]
    source = f"[{service}] [{thread:>15}]"
    return f"{_iso(time)} {_JAVA[level]:>5} 1 --- {source} {logger[-40:]:<40} : {message}"


def _java_thread(text: str, service: str, usual: str) -> str:
    client = _CLIENT.search(text)
    if "consumer poll timeout has expired" in text:
        return f"kafka-coordinator-heartbeat-thread | {service}"
    if client is not None and client[1] == "Producer":
        return f"kafka-producer-network-thread | {client[2]}"
    if client is not None and client[1] == "AdminClient":
        return f"kafka-admin-client-thread | {client[2]}"
    return next((thread for part, thread in _JAVA_THREADS if part in text), usual)


def _go(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    return f'time="{_iso(time)}" level={_GO[level]} msg={json.dumps(text, ensure_ascii=False)} service={service}'


def _python(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    logger, message = _logger(_TIMEOUT_IN_MS.sub(_seconds, text), service)
    return f"{_space(time, ',')} {_PYTHON[level]} [{pid}] {logger}: {message}"


def _node(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    message = json.dumps(text, ensure_ascii=False)
    return f'{{"time":"{_iso(time)}","level":"{_NODE[level]}","service":"{service}","pid":{pid},"msg":{message}}}'


def _postgres(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    return f"{_space(time)} UTC [{_postgres_process(time, text, service, pid)}] {_POSTGRES[level]}:  {text}"


def _postgres_process(time: datetime, text: str, service: str, session: int) -> int:
    """The process that prints a line. Sessions have numbers below 32,000, short-lived workers higher ones."""
    if text.startswith(_POSTMASTER):
        return 1
    if text.startswith("checkpoint "):
        return 24 + sum(map(ord, service)) % 12  # among the first that the postmaster starts
    return 32_000 + _seconds_of(time) // 60 % 700 if text.startswith("automatic ") else session


def _mysql(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    stamp = f"{time:%Y-%m-%dT%H:%M:%S}.{_microsecond(time, pid, thread):06d}Z"
    connection = _seconds_of(time) // 3 + thread % 40  # they are numbered from the start of the server
    if text.startswith("SLOW "):
        client, _, statement = text.removeprefix("SLOW ").partition(" ")
        statement = _TIME_IN_MS.sub(_six_decimals, statement)
        return f"# Time: {stamp} # User@Host: app[app] @  [{client}]  Id: {connection:>5} # {statement}"
    code = _MYSQL_CODE.match(text)
    word = "System" if code is not None and code[1] in _MYSQL_SYSTEM else _MYSQL[level]
    printed_by = 0 if word == "System" or "[InnoDB]" in text else connection
    return f"{stamp} {printed_by} [{word}] {_ABORTED.sub(str(connection), text)}"


def _redis(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    found = _REDIS_ROLE.match(text)
    role, message = (found[1], text[found.end() :]) if found else ("M", text)
    # Only children have numbers of their own: one that saves, and one that rewrites the file of commands.
    child = 1_000 + _seconds_of(time) // 300 % 14_000 * 2 + (1 if "AOF" in message or "append only" in message else 0)
    process = child if role == "C" else 1
    message = _CHILD.sub(str(child), message)
    message = _CLIENT_ID.sub(f"id={_seconds_of(time) // 5 + thread % 40}", message, count=1)
    day = f"{time.day:02d} {MONTHS[time.month - 1]}"
    return f"{process}:{role} {day} {time:%Y %H:%M:%S}.{time.microsecond // 1000:03d} {_REDIS[level]} {message}"


def _kafka(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    return f"[{_space(time, ',')}] {_PLAIN[level]} {text}"


def _erlang(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    microsecond = _microsecond(time, pid, thread)
    if f"<0.{pid}.0>" in text:  # a connection has a process of its own
        connection = _seconds_of(time) * 7 + thread % 7
        text, pid = text.replace(f"<0.{pid}.0>", f"<0.{connection}.0>"), connection
    return f"{time:%Y-%m-%d %H:%M:%S}.{microsecond:06d}+00:00 [{_ERLANG[level]}] <0.{pid}.0> {text}"


def _glog(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    source = text if _GO_SOURCE.match(text) else f"{service}] {text}"
    microsecond = _microsecond(time, pid, thread)
    if text.startswith("AUDIT "):
        head = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","stage":"ResponseComplete",'
        return f'{head}{text.removeprefix("AUDIT ")},"stageTimestamp":"{time:%Y-%m-%dT%H:%M:%S}.{microsecond:06d}Z"}}'
    return f"{GLOG_LEVELS[level]}{time:%m%d %H:%M:%S}.{microsecond:06d}       1 {source}"


def _syslog(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    found = _SYSLOG_HOST.match(text)
    host, message = (found[1], text[found.end() :]) if found else (service, text)
    return f"{MONTHS[time.month - 1]} {time.day:>2} {time:%H:%M:%S} {host} {_SYSLOG[level]} {message}"


def _nginx(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    if text.startswith("ACCESS "):
        client, _, request = _FIELD_IN_MS.sub(_three_decimals, text.removeprefix("ACCESS ")).partition(" ")
        day = f"{time.day:02d}/{MONTHS[time.month - 1]}/{time:%Y:%H:%M:%S}"
        return f"{client} - - [{day} +0000] {request}"
    # Lines about a connection give its number, which grows with time; the others are about the server itself.
    of_connection = "client" in text
    connection = f"*{_seconds_of(time) * 7 + thread % 7} " if of_connection else ""
    word = _NGINX[level]
    if word == "info" and not of_connection and not text.startswith("[lua]"):
        word = "notice"  # the level of what the server says about itself
    return f"{time:%Y/%m/%d %H:%M:%S} [{word}] {pid}#{pid}: {connection}{text}"


def _envoy(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    if text.startswith("ACCESS "):
        return f"[{_iso(time)}] {_ACCESS_DURATION.sub(_whole, text.removeprefix('ACCESS '))}"
    if text.startswith("EVENT "):
        return f'{{{text.removeprefix("EVENT ")},"timestamp":"{_iso(time)}"}}'
    found = _ENVOY_COMPONENT.match(text)
    component, message = (found[1], text[found.end() :]) if found else ("main", text)
    return f"[{_space(time)}][{10 + thread % 16}][{_ERLANG[level]}][{component}] {message}"


def _edge(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    return f"{_iso(time)} {_PLAIN[level]} cache-{_SITES[thread % len(_SITES)]} {text}"


def _bracket(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    if text.startswith("CoreDNS-"):
        return f"{_iso(time)} {text}"
    return f"{_iso(time)} [{_PLAIN[level]}] {text}"


def _hclog(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    return f"{_iso(time)} {f'[{_HCLOG[level]}]':<7} {text}"


def _logfmt(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    found, said = _COMPONENT.search(text), _MESSAGE.match(text)
    file = _PROMETHEUS_FILES.get(found[1].strip('"') if found else "", "main.go")
    message = said[1] if said else ""
    file = next((of_it for beginning, of_it in _PROMETHEUS_MESSAGES if message.startswith(beginning)), file)
    return f"time={_iso(time)} level={_PLAIN[level]} source={file}:{_line_of(text[:40])} {text}"


def _zap(time: datetime, level: str, text: str, service: str, pid: int, thread: int) -> str:
    found = _FIELDS.search(text)
    message, rest = (text[: found.start()], text[found.end() :]) if found else (text, "")
    stamp = f"{time:%Y-%m-%dT%H:%M:%S}.{_microsecond(time, pid, thread):06d}Z"
    file = next((file for beginning, file in _ETCD_FILES if message.startswith(beginning)), "etcdserver/server.go")
    fields = {"level": _NODE[level], "ts": stamp, "caller": f"{file}:{_line_of(message)}", "msg": message}
    for name, value in _FIELD.findall(rest):
        fields[name] = json.loads(value) if value.startswith('"') else value
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def _line_of(text: str) -> int:
    """The line of a source file from which a text is printed: always the same."""
    return 100 + sum(map(ord, text)) % 900


DIALECTS: Mapping[str, _Dialect] = {
    "java": _java,
    "java-worker": _java_worker,
    "go": _go,
    "python": _python,
    "node": _node,
    "postgres": _postgres,
    "mysql": _mysql,
    "redis": _redis,
    "kafka": _kafka,
    "erlang": _erlang,
    "glog": _glog,
    "syslog": _syslog,
    "nginx": _nginx,
    "envoy": _envoy,
    "edge": _edge,
    "bracket": _bracket,
    "hclog": _hclog,
    "logfmt": _logfmt,
    "zap": _zap,
}


def log_line(dialect: str, time: datetime, line: str, service: str, pid: int, thread: int) -> str:
    """A log line: `line` is "LEVEL text", logged by a process and a thread of the service.

    Raises KeyError for an unknown dialect or level.
    """
    level, _, text = line.partition(" ")
    return DIALECTS[dialect](time, level, text.strip(), service, pid, thread)
