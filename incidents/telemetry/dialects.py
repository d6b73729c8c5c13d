"""How the log lines of real software begin: time, level and source, in the format of each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from incidents.draws import Draws

_Dialect = Callable[[datetime, str, str, str, Draws], str]
GLOG_LEVELS = {"DEBUG": "I", "INFO": "I", "LOG": "I", "WARN": "W", "WARNING": "W", "ERROR": "E", "FATAL": "F"}
_REDIS = {"DEBUG": ".", "INFO": "*", "LOG": "*", "WARN": "#", "WARNING": "#", "ERROR": "#", "FATAL": "#"}


def _iso(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z"


def _space(time: datetime, mark: str = ".") -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}{mark}{time.microsecond // 1000:03d}"


def _java(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{_iso(time)} {level:<5} 1 --- [{service}] [exec-{draws.between(1, 200)}] : {text}"


def _go(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    quoted = text.replace('"', '\\"')
    return f'time="{_iso(time)}" level={level.lower()} msg="{quoted}" service={service}'


def _python(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{_space(time, ',')} {level} [{draws.between(7, 60)}] {service}: {text}"


def _node(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    quoted = text.replace('"', '\\"')
    return f'{{"time":"{_iso(time)}","level":"{level.lower()}","service":"{service}","msg":"{quoted}"}}'


def _postgres(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{_space(time)} UTC [{draws.between(1200, 32000)}] {level}:  {text}"


def _mysql(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    name = {"ERROR": "ERROR", "FATAL": "ERROR", "WARN": "Warning", "WARNING": "Warning"}.get(level, "Note")
    return f"{_iso(time)[:-1]}Z {draws.between(8, 900)} [{name}] [MY-0{draws.between(10000, 13999)}] [Server] {text}"


def _redis(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"1:M {time:%d %b %Y %H:%M:%S}.{time.microsecond // 1000:03d} {_REDIS[level]} {text}"


def _kafka(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"[{_space(time, ',')}] {level} {text}"


def _erlang(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{_space(time)}000+00:00 [{level.lower()}] <0.{draws.between(200, 9000)}.0> {text}"


def _glog(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{GLOG_LEVELS[level]}{time:%m%d %H:%M:%S}.{time.microsecond:06d}       1 {service}] {text}"


def _syslog(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{time:%b %d %H:%M:%S} {service}-{draws.between(1, 9)} {level.lower()}: {text}"


def _nginx(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{time:%Y/%m/%d %H:%M:%S} [{level.lower()}] {draws.between(20, 40)}#0: *{draws.between(10000, 999999)} {text}"


def _coredns(time: datetime, level: str, text: str, service: str, draws: Draws) -> str:
    return f"{_iso(time)} [{level}] {text}"


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
    "bracket": _coredns,
}


def log_line(dialect: str, time: datetime, line: str, service: str, draws: Draws) -> str:
    """A log line: `line` is "LEVEL text"."""
    level, _, text = line.partition(" ")
    return DIALECTS[dialect](time, level, text.strip(), service, draws)
