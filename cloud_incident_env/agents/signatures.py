"""What common failures look like in telemetry: the on-call knowledge of the heuristic policy.

General knowledge about operating services, not about any particular incident: what the victims of a failure report,
what the place where it began reports, and what is usually done about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Signature:
    """One kind of failure. Patterns are alternatives of a regular expression, for texts in lower case.

    Ignoring case while matching would take three times as long.
    """

    failure_mode: str  # id in the catalogue
    victims: re.Pattern[str]  # what suffering services report
    origin: re.Pattern[str]  # what the service where it began reports
    runbook: re.Pattern[str]  # words of a runbook step that helps


@dataclass(frozen=True)
class Match:
    """What one text shows of one kind of failure."""

    suffers: bool  # it reports what victims do
    origins: frozenset[str]  # different pieces of text, in lower case, that the place where it began reports


def _signature(failure_mode: str, victims: str, origin: str, runbook: str) -> Signature:
    return Signature(failure_mode, *map(re.compile, (victims, origin, runbook)))


SIGNATURES = (
    _signature(
        "unbounded-query",
        r"without limit|out of memory|terminated by signal 9|oomkilled|runaway query",
        r"job \S*(?:export|backfill|history)\S*|export: |statement sent again|\d+ m rows|full table",
        r"cancel.*query|kill.*query",
    ),
    _signature(
        "route-filter-change",
        r"zone=az-\d|az-\d \d/\d|connect timeout|i/o timeout|replication timeout|no route to host",
        r"withdrawn|bgp|export filter|prefixes|adjchange|hold timer",
        r"route|bgp|announce|peer",
    ),
    _signature(
        "stale-secret-push",
        r"password authentication failed|wrongpass|login failed|logins refused|invalid credential|access denied for",
        r"secrets-rotation|published set|rotat\w* (?:group|set|secret|credential)|slot=previous",
        r"rotat|credential|secret",
    ),
    _signature(
        "pool-leak",
        r"too many clients|connection is not available|pool exhausted|remaining connection slots",
        r"idle in transaction|connection leak|unclosed connection|open connections \d{3,}",
        r"kill.*connection|terminate.*session",
    ),
    _signature(
        "cert-expiry",
        r"certificate has expired|certificate_verify_failed|x509|tls handshake error",
        r"renewal failed|certificate .*expired|not after",
        r"certificate|renew",
    ),
    _signature(
        "dns-config",
        r"no such host|name resolution|nxdomain|servfail",
        r"zone (?:file|transfer)|corefile|forwarder|cleanup removed",
        r"dns|zone|record",
    ),
    _signature(
        "log-disk-full",
        r"no space left on device|read-only file ?system",
        r"log level debug|retained|slot inactive|bytes x\d+",
        r"disk|volume|rotate_logs|expand",
    ),
    _signature(
        "pg-lock-queue",
        r"still waiting for \w+lock|lock wait timeout|deadlock",
        r"access exclusive|alter table|migration",
        r"terminate|blocker|lock",
    ),
    _signature(
        "cache-stampede",
        r"cache miss|hit rat(?:e|io) \d ?%|origin (?:overload|requests)",
        r"purg\w+ (?:job|pattern)|key version|keys purged",
        r"warm|cache",
    ),
    _signature(
        "heap-leak",
        r"upstream reset|connection reset by peer",
        r"outofmemoryerror|pause full|heap .*\d{4,}m",
        r"heap|dump",
    ),
)


@lru_cache(maxsize=1024)  # an agent reads each text again at every step
def matches(text: str) -> tuple[Match, ...]:
    """What a text shows of each of `SIGNATURES`, in their order."""
    lower = text.lower()
    return tuple(
        Match(signature.victims.search(lower) is not None, frozenset(signature.origin.findall(lower)))
        for signature in SIGNATURES
    )
