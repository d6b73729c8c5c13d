"""What each kind of software can say: how its log lines begin, its level words, and which releases of it exist."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DAY = r"2026-\d\d-\d\d"
_CLOCK = r"(?P<time>\d\d:\d\d:\d\d)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_OWN = r"v[1-6]\.\d{1,2}\.\d{1,2}"  # a version that a company gives its own releases

# Components that Envoy logs for.
_ENVOY = r"(?:config|conn_handler|connection|dns|http|jwt|main|pool|router|runtime|upstream|wasm)"


@dataclass(frozen=True)
class Voice:
    """How a kind of software speaks. `lines` are alternatives; groups: `time`, `level`, `pid`, `thread`, `text`."""

    lines: tuple[re.Pattern[str], ...]
    levels: frozenset[str]  # words that `level` may be
    version: re.Pattern[str]  # what may stand behind its name in a status report


def _voice(levels: str, version: str, *lines: str) -> Voice:
    return Voice(
        tuple(re.compile(f"{line}$", re.DOTALL) for line in lines), frozenset(levels.split()), re.compile(version)
    )


_SPRING = (
    rf"{_DAY}T{_CLOCK}\.\d{{3}}Z +(?P<level>[A-Z]+) 1 --- \[[a-z0-9-]+\] \[(?P<thread>[ \w|#.-]{{15}})\] "
    r"(?=.{40} : )(?P<text>\S+ *: .+)"
)
_PYTHON = rf"{_DAY} {_CLOCK},\d{{3}} (?P<level>[A-Z]+) \[(?P<pid>\d+)\] [A-Za-z][\w.-]*: (?P<text>.+)"
_PYTHON_LEVELS = "DEBUG INFO WARNING ERROR CRITICAL"
_LOGRUS = rf'time="{_DAY}T{_CLOCK}\.\d{{3}}Z" level=(?P<level>\w+) msg=(?P<text>".+") service=[a-z0-9-]+'
_LOGRUS_LEVELS = "debug info warning error fatal"
_BRACKET = rf"{_DAY}T{_CLOCK}\.\d{{3}}Z \[(?P<level>[A-Z]+)\] (?P<text>.+)"
_SYSLOG = (
    rf"{_MONTH} [ 123]\d {_CLOCK} [a-z][a-z0-9-]* (?P<level>\w+) "
    r"(?P<text>(?:[a-z][\w-]*(?:\[\d+\])?: |%BGP\w*-\d-\w+: |(?:eth|ens|fan|bond)\w+: ).+)"
)
_SYSLOG_LEVELS = "debug info warning err crit"
_EVENT = rf'\{{"(?:type|health_checker_type)":(?P<text>.+),"timestamp":"{_DAY}T{_CLOCK}\.\d{{3}}Z"\}}'

VOICES: dict[str, Voice] = {
    "java": _voice("DEBUG INFO WARN ERROR", _OWN, _SPRING),
    "go": _voice(_LOGRUS_LEVELS, _OWN, _LOGRUS),
    "python": _voice(_PYTHON_LEVELS, _OWN, _PYTHON),
    "node": _voice(
        "debug info warn error fatal",
        _OWN,
        rf'\{{"time":"{_DAY}T{_CLOCK}\.\d{{3}}Z","level":"(?P<level>\w+)","service":"[a-z0-9-]+","pid":(?P<pid>\d+),'
        r'"msg":(?P<text>".+")\}',
    ),
    "stream-worker": _voice("DEBUG INFO WARN ERROR", _OWN, _SPRING),
    "queue-worker": _voice(_PYTHON_LEVELS, _OWN, _PYTHON),
    "batch-worker": _voice(_PYTHON_LEVELS, _OWN, _PYTHON),
    "postgres": _voice(
        "DEBUG1 LOG WARNING ERROR FATAL PANIC",
        r"1[4-7]\.\d{1,2}",
        rf"{_DAY} {_CLOCK}\.\d{{3}} UTC \[(?P<pid>\d+)\] (?P<level>[A-Z0-9]+):  (?P<text>.+)",
    ),
    "mysql": _voice(
        "System Note Warning ERROR",
        r"8\.[04]\.\d{1,2}",
        rf"{_DAY}T{_CLOCK}\.\d{{6}}Z \d+ \[(?P<level>\w+)\] (?P<text>\[MY-\d{{6}}\] \[(?:Server|InnoDB|Repl)\] .+)",
        rf"# Time: {_DAY}T{_CLOCK}\.\d{{6}}Z # User@Host: \w+\[\w+\] @  \[[\d.]+\]  Id: +\d+ "
        r"(?P<text># Query_time: \d+\.\d{6}  Lock_time: \d\.\d{6} Rows_sent: \d+  Rows_examined: \d+ .+;)",
    ),
    "object-store": _voice(_LOGRUS_LEVELS, _OWN, _LOGRUS),
    "redis": _voice(
        "- * #",
        r"[78]\.[0-9]\.\d{1,2}",
        rf"(?P<pid>\d+):(?P<role>[CMS]) \d\d {_MONTH} 2026 {_CLOCK}\.\d{{3}} (?P<level>\S) (?P<text>.+)",
    ),
    "kafka": _voice(
        "DEBUG INFO WARN ERROR FATAL",
        r"(?:3\.[789]|4\.[01])\.\d",
        rf"\[{_DAY} {_CLOCK},\d{{3}}\] (?P<level>[A-Z]+) "
        r"(?P<text>.+ \((?:kafka|org\.apache\.kafka|platform)\.[\w.$]+\).*)",
    ),
    "rabbitmq": _voice(
        "debug info warning error critical",
        r"(?:3\.1[23]|4\.[01])\.\d{1,2}",
        rf"{_DAY} {_CLOCK}\.\d{{6}}\+00:00 \[(?P<level>\w+)\] <0\.(?P<pid>\d+)\.0> (?P<text>.+)",
    ),
    "coredns": _voice(
        "DEBUG INFO WARN ERROR FATAL",
        r"1\.1[12]\.\d",
        _BRACKET,
        rf"{_DAY}T{_CLOCK}\.\d{{3}}Z (?P<text>CoreDNS-1\.1[12]\.\d)",
    ),
    "config-service": _voice(_LOGRUS_LEVELS, _OWN, _LOGRUS),
    "registry": _voice(
        "debug info warn error fatal",
        r"3\.[56]\.\d{1,2}",
        rf'\{{"level":"(?P<level>\w+)","ts":"{_DAY}T{_CLOCK}\.\d{{6}}Z","caller":"\w+/\w+\.go:\d+",'
        r'"msg":(?P<text>".+")\}',
    ),
    "vault": _voice(
        "TRACE DEBUG INFO WARN ERROR",
        r"1\.(?:1[7-9]|2\d)\.\d{1,2}",
        rf"{_DAY}T{_CLOCK}\.\d{{3}}Z \[(?P<level>[A-Z]{{4}})\]  (?P<text>\S.+)",
        rf"{_DAY}T{_CLOCK}\.\d{{3}}Z \[(?P<level>[A-Z]{{5}})\] (?P<text>\S.+)",
    ),
    "network": _voice(_SYSLOG_LEVELS, r"3\.(?:2[89]|30)\.\d", _SYSLOG),
    "nodes": _voice(_SYSLOG_LEVELS, r"2[24]\.04\.\d", _SYSLOG),
    "kubernetes": _voice(
        "I W E F",
        r"1\.3[0-4]\.\d{1,2}",
        rf"(?P<level>[IWEF])\d{{4}} {_CLOCK}\.\d{{6}} +1 (?P<text>\w+\.go:\d+\] .+)",
        r'\{"kind":"Event","apiVersion":"audit\.k8s\.io/v1","level":"Metadata","stage":"ResponseComplete",'
        rf'(?P<text>"verb":"\w+",.+),"stageTimestamp":"{_DAY}T{_CLOCK}\.\d{{6}}Z"\}}',
    ),
    "vendor": _voice("DEBUG INFO WARN ERROR", _OWN, _BRACKET),
    "envoy": _voice(
        "debug info warning error critical",
        r"1\.3\d\.\d",
        rf"\[{_DAY} {_CLOCK}\.\d{{3}}\]\[\d+\]\[(?P<level>\w+)\]\[{_ENVOY}\] (?P<text>.+)",
        rf'\[{_DAY}T{_CLOCK}\.\d{{3}}Z\] (?P<text>"\S+ \S+ HTTP/\S+" \d{{3}} [A-Z,-]+ \S+ \d+ \d+ \d+ '
        r'"[0-9a-f]{32}" "(?:-|[\d.]+:8080)" "\S+")',
        _EVENT,
    ),
    "nginx": _voice(
        "debug info notice warn error crit",
        r"1\.2[6-9]\.\d",
        rf"2026/\d\d/\d\d {_CLOCK} \[(?P<level>\w+)\] (?P<pid>\d+)#(?P=pid): (?:\*\d+ )?(?P<text>.+)",
        rf'[\d.]+ - - \[\d\d/{_MONTH}/2026:{_CLOCK} \+0000\] (?P<text>"\S+ \S+ HTTP/\S+" \d{{3}} \d+ "-" "[^"]+" '
        r'rt=\d+\.\d{3} us="\S+")',
    ),
    "cdn": _voice(
        "DEBUG INFO WARN ERROR",
        r"[678]\.\d\.\d",
        rf"{_DAY}T{_CLOCK}\.\d{{3}}Z (?P<level>[A-Z]+) cache-[a-z]{{3}} (?P<text>.+)",
    ),
    "prometheus": _voice(
        "DEBUG INFO WARN ERROR",
        r"3\.\d\.\d",
        rf"time={_DAY}T{_CLOCK}\.\d{{3}}Z level=(?P<level>[A-Z]+) source=\w+\.go:\d+ (?P<text>msg=.+)",
    ),
}
