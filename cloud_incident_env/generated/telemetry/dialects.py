"""How the log lines of real software begin: time, level and source, in the format of each.

Each dialect writes the levels in its own words, so that a line tells nothing by the word that its template begins with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from cloud_incident_env.generated.draws import Draws

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # in every locale
_Dialect = Callable[[datetime, str, str, str, Draws], str]
GLOG_LEVELS = {"DEBUG": "I", "INFO": "I", "LOG": "I", "WARN": "W", "WARNING": "W", "ERROR": "E", "FATAL": "F"}
_REDIS = {"DEBUG": ".", "INFO": "*", "LOG": "*", "WARN": "#", "WARNING": "#", "ERROR": "#", "FATAL": "#"}
_MYSQL = {"DEBUG": "Note", "INFO": "Note", "LOG": "Note", "WARN": "Warning", "WARNING": "Warning"}
_SITES = ("ams", "fra", "gru", "iad", "nrt", "sin")


def _levels(**words: str) -> Mapping[str, str]:
    """What a dialect calls each level: the level itself where nothing is given."""
    info, warn = words.get("INFO", "INFO"), words.get("WARN", "WARN")
    plain = {"DEBUG": "DEBUG", "ERROR": "ERROR", "FATAL": "FATAL", **words}
    return {**plain, "INFO": info, "LOG": info, "WARN": warn, "WARNING": warn}


_PLAIN = _levels()
_PYTHON = _levels(WARN="WARNING", FATAL="CRITICAL")
_POSTGRES = _levels(DEBUG="DEBUG1", INFO="LOG", WARN="WARNING")
_GO = _levels(DEBUG="debug", INFO="info", WARN="warning", ERROR="error", FATAL="fatal")
_NODE = _levels(DEBUG="debug", INFO="info", WARN="warn", ERROR="error", FATAL="fatal")
_ERLANG = _levels(DEBUG="debug", INFO="info", WARN="warning", ERROR="error", FATAL="critical")
_SYSLOG = _levels(DEBUG="debug", INFO="info", WARN="warning", ERROR="err", FATAL="crit")
_NGINX = _levels(DEBUG="debug", INFO="info", WARN="warn", ERROR="error", FATAL="crit")


def _iso(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z"


def _space(time: datetime, mark: str = ".") -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}{mark}{time.microsecond // 1000:03d}"


def _java(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{_iso(time)} {_PLAIN[level]:<5} 1 --- [{service}] [exec-{draws.between(1, 200)}] : {text}"


def _go(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    quoted = text.replace('"', '\\"')
    return f'time="{_iso(time)}" level={_GO[level]} msg="{quoted}" service={service}'


def _python(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{_space(time, ',')} {_PYTHON[level]} [{draws.between(7, 60)}] {service}: {text}"


def _node(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    quoted = text.replace('"', '\\"')
    return f'{{"time":"{_iso(time)}","level":"{_NODE[level]}","service":"{service}","msg":"{quoted}"}}'


def _postgres(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{_space(time)} UTC [{draws.between(1200, 32000)}] {_POSTGRES[level]}:  {text}"


def _mysql(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    name = _MYSQL.get(level, "ERROR")
    return f"{_iso(time)} {draws.between(8, 900)} [{name}] [MY-0{draws.between(10000, 13999)}] [Server] {text}"


def _redis(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    day = f"{time.day:02d} {MONTHS[time.month - 1]}"
    return f"1:M {day} {time:%Y %H:%M:%S}.{time.microsecond // 1000:03d} {_REDIS[level]} {text}"


def _kafka(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"[{_space(time, ',')}] {_PLAIN[level]} {text}"


def _erlang(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{_space(time)}000+00:00 [{_ERLANG[level]}] <0.{draws.between(200, 9000)}.0> {text}"


def _glog(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{GLOG_LEVELS[level]}{time:%m%d %H:%M:%S}.{time.microsecond:06d}       1 {service}] {text}"


def _syslog(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{MONTHS[time.month - 1]} {time:%d %H:%M:%S} {service}-{draws.between(1, 9)} {_SYSLOG[level]}: {text}"


def _nginx(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    process, connection = draws.between(20, 40), draws.between(10000, 999999)
    return f"{time:%Y/%m/%d %H:%M:%S} [{_NGINX[level]}] {process}#0: *{connection} {text}"


def _envoy(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"[{_space(time)}][{draws.between(12, 40)}][{_ERLANG[level]}][router] {text}"


def _edge(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{_iso(time)} {_PLAIN[level]} cache-{draws.pick(_SITES)}{draws.between(1, 48):02d} {text}"


def _bracket(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{_iso(time)} [{_PLAIN[level]}] {text}"


DIALECTS: dict[str, _Dialect] = {
    "java": _java,
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
}


def log_line(dialect: str, time: datetime, line: str, service: str, draws: Draws) -> str:
    """A log line: `line` is "LEVEL text"."""
    level, _, text = line.partition(" ")
    return DIALECTS[dialect](time, level, text.strip(), service, draws)
